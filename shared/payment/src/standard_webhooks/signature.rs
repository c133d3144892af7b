//! Standard Webhooks 1.0.0: base64 of HMAC-SHA256 over id, a point, second, a point and the raw body;
//! a header may have several, with spaces between. `v1a` is a signature of another kind and no HMAC.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::callback::{Incoming, Refused};
use crate::{digest, json, mac};

/// The bytes of a secret: base64 after `whsec_`.
pub(super) fn secret(text: &SecretString) -> Result<SecretSlice<u8>, &'static str> {
    let encoded = text.expose_secret().strip_prefix("whsec_").ok_or("a secret begins with `whsec_`")?;
    let bytes = STANDARD.decode(encoded).map_err(|_| "a secret is base64 after `whsec_`")?;
    if !(24..=64).contains(&bytes.len()) {
        return Err("a secret has 24 to 64 bytes");
    }
    Ok(bytes.into())
}

/// A body with the id, the second and the signatures that came with it.
pub(super) struct Signed<'a> {
    pub at: i64,
    id: &'a str,
    /// The same second as it was written.
    second: &'a str,
    signatures: &'a str,
    body: &'a [u8],
}

impl<'a> Signed<'a> {
    pub fn read(incoming: &Incoming<'a>) -> Result<Self, Refused> {
        let one = |name| incoming.header(name).ok_or(Refused::Signature("not one of each header"));
        let (id, second) = (one("webhook-id")?, one("webhook-timestamp")?);
        let signatures = one("webhook-signature")?;
        // With a point in it, the id could take over what is the second's.
        if !json::is_id(id) || id.contains('.') {
            return Err(Refused::Signature("not an id"));
        }
        let at = mac::second(second).ok_or(Refused::Signature("not a time"))?;
        Ok(Self { at, id, second, signatures, body: incoming.body })
    }

    /// The texts are compared, not what they decode to: one signature has one spelling.
    pub fn is_by(&self, secret: &SecretSlice<u8>) -> bool {
        let parts = [self.id.as_bytes(), b".", self.second.as_bytes(), b".", self.body];
        let expected = STANDARD.encode(mac::sign(secret.expose_secret(), &parts));
        let v1 = self.signatures.split(' ').filter_map(|one| one.strip_prefix("v1,"));
        v1.fold(false, |found, given| found | digest::same(&expected, given))
    }
}
