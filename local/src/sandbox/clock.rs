//! The sandbox's time: the city's, which may run ahead of this machine's, told in provider words.
//!
//! Instants are kept as seconds since the epoch. Providers write local times without an offset, and
//! Taiwan has had one offset since 1980.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::ambient;

const TAIPEI: Offset = Offset::constant(8);
const DAY: i64 = 24 * 60 * 60;

/// A clock that runs a fixed time ahead of this machine's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    ahead: i64,
}

impl Clock {
    /// Ahead by so many seconds; behind when negative.
    #[must_use]
    pub fn ahead_by(seconds: i64) -> Self {
        Self { ahead: seconds }
    }

    /// Now, in seconds since the epoch.
    #[must_use]
    pub fn now(self) -> i64 {
        ambient::now().as_second().saturating_add(self.ahead)
    }

    /// Whether a provider that allows `tolerance` seconds takes this time stamp.
    #[must_use]
    pub fn accepts(self, stamp: &str, tolerance: u64) -> bool {
        stamp.parse::<i64>().is_ok_and(|stamp| stamp.abs_diff(self.now()) <= tolerance)
    }
}

fn local(at: i64) -> DateTime {
    Timestamp::from_second(at).map(|at| TAIPEI.to_datetime(at)).unwrap_or_default()
}

/// `2026/11/23 10:01:08`, as 綠界 writes times.
#[must_use]
pub fn slashed(at: i64) -> String {
    local(at).strftime("%Y/%m/%d %H:%M:%S").to_string()
}

/// `2026-11-23 10:01:08`, as 藍新 writes times.
#[must_use]
pub fn dashed(at: i64) -> String {
    local(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2026-11-23T10:01:08+08:00`, for programs that are no provider.
#[must_use]
pub fn rfc3339(at: i64) -> String {
    local(at).strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// `2026/11/23 上午 10:01:08`, as 綠界's card service writes times.
#[must_use]
pub fn half_day(at: i64) -> String {
    let local = local(at);
    let half = if local.hour() < 12 { "上午" } else { "下午" };
    format!("{} {half} {}", local.strftime("%Y/%-m/%-d"), local.strftime("%I:%M:%S"))
}

/// In a `strftime` pattern of jiff's, at Taipei.
#[must_use]
pub fn formatted(at: i64, pattern: &str) -> String {
    local(at).strftime(pattern).to_string()
}

/// The last second of the day so many days after the one that `at` is on.
#[must_use]
pub fn end_of_day(at: i64, days: i64) -> i64 {
    let offset = i64::from(TAIPEI.seconds());
    let day = at.saturating_add(offset).div_euclid(DAY).saturating_add(days).saturating_add(1);
    day.saturating_mul(DAY).saturating_sub(offset).saturating_sub(1)
}

/// The last second of a day written in `pattern`, such as `%Y%m%d`; `None` for what is no day.
#[must_use]
pub fn end_of_written_day(day: &str, pattern: &str) -> Option<i64> {
    let day = jiff::civil::Date::strptime(pattern, day).ok()?;
    let midnight = TAIPEI.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    midnight.checked_add(SignedDuration::from_secs(DAY - 1)).ok().map(Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 02:01:08 UTC.
    const AT: i64 = 1_795_399_268;

    #[test]
    fn times_are_written_as_each_provider_does() {
        assert_eq!(slashed(AT), "2026/11/23 10:01:08");
        assert_eq!(dashed(AT), "2026-11-23 10:01:08");
        assert_eq!(rfc3339(AT), "2026-11-23T10:01:08+08:00");
        assert_eq!(half_day(AT), "2026/11/23 上午 10:01:08");
        assert_eq!(half_day(AT + 5 * 3600), "2026/11/23 下午 03:01:08");
    }

    #[test]
    fn days_end_at_taipei() {
        assert_eq!(slashed(end_of_day(AT, 0)), "2026/11/23 23:59:59");
        assert_eq!(slashed(end_of_day(AT + 14 * 3600, 3)), "2026/11/27 23:59:59");
        assert_eq!(end_of_written_day("20261123", "%Y%m%d"), Some(end_of_day(AT, 0)));
        assert_eq!(end_of_written_day("20261323", "%Y%m%d"), None);
    }

    #[test]
    fn a_time_stamp_is_measured_by_the_city_s_clock() {
        let ahead = Clock::ahead_by(86_400);
        let now = ahead.now();
        assert!(ahead.accepts(&now.to_string(), 120));
        assert!(!ahead.accepts(&(now - 86_400).to_string(), 120));
        assert!(!ahead.accepts("soon", 120));
        assert!(!Clock::default().accepts(&now.to_string(), 180));
    }
}
