//! Money back to a card (manual 4.3). Before the capture (請款) the authorisation is cancelled as a whole;
//! after it, all or part is given back. Which of them, and whether it has gone through already, is looked
//! up first. ATM, codes and bar codes have no such interface.

use std::time::Duration;

use domain::money::Twd;
use domain::payment::{RefundState, Word};
use jiff::Timestamp;

use super::answer::Answer;
use super::query::{self, Known};
use super::{Account, written};
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::order::Refund;

/// When a part of a card payment is tried again that can only be given back once it is captured: that is
/// each evening. Nothing was done yet, so nothing can be done twice.
const UNTIL_CAPTURE: Duration = Duration::from_hours(6);

const LOOK_UP: &str = "look_up";
const CANCEL: &str = "cancel";
const GIVE_BACK: &str = "give_back";
/// How long the lock for too many refunds within an hour holds (TRA10702).
const LOCKED: Duration = Duration::from_hours(1);

pub fn look_up(account: &Account, refund: &Refund<'_>, now: Timestamp) -> Step {
    Step::asking(LOOK_UP, query::call(account, &refund.order, now))
}

pub fn next(
    account: &Account,
    refund: &Refund<'_>,
    step: &'static str,
    reply: &Reply,
    now: Timestamp,
) -> Result<Stepped, NotUnderstood> {
    let stand = |state| {
        let refund_no = refund.refund_no.to_owned();
        Ok(Stepped::Said(Word::Refunded { refund: refund_no, amount: refund.amount, state }))
    };
    match step {
        LOOK_UP => match query::read(account, &refund.order, reply)? {
            Known::Locked => Ok(Stepped::HoldOff(query::LOCKED)),
            Known::Not => Ok(unfit("the payment to give back is not known")),
            Known::Order(payment) => match Course::of(refund, &payment) {
                Course::Take(action) => Ok(Stepped::Then(act(account, refund, action, now))),
                Course::Await => Ok(Stepped::Wait(UNTIL_CAPTURE)),
                Course::Done(state) => stand(state),
                Course::Unfit(why) => Ok(unfit(why)),
            },
        },
        CANCEL | GIVE_BACK => match outcome(refund, reply)?.as_str() {
            "SUCCESS" if step == CANCEL => stand(RefundState::Settled),
            "SUCCESS" => stand(RefundState::Submitted),
            "TRA10702" => Ok(Stepped::Wait(LOCKED)),
            _ => stand(RefundState::Failed),
        },
        _ => Err(NotUnderstood("no step of a refund")),
    }
}

fn act(account: &Account, refund: &Refund<'_>, name: &'static str, now: Timestamp) -> Step {
    let mut fields = vec![
        ("RespondType", "JSON".to_owned()),
        ("Version", if name == CANCEL { "1.0" } else { "1.1" }.to_owned()),
        ("Amt", refund.amount.0.to_string()),
        ("MerchantOrderNo", refund.order.order_no.to_string()),
        ("IndexType", "1".to_owned()),
        ("TimeStamp", now.as_second().to_string()),
    ];
    let path = if name == CANCEL {
        "/API/CreditCard/Cancel"
    } else {
        fields.push(("CloseType", "2".to_owned()));
        "/API/CreditCard/Close"
    };
    let sealed = account.ring.current.seal(&written(&fields));
    let fields = vec![("MerchantID_", account.merchant.clone()), ("PostData_", sealed)];
    Step::moving(name, account.post(path, &fields))
}

/// The status that an action came to. A success names the order; nothing signs it.
fn outcome(refund: &Refund<'_>, reply: &Reply) -> Result<String, NotUnderstood> {
    if reply.status != 200 {
        return Err(NotUnderstood("HTTP status"));
    }
    let answer = Answer::read(&reply.body).map_err(NotUnderstood)?;
    let order_no = answer.get("MerchantOrderNo");
    if answer.status == "SUCCESS" && order_no != Some(refund.order.order_no.as_str()) {
        return Err(NotUnderstood("an answer about another order"));
    }
    Ok(answer.status)
}

/// What is to be done next.
enum Course {
    Take(&'static str),
    /// Neither can the whole be let go any more nor can anything be given back yet.
    Await,
    /// It was done before, and the answer got lost.
    Done(RefundState),
    /// People gave something back by other means, or the payment is not what we take it for: people look.
    Unfit(&'static str),
}

impl Course {
    /// `TradeStatus`: 1 paid, 3 cancelled, 6 given back. `CloseStatus`: 0 not captured, 1 and 2 on the way,
    /// 3 captured. `BackBalance`: what is left to give back. `BackStatus`: 3 given back.
    fn of(refund: &Refund<'_>, payment: &Answer) -> Self {
        let whole = refund.amount == refund.paid;
        match (payment.get("TradeStatus"), payment.get("CloseStatus")) {
            (Some("3"), _) if whole => Self::Done(RefundState::Settled),
            (Some("1"), Some("0")) if whole => Self::Take(CANCEL),
            (Some("1"), Some("0" | "1" | "2")) => Self::Await,
            (Some("1" | "6"), Some("3")) => Self::of_captured(refund, payment),
            _ => Self::Unfit("no state from which this refund is possible"),
        }
    }

    fn of_captured(refund: &Refund<'_>, payment: &Answer) -> Self {
        let left = payment.get("BackBalance").and_then(|left| left.parse().ok()).map(Twd);
        match left.and_then(|left| refund.gone_through(left)) {
            Some(false) => Self::Take(GIVE_BACK),
            Some(true) if payment.get("BackStatus") == Some("3") => Self::Done(RefundState::Settled),
            Some(true) => Self::Done(RefundState::Submitted),
            None => Self::Unfit("the balance fits neither before nor after this refund"),
        }
    }
}

const fn unfit(why: &'static str) -> Stepped {
    Stepped::Said(Word::Unclear { why })
}
