//! The counter: who may receive people where, when, and how often.

use serde_json::{Value, json};
use testkit::samples;

use crate::invariants::check;
use crate::support::{CHEN, Call, City, ELSEWHERE, FRIDAY, HALL, HANDLER, LIN, book, cancel, key, record};

fn day(city: &City, who: &str) -> crate::support::Answer {
    city.send(&Call::of("GET /api/counter", &[]).by(who).query(&format!("place={HALL}&day={FRIDAY}")))
}

#[test]
fn the_day_of_a_place_is_for_those_who_receive_people_there() {
    let city = City::new();
    city.send(&book(LIN, FRIDAY, "10:00", 1));
    city.send(&book(CHEN, FRIDAY, "09:00", 2));
    let listed = day(&city, HANDLER).json();
    let names: Vec<&Value> = listed["bookings"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, [CHEN, LIN]);
    assert!(!listed.to_string().contains("check_in_code"));
    assert_eq!(day(&city, ELSEWHERE).status, 404);
    assert_eq!(day(&city, samples::CASHIER).status, 404);
    assert_eq!(day(&city, LIN).status, 403);
    // Who has cancelled is not expected.
    let booking = city.send(&book(LIN, FRIDAY, "10:00", 1)).json();
    city.send(&cancel(LIN, &booking, 3));
    assert_eq!(day(&city, HANDLER).json()["bookings"].as_array().unwrap().len(), 1);
}

#[test]
fn people_are_checked_in_on_their_day_and_marked_as_absent_when_it_is_over() {
    let city = City::new();
    let booking = city.send(&book(LIN, FRIDAY, "09:00", 1)).json();
    let other = city.send(&book(CHEN, FRIDAY, "09:00", 2)).json();
    assert_eq!(city.send(&record(HANDLER, &booking, "check-in", 3)).code(), "NOT_THE_DAY");
    city.go_to("2026-11-20 09:05");
    assert_eq!(city.send(&record(HANDLER, &booking, "no-show", 3)).code(), "SLOT_NOT_OVER");
    assert_eq!(city.send(&record(ELSEWHERE, &booking, "check-in", 3)).code(), "NOT_FOUND");
    assert_eq!(city.send(&record(HANDLER, &booking, "send-home", 3)).code(), "NOT_FOUND");
    let came = city.send(&record(HANDLER, &booking, "check-in", 3)).json();
    assert_eq!((&came["state"], &came["replayed"]), (&json!("checked_in"), &json!(false)));
    let again = city.send(&record(HANDLER, &booking, "check-in", 3)).json();
    assert_eq!((&again["state"], &again["replayed"]), (&json!("checked_in"), &json!(true)));
    assert_eq!(city.send(&record(HANDLER, &came, "check-in", 4)).code(), "BOOKING_NOT_OPEN");
    // Absent, and then late.
    city.go_to("2026-11-20 10:00");
    let absent = city.send(&record(HANDLER, &other, "no-show", 5)).json();
    assert_eq!(absent["state"], "no_show");
    assert_eq!(city.send(&record(HANDLER, &other, "check-in", 6)).code(), "STALE_VERSION");
    assert_eq!(city.send(&record(HANDLER, &absent, "check-in", 6)).json()["state"], "checked_in");
    let states: Vec<String> = check(&city.world).iter().map(|booking| booking.state.to_string()).collect();
    assert_eq!(states, ["checked_in", "checked_in"]);
}

#[test]
fn nobody_receives_themselves() {
    let city = City::new();
    let booking = city.send(&book(HANDLER, FRIDAY, "09:00", 1)).json();
    city.go_to("2026-11-20 09:05");
    let answer = city.send(&record(HANDLER, &booking, "check-in", 2));
    assert_eq!((answer.status, answer.code().as_str()), (403, "FORBIDDEN"));
}

#[test]
fn the_code_is_typed_or_scanned_on_the_page() {
    let city = City::new();
    let booking = city.send(&book(LIN, FRIDAY, "09:00", 1)).json();
    let code = booking["check_in_code"].as_str().unwrap().to_lowercase().replace('-', "");
    let ask = |who: &str, place: &str, code: &str, number: u16| {
        let form = [
            ("request", key(number)),
            ("place", place.to_owned()),
            ("day", FRIDAY.to_owned()),
            ("code", code.to_owned()),
        ];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        city.send(&Call::of("POST /counter/check-in", &[]).by(who).own_form(&form))
    };
    city.go_to("2026-11-20 09:05");
    let wrong = ask(HANDLER, HALL, "0000-0000", 2);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("本地點當日沒有此報到碼的預約"));
    let malformed = ask(HANDLER, HALL, "none", 3);
    assert_eq!(malformed.status, 422);
    assert_eq!(ask(ELSEWHERE, HALL, &code, 4).status, 404);
    assert_eq!(ask(HANDLER, "economy-hall", &code, 5).status, 404);
    let right = ask(HANDLER, HALL, &code, 6);
    assert_eq!(right.status, 200);
    assert!(right.text.contains("lin 已報到"), "{}", right.text);
    assert_eq!(city.booking(booking["booking"].as_str().unwrap()).state.code(), "checked_in");
}

#[test]
fn the_page_shows_the_day_and_its_buttons_work() {
    let city = City::new();
    let booking = city.send(&book(LIN, FRIDAY, "09:00", 1)).json();
    city.go_to("2026-11-20 10:30");
    let page = city.send(&Call::of("GET /counter", &[]).by(HANDLER));
    assert_eq!(page.status, 200);
    for shown in ["櫃檯報到", "09:00–10:00", "樹木認養登記", "待報到 1", "登記未到"] {
        assert!(page.text.contains(shown), "{shown}");
    }
    let id = booking["booking"].as_str().unwrap();
    let press = Call::of("POST /counter/{booking}/{command}", &[("booking", id), ("command", "no-show")]);
    let pressed = city.send(&press.by(HANDLER).own_form(&[("request", &key(2)), ("version", "1")]));
    assert_eq!(
        (pressed.status, pressed.location.as_str()),
        (303, "/counter?place=parks-hall&day=2026-11-20")
    );
    let page = city.send(&Call::of("GET /counter", &[]).by(HANDLER).lang("en"));
    assert!(page.text.contains("absent 1") && page.text.contains("did not come"), "{}", page.text);
    // Officers without a place to receive people at are told so; others have no such page.
    let none = city.send(&Call::of("GET /counter", &[]).by(samples::CASHIER).query(""));
    assert!(none.text.contains("沒有受理預約的地點"));
    assert_eq!(city.send(&Call::of("GET /counter", &[]).by(LIN)).status, 403);
    assert_eq!(city.send(&Call::of("GET /counter", &[]).by(ELSEWHERE).query("place=parks-hall")).status, 404);
}
