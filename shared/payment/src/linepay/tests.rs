use std::time::Duration;

use domain::payment::{Receipt, RefundState};
use proptest::prelude::*;
use secrecy::SecretString;

use super::*;
use crate::digest;
use crate::samples::{self, ORDER_NO, at, body, header, incoming, ok, with_order, with_refund, word};
use crate::vectors::{self, Expected};
use domain::payment::Word;

const ID: &str = "2026112300698709510";

fn account() -> Account {
    account_of("1657000001", "a917ab6a2367b536f8e5a6e2977e06f4")
}

fn account_of(channel_id: &str, secret: &str) -> Account {
    let secrets = Ring { current: SecretString::from(secret), previous: None };
    Account { channel_id: channel_id.to_owned(), secrets, base: PRODUCTION.to_owned() }
}

#[test]
fn every_vector_holds() {
    let counts = [("request_sign", 34), ("request_verify", 6), ("confirm_redirect", 3)];
    vectors::hold("linepay_v3", &counts, |vector| {
        if vector.kind == "confirm_redirect" {
            let query = vector.text("/payload/query");
            let heard = account().hear(&incoming(&[], &query, b"", samples::NOW));
            let hint =
                matches!(heard, Ok(Heard::Hint { .. })) && vector.expected == Expected::UnauthenticatedHint;
            return if hint { Ok(()) } else { Err(format!("{heard:?}")) };
        }
        let secret = SecretString::from(vector.text("/key/channel_secret"));
        let payload = match vector.text("/payload/method").as_str() {
            "GET" => vector.text("/payload/query"),
            _ => vector.text("/payload/body"),
        };
        let nonce = vector.get("/payload/nonce");
        let nonce: String =
            nonce.unwrap_or_else(|| vector.text("/payload/headers/X-LINE-Authorization-Nonce"));
        let made = signature(&secret, &vector.text("/payload/path"), &payload, &nonce);
        let given = match vector.expected {
            Expected::Sign => vector.text("/expected_signature"),
            _ => vector.text("/payload/headers/X-LINE-Authorization"),
        };
        let same = digest::same(&made, &given);
        match vector.expected {
            Expected::Sign if same => Ok(()),
            Expected::Sign => Err(format!("made {made}")),
            _ => vector.judge(&if same { Ok(made) } else { Err("another signature") }),
        }
    });
}

#[test]
fn takes_exactly_its_keys() {
    let keys = [("channel_secret", "a917ab6a2367b536f8e5a6e2977e06f4")];
    samples::hold_keys("linepay_v3", &Stage::Test, &keys, Account::read);
    let local = Stage::Local { origin: "http://127.0.0.1:9000".to_owned() };
    for (stage, base) in [
        (Stage::Production, "https://api-pay.line.me"),
        (Stage::Test, "https://sandbox-api-pay.line.me"),
        (local, "http://127.0.0.1:9000/linepay_v3"),
    ] {
        assert_eq!(Account::read(samples::file("linepay_v3", &keys), &stage).unwrap().base, base);
    }
}

/// What is sent is what was signed, with the nonce that goes along.
fn assert_signed(call: &Call, path: &str) {
    let secret = &account().secrets.current;
    let payload = match call.method {
        Method::Post => body(call),
        Method::Get => call.url.split_once('?').map_or("", |(_, query)| query),
    };
    let nonce = header(call, "x-line-authorization-nonce").unwrap();
    assert_eq!(nonce, "44453d45-768e-40e8-8349-748e797c4510");
    assert_eq!(header(call, "x-line-authorization").unwrap(), signature(secret, path, payload, nonce));
    assert_eq!(header(call, "x-line-channelid"), Some("1657000001"));
    assert!(call.url.starts_with(&format!("https://api-pay.line.me{path}")), "{}", call.url);
}

