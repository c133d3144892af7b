//! What 藍新 says about an order: to the city's server, and through the payer's browser.

use serde_json::{Map, Value, json};

use super::super::accounts::NEWEBPAY;
use super::super::clock::{dashed, formatted};
use super::super::form::encoded;
use super::super::notice::{Notice, Word};
use super::super::order::{Means, Order, State};
use super::super::pages::WayBack;
use super::{common, sign, spread};

/// A notice as it is posted.
pub fn notice_body(order: &Order, notice: &Notice) -> String {
    encoded(&fields(order, &notice.word, notice.amount, notice.forged))
}

/// How the payer's browser gets back to the shop.
pub fn way_back(order: &Order) -> WayBack {
    let (url, word) = match order.state {
        State::Issued => (order.asked("CustomerURL"), Some(Word::Issued)),
        State::Paid => (order.asked("ReturnURL"), order.trades.first().map(|trade| Word::paid(trade, false))),
        State::Failed => {
            (order.asked("ReturnURL"), Some(Word::Failed { means: Means::Card, at: order.opened_at }))
        }
        State::Opened | State::Closed => ("", None),
    };
    match word {
        Some(word) if !url.is_empty() => {
            WayBack::Post { url: url.to_owned(), fields: fields(order, &word, order.amount, false) }
        }
        _ => WayBack::of_link(order.asked("ClientBackURL")),
    }
}

/// The outer fields. Only what is encrypted is proven.
fn fields(order: &Order, word: &Word, amount: u64, forged: bool) -> Vec<(&'static str, String)> {
    let (status, message) = match word {
        Word::Issued => ("SUCCESS", "取號成功"),
        Word::Paid { means: Means::Card, .. } => ("SUCCESS", "授權成功"),
        Word::Paid { .. } => ("SUCCESS", "付款成功"),
        Word::Failed { .. } => ("MPG03009", "授權失敗"),
    };
    let result = result(order, word, amount);
    let text = if order.asked("RespondType") == "String" {
        spread(status, message, &result)
    } else {
        json!({ "Status": status, "Message": message, "Result": result }).to_string()
    };
    let info = sign::encrypt(&text, &NEWEBPAY).unwrap_or_default();
    let mut digest = sign::trade_sha(&info, &NEWEBPAY);
    if forged {
        let last = digest.pop();
        digest.push(if last == Some('0') { '1' } else { '0' });
    }
    vec![
        ("Status", status.to_owned()),
        ("MerchantID", NEWEBPAY.merchant.to_owned()),
        ("Version", order.asked("Version").to_owned()),
        ("TradeInfo", info),
        ("TradeSha", digest),
    ]
}

pub(super) const fn payment_type(means: Means) -> &'static str {
    match means {
        Means::Card => "CREDIT",
        Means::Atm => "VACC",
        Means::StoreCode => "CVS",
        Means::Barcode => "BARCODE",
    }
}

fn put<const N: usize>(into: &mut Map<String, Value>, fields: [(&str, Value); N]) {
    into.extend(fields.map(|(name, value)| (name.to_owned(), value)));
}

/// Section 4.2.2 of the manual, and 4.2.3 for a number.
fn result(order: &Order, word: &Word, amount: u64) -> Map<String, Value> {
    match word {
        Word::Issued => {
            let mut result = common(amount, &order.trade_no, &order.order_no);
            put_number(&mut result, order);
            result
        }
        Word::Paid { trade_no, means, at, .. } => {
            let mut result = common(amount, trade_no, &order.order_no);
            put(&mut result, [("PayTime", json!(dashed(*at)))]);
            put_payment(&mut result, order, *means, order.card(trade_no).map(|card| card.auth_code.as_str()));
            result
        }
        Word::Failed { means, .. } => {
            let mut result = common(amount, &order.trade_no, &order.order_no);
            put_payment(&mut result, order, *means, None);
            result
        }
    }
}

fn put_payment(result: &mut Map<String, Value>, order: &Order, means: Means, auth_code: Option<&str>) {
    put(
        result,
        [
            ("PaymentType", json!(payment_type(means))),
            ("RespondType", json!(order.asked("RespondType"))),
            ("IP", json!("127.0.0.1")),
            ("EscrowBank", json!("HNCB")),
        ],
    );
    let part = |at| json!(order.number.as_ref().map(|number| number.part(at)).unwrap_or_default());
    match means {
        Means::Card => put(
            result,
            [
                ("AuthBank", json!("KGI")),
                ("RespondCode", json!(if auth_code.is_some() { "00" } else { "" })),
                ("Auth", json!(auth_code.unwrap_or_default())),
                ("Card6No", json!(if auth_code.is_some() { "400022" } else { "" })),
                ("Card4No", json!(if auth_code.is_some() { "1111" } else { "" })),
                ("ECI", json!("")),
                ("Inst", json!(0)),
                ("InstFirst", json!(0)),
                ("InstEach", json!(0)),
                ("TokenUseStatus", json!(0)),
                ("PaymentMethod", json!("CREDIT")),
            ],
        ),
        Means::Atm => put(result, [("PayBankCode", json!("004")), ("PayerAccount5Code", json!("12345"))]),
        Means::StoreCode => {
            put(result, [("CodeNo", part(0)), ("StoreType", json!(2)), ("StoreID", json!("測試門市"))]);
        }
        Means::Barcode => put(
            result,
            [
                ("Barcode_1", part(0)),
                ("Barcode_2", part(1)),
                ("Barcode_3", part(2)),
                ("RepayTimes", json!(1)),
                ("PayStore", json!("FAMILY")),
            ],
        ),
    }
}

