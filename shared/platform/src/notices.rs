//! The ledger of notices owed.

use domain::delivery::{Claim, Delivery, Feedback};
use domain::id::{CaseId, NoticeId};
use jiff::Timestamp;

use crate::codec::notice::{self, Notice};
use crate::fault::Fault;
use crate::keys::{Key, Lookup, SHARDS};
use crate::ports::Store;
use crate::row::{Expect, Query, Transaction, Written};

/// Enters notices that are not in the ledger yet; the ones that are stay as they are. One write each.
pub async fn owe(store: &dyn Store, notices: &[Notice]) -> Result<(), Fault> {
    for notice in notices {
        let row = notice::encode(notice)?;
        store.write(Transaction::default().put(Key::Notice(notice.id), row, Expect::Absent)).await?;
    }
    Ok(())
}

pub async fn load(store: &dyn Store, id: NoticeId) -> Result<Option<Notice>, Fault> {
    store.get(Key::Notice(id)).await?.map(notice::decode).transpose()
}

/// The notices of a case, oldest first.
pub async fn of_case(store: &dyn Store, case: CaseId) -> Result<Vec<Notice>, Fault> {
    let page = store.query(Query::first(Lookup::Notices(case), 500)).await?;
    page.rows.into_iter().map(notice::decode).collect()
}

/// Writes `delivery` into `notice` if nobody else wrote since it was read.
async fn replace(store: &dyn Store, notice: &Notice, changed: Notice) -> Result<Option<Notice>, Fault> {
    let changed = Notice { version: notice.version + 1, ..changed };
    let row = notice::encode(&changed)?;
    let put = Transaction::default().put(Key::Notice(notice.id), row, Expect::Version(notice.version));
    Ok((store.write(put).await? == Written::Done).then_some(changed))
}

/// What a sender may do with a notice.
#[derive(Debug)]
pub enum Claimed {
    /// Send it: nobody else will for a while.
    Yours(Box<Notice>),
    /// Tried too often; it now waits for staff.
    GivenUp(NoticeId),
    /// Done, or somebody else has it.
    Leave,
}

/// Claims a notice for sending at `now`: one read, one write.
pub async fn claim(store: &dyn Store, id: NoticeId, now: Timestamp) -> Result<Claimed, Fault> {
    let Some(notice) = load(store, id).await? else {
        return Err(Fault::Corrupt(format!("notice {id} is not in the ledger")));
    };
    let (delivery, give_up) = match notice.delivery.claim(now) {
        Claim::Send(delivery) => (delivery, false),
        Claim::GiveUp(delivery) => (delivery, true),
        Claim::Leave => return Ok(Claimed::Leave),
    };
    let changed = Notice { delivery, ..notice.clone() };
    Ok(match replace(store, &notice, changed).await? {
        Some(_) if give_up => Claimed::GivenUp(id),
        Some(claimed) => Claimed::Yours(Box::new(claimed)),
        None => Claimed::Leave,
    })
}

/// Records what the sender, or the mail service later, knows of a notice: `change` is asked again
/// whenever somebody else wrote first.
pub async fn update(
    store: &dyn Store,
    id: NoticeId,
    message: Option<&str>,
    change: impl Fn(Delivery) -> Delivery,
) -> Result<Option<Notice>, Fault> {
    for _ in 0..crate::commit::MAX_CONFLICTS {
        let Some(notice) = load(store, id).await? else { return Ok(None) };
        let delivery = change(notice.delivery);
        let message = message.map(str::to_owned).or_else(|| notice.message.clone());
        let changed = Notice { delivery, message, ..notice.clone() };
        if changed == notice {
            return Ok(Some(notice));
        }
        if let Some(written) = replace(store, &notice, changed).await? {
            return Ok(Some(written));
        }
    }
    Err(Fault::Conflict)
}

/// Records a report of the mail service; `false` when there is no such notice.
pub async fn hear(store: &dyn Store, id: NoticeId, feedback: Feedback) -> Result<bool, Fault> {
    Ok(update(store, id, None, |delivery| delivery.heard(feedback)).await?.is_some())
}

/// Ids of notices that should have been sent by `until`, at most `limit` a shard.
pub async fn overdue(store: &dyn Store, until: Timestamp, limit: u32) -> Result<Vec<NoticeId>, Fault> {
    let mut ids = Vec::new();
    for shard in 0..SHARDS {
        let page = store.query(Query::first(Lookup::Owed { shard, until }, limit)).await?;
        for row in page.rows {
            ids.push(notice::decode(row)?.id);
        }
    }
    Ok(ids)
}
