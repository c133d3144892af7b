//! The public API of the catalogue: items in force, and the due date of an application made now.

use domain::assurance::Assurance;
use domain::form::{Field, FieldKind};
use domain::id::PlaceCode;
use domain::item::DocumentRequirement;
use domain::taipei;
use jiff::civil::Date;
use platform::codec::clock::LimitFile;
use serde_json::{Value, json};
use web::explained::{self, text};
use web::incoming::Incoming;
use web::pick_up;
use web::respond::{self, Answer};
use web::trouble::Trouble;

use crate::found::{self, Reviewing, Service};
use crate::{App, calculator, fees};

/// `GET /api/services`, with `?q=` those that a search finds.
pub async fn services(app: &App, incoming: &Incoming) -> Answer {
    let services = found::all(app).await?;
    let services = found::search(services, incoming.query("q").unwrap_or_default());
    let services: Vec<Value> = services.iter().map(summary).collect();
    respond::json(200, &json!({ "services": services }))
}

/// `GET /api/services/{code}`.
pub async fn service(app: &App, incoming: &Incoming) -> Answer {
    let code = incoming.param("code")?;
    let service = found::one(app, &code).await?.ok_or(Trouble::NotFound)?;
    let item = &service.item;
    let mut body = summary(&service);
    if let Some(body) = body.as_object_mut() {
        body.insert("eligibility".to_owned(), text(&item.eligibility));
        body.insert("fields".to_owned(), item.fields.iter().map(field).collect());
        let today = taipei::day_of(app.ambient.now());
        body.insert("documents".to_owned(), item.documents.iter().map(|it| document(it, today)).collect());
        body.insert("fee_rule".to_owned(), fees::json(item)?);
        let handling = &item.handling;
        let delivery: Vec<&str> = handling.delivery.iter().map(|way| way.code()).collect();
        let payment: Vec<&str> = handling.payment.iter().map(|place| place.code()).collect();
        body.insert("delivery".to_owned(), json!(delivery));
        body.insert("payment".to_owned(), json!(payment));
        body.insert("in_person".to_owned(), json!(handling.in_person.as_ref().map(text)));
        body.insert("pick_up".to_owned(), json!(item.pick_up.as_ref().map(pick_up::shown)));
        let booking = handling.booking.as_ref().map(|terms| {
            let places: Vec<&str> = terms.places.iter().map(PlaceCode::as_str).collect();
            json!({ "places": places, "min_days": terms.min_days, "max_days": terms.max_days })
        });
        body.insert("booking".to_owned(), json!(booking));
        let reviewing = found::reviewing(app, item).await?;
        let reviewing: Vec<Value> = reviewing.iter().map(review).collect();
        body.insert("reviews".to_owned(), json!(reviewing));
        body.insert("legal_basis".to_owned(), json!(item.legal_basis));
        let calendars = app.calendars.current(app.store.as_ref(), app.ambient.now()).await?;
        let calendar = calendars.of(&item.agency);
        body.insert(
            "if_now".to_owned(),
            explained::clock(&item.terms, &calculator::all_at(item, app.ambient.now()), calendar),
        );
    }
    respond::json(200, &body)
}

fn summary(service: &Service) -> Value {
    let Service { item, agency } = service;
    json!({
        "code": item.code.to_string(),
        "version": item.version,
        "effective_from": item.effective_from,
        "name": text(&item.name),
        "summary": text(&item.summary),
        "online_type": item.online_type.code(),
        "filing_assurance": item.filing_assurance.level(),
        "signing_assurance": item.signing_assurance.map(Assurance::level),
        "limit": LimitFile::from(item.terms.limit),
        "fee": fees::amount(&item.fee),
        "agency": {
            "code": item.agency.to_string(),
            "name": agency.as_ref().map(|agency| text(&agency.name)),
            "phone": agency.as_ref().map(|agency| &agency.phone),
        },
        "page": format!("/services/{}", item.code),
    })
}

fn review(Reviewing { agency, name, limit }: &Reviewing) -> Value {
    json!({ "agency": agency.as_str(), "name": text(name), "limit": LimitFile::from(*limit) })
}

fn field(field: &Field) -> Value {
    json!({
        "key": field.key.as_str(),
        "label": text(&field.label),
        "hint": field.hint.as_ref().map(text),
        "required": field.required,
        "kind": kind(&field.kind),
    })
}

fn kind(kind: &FieldKind) -> Value {
    match kind {
        FieldKind::Line { max } => json!({ "type": "line", "max": max }),
        FieldKind::Paragraph { max } => json!({ "type": "paragraph", "max": max }),
        FieldKind::Number { min, max } => json!({ "type": "number", "min": min, "max": max }),
        FieldKind::Date => json!({ "type": "date" }),
        FieldKind::Choice { options } => json!({
            "type": "choice",
            "options": options
                .iter()
                .map(|option| json!({ "value": option.value.as_str(), "label": text(&option.label) }))
                .collect::<Vec<_>>(),
        }),
        FieldKind::Consent => json!({ "type": "consent" }),
        FieldKind::NationalId => json!({ "type": "national_id" }),
        FieldKind::Phone => json!({ "type": "phone" }),
    }
}

fn document(document: &DocumentRequirement, today: Date) -> Value {
    json!({
        "key": document.key.as_str(),
        "name": text(&document.name),
        "required": document.required,
        "form": document.form.code(),
        "obtainable_from": document.waived(today).map(|source| text(&source.name)),
        "exception": document.exception(today).map(explained::exception),
    })
}
