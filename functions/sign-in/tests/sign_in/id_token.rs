//! ID tokens that are not the provider's, not for us, not of now, or not of this sign-in. Each differs from
//! a good one in one thing.

use platform::keys::Table;
use serde_json::{Value, json};
use testkit::id_token::{SigningKey, jwks, unsigned};

use crate::provider::stops;
use crate::rig::{Browser, CODE, Rig, lin};

/// Signing in stops because nothing proves who it is, and the person is never asked about.
async fn refused(rig: &Rig) {
    stops(rig, 400, "IDENTITY_NOT_PROVEN").await;
    assert_eq!(rig.asked("/userinfo").await, 0, "the access token was used");
}

async fn signed_in(rig: &Rig) {
    let mut browser = Browser::default();
    let reply = rig.sign_in(&mut browser).await;
    assert_eq!(reply.status, 303, "{reply:?}");
    assert!(browser.cookies.contains_key("__Host-session"));
}

async fn refuses_claim(name: &'static str, value: Value) {
    let rig = Rig::vouching(&lin()).await;
    rig.desk.claim(name, value);
    refused(&rig).await;
}

async fn takes_claim(name: &'static str, value: Value) {
    let rig = Rig::vouching(&lin()).await;
    rig.desk.claim(name, value);
    signed_in(&rig).await;
}

#[tokio::test]
async fn every_algorithm_of_the_list_is_taken() {
    for key in [SigningKey::rsa("k"), SigningKey::ec("k"), SigningKey::ed("k", 1)] {
        let rig = Rig::vouching(&lin()).await;
        rig.desk.sign_with(key, true);
        signed_in(&rig).await;
    }
}

#[tokio::test]
async fn a_nonce_of_another_sign_in_is_refused() {
    refuses_claim("nonce", json!("another")).await;
    refuses_claim("nonce", json!("")).await;
    refuses_claim("nonce", Value::Null).await;
}

/// A whole answer of the provider to one browser, brought by another.
#[tokio::test]
async fn a_token_of_another_browser_is_refused() {
    let rig = Rig::vouching(&lin()).await;
    let (mut own, mut other) = (Browser::default(), Browser::default());
    let foreign = rig.start(&mut other, "/").await.parameter("nonce");
    let state = rig.start(&mut own, "/").await.parameter("state");
    rig.desk.claim("nonce", json!(foreign));
    let reply = rig.callback(&mut own, &state, CODE).await;
    assert!(reply.status == 400 && reply.body.contains("IDENTITY_NOT_PROVEN"), "{reply:?}");
}

#[tokio::test]
async fn another_issuer_is_refused() {
    refuses_claim("iss", json!("https://evil.example")).await;
    let rig = Rig::vouching(&lin()).await;
    // Not even a slash more: issuers are compared as they are.
    rig.desk.claim("iss", json!(format!("{}/", rig.idp.uri())));
    refused(&rig).await;
}

#[tokio::test]
async fn another_audience_or_party_is_refused() {
    refuses_claim("aud", json!("another")).await;
    refuses_claim("aud", json!([])).await;
    refuses_claim("aud", json!(["another"])).await;
    // For us and others: somebody must say that it was given to us.
    refuses_claim("aud", json!(["city", "another"])).await;
    refuses_claim("azp", json!("another")).await;
    takes_claim("azp", json!("city")).await;
    takes_claim("aud", json!(["city"])).await;
    let rig = Rig::vouching(&lin()).await;
    rig.desk.make(|key, mut claims| {
        claims["aud"] = json!(["another", "city"]);
        claims["azp"] = json!("city");
        key.token(&claims)
    });
    signed_in(&rig).await;
}

/// Seconds from now, as a claim.
async fn at(name: &'static str, seconds: i64) -> Rig {
    let rig = Rig::vouching(&lin()).await;
    rig.desk.make(move |key, mut claims| {
        claims[name] = json!(claims["iat"].as_i64().unwrap() + seconds);
        key.token(&claims)
    });
    rig
}

#[tokio::test]
async fn a_token_is_valid_in_its_time_and_a_minute_around() {
    for (name, seconds) in [("exp", -60), ("iat", 61), ("iat", -61), ("nbf", 61)] {
        refused(&at(name, seconds).await).await;
    }
    for (name, seconds) in [("exp", -59), ("iat", 60), ("iat", -60), ("nbf", 60), ("nbf", -900)] {
        signed_in(&at(name, seconds).await).await;
    }
    refuses_claim("exp", Value::Null).await;
    refuses_claim("iat", json!("now")).await;
    refuses_claim("exp", json!(i64::MIN)).await;
}

