//! Callbacks that nobody wrote down: random ones, changed ones, and those that the gaps of
//! `CheckMacValue` allow.

use domain::money::Twd;
use domain::payment::{Receipt, Word};
use proptest::prelude::*;
use serde_json::json;

use super::{HASH_IV, HASH_KEY, MERCHANT, account, check_mac, keys, signed};
use crate::callback::{KeyUsed, Refused};
use crate::fixtures::{self, hear, hear_at};
use crate::form;

/// The fields of a notice of payment.
fn paid<'a>(simulated: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("MerchantID", MERCHANT),
        ("MerchantTradeNo", "TPE2611230000001A001"),
        ("StoreID", ""),
        ("RtnCode", "1"),
        ("RtnMsg", text),
        ("TradeNo", "2611230900518015"),
        ("TradeAmt", "101"),
        ("PaymentDate", "2026/11/23 10:01:08"),
        ("PaymentType", "Credit_CreditCard"),
        ("SimulatePaid", simulated),
        ("CustomField1", text),
    ]
}

fn receipt() -> Receipt {
    Receipt {
        trade_no: "2611230900518015".to_owned(),
        amount: Twd(101),
        paid_at: "2026-11-23T02:01:08Z".parse().unwrap(),
        simulated: false,
    }
}

/// Signs that encoders disagree about, and what else people and programs write.
const TEXT: &str = "[ +_.!*()~%&='\"/\\\\<>a-zA-Z0-9臺北規費éİ😀\u{a0}-]{0,16}";

