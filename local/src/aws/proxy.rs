//! The layer in front of every service: who calls, how often, and what goes wrong on purpose.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode, header, request};
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;

use super::calls::{self, Calls, Units};
use super::dynamodb::{self, Forward};
use super::faults::{FaultKind, Faults, Service, When};
use super::mailbox::Mailbox;
use super::queues::Queues;
use super::s3::{self, S3};
use super::secrets::Secrets;
use super::ses;
use super::sqs;
use super::streams::Streams;
use super::wire::{self, BoxError, Reply, Reset};

/// `DynamoDB` takes the largest requests.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// What answers behind the layer.
pub(super) enum Upstream {
    DynamoDb(Box<Forward>, Streams),
    Sqs(Arc<Queues>, sqs::Prefixes),
    Ses(Arc<Mailbox>, Option<String>),
    S3(S3),
    Secrets(Arc<Secrets>),
}

impl Upstream {
    const fn service(&self) -> Service {
        match self {
            Self::DynamoDb(..) => Service::DynamoDb,
            Self::Sqs(..) => Service::Sqs,
            Self::Ses(..) => Service::Ses,
            Self::S3(_) => Service::S3,
            Self::Secrets(_) => Service::Secrets,
        }
    }
}

/// Who may call, and the books.
#[derive(Clone)]
pub(super) struct Watch {
    pub(super) callers: Arc<BTreeSet<String>>,
    pub(super) calls: Arc<Calls>,
    pub(super) faults: Arc<Faults>,
}

/// One service with the layer in front.
pub(super) struct Proxy {
    pub(super) upstream: Upstream,
    pub(super) watch: Watch,
}

/// S3 streams its bodies; the others are small and read whole.
enum Incomings {
    Stream(Box<Request<Incoming>>),
    Whole(Box<request::Parts>, Bytes),
}

impl Proxy {
    pub(super) async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Result<Reply, Reset> {
        let service = self.upstream.service();
        let (parts, body) = request.into_parts();
        if let Upstream::S3(s3) = &self.upstream
            && let Some(reply) = s3.preflight(&parts)
        {
            return Ok(reply);
        }
        let caller = caller(&parts);
        // s3s refuses strangers in its own words.
        if service != Service::S3 && !caller.as_ref().is_some_and(|name| self.watch.callers.contains(name)) {
            return Ok(stranger(service));
        }
        let caller = caller.unwrap_or_default();
        let (action, incoming) = if service == Service::S3 {
            (s3::action(&parts).to_owned(), Incomings::Stream(Box::new(Request::from_parts(parts, body))))
        } else {
            let bytes = wire::collect(body, MAX_BODY).await.map_err(|_| Reset)?;
            let action = if service == Service::Ses { ses::action(&bytes) } else { target(&parts) };
            (action, Incomings::Whole(Box::new(parts), bytes))
        };
        let (result, units) = self.run(&caller, &action, incoming).await;
        let failed = result.as_ref().map_or(true, |reply| reply.status().as_u16() >= 400);
        self.watch.calls.record(&caller, service, &action, failed, units);
        result
    }

    async fn run(&self, caller: &str, action: &str, incoming: Incomings) -> (Result<Reply, Reset>, Units) {
        let service = self.upstream.service();
        let fault = self.watch.faults.take(caller, service, action);
        let items = match &incoming {
            Incomings::Whole(_, bytes) if fault.is_some() => transact_items(bytes),
            _ => 0,
        };
        if let Some((When::Before, kind)) = fault
            && let Some(result) = self.fail(caller, action, items, kind).await
        {
            return (result, Units::default());
        }
        let Ok((reply, units)) = self.forward(action, incoming).await else {
            return (Err(Reset), Units::default());
        };
        match fault {
            Some((_, FaultKind::Truncate)) => {
                (wire::settle(reply).await.map(wire::truncated).map_err(|_| Reset), units)
            }
            Some((When::After, kind)) => match self.fail(caller, action, items, kind).await {
                Some(result) => (result, units),
                None => (Ok(reply), units),
            },
            _ => (Ok(reply), units),
        }
    }

