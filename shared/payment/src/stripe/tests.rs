mod events;

use std::collections::BTreeMap;

use domain::payment::{RefundState, Word};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use self::events::{event, receipt, refund, refunded, session};
use super::*;
use crate::callback::{KeyUsed, Said};
use crate::form::{Form, Plus};
use crate::samples::{
    self, NOW, ORDER_NO, at, body, header, headers, incoming, ok, one, with_order, with_refund, word,
};
use crate::vectors;

const SECRET: &str = "whsec_vectors_8f2b1c9d0e7a6f5b4c3d2e1f0a9b8c7d";
const OLD: &str = "whsec_0000000000000000000000000000";
const INTENT: &str = "pi_3MtwBwLkdIwHu7ix28a3tqPa";

fn keys(secret: &str) -> Keys {
    Keys { webhook_secret: secret.into(), api_key: "sk_test_4eC39HqLyjWDarjtT1zdp7dc".into() }
}

fn account(secret: &str) -> Account {
    Account {
        merchant: "acct_1".to_owned(),
        keys: Ring { current: keys(secret), previous: None },
        base: HOST.to_owned(),
        is_production: false,
    }
}

fn v1(secret: &str, second: &str, body: &[u8]) -> String {
    hex::encode(mac::sign(secret.as_bytes(), &[second.as_bytes(), b".", body]))
}

fn hear(account: &Account, signature: &str, body: &[u8]) -> Result<Heard, Refused> {
    account.hear(&incoming(&headers(&[("Stripe-Signature", signature)]), "", body, NOW))
}

fn signed(account: &Account, body: &[u8]) -> Vec<Said> {
    let signature = format!("t={NOW},v1={}", v1(SECRET, &NOW.to_string(), body));
    match hear(account, &signature, body).unwrap() {
        Heard::Said(said) => said,
        Heard::Hint { .. } => panic!(),
    }
}

#[test]
fn every_vector_holds() {
    vectors::hold("stripe", &[("webhook", 36)], |vector| {
        let given: BTreeMap<String, String> = vector.get("/payload/headers").unwrap();
        let given: Vec<(String, String)> =
            given.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        let body = vector.text("/payload/raw_body");
        let now = vector.get("/payload/now").unwrap();
        vector.judge(&account(&vector.text("/key/secret")).hear(&incoming(&given, "", body.as_bytes(), now)))
    });
}

#[test]
fn takes_exactly_its_keys() {
    let keys = [("webhook_secret", SECRET), ("api_key", "sk_test_4eC39HqLyjWDarjtT1zdp7dc")];
    samples::hold_keys("stripe", &Stage::Test, &keys, Account::read);
    let local = || Stage::Local { origin: "http://127.0.0.1:9000".to_owned() };
    let read = |secret: &str, key: &str, stage: &Stage| {
        Account::read(samples::file("stripe", &[("webhook_secret", secret), ("api_key", key)]), stage)
    };
    for (key, stage, taken) in [
        ("sk_test_1234567890", Stage::Test, true),
        ("rk_test_1234567890", local(), true),
        ("sk_live_1234567890", Stage::Production, true),
        ("rk_live_1234567890", Stage::Production, true),
        ("sk_test_1234567890", Stage::Production, false),
        ("pk_live_1234567890", Stage::Production, false),
        ("sk_live_1234567890", Stage::Test, false),
        ("rk_live_1234567890", local(), false),
        ("sk_test_123 4567890", Stage::Test, false),
    ] {
        assert_eq!(read(SECRET, key, &stage).is_ok(), taken, "{key} {stage:?}");
    }
    assert!(read("vectors_8f2b1c9d0e7a6f5b", "sk_test_1234567890", &Stage::Test).is_err());
    assert_eq!(read(SECRET, "sk_test_1234567890", &local()).unwrap().base, "http://127.0.0.1:9000/stripe");
}

