//! Whatever comes in: a clear refusal, never a 5xx, nothing stored.

use proptest::prelude::*;
use serde_json::json;
use testkit::samples::{self, Stage};

use crate::rig::{Ask, Rig, command, csrf, get, person, post, sample_case};

fn refused(rig: &Rig, ask: &Ask, status: u16, code: &str) {
    let before = rig.world.store.snapshot();
    let reply = rig.send(ask);
    assert_eq!(reply.status, status, "{ask:?}: {reply:?}");
    assert!(reply.body.contains(code), "{ask:?}: {reply:?}");
    if ask.path.starts_with("/api/") {
        let problem = reply.json();
        assert_eq!(reply.content_type, "application/problem+json");
        assert_eq!(problem["code"], code);
        for lang in ["zh-Hant-TW", "en"] {
            assert!(problem["messages"][lang].as_str().is_some_and(|text| text.len() > 8), "{problem}");
        }
    }
    assert_eq!(rig.world.store.snapshot(), before, "{ask:?} left something behind");
}

#[test]
fn json_that_is_not_as_agreed() {
    let rig = Rig::at(Stage::Assigned);
    let path = format!("/api/work/{}/propose", sample_case());
    let good = json!({ "version": 2, "outcome": "approve", "reason": "" });
    let with = |change: fn(&mut Ask)| {
        let mut ask = command(&path, 90, &good).by(samples::HANDLER);
        change(&mut ask);
        ask
    };
    let body = |body: &str| {
        let mut ask = command(&path, 90, &good).by(samples::HANDLER);
        ask.body = Some(body.to_owned());
        ask
    };
    let table = [
        (body("{"), 400, "BAD_JSON"),
        (body(""), 400, "BAD_JSON"),
        (body("[]"), 400, "BAD_JSON"),
        (body(r#" [2,"approve",""]"#), 400, "BAD_JSON"),
        (body(r#"{"version":2}"#), 400, "BAD_JSON"),
        (body(r#"{"version":2,"outcome":"maybe"}"#), 400, "BAD_JSON"),
        (body(r#"{"version":"2","outcome":"approve"}"#), 400, "BAD_JSON"),
        (body(r#"{"version":-1,"outcome":"approve"}"#), 400, "BAD_JSON"),
        (body(r#"{"version":2,"outcome":"approve","colour":"red"}"#), 400, "BAD_JSON"),
        (body(r#"{"version":2,"version":2,"outcome":"approve"}"#), 400, "BAD_JSON"),
        (
            body(&format!(r#"{{"version":2,"outcome":"approve","reason":"{}"}}"#, "x".repeat(300_000))),
            413,
            "TOO_LARGE",
        ),
        (
            body(&format!(r#"{{"version":2,"outcome":"approve","reason":"{}"}}"#, "字".repeat(2_001))),
            422,
            "REASON_REQUIRED",
        ),
        (body(r#"{"version":2,"outcome":"reject","reason":" \n "}"#), 422, "REASON_REQUIRED"),
        (body(r#"{"version":1,"outcome":"approve"}"#), 409, "STALE_VERSION"),
        (body(r#"{"version":99,"outcome":"approve"}"#), 409, "STALE_VERSION"),
        (with(|ask| drop(ask.headers.remove("idempotency-key"))), 400, "BAD_FIELD"),
        (
            with(|ask| drop(ask.headers.insert("idempotency-key".to_owned(), "req_1".to_owned()))),
            400,
            "BAD_FIELD",
        ),
        (with(|ask| drop(ask.headers.remove("content-type"))), 415, "CONTENT_TYPE"),
        (
            with(|ask| drop(ask.headers.insert("content-type".to_owned(), "text/plain".to_owned()))),
            415,
            "CONTENT_TYPE",
        ),
    ];
    for (ask, status, code) in table {
        refused(&rig, &ask, status, code);
    }
}

#[test]
fn addresses_of_nothing() {
    let rig = Rig::at(Stage::Assigned);
    let case = sample_case();
    for path in [
        "/api/work/TP-00000-00000-1".to_owned(),
        "/api/work/nonsense".to_owned(),
        format!("/api/work/{}", case.to_lowercase()),
    ] {
        refused(&rig, &get(path).by(samples::DISPATCHER), 404, "NOT_FOUND");
    }
    for name in [
        "withdraw",
        "terminate",
        "pay",
        "add_proof",
        "hear_money",
        "expire_attempt",
        "fire",
        "read",
        "ACCEPT",
        "delete",
    ] {
        let ask = command(format!("/api/work/{case}/{name}"), 90, &json!({ "version": 2 }));
        refused(&rig, &ask.by(samples::DISPATCHER), 404, "NOT_FOUND");
    }
    for query in ["view=all", "view=money&state=received", "view="] {
        refused(&rig, &get(format!("/api/work?{query}")).by(samples::CASHIER), 400, "BAD_FIELD");
    }
    for query in ["view=money&after=x", "view=money&after=2026-11-23_TP-K3QH9-XW2MT-7", "view=money&after=_"]
    {
        refused(&rig, &get(format!("/api/work?{query}")).by(samples::CASHIER), 400, "BAD_FIELD");
        let page = query.replace("view=", "state=");
        refused(&rig, &get(format!("/work?{page}")).by(samples::CASHIER), 400, "BAD_FIELD");
    }
    for query in ["state=open", "state=", "after=x", "state=received&after=2026-11-23_TP-1", "after=_"] {
        refused(&rig, &get(format!("/api/work?{query}")).by(samples::DISPATCHER), 400, "BAD_FIELD");
        refused(&rig, &get(format!("/work?{query}")).by(samples::DISPATCHER), 400, "BAD_FIELD");
    }
}

#[test]
fn forms_that_are_not_ours() {
    let rig = Rig::at(Stage::Received);
    let path = format!("/work/{}/assign", sample_case());
    let (csrf, request) = (csrf(samples::DISPATCHER), samples::request(90).id.to_string());
    let (handler, reviewer) = (person(samples::HANDLER), person(samples::REVIEWER));
    let good = [
        ("csrf", csrf.as_str()),
        ("request", request.as_str()),
        ("version", "1"),
        ("handler", handler.as_str()),
        ("reviewer", reviewer.as_str()),
    ];
    let with = |name: &str, value: &str| {
        let mut fields = good.to_vec();
        fields.retain(|(known, _)| *known != name);
        if value != "-" {
            fields.push((name, value));
        }
        post(&path, &fields).by(samples::DISPATCHER)
    };
    let table = [
        (with("colour", "red"), 400, "BAD_FORM"),
        (with("reason", "x"), 400, "BAD_FORM"),
        (with("version", "-"), 400, "BAD_FIELD"),
        (with("version", "one"), 400, "BAD_FIELD"),
        (with("request", "-"), 400, "BAD_FIELD"),
        (with("request", "req_1"), 400, "BAD_FIELD"),
        (with("handler", "-"), 400, "BAD_FIELD"),
        (with("handler", ""), 400, "BAD_FIELD"),
        (with("reviewer", "nobody"), 400, "BAD_FIELD"),
        (with("reviewer", &handler), 422, "NOT_IN_ROLE"),
        (with("version", "7"), 409, "STALE_VERSION"),
        (with("csrf", "-"), 403, "FORM_EXPIRED"),
        (with("-", "-").header("content-type", "multipart/form-data; boundary=x"), 415, "CONTENT_TYPE"),
    ];
    for (ask, status, code) in table {
        refused(&rig, &ask, status, code);
    }
    for body in ["csrf=%ff", "csrf=%", "a=1&a=2"] {
        let mut ask = post(&path, &[]).by(samples::DISPATCHER);
        ask.body = Some(body.to_owned());
        let code = if body == "csrf=%ff" { "NOT_UTF8" } else { "BAD_FORM" };
        refused(&rig, &ask, 400, code);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_body_makes_a_5xx(body in "\\PC{0,80}", api: bool, name in "accept|assign|propose|approve|return|set_fee|request_refund|log_contact|accept_refund") {
        let rig = Rig::at(Stage::Received);
        let case = sample_case();
        let mut ask = if api {
            command(format!("/api/work/{case}/{name}"), 90, &json!({}))
        } else {
            post(format!("/work/{case}/{name}"), &[])
        };
        ask.body = Some(body);
        let before = rig.world.store.snapshot();
        let reply = rig.send(&ask.by(samples::DISPATCHER));
        prop_assert!((400..500).contains(&reply.status), "{:?}", reply);
        prop_assert_eq!(rig.world.store.snapshot(), before);
    }

    #[test]
    fn no_address_makes_a_5xx(case in "[A-Za-z0-9_.~-]{1,30}", query in "[a-z0-9=&_-]{0,30}") {
        let rig = Rig::new();
        for path in [format!("/work/{case}"), format!("/api/work/{case}")] {
            prop_assert_eq!(rig.send(&get(path).by(samples::DISPATCHER)).status, 404);
        }
        if web::form::decode(query.as_bytes()).is_ok() {
            let reply = rig.send(&get(format!("/api/work?{query}")).by(samples::DISPATCHER));
            prop_assert!(reply.status < 500);
        }
    }
}
