//! Decisions that move the clock: corrections, arrivals, extension, added time, stops, and what a
//! new calendar does.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::{checked, optional};
use crate::access::Actor;
use crate::calendar::Calendar;
use crate::case::{Case, State};
use crate::clock::history::StopCause;
use crate::clock::{self, Reading, pause};
use crate::command::Action;
use crate::correction::{self, Reply};
use crate::dates::{self, ClockState, Dates};
use crate::event::{Event, Moved, Recalculation};
use crate::id::{AgencyCode, Key};
use crate::rejection::Rejection;
use crate::taipei;
use crate::timer::TimerKind;

/// The longest correction period, in days.
pub const MAX_CORRECTION_DAYS: u32 = 90;

/// A case at an instant.
pub(super) struct At<'a> {
    pub case: &'a Case,
    pub now: Timestamp,
    pub calendar: &'a Calendar,
}

/// The actions of this file that the state and the history of `case` allow.
pub(super) fn open(case: &Case) -> Vec<Action> {
    let mut open = Vec::new();
    if case.item.terms.awaits.iter().any(|what| !case.history.arrived.contains_key(what)) {
        open.push(Action::RecordArrival);
    }
    if matches!(case.state, State::Assigned | State::JointReview) && unanswered(case) {
        open.push(Action::AnswerCorrection);
    }
    if State::HANDLED.contains(&case.state) {
        let can_extend = case.dates.clock != ClockState::Waiting && !overdue(case);
        if case.history.extension.is_none() && can_extend {
            open.push(Action::Extend);
        }
        if case.history.added_days < case.item.terms.added_days {
            open.push(Action::AddTime);
        }
        open.push(if stopped(case) { Action::Resume } else { Action::Stop });
    }
    open
}

/// What can be done about a correction that is awaited.
pub(super) fn open_correction(case: &Case) -> Vec<Action> {
    let mut open = vec![Action::AnswerCorrection];
    let left = case.history.corrections.last().is_some_and(|round| round.whole() < MAX_CORRECTION_DAYS);
    open.extend(left.then_some(Action::ExtendCorrection));
    open.extend((left && case.more_time.is_none()).then_some(Action::AskMoreTime));
    open.extend(case.more_time.map(|_| Action::DeclineMoreTime));
    open
}

/// Whether the due date has passed, as far as the window has noticed.
fn overdue(case: &Case) -> bool {
    let due = case.dates.due.map(|due| (TimerKind::Overdue, due.until));
    due.is_some_and(|due| case.fired.contains(&due))
}

/// Whether the last correction that was asked for has no answer.
pub(super) fn unanswered(case: &Case) -> bool {
    case.history.corrections.last().is_some_and(|correction| correction.answered.is_none())
}

fn stopped(case: &Case) -> bool {
    case.history.stops.last().is_some_and(|stop| stop.until.is_none())
}

