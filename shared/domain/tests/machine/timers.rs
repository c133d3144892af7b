//! Timers fire where they are set.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::calendar::Calendar;
use domain::case::{Case, State};
use domain::command::Command;
use domain::ending::Conclusion;
use domain::rejection::Rejection;
use domain::timer::{self, TimerKind};

use super::situation::Situation;
use super::{after_due, done};

/// What the window fires of `case` once everything has come due, the soonest first: of reminders that are due together
/// only the one that says most.
pub(super) fn fires(case: &Case) -> Vec<Command> {
    let (mut kinds, mut left) = (Vec::new(), case.clone());
    while let Some((at, kind)) = timer::due(&left, after_due()).filter(|(_, kind)| !kinds.contains(kind)) {
        kinds.push(kind);
        left.fired.insert((kind, at));
    }
    kinds.into_iter().map(Command::Fire).collect()
}

/// A timer fires exactly where it is set; a state changes only with the end of a correction period, or of the time to
/// wait for the applicant or for a decision to be opened.
#[test]
fn timers_fire_where_they_are_set() {
    for situation in Situation::ALL {
        let case = situation.case();
        let pending: BTreeSet<TimerKind> = timer::pending(&case).into_iter().map(|(_, kind)| kind).collect();
        for kind in TimerKind::ALL {
            let command = Command::Fire(*kind);
            // What comes due last: the due date of a case whose clock stood still for a correction.
            let late = "2026-12-10T00:00:00+08:00".parse().unwrap();
            let found =
                done(&case, &Actor::System, command, late, Calendar::shipped()).map(|case| case.state);
            let after = match kind {
                TimerKind::AwaitedLapsed if case.state.is_to_dispatch() => State::Received,
                TimerKind::CorrectionDue => State::Assigned,
                TimerKind::Unopened => case.result().map_or(case.state, Conclusion::state),
                _ => case.state,
            };
            let is_fired = !case.state.is_ended() || *kind == TimerKind::Unopened;
            match (is_fired, pending.contains(kind)) {
                (true, true) => assert_eq!(found, Ok(after), "{situation:?} {kind}"),
                (true, false) => assert_eq!(found, Err(Rejection::TimerNotDue), "{situation:?} {kind}"),
                (false, _) => assert_eq!(found.unwrap_err().code(), "NOT_IN_THIS_STATE"),
            }
        }
        let corrects = case.state == State::UnderCorrection;
        assert_eq!(pending.contains(&TimerKind::CorrectionDue), corrects, "{situation:?}");
        let lies = case.state.is_to_dispatch() && case.accepted_at.is_none();
        assert_eq!(pending.contains(&TimerKind::Untaken), lies, "{situation:?}");
        let still = matches!(situation, Situation::Awaiting | Situation::Stopped | Situation::Overdue);
        let decided = case.waits_to_be_opened();
        assert_eq!(pending.is_empty(), still || (case.state.is_ended() && !decided), "{situation:?}");
    }
}
