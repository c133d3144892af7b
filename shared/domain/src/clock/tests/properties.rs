use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::clock::count::{Count, Counted};
use crate::clock::gate::{Gates, gates};
use crate::clock::holder::held;
use crate::clock::terms::{ClosureOnCalendarDays, FeeTiming};

/// Every day from receipt to the end is in exactly one run.
#[track_caller]
pub(super) fn assert_gapless(clock: &Clock) {
    let (_, explanation) = clock.explained();
    let mut next = taipei::day_of(clock.history.received);
    for run in &explanation.runs {
        assert_eq!(run.from, next, "{:#?}", explanation.runs);
        assert!(run.from <= run.to);
        next = run.to.tomorrow().unwrap();
    }
}

fn at(days: i64, minutes: i64) -> Timestamp {
    let start = instant("2018-03-01T00:00:00+08:00");
    start + jiff::SignedDuration::from_mins(days * 1_440 + minutes)
}

fn any_unit() -> impl Strategy<Value = (Unit, u32)> {
    prop_oneof![
        (Just(Unit::Day(DayBasis::Working)), 1_u32..60),
        (Just(Unit::Day(DayBasis::Calendar)), 1_u32..90),
        (Just(Unit::Month), 1_u32..5),
        (Just(Unit::Hour), 1_u32..80),
    ]
}

fn any_policy() -> impl Strategy<Value = CorrectionPolicy> {
    use CorrectionPolicy as P;
    select(vec![P::Suspend, P::Suspend, P::SuspendCapped(5), P::Included, P::Restart])
}

prop_compose! {
    fn any_correction(receipt: i64)(
        ask in 0_i64..70, minute in 0_i64..1_440, days in 1_u32..20, answer in proptest::option::of(0_i64..25),
    ) -> Correction {
        let asked = at(receipt + ask, minute);
        let answered = answer.map(|after| asked + jiff::SignedDuration::from_hours(after * 24));
        Correction { answered, ..Correction::requested(asked, days) }
    }
}

prop_compose! {
    fn any_stop(receipt: i64)(from in -5_i64..70, length in proptest::option::weighted(0.9, 0_i64..15)) -> Stop {
        let day = |offset| taipei::day_of(at(receipt + offset, 0));
        Stop { cause: StopCause::NotAttributable, from: day(from), until: length.map(|n| day(from + n)) }
    }
}

prop_compose! {
    /// Up to two corrections, stops and closures, and an extension.
    fn any_clock()(receipt in 0_i64..2_900)(
        receipt in Just(receipt),
        minute in 0_i64..1_440,
        (unit, amount) in any_unit(),
        policy in any_policy(),
        rolls in any::<bool>(),
        mut corrections in proptest::collection::vec(any_correction(receipt), 0..3),
        stops in proptest::collection::vec(any_stop(receipt), 0..3),
        closed in proptest::collection::vec(0_i64..70, 0..3),
        added in 0_u32..4,
        extension in proptest::option::of((1_u32..60, 0_i64..60)),
    ) -> Clock {
        let mut terms = Terms::of(Limit::new(amount, unit).unwrap());
        terms.correction = policy;
        if rolls {
            terms.settings.closure_on_calendar_days = ClosureOnCalendarDays::Rolls;
        }
        corrections.sort_by_key(|correction| correction.asked);
        let mut history = History::received(at(receipt, minute));
        history.corrections = corrections;
        history.stops = stops;
        history.added_days = added;
        history.extension =
            extension.map(|(amount, after)| Extension { amount, notified: at(receipt + after, minute) });
        let day = |offset: i64| taipei::day_of(at(receipt + offset, 0));
        let closures = closed.into_iter().map(|offset| closure(day(offset), Extent::Day)).collect();
        Clock { terms, history, closures }
    }
}

