//! What 綠界 says about an order: to the city's server, and through the payer's browser.

use super::super::accounts::ECPAY;
use super::super::clock::{formatted, slashed};
use super::super::form::encoded;
use super::super::notice::{Notice, Word};
use super::super::order::{Means, Order, State};
use super::super::pages::WayBack;
use super::sign;

pub(super) type Pairs = Vec<(&'static str, String)>;

/// A notice as it is posted; `notice` as it was before this attempt.
pub fn notice_body(order: &Order, notice: &Notice) -> String {
    let again = notice.repeats || !notice.attempts.is_empty();
    let message = if again { "paid" } else { "交易成功" };
    let mut fields = fields(order, &notice.word, notice.amount, message);
    let mut digest = sign::check_mac_value(&fields, &ECPAY);
    if notice.forged {
        let last = digest.pop();
        digest.push(if last == Some('0') { '1' } else { '0' });
    }
    fields.push((sign::FIELD, digest));
    encoded(&fields)
}

/// How the payer's browser gets back to the shop.
pub fn way_back(order: &Order) -> WayBack {
    let (url, word) = match order.state {
        State::Issued => (order.asked("ClientRedirectURL"), Some(Word::Issued)),
        State::Paid => {
            (order.asked("OrderResultURL"), order.trades.first().map(|trade| Word::paid(trade, false)))
        }
        State::Failed => {
            (order.asked("OrderResultURL"), Some(Word::Failed { means: Means::Card, at: order.opened_at }))
        }
        State::Opened | State::Closed => ("", None),
    };
    match word {
        Some(word) if !url.is_empty() => {
            let mut fields = fields(order, &word, order.amount, "Succeeded");
            fields.push((sign::FIELD, sign::check_mac_value(&fields, &ECPAY)));
            WayBack::Post { url: url.to_owned(), fields }
        }
        _ => WayBack::of_link(order.asked("ClientBackURL")),
    }
}

/// The fields of a word, <https://developers.ecpay.com.tw/?p=2878> and `?p=2881`.
fn fields(order: &Order, word: &Word, amount: u64, paid: &str) -> Pairs {
    let mut fields = vec![
        ("MerchantID", ECPAY.merchant.to_owned()),
        ("MerchantTradeNo", order.order_no.clone()),
        ("StoreID", order.asked("StoreID").to_owned()),
        ("TradeAmt", amount.to_string()),
        ("TradeDate", slashed(order.opened_at)),
    ];
    fields.extend(custom(order));
    match word {
        Word::Issued => fields.extend(issued(order)),
        Word::Paid { trade_no, means, at, simulated } => {
            fields.extend([
                ("RtnCode", "1".to_owned()),
                ("RtnMsg", paid.to_owned()),
                ("TradeNo", trade_no.clone()),
                ("SimulatePaid", u8::from(*simulated).to_string()),
            ]);
            fields.extend(payment(order.amount, *means, *at));
            fields.extend(extra(order, *means, trade_no, *at));
        }
        Word::Failed { means, at } => {
            let (code, message) = match order.state {
                State::Paid => ("10200095", "The order already paid or not in the standard procedure"),
                _ => ("10100058", "付款失敗"),
            };
            fields.extend([
                ("RtnCode", code.to_owned()),
                ("RtnMsg", message.to_owned()),
                ("TradeNo", order.trade_no.clone()),
                ("SimulatePaid", "0".to_owned()),
            ]);
            fields.extend(payment(order.amount, *means, *at));
            fields.extend(extra(order, *means, "", *at));
        }
    }
    fields
}

/// The merchant's own fields, returned as they came.
pub(super) fn custom(order: &Order) -> Pairs {
    let names = ["CustomField1", "CustomField2", "CustomField3", "CustomField4"];
    names.map(|name| (name, order.asked(name).to_owned())).into()
}

pub(super) const fn payment_type(means: Means) -> &'static str {
    match means {
        Means::Card => "Credit_CreditCard",
        Means::Atm => "ATM_BOT",
        Means::StoreCode => "CVS_CVS",
        Means::Barcode => "BARCODE_BARCODE",
    }
}

/// What 綠界 keeps: here two in a hundred of a card payment, and a fixed fee otherwise.
pub(super) const fn fee(amount: u64, means: Means) -> u64 {
    match means {
        Means::Card => amount / 50,
        Means::Atm | Means::StoreCode | Means::Barcode => 10,
    }
}

fn payment(amount: u64, means: Means, at: i64) -> Pairs {
    vec![
        ("PaymentDate", slashed(at)),
        ("PaymentType", payment_type(means).to_owned()),
        ("PaymentTypeChargeFee", fee(amount, means).to_string()),
    ]
}

