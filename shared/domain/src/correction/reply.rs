//! Answering a correction in place: the fields and documents that were asked about, and a note.

use std::collections::BTreeMap;

use super::{Deficiency, Subject};
use crate::case::Document;
use crate::decide::{MAX_REASON, bounded};
use crate::form::{self, Answers, Defect, Field, Problem};
use crate::id::Key;
use crate::item::MAX_FILES;
use crate::personal::Personal;
use crate::rejection::Rejection;
use crate::text::Text;

/// What an applicant brings (補正), before it is decided whether it can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// Answers by field, as typed; only of fields that were asked about.
    pub answers: Personal<BTreeMap<String, String>>,
    /// Only of documents that were asked about; [`Subject::OTHER_KEY`] for anything else.
    pub documents: Vec<Document>,
    /// In the applicant's words. Where something asked for is not there, it says why (補正說明).
    pub note: Personal<String>,
    pub to: Open,
}

/// The correction that is answered, as the record of the case and its item version have it: looked up by
/// the caller.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Open {
    /// Which of the case, from 1.
    pub round: u32,
    pub deficiencies: Vec<Deficiency>,
    /// Every field of the form.
    pub fields: Vec<Field>,
    /// What the form says so far: an answer that says the same again puts nothing right.
    pub filed: Personal<Answers>,
}

/// A correction as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Which round it answers, from 1; 0 in records of before answers had a form, which brought nothing
    /// but a note.
    pub round: u32,
    /// These take the place of what was filed.
    pub answers: Personal<Answers>,
    /// These stand beside what was filed.
    pub documents: Vec<Document>,
    pub note: Personal<String>,
}

impl Open {
    fn asks_for_field(&self, key: &Key) -> bool {
        self.deficiencies.iter().any(|it| matches!(&it.subject, Subject::Field(field) if field == key))
    }

    /// The fields that were asked about, in the order of the form. None of them must be filled in: what
    /// is missing, the note explains.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let asked = self.fields.iter().filter(|field| self.asks_for_field(&field.key));
        asked.map(|field| Field { required: false, ..field.clone() }).collect()
    }

    /// The name under which documents of `requirement` were asked for.
    #[must_use]
    pub fn document(&self, requirement: &Key) -> Option<Text> {
        let asked = |it: &&Deficiency| it.subject.document() == Some(requirement.as_str());
        self.deficiencies.iter().find(asked).map(|it| it.name.clone())
    }
}

impl Reply {
    /// A reply of nothing but words, as an officer records one that came another way.
    #[must_use]
    pub fn noted(note: String) -> Self {
        Self { note: Personal::new(note), ..Self::default() }
    }

    /// What the applicant answers, or everything that is wrong with it. What was asked for and is not
    /// there needs a note that says why.
    pub(crate) fn checked(self) -> Result<Answer, Rejection> {
        let Self { answers, documents, note, to } = self;
        let note = bounded(note.reveal(), MAX_REASON).ok_or(Rejection::Reason { max: MAX_REASON })?;
        let (answers, mut problems) = match form::check(&to.fields(), answers.reveal()) {
            Ok(answers) => (answers, Vec::new()),
            Err(problems) => (Answers::new(), problems),
        };
        problems.extend(unasked(&to, &documents));
        if problems.is_empty() && note.is_empty() {
            problems = unanswered(&to, &answers, &documents);
        }
        if !problems.is_empty() {
            return Err(Rejection::Unfit(problems));
        }
        let (answers, note) = (Personal::new(answers), Personal::new(note));
        Ok(Answer { round: to.round, answers, documents, note })
    }

    /// What an officer records: the rest is in the letter that came.
    pub(crate) fn recorded(self, round: u32) -> Result<Answer, Rejection> {
        let note = bounded(self.note.reveal(), MAX_REASON).ok_or(Rejection::Reason { max: MAX_REASON })?;
        Ok(Answer { round, note: Personal::new(note), ..Answer::default() })
    }
}

/// Documents that nobody asked for, or too many.
fn unasked(to: &Open, documents: &[Document]) -> Vec<Problem> {
    let unknown = documents.iter().filter(|document| to.document(&document.requirement).is_none());
    let mut problems: Vec<Problem> = unknown
        .map(|document| {
            let key = document.requirement.as_str();
            Problem { field: key.to_owned(), label: Text::new(key, key), defect: Defect::Unknown }
        })
        .collect();
    if documents.len() > MAX_FILES {
        problems.push(Problem {
            field: "documents".to_owned(),
            label: Text::new("附件", "files"),
            defect: Defect::OutOfRange { min: 0, max: i64::try_from(MAX_FILES).unwrap_or(i64::MAX) },
        });
    }
    problems
}

