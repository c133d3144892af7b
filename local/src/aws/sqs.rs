//! The SQS JSON protocol over [`Queues`].

use std::collections::BTreeSet;
use std::time::Duration;

use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::delivery::{Delivery, Outgoing, QueueError, md5_hex, md5_of_attributes};
use super::queue::{Attribute, Attributes};
use super::queues::Queues;
use super::wire::{self, Reply};

/// Of one message, and of all messages of a batch together.
const MAX_BYTES: usize = 1024 * 1024;
const MAX_BATCH: usize = 10;
const MAX_WAIT_SECONDS: u64 = 20;
const MAX_DELAY_SECONDS: u64 = 900;
const MAX_VISIBILITY_SECONDS: u64 = 43_200;

/// An error as SQS names it. The second name is the one of the older query protocol, which the SDKs still look at.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    query_code: &'static str,
    message: String,
}

impl Refusal {
    fn new(code: &'static str, query_code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, query_code, message: message.into() }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValueException", "InvalidParameterValue", message)
    }

    fn reply(&self) -> Reply {
        let mut reply =
            wire::json_error(self.status, &format!("com.amazonaws.sqs#{}", self.code), &self.message);
        let fault = if self.status.is_server_error() { "Receiver" } else { "Sender" };
        if let Ok(value) = HeaderValue::from_str(&format!("{};{fault}", self.query_code)) {
            reply.headers_mut().insert("x-amzn-query-error", value);
        }
        reply
    }
}

impl From<QueueError> for Refusal {
    fn from(error: QueueError) -> Self {
        let message = error.to_string();
        match error {
            QueueError::NoSuchQueue(_) => {
                Self::new("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", message)
            }
            QueueError::BadReceipt => Self::new("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", message),
            QueueError::NotInFlight => {
                Self::new("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", message)
            }
            QueueError::Store(_) => Self {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                ..Self::new("InternalError", "InternalError", message)
            },
        }
    }
}

/// What queue names are put behind.
pub(super) struct Prefixes {
    /// `http://127.0.0.1:4000/000000000000/`
    pub(super) url: String,
    /// `arn:aws:sqs:ap-east-2:000000000000:`
    pub(super) arn: String,
}

pub(super) async fn answer(queues: &Queues, prefixes: &Prefixes, action: &str, body: &[u8]) -> Reply {
    match act(queues, prefixes, action, body).await {
        Ok(value) => wire::reply(StatusCode::OK, "application/x-amz-json-1.0", value.to_string()),
        Err(refusal) => refusal.reply(),
    }
}

async fn act(queues: &Queues, prefixes: &Prefixes, action: &str, body: &[u8]) -> Result<Value, Refusal> {
    match action {
        "SendMessage" => send(queues, parse(body)?),
        "SendMessageBatch" => send_batch(queues, parse(body)?),
        "ReceiveMessage" => receive(queues, prefixes, parse(body)?).await,
        "DeleteMessage" => delete(queues, &parse(body)?),
        "DeleteMessageBatch" => batch(queues, parse(body)?, delete),
        "ChangeMessageVisibility" => change_visibility(queues, &parse(body)?),
        "ChangeMessageVisibilityBatch" => batch(queues, parse(body)?, change_visibility),
        "GetQueueUrl" => queue_url(queues, prefixes, &parse(body)?),
        "GetQueueAttributes" => attributes(queues, prefixes, &parse(body)?),
        "ListQueues" => {
            let urls: Vec<String> =
                queues.names().iter().map(|name| format!("{}{name}", prefixes.url)).collect();
            Ok(json!({ "QueueUrls": urls }))
        }
        "PurgeQueue" => {
            let target: Target = parse(body)?;
            queues.purge(target.name())?;
            Ok(json!({}))
        }
        other => {
            Err(Refusal::new("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", other))
        }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::invalid(error.to_string()))
}

/// The name of a queue is what follows the last slash of its URL.
fn name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    queue_url: String,
}

