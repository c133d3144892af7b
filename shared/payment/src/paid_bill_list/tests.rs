use domain::payment::Receipt;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::samples::{self, NOW, ORDER_NO, at, headers, incoming, with_order, with_refund};

const SECRET: &str = "paid-bills-secret-for-examples";
const TRADE_NO: &str = "E20261123000017";

fn account() -> Account {
    Account { merchant: "pay-taipei".to_owned(), secrets: Ring { current: SECRET.into(), previous: None } }
}

fn bill(order_no: &str) -> Value {
    json!({ "order_no": order_no, "amount": 1_200, "paid_at": "2026-11-23T10:00:00+08:00", "trade_no": TRADE_NO })
}

fn said(order_no: &str) -> Said {
    let receipt = Receipt {
        trade_no: TRADE_NO.to_owned(),
        amount: Twd(1_200),
        paid_at: samples::instant("2026-11-23T02:00:00Z"),
        simulated: false,
    };
    Said { order_no: order_no.to_owned(), key: KeyUsed::Current, word: Word::Paid(receipt) }
}

fn hear(second: &str, signature: &str, body: &[u8]) -> Result<Heard, Refused> {
    let given = headers(&[("paid-bills-timestamp", second), ("paid-bills-signature", signature)]);
    account().hear(&incoming(&given, "", body, NOW))
}

fn hear_signed(body: &[u8]) -> Result<Heard, Refused> {
    let second = NOW.to_string();
    hear(&second, &signature(&SECRET.into(), &second, body), body)
}

#[test]
fn takes_exactly_its_key() {
    samples::hold_keys("paid_bill_list", &Stage::Test, &[("secret", SECRET)], Account::read);
}

#[test]
fn an_order_is_a_bill_with_its_number() {
    with_order(Means::Bill, None, |order| {
        let bill = Start::Bill { number: ORDER_NO.to_owned() };
        assert_eq!(account().start(order, at()), Ok(bill));
        assert_eq!(account().ask(order, at()), None);
    });
    with_refund(TRADE_NO, 200, 0, |refund| assert_eq!(account().refund(refund, at()), None));
}

#[test]
fn a_list_is_read_from_json_and_from_csv() {
    let expected = Ok(vec![said(ORDER_NO), said("B-2")]);
    let list = json!([bill(ORDER_NO), bill("B-2")]).to_string();
    assert_eq!(read(list.as_bytes()), expected);
    assert_eq!(read(format!("\u{feff} \n{list}").as_bytes()), expected);
    let csv = "order_no,amount,paid_at,trade_no\n\
        0123456789ABCDEFGHJK,1200,2026-11-23T10:00:00+08:00,E20261123000017\n\
        B-2,1200,2026-11-23 10:00:00,E20261123000017\n";
    assert_eq!(read(csv.as_bytes()), expected);
    assert_eq!(read(format!("\u{feff}{}", csv.replace('\n', "\r\n")).as_bytes()), expected);
    assert_eq!(read(b"[]"), Ok(vec![]));
    assert_eq!(read(b"order_no,amount,paid_at,trade_no\n"), Ok(vec![]));
}

#[test]
fn a_bad_bill_is_named() {
    let good = "B-2,1200,2026-11-23 10:00:00,E1";
    for (line, why) in [
        ("", "not four values"),
        ("B-3,1200,2026-11-23 10:00:00", "not four values"),
        ("B-3,\"1,200\",2026-11-23 10:00:00,E1", "not four values"),
        (",1200,2026-11-23 10:00:00,E1", "no number of a bill"),
        ("\"B-3\",1200,2026-11-23 10:00:00,E1", "no number of a bill"),
        ("B-3,1200.0,2026-11-23 10:00:00,E1", "no amount in whole dollars"),
        ("B-3,0,2026-11-23 10:00:00,E1", "no amount in whole dollars"),
        ("B-3,4294967296,2026-11-23 10:00:00,E1", "no amount in whole dollars"),
        ("B-3,1200,2026/11/23 10:00:00,E1", "no time of payment"),
        ("B-3,1200,115-11-23,E1", "no time of payment"),
        ("B-3,1200,2026-11-23 10:00:00,", "no trade number"),
        ("B-3,1200,2026-11-23 10:00:00, E1", "no trade number"),
    ] {
        let file = format!("order_no,amount,paid_at,trade_no\n{good}\n{line}\n{good}\n");
        assert_eq!(read(file.as_bytes()), Err(BadList::Bill { place: 3, why }), "{line}");
        assert_eq!(read(file.as_bytes()).unwrap_err().to_string(), format!("3: {why}"));
    }
    for (field, value, why) in [
        ("order_no", json!(7), "no number of a bill"),
        ("amount", json!("1200"), "no amount in whole dollars"),
        ("amount", json!(-1200), "no amount in whole dollars"),
        ("paid_at", json!("2026-11-23 10:00:00"), "no time of payment"),
        ("trade_no", json!("a,b"), "no trade number"),
    ] {
        let mut bad = bill("B-3");
        bad[field] = value;
        let list = json!([bill("B-2"), bad]).to_string();
        assert_eq!(read(list.as_bytes()), Err(BadList::Bill { place: 2, why }), "{list}");
    }
    for whole in [b"".as_slice(), b"{}", b"[", b"a,b\n", b"\xff", "訂單".as_bytes()] {
        assert!(matches!(read(whole), Err(BadList::Whole(_))), "{whole:?}");
    }
}

