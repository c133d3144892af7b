//! The processing limit (處理時限): a pure function of what was received when, the limit in force
//! and the calendar. Never typed in, never overwritten (規範 十一).

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::{Calendar, DayKind, OutsideCalendar};
use crate::code::coded;
use crate::explanation::{Explanation, Reason, Run};
use crate::taipei;

/// Which days count. A mandatory field of every item version: no text of the city settles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayBasis {
    /// Working days (工作日).
    Working,
    /// Every day; a last day that is a rest day rolls to the next working day (行政程序法 §48 IV).
    Calendar,
}

coded!(DayBasis { Working = "working", Calendar = "calendar" });

/// A limit in days. At least 1, at most [`Limit::MAX_DAYS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    days: u32,
    basis: DayBasis,
}

/// A limit of no days, or of more than ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a limit is 1 to 3650 days, not {0}")]
pub struct BadLimit(pub u32);

impl Limit {
    pub const MAX_DAYS: u32 = 3_650;

    pub const fn new(days: u32, basis: DayBasis) -> Result<Self, BadLimit> {
        if days == 0 || days > Self::MAX_DAYS { Err(BadLimit(days)) } else { Ok(Self { days, basis }) }
    }

    #[must_use]
    pub const fn days(self) -> u32 {
        self.days
    }

    #[must_use]
    pub const fn basis(self) -> DayBasis {
        self.basis
    }
}

/// The due date of a case whose only gate is receipt by the agency: the last day of the limit,
/// counted from the day after `received` (規範 十一). Constant time.
pub fn due(received: Timestamp, limit: Limit, calendar: &Calendar) -> Result<Date, OutsideCalendar> {
    let start = taipei::day_of(received);
    match limit.basis {
        DayBasis::Working => calendar.add_working_days(start, limit.days),
        DayBasis::Calendar => {
            calendar.kind(start)?;
            let last = taipei::plus_days(start, i64::from(limit.days)).ok_or(OutsideCalendar(start))?;
            calendar.roll_forward(last)
        }
    }
}

/// The same date with every day between accounted for.
pub fn explain(
    received: Timestamp,
    limit: Limit,
    calendar: &Calendar,
) -> Result<(Date, Explanation), OutsideCalendar> {
    let last = due(received, limit, calendar)?;
    let start = taipei::day_of(received);
    let mut runs =
        vec![Run { from: start, to: start, counted: false, so_far: 0, reason: Reason::StartingDay }];
    let mut so_far = 0;
    let mut day = start;
    while day < last {
        day = day.tomorrow().map_err(|_| OutsideCalendar(day))?;
        let reason = reason(limit, so_far, calendar.kind(day)?);
        let counted = reason == Reason::Counted;
        so_far += u32::from(counted);
        match runs.last_mut() {
            Some(run) if run.reason == reason => (run.to, run.so_far) = (day, so_far),
            _ => runs.push(Run { from: day, to: day, counted, so_far, reason }),
        }
    }
    let inputs = [format!("received {received}"), format!("limit {} {}", limit.days, limit.basis)];
    Ok((last, Explanation::seal(&inputs, calendar.version(), runs)))
}

/// Why a day after the starting day counts or not, when `so_far` days were counted before it.
fn reason(limit: Limit, so_far: u32, kind: DayKind) -> Reason {
    match (limit.basis, kind) {
        (DayBasis::Calendar, _) if so_far == limit.days => Reason::RolledForward,
        (DayBasis::Calendar, _) | (_, DayKind::Working | DayKind::MakeUp) => Reason::Counted,
        (DayBasis::Working, DayKind::Weekend) => Reason::Weekend,
        (DayBasis::Working, DayKind::Holiday(name)) => Reason::Holiday(name),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::text::Lang;

    fn check(received: &str, days: u32, basis: DayBasis, expected: Date) {
        let limit = Limit::new(days, basis).unwrap();
        assert_eq!(due(received.parse().unwrap(), limit, Calendar::shipped()), Ok(expected));
    }

    #[test]
    fn working_days_start_the_day_after_receipt() {
        check("2026-11-18T10:00:00+08:00", 3, DayBasis::Working, date(2026, 11, 23));
    }

    #[test]
    fn a_holiday_week_is_not_counted() {
        check("2026-02-13T16:20:00+08:00", 3, DayBasis::Working, date(2026, 2, 25));
    }

    #[test]
    fn calendar_days_count_all_and_roll_at_the_end() {
        check("2026-02-13T16:20:00+08:00", 3, DayBasis::Calendar, date(2026, 2, 23));
    }

    #[test]
    fn receipt_on_saturday_evening_counts_from_the_next_working_day() {
        check("2026-11-21T21:00:00+08:00", 2, DayBasis::Working, date(2026, 11, 24));
    }

    #[test]
    fn the_legal_day_is_the_day_in_taipei() {
        check("2026-11-19T16:30:00Z", 1, DayBasis::Working, date(2026, 11, 23));
    }

    #[test]
    fn limits_of_nothing_and_of_more_than_ten_years_are_refused() {
        for days in [0, 3_651] {
            assert_eq!(Limit::new(days, DayBasis::Working), Err(BadLimit(days)));
        }
    }

    #[test]
    fn a_date_beyond_the_calendar_is_refused() {
        let limit = Limit::new(3, DayBasis::Working).unwrap();
        let received = "2027-12-30T09:00:00+08:00".parse().unwrap();
        assert!(due(received, limit, Calendar::shipped()).is_err());
    }

    #[test]
    fn the_explanation_reads_like_a_clerk_would_say_it() {
        let limit = Limit::new(3, DayBasis::Working).unwrap();
        let received = "2026-11-18T10:00:00+08:00".parse().unwrap();
        let (_, explanation) = explain(received, limit, Calendar::shipped()).unwrap();
        insta::assert_snapshot!(explanation.lines(Lang::ZhHant).join("\n"), @r"
        民國115年11月18日 星期三：收到申請當日不計
        民國115年11月19日 星期四 至 民國115年11月20日 星期五：計入，累計 2 日
        民國115年11月21日 星期六 至 民國115年11月22日 星期日：例假日不計
        民國115年11月23日 星期一：計入，累計 3 日
        ");
    }

    proptest! {
        #[test]
        fn the_trace_counts_exactly_the_limit(
            offset in 0_i64..3_500, days in 1_u32..120, working: bool,
        ) {
            let basis = if working { DayBasis::Working } else { DayBasis::Calendar };
            let limit = Limit::new(days, basis).unwrap();
            let day = taipei::plus_days(date(2017, 1, 1), offset).unwrap();
            let received = taipei::start_of(day).unwrap();
            let (last, explanation) = explain(received, limit, Calendar::shipped()).unwrap();
            prop_assert_eq!(explanation.counted(), days);
            prop_assert_eq!(explanation.runs.last().unwrap().to, last);
            let again = explain(received, limit, Calendar::shipped()).unwrap().1;
            prop_assert_eq!(explanation.digest, again.digest);
        }
    }
}
