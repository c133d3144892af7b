//! Whether a designated dispatcher looked into the inbox (規範 十(二): 應於每日上午及下午登錄).

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::calendar::{Calendar, Extent, OutsideCalendar};
use crate::taipei;

/// Where a working day is cut in two. What lies between counts for neither half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cuts {
    /// The morning ends before this.
    pub am_until: Time,
    /// The afternoon begins with this.
    pub pm_from: Time,
}

impl Default for Cuts {
    /// The lunch break of the office hours: 12:30 to 13:30. No text of the city draws the line.
    fn default() -> Self {
        Self { am_until: Time::constant(12, 30, 0, 0), pm_from: Time::constant(13, 30, 0, 0) }
    }
}

/// What became of the duty of half a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// A rest day, or the offices were closed.
    NoDuty,
    Attended,
    Missed,
}

/// The two halves of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    pub am: Half,
    pub pm: Half,
}

/// Judges `day` by the instants at which designated dispatchers opened the inbox; those of other days
/// are left aside.
pub fn on(
    day: Date,
    opened: &[Timestamp],
    cuts: Cuts,
    calendar: &Calendar,
) -> Result<Attendance, OutsideCalendar> {
    let working = calendar.is_working(day)?;
    let closed = calendar.closure(day).map(|closure| closure.extent);
    let opened = opened.iter().map(|at| taipei::OFFSET.to_datetime(*at)).filter(|at| at.date() == day);
    let times: Vec<Time> = opened.map(jiff::civil::DateTime::time).collect();
    let judge = |half, attended| match (working && closed != Some(half), attended) {
        (false, _) => Half::NoDuty,
        (true, true) => Half::Attended,
        (true, false) => Half::Missed,
    };
    Ok(Attendance {
        am: judge(Extent::Morning, times.iter().any(|time| *time < cuts.am_until)),
        pm: judge(Extent::Afternoon, times.iter().any(|time| *time >= cuts.pm_from)),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;
    use crate::calendar::Closure;

    const MONDAY: Date = date(2026, 11, 23);

    #[track_caller]
    fn check(day: Date, opened: &[&str], closed: Option<Extent>, am: Half, pm: Half) {
        let closure = closed.map(|extent| Closure {
            day,
            extent,
            area: "臺北市".to_owned(),
            agencies: BTreeSet::new(),
            source: "公告".to_owned(),
            announced_at: Timestamp::UNIX_EPOCH,
        });
        let calendar = Calendar::shipped().with_closures("test", closure);
        let opened: Vec<Timestamp> = opened.iter().map(|at| at.parse().unwrap()).collect();
        assert_eq!(on(day, &opened, Cuts::default(), &calendar), Ok(Attendance { am, pm }));
    }

    #[test]
    fn both_halves_are_asked_for() {
        let (morning, noon) = ("2026-11-23T08:50:00+08:00", "2026-11-23T12:30:00+08:00");
        let afternoon = "2026-11-23T13:30:00+08:00";
        check(MONDAY, &[morning, afternoon], None, Half::Attended, Half::Attended);
        check(MONDAY, &[morning], None, Half::Attended, Half::Missed);
        check(MONDAY, &[noon], None, Half::Missed, Half::Missed);
        check(MONDAY, &["2026-11-22T23:00:00+08:00"], None, Half::Missed, Half::Missed);
    }

    #[test]
    fn a_closed_half_and_a_rest_day_have_no_duty() {
        check(MONDAY, &[], Some(Extent::Morning), Half::NoDuty, Half::Missed);
        check(MONDAY, &[], Some(Extent::Afternoon), Half::Missed, Half::NoDuty);
        check(MONDAY, &[], Some(Extent::Day), Half::NoDuty, Half::NoDuty);
        check(date(2026, 11, 22), &[], None, Half::NoDuty, Half::NoDuty);
    }
}
