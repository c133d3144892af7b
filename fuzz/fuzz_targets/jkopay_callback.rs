#![no_main]
//! Callbacks of JKOPAY: whatever the body, it is a hint or nothing.

mod payments;

use std::sync::LazyLock;

use payment::{Account, Heard};
use serde_json::json;

static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    payments::account(
        "jkopay",
        json!({ "api_key": "api-key-of-the-fuzzer", "secret_key": "secret-key-of-the-fuzzer" }),
    )
});

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    match payments::hear(&ACCOUNT, &[], "", body) {
        Ok(Heard::Hint { order_no }) => assert!(!order_no.is_empty() && !order_no.contains(char::is_control)),
        Ok(Heard::Said(said)) => panic!("{said:?} without a signature"),
        Err(_) => {}
    }
});
