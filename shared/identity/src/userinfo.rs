//! What the userinfo endpoint says (OpenID Connect Core 5.3): name and address, never who it is.

use serde::Deserialize;

use crate::{Unusable, json};

/// How to address a person, as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub email: String,
}

#[derive(Deserialize)]
struct Userinfo {
    sub: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    email_verified: Option<bool>,
}

/// Why an answer is of no use, or not of this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    Unusable(Unusable),
    /// It is about somebody else than the ID token.
    SomebodyElse,
}

/// Reads the answer about `subject`, whom the ID token names: an answer about anybody else is a breach
/// (5.3.2), as the access token may have been exchanged on its way.
pub fn read(body: &[u8], subject: &str) -> Result<Contact, Refused> {
    let info: Userinfo = json(body).map_err(Refused::Unusable)?;
    if info.sub != subject {
        return Err(Refused::SomebodyElse);
    }
    // Letters about a case go there. Who does not own the address must not get them.
    if info.email_verified == Some(false) {
        return Err(Refused::Unusable(Unusable::Incomplete("email")));
    }
    Ok(Contact { name: info.name, email: info.email })
}
