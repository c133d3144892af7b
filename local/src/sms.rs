//! The SMS gateway of the city: keeps what a telephone would show, once for each id. As with the card numbers of the
//! payment sandbox, some numbers make it say something else.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The number to which nothing can be sent.
const UNKNOWN: &str = "0900000000";
/// The number to which nothing is sent at the first try.
const BUSY: &str = "0900000001";
/// Most SMS that are kept, newest last.
const MAX_KEPT: usize = 1_000;

/// An SMS as it is handed over, as docs/sms.md has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    pub id: String,
    pub to: String,
    pub text: String,
}

/// An SMS that went out.
#[derive(Debug, Clone, Serialize)]
pub struct Sms {
    pub id: String,
    pub to: String,
    pub text: String,
    /// The gateway's number of it.
    pub message: String,
    /// In milliseconds, as of mail.
    pub sent_at: i64,
}

#[derive(Debug, Default)]
struct Kept {
    sent: Vec<Sms>,
    put_off: BTreeSet<String>,
    count: usize,
}

#[derive(Debug, Default)]
pub struct SmsGateway {
    kept: Mutex<Kept>,
}

impl SmsGateway {
    /// What it answers to somebody who handed `order` over at `now`.
    pub fn take(&self, order: Order, now: Timestamp) -> Value {
        let Order { id, to, text } = order;
        let mut kept = self.kept();
        if let Some(before) = kept.sent.iter().find(|sms| sms.id == id) {
            return json!({ "status": "accepted", "message": before.message });
        }
        if to == UNKNOWN {
            return json!({ "status": "refused", "reason": "unknown_number" });
        }
        if to == BUSY && kept.put_off.insert(id.clone()) {
            return json!({ "status": "later" });
        }
        kept.count += 1;
        let message = format!("sms-{}", kept.count);
        let answer = json!({ "status": "accepted", "message": message });
        kept.sent.push(Sms { id, to, text, message, sent_at: now.as_millisecond() });
        let over = kept.sent.len().saturating_sub(MAX_KEPT);
        kept.sent.drain(..over);
        answer
    }

    /// What went out since the city started, oldest first.
    pub fn sent(&self) -> Vec<Sms> {
        self.kept().sent.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `signature` is the hexadecimal HMAC-SHA256 of `body` under `key`.
#[must_use]
pub fn is_signed(key: &str, body: &[u8], signature: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    hex::decode(signature).is_ok_and(|tag| hmac::verify(&key, body, &tag).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: &str, to: &str) -> Order {
        Order { id: id.to_owned(), to: to.to_owned(), text: "您好".to_owned() }
    }

    #[test]
    fn the_same_id_twice_is_one_sms() {
        let gateway = SmsGateway::default();
        let first = gateway.take(order("TP-1_2_3", "0912345678"), Timestamp::UNIX_EPOCH);
        assert_eq!(first, json!({ "status": "accepted", "message": "sms-1" }));
        assert_eq!(gateway.take(order("TP-1_2_3", "0912345678"), Timestamp::UNIX_EPOCH), first);
        assert_eq!(gateway.sent().len(), 1);
        let second = gateway.take(order("TP-1_2_4", "0912345678"), Timestamp::UNIX_EPOCH);
        assert_eq!(second["message"], "sms-2");
    }

    #[test]
    fn some_numbers_make_it_say_something_else() {
        let gateway = SmsGateway::default();
        let take = |to| gateway.take(order("TP-1_2_3", to), Timestamp::UNIX_EPOCH)["status"].clone();
        assert_eq!(
            (take(UNKNOWN), take(BUSY), take(BUSY)),
            (json!("refused"), json!("later"), json!("accepted"))
        );
    }

    /// The example of docs/sms.md.
    #[test]
    fn a_signature_is_checked() {
        let body = r#"{"id":"TP-1_2_3","text":"您好","to":"0912345678"}"#;
        let good = "c69454a72f95fc9012bf4c8a01314979ee13262466975ab332e2b1d8b01fb583";
        assert!(is_signed("key", body.as_bytes(), good));
        let (other, short) = (good.replace('c', "d"), good.get(..62).unwrap_or_default());
        for bad in ["", "x", &other, short] {
            assert!(!is_signed("key", body.as_bytes(), bad), "{bad}");
        }
        assert!(!is_signed("other", body.as_bytes(), good) && !is_signed("key", b"{}", good));
    }
}
