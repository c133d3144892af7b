//! Decisions as files: the letter of a case for its applicant and its officers, the draft that awaits
//! approval, and the page on which anybody who holds a document verifies it. The one function that has
//! the fonts.

mod draft;
mod fetch;
mod file;
mod verify;

use std::sync::Arc;

use document::Fonts;
use lambda_http::{Body, Request, Response};
use platform::ports::{Ambient, Objects, Store};
use web::incoming::Incoming;
use web::respond::Answer;
use web::serve::serve;
use web::trouble::Trouble;
use web::visitor::Visitor;

/// What documents need.
pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
    pub objects: Arc<dyn Objects>,
    pub fonts: Fonts,
}

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    serve(
        app.store.as_ref(),
        app.ambient.as_ref(),
        request,
        async |incoming: &Incoming, visitor: &Visitor| route(app, incoming, visitor).await,
    )
    .await
}

async fn route(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    match incoming.route.as_str() {
        "GET /cases/{case}/documents/{document}" => fetch::by_applicant(app, incoming, visitor).await,
        "GET /work/{case}/documents/{document}" => fetch::by_officer(app, incoming, visitor).await,
        "GET /api/cases/{case}/documents/{document}" => fetch::by_program(app, incoming, visitor).await,
        "GET /work/{case}/letter" => draft::show(app, incoming, visitor).await,
        "GET /verify" => verify::ask(incoming, visitor),
        "GET /verify/{code}" => verify::show(app, incoming, visitor).await,
        "GET /api/verify/{code}" => verify::tell(app, incoming).await,
        _ => Err(Trouble::NotFound),
    }
}
