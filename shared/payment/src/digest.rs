//! SHA-256 in the upper-case hex that ECPay and NewebPay write, and its comparison.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Of a message in parts, so that keys need not be copied into one text.
pub fn sha256_hex(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hex::encode_upper(hash.finalize())
}

/// Whether a digest is the one expected, in a time that does not tell how much of it fits. Case counts.
pub fn same(expected: &str, given: &str) -> bool {
    expected.as_bytes().ct_eq(given.as_bytes()).into()
}
