//! A provider that is down, slow, or talks nonsense.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use platform::keys::Table;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;
use wiremock::ResponseTemplate;

use crate::desk::{token, userinfo};
use crate::rig::{Browser, CODE, ID_NUMBER, Reply, Rig, SECRET, TOKEN, lin};

/// Signing in stops with a page; nobody is signed in.
pub async fn stops(rig: &Rig, status: u16, code: &str) -> Reply {
    let mut browser = Browser::default();
    let reply = rig.sign_in(&mut browser).await;
    assert_eq!(reply.status, status, "{reply:?}");
    assert!(reply.body.contains(code), "{reply:?}");
    assert!(reply.body.contains("/sign-in?return_to=%2Fwork"), "no way to go on: {reply:?}");
    assert!(!browser.cookies.contains_key("__Host-session"));
    assert_eq!(rig.world.store.rows(Table::Sessions).len(), 0, "something was left behind");
    reply
}

#[tokio::test]
async fn a_token_endpoint_in_trouble_is_told_as_try_again() {
    let answers = [
        ResponseTemplate::new(500),
        ResponseTemplate::new(503).set_body_string("<html>"),
        ResponseTemplate::new(401).set_body_json(json!({ "error": "invalid_client" })),
        ResponseTemplate::new(400).set_body_json(json!({ "error": "invalid_request" })),
        ResponseTemplate::new(400).set_body_string("nonsense"),
        ResponseTemplate::new(200).set_body_string("nonsense"),
        ResponseTemplate::new(200).set_body_json(json!({ "access_token": TOKEN })),
        ResponseTemplate::new(200).set_body_json(json!({ "access_token": TOKEN, "token_type": "mac" })),
        ResponseTemplate::new(200).set_body_string(" ".repeat(70_000)),
        ResponseTemplate::new(200).set_body_json(json!({ "access_token": 7, "token_type": "Bearer" })),
    ];
    for answer in answers {
        let rig = Rig::new().await;
        token(&rig.idp, answer).await;
        let reply = stops(&rig, 503, "IDENTITY_UNAVAILABLE").await;
        assert_eq!(reply.headers["retry-after"], "60");
    }
}

#[tokio::test]
async fn a_code_that_the_provider_refuses_starts_again() {
    let rig = Rig::new().await;
    token(&rig.idp, ResponseTemplate::new(400).set_body_json(json!({ "error": "invalid_grant" }))).await;
    stops(&rig, 400, "SIGN_IN_EXPIRED").await;
}

#[tokio::test]
async fn a_provider_that_does_not_answer_in_time() {
    let rig = Rig::new().await;
    rig.desk.give_tokens(&rig.idp).await;
    userinfo(&rig.idp, ResponseTemplate::new(200).set_body_json(lin()).set_delay(Duration::from_secs(6)))
        .await;
    stops(&rig, 503, "IDENTITY_UNAVAILABLE").await;
}

#[tokio::test]
async fn the_provider_cannot_send_the_secret_elsewhere() {
    let rig = Rig::new().await;
    token(&rig.idp, ResponseTemplate::new(307).insert_header("location", "/elsewhere")).await;
    stops(&rig, 503, "IDENTITY_UNAVAILABLE").await;
    assert_eq!((rig.asked("/token").await, rig.asked("/elsewhere").await), (1, 0));
}

#[tokio::test]
async fn userinfo_that_names_nobody() {
    let without = |name: &str| {
        let mut person = lin();
        person[name] = Value::Null;
        person
    };
    let answers = [
        ResponseTemplate::new(500),
        ResponseTemplate::new(401),
        ResponseTemplate::new(200).set_body_string("<html>not json</html>"),
        ResponseTemplate::new(200).set_body_json(json!([])),
        ResponseTemplate::new(200).set_body_json(json!({})),
        ResponseTemplate::new(200).set_body_json(without("sub")),
        ResponseTemplate::new(200).set_body_json(with("name", json!(7))),
        ResponseTemplate::new(200).set_body_string("x".repeat(100_000)),
    ];
    for answer in answers {
        let rig = Rig::new().await;
        rig.desk.give_tokens(&rig.idp).await;
        userinfo(&rig.idp, answer).await;
        stops(&rig, 503, "IDENTITY_UNAVAILABLE").await;
    }
}

