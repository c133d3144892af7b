#![no_main]
//! Lists of paid bills, the signature on the first line: what is read as a file is read the same when it is
//! sent, as far as it may be sent.

use std::sync::LazyLock;

use fuzz::payments;
use payment::{Account, Heard, paid_bill_list};
use serde_json::json;

const SECRET: &str = "secret-of-the-fuzzer";

static ACCOUNT: LazyLock<Account> =
    LazyLock::new(|| payments::account("paid_bill_list", "fuzz", json!({ "secret": SECRET })));

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let ([header], list) = fuzz::lines(input);
    let hear = |signature: &str| {
        let headers = [("paid-bills-timestamp", payments::NOW), ("paid-bills-signature", signature)];
        payments::hear(&ACCOUNT, &headers, "", list)
    };
    assert!(hear(&header).is_err());
    let signature = hex::encode(payments::sign(SECRET.as_bytes(), &[payments::NOW.as_bytes(), b".", list]));
    match (paid_bill_list::read(list), hear(&signature)) {
        (Ok(read), Ok(heard)) => assert_eq!(heard, Heard::Said(read)),
        (Ok(read), Err(_)) => assert!(read.len() > 500 || list.len() > 64 * 1024),
        (Err(_), heard) => assert!(heard.is_err()),
    }
});
