//! Read models: the lists of agencies and applicants, projected from cases after every event.

use domain::case::{Case, State};
use domain::id::{AgencyCode, CaseId, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::codec::review::ReviewItem;
use crate::codec::work::WorkItem;
use crate::fault::Fault;
use crate::keys::{self, Key, Lookup};
use crate::ports::Store;
use crate::row::{Cursor, Expect, Query, Transaction};
use crate::store;

/// A page of a list and where to go on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    pub items: Vec<WorkItem>,
    pub next: Option<Cursor>,
}

/// How many rows a page of a list has.
pub const PAGE: u32 = 50;

/// Projects `case` into the lists. An older version never replaces a newer one, so projections may
/// come late, twice and in any order.
pub async fn project(store: &dyn Store, case: &Case) -> Result<(), Fault> {
    let row = WorkItem::of(case).encode()?;
    let not_newer = Expect::OlderThan(case.version.0);
    let mut put = Transaction::default().put(Key::WorkItem(case.id), row, not_newer);
    for review in ReviewItem::all_of(case) {
        put = put.put(review.key(), review.encode()?, not_newer);
    }
    // Several rows are one transaction, and another projection of the same case may be under way.
    store::write(store, &put).await.map(|_| ())
}

/// The cases of `agency` in `state`, soonest due date first.
pub async fn work(
    store: &dyn Store,
    agency: &AgencyCode,
    state: State,
    after: Option<Cursor>,
) -> Result<Listed, Fault> {
    list(store, Query { lookup: Lookup::Work { agency: agency.clone(), state }, limit: PAGE, after }).await
}

/// Where [`work`] goes on after the case `case`, due on `due`: made anew from what a caller may name,
/// so that no cursor of the store has to be trusted when it comes back.
#[must_use]
pub fn work_after(agency: &AgencyCode, state: State, due: Option<Date>, case: CaseId) -> Cursor {
    let key = Key::WorkItem(case);
    vec![
        ("pk".to_owned(), key.pk()),
        ("sk".to_owned(), key.sk()),
        ("queue".to_owned(), keys::work_queue(agency, state)),
        ("queue_due".to_owned(), keys::queue_due(due, case)),
    ]
}

/// What `agency` is asked to review, soonest due date first.
pub async fn reviews(
    store: &dyn Store,
    agency: &AgencyCode,
    after: Option<Cursor>,
) -> Result<(Vec<ReviewItem>, Option<Cursor>), Fault> {
    let query = Query { lookup: Lookup::Reviews(agency.clone()), limit: PAGE, after };
    let page = store.query(query).await?;
    let items = page.rows.into_iter().map(ReviewItem::decode).collect::<Result<_, _>>()?;
    Ok((items, page.next))
}

/// Where [`reviews`] goes on after the case `case`, due on `due`.
#[must_use]
pub fn reviews_after(agency: &AgencyCode, due: Option<Date>, case: CaseId) -> Cursor {
    let key = Key::ReviewItem(case, agency.clone());
    vec![
        ("pk".to_owned(), key.pk()),
        ("sk".to_owned(), key.sk()),
        ("queue".to_owned(), keys::review_queue(agency)),
        ("queue_due".to_owned(), keys::queue_due(due, case)),
    ]
}

/// The cases of `agency` whose money waits for somebody, longest waiting first.
pub async fn money(store: &dyn Store, agency: &AgencyCode, after: Option<Cursor>) -> Result<Listed, Fault> {
    list(store, Query { lookup: Lookup::MoneyToCheck(agency.clone()), limit: PAGE, after }).await
}

/// Where [`money`] goes on after the case `case`, waiting since `since`.
#[must_use]
pub fn money_after(agency: &AgencyCode, since: Timestamp, case: CaseId) -> Cursor {
    let key = Key::WorkItem(case);
    vec![
        ("pk".to_owned(), key.pk()),
        ("sk".to_owned(), key.sk()),
        ("money".to_owned(), agency.to_string()),
        ("money_since".to_owned(), keys::sortable(since)),
    ]
}

/// The cases of an applicant, newest first.
pub async fn mine(store: &dyn Store, person: PersonId, after: Option<Cursor>) -> Result<Listed, Fault> {
    list(store, Query { lookup: Lookup::Mine(person), limit: PAGE, after }).await
}

async fn list(store: &dyn Store, query: Query) -> Result<Listed, Fault> {
    let page = store.query(query).await?;
    let items = page.rows.into_iter().map(WorkItem::decode).collect::<Result<_, _>>()?;
    Ok(Listed { items, next: page.next })
}
