//! The statutory clock (處理時限). A deadline is a pure function of the item version's terms, the
//! history of the case and the calendar: never typed in, never overwritten (規範 十一).
//!
//! Read in this order: [`terms`] (what the item version says), [`history`] (what happened), [`gate`]
//! (when it starts), [`pause`] (when it stands still), [`count`] and [`hours`] (the arithmetic),
//! [`explanation`] (why), [`holder`] (whose days they were), [`statistics`] (how it is judged),
//! [`period`] (the other periods).

pub mod count;
pub mod explanation;
pub mod gate;
pub mod history;
pub mod holder;
pub mod hours;
pub mod pause;
pub mod period;
pub mod statistics;
pub mod terms;
mod trace;

use jiff::Timestamp;
use jiff::civil::Date;

use self::count::{Count, Counted, End, days_of_months};
use self::gate::{Gate, Gates, Passed};
use self::history::History;
use self::pause::Pause;
pub use self::terms::{BadLimit, DayBasis, Limit};
use self::terms::{CorrectionPolicy, Terms, Unit};
pub use self::trace::explain;
use crate::calendar::{Calendar, OutsideCalendar};
use crate::taipei;

/// When a period ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// Its last day.
    pub day: Date,
    /// The instant at which it has run out: the end of that day (民法 §121 I), or, of a limit in
    /// hours, the very instant. Done before it is done in time.
    pub until: Timestamp,
}

impl Due {
    /// A period that ends with `day`.
    pub fn end_of(day: Date) -> Result<Self, OutsideCalendar> {
        Ok(Self { day, until: taipei::end_of(day).ok_or(OutsideCalendar(day))? })
    }

    /// Whether something done at `instant` is in time.
    #[must_use]
    pub fn in_time(&self, instant: Timestamp) -> bool {
        instant < self.until
    }
}

/// What a clock shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// It has not started: these gates are open, since the receipt of the application.
    Waiting { open: Vec<Gate>, since: Timestamp },
    /// It has started and has an end.
    Running(Running),
    /// It stands still, and nobody knows until when.
    Stopped { started: Passed, since: Date },
}

/// A clock that has an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The gate that started it, or the end of the correction that started it anew.
    pub started: Passed,
    pub due: Due,
    /// The end without the extension, when that is in force.
    pub unextended: Option<Due>,
}

impl Reading {
    #[must_use]
    pub const fn due(&self) -> Option<Due> {
        match self {
            Self::Running(running) => Some(running.due),
            Self::Waiting { .. } | Self::Stopped { .. } => None,
        }
    }
}

/// Reads the clock. [`OutsideCalendar`] where the end lies beyond the published years: it is never
/// guessed (`CALENDAR_YEAR_MISSING`).
pub fn read(terms: &Terms, history: &History, calendar: &Calendar) -> Result<Reading, OutsideCalendar> {
    read_in_parts(terms, history, calendar).map(|(reading, _)| reading)
}

/// A reading, and the end of the limit alone when the extension has begun.
fn read_in_parts(
    terms: &Terms,
    history: &History,
    calendar: &Calendar,
) -> Result<(Reading, Option<Due>), OutsideCalendar> {
    let mut started = match gate::gates(terms, history)? {
        Gates::Passed(last) => last,
        Gates::Open(open) => return Ok((Reading::Waiting { open, since: history.received }, None)),
    };
    let (first, extended) = ends(terms, history, calendar, &mut started)?;
    let unextended = match (first, extended) {
        (Ended::On(due), Some(_)) => Some(due),
        _ => None,
    };
    let reading = match extended.unwrap_or(first) {
        Ended::On(due) => Reading::Running(Running { started, due, unextended }),
        Ended::Open(since) => Reading::Stopped { started, since },
    };
    Ok((reading, unextended))
}

/// The due day and instant, `None` while there is none.
pub fn due(terms: &Terms, history: &History, calendar: &Calendar) -> Result<Option<Due>, OutsideCalendar> {
    if let Some(days) = plain(terms, history) {
        let (day, until) = calendar.end_of_working_days(history.received, days)?;
        return Ok(Some(Due { day, until }));
    }
    let Gates::Passed(mut started) = gate::gates(terms, history)? else { return Ok(None) };
    let (first, extended) = ends(terms, history, calendar, &mut started)?;
    Ok(match extended.unwrap_or(first) {
        Ended::On(due) => Some(due),
        Ended::Open(_) => None,
    })
}

/// The working days of a case that waits for nothing and to which nothing has happened.
#[inline]
fn plain(terms: &Terms, history: &History) -> Option<u32> {
    let Unit::Day(DayBasis::Working) = terms.limit.unit() else { return None };
    let plain = gate::only_receipt(terms) && history.never_stopped() && history.extension.is_none();
    plain.then(|| terms.limit.amount().saturating_add(history.added_days))
}

