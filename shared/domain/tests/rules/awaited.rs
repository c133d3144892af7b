//! Before anybody has it, a case is with the applicant whose fee or original its clock waits for (規範 十一): it
//! may be worked on all the same, nothing is refused for it, and the window does not wait for ever.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agency::Role;
use domain::apply;
use domain::case::{Case, State};
use domain::clock::terms::{FeeTiming, Terms, WaitingDays};
use domain::command::Command;
use domain::dates::ClockState;
use domain::event::Event;
use domain::notice::{NoticeKind, Recipient, owed};
use domain::timer::{self, TimerKind};
use jiff::civil::date;

use super::dispatch::{economy, reroute};
use super::paying::{FEE, assign, paid};
use super::{dispatcher, done, received_with, refused};
use crate::fees::filing_with_fee;
use crate::scene::{applicant, filed_at, three_days};
use crate::support::{agency, filing, original};

const NOW: &str = "2026-11-19T10:00:00+08:00";

fn with_fee(terms: Terms) -> Case {
    let terms = Terms { fee: FeeTiming::AtApplication, ..terms };
    apply::open(&filing_with_fee(terms, filed_at(), FEE)).unwrap()
}

fn with_original() -> Terms {
    Terms { awaits: BTreeSet::from([original()]), ..three_days() }
}

fn arrived(case: Case, now: &str) -> Case {
    let command = Command::RecordArrival { what: original(), arrived_on: date(2026, 11, 19) };
    done(case, &dispatcher(), command, now)
}

#[test]
fn it_waits_for_the_fee_before_anything_else_and_then_for_the_original() {
    let case = with_fee(with_original());
    assert_eq!((case.state, case.dates.clock), (State::AwaitingPayment, ClockState::Waiting));
    let case = paid(case, "1", NOW);
    assert_eq!((case.state, case.due_day()), (State::AwaitingMaterials, None));
    let case = arrived(case, NOW);
    assert_eq!((case.state, case.dates.clock), (State::Received, ClockState::Running));
    // In whatever order they come.
    let case = arrived(with_fee(with_original()), NOW);
    assert_eq!(case.state, State::AwaitingPayment);
    assert_eq!(paid(case, "1", NOW).state, State::Received);
}

#[test]
fn a_fee_that_nobody_has_set_is_not_waited_for() {
    let terms = Terms { fee: FeeTiming::AtApplication, ..three_days() };
    let quoted = apply::open(&filing(terms, filed_at())).unwrap();
    assert_eq!((quoted.state, quoted.awaited_until()), (State::Received, None));
}

#[test]
fn what_is_awaited_keeps_nobody_from_working_on_it() {
    for case in [with_fee(three_days()), received_with(with_original())] {
        assert!(case.state != State::Received && case.state.is_to_dispatch());
        let accepted = done(case.clone(), &dispatcher(), Command::Accept, NOW);
        assert_eq!(accepted.state, case.state);
        let assigned = done(accepted, &dispatcher(), assign(), NOW);
        assert_eq!((assigned.state, assigned.due_day()), (State::Assigned, None));
        // Whoever has it next waits for the same.
        let rerouted = done(assigned, &dispatcher(), reroute(Some(economy()), "管轄"), NOW);
        assert_eq!((rerouted.state, rerouted.agency), (case.state, agency("economy")));
    }
}

fn waits(case: &Case) -> bool {
    timer::pending(case).iter().any(|(_, kind)| *kind == TimerKind::AwaitedLapsed)
}

#[test]
fn the_window_waits_fifteen_days_from_the_day_after_and_no_longer() {
    for case in [with_fee(three_days()), received_with(with_original())] {
        // Filed on the 18th; the 3rd of December is its last day, whatever the calendar says of it.
        assert_eq!(case.awaited_until(), Some(date(2026, 12, 3)));
        assert_eq!(case.own_period(), case.awaited_until());
        let fire = Command::Fire(TimerKind::AwaitedLapsed);
        let last = "2026-12-03T23:59:59+08:00";
        assert_eq!(refused(&case, &Actor::System, fire.clone(), last), "TIMER_NOT_DUE");
        let after = done(case, &Actor::System, fire, "2026-12-04T00:00:00+08:00");
        assert_eq!((after.state, after.dates.clock), (State::Received, ClockState::Waiting));
        assert_eq!((after.awaited_until(), waits(&after)), (None, false));
        let told = owed(&after, &Event::TimerFired(TimerKind::AwaitedLapsed));
        let dispatchers = Recipient::Everybody(Role::Dispatcher);
        let kind = NoticeKind::AwaitedLapsed;
        assert_eq!(told, [(kind, Recipient::Applicant), (kind, dispatchers)]);
    }
}

