#![no_main]
//! Redirects of LINE Pay: whatever the query, it is a hint or nothing.

mod payments;

use std::sync::LazyLock;

use payment::{Account, Heard};
use serde_json::json;

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    payments::account("linepay_v3", json!({ "channel_secret": "channel-secret-of-the-fuzzer" }))
});

libfuzzer_sys::fuzz_target!(|query: &str| {
    match payments::hear(&ACCOUNT, &[], query, b"") {
        Ok(Heard::Hint { order_no }) => assert!(!order_no.is_empty() && !order_no.contains(char::is_control)),
        Ok(Heard::Said(said)) => panic!("{said:?} without a signature"),
        Err(_) => {}
    }
});
