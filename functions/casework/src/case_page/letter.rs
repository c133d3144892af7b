//! The letter on the case page: the words of a proposal, its preview, and the documents that were issued.

use std::collections::BTreeMap;

use domain::case::State;
use domain::command::Action;
use domain::letter::proposal::{lines, usual_facts, usual_subject};
use domain::letter::{Act, Clause, ClauseKind, DocumentPlace, Issued, Lack, Wording};
use domain::refusal::Grounds;
use domain::rejection::Rejection;
use domain::taipei;
use domain::text::Lang;
use web::trouble::Malformed;
use web::typed::field;

use super::Attempt;
use super::certificates::{self, CertificateInput};
use super::forms::ticked;
use crate::dossier::Dossier;
use crate::letter::{Proposing, Rectifying};

/// The fields of the form of a proposal, without those of its clauses.
pub const PROPOSE: [&str; 9] = [
    "outcome",
    "in_part",
    "ground",
    "uncorrectable",
    "subject",
    "facts",
    "reason",
    "legal_basis",
    "fee_aside",
];

/// The field with the clauses of one kind, one on each line.
fn clause_field(kind: ClauseKind) -> String {
    format!("clause-{}", kind.code())
}

/// Whether the form of a proposal has a field of this name.
pub fn is_field(name: &str) -> bool {
    let of_clause = || ClauseKind::ALL.iter().any(|kind| clause_field(*kind) == name);
    PROPOSE.contains(&name) || of_clause() || certificates::is_field(name)
}

/// What the form of a proposal says.
pub fn proposing(typed: &BTreeMap<String, String>) -> Result<Proposing, Malformed> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let ground = match text("ground").as_str() {
        "" => None,
        _ => Some(field(typed, "ground")?),
    };
    let clauses = ClauseKind::ALL.iter().flat_map(|kind| {
        let said = lines(typed.get(&clause_field(*kind)).map(String::as_str).unwrap_or_default());
        said.into_iter().map(|content| Clause { kind: *kind, content })
    });
    Ok(Proposing {
        outcome: field(typed, "outcome")?,
        reason: text("reason"),
        grounds: Grounds {
            ground,
            fee_aside: ticked(typed, "fee_aside")?,
            uncorrectable: ticked(typed, "uncorrectable")?,
        },
        wording: Wording {
            subject: text("subject"),
            facts: text("facts"),
            legal_basis: text("legal_basis"),
            clauses: clauses.collect(),
            in_part: ticked(typed, "in_part")?,
            certificates: certificates::typed(typed),
        },
    })
}

/// What the form of a rectification says.
pub fn rectifying(typed: &BTreeMap<String, String>) -> Result<Rectifying, Malformed> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    Ok(Rectifying {
        document: field(typed, "document")?,
        wrong: text("wrong"),
        right: text("right"),
        reason: text("reason"),
    })
}

/// The field to repair.
pub const fn to_repair(rejection: &Rejection, action: Action) -> Option<&'static str> {
    match (rejection, action) {
        (Rejection::GroundMissing | Rejection::CorrectionNotLapsed, _) => Some("ground"),
        (Rejection::CorrectionFirst, _) => Some("uncorrectable"),
        (Rejection::NoSuchDocument, _) => Some("document"),
        (Rejection::NotInDocument | Rejection::LetterText { .. }, Action::Rectify) => Some("wrong"),
        (Rejection::LetterText { .. }, _) => Some("subject"),
        (
            Rejection::CertificateOfRefusal
            | Rejection::TooManyCertificates { .. }
            | Rejection::CertificateText,
            _,
        ) => Some(certificates::FIRST),
        (Rejection::LetterLacks(lacks), _) => match lacks.as_slice() {
            [Lack::Subject, ..] => Some("subject"),
            [Lack::Facts, ..] => Some("facts"),
            [Lack::Reasons, ..] => Some("reason"),
            [Lack::LegalBasis, ..] => Some("legal_basis"),
            [Lack::Correction, ..] => Some("wrong"),
            _ => None,
        },
        _ => None,
    }
}

