//! Event source mappings: queues and table streams feed functions.

mod partial;
mod queue;
mod retry;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::aws::{QueueError, Queues, Streams};
use crate::lambda::Lambda;
use crate::template::City;

/// What all sources work with.
#[derive(Clone)]
pub struct Wiring {
    pub lambda: Lambda,
    pub queues: Arc<Queues>,
    pub streams: Streams,
    /// When messages that failed come back; when their visibility timeout is over if `None`, as on AWS.
    pub retry_after: Option<Duration>,
    /// True when no new work is to be taken.
    pub closing: watch::Receiver<bool>,
}

/// Gives back what was being worked on when an earlier city stopped: nobody works on it any more,
/// and nobody wants to wait here for the end of its visibility timeout.
fn release(queue: &str, queues: &Queues) -> Result<(), QueueError> {
    for message in queues.peek(queue)? {
        match queues.change_visibility(queue, &message.receipt, Duration::ZERO) {
            // It was not being worked on.
            Ok(()) | Err(QueueError::BadReceipt | QueueError::NotInFlight) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Starts every source of the template. They end with the returned set.
pub fn start(city: &City, wiring: &Wiring) -> anyhow::Result<JoinSet<()>> {
    let mut tasks = JoinSet::new();
    for function in &city.functions {
        for source in &function.queues {
            release(&source.queue, &wiring.queues)
                .with_context(|| format!("the queue {} for {}", source.queue, function.name))?;
            tasks.spawn(queue::run(function.clone(), source.clone(), wiring.clone()));
        }
        for source in &function.streams {
            let reader = wiring
                .streams
                .reader(&source.table, &source.id)
                .with_context(|| format!("the stream of {} for {}", source.table, function.name))?;
            tasks.spawn(stream::run(function.name.clone(), source.clone(), reader, wiring.clone()));
        }
    }
    Ok(tasks)
}
