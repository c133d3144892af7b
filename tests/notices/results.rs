//! What the mail service says of the mail that tells a result, and what the case makes of it.

use std::sync::{Arc, Mutex};

use domain::case::{Case, State};
use domain::delivery::{Delivery, Feedback};
use domain::id::{EventId, NoticeId, Version};
use domain::notice::NoticeKind;
use domain::notice_tag::NoticeTag;
use domain::personal::Personal;
use platform::calendars::CalendarCache;
use platform::keys::Key;
use platform::ports::{Answer, Mail, Store};
use platform::results::At;
use platform::row::{Page, Query, Row, Transaction, Written};
use platform::{commit, notices};
use testkit::faults::run;
use testkit::mailer::{Sent, event};
use testkit::queue::lambda_event;
use testkit::samples::{self, Stage};
use testkit::world::World;

use super::feedback_of;

/// A store in which another instance records a word right after a notice was read.
struct Meanwhile {
    store: Arc<dyn Store>,
    calendars: CalendarCache,
    then: Mutex<Option<(NoticeId, Feedback)>>,
}

impl Store for Meanwhile {
    fn get(&self, key: Key) -> Answer<'_, Option<Row>> {
        Box::pin(async move {
            let found = self.store.get(key).await?;
            let then = self.then.lock().unwrap().take();
            if let Some((id, word)) = then {
                let at = At { store: &*self.store, calendars: &self.calendars, now: samples::morning() };
                at.hear(id, word).await?;
            }
            Ok(found)
        })
    }

    fn query(&self, query: Query) -> Answer<'_, Page> {
        self.store.query(query)
    }

    fn write(&self, transaction: Transaction) -> Answer<'_, Written> {
        self.store.write(transaction)
    }
}

/// A case that was just rejected, with a notice of `kind` to its applicant that event `seq` owes.
fn told(kind: NoticeKind, seq: u32) -> (World, Case, NoticeId) {
    let record = samples::record(Stage::Rejected);
    let world = World::with_samples(record.last().unwrap().at, 7);
    let case = world.put(&record);
    let event = EventId { case: case.id, seq: Version(seq) };
    let notice = |id, kind| samples::notice(&case, id, kind, Delivery::owed(case.received_at()));
    let owed = notices::owe(&*world.store, event, vec![kind], notice);
    let owed = run(&world.gate, owed).unwrap().unwrap();
    let id = owed[0].id;
    (world, case, id)
}

pub fn mail_service(world: &World, id: NoticeId, kind: &str) {
    let mail = Mail {
        to: Personal::new("applicant@people.example".to_owned()),
        subject: String::new(),
        text: String::new(),
        html: String::new(),
        tag: NoticeTag::Case(id).to_string(),
    };
    let sent = Sent { mail, message: "m-1".to_owned(), at: samples::morning() };
    world.feedback.push(event(kind, &sent));
    let heard = world.feedback.receive(1, 0);
    let answer =
        run(&world.gate, notification_feedback::handle(&feedback_of(world), lambda_event(&heard))).unwrap();
    assert!(answer.batch_item_failures.is_empty());
    world.feedback.delete(&heard[0].id);
}

fn case_of(world: &World, id: NoticeId) -> Case {
    run(&world.gate, commit::load(&*world.store, id.event.case)).unwrap().unwrap().unwrap().case
}

#[test]
fn the_mail_that_arrives_closes_the_case_and_the_one_that_comes_back_opens_it() {
    let (world, before, id) = told(NoticeKind::Decided, 4);
    assert_eq!(before.state, State::Rejected);
    let story = [
        ("Send", State::Rejected, 4),
        ("Delivery", State::Closed, 5),
        ("Delivery", State::Closed, 5),
        ("Bounce", State::Rejected, 6),
        // It came late: what came back has not arrived.
        ("Delivery", State::Rejected, 6),
    ];
    for (word, state, version) in story {
        mail_service(&world, id, word);
        let case = case_of(&world, id);
        assert_eq!(
            (case.state, case.version, case.result()),
            (state, Version(version), before.result()),
            "{word}"
        );
    }
}

#[test]
fn a_mail_that_came_back_at_once_is_noted_once() {
    let (world, before, id) = told(NoticeKind::Decided, 4);
    for word in ["Bounce", "Bounce", "Delivery"] {
        mail_service(&world, id, word);
        let case = case_of(&world, id);
        assert_eq!((case.state, case.version), (before.state, Version(5)), "{word}");
    }
    assert_eq!(super::stage(&world, &NoticeTag::Case(id)), "bounced");
}

/// Who calls it unwanted has got it.
#[test]
fn a_complaint_shows_that_it_arrived() {
    let (world, _, id) = told(NoticeKind::Decided, 4);
    mail_service(&world, id, "Complaint");
    mail_service(&world, id, "Delivery");
    assert_eq!((case_of(&world, id).state, case_of(&world, id).version), (State::Closed, Version(5)));
    assert_eq!(super::stage(&world, &NoticeTag::Case(id)), "complained");
}

#[test]
fn other_notices_say_nothing_of_the_result() {
    let (world, before, id) = told(NoticeKind::ApplicationReceived, 1);
    mail_service(&world, id, "Delivery");
    assert_eq!(case_of(&world, id), before);
    assert_eq!(super::stage(&world, &NoticeTag::Case(id)), "delivered");
}

/// Each is word of the same version of the notice, and both stand.
#[test]
fn of_two_words_at_once_neither_is_lost() {
    let pairs = [
        (Feedback::Delivered, Feedback::Bounced, "bounced", State::Rejected),
        (Feedback::Delivered, Feedback::Complained, "complained", State::Closed),
        (Feedback::Bounced, Feedback::Delivered, "bounced", State::Rejected),
    ];
    for (first, second, stage, state) in pairs {
        let (world, _, id) = told(NoticeKind::Decided, 4);
        let calendars = CalendarCache::default();
        let then = Mutex::new(Some((id, first)));
        let store = Meanwhile { store: world.store.clone(), calendars, then };
        let at = At { store: &store, calendars: &store.calendars, now: samples::morning() };
        run(&world.gate, at.hear(id, second)).unwrap().unwrap();
        let found = (super::stage(&world, &NoticeTag::Case(id)), case_of(&world, id).state);
        assert_eq!(found, (stage, state), "{first:?}, {second:?}");
    }
}
