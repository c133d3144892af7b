//! The API: drafts, uploads, filing, reading, withdrawing; and how often it calls the store.

use crate::support::{Answer, CHEN, Call, City, LIN, consent_body, key};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::faults::Site;
use testkit::samples::PDF;

fn direct() -> Value {
    json!({ "item": "PK001", "version": 1, "answers": { "place": "大安森林公園", "people": "120" },
            "documents": [], "consent": consent_body() })
}

fn file(city: &City, number: u8, body: &Value) -> Answer {
    city.send(&Call::of("POST /api/cases", &[]).by(LIN).key(&key(number)).json(body))
}

fn file_draft(city: &City, draft: &str, key: &str) -> Answer {
    city.send(
        &Call::of("POST /api/cases", &[])
            .by(LIN)
            .key(key)
            .json(&json!({ "draft": draft, "consent": consent_body() })),
    )
}

/// The request id that files a draft.
fn own_key(draft: &str) -> String {
    draft.replace("draft_", "req_")
}

fn new_draft(city: &City) -> String {
    let call = Call::of("POST /api/drafts", &[]).by(LIN).json(&json!({ "item": "EC064" }));
    let answer = city.send(&call);
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["draft"].as_str().unwrap().to_owned()
}

fn announce(city: &City, draft: &str, content: &[u8]) -> Answer {
    let sha256 = platform::keys::hex(&Sha256::digest(content));
    let body = json!({ "requirement": "bankbook", "file_name": "存摺.pdf", "content_type": "application/pdf",
                       "bytes": content.len(), "sha256": sha256 });
    city.send(&Call::of("POST /api/drafts/{draft}/uploads", &[("draft", draft)]).by(LIN).json(&body))
}

fn answers(city: &City, draft: &str, version: u32) -> Answer {
    let body = json!({ "version": version, "answers": { "parcel": "北投區 123-4" } });
    city.send(&Call::of("PUT /api/drafts/{draft}", &[("draft", draft)]).by(LIN).json(&body))
}

#[test]
fn a_direct_application_is_one_write() {
    let city = City::new();
    file(&city, 1, &direct());
    let call = Call::of("POST /api/cases", &[]).by(LIN).key(&key(2)).json(&direct());
    let (answer, ports) = city.ports_of(&call);
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(ports, [Site::StoreGet, Site::StoreWrite], "the session, and the case");
}

#[test]
fn the_receipt_says_when_and_why_and_repeats_itself() {
    let city = City::new();
    let first = file(&city, 1, &direct());
    assert_eq!(first.status, 201, "{}", first.text);
    let receipt = first.json();
    assert_eq!(receipt["due"], "2026-11-24");
    assert_eq!(receipt["version"], 1);
    let days: Vec<_> = receipt["explanation"].as_array().unwrap().iter().map(|run| &run["counted"]).collect();
    assert_eq!(days, [false, true, false, true]);
    assert_eq!(receipt["explanation"][1]["reason"]["en"], "counted");
    let case = receipt["case"].as_str().unwrap();
    assert_eq!(receipt["status_url"], format!("https://apply.city.example/cases/{case}"));

    let stored = city.stored();
    // Written differently, it is the same request.
    let again = json!({ "consent": { "wording": 1, "electronic": true }, "answers": { "people": "120", "place": "大安森林公園" },
                "version": 1, "item": "PK001" });
    let again = file(&city, 1, &again);
    assert_eq!((again.status, again.json()), (200, receipt));
    assert_eq!(city.stored(), stored);
}

#[test]
fn a_draft_with_a_file_is_filed_once_under_its_own_id() {
    let city = City::new();
    let draft = new_draft(&city);
    assert_eq!(answers(&city, &draft, 1).json()["version"], 2);
    let ticket = announce(&city, &draft, PDF).json();
    let file = |key: &str| file_draft(&city, &draft, key);
    let own = own_key(&draft);

    let stored = city.stored();
    let early = file(&own);
    assert_eq!((early.status, early.code().as_str()), (400, "BAD_FILE"), "announced and not put");
    assert_eq!(city.stored(), stored);

    let url = ticket["url"].as_str().unwrap();
    assert!(!city.world.objects.upload(url, "application/pdf", b"%PDF-1.7 another"));
    assert!(city.world.objects.upload(url, "application/pdf", PDF));
    assert_eq!(announce(&city, &draft, PDF).json()["upload"], ticket["upload"], "the same file again");

    let ready = city.stored();
    let other = file(&key(1));
    assert_eq!((other.status, other.code().as_str()), (400, "WRONG_REQUEST_ID"), "{}", other.text);
    assert_eq!(other.json()["expected"], own);
    assert_eq!(city.stored(), ready);

    let first = file(&own);
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(file(&key(1)).code(), "WRONG_REQUEST_ID", "once it is filed as well");
    let again = file(&own);
    assert_eq!((again.status, again.json()), (200, first.json()), "a draft becomes a case once");

    let case = first.json()["case"].as_str().unwrap().to_owned();
    let shown = city.send(&Call::of("GET /api/cases/{case}", &[("case", &case)]).by(LIN)).json();
    assert_eq!(shown["state"], "received");
    assert_eq!(shown["allowed"], json!(["change_consent", "withdraw"]));
    assert_eq!(shown["answers"], json!({ "parcel": "北投區 123-4" }));
    assert_eq!(shown["documents"][0]["bytes"], PDF.len());
    assert_eq!(shown["timeline"][0]["event"], "submitted");
    let gone = city.send(&Call::of("GET /api/drafts/{draft}", &[("draft", &draft)]).by(LIN));
    assert_eq!(gone.status, 404);
}

