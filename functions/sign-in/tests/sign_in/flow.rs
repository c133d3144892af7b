//! Signing in as it should go.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};
use testkit::samples;

use crate::rig::{Browser, CODE, ORIGIN, Rig, START, lin};

#[tokio::test]
async fn the_browser_is_sent_off_with_state_and_challenge() {
    let (rig, mut browser) = (Rig::new().await, Browser::default());
    let reply = rig.start(&mut browser, "/work").await;
    assert_eq!(reply.status, 303);
    assert!(reply.location.starts_with(&format!("{}/authorize?", rig.idp.uri())), "{reply:?}");
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "city"),
        ("redirect_uri", &format!("{ORIGIN}/sign-in/callback")),
        ("scope", "openid profile email"),
        ("code_challenge_method", "S256"),
        ("acr_values", "verified"),
    ] {
        assert_eq!(reply.parameter(name), value);
    }
    for name in ["code_challenge", "nonce"] {
        assert_eq!(reply.parameter(name).len(), 43, "{name}");
    }
    let cookie = &reply.cookies[0];
    for part in ["__Host-sign-in=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Max-Age=600"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
}

#[tokio::test]
async fn a_person_comes_back_signed_in() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    let off = rig.start(&mut browser, "/cases?page=2").await;
    let reply = rig.callback(&mut browser, &off.parameter("state"), CODE).await;
    assert_eq!((reply.status, reply.location.as_str()), (303, "/cases?page=2"));
    let cookie = &reply.cookies[0];
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{cookie}");
    let session = rig.session(&mut browser).await;
    assert_eq!((&session["signed_in"], &session["name"]), (&json!(true), &json!("林佳穎")));
    assert_eq!((&session["officer"], &session["assurance"]), (&json!(null), &json!(2)));
    assert_eq!(session["csrf"].as_str().unwrap().len(), 43);

    // What the provider was asked: the code once, with the secret and the verifier of the challenge.
    let asked = rig.idp.received_requests().await.unwrap();
    let paths: Vec<&str> = asked.iter().map(|request| request.url.path()).collect();
    assert_eq!(paths, ["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"]);
    let form = web::form::decode(&asked[1].body).unwrap();
    assert_eq!((form["grant_type"].as_str(), form["code"].as_str()), ("authorization_code", CODE));
    assert_eq!(form["redirect_uri"], format!("{ORIGIN}/sign-in/callback"));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    assert_eq!(challenge, off.parameter("code_challenge"));
    // Each half encoded as in a form (RFC 6749 2.3.1).
    let basic = base64::engine::general_purpose::STANDARD.encode("city:the%20client%3A%20secret");
    assert_eq!(form.get("client_secret"), None);
    assert_eq!(asked[1].headers["authorization"], format!("Basic {basic}"));
}

#[tokio::test]
async fn staff_are_officers_of_their_agency() {
    let mut person = lin();
    person["sub"] = json!(samples::DISPATCHER);
    let (rig, mut browser) = (Rig::vouching(&person).await, Browser::default());
    rig.sign_in(&mut browser).await;
    let session = rig.session(&mut browser).await;
    let officer = json!({ "agency": "parks", "roles": ["dispatcher"], "stands_in": [] });
    assert_eq!(session["officer"], officer);
}

#[tokio::test]
async fn the_language_and_the_way_back_survive() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    rig.send(&mut browser, START, "/sign-in?lang=en", None).await;
    let off = rig.start(&mut browser, "/services/PK001").await;
    let reply = rig.callback(&mut browser, &off.parameter("state"), CODE).await;
    assert_eq!(
        (reply.location.as_str(), reply.headers["content-language"].as_str()),
        ("/services/PK001", "en")
    );
}

#[tokio::test]
async fn whoever_is_signed_in_is_sent_on() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    rig.sign_in(&mut browser).await;
    let again = rig.start(&mut browser, "/cases").await;
    assert_eq!((again.status, again.location.as_str()), (303, "/cases"));
}

#[tokio::test]
async fn two_tabs_can_sign_in_at_once() {
    let (rig, mut browser) = (Rig::vouching(&lin()).await, Browser::default());
    let first = rig.start(&mut browser, "/cases").await.parameter("state");
    let second = rig.start(&mut browser, "/work").await.parameter("state");
    assert_ne!(first, second);
    assert_eq!(rig.callback(&mut browser, &first, CODE).await.location, "/cases");
    assert_eq!(rig.callback(&mut browser, &second, CODE).await.location, "/work");
}

#[tokio::test]
async fn nobody_is_told_as_such() {
    let (rig, mut browser) = (Rig::new().await, Browser::default());
    let expected = json!({ "signed_in": false, "name": null, "assurance": 0, "officer": null, "csrf": null });
    assert_eq!(rig.session(&mut browser).await, expected);
}