#[test]
fn an_order_begins_as_a_session() {
    with_order(Means::Card, None, |order| {
        let Start::Call(call) = account(SECRET).start(order, at()).unwrap() else { panic!() };
        assert_eq!(call.url, "https://api.stripe.com/v1/checkout/sessions");
        assert_eq!(header(&call, "authorization"), Some("Bearer sk_test_4eC39HqLyjWDarjtT1zdp7dc"));
        assert_eq!(header(&call, "idempotency-key"), Some(ORDER_NO));
        let form = Form::read(&call.body, Plus::Space).unwrap();
        for (field, value) in [
            ("mode", "payment"),
            ("client_reference_id", ORDER_NO),
            ("metadata[order_no]", ORDER_NO),
            ("payment_intent_data[metadata][order_no]", ORDER_NO),
            ("line_items[0][price_data][currency]", "twd"),
            ("line_items[0][price_data][unit_amount]", "120000"),
            ("line_items[0][price_data][product_data][name]", "規費"),
            ("success_url", "https://window.example/payments/return"),
            ("expires_at", "1795485600"),
        ] {
            assert_eq!(form.get(field), Some(value), "{field}");
        }
        // Never shorter or longer than Stripe takes.
        for (expires_at, second) in
            [("2026-11-23T02:01:00Z", NOW + 2_100), ("2027-01-01T00:00:00Z", NOW + 86_400)]
        {
            let order = Order { expires_at: samples::instant(expires_at), ..*order };
            let Start::Call(call) = account(SECRET).start(&order, at()).unwrap() else { panic!() };
            let form = Form::read(&call.body, Plus::Space).unwrap();
            assert_eq!(form.get("expires_at"), Some(second.to_string().as_str()));
        }

        let url = "https://checkout.stripe.com/c/pay/cs_test_a1#fid";
        let made = json!({ "id": "cs_test_a1", "object": "checkout.session", "url": url });
        let go = Start::Go { url: url.to_owned(), reference: Some("cs_test_a1".to_owned()) };
        assert_eq!(account(SECRET).started(order, &ok(&made.to_string())), Ok(go));
        let refused = samples::reply(400, r#"{"error": {"type": "invalid_request_error"}}"#);
        assert!(account(SECRET).started(order, &refused).is_err());
        let high = Order { amount: Twd(1_000_000), ..*order };
        assert!(matches!(account(SECRET).start(&high, at()), Err(Unfit::Amount { .. })));
    });
}

#[test]
fn a_session_can_be_asked_about() {
    let learn = |is_production: bool, reply: &Reply| {
        with_order(Means::Card, Some("cs_test_a1"), |order| {
            let account = Account { is_production, ..account(SECRET) };
            let step = account.ask(order, at()).unwrap();
            let url = "https://api.stripe.com/v1/checkout/sessions/cs_test_a1?expand%5B%5D=payment_intent.latest_charge";
            assert_eq!(step.call.url, url);
            account.learn(order, step.name, reply, at())
        })
    };
    let mut paid = session();
    paid["payment_intent"] =
        json!({ "id": INTENT, "latest_charge": { "id": "ch_1", "created": 1_795_399_195 } });
    let expected = |simulated| Ok(Stepped::Said(receipt("2026-11-23T01:59:55Z", simulated)));
    assert_eq!(learn(false, &ok(&paid.to_string())), expected(false));
    assert_eq!(learn(true, &ok(&paid.to_string())), expected(true));
    let unexpanded = learn(false, &ok(&session().to_string()));
    assert_eq!(unexpanded, Ok(Stepped::Said(receipt("2026-11-23T02:00:00Z", false))));

    let mut open = session();
    open["payment_status"] = json!("unpaid");
    for (status, expected) in [
        ("open", Stepped::NotYet),
        ("complete", Stepped::UnderWay),
        ("expired", Stepped::Said(Word::Failed { code: "expired".to_owned() })),
    ] {
        open["status"] = json!(status);
        assert_eq!(learn(false, &ok(&open.to_string())), Ok(expected));
    }
    let mut other = session();
    other["client_reference_id"] = json!("ANOTHER");
    assert!(learn(false, &ok(&other.to_string())).is_err());
    assert!(learn(false, &samples::reply(404, "{}")).is_err());
    assert_eq!(learn(false, &samples::reply(429, "{}")), Ok(Stepped::HoldOff(PAUSE)));
    with_order(Means::Card, None, |order| assert_eq!(account(SECRET).ask(order, at()), None));
}

#[test]
fn a_refund_is_asked_for_once() {
    let refund_no = format!("{ORDER_NO}-1");
    let first = with_refund(INTENT, 200, 100, |refund| account(SECRET).refund(refund, at()).unwrap());
    assert_eq!(first.call.url, "https://api.stripe.com/v1/refunds");
    assert_eq!(header(&first.call, "idempotency-key"), Some(refund_no.as_str()));
    let expected = format!(
        "payment_intent={INTENT}&amount=20000&metadata%5Border_no%5D={ORDER_NO}&metadata%5Brefund_no%5D={refund_no}"
    );
    assert_eq!(body(&first.call), expected);

    let answered = |status: u16, body: &Value| {
        let reply = samples::reply(status, &body.to_string());
        with_refund(INTENT, 200, 100, |refund| account(SECRET).refunded(refund, first.name, &reply, at()))
    };
    let ours = json!({ "order_no": ORDER_NO, "refund_no": refund_no });
    let settled = Stepped::Said(refunded(&refund_no, RefundState::Settled));
    assert_eq!(answered(200, &refund("succeeded", &ours)), Ok(settled));
    let error = |code: &str| json!({ "error": { "code": code, "type": "invalid_request_error" } });
    let failed = Stepped::Said(refunded(&refund_no, RefundState::Failed));
    assert_eq!(answered(400, &error("charge_disputed")), Ok(failed));
    let already = answered(400, &error("charge_already_refunded")).unwrap();
    assert!(matches!(word(already), Word::Unclear { .. }));
    assert_eq!(answered(409, &error("idempotency_key_in_use")), Ok(Stepped::UnderWay));
    assert_eq!(answered(429, &error("rate_limit")), Ok(Stepped::Wait(PAUSE)));
    for status in [401, 403, 500, 503] {
        assert!(answered(status, &error("")).is_err(), "{status}");
    }
}

#[test]
fn only_plain_headers_are_believed() {
    let body = b"{}".as_slice();
    let good = v1(SECRET, "1795399200", body);
    let believed = |header: &str| hear(&account(SECRET), header, body).is_ok();
    assert!(believed(&format!("t=1795399200,v1={good}")));
    assert!(believed(&format!("v1=00,v0=x,t=1795399200,v1={good},scheme,v1=")));
    for bad in [
        format!("t=1795399200,v0={good}"),
        format!("t=1795399200,v1={}", good.to_uppercase()),
        format!("t=1795399200, v1={good}"),
        format!("t=1795399200,v1={good}0"),
        format!("t=1795399200,t=1795399200,v1={good}"),
        format!("v1={good}"),
        format!("t=+1795399200,v1={}", v1(SECRET, "+1795399200", body)),
        format!("t=-9223372036854775808,v1={}", v1(SECRET, "-9223372036854775808", body)),
        format!("t=01795399200 ,v1={}", v1(SECRET, "01795399200 ", body)),
        String::new(),
    ] {
        assert!(!believed(&bad), "{bad}");
    }
    for (ahead, recent) in [(-301, false), (-300, true), (300, true), (301, false)] {
        let second = (NOW + ahead).to_string();
        assert_eq!(believed(&format!("t={second},v1={}", v1(SECRET, &second, body))), recent, "{ahead}");
    }
    assert!(
        hear(&account(SECRET), &format!("t=1795399200,v1={}", v1(SECRET, "1795399200", b"")), b"").is_err()
    );
    let header = format!("t=1795399200,v1={good}");
    let twice = headers(&[("Stripe-Signature", header.as_str()), ("Stripe-Signature", header.as_str())]);
    assert!(account(SECRET).hear(&incoming(&twice, "", body, NOW)).is_err());
}

#[test]
fn the_previous_key_verifies_until_its_end() {
    let until = Timestamp::from_second(NOW + 10).unwrap();
    let account = Account {
        keys: Ring { current: keys(SECRET), previous: Some((keys(OLD), until)) },
        ..account(SECRET)
    };
    let given =
        headers(&[("Stripe-Signature", &format!("t=1795399200,v1={}", v1(OLD, "1795399200", b"{}")))]);
    let hear = |now: i64| account.hear(&incoming(&given, "", b"{}", now));
    assert_eq!(one(hear(NOW).unwrap()).key, KeyUsed::Previous);
    assert!(hear(NOW + 10).is_err());
}

proptest! {
    #[test]
    fn a_signed_body_is_believed_and_no_changed_one(
        text in samples::TEXT, at in any::<prop::sample::Index>(), bit in 0..8_u8
    ) {
        let mut body = event("note", &json!({ "note": text })).to_string().into_bytes();
        let signature = format!("t={NOW},v1={}", v1(SECRET, &NOW.to_string(), &body));
        prop_assert_eq!(one(hear(&account(SECRET), &signature, &body).unwrap()).word, Word::Nothing);
        let index = at.index(body.len());
        body[index] ^= 1 << bit;
        prop_assert!(hear(&account(SECRET), &signature, &body).is_err());
    }

    #[test]
    fn no_changed_header_is_believed(at in any::<prop::sample::Index>(), bit in 0..7_u8) {
        let good = format!("t={NOW},v1={}", v1(SECRET, &NOW.to_string(), b"[]"));
        let mut changed = good.into_bytes();
        let index = at.index(changed.len());
        changed[index] ^= 1 << bit;
        if let Ok(changed) = String::from_utf8(changed) {
            prop_assert!(hear(&account(SECRET), &changed, b"[]").is_err());
        }
    }

    #[test]
    fn nothing_makes_it_panic(header: String, body: Vec<u8>, value in "[\\[\\]{}\":,0-9a-z.e-]{0,60}", number: i64) {
        prop_assert!(hear(&account(SECRET), &header, &body).is_err());
        if !body.is_empty() {
            let _ = signed(&account(SECRET), &body);
        }
        let mut odd = session();
        odd["amount_total"] = json!(number);
        let mut odd = event("checkout.session.completed", &odd);
        odd["created"] = json!(number);
        let _ = signed(&account(SECRET), odd.to_string().as_bytes());
        for step in ["retrieve", "create"] {
            for reply in [Reply { status: 200, body: body.clone() }, ok(&value)] {
                with_refund(INTENT, 200, 0, |refund| {
                    let _ = account(SECRET).learn(&refund.order, step, &reply, at());
                    let _ = account(SECRET).refunded(refund, step, &reply, at());
                });
            }
        }
    }
}
