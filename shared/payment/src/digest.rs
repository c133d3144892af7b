//! SHA-256 in the upper-case hex that ECPay and NewebPay write, and its comparison.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub fn sha256_hex(message: &[u8]) -> String {
    hex::encode_upper(Sha256::digest(message))
}

/// Whether a digest is the one expected, in a time that does not tell how much of it fits. Case counts.
pub fn same(expected: &str, given: &str) -> bool {
    expected.as_bytes().ct_eq(given.as_bytes()).into()
}