impl At<'_> {
    fn today(&self) -> Date {
        taipei::day_of(self.now)
    }

    /// A day that has come, and that the calendar knows.
    fn past(&self, day: Date) -> Result<Date, Rejection> {
        if day > self.today() {
            return Err(Rejection::InTheFuture(day));
        }
        self.known(day)
    }

    fn known(&self, day: Date) -> Result<Date, Rejection> {
        self.calendar.kind(day).map(|_| day).map_err(|outside| Rejection::OutsideCalendar(outside.0))
    }

    pub fn request_correction(&self, request: correction::Request) -> Result<Event, Rejection> {
        let days = request.days;
        if days == 0 || days > MAX_CORRECTION_DAYS {
            return Err(Rejection::Period { min: 1, max: MAX_CORRECTION_DAYS });
        }
        let again = !self.case.history.corrections.is_empty();
        let correction = request.checked(again)?;
        clock::period::ends(self.today(), days, self.calendar)
            .map_err(|outside| Rejection::OutsideCalendar(outside.0))?;
        Ok(Event::CorrectionRequested(Box::new(correction)))
    }

    /// Whether the last correction period passed without an answer.
    pub fn correction_lapsed(&self) -> bool {
        unanswered(self.case)
    }

    /// The applicant answers now; an officer records an answer that came another way, with its day.
    pub fn answer_correction(
        &self,
        actor: &Actor,
        reply: Reply,
        arrived_on: Option<Date>,
    ) -> Result<Event, Rejection> {
        let round = u32::try_from(self.case.history.corrections.len()).unwrap_or(u32::MAX);
        let answer = match actor {
            // Another list was sent while they answered this one.
            Actor::Applicant(_) if reply.to.round != round => return Err(Rejection::AnotherCorrection),
            Actor::Applicant(_) => reply.checked()?,
            Actor::Officer(_) | Actor::System => reply.recorded(round)?,
        };
        let at = match (actor, arrived_on) {
            (Actor::Officer(_), Some(day)) => self.arrived(day)?,
            _ => self.now,
        };
        let asked = self.case.history.corrections.last().map(|correction| correction.asked);
        if asked.is_some_and(|asked| at < asked) {
            return Err(Rejection::AnswerBeforeRequest);
        }
        Ok(Event::CorrectionAnswered { answer: Box::new(answer), at })
    }

    /// The applicant asks for more time while there is some left: once at a time.
    pub fn ask_more_time(&self, days: u32, reason: &str) -> Result<Event, Rejection> {
        let reason = checked(reason)?;
        if self.case.more_time.is_some() {
            return Err(Rejection::MoreTimeAsked);
        }
        Ok(Event::MoreTimeAsked { days: self.more_days(days)?, reason })
    }

    /// The handler gives more time before the period has ended.
    pub fn extend_correction(&self, days: u32, reason: &str) -> Result<Event, Rejection> {
        let reason = optional(reason)?;
        let days = self.more_days(days)?;
        let open = self.case.history.corrections.last();
        let longer = open.map(|open| open.extended(days, self.now));
        let until = longer.map(|longer| pause::correction_due(&longer, self.calendar)).transpose();
        let until = until.map_err(|outside| Rejection::OutsideCalendar(outside.0))?;
        let until = until.ok_or(Rejection::CorrectionOver)?;
        Ok(Event::CorrectionExtended { days, until, reason })
    }

    /// So many more days, if the period runs and does not become longer than any may be.
    fn more_days(&self, days: u32) -> Result<u32, Rejection> {
        let over = self.case.dates.correction_due.and_then(taipei::end_of).is_some_and(|end| end <= self.now);
        let open = self.case.history.corrections.last().filter(|_| !over).ok_or(Rejection::CorrectionOver)?;
        let max = MAX_CORRECTION_DAYS.saturating_sub(open.whole());
        if days == 0 || days > max {
            return Err(Rejection::Period { min: 1, max });
        }
        Ok(days)
    }

    /// The instant of something that arrived on `day`: by the end of it.
    fn arrived(&self, day: Date) -> Result<Timestamp, Rejection> {
        self.past(day)?;
        let end = taipei::last_instant_of(day).ok_or(Rejection::OutsideCalendar(day))?;
        Ok(end.min(self.now))
    }

    pub fn record_arrival(&self, what: Key, arrived_on: Date) -> Result<Event, Rejection> {
        let awaited = self.case.item.terms.awaits.contains(&what);
        if !awaited || self.case.history.arrived.contains_key(&what) {
            return Err(Rejection::NotAwaited);
        }
        Ok(Event::Arrived { at: self.arrived(arrived_on)?, what })
    }

    /// Once, at most as long as the limit, before it has run out (行政程序法 §51 III-IV).
    pub fn extend(&self, amount: u32, reason: &str) -> Result<Event, Rejection> {
        let reason = checked(reason)?;
        if self.case.history.extension.is_some() {
            return Err(Rejection::ExtensionAlreadyUsed);
        }
        let terms = &self.case.item.terms;
        match clock::read(terms, &self.case.history, self.calendar) {
            Ok(Reading::Running(running)) if !running.due.in_time(self.now) => {
                return Err(Rejection::ExtensionAfterExpiry);
            }
            Ok(Reading::Waiting { .. }) => return Err(Rejection::ClockNotRunning),
            // What ends beyond the published calendar has not run out.
            Ok(Reading::Running(_) | Reading::Stopped { .. }) | Err(_) => {}
        }
        let max = terms.limit.amount();
        if amount == 0 || amount > max {
            return Err(Rejection::ExtensionTooLong { max });
        }
        Ok(Event::Extended { amount, reason })
    }

    pub fn add_time(&self, days: u32, reason: &str) -> Result<Event, Rejection> {
        let reason = checked(reason)?;
        let left = self.case.item.terms.added_days.saturating_sub(self.case.history.added_days);
        if days == 0 || days > left {
            return Err(Rejection::AddedTimeTooLong { left });
        }
        Ok(Event::TimeAdded { days, reason })
    }

    pub fn stop(
        &self,
        cause: StopCause,
        from: Date,
        until: Option<Date>,
        reason: &str,
    ) -> Result<Event, Rejection> {
        let reason = checked(reason)?;
        if stopped(self.case) {
            return Err(Rejection::AlreadyStopped);
        }
        self.past(from)?;
        if let Some(until) = until {
            self.known(until)?;
            if until < from {
                return Err(Rejection::PauseEndsBeforeStart);
            }
        }
        Ok(Event::Stopped { cause, from, until, reason })
    }

    pub fn resume(&self, last: Date) -> Result<Event, Rejection> {
        let open = self.case.history.stops.last().filter(|stop| stop.until.is_none());
        let stop = open.ok_or(Rejection::NotStopped)?;
        self.past(last)?;
        if last < stop.from {
            return Err(Rejection::PauseEndsBeforeStart);
        }
        Ok(Event::Resumed { last })
    }

    /// Nothing happens to a case whose dates stay.
    pub fn recalculate(&self, recalculation: Recalculation) -> Result<Event, Rejection> {
        let (before, after) = (&self.case.dates, dates::of(self.case, self.calendar));
        if !after.moved_from(before) {
            return Err(Rejection::NothingChanges);
        }
        let due = Moved { from: before.due.map(|due| due.day), to: after.due.map(|due| due.day) };
        let correction_due = Moved { from: before.correction_due, to: after.correction_due };
        let pick_up_due = Moved { from: before.pick_up_due, to: after.pick_up_due };
        let reviews = moved_reviews(before, &after);
        let calendar = self.calendar.version().to_owned();
        Ok(Event::Recalculated(Recalculation {
            calendar,
            due,
            correction_due,
            pick_up_due,
            reviews,
            ..recalculation
        }))
    }
}

/// The reviews whose last day is another one.
fn moved_reviews(before: &Dates, after: &Dates) -> BTreeMap<AgencyCode, Moved> {
    let day = |dates: &Dates, agency| dates.reviews.get(agency).map(|due| due.day);
    let agencies: BTreeSet<&AgencyCode> = before.reviews.keys().chain(after.reviews.keys()).collect();
    let moved = agencies.into_iter().map(|agency| {
        let moved = Moved { from: day(before, agency), to: day(after, agency) };
        (agency.clone(), moved)
    });
    moved.filter(|(_, moved)| !moved.is_same()).collect()
}
