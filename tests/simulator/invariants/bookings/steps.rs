//! 9, of bookings: only legal steps, by whom and when they may be taken, and each written when it says.

use domain::booking::{Booking, Slot, Step};
use domain::event::Party;
use domain::taipei;
use jiff::Timestamp;
use jiff::civil::Date;
use platform::codec::booking as codec;
use platform::codec::row_type;
use platform::keys::Table;
use testkit::samples;

use crate::bookings;
use crate::city::City;
use crate::invariants::{Broken, MAX_SKEW, TIMEOUT};

/// How often whoever booked may choose another time.
const CHANGES: usize = 5;
/// Within how many days another time is found for a booking that is closed.
const WITHIN_DAYS: i64 = 14;

pub fn check(broken: &mut Broken, city: &City, bookings: &[Booking]) {
    let announced = bookings::announced(&city.world);
    for booking in bookings {
        let times = times(booking);
        let mut before: Option<&'static str> = None;
        for (number, (step, (from, to))) in booking.steps.iter().zip(times).enumerate() {
            let code = step.kind.code();
            let fine = follows(before, code)
                && may(booking, step, from)
                && (code != "moved" || is_near(from.day, to.day))
                && (!["moved", "called_off"].contains(&code) || was_announced(&announced, from.day, step.at));
            broken.require(fine, || {
                format!("9: {} must not be {code} (step {number}, {from:?}): {step:?}", booking.id)
            });
            before = Some(code);
        }
        let changes = booking.steps.iter().filter(|step| step.kind.code() == "changed").count();
        broken.require(changes <= CHANGES, || format!("9: {} was changed {changes} times", booking.id));
    }
    on_time(broken, city);
}

/// Where a booking was before each of its steps, and after it.
fn times(booking: &Booking) -> Vec<(Slot, Slot)> {
    let mut after = booking.appointment.slot;
    let mut times = Vec::new();
    for step in booking.steps.iter().rev() {
        let before = step.kind.before().map_or(after, |from| from.slot);
        times.push((before, after));
        after = before;
    }
    times.reverse();
    times
}

/// What may come after what: it is booked once, first; nothing comes after the end.
fn follows(before: Option<&str>, code: &str) -> bool {
    match before {
        None => code == "booked",
        Some("booked" | "changed" | "moved") => code != "booked",
        Some("no_show") => code == "checked_in",
        Some(_) => false,
    }
}

/// Who takes a step, and when.
fn may(booking: &Booking, step: &Step, from: Slot) -> bool {
    let booker = booking.booker.person;
    let own = step.by == Party::Applicant(booker);
    let staff = [samples::HANDLER, samples::DISPATCHER, samples::REVIEWER].map(samples::person);
    let receives = matches!(step.by, Party::Officer(person) if person != booker && staff.contains(&person));
    match step.kind.code() {
        "booked" | "changed" | "cancelled" => own && step.at < from.begins(),
        "checked_in" => receives && taipei::day_of(step.at) == from.day,
        "no_show" => receives && step.at >= from.ends(),
        _ => step.by == Party::System,
    }
}

fn is_near(from: Date, to: Date) -> bool {
    let latest = taipei::plus_days(from, WITHIN_DAYS).expect("a day");
    to > from && to <= latest
}

/// Whether the day of a time was named when it was moved or called off: nobody else's is touched.
fn was_announced(announced: &[(Timestamp, Vec<Date>)], day: Date, at: Timestamp) -> bool {
    // Two clocks may be off, and a walk reads the calendar after it looked at its own.
    let latest = at.checked_add(MAX_SKEW * 2 + TIMEOUT).expect("an instant");
    announced.iter().any(|(when, days)| *when <= latest && days.contains(&day))
}

/// Each step was written at about the time that it says.
fn on_time(broken: &mut Broken, city: &City) {
    for change in city.world.store.changes(Table::Bookings, 0, usize::MAX) {
        let Some(row) = change.image.filter(|row| row_type(row) == Some("booking")) else { continue };
        let booking = codec::decode(row).expect("a sound booking");
        let last = booking.last().map_or(Timestamp::UNIX_EPOCH, |step| step.at);
        let off = change.at.duration_since(last).abs();
        broken.require(off <= MAX_SKEW + TIMEOUT, || format!("9: {} is {off:?} off its time", booking.id));
    }
}
