#![no_main]
//! Redirects of LINE Pay: whatever the query, it is a hint or nothing.

use std::sync::LazyLock;

use fuzz::payments;
use payment::{Account, Heard};
use serde_json::json;

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    payments::account("linepay_v3", "fuzz", json!({ "channel_secret": "channel-secret-of-the-fuzzer" }))
});

libfuzzer_sys::fuzz_target!(|query: &str| {
    let heard = payments::hear(&ACCOUNT, &[], query, b"");
    assert!(!matches!(heard, Ok(Heard::Said(_))), "{heard:?} without a signature");
});
