//! Notices that nobody wrote down: random ones, changed ones, and those that only look like payments.

use domain::money::Twd;
use domain::payment::{Receipt, Word};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{HASH_IV, HASH_KEY, MERCHANT, account, inner, keys, sealed};
use crate::callback::{KeyUsed, Refused};
use crate::fixtures::{self, hear, hear_at};
use crate::form;

fn result(message: &str) -> Value {
    json!({
        "MerchantID": MERCHANT, "Amt": 101, "TradeNo": "26112310000000003", "MerchantOrderNo": "TPE1",
        "PaymentType": "CREDIT", "PayTime": "2026-11-23 10:01:08", "PayAmt": 90, "Note": message,
    })
}

fn notice(status: &str, result: &Value) -> String {
    json!({ "Status": status, "Message": "x", "Result": result }).to_string()
}

fn paid() -> Word {
    Word::Paid(Receipt {
        trade_no: "26112310000000003".to_owned(),
        amount: Twd(101),
        paid_at: "2026-11-23T02:01:08Z".parse().unwrap(),
        simulated: false,
    })
}

fn said(text: &str) -> Word {
    hear(&account(), sealed(text).as_bytes()).unwrap().word
}

fn refused(text: &str) -> Refused {
    hear(&account(), sealed(text).as_bytes()).unwrap_err()
}

#[test]
fn the_result_may_be_an_object_its_text_or_a_form() {
    let result = result("x");
    let flat = form::write([
        ("Status", "SUCCESS"),
        ("MerchantID", MERCHANT),
        ("Amt", "101"),
        ("TradeNo", "26112310000000003"),
        ("MerchantOrderNo", "TPE1"),
        ("PayTime", "2026-11-23 10:01:08"),
    ]);
    for text in [notice("SUCCESS", &result), notice("SUCCESS", &json!(result.to_string())), flat] {
        assert_eq!(said(&text), paid(), "{text}");
    }
}

/// Through the browser, NewebPay says `SUCCESS` with a good signature when a number was issued. Whoever
/// posts that to us has not paid.
#[test]
fn an_issued_number_is_no_payment() {
    let mut issued = result("x");
    issued.as_object_mut().unwrap().remove("PayTime");
    assert_eq!(said(&notice("SUCCESS", &issued)), Word::Unclear { why: "PayTime is no time" });
    issued["CodeNo"] = json!("9103522175887271");
    issued["BankCode"] = json!("004");
    issued["ExpireDate"] = json!("2026-11-26");
    for (time, expires_at) in [(None, "2026-11-26T15:59:59Z"), (Some("12:00:00"), "2026-11-26T04:00:00Z")] {
        issued["ExpireTime"] = json!(time);
        let Word::Instructed(instruction) = said(&notice("SUCCESS", &issued)) else { panic!() };
        assert_eq!(instruction.bank.as_deref(), Some("004"));
        assert_eq!(instruction.numbers, ["9103522175887271"]);
        assert_eq!(instruction.expires_at.map(|at| at.to_string()).as_deref(), Some(expires_at));
    }
}

#[test]
fn only_what_is_encrypted_is_read() {
    let failed = notice("MPG03009", &result("x"));
    assert_eq!(said(&failed), Word::Failed { code: "MPG03009".to_owned() });
    let outer = sealed(&notice("SUCCESS", &result("x"))).replace("Status=SUCCESS", "Status=MPG03009");
    let outer = outer.replace(&format!("MerchantID={MERCHANT}"), "MerchantID=MS1");
    assert_eq!(hear(&account(), outer.as_bytes()).unwrap().word, paid());
}

#[test]
fn a_notice_for_nobody_or_somebody_else_is_refused() {
    let mut other = result("x");
    other["MerchantID"] = json!("MS127874576");
    assert_eq!(refused(&notice("SUCCESS", &other)), Refused::Merchant);
    assert_eq!(refused(&notice("SUCCESS", &Value::Null)), Refused::Malformed("no MerchantID"));
    other = result("x");
    other["MerchantOrderNo"] = json!("");
    assert_eq!(said(&notice("SUCCESS", &other)), Word::Unclear { why: "no MerchantOrderNo" });
    assert_eq!(account().refusal(Refused::Merchant).status, 400);
}

