//! The SMS gateway over HTTPS, as docs/sms.md has it: the city's own, or what stands before it.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use wire::sms::Taken;

use crate::config::Config;
use crate::fault::Fault;
use crate::ports::{Answer, Handed, Messenger, Sms};
use crate::{keys, outbound, secrets};

/// The header with the signature.
pub const SIGNATURE: &str = "x-signature";
/// Where the gateway is; left out where the window sends no SMS.
pub const URL: &str = "SMS_URL";

/// Longest wait for an answer; it, and our own reads and writes, fit in the time of the functions.
const PATIENCE: Duration = Duration::from_secs(5);
/// Largest answer that is read, in bytes.
const MAX_ANSWER: usize = 4 * 1024;

/// The gateway of a deployment.
#[derive(Debug)]
pub struct HttpMessenger {
    http: reqwest::Client,
    address: String,
    secret: SecretString,
}

/// The gateway at `SMS_URL`; `None` where the deployment is joined to none.
pub async fn connect(
    sdk: &aws_config::SdkConfig,
    config: &mut Config,
) -> Result<Option<Arc<dyn Messenger>>, Fault> {
    let Some((address, secret)) = secrets::of_service(sdk, config, URL, "SMS_SECRET_ID").await? else {
        return Ok(None);
    };
    Ok(Some(Arc::new(HttpMessenger::new(&address, secret)?)))
}

/// Lower-case hexadecimal of the HMAC-SHA256 of `body` under `key`.
#[must_use]
pub fn sign(key: &str, body: &str) -> String {
    #[expect(clippy::expect_used, reason = "an HMAC has a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length");
    mac.update(body.as_bytes());
    keys::hex(&mac.finalize().into_bytes())
}

impl HttpMessenger {
    /// The gateway at `address`, to which we are known by `secret`. `Fault::Config` for an address that numbers of
    /// people must not go to.
    pub fn new(address: &str, secret: SecretString) -> Result<Self, Fault> {
        if !wire::address::is_safe(address) || address.contains('?') {
            return Err(Fault::Config(format!("{URL} is an https address, not `{address}`")));
        }
        Ok(Self { http: outbound::client()?, address: address.to_owned(), secret })
    }

    async fn hand_over(&self, sms: &Sms) -> Result<Handed, Fault> {
        let body = wire::sms::order(&sms.id, sms.to.reveal(), &sms.text);
        let request = self
            .http
            .post(&self.address)
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .header(SIGNATURE, sign(self.secret.expose_secret(), &body))
            .body(body);
        let body = outbound::ask(request, "SMS gateway", MAX_ANSWER).await?;
        let taken = wire::sms::answer(&body);
        Ok(match taken.map_err(|bad| Fault::Transient(format!("SMS gateway: {bad}")))? {
            Taken::Accepted(message) => Handed::Accepted(message),
            Taken::Refused(reason) => Handed::Refused(reason),
            Taken::Later => Handed::Later("later".to_owned()),
        })
    }
}

impl Messenger for HttpMessenger {
    fn send(&self, sms: Sms) -> Answer<'_, Handed> {
        Box::pin(async move { self.hand_over(&sms).await })
    }
}

#[cfg(test)]
mod tests {
    use domain::personal::Personal;
    use wiremock::matchers::{body_string, header, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    const BODY: &str = r#"{"id":"TP-1_2_3","text":"您好","to":"0912345678"}"#;

    fn sms() -> Sms {
        let to = Personal::new("0912345678".to_owned());
        Sms { id: "TP-1_2_3".to_owned(), to, text: "您好".to_owned() }
    }

    /// What comes of the answer that the gateway gives.
    async fn sent(answer: ResponseTemplate) -> Result<Handed, Fault> {
        let server = MockServer::start().await;
        let order = Mock::given(method("POST"))
            .and(path("/v1/sms"))
            .and(header(SIGNATURE, sign("key", BODY).as_str()))
            .and(body_string(BODY));
        order.respond_with(answer).expect(1).mount(&server).await;
        let address = format!("{}/v1/sms", server.uri());
        HttpMessenger::new(&address, SecretString::from("key")).unwrap().send(sms()).await
    }

    /// The example of docs/sms.md: made with `openssl dgst -sha256 -hmac key`.
    #[test]
    fn a_signature_is_one_that_others_make() {
        let page = include_str!("../../../docs/sms.md");
        assert!(page.contains(BODY) && page.contains(&sign("key", BODY)), "{}", sign("key", BODY));
    }

    #[tokio::test]
    async fn an_sms_is_signed_and_the_answer_counts() {
        let answer = |body: &str| ResponseTemplate::new(200).set_body_string(body);
        let accepted = sent(answer(r#"{"status":"accepted","message":"m-1"}"#)).await.unwrap();
        assert_eq!(accepted, Handed::Accepted("m-1".to_owned()));
        let refused = sent(answer(r#"{"status":"refused","reason":"unknown_number"}"#)).await.unwrap();
        assert_eq!(refused, Handed::Refused("unknown_number".to_owned()));
        let later = sent(answer(r#"{"status":"later"}"#)).await.unwrap();
        assert_eq!(later, Handed::Later("later".to_owned()));
    }

    #[tokio::test]
    async fn whatever_is_not_as_agreed_is_no_answer() {
        let bad = [
            ResponseTemplate::new(500),
            ResponseTemplate::new(503).set_body_string(r#"{"status":"later"}"#),
            ResponseTemplate::new(302).insert_header("location", "https://elsewhere.example"),
            ResponseTemplate::new(200).set_body_string("<html>"),
            ResponseTemplate::new(200).set_body_string(" ".repeat(MAX_ANSWER + 1)),
        ];
        for answer in bad {
            let fault = sent(answer).await.unwrap_err();
            assert!(matches!(&fault, Fault::Transient(why) if !why.contains("0912345678")), "{fault:?}");
        }
    }

    #[tokio::test]
    async fn a_wrong_key_or_address_is_for_the_operator_to_mend() {
        for status in [401, 403, 404] {
            let fault = sent(ResponseTemplate::new(status)).await.unwrap_err();
            assert!(matches!(fault, Fault::Config(_)), "{status}: {fault:?}");
        }
    }

    #[test]
    fn numbers_go_over_https_or_nowhere() {
        for address in ["", "http://sms.example", "https://sms.example?x=1", "ftp://sms.example"] {
            assert!(matches!(HttpMessenger::new(address, SecretString::from("key")), Err(Fault::Config(_))));
        }
    }

    #[test]
    fn a_number_is_not_printed() {
        assert!(!format!("{:?}", sms()).contains("0912345678"));
    }
}
