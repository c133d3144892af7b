//! Legal days: every day of the rule is a day in Asia/Taipei (臺北時間), every year for people an ROC year (民國).

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::text::Lang;

/// Taiwan keeps UTC+8 without daylight saving since 1980, so the offset is a constant and no time
/// zone database is needed in the image of a function.
pub const OFFSET: Offset = Offset::constant(8);

/// The time zone of all legal days.
#[must_use]
pub const fn zone() -> TimeZone {
    TimeZone::fixed(OFFSET)
}

/// The legal day an instant falls on.
#[must_use]
pub fn day_of(instant: Timestamp) -> Date {
    OFFSET.to_datetime(instant).date()
}

/// The first instant of a legal day, `00:00+08:00`. `None` only outside jiff's range of years.
#[must_use]
pub fn start_of(day: Date) -> Option<Timestamp> {
    OFFSET.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

/// The instant at which a legal day has come to `time`. `None` only outside jiff's range of years.
#[must_use]
pub fn at(day: Date, time: Time) -> Option<Timestamp> {
    OFFSET.to_timestamp(day.to_datetime(time)).ok()
}

/// The instant at which a period that ends with `day` has run out: `00:00+08:00` of the next day
/// (民法 §121 I: the period ends with the end of its last day).
#[must_use]
pub fn end_of(day: Date) -> Option<Timestamp> {
    start_of(day.tomorrow().ok()?)
}

/// The last instant of a legal day: what ends with a day has ended on it.
#[must_use]
pub fn last_instant_of(day: Date) -> Option<Timestamp> {
    end_of(day)?.checked_sub(SignedDuration::from_nanos(1)).ok()
}

/// Signed number of days from `from` to `to`.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// The day `days` after `day`; `None` only outside jiff's range of years.
#[must_use]
pub fn plus_days(day: Date, days: i64) -> Option<Date> {
    day.checked_add(SignedDuration::from_hours(days.checked_mul(24)?)).ok()
}

/// A date for people: `民國115年11月23日 星期一` or `Monday 23 November 2026` (公文程式條例 §6: 國曆).
#[must_use]
pub fn shown(day: Date, lang: Lang) -> String {
    match lang {
        Lang::ZhHant => {
            let year = i32::from(day.year()) - 1911;
            format!("民國{year}年{}月{}日 {}", day.month(), day.day(), weekday(day, lang))
        }
        Lang::En => format!("{} {} {} {}", weekday(day, lang), day.day(), month(day), day.year()),
    }
}

/// A date on an official document: `中華民國115年11月23日` (公文程式條例 §6).
#[must_use]
pub fn official(day: Date) -> String {
    let year = i32::from(day.year()) - 1911;
    format!("中華民國{year}年{}月{}日", day.month(), day.day())
}

/// An instant for people: the date and `14:05`.
#[must_use]
pub fn shown_instant(instant: Timestamp, lang: Lang) -> String {
    let local = OFFSET.to_datetime(instant);
    format!("{} {:02}:{:02}", shown(local.date(), lang), local.hour(), local.minute())
}

const fn weekday_names(weekday: Weekday) -> (&'static str, &'static str) {
    match weekday {
        Weekday::Monday => ("星期一", "Monday"),
        Weekday::Tuesday => ("星期二", "Tuesday"),
        Weekday::Wednesday => ("星期三", "Wednesday"),
        Weekday::Thursday => ("星期四", "Thursday"),
        Weekday::Friday => ("星期五", "Friday"),
        Weekday::Saturday => ("星期六", "Saturday"),
        Weekday::Sunday => ("星期日", "Sunday"),
    }
}

fn weekday(day: Date, lang: Lang) -> &'static str {
    let (zh, en) = weekday_names(day.weekday());
    lang.pick(zh, en)
}

fn month(day: Date) -> &'static str {
    match day.month() {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_instant_late_in_utc_is_the_next_legal_day() {
        let instant: Timestamp = "2026-11-19T16:30:00Z".parse().unwrap();
        assert_eq!(day_of(instant), date(2026, 11, 20));
    }

    #[test]
    fn a_period_ends_with_the_end_of_its_last_day() {
        let end = end_of(date(2026, 11, 23)).unwrap();
        assert_eq!(end.to_string(), "2026-11-23T16:00:00Z");
    }

    #[test]
    fn shows_roc_years_with_weekday() {
        let day = date(2026, 11, 23);
        assert_eq!(shown(day, Lang::ZhHant), "民國115年11月23日 星期一");
        assert_eq!(shown(day, Lang::En), "Monday 23 November 2026");
        assert_eq!(official(day), "中華民國115年11月23日");
    }

    #[test]
    fn days_between_is_signed_and_inverts_plus_days() {
        let (a, b) = (date(2026, 2, 13), date(2027, 1, 1));
        assert_eq!(days_between(a, b), 322);
        assert_eq!(days_between(b, a), -322);
        assert_eq!(plus_days(a, 322), Some(b));
    }
}
