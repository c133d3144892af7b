//! The number of a mobile telephone, beside an application: taken in any spelling, refused where no SMS goes.

use serde_json::{Value, json};

use crate::support::{Answer, Call, City, LIN, consent_body, csrf, hidden, key};

fn application(mobile: &Value) -> Value {
    let answers = json!({ "place": "大安森林公園" });
    json!({ "item": "PK001", "version": 1, "answers": answers, "consent": consent_body(), "mobile": mobile })
}

fn file(city: &City, number: u8, mobile: &Value) -> Answer {
    city.send(&Call::of("POST /api/cases", &[]).by(LIN).key(&key(number)).json(&application(mobile)))
}

fn shown(city: &City, answer: &Answer) -> Value {
    let case = answer.json()["case"].as_str().unwrap().to_owned();
    city.send(&Call::of("GET /api/cases/{case}", &[("case", &case)]).by(LIN)).json()["mobile"].clone()
}

fn refused(city: &City, mobile: &Value, status: u16, code: &str) {
    let before = city.stored();
    let answer = file(city, 9, mobile);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{mobile}");
    assert_eq!(city.stored(), before, "{mobile} left something behind");
}

#[test]
fn a_number_is_kept_in_one_form_and_another_is_another_request() {
    let city = City::new();
    for bad in ["0227208889", "091234567", "+85291234567", "0912345678 ext 1", "0912\u{0}345678"] {
        refused(&city, &json!(bad), 422, "NOT_A_MOBILE_NUMBER");
    }
    refused(&city, &json!(912_345_678), 400, "BAD_JSON");
    let filed = file(&city, 1, &json!("0912-345 678"));
    assert_eq!(filed.status, 201, "{}", filed.text);
    assert_eq!(shown(&city, &filed), "0912345678");
    // However it is written, the same number is the same request; another one, or none, is not.
    assert_eq!(file(&city, 1, &json!("+886912345678")).status, 200);
    for other in [json!("0912345679"), Value::Null] {
        assert_eq!(file(&city, 1, &other).json()["code"], "REQUEST_REUSED", "{other}");
    }
}

#[test]
fn without_a_number_there_is_none() {
    let city = City::new();
    for (number, none) in (2..).zip([Value::Null, json!(""), json!(" ")]) {
        let filed = file(&city, number, &none);
        assert_eq!((filed.status, shown(&city, &filed)), (201, Value::Null), "{none}");
    }
}

/// In a window that sends no SMS none is asked for, and none is taken unseen.
#[test]
fn where_no_sms_are_sent_no_number_is_taken() {
    let mut city = City::new();
    city.app.sends_sms = false;
    refused(&city, &json!("0912345678"), 409, "SMS_NOT_CONNECTED");
    let (page, _) = check(&city);
    assert!(!page.contains("name=\"mobile\""), "{page}");
    assert_eq!(file(&city, 1, &Value::Null).status, 201);
}

/// The page to read over of a draft that can be filed, and the path of the draft.
fn check(city: &City) -> (String, String) {
    let apply = Call::of("POST /services/{code}/apply", &[("code", "PK001")]).by(LIN);
    let path = city.send(&apply.form(&[("csrf", &csrf(LIN))])).location;
    let draft = path.strip_prefix("/drafts/").unwrap().to_owned();
    let here = |route: &str| Call::of(route, &[("draft", &draft)]).by(LIN);
    let seen = hidden(&city.send(&here("GET /drafts/{draft}")).text, "seen");
    let fields = [("csrf", csrf(LIN)), ("seen", seen), ("f-place", "大安森林公園".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    city.send(&here("POST /drafts/{draft}").form(&fields));
    (city.send(&here("GET /drafts/{draft}/check")).text, draft)
}

#[test]
fn the_page_asks_for_a_number_and_says_what_is_wrong_with_it() {
    let city = City::new();
    let (page, draft) = check(&city);
    assert!(page.contains("name=\"mobile\"") && page.contains("（選填）"), "{page}");
    let (token, version) = (csrf(LIN), hidden(&page, "version"));
    let submit = |mobile: &str| {
        let fields = [("csrf", token.as_str()), ("version", &version), ("wording", "1")];
        let said = [("served", "electronic"), ("mobile", mobile)];
        let call = Call::of("POST /drafts/{draft}/submit", &[("draft", &draft)]).by(LIN);
        city.send(&call.form(&[fields.as_slice(), &said].concat()))
    };
    let before = city.stored();
    let answer = submit("02-2720-8889");
    assert_eq!((answer.status, city.stored()), (422, before), "{}", answer.text);
    for part in [
        "href=\"#mobile\"",
        "請填臺灣的行動電話號碼",
        "value=\"02-2720-8889\"",
        "value=\"electronic\" checked",
    ] {
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
    }
    let filed = submit("0912 345 678");
    assert_eq!(filed.status, 303, "{}", filed.text);
    let case = filed.location.split(['/', '?']).nth(2).unwrap().to_owned();
    let page = city.send(&Call::of("GET /cases/{case}", &[("case", &case)]).by(LIN)).text;
    assert!(page.contains("簡訊發送至 0912345678"), "{page}");
}
