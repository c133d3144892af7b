//! What holds for every input: nothing panics, and what is taken keeps to every rule, told again here in
//! other words.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of a test")]

use identity::callback::{self, Answer, Callback};
use identity::token::{self, Asserted, Expected, Refused};
use identity::{discovery, keys, taipei_pass, userinfo};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::id_token::{SigningKey, jwks};

const ISSUER: &str = "https://id.example";
const NOW: i64 = 1_795_053_600;

fn key() -> SigningKey {
    SigningKey::ed("k", 7)
}

fn good() -> Value {
    json!({ "iss": ISSUER, "sub": "lin", "aud": "city", "nonce": "n", "iat": NOW, "exp": NOW + 300 })
}

fn verify(text: &str) -> Result<Asserted, Refused> {
    let keys = keys::read(jwks([&key()]).to_string().as_bytes()).unwrap();
    let now = Timestamp::from_second(NOW).unwrap();
    let expected = Expected { issuer: ISSUER, client_id: "city", nonce: "n", begun: now, now };
    token::verify(text, &keys, &expected)
}

/// The rules of the table in docs/sign-in.md, for claims under a signature that holds.
fn may_be_taken(claims: &Value) -> bool {
    let audience = match &claims["aud"] {
        Value::Array(many) => many.clone(),
        one => vec![one.clone()],
    };
    let number = |name: &str| claims[name].as_f64();
    let limit = |seconds: i64| f64::from(i32::try_from(seconds).unwrap());
    // A fraction of a second decides nothing: the rules are read with one to spare.
    claims["iss"] == ISSUER
        && audience.contains(&json!("city"))
        && (claims["azp"] == "city" || claims["azp"].is_null() && audience.len() == 1)
        && number("exp").is_some_and(|exp| exp > limit(NOW - 61))
        && number("iat").is_some_and(|iat| iat < limit(NOW + 61) && iat > limit(NOW - 61))
        && number("nbf").is_none_or(|nbf| nbf < limit(NOW + 61))
        && claims["nonce"] == "n"
        && claims["sub"].as_str().is_some_and(|sub| !sub.is_empty() && sub.len() <= 255)
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (NOW - 120..NOW + 120).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop_oneof![Just("city"), Just("n"), Just(ISSUER), Just("lin")].prop_map(Value::from),
        proptest::collection::vec(prop_oneof![Just("city"), Just("other")], 0..3).prop_map(Value::from),
    ]
}

fn any_claims() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("iss"),
        Just("sub"),
        Just("aud"),
        Just("azp"),
        Just("nonce"),
        Just("iat"),
        Just("exp"),
        Just("nbf"),
        Just("acr"),
        Just("amr"),
    ];
    proptest::collection::vec((name, any_value()), 0..3).prop_map(|changes| {
        let mut claims = good();
        for (name, value) in changes {
            claims[name] = value;
        }
        claims
    })
}

#[test]
fn the_token_that_all_others_differ_from_is_taken() {
    assert_eq!(verify(&key().token(&good())).unwrap().subject, "lin");
    assert!(may_be_taken(&good()));
}

/// Though nothing reads the claim in question: two readers of such a token could differ.
#[test]
fn claims_that_are_no_json_object_as_a_whole_are_refused() {
    let good = good().to_string();
    let header = json!({ "alg": "EdDSA", "kid": "k" });
    let verify = |claims: &[u8]| verify(&key().signed_bytes(&header, claims));
    assert!(verify(good.as_bytes()).is_ok());
    let with = |more: &[u8]| [good.trim_end_matches('}').as_bytes(), more, b"}"].concat();
    assert!(verify(&with(br#","locale":"zh-TW""#)).is_ok());
    assert_eq!(verify(&with(b",\"locale\":\"\xbf\"")), Err(Refused::Claims));
    assert_eq!(verify(&with(br#","nonce":"n""#)), Err(Refused::Claims));
    let list = json!([ISSUER, "lin", "city", NOW + 300, NOW, NOW, "n", "city", "verified", []]);
    assert_eq!(verify(list.to_string().as_bytes()), Err(Refused::Claims));
}

proptest! {
    #[test]
    fn no_other_text_than_the_token_is_taken(place in any::<prop::sample::Index>(), byte in 0_u8..128) {
        let token = key().token(&good());
        let mut changed = token.clone().into_bytes();
        let place = place.index(changed.len());
        changed[place] = byte;
        let changed = String::from_utf8(changed).unwrap();
        prop_assume!(changed != token);
        prop_assert!(verify(&changed).is_err(), "{}", changed);
    }

    #[test]
    fn no_part_of_the_token_is_taken(length in any::<prop::sample::Index>()) {
        let token = key().token(&good());
        prop_assert!(verify(&token[..length.index(token.len())]).is_err());
    }

    #[test]
    fn what_is_taken_keeps_to_every_rule(claims in any_claims()) {
        if verify(&key().token(&claims)).is_ok() {
            prop_assert!(may_be_taken(&claims), "{}", claims);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,200}") {
        for body in [&body[..], text.as_bytes()] {
            let _ = (keys::read(body).is_ok(), discovery::read(body, ISSUER), userinfo::read(body, "lin"));
            let _ = taipei_pass::read(body);
        }
        let _ = (verify(&text), callback::read(&text));
    }

    #[test]
    fn a_callback_reads_as_it_was_written(
        state in "[ -~]{1,60}", issuer in proptest::option::of("[ -~]{1,60}"), code in "[ -~]{1,60}",
        more in "[a-z_]{6,12}",
    ) {
        let mut fields = vec![("state", state.as_str()), ("code", &code), (&more, "ignored")];
        fields.extend(issuer.as_deref().map(|issuer| ("iss", issuer)));
        let query = wire::form::encode(fields);
        let expected = Callback { state, issuer, answer: Answer::Code(code) };
        prop_assert_eq!(callback::read(&query), Ok(expected));
        for name in ["state", "code", "iss"] {
            let twice = format!("{query}&iss=x&{name}=x");
            prop_assert!(callback::read(&twice).is_err());
        }
        let error = format!("{query}&error=access_denied");
        prop_assert!(callback::read(&error).is_err());
    }

    #[test]
    fn no_unprintable_byte_is_passed_on(text in "[a-z]{0,5}[\\x00-\\x1f\\x7f-\\u{ffff}][a-z]{0,5}") {
        let query = wire::form::encode([("state", "s"), ("code", text.as_str())]);
        prop_assert!(callback::read(&query).is_err());
        let query = wire::form::encode([("state", text.as_str()), ("code", "c")]);
        prop_assert!(callback::read(&query).is_err());
    }
}
