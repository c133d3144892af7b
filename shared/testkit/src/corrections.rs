//! What officers of the samples ask to be put right, and what is answered.

use domain::command::Command;
use domain::correction::{Asked, Open, Reply, Request, Subject, Subjects};
use serde_json::{Value, json};

/// What is lacking.
const LACKING: &str = "未附平面圖";
/// What to provide instead.
const PROVIDE: &str = "平面圖一份";
/// Why it was not asked for before; a first request has no use for it.
const AGAIN: &str = "補正後始發現。";

/// A request for one thing that the form has no place for, within so many calendar days.
#[must_use]
pub fn correction(days: u32) -> Request {
    let asked = Asked {
        subject: Subject::Other,
        what: LACKING.to_owned(),
        provide: PROVIDE.to_owned(),
        basis: String::new(),
    };
    let (again, subjects) = (AGAIN.to_owned(), Subjects::default());
    Request { asked: vec![asked], days, in_writing: false, again, subjects }
}

/// The same as the body of the API's command, by somebody who saw the case at `version`.
#[must_use]
pub fn correction_body(version: u64, days: u32) -> Value {
    let asked = json!([{ "subject": "other", "what": LACKING, "provide": PROVIDE }]);
    json!({ "version": version, "deficiencies": asked, "days": days, "again": AGAIN })
}

/// An answer of nothing but words to correction `round`, counted from 1.
#[must_use]
pub fn answer(round: u32, note: &str) -> Command {
    let to = Open { round, ..Open::default() };
    let reply = Box::new(Reply { to, ..Reply::noted(note.to_owned()) });
    Command::AnswerCorrection { reply, arrived_on: None }
}
