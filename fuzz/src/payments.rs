//! Accounts at providers of payments, and callbacks to them. What is behind a signature is reached by
//! signing whatever the fuzzer made.

use domain::money::Twd;
use domain::payment::Word;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use payment::{Account, Heard, Incoming, Refused};
use sha2::Sha256;

/// When every callback comes, in seconds since 1970.
pub const NOW: &str = "1795399200";

pub fn now() -> Timestamp {
    Timestamp::from_second(NOW.parse().expect("a number")).expect("an instant")
}

pub fn account(provider: &str, merchant: &str, keys: serde_json::Value) -> Account {
    let account = serde_json::json!({ "provider": provider, "merchant": merchant, "current": keys });
    let secret = serde_json::json!({ "stage": "test", "accounts": [account] }).to_string();
    Account::read_all(&secret.into()).expect("an account").remove(0)
}

/// What an account hears, which does not depend on how often it is told, and is taken if it says anything.
pub fn hear(account: &Account, headers: &[(&str, &str)], query: &str, body: &[u8]) -> Result<Heard, Refused> {
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let incoming = Incoming { headers: &headers, query, body, now: now() };
    let heard = account.hear(&incoming);
    assert_eq!(heard, account.hear(&incoming));
    match &heard {
        Ok(Heard::Said(words)) => words.iter().for_each(|said| check(&said.word)),
        Ok(Heard::Hint { order_no }) => {
            assert!(!order_no.is_empty() && !order_no.contains(char::is_control));
            crate::taken();
        }
        Err(_) => {}
    }
    heard
}

/// Whatever a provider says was paid is of some amount, and has a number.
pub fn check(word: &Word) {
    match word {
        Word::Paid(receipt) => {
            assert!(receipt.amount > Twd::ZERO && !receipt.trade_no.is_empty());
            crate::taken();
        }
        Word::Unclear { why } => assert!(!why.is_empty()),
        Word::Nothing => {}
        _ => crate::taken(),
    }
}

/// HMAC-SHA256 of the parts, one after another.
pub fn sign(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}
