//! The applicant's correction period, and what a new calendar does to the dates of a case.

use domain::access::Actor;
use domain::agency::Role;
use domain::apply;
use domain::case::{Case, Outcome, State};
use domain::clock::terms::{CorrectionPolicy, Terms};
use domain::clock::{DayBasis, Limit};
use domain::command::Command;
use domain::dates::ClockState;
use domain::decide::decide;
use domain::event::{Event, Moved, Recalculation};
use domain::rejection::Rejection;
use domain::text::Text;
use domain::timer::TimerKind;
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::{assigned, assigned_with, decided, done, propose, refused};
use crate::correction::{correction, reply};
use crate::scene::{applicant, closed_on, filed_at, three_days};
use crate::support::{filing, recorded};

/// The longest correction period, in days.
const LONGEST: u32 = 90;
const ASKED: &str = "2026-11-19T10:00:00+08:00";

fn handler() -> Actor {
    super::handler(&[Role::Handler])
}

fn november(day: i8) -> Date {
    date(2026, 11, day)
}

fn request(days: u32) -> Command {
    Command::RequestCorrection(Box::new(correction("補正圖說", days)))
}

fn answer(arrived_on: Option<Date>) -> Command {
    reply(1, "如附件", arrived_on)
}

/// Three working days, asked on the first of them for something within seven days: until Thursday.
fn asked() -> Case {
    done(assigned(), &handler(), request(7), ASKED)
}

fn lapsed() -> Case {
    done(asked(), &Actor::System, Command::Fire(TimerKind::CorrectionDue), "2026-11-27T00:00:00+08:00")
}

#[test]
fn a_correction_period_has_bounds() {
    for days in [0, LONGEST + 1, u32::MAX] {
        let refused = decided(&assigned(), &handler(), request(days), filed_at());
        assert_eq!(refused, Err(Rejection::Period { min: 1, max: LONGEST }), "{days}");
    }
    for days in [1, LONGEST] {
        assert!(decided(&assigned(), &handler(), request(days), filed_at()).is_ok(), "{days}");
    }
    assert_eq!(refused(&assigned(), &handler(), request(91), ASKED), "PERIOD_OUT_OF_BOUNDS");
    assert_eq!(
        refused(&assigned(), &handler(), request(20), "2027-12-20T10:00:00+08:00"),
        "CALENDAR_YEAR_MISSING"
    );
}

#[test]
fn a_correction_request_suspends_the_clock_and_has_a_last_day() {
    let case = asked();
    assert_eq!(case.state, State::UnderCorrection);
    // The day of the request counts; the last day rolls over no weekend here.
    assert_eq!(case.dates.correction_due, Some(november(26)));
    assert_eq!(case.due_day(), Some(november(30)));
    let rolled = done(assigned(), &handler(), request(2), ASKED);
    assert_eq!(rolled.dates.correction_due, Some(november(23)), "a Saturday rolls to Monday");
}

#[test]
fn an_answer_brings_the_case_back_and_the_clock_goes_on_the_day_after() {
    let case = done(asked(), &applicant("lin"), answer(None), "2026-11-20T23:00:00+08:00");
    assert_eq!((case.state, case.dates.correction_due), (State::Assigned, None));
    assert_eq!(case.due_day(), Some(november(24)));
    assert_eq!(
        refused(&case, &applicant("lin"), answer(None), "2026-11-21T10:00:00+08:00"),
        "NOT_IN_THIS_STATE"
    );
}

#[test]
fn an_applicant_says_what_they_put_right_an_officer_may_only_record_it() {
    let silent = || reply(1, " ", None);
    assert_eq!(refused(&asked(), &applicant("lin"), silent(), "2026-11-20T10:00:00+08:00"), "UNFIT");
    assert_eq!(done(asked(), &handler(), silent(), "2026-11-20T10:00:00+08:00").state, State::Assigned);
}

