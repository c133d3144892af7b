//! What a secret must be like before anything starts.

use domain::payment::Provider;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{BadAccount, Ring, Stage};
use crate::account::Account;
use crate::callback::KeyUsed;
use crate::fixtures::{self, NOW, at, read};
use crate::order::Start;

const KEY: &str = "0123456789abcdef";
const OTHER: &str = "fedcba9876543210";

/// A good secret of one account.
fn good() -> Value {
    fixtures::secret("ecpay_aio", "3000001", &json!({ "hash_key": KEY, "hash_iv": OTHER }))
}

/// The good secret after a change, and why it is refused.
fn refused(change: impl Fn(&mut Value)) -> String {
    let mut secret = good();
    change(&mut secret);
    read(&secret).unwrap_err().to_string()
}

fn production(secret: &mut Value) {
    secret["stage"] = json!("production");
}

#[test]
fn every_account_is_read() {
    let mut secret = good();
    let newebpay = json!({ "provider": "newebpay_mpg", "merchant": "MS1",
        "current": { "hash_key": KEY.repeat(2), "hash_iv": OTHER },
        "previous": { "until": "2026-12-01T00:00:00Z", "keys": { "hash_key": OTHER.repeat(2), "hash_iv": KEY } } });
    secret["accounts"].as_array_mut().unwrap().push(newebpay);
    let accounts: Vec<(Provider, String)> = read(&secret)
        .unwrap()
        .iter()
        .map(|account| (account.provider(), account.merchant().to_owned()))
        .collect();
    assert_eq!(
        accounts,
        [(Provider::EcpayAio, "3000001".to_owned()), (Provider::NewebpayMpg, "MS1".to_owned())]
    );
}

#[test]
fn a_stage_says_where_the_providers_are() {
    for (stage, origin, base) in [
        ("production", None, "https://payment.ecpay.com.tw"),
        ("test", None, "https://payment-stage.ecpay.com.tw"),
        ("local", Some("http://localhost:8080/_local/pay"), "http://localhost:8080/_local/pay/ecpay_aio"),
    ] {
        let mut secret = good();
        secret["stage"] = json!(stage);
        secret["origin"] = json!(origin);
        let order_no = "TPE2611230000001A001".parse().unwrap();
        let order = fixtures::order(&order_no, 100, domain::payment::Means::Card);
        let Ok(Start::Form { action, .. }) = fixtures::account(&secret).start(&order, at(NOW)) else {
            panic!()
        };
        assert_eq!(action, format!("{base}/Cashier/AioCheckOut/V5"));
    }
}

#[test]
fn a_stage_and_its_origin_belong_together() {
    let stage = |stage: &str, origin: Option<&str>| Stage::read(stage, origin.map(str::to_owned));
    assert_eq!(
        stage("local", Some("https://localhost:1")),
        Ok(Stage::Local { origin: "https://localhost:1".to_owned() })
    );
    for (name, origin) in [
        ("", None),
        ("Production", None),
        ("staging", None),
        ("local", None),
        ("test", Some("http://localhost:1")),
        ("production", Some("http://localhost:1")),
        ("local", Some("")),
        ("local", Some("http://")),
        ("local", Some("ftp://localhost")),
        ("local", Some("http://localhost/")),
        ("local", Some("http://localhost?a")),
        ("local", Some("http://a@localhost")),
        ("local", Some("http://local host")),
    ] {
        assert!(matches!(stage(name, origin), Err(BadAccount::File(_))), "{name} {origin:?}");
    }
}