impl Target {
    fn name(&self) -> &str {
        name(&self.queue_url)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Send {
    #[serde(default)]
    queue_url: String,
    #[serde(default)]
    id: String,
    message_body: String,
    delay_seconds: Option<u64>,
    #[serde(default)]
    message_attributes: Attributes,
}

fn send(queues: &Queues, request: Send) -> Result<Value, Refusal> {
    let queue = name(&request.queue_url).to_owned();
    send_one(queues, &queue, request)
}

fn send_one(queues: &Queues, queue: &str, request: Send) -> Result<Value, Refusal> {
    let size = size(&request);
    if request.message_body.is_empty() {
        return Err(Refusal::new(
            "MissingRequiredParameterException",
            "MissingParameter",
            "the message body is empty",
        ));
    }
    if size > MAX_BYTES {
        return Err(Refusal::invalid(format!(
            "one or more parameters are invalid: message of {size} bytes, at most {MAX_BYTES}"
        )));
    }
    if request.delay_seconds.is_some_and(|delay| delay > MAX_DELAY_SECONDS) {
        return Err(Refusal::invalid(format!("DelaySeconds is at most {MAX_DELAY_SECONDS}")));
    }
    let mut answer = Map::new();
    answer.insert("MD5OfMessageBody".to_owned(), md5_hex(request.message_body.as_bytes()).into());
    if !request.message_attributes.is_empty() {
        answer.insert(
            "MD5OfMessageAttributes".to_owned(),
            md5_of_attributes(&request.message_attributes).into(),
        );
    }
    let outgoing = Outgoing {
        body: request.message_body,
        attributes: request.message_attributes,
        delay: request.delay_seconds.map(Duration::from_secs),
    };
    answer.insert("MessageId".to_owned(), queues.send(queue, outgoing)?.into());
    Ok(Value::Object(answer))
}

fn size(request: &Send) -> usize {
    let attribute = |(name, value): (&String, &Attribute)| {
        let text = value.string_value.as_ref().or(value.binary_value.as_ref()).map_or(0, String::len);
        name.len() + value.data_type.len() + text
    };
    request.message_body.len() + request.message_attributes.iter().map(attribute).sum::<usize>()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<T> {
    queue_url: String,
    entries: Vec<T>,
}

fn check_batch<'a>(ids: impl ExactSizeIterator<Item = &'a str>) -> Result<(), Refusal> {
    let count = ids.len();
    if count == 0 {
        return Err(Refusal::new(
            "EmptyBatchRequest",
            "AWS.SimpleQueueService.EmptyBatchRequest",
            "the batch is empty",
        ));
    }
    if count > MAX_BATCH {
        let code = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest";
        return Err(Refusal::new(
            "TooManyEntriesInBatchRequest",
            code,
            format!("{count} entries, at most {MAX_BATCH}"),
        ));
    }
    if ids.collect::<BTreeSet<_>>().len() < count {
        let code = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct";
        return Err(Refusal::new("BatchEntryIdsNotDistinct", code, "two entries have the same id"));
    }
    Ok(())
}

fn outcome(results: impl Iterator<Item = (String, Result<Value, Refusal>)>) -> Value {
    let mut successful = Vec::new();
    let mut failed = Vec::new();
    for (id, result) in results {
        match result {
            Ok(mut value) => {
                if let Some(object) = value.as_object_mut() {
                    object.insert("Id".to_owned(), id.into());
                }
                successful.push(value);
            }
            Err(refusal) => failed.push(json!({
                "Id": id,
                "Code": refusal.code,
                "Message": refusal.message,
                "SenderFault": refusal.status.is_client_error(),
            })),
        }
    }
    json!({ "Successful": successful, "Failed": failed })
}

fn send_batch(queues: &Queues, request: Batch<Send>) -> Result<Value, Refusal> {
    check_batch(request.entries.iter().map(|entry| entry.id.as_str()))?;
    let total: usize = request.entries.iter().map(size).sum();
    if total > MAX_BYTES {
        let code = "AWS.SimpleQueueService.BatchRequestTooLong";
        return Err(Refusal::new("BatchRequestTooLong", code, format!("{total} bytes, at most {MAX_BYTES}")));
    }
    let queue = name(&request.queue_url);
    queues.settings(queue)?;
    let send = |mut entry: Send| (std::mem::take(&mut entry.id), send_one(queues, queue, entry));
    Ok(outcome(request.entries.into_iter().map(send)))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Receive {
    queue_url: String,
    max_number_of_messages: Option<usize>,
    wait_time_seconds: Option<u64>,
    visibility_timeout: Option<u64>,
}

async fn receive(queues: &Queues, prefixes: &Prefixes, request: Receive) -> Result<Value, Refusal> {
    let queue = name(&request.queue_url);
    let max = request.max_number_of_messages.unwrap_or(1);
    if !(1..=MAX_BATCH).contains(&max) {
        return Err(Refusal::invalid(format!("MaxNumberOfMessages is between 1 and {MAX_BATCH}")));
    }
    let wait = request.wait_time_seconds.map_or(queues.settings(queue)?.wait, Duration::from_secs);
    if wait > Duration::from_secs(MAX_WAIT_SECONDS) {
        return Err(Refusal::invalid(format!("WaitTimeSeconds is at most {MAX_WAIT_SECONDS}")));
    }
    let visibility = request.visibility_timeout.map(checked_visibility).transpose()?;
    let delivered = queues.receive_for(queue, max, wait, visibility).await?;
    Ok(
        json!({ "Messages": delivered.iter().map(|delivery| message(prefixes, delivery)).collect::<Vec<_>>() }),
    )
}

/// All attributes, asked for or not: the caller reads what it knows.
fn message(prefixes: &Prefixes, delivery: &Delivery) -> Value {
    let mut attributes = json!({
        "ApproximateReceiveCount": delivery.receives.to_string(),
        "ApproximateFirstReceiveTimestamp": delivery.first_received_at.to_string(),
        "SentTimestamp": delivery.sent_at.to_string(),
        "SenderId": "local",
    });
    if let (Some(source), Some(object)) = (&delivery.source, attributes.as_object_mut()) {
        object.insert("DeadLetterQueueSourceArn".to_owned(), format!("{}{source}", prefixes.arn).into());
    }
    let mut value = json!({
        "MessageId": delivery.id,
        "ReceiptHandle": delivery.receipt,
        "Body": delivery.body,
        "MD5OfBody": md5_hex(delivery.body.as_bytes()),
        "Attributes": attributes,
    });
    if let (false, Some(object)) = (delivery.attributes.is_empty(), value.as_object_mut()) {
        object.insert("MD5OfMessageAttributes".to_owned(), md5_of_attributes(&delivery.attributes).into());
        object.insert("MessageAttributes".to_owned(), json!(delivery.attributes));
    }
    value
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Handle {
    #[serde(default)]
    queue_url: String,
    #[serde(default)]
    id: String,
    #[serde(rename = "ReceiptHandle")]
    receipt: String,
    visibility_timeout: Option<u64>,
}

fn delete(queues: &Queues, request: &Handle) -> Result<Value, Refusal> {
    queues.delete(name(&request.queue_url), &request.receipt)?;
    Ok(json!({}))
}

fn change_visibility(queues: &Queues, request: &Handle) -> Result<Value, Refusal> {
    let visibility = checked_visibility(request.visibility_timeout.unwrap_or(0))?;
    queues.change_visibility(name(&request.queue_url), &request.receipt, visibility)?;
    Ok(json!({}))
}

fn checked_visibility(seconds: u64) -> Result<Duration, Refusal> {
    if seconds > MAX_VISIBILITY_SECONDS {
        return Err(Refusal::invalid(format!("VisibilityTimeout is at most {MAX_VISIBILITY_SECONDS}")));
    }
    Ok(Duration::from_secs(seconds))
}

fn batch(
    queues: &Queues,
    request: Batch<Handle>,
    each: impl Fn(&Queues, &Handle) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    check_batch(request.entries.iter().map(|entry| entry.id.as_str()))?;
    queues.settings(name(&request.queue_url))?;
    let url = request.queue_url;
    let run = |entry: Handle| {
        let entry = Handle { queue_url: url.clone(), ..entry };
        let result = each(queues, &entry);
        (entry.id, result)
    };
    Ok(outcome(request.entries.into_iter().map(run)))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    queue_name: String,
}

fn queue_url(queues: &Queues, prefixes: &Prefixes, request: &Named) -> Result<Value, Refusal> {
    queues.settings(&request.queue_name)?;
    Ok(json!({ "QueueUrl": format!("{}{}", prefixes.url, request.queue_name) }))
}

fn attributes(queues: &Queues, prefixes: &Prefixes, request: &Target) -> Result<Value, Refusal> {
    let settings = queues.settings(request.name())?;
    let depth = queues.depth(request.name())?;
    Ok(json!({ "Attributes": {
        "ApproximateNumberOfMessages": depth.visible.to_string(),
        "ApproximateNumberOfMessagesNotVisible": depth.in_flight.to_string(),
        "ApproximateNumberOfMessagesDelayed": depth.delayed.to_string(),
        "VisibilityTimeout": (settings.visibility / 1000).to_string(),
        "DelaySeconds": (settings.delay / 1000).to_string(),
        "MessageRetentionPeriod": (settings.retention / 1000).to_string(),
        "ReceiveMessageWaitTimeSeconds": settings.wait.as_secs().to_string(),
        "MaximumMessageSize": MAX_BYTES.to_string(),
        "QueueArn": format!("{}{}", prefixes.arn, request.name()),
    } }))
}
