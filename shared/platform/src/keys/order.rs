//! The parts of keys that are about payments: orders, words about them, accounts.

use domain::payment::Provider;
use jiff::civil::Date;

use super::Key;

/// An order, as the provider and we know it. The number is looked up byte by byte; one that is none of
/// ours is kept all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderKey {
    pub provider: Provider,
    pub merchant: String,
    pub order_no: String,
}

impl OrderKey {
    pub(super) fn pk(&self) -> String {
        format!("order#{}#{}#{}", self.provider, self.merchant, self.order_no)
    }

    /// The shard of an order.
    #[must_use]
    pub fn shard(&self) -> u8 {
        super::shard_of_text(&self.order_no)
    }
}

/// What tells one word about an order from another: the kind, and a digest of what makes it this one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeardId {
    pub order: OrderKey,
    pub kind: &'static str,
    pub digest: [u8; 32],
}

impl HeardId {
    /// The message by which a word is put on a queue.
    #[must_use]
    pub fn message(&self) -> String {
        let key = Key::Heard(self.clone());
        format!("{}\n{}", key.pk(), key.sk())
    }

    /// Reads [`HeardId::message`] back.
    #[must_use]
    pub fn of_message(message: &str) -> Option<Self> {
        let (pk, sk) = message.split_once('\n')?;
        match Key::of_stream(pk, sk)? {
            Key::Heard(id) => Some(id),
            _ => None,
        }
    }
}

/// The kinds of words, as keys name them.
pub const HEARD_KINDS: [&str; 7] =
    ["paid", "instructed", "failed", "disputed", "refunded", "unclear", "nothing"];

pub(super) fn order(text: &str) -> Option<OrderKey> {
    let mut parts = text.splitn(3, '#');
    let (provider, merchant, order_no) = (parts.next()?, parts.next()?, parts.next()?);
    let provider = provider.parse().ok()?;
    Some(OrderKey { provider, merchant: merchant.to_owned(), order_no: order_no.to_owned() })
}

pub(super) fn account(provider: Provider, merchant: &str) -> String {
    format!("account#{provider}#{merchant}")
}

/// The payments that an account took on a day.
#[must_use]
pub fn paid_on(provider: Provider, merchant: &str, day: Date) -> String {
    format!("{provider}#{merchant}#{day}")
}
