//! The correction on the case page: its form both ways, and what is asked while it is open.
//!
//! A row of the form is something that can be lacking; its fields are called `what-document-plan`,
//! `provide-field-purpose`, `basis-other`. A row without a word is no deficiency.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use domain::correction::{Asked, Correction, Deficiency, Request, Subject, Subjects};
use domain::rejection::Rejection;
use domain::taipei;
use domain::text::{Lang, Text};
use web::trouble::{Malformed, Trouble};
use web::typed::field;

use super::Attempt;
use super::forms::ticked;
use crate::dossier::Dossier;

const PARTS: [&str; 3] = ["what", "provide", "basis"];

/// Whether the form has a field of this name.
pub fn is_field(name: &str) -> bool {
    ["days", "in_writing", "again"].contains(&name) || subject(name).is_some()
}

/// The row that a field is of.
fn subject(name: &str) -> Option<Subject> {
    let (part, row) = name.split_once('-')?;
    let subject = row.replacen('-', ":", 1).parse().ok()?;
    PARTS.contains(&part).then_some(subject)
}

fn name(part: &str, subject: &Subject) -> String {
    format!("{part}-{}", subject.to_string().replace(':', "-"))
}

/// The rows in which something was typed.
fn asked(typed: &BTreeMap<String, String>) -> Vec<Asked> {
    let filled = typed.iter().filter(|(_, value)| !value.trim().is_empty());
    let subjects: BTreeSet<Subject> = filled.filter_map(|(name, _)| subject(name)).collect();
    let row = |subject: Subject| {
        let text = |part| typed.get(&name(part, &subject)).cloned().unwrap_or_default();
        let (what, provide, basis) = (text("what"), text("provide"), text("basis"));
        Asked { subject, what, provide, basis }
    };
    subjects.into_iter().map(row).collect()
}

/// What the form asks for. What can be asked about is yet to be looked up.
pub fn request(typed: &BTreeMap<String, String>) -> Result<Request, Malformed> {
    let in_writing = ticked(typed, "in_writing")?;
    let days = field(typed, "days")?;
    let again = typed.get("again").cloned().unwrap_or_default();
    Ok(Request { asked: asked(typed), days, in_writing, again, subjects: Subjects::default() })
}

/// The field to repair, where something is wrong with what the form asks for.
pub fn to_repair(rejection: &Rejection, typed: &BTreeMap<String, String>) -> Option<Cow<'static, str>> {
    match rejection {
        Rejection::Deficiencies { .. } => Some(Cow::Borrowed("deficiencies")),
        Rejection::AskedBefore => Some(Cow::Borrowed("again")),
        Rejection::Deficiency { place, .. } => {
            let row = asked(typed).into_iter().nth(place.checked_sub(1)?)?;
            Some(Cow::Owned(name(row.unfit()?, &row.subject)))
        }
        _ => None,
    }
}

/// The same in words: by the name of the row, since rows have no numbers.
pub fn trouble(attempt: &Attempt, dossier: &Dossier) -> Option<Text> {
    let Trouble::Rejected(Rejection::Deficiency { place, max }) = attempt.trouble else { return None };
    let row = asked(&attempt.typed).into_iter().nth(place.checked_sub(1)?)?;
    let Text { zh, en } = called(dossier, &row.subject);
    Some(Text::new(
        format!("「{zh}」應填寫缺漏情形及應補事項，各以 {max} 字為限。"),
        format!("\"{en}\": say what is lacking and what to provide, each in at most {max} characters."),
    ))
}

/// What was typed, where the form is no longer there to show it; empty for nothing.
pub fn kept(attempt: &Attempt, dossier: &Dossier, lang: Lang) -> String {
    let line = |row: Asked| {
        let Asked { subject, what, provide, basis } = row;
        let name = called(dossier, &subject);
        Deficiency { subject, name, what, provide, basis }.line(lang)
    };
    let again = attempt.typed.get("again").filter(|again| !again.is_empty()).cloned();
    asked(&attempt.typed).into_iter().map(line).chain(again).collect::<Vec<_>>().join("\n")
}

/// The name of a row; its key where the form of the case is gone.
fn called(dossier: &Dossier, subject: &Subject) -> Text {
    let rows = rows(dossier).into_iter().flatten();
    let found = rows.into_iter().find(|(one, _)| one == subject).map(|(_, name)| name);
    found.unwrap_or_else(|| Text::new(subject.to_string(), subject.to_string()))
}

