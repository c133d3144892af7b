//! The terms of the items that stories are about.

use std::collections::BTreeSet;

use domain::clock::terms::{ClosureOnCalendarDays, CorrectionPolicy, Settings, Terms, Unit, WindowClose};
use domain::clock::{DayBasis, Limit};
use proptest::prelude::*;

use crate::joint::reviews;
use crate::support::original;

pub fn any_terms() -> impl Strategy<Value = Terms> {
    let unit = prop_oneof![
        4 => Just(Unit::Day(DayBasis::Working)),
        2 => Just(Unit::Day(DayBasis::Calendar)),
        1 => Just(Unit::Hour),
        1 => Just(Unit::Month),
    ];
    let correction = prop_oneof![
        4 => Just(CorrectionPolicy::Suspend),
        1 => (0_u32..6).prop_map(CorrectionPolicy::SuspendCapped),
        1 => Just(CorrectionPolicy::Included),
        1 => Just(CorrectionPolicy::Restart),
    ];
    let awaits = prop_oneof![3 => Just(BTreeSet::new()), 1 => Just(BTreeSet::from([original()]))];
    let windows = prop_oneof![
        5 => Just(BTreeSet::new()),
        1 => Just(BTreeSet::from([WindowClose::new(11, 25).unwrap()])),
    ];
    let rolls = prop_oneof![Just(ClosureOnCalendarDays::Stops), Just(ClosureOnCalendarDays::Rolls)];
    (1_u32..12, unit, correction, awaits, windows, rolls).prop_map(
        |(amount, unit, correction, awaits, windows, rolls)| Terms {
            correction,
            awaits,
            windows,
            added_days: 6,
            reviews: reviews(amount),
            // Of every other item the result is picked up.
            pick_up_days: (amount % 2 == 0).then_some(amount),
            settings: Settings { closure_on_calendar_days: rolls, ..Settings::default() },
            ..Terms::of(Limit::new(if unit == Unit::Month { amount.min(2) } else { amount }, unit).unwrap())
        },
    )
}
