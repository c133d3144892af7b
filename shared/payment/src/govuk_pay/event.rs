//! What webhook messages say.
//!
//! `captured` is what counts as paid: the money has left the payer's account. `succeeded` comes before,
//! when it is only authorised, and a capture can still fail. `settled` comes days later, when the money
//! reaches ours, and from one of the card processors only; waiting for it would keep applicants who have
//! paid waiting. It implies `captured`, whose message may have been lost, so it counts, too.

use domain::money::Twd;
use domain::payment::{Receipt, Word};
use jiff::Timestamp;
use serde_json::Value;

use crate::json;

/// What an authenticated body says of which order.
pub(super) fn read(body: &[u8], is_production: bool) -> (String, Word) {
    let Some(message) = json::read(body) else {
        return (String::new(), Word::Unclear { why: "not JSON" });
    };
    let payment = message.pointer("/resource").unwrap_or(&Value::Null);
    let order_no = json::id(payment, "/reference").unwrap_or_default();
    let word = match json::text(&message, "/event_type") {
        Some("card_payment_captured" | "card_payment_settled") => {
            receipt(payment, json::instant(&message, "/created_date"), is_production)
        }
        Some(kind @ ("card_payment_failed" | "card_payment_expired")) => failed(payment, kind),
        // A refund's message is of the payment and names neither the refund nor its amount: how a refund
        // stands is asked (`refunded`).
        _ => Word::Nothing,
    };
    (order_no, word)
}

pub(super) fn failed(payment: &Value, otherwise: &str) -> Word {
    let code = json::id(payment, "/state/code").unwrap_or_else(|| otherwise.to_owned());
    Word::Failed { code }
}

/// A captured payment. It was paid when the capture was asked for, which both messages and answers tell;
/// `otherwise` is what else is known of that time.
pub(super) fn receipt(payment: &Value, otherwise: Option<Timestamp>, is_production: bool) -> Word {
    let asked = json::instant(payment, "/settlement_summary/capture_submit_time");
    let amount = json::cents(payment, "/amount").filter(|amount| *amount > Twd::ZERO);
    match (json::id(payment, "/payment_id"), amount, asked.or(otherwise)) {
        (Some(trade_no), Some(amount), Some(paid_at)) => {
            let simulated = is_production && json::text(payment, "/payment_provider") == Some("sandbox");
            Word::Paid(Receipt { trade_no, amount, paid_at, simulated })
        }
        _ => Word::Unclear { why: "paid, without id, whole amount or time" },
    }
}