proptest! {
    #[test]
    fn what_ecpay_signs_is_heard(text in TEXT) {
        let said = hear(&account(), signed(&paid("0", &text)).as_bytes()).unwrap();
        prop_assert_eq!(said.order_no, "TPE2611230000001A001");
        prop_assert_eq!(said.key, KeyUsed::Current);
        prop_assert_eq!(said.word, Word::Paid(receipt()));
    }

    /// The case of letters is not signed, so what changes there says the same or nothing; `+` and a space
    /// are one. Everything else is refused.
    #[test]
    fn a_changed_byte_is_refused(text in TEXT, place: prop::sample::Index, byte: u8) {
        let account = account();
        let mut body = signed(&paid("0", &text)).into_bytes();
        let place = place.index(body.len());
        let old = std::mem::replace(&mut body[place], byte);
        prop_assume!(old != byte);
        if let Ok(said) = hear(&account, &body) {
            prop_assert!(old.eq_ignore_ascii_case(&byte) || (old, byte) == (b'+', b' '));
            if !matches!(said.word, Word::Unclear { .. }) {
                prop_assert_eq!(said.word, Word::Paid(receipt()));
                prop_assert!(said.order_no.eq_ignore_ascii_case("TPE2611230000001A001"));
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(hear(&account(), &body).is_err());
    }

    #[test]
    fn no_signed_fields_make_it_panic(fields in prop::collection::btree_map(
        "MerchantTradeNo|RtnCode|SimulatePaid|Trade(No|Amt)|PaymentDate|ExpireDate|vAccount|.{1,6}", ".{0,12}|1|2|0", 0..8,
    )) {
        let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.retain(|(name, _)| *name != "MerchantID" && *name != "CheckMacValue");
        fields.push(("MerchantID", MERCHANT));
        let said = hear(&account(), signed(&fields).as_bytes()).unwrap();
        prop_assert!(!matches!(said.word, Word::Paid(_)), "{:?}", said.word);
    }
}

/// `RtnMsg=x` and `SimulatePaid=1` stand side by side in what is signed, so one field
/// `RtnMsg=x&SimulatePaid=1` has the same signature.
#[test]
fn a_simulated_payment_cannot_be_made_real_by_hiding_that_it_is() {
    let fields = paid("1", "x");
    assert!(matches!(
        hear(&account(), signed(&fields).as_bytes()).unwrap().word,
        Word::Paid(Receipt { simulated: true, .. })
    ));
    let mut hidden = fields.clone();
    hidden.retain(|(name, _)| *name != "SimulatePaid");
    hidden.iter_mut().filter(|(name, _)| *name == "RtnMsg").for_each(|field| field.1 = "x&SimulatePaid=1");
    assert_eq!(check_mac(&fields), check_mac(&hidden), "the gap is there");
    let said = hear(&account(), signed(&hidden).as_bytes()).unwrap();
    assert_eq!(said.word, Word::Unclear { why: "SimulatePaid is neither 0 nor 1" });
}

/// A payment must not come out as a failure either.
#[test]
fn a_code_that_hides_another_field_is_none() {
    let mut fields = paid("0", "paid");
    fields.retain(|(name, _)| *name != "RtnMsg");
    fields.iter_mut().filter(|(name, _)| *name == "RtnCode").for_each(|field| field.1 = "1&RtnMsg=paid");
    assert_eq!(check_mac(&paid("0", "paid")), check_mac(&fields), "the gap is there");
    let said = hear(&account(), signed(&fields).as_bytes()).unwrap();
    assert_eq!(said.word, Word::Unclear { why: "RtnCode is no code" });
}

#[test]
fn a_name_in_another_case_is_another_name() {
    for (name, why) in [
        ("SimulatePaid", "SimulatePaid is neither 0 nor 1"),
        ("MerchantTradeNo", "no MerchantTradeNo"),
        ("RtnCode", "RtnCode is no code"),
        ("TradeNo", "TradeNo is no trade number"),
        ("TradeAmt", "TradeAmt is no amount"),
        ("PaymentDate", "PaymentDate is no time"),
    ] {
        let body = signed(&paid("0", "x"));
        let body = body.replace(&format!("&{name}="), &format!("&{}=", name.to_lowercase()));
        let said = hear(&account(), body.as_bytes()).unwrap();
        assert_eq!(said.word, Word::Unclear { why });
    }
    let body = signed(&paid("0", "x")).replace("MerchantID=", "merchantid=");
    assert_eq!(hear(&account(), body.as_bytes()), Err(Refused::Merchant));
}

#[test]
fn an_order_number_is_told_in_the_case_it_came_in() {
    let body = signed(&paid("0", "x")).replace("TPE2611230000001A001", "tpe2611230000001a001");
    assert_eq!(hear(&account(), body.as_bytes()).unwrap().order_no, "tpe2611230000001a001");
}

#[test]
fn another_merchants_notice_is_answered_in_ecpays_way() {
    let mut fields = paid("0", "x");
    fields[0] = ("MerchantID", "3002608");
    let refused = hear(&account(), signed(&fields).as_bytes()).unwrap_err();
    assert_eq!(refused, Refused::Merchant);
    let answer = account().refusal(refused);
    assert_eq!((answer.status, answer.body), (200, "0|MerchantID Error"));
    assert_eq!(account().refusal(Refused::Signature("CheckMacValue")).status, 400);
    assert_eq!((account().acknowledgement().status, account().acknowledgement().body), (200, "1|OK"));
}

#[test]
fn issued_numbers_are_instructions() {
    let issued = |code: &str, more: &[(&str, &str)]| {
        let fields =
            [&[("MerchantID", MERCHANT), ("MerchantTradeNo", "T"), ("RtnCode", code)], more].concat();
        match hear(&account(), signed(&fields).as_bytes()).unwrap().word {
            Word::Instructed(it) => (it.bank, it.numbers, it.expires_at.map(|at| at.to_string())),
            word => panic!("{word:?}"),
        }
    };
    let text = |value: &str| Some(value.to_owned());
    assert_eq!(
        issued("2", &[("BankCode", "822"), ("vAccount", "9103522175887271"), ("ExpireDate", "2026/11/26")]),
        (text("822"), vec!["9103522175887271".to_owned()], text("2026-11-26T15:59:59Z")),
    );
    let barcodes = [("PaymentNo", ""), ("Barcode1", "A"), ("Barcode2", "B"), ("Barcode3", "C")];
    assert_eq!(
        issued("10100073", &[&barcodes[..], &[("ExpireDate", "2026/11/30 20:15:00")]].concat()),
        (None, vec!["A".to_owned(), "B".to_owned(), "C".to_owned()], text("2026-11-30T12:15:00Z")),
    );
    assert_eq!(issued("10100073", &[("PaymentNo", "LLL1"), ("ExpireDate", "soon")]).2, None);
}

#[test]
fn the_previous_keys_are_tried_until_their_time() {
    let mut secret =
        fixtures::secret("ecpay_aio", MERCHANT, &json!({ "hash_key": "n".repeat(16), "hash_iv": HASH_IV }));
    secret["accounts"][0]["previous"] = json!({ "until": "2026-12-01T00:00:00Z", "keys": keys() });
    let account = fixtures::account(&secret);
    let body = signed(&paid("0", "x"));
    let said = hear_at(&account, body.as_bytes(), "2026-11-30T23:59:59Z").unwrap();
    assert_eq!(said.key, KeyUsed::Previous);
    let refused = hear_at(&account, body.as_bytes(), "2026-12-01T00:00:00Z");
    assert_eq!(refused, Err(Refused::Signature("CheckMacValue")));
}

#[test]
fn the_signature_is_in_upper_case_and_of_its_length() {
    let fields = paid("0", "x");
    let value = check_mac(&fields);
    for bad in [value.to_lowercase(), value[..63].to_owned(), format!("{value}0"), String::new()] {
        let body = form::write(fields.iter().copied().chain([("CheckMacValue", bad.as_str())]));
        assert_eq!(hear(&account(), body.as_bytes()), Err(Refused::Signature("CheckMacValue")), "{bad}");
    }
}

#[test]
fn nothing_of_the_keys_is_printed() {
    let shown = format!("{:?}", account());
    assert!(shown.contains(MERCHANT) && !shown.contains(HASH_KEY) && !shown.contains(HASH_IV), "{shown}");
}
