//! A function for the tests of `local`: it does what the event tells it to, also the wrong things.

#![expect(clippy::print_stdout, reason = "Lambda functions log to standard output")]

use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let payload = &event.payload;
    if payload.get("routeKey").is_some() {
        let wish = payload.pointer("/queryStringParameters/do").and_then(Value::as_str).unwrap_or_default();
        return answer(wish, payload, &event.context).await;
    }
    let Some(records) = payload.get("Records").and_then(Value::as_array) else {
        log("direct", &payload.to_string());
        return Ok(json!({ "got": payload }));
    };
    let mut failed = Vec::new();
    for record in records {
        let (id, wish, name) = read(record);
        if wish == "crash" {
            log("crashing", &name);
            std::process::exit(3);
        }
        if wish == "fail" {
            log("failed", &name);
            failed.push(json!({ "itemIdentifier": id }));
            if record.get("dynamodb").is_some() {
                break;
            }
        } else {
            log("did", &name);
        }
    }
    Ok(json!({ "batchItemFailures": failed }))
}

/// Identifier, wish and name of a message or a stream record.
fn read(record: &Value) -> (String, String, String) {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    if record.get("dynamodb").is_some() {
        let image = |name: &str| text(&format!("/dynamodb/NewImage/{name}/S"));
        return (text("/dynamodb/SequenceNumber"), image("do"), image("pk"));
    }
    let body: Value = serde_json::from_str(&text("/body")).unwrap_or_default();
    let field = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let first = text("/attributes/ApproximateReceiveCount") == "1";
    let wish = match field("do").strip_prefix("first-") {
        Some(wish) if first => wish.to_owned(),
        Some(_) => String::new(),
        None => field("do"),
    };
    (text("/messageId"), wish, field("name"))
}

async fn answer(wish: &str, event: &Value, context: &lambda_runtime::Context) -> Result<Value, Error> {
    match wish {
        "crash" => std::process::exit(3),
        "hang" => tokio::time::sleep(Duration::from_mins(1)).await,
        "sleep" => tokio::time::sleep(Duration::from_millis(400)).await,
        "fail" => return Err("as you wish".into()),
        "nonsense" => return Ok(json!({ "statusCode": "many" })),
        "env" => {
            let names = std::env::vars().map(|(name, value)| (name, Value::from(value))).collect();
            return Ok(page(&Value::Object(names)));
        }
        "body" => {
            return Ok(json!({
                "statusCode": 200,
                "headers": { "content-type": "application/octet-stream" },
                "cookies": ["a=1", "b=2"],
                "body": event.get("body"),
                "isBase64Encoded": event.get("isBase64Encoded"),
            }));
        }
        _ => {}
    }
    Ok(page(&json!({
        "event": event,
        "arn": context.invoked_function_arn,
        "deadline": context.deadline,
        "trace": context.xray_trace_id,
    })))
}

fn page(value: &Value) -> Value {
    json!({ "statusCode": 200, "headers": { "content-type": "application/json" }, "body": value.to_string() })
}

fn log(what: &str, name: &str) {
    println!("{}", json!({ "level": "INFO", "message": what, "name": name }));
}
