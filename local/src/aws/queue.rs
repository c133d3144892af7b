//! One standard queue as a state machine: no clock, no storage. Times are milliseconds since the epoch.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::spec::QueueProperties;

/// A message attribute as SQS writes it; `BinaryValue` is base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    pub data_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

pub type Attributes = BTreeMap<String, Attribute>;

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) visibility: i64,
    pub(super) delay: i64,
    pub(super) retention: i64,
    pub(super) wait: Duration,
    /// Where messages go that were received this often.
    pub(super) redrive: Option<(String, i64)>,
}

impl Settings {
    pub(super) fn from_properties(properties: &QueueProperties) -> Self {
        let redrive = properties.redrive_policy.as_ref().map(|policy| {
            let target = policy.dead_letter_target_arn.rsplit(':').next().unwrap_or_default();
            (target.to_owned(), i64::try_from(policy.max_receive_count).unwrap_or(i64::MAX))
        });
        Self {
            visibility: seconds(properties.visibility_timeout),
            delay: seconds(properties.delay_seconds),
            retention: seconds(properties.message_retention_period),
            wait: Duration::from_secs(properties.receive_message_wait_time_seconds),
            redrive,
        }
    }
}

pub(super) fn seconds(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX / 1000).saturating_mul(1000)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// Unique over all queues and over restarts; messages of equal time keep this order.
    pub(super) seq: i64,
    pub(super) id: String,
    pub(super) body: String,
    pub(super) attributes: Attributes,
    pub(super) sent_at: i64,
    pub(super) visible_at: i64,
    pub(super) receives: i64,
    pub(super) first_received_at: Option<i64>,
    /// The queue it was moved here from, for a dead letter.
    pub(super) source: Option<String>,
}

impl Message {
    /// Valid until the next receive, as the contract of standard queues has it.
    pub(super) fn receipt(&self) -> String {
        format!("{}.{}", self.seq, self.receives)
    }
}

/// How many messages are in which condition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    pub visible: usize,
    pub in_flight: usize,
    pub delayed: usize,
}

impl Depth {
    /// All of them.
    #[must_use]
    pub const fn total(self) -> usize {
        self.visible + self.in_flight + self.delayed
    }
}

/// What a receive did.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) delivered: Vec<Message>,
    /// Taken out: received too often.
    pub(super) dead: Vec<Message>,
    /// Taken out: kept for longer than the queue keeps messages.
    pub(super) expired: Vec<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// No receipt of this queue.
    Malformed,
    /// The message is gone, waits for a reader, or was received again since.
    NotInFlight,
}

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) settings: Settings,
    messages: BTreeMap<i64, Message>,
    /// (visible at, seq) of every message.
    schedule: BTreeSet<(i64, i64)>,
}

