use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::payment::OrderNo;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::callback::KeyUsed;
use crate::samples::{self, NOW, ORDER_NO, at, headers, incoming, one, with_order, with_refund};
use crate::vectors;

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PAY_URL: &str = "https://bank.example/pay";

fn keys(secret: &str) -> Keys {
    Keys { secret: signature::secret(&secret.into()).unwrap(), pay_url: PAY_URL.to_owned() }
}

fn account(secret: &str) -> Account {
    Account { merchant: "bank".to_owned(), keys: Ring { current: keys(secret), previous: None } }
}

/// The signature over a body, as the bank makes it.
fn sign(secret: &str, id: &str, second: &str, body: &[u8]) -> String {
    let secret = signature::secret(&secret.into()).unwrap();
    let parts = [id.as_bytes(), b".", second.as_bytes(), b".", body];
    format!("v1,{}", STANDARD.encode(mac::sign(secret.expose_secret(), &parts)))
}

fn hear(account: &Account, given: &[(&str, &str)], body: &[u8], now: i64) -> Result<Heard, Refused> {
    account.hear(&incoming(&headers(given), "", body, now))
}

/// What is heard of a body that was signed now.
fn hear_signed(body: &[u8]) -> Said {
    let second = NOW.to_string();
    let signature = sign(SECRET, "msg_1", &second, body);
    let given = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", second.as_str()),
        ("webhook-signature", signature.as_str()),
    ];
    one(hear(&account(SECRET), &given, body, NOW).unwrap())
}

#[test]
fn every_vector_holds() {
    vectors::hold("standard_webhooks", &[("webhook", 37)], |vector| {
        let given: Vec<(String, String)> = vector
            .get::<std::collections::BTreeMap<String, String>>("/payload/headers")
            .into_iter()
            .flatten()
            .collect();
        let account = account(&vector.text("/key/secret"));
        let body = vector.text("/payload/raw_body");
        let now = vector.get("/payload/now").unwrap();
        vector.judge(&account.hear(&incoming(&given, "", body.as_bytes(), now)))
    });
}

#[test]
fn takes_exactly_its_keys() {
    let keys = [("secret", SECRET), ("pay_url", PAY_URL)];
    samples::hold_keys("standard_webhooks", &Stage::Production, &keys, Account::read);
    let read = |secret: &str, pay_url: &str, stage: &Stage| {
        Account::read(samples::file("standard_webhooks", &[("secret", secret), ("pay_url", pay_url)]), stage)
    };
    let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
    for (bytes, taken) in [(0, false), (23, false), (24, true), (64, true), (65, false)] {
        assert_eq!(read(&of(bytes), PAY_URL, &Stage::Test).is_ok(), taken, "{bytes}");
    }
    for bad in ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"] {
        assert!(read(bad, PAY_URL, &Stage::Test).is_err(), "{bad}");
    }
    let local = Stage::Local { origin: "http://127.0.0.1:9000".to_owned() };
    assert!(read(SECRET, "http://127.0.0.1:9000/bank", &local).is_ok());
    for bad in
        ["http://bank.example/pay", "bank.example", "https://bank.example/#pay", "https://bank.example/ "]
    {
        assert!(read(SECRET, bad, &Stage::Test).is_err(), "{bad}");
    }
}

#[test]
fn the_payer_goes_to_the_bank_and_nobody_is_asked() {
    let account_at = |pay_url: &str| {
        let current = Keys { pay_url: pay_url.to_owned(), ..keys(SECRET) };
        Account { merchant: "bank".to_owned(), keys: Ring { current, previous: None } }
    };
    with_order(Means::Atm, None, |order| {
        for (page, url) in [
            (PAY_URL, "https://bank.example/pay?order=0123456789ABCDEFGHJK"),
            ("https://bank.example/?city=tpe", "https://bank.example/?city=tpe&order=0123456789ABCDEFGHJK"),
        ] {
            let go = Start::Go { url: url.to_owned(), reference: None };
            assert_eq!(account_at(page).start(order, at()), Ok(go));
        }
        assert_eq!(account(SECRET).ask(order, at()), None);
    });
    with_refund("B1", 200, 0, |refund| assert_eq!(account(SECRET).refund(refund, at()), None));
}

