//! The API of an applicant: the same rules as the pages, in JSON.

pub mod cases;
pub mod drafts;

use domain::calendar::Calendar;
use domain::case::Case;
use domain::clock;
use serde_json::{Value, json};
use web::explained;

/// The due date of a case and, unless the calendar was revised since, why it is what it is.
fn due(case: &Case) -> Value {
    match clock::explain(case.received_at, case.item.limit, Calendar::shipped()) {
        Ok((due, explanation)) if due == case.due => json!({
            "due": case.due,
            "explanation": explained::runs(&explanation),
            "calendar": explanation.calendar,
            "digest": explained::digest(&explanation),
        }),
        _ => json!({ "due": case.due, "explanation": null, "calendar": null, "digest": null }),
    }
}

/// Adds the members of `more` to `body`, both objects.
fn extend(body: &mut Value, more: Value) {
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
}
