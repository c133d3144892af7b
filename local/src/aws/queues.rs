//! All queues: the state machines of [`super::queue`], kept in the store, with readers that can wait.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::ambient::{fresh_id, now_ms};
use super::delivery::{Delivery, Outgoing, QueueError};
use super::message_rows::{insert, load, remove, update};
use super::queue::{Depth, Message, Queue, Received, Settings, seconds};
use super::spec::QueueSpec;
use super::store::Store;

struct Inner {
    queues: BTreeMap<String, Queue>,
    next_seq: i64,
}

/// Every queue of the city.
pub struct Queues {
    inner: Mutex<Inner>,
    store: Store,
    /// Wakes readers that wait: the number says nothing.
    sent: watch::Sender<u64>,
}

impl Queues {
    pub(super) fn open(specs: &[QueueSpec], store: Store) -> anyhow::Result<Self> {
        let mut queues: BTreeMap<String, Queue> = BTreeMap::new();
        for spec in specs {
            queues.insert(spec.name.clone(), Queue::new(Settings::from_properties(&spec.properties)));
        }
        for (name, queue) in &queues {
            if let Some((dead, _)) = &queue.settings.redrive {
                anyhow::ensure!(
                    queues.contains_key(dead),
                    "queue {name}: its dead letter queue {dead} is not in the template"
                );
            }
        }
        let mut last = 0;
        for (queue, message) in store.read(load)? {
            last = last.max(message.seq);
            // A queue that the template no longer has keeps its messages for the day it returns.
            if let Some(queue) = queues.get_mut(&queue) {
                queue.insert(message);
            }
        }
        // Ahead of every number ever given, so that an old receipt never fits a new message.
        let next_seq = last.max(now_ms().saturating_mul(1000)) + 1;
        Ok(Self { inner: Mutex::new(Inner { queues, next_seq }), store, sent: watch::Sender::new(0) })
    }

