//! What an applicant is asked to put right, as JSON.

use domain::correction::{Correction, Deficiency};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::explained::text;

/// `{deficiencies: [{subject, name, what, provide, basis}], days, due}`; `due` is the last day of the
/// period, null once it has passed.
#[must_use]
pub fn shown(correction: &Correction, due: Option<Date>) -> Map<String, Value> {
    let Correction { deficiencies, days, .. } = correction;
    let deficiencies: Vec<Value> = deficiencies.iter().map(deficiency).collect();
    let members = [("deficiencies", json!(deficiencies)), ("days", json!(days)), ("due", json!(due))];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn deficiency(deficiency: &Deficiency) -> Value {
    let Deficiency { subject, name, what, provide, basis } = deficiency;
    json!({
        "subject": subject.to_string(),
        "name": text(name),
        "what": what,
        "provide": provide,
        "basis": basis,
    })
}
