//! Signing in and out: OpenID Connect, or the OAuth 2.0 of 台北通, and sessions of our own.
//!
//! What the identity provider knows of a person stays with it, but for name, e-mail and how sure it
//! is. ID numbers are neither stored nor logged.

mod callback;
mod page;
pub mod provider;
mod session;
mod start;
mod state;

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use platform::ports::{Ambient, Store};
use web::incoming::Incoming;
use web::respond::Answer;
use web::serve::serve;
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::provider::Provider;

/// What signing in needs.
pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
    pub provider: Provider,
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
        "GET /sign-in" => start::start(app, incoming, visitor).await,
        "GET /sign-in/callback" => callback::finish(app, incoming, visitor).await,
        "POST /sign-out" => session::sign_out(app, incoming, visitor).await,
        "GET /api/session" => session::describe(visitor),
        _ => Err(Trouble::NotFound),
    }
}
