//! The clock once more, day by day and without its tables: what the dates of the product are compared
//! with.

use std::collections::BTreeMap;

use domain::calendar::{Calendar, Extent};
use domain::case::{Case, State};
use domain::clock::history::{Correction, History};
use domain::clock::terms::{DayBasis, FeeTiming, Limit, Unit};
use domain::consent::Consent;
use domain::ending::{Conclusion, Evidence};
use domain::payment::Word;
use domain::payment::ledger::Posting;
use domain::taipei;
use domain::timer::TimerKind;
use jiff::Timestamp;
use jiff::civil::{Date, time};

fn next(day: Date) -> Date {
    day.tomorrow().expect("a day")
}

fn works(calendar: &Calendar, day: Date) -> bool {
    calendar.kind(day).expect("a day of the calendar").is_working()
}

fn rolled(calendar: &Calendar, mut day: Date) -> Date {
    while !works(calendar, day) {
        day = next(day);
    }
    day
}

/// The last day to answer a correction request.
pub fn correction_due(correction: &Correction, calendar: &Calendar) -> Date {
    let mut day = taipei::day_of(correction.asked);
    for _ in 0..correction.days {
        day = next(day);
    }
    let day = rolled(calendar, day);
    match correction.extended {
        None => day,
        Some(more) => rolled(calendar, (0..more.days).fold(day, |day, _| next(day))),
    }
}

/// At nine in the morning, so many days before `last`; only after the applicant was told of that day,
/// and once for what they were told.
fn reminders(
    case: &Case,
    kinds: [(TimerKind, i64); 2],
    last: Date,
    told: Timestamp,
) -> Vec<(TimerKind, Timestamp)> {
    let nine = |days| {
        let day = last.checked_sub(jiff::Span::new().days(days)).expect("a day");
        taipei::start_of(day).expect("an instant") + jiff::SignedDuration::from_hours(9)
    };
    let again = |kind, at| {
        case.fired.iter().any(|(other, then)| (*other, *then) != (kind, at) && *other == kind && *then > told)
    };
    let set = kinds.into_iter().map(|(kind, days)| (kind, nine(days)));
    set.filter(|(kind, at)| *at > told && !again(*kind, *at)).collect()
}

/// First and last day a clock stands still, and the first one on which it cannot run out. Without a
/// last day it goes on.
fn stops(history: &History, calendar: &Calendar) -> Vec<(Date, Option<Date>, Date)> {
    let corrections = history.corrections.iter().map(|correction| {
        let asked = taipei::day_of(correction.asked);
        let until = correction_due(correction, calendar);
        let last = correction.answered.map_or(until, |answered| taipei::day_of(answered).min(until));
        (next(asked), Some(last), asked)
    });
    let stops = history.stops.iter().map(|stop| (stop.from, stop.until, stop.from));
    corrections.chain(stops).filter(|(first, last, _)| last.is_none_or(|last| last >= *first)).collect()
}

/// The last day of `limit` from the day after `start`; `None` where the clock stands still for good.
fn end(start: Date, amount: u32, limit: Limit, history: &History, calendar: &Calendar) -> Option<Date> {
    let stops = stops(history, calendar);
    let stands =
        |day: Date| stops.iter().any(|(first, last, _)| *first <= day && last.is_none_or(|l| day <= l));
    let blocked =
        |day: Date| stops.iter().any(|(_, last, from)| *from <= day && last.is_none_or(|l| day <= l));
    let every_day = limit.unit() == Unit::Day(DayBasis::Calendar);
    let mut counted = 0;
    let mut day = start;
    for _ in 0..2_000 {
        day = next(day);
        let counts = if every_day { !calendar.is_closed(day) } else { works(calendar, day) };
        counted += u32::from(counts && !stands(day));
        if counted >= amount && works(calendar, day) && !blocked(day) {
            return Some(day);
        }
    }
    None
}

/// When what was paid first came to what was due, for a fee that is due with the application: the entry
/// that made it so.
fn fee_came(case: &Case) -> Option<Timestamp> {
    let (mut due, mut paid) = (None, BTreeMap::new());
    for entry in &case.ledger.entries {
        match &entry.posting {
            Posting::FeeSet(fee) => due = Some(fee.amount.0),
            Posting::Heard { word: Word::Paid(receipt), .. } => {
                paid.insert(&receipt.trade_no, receipt.amount.0);
            }
            _ => continue,
        }
        if due.is_some_and(|due| paid.values().sum::<u32>() >= due) {
            return Some(entry.at);
        }
    }
    None
}

/// The due date of a case whose only gates are receipt and, where it is due with the application, the
/// fee. Without the fee there is none.
pub fn due(case: &Case, calendar: &Calendar) -> Option<Date> {
    let (terms, history) = (&case.item.terms, &case.history);
    let received = taipei::day_of(history.received);
    let start = match terms.fee {
        FeeTiming::AtApplication => received.max(taipei::day_of(fee_came(case)?)),
        _ => received,
    };
    let amount = terms.limit.amount() + history.added_days;
    let due = end(start, amount, terms.limit, history, calendar)?;
    match history.extension {
        Some(extension) if taipei::day_of(extension.notified) <= due => {
            end(due, extension.amount, terms.limit, history, calendar)
        }
        _ => Some(due),
    }
}

/// The start of the working day `days` working days before the due date.
fn warn_at(due: Date, days: u32, calendar: &Calendar) -> Timestamp {
    let mut day = due;
    for _ in 0..days {
        day = day.yesterday().expect("a day");
        while !works(calendar, day) {
            day = day.yesterday().expect("a day");
        }
    }
    taipei::start_of(day).expect("an instant")
}

