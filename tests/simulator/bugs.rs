//! Seeded bugs: ways to build the product wrong, each done at a port so that the handlers need no
//! switch for it. The checks are good for as much as they catch of these.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use platform::codec::row_type;
use platform::keys::{Key, Table};
use platform::ports::{
    Ambient, Answer, Handed, Mail, Mailer, ObjectInfo, Objects, Queue, SignedUpload, Store, UploadTicket,
};
use platform::row::{Expect, Page, Query, Row, Transaction, Write, Written};
use testkit::world::World;

pub mod counter;
pub mod money;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// A case is written whatever version stands there.
    DropVersionCondition,
    /// New rows are written over old ones.
    DropAbsentCondition,
    /// An older projection replaces a newer one.
    DropOlderCondition,
    /// The writes of a transaction are made one after the other.
    SplitTransaction,
    /// The same, and the event comes before the case.
    SwapWrites,
    /// Success is answered before the write is made, and now and then it never is.
    AnswerBeforeWrite,
    /// Events are not put into the outbox, and the stream loses what it fails at.
    ForgetOutbox,
    /// The second notice of an event is skipped.
    SkipNotice,
    /// Neither stream nor sweep brings events.
    StreamAndSweepLost,
    /// The sweep never runs.
    NoSweep,
    /// The timer's clock runs two days ahead.
    FireEarly,
    /// That a timer fired is not remembered.
    ForgetFired,
    /// The case is not put into the index of timers.
    ForgetTimer,
    /// The case is not put into the index of those that the calendar can move.
    ForgetOpen,
    /// Carried-out requests are not remembered.
    ForgetRequests,
    /// Every mail is sent twice.
    MailTwice,
    /// Mail is said to be sent and is not.
    MailNever,
    /// A sender does not claim before it sends.
    NoClaim,
    /// Reminders are sent like any other notice.
    RemindBlindly,
    /// Whether there still is something to remind of is asked before the claim, not in it.
    RemindUnchecked,
    /// What the mail service tells is thrown away.
    DeafToFeedback,
    /// A filed draft is left behind.
    KeepDraft,
    /// Documents stay in quarantine.
    KeepInQuarantine,
    /// An event is changed after it was hashed.
    ChangeAudit,
    /// The lists are not updated.
    SkipProjection,
    /// Work on the queue is lost, and nobody looks after it.
    LoseQueue,
    /// A callback is acknowledged and not kept.
    AcknowledgeUnkept,
    /// A payment that is posted already is posted again when it is told again.
    PostAgain,
    /// A refund that was cut off is asked for again, without saying what should be left.
    PayOutAgain,
    /// An attempt that ran out is asked about no longer, and nobody records that.
    DropQuestion,
    /// Words of providers are not put into the outbox, and the stream loses what it fails at.
    ForgetWord,
    /// Providers are never asked.
    AskNobody,
    /// What the provider calls a payment is not kept with its attempt.
    ForgetReference,
    /// Words of providers are lost on their queue.
    LosePostings,
    /// One of times at a counter.
    Counter(counter::Flaw),
}

impl Bug {
    pub const ALL: [Self; 34] = [
        Self::DropVersionCondition,
        Self::DropAbsentCondition,
        Self::DropOlderCondition,
        Self::SplitTransaction,
        Self::SwapWrites,
        Self::AnswerBeforeWrite,
        Self::ForgetOutbox,
        Self::SkipNotice,
        Self::StreamAndSweepLost,
        Self::NoSweep,
        Self::FireEarly,
        Self::ForgetFired,
        Self::ForgetTimer,
        Self::ForgetOpen,
        Self::ForgetRequests,
        Self::MailTwice,
        Self::MailNever,
        Self::NoClaim,
        Self::RemindBlindly,
        Self::RemindUnchecked,
        Self::DeafToFeedback,
        Self::KeepDraft,
        Self::KeepInQuarantine,
        Self::ChangeAudit,
        Self::SkipProjection,
        Self::LoseQueue,
        Self::AcknowledgeUnkept,
        Self::PostAgain,
        Self::PayOutAgain,
        Self::DropQuestion,
        Self::ForgetWord,
        Self::AskNobody,
        Self::ForgetReference,
        Self::LosePostings,
    ];
}

