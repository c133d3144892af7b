#![no_main]
//! Events of Stripe, the header on the first line: one that nobody signed is not believed; a signed body
//! is, whatever it is.

use std::sync::LazyLock;

use fuzz::payments;
use payment::Account;
use serde_json::json;

const SECRET: &str = "whsec_of_the_fuzzer";

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    payments::account(
        "stripe",
        "fuzz",
        json!({ "webhook_secret": SECRET, "api_key": "sk_test_of_the_fuzzer" }),
    )
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let ([header], body) = fuzz::lines(input);
    assert!(payments::hear(&ACCOUNT, &[("stripe-signature", &header)], "", body).is_err());
    let signature = hex::encode(payments::sign(SECRET.as_bytes(), &[payments::NOW.as_bytes(), b".", body]));
    let header = format!("t={},v1={signature}", payments::NOW);
    let heard = payments::hear(&ACCOUNT, &[("stripe-signature", &header)], "", body);
    assert_eq!(heard.is_ok(), !body.is_empty());
});