#[test]
fn what_comes_after_all_still_starts_the_clock() {
    let fire = Command::Fire(TimerKind::AwaitedLapsed);
    let lapsed = done(with_fee(three_days()), &Actor::System, fire, "2026-12-04T00:00:00+08:00");
    let late = paid(lapsed, "1", "2026-12-07T10:00:00+08:00");
    assert_eq!((late.state, late.due_day()), (State::Received, Some(date(2026, 12, 10))));
}

#[test]
fn an_item_may_wait_longer_or_shorter() {
    let mut terms = with_original();
    terms.settings.waiting = WaitingDays::new(30).unwrap();
    assert_eq!(received_with(terms).awaited_until(), Some(date(2026, 12, 18)));
    assert_eq!([0, 1, 365, 366].map(|days| WaitingDays::new(days).is_some()), [false, true, true, false]);
}

#[test]
fn whoever_has_the_case_decides_when_to_ask_and_the_window_stops_waiting() {
    let assigned = done(received_with(with_original()), &dispatcher(), assign(), NOW);
    assert_eq!(assigned.awaited().count(), 1, "it is still to come");
    assert_eq!((assigned.awaited_until(), timer::next(&assigned)), (None, None));
    let fire = Command::Fire(TimerKind::AwaitedLapsed);
    assert_eq!(refused(&assigned, &Actor::System, fire, "2026-12-04T00:00:00+08:00"), "TIMER_NOT_DUE");
    // Given back to nobody, it is waited for as long as before.
    let back = done(assigned, &dispatcher(), reroute(Some(economy()), "非本處權限"), NOW);
    assert_eq!((back.state, back.awaited_until()), (State::AwaitingMaterials, Some(date(2026, 12, 3))));
    // Given back when that is over, it is not waited for again.
    let assigned = done(received_with(with_original()), &dispatcher(), assign(), NOW);
    let late =
        done(assigned, &dispatcher(), reroute(Some(economy()), "非本處權限"), "2026-12-04T00:00:00+08:00");
    assert_eq!((late.state, late.awaited_until(), waits(&late)), (State::Received, None, false));
}

/// The clock starts with it, so whoever dispatches must hear of it.
#[test]
fn what_was_waited_for_brings_the_case_to_the_dispatchers() {
    let dispatchers = (NoticeKind::CaseReady, Recipient::Everybody(Role::Dispatcher));
    let arrived = |what| Event::Arrived { what, at: filed_at() };
    let case = self::arrived(received_with(with_original()), NOW);
    assert_eq!(
        owed(&case, &arrived(original())),
        [(NoticeKind::Arrived, Recipient::Applicant), dispatchers.clone()]
    );
    // The fee is still to come, and would be after the window gave up.
    let case = self::arrived(with_fee(with_original()), NOW);
    assert_eq!(owed(&case, &arrived(original())).len(), 1);
    let fire = Command::Fire(TimerKind::AwaitedLapsed);
    let lapsed = done(with_fee(with_original()), &Actor::System, fire.clone(), "2026-12-04T00:00:00+08:00");
    let case = self::arrived(lapsed, "2026-12-04T10:00:00+08:00");
    assert_eq!((case.state, owed(&case, &arrived(original())).len()), (State::Received, 1));
    let told = |case: &Case| {
        let posting = case.ledger.entries.last().unwrap().posting.clone();
        owed(case, &Event::Money(Box::new(posting)))
    };
    let case = paid(with_fee(three_days()), "1", NOW);
    assert_eq!(told(&case), [(NoticeKind::FeePosted, Recipient::Applicant), dispatchers.clone()]);
    // The fee came after the window gave up, and the original has not.
    let lapsed = done(with_fee(with_original()), &Actor::System, fire, "2026-12-04T00:00:00+08:00");
    let half = paid(lapsed, "1", "2026-12-04T11:00:00+08:00");
    assert_eq!((half.state, told(&half).len()), (State::Received, 1));
    // Paid twice is no news to them, whatever the clocks of two machines say.
    for now in ["2026-11-19T11:00:00+08:00", NOW, "2026-11-19T09:59:59+08:00"] {
        assert!(!told(&paid(case.clone(), "2", now)).contains(&dispatchers), "{now}");
    }
}

#[test]
fn nothing_is_awaited_of_a_case_that_has_ended() {
    for case in [with_fee(three_days()), received_with(with_original())] {
        let withdraw = Command::Withdraw { reason: String::new() };
        let ended = done(case, &applicant("lin"), withdraw, NOW);
        assert_eq!((ended.awaited().next(), ended.awaited_until()), (None, None));
    }
}
