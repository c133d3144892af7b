//! What was filed, as officers read it: answers and documents, by the names of the form.

use domain::case::Document;
use domain::form::FieldKind;
use domain::id::CaseId;
use domain::item::ItemVersion;
use domain::taipei;
use domain::text::Lang;
use platform::record::Record;

/// A name and what stands beside it.
pub struct Fact {
    pub term: String,
    pub value: String,
}

/// A document with the link that fetches it, where it is theirs to open.
pub struct DocumentRow {
    pub name: String,
    pub file_name: String,
    pub about: String,
    pub href: Option<String>,
    pub sha256: String,
}

/// What the form says, by its fields; by their keys where the form is gone.
pub fn answers(record: &Record, item: Option<&ItemVersion>, lang: Lang) -> Vec<Fact> {
    let given = record.answers();
    let Some(item) = item else {
        return given
            .iter()
            .map(|(key, value)| Fact { term: key.to_string(), value: value.clone() })
            .collect();
    };
    let shown = |kind: &FieldKind, value: &String| match kind {
        FieldKind::Choice { options } => options
            .iter()
            .find(|option| option.value.as_str() == value)
            .map_or_else(|| value.clone(), |option| option.label.pick(lang).to_owned()),
        FieldKind::Consent => lang.pick("已同意", "agreed").to_owned(),
        FieldKind::Date => value.parse().map_or_else(|_| value.clone(), |day| taipei::shown(day, lang)),
        _ => value.clone(),
    };
    let answered = item.fields.iter().filter_map(|field| given.get(&field.key).map(|value| (field, value)));
    answered
        .map(|(field, value)| Fact {
            term: field.label.pick(lang).to_owned(),
            value: shown(&field.kind, value),
        })
        .collect()
}

/// What came with it.
pub fn documents(record: &Record, item: Option<&ItemVersion>, lang: Lang) -> Vec<DocumentRow> {
    let case = record.loaded.case.id;
    record.documents().iter().map(|document| row(case, item, document, lang)).collect()
}

fn row(case: CaseId, item: Option<&ItemVersion>, document: &Document, lang: Lang) -> DocumentRow {
    let needs = item.map(|item| item.documents.as_slice()).unwrap_or_default();
    let name = needs.iter().find(|need| need.key == document.requirement);
    let kind = document.file_type.mime().rsplit('/').next().unwrap_or_default().to_uppercase();
    DocumentRow {
        name: name.map_or_else(|| document.requirement.to_string(), |need| need.name.pick(lang).to_owned()),
        file_name: document.file_name.reveal().clone(),
        about: format!("{kind} {}", size(document.bytes)),
        href: Some(format!("/work/{case}/files/{}", document.upload)),
        sha256: platform::keys::hex(&document.sha256),
    }
}

fn size(bytes: u32) -> String {
    const MB: u64 = 1024 * 1024;
    let bytes = u64::from(bytes);
    if bytes < MB {
        return format!("{} KB", bytes.div_ceil(1024));
    }
    let tenths = bytes * 10 / MB;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
