//! What an applicant is asked to put right, and what they bring, inside the bodies of their events.

use std::collections::BTreeMap;

use domain::case::Document;
use domain::correction::{Answer, Correction, Deficiency, Subject};
use domain::id::Key;
use domain::personal::Personal;
use domain::text::Text;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;
use super::filing::DocumentBody;
use crate::fault::Fault;

/// Schema 3 of the event: a list. Before that it was one text.
#[derive(Serialize, Deserialize)]
pub(super) struct CorrectionBody {
    /// Of schema 2: everything in one text.
    #[serde(default, skip_serializing)]
    what: Option<String>,
    #[serde(default)]
    deficiencies: Vec<DeficiencyBody>,
    days: u32,
    #[serde(default)]
    in_writing: bool,
    #[serde(default)]
    again: String,
}

#[derive(Serialize, Deserialize)]
struct DeficiencyBody {
    subject: AsText<Subject>,
    name: TextRow,
    what: String,
    provide: String,
    basis: String,
}

impl From<&Correction> for CorrectionBody {
    fn from(correction: &Correction) -> Self {
        let Correction { deficiencies, days, in_writing, again } = correction;
        let body = |it: &Deficiency| DeficiencyBody {
            subject: AsText(it.subject.clone()),
            name: (&it.name).into(),
            what: it.what.clone(),
            provide: it.provide.clone(),
            basis: it.basis.clone(),
        };
        Self {
            what: None,
            deficiencies: deficiencies.iter().map(body).collect(),
            days: *days,
            in_writing: *in_writing,
            again: again.clone(),
        }
    }
}

impl TryFrom<CorrectionBody> for Correction {
    type Error = Fault;

    fn try_from(body: CorrectionBody) -> Result<Self, Fault> {
        let CorrectionBody { what, deficiencies, days, in_writing, again } = body;
        let deficiency = |it: DeficiencyBody| Deficiency {
            subject: it.subject.0,
            name: Text::from(it.name),
            what: it.what,
            provide: it.provide,
            basis: it.basis,
        };
        let mut deficiencies: Vec<Deficiency> = deficiencies.into_iter().map(deficiency).collect();
        deficiencies.extend(what.map(|what| Deficiency {
            subject: Subject::Other,
            name: Subject::other_name(),
            what,
            provide: String::new(),
            basis: String::new(),
        }));
        if deficiencies.is_empty() {
            return Err(Fault::corrupt("a correction of nothing"));
        }
        Ok(Self { deficiencies, days, in_writing, again })
    }
}

/// Schema 3 of the event: fields, documents and a note. Before that it was the note alone.
#[derive(Serialize, Deserialize)]
pub(super) struct AnsweredBody {
    /// The note.
    answer: String,
    pub(super) at: Timestamp,
    #[serde(default)]
    round: u32,
    #[serde(default)]
    answers: BTreeMap<AsText<Key>, String>,
    #[serde(default)]
    documents: Vec<DocumentBody>,
}

impl AnsweredBody {
    pub(super) fn of(answer: &Answer, at: Timestamp) -> Self {
        let Answer { round, answers, documents, note } = answer;
        let answers = answers.reveal().iter().map(|(key, answer)| (AsText(key.clone()), answer.clone()));
        Self {
            answer: note.reveal().clone(),
            at,
            round: *round,
            answers: answers.collect(),
            documents: documents.iter().map(DocumentBody::from).collect(),
        }
    }
}

impl TryFrom<AnsweredBody> for Answer {
    type Error = Fault;

    fn try_from(body: AnsweredBody) -> Result<Self, Fault> {
        let AnsweredBody { answer, at: _, round, answers, documents } = body;
        Ok(Self {
            round,
            answers: Personal::new(answers.into_iter().map(|(key, answer)| (key.0, answer)).collect()),
            documents: documents.into_iter().map(Document::try_from).collect::<Result<_, _>>()?,
            note: Personal::new(answer),
        })
    }
}
