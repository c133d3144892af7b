//! Letters inside the body of their event, and of a case whose proposal awaits approval.

use std::collections::{BTreeMap, BTreeSet};

use domain::letter::{
    Act, Addressee, CertificateText, Clause, ClauseKind, Contents, Correction, DocumentNumber, Issuer, Mark,
    Office, Person, Proposed, Remedy, Signing, Speed,
};
use domain::personal::Personal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::issued::CertificateTextBody;

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ActBody {
    Granted,
    GrantedInPart,
    Refused,
    Corrects {
        number: AsText<DocumentNumber>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        date: Date,
        wrong: String,
        right: String,
    },
}

#[derive(Serialize, Deserialize)]
pub(super) struct PersonBody {
    name: String,
    marks: BTreeMap<AsText<Mark>, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum AddresseeBody {
    Person(PersonBody),
    Body { name: String, seat: String, tax_id: Option<String>, representative: PersonBody },
}

#[derive(Serialize, Deserialize)]
struct ClauseBody {
    kind: AsText<ClauseKind>,
    content: String,
}

/// An agency as it is printed; the same in the register of agencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerFile {
    pub name: String,
    pub address: String,
    pub contact: String,
    pub phone: String,
    pub email: String,
}

/// An office and who holds it, the same in the register of agencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeFile {
    pub title: String,
    pub name: String,
}

