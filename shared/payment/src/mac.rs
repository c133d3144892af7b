//! HMAC-SHA256, and what every signature with a time in it needs.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::callback::KeyUsed;
use crate::keys::Ring;

/// How far the time in a signature may be from ours, in seconds, before or after.
pub const TOLERANCE: i64 = 300;

/// HMAC-SHA256 of the parts, one after another.
pub fn sign(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "an HMAC has a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The first key in use at `now` that verifies.
pub fn verified<K>(ring: &Ring<K>, now: Timestamp, verifies: impl Fn(&K) -> bool) -> Option<KeyUsed> {
    ring.at(now).find(|(_, key)| verifies(key)).map(|(used, _)| used)
}

/// The second since 1970 that a header names: 1 to 12 digits and nothing else, as it is signed. Signs,
/// spaces and fractions are read by some libraries, which then sign another text than came.
pub fn second(text: &str) -> Option<i64> {
    let digits = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Whether what was signed at this second is neither old nor from the future.
pub fn is_recent(second: i64, now: Timestamp) -> bool {
    second.abs_diff(now.as_second()) <= TOLERANCE.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn signs_as_rfc_4231_says() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex::encode(sign(b"Jefe", &[b"what do ya want ", b"for nothing?"])), expected);
    }

    #[test]
    fn only_plain_seconds_are_read() {
        assert_eq!(second("0"), Some(0));
        assert_eq!(second("999999999999"), Some(999_999_999_999));
        for bad in
            ["", "-1", "+1", " 1", "1 ", "1.0", "1e3", "1_0", "１", "1000000000000", "-9223372036854775808"]
        {
            assert_eq!(second(bad), None, "{bad}");
        }
    }

    #[test]
    fn five_minutes_on_both_sides_are_recent() {
        let now = Timestamp::from_second(1_795_399_200).unwrap();
        for (ahead, recent) in [(-301, false), (-300, true), (0, true), (300, true), (301, false)] {
            assert_eq!(is_recent(1_795_399_200 + ahead, now), recent, "{ahead}");
        }
        for (second, now) in [(i64::MIN, Timestamp::MAX), (i64::MAX, Timestamp::MIN)] {
            assert!(!is_recent(second, now));
        }
    }
}
