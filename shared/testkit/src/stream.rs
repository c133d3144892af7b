//! The log of changes of a table, as Lambda hands it to a function that reads the stream.

use aws_lambda_events::event::dynamodb::{Event, EventRecord, StreamRecord, StreamViewType};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use platform::keys::{Key, Table};
use platform::row::Row;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Insert,
    Modify,
    Remove,
}

impl Kind {
    /// The name in a stream record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Modify => "MODIFY",
            Self::Remove => "REMOVE",
        }
    }
}

/// A change of one row.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its place in the log, from 1.
    pub seq: u64,
    pub table: Table,
    pub pk: String,
    pub sk: String,
    pub kind: Kind,
    /// The row after the change: the stream has new images.
    pub image: Option<Row>,
    pub at: Timestamp,
}

impl Change {
    /// Whether the filter of the template lets it through to `event-relay`.
    #[must_use]
    pub fn is_new_event(&self) -> bool {
        let row = self.image.as_ref().and_then(platform::codec::row_type);
        self.kind == Kind::Insert && row == Some(platform::codec::event::ROW)
    }

    /// The same for what providers said of payments.
    #[must_use]
    pub fn is_new_word(&self) -> bool {
        self.kind == Kind::Insert && matches!(Key::of_stream(&self.pk, &self.sk), Some(Key::Heard(_)))
    }

    /// The change as a stream record.
    #[must_use]
    pub fn record(&self) -> EventRecord {
        let mut change = StreamRecord::default();
        let at = self.at.to_string().parse();
        change.approximate_creation_date_time = at.expect("a time");
        let keys = [("pk", &self.pk), ("sk", &self.sk)];
        let keys: Row = keys.map(|(name, value)| (name.to_owned(), AttributeValue::S(value.clone()))).into();
        change.keys = keys.into();
        change.new_image = self.image.clone().unwrap_or_default().into();
        change.sequence_number = Some(sequence_number(self.seq));
        change.size_bytes = 100;
        change.stream_view_type = Some(StreamViewType::NewImage);
        let mut record = EventRecord::default();
        "ap-east-2".clone_into(&mut record.aws_region);
        record.change = change;
        record.event_id = format!("change-{}", self.seq);
        self.kind.name().clone_into(&mut record.event_name);
        record.event_source = Some("aws:dynamodb".to_owned());
        record.event_version = Some("1.1".to_owned());
        let arn = "arn:aws:dynamodb:ap-east-2:000000000000:table/cases/stream/2026";
        record.event_source_arn = Some(arn.to_owned());
        record
    }
}

/// Digits of a length, so that they sort as text.
#[must_use]
pub fn sequence_number(seq: u64) -> String {
    format!("{seq:021}")
}

/// A batch of stream records.
#[must_use]
pub fn lambda_event<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Event {
    let mut event = Event::default();
    event.records = changes.into_iter().map(Change::record).collect();
    event
}