/// What can be lacking: documents that the applicant brings, fields, and anything else.
fn rows(dossier: &Dossier) -> [Vec<(Subject, Text)>; 3] {
    let (mut documents, mut fields) = (Vec::new(), Vec::new());
    if let Some(item) = &dossier.item {
        let brought = item.documents.iter().filter(|document| document.waived(dossier.today).is_none());
        documents.extend(brought.map(|it| (Subject::Document(it.key.clone()), it.name.clone())));
        fields.extend(item.fields.iter().map(|it| (Subject::Field(it.key.clone()), it.label.clone())));
    }
    [documents, fields, vec![(Subject::Other, Subject::other_name())]]
}

/// Rows of one kind.
pub struct Group {
    pub heading: &'static str,
    pub rows: Vec<Row>,
}

/// Something that can be lacking.
pub struct Row {
    pub name: String,
    pub is_open: bool,
    pub inputs: Vec<RowInput>,
}

pub struct RowInput {
    pub name: String,
    pub label: &'static str,
    pub value: String,
    /// One line, and not required of a deficiency.
    pub is_basis: bool,
    pub is_bad: bool,
}

/// The part of the form that no other form has.
pub struct CorrectionForm {
    pub groups: Vec<Group>,
    /// Documents that nobody is asked for, because the city looks them up (免書證免謄本).
    pub looked_up: Vec<String>,
    /// Whether something was asked for before, and `again` has to be said.
    pub is_further: bool,
    pub again: String,
    pub in_writing: bool,
}

impl CorrectionForm {
    /// With what was typed in the `attempt` that did not work, if there was one.
    pub fn of(dossier: &Dossier, attempt: Option<&Attempt>, lang: Lang) -> Self {
        let typed = |name: &str| attempt.and_then(|attempt| attempt.typed.get(name).cloned());
        let bad = attempt.and_then(Attempt::field);
        let input = |part: &str, subject: &Subject| {
            let name = name(part, subject);
            let (value, is_bad) = (typed(&name).unwrap_or_default(), bad.as_deref() == Some(&name));
            RowInput { label: label(part, lang), value, is_basis: part == "basis", is_bad, name }
        };
        let row = |(subject, called): &(Subject, Text)| {
            let inputs = Vec::from(PARTS.map(|part| input(part, subject)));
            let is_open = inputs.iter().any(|input| input.is_bad || !input.value.trim().is_empty());
            Row { name: called.pick(lang).to_owned(), is_open, inputs }
        };
        let headings =
            [lang.pick("應備證件", "Documents"), lang.pick("申請書欄位", "Fields of the form"), ""];
        let groups = rows(dossier).into_iter().zip(headings);
        let groups =
            groups.map(|(rows, heading)| Group { heading, rows: rows.iter().map(row).collect() }).collect();
        let documents = dossier.item.iter().flat_map(|item| &item.documents);
        let looked_up = documents.filter(|document| document.waived(dossier.today).is_some());
        Self {
            groups,
            looked_up: looked_up.map(|document| document.name.pick(lang).to_owned()).collect(),
            is_further: !dossier.case().history.corrections.is_empty(),
            again: typed("again").unwrap_or_default(),
            // Who is not served electronically is asked on paper, unless somebody has thought otherwise.
            in_writing: attempt.map_or(!dossier.case().is_served_electronically(), |attempt| {
                attempt.typed.contains_key("in_writing")
            }),
        }
    }
}

fn label(part: &str, lang: Lang) -> &'static str {
    match part {
        "what" => lang.pick("缺漏情形", "What is lacking or wrong"),
        "provide" => lang.pick("應補事項", "What to provide"),
        _ => lang.pick("依據", "Basis"),
    }
}

/// What the applicant is asked for, while it is open.
pub struct CorrectionCard {
    pub deficiencies: Vec<Deficiency>,
    /// The last day of the period, until it has passed.
    pub until: Option<String>,
    pub in_writing: bool,
}

impl CorrectionCard {
    pub fn of(dossier: &Dossier, lang: Lang) -> Option<Self> {
        let Correction { deficiencies, in_writing, .. } = dossier.record.correction()?;
        Some(Self {
            deficiencies: deficiencies.clone(),
            until: dossier.case().dates.correction_due.map(|day| taipei::shown(day, lang)),
            in_writing: *in_writing,
        })
    }
}
