//! Filing an application: from a draft to the first event of a case.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::case::{Applicant, Application, Document};
use crate::event::{Event, Submitted};
use crate::form::{self, Defect, Problem};
use crate::item::{DocumentRequirement, ItemVersion, MAX_FILES};
use crate::personal::Personal;
use crate::rejection::Rejection;
use crate::taipei;
use crate::text::Text;

/// Checks an application against the item version and files it at `now`. Every problem of the form
/// and of the documents is reported at once.
pub fn submit(
    item: &ItemVersion,
    applicant: Applicant,
    given: &BTreeMap<String, String>,
    documents: Vec<Document>,
    now: Timestamp,
) -> Result<Event, Rejection> {
    if item.effective_from > taipei::day_of(now) {
        return Err(Rejection::ItemNotInForce);
    }
    let mut problems = document_problems(&item.documents, &documents);
    let answers = match form::check(&item.fields, given) {
        Ok(answers) => answers,
        Err(found) => {
            problems.splice(0..0, found);
            return Err(Rejection::Unfit(problems));
        }
    };
    if !problems.is_empty() {
        return Err(Rejection::Unfit(problems));
    }
    Ok(Event::Submitted(Box::new(Submitted {
        item: item.reference(),
        agency: item.agency.clone(),
        applicant,
        application: Application { answers: Personal::new(answers), documents },
        fee: None,
    })))
}

fn document_problems(required: &[DocumentRequirement], brought: &[Document]) -> Vec<Problem> {
    let missing = required
        .iter()
        .filter(|need| need.required && need.obtainable_from.is_none())
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
