//! What can be done with a case now.

use super::{has_documents, is_overdue, money, register, review, timekeeping};
use crate::access::{self, Actor};
use crate::case::{Case, State};
use crate::command::Action;
use crate::consent;

/// What `actor` could do with `case` now: the buttons of a page, the `allowed` of a refusal. What the
/// window does by itself is not among it.
#[must_use]
pub fn open_to(case: &Case, actor: &Actor) -> Vec<Action> {
    use Action as A;

    let mut open = match case.state {
        to_dispatch!() => {
            let accept = case.accepted_at.is_none().then_some(A::Accept);
            accept.into_iter().chain([A::Assign, A::Reroute]).collect()
        }
        State::Assigned => vec![A::Assign, A::Reroute, A::Transfer, A::Propose, A::RequestCorrection],
        State::JointReview => review::open_to(case, actor),
        State::UnderCorrection => timekeeping::open_correction(case),
        // Nobody decides on their own proposal.
        State::AwaitingApproval if proposed_by(case, actor) => vec![A::Return],
        State::AwaitingApproval => vec![A::Approve, A::Return],
        State::AwaitingPickUp => vec![A::HandOver],
        ended!() => Vec::new(),
    };
    if matches!(case.state, State::Assigned | State::JointReview) {
        open.extend(review::open(case));
    }
    open.extend(register::may(case, actor).then_some(A::QueryRegister));
    open.extend(consent::is_open(case).then_some(A::ChangeConsent));
    if case.state.is_open() {
        open.extend(timekeeping::open(case));
        open.push(A::Withdraw);
        open.extend(is_overdue(case).then_some(A::Terminate));
    }
    open.extend((!case.state.is_open() && has_documents(case)).then_some(A::Rectify));
    open.extend([A::RecordService, A::BreakGlass]);
    open.extend(money::open(case));
    open.retain(|action| access::allowed(actor, case, *action));
    open
}

fn proposed_by(case: &Case, actor: &Actor) -> bool {
    let proposer = case.ruling.as_ref().map(|proposal| proposal.by);
    matches!(actor, Actor::Officer(officer) if proposer == Some(officer.person))
}
