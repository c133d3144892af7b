//! The way of a mail that is owed by no event of a case, through the real functions on ports in memory: owed
//! with the booking, or for an inbox that nobody opened; found by the sweep, sent once, heard of again.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops at once, and says where"
)]

mod results;
mod texts;

use std::sync::Arc;

use domain::booking::{self, BookedItem, BookingTerms, CheckInCode, Opening, Place};
use domain::calendar::Calendar;
use domain::notice_tag::NoticeTag;
use domain::text::Text;
use jiff::SignedDuration;
use jiff::civil::{Weekday, date, time};
use platform::bookings::{self, Wanted};
use platform::calendars::CalendarCache;
use platform::notices;
use platform::ports::{Ambient, Messenger};
use serde_json::json;
use testkit::faults::run;
use testkit::mailer::event;
use testkit::queue::lambda_event;
use testkit::samples;
use testkit::world::World;

fn place() -> Place {
    Place {
        code: "parks-hall".parse().unwrap(),
        agency: "parks".parse().unwrap(),
        name: Text::new("公園處服務臺", "Parks service desk"),
        address: Text::new("青年路 65 號", "65 Qingnian Rd."),
        slot_minutes: 60,
        opening: vec![Opening {
            days: vec![Weekday::Friday],
            from: time(9, 0, 0, 0),
            until: time(12, 0, 0, 0),
            capacity: 1,
        }],
    }
}

/// A booking whose process died before it told the queue.
fn book(world: &World) -> NoticeTag {
    let (place, now) = (place(), world.ambient.now());
    let terms = BookingTerms { places: [place.code.clone()].into(), min_days: 0, max_days: 30 };
    let at = (date(2026, 11, 20), time(9, 0, 0, 0));
    let wanted = Wanted {
        item: BookedItem {
            code: "HR008".parse().unwrap(),
            version: 1,
            name: Text::new("離婚登記", "Divorce"),
        },
        booker: samples::applicant("lin"),
        case: None,
        offer: booking::offer(&place, &terms, at, now, Calendar::shipped()).unwrap(),
        code: CheckInCode::of_random([7; 8]),
        request: samples::request(1),
    };
    let done = run(&world.gate, bookings::book(&*world.store, &wanted, now)).unwrap().unwrap();
    done.notice().unwrap()
}

fn sweep(world: &World) -> usize {
    let relay = event_relay::App {
        store: world.store.clone(),
        queue: world.notifications.clone(),
        reminders: world.reminders.clone(),
        postings: world.postings.clone(),
        objects: world.objects.clone(),
        ambient: world.ambient.clone(),
    };
    let swept = run(&world.gate, event_relay::handle(&relay, json!({ "sweep": true }))).unwrap().unwrap();
    usize::try_from(swept["woken"].as_u64().unwrap()).unwrap()
}

/// Hands everything on the queue to `notification`, as often as it is there.
fn send(world: &World) {
    send_by(world, Some(world.messenger.clone()));
}

fn send_by(world: &World, messenger: Option<Arc<dyn Messenger>>) {
    let sender = notification::App {
        store: world.store.clone(),
        mailer: world.mailer.clone(),
        messenger,
        ambient: world.ambient.clone(),
        public_origin: "https://window.example".to_owned(),
    };
    let messages = world.notifications.receive(10, 0);
    let answer = run(&world.gate, notification::handle(&sender, lambda_event(&messages))).unwrap();
    assert!(answer.batch_item_failures.is_empty());
    for message in messages {
        world.notifications.delete(&message.id);
    }
}

fn feedback_of(world: &World) -> notification_feedback::App {
    notification_feedback::App {
        store: world.store.clone(),
        ambient: world.ambient.clone(),
        calendars: CalendarCache::default(),
    }
}

fn stage(world: &World, tag: &NoticeTag) -> &'static str {
    let entry = run(&world.gate, notices::load(&*world.store, tag)).unwrap().unwrap();
    entry.unwrap().delivery().stage.code()
}