#[test]
fn the_content_is_ours() {
    let paid = json!({ "type": "payment.paid", "data": {
        "order_no": ORDER_NO, "trade_no": "B20261123000017", "amount": 1_200,
        "paid_at": "2026-11-23T10:00:00+08:00", "note": "規費 😀" } });
    let receipt = Receipt {
        trade_no: "B20261123000017".to_owned(),
        amount: Twd(1_200),
        paid_at: samples::instant("2026-11-23T02:00:00Z"),
        simulated: false,
    };
    let said = |word| Said { order_no: ORDER_NO.to_owned(), key: KeyUsed::Current, word };
    assert_eq!(hear_signed(paid.to_string().as_bytes()), said(Word::Paid(receipt)));

    let failed = json!({ "type": "payment.failed", "data": { "order_no": ORDER_NO, "code": "E51" } });
    assert_eq!(hear_signed(failed.to_string().as_bytes()), said(Word::Failed { code: "E51".to_owned() }));
    let other = json!({ "type": "payment.created", "data": { "order_no": ORDER_NO } });
    assert_eq!(hear_signed(other.to_string().as_bytes()), said(Word::Nothing));

    for (field, value) in [
        ("amount", json!("1200")),
        ("amount", json!(1200.5)),
        ("amount", json!(-1)),
        ("amount", json!(0)),
        ("amount", json!(4_294_967_296_u64)),
        ("trade_no", json!("")),
        ("trade_no", json!(null)),
        ("paid_at", json!("2026-11-23 10:00:00")),
        ("paid_at", json!(1_795_399_200)),
        ("order_no", json!("")),
    ] {
        let mut unclear = paid.clone();
        unclear["data"][field] = value;
        let said = hear_signed(unclear.to_string().as_bytes());
        assert!(matches!(said.word, Word::Unclear { .. }), "{unclear}: {said:?}");
    }
    for bad in ["", "{", "\u{feff}{}"] {
        assert!(matches!(hear_signed(bad.as_bytes()).word, Word::Unclear { .. }));
    }
}

#[test]
fn only_plain_headers_are_believed() {
    let body = b"{}";
    let second = NOW.to_string();
    let good = sign(SECRET, "msg_1", &second, body);
    let other = sign(OLD, "msg_1", &second, body);
    let heard = |id: &str, second: &str, signature: &str, now: i64| {
        let given = [("webhook-id", id), ("webhook-timestamp", second), ("webhook-signature", signature)];
        hear(&account(SECRET), &given, body, now).is_ok()
    };
    assert!(heard("msg_1", &second, &good, NOW));
    assert!(heard("msg_1", &second, &format!("{other} {good}"), NOW));
    assert!(heard("msg_1", &second, &format!("v1a,x v9 {good}"), NOW));
    for (ahead, believed) in [(-301, false), (-300, true), (300, true), (301, false)] {
        assert_eq!(heard("msg_1", &second, &good, NOW + ahead), believed, "{ahead}");
    }
    for odd in ["+1795399200", " 1795399200", "1795399200.0", "0001795399200", "-9223372036854775808", ""] {
        assert!(!heard("msg_1", odd, &sign(SECRET, "msg_1", odd, body), NOW), "{odd}");
    }
    for odd in ["", "msg.1", "msg 1", "訊息"] {
        assert!(!heard(odd, &second, &sign(SECRET, odd, &second, body), NOW), "{odd}");
    }
    // The same bytes written otherwise: without padding, with spare bits, with a sign in between.
    let bare = good.trim_end_matches('=');
    for odd in
        [bare.to_owned(), format!("{good}="), format!("v1,{}", &good[2..]), good.replace("v1,", "v1,-")]
    {
        assert!(!heard("msg_1", &second, &odd, NOW), "{odd}");
    }
    let twice = [
        ("webhook-id", "msg_1"),
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", second.as_str()),
        ("webhook-signature", good.as_str()),
    ];
    assert!(hear(&account(SECRET), &twice, body, NOW).is_err());
}

