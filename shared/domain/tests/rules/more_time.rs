//! More time to answer a correction, on request (補正期限之展延), and what then becomes of the reminders.

use domain::access::Actor;
use domain::agency::Role;
use domain::case::{Case, State};
use domain::command::{Action, Command};
use domain::decide::{MAX_CORRECTION_DAYS, open_to};
use domain::event::Event;
use domain::notice::NoticeKind;
use domain::reminder::{self, Verdict};
use domain::timer::{self, TimerKind};
use jiff::Timestamp;
use jiff::civil::date;

use super::{assigned, decided, done, refused};
use crate::correction::{correction, reply};
use crate::scene::applicant;

const ASKED: &str = "2026-11-19T10:00:00+08:00";
const LATER: &str = "2026-11-24T10:00:00+08:00";

fn handler() -> Actor {
    super::handler(&[Role::Handler])
}

fn ask(days: u32) -> Command {
    Command::AskMoreTime { days, reason: "文件尚在申請".to_owned() }
}

fn extend(days: u32) -> Command {
    Command::ExtendCorrection { days, reason: String::new() }
}

fn decline() -> Command {
    Command::DeclineMoreTime { reason: "期間已足".to_owned() }
}

/// Asked on Thursday the 19th for an answer within seven days: until Thursday the 26th.
fn asked() -> Case {
    let request = Command::RequestCorrection(Box::new(correction("補正圖說", 7)));
    done(assigned(), &handler(), request, ASKED)
}

#[test]
fn the_applicant_asks_once_at_a_time_and_the_handler_decides() {
    let waiting = done(asked(), &applicant("lin"), ask(7), LATER);
    assert_eq!((waiting.more_time, waiting.dates.correction_due), (Some(7), Some(date(2026, 11, 26))));
    assert_eq!(refused(&waiting, &applicant("lin"), ask(7), LATER), "MORE_TIME_ASKED");
    assert!(!open_to(&waiting, &applicant("lin")).contains(&Action::AskMoreTime));

    let declined = done(waiting.clone(), &handler(), decline(), LATER);
    assert_eq!((declined.more_time, declined.dates.correction_due), (None, Some(date(2026, 11, 26))));
    assert!(open_to(&declined, &applicant("lin")).contains(&Action::AskMoreTime));
    assert_eq!(refused(&declined, &handler(), decline(), LATER), "NOT_IN_THIS_STATE");

    // The 3rd of December: seven days from the day after the 26th.
    let granted = done(waiting, &handler(), extend(7), LATER);
    assert_eq!((granted.more_time, granted.dates.correction_due), (None, Some(date(2026, 12, 3))));
    assert_eq!(granted.state, State::UnderCorrection);
}

/// The agency's clock stands still as long as the applicant has time, and goes on the day after.
#[test]
fn the_clock_stands_still_for_the_longer_period() {
    let (before, after) = (asked(), done(asked(), &handler(), extend(7), LATER));
    assert_eq!(before.due_day(), Some(date(2026, 11, 30)));
    assert_eq!(after.due_day(), Some(date(2026, 12, 7)));
    let answered = done(after, &applicant("lin"), reply(1, "如附件", None), "2026-12-01T09:00:00+08:00");
    assert_eq!(answered.due_day(), Some(date(2026, 12, 3)));
}

#[test]
fn it_may_be_given_without_being_asked_for_and_more_than_once() {
    let twice = done(done(asked(), &handler(), extend(2), LATER), &handler(), extend(3), LATER);
    let once = done(asked(), &handler(), extend(5), LATER);
    assert_eq!(twice.dates.correction_due, once.dates.correction_due);
    let event = decided(&asked(), &handler(), extend(2), LATER.parse().unwrap());
    // The 28th is a Saturday.
    let until = date(2026, 11, 30);
    assert_eq!(event, Ok(Event::CorrectionExtended { days: 2, until, reason: String::new() }));
}

#[test]
fn the_whole_period_has_an_end() {
    let left = MAX_CORRECTION_DAYS - 7;
    for (days, command) in [(0, extend(0)), (left + 1, extend(left + 1)), (left + 1, ask(left + 1))] {
        let who = if command.action() == Action::AskMoreTime { applicant("lin") } else { handler() };
        assert_eq!(refused(&asked(), &who, command, LATER), "PERIOD_OUT_OF_BOUNDS", "{days}");
    }
    let full = done(asked(), &handler(), extend(left), LATER);
    assert_eq!(refused(&full, &handler(), extend(1), LATER), "PERIOD_OUT_OF_BOUNDS");
    assert!(!open_to(&full, &handler()).contains(&Action::ExtendCorrection));
}

