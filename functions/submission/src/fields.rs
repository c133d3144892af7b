//! The fields of a form as a page shows them, with what was typed and what is wrong with it.

use std::collections::BTreeMap;

use domain::form::{Field, FieldKind, Problem};
use sha2::{Digest, Sha256};
use web::frame::Frame;
use web::trouble::Malformed;

/// What the names of answers begin with in a page's form. Keys have no hyphen, so an answer can
/// never be taken for `csrf` or another field of the page.
pub const PREFIX: &str = "f-";

/// Most options that are shown side by side; more become a list to open.
const MAX_RADIOS: usize = 7;

/// A field on a page.
pub struct FieldView {
    /// Name and id of the control.
    pub id: String,
    pub label: String,
    pub hint: String,
    pub required: bool,
    pub value: String,
    /// Empty when nothing is wrong.
    pub error: String,
    pub control: Control,
}

/// How a field is filled in.
pub enum Control {
    Line { input_type: &'static str, input_mode: &'static str, autocomplete: &'static str },
    Area,
    Date,
    Radios(Vec<Opt>),
    Select(Vec<Opt>),
    Consent,
}

pub struct Opt {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

impl FieldView {
    /// The ids of the texts that belong to the control; empty when there are none.
    pub fn described_by(&self) -> String {
        let texts = [("hint", &self.hint), ("error", &self.error)];
        let ids: Vec<String> = texts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(kind, _)| format!("{}-{kind}", self.id))
            .collect();
        ids.join(" ")
    }
}

/// Name and id of the control of `key`.
pub fn id(key: &str) -> String {
    format!("{PREFIX}{key}")
}

/// `fields` with `answers`, and `problems` at the fields they are in.
pub fn views(
    fields: &[Field],
    answers: &BTreeMap<String, String>,
    problems: &[Problem],
    frame: &Frame,
) -> Vec<FieldView> {
    fields.iter().map(|field| view(field, answers, problems, frame)).collect()
}

fn view(field: &Field, answers: &BTreeMap<String, String>, problems: &[Problem], frame: &Frame) -> FieldView {
    let key = field.key.as_str();
    let value = answers.get(key).cloned().unwrap_or_default();
    let problem = problems.iter().find(|problem| problem.field == key);
    FieldView {
        id: id(key),
        label: frame.pick(&field.label).to_owned(),
        hint: hint(field, frame),
        required: field.required,
        error: problem.map(|problem| frame.pick(&problem.defect.text()).to_owned()).unwrap_or_default(),
        control: control(&field.kind, &value, frame),
        value,
    }
}

/// The hint of the field, and how long the answer may be where people write a lot.
fn hint(field: &Field, frame: &Frame) -> String {
    let own = field.hint.as_ref().map(|hint| frame.pick(hint).to_owned()).unwrap_or_default();
    let FieldKind::Paragraph { max } = field.kind else { return own };
    let limit = format!("{}{max}{}", frame.t("最多 ", "At most "), frame.t(" 字", " characters"));
    if own.is_empty() { limit } else { format!("{own}{}{limit}", frame.t("。", ". ")) }
}

fn control(kind: &FieldKind, value: &str, frame: &Frame) -> Control {
    match kind {
        FieldKind::Line { .. } => {
            Control::Line { input_type: "text", input_mode: "text", autocomplete: "on" }
        }
        FieldKind::Number { .. } => {
            Control::Line { input_type: "text", input_mode: "numeric", autocomplete: "off" }
        }
        FieldKind::NationalId => {
            Control::Line { input_type: "text", input_mode: "text", autocomplete: "off" }
        }
        FieldKind::Phone => Control::Line { input_type: "tel", input_mode: "tel", autocomplete: "tel" },
        FieldKind::Paragraph { .. } => Control::Area,
        FieldKind::Date => Control::Date,
        FieldKind::Consent => Control::Consent,
        FieldKind::Choice { options } => {
            let options: Vec<Opt> = options
                .iter()
                .map(|option| Opt {
                    chosen: option.value.as_str() == value,
                    value: option.value.to_string(),
                    label: frame.pick(&option.label).to_owned(),
                })
                .collect();
            if options.len() <= MAX_RADIOS { Control::Radios(options) } else { Control::Select(options) }
        }
    }
}

/// An answer in words, for reading it over.
pub fn shown(field: &Field, answer: &str, frame: &Frame) -> String {
    match &field.kind {
        FieldKind::Choice { options } => {
            let option = options.iter().find(|option| option.value.as_str() == answer);
            option.map_or(answer, |option| frame.pick(&option.label)).to_owned()
        }
        FieldKind::Consent if answer == "yes" => frame.t("同意", "Agreed").to_owned(),
        FieldKind::Date => answer.parse().map_or_else(|_| answer.to_owned(), |day| frame.day(&day)),
        _ => answer.to_owned(),
    }
}

/// Takes the answers to `asked` out of the fields of a page's form. Anything else is refused: no page of
/// ours sends it.
pub fn take_answers(
    fields: &mut BTreeMap<String, String>,
    asked: &[Field],
) -> Result<BTreeMap<String, String>, Malformed> {
    let mut answers = BTreeMap::new();
    for field in asked {
        let answer = fields.remove(&id(field.key.as_str())).unwrap_or_default();
        // Browsers send line breaks as CRLF; they count as one character, as people count.
        let answer = answer.replace("\r\n", "\n").trim().to_owned();
        if !answer.is_empty() {
            answers.insert(field.key.to_string(), answer);
        }
    }
    web::form::nothing_left(fields)?;
    Ok(answers)
}

/// What a form was filled in from, so that another tab's answers are never overwritten unseen.
pub fn seen(answers: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (key, answer) in answers {
        for part in [key, answer] {
            hash.update(part.len().to_string());
            hash.update(b":");
            hash.update(part);
        }
    }
    platform::keys::hex(&hash.finalize()).chars().take(16).collect()
}