#[tokio::test]
async fn a_token_without_a_usable_subject_is_refused() {
    for subject in [json!(""), json!(" "), json!("a\nb"), json!("x".repeat(256)), json!(7), Value::Null] {
        refuses_claim("sub", subject).await;
    }
}

#[tokio::test]
async fn no_signature_is_no_token() {
    let rig = Rig::vouching(&lin()).await;
    rig.desk.make(|_, claims| unsigned(&claims));
    refused(&rig).await;
    // The signature of the real key left out, with the header that asks for one.
    let rig = Rig::vouching(&lin()).await;
    rig.desk.make(|key, claims| {
        let token = key.token(&claims);
        format!("{}.", token.rsplit_once('.').unwrap().0)
    });
    refused(&rig).await;
}

#[tokio::test]
async fn the_public_key_is_no_secret() {
    for key in [SigningKey::rsa("k"), SigningKey::ec("k"), SigningKey::ed("k", 1)] {
        let rig = Rig::vouching(&lin()).await;
        rig.desk.sign_with(key, true);
        rig.desk.make(|key, claims| key.forged_hmac(&claims));
        refused(&rig).await;
    }
    // Not even when the provider publishes a symmetric key.
    let rig = Rig::vouching(&lin()).await;
    let key = SigningKey::ed("k", 1);
    let symmetric = json!({ "kty": "oct", "kid": "k", "alg": "HS256", "k": key.jwk()["x"] });
    rig.desk.sign_with(key, false);
    rig.desk.publish_keys(json!({ "keys": [symmetric] }));
    rig.desk.make(|key, claims| key.forged_hmac(&claims));
    refused(&rig).await;
}

#[tokio::test]
async fn a_key_is_used_with_its_own_algorithm_only() {
    for algorithm in ["RS256", "EdDSA", "RS384", "ES384", "HS512", "none", "ES256K", ""] {
        let rig = Rig::vouching(&lin()).await;
        rig.desk.make(move |key, claims| key.signed(&json!({ "alg": algorithm, "kid": key.kid }), &claims));
        refused(&rig).await;
    }
}

#[tokio::test]
async fn a_signature_of_another_key_is_refused() {
    let rig = Rig::vouching(&lin()).await;
    // Its name is known, it is another one.
    rig.desk.sign_with(SigningKey::ec("first"), false);
    refused(&rig).await;
    let rig = Rig::vouching(&lin()).await;
    rig.desk.make(|key, claims| {
        let token = key.token(&claims);
        let (message, signature) = token.rsplit_once('.').unwrap();
        let other = if signature.starts_with('A') { 'B' } else { 'A' };
        format!("{message}.{other}{}", &signature[1..])
    });
    refused(&rig).await;
}

/// A key that the token itself brings, or says where to find, is never used.
#[tokio::test]
async fn a_key_in_the_header_is_not_looked_at() {
    let rig = Rig::vouching(&lin()).await;
    rig.desk.make(|_, claims| {
        let own = SigningKey::ed("own", 9);
        own.signed(&json!({ "alg": "EdDSA", "jwk": own.jwk(), "kid": "own" }), &claims)
    });
    refused(&rig).await;
    let rig = Rig::vouching(&lin()).await;
    let elsewhere = format!("{}/elsewhere", rig.idp.uri());
    rig.desk.make(move |_, claims| {
        SigningKey::ed("own", 9).signed(&json!({ "alg": "EdDSA", "jku": elsewhere, "kid": "own" }), &claims)
    });
    refused(&rig).await;
    assert_eq!(rig.asked("/elsewhere").await, 0);
}

#[tokio::test]
async fn what_the_header_demands_and_nobody_understands_is_refused() {
    let rig = Rig::vouching(&lin()).await;
    rig.desk.make(|key, claims| {
        key.signed(&json!({ "alg": "ES256", "kid": key.kid, "crit": ["x"], "x": 1 }), &claims)
    });
    refused(&rig).await;
}

