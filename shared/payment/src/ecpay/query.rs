//! What became of an order (?p=2890), for when no callback came.

use domain::payment::Word;
use jiff::Timestamp;

use super::{Account, callback, held_off};
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::form::{Form, Plus};
use crate::order::Order;

const QUERY: &str = "query";

/// The time stamp is good for three minutes.
pub fn ask(account: &Account, order: &Order<'_>, now: Timestamp) -> Step {
    let fields = vec![
        ("MerchantID", account.merchant.clone()),
        ("MerchantTradeNo", order.order_no.to_string()),
        ("TimeStamp", now.as_second().to_string()),
    ];
    Step::asking(QUERY, account.post("/Cashier/QueryTradeInfo/V5", fields))
}

/// The answer is signed like a callback, with its values as they are: a `+` in it is a plus.
pub fn learn(
    account: &Account,
    order: &Order<'_>,
    step: &'static str,
    reply: &Reply,
) -> Result<Stepped, NotUnderstood> {
    if step != QUERY {
        return Err(NotUnderstood("no step of a query"));
    }
    if let Some(wait) = held_off(reply)? {
        return Ok(wait);
    }
    let form = Form::read(&reply.body, Plus::Literal).map_err(NotUnderstood)?;
    if !account.ring.current.signed(&form) {
        return Err(NotUnderstood("CheckMacValue"));
    }
    if form.get("MerchantID") != Some(account.merchant()) {
        return Err(NotUnderstood("an answer to another merchant"));
    }
    if form.get("MerchantTradeNo") != Some(order.order_no.as_str()) {
        return Err(NotUnderstood("an answer about another order"));
    }
    match form.get("TradeStatus") {
        Some("1") => {
            let paid = callback::receipt(&form, false);
            Ok(Stepped::Said(paid.map_or_else(|why| Word::Unclear { why }, Word::Paid)))
        }
        // Not paid yet, or not known there: the browser has never posted the form.
        Some("0" | "10200047") => Ok(Stepped::NotYet),
        Some(code) => Ok(Stepped::Said(Word::Failed { code: code.to_owned() })),
        None => Err(NotUnderstood("no TradeStatus")),
    }
}
