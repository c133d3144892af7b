//! Registers over HTTPS, as docs/registers.md has it: the city's data platform, or what stands before it.

use std::time::Duration;

use domain::register::{Finding, Inquiry};
use platform::fault::Fault;
use platform::outbound;
use platform::ports::{Answer, Registers};
use secrecy::{ExposeSecret as _, SecretString};

/// Longest wait for an answer; it, and our own reads and writes, fit in the time of the function.
const PATIENCE: Duration = Duration::from_secs(10);
/// Largest answer that is read, in bytes.
const MAX_ANSWER: usize = 512 * 1024;

/// The one address behind which all registers of a deployment are.
#[derive(Debug)]
pub struct HttpRegisters {
    http: reqwest::Client,
    address: String,
    secret: SecretString,
}

impl HttpRegisters {
    /// The registers at `address`, opened by `secret`. `Fault::Config` for an address that questions about
    /// people must not go to.
    pub fn new(address: &str, secret: SecretString) -> Result<Self, Fault> {
        if !wire::address::is_safe(address) || address.contains('?') {
            return Err(Fault::Config(format!("REGISTERS_URL is an https address, not `{address}`")));
        }
        Ok(Self { http: outbound::client()?, address: address.trim_end_matches('/').to_owned(), secret })
    }

    async fn inquire(&self, inquiry: &Inquiry) -> Result<Finding, Fault> {
        let register = &inquiry.register;
        let request = self
            .http
            .post(format!("{}/{register}", self.address))
            .timeout(PATIENCE)
            .bearer_auth(self.secret.expose_secret())
            .header("content-type", "application/json")
            .header("idempotency-key", inquiry.request.to_string())
            .body(wire::register::question(inquiry));
        let body = outbound::ask(request, &format!("register {register}"), MAX_ANSWER).await?;
        wire::register::answer(&body).map_err(|bad| Fault::Transient(format!("register {register}: {bad}")))
    }
}

impl Registers for HttpRegisters {
    fn ask(&self, inquiry: Inquiry) -> Answer<'_, Finding> {
        Box::pin(async move { self.inquire(&inquiry).await })
    }
}

#[cfg(test)]
mod tests {
    use domain::id::{CaseId, PersonId, RequestId};
    use domain::personal::Personal;
    use domain::register::Line;
    use domain::text::Text;
    use wiremock::matchers::{body_partial_json, header, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    fn inquiry() -> Inquiry {
        Inquiry {
            register: "household".parse().unwrap(),
            subject: Personal::new(vec![("national_id".parse().unwrap(), "A223344553".to_owned())]),
            purpose: Text::new("審查", "review"),
            case: CaseId::of_request(PersonId::from_bytes([3; 16]), RequestId::from_bytes([2; 16])),
            request: RequestId::from_bytes([2; 16]),
            officer: PersonId::from_bytes([3; 16]),
            agency: "xinyi".parse().unwrap(),
        }
    }

    /// What comes of the answer that a register gives.
    async fn asked(answer: ResponseTemplate) -> Result<Finding, Fault> {
        let server = MockServer::start().await;
        let question = Mock::given(method("POST"))
            .and(path("/v1/household"))
            .and(header("authorization", "Bearer key"))
            .and(header("idempotency-key", inquiry().request.to_string().as_str()))
            .and(body_partial_json(serde_json::json!({ "subject": { "national_id": "A223344553" } })));
        question.respond_with(answer).expect(1).mount(&server).await;
        let address = format!("{}/v1/", server.uri());
        let registers = HttpRegisters::new(&address, SecretString::from("key")).unwrap();
        registers.ask(inquiry()).await
    }

    #[tokio::test]
    async fn a_register_is_asked_with_the_key_and_answers() {
        let body = r#"{"found":true,"lines":[{"label":"姓名","value":"林佳穎"}]}"#;
        let finding = asked(ResponseTemplate::new(200).set_body_string(body)).await.unwrap();
        let line = Line { label: "姓名".to_owned(), value: "林佳穎".to_owned() };
        assert_eq!(finding.unwrap().reveal(), &[line]);
        let nothing = asked(ResponseTemplate::new(200).set_body_string(r#"{"found":false}"#)).await;
        assert_eq!(nothing.unwrap(), None);
    }

    #[tokio::test]
    async fn whatever_is_not_as_agreed_is_no_answer() {
        let large = "x".repeat(MAX_ANSWER + 1);
        let elsewhere = ResponseTemplate::new(302).insert_header("location", "https://elsewhere.example");
        let bad = [
            ResponseTemplate::new(500),
            ResponseTemplate::new(429).set_body_string(r#"{"found":false}"#),
            elsewhere,
            ResponseTemplate::new(200).set_body_string("<html>"),
            ResponseTemplate::new(200).set_body_string(large),
        ];
        for answer in bad {
            let fault = asked(answer).await.unwrap_err();
            assert!(matches!(&fault, Fault::Transient(why) if !why.contains("A223344553")), "{fault:?}");
        }
    }

    #[tokio::test]
    async fn a_wrong_key_or_register_is_for_the_operator_to_mend() {
        for status in [401, 403, 404] {
            let fault = asked(ResponseTemplate::new(status)).await.unwrap_err();
            assert!(matches!(fault, Fault::Config(_)), "{status}: {fault:?}");
        }
    }

    #[test]
    fn questions_about_people_go_over_https_or_nowhere() {
        for address in ["", "http://data.example", "https://data.example?x=1", "ftp://data.example"] {
            assert!(matches!(HttpRegisters::new(address, SecretString::from("key")), Err(Fault::Config(_))));
        }
    }
}
