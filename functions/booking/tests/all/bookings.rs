//! Booking, changing and cancelling through the API, and the notices that go with it.

use domain::notice_tag::NoticeTag;
use platform::codec::{self, case::Loaded};
use platform::keys::{Key, Table};
use platform::notices::{self, Claimed};
use platform::{catalogue, reports};
use serde_json::{Value, json};
use testkit::faults::{Site, run};
use testkit::samples;

use crate::invariants::check;
use crate::support::{CHEN, Call, City, FRIDAY, HALL, ITEM, LIN, MONDAY, at, book, cancel, change, key};

fn slots(city: &City, query: &str) -> Value {
    city.send(&Call::of("GET /api/services/{code}/slots", &[("code", ITEM)]).query(query)).json()
}

#[test]
fn places_days_and_free_places_are_shown_to_everybody() {
    let city = City::new();
    let places = slots(&city, "");
    assert_eq!(places["places"].as_array().unwrap().len(), 2);
    assert_eq!((&places["days"], &places["slots"]), (&Value::Null, &Value::Null));
    let days = slots(&city, "place=parks-hall")["days"].clone();
    // Today, from the next hour on; no weekend; thirty days ahead.
    assert_eq!((&days[0], &days[1], &days[2]), (&json!("2026-11-19"), &json!(FRIDAY), &json!(MONDAY)));
    assert_eq!(days.as_array().unwrap().last().unwrap(), "2026-12-18");
    let today = slots(&city, "place=parks-hall&day=2026-11-19")["slots"].clone();
    assert_eq!(today[0], json!({ "start": "11:00:00", "end": "12:00:00", "capacity": 3, "free": 3 }));
    city.send(&book(LIN, FRIDAY, "09:00", 1));
    let friday = slots(&city, &format!("place=parks-hall&day={FRIDAY}"))["slots"].clone();
    assert_eq!((&friday[0]["free"], &friday[1]["free"]), (&json!(2), &json!(3)));
    assert_eq!(friday.as_array().unwrap().len(), 5);
}

#[test]
fn a_booking_is_made_once_shown_changed_and_cancelled() {
    let city = City::new();
    let made = city.send(&book(LIN, FRIDAY, "09:00", 1));
    assert_eq!(made.status, 201);
    let booking = made.json();
    assert_eq!((&booking["state"], &booking["version"]), (&json!("booked"), &json!(1)));
    assert_eq!((&booking["at"]["place"], &booking["at"]["day"]), (&json!(HALL), &json!(FRIDAY)));
    assert_eq!(booking["check_in_code"].as_str().unwrap().len(), 9);

    let moved = city.send(&change(LIN, &booking, MONDAY, "14:00", 2));
    assert_eq!(moved.status, 200, "{moved:?}");
    let moved = moved.json();
    assert_eq!((&moved["at"]["day"], &moved["at"]["start"]), (&json!(MONDAY), &json!("14:00:00")));
    assert_eq!(moved["steps"][1]["from"]["day"], FRIDAY);
    // The code stays: it may be printed already.
    assert_eq!(moved["check_in_code"], booking["check_in_code"]);
    check(&city.world);
    // Friday is free again for the same person.
    assert_eq!(city.send(&book(LIN, FRIDAY, "09:00", 3)).status, 201);

    let gone = city.send(&cancel(LIN, &moved, 4)).json();
    assert_eq!((&gone["state"], &gone["replayed"]), (&json!("cancelled"), &json!(false)));
    let again = city.send(&cancel(LIN, &moved, 4)).json();
    assert_eq!((&again["state"], &again["replayed"]), (&json!("cancelled"), &json!(true)));
    let other = city.send(&cancel(LIN, &gone, 5));
    assert_eq!(
        (other.code(), other.json()["booking_state"].clone()),
        ("BOOKING_NOT_OPEN".into(), json!("cancelled"))
    );

    let mine = city.send(&Call::of("GET /api/bookings", &[]).by(LIN)).json();
    let days: Vec<&Value> = mine["bookings"].as_array().unwrap().iter().map(|it| &it["at"]["day"]).collect();
    assert_eq!(days, [MONDAY, FRIDAY]);
    assert_eq!(check(&city.world).len(), 2);
}

