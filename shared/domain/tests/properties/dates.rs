//! What always holds of the dates of a case: they are a cache of the record and the calendar, they move
//! only when they may, and timers follow them.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::apply;
use domain::case::State;
use domain::clock;
use domain::clock::history::Review;
use domain::clock::pause;
use domain::clock::terms::Unit;
use domain::command::Command;
use domain::dates::{self, ClockState};
use domain::decide::decide;
use domain::event::Event;
use domain::rejection::Rejection;
use domain::timer::{self, TimerKind};
use jiff::civil::date;
use proptest::prelude::*;

use crate::accepted;
use crate::scene::closed_on;
use crate::story::{Tried, any_story, recalculate, tell};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn the_record_makes_case_and_dates_and_each_event_has_those_it_changed(story in any_story()) {
        let told = tell(story);
        prop_assert_eq!(&apply::replay(&told.record).unwrap().dates, &told.case.dates);
        let last = told.record.iter().rev().find_map(|recorded| recorded.dates.as_ref());
        prop_assert_eq!(last, Some(&told.case.dates));
        for (tried, _) in accepted(&told) {
            let seq = tried.after.version;
            let recorded = told.record.iter().find(|recorded| recorded.id.seq == seq).unwrap();
            prop_assert_eq!(recorded.dates.is_some(), tried.before.dates != tried.after.dates);
        }
    }

    #[test]
    fn the_dates_kept_are_those_that_the_calendar_of_the_last_event_gives(story in any_story()) {
        for (tried, event) in accepted(&tell(story)) {
            let fresh = dates::of(&tried.after, &tried.calendar);
            prop_assert_eq!(&tried.after.dates, &fresh, "{}", event.code());
            prop_assert_eq!(tried.after.dates.calendar.as_str(), tried.calendar.version());
        }
    }

    #[test]
    fn nothing_is_extended_twice_too_long_or_after_expiry(story in any_story()) {
        let told = tell(story);
        let mut extended = 0;
        for (tried, event) in accepted(&told) {
            let Event::Extended { amount, reason } = event else { continue };
            extended += 1;
            prop_assert!(*amount >= 1 && *amount <= tried.before.item.terms.limit.amount());
            prop_assert!(!reason.trim().is_empty());
            prop_assert_ne!(tried.before.dates.clock, ClockState::Waiting);
            let due = clock::due(&tried.before.item.terms, &tried.before.history, &tried.calendar).unwrap();
            prop_assert!(due.is_none_or(|due| tried.at < due.until), "{due:?} at {}", tried.at);
        }
        prop_assert!(extended <= 1);
        prop_assert_eq!(extended, u32::from(told.case.history.extension.is_some()).min(1));
    }

    #[test]
    fn added_days_stay_within_what_the_item_allows(story in any_story()) {
        let told = tell(story);
        let added = told.record.iter().filter_map(|recorded| match &recorded.event {
            Event::TimeAdded { days, .. } => Some(*days),
            _ => None,
        });
        prop_assert_eq!(added.sum::<u32>(), told.case.history.added_days);
        prop_assert!(told.case.history.added_days <= told.case.item.terms.added_days);
    }

    #[test]
    fn at_most_one_stop_is_open_and_none_ends_before_it_starts(story in any_story()) {
        for tried in tell(story).tries {
            let stops = &tried.after.history.stops;
            prop_assert!(stops.iter().all(|stop| stop.until.is_none_or(|until| until >= stop.from)));
            prop_assert!(stops.iter().rev().skip(1).all(|stop| stop.until.is_some()));
            prop_assert!(stops.iter().all(|stop| stop.from <= domain::taipei::day_of(tried.at)));
        }
    }

    #[test]
    fn corrections_are_answered_after_they_were_asked_and_one_at_a_time(story in any_story()) {
        for tried in tell(story).tries {
            let case = &tried.after;
            for correction in &case.history.corrections {
                prop_assert!(correction.answered.is_none_or(|at| at >= correction.asked && at <= tried.at));
            }
            let open = case.state == State::UnderCorrection;
            prop_assert_eq!(case.dates.correction_due.is_some(), open);
            prop_assert_eq!(case.dates.timers.contains_key(&TimerKind::CorrectionDue), open);
            if open {
                prop_assert!(case.history.corrections.last().unwrap().answered.is_none());
            }
        }
    }

    /// A new calendar is one event with the old and the new days where it moves anything; where it
    /// does not, and ever after, none.
    #[test]
    fn a_calendar_moves_dates_once_and_says_from_where_to_where(story in any_story()) {
        for tried in tell(story).tries {
            let Command::Recalculate(_) = tried.command else { continue };
            if tried.actor != Actor::System || tried.before.state.is_ended() {
                prop_assert!(tried.outcome.is_err());
                continue;
            }
            let (before, fresh) = (&tried.before.dates, dates::of(&tried.before, &tried.calendar));
            match &tried.outcome {
                Ok(Event::Recalculated(moved)) => {
                    prop_assert!(fresh.moved_from(before));
                    let days = |dates: &dates::Dates| dates.due.map(|due| due.day);
                    prop_assert_eq!((moved.due.from, moved.due.to), (days(before), days(&fresh)));
                    let correction = (moved.correction_due.from, moved.correction_due.to);
                    prop_assert_eq!(correction, (before.correction_due, fresh.correction_due));
                    let pick_up = (moved.pick_up_due.from, moved.pick_up_due.to);
                    prop_assert_eq!(pick_up, (before.pick_up_due, fresh.pick_up_due));
                    prop_assert_eq!(moved.calendar.as_str(), tried.calendar.version());
                    prop_assert_eq!(&tried.after.dates, &fresh);
                    prop_assert_eq!(tried.after.state, tried.before.state);
                }
                Err(refusal) => {
                    prop_assert_eq!(refusal, &Rejection::NothingChanges);
                    prop_assert!(!fresh.moved_from(before));
                }
                Ok(other) => prop_assert!(false, "{:?}", other),
            }
            let again = decide(&tried.after, &Actor::System, recalculate(), tried.at, &tried.calendar);
            prop_assert_eq!(again, Err(Rejection::NothingChanges));
        }
    }

    /// Whatever else happened: the calendar a case was last read by tells it nothing new.
    #[test]
    fn an_unchanged_calendar_changes_nothing(story in any_story()) {
        for (tried, _) in accepted(&tell(story)) {
            if !tried.after.state.is_ended() {
                let anew = decide(&tried.after, &Actor::System, recalculate(), tried.at, &tried.calendar);
                prop_assert_eq!(anew, Err(Rejection::NothingChanges));
            }
        }
    }

    /// A day announced as closed only ever gives more time.
    #[test]
    fn a_closure_makes_no_date_earlier(story in any_story()) {
        for (tried, event) in accepted(&tell(story)) {
            let Event::Recalculated(moved) = event else { continue };
            for moved in [moved.due, moved.correction_due, moved.pick_up_due] {
                if let (Some(from), Some(to)) = (moved.from, moved.to) {
                    prop_assert!(from <= to, "{from} to {to} in {:?}", tried.before.item.terms);
                }
            }
        }
    }

    /// 民法 §121: never before its instant; harmless when it comes late or twice.
    #[test]
    fn a_timer_fires_once_at_its_instant_or_later_and_never_after_the_close(story in any_story()) {
        let told = tell(story);
        let mut fired = BTreeSet::new();
        for (tried, event) in accepted(&told) {
            let Event::TimerFired(kind) = event else { continue };
            let set = tried.before.dates.timers.get(kind).copied();
            prop_assert!(set.is_some_and(|set| tried.at >= set), "{kind} at {}, set {set:?}", tried.at);
            prop_assert!(!tried.before.state.is_ended() || *kind == TimerKind::Unopened);
            prop_assert_eq!(&tried.actor, &Actor::System);
            if *kind == TimerKind::ReviewOverdue {
                prop_assert!(notes_what_is_late(tried));
                continue;
            }
            prop_assert!(fired.insert((*kind, set.unwrap())), "{kind} fired twice");
            let again = decide(&tried.after, &Actor::System, Command::Fire(*kind), tried.at, &tried.calendar);
            prop_assert_eq!(again, Err(Rejection::TimerNotDue));
        }
        prop_assert_eq!(fired, told.case.fired);
    }

    #[test]
    fn what_is_pending_is_set_has_not_fired_and_comes_in_order(story in any_story()) {
        for tried in tell(story).tries {
            let case = tried.after;
            let pending = timer::pending(&case);
            prop_assert!(pending.is_sorted());
            let listed: BTreeSet<_> = pending.iter().map(|(at, kind)| (*kind, *at)).collect();
            let set: BTreeSet<_> = case.dates.timers.iter().map(|(kind, at)| (*kind, *at)).collect();
            // A reminder is not kept for after the one that says more.
            let orders = [
                vec![TimerKind::DueNear, TimerKind::DueSoon, TimerKind::DueToday, TimerKind::Overdue],
                vec![TimerKind::CorrectionNear, TimerKind::CorrectionSoon, TimerKind::CorrectionDue],
                vec![TimerKind::PickUpNear, TimerKind::PickUpSoon, TimerKind::PickUpDue],
            ];
            let mut left: BTreeSet<_> = set.difference(&case.fired).copied().collect();
            for order in orders {
                let place = |kind| order.iter().position(|other| *other == kind);
                let told = set.intersection(&case.fired).filter_map(|(kind, _)| place(*kind)).max();
                left.retain(|(kind, _)| place(*kind).is_none_or(|place| Some(place) > told));
            }
            prop_assert_eq!(listed, left);
            let late = |(kind, _): &(TimerKind, _)| *kind == TimerKind::Unopened;
            prop_assert!(!case.state.is_ended() || set.iter().all(late));
            prop_assert_eq!(timer::next(&case), pending.first().copied());
        }
    }

    /// Reminders are those of the due date there is, overdue is its very end.
    #[test]
    fn timers_follow_the_due_date(story in any_story()) {
        for tried in tell(story).tries {
            let (case, timers) = (&tried.after, &tried.after.dates.timers);
            if !case.state.is_open() {
                continue;
            }
            let due = case.dates.due;
            prop_assert_eq!(timers.get(&TimerKind::Overdue).copied(), due.map(|due| due.until));
            prop_assert_eq!(due.is_some(), case.dates.clock == ClockState::Running);
            let asking = case.state == State::UnderCorrection;
            let reminds = case.item.terms.limit.unit() != Unit::Hour && !asking;
            let last_day = due.filter(|_| reminds).map(|due| domain::taipei::start_of(due.day).unwrap());
            prop_assert_eq!(timers.get(&TimerKind::DueToday).copied(), last_day);
            for kind in [TimerKind::DueNear, TimerKind::DueSoon] {
                let at = timers.get(&kind);
                prop_assert!(at.is_none_or(|at| *at > case.received_at() && Some(*at) < last_day));
            }
            let windows = !case.item.terms.windows.is_empty();
            prop_assert_eq!(timers.contains_key(&TimerKind::WindowClosed), windows);
        }
    }

    /// The clock goes on by itself once the period is over (法務部 88.11.19): neither the tick that
    /// notices nor an answer that came after it moves a date.
    #[test]
    fn a_lapse_and_an_answer_after_it_move_no_date(story in any_story()) {
        for (tried, event) in accepted(&tell(story)) {
            // By the calendar the case was last read in: another one may move it besides.
            if tried.before.dates.calendar != tried.calendar.version() {
                continue;
            }
            let late = match event {
                Event::TimerFired(TimerKind::CorrectionDue) => true,
                Event::CorrectionAnswered { at, .. } => {
                    let last = tried.before.history.corrections.last().unwrap();
                    let day = pause::correction_due(last, &tried.calendar).unwrap();
                    *at >= domain::taipei::end_of(day).unwrap()
                }
                _ => continue,
            };
            prop_assert_eq!(tried.after.state, State::Assigned);
            prop_assert!(!late || tried.before.dates.due == tried.after.dates.due, "{:?}", event);
        }
    }

    /// Days far beyond every date of a story are nothing to it.
    #[test]
    fn a_closure_a_year_later_changes_no_case(story in any_story()) {
        let told = tell(story);
        if told.tries.iter().any(|tried| !tried.calendar.closures().is_empty()) || !told.case.state.is_open() {
            return Ok(());
        }
        let calendar = closed_on("later", [date(2027, 11, 18)]);
        let at = told.tries.last().map_or(told.case.received_at(), |tried| tried.at);
        let anew = decide(&told.case, &Actor::System, recalculate(), at, &calendar);
        prop_assert_eq!(anew, Err(Rejection::NothingChanges));
    }
}

/// One timer for all reviews: each is noted once, when its own limit has passed.
fn notes_what_is_late(tried: &Tried) -> bool {
    let (before, by) = (&tried.before, tried.after.version);
    let sound = |noted: &Review| {
        let open = before.open_reviews().find(|was| was.reviewer == noted.reviewer);
        let due = before.dates.reviews.get(&noted.reviewer.agency);
        let until = noted.late.map(|late| late.until);
        open.is_some_and(|was| was.late != noted.late)
            && due.is_some_and(|due| due.until <= tried.at && Some(due.until) == until)
    };
    let reviews = &tried.after.history.reviews;
    let noted: Vec<&Review> =
        reviews.iter().filter(|review| review.late.is_some_and(|late| late.by == by)).collect();
    !noted.is_empty() && noted.into_iter().all(sound)
}