#[test]
fn an_order_begins_with_a_signed_request() {
    with_order(Means::Wallet, None, |order| {
        let Start::Call(call) = account().start(order, at()).unwrap() else { panic!() };
        assert_signed(&call, "/v3/payments/request");
        let sent: Value = serde_json::from_slice(&call.body).unwrap();
        assert_eq!((&sent["amount"], &sent["currency"]), (&json!(1_200), &json!("TWD")));
        assert_eq!(sent["orderId"], ORDER_NO);
        assert_eq!(sent["packages"][0]["products"][0]["price"], 1_200);
        assert_eq!(sent["redirectUrls"]["confirmUrl"], "https://window.example/payments/callback");

        let reply = |url: &str| {
            ok(&format!(
                r#"{{"returnCode": "0000", "returnMessage": "Success.", "info": {{
                    "paymentUrl": {{"web": "{url}", "app": "line://pay/payment/x"}},
                    "transactionId": {ID}, "paymentAccessToken": "187568751124"}}}}"#
            ))
        };
        let url = "https://sandbox-web-pay.line.me/web/payment/wait?transactionReserveId=x";
        let go = Start::Go { url: url.to_owned(), reference: Some(ID.to_owned()) };
        assert_eq!(account().started(order, &reply(url)), Ok(go));
        assert!(account().started(order, &reply("javascript:alert(1)")).is_err());
        for bad in [ok(r#"{"returnCode": "1172", "returnMessage": "Existing same orderId."}"#), ok("<html>")]
        {
            assert!(account().started(order, &bad).is_err());
        }
    });
    with_order(Means::Card, None, |order| {
        assert_eq!(account().start(order, at()), Err(Unfit::Means { means: Means::Card }));
    });
    with_order(Means::Wallet, None, |order| {
        let nothing = Order { amount: Twd::ZERO, ..*order };
        assert!(matches!(account().start(&nothing, at()), Err(Unfit::Amount { .. })));
    });
}

/// The step that comes after a reply.
fn next(step: &'static str, reply: &Reply) -> Stepped {
    with_order(Means::Wallet, Some(ID), |order| account().learn(order, step, reply, at()).unwrap())
}

fn then(stepped: Stepped) -> Step {
    match stepped {
        Stepped::Then(step) => step,
        other => panic!("{other:?}"),
    }
}

fn code(code: &str) -> Reply {
    ok(&format!(r#"{{"returnCode": "{code}", "returnMessage": "…"}}"#))
}

#[test]
fn the_payer_approves_and_the_money_is_taken() {
    let check = with_order(Means::Wallet, Some(ID), |order| account().ask(order, at()).unwrap());
    assert_signed(&check.call, "/v3/payments/requests/2026112300698709510/check");
    assert_eq!(next(check.name, &code("0000")), Stepped::NotYet);
    for failed in ["0121", "0122"] {
        let failed_word = Word::Failed { code: failed.to_owned() };
        assert_eq!(next(check.name, &code(failed)), Stepped::Said(failed_word));
    }

    let confirm = then(next(check.name, &code("0110")));
    assert_signed(&confirm.call, "/v3/payments/2026112300698709510/confirm");
    assert_eq!(body(&confirm.call), r#"{"amount":1200,"currency":"TWD"}"#);
    assert!(confirm.call.patience >= Duration::from_secs(40));
    let confirmed = ok(&format!(
        r#"{{"returnCode": "0000", "returnMessage": "Success.", "info": {{"transactionId": {ID},
            "orderId": "{ORDER_NO}", "payInfo": [{{"method": "BALANCE", "amount": 1000}},
            {{"method": "DISCOUNT", "amount": 200}}]}}}}"#
    ));
    let paid = Receipt { trade_no: ID.to_owned(), amount: Twd(1_200), paid_at: at().now, simulated: false };
    assert_eq!(next(confirm.name, &confirmed), Stepped::Said(Word::Paid(paid)));
}

