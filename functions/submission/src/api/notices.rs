//! Notices in the API.

use mailing::letter;
use platform::codec::notice::{Notice, Served};
use serde_json::{Value, json};
use web::explained;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

use crate::{App, notices, own};

/// `GET /api/cases/{case}/notices`: newest first; what one says is told to whoever opens it.
pub async fn list(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let loaded = own::load(app, session, incoming.param("case")?).await?;
    let found = notices::of_case(app, session, loaded.case.id).await?;
    let found: Vec<Value> = found.iter().map(line).collect();
    respond::json(200, &json!({ "notices": found }))
}

fn line(notice: &Notice) -> Value {
    json!({
        "notice": notice.id.to_string(),
        "kind": notice.kind.code(),
        "at": notice.owed_since,
        "opened_at": notice.opened_at,
        "mail": notice.delivery.stage.code(),
        "served": notice.served.as_ref().map(|Served { service, .. }| json!({
            "means": service.means.code(), "on": service.on, "number": service.number,
        })),
    })
}

/// `POST /api/cases/{case}/notices/{notice}/open`: what it says; the first time is kept, as evidence that it arrived.
pub async fn open(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let notice = notices::one(app, session, incoming.param("case")?, incoming.param("notice")?).await?;
    // Other sites' pages cannot send it unasked.
    incoming.json::<Nothing>()?;
    let notice = notices::open(app, notice).await?;
    let letter = letter::write(&notice, &app.origin);
    let mut body = line(&notice);
    if let Some(body) = body.as_object_mut() {
        body.insert("subject".to_owned(), json!(letter.subject));
        body.insert("paragraphs".to_owned(), json!(letter.paragraphs));
        let facts = letter.facts.iter().map(|(term, value)| json!({ "term": term, "value": value }));
        body.insert("facts".to_owned(), facts.collect());
        body.insert("service".to_owned(), explained::text(&notice.item));
    }
    respond::json(200, &body)
}

/// An empty object.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}
