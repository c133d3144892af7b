//! The Lambda Runtime API. The first segment of the path names the worker, so that one port serves all.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use tokio::net::TcpListener;

use super::worker::{Answer, Failure};
use super::{PAYLOAD_LIMIT, Registry};
use crate::{ambient, console};

type Shared = State<Arc<Registry>>;

pub(super) async fn serve(listener: TcpListener, registry: Arc<Registry>) {
    let routes = Router::new()
        .route("/{worker}/2018-06-01/runtime/invocation/next", get(next))
        .route("/{worker}/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/{worker}/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/{worker}/2018-06-01/runtime/init/error", post(init_error))
        // Above the limit of answers, so that one that is too large gets its own error.
        .layer(DefaultBodyLimit::max(PAYLOAD_LIMIT * 4))
        .with_state(registry);
    // Without this, small answers wait 40 ms for the acknowledgement of the one before.
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        let _ = stream.set_nodelay(true);
    });
    if let Err(error) = axum::serve(listener, routes).await {
        console::complain(&format!("the Runtime API has ended: {error}"));
    }
}

async fn next(State(registry): Shared, Path(worker): Path<String>) -> Response {
    let Some(worker) = registry.get(&worker) else {
        return StatusCode::GONE.into_response();
    };
    let Some(invocation) = worker.next().await else {
        return StatusCode::GONE.into_response();
    };
    let headers = [
        ("lambda-runtime-aws-request-id", invocation.id),
        ("lambda-runtime-deadline-ms", invocation.deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", invocation.arn),
        ("lambda-runtime-trace-id", trace_id()),
        (header::CONTENT_TYPE.as_str(), "application/json".to_owned()),
    ];
    (headers, invocation.payload).into_response()
}

/// `Root=1-<seconds>-<24 digits>;Parent=<16 digits>;Sampled=0`, as X-Ray writes it.
fn trace_id() -> String {
    let token = ambient::token();
    let part = |from: usize, to: usize| token.get(from..to).unwrap_or_default();
    let seconds = ambient::now().as_second();
    format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0", part(0, 24), part(32, 48))
}

async fn response(
    State(registry): Shared,
    Path((worker, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let answer = if body.len() > PAYLOAD_LIMIT {
        Err(Failure {
            kind: "Function.ResponseSizeTooLarge".to_owned(),
            message: format!("the answer has {} bytes, the limit is {PAYLOAD_LIMIT}", body.len()),
        })
    } else {
        Ok(body)
    };
    give(&registry, &worker, &id, answer)
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Diagnostic {
    error_type: String,
    error_message: String,
}

fn read_failure(headers: &HeaderMap, body: &Bytes) -> Failure {
    let diagnostic = serde_json::from_slice::<Diagnostic>(body).unwrap_or_default();
    let header = headers
        .get("lambda-runtime-function-error-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("Unhandled");
    let kind = if diagnostic.error_type.is_empty() { header.to_owned() } else { diagnostic.error_type };
    Failure { kind, message: diagnostic.error_message }
}

async fn error(
    State(registry): Shared,
    Path((worker, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let failure = read_failure(&headers, &body);
    if let Some(worker) = registry.get(&worker) {
        console::complain(&format!("[{}] failed: {}: {}", worker.function, failure.kind, failure.message));
    }
    give(&registry, &worker, &id, Err(failure))
}

/// The process ends after this; its exit is what counts.
async fn init_error(
    State(registry): Shared,
    Path(worker): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(worker) = registry.get(&worker) {
        let failure = read_failure(&headers, &body);
        console::complain(&format!(
            "[{}] cannot start: {}: {}",
            worker.function, failure.kind, failure.message
        ));
    }
    accepted()
}

fn give(registry: &Registry, worker: &str, id: &str, answer: Answer) -> Response {
    match registry.get(worker) {
        Some(worker) if worker.answer(id, answer) => accepted(),
        _ => {
            let body = serde_json::json!({
                "errorType": "InvalidRequestID",
                "errorMessage": "nobody waits for this invocation",
            });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, Json(serde_json::json!({"status": "OK"}))).into_response()
}
