//! Money back through LINE Pay, in full or in part. A refund has no number of ours there: what tells one
//! that went through from one that did not is the sum of all of them, so the details are looked at before
//! money moves and whenever an answer got lost. Refunds of one payment are made one after another.

use domain::money::Twd;
use domain::payment::{RefundState, Word};
use serde_json::{Value, json};

use super::{Account, Answer, PATIENCE};
use crate::account::At;
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::order::Refund;
use crate::{json, url};

/// Before: has it gone through already?
pub(super) const LOOK: &str = "look";
const REFUND: &str = "refund";
/// After an answer that leaves it open.
const DOUBT: &str = "doubt";
/// After the answer that the payment was given back already.
const ALREADY: &str = "already";

impl Account {
    pub(super) fn look(&self, refund: &Refund<'_>, name: &'static str, at: At) -> Step {
        Step::asking(name, self.details_of(refund.trade_no, at))
    }

    pub(super) fn given_back(
        &self,
        refund: &Refund<'_>,
        step: &'static str,
        reply: &Reply,
        at: At,
    ) -> Result<Stepped, NotUnderstood> {
        if step == REFUND {
            return Ok(self.answered_refund(refund, reply, at));
        }
        let given = given(refund, reply)?;
        let settled = refund.before.checked_add(refund.amount) == Some(given);
        match step {
            LOOK | DOUBT | ALREADY if settled => Ok(said(refund, RefundState::Settled)),
            LOOK if given == refund.before => Ok(Stepped::Then(self.give_back(refund, at))),
            DOUBT if given == refund.before => Ok(Stepped::UnderWay),
            LOOK | DOUBT | ALREADY => {
                Ok(Stepped::Said(Word::Unclear { why: "other refunds at LINE Pay than ours" }))
            }
            _ => Err(NotUnderstood("no such step")),
        }
    }

    /// Without an amount, everything is given back, and LINE refuses to do that twice.
    fn give_back(&self, refund: &Refund<'_>, at: At) -> Step {
        let path = format!("/v3/payments/{}/refund", url::part(refund.trade_no));
        let whole = refund.amount == refund.paid && refund.before == Twd::ZERO;
        let body = if whole { json!({}) } else { json!({ "refundAmount": refund.amount.0 }) };
        Step::moving(REFUND, self.post(&path, &body, at, PATIENCE))
    }

    fn answered_refund(&self, refund: &Refund<'_>, reply: &Reply, at: At) -> Stepped {
        let code = Answer::read(reply).map(|answer| answer.code);
        match code.as_deref() {
            Some("0000") => said(refund, RefundState::Settled),
            // The member's account, the kind of transaction, the time for refunds, the amount.
            Some("1101" | "1102" | "1124" | "1155" | "1163" | "1164") => said(refund, RefundState::Failed),
            Some("1165") => Stepped::Then(self.look(refund, ALREADY, at)),
            _ => Stepped::Then(self.look(refund, DOUBT, at)),
        }
    }
}

fn said(refund: &Refund<'_>, state: RefundState) -> Stepped {
    Stepped::Said(Word::Refunded { refund: refund.refund_no.to_owned(), amount: refund.amount, state })
}

/// What was given back of the payment so far. LINE writes these amounts with a minus.
fn given(refund: &Refund<'_>, reply: &Reply) -> Result<Twd, NotUnderstood> {
    let answer = Answer::read(reply).filter(|answer| answer.code == "0000");
    let info = answer.ok_or(NotUnderstood("no details of a payment to give back"))?.info;
    let ours = |entry: &&Value| json::id(entry, "/transactionId").as_deref() == Some(refund.trade_no);
    let entry = json::list(&info, "").iter().find(ours).ok_or(NotUnderstood("details of something else"))?;
    let mut given = Twd::ZERO;
    for part in json::list(entry, "/refundList") {
        let amount = part.pointer("/refundAmount").and_then(Value::as_i64);
        let amount = amount.and_then(|amount| amount.unsigned_abs().try_into().ok()).map(Twd);
        let sum = amount.and_then(|amount| given.checked_add(amount));
        given = sum.ok_or(NotUnderstood("a refund without an amount"))?;
    }
    Ok(given)
}
