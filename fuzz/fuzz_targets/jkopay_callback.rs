#![no_main]
//! Callbacks of JKOPAY: whatever the body, it is a hint or nothing.

use std::sync::LazyLock;

use fuzz::payments;
use payment::{Account, Heard};
use serde_json::json;

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    let keys = json!({ "api_key": "api-key-of-the-fuzzer", "secret_key": "secret-key-of-the-fuzzer" });
    payments::account("jkopay", "fuzz", keys)
});

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let heard = payments::hear(&ACCOUNT, &[], "", body);
    assert!(!matches!(heard, Ok(Heard::Said(_))), "{heard:?} without a signature");
});