/// The last day on which a fee that is due with the application is waited for: fifteen days after it was filed,
/// unless the fee came, somebody has the case, or the window gave up.
fn waited_for(case: &Case) -> Option<Date> {
    let gave_up = case.fired.iter().any(|(kind, _)| *kind == TimerKind::AwaitedLapsed);
    let waits = case.state == State::AwaitingPayment && case.item.terms.fee == FeeTiming::AtApplication;
    if gave_up || !waits || fee_came(case).is_some() {
        return None;
    }
    Some((0..15).fold(taipei::day_of(case.history.received), |day, _| next(day)))
}

/// The end of the first half-day, from 8:30 to 12:30 or from 13:30 to 17:30, that lies after `reached` as a whole, and
/// in which the offices are open.
fn lain(reached: Timestamp, calendar: &Calendar) -> Timestamp {
    let mut day = taipei::day_of(reached);
    loop {
        let closed = calendar.closure(day).map(|closure| closure.extent);
        let halves = [((8, 30), (12, 30), Extent::Morning), ((13, 30), (17, 30), Extent::Afternoon)];
        for (from, until, half) in halves {
            let at = |(hour, minute)| taipei::at(day, time(hour, minute, 0, 0)).expect("an instant");
            let works = calendar.is_working(day).expect("a day of the calendar");
            if reached <= at(from) && works && closed != Some(Extent::Day) && closed != Some(half) {
                return at(until);
            }
        }
        day = next(day);
    }
}

/// The end of the fifth working day after its decision, of an applicant to whom only the mail of it is known to have
/// come, and who takes it by mail.
pub fn opened_until(case: &Case, calendar: &Calendar) -> Option<Timestamp> {
    let ending = case.ending.as_ref().filter(|_| case.state != State::AwaitingPickUp)?;
    let decided = matches!(ending.how, Conclusion::Approved | Conclusion::Rejected);
    let by_mail = !matches!(case.consent, Some(Consent::Withheld { .. }));
    let has_it =
        [Evidence::Opened, Evidence::Served, Evidence::PickedUp].iter().any(|it| ending.told.contains(it));
    if !decided || !by_mail || has_it {
        return None;
    }
    let mut day = taipei::day_of(ending.at);
    for _ in 0..5 {
        day = next(day);
        while !calendar.is_working(day).expect("a day of the calendar") {
            day = next(day);
        }
    }
    taipei::start_of(next(day))
}

/// The timers of an open case. Nobody is reminded of what they were told later, or while the applicant
/// has to answer.
pub fn timers(case: &Case, calendar: &Calendar) -> BTreeMap<TimerKind, Timestamp> {
    let after = |day: Date| taipei::start_of(next(day)).expect("an instant");
    let mut timers = BTreeMap::new();
    if let (State::AwaitingPickUp, Some(decided)) = (case.state, case.history.finished) {
        let mut day = taipei::day_of(decided);
        for _ in 0..case.item.terms.pick_up_days.expect("a period") {
            day = next(day);
        }
        let last = rolled(calendar, day);
        let kinds = [(TimerKind::PickUpNear, 7), (TimerKind::PickUpSoon, 1)];
        timers.extend(reminders(case, kinds, last, decided));
        timers.insert(TimerKind::PickUpDue, after(last));
        return timers;
    }
    if let Some(last) = waited_for(case) {
        timers.insert(TimerKind::AwaitedLapsed, after(last));
    }
    if let Some(due) = due(case, calendar) {
        timers.insert(TimerKind::DueNear, warn_at(due, 3, calendar));
        timers.insert(TimerKind::DueSoon, warn_at(due, 1, calendar));
        let history = &case.history;
        let fee = [history.fee_paid, history.fee_posted].into_iter().flatten().max();
        timers.retain(|_, at| {
            *at > history.received
                && fee.is_none_or(|fee| fee < *at)
                && history.corrections.iter().all(|round| round.answered.is_none_or(|answer| answer < *at))
                && history.corrections.iter().all(|round| round.asked < *at)
                && history
                    .corrections
                    .iter()
                    .all(|round| round.extended.is_none_or(|more| more.granted < *at))
                && history.extension.is_none_or(|extension| extension.notified < *at)
                && history.arrived.values().all(|arrival| arrival < at)
                && history
                    .stops
                    .iter()
                    .all(|stop| taipei::start_of(stop.until.unwrap_or(stop.from)).expect("an instant") < *at)
        });
        timers.insert(TimerKind::DueToday, taipei::start_of(due).expect("an instant"));
        if case.state == State::UnderCorrection {
            timers.clear();
        }
        timers.insert(TimerKind::Overdue, after(due));
    }
    if case.assignment.is_none() && case.accepted_at.is_none() {
        timers.insert(TimerKind::Untaken, lain(case.reached_at, calendar));
    }
    let open = case.history.reviews.iter().filter(|review| review.ended.is_none());
    let ends = open.filter_map(|review| {
        let sent = taipei::day_of(review.sent);
        let end = after(end(sent, review.limit.amount(), review.limit, &case.history, calendar)?);
        // For each end it is said once that it has passed.
        review.late.is_none_or(|late| late.until != end).then_some(end)
    });
    if let Some(first) = ends.min() {
        timers.insert(TimerKind::ReviewOverdue, first);
    }
    if let (State::UnderCorrection, Some(asked)) = (case.state, case.history.corrections.last()) {
        let last = correction_due(asked, calendar);
        let told = asked.extended.map_or(asked.asked, |more| more.granted);
        let kinds = [(TimerKind::CorrectionNear, 3), (TimerKind::CorrectionSoon, 1)];
        timers.extend(reminders(case, kinds, last, told));
        timers.insert(TimerKind::CorrectionDue, after(last));
    }
    timers
}
