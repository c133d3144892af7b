//! The dates of a case: what its clock and its applicant's periods come to, and the timers that
//! follow. A cache of the case and the calendar, written with every event that changes it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::attendance;
use crate::calendar::{Calendar, OutsideCalendar};
use crate::case::{Case, State};
use crate::clock::history::Review;
use crate::clock::terms::Unit;
use crate::clock::{self, Due, Reading, gate, holder, pause};
use crate::code::coded;
use crate::ending::OPENED_WITHIN;
use crate::id::AgencyCode;
use crate::reminder;
use crate::taipei;
use crate::text::Text;
use crate::timer::TimerKind;

/// What the clock of a case is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockState {
    /// A gate is open.
    Waiting,
    /// There is a due date.
    Running,
    /// It stands still with no end in sight.
    Stopped,
    /// The due date lies beyond the published calendar (`CALENDAR_YEAR_MISSING`): it will be computed
    /// when that year is published.
    Unpublished,
}

coded!(ClockState {
    Waiting = "waiting",
    Running = "running",
    Stopped = "stopped",
    Unpublished = "unpublished",
});

impl ClockState {
    /// What is said where a due date would stand.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Waiting => Text::new("尚未起算", "not started yet"),
            Self::Running => Text::new("計算中", "running"),
            Self::Stopped => Text::new("停止計算中", "standing still"),
            Self::Unpublished => Text::new(
                "辦公日曆表尚未公布至該年度，公布後即計算",
                "to be computed when the office calendar of that year is published",
            ),
        }
    }
}

/// The dates of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    /// The version of the calendar they were read in.
    pub calendar: String,
    /// Its edition.
    pub edition: u32,
    pub clock: ClockState,
    pub due: Option<Due>,
    /// The last day of the applicant's correction period, while the case is under correction.
    pub correction_due: Option<Date>,
    /// The last day to pick up the result, while it waits for the applicant.
    pub pick_up_due: Option<Date>,
    /// The end of the limit of each agency whose review is waited for, while its clock has one.
    pub reviews: BTreeMap<AgencyCode, Due>,
    /// The timers of an open case, each with its instant.
    pub timers: BTreeMap<TimerKind, Timestamp>,
}

impl Dates {
    /// Whether anything but the version of the calendar differs.
    #[must_use]
    pub fn moved_from(&self, before: &Self) -> bool {
        let Self { calendar: _, edition: _, clock, due, correction_due, pick_up_due, reviews, timers } = self;
        (clock, due, correction_due, pick_up_due)
            != (&before.clock, &before.due, &before.correction_due, &before.pick_up_due)
            || (reviews, timers) != (&before.reviews, &before.timers)
    }

    /// The last day of those there are: a change of the calendar after it moves none of them.
    #[must_use]
    pub fn reach(&self) -> Option<Date> {
        let reviews = self.reviews.values().map(|due| due.day);
        let whole = self.due.map(|due| due.day);
        let lies = self.timers.get(&TimerKind::Untaken).map(|at| taipei::day_of(*at));
        reviews.chain(whole).chain(self.correction_due).chain(self.pick_up_due).chain(lies).max()
    }
}

/// Reads the clock of `case` and everything that hangs on it.
#[must_use]
pub fn of(case: &Case, calendar: &Calendar) -> Dates {
    let correction_due = match (case.state, case.history.corrections.last()) {
        (State::UnderCorrection, Some(correction)) => pause::correction_due(correction, calendar).ok(),
        _ => None,
    };
    let pick_up_due = match (case.state, case.item.terms.pick_up_days, case.history.finished) {
        (State::AwaitingPickUp, Some(days), Some(decided)) => {
            clock::period::ends(taipei::day_of(decided), days, calendar).ok()
        }
        _ => None,
    };
    let (clock, due) = match clock::read(&case.item.terms, &case.history, calendar) {
        Ok(Reading::Running(running)) => (ClockState::Running, Some(running.due)),
        Ok(Reading::Waiting { .. }) => (ClockState::Waiting, None),
        Ok(Reading::Stopped { .. }) => (ClockState::Stopped, None),
        Err(OutsideCalendar(_)) => (ClockState::Unpublished, None),
    };
    // What was decided was decided by that date: a later change of the calendar does not touch it.
    let (clock, due) = if case.state.is_open() { (clock, due) } else { (case.dates.clock, case.dates.due) };
    let mut dates = Dates {
        calendar: calendar.version().to_owned(),
        edition: calendar.edition(),
        clock,
        due,
        correction_due,
        pick_up_due,
        reviews: BTreeMap::new(),
        timers: BTreeMap::new(),
    };
    if case.state.is_open() {
        dates.reviews = reviews(case, calendar);
        dates.timers = timers(case, &dates, calendar);
    }
    if case.waits_to_be_opened() {
        dates.timers.extend(opened_until(case, calendar).map(|at| (TimerKind::Unopened, at)));
    }
    if let Some(due) = pick_up_due {
        dates.timers.extend(taipei::end_of(due).map(|at| (TimerKind::PickUpDue, at)));
        // A case that waits to be picked up was decided.
        let told = case.history.finished.unwrap_or(case.received_at());
        dates.timers.extend(reminder::pick_up(due, told, &case.fired));
    }
    dates
}

