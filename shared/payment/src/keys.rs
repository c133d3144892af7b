//! Keys of accounts: read at start from one secret, refused when they are empty, short or of another
//! stage, never printed.

use std::collections::{BTreeMap, BTreeSet};

use domain::payment::Provider;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretBox, SecretString};
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

impl Stage {
    fn read(stage: &str, origin: Option<String>) -> Result<Self, BadAccount> {
        let stage = match (stage, origin) {
            ("production", None) => Self::Production,
            ("test", None) => Self::Test,
            ("local", Some(origin)) if is_origin(&origin) => Self::Local { origin },
            ("local", _) => {
                return Err(BadAccount::file("stage `local` needs an `origin` to put paths after"));
            }
            ("production" | "test", Some(_)) => {
                return Err(BadAccount::file("`origin` is for stage `local` alone"));
            }
            _ => return Err(BadAccount::file("the stage is none of production, test, local")),
        };
        Ok(stage)
    }

    /// The base address of a provider, to put its paths after.
    pub(crate) fn base(&self, provider: Provider, production: &str, test: &str) -> String {
        match self {
            Self::Production => production.to_owned(),
            Self::Test => test.to_owned(),
            Self::Local { origin } => format!("{origin}/{provider}"),
        }
    }
}

/// Whether paths can be put after it as it is.
fn is_origin(origin: &str) -> bool {
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.ends_with('/') && rest.bytes().all(sign))
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

