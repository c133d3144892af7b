//! The money of a case in the API.

use crate::support::{Answer, LIN, key};
use crate::till::Till;
use serde_json::{Value, json};
use testkit::faults::Site;

fn pay(till: &Till, number: u8, body: &Value) -> Answer {
    till.city.send(&till.call("POST /api/cases/{case}/payments").by(LIN).key(&key(number)).json(body))
}

#[test]
fn what_is_due_comes_with_how_it_was_computed() {
    let till = Till::new();
    let fees = till.fees();
    assert_eq!(fees["status"], "unpaid");
    assert_eq!(
        (&fees["amount"], &fees["outstanding"], &fees["posted"]),
        (&json!(300), &json!(300), &json!(0))
    );
    assert_eq!(fees["lines"][0]["zh"], "每件 300 元");
    assert_eq!(fees["in_progress"], false);
    assert_eq!(fees["allowed"], json!(["change_consent", "withdraw", "pay"]));

    pay(&till, 1, &json!({ "provider": "paid_bill_list", "means": "bill" }));
    let fees = till.fees();
    assert_eq!(fees["in_progress"], true);
    assert_eq!(fees["attempts"][0]["state"], "confirming");
    till.is_paid("B1");
    let fees = till.fees();
    assert_eq!((&fees["status"], &fees["outstanding"]), (&json!("posted"), &json!(0)));
    assert_eq!(fees["attempts"][0]["state"], "posted");
    assert_eq!(fees["receipts"][0]["receipt_no"], format!("{}-003", till.case));
    assert_eq!(fees["receipts"][0]["means"], "bill");
    assert_eq!(fees["offers"], json!([]));
}

#[test]
fn paying_says_where_to_go_and_repeats_itself() {
    let till = Till::new();
    let body = json!({ "provider": "govuk_pay", "means": "card", "amount": 300 });
    let first = pay(&till, 1, &body);
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(first.json()["start"], json!({ "url": "https://bank.example/govuk_pay/secure/pay0001" }));
    let stored = till.city.stored();
    let again = pay(&till, 1, &body);
    assert_eq!((again.status, again.json()), (200, first.json()));
    assert_eq!(till.city.stored(), stored);
    let other = pay(&till, 1, &json!({ "provider": "ecpay_aio", "means": "card" }));
    assert_eq!((other.status, other.code().as_str()), (422, "REQUEST_REUSED"));

    let bill = pay(&till, 2, &json!({ "provider": "paid_bill_list", "means": "bill" })).json();
    assert_eq!(bill["start"]["bill"]["number"], bill["order_no"]);
    let form = pay(&till, 3, &json!({ "provider": "ecpay_aio", "means": "card" })).json();
    assert_eq!(form["start"]["form"]["fields"]["MerchantTradeNo"], form["order_no"]);
    assert_ne!(form["order_no"], bill["order_no"]);
}

#[test]
fn a_silent_provider_is_a_problem_that_can_be_sent_again() {
    let till = Till::new();
    till.city.world.bank.set_silent(true);
    let body = json!({ "provider": "govuk_pay", "means": "card" });
    let answer = pay(&till, 1, &body);
    assert_eq!((answer.status, answer.code().as_str()), (503, "PROVIDER_UNAVAILABLE"));
    till.city.world.bank.set_silent(false);
    let again = pay(&till, 1, &body);
    assert_eq!(
        (again.status, again.json()["order_no"].as_str()),
        (200, Some(till.attempt().order_no.as_str()))
    );
}

/// The attempt is written before the provider hears of it.
#[test]
fn nobody_is_sent_away_before_the_attempt_is_in_the_books() {
    let till = Till::new();
    let call = till.call("POST /api/cases/{case}/payments").by(LIN).key(&key(1));
    let call = call.json(&json!({ "provider": "govuk_pay", "means": "card" }));
    let (answer, ports) = till.city.ports_of(&call);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let first = |site: Site| ports.iter().position(|passed| *passed == site).unwrap();
    assert!(first(Site::StoreWrite) < first(Site::ProviderCall), "{ports:?}");
    assert_eq!(ports.last(), Some(&Site::StoreWrite), "and what the provider gave after it: {ports:?}");
}

#[test]
fn a_case_that_is_late_can_be_ended_and_its_fee_asked_back() {
    let till = Till::new();
    till.pays("B1");
    let end = |version: u32| {
        let call = till.call("POST /api/cases/{case}/terminate").by(LIN).key(&key(7));
        till.city.send(&call.json(&json!({ "version": version, "reason": "逾期" })))
    };
    let version = || till.record().loaded.case.version.0;
    let early = end(version());
    assert_eq!((early.status, early.code().as_str()), (409, "NOT_OVERDUE"));
    till.runs_late();
    assert_eq!(till.fees()["allowed"], json!(["change_consent", "withdraw", "terminate"]));
    let seen = version();
    let done = end(seen);
    assert_eq!((done.status, &done.json()["state"]), (200, &json!("terminated")), "{}", done.text);
    assert_eq!(end(seen).json(), done.json());

    let fees = till.fees();
    assert_eq!((&fees["status"], &fees["refundable"]), (&json!("refund_due"), &json!(300)));
    let refund = |number: u8, change: &[(&str, Value)]| {
        let mut body = json!({ "provider": "paid_bill_list", "trade_no": "B1", "amount": 300,
                               "ground": "ended_for_lateness", "reason": "逾期終止" });
        for (name, value) in change {
            body[*name] = value.clone();
        }
        till.city.send(&till.call("POST /api/cases/{case}/refunds").by(LIN).key(&key(number)).json(&body))
    };
    let stored = till.city.stored();
    for (change, status, code) in [
        ([("amount", json!(301))], 422, "REFUND_TOO_MUCH"),
        ([("amount", json!(0))], 422, "REFUND_TOO_MUCH"),
        ([("trade_no", json!("B2"))], 409, "NO_SUCH_PAYMENT"),
        ([("ground", json!("greed"))], 400, "BAD_JSON"),
        ([("reason", json!(" "))], 422, "REASON_REQUIRED"),
    ] {
        let answer = refund(8, &change);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{change:?}");
    }
    assert_eq!(till.city.stored(), stored);
    let first = refund(8, &[]);
    assert_eq!((first.status, &first.json()["refund"]), (201, &json!(1)), "{}", first.text);
    assert_eq!((refund(8, &[]).status, refund(8, &[]).json()), (200, first.json()));
    let file = &till.fees()["refunds"][0];
    assert_eq!((&file["state"], &file["lacks"]), (&json!("requested"), &json!("contact")));
}
