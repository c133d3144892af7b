//! Bad input: a problem or a page with a stable code, never a 5xx, and nothing stored.

use crate::bad_json::announcement;
use crate::support::{CHEN, Call, City, LIN, consent_body, csrf, key};
use proptest::prelude::*;
use serde_json::json;

pub const ROUTES: [&str; 38] = [
    "POST /services/{code}/apply",
    "GET /drafts/{draft}",
    "POST /drafts/{draft}",
    "POST /drafts/{draft}/files",
    "POST /drafts/{draft}/files/{upload}/remove",
    "GET /drafts/{draft}/check",
    "POST /drafts/{draft}/submit",
    "GET /cases",
    "GET /cases/{case}",
    "POST /cases/{case}/withdraw",
    "GET /cases/{case}/files/{upload}",
    "POST /api/drafts",
    "GET /api/drafts/{draft}",
    "PUT /api/drafts/{draft}",
    "POST /api/drafts/{draft}/uploads",
    "POST /api/cases",
    "GET /api/cases",
    "GET /api/cases/{case}",
    "POST /api/cases/{case}/withdraw",
    "GET /cases/{case}/correction",
    "POST /cases/{case}/correction",
    "POST /cases/{case}/correction/files",
    "POST /cases/{case}/correction/files/{upload}/remove",
    "POST /cases/{case}/more-time",
    "POST /cases/{case}/consent",
    "POST /api/cases/{case}/answer",
    "POST /api/cases/{case}/correction/uploads",
    "POST /api/cases/{case}/more-time",
    "POST /api/cases/{case}/consent",
    "POST /cases/{case}/terminate",
    "GET /cases/{case}/pay",
    "POST /cases/{case}/pay",
    "POST /cases/{case}/refunds",
    "POST /cases/{case}/refunds/{refund}/proof",
    "POST /api/cases/{case}/terminate",
    "GET /api/cases/{case}/fees",
    "POST /api/cases/{case}/payments",
    "POST /api/cases/{case}/refunds",
];

/// A city with a draft and a case of Lin.
pub struct Scene {
    pub city: City,
    pub draft: String,
    pub case: String,
}

impl Scene {
    pub fn new() -> Self {
        let city = City::new();
        let draft = city.send(&Call::of("POST /api/drafts", &[]).by(LIN).json(&json!({ "item": "EC064" })));
        let body = json!({ "item": "PK001", "version": 1, "answers": { "place": "大安森林公園" },
                       "consent": consent_body() });
        let case = city.send(&Call::of("POST /api/cases", &[]).by(LIN).key(&key(1)).json(&body));
        let text =
            |answer: &crate::support::Answer, name: &str| answer.json()[name].as_str().unwrap().to_owned();
        Self { draft: text(&draft, "draft"), case: text(&case, "case"), city }
    }

    /// The request id that files the draft.
    pub fn own_key(&self) -> String {
        self.draft.replace("draft_", "req_")
    }

    pub fn call(&self, route: &str) -> Call {
        let upload = "file_0199a1b2c3d47000800000000000000b";
        let params = [
            ("code", "PK001"),
            ("draft", &self.draft),
            ("case", &self.case),
            ("upload", upload),
            ("refund", "1"),
        ];
        Call::of(route, &params)
    }

    /// Sends and expects a refusal that leaves everything as it was.
    pub fn refused(&self, call: &Call, status: u16, code: &str) {
        let before = self.city.stored();
        let answer = self.city.send(call);
        let what = format!("{} {:?}", call.route, String::from_utf8_lossy(&call.body));
        assert_eq!(answer.status, status, "{what}: {}", answer.text);
        assert!(answer.text.contains(code), "{what}: {code} is not in {}", answer.text);
        assert_eq!(self.city.stored(), before, "{what} left something behind");
        if call.route.contains("/api/") {
            let problem = answer.json();
            assert_eq!(problem["code"], code, "{what}");
            for lang in ["zh-Hant-TW", "en"] {
                assert!(!problem["messages"][lang].as_str().unwrap().is_empty());
            }
        }
    }
}

