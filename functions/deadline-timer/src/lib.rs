//! Fires timers that have come due, reads the clocks of open cases anew when the calendar changed, and looks
//! after the inboxes of agencies when a half-day is over.
//! A timer is an attribute of its case; firing it is a command like any other, so early, late and
//! double ticks do no harm.

mod attendance;
mod recalculate;

use std::sync::Arc;

use domain::access::Actor;
use domain::calendar::Calendars;
use domain::command::Command;
use domain::event::Request;
use domain::id::RequestId;
use domain::timer;
use futures_util::future;
use jiff::Timestamp;
use platform::calendars;
use platform::codec::case::{self, Loaded};
use platform::commit::{self, Asked, Failure};
use platform::fault::Fault;
use platform::keys::{Lookup, SHARDS};
use platform::ports::{Ambient, Store};
use platform::row::Query;
use serde_json::{Value, json};

pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
}

/// Cases read at once.
const PAGE: u32 = 100;
/// Pages of one shard in one tick; what is left waits for the next.
const MAX_PAGES: usize = 50;

/// What a tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tick {
    pub fired: usize,
    /// Changed since the index was read: the next tick looks again.
    pub passed: usize,
    pub failed: usize,
}

/// The schedule's tick.
pub async fn handle(app: &App, _tick: Value) -> Result<Value, Fault> {
    let now = app.ambient.now();
    let known = calendars::calendars(&*app.store).await?;
    // Before anything else can fail: who is to be told is told by the minute.
    let missed = attendance::work(app, &known, now).await;
    let shards = future::join_all((0..SHARDS).map(|shard| fire_shard(&*app.store, &known, shard, now))).await;
    let mut sum = Tick::default();
    for tick in shards {
        let tick = tick?;
        sum.fired += tick.fired;
        sum.passed += tick.passed;
        sum.failed += tick.failed;
    }
    platform::telemetry::count(&*app.ambient, "deadline-timer", "TimersFired", sum.fired);
    platform::telemetry::count(&*app.ambient, "deadline-timer", "TimersFailed", sum.failed);
    let recalculated = recalculate::work(app, &known, now).await?;
    Ok(json!({
        "fired": sum.fired,
        "passed": sum.passed,
        "failed": sum.failed,
        "recalculated": recalculated,
        "missed": missed?,
    }))
}

/// Fires what is due in one shard, oldest first: one read a page, one write a case.
async fn fire_shard(
    store: &dyn Store,
    calendars: &Calendars,
    shard: u8,
    now: Timestamp,
) -> Result<Tick, Fault> {
    let mut tick = Tick::default();
    let mut query = Query::first(Lookup::Due { shard, until: now }, PAGE);
    for _ in 0..MAX_PAGES {
        let page = store.query(query.clone()).await?;
        for row in page.rows {
            // One case that fails must not hold up the others.
            match fire(store, calendars, row, now).await {
                Ok(0) => tick.passed += 1,
                Ok(fired) => tick.fired += fired,
                Err(fault) => {
                    tracing::error!(error = %fault, shard, "failed to fire a timer");
                    tick.failed += 1;
                }
            }
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    Ok(tick)
}

/// Fires the timers of the case in an index row that are due, soonest first. The row may be out of
/// date: the commit checks.
async fn fire(
    store: &dyn Store,
    calendars: &Calendars,
    row: platform::row::Row,
    now: Timestamp,
) -> Result<usize, Fault> {
    let mut loaded = case::decode(row)?;
    let mut fired = 0;
    while let Some((at, kind)) = timer::due(&loaded.case, now) {
        let asked = Asked { actor: Actor::System, request: request(&loaded, at, kind), seen: None };
        match commit::carry_out_on(store, calendars, loaded, &asked, &Command::Fire(kind), now).await {
            // Nothing happened: it would not the next time either.
            Ok(done) if done.replayed => break,
            Ok(done) => {
                fired += 1;
                loaded = done.loaded;
            }
            Err(Failure::Rejected(_) | Failure::Unknown | Failure::Fault(Fault::Conflict)) => break,
            Err(Failure::Fault(fault)) => return Err(fault),
        }
    }
    Ok(fired)
}

/// The same timer of the same version of a case makes the same request. The limits of several reviews may come
/// to end at one instant, one after the other was noted, so kind and instant alone do not tell.
fn request(loaded: &Loaded, at: Timestamp, kind: timer::TimerKind) -> Request {
    let case = loaded.case.id.to_string();
    let at = at.to_string();
    let version = loaded.case.version.0.to_be_bytes();
    let id = RequestId::derived(&[case.as_bytes(), kind.code().as_bytes(), at.as_bytes(), &version]);
    Request { id, digest: [0; 32] }
}
