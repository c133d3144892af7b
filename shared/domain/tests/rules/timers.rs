//! When the window wakes up by itself.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agency::Role;
use domain::apply;
use domain::calendar::Calendar;
use domain::case::{Case, Outcome, State};
use domain::clock::terms::{ClosureOnCalendarDays, Settings, Terms, Unit, Warnings, WindowClose};
use domain::clock::{DayBasis, Limit};
use domain::command::Command;
use domain::dates::ClockState;
use domain::decide::decide;
use domain::event::{Event, Recalculation};
use domain::rejection::Rejection;
use domain::text::Text;
use domain::timer::{self, TimerKind};
use jiff::Timestamp;
use jiff::civil::date;

use super::{assigned_with, decided, done, handler, propose, received, received_with, refused, reviewer};
use crate::correction::{correction, reply};
use crate::letters::approve;
use crate::scene::{applicant, closed_on, filed_at, three_days};
use crate::support::{filing, original, recorded};

fn ten_days() -> Terms {
    Terms::of(Limit::days(10, DayBasis::Working).unwrap())
}

/// What is pending, instants as people in Taipei write them; that nobody takes it in is another matter.
fn pending(case: &Case) -> Vec<(TimerKind, String)> {
    let shown = |at: Timestamp| domain::taipei::OFFSET.to_datetime(at).strftime("%m-%d %H:%M").to_string();
    let timers = timer::pending(case).into_iter().filter(|(_, kind)| *kind != TimerKind::Untaken);
    timers.map(|(at, kind)| (kind, shown(at))).collect()
}

fn expect(case: &Case, timers: &[(TimerKind, &str)]) {
    let timers: Vec<_> = timers.iter().map(|(kind, at)| (*kind, (*at).to_owned())).collect();
    assert_eq!(pending(case), timers);
}

fn fire(case: Case, kind: TimerKind, now: &str) -> Case {
    done(case, &Actor::System, Command::Fire(kind), now)
}

fn request(days: u32) -> Command {
    Command::RequestCorrection(Box::new(correction("圖說", days)))
}

/// Received on Wednesday 11-18, ten working days: due on Wednesday 12-02.
#[test]
fn reminders_come_three_working_days_before_one_before_on_the_day_and_when_it_is_over() {
    let case = received_with(ten_days());
    assert_eq!(case.due_day(), Some(date(2026, 12, 2)));
    expect(
        &case,
        &[
            (TimerKind::DueNear, "11-27 00:00"),
            (TimerKind::DueSoon, "12-01 00:00"),
            (TimerKind::DueToday, "12-02 00:00"),
            (TimerKind::Overdue, "12-03 00:00"),
        ],
    );
}

#[test]
fn an_item_may_have_its_own_reminders() {
    let settings = Settings { warnings: Warnings { early: 5, late: 2 }, ..Settings::default() };
    let case = received_with(Terms { settings, ..ten_days() });
    let reminders = [(TimerKind::DueNear, "11-25 00:00"), (TimerKind::DueSoon, "11-30 00:00")];
    assert_eq!(pending(&case).get(..2), Some(reminders.map(|(kind, at)| (kind, at.to_owned())).as_slice()));
}

/// A reminder at or before receipt would remind of nothing.
#[test]
fn no_reminder_comes_at_or_before_receipt() {
    use TimerKind as K;

    let filed = |days, at: &str| {
        let terms = Terms::of(Limit::days(days, DayBasis::Working).unwrap());
        let case = apply::open(&filing(terms, at.parse().unwrap())).unwrap();
        pending(&case).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>()
    };
    let noon = "2026-11-18T12:00:00+08:00";
    assert_eq!(filed(4, noon), [K::DueNear, K::DueSoon, K::DueToday, K::Overdue]);
    assert_eq!(filed(3, noon), [K::DueSoon, K::DueToday, K::Overdue]);
    assert_eq!(filed(2, noon), [K::DueSoon, K::DueToday, K::Overdue]);
    assert_eq!(filed(1, noon), [K::DueToday, K::Overdue]);
    assert_eq!(filed(3, "2026-11-18T00:00:00+08:00"), [K::DueSoon, K::DueToday, K::Overdue], "at receipt");
}

/// 民法 §121: finished any time of the last day is on time.
#[test]
fn overdue_begins_with_the_day_after_the_due_date() {
    let fire = |at: &str| {
        decided(&received(), &Actor::System, Command::Fire(TimerKind::Overdue), at.parse().unwrap())
    };
    assert_eq!(fire("2026-11-23T23:59:59.999+08:00"), Err(Rejection::TimerNotDue));
    assert_eq!(fire("2026-11-24T00:00:00+08:00"), Ok(Event::TimerFired(TimerKind::Overdue)));
}