fn put_number(result: &mut Map<String, Value>, order: &Order) {
    let Some(number) = &order.number else { return };
    put(
        result,
        [
            ("PaymentType", json!(payment_type(number.means))),
            ("ExpireDate", json!(formatted(number.expires_at, "%Y-%m-%d"))),
            ("ExpireTime", json!(formatted(number.expires_at, "%H%M%S"))),
        ],
    );
    match number.means {
        Means::Card => {}
        Means::Atm => put(result, [("BankCode", json!(number.bank)), ("CodeNo", json!(number.part(0)))]),
        Means::StoreCode => put(result, [("CodeNo", json!(number.part(0)))]),
        Means::Barcode => put(
            result,
            [
                ("Barcode_1", json!(number.part(0))),
                ("Barcode_2", json!(number.part(1))),
                ("Barcode_3", json!(number.part(2))),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::form::Fields;
    use crate::sandbox::notice::Progress;
    use crate::sandbox::order::{Number, Provider, tests::order};

    fn asking(respond_type: &str) -> Order {
        let mut order = order(Provider::NewebpayMpg);
        order.request.insert("RespondType".to_owned(), respond_type.to_owned());
        order.request.insert("Version".to_owned(), "2.0".to_owned());
        order
    }

    fn notice(word: Word, forged: bool) -> Notice {
        let progress = Progress::Waiting;
        Notice {
            word,
            url: String::new(),
            amount: 300,
            forged,
            repeats: false,
            progress,
            attempts: Vec::new(),
        }
    }

    fn paid(means: Means) -> Word {
        Word::Paid { trade_no: "26112310000000001".to_owned(), means, at: 1_795_399_268, simulated: false }
    }

    /// The decrypted text of a notice, whose digest must be right.
    fn read(order: &Order, word: Word) -> String {
        let fields = Fields::read(notice_body(order, &notice(word, false)).as_bytes()).unwrap();
        assert_eq!(fields.get("TradeSha"), sign::trade_sha(fields.get("TradeInfo"), &NEWEBPAY));
        assert_eq!((fields.get("Version"), fields.get("MerchantID")), ("2.0", "MS127874575"));
        sign::decrypt(fields.get("TradeInfo"), &NEWEBPAY).unwrap()
    }

    #[test]
    fn a_payment_is_told_as_json_or_as_a_query_string() {
        let told: Value = serde_json::from_str(&read(&asking("JSON"), paid(Means::Atm))).unwrap();
        assert_eq!((&told["Status"], &told["Result"]["Amt"]), (&json!("SUCCESS"), &json!(300)));
        assert_eq!(told["Result"]["PayTime"], "2026-11-23 10:01:08");
        assert_eq!(told["Result"]["PayBankCode"], "004");
        let told = read(&asking("String"), paid(Means::Card));
        let told = Fields::read(told.as_bytes()).unwrap();
        assert_eq!(
            (told.get("Status"), told.get("Message"), told.get("Amt")),
            ("SUCCESS", "授權成功", "300")
        );
        assert_eq!((told.get("PayTime"), told.get("PaymentType")), ("2026-11-23 10:01:08", "CREDIT"));
    }

    #[test]
    fn a_failure_has_no_time_of_payment() {
        let failed = Word::Failed { means: Means::Card, at: 0 };
        let told: Value = serde_json::from_str(&read(&asking("JSON"), failed)).unwrap();
        assert_eq!((&told["Status"], &told["Result"]["PayTime"]), (&json!("MPG03009"), &Value::Null));
    }

    #[test]
    fn a_forged_digest_does_not_match() {
        let body = notice_body(&asking("JSON"), &notice(paid(Means::Card), true));
        let fields = Fields::read(body.as_bytes()).unwrap();
        assert_ne!(fields.get("TradeSha"), sign::trade_sha(fields.get("TradeInfo"), &NEWEBPAY));
        assert_eq!(fields.get("TradeSha").len(), 64);
    }

    #[test]
    fn a_number_is_shown_in_the_browser() {
        let mut order = asking("JSON");
        order.state = State::Issued;
        let numbers = vec!["9103".to_owned()];
        let bank = Some("004".to_owned());
        order.number = Some(Number { means: Means::Atm, bank, numbers, expires_at: 1_795_449_599 });
        order.request.insert("CustomerURL".to_owned(), "http://localhost/number".to_owned());
        let WayBack::Post { url, fields } = way_back(&order) else { panic!("it is posted") };
        assert_eq!(url, "http://localhost/number");
        let info = &fields.iter().find(|(name, _)| *name == "TradeInfo").unwrap().1;
        let told: Value = serde_json::from_str(&sign::decrypt(info, &NEWEBPAY).unwrap()).unwrap();
        assert_eq!((&told["Result"]["BankCode"], &told["Result"]["CodeNo"]), (&json!("004"), &json!("9103")));
        assert_eq!(
            (&told["Result"]["ExpireDate"], &told["Result"]["ExpireTime"]),
            (&json!("2026-11-23"), &json!("235959"))
        );
    }
}
