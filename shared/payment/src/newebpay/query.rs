//! What became of an order (manual 4.3). Asking about orders that NewebPay does not know locks us out for
//! four hours, so this is for orders of ours alone.

use std::time::Duration;

use domain::payment::{Word, attempt};
use jiff::Timestamp;

use super::Account;
use super::answer::Answer;
use crate::call::{Call, NotUnderstood, Reply, Step, Stepped};
use crate::digest;
use crate::order::Order;

const QUERY: &str = "query";
/// How long the lock for unknown order numbers holds.
pub const LOCKED: Duration = Duration::from_hours(4);

pub fn ask(account: &Account, order: &Order<'_>, now: Timestamp) -> Step {
    Step::asking(QUERY, call(account, order, now))
}

/// The time stamp is good for two minutes.
pub fn call(account: &Account, order: &Order<'_>, now: Timestamp) -> Call {
    let (amount, order_no) = (order.amount.0.to_string(), order.order_no.to_string());
    let check_value = account.ring.current.check_value(&amount, account.merchant(), &order_no);
    let fields = vec![
        ("MerchantID", account.merchant.clone()),
        ("Version", "1.3".to_owned()),
        ("RespondType", "JSON".to_owned()),
        ("CheckValue", check_value),
        ("TimeStamp", now.as_second().to_string()),
        ("MerchantOrderNo", order_no),
        ("Amt", amount),
    ];
    account.post("/API/QueryTradeInfo", &fields)
}

pub fn learn(
    account: &Account,
    order: &Order<'_>,
    step: &'static str,
    reply: &Reply,
    now: Timestamp,
) -> Result<Stepped, NotUnderstood> {
    if step != QUERY {
        return Err(NotUnderstood("no step of a query"));
    }
    let answer = match read(account, order, reply)? {
        Known::Order(answer) => answer,
        Known::Not => return Ok(until_settled(order, now)),
        Known::Locked => return Ok(Stepped::HoldOff(LOCKED)),
    };
    let word = match answer.get("TradeStatus") {
        Some("0") => return Ok(Stepped::NotYet),
        Some("1") => answer.receipt().map_or_else(|why| Word::Unclear { why }, Word::Paid),
        Some(state @ ("2" | "3")) => Word::Failed { code: format!("TradeStatus {state}") },
        Some("6") => Word::Unclear { why: "paid, and given back at the provider" },
        _ => return Err(NotUnderstood("TradeStatus")),
    };
    Ok(Stepped::Said(word))
}

/// An order that NewebPay does not know: the browser has never posted the form, and a few questions about
/// such orders lock us out. The next one is asked when it is the last.
fn until_settled(order: &Order<'_>, now: Timestamp) -> Stepped {
    let settles_at = attempt::settles_at(order.means, order.expires_at);
    if now < settles_at {
        Stepped::Wait(settles_at.duration_since(now).unsigned_abs())
    } else {
        Stepped::NotYet
    }
}

/// Whether the provider knows the order.
pub enum Known {
    Order(Answer),
    Not,
    /// We asked about too many that it does not know.
    Locked,
}

/// Reads an answer about the order, and verifies that it is one.
pub fn read(account: &Account, order: &Order<'_>, reply: &Reply) -> Result<Known, NotUnderstood> {
    if reply.status != 200 {
        return Err(NotUnderstood("HTTP status"));
    }
    let answer = Answer::read(&reply.body).map_err(NotUnderstood)?;
    match answer.status.as_str() {
        "SUCCESS" => {}
        "TRA10071" => return Ok(Known::Locked),
        "TRA10021" | "TRA20002" => return Ok(Known::Not),
        _ => return Err(NotUnderstood("Status")),
    }
    if !signed(account, &answer) {
        return Err(NotUnderstood("CheckCode"));
    }
    if answer.get("MerchantID") != Some(account.merchant()) {
        return Err(NotUnderstood("an answer to another merchant"));
    }
    if answer.get("MerchantOrderNo") != Some(order.order_no.as_str()) {
        return Err(NotUnderstood("an answer about another order"));
    }
    Ok(Known::Order(answer))
}

/// Whether the answer carries the `CheckCode` over its own fields.
pub fn signed(account: &Account, answer: &Answer) -> bool {
    let field = |name| answer.get(name).unwrap_or_default();
    let expected = account.ring.current.check_code(
        field("Amt"),
        field("MerchantID"),
        field("MerchantOrderNo"),
        field("TradeNo"),
    );
    digest::same(&expected, field("CheckCode"))
}
