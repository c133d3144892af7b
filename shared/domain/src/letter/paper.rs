//! What is issued: a letter, or a certificate beside one.

use jiff::civil::Date;

use super::{Addressee, Certificate, Correction, DocumentNumber, Issuer, Letter};
use crate::text::Text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paper {
    /// 函: a written act, or the correction of one.
    Letter(Box<Letter>),
    /// 證明文件.
    Certificate(Box<Certificate>),
}

impl Paper {
    #[must_use]
    pub const fn number(&self) -> &DocumentNumber {
        match self {
            Self::Letter(letter) => letter.number(),
            Self::Certificate(certificate) => &certificate.number,
        }
    }

    #[must_use]
    pub const fn date(&self) -> Date {
        match self {
            Self::Letter(letter) => letter.date(),
            Self::Certificate(certificate) => certificate.date,
        }
    }

    #[must_use]
    pub const fn issuer(&self) -> &Issuer {
        match self {
            Self::Letter(letter) => &letter.contents().issuer,
            Self::Certificate(certificate) => &certificate.issuer,
        }
    }

    #[must_use]
    pub const fn addressee(&self) -> &Addressee {
        match self {
            Self::Letter(letter) => &letter.contents().addressee,
            Self::Certificate(certificate) => &certificate.addressee,
        }
    }

    #[must_use]
    pub const fn letter(&self) -> Option<&Letter> {
        match self {
            Self::Letter(letter) => Some(letter),
            Self::Certificate(_) => None,
        }
    }

    #[must_use]
    pub const fn certificate(&self) -> Option<&Certificate> {
        match self {
            Self::Letter(_) => None,
            Self::Certificate(certificate) => Some(certificate),
        }
    }

    /// What it puts right, where it does.
    #[must_use]
    pub fn corrects(&self) -> Option<&Correction> {
        self.letter().and_then(|letter| letter.contents().act.corrects())
    }

    /// What kind it is, on the paper itself (文別): `函`, or the title of the certificate.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Letter(_) => "函",
            Self::Certificate(certificate) => &certificate.text.title,
        }
    }

    /// What it is about: the 主旨 of a letter, the title of a certificate.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Self::Letter(letter) => &letter.contents().subject,
            Self::Certificate(certificate) => &certificate.text.title,
        }
    }

    /// What it does, or which certificate it is, in a list.
    #[must_use]
    pub fn what(&self) -> Text {
        match self {
            Self::Letter(letter) => letter.contents().act.text(),
            Self::Certificate(certificate) => {
                let title = &certificate.text.title;
                Text::new(format!("證明文件：{title}"), format!("certificate: {title}"))
            }
        }
    }

    /// Whether `words` stand in one of the texts of the agency.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        match self {
            Self::Letter(letter) => letter.says(words),
            Self::Certificate(certificate) => certificate.says(words),
        }
    }
}
