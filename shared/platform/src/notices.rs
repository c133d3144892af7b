//! The ledger of notices owed.

use domain::delivery::{Claim, Delivery, Feedback};
use domain::id::{CaseId, EventId, NoticeId};
use domain::reminder::{self, Verdict};
use jiff::Timestamp;

use crate::codec::notice::{self, Notice};
use crate::commit;
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::row::{Expect, MAX_WRITES, Query, Transaction, Written};
use crate::store::{Attempts, every_row};

/// Enters a notice to each of `people` of one event, all or none, unless they were entered before: who
/// is to be told is settled once, however often the event is read and whoever joined the agency since.
/// Their places are counted here, from 1. Gives what is in the ledger. One write; one read more
/// when the event was seen before.
pub async fn owe<P>(
    store: &dyn Store,
    event: EventId,
    people: Vec<P>,
    notice: impl Fn(NoticeId, P) -> Notice,
) -> Result<Vec<Notice>, Fault> {
    if people.len() > MAX_WRITES {
        tracing::error!(%event, people = people.len(), "more people to be told than one event can tell");
    }
    let mut told: Vec<Notice> = Vec::new();
    let mut transaction = Transaction::default();
    for (place, person) in (1..).zip(people.into_iter().take(MAX_WRITES)) {
        let notice = notice(NoticeId { event, place }, person);
        transaction = transaction.put(Key::Notice(notice.id), notice::encode(&notice)?, Expect::Absent);
        told.push(notice);
    }
    if told.is_empty() || store.write(transaction).await? == Written::Done {
        return Ok(told);
    }
    let entered = of_case(store, event.case).await?;
    Ok(entered.into_iter().filter(|notice| notice.id.event == event).collect())
}

pub async fn load(store: &dyn Store, id: NoticeId) -> Result<Option<Notice>, Fault> {
    store.get(Key::Notice(id)).await?.map(notice::decode).transpose()
}

/// The notices of a case, oldest first.
pub async fn of_case(store: &dyn Store, case: CaseId) -> Result<Vec<Notice>, Fault> {
    every_row(store, Lookup::Notices(case)).await?.into_iter().map(notice::decode).collect()
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

/// Claims a reminder for sending at `now`, if there still is something to remind of and it is not night:
/// the case is read, and the claim written only if it is still as it was read. Two reads, one write.
pub async fn claim_reminder(store: &dyn Store, id: NoticeId, now: Timestamp) -> Result<Claimed, Fault> {
    let mut attempts = Attempts::default();
    loop {
        let notice = load(store, id).await?;
        let notice = notice.ok_or_else(|| Fault::Corrupt(format!("notice {id} is not in the ledger")))?;
        let case = commit::load(store, id.event.case).await?;
        let case = case.ok_or_else(|| Fault::Corrupt(format!("notice {id} has no case")))?.case;
        let (delivery, claimed) = match notice.delivery.claim(now) {
            Claim::Leave => return Ok(Claimed::Leave),
            Claim::GiveUp(delivery) => (delivery, Claimed::GivenUp(id)),
            Claim::Send(delivery) => match reminder::judge(&case, notice.kind, notice.owed_since, now) {
                Verdict::Send => {
                    let claimed = Notice { delivery, version: notice.version + 1, ..notice.clone() };
                    (delivery, Claimed::Yours(Box::new(claimed)))
                }
                Verdict::Hold(until) => (notice.delivery.held(until), Claimed::Leave),
                Verdict::Moot => (notice.delivery.moot(), Claimed::Leave),
            },
        };
        let changed = Notice { delivery, version: notice.version + 1, ..notice.clone() };
        let row = notice::encode(&changed)?;
        let both = Transaction::default()
            .put(Key::Notice(id), row, Expect::Version(notice.version))
            .check(Key::Case(case.id), Expect::Version(case.version.0));
        match store.write(both).await {
            Ok(Written::Done) => return Ok(claimed),
            // Somebody else has the notice.
            Ok(Written::Refused { index: 0, .. }) => return Ok(Claimed::Leave),
            // Something happened to the case: is there still a reason to remind?
            Ok(Written::Refused { .. }) | Err(Fault::Conflict) => attempts.overtaken()?,
            Err(fault) => return Err(fault),
        }
    }
}

/// Records what the sender, or the mail service later, knows of a notice: `change` is asked again
/// whenever somebody else wrote first.
pub async fn update(
    store: &dyn Store,
    id: NoticeId,
    message: Option<&str>,
    change: impl Fn(Delivery) -> Delivery,
) -> Result<Option<Notice>, Fault> {
    let mut attempts = Attempts::default();
    loop {
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
        attempts.overtaken()?;
    }
}

/// Records a report of the mail service; `false` when there is no such notice.
pub async fn hear(store: &dyn Store, id: NoticeId, feedback: Feedback) -> Result<bool, Fault> {
    Ok(update(store, id, None, |delivery| delivery.heard(feedback)).await?.is_some())
}

/// Notices of a shard that should have been sent by `until`, oldest first, at most `limit`. A row that
/// cannot be read holds up no other.
pub async fn overdue(
    store: &dyn Store,
    shard: u8,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Notice>, Fault> {
    let page = store.query(Query::first(Lookup::Owed { shard, until }, limit)).await?;
    let read = |row| match notice::decode(row) {
        Ok(notice) => Some(notice),
        Err(fault) => {
            tracing::error!(error = %fault, shard, "failed to read a notice that is owed");
            None
        }
    };
    Ok(page.rows.into_iter().filter_map(read).collect())
}
