//! The pages, in both languages, without a script.

use serde_json::json;

use crate::invariants::check;
use crate::support::{CHEN, Call, City, FRIDAY, HALL, ITEM, LIN, MONDAY, book, hidden, key};

fn choose(city: &City, query: &str) -> crate::support::Answer {
    city.send(&Call::of("GET /services/{code}/book", &[("code", ITEM)]).by(LIN).query(query))
}

fn press(city: &City, who: &str, fields: &[(&str, &str)]) -> crate::support::Answer {
    city.send(&Call::of("POST /services/{code}/book", &[("code", ITEM)]).by(who).own_form(fields))
}

#[test]
fn a_time_is_chosen_and_booked_and_the_code_is_shown_as_text_and_picture() {
    let city = City::new();
    let page = choose(&city, &format!("place={HALL}&day={FRIDAY}"));
    assert_eq!(page.status, 200);
    for shown in [
        "樹木認養登記",
        "公園處服務臺",
        "民國115年11月20日 星期五",
        "09:00–10:00",
        "尚餘 3 位",
        "親自到場登記",
    ] {
        assert!(page.text.contains(shown), "{shown}");
    }
    let request = hidden(&page.text, "request");
    let fields = [("request", request.as_str()), ("place", HALL), ("day", FRIDAY), ("start", "09:00")];
    let booked = press(&city, LIN, &fields);
    assert_eq!(booked.status, 303, "{}", booked.text);
    // A second click leads to the same booking.
    assert_eq!(press(&city, LIN, &fields).location, booked.location);
    let id = booked.location.strip_prefix("/bookings/").unwrap().split('?').next().unwrap().to_owned();
    let own = Call::of("GET /bookings/{booking}", &[("booking", &id)]).by(LIN).query("booked=1");
    let shown = city.send(&own);
    let code = city.booking(&id).code.to_string();
    for part in ["預約成立", code.as_str(), "<svg", "報到碼", "取消預約", "變更時段"] {
        assert!(shown.text.contains(part), "{part}");
    }
    let english = city.send(&own.clone().lang("en"));
    for part in ["Check-in code", "Friday 20 November 2026", "Parks service desk", "Adopting a tree"] {
        assert!(english.text.contains(part), "{part}");
    }
    // The booking of somebody else does not exist.
    assert_eq!(city.send(&own.by(CHEN)).status, 404);
    let list = city.send(&Call::of("GET /bookings", &[]).by(LIN));
    assert!(list.text.contains(&id) && list.text.contains("已預約"));
    assert_eq!(check(&city.world).len(), 1);
}

#[test]
fn a_full_slot_comes_back_with_what_is_still_free() {
    let city = City::new();
    for (number, name) in (1..).zip(["a", "b", "c"]) {
        city.sign_in(name);
        city.send(&book(name, FRIDAY, "09:00", number));
    }
    let fields = [
        ("request", key(9)),
        ("place", HALL.to_owned()),
        ("day", FRIDAY.to_owned()),
        ("start", "09:00".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let full = press(&city, LIN, &fields);
    assert_eq!(full.status, 409);
    for shown in ["此時段已額滿", "額滿", "10:00–11:00", "<title>有誤", "<h1>預約臨櫃時段"]
    {
        assert!(full.text.contains(shown), "{shown}");
    }
    assert_ne!(hidden(&full.text, "request"), key(9), "another choice is another request");
    // Nothing chosen.
    let none = press(&city, LIN, &fields[..3]);
    assert_eq!(none.status, 422);
    assert_eq!(check(&city.world).len(), 3);
}

#[test]
fn a_time_is_changed_and_cancelled_by_form() {
    let city = City::new();
    let booking = city.send(&book(LIN, FRIDAY, "09:00", 1)).json();
    let id = booking["booking"].as_str().unwrap();
    let page = city.send(
        &Call::of("GET /bookings/{booking}/change", &[("booking", id)])
            .by(LIN)
            .query(&format!("day={MONDAY}")),
    );
    assert!(page.text.contains("變更預約時段") && page.text.contains("改到這個時段"), "{}", page.text);
    let request = hidden(&page.text, "request");
    let fields = [
        ("request", request.as_str()),
        ("place", HALL),
        ("day", MONDAY),
        ("start", "14:00"),
        ("version", "1"),
    ];
    let change = Call::of("POST /bookings/{booking}/change", &[("booking", id)]).by(LIN);
    assert_eq!(city.send(&change.clone().own_form(&fields)).location, format!("/bookings/{id}?changed=1"));
    assert_eq!(city.booking(id).appointment.slot.day.to_string(), MONDAY);
    // From a page of before: said so on a page.
    let stale = [
        ("request", key(7)),
        ("place", HALL.into()),
        ("day", MONDAY.into()),
        ("start", "09:00".into()),
        ("version", "1".into()),
    ];
    let stale: Vec<(&str, &str)> =
        stale.iter().map(|(name, value): &(&str, String)| (*name, value.as_str())).collect();
    let answer = city.send(&change.own_form(&stale));
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("預約已被更新"));
    let cancel = Call::of("POST /bookings/{booking}/cancel", &[("booking", id)]).by(LIN);
    let gone = city.send(&cancel.own_form(&[("request", &key(8)), ("version", "2")]));
    assert_eq!(gone.location, format!("/bookings/{id}"));
    let page = city.send(&Call::of("GET /bookings/{booking}", &[("booking", id)]).by(LIN));
    assert!(page.text.contains("已取消") && !page.text.contains("<svg"));
    check(&city.world);
    let closed = city.send(&Call::of("GET /bookings/{booking}/change", &[("booking", id)]).by(LIN));
    assert_eq!(closed.status, 409);
}

#[test]
fn strangers_sign_in_first_and_come_back() {
    let city = City::new();
    let page = Call::of("GET /services/{code}/book", &[("code", ITEM)]).query(&format!("place={HALL}"));
    let answer = city.send(&page);
    assert_eq!(
        (answer.status, answer.location.as_str()),
        (303, "/sign-in?return_to=%2Fservices%2FHR008%2Fbook%3Fplace%3Dparks-hall")
    );
    let form = Call::of("POST /services/{code}/book", &[("code", ITEM)]).own_form(&[]);
    assert_eq!(city.send(&form).location, "/sign-in?return_to=%2Fservices%2FHR008%2Fbook");
    let id = "booking_000102030405060708090a0b0c0d0e0f";
    let cancel = Call::of("POST /bookings/{booking}/cancel", &[("booking", id)]).own_form(&[]);
    assert_eq!(city.send(&cancel).location, format!("/sign-in?return_to=%2Fbookings%2F{id}"));
    let api = city.send(&Call::of("POST /api/bookings", &[]).json(&json!({})));
    assert_eq!((api.status, api.code().as_str()), (401, "SIGN_IN_REQUIRED"));
}
