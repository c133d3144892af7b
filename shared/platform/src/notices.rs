//! The ledger of notices owed.

use domain::delivery::{Claim, Delivery, Feedback};
use domain::id::{AgencyCode, CaseId, EventId, NoticeId};
use domain::notice_tag::NoticeTag;
use domain::personal::Personal;
use domain::reminder::{self, Verdict};
use jiff::Timestamp;

use crate::codec::booking_notice::{self, BookingNotice};
use crate::codec::duty_notice::{self, DutyNotice};
use crate::codec::notice::{self, Notice, Served};
use crate::codec::row_type;
use crate::commit;
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::row::{Cursor, Expect, MAX_WRITES, Query, Row, Transaction, Written};
use crate::store::{Attempts, every_row};

/// Enters a notice to each of `people` of one event, unless they were entered before: who is to be told is
/// settled once, however often the event is read and whoever joined the agency since. Their places are
/// counted here, from 1. Gives what is in the ledger. One write for each hundred people, all or none of
/// them; one read more when the event was seen before.
pub async fn owe<P>(
    store: &dyn Store,
    event: EventId,
    people: Vec<P>,
    notice: impl Fn(NoticeId, P) -> Notice,
) -> Result<Vec<Notice>, Fault> {
    let told: Vec<Notice> =
        (1..).zip(people).map(|(place, person)| notice(NoticeId { event, place }, person)).collect();
    let mut all_new = true;
    for hundred in told.chunks(MAX_WRITES) {
        let mut transaction = Transaction::default();
        for notice in hundred {
            transaction = transaction.put(Key::Notice(notice.id), notice::encode(notice)?, Expect::Absent);
        }
        all_new &= store.write(transaction).await? == Written::Done;
    }
    if all_new {
        return Ok(told);
    }
    let entered = of_case(store, event.case).await?;
    Ok(entered.into_iter().filter(|notice| notice.id.event == event).collect())
}

/// A notice in the ledger, whatever it is about: what becomes of its mail is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Case(Box<Notice>),
    Booking(Box<BookingNotice>),
    Duty(Box<DutyNotice>),
}

impl Entry {
    #[must_use]
    pub fn tag(&self) -> NoticeTag {
        match self {
            Self::Case(notice) => NoticeTag::Case(notice.id),
            Self::Booking(notice) => NoticeTag::Booking(notice.id),
            Self::Duty(notice) => NoticeTag::Duty(notice.id.clone()),
        }
    }

    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        match self {
            Self::Case(notice) => notice.delivery,
            Self::Booking(notice) => notice.delivery,
            Self::Duty(notice) => notice.delivery,
        }
    }

    /// Where the mail goes.
    #[must_use]
    pub const fn address(&self) -> &Personal<String> {
        match self {
            Self::Case(notice) => &notice.address,
            Self::Booking(notice) => &notice.address,
            Self::Duty(notice) => &notice.address,
        }
    }

    /// Whether it is an SMS beside a mail.
    #[must_use]
    pub fn is_sms(&self) -> bool {
        matches!(self, Self::Case(notice) if !notice.is_mail())
    }

    const fn version(&self) -> u32 {
        match self {
            Self::Case(notice) => notice.version,
            Self::Booking(notice) => notice.version,
            Self::Duty(notice) => notice.version,
        }
    }

    /// The entry as it is written next, with what is known of its delivery now.
    fn with(self, delivery: Delivery, message: Option<&str>) -> Self {
        let message = message.map(str::to_owned);
        match self {
            Self::Case(notice) => {
                let message = message.or_else(|| notice.message.clone());
                Self::Case(Box::new(Notice { delivery, message, ..*notice }))
            }
            Self::Booking(notice) => {
                let message = message.or_else(|| notice.message.clone());
                Self::Booking(Box::new(BookingNotice { delivery, message, ..*notice }))
            }
            Self::Duty(notice) => {
                let message = message.or_else(|| notice.message.clone());
                Self::Duty(Box::new(DutyNotice { delivery, message, ..*notice }))
            }
        }
    }

    fn written_next(self) -> Self {
        let version = self.version() + 1;
        match self {
            Self::Case(notice) => Self::Case(Box::new(Notice { version, ..*notice })),
            Self::Booking(notice) => Self::Booking(Box::new(BookingNotice { version, ..*notice })),
            Self::Duty(notice) => Self::Duty(Box::new(DutyNotice { version, ..*notice })),
        }
    }

    fn encode(&self) -> Result<Row, Fault> {
        match self {
            Self::Case(notice) => notice::encode(notice),
            Self::Booking(notice) => booking_notice::encode(notice),
            Self::Duty(notice) => duty_notice::encode(notice),
        }
    }

    /// A row of the ledger.
    pub fn decode(row: Row) -> Result<Self, Fault> {
        match row_type(&row) {
            Some(booking_notice::ROW) => booking_notice::decode(row).map(Box::new).map(Self::Booking),
            Some(duty_notice::ROW) => duty_notice::decode(row).map(Box::new).map(Self::Duty),
            _ => notice::decode(row).map(Box::new).map(Self::Case),
        }
    }
}