#[test]
fn without_a_session_there_is_only_signing_in() {
    let scene = Scene::new();
    for route in ROUTES {
        let call = scene.call(route).key(&key(2)).json(&json!({}));
        if route.contains("/api/") {
            scene.refused(&call, 401, "SIGN_IN_REQUIRED");
        } else if !["POST /drafts/{draft}", "POST /cases/{case}/correction"].contains(&route) {
            let answer = scene.city.send(&call);
            assert_eq!(answer.status, 303, "{route}");
            assert!(answer.location.starts_with("/sign-in?return_to="), "{route}");
        }
    }
}

#[test]
fn what_belongs_to_somebody_else_does_not_exist() {
    let scene = Scene::new();
    let token = csrf(CHEN);
    for route in ROUTES.iter().filter(|route| route.contains("{draft}") || route.contains("{case}")) {
        let call = scene.call(route).by(CHEN).key(&key(2));
        let call = match *route {
            "POST /drafts/{draft}/files" => {
                call.file(&[("csrf", &token), ("requirement", "bankbook")], "a.pdf", b"%PDF-1.7\n")
            }
            "POST /drafts/{draft}" => call.form(&[("csrf", &token), ("seen", "x")]),
            "POST /drafts/{draft}/submit" => {
                call.form(&[("csrf", &token), ("version", "1"), ("wording", "1")])
            }
            "POST /cases/{case}/consent" => call.form(&[
                ("csrf", &token),
                ("version", "9"),
                ("request", &key(2)),
                ("wording", "1"),
                ("served", "electronic"),
            ]),
            "POST /api/cases/{case}/consent" => {
                call.json(&json!({ "version": 9, "consent": consent_body() }))
            }
            "POST /cases/{case}/pay" => call.form(&[
                ("csrf", &token),
                ("request", &key(2)),
                ("amount", "300"),
                ("way", "ecpay_aio.card"),
            ]),
            "POST /cases/{case}/refunds" => call.form(&[
                ("csrf", &token),
                ("request", &key(2)),
                ("payment", "ecpay_aio:1"),
                ("amount", "1"),
                ("ground", "mistaken"),
                ("reason", "x"),
            ]),
            "POST /api/cases/{case}/payments" => {
                call.json(&json!({ "provider": "ecpay_aio", "means": "card" }))
            }
            "POST /api/cases/{case}/refunds" => call.json(&json!({
                "provider": "ecpay_aio", "trade_no": "1", "amount": 1, "ground": "mistaken", "reason": "x"
            })),
            "POST /cases/{case}/withdraw" | "POST /cases/{case}/terminate" => {
                call.form(&[("csrf", &token), ("version", "9"), ("request", &key(2))])
            }
            "POST /cases/{case}/correction" => call.form(&[("csrf", &token), ("round", "1"), ("go", "save")]),
            "POST /cases/{case}/correction/files" => {
                call.file(&[("csrf", &token), ("requirement", "other")], "a.pdf", b"%PDF-1.7\n")
            }
            "POST /cases/{case}/more-time" => call.form(&[
                ("csrf", &token),
                ("version", "9"),
                ("request", &key(2)),
                ("days", "1"),
                ("reason", "x"),
            ]),
            "POST /api/cases/{case}/answer" => call.json(&json!({ "round": 1, "note": "x" })),
            "POST /api/cases/{case}/more-time" => {
                call.json(&json!({ "version": 9, "days": 1, "reason": "x" }))
            }
            "PUT /api/drafts/{draft}" => call.json(&json!({ "version": 1, "answers": {} })),
            "POST /api/drafts/{draft}/uploads" | "POST /api/cases/{case}/correction/uploads" => {
                call.json(&announcement(&json!({})))
            }
            "POST /api/cases/{case}/withdraw" | "POST /api/cases/{case}/terminate" => {
                call.json(&json!({ "version": 9 }))
            }
            _ => call.form(&[("csrf", &token)]),
        };
        scene.refused(&call, 404, "NOT_FOUND");
    }
    let filing = scene
        .call("POST /api/cases")
        .key(&scene.own_key())
        .json(&json!({ "draft": scene.draft, "consent": consent_body() }));
    scene.refused(&filing.by(CHEN), 404, "NOT_FOUND");
}

