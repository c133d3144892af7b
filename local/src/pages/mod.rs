//! What the city adds for people and tests, all under `/_local/`.

mod control;
pub(crate) mod html;
mod index;
mod mail;
pub mod people;
mod registers;
mod sms;

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use crate::aws::Aws;
use crate::identity::Identity;
use crate::lambda::Lambda;
use crate::registers::Registers;
use crate::sms::SmsGateway;
use crate::template::City;

/// What the pages show and do things with.
pub struct Desk {
    pub city: City,
    pub aws: Arc<Aws>,
    pub lambda: Lambda,
    pub identity: Arc<Identity>,
    pub registers: Registers,
    pub sms: SmsGateway,
    /// The name of the secret that the identity server checks.
    pub client_secret: String,
    /// `http://localhost:8080`
    pub origin: String,
}

type Shared = axum::extract::State<Arc<Desk>>;

/// All routes of the desk.
pub fn router(desk: Arc<Desk>) -> Router {
    let people = people::router(people::Front {
        identity: Arc::clone(&desk.identity),
        secret: people::ClientSecret::Kept(Arc::clone(&desk.aws), desk.client_secret.clone()),
    });
    let registers = registers::router(Arc::clone(&desk));
    let sms = sms::router(Arc::clone(&desk));
    Router::new()
        .route("/_local", get(index::page))
        .route("/_local/", get(index::page))
        .route("/_local/health", get(control::health))
        .route("/_local/mail", get(mail::list))
        .route("/_local/mail.json", get(mail::json))
        .route("/_local/mail/{id}", get(mail::page))
        .route("/_local/mail/{id}/event", post(mail::event))
        .route("/_local/functions", get(control::functions))
        .route("/_local/functions/{name}/invoke", post(control::invoke))
        .route("/_local/functions/{name}/kill", post(control::kill))
        .route("/_local/schedules/{function}/run", post(control::run_schedules))
        .route("/_local/queues", get(control::queues))
        .route("/_local/queues/{name}", get(control::queue))
        .route("/_local/queues/{name}/redrive", post(control::redrive))
        .route("/_local/calls", get(control::calls).delete(control::reset_calls))
        .route("/_local/faults", get(control::faults).post(control::add_faults).delete(control::clear_faults))
        .route("/_local/{*rest}", get(nothing_here).post(nothing_here))
        .with_state(desk)
        .merge(people)
        .merge(registers)
        .merge(sms)
}

async fn nothing_here() -> Response {
    let body = "<p>沒有這一頁。<span lang=en>There is no such page.</span> <a href=\"/_local/\">本機城市 <span lang=en>Local city</span></a></p>";
    page(StatusCode::NOT_FOUND, "找不到 Not found", body)
}

/// A whole page.
pub(crate) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    // Mail may hold anything: nothing on these pages loads or runs.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self' http:; frame-src 'self'";
    (status, [(header::CONTENT_SECURITY_POLICY, policy)], Html(html::layout(title, body))).into_response()
}

/// A failure inside the city, in words.
fn broken(error: &dyn std::fmt::Display) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response()
}
