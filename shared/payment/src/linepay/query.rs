//! What became of an order: `check` whether the payer approved, `confirm` to take the money, `details`
//! whenever an answer to that got lost or says that it was done before.

use std::time::Duration;

use domain::money::Twd;
use domain::payment::{Receipt, Word};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Account, Answer};
use crate::account::At;
use crate::call::{Call, NotUnderstood, Reply, Step, Stepped};
use crate::order::Order;
use crate::{json, url};

const CHECK: &str = "check";
const CONFIRM: &str = "confirm";
const DETAILS: &str = "details";

/// LINE asks for at least 40 seconds.
const CONFIRM_PATIENCE: Duration = Duration::from_secs(45);

impl Account {
    /// An order whose transaction id did not reach us can be found by its number.
    pub(super) fn first_question(&self, order: &Order<'_>, at: At) -> Step {
        let Some(reference) = order.reference else { return self.details(order, at) };
        let path = format!("/v3/payments/requests/{}/check", url::part(reference));
        Step::asking(CHECK, self.get(&path, "", at))
    }

    pub(super) fn answered(
        &self,
        order: &Order<'_>,
        step: &'static str,
        reply: &Reply,
        at: At,
    ) -> Result<Stepped, NotUnderstood> {
        match step {
            CHECK => self.checked(order, reply, at),
            CONFIRM => Ok(self.confirmed(order, reply, at)),
            DETAILS => detailed(order, reply),
            _ => Err(NotUnderstood("no such step")),
        }
    }

    fn checked(&self, order: &Order<'_>, reply: &Reply, at: At) -> Result<Stepped, NotUnderstood> {
        let answer = Answer::read(reply).ok_or(NotUnderstood("no answer to a check"))?;
        match (answer.code.as_str(), order.reference) {
            ("0000", _) => Ok(Stepped::NotYet),
            ("0110", Some(reference)) => Ok(Stepped::Then(self.confirm(order, reference, at))),
            // Cancelled or 20 minutes without approval; failed.
            ("0121" | "0122", _) => Ok(Stepped::Said(Word::Failed { code: answer.code })),
            ("0123", _) => Ok(Stepped::Then(self.details(order, at))),
            _ => Err(NotUnderstood("an unknown answer to a check")),
        }
    }

    /// Takes the money. The amount is ours, never one that came from anywhere else.
    fn confirm(&self, order: &Order<'_>, reference: &str, at: At) -> Step {
        let path = format!("/v3/payments/{}/confirm", url::part(reference));
        let body = json!({ "amount": order.amount.0, "currency": "TWD" });
        Step::moving(CONFIRM, self.post(&path, &body, at, CONFIRM_PATIENCE))
    }

    fn confirmed(&self, order: &Order<'_>, reply: &Reply, at: At) -> Stepped {
        let Some(answer) = Answer::read(reply) else { return Stepped::Then(self.details(order, at)) };
        if answer.code == "0000"
            && let Some(receipt) = receipt(order, &answer.info, at.now)
        {
            return Stepped::Said(Word::Paid(receipt));
        }
        if is_refusal(&answer.code) {
            return Stepped::Said(Word::Failed { code: answer.code });
        }
        // Done before, twice at once, an error within, or something new: the details know.
        Stepped::Then(self.details(order, at))
    }

    fn details(&self, order: &Order<'_>, at: At) -> Step {
        let call = match order.reference {
            Some(reference) => self.details_of(reference, at),
            None => self.get("/v3/payments", &format!("orderId={}", order.order_no), at),
        };
        Step::asking(DETAILS, call)
    }

    pub(super) fn details_of(&self, transaction: &str, at: At) -> Call {
        self.get("/v3/payments", &format!("transactionId={}", url::part(transaction)), at)
    }
}

/// Codes after which the money was certainly not taken: the member, the amount or the order is not right,
/// the order has run out, the card was refused.
fn is_refusal(code: &str) -> bool {
    const OTHERS: [&str; 10] =
        ["1101", "1102", "1110", "1124", "1141", "1142", "1153", "1169", "1170", "1180"];
    let card = code.len() == 4 && ("1281"..="1298").contains(&code);
    card || OTHERS.contains(&code)
}

fn detailed(order: &Order<'_>, reply: &Reply) -> Result<Stepped, NotUnderstood> {
    let answer = Answer::read(reply).ok_or(NotUnderstood("no answer to a question for details"))?;
    match answer.code.as_str() {
        "0000" => {}
        // Nothing is on record yet.
        "1150" => return Ok(Stepped::NotYet),
        _ => return Err(NotUnderstood("an unknown answer to a question for details")),
    }
    let ours = |entry: &&Value| json::text(entry, "/orderId") == Some(order.order_no.as_str());
    let entry =
        json::list(&answer.info, "").iter().find(ours).ok_or(NotUnderstood("details of something else"))?;
    let word = match json::text(entry, "/payStatus") {
        Some("CAPTURE") | None => paid(order, entry),
        Some(status @ ("VOIDED_AUTHORIZATION" | "EXPIRED_AUTHORIZATION")) => {
            Word::Failed { code: status.to_owned() }
        }
        Some(_) => Word::Unclear { why: "neither paid nor failed, by the details" },
    };
    Ok(Stepped::Said(word))
}

fn paid(order: &Order<'_>, entry: &Value) -> Word {
    if json::text(entry, "/currency") != Some("TWD") {
        return Word::Unclear { why: "paid in another currency" };
    }
    let receipt = json::instant(entry, "/transactionDate").and_then(|paid_at| receipt(order, entry, paid_at));
    receipt.map_or(Word::Unclear { why: "paid, without transaction, amount or date" }, Word::Paid)
}

/// The receipt in the answer to `confirm` or in an entry of the details, if it is of this order.
fn receipt(order: &Order<'_>, info: &Value, paid_at: Timestamp) -> Option<Receipt> {
    let trade_no = json::id(info, "/transactionId")?;
    let of_this_order = json::text(info, "/orderId")? == order.order_no.as_str()
        && order.reference.is_none_or(|reference| reference == trade_no);
    // One entry for each way the payer paid: balance, card, points.
    let mut amount = Twd::ZERO;
    for part in json::list(info, "/payInfo") {
        amount = amount.checked_add(json::dollars(part, "/amount")?)?;
    }
    (of_this_order && amount > Twd::ZERO).then_some(Receipt { trade_no, amount, paid_at, simulated: false })
}
