//! JSON bodies that are refused, each with its code.

use serde_json::{Value, json};

use crate::refusals::Scene;
use crate::support::{Call, LIN, consent_body, key};

pub fn announcement(change: &Value) -> Value {
    let mut body = json!({ "requirement": "bankbook", "file_name": "a.pdf", "content_type": "application/pdf",
                           "bytes": 15, "sha256": "0".repeat(64) });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn application(change: &Value) -> Value {
    let mut body = json!({ "item": "PK001", "version": 1, "answers": { "place": "大安森林公園" },
                       "consent": consent_body() });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[test]
fn bad_json_bodies_are_refused_with_a_code() {
    let scene = Scene::new();
    let one = "00".repeat(32);
    for (route, body, status, code) in [
        ("POST /api/drafts", json!({}), 400, "BAD_JSON"),
        ("POST /api/drafts", json!({ "item": 1 }), 400, "BAD_JSON"),
        ("POST /api/drafts", json!({ "item": "PK001", "colour": "red" }), 400, "BAD_JSON"),
        ("POST /api/drafts", json!(["PK001"]), 400, "BAD_JSON"),
        ("POST /api/cases", json!([null, "PK001", 1, { "place": "大安森林公園" }, null]), 400, "BAD_JSON"),
        ("POST /api/cases/{case}/withdraw", json!([1, ""]), 400, "BAD_JSON"),
        ("PUT /api/drafts/{draft}", json!({ "version": "1", "answers": {} }), 400, "BAD_JSON"),
        ("PUT /api/drafts/{draft}", json!({ "version": 1, "answers": { "parcel": 7 } }), 400, "BAD_JSON"),
        ("PUT /api/drafts/{draft}", json!({ "version": 1, "answers": { "colour": "x" } }), 422, "UNFIT"),
        ("PUT /api/drafts/{draft}", json!({ "version": 9, "answers": {} }), 409, "STALE_VERSION"),
        ("POST /api/drafts/{draft}/uploads", announcement(&json!({ "bytes": 0 })), 400, "BAD_FILE"),
        ("POST /api/drafts/{draft}/uploads", announcement(&json!({ "bytes": 10_485_761 })), 400, "BAD_FILE"),
        ("POST /api/drafts/{draft}/uploads", announcement(&json!({ "bytes": -1 })), 400, "BAD_JSON"),
        (
            "POST /api/drafts/{draft}/uploads",
            announcement(&json!({ "content_type": "text/html" })),
            400,
            "BAD_FILE",
        ),
        ("POST /api/drafts/{draft}/uploads", announcement(&json!({ "sha256": one[1..] })), 400, "BAD_FIELD"),
        (
            "POST /api/drafts/{draft}/uploads",
            announcement(&json!({ "requirement": "other" })),
            400,
            "BAD_FIELD",
        ),
        ("POST /api/cases", json!({}), 400, "BAD_FIELD"),
        ("POST /api/cases", json!({ "item": "PK001" }), 400, "BAD_FIELD"),
        ("POST /api/cases", application(&json!({ "version": 7 })), 409, "ITEM_NOT_IN_FORCE"),
        ("POST /api/cases", application(&json!({ "documents": [{}] })), 400, "BAD_FIELD"),
        ("POST /api/cases", application(&json!({ "draft": scene.draft })), 400, "BAD_FIELD"),
        ("POST /api/cases", application(&json!({ "colour": "red" })), 400, "BAD_JSON"),
        ("POST /api/cases", application(&json!({ "answers": {} })), 422, "UNFIT"),
        (
            "POST /api/cases",
            application(&json!({ "answers": { "place": "x", "people": "0" } })),
            422,
            "UNFIT",
        ),
        ("POST /api/cases", json!({ "draft": scene.draft }), 400, "WRONG_REQUEST_ID"),
        ("POST /api/cases/{case}/answer", json!({ "note": "x" }), 400, "BAD_JSON"),
        ("POST /api/cases/{case}/answer", json!({ "round": 1, "note": "x" }), 409, "NOT_IN_THIS_STATE"),
        ("POST /api/cases/{case}/correction/uploads", announcement(&json!({})), 409, "NOT_IN_THIS_STATE"),
        ("POST /api/cases/{case}/more-time", json!({ "version": 1, "days": 3 }), 400, "BAD_JSON"),
        (
            "POST /api/cases/{case}/more-time",
            json!({ "version": 1, "days": 3, "reason": "x" }),
            409,
            "NOT_IN_THIS_STATE",
        ),
        ("POST /api/cases/{case}/withdraw", json!({ "reason": "x" }), 400, "BAD_JSON"),
        ("POST /api/cases/{case}/withdraw", json!({ "version": 2 }), 409, "STALE_VERSION"),
        (
            "POST /api/cases/{case}/withdraw",
            json!({ "version": 1, "reason": "x".repeat(2_001) }),
            422,
            "REASON_REQUIRED",
        ),
    ] {
        scene.refused(&scene.call(route).by(LIN).key(&key(2)).json(&body), status, code);
    }
    let filing = scene
        .call("POST /api/cases")
        .key(&scene.own_key())
        .json(&json!({ "draft": scene.draft, "consent": consent_body() }));
    scene.refused(&filing.by(LIN), 422, "UNFIT");
}

#[test]
fn an_answer_given_twice_is_refused() {
    let scene = Scene::new();
    for (route, body) in [
        ("POST /api/cases", r#"{"item":"PK001","version":1,"answers":{"place":"甲","place":"乙"}}"#),
        ("PUT /api/drafts/{draft}", r#"{"version":1,"answers":{"parcel":"1","parcel":"2"}}"#),
    ] {
        let call = Call {
            body: body.as_bytes().to_vec(),
            ..scene.call(route).by(LIN).key(&key(2)).json(&json!({}))
        };
        scene.refused(&call, 400, "BAD_JSON");
    }
}

#[test]
fn a_request_id_is_good_for_one_request() {
    let scene = Scene::new();
    let other = application(&json!({ "answers": { "place": "青年公園" } }));
    scene.refused(&scene.call("POST /api/cases").by(LIN).key(&key(1)).json(&other), 422, "REQUEST_REUSED");
    for bad in ["", "req_1", "REQ_0101"] {
        let call = scene.call("POST /api/cases").by(LIN).key(bad).json(&application(&json!({})));
        scene.refused(&call, 400, "BAD_FIELD");
    }
}
