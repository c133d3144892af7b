//! Bad input to paying: a page or a problem that says what to do, and nothing in the books.

use crate::support::{CHEN, Call, LIN, csrf, key};
use crate::till::Till;
use serde_json::json;

/// Sends and expects a refusal that leaves everything as it was.
fn refused(till: &Till, call: &Call, status: u16, said: &str) {
    let before = till.city.stored();
    let answer = till.city.send(call);
    let what = format!("{} {}", call.route, String::from_utf8_lossy(&call.body));
    assert_eq!(answer.status, status, "{what}: {}", answer.text);
    assert!(answer.text.contains(said), "{what}: {said} is not in {}", answer.text);
    assert_eq!(till.city.stored(), before, "{what} left something behind");
}

fn form(till: &Till, change: &[(&'static str, &str)]) -> Call {
    let mut form = till.form("ecpay_aio.card");
    for (name, value) in change {
        form.retain(|(known, _)| known != name);
        if *value != "-" {
            form.push((*name, (*value).to_owned()));
        }
    }
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    till.call("POST /cases/{case}/pay").by(LIN).form(&fields)
}

#[test]
fn a_payment_that_cannot_be_made_is_refused_before_anything_is_written() {
    let till = Till::new();
    for (change, status, said) in [
        ([("csrf", "-")], 403, "FORM_EXPIRED"),
        ([("csrf", "csrf-of-chen")], 403, "FORM_EXPIRED"),
        ([("request", "-")], 400, "BAD_FIELD"),
        ([("request", "req_1")], 400, "BAD_FIELD"),
        ([("amount", "-")], 400, "BAD_FIELD"),
        ([("amount", "-300")], 400, "BAD_FIELD"),
        ([("amount", "300.5")], 400, "BAD_FIELD"),
        ([("merchant", "3002607")], 400, "BAD_FORM"),
        ([("way", "cash.card")], 400, "BAD_FIELD"),
        ([("way", "ecpay_aio")], 400, "BAD_FIELD"),
        ([("way", "ecpay_aio.gold")], 400, "BAD_FIELD"),
        ([("way", "-")], 422, "請選擇繳費方式"),
        // The amount is ours: whoever sees another one is shown the right one.
        ([("amount", "1")], 409, "應繳金額已變更為 300 元"),
        // No contract; no account; not what the contract says; not what the provider has; run out.
        ([("way", "stripe.card")], 409, "目前未提供此繳費方式"),
        ([("way", "linepay_v3.wallet")], 409, "目前未提供此繳費方式"),
        ([("way", "ecpay_aio.barcode")], 409, "目前未提供此繳費方式"),
        ([("way", "ecpay_aio.bill")], 409, "目前未提供此繳費方式"),
        ([("way", "jkopay.wallet")], 409, "目前未提供此繳費方式"),
        ([("way", "standard_webhooks.atm")], 409, "目前未提供此繳費方式"),
    ] {
        refused(&till, &form(&till, &change), status, said);
    }
    let stranger = form(&till, &[("csrf", &csrf(CHEN))]).by(CHEN);
    refused(&till, &stranger, 404, "NOT_FOUND");
}

#[test]
fn an_amount_that_the_means_does_not_take_is_refused_with_what_it_takes() {
    let till = Till::new();
    till.fee_becomes(30_000);
    refused(&till, &form(&till, &[("way", "ecpay_aio.store_code")]), 422, "每筆限 33 至 20,000 元");
    let api = till.call("POST /api/cases/{case}/payments").by(LIN).key(&key(9));
    let api = api.json(&json!({ "provider": "ecpay_aio", "means": "store_code" }));
    refused(&till, &api, 422, "AMOUNT_NOT_TAKEN");
    assert_eq!(till.city.send(&api).json()["max"], 20_000);
}

#[test]
fn nothing_is_paid_where_nothing_is_due() {
    let till = Till::of("PK001");
    let page = till.page().text;
    assert!(page.contains("目前沒有應繳費用") && !page.contains("name=\"way\""), "{page}");
    let fields = [
        ("csrf", csrf(LIN)),
        ("request", key(9)),
        ("amount", "0".to_owned()),
        ("way", "ecpay_aio.card".to_owned()),
    ];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let call = till.call("POST /cases/{case}/pay").by(LIN).form(&fields);
    refused(&till, &call, 409, "目前沒有應繳費用");
    let api = till.call("POST /api/cases/{case}/payments").by(LIN).key(&key(9));
    refused(&till, &api.json(&json!({ "provider": "ecpay_aio", "means": "card" })), 409, "NOTHING_TO_PAY");
}

#[test]
fn a_request_id_is_good_for_one_payment() {
    let till = Till::new();
    let form = till.form("ecpay_aio.card");
    assert_eq!(till.pay(&form).status, 200);
    let mut other = form.clone();
    other[3].1 = "ecpay_aio.atm".to_owned();
    let fields: Vec<(&str, &str)> = other.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let call = till.call("POST /cases/{case}/pay").by(LIN).form(&fields);
    refused(&till, &call, 422, "REQUEST_REUSED");
    // Even once it is paid, the same form is the same attempt.
    till.is_paid("1");
    let stored = till.city.stored();
    assert_eq!(till.pay(&form).status, 200);
    assert_eq!(till.city.stored(), stored);
}

#[test]
fn bad_json_is_refused_with_a_code() {
    let till = Till::new();
    let good = || json!({ "provider": "ecpay_aio", "means": "card" });
    let with = |name: &str, value: serde_json::Value| {
        let mut body = good();
        body[name] = value;
        body
    };
    let pay = till.call("POST /api/cases/{case}/payments").by(LIN);
    for (body, status, code) in [
        (json!({}), 400, "BAD_JSON"),
        (with("provider", json!("cash")), 400, "BAD_JSON"),
        (with("means", json!("gold")), 400, "BAD_JSON"),
        (with("amount", json!("300")), 400, "BAD_JSON"),
        (with("amount", json!(-1)), 400, "BAD_JSON"),
        (with("merchant", json!("3002607")), 400, "BAD_JSON"),
        (with("amount", json!(299)), 409, "AMOUNT_CHANGED"),
        (with("means", json!("wallet")), 409, "NOT_OFFERED"),
    ] {
        refused(&till, &pay.clone().key(&key(9)).json(&body), status, code);
    }
    refused(&till, &pay.clone().json(&good()), 400, "BAD_FIELD");
    refused(&till, &pay.clone().by(CHEN).key(&key(9)).json(&good()), 404, "NOT_FOUND");
    refused(&till, &till.call("GET /api/cases/{case}/fees").by(CHEN), 404, "NOT_FOUND");
}
