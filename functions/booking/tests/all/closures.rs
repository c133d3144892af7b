//! A closure that is announced later moves the bookings on it, or calls them off, and tells people.

use std::collections::BTreeSet;

use domain::booking::State;
use domain::calendar::{Closure, Extent};
use jiff::SignedDuration;
use platform::calendars;
use platform::ports::Ambient;
use serde_json::{Value, json};
use testkit::faults::{Act, run};

use crate::invariants::check;
use crate::support::{CHEN, City, FRIDAY, LIN, MONDAY, book, cancel, change};

fn announce(city: &City, day: &str, extent: Extent, agencies: &[&str]) {
    let now = city.world.ambient.now();
    let closure = Closure {
        day: day.parse().unwrap(),
        extent,
        area: format!("臺北市 {agencies:?}"),
        agencies: agencies.iter().map(|agency| agency.parse().unwrap()).collect::<BTreeSet<_>>(),
        source: "臺北市政府停止上班公告".to_owned(),
        announced_at: now,
    };
    let change =
        calendars::change(&*city.world.store, None, now, |register| register.announce(closure.clone()));
    run(&city.world.gate, change).unwrap().unwrap();
}

/// Where the booking of each person is by now: day, begin and state.
fn where_now(city: &City, id: &Value) -> String {
    let booking = city.booking(id["booking"].as_str().unwrap());
    let slot = booking.appointment.slot;
    format!("{} {} {}", slot.day, slot.shown(), booking.state)
}

#[test]
fn a_closed_day_moves_its_bookings_to_the_same_time_of_the_next_and_says_why() {
    let city = City::new();
    let lin = city.send(&book(LIN, FRIDAY, "10:00", 1)).json();
    let chen = city.send(&book(CHEN, MONDAY, "10:00", 2)).json();
    assert_eq!(city.tick(), json!({ "moved": 0, "called_off": 0, "failed": 0 }));
    announce(&city, FRIDAY, Extent::Day, &[]);
    assert_eq!(city.tick()["moved"], 1);
    assert_eq!(where_now(&city, &lin), format!("{MONDAY} 10:00–11:00 booked"));
    assert_eq!(where_now(&city, &chen), format!("{MONDAY} 10:00–11:00 booked"));
    check(&city.world);
    let moved = city.booking(lin["booking"].as_str().unwrap());
    let text = moved.last().unwrap().kind.text().zh;
    assert!(text.contains("臺北市政府停止上班公告"), "{text}");
    // Nothing is moved twice.
    assert_eq!(city.tick()["moved"], 0);
    city.world.ambient.advance(SignedDuration::from_mins(20));
    assert_eq!(city.tick()["moved"], 0);
}

#[test]
fn a_half_day_moves_the_bookings_of_that_half() {
    let city = City::new();
    let morning = city.send(&book(LIN, FRIDAY, "09:00", 1)).json();
    let afternoon = city.send(&book(CHEN, FRIDAY, "14:00", 2)).json();
    announce(&city, FRIDAY, Extent::Afternoon, &[]);
    assert_eq!(city.tick()["moved"], 1);
    assert_eq!(where_now(&city, &morning), format!("{FRIDAY} 09:00–10:00 booked"));
    assert_eq!(where_now(&city, &afternoon), format!("{MONDAY} 14:00–15:00 booked"));
}

#[test]
fn another_agency_s_closure_moves_nothing() {
    let city = City::new();
    let lin = city.send(&book(LIN, FRIDAY, "10:00", 1)).json();
    announce(&city, FRIDAY, Extent::Day, &["economy"]);
    assert_eq!(city.tick()["moved"], 0);
    assert_eq!(where_now(&city, &lin), format!("{FRIDAY} 10:00–11:00 booked"));
}

/// Full slots and days on which the person has a time already are passed over.
#[test]
fn a_moved_booking_takes_a_free_place_of_a_day_that_the_person_has_free() {
    let city = City::new();
    let lin = city.send(&book(LIN, FRIDAY, "10:00", 1)).json();
    city.send(&book(LIN, MONDAY, "11:00", 2));
    for (number, name) in (10..).zip(["a", "b", "c"]) {
        city.sign_in(name);
        assert_eq!(city.send(&book(name, "2026-11-24", "10:00", number)).status, 201);
    }
    announce(&city, FRIDAY, Extent::Day, &[]);
    assert_eq!(city.tick()["moved"], 1);
    assert_eq!(where_now(&city, &lin), "2026-11-24 09:00–10:00 booked");
    check(&city.world);
}

