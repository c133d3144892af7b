//! The stream of a table that feeds a function, in order and at least once.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::retry::{Outcome, Part, after};
use super::{Wiring, partial};
use crate::aws::{Outgoing, StreamReader};
use crate::template::{StreamSource, arn};
use crate::{ambient, console};

/// How long one look at an idle stream takes.
const LOOK: Duration = Duration::from_secs(20);
/// The first and the longest pause before records are tried again.
const PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(10));

/// Feeds the function until the task is dropped.
pub(super) async fn run(function: String, source: StreamSource, reader: StreamReader, wiring: Wiring) {
    let started_ms = ambient::now().as_millisecond();
    let mut closing = wiring.closing.clone();
    let mut mapping = Mapping { function, source, reader, wiring, started_ms };
    while !*closing.borrow_and_update() {
        if let Err(error) = mapping.turn(&mut closing).await {
            console::complain(&format!(
                "stream of {} for {}: {error:#}",
                mapping.source.table, mapping.function
            ));
            tokio::time::sleep(PAUSE.1).await;
        }
    }
}

struct Mapping {
    function: String,
    source: StreamSource,
    reader: StreamReader,
    wiring: Wiring,
    /// While the city is down nothing grows old: on AWS it would not have been down.
    started_ms: i64,
}

impl Mapping {
    async fn turn(&mut self, closing: &mut watch::Receiver<bool>) -> anyhow::Result<()> {
        let size = usize::try_from(self.source.batch_size).unwrap_or(1);
        let is_new = self.reader.position().is_none();
        let mut records = tokio::select! {
            records = self.reader.next(size, LOOK) => records?,
            _ = closing.wait_for(|closing| *closing) => return Ok(()),
        };
        if records.len() < size && !records.is_empty() && self.source.window > 0 {
            tokio::time::sleep(Duration::from_secs(u64::from(self.source.window))).await;
            records = self.reader.next(size, Duration::ZERO).await?;
        }
        let Some(last) = records.last().and_then(sequence_number).map(str::to_owned) else { return Ok(()) };
        // LATEST: what was written before there was a reader is not for it.
        if !is_new || self.source.from_start {
            let filters = &self.source.filters;
            records
                .retain(|record| filters.is_empty() || filters.iter().any(|filter| filter.matches(record)));
            self.work(records).await?;
        }
        self.reader.commit(&last)
    }

    async fn work(&mut self, records: Vec<Value>) -> anyhow::Result<()> {
        let mut open = VecDeque::from([Part { records, tries: 0 }]);
        while let Some(part) = open.pop_front() {
            let Some(part) = self.drop_old(part)? else { continue };
            if part.tries > 0 {
                let factor = 1_u32.checked_shl(part.tries.min(8)).unwrap_or(1);
                tokio::time::sleep(PAUSE.0.saturating_mul(factor).min(PAUSE.1)).await;
            }
            let outcome = self.invoke(&part.records).await;
            let next = after(part, outcome, &self.source);
            self.commit(&next.done)?;
            if let Some(part) = next.given_up {
                self.give_up(&part, "RetryAttemptsExhausted")?;
            }
            for part in next.again.into_iter().rev() {
                open.push_front(part);
            }
        }
        Ok(())
    }

    async fn invoke(&self, records: &[Value]) -> Outcome {
        let event = json!({ "Records": records }).to_string();
        let Ok(answer) = self.wiring.lambda.invoke(&self.function, event).await else {
            // The Lambda part has said what happened.
            return Outcome::Failed;
        };
        if !self.source.partial_failures {
            return Outcome::Done;
        }
        let ids = records.iter().filter_map(sequence_number).collect::<Vec<_>>();
        match partial::failures(&answer, &ids) {
            Ok(failed) => match ids.iter().position(|id| failed.contains(*id)) {
                Some(first) => Outcome::FailedFrom(first),
                None => Outcome::Done,
            },
            Err(problem) => {
                console::complain(&format!(
                    "[{}] {problem}: the whole batch counts as failed",
                    self.function
                ));
                Outcome::Failed
            }
        }
    }

    /// Takes out what is older than the template allows; `None` when nothing is left.
    fn drop_old(&mut self, mut part: Part<Value>) -> anyhow::Result<Option<Part<Value>>> {
        if let Some(maximum) = self.source.maximum_age {
            let limit =
                ambient::now().as_millisecond().saturating_sub(i64::from(maximum).saturating_mul(1000));
            let started = self.started_ms;
            let old = |record: &Value| created_ms(record).max(started) < limit;
            let fresh = part.records.iter().position(|record| !old(record)).unwrap_or(part.records.len());
            if fresh > 0 {
                let rest = part.records.split_off(fresh);
                self.give_up(&part, "RecordAgeExceeded")?;
                part.records = rest;
            }
        }
        Ok((!part.records.is_empty()).then_some(part))
    }

    fn commit(&mut self, records: &[Value]) -> anyhow::Result<()> {
        match records.last().and_then(sequence_number) {
            Some(last) => self.reader.commit(last),
            None => Ok(()),
        }
    }

    /// Tells the failure queue which records were given up, as Lambda words it, and moves on.
    fn give_up(&mut self, part: &Part<Value>, condition: &str) -> anyhow::Result<()> {
        let (first, last) = (part.records.first(), part.records.last());
        let sequence =
            |record: Option<&Value>| record.and_then(sequence_number).unwrap_or_default().to_owned();
        let arrival = |record: Option<&Value>| {
            let created = record.map(created_ms).unwrap_or_default();
            jiff::Timestamp::from_millisecond(created).map(|time| time.to_string()).unwrap_or_default()
        };
        console::complain(&format!(
            "[{}] gave up {} record(s) of the stream of {}: {condition}",
            self.function,
            part.records.len(),
            self.source.table
        ));
        if let Some(queue) = &self.source.failure_queue {
            let body = json!({
                "requestContext": {
                    "requestId": ambient::fresh_id(),
                    "functionArn": arn("lambda", &format!("function:{}", self.function)),
                    "condition": condition,
                    "approximateInvokeCount": part.tries,
                },
                "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
                "version": "1.0",
                "timestamp": ambient::now().to_string(),
                "DDBStreamBatchInfo": {
                    "shardId": "shardId-local",
                    "startSequenceNumber": sequence(first),
                    "endSequenceNumber": sequence(last),
                    "approximateArrivalOfFirstRecord": arrival(first),
                    "approximateArrivalOfLastRecord": arrival(last),
                    "batchSize": part.records.len(),
                    "streamArn": self.reader.arn(),
                },
            });
            self.wiring.queues.send(queue, Outgoing::body(body.to_string()))?;
        }
        self.commit(&part.records)
    }
}

fn sequence_number(record: &Value) -> Option<&str> {
    record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str)
}

/// When the change was made, in milliseconds; 0 when the record does not say.
fn created_ms(record: &Value) -> i64 {
    record
        .pointer("/dynamodb/ApproximateCreationDateTime")
        .and_then(|time| {
            time.as_i64().or_else(|| serde_json::from_str::<i64>(time.to_string().split('.').next()?).ok())
        })
        .unwrap_or_default()
        .saturating_mul(1000)
}
