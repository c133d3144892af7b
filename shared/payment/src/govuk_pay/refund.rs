//! Money back through GOV.UK Pay, in full or in part. A refund has no number of ours there; it carries
//! what we believe can still be given back, and is refused when that is not so (`P0604`). So nothing is
//! given back twice, and asking again tells how a refund stands that was asked for before; one that
//! failed at the card processor is tried once more by that.

use domain::money::Twd;
use domain::payment::{RefundState, Word};
use serde_json::{Value, json};

use super::{Account, PAUSE};
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::order::Refund;
use crate::{json, url};

const REFUND: &str = "refund";
/// Which refunds are there, after ours was refused.
const LIST: &str = "list";

impl Account {
    pub(super) fn give_back(&self, refund: &Refund<'_>) -> Step {
        let available = refund.paid.0.saturating_sub(refund.before.0);
        let body = json!({
            "amount": json::as_cents(refund.amount),
            "refund_amount_available": json::as_cents(Twd(available)),
        });
        Step::moving(REFUND, self.post(&path(refund), &body))
    }

    pub(super) fn given_back(
        &self,
        refund: &Refund<'_>,
        step: &'static str,
        reply: &Reply,
    ) -> Result<Stepped, NotUnderstood> {
        let body = json::read(&reply.body);
        match (step, reply.status, body) {
            (_, 429, _) => Ok(Stepped::Wait(PAUSE)),
            (REFUND, 200..=202, Some(made)) => state(&made).map(|state| said(refund, state)),
            // Captured only just now: it cannot be given back yet.
            (REFUND, 400, Some(error)) if is_pending(&error) => Ok(Stepped::Wait(PAUSE)),
            (REFUND, 400 | 412, _) => Ok(Stepped::Then(Step::asking(LIST, self.get(&path(refund))))),
            (LIST, 200, Some(refunds)) => listed(refund, &refunds),
            _ => Err(NotUnderstood("no answer to a refund")),
        }
    }
}

fn path(refund: &Refund<'_>) -> String {
    format!("/v1/payments/{}/refunds", url::part(refund.trade_no))
}

fn is_pending(error: &Value) -> bool {
    json::text(error, "/code") == Some("P0603")
        && json::text(error, "/description").is_some_and(|description| description.ends_with(": pending"))
}

fn state(refund: &Value) -> Result<RefundState, NotUnderstood> {
    match json::text(refund, "/status") {
        Some("submitted") => Ok(RefundState::Submitted),
        Some("success") => Ok(RefundState::Settled),
        Some("error") => Ok(RefundState::Failed),
        _ => Err(NotUnderstood("a refund in an unknown state")),
    }
}

/// Ours is the last one, if the sum of those that did not fail is the one before with ours.
fn listed(refund: &Refund<'_>, refunds: &Value) -> Result<Stepped, NotUnderstood> {
    let mut given = Twd::ZERO;
    let mut latest = None;
    for entry in json::list(refunds, "/_embedded/refunds") {
        let state = state(entry)?;
        let amount = json::cents(entry, "/amount").ok_or(NotUnderstood("a refund without a whole amount"))?;
        if state != RefundState::Failed {
            given = given.checked_add(amount).ok_or(NotUnderstood("refunds of more than there is"))?;
            latest = latest.max(Some((json::instant(entry, "/created_date"), amount, state)));
        }
    }
    match latest {
        Some((_, amount, state))
            if amount == refund.amount && refund.before.checked_add(amount) == Some(given) =>
        {
            Ok(said(refund, state))
        }
        _ if given == refund.before => Ok(said(refund, RefundState::Failed)),
        _ => Ok(Stepped::Said(Word::Unclear { why: "other refunds at GOV.UK Pay than ours" })),
    }
}

fn said(refund: &Refund<'_>, state: RefundState) -> Stepped {
    Stepped::Said(Word::Refunded { refund: refund.refund_no.to_owned(), amount: refund.amount, state })
}