/// A remedy, the same in the register of agencies and in items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum RemedyFile {
    Appeal { authority: String },
    Objection { name: String, days: u32, legal_basis: String, authority: String },
    Litigation { court: String },
    NotNeeded,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum SigningBody {
    Head { head: OfficeFile },
    Deputy { head: OfficeFile, deputy: OfficeFile },
    Seal,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ContentsBody {
    act: ActBody,
    addressee: AddresseeBody,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    asked: BTreeSet<AsText<Mark>>,
    subject: String,
    facts: Vec<String>,
    reasons: Vec<String>,
    legal_basis: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    clauses: Vec<ClauseBody>,
    issuer: IssuerFile,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    copies: Vec<String>,
    speed: AsText<Speed>,
}

/// A letter that awaits approval.
#[derive(Serialize, Deserialize)]
pub(super) struct ProposedBody {
    #[serde(flatten)]
    contents: ContentsBody,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remedy: Option<RemedyFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<CertificateTextBody>,
}

impl From<&Proposed> for ProposedBody {
    fn from(proposed: &Proposed) -> Self {
        let remedy = proposed.remedy.clone().map(RemedyFile::from);
        let certificates = proposed.certificates.iter().map(CertificateTextBody::from).collect();
        Self { contents: (&proposed.contents).into(), remedy, certificates }
    }
}

impl From<ProposedBody> for Proposed {
    fn from(body: ProposedBody) -> Self {
        let certificates = body.certificates.into_iter().map(CertificateText::from).collect();
        Self { contents: body.contents.into(), remedy: body.remedy.map(Remedy::from), certificates }
    }
}

impl From<&Contents> for ContentsBody {
    fn from(contents: &Contents) -> Self {
        let clause = |it: &Clause| ClauseBody { kind: AsText(it.kind), content: it.content.clone() };
        Self {
            act: match &contents.act {
                Act::Granted => ActBody::Granted,
                Act::GrantedInPart => ActBody::GrantedInPart,
                Act::Refused => ActBody::Refused,
                Act::Corrects(Correction { number, title, date, wrong, right }) => ActBody::Corrects {
                    number: AsText(number.clone()),
                    title: title.clone(),
                    date: *date,
                    wrong: wrong.clone(),
                    right: right.clone(),
                },
            },
            addressee: (&contents.addressee).into(),
            asked: contents.asked.iter().copied().map(AsText).collect(),
            subject: contents.subject.clone(),
            facts: contents.facts.clone(),
            reasons: contents.reasons.clone(),
            legal_basis: contents.legal_basis.clone(),
            clauses: contents.clauses.iter().map(clause).collect(),
            issuer: contents.issuer.clone().into(),
            attachments: contents.attachments.clone(),
            copies: contents.copies.clone(),
            speed: AsText(contents.speed),
        }
    }
}

impl From<ContentsBody> for Contents {
    fn from(body: ContentsBody) -> Self {
        Self {
            act: match body.act {
                ActBody::Granted => Act::Granted,
                ActBody::GrantedInPart => Act::GrantedInPart,
                ActBody::Refused => Act::Refused,
                ActBody::Corrects { number, title, date, wrong, right } => {
                    Act::Corrects(Correction { number: number.0, title, date, wrong, right })
                }
            },
            addressee: body.addressee.into(),
            asked: body.asked.into_iter().map(|mark| mark.0).collect(),
            subject: body.subject,
            facts: body.facts,
            reasons: body.reasons,
            legal_basis: body.legal_basis,
            clauses: body
                .clauses
                .into_iter()
                .map(|it| Clause { kind: it.kind.0, content: it.content })
                .collect(),
            issuer: body.issuer.into(),
            attachments: body.attachments,
            copies: body.copies,
            speed: body.speed.0,
        }
    }
}

impl From<&Person> for PersonBody {
    fn from(person: &Person) -> Self {
        let marks = person.marks.iter().map(|(mark, value)| (AsText(*mark), value.reveal().clone()));
        Self { name: person.name.reveal().clone(), marks: marks.collect() }
    }
}

impl From<PersonBody> for Person {
    fn from(body: PersonBody) -> Self {
        let marks = body.marks.into_iter().map(|(mark, value)| (mark.0, Personal::new(value)));
        Self { name: Personal::new(body.name), marks: marks.collect() }
    }
}

impl From<&Addressee> for AddresseeBody {
    fn from(addressee: &Addressee) -> Self {
        match addressee {
            Addressee::Person(person) => Self::Person(person.into()),
            Addressee::Body { name, seat, tax_id, representative } => Self::Body {
                name: name.clone(),
                seat: seat.clone(),
                tax_id: tax_id.clone(),
                representative: representative.into(),
            },
        }
    }
}

impl From<AddresseeBody> for Addressee {
    fn from(body: AddresseeBody) -> Self {
        match body {
            AddresseeBody::Person(person) => Self::Person(person.into()),
            AddresseeBody::Body { name, seat, tax_id, representative } => {
                Self::Body { name, seat, tax_id, representative: representative.into() }
            }
        }
    }
}

impl From<Issuer> for IssuerFile {
    fn from(Issuer { name, address, contact, phone, email }: Issuer) -> Self {
        Self { name, address, contact, phone, email }
    }
}

impl From<IssuerFile> for Issuer {
    fn from(IssuerFile { name, address, contact, phone, email }: IssuerFile) -> Self {
        Self { name, address, contact, phone, email }
    }
}

impl From<Office> for OfficeFile {
    fn from(Office { title, name }: Office) -> Self {
        Self { title, name }
    }
}

impl From<OfficeFile> for Office {
    fn from(OfficeFile { title, name }: OfficeFile) -> Self {
        Self { title, name }
    }
}

impl From<&Signing> for SigningBody {
    fn from(signing: &Signing) -> Self {
        match signing.clone() {
            Signing::Head(head) => Self::Head { head: head.into() },
            Signing::Deputy { head, deputy } => Self::Deputy { head: head.into(), deputy: deputy.into() },
            Signing::Seal => Self::Seal,
        }
    }
}

impl From<SigningBody> for Signing {
    fn from(body: SigningBody) -> Self {
        match body {
            SigningBody::Head { head } => Self::Head(head.into()),
            SigningBody::Deputy { head, deputy } => Self::Deputy { head: head.into(), deputy: deputy.into() },
            SigningBody::Seal => Self::Seal,
        }
    }
}

impl From<Remedy> for RemedyFile {
    fn from(remedy: Remedy) -> Self {
        match remedy {
            Remedy::Appeal { authority } => Self::Appeal { authority },
            Remedy::Objection { name, days, legal_basis, authority } => {
                Self::Objection { name, days, legal_basis, authority }
            }
            Remedy::Litigation { court } => Self::Litigation { court },
            Remedy::NotNeeded => Self::NotNeeded,
        }
    }
}

impl From<RemedyFile> for Remedy {
    fn from(file: RemedyFile) -> Self {
        match file {
            RemedyFile::Appeal { authority } => Self::Appeal { authority },
            RemedyFile::Objection { name, days, legal_basis, authority } => {
                Self::Objection { name, days, legal_basis, authority }
            }
            RemedyFile::Litigation { court } => Self::Litigation { court },
            RemedyFile::NotNeeded => Self::NotNeeded,
        }
    }
}