/// The end of the limit, and that of the extension if there is one in force. `started` becomes what
/// began the limit anew.
#[inline]
fn ends(
    terms: &Terms,
    history: &History,
    calendar: &Calendar,
    started: &mut Passed,
) -> Result<(Ended, Option<Ended>), OutsideCalendar> {
    let arithmetic =
        Arithmetic { terms, history, calendar, pauses: &pause::pauses(terms, history, calendar)? };
    let first = arithmetic.started_anew(started)?;
    let extended = match first {
        Ended::On(due) => arithmetic.extended(due)?,
        Ended::Open(_) => None,
    };
    Ok((first, extended))
}

#[derive(Clone, Copy)]
enum Ended {
    On(Due),
    Open(Date),
}

/// What every step of a reading needs.
struct Arithmetic<'a> {
    terms: &'a Terms,
    history: &'a History,
    calendar: &'a Calendar,
    pauses: &'a [Pause],
}

impl Arithmetic<'_> {
    /// The end of the limit from `started` on. Where a correction begins the limit anew, from the end of
    /// the last correction that was asked for before the limit and its extension had run out.
    #[inline]
    fn started_anew(&self, started: &mut Passed) -> Result<Ended, OutsideCalendar> {
        let mut ended = self.from(started)?;
        if self.terms.correction != CorrectionPolicy::Restart {
            return Ok(ended);
        }
        for correction in &self.history.corrections {
            let Ended::On(due) = ended else { break };
            let in_time = due.in_time(correction.asked)
                || matches!(self.extended(due)?, Some(Ended::On(due)) if due.in_time(correction.asked));
            if !in_time {
                break;
            }
            let at = pause::correction_over(correction, self.calendar)?;
            let anew = Passed { at, gate: Gate::Correction };
            if anew > *started {
                *started = anew;
            }
            ended = self.from(started)?;
        }
        Ok(ended)
    }

    #[inline]
    fn from(&self, started: &Passed) -> Result<Ended, OutsideCalendar> {
        let instant = match self.terms.limit.unit() {
            Unit::Hour => hours::start(started.at, self.terms, self.calendar)?,
            Unit::Day(_) | Unit::Month => started.at,
        };
        self.end(started.day(), instant, Length::of_limit(self.terms, self.history))
    }

    /// Counts `length` from the day after `day`, or from `instant` for hours.
    #[inline]
    fn end(&self, day: Date, instant: Timestamp, length: Length) -> Result<Ended, OutsideCalendar> {
        let unit = self.terms.limit.unit();
        let Some(counted) = Counted::of(unit, &self.terms.settings) else {
            let end = hours::end(instant, length.in_hours(), self.terms, self.history, self.calendar)?;
            return Ok(match (end.until, end.since) {
                (Some(until), _) => Ended::On(Due { day: taipei::day_of(until), until }),
                (None, since) => Ended::Open(since.unwrap_or(day)),
            });
        };
        let days = length.in_days(unit, day).ok_or(OutsideCalendar(day))?;
        let count = Count { counted, calendar: self.calendar, pauses: self.pauses };
        Ok(match count.end(day, days)? {
            End::On(last) => Ended::On(Due::end_of(last)?),
            End::Open { since, .. } => Ended::Open(since),
        })
    }

    /// The end of the extension, when that was notified before the limit ran out (行政程序法 §51 IV).
    #[inline]
    fn extended(&self, due: Due) -> Result<Option<Ended>, OutsideCalendar> {
        match self.history.extension {
            Some(extension) if due.in_time(extension.notified) => {
                let amount = extension.amount.min(self.terms.limit.amount());
                (amount > 0).then(|| self.end(due.day, due.until, Length::of_extension(amount))).transpose()
            }
            _ => Ok(None),
        }
    }
}

/// What is to be counted: units of the limit, and days added to them whatever the unit.
#[derive(Debug, Clone, Copy)]
struct Length {
    amount: u32,
    added_days: u32,
}

impl Length {
    /// Office hours of a working day (0.125 日 is one hour).
    const HOURS_OF_A_DAY: u32 = 8;

    const fn of_limit(terms: &Terms, history: &History) -> Self {
        Self { amount: terms.limit.amount(), added_days: history.added_days }
    }

    const fn of_extension(amount: u32) -> Self {
        Self { amount, added_days: 0 }
    }

    /// How many days of a count it is that starts the day after `day`.
    fn in_days(self, unit: Unit, day: Date) -> Option<u32> {
        let days = match unit {
            Unit::Month => days_of_months(day, self.amount)?,
            Unit::Day(_) | Unit::Hour => self.amount,
        };
        Some(days.saturating_add(self.added_days))
    }

    const fn in_hours(self) -> u32 {
        self.amount.saturating_add(self.added_days.saturating_mul(Self::HOURS_OF_A_DAY))
    }
}

#[cfg(test)]
mod tests;
