//! What an officer says of a letter, with what the window adds: to whom it goes, from whom it comes, the
//! number and the code it is drawn.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::{Case, Outcome};
use domain::command::{Command, Rectification};
use domain::form::Answers;
use domain::item::LetterTerms;
use domain::letter::{Addressee, DocumentPlace, Draw, Issue, Mark, Particulars, Person, Proposal, Wording};
use domain::personal::Personal;
use domain::refusal::Grounds;
use platform::catalogue;
use platform::commit;
use platform::fault::Fault;
use platform::record::Record;

use crate::App;

/// A proposal as the officer gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposing {
    pub outcome: Outcome,
    pub reason: String,
    pub grounds: Grounds,
    pub wording: Wording,
}

/// A rectification as the officer gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectifying {
    pub document: DocumentPlace,
    pub wrong: String,
    pub right: String,
    pub reason: String,
}

/// What a letter of today is issued with, its number and code drawn anew each time.
pub async fn issue(app: &App, case: &Case) -> Result<Issue, Fault> {
    let letterhead = catalogue::letterhead(app.store.as_ref(), &case.agency).await?;
    let page = format!("{}/verify", app.public_origin);
    Ok(Issue { letterhead, page, draw: Draw::new(app.ambient.random()) })
}

/// The command that `asked` is. Reads the agency, and of an item whose letters name marks of the addressee
/// what was filed.
pub async fn propose(app: &App, case: &Case, asked: &Proposing) -> Result<Command, Fault> {
    let store = app.store.as_ref();
    let item = app.items.version(store, &case.item.code, case.item.version).await?;
    let terms = item.map(|item| item.letter.clone()).unwrap_or_default();
    let record = if terms.marks.is_empty() { None } else { commit::record(store, case.id).await? };
    let filed = record.as_ref().and_then(Record::filed).map(|filed| filed.application.answers.reveal());
    let Proposing { outcome, reason, grounds, wording } = asked.clone();
    let particulars = Particulars {
        letterhead: catalogue::letterhead(store, &case.agency).await?,
        addressee: addressee(case, &terms, filed),
        asked: terms.marks.keys().copied().collect::<BTreeSet<_>>(),
        remedy: terms.remedy,
    };
    Ok(Command::Propose(Box::new(Proposal { outcome, reason, grounds, wording, particulars })))
}

/// Whoever applied, told apart by what the item says, or by the number of the case.
fn addressee(case: &Case, terms: &LetterTerms, filed: Option<&Answers>) -> Addressee {
    let answer = |(mark, field)| Some((mark, Personal::new(printed(mark, filed?.get(field)?))));
    let mut marks: BTreeMap<Mark, Personal<String>> =
        terms.marks.iter().filter_map(|(mark, field)| answer((*mark, field))).collect();
    if terms.marks.is_empty() {
        marks.insert(Mark::Other, Personal::new(format!("申請案號 {}", case.id)));
    }
    Addressee::Person(Person { name: case.applicant.name.clone(), marks })
}

/// An identity number keeps what tells two people of a name apart, and no more: `A12345***9`.
fn printed(mark: Mark, answer: &str) -> String {
    let length = answer.chars().count();
    let hidden = |place: usize| mark == Mark::IdNumber && place >= 6 && place + 1 < length;
    answer.chars().enumerate().map(|(place, c)| if hidden(place) { '*' } else { c }).collect()
}

/// The command that `asked` is. Reads the agency and the record of the case.
pub async fn rectify(app: &App, case: &Case, asked: &Rectifying) -> Result<Command, Fault> {
    let record = commit::record(app.store.as_ref(), case.id).await?;
    let of = record.as_ref().and_then(|record| record.issued_at(asked.document)).cloned();
    let Rectifying { document: _, wrong, right, reason } = asked.clone();
    let issue = issue(app, case).await?;
    Ok(Command::Rectify(Box::new(Rectification { of: of.map(Box::new), wrong, right, reason, issue })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_number_is_printed_without_its_middle() {
        for (mark, answer, shown) in [
            (Mark::IdNumber, "A123456789", "A12345***9"),
            (Mark::IdNumber, "A1234", "A1234"),
            (Mark::Residence, "臺北市信義區市府路1號", "臺北市信義區市府路1號"),
        ] {
            assert_eq!(printed(mark, answer), shown);
        }
    }
}
