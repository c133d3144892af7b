//! Certificates (證明文件): what is issued beside the letter that grants what was applied for. Not acts of
//! their own: the letter is, and lists them (附件).

use jiff::civil::Date;

use super::proposal::lines;
use super::{Addressee, DocumentNumber, Issuer, Letter, Signing};
use crate::case::Outcome;
use crate::decide::{MAX_REASON, bounded};
use crate::rejection::Rejection;

/// Most certificates of one approval.
pub const MAX_CERTIFICATES: usize = 5;
/// Longest title, in characters.
pub const MAX_TITLE: u16 = 60;

/// What a certificate says, as it is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateText {
    /// What it is: `臨時使用許可證`.
    pub title: String,
    /// Each line is a numbered item on paper. One at least.
    pub lines: Vec<String>,
}

/// The same as a handler writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CertificateWording {
    pub title: String,
    /// Each line is an item.
    pub text: String,
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub text: CertificateText,
    /// Who holds it.
    pub addressee: Addressee,
    pub issuer: Issuer,
    pub signing: Signing,
    pub number: DocumentNumber,
    pub date: Date,
    /// The number of the letter that it goes with.
    pub letter: DocumentNumber,
}

impl Certificate {
    /// The certificate that goes with `letter`: to the same person, of the same day and signed alike.
    #[must_use]
    pub fn beside(letter: &Letter, number: DocumentNumber, text: CertificateText) -> Self {
        let contents = letter.contents();
        Self {
            text,
            addressee: contents.addressee.clone(),
            issuer: contents.issuer.clone(),
            signing: letter.signing().clone(),
            number,
            date: letter.date(),
            letter: letter.number().clone(),
        }
    }

    /// Whether `words` stand in it.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        let CertificateText { title, lines } = &self.text;
        std::iter::once(title).chain(lines).any(|text| text.contains(words))
    }
}

/// What a proposal to `outcome` has issued beside its letter.
pub(super) fn of(
    outcome: Outcome,
    certificates: &[CertificateWording],
) -> Result<Vec<CertificateText>, Rejection> {
    if outcome == Outcome::Reject && !certificates.is_empty() {
        return Err(Rejection::CertificateOfRefusal);
    }
    if certificates.len() > MAX_CERTIFICATES {
        return Err(Rejection::TooManyCertificates { max: MAX_CERTIFICATES });
    }
    certificates.iter().map(|it| text(it).ok_or(Rejection::CertificateText)).collect()
}

/// `None` where it says nothing, or too much.
fn text(CertificateWording { title, text }: &CertificateWording) -> Option<CertificateText> {
    // A title is one line.
    let title =
        bounded(title, MAX_TITLE).filter(|title| !title.is_empty() && !title.contains(['\n', '\r']))?;
    let lines = lines(&bounded(text, MAX_REASON)?);
    (!lines.is_empty()).then_some(CertificateText { title, lines })
}
