//! The API of an applicant: the same rules as the pages, in JSON.

pub mod cases;
pub mod drafts;

use domain::calendar::Calendar;
use domain::case::Case;
use serde_json::Value;
use web::explained;

/// The due date of a case and why it is what it is, by the calendar in force.
fn due(case: &Case, calendar: &Calendar) -> Value {
    explained::clock(&case.item.terms, &case.history, calendar)
}

/// Adds the members of `more` to `body`, both objects.
fn extend(body: &mut Value, more: Value) {
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
}
