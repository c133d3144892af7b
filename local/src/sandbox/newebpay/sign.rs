//! 藍新's `TradeInfo` (AES-256-CBC), `TradeSha`, `CheckValue` and `CheckCode`.
//!
//! Written from the manual NDNF, section 4.1, and apart from the city's own, so that the two can disagree.

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use sha2::{Digest as _, Sha256};

use crate::sandbox::accounts::Account;

const BLOCK: usize = 16;

/// The encrypted text in hexadecimal digits. `None` only for an account whose keys have a wrong length.
#[must_use]
pub fn encrypt(text: &str, account: &Account) -> Option<String> {
    let cipher =
        cbc::Encryptor::<Aes256>::new_from_slices(account.hash_key.as_bytes(), account.hash_iv.as_bytes())
            .ok()?;
    let mut room = vec![0; text.len() + BLOCK];
    let encrypted = cipher.encrypt_padded_b2b::<Pkcs7>(text.as_bytes(), &mut room).ok()?;
    Some(hex::encode(encrypted))
}

/// The text in encrypted hexadecimal digits; `None` when it was not encrypted with these keys.
#[must_use]
pub fn decrypt(encrypted: &str, account: &Account) -> Option<String> {
    let cipher =
        cbc::Decryptor::<Aes256>::new_from_slices(account.hash_key.as_bytes(), account.hash_iv.as_bytes())
            .ok()?;
    let encrypted = hex::decode(encrypted).ok()?;
    let mut room = vec![0; encrypted.len()];
    let text = cipher.decrypt_padded_b2b::<Pkcs7>(&encrypted, &mut room).ok()?;
    String::from_utf8(text.to_vec()).ok()
}

/// The digest over an encrypted text as it is sent.
#[must_use]
pub fn trade_sha(trade_info: &str, account: &Account) -> String {
    digest(&format!("HashKey={}&{trade_info}&HashIV={}", account.hash_key, account.hash_iv))
}

/// What a query carries: proof that the merchant asks.
#[must_use]
pub fn check_value(amount: &str, order_no: &str, account: &Account) -> String {
    let Account { merchant, hash_key, hash_iv, .. } = account;
    digest(&format!(
        "IV={hash_iv}&Amt={amount}&MerchantID={merchant}&MerchantOrderNo={order_no}&Key={hash_key}"
    ))
}

/// What an answer carries: proof that 藍新 answers. It does not cover the state of the order.
#[must_use]
pub fn check_code(amount: &str, order_no: &str, trade_no: &str, account: &Account) -> String {
    let Account { merchant, hash_key, hash_iv, .. } = account;
    digest(&format!(
        "HashIV={hash_iv}&Amt={amount}&MerchantID={merchant}&MerchantOrderNo={order_no}&TradeNo={trade_no}&HashKey={hash_key}"
    ))
}

fn digest(text: &str) -> String {
    hex::encode_upper(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::vectors::{Vector, account, vectors};

    const FILE: &str = include_str!("../../../../shared/payment/tests/vectors/newebpay_mpg.json");

    /// The values of `params`, in the order of these names.
    fn values<const N: usize>(payload: &serde_json::Value, names: [&str; N]) -> [String; N] {
        let params: Vec<(String, String)> = serde_json::from_value(payload["params"].clone()).unwrap();
        names.map(|name| params.iter().find(|(given, _)| given == name).unwrap().1.clone())
    }

    #[test]
    fn orders_are_encrypted_signed_and_read_back() {
        let mut seen = 0;
        for Vector { id, key, payload, expected_signature } in vectors(FILE, "mpg_sign") {
            let text = payload["plaintext"].as_str().unwrap();
            let info = encrypt(text, &account(&key)).unwrap();
            assert_eq!(Some(trade_sha(&info, &account(&key))), expected_signature, "{id}");
            assert_eq!(decrypt(&info, &account(&key)).as_deref(), Some(text), "{id}");
            seen += 1;
        }
        assert!(seen >= 28, "{seen} vectors");
    }

    #[test]
    fn queries_and_their_answers() {
        let mut seen = 0;
        for Vector { id, key, payload, expected_signature } in vectors(FILE, "query_checkvalue") {
            let [amount, order_no] = values(&payload, ["Amt", "MerchantOrderNo"]);
            assert_eq!(Some(check_value(&amount, &order_no, &account(&key))), expected_signature, "{id}");
            seen += 1;
        }
        for Vector { id, key, payload, expected_signature } in vectors(FILE, "query_checkcode") {
            let [amount, order_no, trade_no] = values(&payload, ["Amt", "MerchantOrderNo", "TradeNo"]);
            let code = check_code(&amount, &order_no, &trade_no, &account(&key));
            match payload["check_code"].as_str() {
                Some(wrong) => assert_ne!(code, wrong, "{id}"),
                None => assert_eq!(Some(code), expected_signature, "{id}"),
            }
            seen += 1;
        }
        assert!(seen >= 9, "{seen} vectors");
    }

    #[test]
    fn what_was_not_encrypted_is_not_read() {
        let account = crate::sandbox::accounts::NEWEBPAY;
        let info = encrypt("Amt=30", &account).unwrap();
        for broken in ["", "zz", &info[..30], &info[2..]] {
            assert_eq!(decrypt(broken, &account), None, "{broken}");
        }
    }
}