#[test]
fn what_the_slot_the_day_or_the_booking_does_not_allow_is_refused_and_nothing_is_stored() {
    let city = City::new();
    for (number, name) in (1..).zip([LIN, CHEN, "third"]) {
        city.sign_in(name);
        assert_eq!(city.send(&book(name, FRIDAY, "09:00", number)).status, 201);
    }
    let booking = city.send(&book(LIN, MONDAY, "10:00", 10)).json();
    city.sign_in("fourth");
    let stored = city.stored();
    let place = |place: &str, day: &str, start: &str| {
        let body = json!({ "item": ITEM, "place": place, "day": day, "start": start });
        Call::of("POST /api/bookings", &[]).by("fourth").key(&key(20)).json(&body)
    };
    for (call, status, code) in [
        (book("fourth", FRIDAY, "09:00", 20), 409, "SLOT_FULL"),
        (book(LIN, FRIDAY, "10:00", 20), 409, "DAY_TAKEN"),
        (change(LIN, &booking, FRIDAY, "10:00", 20), 409, "DAY_TAKEN"),
        (change(LIN, &booking, MONDAY, "10:00", 20), 409, "SAME_SLOT"),
        (
            change(LIN, &json!({ "booking": booking["booking"], "version": 7 }), MONDAY, "11:00", 20),
            409,
            "STALE_VERSION",
        ),
        (change(LIN, &booking, MONDAY, "12:00", 20), 422, "NO_SUCH_SLOT"),
        (place(HALL, FRIDAY, "09:30"), 422, "NO_SUCH_SLOT"),
        (place(HALL, "2026-11-21", "09:00"), 422, "NO_SUCH_SLOT"),
        (place("nowhere", FRIDAY, "09:00"), 422, "NO_SUCH_SLOT"),
        (place(HALL, "2026-11-18", "09:00"), 422, "OUTSIDE_BOOKING_PERIOD"),
        (place(HALL, "2026-12-28", "09:00"), 422, "OUTSIDE_BOOKING_PERIOD"),
        (place(HALL, "2026-11-19", "10:00"), 422, "NO_SUCH_SLOT"),
        (book(LIN, MONDAY, "11:00", 10), 422, "REQUEST_REUSED"),
        (cancel(CHEN, &booking, 20), 404, "NOT_FOUND"),
        (change(CHEN, &booking, MONDAY, "11:00", 20), 404, "NOT_FOUND"),
    ] {
        let answer = city.send(&call);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", call.path);
        assert_eq!(city.stored(), stored, "{code}");
    }
    city.go_to("2026-11-23 10:00");
    for call in [cancel(LIN, &booking, 21), change(LIN, &booking, "2026-11-24", "10:00", 22)] {
        assert_eq!(city.send(&call).code(), "SLOT_HAS_BEGUN");
    }
    // Whatever is repeated is answered as before, even now.
    assert_eq!(city.send(&book(LIN, MONDAY, "10:00", 10)).status, 200);
}

#[test]
fn an_item_that_takes_no_bookings_and_a_case_that_does_not_fit_are_refused() {
    let city = City::new();
    let ask = |item: &str, case: Value| {
        let body = json!({ "item": item, "place": HALL, "day": FRIDAY, "start": "09:00", "case": case });
        city.send(&Call::of("POST /api/bookings", &[]).by(LIN).key(&key(1)).json(&body))
    };
    assert_eq!(ask(samples::PARK, Value::Null).code(), "NOT_BOOKABLE");
    assert_eq!(ask("XX999", Value::Null).code(), "NOT_FOUND");
    // A case that there is none of, and one of somebody else and of another item.
    assert_eq!(ask(ITEM, json!("TP-00000-00000-0")).code(), "CASE_DOES_NOT_FIT");
    let case = filed(&city);
    assert_eq!(ask(ITEM, json!(case)).code(), "CASE_DOES_NOT_FIT");
    assert_eq!(ask(ITEM, Value::Null).status, 201);
}

/// A case of [`samples::PARK`] that the person `applicant` has filed.
fn filed(city: &City) -> String {
    let case = samples::case(samples::Stage::Received);
    let loaded = Loaded { case: case.clone(), head: [0; 32] };
    city.world.store.plant(&Key::Case(case.id), codec::case::encode(&loaded).unwrap());
    run(&city.world.gate, reports::project(&*city.world.store, &case)).unwrap().unwrap();
    city.sign_in("applicant");
    case.id.to_string()
}

