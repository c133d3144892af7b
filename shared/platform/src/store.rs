//! What callers of [`Store`] would otherwise each do for themselves.

use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::row::{Expect, Query, Row, Transaction, Written};

/// Most rows of one page: the store ends a page after 1 MB in any case.
const PAGE: u32 = 500;

/// Every row that `lookup` finds, in order, however many pages that takes. For rows that are few by
/// their nature: of one case, one agency, one catalogue.
pub async fn every_row(store: &dyn Store, lookup: Lookup) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    let mut query = Query::first(lookup, PAGE);
    loop {
        let page = store.query(query.clone()).await?;
        rows.extend(page.rows);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(rows);
        }
    }
}

/// Puts one row on a condition. Where it does not hold because the row there is this very one, the
/// write is done: its answer was lost, and the SDK sent it again unseen. Not for claims, where two
/// processes may bring the same row and only one of them may go on.
pub async fn put(store: &dyn Store, key: Key, row: Row, expect: Expect) -> Result<Written, Fault> {
    let written = store.write(Transaction::default().put(key, row.clone(), expect)).await?;
    Ok(match written {
        Written::Refused { existing: Some(found), .. } if found == row => Written::Done,
        written => written,
    })
}

/// Writes, again while another transaction on the same rows is under way: that says nothing of whether this one
/// may be written.
pub async fn write(store: &dyn Store, transaction: &Transaction) -> Result<Written, Fault> {
    let mut attempts = Attempts::default();
    loop {
        match store.write(transaction.clone()).await {
            Err(Fault::Conflict) => attempts.overtaken()?,
            written => return written,
        }
    }
}

/// Most attempts at a write that somebody else may overtake.
const MAX_ATTEMPTS: u32 = 3;

/// Counts the attempts at a write that somebody else may overtake. Each is made on what is there by
/// then, in a loop that ends with [`Attempts::overtaken`].
#[derive(Debug, Default)]
pub struct Attempts(u32);

impl Attempts {
    /// An attempt was overtaken: make another, or give up with `Fault::Conflict`.
    pub const fn overtaken(&mut self) -> Result<(), Fault> {
        self.0 += 1;
        if self.0 < MAX_ATTEMPTS { Ok(()) } else { Err(Fault::Conflict) }
    }
}
