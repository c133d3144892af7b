//! An order at a provider: what was asked for, what the payer did, which trades came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::card::Card;
use super::misbehaviour::Misbehaviour;

/// Whose order it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// 綠界 全方位金流.
    EcpayAio,
    /// 藍新 幕前支付.
    NewebpayMpg,
}

impl Provider {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EcpayAio => "ecpay_aio",
            Self::NewebpayMpg => "newebpay_mpg",
        }
    }

    /// Its name in Chinese and in English.
    #[must_use]
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::EcpayAio => ("綠界科技", "ECPay"),
            Self::NewebpayMpg => ("藍新金流", "NewebPay"),
        }
    }

    /// How often a notice is sent again that was not acknowledged.
    #[must_use]
    pub const fn resends(self) -> usize {
        match self {
            Self::EcpayAio => 4,
            Self::NewebpayMpg => 3,
        }
    }

    /// Whether an answer acknowledges a notice.
    #[must_use]
    pub fn is_acknowledged(self, status: u16, body: &[u8]) -> bool {
        match self {
            Self::EcpayAio => status == 200 && body == b"1|OK",
            Self::NewebpayMpg => status == 200,
        }
    }
}

/// How the payer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// 信用卡.
    Card,
    /// 虛擬帳號.
    Atm,
    /// 超商代碼.
    StoreCode,
    /// 超商條碼.
    Barcode,
}

impl Means {
    pub const ALL: [Self; 4] = [Self::Card, Self::Atm, Self::StoreCode, Self::Barcode];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Atm => "atm",
            Self::StoreCode => "store_code",
            Self::Barcode => "barcode",
        }
    }

    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.code() == code)
    }

    /// In Chinese and in English.
    #[must_use]
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Card => ("信用卡", "credit card"),
            Self::Atm => ("ATM 虛擬帳號", "bank transfer to a virtual account"),
            Self::StoreCode => ("超商代碼", "convenience store code"),
            Self::Barcode => ("超商條碼", "convenience store bar codes"),
        }
    }
}

/// Where an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The payer sees the page.
    Opened,
    /// A number was issued; it can be paid until it expires.
    Issued,
    Paid,
    /// The card was declined.
    Failed,
    /// The payer went away.
    Closed,
}

impl State {
    /// In Chinese and in English.
    #[must_use]
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Opened => ("等待付款", "waiting for the payer"),
            Self::Issued => ("已取號，待繳費", "number issued, not paid"),
            Self::Paid => ("已付款", "paid"),
            Self::Failed => ("付款失敗", "payment failed"),
            Self::Closed => ("已離開，未付款", "closed without paying"),
        }
    }
}

/// A number to pay by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    pub means: Means,
    /// Code of the bank of a virtual account.
    pub bank: Option<String>,
    /// The account, the code, or three bar codes.
    pub numbers: Vec<String>,
    /// The last second in which it can be paid.
    pub expires_at: i64,
}

impl Number {
    /// The account, the code, or a bar code; empty when there is none at this place.
    #[must_use]
    pub fn part(&self, at: usize) -> &str {
        self.numbers.get(at).map_or("", String::as_str)
    }
}

/// Money that came.
#[expect(clippy::struct_field_names, reason = "交易編號 is the trade number, here and at the providers")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    pub trade_no: String,
    pub means: Means,
    pub amount: u64,
    pub paid_at: i64,
    pub card: Option<Card>,
}

/// Amounts are whole New Taiwan dollars; instants are seconds of the city's clock.
#[expect(clippy::struct_field_names, reason = "訂單編號 is the order number, here and at the providers")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub provider: Provider,
    pub order_no: String,
    pub amount: u64,
    /// What is paid for.
    pub item: String,
    pub opened_at: i64,
    /// The provider's number for it.
    pub trade_no: String,
    /// The means the merchant asked to be offered.
    pub offered: Vec<Means>,
    /// Every field that the merchant sent.
    pub request: BTreeMap<String, String>,
    pub state: State,
    pub number: Option<Number>,
    pub trades: Vec<Trade>,
    pub misbehave: Misbehaviour,
}

/// Why the payer cannot do that: in Chinese and in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal(pub &'static str, pub &'static str);

impl Order {
    /// A field of the merchant's request; empty when it was absent.
    #[must_use]
    pub fn asked(&self, name: &str) -> &str {
        self.request.get(name).map_or("", String::as_str)
    }

