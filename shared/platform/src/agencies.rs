//! The agencies of the window that cases can be given to, remembered for a while.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use domain::access::KEEPER;
use domain::agency::{Agency, Role};
use domain::id::AgencyCode;
use futures_util::future::{join_all, try_join};
use jiff::{SignedDuration, Timestamp};

use crate::catalogue;
use crate::fault::Fault;
use crate::ports::Store;

/// How long they are remembered: they change by an import.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(10);
/// How many are looked up at a time.
const ABREAST: usize = 16;

/// When they were read, and what was found.
type Known = (Timestamp, Arc<[Agency]>);

/// The agencies in which somebody dispatches: those whose inbox applications come to, and the keeper of the
/// window, which routes what no agency is competent for (統一分文).
#[derive(Debug, Default)]
pub struct AgencyCache(Mutex<Option<Known>>);

impl AgencyCache {
    /// Those of `now`, by code; at most ten minutes old. One query, and two reads of each agency, when
    /// they are read anew.
    pub async fn current(&self, store: &dyn Store, now: Timestamp) -> Result<Arc<[Agency]>, Fault> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, known)) = lock().as_ref()
            && now.duration_since(*read) < REMEMBERED
        {
            return Ok(Arc::clone(known));
        }
        let mut codes: BTreeSet<AgencyCode> = catalogue::inboxes(store).await?.into_keys().collect();
        codes.extend(KEEPER.parse());
        let codes: Vec<AgencyCode> = codes.into_iter().collect();
        let mut found = Vec::new();
        for some in codes.chunks(ABREAST) {
            for agency in join_all(some.iter().map(|code| dispatching(store, code))).await {
                found.extend(agency?);
            }
        }
        let known: Arc<[Agency]> = found.into();
        *lock() = Some((now, Arc::clone(&known)));
        Ok(known)
    }

    /// The agency of this code, if cases can be given to it.
    pub async fn dispatching(
        &self,
        store: &dyn Store,
        code: &AgencyCode,
        now: Timestamp,
    ) -> Result<Option<Agency>, Fault> {
        let known = self.current(store, now).await?;
        Ok(known.iter().find(|agency| agency.code == *code).cloned())
    }
}

/// The agency, if somebody there dispatches.
async fn dispatching(store: &dyn Store, code: &AgencyCode) -> Result<Option<Agency>, Fault> {
    let (agency, staff) = try_join(catalogue::agency(store, code), catalogue::staff_of(store, code)).await?;
    let dispatches = staff.iter().any(|officer| officer.roles.contains(&Role::Dispatcher));
    Ok(agency.filter(|_| dispatches))
}