#[test]
fn a_limit_in_hours_runs_out_at_its_instant_and_has_no_days_to_remind_of() {
    let case = received_with(Terms::of(Limit::new(4, Unit::Hour).unwrap()));
    // Two and a half hours before noon, the rest after the break.
    expect(&case, &[(TimerKind::Overdue, "11-18 15:00")]);
}

#[test]
fn a_timer_fires_once() {
    let case = fire(assigned_with(three_days()), TimerKind::DueSoon, "2026-11-20T00:00:00+08:00");
    let again =
        refused(&case, &Actor::System, Command::Fire(TimerKind::DueSoon), "2026-11-30T00:00:00+08:00");
    assert_eq!(again, "TIMER_NOT_DUE");
    expect(&case, &[(TimerKind::DueToday, "11-23 00:00"), (TimerKind::Overdue, "11-24 00:00")]);
    assert_eq!(timer::next(&case).unwrap().1, TimerKind::DueToday);
}

#[test]
fn reminders_move_with_the_due_date_and_fire_again_then() {
    let case = fire(assigned_with(ten_days()), TimerKind::DueNear, "2026-11-27T00:00:00+08:00");
    let extend = Command::Extend { amount: 10, reason: "會勘".to_owned() };
    let case = done(case, &reviewer(), extend, "2026-11-27T10:00:00+08:00");
    expect(
        &case,
        &[
            (TimerKind::DueNear, "12-11 00:00"),
            (TimerKind::DueSoon, "12-15 00:00"),
            (TimerKind::DueToday, "12-16 00:00"),
            (TimerKind::Overdue, "12-17 00:00"),
        ],
    );
    let early =
        refused(&case, &Actor::System, Command::Fire(TimerKind::DueNear), "2026-12-10T23:59:00+08:00");
    assert_eq!(early, "TIMER_NOT_DUE");
    let case = fire(case, TimerKind::DueNear, "2026-12-11T00:00:00+08:00");
    let fired: Vec<_> = case.fired.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(fired, [TimerKind::DueNear, TimerKind::DueNear]);
}

#[test]
fn a_closed_day_moves_the_timers_in_the_same_event() {
    let case = received_with(ten_days());
    let calendar = closed_on("typhoon", [date(2026, 11, 30)]);
    let command = Command::Recalculate(Box::new(Recalculation::by(Text::new("颱風", "typhoon"))));
    let event = decide(&case, &Actor::System, command, filed_at(), &calendar).unwrap();
    let next = recorded(&case, &Actor::System, event, filed_at());
    let (after, next) = apply::advance(Some(case), next, &calendar).unwrap();
    assert_eq!(next.dates.as_ref(), Some(&after.dates));
    expect(
        &after,
        &[
            // 11-30 does not work any more: three working days before 12-03 is still 11-27.
            (TimerKind::DueNear, "11-27 00:00"),
            (TimerKind::DueSoon, "12-02 00:00"),
            (TimerKind::DueToday, "12-03 00:00"),
            (TimerKind::Overdue, "12-04 00:00"),
        ],
    );
}

#[test]
fn a_correction_period_ends_with_its_last_day_and_its_timer_goes_with_the_answer() {
    let asked =
        done(assigned_with(ten_days()), &handler(&[Role::Handler]), request(7), "2026-11-19T10:00:00+08:00");
    let at = |case: &Case| case.dates.timers.get(&TimerKind::CorrectionDue).copied();
    assert_eq!(at(&asked), Some("2026-11-27T00:00:00+08:00".parse().unwrap()));
    let answer = reply(1, "如附", None);
    let answered = done(asked.clone(), &applicant("lin"), answer, "2026-11-20T10:00:00+08:00");
    assert_eq!(at(&answered), None);
    let command = Command::Fire(TimerKind::CorrectionDue);
    assert_eq!(refused(&asked, &Actor::System, command, "2026-11-26T23:59:59+08:00"), "TIMER_NOT_DUE");
    let lapsed = fire(asked, TimerKind::CorrectionDue, "2026-11-27T00:00:00+08:00");
    assert_eq!((lapsed.state, at(&lapsed)), (State::Assigned, None));
}