/// 填送基本申請書表: the case is offered on the page, goes with the booking, and is the person's own.
#[test]
fn a_case_that_was_filed_beforehand_goes_with_the_booking() {
    let city = City::new();
    let mut import = samples::import();
    import.items.retain(|item| item.code.0.as_str() == samples::PARK);
    let mut item = serde_json::to_value(&import.items[0]).unwrap();
    item["version"] = json!(2);
    item["online_type"] = json!("reservation");
    item["in_person"] = json!({ "zh": "到場辦理", "en": "in person" });
    item["booking"] = json!({ "places": [HALL], "min_days": 0, "max_days": 30 });
    let import = serde_json::from_value(json!({ "items": [item] })).unwrap();
    let import = catalogue::import(&*city.world.store, import, samples::PROVIDER, samples::today());
    run(&city.world.gate, import).unwrap().unwrap();
    let case = filed(&city);
    let page = Call::of("GET /services/{code}/book", &[("code", samples::PARK)]);
    assert!(city.send(&page.clone().by("applicant")).text.contains(&case));
    assert!(!city.send(&page.by(LIN)).text.contains(&case));
    let ask = |who: &str, number: u16| {
        let body =
            json!({ "item": samples::PARK, "place": HALL, "day": FRIDAY, "start": "09:00", "case": case });
        city.send(&Call::of("POST /api/bookings", &[]).by(who).key(&key(number)).json(&body))
    };
    assert_eq!(ask(LIN, 1).code(), "CASE_DOES_NOT_FIT");
    let booked = ask("applicant", 2);
    assert_eq!((booked.status, &booked.json()["case"]), (201, &json!(case)));
}

/// The notice is owed with the booking, and the queue has it at once; where the queue fails, nothing else
/// does, and the sweep finds it.
#[test]
fn every_step_enters_its_notice_and_puts_it_on_the_queue() {
    let city = City::new();
    let booking = city.send(&book(LIN, FRIDAY, "09:00", 1)).json();
    let booking = city.send(&change(LIN, &booking, MONDAY, "14:00", 2)).json();
    city.send(&cancel(LIN, &booking, 3));
    let queued: Vec<String> =
        city.world.notifications.receive(9, 0).into_iter().map(|message| message.body).collect();
    let id = booking["booking"].as_str().unwrap();
    assert_eq!(queued, [format!("{id}_1"), format!("{id}_2"), format!("{id}_3")]);
    let kinds: Vec<String> =
        city.world.store.rows(Table::Notices).iter().map(|row| row["kind"].as_s().unwrap().clone()).collect();
    assert_eq!(kinds, ["booked", "changed", "cancelled"]);
    // Claimed once, and by nobody else for a while.
    let tag: NoticeTag = queued[0].parse().unwrap();
    let claim = || {
        let claim = notices::claim(&*city.world.store, tag.clone(), samples::morning());
        run(&city.world.gate, claim).unwrap().unwrap()
    };
    assert!(matches!(claim(), Claimed::Yours(_)));
    assert!(matches!(claim(), Claimed::Leave));

    city.world.gate.follow(|_, site| match site {
        Site::QueueSend => testkit::faults::Act::FailBefore,
        _ => testkit::faults::Act::Pass,
    });
    let unsent = city.send(&book(LIN, "2026-11-24", "09:00", 4));
    assert_eq!(unsent.status, 201);
    city.world.gate.open();
    let later = at("2026-11-19 10:05");
    let mut overdue = Vec::new();
    for shard in 0..platform::keys::SHARDS {
        let found = notices::overdue(&*city.world.store, shard, later, 50);
        overdue.extend(
            run(&city.world.gate, found).unwrap().unwrap().into_iter().map(|entry| entry.tag().to_string()),
        );
    }
    assert!(overdue.contains(&format!("{}_1", unsent.json()["booking"].as_str().unwrap())), "{overdue:?}");
}

/// What each request costs: the reads and writes that the documentation promises.
#[test]
fn a_booking_costs_these_calls() {
    let city = City::new();
    let sites = |call: &Call| {
        city.world.gate.record();
        let answer = city.send(call);
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        let count = |site| city.world.gate.trace().iter().filter(|passed| passed.site == site).count();
        (count(Site::StoreGet), count(Site::StoreQuery), count(Site::StoreWrite))
    };
    // The session and the calendar, once a minute, are among the reads.
    assert_eq!(sites(&book(LIN, FRIDAY, "09:00", 1)), (3, 3, 1));
    assert_eq!(sites(&book(LIN, FRIDAY, "09:00", 1)), (2, 0, 0));
}
