//! What a request to our callback endpoint is, and what may be believed of it.

use domain::payment::Word;
use jiff::Timestamp;

/// A callback as it came: raw bytes, never a value that was parsed and written again.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// Names in lower case, in the order they came; a name may come twice.
    pub headers: &'a [(String, String)],
    /// The raw query string, without `?`. No signature covers it.
    pub query: &'a str,
    pub body: &'a [u8],
    /// When it came.
    pub now: Timestamp,
}

impl<'a> Incoming<'a> {
    /// Largest body that is looked at, in bytes.
    pub const MAX_BODY: usize = 64 * 1024;

    /// The headers without which nobody could verify the body again.
    #[must_use]
    pub fn proofs(&self) -> Vec<(String, String)> {
        self.headers.iter().filter(|(name, _)| PROOFS.contains(&name.as_str())).cloned().collect()
    }

    /// The one header of that name; `None` when it is absent or there twice.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut found = self.headers.iter().filter(|(given, _)| given == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

/// The headers in which providers sign, and what they sign beside the body.
const PROOFS: [&str; 7] = [
    "stripe-signature",
    "pay-signature",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "paid-bills-timestamp",
    "paid-bills-signature",
];

/// What a callback turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Authentic: all of it is to be stored before it is acknowledged. Most callbacks say one word; a
    /// list of paid bills says many.
    Said(Vec<Said>),
    /// Not signed. It says nothing, except that it may be time to ask what became of this order.
    Hint { order_no: String },
}

/// An authentic word about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// As the provider has it: perhaps no order of ours.
    pub order_no: String,
    pub key: KeyUsed,
    pub word: Word,
}

impl From<Said> for Heard {
    fn from(said: Said) -> Self {
        Self::Said(vec![said])
    }
}

/// Which of the two keys verified a callback; the previous one should be seen no more some days after
/// a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUsed {
    Current,
    Previous,
}

/// Why a callback is not believed. The text is for the log: it says what, and no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("signature: {0}")]
    Signature(&'static str),
    /// It could not even be read.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// Authentic, but not for us.
    #[error("another merchant's")]
    Merchant,
    #[error("body too large")]
    TooLarge,
}

/// The exact answer that a provider counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledgement {
    pub status: u16,
    pub content_type: &'static str,
    pub body: &'static str,
}

impl Acknowledgement {
    /// 200 with nothing to read, which most providers count.
    pub const OK: Self = Self { status: 200, content_type: "text/plain", body: "" };
    /// The same for everything that is not believed: no attacker learns how far they came.
    pub const REFUSED: Self = Self { status: 400, content_type: "text/plain", body: "refused" };
}
