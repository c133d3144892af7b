//! Money back through Stripe, in full or in part. Our number is the idempotency key, so that asking
//! again after a lost answer gives nothing back twice. Stripe remembers it for at least 24 hours: whoever
//! asks again does so within that time.

use domain::payment::{RefundState, Word};

use super::{Account, PAUSE, event};
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::json;
use crate::order::Refund;

pub(super) const CREATE: &str = "create";

impl Account {
    pub(super) fn create_refund(&self, refund: &Refund<'_>) -> Step {
        let amount = json::as_cents(refund.amount).to_string();
        let fields = [
            ("payment_intent", refund.trade_no),
            ("amount", &amount),
            ("metadata[order_no]", refund.order.order_no.as_str()),
            ("metadata[refund_no]", refund.refund_no),
        ];
        Step::moving(CREATE, self.post("/v1/refunds", refund.refund_no, &fields))
    }
}

pub(super) fn created(refund: &Refund<'_>, reply: &Reply) -> Result<Stepped, NotUnderstood> {
    let body = json::read(&reply.body);
    match (reply.status, body) {
        (200, Some(object)) => Ok(Stepped::Said(event::refund(&object))),
        // The first request with this key is still being worked on.
        (409, _) => Ok(Stepped::UnderWay),
        (429, _) => Ok(Stepped::Wait(PAUSE)),
        (400, Some(error)) if json::text(&error, "/error/code") == Some("charge_already_refunded") => {
            Ok(Stepped::Said(Word::Unclear { why: "given back already, by another refund than this" }))
        }
        (400 | 402 | 404, Some(_)) => Ok(Stepped::Said(Word::Refunded {
            refund: refund.refund_no.to_owned(),
            amount: refund.amount,
            state: RefundState::Failed,
        })),
        _ => Err(NotUnderstood("no answer to a refund")),
    }
}