#[test]
fn names_of_nothing_are_not_found() {
    let scene = Scene::new();
    for (route, name, value) in [
        ("GET /drafts/{draft}", "draft", "draft_1"),
        ("GET /drafts/{draft}", "draft", "draft_0199a1b2c3d47000800000000000000f"),
        ("GET /cases/{case}", "case", "TP-00000-00000-0"),
        ("GET /cases/{case}", "case", "%ff"),
        ("GET /api/cases/{case}", "case", "TP-00000-00000-0"),
        ("GET /api/drafts/{draft}", "draft", "x"),
        ("GET /nowhere", "x", "y"),
    ] {
        scene.refused(&Call::of(route, &[(name, value)]).by(LIN), 404, "NOT_FOUND");
    }
    let file = scene.call("GET /cases/{case}/files/{upload}").by(LIN);
    scene.refused(&file, 404, "NOT_FOUND");
    let apply = Call::of("POST /services/{code}/apply", &[("code", "ZZ999")]).by(LIN);
    scene.refused(&apply.form(&[("csrf", &csrf(LIN))]), 404, "NOT_FOUND");
    let draft = scene.call("POST /api/drafts").by(LIN).json(&json!({ "item": "ZZ999" }));
    scene.refused(&draft, 404, "NOT_FOUND");
}

#[test]
fn bodies_of_the_wrong_kind_are_refused() {
    let scene = Scene::new();
    // A proof of payment is of a refund, a file of a correction, and there is none.
    let of_nothing = |route: &str| route.ends_with("/proof") || route.contains("/correction/");
    let with_body = ROUTES.iter().filter(|route| !route.starts_with("GET") && !of_nothing(route));
    for route in with_body {
        let call = scene.call(route).by(LIN).key(&key(2));
        let right = match *route {
            "POST /drafts/{draft}/files" => "multipart/form-data; boundary=b",
            route if route.contains("/api/") => "application/json",
            _ => "application/x-www-form-urlencoded",
        };
        let with = |content_type: &str, body: &[u8]| Call {
            content_type: Some(content_type.to_owned()),
            body: body.to_vec(),
            ..call.clone()
        };
        scene.refused(&with("text/plain", b"{}"), 415, "CONTENT_TYPE");
        scene.refused(&Call { content_type: None, ..with("", b"{}") }, 415, "CONTENT_TYPE");
        match right {
            "application/json" => {
                scene.refused(&with(right, b"{"), 400, "BAD_JSON");
                scene.refused(&with(right, b""), 400, "BAD_JSON");
                scene.refused(&with(right, b"\"\xff\""), 400, "NOT_UTF8");
                scene.refused(&with(right, &vec![b' '; 300_000]), 413, "TOO_LARGE");
            }
            "application/x-www-form-urlencoded" => {
                scene.refused(&with(right, b"a=1&a=2"), 400, "BAD_FORM");
                scene.refused(&with(right, b"a=%ff"), 400, "NOT_UTF8");
                scene.refused(&with(right, b"a=%"), 400, "BAD_FORM");
                scene.refused(&with(right, &vec![b'a'; 300_000]), 413, "TOO_LARGE");
            }
            _ => {
                scene.refused(&with(right, b"nonsense"), 400, "BAD_FORM");
                scene.refused(&with("multipart/form-data", b"--b--"), 415, "CONTENT_TYPE");
            }
        }
    }
}

