//! Limits in hours: counted inside office hours, by the second.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use super::history::History;
use super::pause;
use super::terms::{CorrectionPolicy, HoursStart, OfficeHours, Terms};
use crate::calendar::{Calendar, Extent, OutsideCalendar};
use crate::taipei;

/// A stretch of time, `[from, to)`; without a `to` it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    from: Timestamp,
    to: Option<Timestamp>,
}

/// How much of a day was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worked {
    pub day: Date,
    pub counted: SignedDuration,
}

/// Where a limit in hours comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursEnd {
    /// The instant it runs out; `None` when it stands still with no end in sight, `since` when.
    pub until: Option<Timestamp>,
    pub since: Option<Date>,
    /// Every day from the start, with what was counted of it.
    pub days: Vec<Worked>,
}

/// The instant a limit in hours starts, when its last gate was passed at `gate`.
pub fn start(gate: Timestamp, terms: &Terms, calendar: &Calendar) -> Result<Timestamp, OutsideCalendar> {
    match terms.settings.hours_start {
        HoursStart::AtOnce => Ok(gate),
        HoursStart::NextDay => {
            let day = calendar.add_working_days(taipei::day_of(gate), 1)?;
            taipei::start_of(day).ok_or(OutsideCalendar(day))
        }
    }
}

/// Counts `hours` office hours from `start`.
pub fn end(
    start: Timestamp,
    hours: u32,
    terms: &Terms,
    history: &History,
    calendar: &Calendar,
) -> Result<HoursEnd, OutsideCalendar> {
    let stopped = stopped(terms, history, calendar)?;
    let mut left = SignedDuration::from_hours(i64::from(hours));
    let mut days = Vec::new();
    let mut day = taipei::day_of(start);
    loop {
        let mut counted = SignedDuration::ZERO;
        for (from, to) in open_hours(day, &terms.settings.office_hours, calendar)? {
            let mut at = from.max(start);
            while at < to {
                let within = stopped.iter().find(|s| s.from <= at && s.to.is_none_or(|end| at < end));
                if let Some(stretch) = within {
                    let Some(end) = stretch.to else {
                        let since = taipei::day_of(stretch.from.max(start));
                        days.push(Worked { day, counted });
                        return Ok(HoursEnd { until: None, since: Some(since), days });
                    };
                    at = end;
                    continue;
                }
                let next = stopped.iter().map(|s| s.from).filter(|from| *from > at).min();
                let until = next.map_or(to, |next| next.min(to));
                let free = until.duration_since(at);
                if free >= left {
                    days.push(Worked { day, counted: counted + left });
                    return Ok(HoursEnd { until: Some(at + left), since: None, days });
                }
                left -= free;
                counted += free;
                at = until;
            }
        }
        days.push(Worked { day, counted });
        day = day.tomorrow().map_err(|_| OutsideCalendar(day))?;
    }
}

/// When the clock stands still: from a correction request to its answer or the end of its period, and
/// whole days of other stops.
fn stopped(terms: &Terms, history: &History, calendar: &Calendar) -> Result<Vec<Stretch>, OutsideCalendar> {
    let mut stopped = Vec::new();
    let mut cap = match terms.correction {
        CorrectionPolicy::Included | CorrectionPolicy::Restart => SignedDuration::ZERO,
        CorrectionPolicy::Suspend => SignedDuration::MAX,
        CorrectionPolicy::SuspendCapped(days) => SignedDuration::from_hours(i64::from(days) * 24),
    };
    for correction in &history.corrections {
        let end = pause::correction_over(correction, calendar)?;
        let length = end.duration_since(correction.asked).min(cap);
        if length > SignedDuration::ZERO {
            stopped.push(Stretch { from: correction.asked, to: Some(correction.asked + length) });
            cap -= length;
        }
    }
    for stop in &history.stops {
        let from = taipei::start_of(stop.from).ok_or(OutsideCalendar(stop.from))?;
        let to = stop.until.map(|day| taipei::end_of(day).ok_or(OutsideCalendar(day))).transpose()?;
        stopped.push(Stretch { from, to });
    }
    Ok(stopped)
}

/// The hours of `day` in which the offices work.
fn open_hours(
    day: Date,
    hours: &OfficeHours,
    calendar: &Calendar,
) -> Result<Vec<(Timestamp, Timestamp)>, OutsideCalendar> {
    if !calendar.is_working(day)? {
        return Ok(Vec::new());
    }
    let closed = calendar.closure(day).map(|closure| closure.extent);
    let open = [(Extent::Morning, hours.morning), (Extent::Afternoon, hours.afternoon)];
    let instant = |time: Time| taipei::at(day, time).ok_or(OutsideCalendar(day));
    open.into_iter()
        .filter(|(half, _)| closed != Some(*half))
        .map(|(_, (from, to))| Ok((instant(from)?, instant(to)?)))
        .collect()
}