/// The row of a notice.
#[must_use]
pub fn key(tag: &NoticeTag) -> Key {
    match tag {
        NoticeTag::Case(id) => Key::Notice(*id),
        NoticeTag::Booking(id) => Key::BookingNotice(*id),
        NoticeTag::Duty(id) => Key::DutyNotice(id.clone()),
    }
}

pub async fn load(store: &dyn Store, tag: &NoticeTag) -> Result<Option<Entry>, Fault> {
    store.get(key(tag)).await?.map(Entry::decode).transpose()
}

/// The notices of a case, oldest first.
pub async fn of_case(store: &dyn Store, case: CaseId) -> Result<Vec<Notice>, Fault> {
    every_row(store, Lookup::Notices(case)).await?.into_iter().map(notice::decode).collect()
}

/// Writes `changed` for `entry` if nobody else wrote since it was read.
async fn replace(store: &dyn Store, entry: &Entry, changed: Entry) -> Result<Option<Entry>, Fault> {
    let (changed, put) = replacing(entry, changed)?;
    Ok((store.write(put).await? == Written::Done).then_some(changed))
}

/// `changed` as it is written, and what writes it.
pub(crate) fn replacing(entry: &Entry, changed: Entry) -> Result<(Entry, Transaction), Fault> {
    let changed = changed.written_next();
    let row = changed.encode()?;
    Ok((changed, Transaction::default().put(key(&entry.tag()), row, Expect::Version(entry.version()))))
}

/// What a sender may do with a notice.
#[derive(Debug)]
pub enum Claimed {
    /// Send it: nobody else will for a while.
    Yours(Entry),
    /// Tried too often; it now waits for staff.
    GivenUp(NoticeTag),
    /// Done, or somebody else has it.
    Leave,
}

/// Claims a notice for sending at `now`, but for an SMS at night, which waits for the morning: one read, one write.
pub async fn claim(store: &dyn Store, tag: NoticeTag, now: Timestamp) -> Result<Claimed, Fault> {
    let Some(entry) = load(store, &tag).await? else {
        return Err(Fault::Corrupt(format!("notice {tag} is not in the ledger")));
    };
    let night = reminder::quiet_until(now).filter(|_| entry.is_sms());
    let (delivery, give_up) = match entry.delivery().claim(now) {
        Claim::Send(_) if let Some(morning) = night => {
            let delivery = entry.delivery().held(morning);
            replace(store, &entry, entry.clone().with(delivery, None)).await?;
            return Ok(Claimed::Leave);
        }
        Claim::Send(delivery) => (delivery, false),
        Claim::GiveUp(delivery) => (delivery, true),
        Claim::Leave => return Ok(Claimed::Leave),
    };
    let changed = entry.clone().with(delivery, None);
    Ok(match replace(store, &entry, changed).await? {
        Some(_) if give_up => Claimed::GivenUp(tag),
        Some(claimed) => Claimed::Yours(claimed),
        None => Claimed::Leave,
    })
}