#[tokio::test]
async fn userinfo_about_somebody_else_than_the_id_token() {
    for subject in [json!("chen"), json!("lin "), json!("")] {
        let rig = Rig::new().await;
        rig.desk.give_tokens(&rig.idp).await;
        let answer = ResponseTemplate::new(200).set_body_json(with("sub", subject));
        userinfo(&rig.idp, answer).await;
        stops(&rig, 400, "IDENTITY_NOT_PROVEN").await;
    }
}

fn with(name: &str, value: Value) -> Value {
    let mut person = lin();
    person[name] = value;
    person
}

#[tokio::test]
async fn an_account_without_name_or_address_is_asked_to_add_them() {
    for (name, value) in [
        ("name", json!("")),
        ("name", json!("a\u{0}b")),
        ("email", json!("")),
        ("email_verified", json!(false)),
        ("email", json!("nowhere")),
        ("email", json!("a@localhost")),
        ("email", json!("a b@mail.example")),
        ("email", json!("a@mail.example, b@mail.example")),
        ("email", json!("a@mail.example\r\nBcc: b@mail.example")),
    ] {
        let rig = Rig::vouching(&with(name, value.clone())).await;
        stops(&rig, 422, "IDENTITY_INCOMPLETE").await;
    }
}

/// How sure the window is of a person of whom the ID token says this.
async fn assurance(name: &'static str, value: Value) -> String {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    rig.desk.claim(name, value);
    assert_eq!(rig.sign_in(&mut browser).await.status, 303);
    let rows = rig.world.store.rows(Table::Sessions);
    rows[0]["assurance"].as_n().unwrap().clone()
}

#[tokio::test]
async fn assurance_follows_the_table_of_the_deployment() {
    assert_eq!(assurance("acr", json!("verified")).await, "2");
    assert_eq!(assurance("acr", json!("whatever")).await, "1");
    assert_eq!(assurance("acr", json!(null)).await, "1");
    assert_eq!(assurance("amr", json!(["sc", "pin"])).await, "3");
}

#[tokio::test]
async fn errors_that_the_browser_brings() {
    let rig = Rig::new().await;
    for (error, status, code) in
        [("access_denied", 400, "SIGN_IN_CANCELLED"), ("server_error", 503, "IDENTITY_UNAVAILABLE")]
    {
        let mut browser = Browser::default();
        let state = rig.start(&mut browser, "/work").await.parameter("state");
        let (issuer, description) = (rig.idp.uri(), "<b>x</b>");
        let query =
            [("error", error), ("state", &state), ("iss", &issuer), ("error_description", description)];
        let reply = rig.back(&mut browser, &query).await;
        assert_eq!(reply.status, status, "{reply:?}");
        assert!(reply.body.contains(code) && !reply.body.contains("<b>"), "{reply:?}");
    }
}

/// Everything logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_log_has_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(log.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let mut browser = Browser::default();
    let good = Rig::vouching(&lin()).await;
    let state = good.start(&mut browser, "/work").await.parameter("state");
    good.callback(&mut browser, &state, CODE).await;
    for answer in [
        ResponseTemplate::new(400).set_body_json(json!({ "error": TOKEN })),
        ResponseTemplate::new(200).set_body_json(json!({ "access_token": [TOKEN], "token_type": SECRET })),
    ] {
        let bad = Rig::new().await;
        token(&bad.idp, answer).await;
        bad.sign_in(&mut Browser::default()).await;
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("signed in") && log.contains("failed to ask the identity provider"), "{log}");
    let session = &browser.cookies["__Host-session"];
    for secret in [CODE, TOKEN, SECRET, ID_NUMBER, &state, session, "林佳穎", "lin@mail.example"] {
        assert!(!log.contains(secret), "{secret} was logged");
    }
}
