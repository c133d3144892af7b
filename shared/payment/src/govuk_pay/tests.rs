use domain::payment::{Receipt, RefundState, Word};
use proptest::prelude::*;

use super::*;
use crate::callback::KeyUsed;
use crate::samples::{
    self, NOW, ORDER_NO, at, header, headers, incoming, ok, one, with_order, with_refund, word,
};
use crate::vectors;

const ID: &str = "hu20sqlact5260q2nanm0q8u93";
const SECRET: &str = "webhook_live_vectors_only_7f3a";

fn account(secret: &str) -> Account {
    let current = Keys { webhook_secret: secret.into(), api_key: "api_test_123abc456def".into() };
    Account {
        merchant: "service".to_owned(),
        keys: Ring { current, previous: None },
        base: HOST.to_owned(),
        is_production: false,
    }
}

fn hear(account: &Account, signature: &str, body: &[u8]) -> Result<Heard, Refused> {
    account.hear(&incoming(&headers(&[("Pay-Signature", signature)]), "", body, NOW))
}

fn hear_signed(account: &Account, body: &[u8]) -> Said {
    one(hear(account, &signature(&SECRET.into(), body), body).unwrap())
}

#[test]
fn every_vector_holds() {
    vectors::hold("govuk_pay", &[("webhook", 29)], |vector| {
        let heard = hear(
            &account(&vector.text("/key/secret")),
            &vector.text("/payload/headers/Pay-Signature"),
            vector.text("/payload/raw_body").as_bytes(),
        );
        vector.judge(&heard)?;
        // The title has the event: only a capture and what comes after it is a payment.
        let body = vector.text("/payload/raw_body");
        let paid = ["card_payment_captured", "card_payment_settled"].iter().any(|kind| body.contains(kind));
        match heard.map(one) {
            Ok(Said { word: Word::Paid(receipt), order_no, .. }) => {
                let order_no = body.contains(&format!("\"reference\": \"{order_no}\""));
                let amount = body.contains(&format!("\"amount\": {}00,", receipt.amount.0));
                if paid && order_no && amount { Ok(()) } else { Err(format!("{receipt:?}")) }
            }
            Ok(said) if paid => Err(format!("{said:?}")),
            _ => Ok(()),
        }
    });
}

#[test]
fn takes_exactly_its_keys() {
    let keys = [("webhook_secret", SECRET), ("api_key", "api_test_123abc456def")];
    samples::hold_keys("govuk_pay", &Stage::Test, &keys, Account::read);
    let local = Stage::Local { origin: "http://127.0.0.1:9000".to_owned() };
    let read = Account::read(samples::file("govuk_pay", &keys), &local).unwrap();
    assert_eq!((read.base.as_str(), read.is_production), ("http://127.0.0.1:9000/govuk_pay", false));
    let spaced = [keys[0], ("api_key", "api_test_123 abc456def")];
    assert!(Account::read(samples::file("govuk_pay", &spaced), &Stage::Test).is_err());
}

