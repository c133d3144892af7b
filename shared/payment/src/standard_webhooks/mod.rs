//! A bank that collects for the city (代收金融機構) and signs by Standard Webhooks 1.0.0. The standard
//! says how, not what: the content is ours.
//!
//! ```json
//! {
//!   "type": "payment.paid",
//!   "data": {
//!     "order_no": "0123456789ABCDEFGHJK",
//!     "trade_no": "B20261123000017",
//!     "amount": 1200,
//!     "paid_at": "2026-11-23T10:00:00+08:00"
//!   }
//! }
//! ```
//!
//! `amount` is in whole dollars, `paid_at` has its offset. `payment.failed` has `order_no`, and `code` if
//! there is one. Other types are acknowledged and mean nothing. The same is in `docs/payment-formats.md`.

mod signature;
#[cfg(test)]
mod tests;

use domain::money::Twd;
use domain::payment::{Means, Receipt, Word};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::Value;

use crate::account::At;
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::callback::{Acknowledgement, Heard, Incoming, Refused, Said};
use crate::keys::{AccountFile, BadAccount, Ring, Stage};
use crate::order::{Order, Refund, Start, Unfit};
use crate::{json, mac, url};

/// The secret of our own examples.
const PUBLISHED: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[derive(Debug)]
pub struct Account {
    merchant: String,
    keys: Ring<Keys>,
}

#[derive(Debug)]
struct Keys {
    secret: SecretSlice<u8>,
    /// The page of the bank where people pay.
    pay_url: String,
}

impl Keys {
    fn read(secret: &SecretString, pay_url: &SecretString, stage: &Stage) -> Result<Self, &'static str> {
        let pay_url = pay_url.expose_secret().to_owned();
        // Plain HTTP only where the whole city is one machine.
        let base = if let Stage::Local { origin } = stage { origin } else { "" };
        if !url::is_safe(&pay_url, base) || pay_url.contains('#') {
            return Err("`pay_url` is an https address without a fragment");
        }
        Ok(Self { secret: signature::secret(secret)?, pay_url })
    }
}

#[expect(clippy::unused_self, reason = "every account answers the same questions")]
impl Account {
    /// Keys: `secret`, `whsec_` and base64 of 24 to 64 bytes; `pay_url`, the page of the bank that takes
    /// `?order=` and the number of an order.
    pub(crate) fn read(file: AccountFile, stage: &Stage) -> Result<Self, BadAccount> {
        file.refuse_published(stage, &[], &[PUBLISHED])?;
        let keys =
            file.ring(["secret", "pay_url"], |[secret, pay_url]| Keys::read(secret, pay_url, stage))?;
        Ok(Self { merchant: file.merchant, keys })
    }

    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    pub const fn means(&self) -> &'static [Means] {
        &[Means::Card, Means::Atm]
    }

    pub fn start(&self, order: &Order<'_>, _: At) -> Result<Start, Unfit> {
        order.fit(self.means(), Twd(u32::MAX))?;
        let page = &self.keys.current.pay_url;
        let mark = if page.contains('?') { '&' } else { '?' };
        Ok(Start::Go { url: format!("{page}{mark}order={}", order.order_no), reference: None })
    }

    pub fn started(&self, _: &Order<'_>, _: &Reply) -> Result<Start, NotUnderstood> {
        Err(NotUnderstood("nothing was asked"))
    }

    pub fn hear(&self, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
        let signed = signature::Signed::read(incoming)?;
        if !mac::is_recent(signed.at, incoming.now) {
            return Err(Refused::Signature("too old or too new"));
        }
        let key = mac::verified(&self.keys, incoming.now, |keys| signed.is_by(&keys.secret));
        let key = key.ok_or(Refused::Signature("made with no key of ours"))?;
        let (order_no, word) = read(incoming.body);
        Ok(Said { order_no, key, word }.into())
    }

    pub const fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement::OK
    }

    pub const fn refusal(&self, _: Refused) -> Acknowledgement {
        Acknowledgement::REFUSED
    }

    /// There is nobody to ask: what the bank did not tell comes with its daily file.
    pub const fn ask(&self, _: &Order<'_>, _: At) -> Option<Step> {
        None
    }

    pub fn learn(&self, _: &Order<'_>, _: &'static str, _: &Reply, _: At) -> Result<Stepped, NotUnderstood> {
        Err(NotUnderstood("nothing was asked"))
    }

    /// Money goes back by remittance.
    pub const fn refund(&self, _: &Refund<'_>, _: At) -> Option<Step> {
        None
    }

    pub fn refunded(
        &self,
        _: &Refund<'_>,
        _: &'static str,
        _: &Reply,
        _: At,
    ) -> Result<Stepped, NotUnderstood> {
        Err(NotUnderstood("nothing was asked"))
    }
}

/// What an authenticated body says of which order.
fn read(body: &[u8]) -> (String, Word) {
    let Some(value) = json::read(body) else {
        return (String::new(), Word::Unclear { why: "not JSON" });
    };
    let order_no = json::id(&value, "/data/order_no").unwrap_or_default();
    let word = match json::text(&value, "/type") {
        Some("payment.paid" | "payment.failed") if order_no.is_empty() => {
            Word::Unclear { why: "a payment without its order" }
        }
        Some("payment.paid") => paid(&value),
        Some("payment.failed") => {
            let code = json::id(&value, "/data/code").unwrap_or_else(|| "failed".to_owned());
            Word::Failed { code }
        }
        _ => Word::Nothing,
    };
    (order_no, word)
}

fn paid(value: &Value) -> Word {
    let trade_no = json::id(value, "/data/trade_no");
    let amount = json::dollars(value, "/data/amount").filter(|amount| *amount > Twd::ZERO);
    let paid_at = json::instant(value, "/data/paid_at");
    match (trade_no, amount, paid_at) {
        (Some(trade_no), Some(amount), Some(paid_at)) => {
            Word::Paid(Receipt { trade_no, amount, paid_at, simulated: false })
        }
        _ => Word::Unclear { why: "paid, without trade number, amount or time" },
    }
}
