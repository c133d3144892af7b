//! What moves the clock: extension, added time, stops, arrivals; refused with which code, and what it
//! comes to.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agency::Role;
use domain::case::Case;
use domain::clock::history::StopCause;
use domain::clock::terms::Terms;
use domain::clock::{DayBasis, Limit};
use domain::command::Command;
use domain::dates::ClockState;
use domain::decide::{MAX_REASON, open_to};
use domain::event::Event;
use domain::rejection::Rejection;
use jiff::civil::{Date, date};

use super::{assigned, assigned_with, decided, dispatcher, done, handler, received_with, refused, reviewer};
use crate::correction::correction;
use crate::scene::{filed_at, three_days};
use crate::support::original;

const NOW: &str = "2026-11-19T10:00:00+08:00";

fn november(day: i8) -> Date {
    date(2026, 11, day)
}

fn extend(amount: u32) -> Command {
    Command::Extend { amount, reason: "案情複雜".to_owned() }
}

fn add(days: u32) -> Command {
    Command::AddTime { days, reason: "會文化局".to_owned() }
}

fn stop(from: Date, until: Option<Date>) -> Command {
    Command::Stop { cause: StopCause::ForceMajeure, from, until, reason: "颱風".to_owned() }
}

fn resume(day: i8) -> Command {
    Command::Resume { last: november(day) }
}

fn arrival(day: i8) -> Command {
    Command::RecordArrival { what: original(), arrived_on: november(day) }
}

fn waiting() -> Terms {
    Terms { awaits: BTreeSet::from([original()]), ..three_days() }
}

fn by_reviewer(case: Case, command: Command) -> Case {
    done(case, &reviewer(), command, NOW)
}

fn no(case: &Case, command: Command) -> &'static str {
    refused(case, &reviewer(), command, NOW)
}

/// 行政程序法 §51 III: 於原處理期間之限度內延長之,但以一次為限.
#[test]
fn an_extension_is_made_once_and_at_most_as_long_as_the_limit() {
    assert_eq!(no(&assigned(), extend(0)), "EXTENSION_TOO_LONG");
    let too_long = decided(&assigned(), &reviewer(), extend(4), filed_at());
    assert_eq!(too_long, Err(Rejection::ExtensionTooLong { max: 3 }));
    let once = by_reviewer(assigned(), extend(3));
    // Three working days after Monday the 23rd.
    assert_eq!(once.due_day(), Some(november(26)));
    assert_eq!(no(&once, extend(1)), "EXTENSION_ALREADY_USED");
    assert!(!open_to(&once, &reviewer()).contains(&domain::command::Action::Extend));
}

/// Added days make the case longer, but not what may be extended.
#[test]
fn added_days_are_no_part_of_the_original_limit() {
    assert_eq!(no(&by_reviewer(assigned(), add(5)), extend(4)), "EXTENSION_TOO_LONG");
}

/// §51 IV: 應於原處理期間屆滿前.
#[test]
fn an_extension_comes_before_the_limit_has_run_out() {
    let at = |now: &str| decided(&assigned(), &reviewer(), extend(1), now.parse().unwrap());
    assert!(at("2026-11-23T23:59:59.999+08:00").is_ok());
    assert_eq!(at("2026-11-24T00:00:00+08:00"), Err(Rejection::ExtensionAfterExpiry));
}

#[test]
fn a_clock_that_has_not_started_is_not_extended() {
    let case = assigned_with(waiting());
    assert_eq!((case.dates.clock, no(&case, extend(1))), (ClockState::Waiting, "CLOCK_NOT_RUNNING"));
    let case = done(case, &handler(&[Role::Handler]), arrival(19), NOW);
    assert_eq!(by_reviewer(case, extend(1)).due_day(), Some(november(25)));
}

#[test]
fn a_stopped_clock_may_be_extended_and_uses_it_when_it_goes_on() {
    let case = by_reviewer(by_reviewer(assigned(), stop(november(19), None)), extend(1));
    assert_eq!(case.due_day(), None);
    assert_eq!(by_reviewer(case, resume(19)).due_day(), Some(november(25)));
}

