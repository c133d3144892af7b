//! JKOPAY online payments (街口支付 線上支付). Our requests are signed; no signature is documented for its
//! callbacks, so they are hints, and every word is learned by `inquiry`. JKOPAY's POS and OAuth modules
//! sign in other ways and share nothing with this.

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
use crate::callback::{Acknowledgement, Heard, Incoming, Refused};
use crate::keys::{AccountFile, BadAccount, Ring, Stage};
use crate::order::{Order, Refund, Start, Unfit};
use crate::{json, mac, url, values};

const PRODUCTION: &str = "https://onlinepay.jkopay.com";
const TEST: &str = "https://uat-onlinepay.jkopay.app";

const PATIENCE: Duration = Duration::from_secs(15);

/// How JKOPAY writes instants, in Taipei time.
const TIME: &str = "%Y-%m-%d %H:%M:%S";

#[derive(Debug)]
pub struct Account {
    store_id: String,
    keys: Ring<Keys>,
    base: String,
}

#[derive(Debug)]
struct Keys {
    api_key: SecretString,
    secret_key: SecretString,
}

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "every account answers the same questions")]
impl Account {
    /// Keys: `api_key`, `secret_key`. The merchant is the store id (商店編號).
    pub(crate) fn read(file: AccountFile, stage: &Stage) -> Result<Self, BadAccount> {
        let keys = file.ring(["api_key", "secret_key"], |[api_key, secret_key]| {
            if !api_key.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("an API key is sent in a header: only letters, digits and signs");
            }
            Ok(Keys { api_key: api_key.clone(), secret_key: secret_key.clone() })
        })?;
        Ok(Self { store_id: file.merchant, keys, base: stage.base(Provider::JkoPay, PRODUCTION, TEST) })
    }

    pub fn merchant(&self) -> &str {
        &self.store_id
    }

    pub const fn means(&self) -> &'static [Means] {
        &[Means::Wallet]
    }

    /// Until it is paid, JKOPAY answers the same order with the same page. The whole amount is
    /// `unredeem`, not payable by coupons and coins (折抵): what is redeemed is not in the payout, and a
    /// fee has to come in whole.
    pub fn start(&self, order: &Order<'_>, _: At) -> Result<Start, Unfit> {
        order.fit(self.means(), Twd(u32::MAX))?;
        let amount = order.amount.0;
        let body = json!({
            "platform_order_id": order.order_no.as_str(),
            "store_id": self.store_id,
            "currency": "TWD",
            "total_price": amount,
            "final_price": amount,
            "unredeem": amount,
            "valid_time": values::as_taipei_time(TIME, order.expires_at),
            "result_url": order.callback_url,
            "result_display_url": order.return_url,
            "products": [{
                "name": order.description, "unit_count": 1, "unit_price": amount, "unit_final_price": amount,
            }],
        });
        Ok(Start::Call(self.post("/platform/entry", &body)))
    }

    pub fn started(&self, _: &Order<'_>, reply: &Reply) -> Result<Start, NotUnderstood> {
        let answer = Answer::read(reply).ok_or(NotUnderstood("no answer to an entry"))?;
        if answer.result != "000" {
            return Err(NotUnderstood("the entry was refused"));
        }
        let url = json::text(&answer.object, "/payment_url").filter(|url| url::is_safe(url, &self.base));
        let url = url.ok_or(NotUnderstood("no page to pay on"))?.to_owned();
        Ok(Start::Go { url, reference: None })
    }

    pub fn hear(&self, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
        let body = json::read(incoming.body).ok_or(Refused::Malformed("not JSON"))?;
        let order_no = json::text(&body, "/transaction/platform_order_id").filter(|text| json::is_id(text));
        let order_no = order_no.ok_or(Refused::Malformed("no order"))?.to_owned();
        Ok(Heard::Hint { order_no })
    }

    pub const fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement::OK
    }

    pub const fn refusal(&self, _: Refused) -> Acknowledgement {
        Acknowledgement::REFUSED
    }

    pub fn ask(&self, order: &Order<'_>, _: At) -> Option<Step> {
        Some(self.inquire(order, query::INQUIRY))
    }

    pub fn learn(
        &self,
        order: &Order<'_>,
        step: &'static str,
        reply: &Reply,
        _: At,
    ) -> Result<Stepped, NotUnderstood> {
        if step == query::INQUIRY {
            query::inquired(order, reply)
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

    fn post(&self, path: &str, body: &Value) -> Call {
        let body = body.to_string();
        let url = format!("{}{path}", self.base);
        Call {
            method: Method::Post,
            url,
            headers: self.headers(&body),
            body: body.into(),
            patience: PATIENCE,
        }
    }

    fn get(&self, path: &str, query: &str) -> Call {
        let url = format!("{}{path}?{query}", self.base);
        Call { method: Method::Get, url, headers: self.headers(query), body: Vec::new(), patience: PATIENCE }
    }

    /// `payload` is the body or the query, exactly as it is sent.
    fn headers(&self, payload: &str) -> Vec<(&'static str, String)> {
        let Keys { api_key, secret_key } = &self.keys.current;
        vec![
            ("content-type", "application/json".to_owned()),
            ("api-key", api_key.expose_secret().to_owned()),
            ("digest", digest(secret_key, payload)),
        ]
    }
}

fn digest(secret: &SecretString, payload: &str) -> String {
    hex::encode(mac::sign(secret.expose_secret().as_bytes(), &[payload.as_bytes()]))
}

/// What every reply has.
struct Answer {
    result: String,
    object: Value,
}

impl Answer {
    fn read(reply: &Reply) -> Option<Self> {
        let mut value = json::read(&reply.body).filter(|_| reply.status == 200)?;
        let result = json::text(&value, "/result")?.to_owned();
        let object = value.get_mut("result_object").map(Value::take).unwrap_or_default();
        Some(Self { result, object })
    }
}
