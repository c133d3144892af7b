//! What goes into a queue and what comes out of it.

use std::fmt::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use super::queue::{Attribute, Attributes, Message, Refused};

/// Why a queue does not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    #[error("the queue {0} does not exist")]
    NoSuchQueue(String),
    #[error("the receipt handle is not one of this queue")]
    BadReceipt,
    #[error("the message is not being worked on under this receipt")]
    NotInFlight,
    #[error("the store of the queues failed")]
    Store(#[from] rusqlite::Error),
}

impl From<Refused> for QueueError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Malformed => Self::BadReceipt,
            Refused::NotInFlight => Self::NotInFlight,
        }
    }
}

/// A message to send.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    pub body: String,
    pub attributes: Attributes,
    /// The queue's own delay when `None`.
    pub delay: Option<Duration>,
}

impl Outgoing {
    pub fn body(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }
}

/// A message that was handed out.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub id: String,
    pub receipt: String,
    pub body: String,
    pub attributes: Attributes,
    /// Milliseconds since the epoch.
    pub sent_at: i64,
    pub first_received_at: i64,
    pub receives: i64,
    /// The queue a dead letter came from.
    pub source: Option<String>,
}

impl From<Message> for Delivery {
    fn from(message: Message) -> Self {
        Self {
            receipt: message.receipt(),
            id: message.id,
            body: message.body,
            attributes: message.attributes,
            sent_at: message.sent_at,
            first_received_at: message.first_received_at.unwrap_or(message.sent_at),
            receives: message.receives,
            source: message.source,
        }
    }
}

impl Delivery {
    /// One element of `Records` of the event that Lambda gives a function.
    #[must_use]
    pub fn lambda_record(&self, queue_arn: &str, region: &str) -> Value {
        let attribute = |(name, attribute): (&String, &Attribute)| {
            let value = json!({
                "dataType": attribute.data_type,
                "stringValue": attribute.string_value,
                "binaryValue": attribute.binary_value,
                "stringListValues": [],
                "binaryListValues": [],
            });
            (name.clone(), value)
        };
        let attributes: serde_json::Map<String, Value> = self.attributes.iter().map(attribute).collect();
        json!({
            "messageId": self.id,
            "receiptHandle": self.receipt,
            "body": self.body,
            "md5OfBody": md5_hex(self.body.as_bytes()),
            "attributes": {
                "ApproximateReceiveCount": self.receives.to_string(),
                "SentTimestamp": self.sent_at.to_string(),
                "SenderId": "local",
                "ApproximateFirstReceiveTimestamp": self.first_received_at.to_string(),
            },
            "messageAttributes": attributes,
            "eventSource": "aws:sqs",
            "eventSourceARN": queue_arn,
            "awsRegion": region,
        })
    }
}

pub(super) fn md5_hex(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>:
/// name, type, one byte for the kind, value, each with its length in front, in the order of the names.
pub(super) fn md5_of_attributes(attributes: &Attributes) -> String {
    let mut bytes = Vec::new();
    for (name, attribute) in attributes {
        put(&mut bytes, name.as_bytes());
        put(&mut bytes, attribute.data_type.as_bytes());
        let binary = attribute.binary_value.as_ref().and_then(|text| STANDARD.decode(text).ok());
        match (&attribute.string_value, binary) {
            (Some(text), _) => {
                bytes.push(1);
                put(&mut bytes, text.as_bytes());
            }
            (None, binary) => {
                bytes.push(2);
                put(&mut bytes, &binary.unwrap_or_default());
            }
        }
    }
    md5_hex(&bytes)
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend(part);
}
