//! Stripe Checkout: the payer goes to a page of Stripe's, Stripe tells us of it by signed events.
//! Amounts are in hundredths there, of the dollar too.

mod event;
mod refund;
mod session;
mod signature;
#[cfg(test)]
mod tests;

use std::time::Duration;

use domain::money::Twd;
use domain::payment::{Means, Provider};
use secrecy::{ExposeSecret, SecretString};

use crate::account::At;
use crate::call::{Call, Method, NotUnderstood, Reply, Step, Stepped};
use crate::callback::{Acknowledgement, Heard, Incoming, Refused};
use crate::keys::{AccountFile, BadAccount, Ring, Stage};
use crate::order::{Order, Refund, Start, Unfit};
use crate::{form, mac};

/// One host for both; the key tells which books.
const HOST: &str = "https://api.stripe.com";

/// The version of the API whose answers are read here, whatever the account is set to.
const VERSION: &str = "2024-06-20";

const PATIENCE: Duration = Duration::from_secs(30);

/// After too many requests.
const PAUSE: Duration = Duration::from_mins(1);

/// Eight digits of hundredths, the most that Stripe takes.
const MAX: Twd = Twd(999_999);

#[derive(Debug)]
pub struct Account {
    merchant: String,
    keys: Ring<Keys>,
    base: String,
    /// Whether events of test mode are only recorded.
    is_production: bool,
}

#[derive(Debug)]
struct Keys {
    webhook_secret: SecretString,
    api_key: SecretString,
}

impl Keys {
    fn read(
        webhook_secret: &SecretString,
        api_key: &SecretString,
        stage: &Stage,
    ) -> Result<Self, &'static str> {
        if !webhook_secret.expose_secret().starts_with("whsec_") {
            return Err("a webhook secret begins with `whsec_`");
        }
        let key = api_key.expose_secret();
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("an API key is sent in a header: only letters, digits and signs");
        }
        let live = key.starts_with("sk_live_") || key.starts_with("rk_live_");
        if live != (*stage == Stage::Production) {
            return Err("live API keys are for production, and production for live keys");
        }
        Ok(Self { webhook_secret: webhook_secret.clone(), api_key: api_key.clone() })
    }
}

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "every account answers the same questions")]
impl Account {
    /// Keys: `webhook_secret`, the whole text with `whsec_`, and `api_key`, secret or restricted.
    pub(crate) fn read(file: AccountFile, stage: &Stage) -> Result<Self, BadAccount> {
        let keys =
            file.ring(["webhook_secret", "api_key"], |[secret, key]| Keys::read(secret, key, stage))?;
        let base = stage.base(Provider::Stripe, HOST, HOST);
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
        Ok(Start::Call(self.create_session(order)))
    }

    pub fn started(&self, _: &Order<'_>, reply: &Reply) -> Result<Start, NotUnderstood> {
        session::created(&self.base, reply)
    }

    pub fn hear(&self, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
        let header = incoming.header("stripe-signature").ok_or(Refused::Signature("not one header"))?;
        let signed = signature::Signed::read(header, incoming.body)?;
        if !mac::is_recent(signed.at, incoming.now) {
            return Err(Refused::Signature("too old or too new"));
        }
        let key = mac::verified(&self.keys, incoming.now, |keys| signed.is_by(&keys.webhook_secret));
        let key = key.ok_or(Refused::Signature("made with no key of ours"))?;
        Ok(Heard::Said(event::read(incoming.body, key, self.is_production)))
    }

    pub const fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement::OK
    }

    pub const fn refusal(&self, _: Refused) -> Acknowledgement {
        Acknowledgement::REFUSED
    }

    pub fn ask(&self, order: &Order<'_>, _: At) -> Option<Step> {
        order.reference.map(|session| self.retrieve_session(session))
    }

    pub fn learn(
        &self,
        order: &Order<'_>,
        step: &'static str,
        reply: &Reply,
        at: At,
    ) -> Result<Stepped, NotUnderstood> {
        if step == session::RETRIEVE {
            session::retrieved(order, reply, at.now, self.is_production)
        } else {
            Err(NotUnderstood("no such step"))
        }
    }

    pub fn refund(&self, refund: &Refund<'_>, _: At) -> Option<Step> {
        Some(self.create_refund(refund))
    }

    pub fn refunded(
        &self,
        refund: &Refund<'_>,
        step: &'static str,
        reply: &Reply,
        _: At,
    ) -> Result<Stepped, NotUnderstood> {
        if step == refund::CREATE {
            refund::created(refund, reply)
        } else {
            Err(NotUnderstood("no such step"))
        }
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let key = self.keys.current.api_key.expose_secret();
        vec![("authorization", format!("Bearer {key}")), ("stripe-version", VERSION.to_owned())]
    }

    /// `once` makes Stripe answer the same request as before, for at least 24 hours.
    fn post(&self, path: &str, once: &str, fields: &[(&str, &str)]) -> Call {
        let mut headers = self.headers();
        headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        headers.push(("idempotency-key", once.to_owned()));
        let body = form::write(fields.iter().copied()).into_bytes();
        Call { method: Method::Post, url: format!("{}{path}", self.base), headers, body, patience: PATIENCE }
    }

    fn get(&self, path: &str) -> Call {
        let (url, headers) = (format!("{}{path}", self.base), self.headers());
        Call { method: Method::Get, url, headers, body: Vec::new(), patience: PATIENCE }
    }
}
