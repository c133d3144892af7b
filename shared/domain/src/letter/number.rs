//! The number of an official document (發文字號).

use std::fmt;
use std::str::FromStr;

/// `北市工公園字第1153001234號`: the word of the issuing agency and a serial number, which begins with
/// the ROC year (文書處理手冊: 發文代字, 文號).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber {
    word: String,
    serial: String,
}

/// A text that is no document number: `發文代字`字第`7 to 12 digits`號.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a document number reads like 北市工公園字第1153001234號, with 7 to 12 digits")]
pub struct NotADocumentNumber;

/// Most characters of the word of an agency.
const MAX_WORD: usize = 16;

impl FromStr for DocumentNumber {
    type Err = NotADocumentNumber;

    fn from_str(text: &str) -> Result<Self, NotADocumentNumber> {
        let (word, rest) = text.rsplit_once("字第").ok_or(NotADocumentNumber)?;
        let serial = rest.strip_suffix('號').ok_or(NotADocumentNumber)?;
        let word_fits =
            (1..=MAX_WORD).contains(&word.chars().count()) && word.chars().all(char::is_alphanumeric);
        let serial_fits =
            (7..=12).contains(&serial.len()) && serial.bytes().all(|digit| digit.is_ascii_digit());
        if word_fits && serial_fits {
            Ok(Self { word: word.to_owned(), serial: serial.to_owned() })
        } else {
            Err(NotADocumentNumber)
        }
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}字第{}號", self.word, self.serial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_as_it_was_read() {
        for text in ["北市工公園字第1153001234號", "府授教字第11530012345號", "北市文字字第1153001號"]
        {
            assert_eq!(text.parse::<DocumentNumber>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "字第1153001234號",
            "北市工公園字第號",
            "北市工公園字第115300號",
            "北市工公園字第1153001234567號",
            "北市工公園字第１１５３００１２３４號",
            "北市 工公園字第1153001234號",
            "北市工公園字第1153001234",
            "北市工公園第1153001234號",
        ] {
            assert_eq!(text.parse::<DocumentNumber>(), Err(NotADocumentNumber), "{text}");
        }
    }
}
