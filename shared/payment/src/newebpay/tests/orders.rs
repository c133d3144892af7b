//! Orders as they are sent, and what is learnt of them.

use std::time::Duration;

use domain::money::Twd;
use domain::payment::{Means, OrderNo, Word, attempt};
use proptest::prelude::*;

use super::{MERCHANT, account, answer, inner};
use crate::call::{NotUnderstood, Stepped};
use crate::fixtures::{NOW, at, order, reply};
use crate::form::{Form, Plus};
use crate::order::{Start, Unfit};

fn order_no() -> OrderNo {
    "TPE2611230000001A001".parse().unwrap()
}

/// The fields under encryption.
fn started(means: Means, amount: u32) -> Vec<(String, String)> {
    let Ok(Start::Form { action, fields }) = account().start(&order(&order_no(), amount, means), at(NOW))
    else {
        panic!("{means}");
    };
    assert_eq!(action, "https://ccore.newebpay.com/MPG/mpg_gateway");
    let [(_, merchant), (_, sha), (_, info), (_, version), (_, kind)] = fields.as_slice() else { panic!() };
    assert_eq!((merchant.as_str(), version.as_str(), kind.as_str()), (MERCHANT, "2.0", "0"));
    let keys = inner(account()).ring.current;
    assert_eq!(*sha, keys.trade_sha(info));
    let form = Form::read(&keys.open(info).unwrap(), Plus::Space).map_err(str::to_owned).unwrap();
    form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn a_card_order_is_this_form() {
    let fields = started(Means::Card, 1_500);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("MerchantID", MERCHANT),
            ("RespondType", "JSON"),
            ("TimeStamp", "1795399200"),
            ("Version", "2.0"),
            ("MerchantOrderNo", "TPE2611230000001A001"),
            ("Amt", "1500"),
            ("ItemDesc", "規費"),
            ("NotifyURL", "https://pay.example.gov.taipei/callbacks/it"),
            ("ClientBackURL", "https://example.gov.taipei/pay/done"),
            ("LoginType", "0"),
            ("CREDIT", "1"),
        ]
    );
}

#[test]
fn numbers_to_pay_by_end_with_the_order() {
    for (means, name) in [(Means::Atm, "VACC"), (Means::StoreCode, "CVS"), (Means::Barcode, "BARCODE")] {
        let fields = started(means, 100);
        assert!(fields.contains(&(name.to_owned(), "1".to_owned())), "{means}");
        assert!(fields.contains(&("ExpireDate".to_owned(), "20261126".to_owned())), "{means}");
    }
}

#[test]
fn amounts_are_within_the_limits_of_the_way_to_pay() {
    let start = |means, amount| account().start(&order(&order_no(), amount, means), at(NOW)).map(|_| ());
    for (means, min, max) in
        [(Means::Atm, 1, 49_999), (Means::StoreCode, 30, 20_000), (Means::Barcode, 20, 40_000)]
    {
        let unfit = Err(Unfit::Amount { min: Twd(min), max: Twd(max) });
        assert_eq!((start(means, min - 1), start(means, max + 1)), (unfit, unfit), "{means}");
        assert_eq!((start(means, min), start(means, max)), (Ok(()), Ok(())), "{means}");
    }
    assert_eq!(start(Means::Bill, 100), Err(Unfit::Means { means: Means::Bill }));
}

#[test]
fn what_became_of_an_order_is_asked_with_its_number_and_amount() {
    let order_no = order_no();
    let step = account().ask(&order(&order_no, 1_000, Means::Card), at(NOW)).unwrap();
    assert_eq!(step.call.url, "https://ccore.newebpay.com/API/QueryTradeInfo");
    let form = Form::read(&step.call.body, Plus::Space).map_err(str::to_owned).unwrap();
    let value = inner(account()).ring.current.check_value("1000", MERCHANT, order_no.as_str());
    for (name, value) in [
        ("MerchantID", MERCHANT),
        ("Version", "1.3"),
        ("RespondType", "JSON"),
        ("CheckValue", value.as_str()),
        ("TimeStamp", "1795399200"),
        ("MerchantOrderNo", order_no.as_str()),
        ("Amt", "1000"),
    ] {
        assert_eq!(form.get(name), Some(value), "{name}");
    }
}

fn learn(status: u16, body: &str) -> Result<Stepped, NotUnderstood> {
    account().learn(&order(&order_no(), 1_000, Means::Card), "query", &reply(status, body), at(NOW))
}

#[test]
fn an_answer_is_a_word_or_not_yet_or_wait() {
    let ours = |state| learn(200, &answer(order_no().as_str(), &[("TradeStatus", state)]));
    assert!(matches!(ours("1"), Ok(Stepped::Said(Word::Paid(_)))));
    assert_eq!(ours("0"), Ok(Stepped::NotYet));
    for state in ["2", "3"] {
        assert_eq!(ours(state), Ok(Stepped::Said(Word::Failed { code: format!("TradeStatus {state}") })));
    }
    assert!(matches!(ours("6"), Ok(Stepped::Said(Word::Unclear { .. }))));
    assert_eq!(ours("7"), Err(NotUnderstood("TradeStatus")));
    for unknown in ["TRA10021", "TRA20002"] {
        let unknown = format!("{{\"Status\":\"{unknown}\",\"Result\":[]}}");
        let order_no = order_no();
        let order = order(&order_no, 1_000, Means::Card);
        let over = attempt::settles_at(Means::Card, order.expires_at);
        let asked_at = |now: &str| account().learn(&order, "query", &reply(200, unknown.as_str()), at(now));
        let wait = over.duration_since(at(NOW).now).unsigned_abs();
        assert_eq!(asked_at(NOW), Ok(Stepped::Wait(wait)), "asked once more, at the very end");
        assert_eq!(asked_at(&over.to_string()), Ok(Stepped::NotYet));
    }
    let wait = learn(200, "{\"Status\":\"TRA10071\",\"Message\":\"x\"}");
    assert_eq!(wait, Ok(Stepped::HoldOff(Duration::from_hours(4))));
}

#[test]
fn another_amount_is_told_as_it_is() {
    let Ok(Stepped::Said(Word::Paid(receipt))) = learn(200, &answer(order_no().as_str(), &[("Amt", "3")]))
    else {
        panic!();
    };
    assert_eq!(receipt.amount, Twd(3));
}

#[test]
fn an_answer_that_is_not_ours_is_not_understood() {
    let good = answer(order_no().as_str(), &[]);
    for (status, body, why) in [
        (500, good.as_str(), "HTTP status"),
        (200, "", "empty body"),
        (200, "{", "not JSON"),
        (200, "{}", "no Status"),
        (200, "{\"Status\":\"TRA10008\"}", "Status"),
        (200, "{\"Status\":\"SUCCESS\"}", "CheckCode"),
        (200, &good.replace("\"Amt\":1000", "\"Amt\":1"), "CheckCode"),
        (200, &answer("TPE2611230000002A002", &[]), "an answer about another order"),
        (200, &answer(order_no().as_str(), &[("MerchantID", "MS1")]), "an answer to another merchant"),
    ] {
        assert_eq!(learn(status, body), Err(NotUnderstood(why)), "{body}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let order_no = order_no();
        let order = order(&order_no, 300, Means::Card);
        prop_assert!(account().learn(&order, "query", &reply(200, body), at(NOW)).is_err());
    }
}
