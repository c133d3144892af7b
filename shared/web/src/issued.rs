//! The documents that were issued in a case, as JSON.

use domain::letter::{Act, DocumentPlace, Issued};
use platform::record::Record;
use serde_json::{Value, json};

/// All of them, oldest first.
#[must_use]
pub fn shown(record: &Record) -> Vec<Value> {
    record.issued().map(|(place, issued)| document(record, place, issued)).collect()
}

fn document(record: &Record, place: DocumentPlace, issued: &Issued) -> Value {
    let letter = &issued.letter;
    let corrects = match &letter.contents().act {
        Act::Corrects(correction) => Some(correction.number.to_string()),
        Act::Granted | Act::GrantedInPart | Act::Refused => None,
    };
    let rectified = record.rectified_by(issued.code);
    json!({
        "document": place.to_string(),
        "number": letter.number().to_string(),
        "date": letter.date(),
        "subject": letter.contents().subject,
        "corrects": corrects,
        "corrected_by": rectified.map(|by| by.letter.number().to_string()).collect::<Vec<_>>(),
        "verification_code": issued.code.to_string(),
    })
}