#[tokio::test]
async fn a_token_that_is_none_is_refused() {
    for text in ["", "x", "..", "a.b.c", "a.b.c.d", &"x".repeat(20_000)] {
        let (rig, text) = (Rig::vouching(&lin()).await, text.to_owned());
        rig.desk.make(move |_, _| text.clone());
        refused(&rig).await;
    }
}

#[tokio::test]
async fn keys_are_asked_for_once_and_kept() {
    let rig = Rig::vouching(&lin()).await;
    for _ in 0..3 {
        signed_in(&rig).await;
    }
    assert_eq!((rig.asked("/jwks").await, rig.asked("/.well-known/openid-configuration").await), (1, 1));
    // But not for ever: a key that was withdrawn must not be good for long.
    rig.advance(jiff::SignedDuration::from_hours(1));
    signed_in(&rig).await;
    assert_eq!((rig.asked("/jwks").await, rig.asked("/.well-known/openid-configuration").await), (2, 2));
}

#[tokio::test]
async fn a_new_key_is_found_by_one_refresh_and_no_more() {
    let rig = Rig::vouching(&lin()).await;
    signed_in(&rig).await;
    rig.desk.sign_with(SigningKey::ec("second"), true);
    signed_in(&rig).await;
    assert_eq!(rig.asked("/jwks").await, 2);
    signed_in(&rig).await;
    assert_eq!(rig.asked("/jwks").await, 2, "the new one is kept");

    // One that is not published: asked for once, then refused.
    rig.desk.sign_with(SigningKey::ec("third"), false);
    let reply = rig.sign_in(&mut Browser::default()).await;
    assert!(reply.status == 400 && reply.body.contains("IDENTITY_NOT_PROVEN"), "{reply:?}");
    assert_eq!(rig.asked("/jwks").await, 3);
}

#[tokio::test]
async fn an_unknown_key_is_not_asked_for_twice_in_one_sign_in() {
    let rig = Rig::vouching(&lin()).await;
    rig.desk.sign_with(SigningKey::ec("second"), false);
    refused(&rig).await;
    assert_eq!(rig.asked("/jwks").await, 1);
}

#[tokio::test]
async fn a_token_that_names_no_key_is_of_the_only_one() {
    let nameless = |key: &SigningKey, claims: Value| key.signed(&json!({ "alg": "ES256" }), &claims);
    let rig = Rig::vouching(&lin()).await;
    rig.desk.make(nameless);
    signed_in(&rig).await;
    let rig = Rig::vouching(&lin()).await;
    let (first, second) = (SigningKey::ec("first"), SigningKey::ec("second"));
    rig.desk.publish_keys(jwks([&first, &second]));
    rig.desk.sign_with(first, false);
    rig.desk.make(nameless);
    refused(&rig).await;
}

#[tokio::test]
async fn keys_of_no_use_are_passed_over() {
    let rig = Rig::vouching(&lin()).await;
    let key = SigningKey::ec("good");
    let mut encrypts = key.jwk();
    encrypts["use"] = json!("enc");
    let strange = [
        json!({ "kty": "AKP", "kid": "good", "alg": "ML-DSA-44", "pub": "x" }),
        json!({ "kty": "EC", "kid": "good", "crv": "secp256k1", "x": "x", "y": "y" }),
        json!({ "kty": "RSA", "kid": "good" }),
        json!("nonsense"),
        encrypts,
        key.jwk(),
    ];
    rig.desk.publish_keys(json!({ "keys": strange }));
    rig.desk.sign_with(key, false);
    signed_in(&rig).await;
}

#[tokio::test]
async fn a_key_set_that_is_none_is_told_as_try_again() {
    let many: Vec<Value> = (0..33).map(|_| SigningKey::ed("first", 1).jwk()).collect();
    for keys in [json!([]), json!({}), json!({ "keys": {} }), json!({ "keys": many })] {
        let rig = Rig::vouching(&lin()).await;
        rig.desk.publish_keys(keys);
        stops(&rig, 503, "IDENTITY_UNAVAILABLE").await;
    }
}

/// Nothing of an answer is kept before it is proven.
#[tokio::test]
async fn a_refused_token_leaves_no_session() {
    let rig = Rig::vouching(&lin()).await;
    rig.desk.claim("aud", json!("another"));
    rig.sign_in(&mut Browser::default()).await;
    assert!(rig.world.store.rows(Table::Sessions).is_empty());
}