/// 作業要點 5: handled together once the window has closed.
#[test]
fn the_close_of_a_window_starts_the_clock_and_wakes_whoever_has_the_case() {
    let windows = BTreeSet::from([WindowClose::new(11, 20).unwrap(), WindowClose::new(5, 20).unwrap()]);
    let case = received_with(Terms { windows, ..three_days() });
    assert_eq!(case.due_day(), Some(date(2026, 11, 25)));
    expect(
        &case,
        &[
            // Three working days before the 25th is the 20th itself.
            (TimerKind::DueNear, "11-20 00:00"),
            (TimerKind::WindowClosed, "11-21 00:00"),
            (TimerKind::DueSoon, "11-24 00:00"),
            (TimerKind::DueToday, "11-25 00:00"),
            (TimerKind::Overdue, "11-26 00:00"),
        ],
    );
}

#[test]
fn a_clock_that_waits_or_stands_still_has_no_due_date_to_remind_of() {
    let waiting = received_with(Terms { awaits: BTreeSet::from([original()]), ..three_days() });
    assert_eq!(waiting.dates.clock, ClockState::Waiting);
    assert_eq!(
        pending(&waiting).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>(),
        [TimerKind::AwaitedLapsed]
    );
    let stop = Command::Stop {
        cause: domain::clock::history::StopCause::ForceMajeure,
        from: date(2026, 11, 19),
        until: None,
        reason: "颱風".to_owned(),
    };
    let stopped = done(assigned_with(ten_days()), &reviewer(), stop, "2026-11-19T10:00:00+08:00");
    assert_eq!((stopped.dates.clock, pending(&stopped)), (ClockState::Stopped, vec![]));
    let far = apply::open(&filing(ten_days(), "2027-12-28T10:00:00+08:00".parse().unwrap())).unwrap();
    assert_eq!((far.dates.clock, pending(&far)), (ClockState::Unpublished, vec![]));
}

#[test]
fn the_timers_of_a_closed_case_are_gone() {
    let withdraw = Command::Withdraw { reason: String::new() };
    let withdrawn = done(received(), &applicant("lin"), withdraw, "2026-11-19T10:00:00+08:00");
    let now = "2026-11-19T10:00:00+08:00";
    let proposed =
        done(assigned_with(ten_days()), &handler(&[Role::Handler]), propose(Outcome::Approve, ""), now);
    assert!(!pending(&proposed).is_empty());
    let approved = done(proposed, &reviewer(), approve(), now);
    // Of a decision it is waited for that somebody opens it.
    expect(&approved, &[(TimerKind::Unopened, "11-27 00:00")]);
    assert_eq!(approved.dates.timers.len(), 1);
    assert!(withdrawn.dates.timers.is_empty() && timer::next(&withdrawn).is_none());
    for case in [withdrawn, approved] {
        let command = Command::Fire(TimerKind::Overdue);
        assert_eq!(refused(&case, &Actor::System, command, "2027-01-01T00:00:00+08:00"), "NOT_IN_THIS_STATE");
    }
}

/// A closure that only a reminder feels: an event, and nobody is told of it.
#[test]
fn a_closure_may_move_nothing_but_a_reminder() {
    let settings = Settings { closure_on_calendar_days: ClosureOnCalendarDays::Rolls, ..Settings::default() };
    let limit = Limit::days(10, DayBasis::Calendar).unwrap();
    let case = received_with(Terms { settings, ..Terms::of(limit) });
    // Saturday 11-28 rolls to Monday.
    assert_eq!(case.due_day(), Some(date(2026, 11, 30)));
    let calendar = closed_on("typhoon", [date(2026, 11, 27)]);
    let command = Command::Recalculate(Box::new(Recalculation::by(Text::new("颱風", "typhoon"))));
    let event = decide(&case, &Actor::System, command.clone(), filed_at(), &calendar).unwrap();
    let Event::Recalculated(recalculation) = &event else { panic!("{event:?}") };
    assert!(!recalculation.is_felt(), "{recalculation:?}");
    let next = recorded(&case, &Actor::System, event, filed_at());
    let (after, _) = apply::advance(Some(case), next, &calendar).unwrap();
    let near = after.dates.timers.get(&TimerKind::DueSoon).copied();
    assert_eq!(near, Some("2026-11-26T00:00:00+08:00".parse().unwrap()));
    let again = decide(&after, &Actor::System, command, filed_at(), &calendar);
    assert_eq!(again, Err(Rejection::NothingChanges));
    assert!(Calendar::shipped().closures().is_empty());
}
