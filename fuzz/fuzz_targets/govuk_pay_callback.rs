#![no_main]
//! Messages of GOV.UK Pay: a header that nobody signed is not believed; a signed body is, whatever it is.

mod payments;

use std::sync::LazyLock;

use payment::Account;
use serde_json::json;

const SECRET: &str = "webhook-secret-of-the-fuzzer";

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    payments::account("govuk_pay", json!({ "webhook_secret": SECRET, "api_key": "api_test_of_the_fuzzer" }))
});

libfuzzer_sys::fuzz_target!(|input: (&str, &[u8])| {
    let (header, body) = input;
    assert!(payments::hear(&ACCOUNT, &[("pay-signature", header)], "", body).is_err());
    let signature = hex::encode(payments::sign(SECRET.as_bytes(), &[body]));
    assert!(payments::hear(&ACCOUNT, &[("pay-signature", &signature)], "", body).is_ok());
});
