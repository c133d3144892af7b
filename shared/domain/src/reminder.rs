//! Reminders to the applicant (催補正、催領): before the end of a correction period, and of the time to
//! pick a result up. Once for every round and slot, never at night, never after the act.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::case::{Case, State};
use crate::clock::history::Correction;
use crate::notice::NoticeKind;
use crate::taipei;
use crate::timer::TimerKind;

/// Days before the last day of a correction period.
const CORRECTION: [(TimerKind, i64); 2] = [(TimerKind::CorrectionNear, 3), (TimerKind::CorrectionSoon, 1)];
/// Days before the last day to pick up (規範 十(三)5).
const PICK_UP: [(TimerKind, i64); 2] = [(TimerKind::PickUpNear, 7), (TimerKind::PickUpSoon, 1)];
/// The hour at which people are reminded.
const HOUR: Time = Time::constant(9, 0, 0, 0);
/// Nobody is reminded from here on,
const NIGHT: Time = Time::constant(21, 0, 0, 0);
/// until here.
const MORNING: Time = Time::constant(8, 0, 0, 0);

type Fired = BTreeSet<(TimerKind, Timestamp)>;

/// The reminders of a correction period that ends on `due` and that the applicant was told of at `told`.
#[must_use]
pub fn correction(due: Date, told: Timestamp, fired: &Fired) -> BTreeMap<TimerKind, Timestamp> {
    slots(&CORRECTION, due, told, fired)
}

/// The reminders to pick up by `due` what was decided at `told`.
#[must_use]
pub fn pick_up(due: Date, told: Timestamp, fired: &Fired) -> BTreeMap<TimerKind, Timestamp> {
    slots(&PICK_UP, due, told, fired)
}

fn slots(
    slots: &[(TimerKind, i64)],
    due: Date,
    told: Timestamp,
    fired: &Fired,
) -> BTreeMap<TimerKind, Timestamp> {
    let at = |days: i64| taipei::plus_days(due, -days).and_then(|day| taipei::at(day, HOUR));
    // Who was told the date a moment ago need not be reminded of it; and who was reminded in this slot
    // already is not when the calendar moves the date.
    let reminded = |kind, at| fired.iter().any(|(other, then)| *other == kind && *then > told && *then != at);
    let slot = |(kind, days): &(TimerKind, i64)| {
        let at = at(*days).filter(|at| *at > told)?;
        (!reminded(*kind, at)).then_some((*kind, at))
    };
    slots.iter().filter_map(slot).collect()
}

/// The end of the night, at night.
#[must_use]
pub fn quiet_until(now: Timestamp) -> Option<Timestamp> {
    let today = taipei::day_of(now);
    let morning = taipei::at(today, MORNING)?;
    if now < morning {
        return Some(morning);
    }
    let night = taipei::at(today, NIGHT)?;
    if now < night { None } else { taipei::at(today.tomorrow().ok()?, MORNING) }
}

/// What is to become of a reminder that is about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Send,
    /// It is night: not before this.
    Hold(Timestamp),
    /// There is nothing to remind of any more.
    Moot,
}

/// Whether a notice of `kind`, owed since `owed`, is still to be sent at `now`, by the case as it is at the
/// moment of sending. Notices that are no reminders are.
#[must_use]
pub fn judge(case: &Case, kind: NoticeKind, owed: Timestamp, now: Timestamp) -> Verdict {
    let (waits, last, told) = match kind {
        NoticeKind::CorrectionReminder => {
            let round = case.history.corrections.last();
            (State::UnderCorrection, case.dates.correction_due, round.map(Correction::told))
        }
        NoticeKind::PickUpReminder => (State::AwaitingPickUp, case.dates.pick_up_due, case.history.finished),
        // No reminder, and sent whatever became of the case.
        _ => return Verdict::Send,
    };
    // A reminder of a round before, or of a date that is another by now, says nothing.
    let stale = told.is_none_or(|told| told > owed);
    let over = last.and_then(taipei::end_of).is_none_or(|end| end <= now);
    if case.state != waits || stale || over {
        return Verdict::Moot;
    }
    quiet_until(now).map_or(Verdict::Send, Verdict::Hold)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_correction_is_called_to_mind_three_days_and_one_day_before() {
        let told = instant("2026-11-20T10:00:00+08:00");
        let set = correction(date(2026, 11, 27), told, &Fired::new());
        let at = |text| instant(text);
        let near = (TimerKind::CorrectionNear, at("2026-11-24T09:00:00+08:00"));
        let soon = (TimerKind::CorrectionSoon, at("2026-11-26T09:00:00+08:00"));
        assert_eq!(set, BTreeMap::from([near, soon]));
        // A short period has only the slots after the request.
        let told = instant("2026-11-24T10:00:00+08:00");
        assert_eq!(correction(date(2026, 11, 27), told, &Fired::new()), BTreeMap::from([soon]));
        let week = pick_up(date(2026, 11, 27), instant("2026-11-01T00:00:00Z"), &Fired::new());
        assert_eq!(week[&TimerKind::PickUpNear], at("2026-11-20T09:00:00+08:00"));
    }

    #[test]
    fn a_date_that_the_calendar_moves_is_not_called_to_mind_twice() {
        let told = instant("2026-11-20T10:00:00+08:00");
        let near = instant("2026-11-24T09:00:00+08:00");
        let fired = Fired::from([(TimerKind::CorrectionNear, near)]);
        // The timer that fired stays as it was; it is not set anew for the other day.
        assert_eq!(correction(date(2026, 11, 27), told, &fired)[&TimerKind::CorrectionNear], near);
        let moved = correction(date(2026, 11, 30), told, &fired);
        assert_eq!(moved.into_keys().collect::<Vec<_>>(), [TimerKind::CorrectionSoon]);
        // More time on request is another matter.
        let granted = instant("2026-11-25T10:00:00+08:00");
        assert_eq!(correction(date(2026, 12, 7), granted, &fired).len(), 2);
    }

    #[test]
    fn the_night_lasts_from_nine_to_eight() {
        let morning = instant("2026-11-24T08:00:00+08:00");
        for (now, quiet) in [
            ("2026-11-23T20:59:59+08:00", None),
            ("2026-11-23T21:00:00+08:00", Some(morning)),
            ("2026-11-23T23:59:59+08:00", Some(morning)),
            ("2026-11-24T00:00:00+08:00", Some(morning)),
            ("2026-11-24T07:59:59+08:00", Some(morning)),
            ("2026-11-24T08:00:00+08:00", None),
        ] {
            assert_eq!(quiet_until(instant(now)), quiet, "{now}");
        }
    }

    proptest! {
        #[test]
        fn nobody_is_reminded_at_night_or_before_they_were_told(days in 0..400_i64, told in 0..9_000_i64) {
            let due = taipei::plus_days(date(2026, 1, 1), days).unwrap();
            let told = Timestamp::from_second(1_767_225_600 + told * 3_600).unwrap();
            for set in [correction(due, told, &Fired::new()), pick_up(due, told, &Fired::new())] {
                for at in set.into_values() {
                    prop_assert!(at > told && quiet_until(at).is_none());
                    prop_assert!(at < taipei::start_of(due).unwrap());
                }
            }
        }
    }
}
