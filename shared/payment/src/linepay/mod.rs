//! LINE Pay online API v3. Nothing that comes from LINE is signed: every word is learned by asking. The
//! payer approves, and it is we who take the money then (`confirm`), with our own amount.

mod query;
mod refund;
#[cfg(test)]
mod tests;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::money::Twd;
use domain::payment::{Means, Provider};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::account::At;
use crate::call::{Call, Method, NotUnderstood, Reply, Step, Stepped};
use crate::callback::{Acknowledgement, Heard, Incoming, Refused};
use crate::form::{Form, Plus};
use crate::keys::{AccountFile, BadAccount, Ring, Stage};
use crate::order::{Order, Refund, Start, Unfit};
use crate::{json, mac, url};

const PRODUCTION: &str = "https://api-pay.line.me";
const TEST: &str = "https://sandbox-api-pay.line.me";

/// What LINE says a caller should wait for; `confirm` has its own.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub struct Account {
    channel_id: String,
    secrets: Ring<SecretString>,
    base: String,
}

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "every account answers the same questions")]
impl Account {
    /// Key: `channel_secret`. The merchant is the channel id.
    pub(crate) fn read(file: AccountFile, stage: &Stage) -> Result<Self, BadAccount> {
        let secrets = file.ring(["channel_secret"], |[secret]| Ok(secret.clone()))?;
        let base = stage.base(Provider::LinePay, PRODUCTION, TEST);
        Ok(Self { channel_id: file.merchant, secrets, base })
    }

    pub fn merchant(&self) -> &str {
        &self.channel_id
    }

    pub const fn means(&self) -> &'static [Means] {
        &[Means::Wallet]
    }

    /// The browser comes back to `confirmUrl` with the order in the query, which is no proof but a hint to
    /// ask at once: the money is only taken when we confirm. Whoever answers there sends it on to the case.
    pub fn start(&self, order: &Order<'_>, at: At) -> Result<Start, Unfit> {
        order.fit(self.means(), Twd(u32::MAX))?;
        let (amount, name) = (order.amount.0, order.description);
        let body = json!({
            "amount": amount,
            "currency": "TWD",
            "orderId": order.order_no.as_str(),
            "packages": [{
                "id": "1", "amount": amount, "name": name,
                "products": [{ "name": name, "quantity": 1, "price": amount }],
            }],
            "redirectUrls": { "confirmUrl": order.callback_url, "cancelUrl": order.return_url },
            "options": { "display": { "locale": "zh_TW" } },
        });
        Ok(Start::Call(self.post("/v3/payments/request", &body, at, PATIENCE)))
    }

    pub fn started(&self, _: &Order<'_>, reply: &Reply) -> Result<Start, NotUnderstood> {
        let answer = Answer::read(reply).ok_or(NotUnderstood("no answer to a request"))?;
        if answer.code != "0000" {
            return Err(NotUnderstood("the request was refused"));
        }
        let url = json::text(&answer.info, "/paymentUrl/web").filter(|url| url::is_safe(url, &self.base));
        let url = url.ok_or(NotUnderstood("no page to pay on"))?.to_owned();
        let reference = json::id(&answer.info, "/transactionId").ok_or(NotUnderstood("no transaction id"))?;
        Ok(Start::Go { url, reference: Some(reference) })
    }

    pub fn hear(&self, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
        let form = Form::read(incoming.query.as_bytes(), Plus::Space).map_err(Refused::Malformed)?;
        let order_no = form.get("orderId").filter(|order_no| json::is_id(order_no));
        let order_no = order_no.ok_or(Refused::Malformed("no order"))?.to_owned();
        Ok(Heard::Hint { order_no })
    }

    pub const fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement::OK
    }

    pub const fn refusal(&self, _: Refused) -> Acknowledgement {
        Acknowledgement::REFUSED
    }

    pub fn ask(&self, order: &Order<'_>, at: At) -> Option<Step> {
        Some(self.first_question(order, at))
    }

    pub fn learn(
        &self,
        order: &Order<'_>,
        step: &'static str,
        reply: &Reply,
        at: At,
    ) -> Result<Stepped, NotUnderstood> {
        self.answered(order, step, reply, at)
    }

    pub fn refund(&self, refund: &Refund<'_>, at: At) -> Option<Step> {
        Some(self.look(refund, refund::LOOK, at))
    }

    pub fn refunded(
        &self,
        refund: &Refund<'_>,
        step: &'static str,
        reply: &Reply,
        at: At,
    ) -> Result<Stepped, NotUnderstood> {
        self.given_back(refund, step, reply, at)
    }

    fn post(&self, path: &str, body: &Value, at: At, patience: Duration) -> Call {
        let body = body.to_string();
        let headers = self.headers(path, &body, at);
        Call {
            method: Method::Post,
            url: format!("{}{path}", self.base),
            headers,
            body: body.into(),
            patience,
        }
    }

    fn get(&self, path: &str, query: &str, at: At) -> Call {
        let headers = self.headers(path, query, at);
        let mut url = format!("{}{path}", self.base);
        if !query.is_empty() {
            url.push('?');
            url.push_str(query);
        }
        Call { method: Method::Get, url, headers, body: Vec::new(), patience: PATIENCE }
    }

    /// `payload` is the body or the query, as it is sent. The path is LINE's own, also at a sandbox that
    /// has it further down.
    fn headers(&self, path: &str, payload: &str, at: At) -> Vec<(&'static str, String)> {
        let nonce = uuid(at.nonce);
        let signature = signature(&self.secrets.current, path, payload, &nonce);
        vec![
            ("content-type", "application/json".to_owned()),
            ("x-line-channelid", self.channel_id.clone()),
            ("x-line-authorization-nonce", nonce),
            ("x-line-authorization", signature),
        ]
    }
}

/// The secret is the key, and stands at the front of what is signed.
fn signature(secret: &SecretString, path: &str, payload: &str, nonce: &str) -> String {
    let secret = secret.expose_secret().as_bytes();
    STANDARD.encode(mac::sign(secret, &[secret, path.as_bytes(), payload.as_bytes(), nonce.as_bytes()]))
}

fn uuid(bytes: [u8; 16]) -> String {
    let digits = hex::encode(bytes);
    let group = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", group(0, 8), group(8, 12), group(12, 16), group(16, 20), group(20, 32))
}

/// What every reply has: LINE says all it has to say with a code, under HTTP status 200.
struct Answer {
    code: String,
    info: Value,
}

impl Answer {
    fn read(reply: &Reply) -> Option<Self> {
        let mut value = json::read(&reply.body).filter(|_| reply.status == 200)?;
        let code = json::text(&value, "/returnCode")?.to_owned();
        let info = value.get_mut("info").map(Value::take).unwrap_or_default();
        Some(Self { code, info })
    }
}
