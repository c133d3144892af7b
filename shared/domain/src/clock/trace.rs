//! The trace behind a reading: every day from receipt to the end, counted or not, and why.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::count::Counted;
use super::explanation::{Explanation, Reason, Run, Seal};
use super::gate::{self, Gate, Passed};
use super::history::History;
use super::pause::{self, Pause};
use super::terms::{HoursStart, Terms, Unit};
use super::{Length, Reading, hours};
use crate::calendar::{Calendar, DayKind, OutsideCalendar};
use crate::taipei;

/// Reads the clock and accounts for every day. While the clock waits, through the day of receipt;
/// while it stands still without an end, through the day on which it stopped.
pub fn explain(
    terms: &Terms,
    history: &History,
    calendar: &Calendar,
) -> Result<(Reading, Explanation), OutsideCalendar> {
    let (reading, unextended) = super::read_in_parts(terms, history, calendar)?;
    let pauses = pause::pauses(terms, history, calendar)?;
    let mut trace = Trace { terms, history, calendar, pauses: &pauses, runs: Vec::new(), so_far: 0 };
    let limit = Length::of_limit(terms, history);
    let extension = history.extension.map_or(0, |extension| extension.amount.min(terms.limit.amount()));
    match &reading {
        Reading::Waiting { open, .. } => {
            trace.push(taipei::day_of(history.received), false, Reason::Waiting(open.clone()));
        }
        Reading::Running(running) => {
            trace.until_start(&running.started)?;
            let until = running.unextended.unwrap_or(running.due).day;
            if terms.limit.unit() == Unit::Hour {
                let extension = if running.unextended.is_some() { extension } else { 0 };
                trace.count_hours(
                    running.started.at,
                    limit.in_hours().saturating_add(extension),
                    running.due.day,
                )?;
            } else {
                trace.count(running.started.day(), until, limit, false)?;
                trace.count(until, running.due.day, Length::of_extension(extension), true)?;
            }
        }
        Reading::Stopped { started, since } => {
            trace.until_start(started)?;
            let before = since.yesterday().map_err(|_| OutsideCalendar(*since))?;
            if terms.limit.unit() == Unit::Hour {
                let extension = if unextended.is_some() { extension } else { 0 };
                trace.count_hours(started.at, limit.in_hours().saturating_add(extension), before)?;
            } else {
                let until = unextended.map_or(before, |due| due.day);
                trace.count(started.day(), until, limit, false)?;
                trace.count(until, before, Length::of_extension(extension), true)?;
            }
            let cause = pauses.iter().find(|pause| pause.last.is_none()).map(|pause| pause.cause);
            trace.push(*since, false, cause.map_or(Reason::Counted, Reason::of_pause));
        }
    }
    let Trace { runs, .. } = trace;
    let seal = Seal { terms, history, calendar, due: reading.due() };
    Ok((reading, Explanation::seal(&seal, runs)))
}

struct Trace<'a> {
    terms: &'a Terms,
    history: &'a History,
    calendar: &'a Calendar,
    pauses: &'a [Pause],
    runs: Vec<Run>,
    /// Units counted, in the unit of the limit; minutes for hours.
    so_far: u32,
}

