//! Cases on every station of their way, made by the rules themselves.

use domain::access::Actor;
use domain::apply;
use domain::calendar::Calendar;
use domain::case::{Case, Outcome};
use domain::command::Command;
use domain::decide::decide;
use domain::event::{Event, Party, Recorded};
use domain::id::{CaseId, EventId, Version};
use domain::refusal::{FeeReading, Grounds};
use domain::timer::{self, TimerKind};
use jiff::SignedDuration;

use crate::samples::{
    DISPATCHER, HANDLER, REVIEWER, actor, applicant, morning, person, request, staff, submitted,
};

/// A station on the way of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Received,
    Accepted,
    Assigned,
    /// The applicant has been asked to put something right.
    UnderCorrection,
    /// They have.
    Corrected,
    AwaitingApproval,
    Returned,
    /// Approved, of an item whose result is picked up.
    AwaitingPickUp,
    Approved,
    Rejected,
    Withdrawn,
    /// Assigned, and the reminder of the due date has fired.
    Reminded,
    /// Assigned, and the due date has passed.
    Overdue,
}

impl Stage {
    pub const ALL: [Self; 13] = [
        Self::Received,
        Self::Accepted,
        Self::Assigned,
        Self::UnderCorrection,
        Self::Corrected,
        Self::AwaitingApproval,
        Self::Returned,
        Self::AwaitingPickUp,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
        Self::Reminded,
        Self::Overdue,
    ];
}

fn assign() -> (Actor, Command) {
    let (handler, reviewer) = (Box::new(staff(HANDLER)), Box::new(staff(REVIEWER)));
    (actor(DISPATCHER), Command::Assign { handler, reviewer })
}

fn propose(outcome: Outcome) -> (Actor, Command) {
    (
        actor(HANDLER),
        Command::Propose { outcome, reason: "符合規定。".to_owned(), grounds: Grounds::default() },
    )
}

/// Who asked what, after the application was filed.
fn steps(stage: Stage) -> Vec<(Actor, Command)> {
    let approve = || (actor(REVIEWER), Command::Approve { reading: FeeReading::default() });
    let fire = |kind| (Actor::System, Command::Fire(kind));
    let reason = || "請補充說明。".to_owned();
    let ask = || (actor(HANDLER), Command::RequestCorrection { what: reason(), days: 7 });
    let applicant = || Actor::Applicant(person("applicant"));
    match stage {
        Stage::Received => vec![],
        Stage::Accepted => vec![(actor(DISPATCHER), Command::Accept)],
        Stage::Assigned => vec![assign()],
        Stage::AwaitingApproval => vec![assign(), propose(Outcome::Approve)],
        Stage::Returned => {
            let back = (actor(REVIEWER), Command::Return { reason: reason() });
            vec![assign(), propose(Outcome::Approve), back]
        }
        Stage::UnderCorrection => vec![assign(), ask()],
        Stage::Corrected => {
            let answer = Command::AnswerCorrection { answer: "已補正。".to_owned(), arrived_on: None };
            vec![assign(), ask(), (applicant(), answer)]
        }
        Stage::AwaitingPickUp | Stage::Approved => vec![assign(), propose(Outcome::Approve), approve()],
        Stage::Rejected => vec![assign(), propose(Outcome::Reject), approve()],
        Stage::Withdrawn => {
            vec![(applicant(), Command::Withdraw { reason: reason() })]
        }
        Stage::Reminded => vec![assign(), fire(TimerKind::DueSoon)],
        Stage::Overdue => vec![assign(), fire(TimerKind::DueSoon), fire(TimerKind::Overdue)],
    }
}

/// The record of a case of `applicant` that got to `stage`, an hour from step to step.
#[must_use]
pub fn record(stage: Stage) -> Vec<Recorded> {
    let mut now = morning();
    let applicant = applicant("applicant");
    let filing = request(1);
    let id = CaseId::of_request(applicant.person, filing.id);
    let by = Party::Applicant(applicant.person);
    let mut event = submitted(applicant, now);
    if let (Event::Submitted(submitted), Stage::AwaitingPickUp) = (&mut event, stage) {
        submitted.item.terms.pick_up_days = Some(14);
    }
    let first = EventId { case: id, seq: Version(1) };
    let calendar = Calendar::shipped();
    let filed = Recorded { id: first, at: now, by, request: filing, event, dates: None };
    let (mut case, filed) = apply::advance(None, filed, calendar).expect("a sound filing");
    let mut record = vec![filed];
    for (number, (actor, command)) in (2..).zip(steps(stage)) {
        now = now.checked_add(SignedDuration::from_hours(1)).expect("an instant");
        if let Command::Fire(kind) = &command {
            let timers = timer::pending(&case);
            let due = timers.iter().find(|(_, pending)| pending == kind).expect("a pending timer");
            now = now.max(due.0);
        }
        let event = decide(&case, &actor, command, now, calendar).expect("an allowed step");
        let by = match &actor {
            Actor::Applicant(person) => Party::Applicant(*person),
            Actor::Officer(officer) => Party::Officer(officer.person),
            Actor::System => Party::System,
        };
        let id = EventId { case: id, seq: case.version.next() };
        let next = Recorded { id, at: now, by, request: request(number), event, dates: None };
        let (after, next) = apply::advance(Some(case), next, calendar).expect("a sound step");
        case = after;
        record.push(next);
    }
    record
}

/// The case that [`record`] makes.
#[must_use]
pub fn case(stage: Stage) -> Case {
    apply::replay(&record(stage)).expect("a sound record")
}

#[cfg(test)]
mod tests {
    use domain::case::State;

    use super::*;

    #[test]
    fn there_is_a_case_in_every_state() {
        let states: std::collections::BTreeSet<State> =
            Stage::ALL.into_iter().map(|stage| case(stage).state).collect();
        assert_eq!(states.len(), State::ALL.len());
        assert_eq!(case(Stage::Overdue).fired.len(), 2);
        assert!(case(Stage::Accepted).accepted_at.is_some());
    }
}
