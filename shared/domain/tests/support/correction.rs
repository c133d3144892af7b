//! What an officer asks to be put right.

use domain::correction::{Asked, Request, Subject, Subjects};

/// A correction of something the form has no place for, with why it was not asked for before.
pub fn correction(what: &str, days: u32) -> Request {
    let asked = Asked {
        subject: Subject::Other,
        what: what.to_owned(),
        provide: "補正".to_owned(),
        basis: String::new(),
    };
    let (again, subjects) = ("先前未發現".to_owned(), Subjects::default());
    Request { asked: vec![asked], days, in_writing: false, again, subjects }
}