    /// What paying now would be: by the number, if one was issued.
    pub fn means_of_payment(&self, wanted: Option<Means>, now: i64) -> Result<Means, Refusal> {
        if self.state == State::Paid {
            return Err(Refusal("訂單已付款", "the order is paid"));
        }
        match (&self.number, wanted) {
            (_, Some(Means::Card)) | (None, None) => self.offers(Means::Card),
            (Some(number), wanted) if wanted.is_none_or(|wanted| wanted == number.means) => {
                if now > number.expires_at {
                    return Err(Refusal("繳費期限已過", "the number has expired"));
                }
                Ok(number.means)
            }
            _ => Err(Refusal("請先取號", "a number has to be issued first")),
        }
    }

    /// Whether a number of these means can be issued now.
    pub fn can_issue(&self, means: Means) -> Result<(), Refusal> {
        if means == Means::Card {
            return Err(Refusal("信用卡不需取號", "a card needs no number"));
        }
        if self.number.is_some() || self.state == State::Paid {
            return Err(Refusal("已取號或已付款", "a number was issued already, or the order is paid"));
        }
        self.offers(means).map(|_| ())
    }

    /// Whether the payer can still go away, or have a card declined.
    pub fn can_end(&self) -> Result<(), Refusal> {
        match self.state {
            State::Opened | State::Failed => Ok(()),
            State::Issued | State::Paid | State::Closed => Err(Refusal(
                "訂單已取號、已付款或已離開",
                "a number was issued, or the order is paid or closed",
            )),
        }
    }

    fn offers(&self, means: Means) -> Result<Means, Refusal> {
        if self.offered.contains(&means) {
            return Ok(means);
        }
        Err(Refusal("特店未開放此付款方式", "the merchant does not offer these means"))
    }

    /// The card side of the trade with this number.
    #[must_use]
    pub fn card(&self, trade_no: &str) -> Option<&Card> {
        self.trades.iter().find(|trade| trade.trade_no == trade_no)?.card.as_ref()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An order of 300 dollars that offers everything.
    pub(in crate::sandbox) fn order(provider: Provider) -> Order {
        Order {
            provider,
            order_no: "TPE0000000000000ABCD".to_owned(),
            amount: 300,
            item: "規費".to_owned(),
            opened_at: 1_795_399_200,
            trade_no: "2611231000000001".to_owned(),
            offered: Means::ALL.to_vec(),
            request: BTreeMap::new(),
            state: State::Opened,
            number: None,
            trades: Vec::new(),
            misbehave: Misbehaviour::default(),
        }
    }

    #[test]
    fn a_number_is_issued_once_and_paid_until_it_expires() {
        let mut order = order(Provider::EcpayAio);
        assert_eq!(order.means_of_payment(None, 0), Ok(Means::Card));
        assert!(order.means_of_payment(Some(Means::Atm), 0).is_err(), "nothing was issued");
        assert!(order.can_issue(Means::Card).is_err());
        order.can_issue(Means::Atm).unwrap();
        order.state = State::Issued;
        order.number =
            Some(Number { means: Means::Atm, bank: None, numbers: vec!["1".to_owned()], expires_at: 10 });
        assert!(order.can_issue(Means::Barcode).is_err());
        assert_eq!(order.means_of_payment(None, 10), Ok(Means::Atm));
        assert_eq!(order.means_of_payment(Some(Means::Atm), 10), Ok(Means::Atm));
        assert!(order.means_of_payment(Some(Means::Barcode), 10).is_err());
        assert!(order.means_of_payment(None, 11).is_err());
        assert!(order.can_end().is_err());
    }

    #[test]
    fn what_the_merchant_does_not_offer_cannot_be_used() {
        let order = Order { offered: vec![Means::Atm], ..order(Provider::NewebpayMpg) };
        assert!(order.means_of_payment(None, 0).is_err());
        assert!(order.can_issue(Means::Barcode).is_err());
    }

    #[test]
    fn each_provider_counts_its_own_answer() {
        let (ecpay, newebpay) = (Provider::EcpayAio, Provider::NewebpayMpg);
        assert!(ecpay.is_acknowledged(200, b"1|OK"));
        for (status, body) in [(200, &b"1|OK\n"[..]), (201, b"1|OK"), (200, b"\"1|OK\""), (200, b"")] {
            assert!(!ecpay.is_acknowledged(status, body), "{status} {body:?}");
        }
        assert!(newebpay.is_acknowledged(200, b"") && !newebpay.is_acknowledged(204, b""));
    }
}
