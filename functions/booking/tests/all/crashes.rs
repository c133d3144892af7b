//! The process dies, or a call fails, before and after each port call of each command: the table is sound
//! at once, and the same request sent again is done exactly once.

use serde_json::Value;
use testkit::faults::Act;

use crate::invariants::check;
use crate::support::{Call, City, FRIDAY, HANDLER, LIN, MONDAY, book, cancel, change, record};

/// A command on a city in which whatever it needs is there.
type Scene = fn(&City) -> Call;

fn booked(city: &City) -> Value {
    city.send(&book(LIN, FRIDAY, "09:00", 1)).json()
}

fn booking(_: &City) -> Call {
    book(LIN, FRIDAY, "09:00", 1)
}

fn changing(city: &City) -> Call {
    change(LIN, &booked(city), MONDAY, "10:00", 2)
}

fn changing_the_hour(city: &City) -> Call {
    change(LIN, &booked(city), FRIDAY, "10:00", 2)
}

fn cancelling(city: &City) -> Call {
    cancel(LIN, &booked(city), 2)
}

fn checking_in(city: &City) -> Call {
    let booking = booked(city);
    city.go_to("2026-11-20 09:05");
    record(HANDLER, &booking, "check-in", 2)
}

fn not_coming(city: &City) -> Call {
    let booking = booked(city);
    city.go_to("2026-11-20 10:05");
    record(HANDLER, &booking, "no-show", 2)
}

/// What there is at the end: one booking, its state, its steps and where it is.
fn outcome(city: &City) -> (String, usize, String) {
    let bookings = check(&city.world);
    let [booking] = bookings.as_slice() else { panic!("{} bookings", bookings.len()) };
    let slot = booking.appointment.slot;
    (booking.state.to_string(), booking.steps.len(), format!("{} {}", slot.day, slot.shown()))
}

/// Every act at every call of the command; the answer that a caller who keeps sending ends with.
fn every_fault(scene: Scene) {
    let undisturbed = City::new();
    let call = scene(&undisturbed);
    undisturbed.world.gate.reset();
    let answer = undisturbed.send(&call);
    assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    let (calls, expected) = (undisturbed.world.gate.calls(), outcome(&undisturbed));
    for act in [Act::CrashBefore, Act::CrashAfter, Act::FailBefore, Act::FailAfter, Act::Conflict] {
        for number in 1..=calls {
            let city = City::new();
            let call = scene(&city);
            city.world.gate.reset();
            city.world.gate.follow(move |at, _| if at == number { act } else { Act::Pass });
            let first = city.try_send(&call);
            city.world.gate.open();
            check(&city.world);
            if let Some(first) = &first {
                assert!(matches!(first.status, 200 | 201 | 503), "{act:?} at {number}: {first:?}");
            }
            let again = city.send(&call);
            assert!(matches!(again.status, 200 | 201), "{act:?} at {number}: {again:?}");
            assert_eq!(again.json()["booking"], answer.json()["booking"]);
            assert_eq!(outcome(&city), expected, "{act:?} at {number}");
        }
    }
}

#[test]
fn booking_survives_every_fault() {
    every_fault(booking);
}

#[test]
fn changing_survives_every_fault() {
    every_fault(changing);
    every_fault(changing_the_hour);
}

#[test]
fn cancelling_survives_every_fault() {
    every_fault(cancelling);
}

#[test]
fn the_counter_survives_every_fault() {
    every_fault(checking_in);
    every_fault(not_coming);
}
