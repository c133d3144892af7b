//! `Stripe-Signature: t=…,v1=…[,v1=…]`: HMAC-SHA256 in lower-case hex over the second, a point and the
//! raw body. The key is the whole text of the secret, `whsec_` included. Other schemes are no signature:
//! `v0` is for tests of Stripe's own.

use secrecy::{ExposeSecret, SecretString};

use crate::callback::Refused;
use crate::{digest, mac};

/// A body with the signatures that came with it.
pub(super) struct Signed<'a> {
    /// The second it was signed at.
    pub at: i64,
    /// The same as it was written.
    second: &'a str,
    signatures: Vec<&'a str>,
    body: &'a [u8],
}

impl<'a> Signed<'a> {
    pub fn read(header: &'a str, body: &'a [u8]) -> Result<Self, Refused> {
        if body.is_empty() {
            return Err(Refused::Signature("nothing was signed"));
        }
        let mut seconds = Vec::new();
        let mut signatures = Vec::new();
        for item in header.split(',') {
            match item.split_once('=') {
                Some(("t", second)) => seconds.push(second),
                Some(("v1", signature)) => signatures.push(signature),
                _ => {}
            }
        }
        let [second] = *seconds.as_slice() else { return Err(Refused::Signature("not one time")) };
        if signatures.is_empty() {
            return Err(Refused::Signature("no v1"));
        }
        let at = mac::second(second).ok_or(Refused::Signature("no time"))?;
        Ok(Self { at, second, signatures, body })
    }

    pub fn is_by(&self, secret: &SecretString) -> bool {
        let key = secret.expose_secret().as_bytes();
        let expected = hex::encode(mac::sign(key, &[self.second.as_bytes(), b".", self.body]));
        self.signatures.iter().any(|signature| digest::same(&expected, signature))
    }
}