/// What came by post counts from the day it came, for whoever records it; not for the applicant.
#[test]
fn an_answer_is_dated_by_an_officer_alone() {
    let now: Timestamp = "2026-11-24T10:00:00+08:00".parse().unwrap();
    let at = |actor: &Actor, day| match decided(&asked(), actor, answer(Some(november(day))), now) {
        Ok(Event::CorrectionAnswered { at, .. }) => Ok(at),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal.code()),
    };
    assert_eq!(at(&applicant("lin"), 20), Ok(now));
    assert_eq!(at(&applicant("lin"), 30), Ok(now));
    assert_eq!(at(&handler(), 24), Ok(now), "no later than now");
    let recorded = at(&handler(), 20).unwrap();
    assert_eq!(domain::taipei::day_of(recorded), november(20));
    assert!(recorded < now);
    assert_eq!(at(&handler(), 25), Err("IN_THE_FUTURE"));
    assert_eq!(at(&handler(), 18), Err("ANSWER_BEFORE_REQUEST"));
    assert!(at(&handler(), 19).is_ok(), "the day of the request itself");
    let posted = done(asked(), &handler(), answer(Some(november(20))), "2026-11-24T10:00:00+08:00");
    assert_eq!(posted.due_day(), Some(november(24)));
}

/// 法務部 88.11.19: the clock goes on the day after the period, whether anybody noticed or not.
#[test]
fn a_lapse_returns_the_case_to_the_handler_and_moves_no_date() {
    let (before, after) = (asked(), lapsed());
    assert_eq!((before.due_day(), after.due_day()), (Some(november(30)), Some(november(30))));
    assert_eq!((after.state, after.dates.correction_due), (State::Assigned, None));
    assert!(decided(&after, &handler(), propose(Outcome::Reject, "逾期未補正"), filed_at()).is_ok());
}

#[test]
fn an_answer_after_the_lapse_is_taken_before_a_refusal() {
    for who in [applicant("lin"), handler()] {
        let late = done(lapsed(), &who, answer(None), "2026-11-28T10:00:00+08:00");
        assert_eq!((late.state, late.due_day()), (State::Assigned, Some(november(30))), "moves no date");
        assert_eq!(refused(&late, &who, answer(None), "2026-11-28T10:00:00+08:00"), "NOT_IN_THIS_STATE");
    }
    let proposed =
        done(lapsed(), &handler(), propose(Outcome::Reject, "逾期未補正"), "2026-11-27T10:00:00+08:00");
    let too_late = refused(&proposed, &applicant("lin"), answer(None), "2026-11-28T10:00:00+08:00");
    assert_eq!(too_late, "NOT_IN_THIS_STATE");
}

/// The last day has passed, but the tick has not come yet.
#[test]
fn an_answer_between_the_period_and_the_tick_is_taken_and_moves_no_date() {
    let case = done(asked(), &applicant("lin"), answer(None), "2026-11-27T00:00:30+08:00");
    assert_eq!((case.state, case.due_day()), (State::Assigned, Some(november(30))));
    let lapse = Command::Fire(TimerKind::CorrectionDue);
    assert_eq!(refused(&case, &Actor::System, lapse, "2026-11-27T00:01:00+08:00"), "TIMER_NOT_DUE");
}

#[test]
fn a_case_may_be_corrected_again_and_lapse_again() {
    let again = done(lapsed(), &handler(), request(2), "2026-11-27T10:00:00+08:00");
    assert_eq!((again.state, again.dates.correction_due), (State::UnderCorrection, Some(november(30))));
    let again =
        done(again, &Actor::System, Command::Fire(TimerKind::CorrectionDue), "2026-12-01T00:00:00+08:00");
    assert_eq!((again.state, again.history.corrections.len()), (State::Assigned, 2));
    let fired = again.fired.iter().filter(|(kind, _)| *kind == TimerKind::CorrectionDue).count();
    assert_eq!(fired, 2);
}