fn unanswered(to: &Open, answers: &Answers, documents: &[Document]) -> Vec<Problem> {
    let brought = |key: &str| documents.iter().any(|document| document.requirement.as_str() == key);
    let is_there = |it: &&Deficiency| match &it.subject {
        Subject::Field(key) => answers.get(key).is_some_and(|it| to.filed.reveal().get(key) != Some(it)),
        Subject::Document(_) | Subject::Other => it.subject.document().is_some_and(brought),
    };
    let problem = |it: &Deficiency| Problem {
        field: it.subject.key().to_owned(),
        label: it.name.clone(),
        defect: Defect::Unanswered,
    };
    to.deficiencies.iter().filter(|it| !is_there(it)).map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::FieldKind;
    use crate::item::FileType;

    fn key(text: &str) -> Key {
        text.parse().unwrap()
    }

    fn field(name: &str) -> Field {
        let kind = FieldKind::Number { min: 1, max: 9 };
        Field { key: key(name), label: Text::new(name, name), hint: None, required: true, kind }
    }

    fn open(subjects: &[&str]) -> Open {
        let deficiency = |subject: &&str| Deficiency {
            subject: subject.parse().unwrap(),
            name: Text::new(*subject, *subject),
            what: "模糊".to_owned(),
            provide: "清晰者".to_owned(),
            basis: String::new(),
        };
        let deficiencies = subjects.iter().map(deficiency).collect();
        let filed = Personal::new(Answers::from([(key("area"), "7".to_owned())]));
        Open { round: 1, deficiencies, fields: vec![field("area"), field("people")], filed }
    }

    fn document(requirement: &str) -> Document {
        Document {
            upload: crate::id::UploadId::from_bytes([1; 16]),
            requirement: key(requirement),
            file_name: Personal::new("a.pdf".to_owned()),
            file_type: FileType::Pdf,
            bytes: 1,
            sha256: [0; 32],
        }
    }

    fn reply(subjects: &[&str], answers: &[(&str, &str)], documents: &[&str], note: &str) -> Reply {
        let answers = answers.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned()));
        Reply {
            answers: Personal::new(answers.collect()),
            documents: documents.iter().map(|name| document(name)).collect(),
            note: Personal::new(note.to_owned()),
            to: open(subjects),
        }
    }

    fn problems(reply: Reply) -> Vec<(String, &'static str)> {
        match reply.checked() {
            Err(Rejection::Unfit(problems)) => {
                problems.into_iter().map(|it| (it.field, it.defect.code())).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    const ALL: [&str; 3] = ["field:area", "document:plan", "other"];

    #[test]
    fn what_was_asked_is_answered_in_place() {
        let answer = reply(&ALL, &[("area", " 3 ")], &["plan", "other"], "").checked().unwrap();
        assert_eq!((answer.round, answer.documents.len()), (1, 2));
        assert_eq!(answer.answers.reveal().get(&key("area")).map(String::as_str), Some("3"));
    }

    #[test]
    fn everything_left_out_is_named_unless_a_note_says_why() {
        let unanswered = |name: &str| (name.to_owned(), "UNANSWERED");
        assert_eq!(problems(reply(&ALL, &[], &[], " ")), ["area", "plan", "other"].map(unanswered));
        assert_eq!(problems(reply(&ALL, &[("area", "3")], &["plan"], "")), [unanswered("other")]);
        let noted = reply(&ALL, &[], &["plan"], " 面積無誤，其餘無資料 ").checked().unwrap();
        assert_eq!(noted.note.reveal(), "面積無誤，其餘無資料");
    }

    #[test]
    fn the_same_again_is_no_answer_without_a_note() {
        let again = |note| reply(&["field:area"], &[("area", "7")], &[], note);
        assert_eq!(problems(again("")), [("area".to_owned(), "UNANSWERED")]);
        assert!(again("面積無誤，詳附件").checked().is_ok());
        assert!(reply(&["field:area"], &[("area", "8")], &[], "").checked().is_ok());
    }

    #[test]
    fn only_what_was_asked_about_can_be_changed() {
        let bad = reply(&ALL, &[("people", "3")], &["deed"], "x");
        assert_eq!(problems(bad), [("people".to_owned(), "UNKNOWN"), ("deed".to_owned(), "UNKNOWN")]);
        let other = reply(&["document:plan"], &[], &["other"], "x");
        assert_eq!(problems(other), [("other".to_owned(), "UNKNOWN")]);
    }

    #[test]
    fn answers_fit_the_form_whatever_the_note_says() {
        assert_eq!(problems(reply(&ALL, &[("area", "12")], &[], "x")), [("area".to_owned(), "OUT_OF_RANGE")]);
        let many = reply(&ALL, &[], &["plan"; MAX_FILES + 1], "x");
        assert_eq!(problems(many), [("documents".to_owned(), "OUT_OF_RANGE")]);
        let long = "長".repeat(usize::from(MAX_REASON) + 1);
        let long = reply(&ALL, &[], &[], &long).checked();
        assert_eq!(long, Err(Rejection::Reason { max: MAX_REASON }));
    }

    #[test]
    fn nothing_of_a_reply_is_printed() {
        let shown = format!("{:?}", reply(&ALL, &[("area", "12345")], &[], "秘密"));
        assert!(!shown.contains("12345") && !shown.contains("秘密"), "{shown}");
    }
}
