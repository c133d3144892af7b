//! Table streams for event sources: the records as Lambda gives them to a function, from where the reader left off.

use std::time::Duration;

use anyhow::Context as _;
use dynoxide::Database;
use rusqlite::OptionalExtension as _;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::dynamodb::call;
use super::store::Store;

/// `GetRecords` gives no more than this.
const MAX_RECORDS: usize = 1000;

/// All streams of the city. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    database: Database,
    store: Store,
    region: String,
    account: String,
    /// Wakes readers after writes: the number says nothing.
    written: watch::Sender<u64>,
}

impl Streams {
    pub(super) fn new(database: Database, store: Store, region: &str, account: &str) -> Self {
        Self {
            database,
            store,
            region: region.to_owned(),
            account: account.to_owned(),
            written: watch::Sender::new(0),
        }
    }

    pub(super) fn wake(&self) {
        self.written.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// A reader continues where the last reader of the same name stopped; the first begins with the oldest record.
    ///
    /// `consumer` names the event source mapping: the function is a good name.
    pub fn reader(&self, table: &str, consumer: &str) -> anyhow::Result<StreamReader> {
        let described =
            call(&json!({ "TableName": table }), |request| self.database.describe_table(request))?;
        let inner_arn = described.pointer("/Table/LatestStreamArn").and_then(Value::as_str);
        let inner_arn = inner_arn.with_context(|| format!("table {table} has no stream"))?.to_owned();
        let stream =
            call(&json!({ "StreamArn": inner_arn }), |request| self.database.describe_stream(request))?;
        let shard = stream.pointer("/StreamDescription/Shards/0/ShardId").and_then(Value::as_str);
        let shard = shard.with_context(|| format!("the stream of table {table} has no shard"))?.to_owned();
        let label = inner_arn.rsplit('/').next().unwrap_or_default();
        let arn = format!("arn:aws:dynamodb:{}:{}:table/{table}/stream/{label}", self.region, self.account);
        let position = self.store.read(|from| {
            let position = "SELECT sequence_number FROM positions WHERE consumer = ?1 AND table_name = ?2";
            from.query_row(position, [consumer, table], |row| row.get(0)).optional()
        })?;
        Ok(StreamReader {
            written: self.written.subscribe(),
            streams: self.clone(),
            table: table.to_owned(),
            consumer: consumer.to_owned(),
            inner_arn,
            shard,
            arn,
            position,
        })
    }
}

/// One reader of one stream. Records are given again until they are committed.
pub struct StreamReader {
    streams: Streams,
    written: watch::Receiver<u64>,
    table: String,
    consumer: String,
    inner_arn: String,
    shard: String,
    arn: String,
    position: Option<String>,
}

impl StreamReader {
    /// What `!GetAtt Table.StreamArn` gives.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The sequence number of the last record that is done with.
    #[must_use]
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// At most `limit` records after the position, oldest first; waits up to `wait` for the first.
    ///
    /// Each is one element of `Records` of the event: `eventID`, `eventName`, `eventSourceARN`,
    /// `dynamodb.{Keys, NewImage, SequenceNumber, ...}`.
    pub async fn next(&mut self, limit: usize, wait: Duration) -> anyhow::Result<Vec<Value>> {
        let deadline = Instant::now() + wait;
        loop {
            self.written.mark_unchanged();
            let records = self.read(limit)?;
            if !records.is_empty() || Instant::now() >= deadline {
                return Ok(records);
            }
            tokio::select! {
                changed = self.written.changed() => changed.context("the services have stopped")?,
                () = tokio::time::sleep_until(deadline) => {}
            }
        }
    }

    fn read(&self, limit: usize) -> anyhow::Result<Vec<Value>> {
        let database = &self.streams.database;
        let mut request = json!({ "StreamArn": self.inner_arn, "ShardId": self.shard, "ShardIteratorType": "TRIM_HORIZON" });
        if let (Some(position), Some(object)) = (&self.position, request.as_object_mut()) {
            object.insert("ShardIteratorType".to_owned(), json!("AFTER_SEQUENCE_NUMBER"));
            object.insert("SequenceNumber".to_owned(), json!(position));
        }
        let iterator = call(&request, |request| database.get_shard_iterator(request))?;
        let request =
            json!({ "ShardIterator": iterator.get("ShardIterator"), "Limit": limit.min(MAX_RECORDS) });
        let mut answer = call(&request, |request| database.get_records(request))?;
        let Some(Value::Array(mut records)) = answer.get_mut("Records").map(Value::take) else {
            return Ok(Vec::new());
        };
        for record in records.iter_mut().filter_map(Value::as_object_mut) {
            record.insert("eventSourceARN".to_owned(), json!(self.arn));
            record.insert("awsRegion".to_owned(), json!(self.streams.region));
        }
        Ok(records)
    }

    /// Everything up to this sequence number is done with, also after a restart.
    pub fn commit(&mut self, sequence_number: &str) -> anyhow::Result<()> {
        self.streams.store.write(|to| {
            let position = "INSERT INTO positions VALUES (?1, ?2, ?3)
                ON CONFLICT DO UPDATE SET sequence_number = excluded.sequence_number";
            to.prepare_cached(position)?.execute([&self.consumer, &self.table, sequence_number])
        })?;
        self.position = Some(sequence_number.to_owned());
        Ok(())
    }
}

/// The sequence number of a record that [`StreamReader::next`] gave.
#[must_use]
pub fn sequence_number(record: &Value) -> Option<&str> {
    record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str)
}