#[test]
fn encryption_of_another_kind_is_refused() {
    let body = sealed(&notice("SUCCESS", &result("x")));
    let hear = |kind: &str| hear(&account(), format!("{body}&EncryptType={kind}").as_bytes());
    assert!(hear("0").is_ok());
    assert_eq!(hear("1"), Err(Refused::Malformed("EncryptType")));
    assert_eq!(hear(""), Err(Refused::Malformed("EncryptType")));
}

/// Behind a good signature, all that can be wrong with the cipher is one and the same.
#[test]
fn nobody_learns_of_padding() {
    let keys = inner(account()).ring.current;
    let whole = keys.seal("text of the notice");
    let (first, last) = (&whole[..32], &whole[32..]);
    for info in ["", "0", "zz", &whole[..30], first, &format!("{last}{first}"), &"00".repeat(16)] {
        let body = form::write([("TradeInfo", info), ("TradeSha", &keys.trade_sha(info))]);
        assert_eq!(hear(&account(), body.as_bytes()), Err(Refused::Malformed("TradeInfo")), "{info}");
    }
}

#[test]
fn the_previous_keys_are_tried_until_their_time() {
    let current = json!({ "hash_key": "n".repeat(32), "hash_iv": HASH_IV });
    let mut secret = fixtures::secret("newebpay_mpg", MERCHANT, &current);
    secret["accounts"][0]["previous"] = json!({ "until": "2026-12-01T00:00:00Z", "keys": keys() });
    let account = fixtures::account(&secret);
    let body = sealed(&notice("SUCCESS", &result("x")));
    let said = hear_at(&account, body.as_bytes(), "2026-11-30T23:59:59Z").unwrap();
    assert_eq!((said.key, said.word), (KeyUsed::Previous, paid()));
    let refused = hear_at(&account, body.as_bytes(), "2026-12-01T00:00:00Z");
    assert_eq!(refused, Err(Refused::Signature("TradeSha")));
}

#[test]
fn nothing_of_the_keys_is_printed() {
    let shown = format!("{:?}", account());
    assert!(shown.contains(MERCHANT) && !shown.contains(HASH_KEY) && !shown.contains(HASH_IV), "{shown}");
}

proptest! {
    #[test]
    fn what_newebpay_seals_is_heard(message in "\\PC{0,20}") {
        prop_assert_eq!(said(&notice("SUCCESS", &result(&message))), paid());
    }

    /// The other fields of the form are anybody's: they change nothing.
    #[test]
    fn a_changed_byte_is_refused_or_changes_nothing(place: prop::sample::Index, byte: u8) {
        let mut body = sealed(&notice("SUCCESS", &result("x"))).into_bytes();
        let place = place.index(body.len());
        let signed = body.windows(10).position(|window| window == b"TradeInfo=").unwrap();
        let old = std::mem::replace(&mut body[place], byte);
        prop_assume!(old != byte);
        if let Ok(said) = hear(&account(), &body) {
            prop_assert!(place < signed, "{place} of {signed}");
            prop_assert_eq!(said.word, paid());
        }
    }

    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(hear(&account(), &body).is_err());
    }

    #[test]
    fn no_sealed_text_makes_it_panic(text in ".{0,80}|\\{.{0,80}|(Status|Amt|Result)=.{0,20}") {
        prop_assert!(hear(&account(), sealed(&text).as_bytes()).is_err());
    }

    #[test]
    fn no_sealed_result_makes_it_panic(status in ".{0,24}", fields in prop::collection::btree_map(
        "Amt|TradeNo|PayTime|CodeNo|MerchantOrderNo|Expire(Date|Time)", ".{0,12}", 0..6,
    )) {
        let mut result = json!(fields);
        result["MerchantID"] = json!(MERCHANT);
        prop_assert!(!matches!(said(&notice(&status, &result)), Word::Paid(_)));
    }
}
