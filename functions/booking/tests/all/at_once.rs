//! Many people at once: as many as fit in have a place, and everybody has a clear answer.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::ambient::Random;
use testkit::faults::{Act, Site};

use crate::invariants::check;
use crate::support::{CAPACITY, Call, City, FRIDAY, ITEM, LIN, MONDAY, at_once, book, cancel, change, key};

const CLIENTS: u16 = 50;

fn people(city: &City) -> Vec<String> {
    let names: Vec<String> = (0..CLIENTS).map(|number| format!("client-{number}")).collect();
    for name in &names {
        city.sign_in(name);
    }
    names
}

/// One call of each person for the same slot.
fn rush(names: &[String]) -> Vec<Call> {
    (1..).zip(names).map(|(number, name)| book(name, FRIDAY, "09:00", number)).collect()
}

#[test]
fn fifty_at_once_for_one_slot_are_fifty_clear_answers() {
    for seed in 0..20 {
        let city = City::new();
        let calls = rush(&people(&city));
        let answers = at_once(&city.world, &calls, seed);
        let booked = answers.iter().filter(|answer| answer.status == 201).count();
        let full =
            answers.iter().filter(|answer| answer.status == 409 && answer.code() == "SLOT_FULL").count();
        assert_eq!((booked, full), (CAPACITY, 50 - CAPACITY), "seed {seed}");
        assert_eq!(check(&city.world).len(), CAPACITY);
        // Sent again, those who have a place are answered as before, the others as they are now.
        let again = at_once(&city.world, &calls, seed + 100);
        for (first, second) in answers.iter().zip(&again) {
            match first.status {
                201 => {
                    assert_eq!(second.status, 200);
                    assert_eq!(first.json()["booking"], second.json()["booking"]);
                    assert_eq!(first.json()["check_in_code"], second.json()["check_in_code"]);
                }
                _ => assert_eq!(second.code(), "SLOT_FULL"),
            }
        }
        assert_eq!(check(&city.world).len(), CAPACITY);
    }
}

/// The store refuses transactions that meet on one row. Nobody may be told that the slot is full while it
/// is not: who cannot be served is told to send again, and then is.
#[test]
fn transactions_that_meet_are_tried_again_and_nobody_is_turned_away_from_a_free_place() {
    for seed in 0..20 {
        let city = City::new();
        let calls = rush(&people(&city));
        let mut random = Random::new(seed);
        city.world.gate.follow(move |_, site| {
            if site == Site::StoreWrite && random.chance(400) { Act::Conflict } else { Act::Pass }
        });
        let answers = at_once(&city.world, &calls, seed);
        for answer in &answers {
            let known = [(201, ""), (409, "SLOT_FULL"), (503, "TRY_AGAIN")];
            let code = if answer.status == 201 { String::new() } else { answer.code() };
            assert!(known.contains(&(answer.status, code.as_str())), "{answer:?}");
        }
        check(&city.world);
        city.world.gate.open();
        let again = at_once(&city.world, &calls, seed);
        assert!(again.iter().all(|answer| matches!(answer.status, 200 | 201 | 409)));
        assert_eq!(check(&city.world).len(), CAPACITY, "seed {seed}");
    }
}

#[test]
fn a_second_click_takes_no_second_place() {
    for seed in 0..20 {
        let city = City::new();
        let call = book(LIN, FRIDAY, "09:00", 1);
        let answers = at_once(&city.world, &vec![call; 8], seed);
        let made: BTreeSet<String> =
            answers.iter().map(|answer| answer.json()["booking"].to_string()).collect();
        assert_eq!(made.len(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 201)), "seed {seed}");
        assert_eq!(check(&city.world).len(), 1);
    }
}