#[test]
fn an_order_begins_as_a_payment() {
    with_order(Means::Card, None, |order| {
        let Start::Call(call) = account(SECRET).start(order, at()).unwrap() else { panic!() };
        assert_eq!(call.url, "https://publicapi.payments.service.gov.uk/v1/payments");
        assert_eq!(header(&call, "authorization"), Some("Bearer api_test_123abc456def"));
        let sent: Value = serde_json::from_slice(&call.body).unwrap();
        let expected = json!({ "amount": 120_000, "reference": ORDER_NO, "description": "規費",
            "return_url": "https://window.example/payments/return" });
        assert_eq!(sent, expected);

        let url = "https://www.payments.service.gov.uk/secure/ef1b6ff1-db34-4c62-b854-3ed4ba3c4049";
        let made = json!({ "amount": 120_000, "reference": ORDER_NO, "payment_id": ID,
            "state": { "status": "created", "finished": false },
            "_links": { "next_url": { "href": url, "method": "GET" } } });
        let started = account(SECRET).started(order, &samples::reply(201, &made.to_string()));
        assert_eq!(started, Ok(Start::Go { url: url.to_owned(), reference: Some(ID.to_owned()) }));
        let refused = samples::reply(422, r#"{"code": "P0102", "description": "Invalid attribute value"}"#);
        assert!(account(SECRET).started(order, &refused).is_err());

        let high = Order { amount: Twd(100_001), ..*order };
        assert!(matches!(account(SECRET).start(&high, at()), Err(Unfit::Amount { max: Twd(100_000), .. })));
    });
}

fn payment() -> Value {
    json!({ "amount": 120_000, "description": "規費", "reference": ORDER_NO, "payment_id": ID,
        "state": { "status": "success", "finished": true }, "payment_provider": "worldpay",
        "created_date": "2026-11-23T01:50:00.000Z",
        "settlement_summary": { "capture_submit_time": "2026-11-23T02:00:05.000Z", "captured_date": "2026-11-23" } })
}

fn message(kind: &str, payment: &Value) -> Vec<u8> {
    json!({ "webhook_message_id": "msg1", "api_version": 1, "created_date": "2026-11-23T02:06:26.988Z",
        "resource_id": ID, "resource_type": "payment", "event_type": kind, "resource": payment })
    .to_string()
    .into_bytes()
}

fn receipt(paid_at: &str, simulated: bool) -> Word {
    let paid_at = samples::instant(paid_at);
    Word::Paid(Receipt { trade_no: ID.to_owned(), amount: Twd(1_200), paid_at, simulated })
}

#[test]
fn captured_is_paid() {
    let account = account(SECRET);
    let heard = |kind: &str, payment: &Value| {
        let said = hear_signed(&account, &message(kind, payment));
        assert_eq!((said.order_no.as_str(), said.key), (ORDER_NO, KeyUsed::Current));
        said.word
    };
    for kind in ["card_payment_captured", "card_payment_settled"] {
        assert_eq!(heard(kind, &payment()), receipt("2026-11-23T02:00:05Z", false));
    }
    let mut bare = payment();
    bare["settlement_summary"] = json!({});
    assert_eq!(heard("card_payment_captured", &bare), receipt("2026-11-23T02:06:26.988Z", false));
    for kind in ["card_payment_started", "card_payment_succeeded", "card_payment_refunded", "new_one"] {
        assert_eq!(heard(kind, &payment()), Word::Nothing, "{kind}");
    }
    let mut failed = payment();
    failed["state"] = json!({ "status": "failed", "finished": true, "code": "P0010" });
    assert_eq!(heard("card_payment_failed", &failed), Word::Failed { code: "P0010".to_owned() });
    let expired = Word::Failed { code: "card_payment_expired".to_owned() };
    assert_eq!(heard("card_payment_expired", &payment()), expired);

    for (field, value) in [
        ("amount", json!(120_050)),
        ("amount", json!(0)),
        ("amount", json!("120000")),
        ("amount", json!(u64::MAX)),
        ("payment_id", json!(null)),
    ] {
        let mut unclear = payment();
        unclear[field] = value;
        assert!(matches!(heard("card_payment_captured", &unclear), Word::Unclear { .. }), "{unclear}");
    }
}

#[test]
fn a_payment_at_its_sandbox_is_simulated_in_production() {
    let mut played = payment();
    played["payment_provider"] = json!("sandbox");
    let body = message("card_payment_captured", &played);
    let production = Account { is_production: true, ..account(SECRET) };
    assert_eq!(hear_signed(&production, &body).word, receipt("2026-11-23T02:00:05Z", true));
    assert_eq!(hear_signed(&account(SECRET), &body).word, receipt("2026-11-23T02:00:05Z", false));
}

#[test]
fn a_payment_can_be_asked_about() {
    let learn = |status: u16, payment: &Value| {
        with_order(Means::Card, Some(ID), |order| {
            let step = account(SECRET).ask(order, at()).unwrap();
            assert_eq!(step.call.url, format!("https://publicapi.payments.service.gov.uk/v1/payments/{ID}"));
            account(SECRET).learn(order, step.name, &samples::reply(status, &payment.to_string()), at())
        })
    };
    assert_eq!(learn(200, &payment()), Ok(Stepped::Said(receipt("2026-11-23T02:00:05Z", false))));
    let mut odd_time = payment();
    odd_time["settlement_summary"]["capture_submit_time"] = json!("2019-07-12T17:15:000Z");
    assert_eq!(learn(200, &odd_time), Ok(Stepped::Said(receipt("2026-11-23T00:00:00Z", false))));
    let mut authorised = payment();
    authorised["settlement_summary"] = json!({});
    assert_eq!(learn(200, &authorised), Ok(Stepped::UnderWay));
    for (open, expected) in [
        ("created", Stepped::NotYet),
        ("started", Stepped::NotYet),
        ("submitted", Stepped::UnderWay),
        ("capturable", Stepped::UnderWay),
    ] {
        let mut payment = payment();
        payment["state"] = json!({ "status": open, "finished": false });
        assert_eq!(learn(200, &payment), Ok(expected), "{open}");
    }
    let mut failed = payment();
    failed["state"] = json!({ "status": "cancelled", "finished": true });
    assert_eq!(learn(200, &failed), Ok(Stepped::Said(Word::Failed { code: "cancelled".to_owned() })));
    let mut other = payment();
    other["reference"] = json!("ANOTHER");
    assert!(learn(200, &other).is_err());
    assert!(learn(404, &json!({ "code": "P0200" })).is_err());
    assert_eq!(learn(429, &json!({})), Ok(Stepped::HoldOff(PAUSE)));
    with_order(Means::Card, None, |order| assert_eq!(account(SECRET).ask(order, at()), None));
}

#[test]
fn a_refund_carries_what_is_left() {
    let refunded = |step, status, body: Value| {
        let reply = samples::reply(status, &body.to_string());
        with_refund(ID, 200, 100, |refund| account(SECRET).refunded(refund, step, &reply, at()).unwrap())
    };
    let first = with_refund(ID, 200, 100, |refund| account(SECRET).refund(refund, at()).unwrap());
    assert_eq!(first.call.url, format!("https://publicapi.payments.service.gov.uk/v1/payments/{ID}/refunds"));
    let sent: Value = serde_json::from_slice(&first.call.body).unwrap();
    assert_eq!(sent, json!({ "amount": 20_000, "refund_amount_available": 110_000 }));

    let done = |state| {
        let refund = format!("{ORDER_NO}-1");
        Stepped::Said(Word::Refunded { refund, amount: Twd(200), state })
    };
    let entry = |amount: u64, status: &str, time: &str| json!({ "refund_id": "4jfabcee0ev36so050kooajabk", "created_date": time, "amount": amount, "status": status });
    let states = [
        ("submitted", RefundState::Submitted),
        ("success", RefundState::Settled),
        ("error", RefundState::Failed),
    ];
    for (status, state) in states {
        assert_eq!(refunded(first.name, 202, entry(20_000, status, "2026-11-24T00:00:00.000Z")), done(state));
    }
    let pending = json!({ "code": "P0603",
        "description": "The payment is not available for refund. Payment refund status: pending" });
    assert_eq!(refunded(first.name, 400, pending), Stepped::Wait(super::PAUSE));

    let refused = json!({ "code": "P0604", "description": "Refund amount available mismatch." });
    let Stepped::Then(list) = refunded(first.name, 412, refused) else { panic!() };
    assert_eq!((list.call.method, list.call.url.as_str()), (Method::Get, first.call.url.as_str()));
    let before = entry(10_000, "success", "2026-11-24T00:00:00.000Z");
    let listed =
        |entries: Vec<Value>| refunded(list.name, 200, json!({ "_embedded": { "refunds": entries } }));
    let ours = |status| entry(20_000, status, "2026-11-25T00:00:00.000Z");
    assert_eq!(listed(vec![ours("success"), before.clone()]), done(RefundState::Settled));
    assert_eq!(listed(vec![before.clone(), ours("submitted")]), done(RefundState::Submitted));
    assert_eq!(listed(vec![before.clone(), ours("error")]), done(RefundState::Failed));
    assert_eq!(listed(vec![before]), done(RefundState::Failed));
    assert!(matches!(word(listed(vec![ours("success")])), Word::Unclear { .. }));
    assert!(matches!(word(listed(vec![])), Word::Unclear { .. }));
}

proptest! {
    #[test]
    fn a_signed_body_is_believed_and_no_changed_one(
        text in samples::TEXT, at in any::<prop::sample::Index>(), bit in 0..8_u8
    ) {
        let mut body = json!({ "event_type": "note", "note": text }).to_string().into_bytes();
        let signature = signature(&SECRET.into(), &body);
        prop_assert_eq!(one(hear(&account(SECRET), &signature, &body).unwrap()).word, Word::Nothing);
        let index = at.index(body.len());
        body[index] ^= 1 << bit;
        prop_assert!(hear(&account(SECRET), &signature, &body).is_err());
    }

    #[test]
    fn no_other_signature_is_believed(given in "[0-9a-fA-F]{0,80}", at in 0..64_usize, bit in 0..7_u8) {
        let good = signature(&SECRET.into(), b"[]");
        prop_assert!(hear(&account(SECRET), &given, b"[]").is_err());
        prop_assert!(hear(&account(SECRET), &good.to_uppercase(), b"[]").is_err());
        let mut changed = good.into_bytes();
        changed[at] ^= 1 << bit;
        if let Ok(changed) = String::from_utf8(changed) {
            prop_assert!(hear(&account(SECRET), &changed, b"[]").is_err());
        }
    }

    #[test]
    fn nothing_makes_it_panic(body: Vec<u8>, value in "[\\[\\]{}\":,0-9a-z.e-]{0,60}") {
        let _ = hear_signed(&account(SECRET), &body);
        let _ = hear_signed(&account(SECRET), value.as_bytes());
        for step in ["find", "refund", "list"] {
            for reply in [Reply { status: 200, body: body.clone() }, ok(&value)] {
                with_refund(ID, 200, 0, |refund| {
                    let _ = account(SECRET).learn(&refund.order, step, &reply, at());
                    let _ = account(SECRET).refunded(refund, step, &reply, at());
                });
            }
        }
    }
}
