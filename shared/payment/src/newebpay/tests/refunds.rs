//! Money back to a card: which action is taken from which state.

use domain::money::Twd;
use domain::payment::{Means, OrderNo, Word};
use proptest::prelude::*;

use super::{MERCHANT, account, answer, inner};
use crate::call::{NotUnderstood, Stepped};
use crate::fixtures::{NOW, at, order, refund, reply};
use crate::form::{Form, Plus};

fn order_no() -> OrderNo {
    "TPE2611230000001A001".parse().unwrap()
}

fn step(name: &'static str, body: &[u8], (before, amount): (u32, u32)) -> Result<String, NotUnderstood> {
    let order_no = order_no();
    let refund = refund(order(&order_no, 1_000, Means::Card), before, amount);
    Ok(match account().refunded(&refund, name, &reply(200, body), at(NOW))? {
        Stepped::Then(step) => {
            let form = Form::read(&step.call.body, Plus::Space).map_err(str::to_owned).unwrap();
            assert_eq!(form.get("MerchantID_"), Some(MERCHANT));
            let text = inner(account()).ring.current.open(form.get("PostData_").unwrap()).unwrap();
            format!("{} {}", step.call.url.rsplit('/').next().unwrap(), String::from_utf8(text).unwrap())
        }
        Stepped::Said(Word::Refunded { refund, amount: given, state }) => {
            assert_eq!((refund.as_str(), given), ("R1", Twd(amount)));
            state.to_string()
        }
        Stepped::Wait(time) => format!("wait {} s", time.as_secs()),
        Stepped::HoldOff(time) => format!("hold off {} s", time.as_secs()),
        Stepped::Said(Word::Unclear { why }) => why.to_owned(),
        other => panic!("{other:?}"),
    })
}

const CANCEL: &str = "Cancel RespondType=JSON&Version=1.0&Amt=1000&MerchantOrderNo=TPE2611230000001A001&IndexType=1\
                      &TimeStamp=1795399200";
const CLOSE: &str = "Close RespondType=JSON&Version=1.1&Amt=400&MerchantOrderNo=TPE2611230000001A001&IndexType=1\
                     &TimeStamp=1795399200&CloseType=2";

/// A look-up of a payment of 1,000 in this state, when `amount` is to be given back after `before` was.
#[test]
fn the_action_follows_the_state_of_the_capture() {
    let unfit = "no state from which this refund is possible";
    let balance = "the balance fits neither before nor after this refund";
    for ((trade, close, back, left), given, expected) in [
        (("1", "0", "0", "1000"), (0, 1_000), CANCEL),
        (("1", "0", "0", "1000"), (0, 400), "wait 21600 s"),
        (("3", "0", "0", "0"), (0, 1_000), "settled"),
        (("3", "0", "0", "0"), (0, 400), unfit),
        (("1", "1", "0", "1000"), (0, 1_000), "wait 21600 s"),
        (("1", "2", "0", "1000"), (0, 400), "wait 21600 s"),
        (("1", "3", "0", "1000"), (0, 400), CLOSE),
        (("1", "3", "1", "600"), (0, 400), "submitted"),
        (("1", "3", "3", "600"), (0, 400), "settled"),
        (("1", "3", "3", "600"), (400, 400), CLOSE),
        (("6", "3", "3", "0"), (0, 1_000), "settled"),
        (("1", "3", "0", "500"), (0, 400), balance),
        (("1", "3", "0", ""), (0, 400), balance),
        (("1", "3", "0", "1000"), (800, 400), balance),
        (("0", "0", "0", "0"), (0, 1_000), unfit),
        (("1", "", "", ""), (0, 1_000), unfit),
    ] {
        let state =
            [("TradeStatus", trade), ("CloseStatus", close), ("BackStatus", back), ("BackBalance", left)];
        let stepped = step("look_up", answer(order_no().as_str(), &state).as_bytes(), given);
        assert_eq!(stepped, Ok(expected.to_owned()), "{state:?} {given:?}");
    }
}

#[test]
fn a_payment_that_is_not_known_is_not_given_back() {
    let answer = |status: &str| format!("{{\"Status\":\"{status}\"}}");
    let unknown = step("look_up", answer("TRA10021").as_bytes(), (0, 400));
    assert_eq!(unknown, Ok("the payment to give back is not known".to_owned()));
    assert_eq!(step("look_up", answer("TRA10071").as_bytes(), (0, 400)), Ok("hold off 14400 s".to_owned()));
}

#[test]
fn an_action_is_done_or_refused() {
    let answer = |status: &str, order_no: &str| {
        format!("{{\"Status\":\"{status}\",\"Result\":{{\"MerchantOrderNo\":\"{order_no}\",\"Amt\":400}}}}")
    };
    let ours = "TPE2611230000001A001";
    for (name, status, order_no, expected) in [
        ("cancel", "SUCCESS", ours, Ok("settled")),
        ("give_back", "SUCCESS", ours, Ok("submitted")),
        ("give_back", "TRA10702", "", Ok("wait 3600 s")),
        ("give_back", "TRA10035", "", Ok("failed")),
        ("cancel", "TRA10035", "", Ok("failed")),
        ("give_back", "SUCCESS", "TPE2611230000001A002", Err("an answer about another order")),
        ("other", "SUCCESS", ours, Err("no step of a refund")),
    ] {
        let stepped = step(name, answer(status, order_no).as_bytes(), (0, 400));
        assert_eq!(stepped, expected.map(str::to_owned).map_err(NotUnderstood), "{name} {status}");
    }
}

#[test]
fn only_cards_have_it() {
    let order_no = order_no();
    let first = |means| account().refund(&refund(order(&order_no, 1_000, means), 0, 400), at(NOW));
    assert_eq!(first(Means::Card).unwrap().call.url, "https://ccore.newebpay.com/API/QueryTradeInfo");
    for means in [Means::Atm, Means::StoreCode, Means::Barcode] {
        assert_eq!(first(means), None, "{means}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        body in prop::collection::vec(any::<u8>(), 0..200),
        name in prop::sample::select(vec!["look_up", "cancel", "give_back"]),
    ) {
        prop_assert!(step(name, &body, (0, 400)).is_err());
    }
}