/// The store of all functions but the two about mail.
pub fn store(world: &World, bug: Option<Bug>) -> Arc<dyn Store> {
    match bug {
        None => world.store.clone(),
        Some(bug) => Arc::new(BrokenStore { inner: world.store.clone(), bug, writes: Mutex::new(0) }),
    }
}

pub fn notification_store(world: &World, bug: Option<Bug>) -> Arc<dyn Store> {
    match bug {
        Some(Bug::NoClaim) => Arc::new(NoClaim { inner: world.store.clone() }),
        other => store(world, other),
    }
}

pub fn feedback_store(world: &World, bug: Option<Bug>) -> Arc<dyn Store> {
    match bug {
        Some(Bug::DeafToFeedback) => Arc::new(Deaf { inner: world.store.clone() }),
        other => store(world, other),
    }
}

pub fn mailer(world: &World, bug: Option<Bug>) -> Arc<dyn Mailer> {
    match bug {
        Some(bug @ (Bug::MailTwice | Bug::MailNever)) => {
            Arc::new(BrokenMailer { inner: world.mailer.clone(), bug })
        }
        _ => world.mailer.clone(),
    }
}

pub fn queue(world: &World, bug: Option<Bug>) -> Arc<dyn Queue> {
    if bug == Some(Bug::LoseQueue) { Arc::new(LostQueue) } else { world.notifications.clone() }
}

pub fn objects(world: &World, bug: Option<Bug>) -> Arc<dyn Objects> {
    if bug == Some(Bug::KeepInQuarantine) {
        Arc::new(NoCopies { inner: world.objects.clone() })
    } else {
        world.objects.clone()
    }
}

pub fn timer_ambient(ambient: &Arc<dyn Ambient>, bug: Option<Bug>) -> Arc<dyn Ambient> {
    if bug == Some(Bug::FireEarly) { Arc::new(Ahead(Arc::clone(ambient))) } else { Arc::clone(ambient) }
}

struct BrokenStore {
    inner: Arc<dyn Store>,
    bug: Bug,
    writes: Mutex<u64>,
}

impl Store for BrokenStore {
    fn get(&self, key: Key) -> Answer<'_, Option<Row>> {
        self.inner.get(key)
    }

    fn query(&self, query: Query) -> Answer<'_, Page> {
        self.inner.query(query)
    }

    fn write(&self, mut transaction: Transaction) -> Answer<'_, Written> {
        for write in &mut transaction.writes {
            self.spoil(write);
        }
        transaction.writes.retain(|write| !self.forgets(write));
        if transaction.writes.is_empty() {
            return Box::pin(async { Ok(Written::Done) });
        }
        match self.bug {
            Bug::SplitTransaction => self.one_by_one(transaction.writes),
            Bug::SwapWrites => {
                transaction.writes.reverse();
                self.one_by_one(transaction.writes)
            }
            Bug::AnswerBeforeWrite => {
                let mut writes = self.writes.lock().unwrap();
                *writes += 1;
                if writes.is_multiple_of(7) {
                    return Box::pin(async { Ok(Written::Done) });
                }
                self.inner.write(transaction)
            }
            _ => self.inner.write(transaction),
        }
    }
}

