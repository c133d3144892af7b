//! What brings work to the functions: the stream, the queues and the schedules.

use std::sync::Arc;

use aws_lambda_events::event::sqs::SqsBatchResponse;
use domain::delivery::Stage;
use jiff::{SignedDuration, Timestamp};
use platform::codec::calendar::Progress;
use platform::codec::row_type;
use platform::fault::Fault;
use platform::keys::Table;
use platform::notices::{self, Entry};
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::mailer::Sent;
use testkit::queue::{self, MemoryQueue, Message};
use testkit::stream::{self, Change};

use crate::bugs::Bug;
use crate::city::City;
use crate::mails;

/// Records of a batch, as in the template.
const BATCH: usize = 10;
/// How often a batch of the stream is tried before it goes to the failures and the sweep.
const STREAM_TRIES: u32 = 3;

/// Where an event source stands in its stream.
#[derive(Debug, Default)]
struct Stream {
    read: u64,
    tries: u32,
}

/// The streams that `event-relay` reads: of the cases, and of what providers said of payments.
#[derive(Debug, Default)]
pub struct Streams {
    cases: Stream,
    payments: Stream,
}

/// The tables whose streams are read.
pub const STREAMS: [Table; 2] = [Table::Cases, Table::Payments];

impl City {
    /// What is new in a table and its stream has not brought yet: events, or words of providers.
    pub fn on_stream(&self, table: Table) -> Vec<Change> {
        let (stream, is_new): (_, fn(&Change) -> bool) = match table {
            Table::Payments => (&self.streams.payments, Change::is_new_word),
            _ => (&self.streams.cases, Change::is_new_event),
        };
        let changes = self.world.store.changes(table, stream.read, usize::MAX);
        changes.into_iter().filter(is_new).take(BATCH).collect()
    }

    /// Brings a batch of each stream; `false` when there is nothing new.
    pub fn relay(&mut self) -> bool {
        STREAMS.map(|table| self.relay_of(table)).contains(&true)
    }

    fn relay_of(&mut self, table: Table) -> bool {
        let batch = self.on_stream(table);
        if batch.is_empty() {
            return false;
        }
        if self.bug == Some(Bug::StreamAndSweepLost) {
            self.settle_batch(&batch, Some(Ok(json!({ "batchItemFailures": [] }))));
            return true;
        }
        let payload = serde_json::to_value(stream::lambda_event(&batch)).expect("an event");
        let apps = Arc::clone(&self.apps);
        let outcome = run(&self.world.gate, event_relay::handle(&apps.relay, payload));
        if outcome.is_none() {
            self.restart(SignedDuration::ZERO);
        }
        self.settle_batch(&batch, outcome);
        true
    }

    /// Moves on in the stream as far as the answer allows.
    pub fn settle_batch(&mut self, batch: &[Change], outcome: Option<Result<Value, Fault>>) {
        let Some((first, last)) = batch.first().zip(batch.last()) else { return };
        let most = if self.bug == Some(Bug::ForgetWord) { 1 } else { STREAM_TRIES };
        let stream = match first.table {
            Table::Payments => &mut self.streams.payments,
            _ => &mut self.streams.cases,
        };
        let (first, last) = (first.seq, last.seq);
        let reached = match outcome {
            Some(Ok(answer)) => match answer["batchItemFailures"][0]["itemIdentifier"].as_str() {
                None => last,
                Some(failed) => {
                    let failed: u64 = failed.parse().expect("a sequence number");
                    failed - 1
                }
            },
            Some(Err(_)) | None => stream.read,
        };
        if reached < first {
            stream.tries += 1;
            if stream.tries < most {
                return;
            }
        }
        stream.tries = 0;
        stream.read = stream.read.max(if reached < first { last } else { reached });
    }

    /// Brings a batch of notices to send; `false` when none is visible.
    pub fn notify(&mut self) -> bool {
        let messages = self.world.notifications.receive(BATCH, 0);
        if messages.is_empty() {
            return false;
        }
        let before = self.world.mailer.count();
        let apps = Arc::clone(&self.apps);
        let handled = notification::handle(&apps.notification, queue::lambda_event(&messages));
        let outcome = run(&self.world.gate, handled);
        let sent = self.world.mailer.since(before);
        self.note_unrecorded(&sent);
        self.take_off(&Arc::clone(&self.world.notifications), &messages, outcome);
        true
    }

    /// Brings a batch of reminders to send; `false` when none is visible.
    pub fn remind(&mut self) -> bool {
        let messages = self.world.reminders.receive(BATCH, 0);
        if messages.is_empty() {
            return false;
        }
        let before = self.world.mailer.count();
        let apps = Arc::clone(&self.apps);
        let event = queue::lambda_event(&messages);
        let outcome = if self.bug == Some(Bug::RemindBlindly) {
            run(&self.world.gate, notification::handle(&apps.notification, event))
        } else {
            run(&self.world.gate, correction_reminder::handle(&apps.reminder, event))
        };
        let sent = self.world.mailer.since(before);
        self.note_unrecorded(&sent);
        self.take_off(&Arc::clone(&self.world.reminders), &messages, outcome);
        true
    }

    /// Notes which of the mails that an instance handed over it could not record, for whatever
    /// reason, before it ended: a second copy of those is the one that cannot be ruled out.
    pub fn note_unrecorded(&mut self, handed_over: &[Sent]) {
        for sent in handed_over {
            let id = mails::notice(sent);
            let row = self.world.store.peek(&notices::key(&id)).expect("a notice that is sent is owed");
            let stage = Entry::decode(row).expect("a sound notice").delivery().stage;
            if matches!(stage, Stage::Owed | Stage::Sending) {
                *self.mails.cut_off.entry(id).or_default() += 1;
            }
        }
    }