#[test]
fn the_previous_key_verifies_until_its_end() {
    let until = Timestamp::from_second(NOW + 10).unwrap();
    let account = Account {
        merchant: "bank".to_owned(),
        keys: Ring { current: keys(SECRET), previous: Some((keys(OLD), until)) },
    };
    let second = NOW.to_string();
    let signature = sign(OLD, "msg_1", &second, b"{}");
    let given = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", second.as_str()),
        ("webhook-signature", signature.as_str()),
    ];
    assert_eq!(one(hear(&account, &given, b"{}", NOW).unwrap()).key, KeyUsed::Previous);
    assert!(hear(&account, &given, b"{}", NOW + 10).is_err());
}

/// The page for banks shows this body with this signature.
#[test]
fn the_documented_example_holds() {
    let page = include_str!("../../../../docs/payment-formats.md");
    let body = concat!(
        r#"{"type":"payment.paid","data":{"order_no":"0123456789ABCDEFGHJK","trade_no":"B20261123000017","#,
        r#""amount":1200,"paid_at":"2026-11-23T10:00:00+08:00"}}"#
    );
    let signature = sign(OLD, "msg_2026112300000017", "1795399200", body.as_bytes());
    for shown in [OLD, "msg_2026112300000017", "1795399200", body, signature.as_str()] {
        assert!(page.contains(shown), "the page does not show {shown}");
    }
    assert!(matches!(hear_signed(body.as_bytes()).word, Word::Paid(_)));
    assert!(ORDER_NO.parse::<OrderNo>().is_ok());
}

proptest! {
    #[test]
    fn a_signed_body_is_believed_and_no_changed_one(
        text in samples::TEXT, at in any::<prop::sample::Index>(), bit in 0..8_u8
    ) {
        let mut body = json!({ "type": "note", "data": { "note": text } }).to_string().into_bytes();
        let second = NOW.to_string();
        let signature = sign(SECRET, "msg_1", &second, &body);
        let given = [
            ("webhook-id", "msg_1"), ("webhook-timestamp", second.as_str()), ("webhook-signature", signature.as_str()),
        ];
        prop_assert_eq!(one(hear(&account(SECRET), &given, &body, NOW).unwrap()).word, Word::Nothing);
        let index = at.index(body.len());
        body[index] ^= 1 << bit;
        prop_assert!(hear(&account(SECRET), &given, &body, NOW).is_err());
    }

    #[test]
    fn no_changed_signature_is_believed(at in any::<prop::sample::Index>(), bit in 0..7_u8) {
        let second = NOW.to_string();
        let mut signature = sign(SECRET, "msg_1", &second, b"[]").into_bytes();
        let index = at.index(signature.len());
        signature[index] ^= 1 << bit;
        let Ok(signature) = String::from_utf8(signature) else { return Ok(()) };
        let given = [
            ("webhook-id", "msg_1"), ("webhook-timestamp", second.as_str()), ("webhook-signature", signature.as_str()),
        ];
        prop_assert!(hear(&account(SECRET), &given, b"[]", NOW).is_err());
    }

    #[test]
    fn nothing_makes_it_panic(id: String, second: String, signature: String, body: Vec<u8>, now in any::<i32>()) {
        let given =
            [("webhook-id", id.as_str()), ("webhook-timestamp", second.as_str()), ("webhook-signature", signature.as_str())];
        prop_assert!(hear(&account(SECRET), &given, &body, now.into()).is_err());
        let _ = hear_signed(&body);
    }
}
