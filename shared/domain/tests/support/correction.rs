//! What an officer asks to be put right, and what the applicant answers.

use domain::command::Command;
use domain::correction::{Asked, Deficiency, Open, Reply, Request, Subject, Subjects};
use jiff::civil::Date;

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

/// An answer of nothing but words to correction `round`, counted from 1.
pub fn reply(round: usize, note: &str, arrived_on: Option<Date>) -> Command {
    let deficiency = Deficiency {
        subject: Subject::Other,
        name: Subject::other_name(),
        what: "補正圖說".to_owned(),
        provide: "補正".to_owned(),
        basis: String::new(),
    };
    let round = u32::try_from(round).unwrap_or(u32::MAX);
    let to = Open { round, deficiencies: vec![deficiency], ..Open::default() };
    Command::AnswerCorrection { reply: Box::new(Reply { to, ..Reply::noted(note.to_owned()) }), arrived_on }
}
