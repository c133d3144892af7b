//! 5, of mails: each notice is sent, once where that is possible, and what the mail service told is recorded.

use std::collections::BTreeMap;

use domain::delivery::{MAX_ATTEMPTS, Stage};
use domain::notice_tag::NoticeTag;
use jiff::SignedDuration;
use platform::notices::Entry;

use super::{Broken, MAX_SKEW};
use crate::city::City;
use crate::mails;

/// How long a sender that was cut off is waited for.
const RESEND_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// What a mail must name.
fn about(entry: &Entry) -> String {
    match entry {
        Entry::Case(notice) => notice.id.event.case.to_string(),
        Entry::Booking(_) | Entry::Duty(_) => entry.tag().to_string(),
    }
}

pub fn check(broken: &mut Broken, city: &City, ledger: &BTreeMap<NoticeTag, Entry>) {
    let mut mails: BTreeMap<NoticeTag, Vec<_>> = BTreeMap::new();
    for sent in city.world.mailer.sent() {
        mails.entry(mails::notice(&sent)).or_default().push(sent);
    }
    let strangers: Vec<_> = mails.keys().filter(|id| !ledger.contains_key(id)).collect();
    broken.require(strangers.is_empty(), || format!("5: mails nobody owes: {strangers:?}"));
    for (id, entry) in ledger {
        let delivery = entry.delivery();
        let copies = mails.get(id).map_or(&[][..], Vec::as_slice);
        let refused = city.mails.refused.contains(id);
        let excused = city.mails.cut_off.get(id).copied().unwrap_or_default();
        let given_up = delivery.stage == Stage::Refused;
        // Whether there was nothing left to remind of, the checks of reminders ask.
        let reminds = matches!(entry, Entry::Case(notice) if notice.kind.is_reminder());
        let moot = reminds && delivery.stage == Stage::Moot;
        broken
            .require(!copies.is_empty() || refused || given_up || moot, || format!("5: {id} was never sent"));
        broken.require(copies.len() <= 1 + excused, || {
            format!("5: {id} was sent {} times, {excused} excused", copies.len())
        });
        for mail in copies {
            let addressed = mail.mail.to == *entry.address() && mail.mail.text.contains(&about(entry));
            broken.require(addressed, || format!("5: {id} says or goes something else"));
        }
        for pair in copies.windows(2) {
            let apart = pair[1].at.duration_since(pair[0].at);
            broken.require(apart >= RESEND_AFTER - MAX_SKEW * 2, || format!("5: {id} again after {apart:?}"));
        }
        let done = delivery.next_at.is_none() && !matches!(delivery.stage, Stage::Owed | Stage::Sending);
        broken.require(done, || format!("5: {id} is left {delivery:?}"));
        if !moot {
            recorded(broken, city, entry, refused);
        }
    }
}

/// What the mail service told of a notice, in order of weight.
fn recorded(broken: &mut Broken, city: &City, entry: &Entry, refused: bool) {
    let (id, delivery) = (entry.tag(), entry.delivery());
    let mut expected = Stage::Accepted;
    for feedback in city.mails.told.get(&id).into_iter().flatten() {
        let told = match feedback {
            domain::delivery::Feedback::Sent => Stage::Accepted,
            domain::delivery::Feedback::Delivered => Stage::Delivered,
            domain::delivery::Feedback::Complained => Stage::Complained,
            domain::delivery::Feedback::Refused => Stage::Refused,
            domain::delivery::Feedback::Bounced => Stage::Bounced,
        };
        expected = if weight(told) > weight(expected) { told } else { expected };
    }
    let stage = delivery.stage;
    // It was refused outright, or staff had to take over before word came. (A refusal that the sender
    // did not live to record is tried again.)
    let given_up = stage == Stage::Refused && weight(expected) < weight(stage);
    let fits = stage == expected || (given_up && (refused || delivery.attempts >= MAX_ATTEMPTS));
    broken.require(fits, || format!("5: {id} is {stage:?}, the mail service told {expected:?}"));
}

const fn weight(stage: Stage) -> u8 {
    match stage {
        Stage::Owed | Stage::Sending | Stage::Moot => 0,
        Stage::Accepted => 1,
        Stage::Delivered => 2,
        Stage::Complained => 3,
        Stage::Refused => 4,
        Stage::Bounced => 5,
    }
}
