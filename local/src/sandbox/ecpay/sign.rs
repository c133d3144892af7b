//! 綠界's `CheckMacValue` (檢查碼), SHA-256.
//!
//! Written from the provider's description and apart from the city's own, so that the two can disagree.
//! <https://developers.ecpay.com.tw/?p=2902>

use sha2::{Digest as _, Sha256};

use crate::sandbox::accounts::Account;

/// The field that carries it.
pub const FIELD: &str = "CheckMacValue";

/// The digest over all fields except the digest itself.
#[must_use]
pub fn check_mac_value<N: AsRef<str>, V: AsRef<str>>(fields: &[(N, V)], account: &Account) -> String {
    let mut signed: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    signed.retain(|(name, _)| *name != FIELD);
    signed.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    let mut parts = vec![format!("HashKey={}", account.hash_key)];
    parts.extend(signed.into_iter().map(|(name, value)| format!("{name}={value}")));
    parts.push(format!("HashIV={}", account.hash_iv));
    hex::encode_upper(Sha256::digest(dotnet_lower(&parts.join("&"))))
}

/// `HttpUtility.UrlEncode` of .NET, all of it in lower case. What is beyond ASCII keeps its case: it is
/// encoded before it is lowered.
fn dotnet_lower(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => encoded.push(char::from(byte.to_ascii_lowercase())),
            b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => encoded.push(char::from(byte)),
            b' ' => encoded.push('+'),
            other => {
                encoded.push('%');
                encoded.push_str(&hex::encode([other]));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::vectors::{Vector, account, vectors};

    #[test]
    fn every_published_and_generated_vector() {
        let mut seen = 0;
        for vector in vectors(include_str!("../../../../shared/payment/tests/vectors/ecpay_aio.json"), "sign")
        {
            let Vector { id, key, payload, expected_signature } = vector;
            let fields: Vec<(String, String)> = serde_json::from_value(payload["params"].clone()).unwrap();
            assert_eq!(Some(check_mac_value(&fields, &account(&key))), expected_signature, "{id}");
            seen += 1;
        }
        assert!(seen >= 28, "{seen} vectors");
    }

    #[test]
    fn the_digest_does_not_cover_itself_and_covers_the_rest() {
        let account = crate::sandbox::accounts::ECPAY;
        let fields = [("A", "1"), ("b", "2")];
        let digest = check_mac_value(&fields, &account);
        assert_eq!(check_mac_value(&[("b", "2"), (FIELD, "x"), ("A", "1")], &account), digest);
        assert_ne!(check_mac_value(&[("A", "1"), ("b", "3")], &account), digest);
    }
}