proptest! {
    #[test]
    fn the_due_date_is_that_of_the_reading_and_of_its_explanation(clock in any_clock()) {
        let (reading, _) = clock.explained();
        prop_assert_eq!(&reading, &clock.reading());
        prop_assert_eq!(reading.due(), clock.due());
    }

    #[test]
    fn the_runs_are_gapless_and_end_on_the_due_day(clock in any_clock()) {
        assert_gapless(&clock);
        let (reading, explanation) = clock.explained();
        let last = match reading {
            Reading::Running(running) => running.due.day,
            Reading::Stopped { since, .. } => since,
            Reading::Waiting { .. } => unreachable!("it waits for nothing"),
        };
        prop_assert_eq!(explanation.runs.last().unwrap().to, last);
    }

    #[test]
    fn the_trace_counts_exactly_the_limit(clock in any_clock()) {
        let (reading, explanation) = clock.explained();
        let Reading::Running(running) = reading else { return Ok(()) };
        let limit = clock.terms.limit;
        let extension = clock.history.extension.filter(|_| running.unextended.is_some());
        let extension = extension.map_or(0, |extension| extension.amount.min(limit.amount()));
        let (amount, added) = (limit.amount() + extension, clock.history.added_days);
        let expected = match limit.unit() {
            Unit::Day(_) => amount + added,
            Unit::Hour => (amount + added * 8) * 60,
            // Months are said in months; the days added to them are in the trace.
            Unit::Month => amount,
        };
        prop_assert_eq!(explanation.counted(), expected);
        // Day by day as well.
        if matches!(limit.unit(), Unit::Day(_)) {
            let counted = explanation.runs.iter().filter(|run| run.counted);
            let days: i64 = counted.map(|run| taipei::days_between(run.from, run.to) + 1).sum();
            prop_assert_eq!(days, i64::from(expected));
        }
    }

    #[test]
    fn recomputing_gives_the_same_date_and_digest(clock in any_clock()) {
        prop_assert_eq!(clock.explained(), clock.explained());
    }

    #[test]
    fn whatever_moves_the_date_changes_the_digest(clock in any_clock(), amount in 1_u32..5) {
        let other = clock.clone().with(|clock| {
            clock.terms.limit = Limit::new(amount, clock.terms.limit.unit()).unwrap_or(clock.terms.limit);
        });
        let (ours, theirs) = (clock.explained(), other.explained());
        prop_assert_eq!(ours.1.digest == theirs.1.digest, clock.terms == other.terms);
    }

    /// Whatever the policy, the basis and the setting.
    #[test]
    fn a_closure_never_makes_a_due_date_earlier(clock in any_clock(), offset in 0_i64..120, half: u8) {
        let on = taipei::plus_days(taipei::day_of(clock.history.received), offset).unwrap();
        let extent = [Extent::Day, Extent::Morning, Extent::Afternoon][usize::from(half % 3)];
        let before = clock.due();
        let after = clock.with(|clock| clock.closures.push(closure(on, extent))).due();
        prop_assert_eq!(before.is_some(), after.is_some());
        prop_assert!(before <= after, "{:?} became {:?}", before, after);
    }

    #[test]
    fn the_order_in_which_gates_are_passed_makes_no_difference(
        mut offsets in proptest::collection::vec(0_i64..20, 4), seed in 0_usize..24,
    ) {
        let clock = |offsets: &[i64]| {
            Clock::working("2026-02-10", 5).with(|clock| {
                clock.terms.fee = FeeTiming::AtApplication;
                let on = |offset| instant("2026-02-10") + jiff::SignedDuration::from_hours(24 * offset);
                clock.history.received = on(offsets[0]);
                clock.history.fee_posted = Some(on(offsets[1]));
                for (what, offset) in ["seal", "plan"].into_iter().zip(&offsets[2..]) {
                    clock.terms.awaits.insert(what.parse().unwrap());
                    clock.history.arrived.insert(what.parse().unwrap(), on(*offset));
                }
            })
        };
        let start = |clock: &Clock| match gates(&clock.terms, &clock.history) {
            Ok(Gates::Passed(passed)) => passed.at,
            other => panic!("{other:?}"),
        };
        let before = clock(&offsets);
        offsets.rotate_left(seed % 4);
        offsets.swap(0, seed % 3);
        let after = clock(&offsets);
        prop_assert_eq!(start(&before), start(&after));
        prop_assert_eq!(before.due(), after.due());
    }

    /// Day by day through a pause, nothing is used up.
    #[test]
    fn elapsed_and_remaining_are_constant_during_a_pause(clock in any_clock()) {
        let calendar = clock.calendar();
        let Some(counted) = Counted::of(clock.terms.limit.unit(), &clock.terms.settings) else { return Ok(()) };
        let Reading::Running(running) = clock.reading() else { return Ok(()) };
        let pauses = pause::pauses(&clock.terms, &clock.history, &calendar).unwrap();
        let count = Count { counted, calendar: &calendar, pauses: &pauses };
        let net = |from, to| count.between(from, to).unwrap() - count.paused(from, to).unwrap();
        let (start, due) = (running.started.day(), running.due.day);
        for pause in pauses.iter().filter(|pause| pause.first > start && pause.first <= due) {
            let before = pause.first.yesterday().unwrap();
            let parts = (net(start, before), net(before, due));
            let mut day = pause.first;
            while day <= pause.last.unwrap().min(due) {
                prop_assert_eq!((net(start, day), net(day, due)), parts);
                day = day.tomorrow().unwrap();
            }
        }
    }

    #[test]
    fn no_extension_is_longer_than_the_limit_or_notified_after_it(clock in any_clock()) {
        let Reading::Running(running) = clock.reading() else { return Ok(()) };
        let Some(unextended) = running.unextended else { return Ok(()) };
        let extension = clock.history.extension.unwrap();
        prop_assert!(unextended.in_time(extension.notified));
        let longest = clock.clone().with(|clock| {
            clock.history.extension = Some(Extension { amount: clock.terms.limit.amount(), ..extension });
        });
        prop_assert!(longest.due().is_none_or(|longest| running.due <= longest));
        let without = clock.with(|clock| clock.history.extension = None);
        if without.terms.correction != CorrectionPolicy::Restart {
            prop_assert_eq!(without.due(), Some(unextended));
        }
    }

    #[test]
    fn every_day_has_exactly_one_holder(clock in any_clock(), length in 0_i64..150) {
        let received = taipei::day_of(clock.history.received);
        let until = taipei::plus_days(received, length).unwrap();
        let held = held(&clock.terms, &clock.history, until, &clock.calendar()).unwrap();
        let mut next = received.tomorrow().unwrap();
        for run in held {
            prop_assert_eq!(run.from, next);
            prop_assert!(run.from <= run.to);
            next = run.to.tomorrow().unwrap();
        }
        prop_assert_eq!(next, until.tomorrow().unwrap());
    }
}
