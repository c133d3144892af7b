//! What the agency asks to be put right, as the applicant reads it.

use domain::access::Actor;
use domain::command::Command;
use domain::joint_review::{self, Asked as AskedOf, Order, ReviewingAgency};
use serde_json::{Value, json};
use testkit::samples;

use crate::support::{LIN, key};
use crate::till::Till;

/// A case of an item without a fee that is with its handler.
fn till() -> Till {
    let till = Till::of("PK001");
    let staff = |subject| Box::new(samples::staff(subject));
    let assign = Command::Assign { handler: staff(samples::HANDLER), reviewer: staff(samples::REVIEWER) };
    till.does(samples::actor(samples::DISPATCHER), &assign);
    till
}

fn ask(till: &Till, in_writing: bool) {
    let mut request = samples::correction(7);
    "公園管理自治條例".clone_into(&mut request.asked[0].basis);
    request
        .asked
        .push(domain::correction::Asked { what: "未具結<b>".to_owned(), ..request.asked[0].clone() });
    request.in_writing = in_writing;
    till.does(samples::actor(samples::HANDLER), &Command::RequestCorrection(Box::new(request)));
}

fn page(till: &Till, lang: &'static str) -> String {
    till.city.send(&till.call("GET /cases/{case}").by(LIN).lang(lang)).text
}

fn api(till: &Till) -> Value {
    till.city.send(&till.call("GET /api/cases/{case}").by(LIN)).json()
}

#[test]
fn the_page_lists_what_to_provide_and_until_when() {
    let till = till();
    assert!(!page(&till, "zh").contains("id=\"correction\"") && api(&till)["correction"].is_null());
    ask(&till, true);
    let zh = page(&till, "zh");
    let list = zh.split_once("<ol class=\"deficiencies\">").unwrap().1.split_once("</section>").unwrap().0;
    assert_eq!(list.matches("<li><strong>其他</strong>").count(), 2, "{list}");
    for told in
        ["未附平面圖", "平面圖一份", "依據：", "公園管理自治條例", "未具結&#60;b&#62;", "民國115年11月26日"]
    {
        assert!(list.contains(told), "{told} is not in {list}");
    }
    assert!(!zh.contains("寄發公文") && !zh.contains("補正後始發現"), "that is internal: {zh}");
    let english = page(&till, "en");
    assert!(english.contains("To be provided: ") && english.contains("Basis: "), "{english}");
}

#[test]
fn the_api_has_the_list_while_it_is_open() {
    let till = till();
    ask(&till, false);
    let case = api(&till);
    let correction = &case["correction"];
    assert_eq!(
        correction["deficiencies"][0],
        json!({ "subject": "other", "name": { "zh": "其他", "en": "Other" }, "what": "未附平面圖",
                "provide": "平面圖一份", "basis": "公園管理自治條例" })
    );
    assert_eq!((&correction["days"], &correction["due"]), (&json!(7), &json!("2026-11-26")));
    let names: Vec<&String> = correction.as_object().unwrap().keys().collect();
    let told = ["deficiencies", "days", "due", "round", "more_time_asked", "documents"];
    assert_eq!(names, told, "nothing internal");

    let body = json!({ "round": 1, "note": "已補正" });
    let answer = till.call("POST /api/cases/{case}/answer").by(LIN).key(&key(77)).json(&body);
    assert_eq!(till.city.send(&answer).status, 200);
    assert!(api(&till)["correction"].is_null() && !page(&till, "zh").contains("id=\"correction\""));
}

/// After the period the list stays for as long as an answer is taken.
#[test]
fn a_list_that_lapsed_can_still_be_answered() {
    let till = till();
    ask(&till, false);
    till.city.world.ambient.advance(jiff::SignedDuration::from_hours(24 * 9));
    till.city.sign_in(LIN);
    till.does(Actor::System, &Command::Fire(domain::timer::TimerKind::CorrectionDue));
    assert_eq!((&api(&till)["state"], &api(&till)["correction"]["due"]), (&json!("assigned"), &Value::Null));
    let zh = page(&till, "zh");
    assert!(zh.contains("補正期限已過，但在機關駁回前仍可補正") && zh.contains("/correction\""), "{zh}");
}

/// Nor does it end while other agencies look at the case.
#[test]
fn a_list_that_lapsed_can_be_answered_while_others_review_the_case() {
    let till = Till::of(samples::JOINT);
    let staff = |subject| Box::new(samples::staff(subject));
    let assign = Command::Assign { handler: staff(samples::HANDLER), reviewer: staff(samples::REVIEWER) };
    till.does(samples::actor(samples::DISPATCHER), &assign);
    ask(&till, false);
    till.city.world.ambient.advance(jiff::SignedDuration::from_hours(24 * 9));
    till.city.sign_in(LIN);
    till.does(Actor::System, &Command::Fire(domain::timer::TimerKind::CorrectionDue));
    let name = domain::text::Text::new("警察局", "Police Department");
    let reviewer = Some(ReviewingAgency { agency: "police".parse().unwrap(), name });
    let asked = vec![AskedOf { reviewer, question: "請表示意見。".to_owned() }];
    let request = joint_review::Request { asked, order: Order::Parallel };
    till.does(samples::actor(samples::HANDLER), &Command::RequestReview(Box::new(request)));
    assert_eq!(api(&till)["state"], "joint_review");
    assert!(api(&till)["correction"]["round"] == json!(1) && page(&till, "zh").contains("/correction\""));
    let body = json!({ "round": 1, "note": "已補正" });
    let answer = till.call("POST /api/cases/{case}/answer").by(LIN).key(&key(77)).json(&body);
    let answered = till.city.send(&answer);
    assert_eq!(answered.status, 200, "{}", answered.text);
    assert_eq!(api(&till)["state"], "joint_review", "the others are still waited for");
}
