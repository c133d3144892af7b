//! The API of an applicant: the same rules as the pages, in JSON.

pub mod cases;
pub mod consent;
pub mod correction;
pub mod drafts;
pub mod money;
pub mod notices;

use std::collections::BTreeMap;

use domain::calendar::Calendar;
use domain::case::Case;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use web::explained;

/// Answers as a program gives them. A field that is there twice would mean two things at once.
#[derive(Default)]
pub struct Answers(pub BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Once;

        impl<'de> Visitor<'de> for Once {
            type Value = Answers;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of answers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answers, A::Error> {
                let mut answers = BTreeMap::new();
                while let Some((field, answer)) = map.next_entry::<String, String>()? {
                    if answers.contains_key(&field) {
                        return Err(A::Error::custom(format!("duplicate field `{field}`")));
                    }
                    answers.insert(field, answer);
                }
                Ok(Answers(answers))
            }
        }

        deserializer.deserialize_map(Once)
    }
}

/// The due date of a case and why it is what it is, by the calendar in force.
fn due(case: &Case, calendar: &Calendar) -> Value {
    explained::clock_of(case, calendar)
}

/// Adds the members of `more` to `body`, both objects.
fn extend(body: &mut Value, more: Value) {
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
}
