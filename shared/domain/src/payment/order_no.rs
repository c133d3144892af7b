//! The number of an attempt to pay, as the provider sees it.

use std::fmt;
use std::str::FromStr;

/// An order number (訂單編號) of ours: 20 of `0-9A-Z`, unique for ever. 100 random bits, not derived
/// from the case, so that nobody can guess one; upper case, because the signature of one provider does
/// not tell cases apart. Orders are looked up byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNo(String);

/// A text that no attempt of ours has as its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an order number of ours")]
pub struct NotAnOrderNo;

impl OrderNo {
    pub const LENGTH: usize = 20;
    /// Crockford's alphabet: no letter that looks like a digit.
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// From 20 random bytes, of which five bits each are used.
    #[must_use]
    pub fn random(bytes: &[u8; Self::LENGTH]) -> Self {
        let sign = |byte: &u8| Self::ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        Self(bytes.iter().map(sign).map(char::from).collect())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OrderNo {
    type Err = NotAnOrderNo;

    fn from_str(text: &str) -> Result<Self, NotAnOrderNo> {
        let sign = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        if text.len() == Self::LENGTH && text.bytes().all(sign) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnOrderNo)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::OrderNo;

    proptest! {
        #[test]
        fn made_at_random_reads_back(bytes: [u8; 20]) {
            let order = OrderNo::random(&bytes);
            prop_assert_eq!(order.as_str().parse::<OrderNo>().unwrap(), order);
        }

        #[test]
        fn no_other_text_is_one(text in "\\PC{0,24}") {
            let fits = text.len() == 20 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
            prop_assert_eq!(text.parse::<OrderNo>().is_ok(), fits);
        }
    }
}
