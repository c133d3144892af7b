//! The HTTP API: requests become events of payload format 2.0, answers of functions become answers.

mod answer;
mod encoding;
mod event;
mod routes;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

pub use routes::Routes;

use crate::lambda::{InvokeError, Lambda};
use crate::{ambient, console};
use event::Arrival;

/// The largest body that the HTTP API takes, in bytes.
const BODY_LIMIT: usize = 10 * 1024 * 1024;
/// How long a function may take for a request, whatever its own timeout is.
const PATIENCE: Duration = Duration::from_secs(30);

/// What answers requests.
pub struct Gateway {
    routes: Routes,
    lambda: Lambda,
}

impl Gateway {
    #[must_use]
    pub fn new(routes: Routes, lambda: Lambda) -> Self {
        Self { routes, lambda }
    }
}

/// Answers one request as API Gateway would.
pub async fn handle(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Some(found) = gateway.routes.find(parts.method.as_str(), parts.uri.path()) else {
        return message(StatusCode::NOT_FOUND, "Not Found");
    };
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    };
    let arrival = Arrival {
        request_id: ambient::fresh_id(),
        now: ambient::now(),
        source_ip: peer.ip().to_string(),
        found: &found,
        parts: &parts,
        body: &body,
    };
    let payload = event::build(&arrival).to_string();
    let Ok(outcome) = tokio::time::timeout(PATIENCE, gateway.lambda.invoke(&found.function, payload)).await
    else {
        console::complain(&format!("{}: no answer within {} s", found.key, PATIENCE.as_secs()));
        return message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
    };
    match outcome {
        Ok(answer) => answer::read(&answer).unwrap_or_else(|problem| {
            console::complain(&format!(
                "the answer of `{}` to {} is no HTTP answer: {problem}",
                found.function, found.key
            ));
            message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
        }),
        Err(error) => failed(&error, &found.key),
    }
}

fn failed(error: &InvokeError, key: &str) -> Response {
    match error {
        InvokeError::PayloadTooLarge(_) => message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
        InvokeError::Throttled(_) => {
            console::complain(&format!("{key}: {error}"));
            message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
        }
        // The Lambda part has said on the terminal what happened.
        _ => message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
    }
}

/// The gateway's own answers.
fn message(status: StatusCode, text: &str) -> Response {
    let body = serde_json::json!({ "message": text }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response()
}
