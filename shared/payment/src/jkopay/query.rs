//! What became of an order, by `inquiry`.

use domain::money::Twd;
use domain::payment::{Receipt, Word};
use serde_json::Value;

use super::{Account, Answer, TIME};
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::order::Order;
use crate::{json, url, values};

pub(super) const INQUIRY: &str = "inquiry";

impl Account {
    pub(super) fn inquire(&self, order: &Order<'_>, name: &'static str) -> Step {
        let query = format!("platform_order_ids={}", url::part(order.order_no.as_str()));
        Step::asking(name, self.get("/platform/inquiry", &query))
    }
}

/// The entry of the order. `result` is good for orders that JKOPAY has never heard of, too.
pub(super) fn transaction(order: &Order<'_>, reply: &Reply) -> Result<Value, NotUnderstood> {
    let answer = Answer::read(reply).filter(|answer| answer.result == "000");
    let mut object = answer.ok_or(NotUnderstood("no answer to an inquiry"))?.object;
    let entries = object.get_mut("transactions").and_then(Value::as_array_mut);
    let ours = |entry: &&mut Value| json::text(entry, "/platform_order_id") == Some(order.order_no.as_str());
    let entry = entries.and_then(|entries| entries.iter_mut().find(ours));
    entry.map(Value::take).ok_or(NotUnderstood("an inquiry about something else"))
}

pub(super) fn inquired(order: &Order<'_>, reply: &Reply) -> Result<Stepped, NotUnderstood> {
    let entry = transaction(order, reply)?;
    match entry.pointer("/status").and_then(Value::as_i64) {
        Some(0) => Ok(Stepped::Said(paid(&entry))),
        Some(1) => Ok(Stepped::UnderWay),
        // Not paid; not known, which an order is until its entry has arrived.
        Some(101 | 102) => Ok(Stepped::NotYet),
        Some(100) => Ok(Stepped::Said(Word::Failed { code: "100".to_owned() })),
        _ => Err(NotUnderstood("an unknown status of an order")),
    }
}

fn paid(entry: &Value) -> Word {
    if json::text(entry, "/currency").is_some_and(|currency| currency != "TWD") {
        return Word::Unclear { why: "paid in another currency" };
    }
    let Some(amount) = price(entry, "/final_price").filter(|amount| *amount > Twd::ZERO) else {
        return Word::Unclear { why: "paid, without an amount" };
    };
    // What was charged and what was redeemed make up the price; a reply in which they do not is not one
    // to post by.
    let parts = price(entry, "/redeem_amount").zip(price(entry, "/debit_amount"));
    if parts.is_some_and(|(redeemed, debited)| redeemed.checked_add(debited) != Some(amount)) {
        return Word::Unclear { why: "paid, and the parts are not the price" };
    }
    let time = json::text(entry, "/trans_time").and_then(|text| values::taipei_time(TIME, text));
    match json::id(entry, "/tradeNo").zip(time) {
        Some((trade_no, paid_at)) => Word::Paid(Receipt { trade_no, amount, paid_at, simulated: false }),
        None => Word::Unclear { why: "paid, without trade number or time" },
    }
}

/// An amount in dollars, which JKOPAY writes as a text.
pub(super) fn price(entry: &Value, pointer: &str) -> Option<Twd> {
    match json::text(entry, pointer) {
        Some("0") => Some(Twd::ZERO),
        Some(text) => values::amount(text),
        None => json::dollars(entry, pointer),
    }
}
