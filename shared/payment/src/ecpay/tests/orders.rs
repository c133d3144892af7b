//! Orders as they are sent, and what is learnt of them.

use domain::money::Twd;
use domain::payment::{Means, OrderNo, Word};
use proptest::prelude::*;

use super::{MERCHANT, account, check_mac, signed};
use crate::call::{NotUnderstood, Stepped};
use crate::fixtures::{NOW, at, order, reply};
use crate::form::{Form, Plus};
use crate::order::{Start, Unfit};

fn order_no() -> OrderNo {
    "TPE2611230000001A001".parse().unwrap()
}

fn started(means: Means, amount: u32) -> Vec<(String, String)> {
    match account().start(&order(&order_no(), amount, means), at(NOW)) {
        Ok(Start::Form { action, fields }) => {
            assert_eq!(action, "https://payment-stage.ecpay.com.tw/Cashier/AioCheckOut/V5");
            fields
        }
        other => panic!("{other:?}"),
    }
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_card_order_is_this_form() {
    let fields = started(Means::Card, 1_500);
    let (signature, unsigned) = fields.split_last().unwrap();
    let unsigned: Vec<_> = unsigned.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        unsigned,
        [
            ("MerchantID", MERCHANT),
            ("MerchantTradeNo", "TPE2611230000001A001"),
            ("MerchantTradeDate", "2026/11/23 10:00:00"),
            ("PaymentType", "aio"),
            ("TotalAmount", "1500"),
            ("TradeDesc", "規費"),
            ("ItemName", "規費"),
            ("ReturnURL", "https://pay.example.gov.taipei/callbacks/it"),
            ("ChoosePayment", "Credit"),
            ("ClientBackURL", "https://example.gov.taipei/pay/done"),
            ("NeedExtraPaidInfo", "N"),
            ("EncryptType", "1"),
        ]
    );
    assert_eq!(*signature, ("CheckMacValue".to_owned(), check_mac(&unsigned)));
}

/// The order runs out at the end of 26 November, three days after it is made.
#[test]
fn numbers_to_pay_by_end_with_the_order() {
    for (means, chosen, name, units) in [
        (Means::Atm, "ATM", "ExpireDate", "3"),
        (Means::StoreCode, "CVS", "StoreExpireDate", "5160"),
        (Means::Barcode, "BARCODE", "StoreExpireDate", "3"),
    ] {
        let fields = started(means, 100);
        assert_eq!(field(&fields, "ChoosePayment"), Some(chosen));
        assert_eq!(field(&fields, name), Some(units), "{means}");
        assert_eq!(field(&fields, "PaymentInfoURL"), Some("https://pay.example.gov.taipei/callbacks/it"));
    }
}

#[test]
fn an_order_that_has_run_out_gets_the_shortest_number() {
    for (means, name) in [(Means::Atm, "ExpireDate"), (Means::StoreCode, "StoreExpireDate")] {
        let order_no = order_no();
        let start = account().start(&order(&order_no, 100, means), at("2027-01-01T00:00:00Z"));
        let Ok(Start::Form { fields, .. }) = start else { panic!("{start:?}") };
        assert_eq!(field(&fields, name), Some("1"), "{means}");
    }
}

#[test]
fn amounts_are_within_the_limits_of_the_way_to_pay() {
    let start = |means, amount| account().start(&order(&order_no(), amount, means), at(NOW)).map(|_| ());
    for (means, min, max) in
        [(Means::Atm, 16, 49_999), (Means::StoreCode, 33, 20_000), (Means::Barcode, 17, 20_000)]
    {
        let unfit = Err(Unfit::Amount { min: Twd(min), max: Twd(max) });
        assert_eq!((start(means, min - 1), start(means, max + 1)), (unfit, unfit), "{means}");
        assert_eq!((start(means, min), start(means, max)), (Ok(()), Ok(())), "{means}");
    }
    assert!(start(Means::Card, 0).is_err() && start(Means::Card, 1).is_ok());
    assert_eq!(start(Means::Wallet, 100), Err(Unfit::Means { means: Means::Wallet }));
}

