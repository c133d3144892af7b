//! Service items (申請案件項目): the public pages and API, and the import that publishes them.

mod api;
mod found;
mod pages;
mod publish;

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
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
        "GET /api/services" => api::services(app, incoming).await,
        "GET /api/services/{code}" => api::service(app, incoming).await,
        // `$default`: what no route of the city is for.
        _ => Err(Trouble::NotFound),
    }
}

/// A direct invocation: `{"import": {"agencies": [], "items": [], "staff": []}}`.
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
    let imported = catalogue::import(app.store.as_ref(), import, IDENTITY_PROVIDER).await?;
    tracing::info!(imported, "imported into the catalogue");
    Ok(json!({ "imported": imported }))
}
