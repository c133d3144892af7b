//! One reminder through the function: sent, put off for the night, dropped after the act, and never held up
//! by another message.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use aws_lambda_events::event::sqs::SqsEvent;
use correction_reminder::{App, handle};
use domain::delivery::{Channel, Delivery, Stage};
use domain::id::{EventId, NoticeId, Version};
use domain::notice::NoticeKind;
use domain::personal::Personal;
use domain::text::Lang;
use jiff::Timestamp;
use platform::codec::case::{self, Loaded};
use platform::codec::notice::{self, Notice};
use platform::keys::Key;
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::samples::{self, Stage as CaseStage};
use testkit::world::World;

/// A city with a case and a reminder that is owed, at `now`.
struct City {
    world: World,
    app: App,
    id: NoticeId,
}

fn city(stage: CaseStage, now: &str) -> City {
    let now: Timestamp = now.parse().unwrap();
    let world = World::with_samples(now, 1);
    let case = samples::case(stage);
    let id = NoticeId { event: EventId { case: case.id, seq: Version(9) }, place: 1 };
    let owed = "2026-11-23T01:00:00Z".parse().unwrap();
    let notice = Notice {
        id,
        kind: NoticeKind::CorrectionReminder,
        channel: Channel::Mail,
        recipient: case.applicant.person,
        name: Personal::new("林".to_owned()),
        address: Personal::new("lin@mail.example".to_owned()),
        lang: Lang::ZhHant,
        to_staff: false,
        item: case.item.name.clone(),
        state: case.state,
        due: None,
        until: case.dates.correction_due,
        received_at: case.received_at(),
        outcome: None,
        reason: None,
        pick_up: None,
        owed_since: owed,
        version: 1,
        delivery: Delivery::owed(owed),
        message: None,
        opened_at: None,
        served: None,
        agency: None,
    };
    world.store.plant(&Key::Notice(id), notice::encode(&notice).unwrap());
    let key = Key::Case(case.id);
    world.store.plant(&key, case::encode(&Loaded { case, head: [0; 32] }).unwrap());
    let app = App {
        store: world.store.clone(),
        mailer: world.mailer.clone(),
        messenger: Some(world.messenger.clone()),
        ambient: world.ambient.clone(),
        public_origin: "https://window.example".to_owned(),
    };
    City { world, app, id }
}

impl City {
    /// Hands over messages of these bodies; gives the places of those that failed.
    fn handle(&self, bodies: &[&str]) -> Vec<String> {
        let sample = include_str!("../../../events/correction-reminder/message.json");
        let record = |(place, body): (usize, &&str)| -> Value {
            let event: SqsEvent = serde_json::from_str(sample).unwrap();
            let mut record = event.records.into_iter().next().unwrap();
            record.message_id = Some(place.to_string());
            record.body = Some((*body).to_owned());
            serde_json::to_value(record).unwrap()
        };
        let records: Vec<Value> = bodies.iter().enumerate().map(record).collect();
        let event: SqsEvent = serde_json::from_value(json!({ "Records": records })).unwrap();
        let answer = run(&self.world.gate, handle(&self.app, event)).unwrap();
        answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    fn delivery(&self) -> Delivery {
        notice::decode(self.world.store.peek(&Key::Notice(self.id)).unwrap()).unwrap().delivery
    }

    fn sent(&self) -> usize {
        self.world.mailer.count()
    }
}

const DAY: &str = "2026-11-23T12:00:00+08:00";

#[test]
fn it_is_sent_once_and_says_until_when() {
    let city = city(CaseStage::UnderCorrection, DAY);
    let body = city.id.to_string();
    for _ in 0..3 {
        assert_eq!(city.handle(&[&body]), Vec::<String>::new());
    }
    assert_eq!((city.sent(), city.delivery().stage), (1, Stage::Accepted));
    let mail = city.world.mailer.sent().pop().unwrap().mail;
    assert!(mail.subject.contains("補正期限將屆") && mail.text.contains("補正期限"), "{}", mail.text);
}

#[test]
fn at_night_it_waits_for_the_morning() {
    let city = city(CaseStage::UnderCorrection, "2026-11-23T22:15:00+08:00");
    assert_eq!(city.handle(&[&city.id.to_string()]), Vec::<String>::new());
    let morning = "2026-11-24T08:00:00+08:00".parse().unwrap();
    assert_eq!(city.sent(), 0);
    assert_eq!(city.delivery(), Delivery { stage: Stage::Owed, attempts: 0, next_at: Some(morning) });
}

#[test]
fn after_the_act_it_is_not_sent_at_all() {
    for stage in [CaseStage::Corrected, CaseStage::Withdrawn, CaseStage::Assigned] {
        let city = city(stage, DAY);
        assert_eq!(city.handle(&[&city.id.to_string()]), Vec::<String>::new());
        assert_eq!((city.sent(), city.delivery().stage), (0, Stage::Moot), "{stage:?}");
        assert_eq!(city.delivery().next_at, None);
    }
}

#[test]
fn a_message_that_nobody_understands_holds_up_no_other() {
    let city = city(CaseStage::UnderCorrection, DAY);
    let unknown = NoticeId { place: 7, ..city.id }.to_string();
    let failed = city.handle(&["nonsense", &unknown, &city.id.to_string(), ""]);
    assert_eq!(failed, ["0", "1", "3"]);
    assert_eq!(city.sent(), 1);
}
