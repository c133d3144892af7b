//! The rules of money once more: who is told, and who may do what.

use domain::agency::Role;
use domain::case::{Case, State};
use domain::event::Party;
use domain::id::PersonId;
use domain::money::Twd;
use domain::notice::NoticeKind;
use domain::payment::ledger::Posting;
use domain::payment::refund::RefundStep;
use domain::payment::{RefundState, Word};

use super::{in_role, is, is_ready};

/// Cashiers, or whoever stands in where an agency has none.
fn cashiers(case: &Case) -> Vec<PersonId> {
    [Role::Cashier, Role::Research, Role::Administrator]
        .into_iter()
        .map(|role| in_role(case, role))
        .find(|people| !people.is_empty())
        .unwrap_or_default()
}

/// Who hears that there is more money than is due.
pub(super) fn refund_due(case: &Case) -> Vec<(NoticeKind, Vec<PersonId>)> {
    if case.ledger.standing().refundable == Twd::ZERO {
        return vec![];
    }
    vec![(NoticeKind::RefundDue, vec![case.applicant.person]), (NoticeKind::RefundDue, cashiers(case))]
}

pub(super) fn notices(case: &Case, posting: &Posting) -> Vec<(NoticeKind, Vec<PersonId>)> {
    let to_check = || vec![(NoticeKind::MoneyToCheck, cashiers(case))];
    let applicant = |kind| vec![(kind, vec![case.applicant.person])];
    let paid = |trade_no: &str| {
        let payments = case.ledger.standing().payments;
        let counts = payments.iter().any(|payment| payment.trade_no == trade_no && payment.applied);
        let opens = is_ready(case) && is_paid_now(case);
        let dispatchers = if opens { in_role(case, Role::Dispatcher) } else { vec![] };
        let arrived = vec![(NoticeKind::CaseReady, dispatchers)];
        if counts {
            [applicant(NoticeKind::FeePosted), arrived, refund_due(case)].concat()
        } else {
            to_check()
        }
    };
    match posting {
        Posting::FeeSet(fee) if fee.amount > Twd::ZERO => applicant(NoticeKind::FeeDue),
        Posting::Heard { word: Word::Paid(receipt), .. } => paid(&receipt.trade_no),
        Posting::Applied { trade_no, .. } => paid(trade_no),
        Posting::Heard { word: Word::Instructed(_), .. } => applicant(NoticeKind::PaymentInstructed),
        Posting::Heard { word: Word::Refunded { state: RefundState::Settled, .. }, .. }
        | Posting::Refund { step: RefundStep::PaidOut { state: RefundState::Settled, .. }, .. } => {
            applicant(NoticeKind::RefundPaid)
        }
        Posting::Refund { step: RefundStep::Requested(_), .. } => {
            [to_check(), applicant(NoticeKind::ProofAsked)].concat()
        }
        Posting::Refund { step: RefundStep::Accepted { .. } | RefundStep::Declined { .. }, .. } => {
            applicant(NoticeKind::RefundDecided)
        }
        Posting::Heard { word: Word::Failed { .. } | Word::Nothing, .. } => vec![],
        Posting::Refund { step: RefundStep::Proven(_) | RefundStep::PaidOut { .. }, .. }
        | Posting::Heard { .. }
        | Posting::Disputed { .. } => to_check(),
        Posting::FeeSet(_)
        | Posting::CheckedOff { .. }
        | Posting::Refund { .. }
        | Posting::Started(_)
        | Posting::Expired { .. }
        | Posting::Ended { .. } => vec![],
    }
}

/// Whether the fee was never there in full before the last entry, in the order of the record: what instances stamp
/// need not be in order.
fn is_paid_now(case: &Case) -> bool {
    let mut ledger = case.ledger.clone();
    while ledger.entries.pop().is_some() {
        if ledger.fee().is_some() && ledger.standing().condition_met {
            return false;
        }
    }
    true
}

/// Whether `by` may have made this posting on `case`, as it was before.
pub(super) fn is_legal(case: &Case, by: Party, posting: &Posting) -> bool {
    let officer = |role| matches!(by, Party::Officer(person) if is(case, role, person));
    let handler =
        matches!(by, Party::Officer(person) if case.assignment.is_some_and(|it| it.handler == person));
    let applicant = by == Party::Applicant(case.applicant.person);
    let held = [State::Assigned, State::UnderCorrection, State::JointReview, State::AwaitingApproval]
        .contains(&case.state);
    let standing = case.ledger.standing();
    match posting {
        Posting::FeeSet(_) => held && (handler || officer(Role::Cashier)),
        Posting::Started(attempt) => {
            applicant && attempt.amount == standing.outstanding() && standing.status.owes()
        }
        Posting::Heard { .. } | Posting::Expired { .. } => by == Party::System,
        Posting::Applied { .. } | Posting::Disputed { .. } | Posting::CheckedOff { .. } => {
            officer(Role::Cashier)
        }
        // Follows from another event, and is none itself.
        Posting::Ended { .. } => false,
        Posting::Refund { refund, step } => match step {
            RefundStep::Requested(request) => {
                (applicant || officer(Role::Cashier)) && request.amount <= standing.refundable
            }
            RefundStep::Proven(_) => applicant,
            RefundStep::Contacted { .. } | RefundStep::Submitted(_) | RefundStep::PaidOut { .. } => {
                officer(Role::Cashier)
            }
            // 4: a contact, the applicant's proof, another officer, and no more than was posted.
            RefundStep::Accepted { .. } => {
                let file = case.ledger.refund(*refund);
                officer(Role::Accountant)
                    && file.is_some_and(|file| {
                        !file.contacts.is_empty()
                            && !file.proofs.is_empty()
                            && file.requested_by != by
                            && file.request.amount <= standing.refundable
                    })
            }
            RefundStep::Declined { .. } => officer(Role::Accountant),
        },
    }
}
