//! What the functions of a city call, as the city counts it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tests::city::wait_for;
use tests::person::Person;

/// A tick reads the calendar, its changes, and what is due in each shard.
const QUERIES_OF_A_TICK: u64 = 9;

/// A row of the table: what one function spent.
pub struct Row {
    pub what: &'static str,
    pub function: &'static str,
    pub spent: Counts,
}

/// One action of one service.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    calls: u64,
    failed: u64,
    read: f64,
    write: f64,
}

/// By function, service, action.
#[derive(Debug, Clone, Default)]
pub struct Counts(BTreeMap<(String, String, String), Count>);

impl Counts {
    fn read(lines: &Value) -> Result<Self> {
        let mut counts = BTreeMap::new();
        for line in lines.as_array().context("a list of counts")? {
            let text = |name: &str| line[name].as_str().map(str::to_owned).context("a text");
            let units = |name: &str| line[name].as_f64().context("units");
            let calls = |name: &str| line[name].as_u64().context("calls");
            let key = (text("function")?, text("service")?, text("action")?);
            let (read, write) = (units("read_units")?, units("write_units")?);
            counts.insert(key, Count { calls: calls("calls")?, failed: calls("failed")?, read, write });
        }
        Ok(Self(counts))
    }

    /// What was added since `before`.
    fn since(&self, before: &Self) -> Self {
        let added = self.0.iter().map(|(key, now)| {
            let was = before.0.get(key).copied().unwrap_or_default();
            let (calls, failed) = (now.calls - was.calls, now.failed - was.failed);
            (key.clone(), Count { calls, failed, read: now.read - was.read, write: now.write - was.write })
        });
        Self(added.filter(|(_, count)| count.calls > 0).collect())
    }

    fn of(&self, function: &str) -> Self {
        let own = self.0.iter().filter(|((name, ..), _)| name == function);
        Self(own.map(|(key, count)| (key.clone(), *count)).collect())
    }

    /// Calls of `action` by `function` that were carried out.
    fn sum(&self, function: &str, action: &str) -> u64 {
        let same = self.0.iter().filter(|((name, _, done), _)| name == function && done == action);
        same.map(|(_, count)| count.calls - count.failed).sum()
    }

    pub fn failed(&self) -> u64 {
        self.0.values().map(|count| count.failed).sum()
    }

    pub fn units(&self) -> (f64, f64) {
        self.0.values().fold((0.0, 0.0), |(read, write), count| (read + count.read, write + count.write))
    }

    pub fn calls(&self) -> String {
        let each = self.0.iter().map(|((_, _, action), count)| format!("{} {action}", count.calls));
        each.collect::<Vec<_>>().join(", ")
    }
}

pub struct Meter {
    pub desk: Person,
    pub rows: Vec<Row>,
}

impl Meter {
    /// The counts once nothing is under way: every event relayed, every notice sent and recorded.
    pub async fn settled(&mut self) -> Result<Counts> {
        wait_for("a quiet city", async || {
            let counts = Counts::read(&self.desk.get("/_local/calls").await?.expect(200)?.json()?)?;
            // A transaction of these functions is an event; the relay ends with its outbox mark.
            let events: u64 =
                ["submission", "casework", "deadline-timer", "payment-posting", "notification-feedback"]
                    .iter()
                    .map(|function| counts.sum(function, "TransactWriteItems"))
                    .sum();
            let relayed = counts.sum("event-relay", "UpdateItem");
            // What a provider said goes to a queue of its own, once.
            let words = counts.sum("payment-callback", "PutItem");
            let handed = counts.sum("event-relay", "SendMessage").checked_sub(words);
            let recorded = counts.sum("notification", "PutItem");
            let sent = handed.is_some_and(|handed| recorded >= 2 * handed);
            let queues = self.desk.get("/_local/queues").await?.expect(200)?.json()?;
            let waiting = queues.as_object().context("queues")?.values().any(|depth| {
                ["visible", "in_flight", "delayed"].iter().any(|place| depth[*place] != json!(0))
            });
            Ok((relayed >= events && sent && !waiting).then_some(counts))
        })
        .await
    }

    /// What all functions spent on `command` and on what followed from it, and its answer.
    pub async fn measure(&mut self, command: impl Future<Output = Result<Value>>) -> Result<(Value, Counts)> {
        let before = self.settled().await?;
        let answer = command.await?;
        Ok((answer, self.settled().await?.since(&before)))
    }

    /// Whether `ticks` ticks is all there were since the city started.
    pub async fn ticked(&mut self, ticks: u64) -> Result<bool> {
        let queries = self.settled().await?.sum("deadline-timer", "Query");
        Ok(queries == ticks * QUERIES_OF_A_TICK)
    }

    pub fn row(&mut self, what: &'static str, function: &'static str, spent: &Counts) {
        self.rows.push(Row { what, function, spent: spent.of(function) });
    }
}
