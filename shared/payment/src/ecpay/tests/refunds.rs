//! Money back to a card: which action is taken from which state.

use aes::Aes128;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::money::Twd;
use domain::payment::{Means, OrderNo, Word};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{HASH_IV, HASH_KEY, MERCHANT, account, check_mac};
use crate::call::{NotUnderstood, Stepped};
use crate::cipher;
use crate::fixtures::{NOW, at, order, refund, reply};
use crate::form::{self, Form, Plus};

fn order_no() -> OrderNo {
    "TPE2611230000001A001".parse().unwrap()
}

fn key() -> [u8; 16] {
    HASH_KEY.as_bytes().try_into().unwrap()
}

fn iv() -> [u8; 16] {
    HASH_IV.as_bytes().try_into().unwrap()
}

/// The answer to a look-up, around `RtnValue`.
fn state(value: &Value) -> Vec<u8> {
    let data = form::encode(&json!({ "RtnCode": 1, "RtnValue": value }).to_string());
    let data = STANDARD.encode(cipher::encrypt::<Aes128>(&key().into(), &iv().into(), data.as_bytes()));
    json!({ "MerchantID": MERCHANT, "TransCode": 1, "TransMsg": "", "Data": data }).to_string().into_bytes()
}

/// What follows a look-up of a payment of 1,000 in this state, when `amount` is to be given back after
/// `before` was.
fn after(status: &str, closed: Option<u32>, (before, amount): (u32, u32)) -> Result<String, NotUnderstood> {
    let value = json!({ "Status": status, "Amount": 1000, "ClsAmt": closed });
    step("look_up", &state(&value), (before, amount), NOW)
}

fn step(
    name: &'static str,
    body: &[u8],
    (before, amount): (u32, u32),
    now: &str,
) -> Result<String, NotUnderstood> {
    let order_no = order_no();
    let refund = refund(order(&order_no, 1_000, Means::Card), before, amount);
    let stepped = account().refunded(&refund, name, &reply(200, body), at(now))?;
    Ok(match stepped {
        Stepped::Then(step) => {
            assert_eq!(step.call.url, "https://payment-stage.ecpay.com.tw/CreditDetail/DoAction");
            let form = Form::read(&step.call.body, Plus::Space).map_err(str::to_owned).unwrap();
            let fields: Vec<_> = form.iter().filter(|(name, _)| *name != "CheckMacValue").collect();
            assert_eq!(form.get("CheckMacValue"), Some(check_mac(&fields).as_str()));
            assert_eq!(form.get("TradeNo"), Some("2611230900518015"));
            format!("{} {} by {}", form.get("Action").unwrap(), form.get("TotalAmount").unwrap(), step.name)
        }
        Stepped::Said(Word::Refunded { refund, amount: given, state }) => {
            assert_eq!((refund.as_str(), given), ("R1", Twd(amount)));
            state.to_string()
        }
        Stepped::Wait(time) => format!("wait {} s", time.as_secs()),
        Stepped::Said(Word::Unclear { why }) => why.to_owned(),
        other => panic!("{other:?}"),
    })
}

#[test]
fn the_action_follows_the_state_of_the_capture() {
    let unfit = "no state from which this refund is possible";
    let amount = "the closed amount fits neither before nor after this refund";
    for (status, closed, given, expected) in [
        // Nothing is captured: the whole is let go, a part waits.
        ("Authorized", Some(0), (0, 1_000), "N 1000 by let_go"),
        ("已授權", None, (0, 1_000), "N 1000 by let_go"),
        ("Authorized", Some(0), (0, 400), "wait 21600 s"),
        // The capture was taken back, and the answer to what follows got lost.
        ("Operation canceled", Some(0), (0, 1_000), "N 1000 by release"),
        ("Operation canceled", Some(0), (0, 400), unfit),
        ("Canceled", Some(0), (0, 1_000), "settled"),
        ("Canceled", Some(0), (0, 400), unfit),
        // The capture is asked for.
        ("To be captured", Some(1_000), (0, 1_000), "E 1000 by undo_capture"),
        ("要關帳", Some(1_000), (0, 400), "R 400 by give_back"),
        // It is captured: given back, once.
        ("Captured", Some(1_000), (0, 1_000), "R 1000 by give_back"),
        ("已關帳", Some(1_000), (0, 400), "R 400 by give_back"),
        ("Captured", Some(600), (0, 400), "submitted"),
        ("Captured", Some(600), (400, 400), "R 400 by give_back"),
        ("Captured", Some(200), (400, 400), "submitted"),
        ("Captured", Some(0), (0, 1_000), "submitted"),
        ("Captured", Some(500), (0, 400), amount),
        ("Captured", None, (0, 400), "no closed amount"),
        ("Captured", Some(1_000), (800, 400), amount),
        ("Unauthorized", None, (0, 1_000), unfit),
        ("", None, (0, 1_000), unfit),
    ] {
        assert_eq!(after(status, closed, given), Ok(expected.to_owned()), "{status} {closed:?} {given:?}");
    }
}

