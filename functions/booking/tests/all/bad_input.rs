//! What is malformed is refused with a code, and leaves nothing behind.

use serde_json::json;

use crate::support::{Call, City, FRIDAY, HALL, HANDLER, ITEM, LIN, book, key};

#[test]
fn malformed_requests_of_the_api_are_refused_and_leave_nothing() {
    let city = City::new();
    let booking = city.send(&book(LIN, FRIDAY, "09:00", 1)).json();
    let id = booking["booking"].as_str().unwrap();
    let stored = city.stored();
    let good = json!({ "item": ITEM, "place": HALL, "day": FRIDAY, "start": "10:00" });
    let with = |name: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[name] = value;
        Call::of("POST /api/bookings", &[]).by(LIN).key(&key(2)).json(&body)
    };
    let mut text = with("item", json!(ITEM));
    text.content_type = Some("text/plain".to_owned());
    let mut huge = with("item", json!(ITEM));
    huge.body = vec![b' '; 300 * 1024];
    let keyless = Call { key: None, ..with("item", json!(ITEM)) };
    let change = |body: serde_json::Value| {
        Call::of("POST /api/bookings/{booking}/change", &[("booking", id)]).by(LIN).key(&key(3)).json(&body)
    };
    let slots = |query: &str| Call::of("GET /api/services/{code}/slots", &[("code", ITEM)]).query(query);
    let counter = |query: &str| Call::of("GET /api/counter", &[]).by(HANDLER).query(query);
    for (call, status, code) in [
        (with("day", json!("20-11-2026")), 400, "BAD_JSON"),
        (with("day", json!("2026-02-30")), 400, "BAD_JSON"),
        (with("start", json!("25:00")), 400, "BAD_JSON"),
        (with("place", json!("No Such")), 400, "BAD_JSON"),
        (with("item", json!("HR8")), 400, "BAD_JSON"),
        (with("case", json!("TP-1")), 400, "BAD_JSON"),
        (with("seat", json!(1)), 400, "BAD_JSON"),
        (with("item", json!(null)), 400, "BAD_JSON"),
        (Call::of("POST /api/bookings", &[]).by(LIN).key(&key(2)).json(&json!([1])), 400, "BAD_JSON"),
        (keyless, 400, "BAD_FIELD"),
        (text, 415, "CONTENT_TYPE"),
        (huge, 413, "TOO_LARGE"),
        (change(json!({ "version": 1 })), 400, "BAD_JSON"),
        (change(json!({ "version": -1, "place": HALL, "day": FRIDAY, "start": "10:00" })), 400, "BAD_JSON"),
        (slots("place=!"), 400, "BAD_FIELD"),
        (slots("place=parks-hall&day=tomorrow"), 400, "BAD_FIELD"),
        (slots("place=elsewhere"), 422, "NO_SUCH_SLOT"),
        (slots("place=parks-hall&day=2030-01-01"), 422, "OUTSIDE_BOOKING_PERIOD"),
        (counter(""), 400, "BAD_FIELD"),
        (counter("place=nowhere"), 404, "NOT_FOUND"),
        (Call::of("GET /api/bookings/{booking}", &[("booking", "booking_1")]).by(LIN), 404, "NOT_FOUND"),
        (Call::of("GET /api/bookings/{booking}", &[("booking", id)]), 401, "SIGN_IN_REQUIRED"),
    ] {
        let answer = city.send(&call);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{} {}", call.path, call.query);
        let messages = answer.json()["messages"].clone();
        assert!(messages["zh-Hant-TW"].is_string() && messages["en"].is_string());
        assert_eq!(city.stored(), stored, "{code}");
    }
}

#[test]
fn forms_of_another_session_and_with_unknown_fields_are_refused() {
    let city = City::new();
    let stored = city.stored();
    let (request, route) = (key(2), "POST /services/{code}/book");
    let fields = [("request", request.as_str()), ("place", HALL), ("day", FRIDAY), ("start", "09:00")];
    let form = |fields: &[(&str, &str)]| Call::of(route, &[("code", ITEM)]).by(LIN).own_form(fields);
    let mut foreign = form(&fields);
    foreign.body =
        String::from_utf8(foreign.body).unwrap().replace("csrf-of-lin", "csrf-of-chen").into_bytes();
    assert_eq!(city.send(&foreign).status, 403);
    let mut more = fields.to_vec();
    more.push(("seat", "1"));
    assert_eq!(city.send(&form(&more)).status, 400);
    assert_eq!(city.send(&form(&fields[1..])).status, 400);
    assert_eq!(city.send(&form(&[fields[0], ("place", HALL), ("day", "soon"), fields[3]])).status, 400);
    assert_eq!(city.send(&form(&[fields[0], fields[1], fields[2], ("start", "noon")])).status, 400);
    assert_eq!(city.stored(), stored);
}
