//! What whoever holds a document is told of it, and what those who guess are not.

use domain::letter::Draw;
use lambda_http::request::from_str;
use serde_json::json;
use testkit::faults::{Site, run};

use crate::support::City;

const PAGE: &str = "/verify/{code}";
const API: &str = "/api/verify/{code}";

#[test]
fn a_genuine_document_is_told_with_a_masked_name() {
    let city = City::refused("林佳穎");
    let issued = city.issued().remove(0);
    let code = issued.code.to_string();
    let api = city.get(API, &[("code", &code)], "");
    assert_eq!(api.status, 200);
    let told = api.json();
    let sha256 = told["sha256"].as_str().unwrap().to_owned();
    assert_eq!(
        told,
        json!({
            "verification_code": code,
            "status": "in_force",
            "agency": "臺北市政府工務局公園路燈工程管理處",
            "item": { "zh": "公園場地使用", "en": "Use of a park" },
            "act": "refused",
            "title": null,
            "number": issued.paper.number().to_string(),
            "date": "2026-11-19",
            "holder": "林○穎",
            "sha256": sha256,
            "corrects": null,
            "corrected_by": [],
        })
    );
    let file = city.get("/api/cases/{case}/documents/{document}", &[("document", "4")], "applicant");
    assert_eq!(file.json()["sha256"], sha256, "the digest of the file that the applicant has");
    let page = city.get(PAGE, &[("code", &code)], "").text();
    for told in ["未經更正", "林○穎", &sha256, "民國115年11月19日", "駁回"] {
        assert!(page.contains(told), "{told} is not in {page}");
    }
    // Nothing else of the case.
    for untold in ["林佳穎", "符合規定", &city.case.to_string()] {
        assert!(!page.contains(untold) && !api.text().contains(untold), "{untold} is told");
    }
}

#[test]
fn a_code_is_read_however_it_is_typed() {
    let city = City::refused("林佳穎");
    let code = city.issued()[0].code.to_string();
    for typed in [code.to_lowercase(), code.replace('-', ""), code.replace('-', " ")] {
        assert_eq!(city.get(API, &[("code", &typed)], "").status, 200, "{typed}");
        let asked = city.get("/verify", &[("code", &typed)], "");
        assert_eq!((asked.status, asked.location), (303, format!("/verify/{code}")), "{typed}");
    }
}

#[test]
fn an_unknown_code_and_a_mistyped_one_are_answered_alike() {
    let city = City::refused("林佳穎");
    let unknown = Draw::new([1; 32]).code().to_string();
    let mut answers = Vec::new();
    for code in [unknown.as_str(), "AAAAA-AAAAA-AAAAA-AAAAA", "x", "%00", "林"] {
        let api = city.get(API, &[("code", code)], "");
        let page = city.get(PAGE, &[("code", code)], "");
        assert_eq!((api.status, page.status), (404, 404), "{code}");
        answers.push((api.text(), page.text().replace(&format!("value=\"{code}\""), "")));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    let form = city.get("/verify", &[("code", "x")], "");
    assert!(form.status == 404 && form.text().contains("查無此公文書"));
    let page = city.get(PAGE, &[("code", "<script>")], "").text();
    assert!(!page.contains("<script>\""), "{page}");
}

/// Guessing costs the city one query.
#[test]
fn an_unknown_code_costs_one_query() {
    let city = City::refused("林佳穎");
    let unknown = Draw::new([1; 32]).code().to_string();
    city.world.gate.record();
    city.get(API, &[("code", &unknown)], "");
    let sites: Vec<Site> = city.world.gate.trace().into_iter().map(|passed| passed.site).collect();
    assert_eq!(sites, [Site::StoreQuery]);
}

#[test]
fn a_corrected_document_says_so_and_leads_to_the_other() {
    let city = City::refused("林佳穎");
    city.rectify();
    let [first, second] = &city.issued()[..] else { panic!("two letters") };
    let told = city.get(API, &[("code", &first.code.to_string())], "").json();
    assert_eq!(told["status"], "corrected");
    let by = json!([{
        "number": second.paper.number().to_string(), "verification_code": second.code.to_string(),
    }]);
    assert_eq!(told["corrected_by"], by);
    let page = city.get(PAGE, &[("code", &first.code.to_string())], "").text();
    assert!(
        page.contains("但已更正") && page.contains(&format!("href=\"/verify/{}\"", second.code)),
        "{page}"
    );
    let told = city.get(API, &[("code", &second.code.to_string())], "").json();
    assert_eq!((&told["status"], &told["act"]), (&json!("in_force"), &json!("corrects")));
    assert_eq!(told["corrects"], first.paper.number().to_string());
}

#[test]
fn a_certificate_is_told_by_its_own_code() {
    let city = City::certified("林佳穎", &[("場地使用許可證", "場地：大安森林公園。")]);
    let [letter, permit] = &city.issued()[..] else { panic!("two documents") };
    let told = |code: &str| city.get(API, &[("code", code)], "").json();
    let (first, second) = (told(&letter.code.to_string()), told(&permit.code.to_string()));
    assert_eq!((&first["act"], &first["title"]), (&json!("granted"), &json!(null)));
    assert_eq!((&second["act"], &second["title"]), (&json!("certificate"), &json!("場地使用許可證")));
    assert_eq!((&second["status"], &second["holder"]), (&json!("in_force"), &json!("林○穎")));
    assert_ne!((&first["sha256"], &first["number"]), (&second["sha256"], &second["number"]));
    let page = city.get(PAGE, &[("code", &permit.code.to_string())], "").text();
    assert!(page.contains("證明文件：場地使用許可證") && page.contains("未經更正"), "{page}");
    assert!(!page.contains("大安森林公園"), "what it says stays in it: {page}");
}

#[test]
fn every_sample_is_answered() {
    let city = City::refused("林佳穎");
    let samples = [
        (include_str!("../../../../events/decision-document/document.json"), 303),
        (include_str!("../../../../events/decision-document/work-document.json"), 401),
        (include_str!("../../../../events/decision-document/work-letter.json"), 401),
        (include_str!("../../../../events/decision-document/api-document.json"), 401),
        (include_str!("../../../../events/decision-document/verify.json"), 200),
        (include_str!("../../../../events/decision-document/verify-code.json"), 404),
        (include_str!("../../../../events/decision-document/api-verify.json"), 404),
    ];
    for (sample, status) in samples {
        let request = from_str(sample).unwrap();
        let response = run(&city.world.gate, decision_document::handle(&city.app, request)).unwrap();
        let found = response.status().as_u16();
        // Nobody is signed in: pages lead to signing in.
        assert!(found == status || (status == 401 && found == 303), "{found} for {sample}");
    }
}
