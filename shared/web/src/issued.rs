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
    let paper = &issued.paper;
    let rectified = record.rectified_by(issued.code);
    json!({
        "document": place.to_string(),
        "kind": if paper.certificate().is_some() { "certificate" } else { "letter" },
        "number": paper.number().to_string(),
        "date": paper.date(),
        "subject": paper.subject(),
        "corrects": paper.corrects().map(|it| it.number.to_string()),
        "corrected_by": rectified.map(|by| by.paper.number().to_string()).collect::<Vec<_>>(),
        "verification_code": issued.code.to_string(),
    })
}
