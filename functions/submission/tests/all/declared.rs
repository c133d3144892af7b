//! What is said beside an application: how documents are served, and the signature under it.

use domain::assurance::Assurance;
use domain::id::{CaseId, ItemCode};
use platform::catalogue::{self, Import};
use platform::keys;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::faults::run;
use testkit::samples::{self, PARK};

use crate::support::{Answer, Call, City, LIN, consent_body, csrf, hidden, key};

/// The use of a park, as an item that is signed by somebody whose identity is verified.
const SIGNED: &str = "SG001";

fn city() -> City {
    let city = City::new();
    let park: ItemCode = PARK.parse().unwrap();
    let item = samples::import().items.into_iter().find(|item| item.code.0 == park).unwrap();
    let mut item = serde_json::to_value(&item).unwrap();
    item["code"] = json!(SIGNED);
    item["signing_assurance"] = json!(2);
    let import: Import = serde_json::from_value(json!({ "items": [item] })).unwrap();
    let import = catalogue::import(&*city.world.store, import, samples::PROVIDER, samples::today());
    run(&city.world.gate, import).unwrap().unwrap();
    city
}

fn application() -> Value {
    json!({ "item": SIGNED, "version": 1, "answers": { "place": "大安森林公園" }, "consent": consent_body() })
}

fn file(city: &City, number: u8, body: &Value) -> Answer {
    city.send(&Call::of("POST /api/cases", &[]).by(LIN).key(&key(number)).json(body))
}

fn refused(city: &City, body: &Value, status: u16, code: &str) -> Value {
    let before = city.stored();
    let answer = file(city, 9, body);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{}", answer.text);
    assert_eq!(city.stored(), before, "{code} left something behind");
    answer.json()
}