/// A click on the last place, and the same once more: the one that comes later is no stranger to it.
#[test]
fn a_second_click_on_the_last_place_is_told_of_the_first() {
    let last = |route: &str, params: &[(&str, &str)], number, body: &Value| {
        Call::of(route, params).by(LIN).key(&key(number)).json(body)
    };
    let at = json!({ "place": "economy-hall", "day": MONDAY, "start": "09:00" });
    for seed in 0..20 {
        let city = City::new();
        let mut body = at.clone();
        body["item"] = json!(ITEM);
        let answers = at_once(&city.world, &vec![last("POST /api/bookings", &[], 1, &body); 8], seed);
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 201)), "seed {seed}: {answers:?}");
        assert_eq!(check(&city.world).len(), 1);

        let city = City::new();
        let have = city.send(&book(LIN, FRIDAY, "09:00", 1)).json();
        let id = have["booking"].as_str().unwrap();
        let mut body = at.clone();
        body["version"] = json!(1);
        let change = last("POST /api/bookings/{booking}/change", &[("booking", id)], 2, &body);
        let answers = at_once(&city.world, &vec![change; 8], seed);
        assert!(answers.iter().all(|answer| answer.status == 200), "seed {seed}: {answers:?}");
        assert_eq!(check(&city.world)[0].steps.len(), 2);
    }
}

#[test]
fn one_person_at_once_in_two_slots_of_a_day_has_one() {
    for seed in 0..20 {
        let city = City::new();
        let starts = ["09:00", "10:00", "11:00", "14:00", "15:00"];
        let calls: Vec<Call> =
            (1..).zip(starts).map(|(number, start)| book(LIN, FRIDAY, start, number)).collect();
        let answers = at_once(&city.world, &calls, seed);
        let booked = answers.iter().filter(|answer| answer.status == 201).count();
        let refused =
            answers.iter().filter(|answer| answer.status == 409 && answer.code() == "DAY_TAKEN").count();
        assert_eq!((booked, refused), (1, 4), "seed {seed}");
        assert_eq!(check(&city.world).len(), 1);
    }
}

/// Booking, changing to another day, and cancelling, all mixed: nothing is held twice and nothing is lost.
#[test]
fn changes_and_cancellations_among_bookings_leave_every_place_to_one() {
    for seed in 0..10 {
        let city = City::new();
        let names = people(&city);
        let first = rush(&names[..CAPACITY]);
        let have: Vec<_> = first.iter().map(|call| city.send(call).json()).collect();
        let mut calls = rush(&names[CAPACITY..]);
        calls.push(cancel(&names[0], &have[0], 201));
        calls.push(change(&names[1], &have[1], MONDAY, "10:00", 202));
        calls.push(change(&names[2], &have[2], FRIDAY, "10:00", 203));
        // Two pages of one person at once: one of them is out of date by then.
        calls.push(cancel(&names[2], &have[2], 204));
        let answers = at_once(&city.world, &calls, seed);
        let asked = &answers[answers.len() - 4..];
        assert_eq!((asked[0].status, asked[1].status), (200, 200), "{asked:?}");
        let both: Vec<u16> = asked[2..].iter().map(|answer| answer.status).collect();
        assert!(both == [200, 409] || both == [409, 200], "{both:?}");
        let bookings = check(&city.world);
        let moved = bookings.iter().filter(|booking| booking.appointment.slot.day.to_string() == MONDAY);
        assert_eq!(moved.count(), 1);
        // Whatever was freed too late to be taken at once can be had now.
        let late = at_once(&city.world, &rush(&names[CAPACITY..]), seed);
        let in_slot = check(&city.world)
            .into_iter()
            .filter(|booking| booking.state.holds_a_place())
            .filter(|booking| {
                let slot = booking.appointment.slot;
                slot.day.to_string() == FRIDAY && slot.start.hour() == 9
            })
            .count();
        assert_eq!(in_slot, CAPACITY, "{late:?}");
        let shown = city.send(
            &Call::of("GET /api/services/{code}/slots", &[("code", "HR008")])
                .query(&format!("place=parks-hall&day={FRIDAY}")),
        );
        assert_eq!(shown.json()["slots"][0]["free"], json!(0));
    }
}
