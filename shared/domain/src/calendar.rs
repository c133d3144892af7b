//! The government office calendar (政府行政機關辦公日曆表): which days the city works.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday, date};

use crate::taipei;

/// Exceptions to Monday-Friday, `date,kind,name,revision`; kind `off` or `work`.
/// 資料來源:行政院人事行政總處,政府資料開放平臺(政府資料開放授權條款-第1版).
const SHIPPED: &str = include_str!("../data/office_calendar.csv");
const SHIPPED_VERSION: &str = "2017-2027.2";

/// What a day is for an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayKind {
    /// An ordinary working day.
    Working,
    /// A working Saturday or Sunday made up for a bridge day (補行上班日).
    MakeUp,
    Weekend,
    /// A holiday (放假日) on a weekday, with its official name.
    Holiday(String),
}

impl DayKind {
    #[must_use]
    pub const fn is_working(&self) -> bool {
        matches!(self, Self::Working | Self::MakeUp)
    }
}

/// A day beyond the published years (`CALENDAR_YEAR_MISSING`): dates there are never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the office calendar does not cover {0}")]
pub struct OutsideCalendar(pub Date);

/// What is wrong with calendar data, with the line it stands on (1 is the heading).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCalendar {
    #[error("line {line}: expected `date,kind,name,revision`")]
    Columns { line: usize },
    #[error("line {line}: `{value}` is not a date")]
    NotADate { line: usize, value: String },
    #[error("line {line}: kind `{value}` is neither `off` nor `work`")]
    Kind { line: usize, value: String },
    #[error("line {line}: {day} is listed twice")]
    Twice { line: usize, day: Date },
    #[error("line {line}: {day} is listed as what it is anyway")]
    NoException { line: usize, day: Date },
    #[error("the first day must not be after the last")]
    Empty,
}

/// A versioned calendar with constant-time arithmetic: a prefix sum answers "how many working days
/// until", a select table answers "which is the n-th".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    version: String,
    first: Date,
    last: Date,
    /// `worked[i]`: working days among the first `i` days. One longer than the days.
    worked: Vec<u32>,
    /// `nth[k]`: the day offset of working day number `k`, counted from 0.
    nth: Vec<u32>,
    exceptions: BTreeMap<Date, DayKind>,
}

impl Calendar {
    /// The calendar shipped with the product: 2017 to 2027.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED_CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
            let parsed = Calendar::parse(SHIPPED_VERSION, date(2017, 1, 1), date(2027, 12, 31), SHIPPED);
            #[expect(clippy::expect_used, reason = "the data is compiled in and a test reads it")]
            parsed.expect("the shipped calendar is well formed")
        });
        &SHIPPED_CALENDAR
    }

    /// Reads `date,kind,name,revision` rows for the days `first..=last`.
    pub fn parse(version: &str, first: Date, last: Date, csv: &str) -> Result<Self, BadCalendar> {
        let mut exceptions = BTreeMap::new();
        for (index, row) in csv.lines().enumerate().skip(1) {
            let line = index + 1;
            let (day, kind) = exception(line, row)?;
            if kind == ordinary(day) {
                return Err(BadCalendar::NoException { line, day });
            }
            if exceptions.insert(day, kind).is_some() {
                return Err(BadCalendar::Twice { line, day });
            }
        }
        Self::build(version, first, last, exceptions)
    }

    fn build(
        version: &str,
        first: Date,
        last: Date,
        exceptions: BTreeMap<Date, DayKind>,
    ) -> Result<Self, BadCalendar> {
        if first > last {
            return Err(BadCalendar::Empty);
        }
        let mut worked = vec![0];
        let mut nth = Vec::new();
        let mut sum = 0;
        for (offset, day) in (0..).zip(first.series(jiff::Span::new().days(1)).take_while(|d| *d <= last)) {
            let kind = exceptions.get(&day).cloned().unwrap_or_else(|| ordinary(day));
            if kind.is_working() {
                nth.push(offset);
                sum += 1;
            }
            worked.push(sum);
        }
        Ok(Self { version: version.to_owned(), first, last, worked, nth, exceptions })
    }

    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    #[must_use]
    pub const fn last_day(&self) -> Date {
        self.last
    }

    /// What `day` is.
    pub fn kind(&self, day: Date) -> Result<DayKind, OutsideCalendar> {
        self.offset(day)?;
        Ok(self.exceptions.get(&day).cloned().unwrap_or_else(|| ordinary(day)))
    }

    /// The `n`-th working day after `day`, `day` itself not counted; `n` = 0 gives `day`.
    pub fn add_working_days(&self, day: Date, n: u32) -> Result<Date, OutsideCalendar> {
        if n == 0 {
            return self.offset(day).map(|_| day);
        }
        let before = self.worked_through(day)?;
        let index = usize::try_from(before.saturating_add(n) - 1).unwrap_or(usize::MAX);
        let beyond = || OutsideCalendar(self.last.tomorrow().unwrap_or(self.last));
        let offset = self.nth.get(index).ok_or_else(beyond)?;
        taipei::plus_days(self.first, i64::from(*offset)).ok_or_else(beyond)
    }

    /// `day` itself when it is a working day, else the next one (行政程序法 §48 IV).
    pub fn roll_forward(&self, day: Date) -> Result<Date, OutsideCalendar> {
        if self.kind(day)?.is_working() { Ok(day) } else { self.add_working_days(day, 1) }
    }

    /// The working day `n` working days before `day`, never before the first day covered.
    pub fn sub_working_days(&self, day: Date, n: u32) -> Result<Date, OutsideCalendar> {
        let through = self.worked_through(day)?;
        let own = u32::from(self.kind(day)?.is_working());
        let index = usize::try_from((through - own).saturating_sub(n)).unwrap_or(usize::MAX);
        let offset = self.nth.get(index).ok_or(OutsideCalendar(day))?;
        taipei::plus_days(self.first, i64::from(*offset)).ok_or(OutsideCalendar(day))
    }

    /// Working days in `after < d <= until`; 0 when `until` is not after `after`.
    pub fn working_days(&self, after: Date, until: Date) -> Result<u32, OutsideCalendar> {
        Ok(self.worked_through(until)?.saturating_sub(self.worked_through(after)?))
    }

    /// Working days from the first day covered through `day`.
    fn worked_through(&self, day: Date) -> Result<u32, OutsideCalendar> {
        self.worked.get(self.offset(day)? + 1).copied().ok_or(OutsideCalendar(day))
    }

    fn offset(&self, day: Date) -> Result<usize, OutsideCalendar> {
        if day > self.last {
            return Err(OutsideCalendar(day));
        }
        usize::try_from(taipei::days_between(self.first, day)).map_err(|_| OutsideCalendar(day))
    }
}

