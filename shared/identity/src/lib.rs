//! What identity providers say of people, read strictly: OpenID Connect, and 台北通 as it is known.
//!
//! No I/O and no ambient time: bytes and instants come in, a person or a reason to refuse goes out. No
//! error carries a token, a code or anything of a person, so that all of them can be logged.
//!
//! Read in this order: [`callback`] (what the browser brings back), [`discovery`] and [`keys`] (what a
//! provider publishes), [`token`] (the ID token), [`userinfo`], [`levels`] (how sure the provider is),
//! [`taipei_pass`] (the provider that has none of these).

pub mod callback;
mod crypto;
pub mod discovery;
pub mod keys;
pub mod levels;
pub mod person;
pub mod taipei_pass;
pub mod token;
pub mod userinfo;

/// Why an answer of a provider is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("not the JSON agreed")]
    Form,
    /// It does not keep to what was agreed; what about it.
    #[error("{0}")]
    Breach(&'static str),
    /// The provider does not know this of the person, who can add it.
    #[error("no usable {0}")]
    Incomplete(&'static str),
}

/// Reads a JSON object.
fn json<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Unusable> {
    wire::object(body).ok_or(Unusable::Form)
}
