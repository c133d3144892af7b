//! What the functions have asked of the services, counted.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;

use super::faults::Service;

/// One line of [`Calls::snapshot`].
#[derive(Debug, Clone, PartialEq)]
pub struct CallCount {
    /// The access key id of the caller.
    pub function: String,
    pub service: Service,
    pub action: String,
    pub calls: u64,
    /// Of these, answered with a status of 400 or more, or not at all.
    pub failed: u64,
    /// `DynamoDB` capacity units that the store reported. A condition that failed reports none.
    pub read_units: f64,
    pub write_units: f64,
}

type Key = (String, Service, String);

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    calls: u64,
    failed: u64,
    read_units: f64,
    write_units: f64,
}

/// Counts by (function, service, action).
#[derive(Default)]
pub struct Calls {
    counts: Mutex<BTreeMap<Key, Count>>,
}

impl Calls {
    /// Sorted by function, service, action.
    #[must_use]
    pub fn snapshot(&self) -> Vec<CallCount> {
        let line = |((function, service, action), count): (&Key, &Count)| CallCount {
            function: function.clone(),
            service: *service,
            action: action.clone(),
            calls: count.calls,
            failed: count.failed,
            read_units: count.read_units,
            write_units: count.write_units,
        };
        self.counts().iter().map(line).collect()
    }

    /// Starts to count anew.
    pub fn reset(&self) {
        self.counts().clear();
    }

    pub(super) fn record(&self, function: &str, service: Service, action: &str, failed: bool, units: Units) {
        let mut counts = self.counts();
        let count = counts.entry((function.to_owned(), service, action.to_owned())).or_default();
        count.calls += 1;
        count.failed += u64::from(failed);
        count.read_units += units.read;
        count.write_units += units.write;
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<Key, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Capacity of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Units {
    pub(super) read: f64,
    pub(super) write: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Consumed {
    #[serde(default)]
    capacity_units: f64,
}

/// One table, or a list of them when the action can touch several.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Consumed),
    Many(Vec<Consumed>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    consumed_capacity: Option<OneOrMany>,
}

const READS: [&str; 5] = ["GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"];
const WRITES: [&str; 5] = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];

pub(super) fn reports_capacity(action: &str) -> bool {
    READS.contains(&action) || WRITES.contains(&action)
}

pub(super) fn writes(action: &str) -> bool {
    WRITES.contains(&action)
}

/// Reads the `ConsumedCapacity` of a `DynamoDB` answer.
pub(super) fn units(action: &str, answer: &[u8]) -> Units {
    let total = match serde_json::from_slice(answer) {
        Ok(Answer { consumed_capacity: Some(OneOrMany::One(one)) }) => one.capacity_units,
        Ok(Answer { consumed_capacity: Some(OneOrMany::Many(many)) }) => {
            many.iter().map(|one| one.capacity_units).sum()
        }
        _ => 0.0,
    };
    if writes(action) { Units { read: 0.0, write: total } } else { Units { read: total, write: 0.0 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_is_read_from_one_table_and_from_many() {
        let one = br#"{"Item":{"pk":{"S":"a"}},"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5}}"#;
        assert_eq!(units("GetItem", one), Units { read: 0.5, write: 0.0 });
        let many = br#"{"ConsumedCapacity":[{"CapacityUnits":2.0},{"CapacityUnits":4.0}]}"#;
        assert_eq!(units("TransactWriteItems", many), Units { read: 0.0, write: 6.0 });
        assert_eq!(units("PutItem", b"{}"), Units::default());
        assert_eq!(units("PutItem", b"not json"), Units::default());
    }
}
