//! A queue in memory: at least once, out of order if asked, with visibility and dead letters.

use std::sync::{Arc, Mutex};

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use jiff::{SignedDuration, Timestamp};
use platform::ports::{Ambient, Answer, Queue};

use crate::ambient::ManualAmbient;
use crate::faults::{Gate, Site};

/// A message on the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub body: String,
    /// How often it was received.
    pub receives: u32,
    visible_at: Timestamp,
}

#[derive(Debug, Default)]
struct Inner {
    sent: u64,
    messages: Vec<Message>,
    dead: Vec<Message>,
}

/// How the queue is set up in the template.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a received message stays out of sight.
    pub visibility: SignedDuration,
    /// A message received so often goes to the dead letters instead of being received again.
    pub max_receives: u32,
}

pub struct MemoryQueue {
    gate: Arc<Gate>,
    ambient: Arc<ManualAmbient>,
    settings: Settings,
    inner: Mutex<Inner>,
}

impl MemoryQueue {
    #[must_use]
    pub fn new(gate: Arc<Gate>, ambient: Arc<ManualAmbient>, settings: Settings) -> Self {
        Self { gate, ambient, settings, inner: Mutex::default() }
    }

    /// Puts a message on the queue from outside the process: no port call.
    pub fn push(&self, body: String) {
        let now = self.ambient.now();
        let mut inner = self.inner.lock().unwrap();
        inner.sent += 1;
        let id = format!("message-{}", inner.sent);
        inner.messages.push(Message { id, body, receives: 0, visible_at: now });
    }

    /// Receives at most `max` visible messages, starting at the `offset`th: they stay out of sight
    /// until they are deleted, released or their time is over.
    pub fn receive(&self, max: usize, offset: usize) -> Vec<Message> {
        let now = self.ambient.now();
        let mut inner = self.inner.lock().unwrap();
        let Inner { messages, dead, .. } = &mut *inner;
        let worn = |message: &mut Message| {
            message.visible_at <= now && message.receives >= self.settings.max_receives
        };
        dead.extend(messages.extract_if(.., worn));
        let until = now.checked_add(self.settings.visibility).expect("a time of day");
        let visible: Vec<usize> =
            (0..messages.len()).filter(|place| messages[*place].visible_at <= now).collect();
        let mut received = Vec::new();
        for turn in 0..visible.len().min(max) {
            let message = &mut messages[visible[(turn + offset) % visible.len()]];
            message.receives += 1;
            message.visible_at = until;
            received.push(message.clone());
        }
        received
    }

    /// Takes a handled message off the queue.
    pub fn delete(&self, id: &str) {
        self.inner.lock().unwrap().messages.retain(|message| message.id != id);
    }

    /// Makes a message visible again at once.
    pub fn release(&self, id: &str) {
        let now = self.ambient.now();
        let mut inner = self.inner.lock().unwrap();
        for message in inner.messages.iter_mut().filter(|message| message.id == id) {
            message.visible_at = now;
        }
    }

    /// Delivers a copy of a message that is on the queue, as standard queues may.
    pub fn duplicate(&self, offset: usize) {
        let inner = self.inner.lock().unwrap();
        if inner.messages.is_empty() {
            return;
        }
        let body = inner.messages[offset % inner.messages.len()].body.clone();
        drop(inner);
        self.push(body);
    }

    /// Messages that are there, in sight or not.
    pub fn len(&self) -> usize {
        self.inner.lock().unwrap().messages.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When the next message that is out of sight comes back.
    pub fn next_visible(&self) -> Option<Timestamp> {
        self.inner.lock().unwrap().messages.iter().map(|message| message.visible_at).min()
    }

    pub fn dead_letters(&self) -> Vec<Message> {
        self.inner.lock().unwrap().dead.clone()
    }

    /// Puts the dead letters back on the queue.
    pub fn redrive(&self) {
        let dead = std::mem::take(&mut self.inner.lock().unwrap().dead);
        for message in dead {
            self.push(message.body);
        }
    }
}

impl Queue for MemoryQueue {
    fn send(&self, body: String) -> Answer<'_, ()> {
        self.gate.call(Site::QueueSend, move || {
            self.push(body);
            Ok(())
        })
    }
}

/// The messages as Lambda hands them to a function.
#[must_use]
pub fn lambda_event(messages: &[Message]) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = messages
        .iter()
        .map(|message| {
            let mut record = SqsMessage::default();
            record.message_id = Some(message.id.clone());
            record.receipt_handle = Some(message.id.clone());
            record.body = Some(message.body.clone());
            record.attributes.insert("ApproximateReceiveCount".to_owned(), message.receives.to_string());
            record.event_source = Some("aws:sqs".to_owned());
            record
        })
        .collect();
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue() -> (MemoryQueue, Arc<ManualAmbient>) {
        let ambient = Arc::new(ManualAmbient::new(Timestamp::UNIX_EPOCH, 0));
        let settings = Settings { visibility: SignedDuration::from_secs(60), max_receives: 2 };
        (MemoryQueue::new(Arc::default(), Arc::clone(&ambient), settings), ambient)
    }

    #[test]
    fn a_received_message_is_out_of_sight_until_its_time_is_over() {
        let (queue, ambient) = queue();
        queue.push("a".to_owned());
        assert_eq!(queue.receive(10, 0).len(), 1);
        assert_eq!(queue.receive(10, 0).len(), 0);
        ambient.advance(SignedDuration::from_secs(60));
        assert_eq!(queue.receive(10, 0)[0].receives, 2);
    }

    #[test]
    fn a_message_that_never_works_ends_with_the_dead_letters_and_comes_back_by_redrive() {
        let (queue, _) = queue();
        queue.push("a".to_owned());
        for _ in 0..2 {
            for message in queue.receive(10, 0) {
                queue.release(&message.id);
            }
        }
        assert!(queue.receive(10, 0).is_empty());
        assert_eq!((queue.len(), queue.dead_letters().len()), (0, 1));
        queue.redrive();
        assert_eq!((queue.receive(10, 0)[0].receives, queue.dead_letters().len()), (1, 0));
    }

    #[test]
    fn a_batch_starts_where_it_is_told_and_takes_each_message_once() {
        let (queue, _) = queue();
        for body in ["a", "b", "c"] {
            queue.push(body.to_owned());
        }
        queue.duplicate(0);
        let bodies: String = queue.receive(4, 2).into_iter().map(|message| message.body).collect();
        assert_eq!(bodies, "caab");
    }
}
