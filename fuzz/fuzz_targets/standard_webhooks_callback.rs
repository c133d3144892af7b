#![no_main]
//! Webhooks of a bank, id, time and signature on three lines: headers that nobody signed are not believed;
//! a signed body is, whatever it is.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fuzz::payments;
use payment::Account;
use serde_json::json;

const KEY: &[u8; 32] = b"32 bytes of a key of the fuzzer.";

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    let secret = format!("whsec_{}", STANDARD.encode(KEY));
    let keys = json!({ "secret": secret, "pay_url": "https://bank.example/pay" });
    payments::account("standard_webhooks", "fuzz", keys)
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let ([id, second, signature], body) = fuzz::lines(input);
    let hear = |id: &str, second: &str, signature: &str| {
        let headers = [("webhook-id", id), ("webhook-timestamp", second), ("webhook-signature", signature)];
        payments::hear(&ACCOUNT, &headers, "", body)
    };
    assert!(hear(&id, &second, &signature).is_err());
    let good = payments::sign(KEY, &[b"msg_1.", payments::NOW.as_bytes(), b".", body]);
    let good = format!("v1,{}", STANDARD.encode(good));
    assert!(hear("msg_1", payments::NOW, &good).is_ok());
});
