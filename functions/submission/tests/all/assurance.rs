//! An item that asks for a verified identity (EC064), and somebody whose account has none.

use domain::assurance::Assurance;
use serde_json::json;

use crate::support::{Call, City, LIN, consent_body, csrf, key};

/// A draft of Lin, who is signed in with any account.
fn draft(city: &City) -> String {
    city.sign_in_at(LIN, Assurance::Account);
    let call = Call::of("POST /api/drafts", &[]).by(LIN).json(&json!({ "item": "EC064" }));
    city.send(&call).json()["draft"].as_str().unwrap().to_owned()
}

#[test]
fn an_application_below_the_level_is_refused_and_leaves_the_draft() {
    let city = City::new();
    let draft = draft(&city);
    let before = city.stored();
    let body = json!({ "draft": draft, "consent": consent_body() });
    let file = Call::of("POST /api/cases", &[]).by(LIN).key(&draft.replace("draft_", "req_")).json(&body);
    let refused = city.send(&file);
    assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("ASSURANCE_TOO_LOW")));
    assert_eq!(refused.json()["needed"], 2);
    let messages = &refused.json()["messages"];
    assert!(messages["zh-Hant-TW"].as_str().unwrap().contains("實名驗證的帳號"), "{messages}");
    assert!(messages["en"].as_str().unwrap().contains("an account with a verified identity"), "{messages}");
    assert_eq!(city.stored(), before);

    // The same account, identified meanwhile: now the form itself is what is looked at.
    city.sign_in_at(LIN, Assurance::Verified);
    assert_eq!(city.send(&file).json()["code"], "UNFIT");
}

#[test]
fn every_page_on_the_way_says_so_before_anything_is_sent() {
    let city = City::new();
    let draft = draft(&city);
    let form = city.send(&Call::of("GET /drafts/{draft}", &[("draft", &draft)]).by(LIN));
    assert!(form.text.contains("此項目須使用實名驗證的帳號"), "{}", form.text);
    let show = Call::of("GET /drafts/{draft}/check", &[("draft", &draft)]).by(LIN);
    let page = city.send(&show);
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("此項目須使用實名驗證的帳號"), "{}", page.text);
    assert!(!page.text.contains(&format!("/drafts/{draft}/submit")), "{}", page.text);
    let english = city.send(&show.lang("en"));
    assert!(english.text.contains("an account with a verified identity only"), "{}", english.text);

    // Whoever sends it all the same gets the refusal as a page.
    let fields = [("csrf", csrf(LIN)), ("version", "1".to_owned()), ("wording", "1".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let sent =
        city.send(&Call::of("POST /drafts/{draft}/submit", &[("draft", &draft)]).by(LIN).form(&fields));
    assert_eq!(sent.status, 403, "{}", sent.text);
    assert!(sent.text.contains("ASSURANCE_TOO_LOW"), "{}", sent.text);
}

#[test]
fn an_item_that_asks_for_no_level_takes_any_account() {
    let city = City::new();
    city.sign_in_at(LIN, Assurance::Account);
    let body = json!({ "item": "PK001", "version": 1, "answers": { "place": "大安森林公園" },
                       "consent": consent_body() });
    let filed = city.send(&Call::of("POST /api/cases", &[]).by(LIN).key(&key(1)).json(&body));
    assert_eq!(filed.status, 201, "{}", filed.text);
}
