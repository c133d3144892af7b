//! Filing an application: from a draft to what the first event of a case keeps.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::assurance::Assurance;
use crate::case::{Applicant, Application, Document};
use crate::clock::terms::FeeTiming;
use crate::consent::Consent;
use crate::event::Submitted;
use crate::fee::{self, Assessment, Channel, Unassessable};
use crate::form::{self, Answers, Defect, Problem};
use crate::item::{DocumentRequirement, ItemVersion, MAX_FILES};
use crate::payment::ledger::Fee;
use crate::personal::Personal;
use crate::rejection::Rejection;
use crate::taipei;
use crate::text::Text;

/// Checks an application against the item version and files it at `now`, for somebody signed in at
/// `assurance`. Every problem of the form and of the documents is reported at once. Nothing is signed yet
/// ([`crate::signature::sign`]).
pub fn submit(
    item: &ItemVersion,
    applicant: Applicant,
    assurance: Assurance,
    given: &BTreeMap<String, String>,
    documents: Vec<Document>,
    consent: Option<Consent>,
    now: Timestamp,
) -> Result<Submitted, Rejection> {
    let today = taipei::day_of(now);
    // Where there is no form, the application is made at the counter (規範 八 I(三)).
    if item.effective_from > today || item.fields.is_empty() {
        return Err(Rejection::ItemNotInForce);
    }
    let needed = item.needed_assurance();
    if assurance < needed {
        return Err(Rejection::AssuranceTooLow { needed });
    }
    let mut problems = document_problems(&item.documents, &documents, today);
    let answers = match form::check(&item.fields, given) {
        Ok(answers) => answers,
        Err(found) => {
            problems.splice(0..0, found);
            return Err(Rejection::Unfit(problems));
        }
    };
    let fee = match assess(item, &answers) {
        Ok(fee) => fee,
        Err(problem) => {
            problems.insert(0, problem);
            None
        }
    };
    if !problems.is_empty() {
        return Err(Rejection::Unfit(problems));
    }
    let consent = consent.ok_or(Rejection::ConsentMissing)?.checked()?;
    Ok(Submitted {
        item: item.reference(),
        agency: item.agency.clone(),
        applicant,
        application: Application { answers: Personal::new(answers), documents },
        fee,
        consent: Some(consent),
        signature: None,
    })
}

/// What an application with these answers costs online, by the rules of its item version: fixed when it is
/// filed, whenever it falls due. `None` where nothing is charged, or staff quote it later (另行核算).
pub fn assess(item: &ItemVersion, answers: &Answers) -> Result<Option<Fee>, Problem> {
    if item.terms.fee == FeeTiming::None {
        return Ok(None);
    }
    let assessment = fee::assess(&item.fee, Channel::Online, answers).map_err(|bad| match bad {
        Unassessable::Answer { field, defect } => {
            let label = item.fields.iter().find(|known| known.key == field).map(|field| field.label.clone());
            let label = label.unwrap_or_else(|| Text::new(field.as_str(), field.as_str()));
            Problem { field: field.to_string(), label, defect }
        }
        // No rule that was published comes to this.
        Unassessable::TooMuch => Problem {
            field: "fee".to_owned(),
            label: Text::new("規費", "fee"),
            defect: Defect::OutOfRange { min: 0, max: i64::from(u32::MAX) },
        },
    })?;
    Ok(assessment.map(|Assessment { amount, retained, lines }| Fee {
        version: 1,
        amount,
        retained,
        lines,
        reason: String::new(),
    }))
}

fn document_problems(required: &[DocumentRequirement], brought: &[Document], today: Date) -> Vec<Problem> {
    let missing = required
        .iter()
        .filter(|need| need.required && need.waived(today).is_none())
        .filter(|need| !brought.iter().any(|document| document.requirement == need.key))
        .map(|need| Problem {
            field: need.key.to_string(),
            label: need.name.clone(),
            defect: Defect::Missing,
        });
    let unknown = brought
        .iter()
        .filter(|document| !required.iter().any(|need| need.key == document.requirement))
        .map(|document| Problem {
            field: document.requirement.to_string(),
            label: Text::new(document.requirement.as_str(), document.requirement.as_str()),
            defect: Defect::Unknown,
        });
    let mut problems: Vec<Problem> = missing.chain(unknown).collect();
    if brought.len() > MAX_FILES {
        let max = i64::try_from(MAX_FILES).unwrap_or(i64::MAX);
        problems.push(Problem {
            field: "documents".to_owned(),
            label: Text::new("應備證件", "documents"),
            defect: Defect::OutOfRange { min: 0, max },
        });
    }
    problems
}
