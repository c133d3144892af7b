//! Money back through JKOPAY, in full or in part, within 180 days. It gives money back once for each of
//! our numbers; what it says when asked again is not documented, so anything but a plain success is
//! looked up in the history of the order.

use domain::money::Twd;
use domain::payment::{RefundState, Word};
use serde_json::json;

use super::{Account, Answer, query};
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::json;
use crate::order::Refund;

const REFUND: &str = "refund";
/// After a refusal.
const REFUSED: &str = "refused";
/// After an answer that leaves it open.
const DOUBT: &str = "doubt";

impl Account {
    pub(super) fn give_back(&self, refund: &Refund<'_>) -> Step {
        let body = json!({
            "platform_order_id": refund.order.order_no.as_str(),
            "refund_order_id": refund.refund_no,
            "refund_amount": refund.amount.0,
        });
        Step::moving(REFUND, self.post("/platform/refund", &body))
    }

    pub(super) fn given_back(
        &self,
        refund: &Refund<'_>,
        step: &'static str,
        reply: &Reply,
    ) -> Result<Stepped, NotUnderstood> {
        match step {
            REFUND => Ok(self.answered(refund, reply)),
            REFUSED | DOUBT => looked_up(refund, step, reply),
            _ => Err(NotUnderstood("no such step")),
        }
    }

    fn answered(&self, refund: &Refund<'_>, reply: &Reply) -> Stepped {
        let result = Answer::read(reply).map(|answer| answer.result);
        match result.as_deref() {
            Some("000") => said(refund, RefundState::Settled),
            // No such order; the amount; another amount under this number; our balance is short; a
            // parameter; more than was paid. A refund that went through before may be answered so, too.
            Some("100" | "103" | "105" | "113" | "200" | "201" | "922") => {
                Stepped::Then(self.inquire(&refund.order, REFUSED))
            }
            _ => Stepped::Then(self.inquire(&refund.order, DOUBT)),
        }
    }
}

fn looked_up(refund: &Refund<'_>, step: &'static str, reply: &Reply) -> Result<Stepped, NotUnderstood> {
    let entry = query::transaction(&refund.order, reply)?;
    let mut given = Twd::ZERO;
    for part in json::list(&entry, "/refund_history") {
        let sum = query::price(part, "/amount").and_then(|amount| given.checked_add(amount));
        given = sum.ok_or(NotUnderstood("a refund without an amount"))?;
    }
    if refund.before.checked_add(refund.amount) == Some(given) {
        Ok(said(refund, RefundState::Settled))
    } else if given != refund.before {
        Ok(Stepped::Said(Word::Unclear { why: "other refunds at JKOPAY than ours" }))
    } else if step == REFUSED {
        Ok(said(refund, RefundState::Failed))
    } else {
        Ok(Stepped::UnderWay)
    }
}

fn said(refund: &Refund<'_>, state: RefundState) -> Stepped {
    Stepped::Said(Word::Refunded { refund: refund.refund_no.to_owned(), amount: refund.amount, state })
}
