//! Documents that were issued, inside the body of their event.

use domain::letter::{Certificate, CertificateText, DocumentNumber, Draft, Issued, Letter, Paper};
use domain::verification::VerificationCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::letter::{AddresseeBody, ContentsBody, IssuerFile, RemedyFile, SigningBody};
use crate::fault::Fault;

/// What a certificate says; the same while it awaits approval.
#[derive(Serialize, Deserialize)]
pub(super) struct CertificateTextBody {
    title: String,
    lines: Vec<String>,
}

/// A document that was issued.
#[derive(Serialize, Deserialize)]
pub(super) struct IssuedBody {
    code: AsText<VerificationCode>,
    page: String,
    #[serde(flatten)]
    paper: PaperBody,
}

/// A letter has no `certificate`: there were no others before.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum PaperBody {
    Certificate { certificate: Box<CertificateBody> },
    Letter(Box<LetterBody>),
}

#[derive(Serialize, Deserialize)]
struct LetterBody {
    #[serde(flatten)]
    contents: ContentsBody,
    signing: SigningBody,
    number: AsText<DocumentNumber>,
    date: Date,
    remedy: RemedyFile,
}

#[derive(Serialize, Deserialize)]
struct CertificateBody {
    #[serde(flatten)]
    text: CertificateTextBody,
    addressee: AddresseeBody,
    issuer: IssuerFile,
    signing: SigningBody,
    number: AsText<DocumentNumber>,
    date: Date,
    /// The number of the letter that it goes with.
    letter: AsText<DocumentNumber>,
}

impl From<&CertificateText> for CertificateTextBody {
    fn from(CertificateText { title, lines }: &CertificateText) -> Self {
        Self { title: title.clone(), lines: lines.clone() }
    }
}

impl From<CertificateTextBody> for CertificateText {
    fn from(CertificateTextBody { title, lines }: CertificateTextBody) -> Self {
        Self { title, lines }
    }
}

impl From<&Issued> for IssuedBody {
    fn from(Issued { code, page, paper }: &Issued) -> Self {
        let paper = match paper {
            Paper::Letter(letter) => PaperBody::Letter(Box::new(letter.as_ref().into())),
            Paper::Certificate(it) => PaperBody::Certificate { certificate: Box::new(it.as_ref().into()) },
        };
        Self { code: AsText(*code), page: page.clone(), paper }
    }
}

impl TryFrom<IssuedBody> for Issued {
    type Error = Fault;

    fn try_from(body: IssuedBody) -> Result<Self, Fault> {
        let paper = match body.paper {
            PaperBody::Letter(letter) => Paper::Letter(Box::new((*letter).try_into()?)),
            PaperBody::Certificate { certificate } => Paper::Certificate(Box::new((*certificate).into())),
        };
        Ok(Self { code: body.code.0, page: body.page, paper })
    }
}

impl From<&Letter> for LetterBody {
    fn from(letter: &Letter) -> Self {
        Self {
            contents: letter.contents().into(),
            signing: letter.signing().into(),
            number: AsText(letter.number().clone()),
            date: letter.date(),
            remedy: letter.remedy().clone().into(),
        }
    }
}

impl TryFrom<LetterBody> for Letter {
    type Error = Fault;

    fn try_from(body: LetterBody) -> Result<Self, Fault> {
        let draft = Draft {
            contents: body.contents.into(),
            signing: Some(body.signing.into()),
            number: Some(body.number.0),
            date: Some(body.date),
            remedy: Some(body.remedy.into()),
        };
        Self::new(draft).map_err(|lacks| Fault::Corrupt(format!("an issued letter lacks {lacks:?}")))
    }
}

impl From<&Certificate> for CertificateBody {
    fn from(certificate: &Certificate) -> Self {
        Self {
            text: (&certificate.text).into(),
            addressee: (&certificate.addressee).into(),
            issuer: certificate.issuer.clone().into(),
            signing: (&certificate.signing).into(),
            number: AsText(certificate.number.clone()),
            date: certificate.date,
            letter: AsText(certificate.letter.clone()),
        }
    }
}

impl From<CertificateBody> for Certificate {
    fn from(body: CertificateBody) -> Self {
        Self {
            text: body.text.into(),
            addressee: body.addressee.into(),
            issuer: body.issuer.into(),
            signing: body.signing.into(),
            number: body.number.0,
            date: body.date,
            letter: body.letter.0,
        }
    }
}
