//! Batches from queues and streams: each record on its own, so one that fails holds up no other.

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use tracing::Instrument;

use crate::fault::Fault;

/// Handles the messages of a queue one by one. Failed ones are reported, so that the queue delivers
/// them, and only them, again; what never works ends in the dead-letter queue.
pub async fn queue(
    event: SqsEvent,
    mut handle: impl AsyncFnMut(String) -> Result<(), Fault>,
) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for record in event.records {
        let id = record.message_id.unwrap_or_default();
        let span = tracing::info_span!("message", message_id = %id);
        if let Err(fault) = handle(record.body.unwrap_or_default()).instrument(span).await {
            tracing::error!(message_id = %id, error = %fault, "failed to handle the message");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            response.batch_item_failures.push(failure);
        }
    }
    response
}

/// Handles the records of a table stream one by one, all of them: handlers do not depend on order.
/// The first that failed is reported; the stream delivers again from there.
pub async fn stream(
    event: StreamEvent,
    mut handle: impl AsyncFnMut(EventRecord) -> Result<(), Fault>,
) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    for record in event.records {
        let sequence = record.change.sequence_number.clone();
        let span = tracing::info_span!("record", sequence = sequence.as_deref().unwrap_or_default());
        if let Err(fault) = handle(record).instrument(span).await {
            tracing::error!(?sequence, error = %fault, "failed to handle the record");
            if response.batch_item_failures.is_empty() {
                let mut failure = DynamoDbBatchItemFailure::default();
                failure.item_identifier = sequence;
                response.batch_item_failures.push(failure);
            }
        }
    }
    response
}