#[test]
fn names_and_kinds_of_values_may_differ() {
    let lower = json!({ "status": "已關帳", "clsamt": "1000" });
    for value in [lower.clone(), Value::String(lower.to_string())] {
        assert_eq!(step("look_up", &state(&value), (0, 400), NOW), Ok("R 400 by give_back".to_owned()));
    }
}

#[test]
fn an_action_is_done_or_refused() {
    let answer = |code: &str| {
        format!("MerchantID={MERCHANT}&MerchantTradeNo=TPE2611230000001A001&RtnCode={code}&RtnMsg=x")
    };
    for (name, code, expected) in [
        ("undo_capture", "1", Ok("N 1000 by release")),
        ("release", "1", Ok("settled")),
        // Without the capture it does not reach us, and the payer may not have it either: people look.
        ("release", "0", Err("neither captured any more nor let go")),
        ("undo_capture", "0", Err("the capture could not be taken back")),
        ("let_go", "1", Ok("settled")),
        ("let_go", "0", Ok("failed")),
        ("give_back", "1", Ok("submitted")),
        ("give_back", "10", Ok("failed")),
        ("other", "1", Err("no step of a refund")),
    ] {
        let expected = expected.map(str::to_owned).map_err(NotUnderstood);
        assert_eq!(step(name, answer(code).as_bytes(), (0, 1_000), NOW), expected, "{name} {code}");
    }
    let forged = answer("1") + "&CheckMacValue=" + &"0".repeat(64);
    assert_eq!(step("give_back", forged.as_bytes(), (0, 400), NOW), Err(NotUnderstood("CheckMacValue")));
    let other = answer("1").replace("A001", "A002");
    let why = NotUnderstood("an answer about another order");
    assert_eq!(step("give_back", other.as_bytes(), (0, 400), NOW), Err(why));
}

#[test]
fn no_action_is_taken_during_the_daily_capture() {
    let captured = state(&json!({ "Status": "Captured", "ClsAmt": 1000 }));
    for (now, expected) in [
        ("2026-11-23T12:14:59Z", "R 400 by give_back"),
        ("2026-11-23T12:15:00Z", "wait 900 s"),
        ("2026-11-23T12:29:59Z", "wait 1 s"),
        ("2026-11-23T12:30:00Z", "R 400 by give_back"),
    ] {
        assert_eq!(step("look_up", &captured, (0, 400), now), Ok(expected.to_owned()), "{now}");
    }
}

#[test]
fn a_look_up_names_the_order_under_encryption() {
    let order_no = order_no();
    let first = account().refund(&refund(order(&order_no, 1_000, Means::Card), 0, 400), at(NOW)).unwrap();
    assert_eq!(first.call.url, "https://ecpayment-stage.ecpay.com.tw/1.0.0/CreditDetail/QueryTrade");
    let body: Value = serde_json::from_slice(&first.call.body).unwrap();
    assert_eq!(body["RqHeader"]["Timestamp"], 1_795_399_200);
    let data = STANDARD.decode(body["Data"].as_str().unwrap()).unwrap();
    let data = cipher::decrypt::<Aes128>(&key().into(), &iv().into(), &data).unwrap();
    let data: Value = serde_json::from_str(&form::decode(&data, Plus::Space).unwrap()).unwrap();
    assert_eq!(data, json!({ "MerchantID": MERCHANT, "MerchantTradeNo": "TPE2611230000001A001" }));
}

#[test]
fn only_cards_have_it() {
    let order_no = order_no();
    for means in [Means::Atm, Means::StoreCode, Means::Barcode] {
        assert_eq!(
            account().refund(&refund(order(&order_no, 1_000, means), 0, 400), at(NOW)),
            None,
            "{means}"
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        body in prop::collection::vec(any::<u8>(), 0..200),
        name in prop::sample::select(vec!["look_up", "undo_capture", "release", "let_go", "give_back"]),
    ) {
        prop_assert!(step(name, &body, (0, 400), NOW).is_err());
    }

    #[test]
    fn no_sealed_text_makes_it_panic(text: Vec<u8>) {
        let data = STANDARD.encode(cipher::encrypt::<Aes128>(&key().into(), &iv().into(), &text));
        let body = json!({ "TransCode": 1, "Data": data }).to_string();
        prop_assert!(step("look_up", body.as_bytes(), (0, 400), NOW).is_err());
    }
}