#[test]
fn the_item_version_says_what_a_correction_does_to_the_clock() {
    let due = |correction| {
        let case = assigned_with(Terms { correction, ..three_days() });
        let case = done(case, &handler(), request(7), ASKED);
        done(case, &applicant("lin"), answer(None), "2026-11-24T10:00:00+08:00").due_day().unwrap()
    };
    assert_eq!(due(CorrectionPolicy::Included), november(23));
    assert_eq!(due(CorrectionPolicy::Suspend), november(26));
    assert_eq!(due(CorrectionPolicy::SuspendCapped(1)), november(24));
    assert_eq!(due(CorrectionPolicy::Restart), november(27));
}

fn recalculate() -> Command {
    Command::Recalculate(Box::new(Recalculation::by(Text::new("颱風停班", "a typhoon"))))
}

#[test]
fn a_calendar_that_changes_no_date_changes_no_case() {
    let unchanged = decided(&assigned(), &Actor::System, recalculate(), filed_at());
    assert_eq!(unchanged, Err(Rejection::NothingChanges));
    // Another version of the calendar, and a day closed that the case does not reach.
    let calendar = closed_on("later", [november(24)]);
    let unchanged = decide(&assigned(), &Actor::System, recalculate(), filed_at(), &calendar);
    assert_eq!(unchanged, Err(Rejection::NothingChanges));
}

#[test]
fn a_recalculation_has_old_day_new_day_version_and_cause_and_nothing_the_caller_made_up() {
    let calendar = closed_on("typhoon", [november(26)]);
    let invented = Recalculation {
        calendar: "invented".to_owned(),
        due: Moved { from: None, to: Some(november(1)) },
        correction_due: Moved { from: None, to: Some(november(1)) },
        ..Recalculation::by(Text::new("颱風停班", "a typhoon"))
    };
    let command = Command::Recalculate(Box::new(invented));
    let event = decide(&asked(), &Actor::System, command, filed_at(), &calendar).unwrap();
    let expected = Recalculation {
        calendar: "typhoon".to_owned(),
        cause: Text::new("颱風停班", "a typhoon"),
        // Thursday is closed: the correction may come on Friday, and the clock goes on after that.
        correction_due: Moved { from: Some(november(26)), to: Some(november(27)) },
        due: Moved { from: Some(november(30)), to: Some(date(2026, 12, 1)) },
        pick_up_due: Moved::default(),
        reviews: std::collections::BTreeMap::new(),
    };
    assert_eq!(event, Event::Recalculated(expected));
    let next = recorded(&asked(), &Actor::System, event, filed_at());
    let (case, next) = apply::advance(Some(asked()), next, &calendar).unwrap();
    assert_eq!((case.due_day(), case.dates.calendar.as_str()), (Some(date(2026, 12, 1)), "typhoon"));
    assert_eq!(next.dates.as_ref(), Some(&case.dates));
    let again = decide(&case, &Actor::System, recalculate(), filed_at(), &calendar);
    assert_eq!(again, Err(Rejection::NothingChanges));
}

/// `CALENDAR_YEAR_MISSING`: shown as provisional, never guessed, and computed once the year is there.
#[test]
fn a_due_date_beyond_the_published_years_comes_with_the_year() {
    use domain::calendar::{Calendar, OfficialYear};

    let terms = Terms::of(Limit::days(10, DayBasis::Working).unwrap());
    let case = apply::open(&filing(terms, "2027-12-28T10:00:00+08:00".parse().unwrap())).unwrap();
    assert_eq!((case.dates.clock, case.due_day()), (ClockState::Unpublished, None));
    let year = OfficialYear::of(2028, std::collections::BTreeMap::new());
    let calendar = Calendar::shipped().with_year("2028", &year).unwrap();
    let event = decide(&case, &Actor::System, recalculate(), filed_at(), &calendar).unwrap();
    let Event::Recalculated(recalculation) = event else { panic!("{event:?}") };
    assert_eq!(recalculation.due, Moved { from: None, to: Some(date(2028, 1, 12)) });
}