/// What was typed into a form that is no longer there.
pub fn kept(attempt: &Attempt) -> String {
    let texts = ["subject", "facts", "reason", "legal_basis", "wrong", "right"];
    let typed = texts.iter().filter_map(|name| attempt.typed.get(*name));
    let certified = certificates::kept(&attempt.typed);
    let typed = typed.map(String::as_str).chain(certified);
    typed.map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

pub struct ClauseInput {
    pub name: String,
    pub label: String,
    pub value: String,
}

/// The part of the form of a proposal that no other form has.
pub struct LetterForm {
    pub subject: String,
    pub facts: String,
    pub legal_basis: String,
    pub in_part: bool,
    pub uncorrectable: bool,
    pub clauses: Vec<ClauseInput>,
    pub certificates: Vec<CertificateInput>,
    /// Whether a clause was typed, and is not hidden.
    pub has_clauses: bool,
    /// The usual words of an approval and of a refusal.
    pub usual: [String; 2],
}

impl LetterForm {
    /// Whether a certificate was typed, and is not hidden.
    pub fn has_certificates(&self) -> bool {
        self.certificates.iter().any(CertificateInput::is_filled)
    }

    /// With what was typed in the `attempt` that did not work, else with what the letter says as a rule.
    pub fn of(dossier: &Dossier, attempt: Option<&Attempt>, lang: Lang) -> Self {
        let case = dossier.case();
        let typed = |name: &str| attempt.and_then(|attempt| attempt.typed.get(name).cloned());
        let clauses: Vec<ClauseInput> = ClauseKind::ALL
            .iter()
            .map(|kind| {
                let name = clause_field(*kind);
                let value = typed(&name).unwrap_or_default();
                ClauseInput { label: kind.text().pick(lang).to_owned(), value, name }
            })
            .collect();
        let certificates = certificates::inputs(typed);
        let law = || dossier.item.as_ref().map(|item| item.legal_basis.join("\n")).unwrap_or_default();
        Self {
            subject: typed("subject").unwrap_or_default(),
            facts: typed("facts").unwrap_or_else(|| usual_facts(case)),
            legal_basis: typed("legal_basis").unwrap_or_else(law),
            in_part: typed("in_part").is_some(),
            uncorrectable: typed("uncorrectable").is_some(),
            certificates,
            has_clauses: clauses.iter().any(|clause| !clause.value.trim().is_empty()),
            clauses,
            usual: [Act::Granted, Act::Refused].map(|act| usual_subject(case, &act)),
        }
    }
}

/// The documents of the case that can be rectified, for the choice of one.
pub fn choices(dossier: &Dossier) -> Vec<(String, String)> {
    let choice = |(place, issued): (DocumentPlace, &Issued)| {
        (place.to_string(), format!("{} {}", issued.paper.number(), issued.paper.kind()))
    };
    dossier.record.issued().map(choice).collect()
}

/// A document that was issued.
pub struct IssuedRow {
    pub number: String,
    pub date: String,
    pub what: String,
    pub href: String,
    pub code: String,
    /// The numbers of those that put errors in it right.
    pub rectified: Vec<String>,
}

/// The letters of the case.
pub struct LetterCard {
    /// Where the letter that awaits approval can be looked at.
    pub draft: Option<String>,
    /// Title and address of what goes with it.
    pub drafts: Vec<(String, String)>,
    pub issued: Vec<IssuedRow>,
}

impl LetterCard {
    /// `None` where there are none, or none that the officer may open.
    pub fn of(dossier: &Dossier, lang: Lang) -> Option<Self> {
        if !dossier.opens_files {
            return None;
        }
        let case = dossier.case();
        let row = |(place, issued): (DocumentPlace, &Issued)| {
            let paper = &issued.paper;
            let rectified = dossier.record.rectified_by(issued.code);
            IssuedRow {
                number: paper.number().to_string(),
                date: taipei::shown(paper.date(), lang),
                what: paper.what().pick(lang).to_owned(),
                href: format!("/work/{}/documents/{place}", case.id),
                code: issued.code.to_string(),
                rectified: rectified.map(|by| by.paper.number().to_string()).collect(),
            }
        };
        let issued: Vec<IssuedRow> = dossier.record.issued().map(row).collect();
        let waits = case.state == State::AwaitingApproval && case.proposed.is_some();
        let draft = waits.then(|| format!("/work/{}/letter", case.id));
        let proposed = case.proposed.iter().filter(|_| waits).flat_map(|proposed| &proposed.certificates);
        let drafts = (1..).zip(proposed).map(|(place, text): (u32, _)| {
            (text.title.clone(), format!("/work/{}/letter?certificate={place}", case.id))
        });
        let drafts = drafts.collect();
        (draft.is_some() || !issued.is_empty()).then_some(Self { draft, drafts, issued })
    }
}