fn issued(order: &Order) -> Pairs {
    let Some(number) = &order.number else { return Vec::new() };
    let mut fields =
        vec![("TradeNo", order.trade_no.clone()), ("PaymentType", payment_type(number.means).to_owned())];
    let bars = |parts: [&str; 3]| {
        let [first, second, third] = parts.map(str::to_owned);
        [("Barcode1", first), ("Barcode2", second), ("Barcode3", third)]
    };
    if number.means == Means::Atm {
        fields.extend([
            ("RtnCode", "2".to_owned()),
            ("RtnMsg", "Get VirtualAccount Succeeded".to_owned()),
            ("BankCode", number.bank.clone().unwrap_or_default()),
            ("vAccount", number.part(0).to_owned()),
            ("ExpireDate", formatted(number.expires_at, "%Y/%m/%d")),
        ]);
    } else {
        let is_code = number.means == Means::StoreCode;
        fields.extend([
            ("RtnCode", "10100073".to_owned()),
            ("RtnMsg", "Get CVS Code Succeeded.".to_owned()),
            ("PaymentNo", if is_code { number.part(0).to_owned() } else { String::new() }),
            ("ExpireDate", slashed(number.expires_at)),
        ]);
        fields.extend(bars(if is_code { [""; 3] } else { [0, 1, 2].map(|at| number.part(at)) }));
    }
    fields
}

