//! A queue that feeds a function.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{Wiring, partial};
use crate::aws::{Delivery, QueueError};
use crate::console;
use crate::template::{Function, QueueSource, REGION, arn};

/// How long one look into an empty queue takes.
const LOOK: Duration = Duration::from_secs(20);
/// The pause after something failed.
const PAUSE: Duration = Duration::from_secs(1);
/// Batches at the same time when the template does not say.
const BATCHES: u32 = 4;

/// Feeds the function until the task is dropped.
pub(super) async fn run(function: Function, source: QueueSource, wiring: Wiring) {
    // A message must stay hidden for as long as the function may work on it.
    let visibility =
        wiring.retry_after.map(|after| after.saturating_add(Duration::from_secs(function.timeout.into())));
    let function = function.name;
    let limit = source.maximum_concurrency.unwrap_or(BATCHES);
    let permits = Arc::new(Semaphore::new(usize::try_from(limit).unwrap_or(1).max(1)));
    // A batch that is cut off comes back when its visibility is over.
    let mut batches = JoinSet::new();
    loop {
        while batches.try_join_next().is_some() {}
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        let mut closing = wiring.closing.clone();
        let collected = tokio::select! {
            collected = collect(&source, &wiring, visibility) => collected,
            _ = closing.wait_for(|closing| *closing) => break,
        };
        let batch = match collected {
            Ok(batch) => batch,
            Err(error) => {
                console::complain(&format!("queue {}: {error}", source.queue));
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        if batch.is_empty() {
            continue;
        }
        let (function, source, wiring) = (function.clone(), source.clone(), wiring.clone());
        batches.spawn(async move {
            if let Err(error) = work(&function, &source, &wiring, batch).await {
                console::complain(&format!("queue {}: {error}", source.queue));
            }
            drop(permit);
        });
    }
    while batches.join_next().await.is_some() {}
}

/// A batch: full, or what came within the window.
async fn collect(
    source: &QueueSource,
    wiring: &Wiring,
    visibility: Option<Duration>,
) -> Result<Vec<Delivery>, QueueError> {
    let size = usize::try_from(source.batch_size).unwrap_or(1);
    let mut batch = wiring.queues.receive_for(&source.queue, size.min(10), LOOK, visibility).await?;
    if batch.is_empty() {
        return Ok(batch);
    }
    let end = Instant::now() + Duration::from_secs(u64::from(source.window));
    while batch.len() < size {
        let left = end.saturating_duration_since(Instant::now());
        let room = size.saturating_sub(batch.len()).min(10);
        let more = wiring.queues.receive_for(&source.queue, room, left, visibility).await?;
        if more.is_empty() {
            break;
        }
        batch.extend(more);
    }
    Ok(batch)
}

/// Runs the function on a batch and deletes what is done.
async fn work(
    function: &str,
    source: &QueueSource,
    wiring: &Wiring,
    batch: Vec<Delivery>,
) -> Result<(), QueueError> {
    let arn = arn("sqs", &source.queue);
    let records = batch.iter().map(|message| message.lambda_record(&arn, REGION)).collect::<Vec<_>>();
    let event = serde_json::json!({ "Records": records }).to_string();
    let failed = match wiring.lambda.invoke(function, event).await {
        Ok(answer) if source.partial_failures => failed(&answer, &batch, function),
        Ok(_) => BTreeSet::new(),
        // The Lambda part has said what happened; nothing is deleted, all of it comes back.
        Err(_) => {
            tokio::time::sleep(PAUSE).await;
            batch.iter().map(|message| message.id.clone()).collect()
        }
    };
    for message in &batch {
        if !failed.contains(&message.id) {
            wiring.queues.delete(&source.queue, &message.receipt)?;
        } else if let Some(after) = wiring.retry_after {
            // The message may have come back already.
            let _ = wiring.queues.change_visibility(&source.queue, &message.receipt, after);
        }
    }
    Ok(())
}

fn failed(answer: &[u8], batch: &[Delivery], function: &str) -> BTreeSet<String> {
    let ids = batch.iter().map(|message| message.id.as_str()).collect::<Vec<_>>();
    partial::failures(answer, &ids).unwrap_or_else(|problem| {
        console::complain(&format!("[{function}] {problem}: the whole batch counts as failed"));
        ids.into_iter().map(str::to_owned).collect()
    })
}
