//! How a finished case is judged: days used and on time (依限辦結, 逾限辦結; 文書處理手冊 §79(三)-(四)).

use jiff::Timestamp;

use super::count::{Count, Counted};
use super::gate::{self, Gates};
use super::history::History;
use super::terms::{Terms, Unit};
use super::{Reading, pause};
use crate::calendar::{Calendar, OutsideCalendar};
use crate::taipei;

/// A number of days in halves: what is finished on the day it was received took half a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HalfDays(pub u32);

impl std::fmt::Display for HalfDays {
    /// `0.5`, `3`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let half = if self.0 % 2 == 1 { ".5" } else { "" };
        write!(f, "{}{half}", self.0 / 2)
    }
}

/// How finishing on the day the clock started is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SameDay {
    /// 收文當日辦結者，一律計算為半日.
    #[default]
    Half,
    Nothing,
}

/// What became of a case's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// From the day after the start through the day it was finished, in days of the limit's basis
    /// (working days for limits in hours).
    pub gross: HalfDays,
    /// The same without the days on which the clock stood still.
    pub net: HalfDays,
    /// Whether it was finished by its due date; `None` where there is no due date.
    pub on_time: Option<bool>,
}

/// The days a case took that was finished at `finished`. `None` while its clock has not started.
pub fn used(
    terms: &Terms,
    history: &History,
    finished: Timestamp,
    same_day: SameDay,
    calendar: &Calendar,
) -> Result<Option<Used>, OutsideCalendar> {
    let Gates::Passed(started) = gate::gates(terms, history)? else { return Ok(None) };
    let (start, last) = (started.day(), taipei::day_of(finished));
    let pauses = pause::pauses(terms, history, calendar)?;
    let counted = match terms.limit.unit() {
        Unit::Hour => Counted::Working,
        unit => Counted::of(unit, &terms.settings).unwrap_or(Counted::Working),
    };
    let count = Count { counted, calendar, pauses: &pauses };
    let gross = count.between(start, last)?;
    let net = gross.saturating_sub(count.paused(start, last)?);
    let halves = |days: u32| match (days, same_day) {
        (0, SameDay::Half) => HalfDays(1),
        (days, _) => HalfDays(days * 2),
    };
    let on_time = match super::read(terms, history, calendar)? {
        Reading::Running(running) => Some(running.due.in_time(finished)),
        // Nobody is late while the clock stands still.
        Reading::Stopped { .. } => Some(true),
        Reading::Waiting { .. } => None,
    };
    Ok(Some(Used { gross: halves(gross), net: halves(net), on_time }))
}