#[test]
fn a_file_of_another_type_than_announced_is_not_filed() {
    let city = City::new();
    let draft = new_draft(&city);
    answers(&city, &draft, 1);
    let content = b"MZ this is no PDF";
    let ticket = announce(&city, &draft, content).json();
    assert!(city.world.objects.upload(ticket["url"].as_str().unwrap(), "application/pdf", content));
    let answer = file_draft(&city, &draft, &own_key(&draft));
    assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_FILE"));
}

#[test]
fn no_more_files_than_an_application_may_have() {
    let city = City::new();
    let draft = new_draft(&city);
    for number in 0..domain::item::MAX_FILES {
        assert_eq!(announce(&city, &draft, format!("{number}").as_bytes()).status, 201);
    }
    let stored = city.stored();
    let answer = announce(&city, &draft, b"one too many");
    assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_FILE"));
    assert_eq!(city.stored(), stored);
}

#[test]
fn withdrawing_is_one_read_and_one_write_and_repeats_itself() {
    let city = City::new();
    let case = file(&city, 1, &direct()).json()["case"].as_str().unwrap().to_owned();
    let withdraw = |person, number, version| {
        let body = json!({ "version": version, "reason": "改期" });
        Call::of("POST /api/cases/{case}/withdraw", &[("case", &case)])
            .by(person)
            .key(&key(number))
            .json(&body)
    };
    let stored = city.stored();
    assert_eq!(city.send(&withdraw(CHEN, 2, 1)).status, 404);
    let stale = city.send(&withdraw(LIN, 2, 9));
    assert_eq!((stale.status, stale.code().as_str()), (409, "STALE_VERSION"));
    assert_eq!(stale.json()["version"], 1);
    assert_eq!(city.stored(), stored);

    let (answer, ports) = city.ports_of(&withdraw(LIN, 2, 1));
    assert_eq!(answer.json(), json!({ "case": case, "version": 2, "state": "withdrawn" }));
    assert_eq!(ports, [Site::StoreGet, Site::StoreGet, Site::StoreWrite], "the session, then the command");
    assert_eq!(city.send(&withdraw(LIN, 2, 1)).json(), answer.json());
    let reused = city.send(&withdraw(LIN, 2, 2));
    assert_eq!((reused.status, reused.code().as_str()), (422, "REQUEST_REUSED"));
    let again = city.send(&withdraw(LIN, 3, 2));
    assert_eq!((again.status, again.code().as_str()), (409, "NOT_IN_THIS_STATE"));
}

#[test]
fn the_list_goes_on_where_the_page_ended() {
    let city = City::new();
    for number in 0..60 {
        let answer = file(&city, number, &direct());
        let case = answer.json()["case"].as_str().unwrap().parse().unwrap();
        let load = platform::commit::load(&*city.world.store, case);
        let loaded = testkit::faults::run(&city.world.gate, load).unwrap().unwrap().unwrap();
        let project = platform::reports::project(&*city.world.store, &loaded.case);
        testkit::faults::run(&city.world.gate, project).unwrap().unwrap();
        city.world.ambient.advance(jiff::SignedDuration::from_secs(1));
    }
    let list = |query: &str| city.send(&Call::of("GET /api/cases", &[]).by(LIN).query(query)).json();
    let first = list("");
    assert_eq!(first["cases"].as_array().unwrap().len(), 50);
    let second = list(&format!("after={}", first["next"].as_str().unwrap()));
    assert_eq!(second["cases"].as_array().unwrap().len(), 10);
    assert_eq!(second["next"], Value::Null);
    // From the beginning again and again a program would never come to an end.
    for nonsense in ["after=nonsense", "after=", "after=TP-00000-00000-0_2026"] {
        assert_eq!(list(nonsense)["code"], "BAD_FIELD", "{nonsense}");
    }
}
