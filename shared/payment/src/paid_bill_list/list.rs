//! The list itself, as JSON or as CSV: what begins with `[` is JSON.

use domain::money::Twd;
use domain::payment::Receipt;
use jiff::Timestamp;
use serde_json::Value;

use crate::{json, values};

const HEADER: &str = "order_no,amount,paid_at,trade_no";

/// What is wrong with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadList {
    #[error("{0}")]
    Whole(&'static str),
    /// Where: a line of the CSV file, the first one being 1, or a place in the JSON list, from 1.
    #[error("{place}: {why}")]
    Bill { place: usize, why: &'static str },
}

impl BadList {
    /// What is wrong, without where.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Whole(why) | Self::Bill { why, .. } => why,
        }
    }
}

/// The number on the bill, and how it was paid.
type Bill = (String, Receipt);

/// At most `most` bills.
pub(super) fn read(content: &[u8], most: usize) -> Result<Vec<Bill>, BadList> {
    let text = str::from_utf8(content).map_err(|_| BadList::Whole("not UTF-8"))?;
    // Spreadsheets begin their files with it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('[') { from_json(text, most) } else { from_csv(text, most) }
}

fn from_json(text: &str, most: usize) -> Result<Vec<Bill>, BadList> {
    let value = json::read(text.as_bytes()).ok_or(BadList::Whole("not JSON"))?;
    let bills = json::list(&value, "");
    if bills.len() > most {
        return Err(BadList::Whole("too many bills"));
    }
    let bill = |(index, bill)| of_json(bill).map_err(|why| BadList::Bill { place: index + 1, why });
    bills.iter().enumerate().map(bill).collect()
}

fn of_json(bill: &Value) -> Result<Bill, &'static str> {
    let amount = json::dollars(bill, "/amount").filter(|amount| *amount > Twd::ZERO);
    let order_no = json::text(bill, "/order_no").unwrap_or_default();
    let trade_no = json::text(bill, "/trade_no").unwrap_or_default();
    checked(order_no, amount, json::instant(bill, "/paid_at"), trade_no)
}

fn from_csv(text: &str, most: usize) -> Result<Vec<Bill>, BadList> {
    let mut lines = text.lines().enumerate();
    if lines.next().is_none_or(|(_, first)| first != HEADER) {
        return Err(BadList::Whole("neither a JSON list nor CSV with order_no,amount,paid_at,trade_no"));
    }
    let mut bills = Vec::new();
    for (index, line) in lines {
        if bills.len() == most {
            return Err(BadList::Whole("too many bills"));
        }
        let bill = of_csv(line).map_err(|why| BadList::Bill { place: index + 1, why })?;
        bills.push(bill);
    }
    Ok(bills)
}

fn of_csv(line: &str) -> Result<Bill, &'static str> {
    let values: Vec<&str> = line.split(',').collect();
    let [order_no, amount, paid_at, trade_no] = *values.as_slice() else { return Err("not four values") };
    let paid_at = paid_at.parse().ok().or_else(|| values::taipei_time("%Y-%m-%d %H:%M:%S", paid_at));
    checked(order_no, values::amount(amount), paid_at, trade_no)
}

/// A number must not have in it what would make it another one in CSV.
fn is_number(text: &str) -> bool {
    json::is_id(text) && !text.contains([',', '"'])
}

fn checked(
    order_no: &str,
    amount: Option<Twd>,
    paid_at: Option<Timestamp>,
    trade_no: &str,
) -> Result<Bill, &'static str> {
    if !is_number(order_no) {
        return Err("no number of a bill");
    }
    if !is_number(trade_no) {
        return Err("no trade number");
    }
    let amount = amount.ok_or("no amount in whole dollars")?;
    let paid_at = paid_at.ok_or("no time of payment")?;
    let receipt = Receipt { trade_no: trade_no.to_owned(), amount, paid_at, simulated: false };
    Ok((order_no.to_owned(), receipt))
}
