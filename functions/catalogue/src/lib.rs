//! Service items (申請案件項目): the public pages and API, and the import that publishes them.

mod api;
mod calculator;
mod calendar;
mod calendar_page;
mod fees;
mod found;
mod pages;
mod publish;

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};
use domain::calendar::{BadChange, OfficialYear, Register};
use domain::taipei;
use lambda_http::{Body, Request, Response};
use platform::calendars::{self, CalendarCache, NotChanged};
use platform::catalogue::{self, Import};
use platform::fault::Fault;
use platform::ports::{Ambient, Store};
use platform::sessions::IDENTITY_PROVIDER;
use serde::Deserialize;
use serde_json::{Value, json};
use web::incoming::Incoming;
use web::respond::Answer;
use web::serve::serve;
use web::trouble::Trouble;
use web::visitor::Visitor;

/// What the function stands on.
pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
    pub calendars: CalendarCache,
}

/// Answers a request of the HTTP API.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    let route = async |incoming: &Incoming, visitor: &Visitor| route(app, incoming, visitor).await;
    serve(app.store.as_ref(), app.ambient.as_ref(), request, route).await
}

async fn route(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    match incoming.route.as_str() {
        "GET /" => pages::start(app, incoming, visitor).await,
        "GET /services" => pages::services(app, incoming, visitor).await,
        "GET /services/{code}" => pages::service(app, incoming, visitor).await,
        "GET /assets/{file}" => web::assets::serve(&incoming.param::<String>("file")?),
        "GET /services/{code}/clock" => calculator::page(app, incoming, visitor).await,
        "GET /calendar" => calendar_page::show(app, incoming, visitor).await,
        "POST /calendar" => calendar_page::act(app, incoming, visitor).await,
        "GET /api/services/{code}/clock" => calculator::api(app, incoming).await,
        "GET /api/calendar" => calendar::show(app).await,
        "POST /api/calendar/years" => calendar::import_year(app, incoming, visitor).await,
        "POST /api/calendar/closures" => calendar::announce(app, incoming, visitor).await,
        "POST /api/calendar/closures/revoke" => calendar::revoke(app, incoming, visitor).await,
        "GET /api/services" => api::services(app, incoming).await,
        "GET /api/services/{code}" => api::service(app, incoming).await,
        // `$default`: what no route of the city is for.
        _ => Err(Trouble::NotFound),
    }
}

/// A direct invocation: `{"import": {"agencies": [], "items": [], "staff": [], "removed_staff": []}}`,
/// with `contracts` and `places` beside them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invocation {
    import: Import,
}

/// Publishes what `payload` brings and answers `{"imported": n}`. Everything is read and checked
/// before anything is written.
pub async fn import(app: &App, payload: Value) -> Result<Value, Fault> {
    let given = payload.clone();
    let Invocation { import } = serde_json::from_value(payload)
        .map_err(|problem| Fault::Corrupt(format!("failed to read the import: {problem}")))?;
    for (place, item) in import.items.iter().enumerate() {
        publish::check(item, given.pointer(&format!("/import/items/{place}")))?;
    }
    publish::check_staff(&import)?;
    publish::check_agencies(&import)?;
    let known = if import.items.iter().any(|item| item.booking.is_some()) {
        catalogue::places(app.store.as_ref()).await?
    } else {
        Vec::new()
    };
    publish::check_places(&import, &known.into_iter().map(|place| place.code).collect())?;
    let today = taipei::day_of(app.ambient.now());
    let known = if import.routing.is_empty() {
        Vec::new()
    } else {
        catalogue::items_on(app.store.as_ref(), today).await?
    };
    publish::check_routing(&import, &known)?;
    let imported = catalogue::import(app.store.as_ref(), import, IDENTITY_PROVIDER, today).await?;
    tracing::info!(imported, "imported into the catalogue");
    Ok(json!({ "imported": imported }))
}

/// A direct invocation: `{"calendar_year": "<the file of the year, in base64>"}`, for whoever keeps
/// the window and may invoke its functions.
pub async fn import_calendar(app: &App, payload: &Value) -> Result<Value, Fault> {
    let file = payload.get("calendar_year").and_then(Value::as_str).unwrap_or_default();
    let file = BASE64.decode(file).map_err(Fault::corrupt)?;
    let year = OfficialYear::read(&file).map_err(Fault::corrupt)?;
    let (store, now) = (app.store.as_ref(), app.ambient.now());
    let change = |register: &Register| register.import(year.clone());
    match calendars::change(store, None, now, change).await {
        Ok(change) => Ok(json!({ "edition": change.edition, "days": change.days })),
        Err(NotChanged::Refused(BadChange::NothingChanges)) => Ok(json!({ "edition": null, "days": [] })),
        Err(NotChanged::Refused(refused)) => Err(Fault::corrupt(refused)),
        Err(NotChanged::Fault(fault)) => Err(fault),
    }
}
