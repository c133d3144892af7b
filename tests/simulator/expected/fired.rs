//! Timers once more: who is told of each.

use domain::agency::Role;
use domain::case::Case;
use domain::id::PersonId;
use domain::notice::NoticeKind;
use domain::timer::TimerKind;

use super::{in_role, reviews};

pub(super) fn notices(
    case: &Case,
    kind: TimerKind,
    holder: Vec<PersonId>,
    handler: Vec<PersonId>,
    research: Vec<PersonId>,
) -> Vec<(NoticeKind, Vec<PersonId>)> {
    let applicant = vec![case.applicant.person];
    match kind {
        TimerKind::Untaken => {
            vec![
                (NoticeKind::CaseUntaken, in_role(case, Role::Dispatcher)),
                (NoticeKind::CaseUntaken, research),
            ]
        }
        TimerKind::ReviewOverdue => {
            let waiting = vec![(NoticeKind::ReviewerLate, handler), (NoticeKind::ReviewerLate, research)];
            [reviews::late(case), waiting].concat()
        }
        TimerKind::DueNear | TimerKind::DueSoon | TimerKind::DueToday => vec![(NoticeKind::DueSoon, holder)],
        TimerKind::Overdue => vec![(NoticeKind::Overdue, holder), (NoticeKind::Overdue, research)],
        TimerKind::CorrectionNear | TimerKind::CorrectionSoon => {
            vec![(NoticeKind::CorrectionReminder, applicant)]
        }
        TimerKind::PickUpNear | TimerKind::PickUpSoon => vec![(NoticeKind::PickUpReminder, applicant)],
        TimerKind::CorrectionDue => {
            [applicant, handler].map(|people| (NoticeKind::CorrectionLapsed, people)).into()
        }
        TimerKind::AwaitedLapsed => {
            [applicant, holder].map(|people| (NoticeKind::AwaitedLapsed, people)).into()
        }
        TimerKind::PickUpDue => [applicant, handler].map(|people| (NoticeKind::PickUpLapsed, people)).into(),
        TimerKind::Unopened => vec![(NoticeKind::PaperDue, handler)],
        TimerKind::WindowClosed => vec![(NoticeKind::WindowClosed, holder)],
    }
}

/// Whether it is set and has not fired; where nothing is waited for any more, only that nobody opened the decision.
pub(super) fn is_set(case: &Case, kind: TimerKind, waits: bool) -> bool {
    let set = case.dates.timers.get(&kind);
    (waits || kind == TimerKind::Unopened) && set.is_some_and(|at| !case.fired.contains(&(kind, *at)))
}