#[test]
fn what_a_confirm_leaves_open_the_details_tell() {
    let confirm = then(next("check", &code("0110"))).name;
    for open in ["1172", "1152", "1198", "1199", "9000", "1150", "7777"] {
        let details = then(next(confirm, &code(open)));
        assert_signed(&details.call, "/v3/payments");
        assert!(details.call.url.ends_with("?transactionId=2026112300698709510"));
    }
    for lost in [samples::reply(504, ""), ok("<html>"), ok(r#"{"returnCode": "0000"}"#)] {
        assert_eq!(then(next(confirm, &lost)).name, "details");
    }
    for refused in ["1142", "1180", "1281", "1298"] {
        assert_eq!(next(confirm, &code(refused)), Stepped::Said(Word::Failed { code: refused.to_owned() }));
    }
    assert_eq!(then(next("check", &code("0123"))).name, "details");
}

/// Details in the shape of LINE's documentation.
fn details(status: &str, refunds: &str) -> Reply {
    ok(&format!(
        r#"{{"returnCode": "0000", "returnMessage": "Success.", "info": [{{"transactionId": {ID},
            "transactionDate": "2026-11-23T02:00:05Z", "transactionType": "PAYMENT", "productName": "規費",
            "currency": "TWD", "payInfo": [{{"method": "CREDIT_CARD", "amount": 1200}}],
            "refundList": [{refunds}], "orderId": "{ORDER_NO}", "payStatus": "{status}"}}]}}"#
    ))
}

#[test]
fn the_details_say_what_became_of_it() {
    let paid_at = samples::instant("2026-11-23T02:00:05Z");
    let paid = Receipt { trade_no: ID.to_owned(), amount: Twd(1_200), paid_at, simulated: false };
    assert_eq!(next("details", &details("CAPTURE", "")), Stepped::Said(Word::Paid(paid)));
    assert_eq!(next("details", &code("1150")), Stepped::NotYet);
    let voided = Word::Failed { code: "VOIDED_AUTHORIZATION".to_owned() };
    assert_eq!(next("details", &details("VOIDED_AUTHORIZATION", "")), Stepped::Said(voided));
    assert!(matches!(word(next("details", &details("AUTHORIZATION", ""))), Word::Unclear { .. }));

    let whole = String::from_utf8(details("CAPTURE", "").body).unwrap();
    for (old, new) in [
        ("\"TWD\"", "\"JPY\""),
        ("1200", "1200.5"),
        ("1200", "-1200"),
        ("1200", "4294967296"),
        ("2026-11-23T02:00:05Z", "yesterday"),
        (ID, "2026112300698709511"),
    ] {
        let unclear = word(next("details", &ok(&whole.replace(old, new))));
        assert!(matches!(unclear, Word::Unclear { .. }), "{new}: {unclear:?}");
    }
    let other = ok(&whole.replace(ORDER_NO, "ANOTHER"));
    let refused =
        with_order(Means::Wallet, Some(ID), |order| account().learn(order, "details", &other, at()));
    assert!(refused.is_err());
}

#[test]
fn an_order_whose_id_got_lost_is_found_by_its_number() {
    with_order(Means::Wallet, None, |order| {
        let step = account().ask(order, at()).unwrap();
        assert!(step.call.url.ends_with("/v3/payments?orderId=0123456789ABCDEFGHJK"));
        assert_signed(&step.call, "/v3/payments");
        let stepped = account().learn(order, step.name, &details("CAPTURE", ""), at()).unwrap();
        assert!(matches!(word(stepped), Word::Paid(receipt) if receipt.trade_no == ID));
        assert!(account().learn(order, "check", &code("0110"), at()).is_err());
    });
}

fn refund(amount: i64) -> String {
    format!(
        r#"{{"refundTransactionId": 2026112300698710312, "transactionType": "PARTIAL_REFUND",
            "refundAmount": {amount}, "refundTransactionDate": "2026-11-24T00:50:15Z"}}"#
    )
}