#[test]
fn forms_must_be_ours() {
    let scene = Scene::new();
    let token = csrf(LIN);
    let own = ("csrf", token.as_str());
    for (route, fields, status, code) in [
        ("POST /services/{code}/apply", vec![], 403, "FORM_EXPIRED"),
        ("POST /services/{code}/apply", vec![("csrf", "csrf-of-chen")], 403, "FORM_EXPIRED"),
        ("POST /services/{code}/apply", vec![own, ("colour", "red")], 400, "BAD_FORM"),
        ("POST /drafts/{draft}", vec![own], 400, "BAD_FIELD"),
        ("POST /drafts/{draft}", vec![own, ("seen", "x"), ("f-colour", "red")], 400, "BAD_FORM"),
        ("POST /drafts/{draft}", vec![own, ("seen", "x"), ("go", "away")], 400, "BAD_FIELD"),
        ("POST /drafts/{draft}/files/{upload}/remove", vec![], 403, "FORM_EXPIRED"),
        ("POST /drafts/{draft}/submit", vec![], 403, "FORM_EXPIRED"),
        ("POST /drafts/{draft}/submit", vec![own], 400, "BAD_FIELD"),
        ("POST /drafts/{draft}/submit", vec![own, ("version", "1")], 400, "BAD_FIELD"),
        (
            "POST /drafts/{draft}/submit",
            vec![own, ("version", "1"), ("wording", "1"), ("served", "fax")],
            400,
            "BAD_FIELD",
        ),
        (
            "POST /drafts/{draft}/submit",
            vec![own, ("version", "1"), ("wording", "1"), ("signature", "00")],
            400,
            "BAD_FIELD",
        ),
        ("POST /cases/{case}/withdraw", vec![("request", "x")], 403, "FORM_EXPIRED"),
        ("POST /cases/{case}/withdraw", vec![own, ("version", "1")], 400, "BAD_FIELD"),
        ("POST /cases/{case}/withdraw", vec![own, ("version", "-1"), ("request", &key(2))], 400, "BAD_FIELD"),
    ] {
        scene.refused(&scene.call(route).by(LIN).form(&fields), status, code);
    }
    let files = scene.call("POST /drafts/{draft}/files").by(LIN);
    let pdf = b"%PDF-1.7\n";
    let file = |fields: &[(&str, &str)]| files.clone().file(fields, "a.pdf", pdf);
    scene.refused(&file(&[("requirement", "bankbook")]), 403, "FORM_EXPIRED");
    scene.refused(&file(&[own]), 400, "BAD_FIELD");
    scene.refused(&file(&[own, ("requirement", "other")]), 400, "BAD_FIELD");
    scene.refused(&file(&[own, ("requirement", "bankbook"), ("colour", "red")]), 400, "BAD_FORM");
}

/// A session that has ended is no session.
#[test]
fn an_old_session_is_over() {
    let scene = Scene::new();
    scene.city.world.ambient.advance(jiff::SignedDuration::from_mins(31));
    scene.refused(&scene.call("GET /api/cases").by(LIN), 401, "SIGN_IN_REQUIRED");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_body_and_no_header_makes_a_5xx(
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..300),
            "\\PC{0,80}".prop_map(String::into_bytes),
            "[a-z_]{1,8}=[%0-9a-f]{0,8}(&f-place=\\PC{0,20}){0,2}".prop_map(String::into_bytes),
            r#"\{"(item|draft|version|answers|reason)": ?(1|-1|null|"PK001"|\{\}|\[\])\}"#
                .prop_map(String::into_bytes),
        ],
        kind in prop_oneof![
            Just("application/json"), Just("application/x-www-form-urlencoded"),
            Just("multipart/form-data; boundary=b"), Just("text/plain"), Just("")
        ],
        id in "[a-zA-Z0-9_%-]{0,40}",
        query in "[a-z=&%0-9]{0,20}",
    ) {
        let scene = Scene::new();
        for route in ROUTES {
            let params = [("code", id.as_str()), ("draft", &id), ("case", &id), ("upload", &id), ("refund", &id)];
            for call in [scene.call(route), Call::of(route, &params)] {
                let call = Call {
                    content_type: Some(kind.to_owned()),
                    body: body.clone(),
                    query: query.clone(),
                    ..call.by(LIN).key(&id)
                };
                let answer = scene.city.send(&call);
                prop_assert!(answer.status < 500, "{route}: {} {}", answer.status, answer.text);
            }
        }
    }
}
