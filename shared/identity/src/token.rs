//! The ID token: what the provider asserts of a sign-in, under its signature (OpenID Connect Core 3.1.3.7).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::{Deserialize, Deserializer};

use crate::crypto;
use crate::keys::Keys;
use crate::person::is_usable;

/// The algorithms that are taken: signatures, by keys that only the provider has. Never `none`, never an
/// HMAC, which the holder of the public key, or of our secret, could make.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
pub(crate) const ALGORITHM_NAMES: [&str; 3] = ["RS256", "ES256", "EdDSA"];
/// How far the clocks of the provider and ours may be apart.
pub const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
/// Longest token that is looked at, in bytes.
pub const MAX_TOKEN: usize = 16 * 1024;

/// What the token has to say to be of this sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    /// When this sign-in began: no token for it is older.
    pub begun: Timestamp,
    pub now: Timestamp,
}

/// What is taken from a token that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asserted {
    /// Who it is, in the provider's words: at most 255 bytes.
    pub subject: String,
    /// Authentication context class reference: how sure the provider is, as one of its own names.
    pub acr: Option<String>,
    /// Authentication methods references (RFC 8176).
    pub amr: Vec<String>,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("not a token")]
    Malformed,
    #[error("an algorithm that is not taken")]
    Algorithm,
    /// The provider may have begun to sign with a new one.
    #[error("a key that the provider has not published")]
    UnknownKey,
    #[error("a key that does not fit the algorithm")]
    UnfitKey,
    #[error("the signature is wrong")]
    Signature,
    #[error("a claim that is missing or of another type")]
    Claims,
    #[error("of another issuer")]
    Issuer,
    #[error("for another audience")]
    Audience,
    #[error("given to another party")]
    AuthorizedParty,
    #[error("expired")]
    Expired,
    #[error("not valid yet")]
    NotYetValid,
    #[error("made before this sign-in began")]
    TooOld,
    #[error("the nonce is not of this sign-in")]
    Nonce,
    #[error("no usable subject")]
    Subject,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    #[serde(deserialize_with = "seconds")]
    exp: i64,
    #[serde(deserialize_with = "seconds")]
    iat: i64,
    #[serde(default, deserialize_with = "some_seconds")]
    nbf: Option<i64>,
    nonce: Option<String>,
    azp: Option<String>,
    acr: Option<String>,
    #[serde(default)]
    amr: Option<Vec<String>>,
    /// Read though nothing asks for them: what is passed over is not looked at, and could be no JSON.
    #[serde(flatten)]
    _others: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// A `NumericDate` (RFC 7519 2): seconds, perhaps with a fraction, which says nothing here.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum NumericDate {
        Whole(i64),
        Fraction(f64),
    }
    match NumericDate::deserialize(deserializer)? {
        NumericDate::Whole(seconds) => Ok(seconds),
        NumericDate::Fraction(seconds) => SignedDuration::try_from_secs_f64(seconds)
            .map(|duration| duration.as_secs())
            .map_err(|_| serde::de::Error::custom("not a date")),
    }
}

fn some_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    seconds(deserializer).map(Some)
}

/// Verifies a token and takes what it asserts. Nothing of it is believed before its signature, and
/// afterwards only what is said to us, by the right provider, now, and for this sign-in.
pub fn verify(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Asserted, Refused> {
    if token.len() > MAX_TOKEN {
        return Err(Refused::Malformed);
    }
    crypto::install();
    // A header with `none`, or anything else that is no algorithm, does not even parse.
    let header = decode_header(token).map_err(|_| Refused::Malformed)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Refused::Algorithm);
    }
    let key = match (keys.find(header.kid.as_deref(), header.alg), header.kid.as_deref()) {
        (Some(key), _) => key,
        (None, Some(kid)) if keys.knows(kid) => return Err(Refused::UnfitKey),
        (None, _) => return Err(Refused::UnknownKey),
    };
    let mut signature_only = Validation::new(header.alg);
    // The library would take the time of the system. The claims are checked below, every one of them.
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    signature_only.required_spec_claims.clear();
    let claims = decode::<Claims>(token, key, &signature_only).map_err(|error| {
        use jsonwebtoken::errors::ErrorKind;
        match error.kind() {
            ErrorKind::InvalidSignature => Refused::Signature,
            ErrorKind::Json(_) => Refused::Claims,
            _ => Refused::Malformed,
        }
    })?;
    check(claims.claims, expected)
}

fn check(claims: Claims, expected: &Expected<'_>) -> Result<Asserted, Refused> {
    if claims.iss != expected.issuer {
        return Err(Refused::Issuer);
    }
    let audience = match &claims.aud {
        Audience::One(one) => std::slice::from_ref(one),
        Audience::Many(many) => many.as_slice(),
    };
    if !audience.iter().any(|one| one == expected.client_id) {
        return Err(Refused::Audience);
    }
    match claims.azp.as_deref() {
        Some(party) if party != expected.client_id => return Err(Refused::AuthorizedParty),
        // For others as well, and nobody says to whom it was given.
        None if audience.len() > 1 => return Err(Refused::AuthorizedParty),
        _ => {}
    }
    let (now, leeway) = (expected.now.as_second(), LEEWAY.as_secs());
    if claims.exp.saturating_add(leeway) <= now {
        return Err(Refused::Expired);
    }
    let latest = now.saturating_add(leeway);
    if claims.iat > latest || claims.nbf.is_some_and(|not_before| not_before > latest) {
        return Err(Refused::NotYetValid);
    }
    if claims.iat.saturating_add(leeway) < expected.begun.as_second() {
        return Err(Refused::TooOld);
    }
    // Without a nonce of ours nothing would tie the token to this sign-in.
    if expected.nonce.is_empty() || claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(Refused::Nonce);
    }
    if !is_usable(&claims.sub) {
        return Err(Refused::Subject);
    }
    Ok(Asserted { subject: claims.sub, acr: claims.acr, amr: claims.amr.unwrap_or_default() })
}
