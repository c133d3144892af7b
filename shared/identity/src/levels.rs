//! How sure a provider is, in our levels: the table that a deployment configures.

use std::str::FromStr;

use domain::assurance::Assurance;

use crate::token::Asserted;

/// Which `acr` and `amr` values of the provider mean which level. As text, entries separated by spaces:
/// `acr:urn:example:gold=2 amr:sc=3`. The level is what stands behind the last `=`, 1 to 3.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    claim: Claim,
    value: String,
    level: Assurance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Acr,
    Amr,
}

/// An entry that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not acr:VALUE=LEVEL or amr:VALUE=LEVEL with a level of 1 to 3")]
pub struct BadEntry(pub String);

impl FromStr for Levels {
    type Err = BadEntry;

    fn from_str(text: &str) -> Result<Self, BadEntry> {
        let entry = |entry: &str| Entry::read(entry).ok_or_else(|| BadEntry(entry.to_owned()));
        text.split_whitespace().map(entry).collect::<Result<_, _>>().map(Self)
    }
}

impl Entry {
    fn read(entry: &str) -> Option<Self> {
        let (claim, rest) = entry.split_once(':')?;
        let claim = match claim {
            "acr" => Claim::Acr,
            "amr" => Claim::Amr,
            _ => return None,
        };
        let (value, level) = rest.rsplit_once('=')?;
        let level = Assurance::of_sign_in(level.parse().ok()?)?;
        (!value.is_empty()).then(|| Self { claim, value: value.to_owned(), level })
    }
}

impl Levels {
    /// The highest level that something in `asserted` means. What is not in the table means nothing: an
    /// account is then all that is known.
    #[must_use]
    pub fn of(&self, asserted: &Asserted) -> Assurance {
        let is_said = |entry: &&Entry| match entry.claim {
            Claim::Acr => asserted.acr.as_deref() == Some(entry.value.as_str()),
            Claim::Amr => asserted.amr.contains(&entry.value),
        };
        self.0.iter().filter(is_said).map(|entry| entry.level).max().unwrap_or(Assurance::Account)
    }

    /// The `acr_values` to ask for, in the order of the table: without them a provider may say nothing.
    #[must_use]
    pub fn acr_values(&self) -> String {
        let values = self.0.iter().filter(|entry| entry.claim == Claim::Acr);
        values.map(|entry| entry.value.as_str()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asserted(acr: Option<&str>, amr: &[&str]) -> Asserted {
        Asserted {
            subject: "s".to_owned(),
            acr: acr.map(str::to_owned),
            amr: amr.iter().map(|value| (*value).to_owned()).collect(),
        }
    }

    #[test]
    fn the_highest_level_counts_and_the_unknown_does_not() {
        let levels: Levels = "acr:urn:example:loa=x=2  acr:basic=1\namr:sc=3".parse().unwrap();
        for (acr, amr, level) in [
            (None, &[][..], Assurance::Account),
            (Some("gold"), &["pwd"], Assurance::Account),
            (Some("basic"), &[], Assurance::Account),
            (Some("urn:example:loa=x"), &["pwd"], Assurance::Verified),
            (Some("basic"), &["pwd", "sc"], Assurance::Certificate),
            // A method is no class.
            (Some("sc"), &["basic"], Assurance::Account),
        ] {
            assert_eq!(levels.of(&asserted(acr, amr)), level, "{acr:?} {amr:?}");
        }
        assert_eq!(levels.acr_values(), "urn:example:loa=x basic");
        assert_eq!(Levels::default().of(&asserted(Some("gold"), &["sc"])), Assurance::Account);
    }

    #[test]
    fn an_entry_that_is_none_is_named() {
        assert_eq!("".parse(), Ok(Levels::default()));
        for bad in ["acr", "acr:", "acr:x", "acr:x=", "acr:x=0", "acr:x=4", "acr:x=two", "acr:=2", "idp:x=2"]
        {
            assert_eq!(format!("acr:y=1 {bad}").parse::<Levels>(), Err(BadEntry(bad.to_owned())), "{bad}");
        }
    }
}
