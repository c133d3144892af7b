//! What the tests of several providers begin with: an order, a refund of it, replies.

use std::collections::BTreeMap;

use domain::money::Twd;
use domain::payment::{Means, OrderNo, Word};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;

use crate::account::{Account, At};
use crate::call::{Call, Reply, Stepped};
use crate::callback::{Heard, Incoming, Said};
use crate::keys::{AccountFile, BadAccount, Stage};
use crate::order::{Order, Refund};

pub const ORDER_NO: &str = "0123456789ABCDEFGHJK";
pub const NOW: i64 = 1_795_399_200;
/// What comes in random texts: spaces, signs that encodings differ about, Chinese, emoji.
pub const TEXT: &str = "[ +\\-_.!*()~%&=\"\\\\a-zA-Z0-9規費臺😀👨]{0,40}";

pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn at() -> At {
    At {
        now: Timestamp::from_second(NOW).unwrap(),
        nonce: *b"\x44\x45\x3d\x45\x76\x8e\x40\xe8\x83\x49\x74\x8e\x79\x7c\x45\x10",
    }
}

/// An order of NT$1,200, given to `check`.
pub fn with_order<T>(means: Means, reference: Option<&str>, check: impl FnOnce(&Order<'_>) -> T) -> T {
    let order_no: OrderNo = ORDER_NO.parse().unwrap();
    check(&Order {
        order_no: &order_no,
        amount: Twd(1_200),
        means,
        description: "規費",
        made_at: at().now,
        expires_at: instant("2026-11-24T02:00:00Z"),
        callback_url: "https://window.example/payments/callback",
        return_url: "https://window.example/payments/return",
        reference,
    })
}

/// A refund of `amount` of a payment of NT$1,200, of which `before` was given back.
pub fn with_refund<T>(trade_no: &str, amount: u32, before: u32, check: impl FnOnce(&Refund<'_>) -> T) -> T {
    with_order(Means::Card, None, |order| {
        let refund_no = format!("{ORDER_NO}-1");
        let (amount, paid, before) = (Twd(amount), Twd(1_200), Twd(before));
        check(&Refund { order: *order, trade_no, amount, paid, before, refund_no: &refund_no })
    })
}

pub fn ok(body: &str) -> Reply {
    reply(200, body)
}

pub fn reply(status: u16, body: &str) -> Reply {
    Reply { status, body: body.as_bytes().to_vec() }
}

/// The body of a call, which is text.
pub fn body(call: &Call) -> &str {
    str::from_utf8(&call.body).unwrap()
}

pub fn header<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.headers.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
}

/// The word that a step ended with.
pub fn word(stepped: Stepped) -> Word {
    match stepped {
        Stepped::Said(word) => word,
        other => panic!("{other:?}"),
    }
}

/// The one thing that was heard.
pub fn one(heard: Heard) -> Said {
    match heard {
        Heard::Said(said) => <[Said; 1]>::try_from(said).map(|[said]| said).unwrap(),
        Heard::Hint { .. } => panic!("{heard:?}"),
    }
}

pub fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (name.to_lowercase(), (*value).to_owned())).collect()
}

pub fn incoming<'a>(
    headers: &'a [(String, String)],
    query: &'a str,
    body: &'a [u8],
    now: i64,
) -> Incoming<'a> {
    Incoming { headers, query, body, now: Timestamp::from_second(now).unwrap() }
}

pub fn file(provider: &str, keys: &[(&str, &str)]) -> AccountFile {
    let keys = keys.iter().map(|(name, key)| ((*name).to_owned(), SecretString::from(*key)));
    AccountFile {
        provider: provider.to_owned(),
        merchant: "merchant-1".to_owned(),
        current: keys.collect::<BTreeMap<_, _>>(),
        previous: None,
    }
}

/// The accounts in a secret with this one.
fn read_all(provider: &str, keys: &[(&str, &str)], stage: &Stage) -> Result<Vec<Account>, BadAccount> {
    let (stage, origin) = match stage {
        Stage::Production => ("production", None),
        Stage::Test => ("test", None),
        Stage::Local { origin } => ("local", Some(origin)),
    };
    let keys: BTreeMap<_, _> = keys.iter().copied().collect();
    let account = json!({ "provider": provider, "merchant": "merchant-1", "current": keys });
    let secret = json!({ "stage": stage, "origin": origin, "accounts": [account] });
    Account::read_all(&secret.to_string().into())
}

/// Holds `read` to taking exactly these keys: none less, none more, none renamed; the secret with all
/// accounts to refusing empty and short ones; and an account to showing none of them.
pub fn hold_keys<A: std::fmt::Debug>(
    provider: &str,
    stage: &Stage,
    keys: &[(&str, &str)],
    read: impl Fn(AccountFile, &Stage) -> Result<A, BadAccount>,
) {
    let shown = format!("{:?}", read(file(provider, keys), stage).unwrap());
    for (i, (name, key)) in keys.iter().enumerate() {
        assert!(name.ends_with("_url") || !shown.contains(key), "{shown}");
        let mut fewer = keys.to_vec();
        fewer.remove(i);
        assert!(read(file(provider, &fewer), stage).is_err(), "without {name}");
        let mut renamed = keys.to_vec();
        renamed[i].0 = "another";
        assert!(read(file(provider, &renamed), stage).is_err(), "{name} under another name");
        for short in ["", "whsec_123456789"] {
            let mut shortened = keys.to_vec();
            shortened[i].1 = short;
            assert!(read_all(provider, &shortened, stage).is_err(), "{name} of {} bytes", short.len());
        }
    }
    assert!(read_all(provider, keys, stage).is_ok_and(|accounts| accounts.len() == 1));
    let more = [keys, &[("another", "another-key-of-good-length")]].concat();
    assert!(read(file(provider, &more), stage).is_err(), "with a key too many");
}
