#![no_main]
//! Messages of GOV.UK Pay, the header on the first line: one that nobody signed is not believed; a signed
//! body is, whatever it is.

use std::sync::LazyLock;

use fuzz::payments;
use payment::Account;
use serde_json::json;

const SECRET: &str = "webhook-secret-of-the-fuzzer";

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    let keys = json!({ "webhook_secret": SECRET, "api_key": "api_test_of_the_fuzzer" });
    payments::account("govuk_pay", "fuzz", keys)
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let ([header], body) = fuzz::lines(input);
    assert!(payments::hear(&ACCOUNT, &[("pay-signature", &header)], "", body).is_err());
    let signature = hex::encode(payments::sign(SECRET.as_bytes(), &[body]));
    assert!(payments::hear(&ACCOUNT, &[("pay-signature", &signature)], "", body).is_ok());
});
