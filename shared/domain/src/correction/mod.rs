//! Corrections (補正, 規範 十(三)1): what is asked of the applicant, all of it at once, as a list of
//! deficiencies in fields and documents of the form.

mod reply;
mod request;

use std::fmt;
use std::str::FromStr;

use crate::id::Key;
use crate::text::{Lang, Text};

pub use reply::{Answer, Open, Reply};
pub use request::{Asked, Request, Subjects};

/// Most deficiencies of one request.
pub const MAX_DEFICIENCIES: usize = 25;

/// Longest text of a deficiency, in characters.
pub const MAX_TEXT: u16 = 300;

/// What a deficiency is in. As text: `field:purpose`, `document:plan`, `other`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An answer of the form (欄位).
    Field(Key),
    /// A document (書證).
    Document(Key),
    /// Something the form has no place for.
    Other,
}

/// No subject of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither `field:…`, `document:…` nor `other`")]
pub struct UnknownSubject;

impl FromStr for Subject {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        let key = |key: &str| key.parse().map_err(|_| UnknownSubject);
        match text.split_once(':') {
            Some(("field", name)) => key(name).map(Self::Field),
            Some(("document", name)) => key(name).map(Self::Document),
            None if text == "other" => Ok(Self::Other),
            _ => Err(UnknownSubject),
        }
    }
}

impl Subject {
    /// What stands for [`Subject::Other`] where a key is wanted.
    pub const OTHER_KEY: &str = "other";

    /// The key of the field or document.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Field(key) | Self::Document(key) => key.as_str(),
            Self::Other => Self::OTHER_KEY,
        }
    }

    /// The key under which documents for it are brought; a field has none.
    #[must_use]
    pub fn document(&self) -> Option<&str> {
        match self {
            Self::Field(_) => None,
            Self::Document(_) | Self::Other => Some(self.key()),
        }
    }

    /// What [`Subject::Other`] is called.
    #[must_use]
    pub fn other_name() -> Text {
        Text::new("其他", "Other")
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(key) => write!(f, "field:{key}"),
            Self::Document(key) => write!(f, "document:{key}"),
            Self::Other => f.write_str("other"),
        }
    }
}

/// One thing to put right (補正事項).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deficiency {
    pub subject: Subject,
    /// What the form calls it, as of the item version of the case.
    pub name: Text,
    /// What is lacking or wrong (缺漏情形).
    pub what: String,
    /// What to bring or to write instead (應補事項); empty in records of before corrections were lists.
    pub provide: String,
    /// The rule that asks for it (依據); empty where the form itself does.
    pub basis: String,
}

impl Deficiency {
    /// In one line, for letters and the timeline.
    #[must_use]
    pub fn line(&self, lang: Lang) -> String {
        let colon = lang.pick("：", ": ");
        // What goes on does not end with a full stop.
        let clause = |text: &str| text.trim_end_matches(['。', '.']).to_owned();
        let mut line = format!("{}{colon}{}", self.name.pick(lang), clause(&self.what));
        if !self.provide.is_empty() {
            line += lang.pick("；應補：", "; to be provided: ");
            line += &clause(&self.provide);
        }
        if !self.basis.is_empty() {
            let (open, close) = (lang.pick("（", " ("), lang.pick("）", ")"));
            line = format!("{line}{open}{}{close}", self.basis);
        }
        line
    }
}

/// A correction as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// At least one.
    pub deficiencies: Vec<Deficiency>,
    /// How long the applicant has, in calendar days.
    pub days: u32,
    /// The law wants it on paper too (書面通知): the handler sends a letter beside the window's notice.
    pub in_writing: bool,
    /// Why it was not asked for at the first time; empty for a first request.
    pub again: String,
}

impl Correction {
    /// Every deficiency in a line of its own, numbered.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> String {
        let line = |(place, deficiency): (usize, &Deficiency)| {
            format!("{}{}{}", place + 1, lang.pick("、", ". "), deficiency.line(lang))
        };
        self.deficiencies.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> Key {
        text.parse().unwrap()
    }

    proptest! {
        #[test]
        fn a_subject_reads_back(kind in 0..3_u8, name in "[a-z][a-z0-9_]{0,20}") {
            let subject = match kind {
                0 => Subject::Field(key(&name)),
                1 => Subject::Document(key(&name)),
                _ => Subject::Other,
            };
            prop_assert_eq!(subject.to_string().parse(), Ok(subject));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            if let Ok(subject) = text.parse::<Subject>() {
                prop_assert_eq!(subject.to_string(), text);
            }
        }
    }
}
