//! Timers: what wakes up by itself. Which timers a case has is a function of the case, so setting,
//! moving and cancelling one is nothing but writing the case.

use jiff::Timestamp;

use crate::case::Case;
use crate::code::coded;
use crate::taipei;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimerKind {
    /// The due date is near: the handler is reminded.
    DueSoon,
    /// The due date has passed without a decision (逾限).
    Overdue,
}

coded!(TimerKind { DueSoon = "due_soon", Overdue = "overdue" });

/// How many working days before the due date the handler is reminded.
pub const WARNING_WORKING_DAYS: u32 = 1;

/// Timers still to fire, soonest first. None once the case is closed.
#[must_use]
pub fn pending(case: &Case) -> Vec<(Timestamp, TimerKind)> {
    if !case.state.is_open() {
        return Vec::new();
    }
    let instants = [
        (Some(case.warn_at), TimerKind::DueSoon),
        // Never before the end of the day: finished any time that day is on time (民法 §121).
        (taipei::end_of(case.due), TimerKind::Overdue),
    ];
    let mut timers: Vec<_> = instants
        .into_iter()
        .filter(|(_, kind)| !case.fired.contains(kind))
        .filter_map(|(at, kind)| at.map(|at| (at, kind)))
        .collect();
    timers.sort_unstable();
    timers
}

/// The next timer of the case.
#[must_use]
pub fn next(case: &Case) -> Option<(Timestamp, TimerKind)> {
    pending(case).into_iter().next()
}