#[test]
fn what_became_of_an_order_is_asked_with_its_number_and_the_time() {
    let order_no = order_no();
    let step = account().ask(&order(&order_no, 300, Means::Card), at(NOW)).unwrap();
    assert_eq!(step.call.url, "https://payment-stage.ecpay.com.tw/Cashier/QueryTradeInfo/V5");
    let form = Form::read(&step.call.body, Plus::Space).map_err(str::to_owned).unwrap();
    let fields =
        [("MerchantID", MERCHANT), ("MerchantTradeNo", order_no.as_str()), ("TimeStamp", "1795399200")];
    for (name, value) in fields {
        assert_eq!(form.get(name), Some(value));
    }
    assert_eq!(form.get("CheckMacValue"), Some(check_mac(&fields).as_str()));
    assert!(!format!("{step:?}").contains("CheckMacValue"));
}

/// An answer as ECPay writes it: signed, and escaped not at all.
fn answer(order_no: &str, status: &str) -> String {
    let fields = [
        ("ItemName", "A+B 規費"),
        ("MerchantID", MERCHANT),
        ("MerchantTradeNo", order_no),
        ("PaymentDate", "2026/11/23 11:05:00"),
        ("TradeAmt", "300"),
        ("TradeNo", "2611231100000120"),
        ("TradeStatus", status),
    ];
    let value = check_mac(&fields);
    let fields = fields.into_iter().chain([("CheckMacValue", value.as_str())]);
    fields.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn learn(status: u16, body: &str) -> Result<Stepped, NotUnderstood> {
    account().learn(&order(&order_no(), 300, Means::Card), "query", &reply(status, body), at(NOW))
}

#[test]
fn an_answer_is_a_word_or_not_yet_or_wait() {
    let ours = |status| learn(200, &answer("TPE2611230000001A001", status));
    assert!(matches!(ours("1"), Ok(Stepped::Said(Word::Paid(_)))));
    assert_eq!(ours("0"), Ok(Stepped::NotYet));
    assert_eq!(ours("10200047"), Ok(Stepped::NotYet), "the browser never posted the form");
    assert_eq!(ours("10200095"), Ok(Stepped::Said(Word::Failed { code: "10200095".to_owned() })));
    let wait = learn(403, "").unwrap();
    assert_eq!(wait, Stepped::HoldOff(std::time::Duration::from_mins(30)));
}

#[test]
fn an_answer_that_is_not_ours_is_not_understood() {
    let good = answer("TPE2611230000001A001", "1");
    let escaped = signed(&[
        ("MerchantID", "3002608"),
        ("MerchantTradeNo", "TPE2611230000001A001"),
        ("TradeStatus", "1"),
    ]);
    for (status, body, why) in [
        (500, good.as_str(), "HTTP status"),
        (200, "", "empty body"),
        (200, "<html>", "field without `=`"),
        (200, &good.replace("TradeAmt=300", "TradeAmt=3"), "CheckMacValue"),
        (200, &good.replace("TradeStatus=1", "TradeStatus=0"), "CheckMacValue"),
        (200, &answer("TPE2611230000002A002", "1"), "an answer about another order"),
        (200, &escaped, "an answer to another merchant"),
    ] {
        assert_eq!(learn(status, body), Err(NotUnderstood(why)));
    }
    let order_no = order_no();
    let other = account().learn(&order(&order_no, 300, Means::Card), "refund", &reply(200, good), at(NOW));
    assert_eq!(other, Err(NotUnderstood("no step of a query")));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200), status: u16) {
        let order_no = order_no();
        let order = order(&order_no, 300, Means::Card);
        let learned = account().learn(&order, "query", &reply(status, body), at(NOW));
        prop_assert!(learned.is_err() || status == 403);
    }
}
