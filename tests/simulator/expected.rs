//! The rules once more, written another way: what the checks compare the product with.

use domain::agency::{Role, Staff};
use domain::calendar::Calendar;
use domain::case::{Case, Outcome, State};
use domain::clock::{DayBasis, Limit};
use domain::event::{Event, Party};
use domain::id::PersonId;
use domain::notice::NoticeKind;
use domain::taipei;
use domain::timer::TimerKind;
use jiff::Timestamp;
use jiff::civil::Date;
use testkit::samples;

/// The due date, counted day by day.
pub fn due(received: Timestamp, limit: Limit) -> Date {
    let works = |day| Calendar::shipped().kind(day).expect("a day of the calendar").is_working();
    let mut day = taipei::day_of(received);
    let mut left = limit.days();
    while left > 0 {
        day = day.tomorrow().expect("a day");
        if limit.basis() == DayBasis::Calendar || works(day) {
            left -= 1;
        }
    }
    while !works(day) {
        day = day.tomorrow().expect("a day");
    }
    day
}

/// When the reminder is due: the start of the working day before the due date, or at once.
pub fn warn_at(received: Timestamp, due: Date) -> Timestamp {
    let works = |day| Calendar::shipped().kind(day).expect("a day of the calendar").is_working();
    let mut day = due.yesterday().expect("a day");
    while !works(day) {
        day = day.yesterday().expect("a day");
    }
    taipei::start_of(day).expect("an instant").max(received)
}

/// When a timer of the case may fire at the earliest.
pub fn timer_due(case: &Case, kind: TimerKind) -> Timestamp {
    let due = due(case.received_at, case.item.limit);
    match kind {
        TimerKind::DueSoon => warn_at(case.received_at, due),
        TimerKind::Overdue => taipei::start_of(due.tomorrow().expect("a day")).expect("an instant"),
    }
}

fn all_staff() -> &'static [Staff] {
    static STAFF: std::sync::OnceLock<Vec<Staff>> = std::sync::OnceLock::new();
    STAFF.get_or_init(|| {
        samples::import().staff.into_iter().map(|staff| staff.staff(samples::PROVIDER)).collect()
    })
}

fn in_role(case: &Case, role: Role) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = all_staff()
        .iter()
        .filter(|staff| staff.agency == case.agency && staff.roles.contains(&role))
        .map(|staff| staff.person)
        .collect();
    people.sort_unstable();
    people
}

fn is(case: &Case, role: Role, person: PersonId) -> bool {
    in_role(case, role).contains(&person)
}

/// Who must be told what after `event`, `case` being the case after it; sorted.
pub fn notices(case: &Case, event: &Event) -> Vec<(NoticeKind, PersonId)> {
    let dispatchers = || in_role(case, Role::Dispatcher);
    let research = || {
        let found = in_role(case, Role::Research);
        if found.is_empty() { in_role(case, Role::Administrator) } else { found }
    };
    let handler = || case.assignment.map_or_else(dispatchers, |assignment| vec![assignment.handler]);
    let reviewer = || case.assignment.map_or_else(dispatchers, |assignment| vec![assignment.reviewer]);
    let holder = || if case.state == State::AwaitingApproval { reviewer() } else { handler() };
    let applicant = || vec![case.applicant.person];
    let told: Vec<(NoticeKind, Vec<PersonId>)> = match event {
        Event::Submitted(_) => {
            vec![(NoticeKind::ApplicationReceived, applicant()), (NoticeKind::CaseArrived, dispatchers())]
        }
        Event::Accepted => vec![],
        Event::Assigned { .. } => {
            vec![(NoticeKind::CaseAssigned, handler()), (NoticeKind::CaseAssigned, reviewer())]
        }
        Event::Proposed(_) => vec![(NoticeKind::ProposalWaiting, reviewer())],
        Event::Returned { .. } => vec![(NoticeKind::ProposalReturned, handler())],
        Event::Decided(_) => vec![(NoticeKind::Decided, applicant())],
        Event::Withdrawn { .. } if case.assignment.is_none() => vec![(NoticeKind::CaseWithdrawn, handler())],
        Event::Withdrawn { .. } => {
            vec![(NoticeKind::CaseWithdrawn, handler()), (NoticeKind::CaseWithdrawn, reviewer())]
        }
        Event::TimerFired(TimerKind::DueSoon) => vec![(NoticeKind::DueSoon, holder())],
        Event::TimerFired(TimerKind::Overdue) => {
            vec![(NoticeKind::Overdue, holder()), (NoticeKind::Overdue, research())]
        }
    };
    let mut told: Vec<(NoticeKind, PersonId)> =
        told.into_iter().flat_map(|(kind, people)| people.into_iter().map(move |one| (kind, one))).collect();
    told.sort_unstable();
    told
}

/// Why `event` of `by` must not have happened to `case`, if it must not.
pub fn illegal(case: &Case, by: Party, event: &Event) -> Option<&'static str> {
    let open = [State::Received, State::Assigned, State::AwaitingApproval].contains(&case.state);
    let officer = match by {
        Party::Officer(person) => Some(person),
        Party::Applicant(_) | Party::System => None,
    };
    let dispatcher = officer.is_some_and(|person| is(case, Role::Dispatcher, person));
    let handler = officer.is_some() && officer == case.assignment.map(|assignment| assignment.handler);
    let reviewer = officer.is_some() && officer == case.assignment.map(|assignment| assignment.reviewer);
    let fine = match event {
        Event::Submitted(_) => return Some("an application is filed once"),
        Event::Accepted => case.state == State::Received && case.accepted_at.is_none() && dispatcher,
        Event::Assigned { assignment, .. } => {
            [State::Received, State::Assigned].contains(&case.state)
                && dispatcher
                && is(case, Role::Handler, assignment.handler)
                && is(case, Role::Reviewer, assignment.reviewer)
                && assignment.handler != assignment.reviewer
        }
        Event::Proposed(ruling) => {
            let reasoned = ruling.outcome == Outcome::Approve || !ruling.reason.trim().is_empty();
            case.state == State::Assigned && handler && officer == Some(ruling.by) && reasoned
        }
        Event::Returned { reason } => {
            case.state == State::AwaitingApproval && reviewer && !reason.trim().is_empty()
        }
        Event::Decided(ruling) => {
            let proposed = case.ruling.as_ref();
            let same = proposed.is_some_and(|it| it.outcome == ruling.outcome && it.reason == ruling.reason);
            let four_eyes = proposed.is_some_and(|proposal| proposal.by != ruling.by);
            case.state == State::AwaitingApproval && reviewer && same && four_eyes
        }
        Event::Withdrawn { .. } => open && by == Party::Applicant(case.applicant.person),
        Event::TimerFired(kind) => open && by == Party::System && !case.fired.contains(kind),
    };
    (!fine).then_some("the state, the role or the person does not allow it")
}