impl BrokenStore {
    fn one_by_one(&self, writes: Vec<Write>) -> Answer<'_, Written> {
        Box::pin(async move {
            for (index, write) in writes.into_iter().enumerate() {
                match self.inner.write(Transaction { writes: vec![write] }).await? {
                    Written::Done => {}
                    Written::Refused { existing, .. } => return Ok(Written::Refused { index, existing }),
                }
            }
            Ok(Written::Done)
        })
    }

    fn spoil(&self, write: &mut Write) {
        let Write::Put { row, expect, .. } = write else { return };
        match (self.bug, *expect) {
            (Bug::DropVersionCondition, Expect::Version(_))
            | (Bug::DropAbsentCondition, Expect::Absent)
            | (Bug::DropOlderCondition, Expect::OlderThan(_)) => *expect = Expect::Anything,
            _ => {}
        }
        let empty = || AttributeValue::L(Vec::new());
        match (self.bug, row_type(row)) {
            (Bug::ForgetOutbox, Some("event")) => row.retain(|name, _| !name.starts_with("outbox")),
            (Bug::ForgetFired, Some("case")) => {
                row.insert("timers_fired".to_owned(), empty());
            }
            (Bug::ForgetRequests, Some("case")) => {
                row.insert("requests".to_owned(), empty());
            }
            (Bug::ForgetOpen, Some("case")) => row.retain(|name, _| !name.starts_with("open_")),
            (Bug::ForgetReference, Some("attempt")) => {
                row.remove("reference");
            }
            (Bug::ForgetTimer, Some("case")) => row.retain(|name, _| !name.starts_with("due_")),
            (Bug::ChangeAudit, Some("event")) => {
                if let Some(AttributeValue::S(body)) = row.get_mut("body") {
                    *body = body.replace("approve", "reject");
                }
            }
            _ => {}
        }
    }

    fn forgets(&self, write: &Write) -> bool {
        match (self.bug, write) {
            (Bug::KeepDraft, Write::Delete { .. }) | (Bug::RemindUnchecked, Write::Check { .. }) => true,
            (Bug::SkipNotice, Write::Put { key: Key::Notice(id), .. }) => id.place == 2,
            (Bug::SkipProjection, Write::Put { key, .. }) => key.table() == Table::Reports,
            _ => false,
        }
    }
}

/// The claim is not written; everything else is.
struct NoClaim {
    inner: Arc<dyn Store>,
}

impl Store for NoClaim {
    fn get(&self, key: Key) -> Answer<'_, Option<Row>> {
        self.inner.get(key)
    }

    fn query(&self, query: Query) -> Answer<'_, Page> {
        self.inner.query(query)
    }

    fn write(&self, mut transaction: Transaction) -> Answer<'_, Written> {
        for write in &mut transaction.writes {
            let Write::Put { row, expect, .. } = write else { continue };
            if row.get("stage").and_then(|stage| stage.as_s().ok()).is_some_and(|stage| stage == "sending") {
                return Box::pin(async { Ok(Written::Done) });
            }
            *expect = Expect::Anything;
        }
        self.inner.write(transaction)
    }
}

/// Nothing is written.
struct Deaf {
    inner: Arc<dyn Store>,
}

impl Store for Deaf {
    fn get(&self, key: Key) -> Answer<'_, Option<Row>> {
        self.inner.get(key)
    }

    fn query(&self, query: Query) -> Answer<'_, Page> {
        self.inner.query(query)
    }

    fn write(&self, _: Transaction) -> Answer<'_, Written> {
        Box::pin(async { Ok(Written::Done) })
    }
}

struct BrokenMailer {
    inner: Arc<dyn Mailer>,
    bug: Bug,
}

impl Mailer for BrokenMailer {
    fn send(&self, mail: Mail) -> Answer<'_, Handed> {
        if self.bug == Bug::MailNever {
            return Box::pin(async { Ok(Handed::Accepted("mail-0".to_owned())) });
        }
        Box::pin(async move {
            self.inner.send(mail.clone()).await?;
            self.inner.send(mail).await
        })
    }
}

struct LostQueue;

impl Queue for LostQueue {
    fn send(&self, _: String) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

struct NoCopies {
    inner: Arc<dyn Objects>,
}

impl Objects for NoCopies {
    fn presign_put(&self, ticket: UploadTicket) -> Answer<'_, SignedUpload> {
        self.inner.presign_put(ticket)
    }

    fn presign_get(&self, key: String, file_name: String, valid: Duration) -> Answer<'_, String> {
        self.inner.presign_get(key, file_name, valid)
    }

    fn put(&self, key: String, content_type: String, body: Vec<u8>) -> Answer<'_, ()> {
        self.inner.put(key, content_type, body)
    }

    fn info(&self, key: String) -> Answer<'_, Option<ObjectInfo>> {
        self.inner.info(key)
    }

    fn copy(&self, _: String, _: String) -> Answer<'_, bool> {
        Box::pin(async { Ok(true) })
    }
}

struct Ahead(Arc<dyn Ambient>);

impl Ambient for Ahead {
    fn now(&self) -> Timestamp {
        let now = self.0.now();
        now.checked_add(SignedDuration::from_hours(48)).unwrap_or(now)
    }

    fn random(&self) -> [u8; 32] {
        self.0.random()
    }
}
