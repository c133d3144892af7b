//! What must be true of the table at every moment, whatever happened: each seat that is taken is held by
//! one booking, each booking that holds one has it, nobody has two on a day, no slot holds more than fit in,
//! and every step that owes a notice has one.

use std::collections::{BTreeMap, BTreeSet};

use domain::booking::{Booking, BookingNoticeId, Slot, owed};
use platform::codec::{booking as codec, row_type};
use platform::keys::{Key, Table};
use platform::row::Row;
use testkit::world::World;

use crate::support::CAPACITY;

fn text(row: &Row, name: &str) -> String {
    row[name].as_s().unwrap().clone()
}

/// Checks the world; gives its bookings.
pub fn check(world: &World) -> Vec<Booking> {
    let rows = world.store.rows(Table::Bookings);
    let of = |kind: &'static str| rows.iter().filter(move |row| row_type(row) == Some(kind)).cloned();
    let bookings: Vec<Booking> = of("booking").map(|row| codec::decode(row).unwrap()).collect();
    let held: BTreeSet<(String, String, String)> =
        of("seat").map(|row| (text(&row, "pk"), text(&row, "sk"), text(&row, "booking"))).collect();
    let days: BTreeSet<(String, String, String)> =
        of("person_day").map(|row| (text(&row, "pk"), text(&row, "sk"), text(&row, "booking"))).collect();
    let holding = || bookings.iter().filter(|booking| booking.state.holds_a_place());
    let placed = |key: Key, booking: &Booking| (key.pk(), key.sk(), booking.id.to_string());
    let seats: BTreeSet<(String, String, String)> = holding()
        .map(|booking| {
            let at = &booking.appointment;
            placed(Key::Seat(at.place.clone(), at.slot, booking.seat), booking)
        })
        .collect();
    assert_eq!(held, seats, "seats that are taken, and those that bookings hold");
    let taken: BTreeSet<(String, String, String)> = holding()
        .map(|booking| placed(Key::PersonDay(booking.booker.person, booking.appointment.slot.day), booking))
        .collect();
    assert_eq!(days, taken, "days that are taken, and those on which people have a booking");
    assert_eq!(taken.len(), holding().count(), "two bookings of one person on one day");
    let mut slots: BTreeMap<(String, Slot), usize> = BTreeMap::new();
    for booking in holding() {
        let at = &booking.appointment;
        *slots.entry((at.place.to_string(), at.slot)).or_default() += 1;
    }
    assert!(slots.values().all(|count| *count <= CAPACITY), "{slots:?}");
    notices(world, &bookings);
    bookings
}

/// A notice for each step that owes one, and no other.
fn notices(world: &World, bookings: &[Booking]) {
    let entered: BTreeSet<(String, String)> = world
        .store
        .rows(Table::Notices)
        .iter()
        .filter(|row| row_type(row) == Some("booking_notice"))
        .map(|row| (text(row, "pk"), text(row, "sk")))
        .collect();
    let owed: BTreeSet<(String, String)> = bookings
        .iter()
        .flat_map(|booking| {
            let steps = (1..).zip(&booking.steps).filter(|(_, step)| owed(&step.kind).is_some());
            steps.map(|(version, _)| {
                let key = Key::BookingNotice(BookingNoticeId { booking: booking.id, version });
                (key.pk(), key.sk())
            })
        })
        .collect();
    assert_eq!(entered, owed, "notices in the ledger, and those that are owed");
}
