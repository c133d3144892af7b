use domain::payment::{Receipt, RefundState, Word};
use proptest::prelude::*;

use super::*;
use crate::digest as compare;
use crate::samples::{self, ORDER_NO, at, body, header, incoming, ok, with_order, with_refund, word};
use crate::vectors::{self, Expected};

const TRADE_NO: &str = "J0081521125050800003";

fn account() -> Account {
    let keys =
        Keys { api_key: "4h0Ms".into(), secret_key: "r0odDC1e9LHXDmxuvmOv9bgaWLf2CXB2c4gMheoFucV".into() };
    Account {
        store_id: "35f12dff-1581-11e9-a054-00505684fd45".to_owned(),
        keys: Ring { current: keys, previous: None },
        base: PRODUCTION.to_owned(),
    }
}

#[test]
fn every_vector_holds() {
    let counts = [("request_sign", 25), ("request_verify", 8), ("result_callback", 3)];
    vectors::hold("jkopay", &counts, |vector| {
        if vector.kind == "result_callback" {
            let body = vector.text("/payload/raw_body");
            let heard = account().hear(&incoming(&[], "", body.as_bytes(), samples::NOW));
            let hint = Ok(Heard::Hint { order_no: "TPE000077".to_owned() });
            let as_expected = heard == hint && vector.expected == Expected::UnauthenticatedHint;
            return if as_expected { Ok(()) } else { Err(format!("{heard:?}")) };
        }
        let made = digest(&vector.text("/key/secret_key").into(), &vector.text("/payload/message"));
        match vector.expected {
            Expected::Sign if made == vector.text("/expected_signature") => Ok(()),
            Expected::Sign => Err(format!("made {made}")),
            _ => {
                let same = compare::same(&made, &vector.text("/payload/digest"));
                vector.judge(&if same { Ok(made) } else { Err("another digest") })
            }
        }
    });
}

#[test]
fn takes_exactly_its_keys() {
    let keys = [("api_key", "4h0Ms-4h0Ms-4h0Ms"), ("secret_key", "QxN1X-QxN1X-QxN1X")];
    samples::hold_keys("jkopay", &Stage::Test, &keys, Account::read);
    let local = Stage::Local { origin: "http://127.0.0.1:9000".to_owned() };
    for (stage, base) in [
        (Stage::Production, "https://onlinepay.jkopay.com"),
        (Stage::Test, "https://uat-onlinepay.jkopay.app"),
        (local, "http://127.0.0.1:9000/jkopay"),
    ] {
        assert_eq!(Account::read(samples::file("jkopay", &keys), &stage).unwrap().base, base);
    }
    let spaced = [("api_key", "4h0Ms 4h0Ms 4h0Ms"), keys[1]];
    assert!(Account::read(samples::file("jkopay", &spaced), &Stage::Test).is_err());
}

/// What is sent is what was signed.
fn assert_signed(call: &Call, path: &str) {
    let payload = match call.method {
        Method::Post => body(call),
        Method::Get => call.url.split_once('?').map_or("", |(_, query)| query),
    };
    assert_eq!(header(call, "digest").unwrap(), digest(&account().keys.current.secret_key, payload));
    assert_eq!(header(call, "api-key"), Some("4h0Ms"));
    assert!(call.url.starts_with(&format!("https://onlinepay.jkopay.com{path}")), "{}", call.url);
}