#[test]
fn what_is_over_is_not_made_longer() {
    let end = "2026-11-27T00:00:00+08:00";
    for (who, command) in [(handler(), extend(3)), (applicant("lin"), ask(3))] {
        assert_eq!(refused(&asked(), &who, command.clone(), end), "CORRECTION_OVER");
        let lapsed = done(asked(), &Actor::System, Command::Fire(TimerKind::CorrectionDue), end);
        assert_eq!(refused(&lapsed, &who, command, end), "NOT_IN_THIS_STATE");
    }
    // A request that was not decided on goes with the period.
    let waiting = done(asked(), &applicant("lin"), ask(3), LATER);
    let lapsed = done(waiting, &Actor::System, Command::Fire(TimerKind::CorrectionDue), end);
    assert_eq!((lapsed.state, lapsed.more_time), (State::Assigned, None));
}

#[test]
fn another_list_is_not_answered_by_an_answer_to_the_one_before() {
    let end = "2026-11-27T00:00:00+08:00";
    let lapsed = done(asked(), &Actor::System, Command::Fire(TimerKind::CorrectionDue), end);
    let request = Command::RequestCorrection(Box::new(correction("補正圖說", 7)));
    let again = done(lapsed, &handler(), request, "2026-11-27T09:00:00+08:00");
    let now = "2026-11-27T10:00:00+08:00";
    assert_eq!(refused(&again, &applicant("lin"), reply(1, "如附件", None), now), "ANOTHER_CORRECTION");
    assert_eq!(done(again, &applicant("lin"), reply(2, "如附件", None), now).state, State::Assigned);
}

#[test]
fn whoever_has_more_time_is_reminded_of_the_new_date() {
    let reminders = |case: &Case| -> Vec<Timestamp> {
        let near =
            |(at, kind)| matches!(kind, TimerKind::CorrectionNear | TimerKind::CorrectionSoon).then_some(at);
        timer::pending(case).into_iter().filter_map(near).collect()
    };
    let at = |day: &str| -> Timestamp { format!("2026-{day}T09:00:00+08:00").parse().unwrap() };
    let near =
        done(asked(), &Actor::System, Command::Fire(TimerKind::CorrectionNear), "2026-11-23T09:00:00+08:00");
    assert_eq!(reminders(&near), [at("11-25")]);
    let granted = done(near, &handler(), extend(7), LATER);
    assert_eq!(reminders(&granted), [at("11-30"), at("12-02")]);
}

/// What is asked at the moment of sending.
#[test]
fn a_reminder_is_moot_once_there_is_nothing_to_remind_of() {
    let owed: Timestamp = "2026-11-23T09:00:00+08:00".parse().unwrap();
    let judged = |case: &Case, now: &str| {
        reminder::judge(case, NoticeKind::CorrectionReminder, owed, now.parse().unwrap())
    };
    let noon = "2026-11-24T12:00:00+08:00";
    assert_eq!(judged(&asked(), noon), Verdict::Send);
    let morning = "2026-11-25T08:00:00+08:00".parse().unwrap();
    assert_eq!(judged(&asked(), "2026-11-24T21:00:00+08:00"), Verdict::Hold(morning));
    let answered = done(asked(), &applicant("lin"), reply(1, "如附件", None), LATER);
    let withdrawn = done(asked(), &applicant("lin"), Command::Withdraw { reason: String::new() }, LATER);
    let granted = done(asked(), &handler(), extend(7), LATER);
    for case in [answered, withdrawn, granted] {
        assert_eq!(judged(&case, noon), Verdict::Moot, "{:?}", case.state);
    }
    assert_eq!(judged(&asked(), "2026-11-27T00:00:00+08:00"), Verdict::Moot, "the period is over");
    // Nothing else is held back by night or dropped.
    let now = "2026-11-24T23:00:00+08:00".parse().unwrap();
    assert_eq!(reminder::judge(&asked(), NoticeKind::Decided, owed, now), Verdict::Send);
}