#[test]
fn where_no_time_is_free_soon_the_booking_is_called_off() {
    let city = City::new();
    let body = json!({ "item": "HR008", "place": "economy-hall", "day": FRIDAY, "start": "09:00" });
    let call =
        crate::support::Call::of("POST /api/bookings", &[]).by(LIN).key(&crate::support::key(1)).json(&body);
    let lin = city.send(&call).json();
    for day in 20..=30 {
        announce(&city, &format!("2026-11-{day}"), Extent::Day, &[]);
    }
    for day in 1..=4 {
        announce(&city, &format!("2026-12-0{day}"), Extent::Day, &[]);
    }
    assert_eq!(city.tick(), json!({ "moved": 0, "called_off": 1, "failed": 0 }));
    assert!(where_now(&city, &lin).ends_with("called_off"));
    check(&city.world);
}

/// A process that still knew the old calendar books on the closed day after the first walk.
#[test]
fn a_booking_made_by_the_old_calendar_is_found_by_the_second_walk() {
    let city = City::new();
    // The function reads the calendar now and keeps it for a minute.
    city.send(&book(CHEN, MONDAY, "10:00", 1));
    announce(&city, FRIDAY, Extent::Day, &[]);
    assert_eq!(city.tick()["moved"], 0);
    let late = city.send(&book(LIN, FRIDAY, "10:00", 2)).json();
    assert_eq!(city.tick()["moved"], 0);
    city.world.ambient.advance(SignedDuration::from_mins(15));
    assert_eq!(city.tick()["moved"], 1);
    assert_eq!(where_now(&city, &late), format!("{MONDAY} 10:00–11:00 booked"));
    check(&city.world);
}

#[test]
fn who_cancelled_in_time_is_left_alone() {
    let city = City::new();
    let lin = city.send(&book(LIN, FRIDAY, "10:00", 1)).json();
    city.send(&cancel(LIN, &lin, 2));
    announce(&city, FRIDAY, Extent::Day, &[]);
    assert_eq!(city.tick(), json!({ "moved": 0, "called_off": 0, "failed": 0 }));
}

/// The list of a day is behind by up to a minute: who chose another day before the closure was followed has
/// that day, and is told of no other.
#[test]
fn who_chose_another_day_in_time_is_left_there() {
    let city = City::new();
    let lin = city.send(&book(LIN, FRIDAY, "10:00", 1)).json();
    city.world.store.set_index_lag(SignedDuration::from_secs(30));
    assert_eq!(city.send(&change(LIN, &lin, MONDAY, "11:00", 2)).status, 200);
    announce(&city, FRIDAY, Extent::Day, &[]);
    assert_eq!(city.tick(), json!({ "moved": 0, "called_off": 0, "failed": 0 }));
    assert_eq!(where_now(&city, &lin), format!("{MONDAY} 11:00–12:00 booked"));
    check(&city.world);
}

/// The tick dies or fails at each of its calls: a later one ends with the same.
#[test]
fn following_a_closure_survives_every_fault() {
    let scene = || {
        let city = City::new();
        city.send(&book(LIN, FRIDAY, "10:00", 1));
        city.send(&book(CHEN, FRIDAY, "10:00", 2));
        announce(&city, FRIDAY, Extent::Day, &[]);
        city.world.gate.reset();
        city
    };
    let undisturbed = scene();
    undisturbed.tick();
    let calls = undisturbed.world.gate.calls();
    for act in [Act::CrashBefore, Act::CrashAfter, Act::FailBefore, Act::FailAfter, Act::Conflict] {
        for number in 1..=calls {
            let city = scene();
            city.world.gate.follow(move |at, _| if at == number { act } else { Act::Pass });
            drop(run(&city.world.gate, booking::tick(&city.app)));
            city.world.gate.open();
            check(&city.world);
            city.tick();
            let bookings = check(&city.world);
            for booking in bookings {
                assert_eq!((booking.state, booking.steps.len()), (State::Booked, 2), "{act:?} at {number}");
                assert_eq!(booking.appointment.slot.day.to_string(), MONDAY);
            }
        }
    }
}
