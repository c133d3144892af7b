#![no_main]
//! Callbacks of ECPay, as they come and with a `CheckMacValue` made over whatever fields they have.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use fuzz::payments;
use payment::{Account, Refused};
use serde_json::json;
use sha2::{Digest, Sha256};

const KEY: &str = "pwFHCqoQZGmho4w6";
const IV: &str = "EkRm7iFT261dpevs";

/// The shop of the vectors, which are the seeds.
static ACCOUNT: LazyLock<Account> =
    LazyLock::new(|| payments::account("ecpay_aio", "3002607", json!({ "hash_key": KEY, "hash_iv": IV })));

/// 檢查碼, written from the provider's documentation alone (?p=2902).
fn check_mac(fields: &BTreeMap<String, String>) -> String {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    let fields: String = fields.iter().map(|(name, value)| format!("&{name}={value}")).collect();
    let mut text = String::new();
    for byte in format!("HashKey={KEY}{fields}&HashIV={IV}").bytes() {
        match byte {
            b' ' => text.push('+'),
            b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => text.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => text.push(char::from(byte.to_ascii_lowercase())),
            _ => write!(text, "%{byte:02x}").expect("a text takes all"),
        }
    }
    hex::encode_upper(Sha256::digest(text))
}

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let _ = payments::hear(&ACCOUNT, &[], "", body);
    let Ok(mut fields) = wire::form::decode(body) else { return };
    fields.remove("CheckMacValue");
    fields.insert("CheckMacValue".to_owned(), check_mac(&fields));
    let signed = wire::form::encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let heard = payments::hear(&ACCOUNT, &[], "", signed.as_bytes());
    assert!(!matches!(heard, Err(Refused::Signature(_))), "{signed}");
});
