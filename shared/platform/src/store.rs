//! What callers of [`Store`] would otherwise each do for themselves.

use crate::fault::Fault;
use crate::keys::Lookup;
use crate::ports::Store;
use crate::row::{Query, Row};

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
