//! A store with room for one row: enough to get at the rows of modules that write their own.

use std::sync::Mutex;

use platform::keys::Key;
use platform::ports::{Answer, Store};
use platform::row::{Page, Query, Row, Transaction, Write, Written};

#[derive(Default)]
pub struct OneRow(Mutex<Option<Row>>);

impl OneRow {
    pub fn holding(row: Row) -> Self {
        Self(Mutex::new(Some(row)))
    }

    pub fn row(&self) -> Option<Row> {
        self.0.lock().unwrap().clone()
    }
}

impl Store for OneRow {
    fn get(&self, _key: Key) -> Answer<'_, Option<Row>> {
        Box::pin(async { Ok(self.row()) })
    }

    fn query(&self, _query: Query) -> Answer<'_, Page> {
        Box::pin(async { Ok(Page { rows: self.row().into_iter().collect(), next: None }) })
    }

    fn write(&self, transaction: Transaction) -> Answer<'_, Written> {
        for write in transaction.writes {
            if let Write::Put { row, .. } = write {
                *self.0.lock().unwrap() = Some(row);
            }
        }
        Box::pin(async { Ok(Written::Done) })
    }
}

/// Runs what never waits.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}
