//! Whom what happens to the money concerns.

use super::{NoticeKind, Recipient, may_be_dispatched, with_applicant};
use crate::agency::Role;
use crate::case::Case;
use crate::money::Twd;
use crate::payment::ledger::Posting;
use crate::payment::refund::RefundStep;
use crate::payment::{RefundState, Word};

/// What is said of the money.
pub(super) fn posted(case: &Case, posting: &Posting) -> Vec<(NoticeKind, Recipient)> {
    let applicant = |kind| vec![(kind, Recipient::Applicant)];
    let cashiers = || vec![(NoticeKind::MoneyToCheck, Recipient::Everybody(Role::Cashier))];
    match posting {
        Posting::FeeSet(fee) if fee.amount > Twd::ZERO => applicant(NoticeKind::FeeDue),
        Posting::Heard { word, .. } => match word {
            Word::Paid(receipt) => received(case, &receipt.trade_no),
            Word::Instructed(_) => applicant(NoticeKind::PaymentInstructed),
            Word::Refunded { state: RefundState::Settled, .. } => applicant(NoticeKind::RefundPaid),
            Word::Disputed { .. } | Word::Refunded { .. } | Word::Unclear { .. } => cashiers(),
            Word::Failed { .. } | Word::Nothing => Vec::new(),
        },
        Posting::Applied { trade_no, .. } => received(case, trade_no),
        Posting::Disputed { .. } | Posting::Refund { step: RefundStep::Proven(_), .. } => cashiers(),
        Posting::Refund { step, .. } => match step {
            RefundStep::Requested(_) => {
                let mut owed = cashiers();
                owed.extend(applicant(NoticeKind::ProofAsked));
                owed
            }
            RefundStep::Accepted { .. } | RefundStep::Declined { .. } => applicant(NoticeKind::RefundDecided),
            RefundStep::PaidOut { state: RefundState::Settled, .. } => applicant(NoticeKind::RefundPaid),
            RefundStep::PaidOut { .. } => cashiers(),
            RefundStep::Contacted { .. } | RefundStep::Proven(_) | RefundStep::Submitted(_) => Vec::new(),
        },
        Posting::FeeSet(_)
        | Posting::Started(_)
        | Posting::Expired { .. }
        | Posting::CheckedOff { .. }
        | Posting::Ended { .. } => Vec::new(),
    }
}

/// A payment came: a receipt for the applicant if it counts, and work for the cashiers if it does not, or
/// if there is more of it than is due.
fn received(case: &Case, trade_no: &str) -> Vec<(NoticeKind, Recipient)> {
    let standing = case.ledger.standing();
    let counted = standing.payments.iter().any(|payment| payment.trade_no == trade_no && payment.applied);
    if !counted {
        return vec![(NoticeKind::MoneyToCheck, Recipient::Everybody(Role::Cashier))];
    }
    let mut owed = vec![(NoticeKind::FeePosted, Recipient::Applicant)];
    if case.ledger.is_first_met() {
        owed.extend(may_be_dispatched(case));
    }
    owed.extend(refund_due(case));
    owed
}

/// More is there than is due: a task for the cashiers, and word for the applicant.
pub(super) fn refund_due(case: &Case) -> Vec<(NoticeKind, Recipient)> {
    if case.ledger.standing().refundable == Twd::ZERO {
        return Vec::new();
    }
    with_applicant(NoticeKind::RefundDue, vec![(NoticeKind::RefundDue, Recipient::Everybody(Role::Cashier))])
}