/// Until when the decision is to be opened in the window.
fn opened_until(case: &Case, calendar: &Calendar) -> Option<Timestamp> {
    let end = calendar.end_of_working_days(case.ended_at()?, OPENED_WITHIN);
    end.ok().map(|(_, over)| over)
}

/// Until when each of the reviews is to be answered that are waited for.
fn reviews(case: &Case, calendar: &Calendar) -> BTreeMap<AgencyCode, Due> {
    let due = |review: &Review| {
        let due = holder::review_due(&case.item.terms, &case.history, review, calendar).ok().flatten();
        due.map(|due| (review.reviewer.agency.clone(), due))
    };
    case.open_reviews().filter_map(due).collect()
}

/// The last instant at which something that moves the clock happened; of a stop, the start of its last
/// day.
fn last_moved(case: &Case) -> Timestamp {
    let history = &case.history;
    let corrections = history.corrections.iter().flat_map(|round| [Some(round.told()), round.answered]);
    let stops = history.stops.iter().map(|stop| taipei::start_of(stop.until.unwrap_or(stop.from)));
    let fee = [history.fee_paid, history.fee_posted];
    let extended = history.extension.map(|extension| extension.notified);
    let moved = corrections.chain(stops).chain(fee).chain([extended]).flatten();
    moved.chain(history.arrived.values().copied()).fold(history.received, Timestamp::max)
}

fn timers(case: &Case, dates: &Dates, calendar: &Calendar) -> BTreeMap<TimerKind, Timestamp> {
    let terms = &case.item.terms;
    let mut timers = BTreeMap::new();
    let mut set = |kind, at: Option<Timestamp>| {
        if let Some(at) = at {
            timers.insert(kind, at);
        }
    };
    if case.state.is_to_dispatch() && case.accepted_at.is_none() {
        set(TimerKind::Untaken, attendance::lies_until(case.reached_at, calendar).ok().flatten());
    }
    set(TimerKind::AwaitedLapsed, case.awaited_until().and_then(taipei::end_of));
    if !terms.windows.is_empty() {
        let close = gate::window_close(terms, taipei::day_of(case.received_at()));
        set(TimerKind::WindowClosed, close.and_then(taipei::end_of));
    }
    if let Some(due) = dates.due {
        // Whoever moved the clock was told the new date: a reminder at or before that says nothing.
        let told = last_moved(case);
        let before = |days| {
            let day = calendar.sub_working_days(due.day, days).ok()?;
            taipei::start_of(day).filter(|at| *at > told)
        };
        // While the applicant has to answer, the agency cannot act.
        if terms.limit.unit() != Unit::Hour && case.state != State::UnderCorrection {
            set(TimerKind::DueNear, before(terms.settings.warnings.early));
            set(TimerKind::DueSoon, before(terms.settings.warnings.late));
            set(TimerKind::DueToday, taipei::start_of(due.day));
        }
        // Never before the end of the day: finished any time that day is on time (民法 §121).
        set(TimerKind::Overdue, Some(due.until));
    }
    let end = |review: &Review| {
        let due = dates.reviews.get(&review.reviewer.agency)?;
        (!review.is_noted(*due)).then_some(due.until)
    };
    set(TimerKind::ReviewOverdue, case.open_reviews().filter_map(end).min());
    set(TimerKind::CorrectionDue, dates.correction_due.and_then(taipei::end_of));
    if let (Some(due), Some(round)) = (dates.correction_due, case.history.corrections.last()) {
        timers.extend(reminder::correction(due, round.told(), &case.fired));
    }
    timers
}
