//! GOV.UK Pay, and gateways that sign and answer like it. Amounts are in hundredths, as at Stripe: its
//! pence are our cents (分), so NT$100 is `10000`.
//!
//! Its signature has no time in it. A replay proves nothing new: payments are told apart by `payment_id`,
//! and no word takes one back.

mod event;
mod query;
mod refund;
#[cfg(test)]
mod tests;

use std::time::Duration;

use domain::money::Twd;
use domain::payment::{Means, Provider};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::account::At;
use crate::call::{Call, Method, NotUnderstood, Reply, Step, Stepped};
use crate::callback::{Acknowledgement, Heard, Incoming, Refused, Said};
use crate::keys::{AccountFile, BadAccount, Ring, Stage};
use crate::order::{Order, Refund, Start, Unfit};
use crate::{digest, json, mac, url};

/// One host for both; the key tells which account.
const HOST: &str = "https://publicapi.payments.service.gov.uk";

const PATIENCE: Duration = Duration::from_secs(30);

/// After too many requests.
const PAUSE: Duration = Duration::from_mins(1);

/// 10,000,000 hundredths, the most that it takes.
const MAX: Twd = Twd(100_000);

#[derive(Debug)]
pub struct Account {
    merchant: String,
    keys: Ring<Keys>,
    base: String,
    /// Whether payments at its own sandbox are only recorded.
    is_production: bool,
}

#[derive(Debug)]
struct Keys {
    webhook_secret: SecretString,
    api_key: SecretString,
}

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "every account answers the same questions")]
impl Account {
    /// Keys: `webhook_secret`, `api_key`.
    pub(crate) fn read(file: AccountFile, stage: &Stage) -> Result<Self, BadAccount> {
        let keys = file.ring(["webhook_secret", "api_key"], |[webhook_secret, api_key]| {
            if !api_key.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("an API key is sent in a header: only letters, digits and signs");
            }
            Ok(Keys { webhook_secret: webhook_secret.clone(), api_key: api_key.clone() })
        })?;
        let base = stage.base(Provider::GovukPay, HOST, HOST);
        Ok(Self { merchant: file.merchant, keys, base, is_production: *stage == Stage::Production })
    }

    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    pub const fn means(&self) -> &'static [Means] {
        &[Means::Card]
    }

    pub fn start(&self, order: &Order<'_>, _: At) -> Result<Start, Unfit> {
        order.fit(self.means(), MAX)?;
        let body = json!({
            "amount": json::as_cents(order.amount),
            "reference": order.order_no.as_str(),
            "description": order.description,
            "return_url": order.return_url,
        });
        Ok(Start::Call(self.post("/v1/payments", &body)))
    }

    pub fn started(&self, _: &Order<'_>, reply: &Reply) -> Result<Start, NotUnderstood> {
        let payment = json::read(&reply.body).filter(|_| reply.status == 201);
        let payment = payment.ok_or(NotUnderstood("no payment was made"))?;
        let url = json::text(&payment, "/_links/next_url/href").filter(|url| url::is_safe(url, &self.base));
        let url = url.ok_or(NotUnderstood("no page to pay on"))?.to_owned();
        let reference = json::id(&payment, "/payment_id").ok_or(NotUnderstood("a payment without its id"))?;
        Ok(Start::Go { url, reference: Some(reference) })
    }

    pub fn hear(&self, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
        let given = incoming.header("pay-signature").ok_or(Refused::Signature("not one header"))?;
        let verifies = |keys: &Keys| digest::same(&signature(&keys.webhook_secret, incoming.body), given);
        let key = mac::verified(&self.keys, incoming.now, verifies);
        let key = key.ok_or(Refused::Signature("made with no key of ours"))?;
        let (order_no, word) = event::read(incoming.body, self.is_production);
        Ok(Said { order_no, key, word }.into())
    }

    pub const fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement::OK
    }

    pub const fn refusal(&self, _: Refused) -> Acknowledgement {
        Acknowledgement::REFUSED
    }

    pub fn ask(&self, order: &Order<'_>, _: At) -> Option<Step> {
        order.reference.map(|payment| self.find(payment))
    }

    pub fn learn(
        &self,
        order: &Order<'_>,
        step: &'static str,
        reply: &Reply,
        _: At,
    ) -> Result<Stepped, NotUnderstood> {
        if step == query::FIND {
            query::found(order, reply, self.is_production)
        } else {
            Err(NotUnderstood("no such step"))
        }
    }

    pub fn refund(&self, refund: &Refund<'_>, _: At) -> Option<Step> {
        Some(self.give_back(refund))
    }

    pub fn refunded(
        &self,
        refund: &Refund<'_>,
        step: &'static str,
        reply: &Reply,
        _: At,
    ) -> Result<Stepped, NotUnderstood> {
        self.given_back(refund, step, reply)
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let key = self.keys.current.api_key.expose_secret();
        vec![("authorization", format!("Bearer {key}")), ("content-type", "application/json".to_owned())]
    }

    fn post(&self, path: &str, body: &Value) -> Call {
        let (url, body) = (format!("{}{path}", self.base), body.to_string().into());
        Call { method: Method::Post, url, headers: self.headers(), body, patience: PATIENCE }
    }

    fn get(&self, path: &str) -> Call {
        let url = format!("{}{path}", self.base);
        Call { method: Method::Get, url, headers: self.headers(), body: Vec::new(), patience: PATIENCE }
    }
}

/// Lower-case hex of HMAC-SHA256 over the raw body.
fn signature(secret: &SecretString, body: &[u8]) -> String {
    hex::encode(mac::sign(secret.expose_secret().as_bytes(), &[body]))
}