    /// The names of all queues.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.inner().queues.keys().cloned().collect()
    }

    /// Returns the message id. The message is durable then.
    pub fn send(&self, queue: &str, outgoing: Outgoing) -> Result<String, QueueError> {
        let now = now_ms();
        let mut inner = self.inner();
        let target = find(&mut inner.queues, queue)?;
        let delay = outgoing
            .delay
            .map_or(target.settings.delay, |delay| i64::try_from(delay.as_millis()).unwrap_or(i64::MAX));
        let seq = inner.next_seq;
        let message = Message {
            seq,
            id: fresh_id(),
            body: outgoing.body,
            attributes: outgoing.attributes,
            sent_at: now,
            visible_at: now.saturating_add(delay),
            receives: 0,
            first_received_at: None,
            source: None,
        };
        self.store.write(|to| insert(to, queue, &message))?;
        inner.next_seq += 1;
        let id = message.id.clone();
        find(&mut inner.queues, queue)?.insert(message);
        drop(inner);
        self.wake();
        Ok(id)
    }

    /// At most `max` messages; waits up to `wait` for the first.
    pub async fn receive(
        &self,
        queue: &str,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<Delivery>, QueueError> {
        self.receive_for(queue, max, wait, None).await
    }

    /// The same with the queue's visibility timeout replaced.
    pub async fn receive_for(
        &self,
        queue: &str,
        max: usize,
        wait: Duration,
        visibility: Option<Duration>,
    ) -> Result<Vec<Delivery>, QueueError> {
        let visibility = visibility.map(|time| seconds(time.as_secs()));
        let deadline = Instant::now() + wait;
        let mut sent = self.sent.subscribe();
        loop {
            sent.mark_unchanged();
            let (delivered, next_due) = self.receive_now(queue, max, visibility)?;
            if !delivered.is_empty() || Instant::now() >= deadline {
                return Ok(delivered);
            }
            let due_in = next_due
                .map_or(wait, |due| Duration::from_millis(u64::try_from(due - now_ms()).unwrap_or(0)));
            let until = deadline.min(Instant::now() + due_in + Duration::from_millis(1));
            tokio::select! {
                _ = sent.changed() => {}
                () = tokio::time::sleep_until(until) => {}
            }
        }
    }

    fn receive_now(
        &self,
        queue: &str,
        max: usize,
        visibility: Option<i64>,
    ) -> Result<(Vec<Delivery>, Option<i64>), QueueError> {
        let now = now_ms();
        let mut inner = self.inner();
        let source = find(&mut inner.queues, queue)?;
        let Received { delivered, dead, expired } = source.receive(now, max, visibility);
        let next_due = source.next_due();
        let target = source.settings.redrive.as_ref().map(|(target, _)| target.clone());
        if delivered.is_empty() && dead.is_empty() && expired.is_empty() {
            return Ok((Vec::new(), next_due));
        }
        let dead: Vec<Message> = dead
            .into_iter()
            .map(|message| Message { visible_at: now, source: Some(queue.to_owned()), ..message })
            .collect();
        self.store.write(|to| {
            delivered.iter().try_for_each(|message| update(to, message))?;
            expired.iter().try_for_each(|seq| remove(to, *seq))?;
            target.iter().flat_map(|name| dead.iter().map(move |message| (name, message))).try_for_each(
                |(name, message)| {
                    remove(to, message.seq)?;
                    insert(to, name, message)
                },
            )
        })?;
        let moved = !dead.is_empty();
        if let Some(target) = target.and_then(|name| inner.queues.get_mut(&name)) {
            for message in dead {
                target.insert(message);
            }
        }
        drop(inner);
        if moved {
            self.wake();
        }
        Ok((delivered.into_iter().map(Delivery::from).collect(), next_due))
    }

    /// Succeeds for a message that is already gone.
    pub fn delete(&self, queue: &str, receipt: &str) -> Result<(), QueueError> {
        let mut inner = self.inner();
        if let Some(seq) = find(&mut inner.queues, queue)?.delete(receipt)? {
            self.store.write(|to| remove(to, seq))?;
        }
        Ok(())
    }

    /// The message comes back `visibility` from now; zero is at once.
    pub fn change_visibility(
        &self,
        queue: &str,
        receipt: &str,
        visibility: Duration,
    ) -> Result<(), QueueError> {
        let mut inner = self.inner();
        let message = find(&mut inner.queues, queue)?.change_visibility(
            now_ms(),
            receipt,
            seconds(visibility.as_secs()),
        )?;
        self.store.write(|to| update(to, &message))?;
        drop(inner);
        self.wake();
        Ok(())
    }

    pub fn depth(&self, queue: &str) -> Result<Depth, QueueError> {
        Ok(find(&mut self.inner().queues, queue)?.depth(now_ms()))
    }

    /// All messages in the order they were sent, without receiving them. Their receipts are worth nothing.
    pub fn peek(&self, queue: &str) -> Result<Vec<Delivery>, QueueError> {
        Ok(find(&mut self.inner().queues, queue)?.messages().cloned().map(Delivery::from).collect())
    }

    /// Removes every message. Returns how many there were.
    pub fn purge(&self, queue: &str) -> Result<usize, QueueError> {
        let mut inner = self.inner();
        let gone = find(&mut inner.queues, queue)?.drain();
        self.store.write(|to| gone.iter().try_for_each(|message| remove(to, message.seq)))?;
        Ok(gone.len())
    }

    /// Moves every dead letter back to the queue it came from, as new messages. Returns how many.
    /// Letters that were sent to the dead letter queue by hand stay.
    pub fn redrive(&self, dead_letters: &str) -> Result<usize, QueueError> {
        let now = now_ms();
        let mut inner = self.inner();
        let all = find(&mut inner.queues, dead_letters)?.drain();
        let (moving, staying): (Vec<Message>, Vec<Message>) = all
            .into_iter()
            .partition(|message| message.source.as_ref().is_some_and(|name| inner.queues.contains_key(name)));
        let stays = find(&mut inner.queues, dead_letters)?;
        for message in staying {
            stays.insert(message);
        }
        let fresh = |message: Message| Message {
            receives: 0,
            first_received_at: None,
            sent_at: now,
            visible_at: now,
            ..message
        };
        let moving: Vec<Message> = moving.into_iter().map(fresh).collect();
        self.store.write(|to| {
            moving.iter().try_for_each(|message| {
                remove(to, message.seq)?;
                insert(
                    to,
                    message.source.as_deref().unwrap_or(dead_letters),
                    &Message { source: None, ..message.clone() },
                )
            })
        })?;
        let count = moving.len();
        for message in moving {
            if let Some(source) = message.source.as_ref().and_then(|name| inner.queues.get_mut(name)) {
                source.insert(Message { source: None, ..message });
            }
        }
        drop(inner);
        self.wake();
        Ok(count)
    }

    pub(super) fn settings(&self, queue: &str) -> Result<Settings, QueueError> {
        Ok(find(&mut self.inner().queues, queue)?.settings.clone())
    }

    fn wake(&self) {
        self.sent.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find<'a>(queues: &'a mut BTreeMap<String, Queue>, name: &str) -> Result<&'a mut Queue, QueueError> {
    queues.get_mut(name).ok_or_else(|| QueueError::NoSuchQueue(name.to_owned()))
}
