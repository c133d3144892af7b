//! Counting days: where a period ends, in constant time between two pauses.

use jiff::Span;
use jiff::civil::Date;

use super::pause::Pause;
use super::terms::{ClosureOnCalendarDays, DayBasis, Settings, Unit};
use crate::calendar::{Calendar, OutsideCalendar};
use crate::taipei;

/// Which days a count takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Working days.
    Working,
    /// Every day but whole closures.
    Open,
    /// Every day.
    Every,
}

impl Counted {
    /// `None` for limits in hours, which are not counted in days.
    #[must_use]
    pub const fn of(unit: Unit, settings: &Settings) -> Option<Self> {
        match (unit, settings.closure_on_calendar_days) {
            (Unit::Hour, _) => None,
            (Unit::Day(DayBasis::Working), _) => Some(Self::Working),
            (Unit::Day(DayBasis::Calendar) | Unit::Month, ClosureOnCalendarDays::Stops) => Some(Self::Open),
            (Unit::Day(DayBasis::Calendar) | Unit::Month, ClosureOnCalendarDays::Rolls) => Some(Self::Every),
        }
    }
}

/// Where a count comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The last day of the period.
    On(Date),
    /// It does not come to an end: the clock stands still since a day after the start, with so many
    /// days to go.
    Open { since: Date, left: u32 },
}

/// A count over a calendar with pauses, in order and without overlaps.
#[derive(Debug, Clone, Copy)]
pub struct Count<'a> {
    pub counted: Counted,
    pub calendar: &'a Calendar,
    pub pauses: &'a [Pause],
}

impl Count<'_> {
    /// The last day of a period of `days` that starts the day after `start`: the first working day by
    /// whose end so many days were counted and at whose end the clock is running. (With working days
    /// that is the day of the count itself; 行政程序法 §48 IV rolls the others.)
    #[inline]
    pub fn end(&self, start: Date, days: u32) -> Result<End, OutsideCalendar> {
        let (mut cursor, mut left) = (start, days);
        for pause in self.pauses.iter().filter(|pause| pause.last.is_none_or(|last| last > start)) {
            // A day beyond the calendar is certainly not before the pause.
            if let Ok(end) = self.reach(cursor, left)
                && end < pause.blocks
            {
                return Ok(End::On(end));
            }
            let before = pause.first.yesterday().map_err(|_| OutsideCalendar(pause.first))?;
            if before > cursor {
                left = left.saturating_sub(self.between(cursor, before)?);
            }
            let Some(last) = pause.last else {
                let next = cursor.tomorrow().map_err(|_| OutsideCalendar(cursor))?;
                return Ok(End::Open { since: pause.first.max(next), left });
            };
            cursor = last.max(cursor);
        }
        self.reach(cursor, left).map(End::On)
    }

    /// The day on which `left` more days are counted after `cursor`, and which is a working day.
    #[inline]
    fn reach(&self, cursor: Date, left: u32) -> Result<Date, OutsideCalendar> {
        let last = match self.counted {
            _ if left == 0 => return self.calendar.add_working_days(cursor, 1),
            Counted::Working => return self.calendar.add_working_days(cursor, left),
            Counted::Open => self.calendar.add_open_days(cursor, left)?,
            Counted::Every => taipei::plus_days(cursor, i64::from(left)).ok_or(OutsideCalendar(cursor))?,
        };
        self.calendar.roll_forward(last)
    }

    /// Days that count in `after < d <= until`, pauses apart.
    pub fn between(&self, after: Date, until: Date) -> Result<u32, OutsideCalendar> {
        match self.counted {
            Counted::Working => self.calendar.working_days(after, until),
            Counted::Open => self.calendar.open_days(after, until),
            Counted::Every => Ok(u32::try_from(taipei::days_between(after, until)).unwrap_or(0)),
        }
    }

    /// Days that would count in `after < d <= until`, were it not for the pauses.
    pub fn paused(&self, after: Date, until: Date) -> Result<u32, OutsideCalendar> {
        let mut sum = 0;
        for pause in self.pauses {
            let before = pause.first.yesterday().map_err(|_| OutsideCalendar(pause.first))?.max(after);
            let last = pause.last.map_or(until, |last| last.min(until));
            if before < last {
                sum += self.between(before, last)?;
            }
        }
        Ok(sum)
    }
}

/// How many days of the calendar `months` months are that start the day after `start`: they end the
/// day before the corresponding day, or with the month that has none (行政程序法 §48 III). `None`
/// only outside jiff's range of years.
#[must_use]
pub fn days_of_months(start: Date, months: u32) -> Option<u32> {
    let first = start.tomorrow().ok()?;
    let corresponding = first.checked_add(Span::new().try_months(months).ok()?).ok()?;
    // jiff gives the end of the month where it has no such day.
    let last =
        if corresponding.day() == first.day() { corresponding.yesterday().ok()? } else { corresponding };
    u32::try_from(taipei::days_between(start, last)).ok()
}
