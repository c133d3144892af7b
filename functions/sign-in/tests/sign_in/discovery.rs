//! What the provider publishes of itself, and whether an answer is its own (RFC 9207).

use platform::keys::Table;
use serde_json::{Value, json};

use crate::rig::{Browser, CALLBACK, CODE, Reply, Rig, app, lin, oidc};

async fn begins(rig: &Rig) -> Reply {
    rig.start(&mut Browser::default(), "/work").await
}

/// Nobody is sent off, nothing is kept, and there is a way to go on.
async fn unavailable(rig: &Rig) {
    let reply = begins(rig).await;
    assert_eq!((reply.status, reply.headers["retry-after"].as_str()), (503, "60"), "{reply:?}");
    assert!(reply.body.contains("IDENTITY_UNAVAILABLE"), "{reply:?}");
    assert!(reply.body.contains("/sign-in?return_to=%2Fwork"), "{reply:?}");
    assert!(rig.world.store.rows(Table::Sessions).is_empty());
}

#[tokio::test]
async fn a_document_that_cannot_be_worked_with_stops_before_anybody_leaves() {
    let changes = [
        ("issuer", json!("https://evil.example")),
        ("issuer", Value::Null),
        ("authorization_endpoint", json!("http://id.example/authorize")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("token_endpoint", json!("http://id.example/token")),
        ("token_endpoint", Value::Null),
        ("userinfo_endpoint", Value::Null),
        ("jwks_uri", json!("http://id.example/jwks")),
        ("response_types_supported", json!(["id_token"])),
        ("code_challenge_methods_supported", json!(["plain"])),
        ("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])),
        ("id_token_signing_alg_values_supported", json!(["HS256", "none"])),
    ];
    for (name, value) in changes {
        let rig = Rig::new().await;
        rig.desk.publish(name, value.clone());
        println!("{name}: {value}");
        unavailable(&rig).await;
    }
}

#[tokio::test]
async fn a_document_may_leave_out_what_has_a_default() {
    let rig = Rig::vouching(&lin()).await;
    for name in [
        "code_challenge_methods_supported",
        "token_endpoint_auth_methods_supported",
        "id_token_signing_alg_values_supported",
    ] {
        rig.desk.publish(name, Value::Null);
    }
    rig.desk.publish("authorization_response_iss_parameter_supported", json!(false));
    assert_eq!(rig.sign_in(&mut Browser::default()).await.status, 303);
}

#[tokio::test]
async fn an_endpoint_may_have_a_query() {
    let rig = Rig::new().await;
    rig.desk.publish("authorization_endpoint", json!("https://id.example/authorize?tenant=city"));
    let off = begins(&rig).await;
    assert!(
        off.location.starts_with("https://id.example/authorize?tenant=city&response_type=code"),
        "{off:?}"
    );
}

#[tokio::test]
async fn a_provider_that_is_not_there() {
    let mut rig = Rig::new().await;
    rig.app = app(&rig.world, oidc("http://127.0.0.1:1"));
    unavailable(&rig).await;
}

#[tokio::test]
async fn an_answer_of_another_provider_is_refused_before_its_code_is_used() {
    for issuer in ["https://evil.example", "x"] {
        let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
        let state = rig.start(&mut browser, "/work").await.parameter("state");
        let reply = rig.back(&mut browser, &[("code", CODE), ("state", &state), ("iss", issuer)]).await;
        assert!(reply.status == 400 && reply.body.contains("IDENTITY_NOT_PROVEN"), "{reply:?}");
        assert_eq!(rig.asked("/token").await, 0, "the code was passed on");
        // An error is believed as little.
        let state = rig.start(&mut browser, "/work").await.parameter("state");
        let error = [("error", "access_denied"), ("state", &state), ("iss", issuer)];
        let reply = rig.back(&mut browser, &error).await;
        assert!(reply.status == 400 && reply.body.contains("IDENTITY_NOT_PROVEN"), "{reply:?}");
    }
}

#[tokio::test]
async fn a_provider_that_names_itself_must_do_so() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    let state = rig.start(&mut browser, "/work").await.parameter("state");
    let reply = rig.back(&mut browser, &[("code", CODE), ("state", &state)]).await;
    assert!(reply.status == 400 && reply.body.contains("IDENTITY_NOT_PROVEN"), "{reply:?}");
    assert_eq!(rig.asked("/token").await, 0, "the code was passed on");
}

#[tokio::test]
async fn a_provider_that_does_not_name_itself_need_not() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    rig.desk.publish("authorization_response_iss_parameter_supported", json!(false));
    let state = rig.start(&mut browser, "/work").await.parameter("state");
    assert_eq!(rig.back(&mut browser, &[("code", CODE), ("state", &state)]).await.status, 303);
    // But when it does, it must be right.
    let mut browser = Browser::default();
    let state = rig.start(&mut browser, "/work").await.parameter("state");
    let wrong = [("code", CODE), ("state", &state), ("iss", "https://evil.example")];
    assert_eq!(rig.back(&mut browser, &wrong).await.status, 400);
}

/// Whatever a request says, people are sent back to the address that is registered.
#[tokio::test]
async fn the_address_to_come_back_to_cannot_be_changed() {
    let rig = Rig::vouching(&lin()).await;
    let mut browser = Browser::default();
    let start = crate::rig::START.replace("city.example", "evil.example");
    let target = "/sign-in?return_to=%2Fwork&redirect_uri=https%3A%2F%2Fevil.example%2F&iss=https%3A%2F%2Fevil.example";
    let off = rig.send(&mut browser, &start, target, None).await;
    let registered = format!("{}/sign-in/callback", crate::rig::ORIGIN);
    assert_eq!(off.parameter("redirect_uri"), registered);
    let state = rig.start(&mut browser, "/work").await.parameter("state");
    let issuer = rig.idp.uri();
    let back =
        [("code", CODE), ("state", &state), ("iss", &issuer), ("redirect_uri", "https://evil.example/")];
    let reply = rig.back(&mut browser, &back).await;
    assert_eq!((reply.status, reply.location.as_str()), (303, "/work"));
    let requests = rig.idp.received_requests().await.unwrap();
    let exchange = requests.iter().find(|request| request.url.path() == "/token").unwrap();
    assert_eq!(web::form::decode(&exchange.body).unwrap()["redirect_uri"], registered);
}

#[tokio::test]
async fn a_parameter_twice_is_no_answer() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    let off = rig.start(&mut browser, "/").await;
    let query = web::form::encode([("state", off.parameter("state").as_str()), ("iss", &rig.idp.uri())]);
    let both = format!("/sign-in/callback?{query}&code=one&code=two");
    for target in [both, format!("/sign-in/callback?{query}&code=one&error=access_denied")] {
        let reply = rig.send(&mut browser, CALLBACK, &target, None).await;
        assert!(reply.status == 400 && reply.body.contains("SIGN_IN_EXPIRED"), "{reply:?}");
    }
    assert_eq!(rig.asked("/token").await, 0);
}
