//! Batches from queues and streams: each record on its own, so one that fails holds up no other.

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use futures_util::StreamExt as _;
use futures_util::stream;
use tracing::Instrument;

use crate::fault::Fault;

/// Handles the messages of a queue, `width` at a time. Failed ones are reported, so that the queue
/// delivers them, and only them, again; what never works ends in the dead-letter queue.
pub async fn queue(
    event: SqsEvent,
    width: usize,
    handle: impl AsyncFn(String) -> Result<(), Fault>,
) -> SqsBatchResponse {
    let failed = each(event.records, width, async |record: SqsMessage| {
        let id = record.message_id.unwrap_or_default();
        let span = tracing::info_span!("message", message_id = %id);
        let handled = handle(record.body.unwrap_or_default()).instrument(span).await;
        handled.err().map(|fault| {
            tracing::error!(message_id = %id, error = %fault, "failed to handle the message");
            id
        })
    });
    let mut response = SqsBatchResponse::default();
    for id in failed.await.into_iter().flatten() {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    response
}

/// Handles the records of a table stream, all of them, `width` at a time: handlers do not depend on
/// order. The first in the stream's order that failed is reported; the stream delivers again from
/// there.
pub async fn stream(
    event: StreamEvent,
    width: usize,
    handle: impl AsyncFn(EventRecord) -> Result<(), Fault>,
) -> DynamoDbEventResponse {
    let failed = each(event.records, width, async |record: EventRecord| {
        let sequence = record.change.sequence_number.clone();
        let span = tracing::info_span!("record", sequence = sequence.as_deref().unwrap_or_default());
        let handled = handle(record).instrument(span).await;
        handled.err().map(|fault| {
            tracing::error!(?sequence, error = %fault, "failed to handle the record");
            sequence
        })
    });
    let mut response = DynamoDbEventResponse::default();
    if let Some(sequence) = failed.await.into_iter().flatten().next() {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = sequence;
        response.batch_item_failures.push(failure);
    }
    response
}

/// Does `job` with each of `things`, at most `width` at a time, and gives what came of them in the
/// order of the things. One that takes long leaves the others their turn.
pub async fn each<T, R>(things: Vec<T>, width: usize, job: impl AsyncFn(T) -> R) -> Vec<R> {
    let job = &job;
    let jobs = things.into_iter().enumerate().map(async |(place, thing)| (place, job(thing).await));
    let mut done: Vec<(usize, R)> = stream::iter(jobs).buffer_unordered(width.max(1)).collect().await;
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}
