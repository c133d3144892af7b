//! What becomes of a notice (通知) on its way: owed until evidence discharges it, and owed again when
//! the evidence turns. Pure: the sender asks, writes the answer conditionally, and only then acts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::code::coded;

/// By what a notice goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// The notice itself.
    Mail,
    /// 簡訊: calls attention to the mail, and counts for nothing beside it.
    Sms,
}

coded!(Channel { Mail = "mail", Sms = "sms" });

/// Where the delivery of a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// To be sent.
    Owed,
    /// Claimed by a sender that has not reported back. After [`RESEND_AFTER`] it may be sent again.
    Sending,
    /// The mail service, or the SMS gateway, has it.
    Accepted,
    /// The recipient's mail system has it.
    Delivered,
    /// It came back, perhaps after having been delivered: staff must reach the person otherwise.
    Bounced,
    /// The recipient called it unwanted: staff must reach the person otherwise.
    Complained,
    /// The mail service will not take it: staff must reach the person otherwise.
    Refused,
    /// A reminder of what was done before it was sent, or an SMS of a window that sends none any more: nothing is
    /// owed.
    Moot,
}

coded!(Stage {
    Owed = "owed",
    Sending = "sending",
    Accepted = "accepted",
    Delivered = "delivered",
    Bounced = "bounced",
    Complained = "complained",
    Refused = "refused",
    Moot = "moot",
});

impl Stage {
    /// Whether the mail did not reach whom it is for: staff must reach them otherwise.
    #[must_use]
    pub const fn is_returned(self) -> bool {
        matches!(self, Self::Bounced | Self::Complained | Self::Refused)
    }
}

/// How long a claimed notice waits for word from the mail service before it is sent again: mail is
/// the one effect that cannot be exactly once.
pub const RESEND_AFTER: Duration = Duration::from_mins(15);
/// How often a notice is tried before staff must take over.
pub const MAX_ATTEMPTS: u32 = 8;

/// The delivery of one notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    pub stage: Stage,
    /// How often it was claimed for sending.
    pub attempts: u32,
    /// When to try (again); `None` once nothing is to be tried.
    pub next_at: Option<Timestamp>,
}

/// What a sender is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Write this, then send.
    Send(Delivery),
    /// Write this and leave it to staff.
    GiveUp(Delivery),
    /// Somebody else has it, or it is done.
    Leave,
}

/// What the mail service reports of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feedback {
    /// It accepted the mail: evidence for a sender that was killed before it could record that.
    Sent,
    Delivered,
    Bounced,
    Complained,
    Refused,
}

impl Delivery {
    /// A notice owed since `now`.
    #[must_use]
    pub const fn owed(now: Timestamp) -> Self {
        Self { stage: Stage::Owed, attempts: 0, next_at: Some(now) }
    }

    /// Whether it is to be sent now, and what to write before sending.
    #[must_use]
    pub fn claim(self, now: Timestamp) -> Claim {
        match (self.stage, self.next_at) {
            (Stage::Owed | Stage::Sending, Some(at)) if at <= now => {
                if self.attempts >= MAX_ATTEMPTS {
                    return Claim::GiveUp(Self { stage: Stage::Refused, next_at: None, ..self });
                }
                Claim::Send(Self {
                    stage: Stage::Sending,
                    attempts: self.attempts + 1,
                    next_at: after(now, RESEND_AFTER),
                })
            }
            _ => Claim::Leave,
        }
    }

    /// Not to be tried before `until`, if it is to be tried at all.
    #[must_use]
    pub fn held(self, until: Timestamp) -> Self {
        Self { next_at: self.next_at.map(|at| at.max(until)), ..self }
    }

    /// After there was nothing left to remind of.
    #[must_use]
    pub fn moot(self) -> Self {
        if rank(self.stage) < rank(Stage::Moot) {
            Self { stage: Stage::Moot, next_at: None, ..self }
        } else {
            self
        }
    }

    /// After the mail service accepted the mail.
    #[must_use]
    pub fn accepted(self) -> Self {
        self.heard(Feedback::Sent)
    }