#[test]
fn a_list_has_an_end() {
    let csv = |n: usize| {
        let lines = (0..n).map(|i| format!("B-{i},1,2026-11-23 10:00:00,E{i}\n"));
        format!("order_no,amount,paid_at,trade_no\n{}", lines.collect::<String>())
    };
    assert!(matches!(hear_signed(csv(500).as_bytes()), Ok(Heard::Said(said)) if said.len() == 500));
    assert_eq!(hear_signed(csv(501).as_bytes()), Err(Refused::Malformed("too many bills")));
    assert_eq!(read(csv(4_000).as_bytes()).map(|said| said.len()), Ok(4_000));
    assert_eq!(read(csv(4_001).as_bytes()), Err(BadList::Whole("too many bills")));
    let json = |n: usize| json!(vec![bill("B"); n]).to_string();
    assert!(hear_signed(json(500).as_bytes()).is_ok());
    assert_eq!(hear_signed(json(501).as_bytes()), Err(Refused::Malformed("too many bills")));
}

#[test]
fn one_body_says_many_words() {
    let body = json!([bill(ORDER_NO), bill("B-2")]).to_string();
    assert_eq!(hear_signed(body.as_bytes()), Ok(Heard::Said(vec![said(ORDER_NO), said("B-2")])));
    assert_eq!(hear_signed(b"[{}]"), Err(Refused::Malformed("no number of a bill")));
}

#[test]
fn only_a_recent_signature_is_believed() {
    for (ahead, believed) in [(-301, false), (-300, true), (300, true), (301, false)] {
        let second = (NOW + ahead).to_string();
        let signature = signature(&SECRET.into(), &second, b"[]");
        assert_eq!(hear(&second, &signature, b"[]").is_ok(), believed, "{ahead}");
    }
    for odd in ["+1795399200", "1795399200.0", "", "-9223372036854775808"] {
        assert!(hear(odd, &signature(&SECRET.into(), odd, b"[]"), b"[]").is_err(), "{odd}");
    }
    let second = NOW.to_string();
    let good = signature(&SECRET.into(), &second, b"[]");
    assert!(hear(&second, &good.to_uppercase(), b"[]").is_err());
    assert!(hear(&second, &signature(&"another-secret-of-length".into(), &second, b"[]"), b"[]").is_err());
    assert!(hear(&second, "", b"[]").is_err());
    assert!(account().hear(&incoming(&[], "", b"[]", NOW)).is_err());
}

/// The page for the agency's side of the contract shows this list with this signature.
#[test]
fn the_documented_example_holds() {
    let page = include_str!("../../../../docs/payment-formats.md");
    let body = concat!(
        r#"[{"order_no":"0123456789ABCDEFGHJK","amount":1200,"paid_at":"2026-11-23T10:00:00+08:00","#,
        r#""trade_no":"E20261123000017"}]"#
    );
    let csv = "order_no,amount,paid_at,trade_no\n\
        0123456789ABCDEFGHJK,1200,2026-11-23T10:00:00+08:00,E20261123000017\n";
    let signature = signature(&SECRET.into(), "1795399200", body.as_bytes());
    for shown in [SECRET, body, csv, signature.as_str()] {
        assert!(page.contains(shown), "the page does not show {shown}");
    }
    assert_eq!(read(body.as_bytes()), Ok(vec![said(ORDER_NO)]));
    assert_eq!(read(csv.as_bytes()), Ok(vec![said(ORDER_NO)]));
}

proptest! {
    #[test]
    fn a_signed_list_is_believed_and_no_changed_one(
        order_no in "[0-9A-Z]{20}", at in any::<prop::sample::Index>(), bit in 0..8_u8
    ) {
        let mut body = json!([bill(&order_no)]).to_string().into_bytes();
        let second = NOW.to_string();
        let signature = signature(&SECRET.into(), &second, &body);
        prop_assert_eq!(hear(&second, &signature, &body), Ok(Heard::Said(vec![said(&order_no)])));
        let index = at.index(body.len());
        body[index] ^= 1 << bit;
        prop_assert!(hear(&second, &signature, &body).is_err());
    }

    #[test]
    fn nothing_makes_it_panic(content: Vec<u8>, line in "[\\PC,\n\r\"]{0,80}") {
        let _ = read(&content);
        let _ = read(format!("order_no,amount,paid_at,trade_no\n{line}").as_bytes());
        let _ = read(format!("[{line}]").as_bytes());
        let _ = hear_signed(&content);
    }

    #[test]
    fn both_forms_say_the_same(
        bills in prop::collection::vec(("[!#-+.-~-]{1,20}", 1_u32.., 0_i64..4_000_000_000, "[!#-+.-~-]{1,20}"), 0..20)
    ) {
        let time = |second: &i64| jiff::Timestamp::from_second(*second).unwrap().to_string();
        let list: Vec<Value> = bills.iter().map(|(order_no, amount, second, trade_no)| {
            json!({ "order_no": order_no, "amount": amount, "paid_at": time(second), "trade_no": trade_no })
        }).collect();
        let lines = bills.iter().map(|(order_no, amount, second, trade_no)| {
            format!("{order_no},{amount},{},{trade_no}\n", time(second))
        });
        let csv = format!("order_no,amount,paid_at,trade_no\n{}", lines.collect::<String>());
        let read_json = read(json!(list).to_string().as_bytes());
        prop_assert_eq!(read_json.as_ref().map(Vec::len), Ok(bills.len()));
        prop_assert_eq!(read_json, read(csv.as_bytes()));
    }
}
