//! Of joint review: who is told, and what may happen.

use std::collections::BTreeSet;

use domain::agency::Role;
use domain::case::{Case, State};
use domain::clock::history::{End, Review};
use domain::event::{Event, Recalculation};
use domain::id::{AgencyCode, PersonId};
use domain::joint_review::Task;
use domain::notice::NoticeKind;

use super::in_role_of;

type Told = Vec<(NoticeKind, Vec<PersonId>)>;

/// The samples have no routing rules: whoever dispatches there, and everybody who could answer.
fn of_agency(review: &Review) -> BTreeSet<PersonId> {
    let agency = &review.reviewer.agency;
    [Role::Dispatcher, Role::Handler].into_iter().flat_map(|role| in_role_of(agency, role)).collect()
}

/// The agencies that the last event sent it to.
pub fn asked(case: &Case) -> Told {
    let sent = case.history.reviews.iter().filter(|it| it.ended.is_none() && it.asked == case.version);
    sent.map(|it| (NoticeKind::ReviewAsked, of_agency(it).into_iter().collect())).collect()
}

/// Those that the last event let go.
pub fn dropped(case: &Case) -> Told {
    let ended = case
        .history
        .reviews
        .iter()
        .filter(|it| it.ended.is_some_and(|ended| ended.by == case.version && ended.how == End::Dropped));
    ended.map(|it| (NoticeKind::ReviewDropped, of_agency(it).into_iter().collect())).collect()
}

/// Those whose last day the calendar moved.
pub fn moved(case: &Case, recalculation: &Recalculation) -> Told {
    let reviews = case.history.reviews.iter().filter(|it| it.ended.is_none());
    let moved = reviews.filter(|it| recalculation.reviews.contains_key(&it.reviewer.agency));
    moved.map(|it| (NoticeKind::ReviewMoved, of_agency(it).into_iter().collect())).collect()
}

/// Those whose limit the timer found passed, and their research officers, whom none of the agencies of the samples has.
pub fn late(case: &Case) -> Told {
    let late = case
        .history
        .reviews
        .iter()
        .filter(|it| it.ended.is_none() && it.late.is_some_and(|late| late.by == case.version));
    late.map(|it| (NoticeKind::ReviewLate, of_agency(it).into_iter().collect())).collect()
}

pub fn is_awaited(case: &Case, agency: &AgencyCode) -> bool {
    let open = |it: &Review| it.reviewer.agency == *agency && it.ended.is_none();
    case.state == State::JointReview && case.history.reviews.iter().any(open)
}

/// Agencies that the item names, each with a question, and none of them twice.
fn may_be_asked(case: &Case, tasks: &[Task]) -> bool {
    let agencies: BTreeSet<&AgencyCode> = tasks.iter().map(|task| &task.reviewer.agency).collect();
    let free = |agency: &AgencyCode| {
        case.item.terms.reviews.contains_key(agency)
            && !is_awaited(case, agency)
            && case.reviewers_to_come.iter().all(|it| it.agency != *agency)
    };
    let said = tasks.iter().all(|task| !task.question.trim().is_empty());
    !tasks.is_empty() && agencies.len() == tasks.len() && said && agencies.into_iter().all(free)
}

/// Whether `event` of `officer` may happen, who is the handler in charge if `in_charge`.
pub fn is_legal(case: &Case, officer: Option<PersonId>, in_charge: bool, event: &Event) -> bool {
    match event {
        Event::ReviewRequested { tasks, .. } => in_charge && may_be_asked(case, tasks),
        Event::ReviewAnswered { reviewer, .. } => {
            let theirs = officer.is_some_and(|it| in_role_of(&reviewer.agency, Role::Handler).contains(&it));
            theirs && is_awaited(case, &reviewer.agency)
        }
        Event::ReviewDropped { reviewer, reason, .. } => {
            let known = is_awaited(case, &reviewer.agency) || case.reviewers_to_come.contains(reviewer);
            in_charge && known && !reason.trim().is_empty()
        }
        _ => false,
    }
}
