//! What tests and the curious see and do: calls, faults, queues, functions, schedules.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use crate::aws::{Delivery, Fault, FaultKind, QueueError, Service, When};
use crate::lambda::InvokeError;
use crate::schedules;

pub(super) async fn health(State(desk): Shared) -> Json<Value> {
    Json(json!({ "status": "ok", "address": desk.origin, "functions": desk.city.functions.len() }))
}

pub(super) async fn functions(State(desk): Shared) -> Json<Value> {
    Json(json!(desk.lambda.workers()))
}

/// Runs a function with the body as payload and gives its answer.
pub(super) async fn invoke(State(desk): Shared, Path(name): Path<String>, body: Bytes) -> Response {
    let payload = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
    match desk.lambda.invoke(&name, payload).await {
        Ok(answer) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
        Err(error) => invoke_failed(&error),
    }
}

fn invoke_failed(error: &InvokeError) -> Response {
    let (status, kind) = match error {
        InvokeError::Unknown(_) => (StatusCode::NOT_FOUND, "ResourceNotFound"),
        InvokeError::Throttled(_) => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"),
        InvokeError::PayloadTooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLarge"),
        InvokeError::NotStarted { .. } => (StatusCode::BAD_GATEWAY, "Runtime.InitError"),
        InvokeError::Crashed { .. } => (StatusCode::BAD_GATEWAY, "Runtime.ExitError"),
        InvokeError::TimedOut { .. } => (StatusCode::BAD_GATEWAY, "Sandbox.Timedout"),
        InvokeError::Failed { kind, .. } => (StatusCode::BAD_GATEWAY, kind.as_str()),
    };
    (status, Json(json!({ "errorType": kind, "errorMessage": error.to_string() }))).into_response()
}

/// Kills every process of a function.
pub(super) async fn kill(State(desk): Shared, Path(name): Path<String>) -> Response {
    if desk.city.function(&name).is_none() {
        return unknown(&name);
    }
    Json(json!({ "killed": desk.lambda.kill(&name) })).into_response()
}

pub(super) async fn run_schedules(State(desk): Shared, Path(name): Path<String>) -> Response {
    let Some(function) = desk.city.function(&name).filter(|function| !function.schedules.is_empty()) else {
        return unknown(&name);
    };
    match schedules::run_now(function, &desk.lambda).await {
        Ok(count) => Json(json!({ "ran": count })).into_response(),
        Err(error) => invoke_failed(&error),
    }
}

pub(super) async fn queues(State(desk): Shared) -> Json<Value> {
    let depths = desk.aws.queues.names().into_iter().filter_map(|name| {
        let depth = desk.aws.queues.depth(&name).ok()?;
        Some((
            name,
            json!({ "visible": depth.visible, "in_flight": depth.in_flight, "delayed": depth.delayed }),
        ))
    });
    Json(Value::Object(depths.collect()))
}

pub(super) async fn queue(State(desk): Shared, Path(name): Path<String>) -> Response {
    match desk.aws.queues.peek(&name) {
        Ok(messages) => Json(messages.iter().map(message).collect::<Vec<_>>()).into_response(),
        Err(error) => queue_failed(&error),
    }
}

fn message(message: &Delivery) -> Value {
    json!({
        "id": message.id,
        "body": message.body,
        "sent_at": message.sent_at,
        "receives": message.receives,
        "source": message.source,
    })
}

pub(super) async fn redrive(State(desk): Shared, Path(name): Path<String>) -> Response {
    match desk.aws.queues.redrive(&name) {
        Ok(count) => Json(json!({ "moved": count })).into_response(),
        Err(error) => queue_failed(&error),
    }
}

fn queue_failed(error: &QueueError) -> Response {
    let status = match error {
        QueueError::NoSuchQueue(_) => StatusCode::NOT_FOUND,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, Json(json!({ "error": error.to_string() }))).into_response()
}

pub(super) async fn calls(State(desk): Shared) -> Json<Value> {
    let lines = desk.aws.calls.snapshot().into_iter().map(|line| {
        json!({
            "function": line.function,
            "service": line.service.name(),
            "action": line.action,
            "calls": line.calls,
            "failed": line.failed,
            "read_units": line.read_units,
            "write_units": line.write_units,
        })
    });
    Json(lines.collect())
}

pub(super) async fn reset_calls(State(desk): Shared) -> StatusCode {
    desk.aws.calls.reset();
    StatusCode::NO_CONTENT
}

pub(super) async fn faults(State(desk): Shared) -> Json<Value> {
    Json(json!({ "pending": desk.aws.faults.pending(), "fired": desk.aws.faults.fired() }))
}

pub(super) async fn clear_faults(State(desk): Shared) -> StatusCode {
    desk.aws.faults.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultRequest {
    function: String,
    service: Option<String>,
    action: Option<String>,
    #[serde(default = "first")]
    nth: u64,
    #[serde(default)]
    when: WhenName,
    kind: KindName,
    /// For `stall`.
    #[serde(default)]
    millis: u64,
}

fn first() -> u64 {
    1
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum WhenName {
    #[default]
    Before,
    After,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindName {
    Throttle,
    Conflict,
    InternalError,
    Stall,
    Reset,
    Truncate,
    Kill,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<FaultRequest>),
    One(FaultRequest),
}

/// `{"function":"casework","service":"dynamodb","action":"TransactWriteItems","nth":1,"when":"after","kind":"kill"}`, or a list.
pub(super) async fn add_faults(State(desk): Shared, body: Bytes) -> Response {
    let requests = match serde_json::from_slice::<OneOrMany>(&body) {
        Ok(OneOrMany::Many(requests)) => requests,
        Ok(OneOrMany::One(request)) => vec![request],
        Err(error) => return bad_fault(&error.to_string()),
    };
    let mut faults = Vec::new();
    for request in requests {
        if desk.city.function(&request.function).is_none() {
            return bad_fault(&format!("there is no function `{}`", request.function));
        }
        match fault(request) {
            Ok(fault) => faults.push(fault),
            Err(problem) => return bad_fault(&problem),
        }
    }
    for fault in faults {
        desk.aws.faults.add(fault);
    }
    Json(json!({ "pending": desk.aws.faults.pending() })).into_response()
}

fn fault(request: FaultRequest) -> Result<Fault, String> {
    const SERVICES: [Service; 5] =
        [Service::DynamoDb, Service::Sqs, Service::Ses, Service::S3, Service::Secrets];
    let service = match &request.service {
        None => None,
        Some(name) => match SERVICES.iter().find(|service| service.name() == name) {
            Some(service) => Some(*service),
            None => return Err(format!("there is no service `{name}`")),
        },
    };
    Ok(Fault {
        function: request.function,
        service,
        action: request.action,
        nth: request.nth.max(1),
        when: match request.when {
            WhenName::Before => When::Before,
            WhenName::After => When::After,
        },
        kind: match request.kind {
            KindName::Throttle => FaultKind::Throttle,
            KindName::Conflict => FaultKind::Conflict,
            KindName::InternalError => FaultKind::InternalError,
            KindName::Stall => FaultKind::Stall(Duration::from_millis(request.millis)),
            KindName::Reset => FaultKind::Reset,
            KindName::Truncate => FaultKind::Truncate,
            KindName::Kill => FaultKind::Kill,
        },
    })
}

fn bad_fault(problem: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": problem }))).into_response()
}

fn unknown(name: &str) -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": format!("there is no `{name}` for this") })))
        .into_response()
}
