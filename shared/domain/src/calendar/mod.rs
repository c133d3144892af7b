//! The government office calendar (政府行政機關辦公日曆表): which days the city works, and on which of
//! them its offices were closed by announcement (停止上班).

mod closure;
mod exceptions;
mod official;
mod register;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::{Date, Weekday, date};

pub use self::closure::{BadClosure, Closure, Extent};
pub use self::exceptions::BadCalendar;
pub use self::official::{BadYear, OfficialYear, Problem as YearProblem};
pub use self::register::{BadChange, Calendars, Change, Register};
use crate::taipei;

/// Exceptions to Monday-Friday, `date,kind,name,revision`; kind `off` or `work`.
/// 資料來源:行政院人事行政總處,政府資料開放平臺(政府資料開放授權條款-第1版).
const SHIPPED: &str = include_str!("../../data/office_calendar.csv");
const SHIPPED_VERSION: &str = "2017-2027.2";

static SHIPPED_CALENDAR: LazyLock<Arc<Calendar>> = LazyLock::new(|| {
    let parsed = Calendar::parse(SHIPPED_VERSION, date(2017, 1, 1), date(2027, 12, 31), SHIPPED);
    #[expect(clippy::expect_used, reason = "the data is compiled in and a test reads it")]
    Arc::new(parsed.expect("the shipped calendar is well formed"))
});

/// Taiwan keeps no daylight saving time: every legal day is as long.
const SECONDS_OF_A_DAY: i64 = 86_400;

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
    /// A working day on which the offices were closed by announcement, with who announced it.
    Closed(String),
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

/// A versioned calendar with constant-time arithmetic: a prefix sum answers "how many working days
/// until", a select table answers "which is the n-th".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    version: String,
    edition: u32,
    first: Date,
    last: Date,
    /// `worked[i]`: working days among the first `i` days. One longer than the days.
    worked: Vec<u32>,
    /// `nth[k]`: working day number `k`, counted from 0, and the instant at which it is over.
    nth: Vec<(Date, Timestamp)>,
    /// When the first day begins, in seconds of the epoch.
    begins: i64,
    /// `years[y]`: the days before the 1 January of year `y`, from the first year; less than nothing
    /// where the first day covered comes after it.
    years: Vec<i32>,
    /// Offsets of days closed whole, in order: a handful a year.
    closed: Vec<u32>,
    exceptions: BTreeMap<Date, DayKind>,
    closures: BTreeMap<Date, Closure>,
    fingerprint: String,
}