    /// Brings a batch of reports of the mail service; `false` when none is visible.
    pub fn hear(&mut self) -> bool {
        let messages = self.world.feedback.receive(BATCH, 0);
        if messages.is_empty() {
            return false;
        }
        let apps = Arc::clone(&self.apps);
        let handled = notification_feedback::handle(&apps.feedback, queue::lambda_event(&messages));
        let outcome = run(&self.world.gate, handled);
        self.take_off(&Arc::clone(&self.world.feedback), &messages, outcome);
        true
    }

    pub fn take_off(&mut self, queue: &MemoryQueue, messages: &[Message], outcome: Option<SqsBatchResponse>) {
        match outcome {
            Some(response) => settle_messages(queue, messages, &response),
            None => self.restart(SignedDuration::ZERO),
        }
    }

    /// The schedule of `event-relay`; `false` when it did not get through.
    pub fn sweep(&mut self) -> bool {
        if matches!(self.bug, Some(Bug::StreamAndSweepLost | Bug::NoSweep)) {
            return true;
        }
        let apps = Arc::clone(&self.apps);
        let swept = run(&self.world.gate, event_relay::handle(&apps.relay, json!({ "sweep": true })));
        if swept.is_none() {
            self.restart(SignedDuration::ZERO);
        }
        swept.is_some_and(|swept| swept.is_ok())
    }

    /// The schedule of `deadline-timer`; `false` when it did not get through.
    pub fn tick(&mut self) -> bool {
        let apps = Arc::clone(&self.apps);
        let ticked = run(&self.world.gate, deadline_timer::handle(&apps.timer, json!({ "tick": true })));
        if ticked.is_none() {
            self.restart(SignedDuration::ZERO);
        }
        ticked.is_some_and(|ticked| ticked.is_ok())
    }

    /// Lets everything that is under way arrive.
    pub fn settle(&mut self) {
        for _ in 0..1_000 {
            self.mails.report(&self.world);
            if !(self.relay()
                || self.notify()
                || self.remind()
                || self.hear()
                || self.post()
                || self.call_back())
            {
                return;
            }
        }
        panic!("work that makes more work without end");
    }

    /// Goes on, with every schedule, until nothing is left to do. `false` when that never comes.
    pub fn rest(&mut self) -> bool {
        for _ in 0..400 {
            self.settle();
            self.sweep();
            self.tick();
            if self.asks_at().is_some_and(|at| at <= self.now()) {
                self.reconcile();
            }
            if self.follows_at().is_some_and(|at| at <= self.now()) {
                self.follow();
            }
            self.settle();
            match self.next_work() {
                None => return true,
                Some(at) => {
                    // The schedules come once a minute; the minutes without work are passed over.
                    let minute = self.now().checked_add(SignedDuration::from_mins(1)).expect("an instant");
                    self.world.ambient.set(at.max(minute));
                }
            }
        }
        false
    }

    /// When there is something to do next, perhaps already; `None` when everything is done.
    fn next_work(&self) -> Option<Timestamp> {
        let (store, now) = (&self.world.store, self.now());
        let on_stream = STREAMS.iter().any(|table| !self.on_stream(*table).is_empty()).then_some(now);
        let calls = self.till.calling.iter().map(|callback| callback.at).min();
        let unreported = (self.mails.seen != self.world.mailer.count()).then_some(now);
        let world = &self.world;
        let waiting = [&world.notifications, &world.reminders, &world.feedback, &world.postings];
        let queued = waiting.iter().filter_map(|queue| queue.next_visible()).min();
        let in_outbox = store.earliest(Table::Cases, "outbox_at");
        let owed = store.earliest(Table::Notices, "next_at");
        let unposted = store.earliest(Table::Payments, "outbox_at");
        // The sweep leaves a minute to the stream.
        let swept = in_outbox
            .into_iter()
            .chain(owed)
            .chain(unposted)
            .min()
            .map(|at| at + SignedDuration::from_mins(1));
        let timer = store.earliest(Table::Cases, "due_at").filter(|at| *at <= now);
        // What a tick of the schedule goes on with.
        let recalculation = store
            .rows(Table::Catalogue)
            .into_iter()
            .filter(|row| row_type(row) == Some("recalculation"))
            .map(|row| Progress::decode(row).expect("a sound row"))
            .filter(|shard| shard.done_at.is_none())
            // The second walk waits for the clocks of all instances.
            .map(|shard| if shard.walk == 1 { now } else { now + SignedDuration::from_mins(15) })
            .min();
        // Questions are waited for, however far off: nothing else tells of what no callback told.
        let asked = [self.asks_at(), self.follows_at()].into_iter().flatten().min();
        let all = [on_stream, unreported, calls, queued, swept, timer, recalculation, asked];
        all.into_iter().flatten().min()
    }
}

/// Takes the handled messages off the queue; the others come back when their time is over.
pub fn settle_messages(queue: &MemoryQueue, messages: &[Message], response: &SqsBatchResponse) {
    let failed = |message: &&Message| {
        response.batch_item_failures.iter().any(|failure| failure.item_identifier == message.id)
    };
    for message in messages.iter().filter(|message| !failed(message)) {
        queue.delete(&message.id);
    }
}