#[test]
fn an_account_that_could_do_harm_is_refused_with_its_reason() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str); 17] = [
        (
            |s| s["stage"] = json!("prod"),
            "the accounts cannot be read: the stage is none of production, test, local",
        ),
        (|s| s["accounts"][0]["provider"] = json!("paypal"), "paypal 3000001: no provider has this name"),
        (
            |s| s["accounts"][0]["merchant"] = json!(""),
            "ecpay_aio : a merchant is written in 0-9 A-Z a-z _ -",
        ),
        (
            |s| s["accounts"][0]["merchant"] = json!("3/1"),
            "ecpay_aio 3/1: a merchant is written in 0-9 A-Z a-z _ -",
        ),
        (
            |s| s["accounts"][0]["current"] = json!({ "hash_key": KEY }),
            "ecpay_aio 3000001: `hash_iv` is missing",
        ),
        (|s| s["accounts"][0]["current"] = json!({}), "ecpay_aio 3000001: `hash_key` is missing"),
        (
            |s| s["accounts"][0]["current"]["hash_kee"] = json!(KEY),
            "ecpay_aio 3000001: it has a key of a name that the provider has not",
        ),
        (
            |s| s["accounts"][0]["current"]["hash_key"] = json!(""),
            "ecpay_aio 3000001: a key is shorter than 16 bytes",
        ),
        (
            |s| s["accounts"][0]["current"]["hash_key"] = json!("0123456789abcde"),
            "ecpay_aio 3000001: a key is shorter than 16 bytes",
        ),
        (
            |s| s["accounts"][0]["current"]["hash_key"] = json!("0123456789abcdef0"),
            "ecpay_aio 3000001: a key has not the length of this provider's",
        ),
        (
            |s| s["accounts"][0]["current"]["hash_key"] = json!("0123456789abcde "),
            "ecpay_aio 3000001: a key has spaces around it or unprintable signs in it",
        ),
        (
            |s| s["accounts"][0]["current"]["hash_key"] = json!("01234567\u{7}9abcdef"),
            "ecpay_aio 3000001: a key has spaces around it or unprintable signs in it",
        ),
        (
            |s| s["accounts"][0]["current"]["hash_key"] = json!("sk_live_89abcdef"),
            "ecpay_aio 3000001: a key is of another stage",
        ),
        (
            |s| {
                production(s);
                s["accounts"][0]["current"]["hash_key"] = json!("sk_test_89abcdef");
            },
            "ecpay_aio 3000001: a key is of another stage",
        ),
        (
            |s| {
                let previous =
                    json!({ "until": "2026-12-01T00:00:00Z", "keys": s["accounts"][0]["current"] });
                s["accounts"][0]["previous"] = previous;
            },
            "ecpay_aio 3000001: the previous keys are the current ones",
        ),
        (
            |s| {
                s["accounts"][0]["previous"] = json!({ "until": "2026-12-01T00:00:00Z", "keys": { "hash_key": "short", "hash_iv": KEY } });
            },
            "ecpay_aio 3000001: a key is shorter than 16 bytes",
        ),
        (
            |s| {
                let again = s["accounts"][0].clone();
                s["accounts"].as_array_mut().unwrap().push(again);
            },
            "ecpay_aio 3000001: it is there twice",
        ),
    ];
    let examples = [
        (
            "standard_webhooks",
            json!({ "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "pay_url": "https://bank.example/" }),
        ),
        ("paid_bill_list", json!({ "secret": "paid-bills-secret-for-examples" })),
    ];
    for (provider, keys) in examples {
        let why = refused(|s| {
            production(s);
            s["accounts"][0] = json!({ "provider": provider, "merchant": "b1", "current": keys });
        });
        assert!(why.ends_with("the provider publishes this merchant or key for tests"), "{why}");
    }
    for (change, reason) in cases {
        assert_eq!(refused(change), reason);
    }
}

/// Shops and keys that stand in the manuals take money from nobody: not in production.
#[test]
fn published_accounts_are_for_tests() {
    let published = "the provider publishes this merchant or key for tests";
    for merchant in ["3002607", "2000132", "3002599", "2000214"] {
        let refused = refused(|secret| {
            production(secret);
            secret["accounts"][0]["merchant"] = json!(merchant);
        });
        assert_eq!(refused, format!("ecpay_aio {merchant}: {published}"));
        let mut secret = good();
        secret["accounts"][0]["merchant"] = json!(merchant);
        assert!(read(&secret).is_ok());
    }
    for place in ["current", "previous"] {
        let refused = refused(|secret| {
            production(secret);
            let keys = json!({ "hash_key": "pwFHCqoQZGmho4w6", "hash_iv": KEY });
            match place {
                "current" => secret["accounts"][0]["current"] = keys,
                _ => {
                    secret["accounts"][0]["previous"] =
                        json!({ "until": "2026-12-01T00:00:00Z", "keys": keys });
                }
            }
        });
        assert_eq!(refused, format!("ecpay_aio 3000001: {published}"));
    }
}

/// serde's messages quote what they find: a key in the wrong place must not get into a log.
#[test]
fn no_error_holds_a_key() {
    let key = "Zq7-very-secret-key";
    for secret in [
        json!({ "stage": "test", "accounts": key }),
        json!({ "stage": "test", "accounts": [{ "provider": "ecpay_aio", "merchant": "1", "current": key }] }),
        json!({ "stage": "test", "accounts": [{ "provider": "ecpay_aio", "merchant": "1", "current": { key: key } }] }),
        json!({ "stage": "test", "accounts": [{ "provider": "ecpay_aio", "merchant": "1", "hash_key": key }] }),
        json!({ "stage": "test", "accounts": [{ "provider": "ecpay_aio", "merchant": "1", "current": { "hash_key": key } }] }),
        json!({ "stage": key, "accounts": [] }),
        json!({ "stage": "local", "origin": key, "accounts": [] }),
        json!({ "stage": "test", "accounts": [{ "provider": "ecpay_aio", "merchant": "1", "current": {},
            "previous": { "until": key, "keys": {} } }] }),
    ] {
        let error = read(&secret).unwrap_err();
        assert!(!error.to_string().contains(key) && !format!("{error:?}").contains(key), "{error}");
    }
    let error = Account::read_all(&SecretString::from(key)).unwrap_err();
    assert_eq!(error.to_string(), "the accounts cannot be read: not JSON, line 1 column 1");
}

#[test]
fn the_current_key_comes_first_and_the_previous_one_ends() {
    let until = "2026-12-01T00:00:00Z".parse().unwrap();
    let ring = Ring { current: 'c', previous: Some(('p', until)) };
    let at = |now: &str| ring.at(now.parse().unwrap()).map(|(used, key)| (used, *key)).collect::<Vec<_>>();
    let both = [(KeyUsed::Current, 'c'), (KeyUsed::Previous, 'p')];
    assert_eq!(at("2026-11-30T23:59:59Z"), both);
    assert_eq!(at("2026-12-01T00:00:00Z"), both[..1]);
}
