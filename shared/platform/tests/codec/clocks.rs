//! Anything that a clock can be made of.

use std::collections::{BTreeMap, BTreeSet};

use domain::clock::Due;
use domain::clock::history::{
    Correction, End, Ended, Extension, History, Late, MoreTime, Review, Stop, StopCause,
};
use domain::clock::terms::{
    ClosureOnCalendarDays, CorrectionPolicy, DayBasis, FeeReceipt, FeeTiming, HoursStart, Limit, OfficeHours,
    Settings, Terms, Unit, WaitingDays, Warnings, WindowClose,
};
use domain::dates::{ClockState, Dates};
use domain::event::{Moved, Recalculation};
use domain::id::Version;
use domain::joint_review::{Opinion, ReviewingAgency};
use domain::text::Text;
use domain::timer::TimerKind;
use jiff::civil::time;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::round_trips::{any_agency, any_day, any_instant, any_key, any_text};

fn any_limit() -> impl Strategy<Value = Limit> {
    let unit = prop_oneof![select(DayBasis::ALL).prop_map(Unit::Day), Just(Unit::Hour), Just(Unit::Month)];
    (1..=Limit::MAX_MONTHS, unit).prop_map(|(amount, unit)| Limit::new(amount, unit).unwrap())
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let receipt = prop_oneof![Just(FeeReceipt::Posting), Just(FeeReceipt::Payment)];
    let closure = prop_oneof![Just(ClosureOnCalendarDays::Stops), Just(ClosureOnCalendarDays::Rolls)];
    let start = prop_oneof![Just(HoursStart::AtOnce), Just(HoursStart::NextDay)];
    let waiting = (1..=WaitingDays::MAX).prop_map(|days| WaitingDays::new(days).unwrap());
    (receipt, closure, start, 7_i8..12, any::<(u32, u32)>(), waiting).prop_map(
        |(fee_receipt, closure_on_calendar_days, hours_start, hour, (early, late), waiting)| Settings {
            fee_receipt,
            closure_on_calendar_days,
            hours_start,
            office_hours: OfficeHours {
                morning: (time(hour, 0, 0, 0), time(12, 0, 0, 0)),
                afternoon: (time(13, 0, 0, 0), time(17, 0, 0, 0)),
            },
            warnings: Warnings { early, late },
            waiting,
        },
    )
}

pub fn any_terms() -> impl Strategy<Value = Terms> {
    let correction = prop_oneof![
        Just(CorrectionPolicy::Suspend),
        any::<u32>().prop_map(CorrectionPolicy::SuspendCapped),
        Just(CorrectionPolicy::Included),
        Just(CorrectionPolicy::Restart),
    ];
    let window = (1_i8..=12, 1_i8..=28).prop_map(|(month, day)| WindowClose::new(month, day).unwrap());
    let some = (btree_set(any_key(), 0..3), btree_set(window, 0..3), 0..=Limit::MAX_DAYS);
    let reviews = (btree_map(any_agency(), any_limit(), 0..3), option::of(1_u32..=365));
    (any_limit(), correction, select(FeeTiming::ALL), some, reviews, any_settings()).prop_map(
        |(limit, correction, fee, (awaits, windows, added_days), (reviews, pick_up_days), settings)| Terms {
            limit,
            correction,
            fee,
            awaits,
            windows: windows.into_iter().collect::<BTreeSet<_>>(),
            added_days,
            reviews,
            pick_up_days,
            settings,
        },
    )
}

pub fn any_cause() -> impl Strategy<Value = StopCause> {
    select(StopCause::ALL)
}

pub fn any_moved() -> impl Strategy<Value = Moved> {
    (option::of(any_day()), option::of(any_day())).prop_map(|(from, to)| Moved { from, to })
}

pub fn any_dates() -> impl Strategy<Value = Dates> {
    let due = option::of((any_day(), any_instant()).prop_map(|(day, until)| Due { day, until }));
    let timers = btree_map(select(TimerKind::ALL), any_instant(), 0..5);
    let review = (any_day(), any_instant()).prop_map(|(day, until)| Due { day, until });
    let reviews = btree_map(any_agency(), review, 0..3);
    let periods = (option::of(any_day()), option::of(any_day()), reviews);
    let calendar = (any_text(), any::<u32>());
    (calendar, select(ClockState::ALL), due, periods, timers).prop_map(
        |((calendar, edition), clock, due, (correction_due, pick_up_due, reviews), timers)| Dates {
            calendar,
            edition,
            clock,
            due,
            correction_due,
            pick_up_due,
            reviews,
            timers: timers.into_iter().collect::<BTreeMap<_, _>>(),
        },
    )
}

pub fn any_recalculation() -> impl Strategy<Value = Recalculation> {
    let reviews = btree_map(any_agency(), any_moved(), 0..3);
    let moved = (any_moved(), any_moved(), any_moved(), reviews);
    (any_text(), any_text(), any_text(), moved).prop_map(|(calendar, zh, en, moved)| {
        let (due, correction_due, pick_up_due, reviews) = moved;
        Recalculation { calendar, cause: Text::new(zh, en), due, correction_due, pick_up_due, reviews }
    })
}

pub fn any_reviewer() -> impl Strategy<Value = ReviewingAgency> {
    (any_agency(), any_text(), any_text())
        .prop_map(|(agency, zh, en)| ReviewingAgency { agency, name: Text::new(zh, en) })
}

fn any_version() -> impl Strategy<Value = Version> {
    any::<u32>().prop_map(Version)
}

pub fn any_history() -> impl Strategy<Value = History> {
    let more = (any::<u32>(), any_instant()).prop_map(|(days, granted)| MoreTime { days, granted });
    let correction = (any_instant(), any::<u32>(), option::of(more), option::of(any_instant()))
        .prop_map(|(asked, days, extended, answered)| Correction { asked, days, extended, answered });
    let stop = (any_cause(), any_day(), option::of(any_day())).prop_map(|(cause, from, until)| Stop {
        cause,
        from,
        until,
    });
    let opinion = option::of(select(Opinion::ALL));
    let due = option::of((any_day(), any_instant()).prop_map(|(day, until)| Due { day, until }));
    let ended = (any_instant(), any_version(), due, opinion).prop_map(|(at, by, due, opinion)| Ended {
        at,
        by,
        due,
        how: opinion.map_or(End::Dropped, End::Answered),
    });
    let late = (any_version(), any_instant()).prop_map(|(by, until)| Late { by, until });
    let review = (any_reviewer(), any_instant(), any_version(), any_limit(), option::of(ended));
    let review = (review, option::of(late)).prop_map(|((reviewer, sent, asked, limit, ended), late)| {
        Review { reviewer, sent, asked, limit, ended, late }
    });
    let extension = option::of(
        (any::<u32>(), any_instant()).prop_map(|(amount, notified)| Extension { amount, notified }),
    );
    let fee = (option::of(any_instant()), option::of(any_instant()));
    let lists = (vec(correction, 0..3), vec(stop, 0..3), vec(review, 0..3));
    (any_instant(), fee, btree_map(any_key(), any_instant(), 0..3), lists, any::<u32>(), extension).prop_map(
        |(
            received,
            (fee_paid, fee_posted),
            arrived,
            (corrections, stops, reviews),
            added_days,
            extension,
        )| {
            History {
                fee_paid,
                fee_posted,
                arrived,
                corrections,
                stops,
                added_days,
                extension,
                reviews,
                ..History::received(received)
            }
        },
    )
}
