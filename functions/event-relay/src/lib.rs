//! From events to effects: every committed event is read from the table's stream and its effects are
//! dispatched; a sweep finds the ones the stream missed. All of it may run twice, late or in any
//! order: what is written is keyed by the event.

pub mod dispatch;
pub mod recipients;

use std::sync::Arc;

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use domain::id::EventId;
use jiff::SignedDuration;
use platform::codec::event;
use platform::fault::Fault;
use platform::keys::{Key, Lookup, SHARDS};
use platform::ports::{Ambient, Objects, Queue, Store};
use platform::row::Query;
use platform::{batch, notices};
use serde_json::{Value, json};

pub struct App {
    pub store: Arc<dyn Store>,
    pub queue: Arc<dyn Queue>,
    pub objects: Arc<dyn Objects>,
    pub ambient: Arc<dyn Ambient>,
}

/// How old an undispatched event must be before the sweep takes it from the stream.
const STREAM_TIME: SignedDuration = SignedDuration::from_secs(60);
/// How many rows of a shard one sweep takes; the next one goes on.
const SWEEP_ROWS: u32 = 200;

/// A batch of stream records, or `{"sweep": true}` from the schedule.
pub async fn handle(app: &App, payload: Value) -> Result<Value, Fault> {
    if payload.get("sweep").is_some() {
        return sweep(app).await;
    }
    let event: StreamEvent = serde_json::from_value(payload).map_err(Fault::corrupt)?;
    let response = batch::stream(event, async |record| relay(app, record).await).await;
    serde_json::to_value(response).map_err(Fault::corrupt)
}

/// One stream record: new event rows are dispatched, everything else is no business of ours.
async fn relay(app: &App, record: EventRecord) -> Result<(), Fault> {
    let keys: std::collections::HashMap<String, String> =
        serde_dynamo::from_item(record.change.keys).map_err(Fault::corrupt)?;
    let key = keys.get("pk").zip(keys.get("sk")).and_then(|(pk, sk)| Key::of_cases_row(pk, sk));
    match (record.event_name.as_str(), key) {
        ("INSERT", Some(Key::Event(id))) => dispatch::dispatch(app, id).await,
        (_, Some(_)) => Ok(()),
        (_, None) => Err(Fault::corrupt("a stream record of an unknown key")),
    }
}

/// Dispatches events the stream did not bring, and wakes notices that should have been sent.
async fn sweep(app: &App) -> Result<Value, Fault> {
    let now = app.ambient.now();
    let until = now.checked_sub(STREAM_TIME).map_err(Fault::corrupt)?;
    let (mut dispatched, mut failed) = (0_usize, 0_usize);
    for shard in 0..SHARDS {
        let page = app.store.query(Query::first(Lookup::Outbox { shard, until }, SWEEP_ROWS)).await?;
        for row in page.rows {
            let id = match outbox_id(&row) {
                Ok(id) => id,
                Err(fault) => {
                    tracing::error!(error = %fault, "failed to read a row of the outbox");
                    failed += 1;
                    continue;
                }
            };
            match dispatch::dispatch(app, id).await {
                Ok(()) => dispatched += 1,
                Err(fault) => {
                    tracing::error!(event = %id, error = %fault, "failed to dispatch the event");
                    failed += 1;
                }
            }
        }
    }
    let woken = notices::overdue(&*app.store, until, SWEEP_ROWS).await?;
    for id in &woken {
        app.queue.send(id.to_string()).await?;
    }
    platform::telemetry::count(&*app.ambient, "event-relay", "SweptEvents", dispatched);
    platform::telemetry::count(&*app.ambient, "event-relay", "UndispatchedEvents", failed);
    Ok(json!({ "dispatched": dispatched, "failed": failed, "woken": woken.len() }))
}

/// The outbox index has keys only.
fn outbox_id(row: &platform::row::Row) -> Result<EventId, Fault> {
    let text = |name| row.get(name).and_then(|value| value.as_s().ok());
    match text("pk").zip(text("sk")).and_then(|(pk, sk)| Key::of_cases_row(pk, sk)) {
        Some(Key::Event(id)) => Ok(id),
        _ => Err(Fault::Corrupt(format!("the outbox holds something that is no `{}`", event::ROW))),
    }
}