    /// After a failure that may pass: tried again later and later, within the hour. Word of an
    /// earlier attempt that came meanwhile stands.
    #[must_use]
    pub fn failed(self, now: Timestamp) -> Self {
        if rank(self.stage) > rank(Stage::Sending) {
            return self;
        }
        let minutes = 1_u64 << self.attempts.min(5);
        Self { stage: Stage::Owed, next_at: after(now, Duration::from_mins(minutes)), ..self }
    }

    /// After the mail service would not take it. Word of an earlier attempt that came meanwhile stands.
    #[must_use]
    pub fn refused(self) -> Self {
        if rank(self.stage) > rank(Stage::Sending) { self } else { self.heard(Feedback::Refused) }
    }

    /// After a report. Reports come late, twice and in any order, so only worse or further news
    /// counts: a bounce after the delivery stands, a delivery after the bounce does not.
    #[must_use]
    pub fn heard(self, feedback: Feedback) -> Self {
        let stage = match feedback {
            Feedback::Sent => Stage::Accepted,
            Feedback::Delivered => Stage::Delivered,
            Feedback::Bounced => Stage::Bounced,
            Feedback::Complained => Stage::Complained,
            Feedback::Refused => Stage::Refused,
        };
        if rank(stage) > rank(self.stage) { Self { stage, next_at: None, ..self } } else { self }
    }
}

const fn rank(stage: Stage) -> u8 {
    match stage {
        Stage::Owed => 0,
        Stage::Sending => 1,
        Stage::Moot => 2,
        Stage::Accepted => 3,
        Stage::Delivered => 4,
        Stage::Complained => 5,
        Stage::Refused => 6,
        Stage::Bounced => 7,
    }
}

fn after(now: Timestamp, wait: Duration) -> Option<Timestamp> {
    now.checked_add(SignedDuration::try_from(wait).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn claimed() -> Delivery {
        match Delivery::owed(NOW).claim(NOW) {
            Claim::Send(delivery) => delivery,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_claimed_notice_is_left_alone_until_the_resend_time() {
        let delivery = claimed();
        assert_eq!(delivery.claim(NOW), Claim::Leave);
        let later = after(NOW, RESEND_AFTER).unwrap();
        assert!(matches!(delivery.claim(later), Claim::Send(again) if again.attempts == 2));
    }

    #[test]
    fn a_report_of_a_killed_sender_stops_the_resend() {
        let later = after(NOW, RESEND_AFTER).unwrap();
        assert_eq!(claimed().heard(Feedback::Sent).claim(later), Claim::Leave);
    }

    #[test]
    fn after_the_last_attempt_staff_take_over() {
        let mut delivery = Delivery::owed(NOW);
        let mut now = NOW;
        let mut sent = 0;
        while let Claim::Send(claimed) = delivery.claim(now) {
            sent += 1;
            delivery = claimed.failed(now);
            now = delivery.next_at.unwrap();
        }
        assert_eq!(sent, MAX_ATTEMPTS);
        assert!(matches!(delivery.claim(now), Claim::GiveUp(d) if d.stage == Stage::Refused));
    }

    #[test]
    fn word_of_an_earlier_attempt_outweighs_a_later_failure() {
        for feedback in [Feedback::Sent, Feedback::Delivered, Feedback::Bounced] {
            let heard = claimed().heard(feedback);
            assert_eq!((heard.failed(NOW), heard.refused()), (heard, heard));
        }
    }

    fn any_feedback() -> impl Strategy<Value = Feedback> {
        prop_oneof![
            Just(Feedback::Sent),
            Just(Feedback::Delivered),
            Just(Feedback::Bounced),
            Just(Feedback::Complained),
            Just(Feedback::Refused),
        ]
    }

    proptest! {
        #[test]
        fn the_order_of_reports_does_not_matter(reports in proptest::collection::vec(any_feedback(), 0..6)) {
            let forward = reports.iter().fold(claimed(), |delivery, report| delivery.heard(*report));
            let backward = reports.iter().rev().fold(claimed(), |delivery, report| delivery.heard(*report));
            prop_assert_eq!(forward, backward);
        }
    }
}
