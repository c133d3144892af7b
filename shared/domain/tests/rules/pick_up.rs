//! What is picked up in person, and until when (領取期限, 規範 十(三)5).

use domain::access::Actor;
use domain::agency::Role;
use domain::apply;
use domain::calendar::Calendar;
use domain::case::{Case, Outcome, State};
use domain::clock::terms::Terms;
use domain::command::{Action, Command};
use domain::dates;
use domain::decide::{decide, open_to};
use domain::event::Event;
use domain::refusal::FeeReading;
use domain::timer::{self, TimerKind};
use jiff::civil::{Date, date};

use super::{approve, assigned_with, dispatcher, done, handler, propose, refused, reviewer};
use crate::scene::{applicant, closed_on, three_days};
use crate::support::recorded;

/// Decided on Thursday 2026-11-19; the result is picked up within `days`.
fn approved(days: Option<u32>) -> Case {
    let case = assigned_with(Terms { pick_up_days: days, ..three_days() });
    let now = "2026-11-19T10:00:00+08:00";
    let case = done(case, &handler(&[Role::Handler]), propose(Outcome::Approve, ""), now);
    done(case, &reviewer(), approve(), now)
}

fn check(days: u32, until: Date) {
    let case = approved(Some(days));
    assert_eq!((case.state, case.dates.pick_up_due), (State::AwaitingPickUp, Some(until)));
    let end = domain::taipei::end_of(until).unwrap();
    assert_eq!(timer::pending(&case).last(), Some(&(end, TimerKind::PickUpDue)));
}

#[test]
fn the_period_is_counted_from_the_day_after_and_rolls_off_rest_days() {
    check(4, date(2026, 11, 23));
    check(2, date(2026, 11, 23));
    check(43, date(2027, 1, 4));
}

/// A week and a day before the end, at nine in the morning, if it was not decided since.
#[test]
fn whoever_does_not_pick_up_is_reminded_twice() {
    let reminders = |days| {
        let pending = timer::pending(&approved(Some(days))).into_iter();
        pending.filter(|(_, kind)| *kind != TimerKind::PickUpDue).collect::<Vec<_>>()
    };
    let at = |text: &str| text.parse().unwrap();
    assert_eq!(reminders(4), [(at("2026-11-22T09:00:00+08:00"), TimerKind::PickUpSoon)]);
    let (near, soon) = (at("2026-11-26T09:00:00+08:00"), at("2026-12-02T09:00:00+08:00"));
    assert_eq!(reminders(14), [(near, TimerKind::PickUpNear), (soon, TimerKind::PickUpSoon)]);
}

#[test]
fn what_is_not_picked_up_is_approved_at_once_and_a_rejection_too_has_no_period() {
    assert_eq!(approved(None).state, State::Approved);
    let case = assigned_with(Terms { pick_up_days: Some(4), ..three_days() });
    let now = "2026-11-19T10:00:00+08:00";
    let case = done(case, &handler(&[Role::Handler]), propose(Outcome::Reject, "不符"), now);
    let case = done(case, &reviewer(), approve(), now);
    assert_eq!((case.state, case.dates.pick_up_due), (State::Rejected, None));
}

#[test]
fn it_is_handed_over_by_the_agency_even_after_the_period() {
    let now = "2026-11-24T00:00:00+08:00";
    let case = done(approved(Some(2)), &Actor::System, Command::Fire(TimerKind::PickUpDue), now);
    assert_eq!((case.state, timer::next(&case)), (State::AwaitingPickUp, None));
    for officer in [dispatcher(), handler(&[Role::Handler])] {
        assert_eq!(open_to(&case, &officer), [Action::HandOver, Action::RecordService]);
        let case = done(case.clone(), &officer, Command::HandOver { reading: FeeReading::Narrow }, now);
        assert_eq!((case.state, case.dates.pick_up_due), (State::Closed, None));
    }
    assert_eq!(
        refused(&case, &applicant("lin"), Command::HandOver { reading: FeeReading::Narrow }, now),
        "FORBIDDEN"
    );
    assert_eq!(
        refused(&approved(None), &dispatcher(), Command::HandOver { reading: FeeReading::Narrow }, now),
        "NOT_IN_THIS_STATE"
    );
}

/// What was decided stays decided by its date; what is still to come moves.
#[test]
fn a_closure_moves_the_period_and_not_the_date_of_the_decision() {
    let case = approved(Some(2));
    let calendar = closed_on("typhoon", [date(2026, 11, 20), date(2026, 11, 23)]);
    let fresh = dates::of(&case, &calendar);
    assert_eq!((fresh.pick_up_due, fresh.due), (Some(date(2026, 11, 24)), case.dates.due));
    let now = "2026-11-19T12:00:00+08:00".parse().unwrap();
    let event = decide(&case, &Actor::System, super::recalculate(), now, &calendar).unwrap();
    let Event::Recalculated(moved) = &event else { panic!("{event:?}") };
    assert_eq!((moved.pick_up_due.from, moved.pick_up_due.to), (Some(date(2026, 11, 23)), fresh.pick_up_due));
    assert!(moved.due.is_same() && moved.is_felt());
    assert!(moved.text().en.contains("pick up"), "{:?}", moved.text());
    let next = recorded(&case, &Actor::System, event, now);
    let (case, _) = apply::advance(Some(case), next, &calendar).unwrap();
    assert!(!dates::of(&case, &calendar).moved_from(&case.dates));
    assert!(dates::of(&case, Calendar::shipped()).moved_from(&case.dates));
}
