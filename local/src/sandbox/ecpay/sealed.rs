//! The envelope of 綠界's newer services: JSON around AES-128-CBC of JSON, which is escaped like a form.
//!
//! <https://developers.ecpay.com.tw/?p=45925>

use aes::Aes128;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use serde_json::{Value, json};

use super::super::accounts::Account;
use super::super::form::{Fields, escaped};

const BLOCK: usize = 16;

/// Encrypts JSON. `None` only for an account whose keys have a wrong length.
#[must_use]
pub fn seal(text: &str, account: &Account) -> Option<String> {
    let (key, iv) = (account.hash_key.as_bytes(), account.hash_iv.as_bytes());
    let cipher = cbc::Encryptor::<Aes128>::new_from_slices(key, iv).ok()?;
    let text = escaped(text);
    let mut room = vec![0; text.len() + BLOCK];
    let sealed = cipher.encrypt_padded_b2b::<Pkcs7>(text.as_bytes(), &mut room).ok()?;
    Some(STANDARD.encode(sealed))
}

/// The JSON in an encrypted text; `None` when it was not encrypted with these keys.
#[must_use]
pub fn open(sealed: &str, account: &Account) -> Option<String> {
    let (key, iv) = (account.hash_key.as_bytes(), account.hash_iv.as_bytes());
    let cipher = cbc::Decryptor::<Aes128>::new_from_slices(key, iv).ok()?;
    let sealed = STANDARD.decode(sealed).ok()?;
    let mut room = vec![0; sealed.len()];
    let text = cipher.decrypt_padded_b2b::<Pkcs7>(&sealed, &mut room).ok()?;
    // Escaped like the value of a form, it is read as one.
    let form = [b"value=", text].concat();
    Fields::read(&form).ok().map(|fields| fields.get("value").to_owned())
}

/// An answer with data.
pub(super) fn answer(data: &Value, now: i64, account: &Account) -> Value {
    envelope(1, "Success", &seal(&data.to_string(), account).unwrap_or_default(), now, account)
}

/// An answer to an envelope that cannot be opened.
pub(super) fn refusal(why: &str, now: i64, account: &Account) -> Value {
    envelope(0, why, "", now, account)
}

fn envelope(code: u8, message: &str, data: &str, now: i64, account: &Account) -> Value {
    json!({
        "MerchantID": account.merchant,
        "RpHeader": { "Timestamp": now },
        "TransCode": code,
        "TransMsg": message,
        "Data": data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::accounts::ECPAY;

    /// From the provider's `test-vectors/aes-encryption.json`.
    const PUBLISHED: [(&str, &str); 4] = [
        (
            r#"{"MerchantID":"2000132","BarCode":"/1234567"}"#,
            "XeEOdHpTRvxKEqs/JD9RSd16s7VtpyWVCN6AV44pKTW3DVa6yI7vKmjBRp2eulDhXoru/qBqFDBH3fEqlkMn3bbJfJBfGAq+v+SvttutYnc=",
        ),
        (
            r#"{"Name":"test!*'()~value"}"#,
            "uvI4yrErM37XNQkXGAgRgBuDOiJoVs72Xn/rum9Ejl1DSna4HyLSoY7764PmhTR7JXb9jJWLSjCGcZEDeFiABg==",
        ),
        (r#"{"N":"1234567890"}"#, "gVwWJnIpl1m3ZDypcRAjiCctilYnQhHn4h8OzJP5IxQPov7HuysXX+jPONvrHS7Z"),
        (
            r#"{"MerchantID":"2000132","ItemName":"綠界科技測試商品"}"#,
            "XeEOdHpTRvxKEqs/JD9RSd16s7VtpyWVCN6AV44pKTVKsXddZRgV+Cle9oeB2PqsEC2O0oDi4kObiCtdGznG9aAX69Kj0//VjGXhieBYZ3RuGW9v20xQyBevaBwtOvg1lYjlDw6jsgfToGMUvlGsIJ2DO6/tbXjNZumnRgj2GCSj7LLDRBU3KlkUWji16nO1",
        ),
    ];

    #[test]
    fn published_texts_are_sealed_and_opened() {
        let account = Account { hash_key: "ejCk326UnaZWKisg", hash_iv: "q9jcZX8Ib9LM8wYk", ..ECPAY };
        for (text, sealed) in PUBLISHED {
            assert_eq!(seal(text, &account).as_deref(), Some(sealed), "{text}");
            assert_eq!(open(sealed, &account).as_deref(), Some(text), "{text}");
        }
    }

    #[test]
    fn what_was_not_sealed_is_not_opened() {
        for (_, sealed) in PUBLISHED {
            assert_eq!(open(sealed, &ECPAY), None, "with other keys");
        }
        for broken in ["", "not base64", "AAAA"] {
            assert_eq!(open(broken, &ECPAY), None, "{broken}");
        }
    }
}