#[test]
fn added_time_keeps_within_what_the_item_allows() {
    assert_eq!(no(&assigned(), add(0)), "ADDED_TIME_TOO_LONG");
    assert_eq!(no(&assigned(), add(6)), "ADDED_TIME_TOO_LONG");
    let case = by_reviewer(assigned(), add(3));
    assert_eq!(case.due_day(), Some(november(26)));
    let left = decided(&case, &reviewer(), add(3), filed_at());
    assert_eq!(left, Err(Rejection::AddedTimeTooLong { left: 2 }));
    let case = by_reviewer(case, add(2));
    assert_eq!(case.due_day(), Some(november(30)));
    assert_eq!(no(&case, add(1)), "ADDED_TIME_TOO_LONG");
    assert_eq!(no(&case, add(u32::MAX)), "ADDED_TIME_TOO_LONG");
    let none = assigned_with(Terms::of(Limit::days(3, DayBasis::Working).unwrap()));
    assert_eq!(no(&none, add(1)), "ADDED_TIME_TOO_LONG");
}

/// 行政程序法 §51 V.
#[test]
fn days_of_a_stop_do_not_count() {
    let closed = by_reviewer(assigned(), stop(november(19), Some(november(20))));
    assert_eq!((closed.dates.clock, closed.due_day()), (ClockState::Running, Some(november(25))));
    let open = by_reviewer(assigned(), stop(november(19), None));
    assert_eq!((open.dates.clock, open.due_day()), (ClockState::Stopped, None));
    let gone_on = done(open, &reviewer(), resume(20), "2026-11-20T10:00:00+08:00");
    assert_eq!((gone_on.dates.clock, gone_on.due_day()), (ClockState::Running, Some(november(25))));
}

#[test]
fn a_stop_does_not_end_before_it_starts() {
    assert_eq!(no(&assigned(), stop(november(19), Some(november(18)))), "PAUSE_ENDS_BEFORE_START");
    let one_day = by_reviewer(assigned(), stop(november(19), Some(november(19))));
    assert_eq!(one_day.due_day(), Some(november(24)));
    let open = by_reviewer(assigned(), stop(november(19), None));
    assert_eq!(no(&open, resume(18)), "PAUSE_ENDS_BEFORE_START");
}

#[test]
fn one_open_stop_at_a_time() {
    assert_eq!(no(&assigned(), resume(19)), "NOT_STOPPED");
    let open = by_reviewer(assigned(), stop(november(19), None));
    assert_eq!(no(&open, stop(november(19), None)), "ALREADY_STOPPED");
    assert_eq!(no(&open, stop(november(18), Some(november(18)))), "ALREADY_STOPPED");
    let gone_on = by_reviewer(open, resume(19));
    assert_eq!(no(&gone_on, resume(19)), "NOT_STOPPED");
    // A stop with an end is over by itself; another may follow, and days that overlap count once.
    let closed = by_reviewer(gone_on, stop(november(19), Some(november(20))));
    assert_eq!(no(&closed, resume(19)), "NOT_STOPPED");
    let again = by_reviewer(closed, stop(november(19), Some(november(20))));
    assert_eq!(again.due_day(), Some(november(25)));
}

#[test]
fn what_is_dated_has_come() {
    assert_eq!(no(&assigned(), stop(november(20), None)), "IN_THE_FUTURE");
    let open = by_reviewer(assigned(), stop(november(19), None));
    assert_eq!(
        decided(&open, &reviewer(), resume(20), NOW.parse().unwrap()),
        Err(Rejection::InTheFuture(november(20)))
    );
    let case = assigned_with(waiting());
    assert_eq!(refused(&case, &dispatcher(), arrival(20), NOW), "IN_THE_FUTURE");
    // The last day of a stop may be to come: a typhoon is announced before it lands.
    assert!(decided(&assigned(), &reviewer(), stop(november(19), Some(november(30))), filed_at()).is_err());
    assert_eq!(
        by_reviewer(assigned(), stop(november(19), Some(november(30)))).due_day(),
        Some(date(2026, 12, 3))
    );
}

