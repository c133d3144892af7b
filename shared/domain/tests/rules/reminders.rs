//! What the agency is reminded of, and when there is nothing to be reminded of.

use domain::access::Actor;
use domain::agency::Role;
use domain::case::Case;
use domain::clock::history::StopCause;
use domain::clock::terms::Terms;
use domain::clock::{DayBasis, Limit};
use domain::command::Command;
use domain::timer::{self, TimerKind};

use super::{assigned_with, done, handler, reviewer};
use crate::correction::correction;
use crate::scene::three_days;

/// Ten working days from Wednesday 2026-11-18: until Wednesday 2026-12-02.
fn ten_days() -> Case {
    assigned_with(Terms { limit: Limit::days(10, DayBasis::Working).unwrap(), ..three_days() })
}

fn pending(case: &Case) -> Vec<TimerKind> {
    timer::pending(case).into_iter().map(|(_, kind)| kind).collect()
}

fn due(case: &Case, now: &str) -> Option<TimerKind> {
    timer::due(case, now.parse().unwrap()).map(|(_, kind)| kind)
}

#[test]
fn while_the_applicant_has_to_answer_they_are_reminded_and_not_the_agency() {
    let ask = Command::RequestCorrection(Box::new(correction("補正圖說", 7)));
    let case = done(ten_days(), &handler(&[Role::Handler]), ask, "2026-11-20T10:00:00+08:00");
    let own = [TimerKind::CorrectionNear, TimerKind::CorrectionSoon, TimerKind::CorrectionDue];
    assert_eq!(pending(&case), [&own[..], &[TimerKind::Overdue]].concat());
    // After an outage, one of them.
    assert_eq!(due(&case, "2026-11-26T12:00:00+08:00"), Some(TimerKind::CorrectionSoon));
    assert_eq!(due(&case, "2026-11-28T00:00:00+08:00"), Some(TimerKind::CorrectionDue));
}

#[test]
fn nobody_is_reminded_of_a_day_before_the_clock_last_moved() {
    let (from, until) = ("2026-11-23".parse().unwrap(), None);
    let stop = Command::Stop { cause: StopCause::ForceMajeure, from, until, reason: "颱風".to_owned() };
    let case = done(ten_days(), &reviewer(), stop, "2026-11-23T10:00:00+08:00");
    assert_eq!(pending(&case), []);
    let resume = Command::Resume { last: "2026-11-30".parse().unwrap() };
    let case = done(case, &reviewer(), resume, "2026-11-30T10:00:00+08:00");
    let left = pending(&case);
    assert_eq!(left.last(), Some(&TimerKind::Overdue));
    let first = timer::next(&case).unwrap().0;
    assert!(first > "2026-11-30T10:00:00+08:00".parse().unwrap(), "{first}");
}

#[test]
fn of_reminders_that_are_all_due_the_one_that_says_most_is_given() {
    let case = ten_days();
    let all = [TimerKind::DueNear, TimerKind::DueSoon, TimerKind::DueToday, TimerKind::Overdue];
    assert_eq!(pending(&case), all);
    assert_eq!(due(&case, "2026-11-26T23:59:59+08:00"), None);
    assert_eq!(due(&case, "2026-11-27T00:00:00+08:00"), Some(TimerKind::DueNear));
    assert_eq!(due(&case, "2026-12-01T00:00:00+08:00"), Some(TimerKind::DueSoon));
    let today = "2026-12-02T08:00:00+08:00";
    assert_eq!(due(&case, today), Some(TimerKind::DueToday));
    let case = done(case, &Actor::System, Command::Fire(TimerKind::DueToday), today);
    assert_eq!((pending(&case), due(&case, today)), (vec![TimerKind::Overdue], None));
    assert_eq!(due(&case, "2026-12-03T00:00:00+08:00"), Some(TimerKind::Overdue));
}
