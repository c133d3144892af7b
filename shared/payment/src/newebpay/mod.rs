//! 藍新金流 幕前支付 (NewebPay MPG): an encrypted order that the browser posts, and encrypted notices of
//! payment. The manual is NDNF-1.1.9, 線上交易─幕前支付技術串接手冊.

mod answer;
mod callback;
mod order;
mod query;
mod refund;
mod seal;
#[cfg(test)]
mod tests;

use std::time::Duration;

use domain::payment::{Means, Provider};
use secrecy::SecretBox;

use crate::account::At;
use crate::call::{Call, Method, NotUnderstood, Reply, Step, Stepped};
use crate::callback::{Acknowledgement, Heard, Incoming, Refused};
use crate::form;
use crate::keys::{AccountFile, BadAccount, Ring, Stage, of_length};
use crate::order::{Order, Refund, Start, Unfit};

/// A shop (商店) at NewebPay.
#[derive(Debug)]
pub struct Account {
    /// 商店代號, `MerchantID`.
    merchant: String,
    ring: Ring<Keys>,
    host: String,
}

/// `HashKey` and `HashIV`.
#[derive(Debug)]
struct Keys {
    hash_key: SecretBox<[u8; 32]>,
    hash_iv: SecretBox<[u8; 16]>,
}

/// Fields of a request, in the order they are sent.
type Fields = Vec<(&'static str, String)>;

const HOST: &str = "https://core.newebpay.com";
const TEST_HOST: &str = "https://ccore.newebpay.com";

/// The shop and the key of the manual's examples.
const PUBLISHED_SHOPS: [&str; 1] = ["MS127874575"];
const PUBLISHED_KEYS: [&str; 1] = ["Fs5cX1TGqYM2PpdbE14a9H83YQSQF5jn"];

/// How times are written: Taipei time without its offset.
const TIME: &str = "%Y-%m-%d %H:%M:%S";

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "every provider is asked the same")]
impl Account {
    pub(crate) fn read(file: AccountFile, stage: &Stage) -> Result<Self, BadAccount> {
        file.refuse_published(stage, &PUBLISHED_SHOPS, &PUBLISHED_KEYS)?;
        let ring = file.ring(["hash_key", "hash_iv"], |[hash_key, hash_iv]| {
            Ok(Keys { hash_key: of_length(hash_key)?, hash_iv: of_length(hash_iv)? })
        })?;
        Ok(Self { merchant: file.merchant, ring, host: stage.base(Provider::NewebpayMpg, HOST, TEST_HOST) })
    }

    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    /// Its wallets are left out: they are given back by another interface, each within limits of its own.
    pub fn means(&self) -> &'static [Means] {
        &[Means::Card, Means::Atm, Means::StoreCode, Means::Barcode]
    }

    pub fn start(&self, order: &Order<'_>, at: At) -> Result<Start, Unfit> {
        let keys = &self.ring.current;
        let trade_info = keys.seal(&written(&order::fields(&self.merchant, order, at.now)?));
        let fields = vec![
            ("MerchantID".to_owned(), self.merchant.clone()),
            ("TradeSha".to_owned(), keys.trade_sha(&trade_info)),
            ("TradeInfo".to_owned(), trade_info),
            ("Version".to_owned(), order::VERSION.to_owned()),
            ("EncryptType".to_owned(), "0".to_owned()),
        ];
        Ok(Start::Form { action: format!("{}/MPG/mpg_gateway", self.host), fields })
    }

    pub fn started(&self, _: &Order<'_>, _: &Reply) -> Result<Start, NotUnderstood> {
        Err(NotUnderstood("an order begins in the browser"))
    }

    pub fn hear(&self, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
        callback::hear(self, incoming)
    }

    pub fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement::OK
    }

    pub fn refusal(&self, _: Refused) -> Acknowledgement {
        Acknowledgement::REFUSED
    }

    pub fn ask(&self, order: &Order<'_>, at: At) -> Option<Step> {
        Some(query::ask(self, order, at.now))
    }

    pub fn learn(
        &self,
        order: &Order<'_>,
        step: &'static str,
        reply: &Reply,
        at: At,
    ) -> Result<Stepped, NotUnderstood> {
        query::learn(self, order, step, reply, at.now)
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

    /// A request that our server makes.
    fn post(&self, path: &str, fields: &Fields) -> Call {
        Call {
            method: Method::Post,
            url: format!("{}{path}", self.host),
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: written(fields).into_bytes(),
            patience: Duration::from_secs(20),
        }
    }
}

fn written(fields: &Fields) -> String {
    form::write(fields.iter().map(|(name, value)| (*name, value.as_str())))
}
