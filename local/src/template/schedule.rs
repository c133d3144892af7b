//! Schedule expressions: `rate(5 minutes)` and `cron(0 18 * * ? *)`.

use jiff::{Timestamp, ToSpan, Unit, civil::DateTime, tz::TimeZone};

use super::error::{Result, wrong};

/// When something is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// Every so many seconds.
    Rate(u32),
    /// At the minutes that all five fields allow, in UTC.
    Cron(Box<Cron>),
}

/// The fields of a cron expression: the values each allows, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    minutes: Vec<i16>,
    hours: Vec<i16>,
    days: Vec<i16>,
    months: Vec<i16>,
    /// 1 is Sunday, as in `EventBridge`.
    weekdays: Vec<i16>,
}

/// How many minutes ahead the next cron time is looked for: one leap year.
const HORIZON: i64 = 366 * 24 * 60;

impl Schedule {
    pub(super) fn parse(text: &str, at: &str) -> Result<Self> {
        let inner =
            |name: &str| text.strip_prefix(name).and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')'));
        if let Some(rate) = inner("rate") {
            return parse_rate(rate.trim(), text, at);
        }
        match inner("cron") {
            Some(cron) => parse_cron(cron.trim(), text, at),
            None => wrong(at, format!("`{text}` is neither rate(...) nor cron(...)")),
        }
    }

    /// The first time after `now` at which this is due; `None` when there is none within a year.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Rate(seconds) => now.checked_add(i64::from(*seconds).seconds()).ok(),
            Self::Cron(cron) => cron.next(now),
        }
    }
}

impl Cron {
    fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let whole = now
            .to_zoned_datetime(TimeZone::UTC)
            .datetime()
            .round(jiff::civil::DateTimeRound::new().smallest(Unit::Minute).mode(jiff::RoundMode::Floor));
        let start = whole.ok()?;
        (1..=HORIZON)
            .map_while(|minutes| start.checked_add(minutes.minutes()).ok())
            .find(|time| self.allows(*time))
            .and_then(|time| time.to_zoned_datetime(TimeZone::UTC).ok())
            .map(|time| time.timestamp())
    }

    fn allows(&self, time: DateTime) -> bool {
        let weekday = i16::from(time.weekday().to_sunday_one_offset());
        self.minutes.contains(&i16::from(time.minute()))
            && self.hours.contains(&i16::from(time.hour()))
            && self.days.contains(&i16::from(time.day()))
            && self.months.contains(&i16::from(time.month()))
            && self.weekdays.contains(&weekday)
    }
}

fn parse_rate(rate: &str, whole: &str, at: &str) -> Result<Schedule> {
    let mut parts = rate.split_whitespace();
    let (Some(number), Some(unit), None) = (parts.next(), parts.next(), parts.next()) else {
        return wrong(at, format!("`{whole}` is not rate(<number> <unit>)"));
    };
    let Some(number) = number.parse::<u32>().ok().filter(|number| *number > 0) else {
        return wrong(at, format!("`{whole}` needs a whole number above 0"));
    };
    // EventBridge refuses `rate(1 minutes)` and `rate(5 minute)`.
    let seconds = match (unit, number) {
        ("minute", 1) | ("minutes", 2..) => 60,
        ("hour", 1) | ("hours", 2..) => 3_600,
        ("day", 1) | ("days", 2..) => 86_400,
        _ => return wrong(at, format!("`{whole}` has the unit `{unit}`, which does not fit")),
    };
    match number.checked_mul(seconds) {
        Some(seconds) => Ok(Schedule::Rate(seconds)),
        None => wrong(at, format!("`{whole}` is too long")),
    }
}

fn parse_cron(fields: &str, whole: &str, at: &str) -> Result<Schedule> {
    let fields = fields.split_whitespace().collect::<Vec<_>>();
    let [minutes, hours, days, months, weekdays, year] = fields.as_slice() else {
        return wrong(at, format!("`{whole}` needs six fields"));
    };
    if *year != "*" {
        return wrong(at, format!("`{whole}` names a year, which is not supported"));
    }
    let read = |field: &str, low, high| {
        parse_field(field, low, high).map_or_else(
            || wrong(at, format!("`{whole}` has the field `{field}`, which is not supported")),
            Ok,
        )
    };
    Ok(Schedule::Cron(Box::new(Cron {
        minutes: read(minutes, 0, 59)?,
        hours: read(hours, 0, 23)?,
        days: read(days, 1, 31)?,
        months: read(months, 1, 12)?,
        weekdays: read(weekdays, 1, 7)?,
    })))
}

/// `*`, `?`, `5`, `1-5`, `0/15`, `*/15`, names of weekdays, and lists of these.
fn parse_field(field: &str, low: i16, high: i16) -> Option<Vec<i16>> {
    let mut values = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (first, last) = match range {
            "*" | "?" => (low, high),
            _ => match range.split_once('-') {
                Some((first, last)) => (value(first)?, value(last)?),
                None if part.contains('/') => (value(range)?, high),
                None => (value(range)?, value(range)?),
            },
        };
        if first < low || last > high || first > last {
            return None;
        }
        values.extend((first..=last).step_by(step));
    }
    values.sort_unstable();
    values.dedup();
    Some(values)
}

fn value(text: &str) -> Option<i16> {
    const DAYS: [(&str, i16); 7] =
        [("SUN", 1), ("MON", 2), ("TUE", 3), ("WED", 4), ("THU", 5), ("FRI", 6), ("SAT", 7)];
    DAYS.iter().find(|(name, _)| *name == text).map(|(_, number)| *number).or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, now: &str) -> String {
        let schedule = Schedule::parse(expression, "here").unwrap();
        schedule.next(now.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn next_times() {
        let cases = [
            ("rate(1 minute)", "2026-03-01T00:00:30Z", "2026-03-01T00:01:30Z"),
            ("rate(2 hours)", "2026-03-01T00:00:00Z", "2026-03-01T02:00:00Z"),
            ("cron(0 18 * * ? *)", "2026-03-01T18:00:00Z", "2026-03-02T18:00:00Z"),
            ("cron(0/15 * * * ? *)", "2026-03-01T00:16:00Z", "2026-03-01T00:30:00Z"),
            ("cron(30 1 ? * MON-FRI *)", "2026-03-06T02:00:00Z", "2026-03-09T01:30:00Z"),
            ("cron(0 0 29 2 ? *)", "2027-03-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        ];
        for (expression, now, expected) in cases {
            assert_eq!(next(expression, now), expected, "{expression}");
        }
    }

    #[test]
    fn refused() {
        for expression in [
            "rate(1 minutes)",
            "rate(5 minute)",
            "rate(0 minutes)",
            "rate(5)",
            "rate(5 fortnights)",
            "cron(* * *)",
            "cron(61 * * * ? *)",
            "cron(0 0 L * ? *)",
            "cron(0 0 * * ? 2030)",
            "every minute",
        ] {
            assert!(Schedule::parse(expression, "here").is_err(), "{expression}");
        }
    }
}