#[test]
fn a_refund_looks_first_and_never_pays_twice() {
    let step = |amount, before, step, reply: &Reply| {
        with_refund(ID, amount, before, |refund| account().refunded(refund, step, reply, at()).unwrap())
    };
    let look = with_refund(ID, 200, 0, |refund| account().refund(refund, at()).unwrap());
    assert_signed(&look.call, "/v3/payments");

    let in_part = then(step(200, 0, look.name, &details("CAPTURE", "")));
    assert_signed(&in_part.call, "/v3/payments/2026112300698709510/refund");
    assert_eq!(body(&in_part.call), r#"{"refundAmount":200}"#);
    assert_eq!(body(&then(step(1_200, 0, look.name, &details("CAPTURE", ""))).call), "{}");
    // All of it, of a payment of which some went back: with an amount, so that LINE refuses it.
    let too_much = then(step(1_200, 200, look.name, &details("CAPTURE", &refund(-200))));
    assert_eq!(body(&too_much.call), r#"{"refundAmount":1200}"#);
    let rest = then(step(1_000, 200, look.name, &details("CAPTURE", &refund(-200))));
    assert_eq!(body(&rest.call), r#"{"refundAmount":1000}"#);

    let done = |state| {
        let refund = format!("{ORDER_NO}-1");
        Stepped::Said(Word::Refunded { refund, amount: Twd(200), state })
    };
    assert_eq!(step(200, 0, in_part.name, &code("0000")), done(RefundState::Settled));
    for failed in ["1163", "1164", "1155"] {
        assert_eq!(step(200, 0, in_part.name, &code(failed)), done(RefundState::Failed), "{failed}");
    }
    // Already there when it is looked at: an answer had got lost.
    for found in ["look", "doubt", "already"] {
        assert_eq!(step(200, 0, found, &details("CAPTURE", &refund(-200))), done(RefundState::Settled));
        let twice = details("CAPTURE", &[refund(-200), refund(-200)].join(","));
        assert_eq!(step(200, 200, found, &twice), done(RefundState::Settled));
        let other = step(200, 0, found, &details("CAPTURE", &refund(-300)));
        assert!(matches!(word(other), Word::Unclear { .. }));
    }
    let doubt = then(step(200, 0, in_part.name, &samples::reply(504, "")));
    assert_eq!(step(200, 0, doubt.name, &details("CAPTURE", "")), Stepped::UnderWay);
    let already = then(step(200, 0, in_part.name, &code("1165")));
    assert!(matches!(word(step(200, 0, already.name, &details("CAPTURE", ""))), Word::Unclear { .. }));
}

proptest! {
    #[test]
    fn an_order_in_the_redirect_is_only_a_hint(order_no in "[!-~]{1,40}", more in samples::TEXT) {
        let query = crate::form::write([("orderId", order_no.as_str()), ("transactionId", more.as_str())]);
        let heard = account().hear(&incoming(&[], &query, b"", samples::NOW));
        prop_assert_eq!(heard, Ok(Heard::Hint { order_no }));
    }

    #[test]
    fn nothing_makes_it_panic(query in "\\PC{0,60}", replied: Vec<u8>, number: u64) {
        let _ = account().hear(&incoming(&[], &query, &replied, samples::NOW));
        let json = details("CAPTURE", &number.to_string());
        for step in ["check", "confirm", "details", "look", "refund", "doubt", "already"] {
            for reply in [Reply { status: 200, body: replied.clone() }, json.clone(), ok(&number.to_string())] {
                with_refund(ID, 200, 0, |refund| {
                    let _ = account().learn(&refund.order, step, &reply, at());
                    let _ = account().refunded(refund, step, &reply, at());
                });
            }
        }
    }

    #[test]
    fn any_changed_byte_makes_another_signature(text in samples::TEXT, at in any::<prop::sample::Index>(), bit in 0..7_u8) {
        let secret = &account().secrets.current;
        let mut bytes = format!("{{\"name\": {}}}", json!(text)).into_bytes();
        let made = signature(secret, "/p", str::from_utf8(&bytes).unwrap(), "n");
        let index = at.index(bytes.len());
        bytes[index] ^= 1 << bit;
        if let Ok(changed) = str::from_utf8(&bytes) {
            prop_assert_ne!(signature(secret, "/p", changed, "n"), made);
        }
    }
}
