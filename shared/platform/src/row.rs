//! Rows, queries and transactions in the words of the store.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::keys::{Key, Lookup};

/// A row: attributes by name, the key among them.
pub type Row = HashMap<String, AttributeValue>;

/// What must be true of the row that stands at the key before it is written or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    Anything,
    /// There is none.
    Absent,
    /// There is one.
    Present,
    /// There is one, and its `version` is this.
    Version(u32),
    /// There is none, or its `version` is smaller.
    OlderThan(u32),
}

/// One write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    Put {
        key: Key,
        row: Row,
        expect: Expect,
    },
    /// Removes attributes of a row that is there.
    Clear {
        key: Key,
        attributes: Vec<&'static str>,
    },
    Delete {
        key: Key,
        expect: Expect,
    },
    /// Writes nothing: what else is in the transaction is written only if this holds.
    Check {
        key: Key,
        expect: Expect,
    },
}

impl Write {
    #[must_use]
    pub const fn key(&self) -> &Key {
        match self {
            Self::Put { key, .. }
            | Self::Clear { key, .. }
            | Self::Delete { key, .. }
            | Self::Check { key, .. } => key,
        }
    }
}

/// Writes that happen together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transaction {
    pub writes: Vec<Write>,
}

impl Transaction {
    #[must_use]
    pub fn put(mut self, key: Key, row: Row, expect: Expect) -> Self {
        self.writes.push(Write::Put { key, row, expect });
        self
    }

    #[must_use]
    pub fn clear(mut self, key: Key, attributes: Vec<&'static str>) -> Self {
        self.writes.push(Write::Clear { key, attributes });
        self
    }

    #[must_use]
    pub fn check(mut self, key: Key, expect: Expect) -> Self {
        self.writes.push(Write::Check { key, expect });
        self
    }

    #[must_use]
    pub fn delete(mut self, key: Key) -> Self {
        self.writes.push(Write::Delete { key, expect: Expect::Anything });
        self
    }
}

/// Most writes of one transaction (a limit of DynamoDB).
pub const MAX_WRITES: usize = 100;

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    Done,
    /// Nothing was written: the expectation of write `index` (the first that failed) did not hold;
    /// `existing` is the row that stands there.
    Refused {
        index: usize,
        existing: Option<Row>,
    },
}

/// A question to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub lookup: Lookup,
    /// At most so many rows.
    pub limit: u32,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

impl Query {
    #[must_use]
    pub const fn first(lookup: Lookup, limit: u32) -> Self {
        Self { lookup, limit, after: None }
    }
}

/// Where a page ended: the key attributes of its last row.
pub type Cursor = Vec<(String, String)>;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    pub rows: Vec<Row>,
    /// Where to go on, when there may be more.
    pub next: Option<Cursor>,
}