/// What is added for a merchant that asked with `NeedExtraPaidInfo=Y`: all names, most without a value.
pub(super) fn extra(order: &Order, means: Means, trade_no: &str, at: i64) -> Pairs {
    const NAMES: [&str; 23] = [
        "WebATMAccBank",
        "WebATMAccNo",
        "WebATMBankName",
        "ATMAccBank",
        "ATMAccNo",
        "PaymentNo",
        "PayFrom",
        "gwsr",
        "process_date",
        "auth_code",
        "amount",
        "stage",
        "stast",
        "staed",
        "eci",
        "card4no",
        "card6no",
        "red_dan",
        "red_de_amt",
        "red_ok_amt",
        "red_yet",
        "PeriodType",
        "Frequency",
    ];
    if order.asked("NeedExtraPaidInfo") != "Y" {
        return Vec::new();
    }
    let card = order.card(trade_no);
    let value = |name: &str| match (name, means, card) {
        ("gwsr", Means::Card, Some(card)) => card.authorisation.to_string(),
        ("auth_code", Means::Card, Some(card)) => card.auth_code.clone(),
        ("process_date", Means::Card, Some(_)) => slashed(at),
        ("amount", Means::Card, Some(_)) => order.amount.to_string(),
        (
            "stage" | "stast" | "staed" | "red_dan" | "red_de_amt" | "red_ok_amt" | "red_yet",
            Means::Card,
            _,
        ) => "0".to_owned(),
        ("eci", Means::Card, Some(_)) => "5".to_owned(),
        ("card4no", Means::Card, _) => "2222".to_owned(),
        ("card6no", Means::Card, _) => "431195".to_owned(),
        ("ATMAccBank", Means::Atm, _) => "004".to_owned(),
        ("ATMAccNo", Means::Atm, _) => "12345".to_owned(),
        ("PaymentNo", Means::StoreCode, _) => {
            order.number.as_ref().map(|number| number.part(0).to_owned()).unwrap_or_default()
        }
        ("PayFrom", Means::StoreCode | Means::Barcode, _) => "family".to_owned(),
        _ => String::new(),
    };
    NAMES.map(|name| (name, value(name))).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::card::Card;
    use crate::sandbox::form::Fields;
    use crate::sandbox::notice::{Attempt, Progress};
    use crate::sandbox::order::{Number, Provider, Trade, tests::order};

    fn notice(word: Word) -> Notice {
        Notice {
            word,
            url: String::new(),
            amount: 300,
            forged: false,
            repeats: false,
            progress: Progress::Waiting,
            attempts: Vec::new(),
        }
    }

    /// The fields of a notice, whose digest must be right.
    fn read(order: &Order, notice: &Notice) -> Fields {
        let fields = Fields::read(notice_body(order, notice).as_bytes()).unwrap();
        assert_eq!(fields.get(sign::FIELD), sign::check_mac_value(&fields.pairs(), &ECPAY));
        fields
    }

    fn paid(means: Means) -> Word {
        Word::Paid { trade_no: "2611231000000001".to_owned(), means, at: 1_795_399_268, simulated: false }
    }

    #[test]
    fn a_payment_is_told_with_every_documented_field() {
        let fields = read(&order(Provider::EcpayAio), &notice(paid(Means::Card)));
        let names: Vec<&str> = fields.pairs().into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "CheckMacValue",
                "CustomField1",
                "CustomField2",
                "CustomField3",
                "CustomField4",
                "MerchantID",
                "MerchantTradeNo",
                "PaymentDate",
                "PaymentType",
                "PaymentTypeChargeFee",
                "RtnCode",
                "RtnMsg",
                "SimulatePaid",
                "StoreID",
                "TradeAmt",
                "TradeDate",
                "TradeNo"
            ]
        );
        assert_eq!((fields.get("RtnCode"), fields.get("RtnMsg")), ("1", "交易成功"));
        assert_eq!((fields.get("PaymentDate"), fields.get("TradeAmt")), ("2026/11/23 10:01:08", "300"));
    }

    #[test]
    fn the_second_time_the_message_differs() {
        let attempt = Attempt { at: 0, status: None, body: String::new(), acknowledged: false };
        let second = Notice { attempts: vec![attempt], ..notice(paid(Means::Card)) };
        assert_eq!(read(&order(Provider::EcpayAio), &second).get("RtnMsg"), "paid");
        let again = Notice { repeats: true, ..notice(paid(Means::Card)) };
        assert_eq!(read(&order(Provider::EcpayAio), &again).get("RtnMsg"), "paid");
    }

    #[test]
    fn a_forged_digest_is_one_digit_off() {
        let good = notice(paid(Means::Card));
        let bad = Notice { forged: true, ..good.clone() };
        let order = order(Provider::EcpayAio);
        let digest = |notice| {
            let fields = Fields::read(notice_body(&order, notice).as_bytes()).unwrap();
            fields.get(sign::FIELD).to_owned()
        };
        let (good, bad) = (digest(&good), digest(&bad));
        assert_eq!(good.len(), bad.len());
        assert_eq!(good.bytes().zip(bad.bytes()).filter(|(one, other)| one != other).count(), 1);
    }

    #[test]
    fn a_number_is_no_payment() {
        let mut order = order(Provider::EcpayAio);
        let number = |means, numbers: &[&str]| Number {
            means,
            bank: Some("004".to_owned()),
            numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
            expires_at: 1_795_449_599,
        };
        order.number = Some(number(Means::Atm, &["9103"]));
        let fields = read(&order, &notice(Word::Issued));
        assert_eq!(
            (fields.get("RtnCode"), fields.get("BankCode"), fields.get("vAccount")),
            ("2", "004", "9103")
        );
        assert_eq!(fields.get("ExpireDate"), "2026/11/23");
        assert!(!fields.has("SimulatePaid") && !fields.has("PaymentDate"));
        order.number = Some(number(Means::StoreCode, &["LLL1"]));
        let fields = read(&order, &notice(Word::Issued));
        assert_eq!((fields.get("RtnCode"), fields.get("PaymentNo")), ("10100073", "LLL1"));
        assert_eq!((fields.get("ExpireDate"), fields.get("Barcode1")), ("2026/11/23 23:59:59", ""));
        order.number = Some(number(Means::Barcode, &["a", "b", "c"]));
        let fields = read(&order, &notice(Word::Issued));
        assert_eq!(["PaymentNo", "Barcode1", "Barcode3"].map(|name| fields.get(name)), ["", "a", "c"]);
    }

    #[test]
    fn lower_case_names_come_when_they_were_asked_for() {
        let mut order = order(Provider::EcpayAio);
        order.request.insert("NeedExtraPaidInfo".to_owned(), "Y".to_owned());
        let card = Some(Card::new(10_293_847, "777777".to_owned()));
        let trade_no = "2611231000000001".to_owned();
        order.trades = vec![Trade { trade_no, means: Means::Card, amount: 300, paid_at: 0, card }];
        let fields = read(&order, &notice(paid(Means::Card)));
        assert_eq!((fields.get("gwsr"), fields.get("amount")), ("10293847", "300"));
        assert!(fields.has("WebATMAccNo"));
    }

    #[test]
    fn the_browser_goes_where_the_merchant_said() {
        let mut order = order(Provider::EcpayAio);
        order.state = State::Issued;
        assert_eq!(way_back(&order), WayBack::None);
        order.request.insert("ClientBackURL".to_owned(), "http://localhost/back".to_owned());
        assert_eq!(way_back(&order), WayBack::Go("http://localhost/back".to_owned()));
        order.request.insert("ClientRedirectURL".to_owned(), "http://localhost/number".to_owned());
        let WayBack::Post { url, fields } = way_back(&order) else { panic!("it is posted") };
        assert_eq!(url, "http://localhost/number");
        assert_eq!(fields.last().unwrap().1, sign::check_mac_value(&fields, &ECPAY));
    }
}
