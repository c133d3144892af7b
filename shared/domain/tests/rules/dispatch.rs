//! Giving a case to another agency, and passing it on to a body outside the window.

use domain::access::Actor;
use domain::agency::{Agency, Role};
use domain::case::{Case, State};
use domain::command::Command;
use domain::letter::Letterhead;
use domain::text::Text;
use domain::timer::{self, TimerKind};

use super::{assign, assigned, dispatcher, done, received, refused, reviewer};
use crate::support::{AGENCY, agency};

const NOW: &str = "2026-11-19T10:00:00+08:00";

pub(super) fn economy() -> Agency {
    Agency {
        code: agency("economy"),
        name: Text::new("產業發展局", "Department of Economic Development"),
        phone: String::new(),
        letterhead: Letterhead::default(),
    }
}

pub(super) fn reroute(to: Option<Agency>, reason: &str) -> Command {
    Command::Reroute { to: to.map(Box::new), reason: reason.to_owned() }
}

fn transfer(to: &str, reason: &str) -> Command {
    Command::Transfer { to: to.to_owned(), reason: reason.to_owned() }
}

#[test]
fn a_rerouted_case_is_new_to_the_other_agency_and_was_received_when_it_was() {
    for case in [received(), assigned()] {
        let after = done(case.clone(), &dispatcher(), reroute(Some(economy()), "非本處權限"), NOW);
        assert_eq!((after.state, &after.agency), (State::Received, &agency("economy")));
        assert_eq!((after.assignment, after.accepted_at), (None, None));
        assert_eq!((after.received_at(), &after.history), (case.received_at(), &case.history));
        // Whoever gave it away has it no more.
        assert_eq!(refused(&after, &dispatcher(), Command::Accept, NOW), "FORBIDDEN");
    }
}

/// Whoever gave it on had their time; the agency that has it now has its own half-day.
#[test]
fn a_case_that_nobody_takes_in_is_told_of_after_half_a_day() {
    let untaken = |case: &Case| case.dates.timers.get(&TimerKind::Untaken).copied();
    let at = |text: &str| Some(text.parse().unwrap());
    let case = received();
    assert_eq!(untaken(&case), at("2026-11-18T17:30:00+08:00"));
    let told = done(case, &Actor::System, Command::Fire(TimerKind::Untaken), "2026-11-18T17:30:00+08:00");
    assert_eq!(told.state, State::Received);
    let again = reroute(Some(economy()), "非本處權限");
    let given = done(told, &dispatcher(), again, "2026-11-20T09:00:00+08:00");
    assert_eq!(untaken(&given), at("2026-11-20T17:30:00+08:00"));
    assert!(timer::pending(&given).iter().any(|(_, kind)| *kind == TimerKind::Untaken));
    let taken = done(received(), &dispatcher(), Command::Accept, "2026-11-18T11:00:00+08:00");
    let given = assign(("handler", AGENCY, &[Role::Handler]), ("reviewer", AGENCY, &[Role::Reviewer]));
    let given = done(received(), &dispatcher(), given, "2026-11-18T11:00:00+08:00");
    assert_eq!((untaken(&taken), untaken(&given)), (None, None));
}

#[test]
fn a_case_is_given_to_another_agency_that_dispatches_and_for_a_reason() {
    let refused = |to, reason: &str| refused(&received(), &dispatcher(), reroute(to, reason), NOW);
    assert_eq!(refused(None, "非本處權限"), "NO_SUCH_AGENCY");
    let own = Agency { code: received().agency, ..economy() };
    assert_eq!(refused(Some(own), "非本處權限"), "NO_SUCH_AGENCY");
    assert_eq!(refused(Some(economy()), " "), "REASON_REQUIRED");
}

#[test]
fn a_case_that_was_passed_on_is_closed() {
    let after = done(assigned(), &reviewer(), transfer(" 交通部公路局 ", "非本市權限"), NOW);
    assert_eq!(after.state, State::Transferred);
    assert!(after.state.is_ended() && after.ended_at().is_some());
    let refused = |to: &str, reason: &str| refused(&assigned(), &reviewer(), transfer(to, reason), NOW);
    assert_eq!(refused(" ", "非本市權限"), "NO_SUCH_AGENCY");
    assert_eq!(refused(&"字".repeat(101), "非本市權限"), "NO_SUCH_AGENCY");
    assert_eq!(refused("交通部公路局", ""), "REASON_REQUIRED");
}
