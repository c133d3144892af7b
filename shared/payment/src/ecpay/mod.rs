//! 綠界科技 全方位金流 (ECPay AIO): signed forms in both directions. The manual is at
//! developers.ecpay.com.tw; `?p=` in comments is a page of it.

mod callback;
mod check_mac;
mod media;
mod order;
mod query;
mod refund;
#[cfg(test)]
mod tests;

use std::time::Duration;

use domain::payment::{Means, Provider};
use jiff::civil::Date;
use secrecy::SecretBox;

use crate::account::At;
use crate::call::{Call, Method, NotUnderstood, Reply, Step, Stepped};
use crate::callback::{Acknowledgement, Heard, Incoming, Refused, Said};
use crate::form;
use crate::keys::{AccountFile, BadAccount, Ring, Stage, of_length};
use crate::order::{Order, Refund, Start, Unfit};

/// A shop (特店) at ECPay.
#[derive(Debug)]
pub struct Account {
    /// 特店編號, `MerchantID`.
    merchant: String,
    ring: Ring<Keys>,
    /// Where orders are made, asked for and given back.
    payment: String,
    /// Where files of payments are fetched.
    vendor: String,
    /// Where the state of a card payment is asked for by order number.
    card: String,
}

/// `HashKey` and `HashIV`.
#[derive(Debug)]
struct Keys {
    hash_key: SecretBox<[u8; 16]>,
    hash_iv: SecretBox<[u8; 16]>,
}

/// Fields of a request, in the order they are sent.
type Fields = Vec<(&'static str, String)>;

const PAYMENT: &str = "https://payment.ecpay.com.tw";
const PAYMENT_STAGE: &str = "https://payment-stage.ecpay.com.tw";
const VENDOR: &str = "https://vendor.ecpay.com.tw";
const VENDOR_STAGE: &str = "https://vendor-stage.ecpay.com.tw";
const CARD: &str = "https://ecpayment.ecpay.com.tw";
const CARD_STAGE: &str = "https://ecpayment-stage.ecpay.com.tw";

/// Shops and keys that ECPay publishes for tests (?p=2856 and its SDKs).
const PUBLISHED_SHOPS: [&str; 6] = ["2000132", "2000214", "2000933", "3002599", "3002607", "3365120"];
const PUBLISHED_KEYS: [&str; 5] =
    ["5294y06JbISpM5x9", "XBERn1YOvpM9nfZc", "oyQPlLVKop9xuwxw", "pwFHCqoQZGmho4w6", "spPjZn66i0OhqJsQ"];

/// How times are written: Taipei time without its offset.
const TIME: &str = "%Y/%m/%d %H:%M:%S";

/// How long ECPay wants to be left alone after it answered 403 (?p=2858).
const LEFT_ALONE: Duration = Duration::from_mins(30);

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "every provider is asked the same")]
impl Account {
    pub(crate) fn read(file: AccountFile, stage: &Stage) -> Result<Self, BadAccount> {
        file.refuse_published(stage, &PUBLISHED_SHOPS, &PUBLISHED_KEYS)?;
        let ring = file.ring(["hash_key", "hash_iv"], |[hash_key, hash_iv]| {
            Ok(Keys { hash_key: of_length(hash_key)?, hash_iv: of_length(hash_iv)? })
        })?;
        Ok(Self {
            merchant: file.merchant,
            ring,
            payment: stage.base(Provider::EcpayAio, PAYMENT, PAYMENT_STAGE),
            vendor: stage.base(Provider::EcpayAio, VENDOR, VENDOR_STAGE),
            card: stage.base(Provider::EcpayAio, CARD, CARD_STAGE),
        })
    }

    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    pub fn means(&self) -> &'static [Means] {
        &[Means::Card, Means::Atm, Means::StoreCode, Means::Barcode]
    }

    pub fn start(&self, order: &Order<'_>, at: At) -> Result<Start, Unfit> {
        let fields = self.signed(order::fields(&self.merchant, order, at.now)?);
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Start::Form { action: format!("{}/Cashier/AioCheckOut/V5", self.payment), fields })
    }

    pub fn started(&self, _: &Order<'_>, _: &Reply) -> Result<Start, NotUnderstood> {
        Err(NotUnderstood("an order begins in the browser"))
    }

    pub fn hear(&self, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
        callback::hear(self, incoming)
    }

    /// Exactly four bytes, or ECPay calls again (?p=2878).
    pub fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement { status: 200, content_type: "text/plain", body: "1|OK" }
    }

    /// `0|` and a reason is how ECPay is told no.
    pub fn refusal(&self, refused: Refused) -> Acknowledgement {
        match refused {
            Refused::Merchant => Acknowledgement { body: "0|MerchantID Error", ..self.acknowledgement() },
            _ => Acknowledgement::REFUSED,
        }
    }

    pub fn ask(&self, order: &Order<'_>, at: At) -> Option<Step> {
        Some(query::ask(self, order, at.now))
    }

    pub fn learn(
        &self,
        order: &Order<'_>,
        step: &'static str,
        reply: &Reply,
        _: At,
    ) -> Result<Stepped, NotUnderstood> {
        query::learn(self, order, step, reply)
    }

    pub fn refund(&self, refund: &Refund<'_>, at: At) -> Option<Step> {
        (refund.order.means == Means::Card).then(|| refund::look_up(self, refund, at.now))
    }

    pub fn refunded(
        &self,
        refund: &Refund<'_>,
        step: &'static str,
        reply: &Reply,
        at: At,
    ) -> Result<Stepped, NotUnderstood> {
        refund::next(self, refund, step, reply, at.now)
    }

    pub fn daily_file(&self, day: Date) -> Call {
        media::ask(self, day)
    }

    pub fn read_file(&self, reply: &Reply) -> Result<Vec<Said>, NotUnderstood> {
        media::read(reply)
    }

    /// The fields with the `CheckMacValue` over them.
    fn signed(&self, mut fields: Fields) -> Fields {
        let value = self.ring.current.check_mac(fields.iter().map(|(name, value)| (*name, value.as_str())));
        fields.push(("CheckMacValue", value));
        fields
    }

    /// A request that our server makes.
    fn post(&self, path: &str, fields: Fields) -> Call {
        self.post_to(&self.payment, path, fields)
    }

    fn post_to(&self, host: &str, path: &str, fields: Fields) -> Call {
        let fields = self.signed(fields);
        let body = form::write(fields.iter().map(|(name, value)| (*name, value.as_str())));
        Call {
            method: Method::Post,
            url: format!("{host}{path}"),
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: body.into_bytes(),
            patience: Duration::from_secs(20),
        }
    }
}

/// What an answer means before it is read: ECPay asks by 403 to be left alone.
fn held_off(reply: &Reply) -> Result<Option<Stepped>, NotUnderstood> {
    match reply.status {
        200 => Ok(None),
        403 => Ok(Some(Stepped::HoldOff(LEFT_ALONE))),
        _ => Err(NotUnderstood("HTTP status")),
    }
}