impl Queue {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, messages: BTreeMap::new(), schedule: BTreeSet::new() }
    }

    pub(super) fn insert(&mut self, message: Message) {
        self.schedule.insert((message.visible_at, message.seq));
        self.messages.insert(message.seq, message);
    }

    fn take(&mut self, seq: i64) -> Option<Message> {
        let message = self.messages.remove(&seq)?;
        self.schedule.remove(&(message.visible_at, seq));
        Some(message)
    }

    /// Hands out at most `max` messages that are due, the longest due first.
    pub(super) fn receive(&mut self, now: i64, max: usize, visibility: Option<i64>) -> Received {
        let mut received = Received::default();
        while received.delivered.len() < max {
            let Some(&(due, seq)) = self.schedule.first() else { break };
            if due > now {
                break;
            }
            let Some(mut message) = self.take(seq) else { break };
            if message.sent_at.saturating_add(self.settings.retention) <= now {
                received.expired.push(seq);
                continue;
            }
            if self.settings.redrive.as_ref().is_some_and(|(_, limit)| message.receives >= *limit) {
                received.dead.push(message);
                continue;
            }
            message.receives += 1;
            message.first_received_at.get_or_insert(now);
            message.visible_at = now.saturating_add(visibility.unwrap_or(self.settings.visibility));
            received.delivered.push(message);
        }
        // Not earlier: with a visibility of zero the same message would be due again in this receive.
        for message in &received.delivered {
            self.insert(message.clone());
        }
        received
    }

    /// The message of a receipt, if the receipt is the last one given for it.
    fn receipt(&self, receipt: &str) -> Result<Option<i64>, Refused> {
        let (seq, receives) = receipt.split_once('.').ok_or(Refused::Malformed)?;
        let seq: i64 = seq.parse().map_err(|_| Refused::Malformed)?;
        let receives: i64 = receives.parse().map_err(|_| Refused::Malformed)?;
        Ok(self
            .messages
            .get(&seq)
            .filter(|message| message.receives == receives && receives > 0)
            .map(|_| seq))
    }

    /// `Ok(None)`: already gone, or received again since; SQS answers that with success as well.
    pub(super) fn delete(&mut self, receipt: &str) -> Result<Option<i64>, Refused> {
        let found = self.receipt(receipt)?;
        Ok(found.and_then(|seq| self.take(seq)).map(|message| message.seq))
    }

    /// Gives a message that is being worked on back at `now + visibility`.
    pub(super) fn change_visibility(
        &mut self,
        now: i64,
        receipt: &str,
        visibility: i64,
    ) -> Result<Message, Refused> {
        let seq = self.receipt(receipt)?.ok_or(Refused::NotInFlight)?;
        let message = self
            .messages
            .get_mut(&seq)
            .filter(|message| message.visible_at > now)
            .ok_or(Refused::NotInFlight)?;
        let before = message.visible_at;
        message.visible_at = now.saturating_add(visibility);
        let after = message.clone();
        self.schedule.remove(&(before, seq));
        self.schedule.insert((after.visible_at, seq));
        Ok(after)
    }

    /// Takes out every message.
    pub(super) fn drain(&mut self) -> Vec<Message> {
        self.schedule.clear();
        std::mem::take(&mut self.messages).into_values().collect()
    }

    /// When the next message can be received, if there is one.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.schedule.first().map(|(due, _)| *due)
    }

    pub(super) fn depth(&self, now: i64) -> Depth {
        let mut depth = Depth::default();
        for message in self.messages.values() {
            if message.visible_at <= now {
                depth.visible += 1;
            } else if message.receives > 0 {
                depth.in_flight += 1;
            } else {
                depth.delayed += 1;
            }
        }
        depth
    }

    pub(super) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(max_receives: Option<u64>) -> Queue {
        let mut properties =
            QueueProperties { visibility_timeout: 30, message_retention_period: 60, ..Default::default() };
        properties.redrive_policy = max_receives.map(|max_receive_count| super::super::spec::RedrivePolicy {
            dead_letter_target_arn: "arn:aws:sqs:ap-east-2:000000000000:dead".to_owned(),
            max_receive_count,
        });
        Queue::new(Settings::from_properties(&properties))
    }

    fn message(seq: i64, visible_at: i64) -> Message {
        Message {
            seq,
            id: format!("id-{seq}"),
            body: "body".to_owned(),
            attributes: Attributes::new(),
            sent_at: 0,
            visible_at,
            receives: 0,
            first_received_at: None,
            source: None,
        }
    }

    #[test]
    fn a_message_is_hidden_while_it_is_worked_on_and_comes_back() {
        let mut queue = queue(None);
        queue.insert(message(1, 0));
        assert_eq!(queue.receive(0, 10, None).delivered.len(), 1);
        assert_eq!(queue.depth(0), Depth { in_flight: 1, ..Depth::default() });
        assert!(queue.receive(29_999, 10, None).delivered.is_empty());
        let again = queue.receive(30_000, 10, None).delivered;
        assert_eq!((again[0].receives, again[0].first_received_at), (2, Some(0)));
    }

    #[test]
    fn only_the_last_receipt_counts() {
        let mut queue = queue(None);
        queue.insert(message(1, 0));
        let first = queue.receive(0, 1, None).delivered[0].receipt();
        let second = queue.receive(30_000, 1, None).delivered[0].receipt();
        assert_eq!(queue.delete(&first), Ok(None));
        assert_eq!(queue.change_visibility(30_001, &first, 0).unwrap_err(), Refused::NotInFlight);
        assert_eq!(queue.delete(&second), Ok(Some(1)));
        assert_eq!(queue.delete(&second), Ok(None));
        assert_eq!(queue.delete("nonsense"), Err(Refused::Malformed));
        assert_eq!(queue.depth(30_001).total(), 0);
    }

    #[test]
    fn a_message_that_was_never_received_has_no_receipt() {
        let mut queue = queue(None);
        queue.insert(message(1, 0));
        assert_eq!(queue.delete("1.0"), Ok(None));
        assert_eq!(queue.depth(0).visible, 1);
    }

    #[test]
    fn visibility_can_be_shortened_and_lengthened_only_in_flight() {
        let mut queue = queue(None);
        queue.insert(message(1, 0));
        let receipt = queue.receive(0, 1, Some(10_000)).delivered[0].receipt();
        queue.change_visibility(5_000, &receipt, 60_000).unwrap();
        assert_eq!(queue.next_due(), Some(65_000));
        queue.change_visibility(6_000, &receipt, 0).unwrap();
        assert_eq!(queue.depth(6_000).visible, 1);
        assert_eq!(queue.change_visibility(6_000, &receipt, 9).unwrap_err(), Refused::NotInFlight);
    }

    #[test]
    fn after_too_many_receives_it_is_dead() {
        let mut queue = queue(Some(2));
        queue.insert(message(1, 0));
        assert_eq!(queue.receive(0, 1, Some(0)).delivered.len(), 1);
        assert_eq!(queue.receive(0, 1, Some(0)).delivered.len(), 1);
        let last = queue.receive(0, 1, Some(0));
        assert_eq!((last.delivered.len(), last.dead.len()), (0, 1));
        assert_eq!(queue.depth(0).total(), 0);
    }

    #[test]
    fn delayed_then_due_then_expired() {
        let mut queue = queue(None);
        queue.insert(message(1, 1_000));
        assert_eq!(queue.depth(999), Depth { delayed: 1, ..Depth::default() });
        assert!(queue.receive(999, 1, None).delivered.is_empty());
        assert_eq!(queue.receive(1_000, 1, None).delivered.len(), 1);
        assert_eq!(queue.receive(60_000, 1, None).expired, vec![1]);
    }

    #[test]
    fn one_receive_never_hands_out_a_message_twice() {
        let mut queue = queue(None);
        queue.insert(message(1, 0));
        assert_eq!(queue.receive(0, 10, Some(0)).delivered.len(), 1);
        assert_eq!(queue.depth(0).visible, 1);
    }

    #[test]
    fn the_longest_due_is_first_and_the_limit_holds() {
        let mut queue = queue(None);
        for (seq, due) in [(1, 30), (2, 10), (3, 20), (4, 10)] {
            queue.insert(message(seq, due));
        }
        let order: Vec<i64> =
            queue.receive(100, 3, None).delivered.iter().map(|message| message.seq).collect();
        assert_eq!(order, [2, 4, 3]);
    }
}
