//! A correction as JSON, both ways.

use domain::correction::{Asked, Request, Subject, Subjects};
use domain::id::Version;
use platform::codec::AsText;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use web::correction;
use web::incoming::Incoming;
use web::trouble::Trouble;

use super::{Body, bodies, body};
use crate::command::{Given, Order};
use crate::dossier::Dossier;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedBody {
    subject: AsText<Subject>,
    what: String,
    provide: String,
    #[serde(default)]
    basis: String,
}

bodies! {
    RequestCorrection {
        deficiencies: Vec<AskedBody>,
        days: u32,
        #[serde(default)]
        in_writing: bool,
        #[serde(default)]
        again: String,
    }
}

/// What is asked for. What can be asked about is yet to be looked up.
pub fn read(incoming: &Incoming) -> Result<Given, Trouble> {
    body(incoming, order)
}

fn order(body: &RequestCorrection) -> Order {
    let asked = |it: &AskedBody| Asked {
        subject: it.subject.0.clone(),
        what: it.what.clone(),
        provide: it.provide.clone(),
        basis: it.basis.clone(),
    };
    Order::RequestCorrection(Box::new(Request {
        asked: body.deficiencies.iter().map(asked).collect(),
        days: body.days,
        in_writing: body.in_writing,
        again: body.again.clone(),
        subjects: Subjects::default(),
    }))
}

/// What the applicant is asked for while it is open, with what only the agency knows.
pub fn of(dossier: &Dossier) -> Option<Map<String, Value>> {
    let asked = dossier.record.correction()?;
    let mut shown = correction::shown(asked, dossier.case().dates.correction_due);
    shown.insert("in_writing".to_owned(), json!(asked.in_writing));
    shown.insert("again".to_owned(), json!(asked.again));
    Some(shown)
}