    /// `None`: nothing more than time went by.
    async fn fail(
        &self,
        caller: &str,
        action: &str,
        items: usize,
        kind: FaultKind,
    ) -> Option<Result<Reply, Reset>> {
        let service = self.upstream.service();
        match kind {
            FaultKind::Throttle => Some(Ok(throttled(service))),
            FaultKind::Conflict => Some(Ok(conflict(service, action, items))),
            FaultKind::InternalError => Some(Ok(internal_error(service))),
            FaultKind::Stall(time) => {
                tokio::time::sleep(time).await;
                None
            }
            FaultKind::Reset => Some(Err(Reset)),
            FaultKind::Truncate => None,
            FaultKind::Kill => {
                self.watch.faults.kill(caller);
                Some(Err(Reset))
            }
        }
    }

    async fn forward(&self, action: &str, incoming: Incomings) -> Result<(Reply, Units), BoxError> {
        let (parts, bytes) = match (incoming, &self.upstream) {
            (Incomings::Stream(request), Upstream::S3(s3)) => {
                return Ok((s3.call(*request).await?, Units::default()));
            }
            (Incomings::Stream(_), _) => return Err(Reset.into()),
            (Incomings::Whole(parts, bytes), _) => (parts, bytes),
        };
        let reply = match &self.upstream {
            Upstream::DynamoDb(forward, streams) => {
                let asking = calls::reports_capacity(action);
                let bytes = if asking { dynamodb::ask_for_capacity(bytes) } else { bytes };
                let reply = wire::settle(forward.call(&parts.headers, bytes).await?).await?;
                if calls::writes(action) {
                    streams.wake();
                }
                let units = if asking { calls::units(action, reply.body()) } else { Units::default() };
                return Ok((wire::unsettle(reply), units));
            }
            Upstream::Sqs(queues, prefixes) => sqs::answer(queues, prefixes, action, &bytes).await,
            Upstream::Ses(mailbox, sender) => ses::answer(mailbox, sender.as_deref(), &bytes),
            Upstream::Secrets(secrets) => secrets.answer(action, &bytes),
            Upstream::S3(_) => return Err(Reset.into()),
        };
        Ok((reply, Units::default()))
    }
}

/// The access key id of a signed request: in the header, or in the query of a presigned one.
fn caller(parts: &request::Parts) -> Option<String> {
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let signed = header.and_then(|value| value.split_once("Credential=")).map(|(_, rest)| rest.to_owned());
    let credential = signed.or_else(|| {
        let query: Vec<(String, String)> = serde_urlencoded::from_str(parts.uri.query()?).ok()?;
        query.into_iter().find(|(name, _)| name == "X-Amz-Credential").map(|(_, value)| value)
    })?;
    credential.split('/').next().map(str::to_owned)
}

/// `PutItem` of `X-Amz-Target: DynamoDB_20120810.PutItem`.
fn target(parts: &request::Parts) -> String {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default().to_owned()
}

fn transact_items(body: &[u8]) -> usize {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Transaction {
        #[serde(default)]
        transact_items: Vec<serde::de::IgnoredAny>,
    }
    serde_json::from_slice(body).map_or(0, |transaction: Transaction| transaction.transact_items.len())
}

fn stranger(service: Service) -> Reply {
    let message = "The security token included in the request is invalid.";
    match service {
        Service::DynamoDb | Service::Secrets => {
            wire::json_error(StatusCode::BAD_REQUEST, "UnrecognizedClientException", message)
        }
        Service::Sqs => wire::json_error(StatusCode::FORBIDDEN, "InvalidClientTokenId", message),
        Service::Ses => ses::error_reply(StatusCode::FORBIDDEN, "InvalidClientTokenId", message),
        Service::S3 => s3::error(StatusCode::FORBIDDEN, "InvalidAccessKeyId", message),
    }
}

