//! The office calendar in force: kept in one row, known to every process for a minute, changed by one
//! conditional transaction that also sets the recalculation of the open cases going.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use domain::calendar::{BadChange, Calendars, Change, Register};
use domain::id::PersonId;
use jiff::{SignedDuration, Timestamp};

use crate::codec::calendar::{self, Changed, Progress};
use crate::fault::Fault;
use crate::keys::{Key, Lookup, SHARDS};
use crate::ports::Store;
use crate::row::{Expect, Query, Transaction, Written};
use crate::store::every_row;

/// How long a process goes by the calendar it has read. What it writes in that time is found by the
/// second walk of the recalculation, which waits longer than this.
pub const KNOWN_FOR: SignedDuration = SignedDuration::from_secs(60);

/// The calendar a process has read.
#[derive(Debug, Default)]
pub struct CalendarCache(Mutex<Option<(Timestamp, Arc<Calendars>)>>);

impl CalendarCache {
    /// The calendars in force, as of at most [`KNOWN_FOR`] ago.
    pub async fn current(&self, store: &dyn Store, now: Timestamp) -> Result<Arc<Calendars>, Fault> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read_at, known)) = &*lock()
            && now.duration_since(*read_at).abs() < KNOWN_FOR
        {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(calendars(store).await?);
        *lock() = Some((now, Arc::clone(&read)));
        Ok(read)
    }
}

thread_local! {
    /// What the register last read comes to: it is the same day after day, and eleven years are laid
    /// out anew for it.
    static LAID_OUT: RefCell<Option<(Register, Calendars)>> = const { RefCell::new(None) };
}

/// The calendars in force now. One read.
pub async fn calendars(store: &dyn Store) -> Result<Calendars, Fault> {
    let register = register(store).await?;
    LAID_OUT.with_borrow_mut(|known| match known {
        Some((same, calendars)) if *same == register => Ok(calendars.clone()),
        _ => {
            let calendars = register.calendars().map_err(Fault::corrupt)?;
            *known = Some((register, calendars.clone()));
            Ok(calendars)
        }
    })
}

/// What the city keeps; as shipped, where nothing was changed yet.
pub async fn register(store: &dyn Store) -> Result<Register, Fault> {
    Ok(store.get(Key::Calendar).await?.map(calendar::decode).transpose()?.unwrap_or_default())
}

/// Why the calendar was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    #[error(transparent)]
    Refused(#[from] BadChange),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Changes the calendar: the register, the record of the change and the work it makes, together or
/// not at all.
pub async fn change(
    store: &dyn Store,
    by: Option<PersonId>,
    now: Timestamp,
    change: impl Fn(&Register) -> Result<(Register, Change), BadChange>,
) -> Result<Change, NotChanged> {
    let before = register(store).await?;
    let (after, change) = change(&before)?;
    let expect = if before.edition == 0 { Expect::Absent } else { Expect::Version(before.edition) };
    let changed = Changed { change, at: now, by, followed: false };
    let mut transaction = Transaction::default().put(Key::Calendar, calendar::encode(&after)?, expect).put(
        Key::CalendarChange(after.edition),
        calendar::encode_change(&changed)?,
        Expect::Absent,
    );
    for shard in 0..SHARDS {
        let progress = Progress::new(after.edition, shard);
        transaction = transaction.put(progress.key(), progress.encode()?, Expect::Absent);
    }
    match store.write(transaction).await? {
        Written::Done => Ok(changed.change),
        Written::Refused { .. } => Err(Fault::Conflict.into()),
    }
}

/// The latest changes, newest first.
pub async fn changes(store: &dyn Store, limit: u32) -> Result<Vec<Changed>, Fault> {
    let page = store.query(Query::first(Lookup::CalendarChanges, limit)).await?;
    page.rows.into_iter().map(calendar::decode_change).collect()
}

/// The changes that not every open case has been recalculated for, oldest first.
pub async fn unfollowed(store: &dyn Store) -> Result<Vec<Changed>, Fault> {
    let rows = every_row(store, Lookup::CalendarChanges).await?;
    let mut open: Vec<Changed> = rows.into_iter().map(calendar::decode_change).collect::<Result<_, _>>()?;
    open.retain(|changed| !changed.followed);
    open.sort_by_key(|changed| changed.change.edition);
    Ok(open)
}

/// Records that every open case has been recalculated for a change.
pub async fn followed(store: &dyn Store, changed: &Changed) -> Result<(), Fault> {
    let followed = Changed { followed: true, ..changed.clone() };
    let key = Key::CalendarChange(changed.change.edition);
    let row = calendar::encode_change(&followed)?;
    store.write(Transaction::default().put(key, row, Expect::Present)).await.map(|_| ())
}

/// How far the open cases have been recalculated for the change to `edition`.
pub async fn progress(store: &dyn Store, edition: u32) -> Result<Vec<Progress>, Fault> {
    let page = store.query(Query::first(Lookup::Recalculation(edition), u32::from(SHARDS))).await?;
    page.rows.into_iter().map(Progress::decode).collect()
}
