#![no_main]
//! ID tokens: as they come, and signed by the target (a line of header, then the claims), so that what is
//! behind the signature is searched. What is taken keeps to every rule, told again here in other words.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::keys;
use identity::token::{self, Expected};
use jiff::Timestamp;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

const ISSUER: &str = "https://id.example";
const NOW: i64 = 1_795_053_600;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let public = URL_SAFE_NO_PAD.encode(pair.public_key());
    let set = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": public }] });
    let keys = keys::read(set.to_string().as_bytes()).unwrap();
    let now = Timestamp::from_second(NOW).unwrap();
    let expected = Expected { issuer: ISSUER, client_id: "city", nonce: "n", begun: now, now };
    if let Ok(text) = std::str::from_utf8(input) {
        let _ = token::verify(text, &keys, &expected);
    }

    let ([header], claims) = fuzz::lines::<1>(input);
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(&header), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
    let Ok(asserted) = token::verify(&format!("{message}.{signature}"), &keys, &expected) else { return };
    let header: Value = serde_json::from_str(&header).unwrap();
    assert_eq!(header["alg"], "EdDSA");
    assert!(header["kid"].is_null() || header["kid"] == "k");
    let claims: Value = serde_json::from_slice(claims).unwrap();
    assert_eq!((&claims["iss"], &claims["nonce"]), (&json!(ISSUER), &json!("n")));
    let named = claims["aud"].as_array().is_some_and(|many| many.contains(&json!("city")));
    assert!(claims["aud"] == "city" || named);
    assert!(claims["azp"].is_null() || claims["azp"] == "city");
    // Seconds may have fractions, which decide nothing: one second to spare.
    assert!(claims["exp"].as_f64().unwrap() > NOW as f64 - 61.0);
    assert!((claims["iat"].as_f64().unwrap() - NOW as f64).abs() < 61.0);
    assert_eq!(claims["sub"], asserted.subject);
    fuzz::taken();
});
