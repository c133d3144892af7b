//! The documents that were issued in a case, as JSON.

use domain::letter::{DocumentPlace, Issued};
use platform::record::Record;
use serde_json::{Value, json};

/// All of them, oldest first.
#[must_use]
pub fn shown(record: &Record) -> Vec<Value> {
    record.issued().map(|(place, issued)| document(record, place, issued)).collect()
}

fn document(record: &Record, place: DocumentPlace, issued: &Issued) -> Value {
    let letter = &issued.letter;
    let rectified = record.rectified_by(issued.code);
    json!({
        "document": place.to_string(),
        "number": letter.number().to_string(),
        "date": letter.date(),
        "subject": letter.contents().subject,
        "corrects": letter.contents().act.corrects().map(|it| it.number.to_string()),
        "corrected_by": rectified.map(|by| by.letter.number().to_string()).collect::<Vec<_>>(),
        "verification_code": issued.code.to_string(),
    })
}
