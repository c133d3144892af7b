//! Accounts, orders and requests for the tests of providers.

use domain::money::Twd;
use domain::payment::{Means, OrderNo};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::account::{Account, At};
use crate::call::Reply;
use crate::callback::{Heard, Incoming, Refused, Said};
use crate::keys::BadAccount;
use crate::order::{Order, Refund};

/// 10:00 in Taipei.
pub const NOW: &str = "2026-11-23T02:00:00Z";

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub fn at(instant: &str) -> At {
    At { now: instant.parse().unwrap(), nonce: [7; 16] }
}

/// A secret of stage `test` with one account.
pub fn secret(provider: &str, merchant: &str, current: &Value) -> Value {
    json!({ "stage": "test", "accounts": [{ "provider": provider, "merchant": merchant, "current": current }] })
}

pub fn read(secret: &Value) -> Result<Vec<Account>, BadAccount> {
    Account::read_all(&SecretString::from(secret.to_string()))
}

/// The one account of a secret.
pub fn account(secret: &Value) -> Account {
    let mut accounts = read(secret).unwrap();
    assert_eq!(accounts.len(), 1);
    accounts.pop().unwrap()
}

pub fn order(order_no: &OrderNo, amount: u32, means: Means) -> Order<'_> {
    Order {
        order_no,
        amount: Twd(amount),
        means,
        description: "規費",
        made_at: now(),
        expires_at: "2026-11-26T16:00:00Z".parse().unwrap(),
        callback_url: "https://pay.example.gov.taipei/callbacks/it",
        return_url: "https://example.gov.taipei/pay/done",
        reference: None,
    }
}

pub fn refund(order: Order<'_>, before: u32, amount: u32) -> Refund<'_> {
    let paid = order.amount;
    let (before, amount) = (Twd(before), Twd(amount));
    Refund { order, trade_no: "2611230900518015", amount, paid, before, refund_no: "R1" }
}

pub fn hear(account: &Account, body: &[u8]) -> Result<Said, Refused> {
    hear_at(account, body, NOW)
}

pub fn hear_at(account: &Account, body: &[u8], instant: &str) -> Result<Said, Refused> {
    let now = instant.parse().unwrap();
    match account.hear(&Incoming { headers: &[], query: "", body, now })? {
        Heard::Said(mut words) if words.len() == 1 => Ok(words.remove(0)),
        Heard::Said(words) => panic!("one word: {words:?}"),
        Heard::Hint { order_no } => panic!("a hint about {order_no}"),
    }
}

pub fn reply(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    Reply { status, body: body.into() }
}
