//! A person as a provider knows them, and what of it is usable.

use domain::assurance::Assurance;

use crate::Unusable;

/// Longest name, subject or address that is taken, in bytes.
const MAX_TEXT: usize = 255;

/// What is taken of a person. An ID number that a provider also gives is dropped unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who it is, in the provider's words; stays the same.
    pub subject: String,
    pub name: String,
    pub email: String,
    pub assurance: Assurance,
}

impl Person {
    /// `Unusable::Breach` without a subject, which makes it no answer at all; `Unusable::Incomplete`
    /// without a name or an address, which the person can add.
    pub fn new(subject: String, name: String, email: String, assurance: Assurance) -> Result<Self, Unusable> {
        if !is_usable(&subject) {
            return Err(Unusable::Breach("no usable subject"));
        }
        if !is_usable(&name) {
            return Err(Unusable::Incomplete("name"));
        }
        if !is_usable(&email) || !is_address(&email) {
            return Err(Unusable::Incomplete("email"));
        }
        Ok(Self { subject, name, email, assurance })
    }
}

pub(crate) fn is_usable(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= MAX_TEXT && !text.chars().any(char::is_control)
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
        && !text.contains(|c: char| c.is_whitespace() || "<>,;\"".contains(c))
}
