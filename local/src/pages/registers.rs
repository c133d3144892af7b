//! The registers of the city over HTTP, and what was asked of them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};

use super::{Shared, broken};
use crate::pages::Desk;
use crate::registers::Question;

/// The logical id of the secret that opens them.
const SECRET: &str = "RegistersSecret";

pub fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/_local/registers.json", get(asked))
        .route("/_local/registers/{register}", post(ask))
        .with_state(desk)
}

async fn asked(State(desk): Shared) -> Response {
    Json(desk.registers.asked()).into_response()
}

async fn ask(
    State(desk): Shared,
    Path(register): Path<String>,
    headers: HeaderMap,
    Json(question): Json<Question>,
) -> Response {
    let key = match desk.aws.secrets.value(SECRET) {
        Ok(key) => key.unwrap_or_default(),
        Err(error) => return broken(&error),
    };
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.is_empty() || text(header::AUTHORIZATION.as_str()) != format!("Bearer {key}") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match desk.registers.ask(&register, text("idempotency-key"), question) {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => broken(&format!("{error:#}")),
    }
}
