//! The days on which a clock stands still.

use jiff::Timestamp;
use jiff::civil::Date;

use super::history::{Correction, History, StopCause};
use super::period;
use super::terms::{CorrectionPolicy, Terms};
use crate::calendar::{Calendar, OutsideCalendar};
use crate::taipei;

/// Why days do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseCause {
    Correction,
    Stop(StopCause),
}

/// A run of days that do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub cause: PauseCause,
    /// The first day that does not count.
    pub first: Date,
    /// The last one; `None` while nobody knows.
    pub last: Option<Date>,
    /// The first day that cannot be the last of a period: a clock that stands still at the end of a
    /// day does not run out on it, so the day of a correction request is one.
    pub blocks: Date,
}

/// The pauses of a case in order, none overlapping another: days count once, for the cause that came
/// first. Corrections are capped before other stops are laid over them.
#[inline]
pub fn pauses(terms: &Terms, history: &History, calendar: &Calendar) -> Result<Vec<Pause>, OutsideCalendar> {
    if history.never_stopped() {
        return Ok(Vec::new());
    }
    several(terms, history, calendar)
}

fn several(terms: &Terms, history: &History, calendar: &Calendar) -> Result<Vec<Pause>, OutsideCalendar> {
    let mut pauses = match terms.correction {
        CorrectionPolicy::Included | CorrectionPolicy::Restart => Vec::new(),
        CorrectionPolicy::Suspend => corrections(history, calendar)?,
        CorrectionPolicy::SuspendCapped(days) => capped(in_turn(corrections(history, calendar)?), days),
    };
    let stops = history.stops.iter().filter(|stop| stop.until.is_none_or(|until| until >= stop.from));
    pauses.extend(stops.map(|stop| Pause {
        cause: PauseCause::Stop(stop.cause),
        first: stop.from,
        last: stop.until,
        blocks: stop.from,
    }));
    Ok(in_turn(pauses))
}

fn corrections(history: &History, calendar: &Calendar) -> Result<Vec<Pause>, OutsideCalendar> {
    let mut pauses = Vec::with_capacity(history.corrections.len());
    for correction in &history.corrections {
        let asked = taipei::day_of(correction.asked);
        let last = last_day(correction, calendar)?;
        let first = asked.tomorrow().map_err(|_| OutsideCalendar(asked))?;
        if last >= first {
            pauses.push(Pause { cause: PauseCause::Correction, first, last: Some(last), blocks: asked });
        }
    }
    Ok(pauses)
}

/// The last day a correction takes: that of the answer, or of the applicant's period where none came
/// by then; the clock goes on the day after.
pub fn last_day(correction: &Correction, calendar: &Calendar) -> Result<Date, OutsideCalendar> {
    Ok(taipei::day_of(correction_over(correction, calendar)?))
}

/// The instant a correction is over: the answer, or the last instant of the applicant's period.
pub fn correction_over(correction: &Correction, calendar: &Calendar) -> Result<Timestamp, OutsideCalendar> {
    let until = correction_due(correction, calendar)?;
    let last = taipei::last_instant_of(until).ok_or(OutsideCalendar(until))?;
    Ok(correction.answered.map_or(last, |answered| answered.min(last)))
}

/// The last day of the applicant's own period (補正期限). What was added on request starts the day after
/// the day it would have ended on.
pub fn correction_due(correction: &Correction, calendar: &Calendar) -> Result<Date, OutsideCalendar> {
    let first = period::ends(taipei::day_of(correction.asked), correction.days, calendar)?;
    correction.extended.map_or(Ok(first), |more| period::ends(first, more.days, calendar))
}

/// Sorts, and leaves to each pause the days that none before it has.
fn in_turn(mut pauses: Vec<Pause>) -> Vec<Pause> {
    // Of two that begin on a day, the one the evening before belongs to is the earlier.
    pauses.sort_unstable_by_key(|pause| (pause.first, pause.blocks, pause.last.is_none(), pause.last));
    let mut taken: Vec<Pause> = Vec::with_capacity(pauses.len());
    for pause in pauses {
        let next = match taken.last().map(|before| before.last) {
            // Nothing comes after a pause without an end.
            Some(None) => break,
            Some(Some(last)) => last.tomorrow().ok(),
            None => None,
        };
        let first = next.map_or(pause.first, |next| next.max(pause.first));
        let blocks = if first == pause.first { pause.blocks } else { first };
        if pause.last.is_none_or(|last| first <= last) {
            taken.push(Pause { first, blocks, ..pause });
        }
    }
    taken
}

/// Only the first `days` days of the pauses, all together.
fn capped(pauses: Vec<Pause>, days: u32) -> Vec<Pause> {
    let mut left = i64::from(days);
    let mut kept = Vec::with_capacity(pauses.len());
    for pause in pauses {
        let Some(cap) = (left > 0).then(|| taipei::plus_days(pause.first, left - 1)).flatten() else { break };
        let last = pause.last.map_or(cap, |last| last.min(cap));
        left -= taipei::days_between(pause.first, last) + 1;
        kept.push(Pause { last: Some(last), ..pause });
    }
    kept
}
