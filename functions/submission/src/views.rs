//! Documents, answers and cases in the shapes that pages and the API show.

use std::collections::BTreeMap;

use domain::case::{Case, Document};
use domain::correction::{Deficiency, Subject};
use domain::event::Event;
use domain::id::Key;
use domain::item::{DocumentRequirement, ItemVersion};
use domain::money::Twd;
use domain::payment::standing::FeeStatus;
use domain::text::Text;
use jiff::civil::Date;
use platform::keys::hex;
use platform::record::Record;
use serde_json::{Value, json};
use web::frame::Frame;

use crate::{fields, money};

/// A document on a page.
pub struct DocumentView {
    pub upload: String,
    pub requirement: String,
    pub file_name: String,
    pub size: String,
    pub sha256: String,
    /// Empty when nothing is wrong.
    pub error: String,
}

impl DocumentView {
    pub fn of(document: &Document, item: &ItemVersion, frame: &Frame) -> Self {
        Self {
            upload: document.upload.to_string(),
            requirement: frame.pick(&name_of(item, &document.requirement)).to_owned(),
            file_name: document.file_name.reveal().clone(),
            size: size(document.bytes),
            sha256: hex(&document.sha256),
            error: String::new(),
        }
    }
}

/// An answer on a page.
pub struct AnswerView {
    pub id: String,
    pub label: String,
    pub answer: String,
}

/// Every field of the item with its answer, in the order of the form.
pub fn answers(item: &ItemVersion, given: &BTreeMap<String, String>, frame: &Frame) -> Vec<AnswerView> {
    item.fields
        .iter()
        .map(|field| AnswerView {
            id: fields::id(field.key.as_str()),
            label: frame.pick(&field.label).to_owned(),
            answer: given
                .get(field.key.as_str())
                .map(|answer| fields::shown(field, answer, frame))
                .unwrap_or_default(),
        })
        .collect()
}

/// The name of a required document; its key when the item has none such.
pub fn name_of(item: &ItemVersion, key: &Key) -> Text {
    if key.as_str() == Subject::OTHER_KEY {
        return Subject::other_name();
    }
    item.document_name(key)
}

/// The documents that must come and have not.
pub fn missing<'a>(item: &'a ItemVersion, brought: &[Document], today: Date) -> Vec<&'a DocumentRequirement> {
    item.documents
        .iter()
        .filter(|need| need.required && need.waived(today).is_none())
        .filter(|need| !brought.iter().any(|document| document.requirement == need.key))
        .collect()
}

/// A size for people: `812 B`, `3.4 KB`, `1.0 MB`.
pub fn size(bytes: u32) -> String {
    const KB: u32 = 1024;
    const MB: u32 = KB * KB;
    let tenths = |unit: u32| {
        let tenths = u64::from(bytes) * 10 / u64::from(unit);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match bytes {
        ..KB => format!("{bytes} B"),
        KB..MB => format!("{} KB", tenths(KB)),
        MB.. => format!("{} MB", tenths(MB)),
    }
}

/// An amount for people: `新臺幣 1,200 元`, `NT$1,200`.
pub fn twd(amount: Twd, frame: &Frame) -> String {
    format!("{}{amount}{}", frame.t("新臺幣 ", "NT$"), frame.t(" 元", ""))
}

/// The colour of the tag of a fee.
pub const fn fee_tone(status: FeeStatus) -> &'static str {
    match status {
        FeeStatus::Unpaid | FeeStatus::Partial | FeeStatus::Overpaid | FeeStatus::RefundDue => "tag-warn",
        FeeStatus::Posted => "tag-good",
        FeeStatus::NothingDue => "tag-plain",
    }
}

/// The fee of a case in short, for its page.
pub struct FeeCard {
    pub status: String,
    pub tone: &'static str,
    pub owes: bool,
    pub outstanding: String,
    /// A payment may be on its way.
    pub is_under_way: bool,
    /// What can be asked back; empty for nothing.
    pub refundable: String,
    /// A refund that was asked for and is not over.
    pub is_paid_back: bool,
    /// A fee that is not due yet; empty for none.
    pub later: String,
}

impl FeeCard {
    /// `None` for a case that no money has to do with.
    pub fn of(case: &Case, frame: &Frame) -> Option<Self> {
        let standing = case.ledger.standing();
        let later = case.assessed.as_ref().filter(|fee| fee.amount > Twd::ZERO && case.state.is_open());
        let later = later.filter(|_| case.ledger.fee().is_none());
        if case.ledger.entries.is_empty() && later.is_none() {
            return None;
        }
        let owes = standing.status.owes();
        let left = money::askable(&case.ledger, &standing);
        Some(Self {
            status: frame.pick(&standing.status.text()).to_owned(),
            tone: fee_tone(standing.status),
            owes,
            outstanding: twd(standing.outstanding(), frame),
            is_under_way: owes && case.ledger.open_attempts().next().is_some(),
            refundable: if left > Twd::ZERO { twd(left, frame) } else { String::new() },
            is_paid_back: case.ledger.refunds().iter().any(money::is_under_way),
            later: later.map(|fee| twd(fee.amount, frame)).unwrap_or_default(),
        })
    }
}

/// What the agency asks to be put right, for the page of the case.
pub struct CorrectionCard {
    pub deficiencies: Vec<Deficiency>,
    /// The last day of the period, until it has passed.
    pub until: Option<Date>,
    /// How many more days were asked for, while that is not decided; 0 for none.
    pub more_time: u32,
}

impl CorrectionCard {
    /// `None` where nothing is asked for, or it has been answered.
    pub fn of(record: &Record) -> Option<Self> {
        let deficiencies = record.correction()?.deficiencies.clone();
        let case = &record.loaded.case;
        let more_time = case.more_time.unwrap_or_default();
        Some(Self { deficiencies, until: case.dates.correction_due, more_time })
    }
}

/// The name in office of whoever handles the case now.
pub fn handler(record: &Record) -> Option<&str> {
    record.events.iter().rev().find_map(|chained| match &chained.recorded.event {
        Event::Assigned { handler_name, .. } => Some(handler_name.as_str()),
        _ => None,
    })
}

/// A document in the API.
pub fn document(document: &Document) -> Value {
    json!({
        "upload": document.upload.to_string(),
        "requirement": document.requirement.as_str(),
        "file_name": document.file_name.reveal(),
        "content_type": document.file_type.mime(),
        "bytes": document.bytes,
        "sha256": hex(&document.sha256),
    })
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_shown_with_one_digit() {
        for (bytes, shown) in [(0, "0 B"), (1_023, "1023 B"), (1_536, "1.5 KB"), (4_194_304, "4.0 MB")] {
            assert_eq!(size(bytes), shown);
        }
    }
}
