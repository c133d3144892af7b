//! From events to effects: every committed event is read from the table's stream and its effects are
//! dispatched; a sweep finds the ones the stream missed. All of it may run twice, late or in any
//! order: what is written is keyed by the event.

pub mod dispatch;
pub mod recipients;

use std::sync::Arc;

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use domain::id::EventId;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
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

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default)]
struct Swept {
    woken: usize,
    dispatched: usize,
    failed: usize,
}

/// Wakes notices that should have been sent, and dispatches events the stream did not bring.
async fn sweep(app: &App) -> Result<Value, Fault> {
    let until = app.ambient.now().checked_sub(STREAM_TIME).map_err(Fault::corrupt)?;
    let shards = join_all((0..SHARDS).map(|shard| sweep_shard(app, shard, until))).await;
    let mut sum = Swept::default();
    for (shard, swept) in shards.into_iter().enumerate() {
        match swept {
            Ok(swept) => {
                sum.woken += swept.woken;
                sum.dispatched += swept.dispatched;
                sum.failed += swept.failed;
            }
            // One shard that fails holds up no other; the next sweep tries it again.
            Err(fault) => {
                tracing::error!(shard, error = %fault, "failed to sweep the shard");
                sum.failed += 1;
            }
        }
    }
    platform::telemetry::count(&*app.ambient, "event-relay", "SweptEvents", sum.dispatched);
    platform::telemetry::count(&*app.ambient, "event-relay", "UndispatchedEvents", sum.failed);
    Ok(json!({ "dispatched": sum.dispatched, "failed": sum.failed, "woken": sum.woken }))
}

async fn sweep_shard(app: &App, shard: u8, until: Timestamp) -> Result<Swept, Fault> {
    let mut swept = Swept::default();
    for id in notices::overdue(&*app.store, shard, until, SWEEP_ROWS).await? {
        app.queue.send(id.to_string()).await?;
        swept.woken += 1;
    }
    let page = app.store.query(Query::first(Lookup::Outbox { shard, until }, SWEEP_ROWS)).await?;
    for row in page.rows {
        let dispatched = match outbox_id(&row) {
            Ok(id) => dispatch::dispatch(app, id).await,
            Err(fault) => Err(fault),
        };
        match dispatched {
            Ok(()) => swept.dispatched += 1,
            Err(fault) => {
                tracing::error!(shard, error = %fault, "failed to dispatch an event of the outbox");
                swept.failed += 1;
            }
        }
    }
    Ok(swept)
}

/// The outbox index has keys only.
fn outbox_id(row: &platform::row::Row) -> Result<EventId, Fault> {
    let text = |name| row.get(name).and_then(|value| value.as_s().ok());
    match text("pk").zip(text("sk")).and_then(|(pk, sk)| Key::of_cases_row(pk, sk)) {
        Some(Key::Event(id)) => Ok(id),
        _ => Err(Fault::Corrupt(format!("the outbox holds something that is no `{}`", event::ROW))),
    }
}