impl Trace<'_> {
    fn push(&mut self, day: Date, counted: bool, reason: Reason) {
        match self.runs.last_mut() {
            Some(run) if run.reason == reason => (run.to, run.so_far) = (day, self.so_far),
            _ => self.runs.push(Run { from: day, to: day, counted, so_far: self.so_far, reason }),
        }
    }

    /// From receipt through the day the clock started, which itself is not counted. A limit in hours
    /// may run on that very day.
    fn until_start(&mut self, started: &Passed) -> Result<(), OutsideCalendar> {
        let (received, start) = (taipei::day_of(self.history.received), started.day());
        let at_once =
            self.terms.limit.unit() == Unit::Hour && self.terms.settings.hours_start == HoursStart::AtOnce;
        for day in days(received.yesterday().map_err(|_| OutsideCalendar(received))?, start) {
            let day = day?;
            let reason = match (day == start, &started.gate) {
                (true, _) if at_once => continue,
                (true, gate) => Reason::StartingDay(gate.clone()),
                (false, Gate::Correction) => Reason::BegunAnew,
                (false, _) => Reason::Waiting(gate::open_after(self.terms, self.history, day)?),
            };
            self.push(day, false, reason);
        }
        Ok(())
    }

    /// The days after `after` through `last`, of which `length` counts.
    fn count(
        &mut self,
        after: Date,
        last: Date,
        length: Length,
        extended: bool,
    ) -> Result<(), OutsideCalendar> {
        let Some(counted) = Counted::of(self.terms.limit.unit(), &self.terms.settings) else { return Ok(()) };
        let month = self.terms.limit.unit() == Unit::Month;
        let total = length.in_days(self.terms.limit.unit(), after).ok_or(OutsideCalendar(after))?;
        let before = self.so_far;
        let mut counted_days = 0;
        for day in days(after, last) {
            let day = day?;
            let reason = self.reason(day, counted, counted_days == total, extended)?;
            let counts = reason.counts();
            counted_days += u32::from(counts);
            // Months are counted whole: the number stands when the last day is reached.
            self.so_far = match (month, counted_days == total) {
                (false, _) => before + counted_days,
                (true, true) => before + length.amount,
                (true, false) => before,
            };
            self.push(day, counts, reason);
        }
        Ok(())
    }

    fn reason(
        &self,
        day: Date,
        counted: Counted,
        complete: bool,
        extended: bool,
    ) -> Result<Reason, OutsideCalendar> {
        let covers = |pause: &&Pause| pause.first <= day && pause.last.is_none_or(|last| day <= last);
        if let Some(pause) = self.pauses.iter().find(covers) {
            return Ok(Reason::of_pause(pause.cause));
        }
        let kind = self.calendar.kind(day)?;
        let reason = if extended { Reason::Extended } else { Reason::Counted };
        Ok(match (counted, kind) {
            (Counted::Open, _) if self.calendar.is_closed(day) => {
                let source = self.calendar.closure(day).map(|closure| closure.source.clone());
                Reason::Closed(source.unwrap_or_default())
            }
            (Counted::Open | Counted::Every, _) if complete => Reason::RolledForward,
            // After a pause that took the last day: the first working day that is left.
            (Counted::Working, kind) if complete && kind.is_working() => Reason::RolledForward,
            (Counted::Working, DayKind::MakeUp) if !extended => Reason::MakeUp,
            (Counted::Open | Counted::Every, _) | (Counted::Working, DayKind::Working | DayKind::MakeUp) => {
                reason
            }
            (Counted::Working, DayKind::Weekend) => Reason::Weekend,
            (Counted::Working, DayKind::Holiday(name)) => Reason::Holiday(name),
            (Counted::Working, DayKind::Closed(source)) => Reason::Closed(source),
        })
    }

    /// A limit in hours: every day through `last` with the minutes counted of it.
    fn count_hours(&mut self, started: Timestamp, hours: u32, last: Date) -> Result<(), OutsideCalendar> {
        let start = hours::start(started, self.terms, self.calendar)?;
        let end = hours::end(start, hours, self.terms, self.history, self.calendar)?;
        let first = taipei::day_of(start);
        let before = first.yesterday().map_err(|_| OutsideCalendar(first))?;
        for day in days(taipei::day_of(started), before.min(last)) {
            let day = day?;
            let reason = self.reason(day, Counted::Working, false, false)?;
            self.push(day, false, reason);
        }
        let mut sum = SignedDuration::ZERO;
        for worked in end.days.into_iter().take_while(|worked| worked.day <= last) {
            sum += worked.counted;
            self.so_far = u32::try_from(sum.as_mins()).unwrap_or(u32::MAX);
            if worked.counted > SignedDuration::ZERO {
                self.push(worked.day, true, Reason::Counted);
            } else {
                let reason = match self.reason(worked.day, Counted::Working, false, false)? {
                    reason if reason.counts() => Reason::AfterHours,
                    reason => reason,
                };
                self.push(worked.day, false, reason);
            }
        }
        Ok(())
    }
}

/// The days after `after` through `last`.
fn days(after: Date, last: Date) -> impl Iterator<Item = Result<Date, OutsideCalendar>> {
    let mut day = after;
    std::iter::from_fn(move || {
        if day >= last {
            return None;
        }
        let next = day.tomorrow().map_err(|_| OutsideCalendar(day));
        day = next.unwrap_or(last);
        Some(next)
    })
}
