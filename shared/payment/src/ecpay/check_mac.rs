//! 檢查碼 `CheckMacValue` (?p=2902). It has three gaps that readers of a signed form have to mind:
//! letters may change case, in names and values alike; two fields may become one, as `a=x&b=y` is also
//! one field `a` of value `x&b=y`; and nothing makes an old form stale.

use secrecy::ExposeSecret;

use super::Keys;
use crate::digest;
use crate::form::Form;

/// The name that is no part of what is signed.
const NAME: &str = "CheckMacValue";

impl Keys {
    /// The value over fields in any order, decoded: sorted by name without regard to case, between the
    /// two keys, encoded as .NET does, in lower case, SHA-256.
    pub fn check_mac<'a>(&self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let mut fields: Vec<_> = fields.into_iter().filter(|(name, _)| *name != NAME).collect();
        fields.sort_by_key(|(name, _)| name.to_ascii_lowercase());
        let mut text = Vec::new();
        encode(b"HashKey=", &mut text);
        encode(self.hash_key.expose_secret(), &mut text);
        for (name, value) in fields {
            for part in ["&", name, "=", value] {
                encode(part.as_bytes(), &mut text);
            }
        }
        encode(b"&HashIV=", &mut text);
        encode(self.hash_iv.expose_secret(), &mut text);
        digest::sha256_hex(&[&text])
    }

    /// Whether the form carries the value over its own fields.
    pub fn signed(&self, form: &Form) -> bool {
        form.get(NAME).is_some_and(|given| digest::same(&self.check_mac(form.iter()), given))
    }
}

/// .NET's `UrlEncode`, put in lower case after it, so that letters that are no ASCII keep their case.
fn encode(bytes: &[u8], text: &mut Vec<u8>) {
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => text.push(byte.to_ascii_lowercase()),
            b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => text.push(*byte),
            b' ' => text.push(b'+'),
            _ => {
                text.push(b'%');
                text.extend(hex::encode([*byte]).into_bytes());
            }
        }
    }
}