impl Calendar {
    /// The calendar shipped with the product: 2017 to 2027.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED_CALENDAR
    }

    /// The same, to be kept.
    pub(super) fn shared() -> Arc<Self> {
        Arc::clone(&SHIPPED_CALENDAR)
    }

    /// Reads `date,kind,name,revision` rows for the days `first..=last`.
    pub fn parse(version: &str, first: Date, last: Date, csv: &str) -> Result<Self, BadCalendar> {
        if first > last {
            return Err(BadCalendar::Empty);
        }
        let exceptions = exceptions::read(csv)?;
        Ok(Self::build(version, first, last, exceptions, BTreeMap::new()))
    }

    fn build(
        version: &str,
        first: Date,
        last: Date,
        exceptions: BTreeMap<Date, DayKind>,
        closures: BTreeMap<Date, Closure>,
    ) -> Self {
        let mut calendar = Self {
            version: version.to_owned(),
            edition: 0,
            first,
            last,
            worked: vec![0],
            nth: Vec::new(),
            begins: taipei::start_of(first).map_or(0, Timestamp::as_second),
            years: years(first, last),
            closed: Vec::new(),
            fingerprint: exceptions::fingerprint(&exceptions, &closures),
            exceptions,
            closures,
        };
        let mut sum = 0;
        for (offset, day) in (0..).zip(first.series(jiff::Span::new().days(1)).take_while(|d| *d <= last)) {
            if calendar.is_closed(day) {
                calendar.closed.push(offset);
            }
            if calendar.look_up(day).is_working() {
                // Of the days that jiff has, only its last one has no end.
                calendar.nth.push((day, taipei::end_of(day).unwrap_or(Timestamp::MAX)));
                sum += 1;
            }
            calendar.worked.push(sum);
        }
        calendar
    }

    /// This calendar with a year as published (first, or anew), and every closure kept. A year that
    /// leaves a gap is refused.
    pub fn with_year(&self, version: &str, year: &OfficialYear) -> Result<Self, BadYear> {
        let (first, last) = year.span();
        let follows = self.last.tomorrow().is_ok_and(|next| first <= next);
        if first < self.first || !follows {
            return Err(BadYear::gap(year.year(), self.first.year(), self.last.year()));
        }
        let mut exceptions = self.exceptions.clone();
        exceptions.retain(|day, _| *day < first || *day > last);
        exceptions.extend(year.exceptions().iter().map(|(day, kind)| (*day, kind.clone())));
        Ok(Self::build(version, self.first, self.last.max(last), exceptions, self.closures.clone()))
    }

    /// This calendar with exactly these closures; two halves of a day make a whole one.
    #[must_use]
    pub fn with_closures(&self, version: &str, announced: impl IntoIterator<Item = Closure>) -> Self {
        let mut closures: BTreeMap<Date, Closure> = BTreeMap::new();
        for closure in announced {
            let known = closures.entry(closure.day).or_insert_with(|| closure.clone());
            if known.extent != closure.extent {
                known.extent = Extent::Day;
            }
        }
        Self::build(version, self.first, self.last, self.exceptions.clone(), closures)
    }

    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// This calendar as the city's edition of that number.
    #[must_use]
    pub fn of_edition(self, edition: u32) -> Self {
        Self { edition, ..self }
    }

    /// How often the city had changed its calendar by then; 0 is the one shipped. Dates read in a
    /// lower edition are older.
    #[must_use]
    pub const fn edition(&self) -> u32 {
        self.edition
    }

    /// Of the days that are not what their weekday says: the same for two calendars that agree in all of
    /// them. SHA-256, its first 16 digits. Agencies share a version and may be closed on different days.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    #[must_use]
    pub const fn first_day(&self) -> Date {
        self.first
    }

    #[must_use]
    pub const fn last_day(&self) -> Date {
        self.last
    }

    /// Every exception to Monday-Friday, by day.
    #[must_use]
    pub const fn exceptions(&self) -> &BTreeMap<Date, DayKind> {
        &self.exceptions
    }

    /// Every announced closure, by day.
    #[must_use]
    pub const fn closures(&self) -> &BTreeMap<Date, Closure> {
        &self.closures
    }

    /// The days on which two calendars differ in what can move a date: whether it is a working day, or
    /// how much of it the offices are closed. Days that only one of them covers count as different.
    #[must_use]
    pub fn changed_days(&self, other: &Self) -> Vec<Date> {
        let listed = |calendar: &Self| {
            let own = calendar.exceptions.keys().chain(calendar.closures.keys());
            own.copied().collect::<Vec<_>>()
        };
        let mut days = listed(self);
        days.extend(listed(other));
        let (shorter, longer) = if self.last < other.last { (self, other) } else { (other, self) };
        if let Ok(next) = shorter.last.tomorrow() {
            let newly = next.series(jiff::Span::new().days(1));
            days.extend(newly.take_while(|day| *day <= longer.last));
        }
        days.sort_unstable();
        days.dedup();
        let extent = |calendar: &Self, day| calendar.closures.get(&day).map(|closure| closure.extent);
        days.retain(|day| {
            let (ours, theirs) = (self.is_working(*day).ok(), other.is_working(*day).ok());
            ours != theirs || extent(self, *day) != extent(other, *day)
        });
        days
    }

    /// What `day` is.
    pub fn kind(&self, day: Date) -> Result<DayKind, OutsideCalendar> {
        self.offset(day)?;
        Ok(self.look_up(day))
    }

    fn look_up(&self, day: Date) -> DayKind {
        let kind = self.exceptions.get(&day).cloned().unwrap_or_else(|| ordinary(day));
        match self.closures.get(&day) {
            Some(closure) if kind.is_working() && closure.extent == Extent::Day => {
                DayKind::Closed(closure.source.clone())
            }
            _ => kind,
        }
    }

    /// The closure announced for `day`, if there is one.
    #[must_use]
    pub fn closure(&self, day: Date) -> Option<&Closure> {
        self.closures.get(&day)
    }

    /// Whether the offices are closed by announcement all of `day`, a rest day or not.
    #[must_use]
    pub fn is_closed(&self, day: Date) -> bool {
        self.closures.get(&day).is_some_and(|closure| closure.extent == Extent::Day)
    }

    /// The `n`-th working day after `day`, `day` itself not counted; `n` = 0 gives `day`.
    #[inline]
    pub fn add_working_days(&self, day: Date, n: u32) -> Result<Date, OutsideCalendar> {
        if n == 0 {
            return self.offset(day).map(|_| day);
        }
        let before = self.worked_through(day)?;
        let index = usize::try_from(before.saturating_add(n) - 1).unwrap_or(usize::MAX);
        self.nth.get(index).map(|(day, _)| *day).ok_or_else(|| self.beyond())
    }

    /// The `n`-th working day after the one that `instant` falls on, at least the first, and the
    /// instant at which it is over: by look-ups alone, for the plain case that nearly every case is.
    #[inline]
    pub fn end_of_working_days(
        &self,
        instant: Timestamp,
        n: u32,
    ) -> Result<(Date, Timestamp), OutsideCalendar> {
        let offset = (instant.as_second() - self.begins).div_euclid(SECONDS_OF_A_DAY);
        let through = usize::try_from(offset).ok().and_then(|offset| self.worked.get(offset + 1));
        let before = through.ok_or_else(|| OutsideCalendar(taipei::day_of(instant)))?;
        let index = usize::try_from(before.saturating_add(n.max(1)) - 1).unwrap_or(usize::MAX);
        self.nth.get(index).copied().ok_or_else(|| self.beyond())
    }

    /// The `n`-th day after `day` of those on which the offices are not closed by announcement.
    pub fn add_open_days(&self, day: Date, n: u32) -> Result<Date, OutsideCalendar> {
        let start = self.offset_u32(day)?;
        let mut end = start.saturating_add(n);
        // Each closure in the stretch pushes its end, which may take in another: they are few.
        loop {
            let pushed = start.saturating_add(n).saturating_add(self.closed_between(start, end));
            if pushed == end {
                break;
            }
            end = pushed;
        }
        let end = taipei::plus_days(self.first, i64::from(end)).ok_or_else(|| self.beyond())?;
        self.offset(end).map_err(|_| self.beyond())?;
        Ok(end)
    }

    /// Days in `after < d <= until` on which the offices are not closed by announcement.
    pub fn open_days(&self, after: Date, until: Date) -> Result<u32, OutsideCalendar> {
        let (after, until) = (self.offset_u32(after)?, self.offset_u32(until)?);
        Ok(until.saturating_sub(after).saturating_sub(self.closed_between(after, until)))
    }

    /// `day` itself when it is a working day, else the next one (行政程序法 §48 IV).
    pub fn roll_forward(&self, day: Date) -> Result<Date, OutsideCalendar> {
        if self.is_working(day)? { Ok(day) } else { self.add_working_days(day, 1) }
    }

    /// Whether `day` is a working day.
    #[inline]
    pub fn is_working(&self, day: Date) -> Result<bool, OutsideCalendar> {
        let offset = self.offset(day)?;
        Ok(self.worked.get(offset) != self.worked.get(offset + 1))
    }

    /// The working day `n` working days before `day`, never before the first day covered.
    pub fn sub_working_days(&self, day: Date, n: u32) -> Result<Date, OutsideCalendar> {
        let through = self.worked_through(day)?;
        let own = u32::from(self.is_working(day)?);
        let index = usize::try_from((through - own).saturating_sub(n)).unwrap_or(usize::MAX);
        self.nth.get(index).map(|(day, _)| *day).ok_or(OutsideCalendar(day))
    }

    /// Working days in `after < d <= until`; 0 when `until` is not after `after`.
    pub fn working_days(&self, after: Date, until: Date) -> Result<u32, OutsideCalendar> {
        Ok(self.worked_through(until)?.saturating_sub(self.worked_through(after)?))
    }

    /// Working days from the first day covered through `day`.
    #[inline]
    fn worked_through(&self, day: Date) -> Result<u32, OutsideCalendar> {
        self.worked.get(self.offset(day)? + 1).copied().ok_or(OutsideCalendar(day))
    }

    /// Whole closures in `after < d <= until`, by offset.
    fn closed_between(&self, after: u32, until: u32) -> u32 {
        let through = |offset| self.closed.partition_point(|closed| *closed <= offset);
        u32::try_from(through(until).saturating_sub(through(after))).unwrap_or(u32::MAX)
    }

    fn beyond(&self) -> OutsideCalendar {
        OutsideCalendar(self.last.tomorrow().unwrap_or(self.last))
    }

    fn offset_u32(&self, day: Date) -> Result<u32, OutsideCalendar> {
        u32::try_from(self.offset(day)?).map_err(|_| OutsideCalendar(day))
    }

    /// How many days `day` is after the first one covered: a look-up, no arithmetic on dates.
    #[inline]
    fn offset(&self, day: Date) -> Result<usize, OutsideCalendar> {
        if day > self.last || day < self.first {
            return Err(OutsideCalendar(day));
        }
        let year = usize::try_from(day.year() - self.first.year()).ok();
        let before = year.and_then(|year| self.years.get(year));
        let offset = before.map(|before| before + i32::from(day.day_of_year()) - 1);
        offset.and_then(|offset| usize::try_from(offset).ok()).ok_or(OutsideCalendar(day))
    }
}

fn years(first: Date, last: Date) -> Vec<i32> {
    let new_years = (first.year()..=last.year()).map(|year| date(year, 1, 1));
    new_years.map(|day| i32::try_from(taipei::days_between(first, day)).unwrap_or(i32::MAX)).collect()
}

/// What a day is when nothing is listed for it.
fn ordinary(day: Date) -> DayKind {
    match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => DayKind::Weekend,
        _ => DayKind::Working,
    }
}

#[cfg(test)]
mod tests;