#[test]
fn an_order_begins_with_a_signed_entry() {
    with_order(Means::Wallet, None, |order| {
        let Start::Call(call) = account().start(order, at()).unwrap() else { panic!() };
        assert_signed(&call, "/platform/entry");
        let sent: Value = serde_json::from_slice(&call.body).unwrap();
        for amount in ["total_price", "final_price", "unredeem"] {
            assert_eq!(sent[amount], 1_200, "{amount}");
        }
        assert_eq!(sent["platform_order_id"], ORDER_NO);
        assert_eq!(sent["valid_time"], "2026-11-24 10:00:00");
        assert_eq!(sent["result_url"], "https://window.example/payments/callback");
        assert_eq!(sent["result_display_url"], "https://window.example/payments/return");

        let url = "https://onlinepay.jkopay.com/pay?j=1";
        let reply = ok(&format!(
            r#"{{"result": "000", "message": null, "result_object": {{"payment_url": "{url}",
                "qr_img": "https://onlinepay.jkopay.com/qr?j=1", "qr_timeout": 600}}}}"#
        ));
        let go = Start::Go { url: url.to_owned(), reference: None };
        assert_eq!(account().started(order, &reply), Ok(go));
        for bad in [
            ok(r#"{"result": "101", "message": "Order is paid", "result_object": null}"#),
            ok(r#"{"result": "000", "result_object": {"payment_url": "http://onlinepay.jkopay.com/"}}"#),
            samples::reply(500, r#"{"result": "999", "message": "Internal Error", "result_object": null}"#),
        ] {
            assert!(account().started(order, &bad).is_err());
        }
    });
}

/// An answer to an inquiry in the shape of JKOPAY's documentation.
fn inquiry(entry: &str) -> Reply {
    ok(&format!(r#"{{"result": "000", "message": null, "result_object": {{"transactions": [{entry}]}}}}"#))
}

fn paid(refunds: &str) -> String {
    format!(
        r#"{{"platform_order_id": "{ORDER_NO}", "status": 0, "tradeNo": "{TRADE_NO}",
            "trans_time": "2026-11-23 11:50:57", "final_price": "1200", "redeem_amount": "50",
            "debit_amount": "1150", "refund_history": [{refunds}]}}"#
    )
}

fn learn(entry: &str) -> Result<Stepped, NotUnderstood> {
    with_order(Means::Wallet, None, |order| {
        let step = account().ask(order, at()).unwrap();
        assert_signed(&step.call, "/platform/inquiry?platform_order_ids=0123456789ABCDEFGHJK");
        account().learn(order, step.name, &inquiry(entry), at())
    })
}