/// Claims a reminder for sending at `now`, if there still is something to remind of and it is not night:
/// the case is read, and the claim written only if it is still as it was read. Two reads, one write.
pub async fn claim_reminder(store: &dyn Store, id: NoticeId, now: Timestamp) -> Result<Claimed, Fault> {
    let tag = NoticeTag::Case(id);
    let mut attempts = Attempts::default();
    loop {
        let Some(Entry::Case(notice)) = load(store, &tag).await? else {
            return Err(Fault::Corrupt(format!("notice {id} is not in the ledger")));
        };
        let case = commit::load(store, id.event.case).await?;
        let case = case.ok_or_else(|| Fault::Corrupt(format!("notice {id} has no case")))?.case;
        let (kind, owed, delivery) = (notice.kind, notice.owed_since, notice.delivery);
        let entry = Entry::Case(notice);
        let write = |delivery| entry.clone().with(delivery, None).written_next();
        let (written, claimed) = match delivery.claim(now) {
            Claim::Leave => return Ok(Claimed::Leave),
            Claim::GiveUp(delivery) => (write(delivery), Claimed::GivenUp(tag.clone())),
            Claim::Send(sending) => match reminder::judge(&case, kind, owed, now) {
                Verdict::Send => (write(sending), Claimed::Yours(write(sending))),
                Verdict::Hold(until) => (write(delivery.held(until)), Claimed::Leave),
                Verdict::Moot => (write(delivery.moot()), Claimed::Leave),
            },
        };
        let both = Transaction::default()
            .put(key(&tag), written.encode()?, Expect::Version(entry.version()))
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

/// Records what the sender, or the mail service later, knows of a notice.
pub async fn update(
    store: &dyn Store,
    tag: &NoticeTag,
    message: Option<&str>,
    change: impl Fn(Delivery) -> Delivery,
) -> Result<Option<Entry>, Fault> {
    amend(store, tag, |entry| {
        let delivery = change(entry.delivery());
        entry.with(delivery, message)
    })
    .await
}

/// Changes a notice: `change` is asked again whenever somebody else wrote first; `None` where there is none.
async fn amend(
    store: &dyn Store,
    tag: &NoticeTag,
    change: impl Fn(Entry) -> Entry,
) -> Result<Option<Entry>, Fault> {
    let mut attempts = Attempts::default();
    loop {
        let Some(entry) = load(store, tag).await? else { return Ok(None) };
        let changed = change(entry.clone());
        if changed == entry {
            return Ok(Some(entry));
        }
        if let Some(written) = replace(store, &entry, changed).await? {
            return Ok(Some(written));
        }
        attempts.overtaken()?;
    }
}

/// It was served otherwise than by mail, as an event of its case says. The latest record counts, in whatever order
/// they come: an earlier one was wrong, or led to nothing.
pub async fn serve(store: &dyn Store, id: NoticeId, served: &Served) -> Result<Option<Entry>, Fault> {
    let newer = |old: &Served| old.by >= served.by;
    amend(store, &NoticeTag::Case(id), |entry| match entry {
        Entry::Case(notice) if !notice.served.as_ref().is_some_and(newer) => {
            Entry::Case(Box::new(Notice { served: Some(served.clone()), ..*notice }))
        }
        other => other,
    })
    .await
}

/// Whose staff sees to what did not reach the applicant of a case: `agency` from now on, or nobody any more. One
/// query, and one write for each notice of which that is news.
pub async fn hand_on(store: &dyn Store, case: CaseId, agency: Option<&AgencyCode>) -> Result<(), Fault> {
    for notice in of_case(store, case).await?.into_iter().filter(|notice| !notice.to_staff) {
        amend(store, &NoticeTag::Case(notice.id), |entry| match entry {
            Entry::Case(notice) => Entry::Case(Box::new(Notice { agency: agency.cloned(), ..*notice })),
            other => other,
        })
        .await?;
    }
    Ok(())
}

/// A page of what the staff of `agency` must bring to the applicants of its cases otherwise than by mail, oldest
/// first, at most `limit`. One query.
pub async fn unreached(
    store: &dyn Store,
    agency: &AgencyCode,
    limit: u32,
    after: Option<Cursor>,
) -> Result<(Vec<Notice>, Option<Cursor>), Fault> {
    let page = store.query(Query { lookup: Lookup::Unreached(agency.clone()), limit, after }).await?;
    let notices = page.rows.into_iter().map(notice::decode).collect::<Result<_, _>>()?;
    Ok((notices, page.next))
}

/// The same of those who have a time at its counters that ends after `now`, soonest first. One query.
pub async fn unreached_bookers(
    store: &dyn Store,
    agency: &AgencyCode,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<BookingNotice>, Fault> {
    let lookup = Lookup::UnreachedBookers { agency: agency.clone(), from: now };
    let page = store.query(Query::first(lookup, limit)).await?;
    page.rows.into_iter().map(booking_notice::decode).collect()
}

/// Records a report of the mail service on a notice of anything but a case ([`crate::results`]); `false` when there
/// is no such notice.
pub async fn hear(store: &dyn Store, tag: &NoticeTag, feedback: Feedback) -> Result<bool, Fault> {
    Ok(update(store, tag, None, |delivery| delivery.heard(feedback)).await?.is_some())
}

/// Notices of a shard that should have been sent by `until`, oldest first, at most `limit`. A row that
/// cannot be read holds up no other.
pub async fn overdue(
    store: &dyn Store,
    shard: u8,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Entry>, Fault> {
    let page = store.query(Query::first(Lookup::Owed { shard, until }, limit)).await?;
    let read = |row| match Entry::decode(row) {
        Ok(entry) => Some(entry),
        Err(fault) => {
            tracing::error!(error = %fault, shard, "failed to read a notice that is owed");
            None
        }
    };
    Ok(page.rows.into_iter().filter_map(read).collect())
}
