//! What Stripe's events say. They come in any order and more than once.

use domain::payment::{DisputeState, Receipt, RefundState, Word};
use jiff::Timestamp;
use serde_json::Value;

use crate::callback::{KeyUsed, Said};
use crate::json;

/// The words of an authenticated event. An event of test mode can be sent to a production endpoint only
/// by mistake: a payment in it is a simulated one, the rest of it says nothing.
pub(super) fn read(body: &[u8], key: KeyUsed, is_production: bool) -> Vec<Said> {
    let Some(event) = json::read(body) else {
        return vec![Said { order_no: String::new(), key, word: Word::Unclear { why: "not JSON" } }];
    };
    let simulated = is_simulated(&event, is_production);
    let object = event.pointer("/data/object").unwrap_or(&Value::Null);
    let mut words = words(&event, object);
    for word in &mut words {
        match word {
            Word::Paid(receipt) => receipt.simulated = simulated,
            word if simulated => *word = Word::Nothing,
            _ => {}
        }
    }
    let order_no = order_no(object);
    words.into_iter().map(|word| Said { order_no: order_no.clone(), key, word }).collect()
}

/// Whether it is of no real money in a place for real money.
pub(super) fn is_simulated(object: &Value, is_production: bool) -> bool {
    is_production && object.pointer("/livemode").and_then(Value::as_bool) != Some(true)
}

/// The order that an object is about, as we wrote it there when we made it. A dispute has nothing of ours
/// in it: its order is empty, and people find it by its payment.
fn order_no(object: &Value) -> String {
    let own = json::text(object, "/client_reference_id").or_else(|| json::text(object, "/metadata/order_no"));
    own.filter(|text| json::is_id(text)).unwrap_or_default().to_owned()
}

fn words(event: &Value, object: &Value) -> Vec<Word> {
    let kind = json::text(event, "/type").unwrap_or_default();
    let word = match kind {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
            json::second(event, "/created")
                .map_or(Word::Unclear { why: "an event without its time" }, |created| {
                    session(object, created)
                })
        }
        "checkout.session.async_payment_failed" => failed("async_payment_failed"),
        "checkout.session.expired" => failed("expired"),
        // Newer versions leave the refunds out, and tell of each by itself.
        "charge.refunded" if !json::list(object, "/refunds/data").is_empty() => {
            return json::list(object, "/refunds/data").iter().map(refund).collect();
        }
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => refund(object),
        _ if kind.starts_with("charge.dispute.") => dispute(object),
        _ => Word::Nothing,
    };
    vec![word]
}

fn failed(code: &str) -> Word {
    Word::Failed { code: code.to_owned() }
}

/// A session whose payer is through. With some ways to pay the money comes, or does not, days later.
pub(super) fn session(object: &Value, paid_at: Timestamp) -> Word {
    match json::text(object, "/payment_status") {
        Some("paid") => {}
        Some("unpaid") => return Word::Nothing,
        _ => return Word::Unclear { why: "a session that is neither paid nor unpaid" },
    }
    if json::text(object, "/currency") != Some("twd") {
        return Word::Unclear { why: "paid in another currency" };
    }
    let trade_no = json::id(object, "/payment_intent").or_else(|| json::id(object, "/payment_intent/id"));
    match (trade_no, json::cents(object, "/amount_total")) {
        (Some(trade_no), Some(amount)) if amount.0 > 0 => {
            Word::Paid(Receipt { trade_no, amount, paid_at, simulated: false })
        }
        (Some(_), _) => Word::Unclear { why: "paid, and not in whole dollars" },
        (None, _) => Word::Unclear { why: "paid, without a payment" },
    }
}

/// A refund, by our number of it; one that was made at Stripe's own desk has Stripe's.
pub(super) fn refund(object: &Value) -> Word {
    let number = json::id(object, "/metadata/refund_no").or_else(|| json::id(object, "/id"));
    let state = match json::text(object, "/status") {
        Some("pending" | "requires_action") => Some(RefundState::Submitted),
        Some("succeeded") => Some(RefundState::Settled),
        Some("canceled") => Some(RefundState::Failed),
        // Stripe puts the money back to our balance, also when it has said `succeeded` before.
        Some("failed") => Some(RefundState::Bounced),
        _ => None,
    };
    let amount = json::cents(object, "/amount").filter(|_| is_twd(object));
    match (number, amount, state) {
        (Some(refund), Some(amount), Some(state)) => Word::Refunded { refund, amount, state },
        _ => Word::Unclear { why: "a refund without number, amount or state" },
    }
}

/// A dispute as it stands, whatever the event is called. A `warning` is a question of the payer's bank:
/// no money has been taken.
fn dispute(object: &Value) -> Word {
    let state = match json::text(object, "/status") {
        Some("needs_response" | "under_review") => DisputeState::Opened,
        Some("lost") => DisputeState::Lost,
        Some("won") => DisputeState::Won,
        Some("prevented") => return Word::Nothing,
        Some(status) if status.starts_with("warning_") => return Word::Nothing,
        _ => return Word::Unclear { why: "a dispute in an unknown state" },
    };
    match (json::id(object, "/id"), json::cents(object, "/amount").filter(|_| is_twd(object))) {
        (Some(dispute), Some(amount)) => Word::Disputed { dispute, amount, state },
        _ => Word::Unclear { why: "a dispute without number or amount" },
    }
}

fn is_twd(object: &Value) -> bool {
    json::text(object, "/currency") == Some("twd")
}
