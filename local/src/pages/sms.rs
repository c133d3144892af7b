//! The SMS gateway of the city over HTTP, and what went out.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};

use super::html::{escape, taipei};
use super::{Shared, broken};
use crate::ambient;
use crate::pages::Desk;
use crate::sms::{Order, Sms, is_signed};

/// The logical id of the secret under which SMS are signed.
const SECRET: &str = "SmsSecret";

pub fn router(desk: Arc<Desk>) -> Router {
    Router::new().route("/_local/sms", post(take)).route("/_local/sms.json", get(sent)).with_state(desk)
}

async fn sent(State(desk): Shared) -> Response {
    Json(desk.sms.sent()).into_response()
}

async fn take(State(desk): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let key = match desk.aws.secrets.value(SECRET) {
        Ok(key) => key.unwrap_or_default(),
        Err(error) => return broken(&error),
    };
    let signature = headers.get("x-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.is_empty() || !is_signed(&key, &body, signature) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match serde_json::from_slice::<Order>(&body) {
        Ok(order) => Json(desk.sms.take(order, ambient::now())).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

/// What went out, newest first, for the page of the mailbox; empty where nothing did.
pub(super) fn table(sent: &[Sms]) -> String {
    if sent.is_empty() {
        return String::new();
    }
    let row = |sms: &Sms| {
        format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            taipei(sms.sent_at),
            escape(&sms.to),
            escape(&sms.text)
        )
    };
    format!(
        "<h2>簡訊 <span lang=en>SMS</span></h2><table><tr><th>時間 <span lang=en>Time</span></th>\
         <th>號碼 <span lang=en>To</span></th><th>內容 <span lang=en>Text</span></th></tr>{}</table>",
        sent.iter().rev().map(row).collect::<String>()
    )
}
