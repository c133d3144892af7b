//! Every attempt to pay is owned by a timer until its fate is known: here its provider is asked, and asked
//! again, with no horizon. A lost callback, a closed browser or a week of outage heal without a person.
//! Here too providers are asked to pay money back, and their files and the treasury's are matched with
//! what was posted.

mod files;
mod inquire;
mod pay_out;

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use platform::accounts::Accounts;
use platform::calendars::CalendarCache;
use platform::codec::order::ToAsk;
use platform::fault::Fault;
use platform::keys::SHARDS;
use platform::ports::{Ambient, Providers, Store};
use platform::{batch, payments, telemetry};
use serde::Deserialize;
use serde_json::{Value, json};

pub struct App {
    pub store: Arc<dyn Store>,
    pub ambient: Arc<dyn Ambient>,
    pub providers: Arc<dyn Providers>,
    pub accounts: Accounts,
    pub calendars: CalendarCache,
}

/// What a tick takes of one shard; the next goes on.
const TICK_ROWS: u32 = 50;
/// How many providers are asked at a time. Each host has its own pace (`platform::outbound`).
const WIDTH: usize = 4;

/// What the schedules and operators ask for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// Ask about what is due.
    Tick(serde::de::IgnoredAny),
    /// Fetch yesterday's files of the providers that have them.
    Files(files::Daily),
    /// Import a file of a provider, or the treasury's.
    Import(Box<files::Import>),
    /// List what has been open for how long.
    Ageing(serde::de::IgnoredAny),
}

/// A tick, the daily files, an imported file, or the list of what is open.
pub async fn handle(app: &App, payload: Value) -> Result<Value, Fault> {
    match serde_json::from_value(payload).map_err(Fault::corrupt)? {
        Order::Tick(_) => tick(app).await,
        Order::Files(daily) => files::fetch(app, daily).await,
        Order::Import(import) => files::import(app, *import).await,
        Order::Ageing(_) => ageing(app).await,
    }
}

async fn tick(app: &App) -> Result<Value, Fault> {
    let now = app.ambient.now();
    let mut due = Vec::new();
    let mut failed = 0;
    for rows in join_all((0..SHARDS).map(|shard| payments::to_ask(&*app.store, shard, now, TICK_ROWS))).await
    {
        match rows {
            Ok(rows) => due.extend(rows),
            // One shard that fails holds up no other; the next tick tries it again.
            Err(fault) => failed += told(&fault, "failed to read what is to be asked"),
        }
    }
    let mut asked = 0;
    let outcomes = batch::each(due, WIDTH, async |row: Result<ToAsk, Fault>| match row? {
        ToAsk::Attempt(order) => inquire::ask(app, order).await,
        ToAsk::Payout(payout) => pay_out::send(app, payout).await,
    });
    for outcome in outcomes.await {
        match outcome {
            Ok(()) => asked += 1,
            Err(fault) => failed += told(&fault, "failed to ask a provider"),
        }
    }
    telemetry::count(&*app.ambient, "payment-reconciliation", "ProvidersAsked", asked);
    telemetry::count(&*app.ambient, "payment-reconciliation", "ProvidersFailed", failed);
    Ok(json!({ "asked": asked, "failed": failed }))
}

fn told(fault: &Fault, trouble: &'static str) -> usize {
    tracing::error!(error = %fault, "{trouble}");
    1
}

/// The ageing list (帳齡): what is open, oldest first. Attempts whose fate is not known, refunds on their
/// way, and words of providers that no case could take.
async fn ageing(app: &App) -> Result<Value, Fault> {
    let now = app.ambient.now();
    let (mut open, mut words) = (Vec::new(), Vec::new());
    for shard in 0..SHARDS {
        for row in payments::to_ask(&*app.store, shard, Timestamp::MAX, AGEING_ROWS).await? {
            match row? {
                ToAsk::Attempt(order) => {
                    open.push((order.attempt.made_at, "attempt", order.case, order.attempt));
                }
                ToAsk::Payout(payout) => {
                    open.push((payout.attempt.made_at, "refund", payout.case, payout.attempt));
                }
            }
        }
        for id in payments::unposted(&*app.store, shard, Timestamp::MAX, AGEING_ROWS).await? {
            words.extend(payments::heard(&*app.store, id).await?);
        }
    }
    open.sort_by_key(|(since, ..)| *since);
    words.sort_by_key(|heard| heard.at);
    let days = |since: Timestamp| now.duration_since(since).as_hours() / 24;
    let attempts = open.into_iter().map(|(since, what, case, attempt)| {
        json!({
            "what": what, "case": case.to_string(), "provider": attempt.provider.code(),
            "means": attempt.means.code(), "amount": attempt.amount.0, "since": since, "days": days(since),
            "order_no": attempt.order_no.to_string(),
        })
    });
    let words = words.into_iter().map(|heard| {
        json!({
            "provider": heard.order.provider.code(), "merchant": heard.order.merchant,
            "order_no": heard.order.order_no, "kind": platform::codec::order::kind(&heard.word),
            "since": heard.at, "days": days(heard.at),
        })
    });
    Ok(json!({ "open": attempts.collect::<Vec<_>>(), "unposted": words.collect::<Vec<_>>() }))
}

/// Most rows of one shard in the list.
const AGEING_ROWS: u32 = 500;