#[test]
fn an_inquiry_says_what_became_of_it() {
    let paid_at = samples::instant("2026-11-23T11:50:57+08:00");
    let receipt = Receipt { trade_no: TRADE_NO.to_owned(), amount: Twd(1_200), paid_at, simulated: false };
    assert_eq!(learn(&paid("")), Ok(Stepped::Said(Word::Paid(receipt))));

    let status = |status: i64| format!(r#"{{"platform_order_id": "{ORDER_NO}", "status": {status}}}"#);
    // Being processed is not unpaid.
    assert_eq!(learn(&status(1)), Ok(Stepped::UnderWay));
    for open in [101, 102] {
        assert_eq!(learn(&status(open)), Ok(Stepped::NotYet), "{open}");
    }
    let failed = Word::Failed { code: "100".to_owned() };
    assert_eq!(learn(&status(100)), Ok(Stepped::Said(failed)));
    assert!(learn(&status(2)).is_err());
    assert!(learn(&status(i64::MIN)).is_err());
    assert!(learn(&paid("").replace(ORDER_NO, "ANOTHER")).is_err());
    assert!(learn("").is_err());

    for (old, new) in [
        ("\"1200\"", "\"1200.0\""),
        ("\"1200\"", "1200.5"),
        ("\"1200\"", "\"0\""),
        ("\"1200\"", "\"99999999999999999999\""),
        ("\"1150\"", "\"1149\""),
        ("2026-11-23 11:50:57", "2026-11-23T11:50:57"),
        (TRADE_NO, ""),
        ("\"status\": 0", "\"status\": 0, \"currency\": \"JPY\""),
    ] {
        let unclear = word(learn(&paid("").replace(old, new)).unwrap());
        assert!(matches!(unclear, Word::Unclear { .. }), "{new}: {unclear:?}");
    }
}

#[test]
fn a_refund_is_given_once_and_looked_up_in_doubt() {
    let refunded = |step, reply: &Reply| {
        with_refund(TRADE_NO, 200, 100, |refund| account().refunded(refund, step, reply, at()).unwrap())
    };
    let first = with_refund(TRADE_NO, 200, 100, |refund| account().refund(refund, at()).unwrap());
    assert_signed(&first.call, "/platform/refund");
    let sent: Value = serde_json::from_slice(&first.call.body).unwrap();
    let refund_no = format!("{ORDER_NO}-1");
    let expected =
        json!({ "platform_order_id": ORDER_NO, "refund_order_id": refund_no, "refund_amount": 200 });
    assert_eq!(sent, expected);

    let done = |state| Stepped::Said(Word::Refunded { refund: refund_no.clone(), amount: Twd(200), state });
    let success = ok(&format!(
        r#"{{"result": "000", "message": null, "result_object": {{"refund_tradeNo": "{TRADE_NO}",
            "debit_amount": "200", "redeem_amount": "0", "refund_time": "2026-11-24 10:00:00"}}}}"#
    ));
    assert_eq!(refunded(first.name, &success), done(RefundState::Settled));

    let history = |amounts: &[u32]| {
        let entries = amounts.iter().map(|amount| {
            format!(r#"{{"refund_tradeNo": "J1", "time": "2026-11-24 10:00:00", "amount": "{amount}"}}"#)
        });
        inquiry(&paid(&entries.collect::<Vec<_>>().join(",")))
    };
    let answers = [
        (ok(r#"{"result": "113", "message": "…", "result_object": null}"#), done(RefundState::Failed)),
        (ok(r#"{"result": "922", "message": "…", "result_object": null}"#), done(RefundState::Failed)),
        (samples::reply(504, ""), Stepped::UnderWay),
        (ok(r#"{"result": "999", "message": "Internal Error", "result_object": null}"#), Stepped::UnderWay),
    ];
    for (reply, when_not_there) in answers {
        let Stepped::Then(step) = refunded(first.name, &reply) else { panic!("{reply:?}") };
        assert_signed(&step.call, "/platform/inquiry");
        assert_eq!(refunded(step.name, &history(&[100])), when_not_there);
        assert_eq!(refunded(step.name, &history(&[100, 200])), done(RefundState::Settled));
        assert!(matches!(word(refunded(step.name, &history(&[]))), Word::Unclear { .. }));
    }
}

proptest! {
    #[test]
    fn a_callback_is_only_a_hint(order_no in "[!-~]{1,40}", status: i64, note in samples::TEXT) {
        let body = json!({"transaction": {"platform_order_id": order_no, "status": status, "note": note}});
        let body = body.to_string();
        let heard = account().hear(&incoming(&[], "", body.as_bytes(), samples::NOW));
        prop_assert_eq!(heard, Ok(Heard::Hint { order_no }));
    }

    #[test]
    fn nothing_makes_it_panic(replied: Vec<u8>, value in "[\\[\\]{}\":,0-9a-z.e-]{0,60}") {
        for body in [replied, value.clone().into_bytes(), paid(&value).into_bytes()] {
            let _ = account().hear(&incoming(&[], "", &body, samples::NOW));
            let reply = Reply { status: 200, body };
            for step in ["inquiry", "refund", "refused", "doubt"] {
                with_refund(TRADE_NO, 200, 0, |refund| {
                    let _ = account().learn(&refund.order, step, &reply, at());
                    let _ = account().refunded(refund, step, &reply, at());
                });
            }
        }
    }

    #[test]
    fn any_changed_byte_makes_another_digest(text in samples::TEXT, at in any::<prop::sample::Index>(), bit in 0..7_u8) {
        let secret = &account().keys.current.secret_key;
        let mut bytes = json!({ "name": text }).to_string().into_bytes();
        let made = digest(secret, str::from_utf8(&bytes).unwrap());
        let index = at.index(bytes.len());
        bytes[index] ^= 1 << bit;
        if let Ok(changed) = str::from_utf8(&bytes) {
            prop_assert_ne!(digest(secret, changed), made);
        }
    }
}
