//! Accounts at providers of payments, and callbacks to them. What is behind a signature is reached by
//! signing whatever the fuzzer made.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use payment::{Account, Heard, Incoming, Refused};
use sha2::Sha256;

/// When every callback comes, in seconds since 1970.
pub const NOW: &str = "1795399200";

pub fn account(provider: &str, keys: serde_json::Value) -> Account {
    let account = serde_json::json!({ "provider": provider, "merchant": "fuzz", "current": keys });
    let secret = serde_json::json!({ "stage": "test", "accounts": [account] }).to_string();
    Account::read_all(&secret.into()).expect("an account").remove(0)
}

pub fn hear(account: &Account, headers: &[(&str, &str)], query: &str, body: &[u8]) -> Result<Heard, Refused> {
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let now = Timestamp::from_second(NOW.parse().expect("a number")).expect("an instant");
    account.hear(&Incoming { headers: &headers, query, body, now })
}

/// HMAC-SHA256 of the parts, one after another.
#[allow(dead_code, reason = "not every provider signs")]
pub fn sign(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}
