//! The documents that were issued to the applicant, as a page shows them.

use domain::letter::{DocumentPlace, Issued};
use platform::record::Record;
use web::frame::Frame;

/// A letter to the applicant.
pub struct IssuedView {
    /// Which document of the case it is, for its address.
    pub document: String,
    pub number: String,
    pub date: String,
    pub what: String,
    pub code: String,
    /// The numbers of those that put errors in it right.
    pub corrected_by: Vec<String>,
}

/// All of them, newest first.
pub fn of(record: &Record, frame: &Frame) -> Vec<IssuedView> {
    let mut issued: Vec<IssuedView> =
        record.issued().map(|(place, issued)| view(record, place, issued, frame)).collect();
    issued.reverse();
    issued
}

fn view(record: &Record, place: DocumentPlace, issued: &Issued, frame: &Frame) -> IssuedView {
    let letter = &issued.letter;
    IssuedView {
        document: place.to_string(),
        number: letter.number().to_string(),
        date: frame.day(&letter.date()),
        what: frame.pick(&letter.contents().act.text()).to_owned(),
        code: issued.code.to_string(),
        corrected_by: record.rectified_by(issued.code).map(|by| by.letter.number().to_string()).collect(),
    }
}
