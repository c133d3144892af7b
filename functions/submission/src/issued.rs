//! The documents that were issued to the applicant, as a page shows them.

use std::cmp::Reverse;

use domain::letter::{DocumentPlace, Issued};
use platform::record::Record;
use web::frame::Frame;

/// A document to the applicant.
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
    let mut issued: Vec<(DocumentPlace, &Issued)> = record.issued().collect();
    // Those of one decision stay in their order, the letter first.
    issued.sort_by_key(|(place, _)| (Reverse(place.seq), place.place));
    issued.into_iter().map(|(place, issued)| view(record, place, issued, frame)).collect()
}

fn view(record: &Record, place: DocumentPlace, issued: &Issued, frame: &Frame) -> IssuedView {
    let paper = &issued.paper;
    IssuedView {
        document: place.to_string(),
        number: paper.number().to_string(),
        date: frame.day(&paper.date()),
        what: frame.pick(&paper.what()).to_owned(),
        code: issued.code.to_string(),
        corrected_by: record.rectified_by(issued.code).map(|by| by.paper.number().to_string()).collect(),
    }
}
