//! From events to effects: every committed event is read from the table's stream and its effects are
//! dispatched; a sweep finds the ones the stream missed. All of it may run twice, late or in any
//! order: what is written is keyed by the event.

pub mod dispatch;
pub mod recipients;

use std::sync::Arc;

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use domain::id::EventId;
use domain::notice::NoticeKind;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use platform::codec::event;
use platform::fault::Fault;
use platform::keys::{HeardId, Key, Lookup, SHARDS};
use platform::notices::{self, Entry};
use platform::ports::{Ambient, Objects, Queue, Store};
use platform::row::{Query, Row};
use platform::{batch, payments, telemetry};
use serde_json::{Value, json};

pub struct App {
    pub store: Arc<dyn Store>,
    /// Notices to send.
    pub queue: Arc<dyn Queue>,
    /// Notices that only remind, and may be moot when their turn comes.
    pub reminders: Arc<dyn Queue>,
    /// Words of payment providers to post.
    pub postings: Arc<dyn Queue>,
    pub objects: Arc<dyn Objects>,
    pub ambient: Arc<dyn Ambient>,
}

impl App {
    /// The queue of the function that sends notices of `kind`.
    fn sender_of(&self, kind: NoticeKind) -> &dyn Queue {
        if kind.is_reminder() { &*self.reminders } else { &*self.queue }
    }

    /// The same of an entry of the ledger.
    fn sender_of_entry(&self, entry: &Entry) -> &dyn Queue {
        match entry {
            Entry::Case(notice) => self.sender_of(notice.kind),
            Entry::Booking(_) | Entry::Duty(_) => &*self.queue,
        }
    }
}

/// How old an undispatched event must be before the sweep takes it from the stream.
const STREAM_TIME: SignedDuration = SignedDuration::from_secs(60);
/// How many rows of a shard one sweep takes; the next one goes on.
const SWEEP_ROWS: u32 = 200;
/// How many events are dispatched at a time. Nothing they do depends on order, not even within one
/// case: the lists keep the newest version, notices and files are keyed by their event. What one
/// takes is waiting for the services, and a full batch one by one would outlast the function.
const WIDTH: usize = 16;

/// A batch of stream records, or `{"sweep": true}` from the schedule.
pub async fn handle(app: &App, payload: Value) -> Result<Value, Fault> {
    if payload.get("sweep").is_some() {
        return sweep(app).await;
    }
    let event: StreamEvent = serde_json::from_value(payload).map_err(Fault::corrupt)?;
    let response = batch::stream(event, WIDTH, async |record| relay(app, record).await).await;
    serde_json::to_value(response).map_err(Fault::corrupt)
}

/// One stream record: new events are dispatched, new words of payment providers put on their queue,
/// everything else is no business of ours.
async fn relay(app: &App, record: EventRecord) -> Result<(), Fault> {
    let keys: std::collections::HashMap<String, String> =
        serde_dynamo::from_item(record.change.keys).map_err(Fault::corrupt)?;
    let key = keys.get("pk").zip(keys.get("sk")).and_then(|(pk, sk)| Key::of_stream(pk, sk));
    match (record.event_name.as_str(), key) {
        ("INSERT", Some(Key::Event(id))) => dispatch::dispatch(app, id).await,
        ("INSERT", Some(Key::Heard(id))) => app.postings.send(id.message()).await,
        (_, Some(_)) => Ok(()),
        (_, None) => Err(Fault::corrupt("a stream record of an unknown key")),
    }
}

/// What one shard has left over.
struct Left {
    /// Notices to wake.
    notices: Vec<Entry>,
    /// Words of payment providers to post.
    words: Vec<HeardId>,
    /// Rows of the outbox.
    events: Vec<Row>,
}

/// Wakes notices that should have been sent, and dispatches events and words the stream did not bring.
async fn sweep(app: &App) -> Result<Value, Fault> {
    let until = app.ambient.now().checked_sub(STREAM_TIME).map_err(Fault::corrupt)?;
    let (mut overdue, mut words, mut events, mut failed) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (shard, found) in
        join_all((0..SHARDS).map(|shard| left(app, shard, until))).await.into_iter().enumerate()
    {
        match found {
            Ok(left) => {
                overdue.extend(left.notices);
                words.extend(left.words);
                events.extend(left.events);
            }
            // One shard that fails holds up no other; the next sweep tries it again.
            Err(fault) => {
                tracing::error!(shard, error = %fault, "failed to sweep the shard");
                failed += 1;
            }
        }
    }
    let wake = async |entry: Entry| app.sender_of_entry(&entry).send(entry.tag().to_string()).await;
    let woken = batch::each(overdue, WIDTH, wake).await;
    let sent = batch::each(words, WIDTH, async |id: HeardId| app.postings.send(id.message()).await).await;
    let dispatched =
        batch::each(events, WIDTH, async |row: Row| dispatch::dispatch(app, outbox_id(&row)?).await);
    let (woken, failed_to_wake) = tally(woken, "failed to wake a notice");
    let (dispatched, failed_to_dispatch) =
        tally(dispatched.await, "failed to dispatch an event of the outbox");
    let (sent, failed_to_send) = tally(sent, "failed to put a payment on the queue");
    failed += failed_to_wake + failed_to_dispatch + failed_to_send;
    telemetry::count(&*app.ambient, "event-relay", "SweptEvents", dispatched);
    telemetry::count(&*app.ambient, "event-relay", "UndispatchedEvents", failed);
    telemetry::count(&*app.ambient, "event-relay", "SweptPayments", sent);
    Ok(json!({ "dispatched": dispatched, "failed": failed, "sent": sent, "woken": woken }))
}

async fn left(app: &App, shard: u8, until: Timestamp) -> Result<Left, Fault> {
    let notices = notices::overdue(&*app.store, shard, until, SWEEP_ROWS).await?;
    let words = payments::unposted(&*app.store, shard, until, SWEEP_ROWS).await?;
    let page = app.store.query(Query::first(Lookup::Outbox { shard, until }, SWEEP_ROWS)).await?;
    Ok(Left { notices, words, events: page.rows })
}

/// How many went well and how many failed; the log says why.
fn tally(outcomes: Vec<Result<(), Fault>>, trouble: &str) -> (usize, usize) {
    let all = outcomes.len();
    let failed = outcomes.into_iter().filter_map(Result::err);
    let failed = failed.inspect(|fault| tracing::error!(error = %fault, "{trouble}")).count();
    (all - failed, failed)
}

/// The outbox index has keys only.
fn outbox_id(row: &Row) -> Result<EventId, Fault> {
    let text = |name| row.get(name).and_then(|value| value.as_s().ok());
    match text("pk").zip(text("sk")).and_then(|(pk, sk)| Key::of_stream(pk, sk)) {
        Some(Key::Event(id)) => Ok(id),
        _ => Err(Fault::Corrupt(format!("the outbox holds something that is no `{}`", event::ROW))),
    }
}