/// What a day is when nothing is listed for it.
fn ordinary(day: Date) -> DayKind {
    match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => DayKind::Weekend,
        _ => DayKind::Working,
    }
}

fn exception(line: usize, row: &str) -> Result<(Date, DayKind), BadCalendar> {
    let mut columns = row.trim_end().splitn(4, ',');
    let (Some(day), Some(kind), Some(name), Some(_revision)) =
        (columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return Err(BadCalendar::Columns { line });
    };
    let day = day.parse().map_err(|_| BadCalendar::NotADate { line, value: day.to_owned() })?;
    match kind {
        "off" => Ok((day, DayKind::Holiday(name.to_owned()))),
        "work" => Ok((day, DayKind::MakeUp)),
        other => Err(BadCalendar::Kind { line, value: other.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(rows: &str) -> Result<Calendar, BadCalendar> {
        let csv = format!("date,kind,name,revision\n{rows}");
        Calendar::parse("test", date(2026, 1, 1), date(2026, 12, 31), &csv)
    }

    #[test]
    fn the_shipped_calendar_has_the_published_number_of_days_off() {
        let calendar = Calendar::shipped();
        for (year, off) in [(2024, 115), (2025, 118), (2026, 120), (2027, 121)] {
            let (first, last) = (date(year, 1, 1), date(year, 12, 31));
            let working = calendar.working_days(first.yesterday().unwrap(), last).unwrap();
            let days = taipei::days_between(first, last) + 1;
            assert_eq!(days - i64::from(working), off, "{year}");
        }
    }

    #[test]
    fn a_make_up_saturday_is_a_working_day() {
        assert_eq!(Calendar::shipped().kind(date(2017, 2, 18)), Ok(DayKind::MakeUp));
    }

    #[test]
    fn days_outside_the_published_years_are_refused() {
        let calendar = Calendar::shipped();
        for day in [date(2016, 12, 31), date(2028, 1, 1)] {
            assert_eq!(calendar.kind(day), Err(OutsideCalendar(day)));
        }
        assert!(calendar.add_working_days(date(2027, 12, 31), 1).is_err());
    }

    #[test]
    fn bad_rows_are_named_by_line() {
        let cases = [
            ("2026-01-02,off", BadCalendar::Columns { line: 2 }),
            ("soon,off,x,1", BadCalendar::NotADate { line: 2, value: "soon".into() }),
            ("2026-01-02,closed,x,1", BadCalendar::Kind { line: 2, value: "closed".into() }),
            ("2026-01-02,off,x,1\n2026-01-02,off,x,1", BadCalendar::Twice { line: 3, day: date(2026, 1, 2) }),
        ];
        for (rows, problem) in cases {
            assert_eq!(parse(rows).unwrap_err(), problem);
        }
    }

    fn any_day() -> impl Strategy<Value = Date> {
        (0_i64..3_900).prop_map(|n| taipei::plus_days(date(2017, 1, 2), n).unwrap())
    }

    proptest! {
        /// The tables against the definition: walk day by day.
        #[test]
        fn adding_working_days_equals_walking(day in any_day(), n in 0_u32..60) {
            let calendar = Calendar::shipped();
            let mut walked = day;
            let mut left = n;
            while left > 0 {
                walked = walked.tomorrow().unwrap();
                left -= u32::from(calendar.kind(walked).unwrap().is_working());
            }
            prop_assert_eq!(calendar.add_working_days(day, n).unwrap(), walked);
            prop_assert_eq!(calendar.working_days(day, walked).unwrap(), n);
        }

        #[test]
        fn subtracting_undoes_adding_between_working_days(day in any_day(), n in 0_u32..60) {
            let calendar = Calendar::shipped();
            let from = calendar.roll_forward(day).unwrap();
            let to = calendar.add_working_days(from, n).unwrap();
            prop_assert_eq!(calendar.sub_working_days(to, n).unwrap(), from);
        }
    }
}
