//! The parts of keys that are about places and times.

use domain::booking::Slot;
use domain::id::PlaceCode;
use jiff::civil::{Date, Time};

/// The seats of a place that are taken on a day.
pub(super) fn seats(place: &PlaceCode, day: Date) -> String {
    format!("place#{place}#{day}")
}

/// The time of day at which a slot begins, as text that sorts like it: `09:30`.
#[must_use]
pub fn slot_start(start: Time) -> String {
    format!("{:02}:{:02}", start.hour(), start.minute())
}

/// The bookings of a place on a day.
#[must_use]
pub fn place_day(place: &PlaceCode, day: Date) -> String {
    format!("{place}#{day}")
}

/// The sort key of a seat.
pub(super) fn seat(slot: &Slot, number: u16) -> String {
    format!("seat#{}#{number:03}", slot_start(slot.start))
}

/// The slot, by its begin, and the number of the seat that has this sort key.
#[must_use]
pub fn seat_of(sk: &str) -> Option<(&str, u16)> {
    let (start, number) = sk.strip_prefix("seat#")?.split_once('#')?;
    Some((start, number.parse().ok()?))
}