fn throttled(service: Service) -> Reply {
    let bad = StatusCode::BAD_REQUEST;
    match service {
        Service::DynamoDb => {
            let message = "The level of configured provisioned throughput for the table was exceeded.";
            wire::json_error(bad, &dynamodb_code("ProvisionedThroughputExceededException"), message)
        }
        Service::Sqs => {
            wire::json_error(bad, "com.amazonaws.sqs#RequestThrottled", "The request was throttled.")
        }
        Service::Ses => ses::error_reply(bad, "Throttling", "Maximum sending rate exceeded."),
        Service::S3 => {
            s3::error(StatusCode::SERVICE_UNAVAILABLE, "SlowDown", "Please reduce your request rate.")
        }
        Service::Secrets => wire::json_error(bad, "ThrottlingException", "Rate exceeded"),
    }
}

fn conflict(service: Service, action: &str, items: usize) -> Reply {
    if service != Service::DynamoDb {
        return throttled(service);
    }
    let ongoing = "Transaction is ongoing for the item";
    if !action.starts_with("Transact") {
        return wire::json_error(
            StatusCode::BAD_REQUEST,
            &dynamodb_code("TransactionConflictException"),
            ongoing,
        );
    }
    // The first item is the one in conflict; the others had no fault of their own.
    let reason = |at: usize| match at {
        0 => json!({ "Code": "TransactionConflict", "Message": ongoing }),
        _ => json!({ "Code": "None" }),
    };
    let count = items.max(1);
    let names: Vec<&str> =
        (0..count).map(|at| if at == 0 { "TransactionConflict" } else { "None" }).collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        names.join(", ")
    );
    let body = json!({
        "__type": dynamodb_code("TransactionCanceledException"),
        "Message": message,
        "CancellationReasons": (0..count).map(reason).collect::<Vec<_>>(),
    });
    wire::reply(StatusCode::BAD_REQUEST, "application/x-amz-json-1.0", body.to_string())
}

fn internal_error(service: Service) -> Reply {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let message = "The request processing has failed because of an unknown error.";
    match service {
        Service::DynamoDb => wire::json_error(status, &dynamodb_code("InternalServerError"), message),
        Service::Sqs => wire::json_error(status, "com.amazonaws.sqs#InternalError", message),
        Service::Ses => ses::error_reply(status, "InternalFailure", message),
        Service::S3 => s3::error(status, "InternalError", message),
        Service::Secrets => wire::json_error(status, "InternalServiceError", message),
    }
}

fn dynamodb_code(name: &str) -> String {
    format!("com.amazonaws.dynamodb.v20120810#{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(uri: &str, authorization: Option<&str>) -> request::Parts {
        let mut builder = Request::builder().uri(uri).header("x-amz-target", "DynamoDB_20120810.PutItem");
        if let Some(value) = authorization {
            builder = builder.header(header::AUTHORIZATION, value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_caller_is_the_access_key_id() {
        let header = "AWS4-HMAC-SHA256 Credential=deadline-timer/20260301/ap-east-2/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
        assert_eq!(caller(&parts("/", Some(header))).as_deref(), Some("deadline-timer"));
        let query = "/b/k?X-Amz-Credential=submission%2F20260301%2Fap-east-2%2Fs3%2Faws4_request";
        assert_eq!(caller(&parts(query, None)).as_deref(), Some("submission"));
        assert_eq!(caller(&parts("/b/k", None)), None);
        assert_eq!(target(&parts("/", None)), "PutItem");
    }

    #[test]
    fn a_conflict_names_a_reason_for_each_item() {
        assert_eq!(transact_items(br#"{"TransactItems":[{"Put":{}},{"Put":{}}]}"#), 2);
        assert_eq!(transact_items(b"{}"), 0);
    }
}