/// 規範 十一: 等待應備資料寄達之時間,不計入處理時限.
#[test]
fn the_clock_starts_the_day_after_the_last_original_arrived() {
    let case = assigned_with(waiting());
    let early = done(case.clone(), &dispatcher(), arrival(18), NOW);
    assert_eq!(early.due_day(), Some(november(23)));
    let today = decided(&case, &handler(&[Role::Handler]), arrival(19), NOW.parse().unwrap());
    assert_eq!(today, Ok(Event::Arrived { what: original(), at: NOW.parse().unwrap() }), "no later than now");
    assert_eq!(done(case, &dispatcher(), arrival(19), NOW).due_day(), Some(november(24)));
}

#[test]
fn what_is_not_awaited_or_has_arrived_is_not_recorded() {
    assert_eq!(refused(&assigned(), &dispatcher(), arrival(19), NOW), "NOT_AWAITED");
    let case = done(received_with(waiting()), &dispatcher(), arrival(19), NOW);
    assert_eq!(refused(&case, &dispatcher(), arrival(19), NOW), "NOT_AWAITED");
    let other = Command::RecordArrival { what: "plan".parse().unwrap(), arrived_on: november(19) };
    assert_eq!(refused(&received_with(waiting()), &dispatcher(), other, NOW), "NOT_AWAITED");
}

#[test]
fn a_day_outside_the_calendar_is_refused() {
    let (before, after) = (date(2016, 12, 31), date(2028, 1, 1));
    let codes = [
        no(&assigned(), stop(before, None)),
        no(&assigned(), stop(november(19), Some(after))),
        refused(
            &assigned_with(waiting()),
            &dispatcher(),
            Command::RecordArrival { what: original(), arrived_on: before },
            NOW,
        ),
    ];
    assert_eq!(codes, ["CALENDAR_YEAR_MISSING"; 3]);
}

#[test]
fn everything_that_moves_the_clock_says_why() {
    let too_long = "理".repeat(usize::from(MAX_REASON) + 1);
    for reason in ["", " \n\t", "\u{0}", too_long.as_str()] {
        let reason = || reason.to_owned();
        let cause = StopCause::ForceMajeure;
        let commands = [
            Command::Extend { amount: 1, reason: reason() },
            Command::AddTime { days: 1, reason: reason() },
            Command::Stop { cause, from: november(19), until: None, reason: reason() },
        ];
        for command in commands {
            assert_eq!(no(&assigned(), command.clone()), "REASON_REQUIRED", "{command:?}");
        }
        let request = Command::RequestCorrection(Box::new(correction(&reason(), 7)));
        assert_eq!(refused(&assigned(), &handler(&[Role::Handler]), request, NOW), "DEFICIENCY_INCOMPLETE");
    }
    let trimmed = Command::Extend { amount: 1, reason: " 會勘 \n".to_owned() };
    assert_eq!(
        decided(&assigned(), &reviewer(), trimmed, filed_at()),
        Ok(Event::Extended { amount: 1, reason: "會勘".to_owned() })
    );
}

/// The window alone reads clocks anew; nobody types a date in.
#[test]
fn no_person_recalculates_or_fires() {
    use domain::event::Recalculation;
    use domain::text::Text;
    use domain::timer::TimerKind;

    for actor in [dispatcher(), handler(&[Role::Handler]), reviewer(), crate::scene::applicant("lin")] {
        let anew = Command::Recalculate(Box::new(Recalculation::by(Text::new("停班", "closure"))));
        for command in [anew, Command::Fire(TimerKind::Overdue)] {
            assert_eq!(refused(&assigned(), &actor, command, "2026-12-01T00:00:00+08:00"), "FORBIDDEN");
        }
    }
    assert!(open_to(&assigned(), &Actor::System).is_empty());
}
