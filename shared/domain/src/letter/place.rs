//! Which document of a case is meant.

use std::fmt;
use std::str::FromStr;

use crate::id::Version;

/// Which document of a case: the number of its event, and of its place where it is not the first: `9`,
/// `9-2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentPlace {
    pub seq: Version,
    /// From 0.
    pub place: u32,
}

/// A text that is no place of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a document of a case reads like 9 or 9-2")]
pub struct NotADocumentPlace;

impl fmt::Display for DocumentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seq.0)?;
        if self.place > 0 {
            write!(f, "-{}", self.place.saturating_add(1))?;
        }
        Ok(())
    }
}

impl FromStr for DocumentPlace {
    type Err = NotADocumentPlace;

    fn from_str(text: &str) -> Result<Self, NotADocumentPlace> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| NotADocumentPlace);
        let (seq, place) = match text.split_once('-') {
            Some((seq, place)) => (number(seq)?, number(place)?.checked_sub(1).ok_or(NotADocumentPlace)?),
            None => (number(text)?, 0),
        };
        let found = Self { seq: Version(seq), place };
        // One text for one document.
        if found.to_string() == text { Ok(found) } else { Err(NotADocumentPlace) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,20}") {
            let read = text.parse::<DocumentPlace>();
            prop_assert!(read.is_err() || read.is_ok_and(|place| place.to_string() == text));
        }
    }

    #[test]
    fn a_place_is_read_as_it_is_shown_and_in_no_other_way() {
        for (text, seq, place) in [("9", 9, 0), ("12-2", 12, 1)] {
            let found = DocumentPlace { seq: Version(seq), place };
            assert_eq!((text.parse(), found.to_string().as_str()), (Ok(found), text));
        }
        for text in ["", "-", "9-1", "9-0", "09", "9-02", "+9", "9-", "4294967296", "九"] {
            assert_eq!(text.parse::<DocumentPlace>(), Err(NotADocumentPlace), "{text}");
        }
    }
}