#[test]
fn a_booking_is_told_once_and_a_bounce_is_heard() {
    let world = World::with_samples(samples::morning(), 7);
    let tag = book(&world);
    assert_eq!((stage(&world, &tag), world.mailer.count(), sweep(&world)), ("owed", 0, 0));
    // Nobody told the queue; the sweep finds it a minute later, and the next one again.
    world.ambient.advance(SignedDuration::from_secs(61));
    assert_eq!((sweep(&world), sweep(&world)), (1, 1));
    send(&world);
    assert_eq!((stage(&world, &tag), world.mailer.count()), ("accepted", 1));
    assert_eq!(sweep(&world), 0);
    let sent = world.mailer.sent().remove(0);
    assert_eq!(sent.mail.tag, tag.to_string());
    assert_eq!(sent.mail.to.reveal(), "lin@people.example");
    for part in ["預約成立", "離婚登記"] {
        assert!(sent.mail.subject.contains(part), "{}", sent.mail.subject);
    }
    for part in ["民國115年11月20日 星期五 09:00–10:00", "公園處服務臺（青年路 65 號）", "7777-7777"]
    {
        assert!(sent.mail.text.contains(part), "{}", sent.mail.text);
    }

    let feedback = feedback_of(&world);
    for (word, stage_then) in [("Delivery", "delivered"), ("Bounce", "bounced"), ("Delivery", "bounced")] {
        world.feedback.push(event(word, &sent));
        let heard = world.feedback.receive(1, 0);
        let answer =
            run(&world.gate, notification_feedback::handle(&feedback, lambda_event(&heard))).unwrap();
        assert!(answer.batch_item_failures.is_empty());
        world.feedback.delete(&heard[0].id);
        assert_eq!(stage(&world, &tag), stage_then, "{word}");
    }
    assert_eq!(world.mailer.count(), 1);
}

/// Two copies of a message, one after the other and both at once: one mail.
#[test]
fn a_notice_that_is_queued_twice_is_sent_once() {
    let world = World::with_samples(samples::morning(), 7);
    let tag = book(&world);
    world.notifications.push(tag.to_string());
    world.notifications.push(tag.to_string());
    send(&world);
    world.notifications.push(tag.to_string());
    send(&world);
    assert_eq!((world.mailer.count(), stage(&world, &tag)), (1, "accepted"));
}

/// At half past twelve those who answer for the inbox are told, by the sweep a minute later, and once.
#[test]
fn an_inbox_that_nobody_opened_is_told_of_once() {
    let world = World::with_samples("2026-11-20T18:00:00+08:00".parse().unwrap(), 7);
    let timer = deadline_timer::App { store: world.store.clone(), ambient: world.ambient.clone() };
    let tick = || {
        let ticked = run(&world.gate, deadline_timer::handle(&timer, json!({ "tick": true })));
        ticked.unwrap().unwrap()["missed"].as_u64().unwrap()
    };
    assert_eq!(tick(), 0);
    world.ambient.set("2026-11-23T12:30:00+08:00".parse().unwrap());
    // Both agencies of the samples with a service.
    assert_eq!(tick(), 2);
    assert_eq!(tick(), 0);
    world.ambient.advance(SignedDuration::from_secs(61));
    assert_eq!(sweep(&world), 3);
    send(&world);
    let mut sent = world.mailer.sent();
    sent.sort_by_key(|sent| sent.mail.to.reveal().clone());
    let to: Vec<String> = sent.iter().map(|sent| sent.mail.to.reveal().clone()).collect();
    assert_eq!(to, ["dispatcher2@parks.example", "one@economy.example", "research@parks.example"]);
    for (sent, part) in [(&sent[0], "Monday 23 November 2026"), (&sent[2], "民國115年11月23日 星期一")]
    {
        assert!(sent.mail.text.contains(part), "{}", sent.mail.text);
        assert!(sent.mail.text.contains("https://window.example/work"), "{}", sent.mail.text);
    }
    let feedback = feedback_of(&world);
    world.feedback.push(event("Bounce", &sent[2]));
    let heard = world.feedback.receive(1, 0);
    run(&world.gate, notification_feedback::handle(&feedback, lambda_event(&heard))).unwrap();
    assert_eq!(stage(&world, &sent[2].mail.tag.parse().unwrap()), "bounced");
    assert_eq!(sweep(&world), 0);
}
