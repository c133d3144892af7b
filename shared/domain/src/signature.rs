//! The signature under an application (電子簽章, 規範 九 I): who signed what, how sure the city was of them, and what
//! shows it (電子簽章法 §8: the record of the signing is kept with what was signed).

use jiff::Timestamp;

use crate::assurance::Assurance;
use crate::item::ItemVersion;
use crate::personal::Personal;
use crate::rejection::Rejection;
use crate::text::Text;

/// The version of the statement that is signed now; that of earlier signatures stays what it was.
pub const STATEMENT: u16 = 1;

/// SHA-256 of the canonical form of what is signed.
pub type Digest = [u8; 32];

/// A signature, with what shows that it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Of the application: service, agency, applicant, answers and documents, as its signer saw them.
    pub digest: Digest,
    /// The version of the statement that was signed.
    pub statement: u16,
    pub by: Signer,
}

/// Who signs: what the session knows of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// How sure the city was of who it is.
    pub assurance: Assurance,
    /// When they had signed in.
    pub signed_in_at: Timestamp,
    /// From which address of the network, where that is known.
    pub from: Option<Personal<String>>,
}

/// What is said by signing, in the words that are signed now.
#[must_use]
pub fn statement() -> Text {
    Text::new(
        "我已閱讀以上申請內容，確認由我本人申請且所填屬實，並以電子簽章簽署這份申請。",
        "I have read this application, I make it myself, what it says is true, and I sign it electronically.",
    )
}

/// Takes the signature of `by` under an application whose canonical form has the digest `filed`; `signed` is that
/// of what they saw. Where the item asks for none, none is kept. Who is not known well enough does not get so far
/// ([`crate::submit`]).
pub fn sign(
    item: &ItemVersion,
    filed: Digest,
    signed: Option<Digest>,
    by: Signer,
) -> Result<Option<Signature>, Rejection> {
    if item.signing_assurance.is_none() {
        return Ok(None);
    }
    match signed {
        None => Err(Rejection::SignatureMissing { digest: filed }),
        Some(digest) if digest != filed => Err(Rejection::SignedSomethingElse { digest: filed }),
        Some(digest) => Ok(Some(Signature { digest, statement: STATEMENT, by })),
    }
}