/// Why an account cannot be used. The process does not start. No text of it holds a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAccount {
    #[error("the accounts cannot be read: {0}")]
    File(String),
    #[error("{provider} {merchant}: {why}")]
    Account { provider: String, merchant: String, why: &'static str },
    #[error("{provider} {merchant}: `{key}` is missing")]
    Missing { provider: String, merchant: String, key: &'static str },
}

impl BadAccount {
    fn file(why: &str) -> Self {
        Self::File(why.to_owned())
    }
}

/// Says where a JSON error is and not what stands there: serde's own words quote the value.
impl From<serde_json::Error> for BadAccount {
    fn from(error: serde_json::Error) -> Self {
        let what = if error.is_data() { "not what belongs there" } else { "not JSON" };
        Self::File(format!("{what}, line {} column {}", error.line(), error.column()))
    }
}

/// The secret with every account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountsFile {
    /// `production`, `test` or `local`.
    pub stage: String,
    /// Where the sandbox is; only with `local`.
    pub origin: Option<String>,
    pub accounts: Vec<AccountFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountFile {
    pub provider: String,
    pub merchant: String,
    pub current: BTreeMap<String, SecretString>,
    pub previous: Option<PreviousFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviousFile {
    pub until: Timestamp,
    pub keys: BTreeMap<String, SecretString>,
}

impl Account {
    /// Every account in the secret: JSON of a stage and the accounts of that stage, so that keys of two
    /// stages cannot be mixed.
    pub fn read_all(secret: &SecretString) -> Result<Vec<Self>, BadAccount> {
        let file: AccountsFile = serde_json::from_str(secret.expose_secret())?;
        let stage = Stage::read(&file.stage, file.origin)?;
        let mut seen = BTreeSet::new();
        let mut accounts = Vec::new();
        for account in file.accounts {
            account.check(&stage)?;
            if !seen.insert((account.provider.clone(), account.merchant.clone())) {
                return Err(account.bad("it is there twice"));
            }
            accounts.push(Self::read(account, &stage)?);
        }
        Ok(accounts)
    }
}

impl AccountFile {
    /// Shortest key, in bytes: below it, a key can be guessed.
    const SHORTEST: usize = 16;
    /// How keys begin that providers mark as for tests, and as for real money.
    const TEST: [&str; 3] = ["sk_test_", "rk_test_", "api_test_"];
    const LIVE: [&str; 3] = ["sk_live_", "rk_live_", "api_live_"];

    pub fn bad(&self, why: &'static str) -> BadAccount {
        BadAccount::Account { provider: self.provider.clone(), merchant: self.merchant.clone(), why }
    }

    /// What holds for the accounts of every provider.
    fn check(&self, stage: &Stage) -> Result<(), BadAccount> {
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if self.merchant.is_empty() || !self.merchant.bytes().all(sign) {
            return Err(self.bad("a merchant is written in 0-9 A-Z a-z _ -"));
        }
        let marks = if *stage == Stage::Production { Self::TEST } else { Self::LIVE };
        for key in self.values() {
            if key.len() < Self::SHORTEST {
                return Err(self.bad("a key is shorter than 16 bytes"));
            }
            if key.trim() != key || key.chars().any(char::is_control) {
                return Err(self.bad("a key has spaces around it or unprintable signs in it"));
            }
            if marks.iter().any(|mark| key.starts_with(mark)) {
                return Err(self.bad("a key is of another stage"));
            }
        }
        if self.previous.as_ref().is_some_and(|previous| exposed(&previous.keys).eq(exposed(&self.current))) {
            return Err(self.bad("the previous keys are the current ones"));
        }
        Ok(())
    }

    /// Refuses, in production, merchants and keys that a provider publishes for everybody's tests.
    pub fn refuse_published(
        &self,
        stage: &Stage,
        merchants: &[&str],
        keys: &[&str],
    ) -> Result<(), BadAccount> {
        let published =
            merchants.contains(&self.merchant.as_str()) || self.values().any(|key| keys.contains(&key));
        if published && *stage == Stage::Production {
            return Err(self.bad("the provider publishes this merchant or key for tests"));
        }
        Ok(())
    }

    /// The ring of keys, each made by `make` from the values of exactly these names.
    pub fn ring<const N: usize, K>(
        &self,
        names: [&'static str; N],
        make: impl Fn([&SecretString; N]) -> Result<K, &'static str>,
    ) -> Result<Ring<K>, BadAccount> {
        let read = |keys: &BTreeMap<String, SecretString>| {
            let found: Vec<&SecretString> = names
                .iter()
                .map(|name| keys.get(*name).ok_or_else(|| self.missing(name)))
                .collect::<Result<_, _>>()?;
            // The name of an unknown key stays unsaid: it may be a value in the wrong place.
            let exactly = <[&SecretString; N]>::try_from(found).ok().filter(|_| keys.len() == N);
            let exactly =
                exactly.ok_or_else(|| self.bad("it has a key of a name that the provider has not"))?;
            make(exactly).map_err(|why| self.bad(why))
        };
        let previous = match &self.previous {
            Some(file) => Some((read(&file.keys)?, file.until)),
            None => None,
        };
        Ok(Ring { current: read(&self.current)?, previous })
    }

    fn missing(&self, key: &'static str) -> BadAccount {
        BadAccount::Missing { provider: self.provider.clone(), merchant: self.merchant.clone(), key }
    }

    /// Every key value of the account.
    fn values(&self) -> impl Iterator<Item = &str> {
        let previous = self.previous.iter().flat_map(|previous| exposed(&previous.keys));
        exposed(&self.current).chain(previous).map(|(_, key)| key)
    }
}

fn exposed(keys: &BTreeMap<String, SecretString>) -> impl Iterator<Item = (&str, &str)> {
    keys.iter().map(|(name, key)| (name.as_str(), key.expose_secret()))
}

/// A key of exactly `N` bytes.
pub(crate) fn of_length<const N: usize>(key: &SecretString) -> Result<SecretBox<[u8; N]>, &'static str> {
    let bytes = <[u8; N]>::try_from(key.expose_secret().as_bytes());
    bytes
        .map(|bytes| SecretBox::new(Box::new(bytes)))
        .map_err(|_| "a key has not the length of this provider's")
}

#[cfg(test)]
mod tests;
