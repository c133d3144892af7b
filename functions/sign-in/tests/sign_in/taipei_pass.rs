//! 台北通: OAuth 2.0 without an ID token, and two kinds of codes.

use platform::keys::Table;
use serde_json::{Value, json};
use sign_in::provider::Protocol;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::provider::stops;
use crate::rig::{Browser, CODE, ID_NUMBER, Rig, SECRET, TOKEN};

const APP_CODE: &str = "YTwPr5";
const APP_TOKEN: &str = "/tpcd/oauth/token";
const WEB_TOKEN: &str = "/isso/oauth2/token";
const USER: &str = "/tpcd/api/v1.0.9/user/my";

fn lin() -> Value {
    json!({
        "id": "a1b2c3", "account": "lin", "idNo": ID_NUMBER, "realName": "林佳穎",
        "email": "lin@mail.example", "memberType": "個人", "verifyLevel": "2",
    })
}

async fn rig(user: Value) -> Rig {
    let rig = Rig::speaking(|base| Protocol::TaipeiPass { base: base.to_owned() }).await;
    for at in [APP_TOKEN, WEB_TOKEN] {
        let token =
            json!({ "access_token": TOKEN, "token_type": "bearer", "refresh_token": "r", "scope": "" });
        let answer = ResponseTemplate::new(200).set_body_json(token);
        Mock::given(method("POST")).and(path(at)).respond_with(answer).mount(&rig.idp).await;
    }
    let answer = json!({ "name": "user", "status": 200, "data": user, "timestamp": 1 });
    let bearer = header("authorization", format!("Bearer {TOKEN}"));
    let answer = ResponseTemplate::new(200).set_body_json(answer);
    Mock::given(method("GET")).and(path(USER)).and(bearer).respond_with(answer).mount(&rig.idp).await;
    rig
}

async fn with(name: &str, value: Value) -> Rig {
    let mut user = lin();
    user[name] = value;
    rig(user).await
}

/// The form that a code was exchanged with, and how the client said who it is.
async fn exchanged(rig: &Rig, at: &str) -> (Vec<(String, String)>, Option<String>) {
    let requests = rig.idp.received_requests().await.unwrap();
    let request = requests.iter().find(|request| request.url.path() == at).unwrap();
    let basic = request.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    (web::form::decode(&request.body).unwrap().into_iter().collect(), basic)
}

#[tokio::test]
async fn the_browser_is_sent_to_isso_with_a_state() {
    let rig = rig(lin()).await;
    let off = rig.start(&mut Browser::default(), "/work").await;
    assert!(off.location.starts_with(&format!("{}/isso/oauth2/authorize?", rig.idp.uri())), "{off:?}");
    assert_eq!(
        (off.parameter("response_type").as_str(), off.parameter("client_id").as_str()),
        ("code", "city")
    );
    assert_eq!(off.parameter("scope"), "uuid account member_type verify_level real_name email");
    assert_eq!(off.parameter("state").len(), 87);
    assert!(rig.idp.received_requests().await.unwrap().is_empty(), "there is nothing to find out");
}

#[tokio::test]
async fn a_code_of_the_web_is_exchanged_at_isso() {
    let (rig, mut browser) = (rig(lin()).await, Browser::default());
    let state = rig.start(&mut browser, "/cases").await.parameter("state");
    let reply = rig.back(&mut browser, &[("code", CODE), ("state", &state)]).await;
    assert_eq!((reply.status, reply.location.as_str()), (303, "/cases"));
    let (form, basic) = exchanged(&rig, WEB_TOKEN).await;
    let pairs = [("code", CODE), ("grant_type", "authorization_code")];
    assert_eq!(form, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(basic.unwrap().starts_with("Basic "));
    let session = rig.session(&mut browser).await;
    assert_eq!(session["name"], "林佳穎");
    let rows = format!("{:?}", rig.world.store.rows(Table::Sessions));
    assert!(!rows.contains(ID_NUMBER) && !rows.contains(TOKEN), "{rows}");
}

#[tokio::test]
async fn a_code_of_the_app_is_exchanged_at_tpcd() {
    let (rig, mut browser) = (rig(lin()).await, Browser::default());
    let state = rig.start(&mut browser, "/").await.parameter("state");
    assert_eq!(rig.back(&mut browser, &[("code", APP_CODE), ("state", &state)]).await.status, 303);
    let (form, basic) = exchanged(&rig, APP_TOKEN).await;
    let pairs = [
        ("client_id", "city"),
        ("client_secret", SECRET),
        ("code", APP_CODE),
        ("grant_type", "authorization_code"),
    ];
    assert_eq!(form, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(basic, None);
}

/// A link with a code would sign whoever follows it in as somebody else.
#[tokio::test]
async fn a_code_without_the_state_of_this_browser_is_refused() {
    let (rig, mut browser, mut other) = (rig(lin()).await, Browser::default(), Browser::default());
    let foreign = rig.start(&mut other, "/").await.parameter("state");
    rig.start(&mut browser, "/").await;
    for query in [&[("code", APP_CODE)][..], &[("code", APP_CODE), ("state", foreign.as_str())]] {
        let reply = rig.back(&mut browser, query).await;
        assert!(reply.status == 400 && reply.body.contains("SIGN_IN_EXPIRED"), "{reply:?}");
    }
    assert!(rig.idp.received_requests().await.unwrap().is_empty(), "the code was passed on");
}

#[tokio::test]
async fn a_code_that_is_too_short_is_refused() {
    let (rig, mut browser) = (rig(lin()).await, Browser::default());
    let state = rig.start(&mut browser, "/").await.parameter("state");
    let reply = rig.back(&mut browser, &[("code", "short"), ("state", &state)]).await;
    assert!(reply.status == 400 && reply.body.contains("SIGN_IN_EXPIRED"), "{reply:?}");
    assert!(rig.idp.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn levels_follow_member_type_and_verify_level() {
    for (name, value, level) in [
        ("verifyLevel", json!("2"), "2"),
        ("verifyLevel", json!("0"), "1"),
        ("verifyLevel", Value::Null, "1"),
        ("verifyLevel", json!("gold"), "1"),
    ] {
        let (rig, mut browser) = (with(name, value.clone()).await, Browser::default());
        assert_eq!(rig.sign_in(&mut browser).await.status, 303, "{value}");
        assert_eq!(rig.world.store.rows(Table::Sessions)[0]["assurance"].as_n().unwrap(), level, "{value}");
    }
}

#[tokio::test]
async fn answers_that_name_nobody() {
    for user in [json!(null), json!([]), json!({}), json!({ "id": "" }), json!({ "id": 7 })] {
        stops(&rig(user).await, 503, "IDENTITY_UNAVAILABLE").await;
    }
    for (name, value) in [("realName", json!("")), ("email", json!("nowhere"))] {
        stops(&with(name, value).await, 422, "IDENTITY_INCOMPLETE").await;
    }
}

#[tokio::test]
async fn a_code_that_is_refused_starts_again() {
    let rig = Rig::speaking(|base| Protocol::TaipeiPass { base: base.to_owned() }).await;
    let refused = json!({ "error": "invalid_grant", "error_description": "Invalid authorization code: x" });
    let answer = ResponseTemplate::new(400).set_body_json(refused);
    Mock::given(method("POST")).and(path(WEB_TOKEN)).respond_with(answer).mount(&rig.idp).await;
    let reply = stops(&rig, 400, "SIGN_IN_EXPIRED").await;
    assert!(!reply.body.contains("Invalid authorization"), "{reply:?}");
}