fn with(change: &Value) -> Value {
    let mut body = application();
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn shown(city: &City, case: &str) -> Value {
    city.send(&Call::of("GET /api/cases/{case}", &[("case", case)]).by(LIN)).json()
}

#[test]
fn a_program_is_told_what_to_sign_and_files_what_it_signed() {
    let city = city();
    let digest = refused(&city, &application(), 422, "SIGNATURE_REQUIRED")["sha256"].clone();
    let sign = |digest: &Value| json!({ "signature": { "sha256": digest } });
    let other = json!("0".repeat(64));
    assert_eq!(refused(&city, &with(&sign(&other)), 409, "SIGNED_SOMETHING_ELSE")["sha256"], digest);
    // Another answer is another application.
    let mut changed = with(&sign(&digest));
    changed["answers"]["place"] = json!("青年公園");
    assert_ne!(refused(&city, &changed, 409, "SIGNED_SOMETHING_ELSE")["sha256"], digest);
    for bad in [json!("00"), json!("g".repeat(64)), json!("")] {
        refused(&city, &with(&sign(&bad)), 400, "BAD_FIELD");
    }
    refused(&city, &with(&json!({ "signature": "x" })), 400, "BAD_JSON");

    let filed = file(&city, 9, &with(&sign(&digest)));
    assert_eq!(filed.status, 201, "{}", filed.text);
    let case = filed.json()["case"].as_str().unwrap().to_owned();
    let signature = shown(&city, &case)["signature"].clone();
    assert_eq!((&signature["sha256"], &signature["statement"]), (&digest, &json!(1)));
    let content = signature["content"].as_str().unwrap();
    assert_eq!(keys::hex(&Sha256::digest(content)), digest.as_str().unwrap());
    assert!(content.contains("大安森林公園"), "{content}");
    // Sent again, it is the same case.
    let again = file(&city, 9, &with(&sign(&digest)));
    assert_eq!((again.status, &again.json()["case"]), (200, &json!(case)));
}

#[test]
fn below_the_level_of_signing_nobody_files() {
    let city = city();
    city.sign_in_at(LIN, Assurance::Account);
    assert_eq!(refused(&city, &application(), 403, "ASSURANCE_TOO_LOW")["needed"], 2);
}

/// Where nothing is to be signed, a signature is kept of nothing.
#[test]
fn what_asks_for_no_signature_has_none() {
    let city = City::new();
    let mut body = with(&json!({ "signature": { "sha256": "0".repeat(64) } }));
    body["item"] = json!("PK001");
    let filed = file(&city, 1, &body);
    assert_eq!(filed.status, 201, "{}", filed.text);
    assert_eq!(shown(&city, filed.json()["case"].as_str().unwrap())["signature"], Value::Null);
}

#[test]
fn how_documents_are_served_is_said_and_kept() {
    let city = City::new();
    let mut body = application();
    body["item"] = json!("PK001");
    let with = |consent: Value| {
        let mut body = body.clone();
        body["consent"] = consent;
        body
    };
    refused(&city, &with(Value::Null), 422, "CONSENT_REQUIRED");
    assert_eq!(
        refused(&city, &with(json!({ "electronic": true, "wording": 2 })), 409, "CONSENT_WORDING")["wording"],
        1
    );
    for bad in [
        json!({ "electronic": true }),
        json!({ "electronic": true, "wording": 1, "address": "x" }),
        json!({ "electronic": false, "wording": 1, "address": "x" }),
    ] {
        refused(&city, &with(bad), 400, "BAD_FIELD");
    }
    refused(&city, &with(json!({ "wording": 1 })), 400, "BAD_JSON");
    for nowhere in ["", " \n", &"路".repeat(201), "路\u{7}"] {
        let consent = json!({ "electronic": false, "address": nowhere });
        refused(&city, &with(consent), 422, "ADDRESS_REQUIRED");
    }
    let consent = json!({ "electronic": false, "address": "臺北市市府路 1 號" });
    let filed = file(&city, 9, &with(consent.clone()));
    let case = filed.json()["case"].as_str().unwrap().to_owned();
    assert_eq!(shown(&city, &case)["consent"], consent);
    // The same request with another consent is another request.
    let reused = file(&city, 9, &body);
    assert_eq!((reused.status, reused.json()["code"].as_str()), (422, Some("REQUEST_REUSED")));

    let change = |number: u8, version: u32, consent: &Value| {
        let body = json!({ "version": version, "consent": consent });
        let call = Call::of("POST /api/cases/{case}/consent", &[("case", &case)]).by(LIN);
        city.send(&call.key(&key(number)).json(&body))
    };
    assert_eq!(change(10, 1, &consent).json()["code"], "NOTHING_CHANGES");
    let changed = change(11, 1, &consent_body());
    assert_eq!((changed.status, &changed.json()["version"]), (200, &json!(2)), "{}", changed.text);
    assert_eq!(change(11, 1, &consent_body()).status, 200, "the same request again");
    assert_eq!(change(12, 1, &consent).json()["code"], "STALE_VERSION");
    let whole = shown(&city, &case);
    assert_eq!((&whole["consent"], &whole["version"]), (&consent_body(), &json!(2)));
    assert!(whole["allowed"].as_array().unwrap().contains(&json!("change_consent")));
}

/// The page to read over asks for both, keeps what was chosen, and says where it is wrong.
#[test]
fn the_page_to_read_over_says_what_is_missing_and_keeps_the_rest() {
    let city = city();
    let apply = Call::of("POST /services/{code}/apply", &[("code", SIGNED)]).by(LIN);
    let draft = city.send(&apply.form(&[("csrf", &csrf(LIN))])).location;
    let draft = draft.strip_prefix("/drafts/").unwrap();
    let here = |route: &str| Call::of(route, &[("draft", draft)]).by(LIN);
    let check = || city.send(&here("GET /drafts/{draft}/check")).text;
    assert!(!check().contains("name=\"signature\""), "there is nothing to sign yet");
    let seen = hidden(&city.send(&here("GET /drafts/{draft}")).text, "seen");
    let fields = [("csrf", csrf(LIN)), ("seen", seen), ("f-place", "大安森林公園".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    city.send(&here("POST /drafts/{draft}").form(&fields));
    let page = check();
    let digest =
        page.split("name=\"signature\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = city.send(&here("GET /api/drafts/{draft}")).json();
    assert_eq!(shown["to_sign"]["sha256"], digest);

    let (token, version) = (csrf(LIN), hidden(&page, "version"));
    let submit = |more: &[(&str, &str)]| {
        let always = [("csrf", token.as_str()), ("version", &version), ("wording", "1")];
        city.send(&here("POST /drafts/{draft}/submit").form(&[&always[..], more].concat()))
    };
    let signed = ("signature", digest.as_str());
    for (more, status, said) in [
        (vec![], 422, "請選擇公文書以電子文件或書面送達"),
        (vec![signed], 422, "請選擇公文書以電子文件或書面送達"),
        (vec![("served", "paper"), signed], 422, "請填寫寄送地址"),
        (vec![("served", "electronic")], 422, "此項目須簽署"),
        (vec![("served", "paper"), ("address", "臺北市市府路 1 號")], 422, "此項目須簽署"),
    ] {
        let before = city.stored();
        let answer = submit(&more);
        assert_eq!(answer.status, status, "{more:?}: {}", answer.text);
        assert!(
            answer.text.contains(said) && answer.text.contains("還不能繼續"),
            "{more:?}: {}",
            answer.text
        );
        assert_eq!(city.stored(), before, "{more:?}");
        let given = |name: &str| more.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
        for way in ["electronic", "paper"] {
            let checked = format!("value=\"{way}\" checked");
            assert_eq!(answer.text.contains(&checked), given("served") == Some(way), "{more:?}");
        }
        assert_eq!(
            answer.text.contains("value=\"臺北市市府路 1 號\""),
            given("address").is_some(),
            "{more:?}"
        );
        let ticked = format!("value=\"{digest}\" checked");
        assert_eq!(answer.text.contains(&ticked), given("signature").is_some(), "{more:?}");
        assert_eq!(answer.text.contains("此項目須簽署"), given("signature").is_none(), "{more:?}");
    }
    let filed = submit(&[("served", "electronic"), signed]);
    let case: CaseId = filed.location.split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let page = city.send(&Call::of("GET /cases/{case}", &[("case", &case.to_string())]).by(LIN)).text;
    assert!(page.contains(&digest) && page.contains("您已簽署本申請"), "{page}");
}

#[test]
fn the_page_of_a_case_changes_how_its_documents_are_served() {
    let city = city();
    let mut body = application();
    body["item"] = json!("PK001");
    let case = file(&city, 1, &body).json()["case"].as_str().unwrap().to_owned();
    let here = |route: &str| Call::of(route, &[("case", &case)]).by(LIN);
    let page = city.send(&here("GET /cases/{case}")).text;
    let form = page.split("/consent\"").nth(1).unwrap();
    let (token, request) = (csrf(LIN), hidden(form, "request"));
    let always = [("csrf", token.as_str()), ("request", &request), ("version", "1"), ("wording", "1")];
    let send = |more: &[(&str, &str)]| {
        city.send(&here("POST /cases/{case}/consent").form(&[&always[..], more].concat()))
    };
    for (more, status, code) in [
        (vec![], 422, "CONSENT_REQUIRED"),
        (vec![("served", "fax")], 400, "BAD_FIELD"),
        (vec![("served", "paper"), ("address", "")], 422, "ADDRESS_REQUIRED"),
        (vec![("served", "electronic")], 409, "NOTHING_CHANGES"),
        (vec![("served", "electronic"), ("colour", "red")], 400, "BAD_FORM"),
    ] {
        let before = city.stored();
        let answer = send(&more);
        assert!(answer.status == status && answer.text.contains(code), "{more:?}: {answer:?}");
        assert_eq!(city.stored(), before, "{more:?}");
    }
    let unsigned = here("POST /cases/{case}/consent").form(&[("served", "electronic")]);
    assert_eq!(city.send(&unsigned).status, 403, "a form of another site");
    let changed = send(&[("served", "paper"), ("address", "臺北市市府路 1 號")]);
    assert_eq!((changed.status, changed.location), (303, format!("/cases/{case}#serving")));
    let page = city.send(&here("GET /cases/{case}")).text;
    assert!(page.contains("書面，寄至 臺北市市府路 1 號") && page.contains("您已選擇以書面送達"), "{page}");
}
