//! What did not reach people: listed to whoever may see to it, oldest first.

use domain::booking::{Appointment, BookingNoticeId, BookingNoticeKind, CheckInCode, Slot};
use domain::delivery::{Delivery, Stage as Way};
use domain::id::{BookingId, EventId, NoticeId, Version};
use domain::notice::NoticeKind;
use domain::text::Text;
use jiff::SignedDuration;
use jiff::civil::{Date, time};
use platform::codec::booking_notice::{self, BookingNotice};
use platform::codec::notice::{self, Notice};
use platform::keys::Key;
use platform::ports::Store;
use platform::row::{Expect, Transaction, Written};
use serde_json::{Value, json};
use testkit::samples::{self, Stage};

use crate::rig::{APPLICANT, FOREIGNER, NOBODY, Rig, SUPERVISOR, get};

/// The sample case with a notice of each of these, each owed a minute after the one before.
fn with(ways: &[(Way, bool)]) -> Rig {
    let rig = Rig::at(Stage::Assigned);
    let case = rig.case();
    for (place, (stage, to_staff)) in (1..).zip(ways) {
        let id = NoticeId { event: EventId { case: case.id, seq: Version(1) }, place };
        let delivery = Delivery { stage: *stage, attempts: 1, next_at: None };
        let told = samples::notice(&case, id, NoticeKind::ApplicationReceived, delivery);
        let owed_since = told.owed_since + SignedDuration::from_mins(i64::from(place));
        let told = Notice { to_staff: *to_staff, owed_since, ..told };
        let put = Transaction::default().put(Key::Notice(id), notice::encode(&told).unwrap(), Expect::Absent);
        rig.now(async { assert_eq!(rig.world.store.write(put).await.unwrap(), Written::Done) });
    }
    rig
}

fn listed(rig: &Rig, who: &str) -> Vec<Value> {
    let reply = rig.send(&get("/api/work/notices").by(who));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["notices"].as_array().unwrap().clone()
}

#[test]
fn what_came_back_is_listed_and_nothing_else() {
    let rig = with(&[
        (Way::Delivered, false),
        (Way::Refused, false),
        (Way::Bounced, true),
        (Way::Bounced, false),
        (Way::Owed, false),
    ]);
    let list = listed(&rig, samples::HANDLER);
    let stages: Vec<&Value> = list.iter().map(|notice| &notice["stage"]).collect();
    assert_eq!(stages, [&json!("refused"), &json!("bounced")]);
    let page = rig.send(&get("/work/notices").by(samples::HANDLER)).body;
    let case = rig.case().id.to_string();
    for part in [case.as_str(), "陳承辦", "無法寄送，請改以其他方式通知"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(rig.send(&get("/work").by(samples::HANDLER)).body.contains("/work/notices"));
}

#[test]
fn each_sees_those_of_the_cases_they_may_read() {
    let rig = with(&[(Way::Bounced, false)]);
    for (who, count) in [
        (samples::DISPATCHER, 1),
        (samples::HANDLER, 1),
        (samples::REVIEWER, 1),
        (samples::RESEARCH, 1),
        (samples::SECOND_HANDLER, 0),
        (FOREIGNER, 0),
        (SUPERVISOR, 0),
    ] {
        assert_eq!(listed(&rig, who).len(), count, "{who}");
    }
    assert_eq!(rig.send(&get("/api/work/notices").by(APPLICANT)).status, 403);
    assert_eq!(rig.send(&get("/api/work/notices").by(NOBODY)).status, 401);
}

/// A time that is over needs nobody to be told of it; one that is to come shows whom to reach.
#[test]
fn whoever_has_a_time_to_come_is_listed_at_the_counter() {
    let rig = Rig::new();
    let today = samples::today();
    for (number, day) in [(1, today.yesterday().unwrap()), (2, today.tomorrow().unwrap())] {
        let told = booked(number, day);
        let row = booking_notice::encode(&told).unwrap();
        let put = Transaction::default().put(Key::BookingNotice(told.id), row, Expect::Absent);
        rig.now(async { assert_eq!(rig.world.store.write(put).await.unwrap(), Written::Done) });
    }
    let list = listed(&rig, samples::HANDLER);
    assert_eq!(list.len(), 1, "{list:?}");
    assert_eq!(list[0]["booking"], json!(booking(2).to_string()));
    let page = rig.send(&get("/work/notices").by(samples::HANDLER)).body;
    assert!(page.contains("lin@people.example") && page.contains("公園處服務臺"), "{page}");
    assert_eq!(listed(&rig, samples::CASHIER).len(), 0, "who receives nobody");
    assert_eq!(listed(&rig, FOREIGNER).len(), 0);
}

fn booking(number: u64) -> BookingId {
    BookingId::of_request(samples::person("lin"), samples::request(number).id)
}

/// A notice that came back, of a time at the counter on `day`.
fn booked(number: u64, day: Date) -> BookingNotice {
    let booker = samples::applicant("lin");
    let slot = Slot { day, start: time(9, 0, 0, 0), end: time(10, 0, 0, 0) };
    BookingNotice {
        id: BookingNoticeId { booking: booking(number), version: 1 },
        kind: BookingNoticeKind::Booked,
        recipient: booker.person,
        name: booker.name,
        address: booker.email,
        lang: booker.lang,
        item: Text::new("離婚登記", "Divorce"),
        appointment: Appointment {
            place: "parks-hall".parse().unwrap(),
            agency: "parks".parse().unwrap(),
            name: Text::new("公園處服務臺", "Parks service desk"),
            address: Text::new("青年路 65 號", "65 Qingnian Rd."),
            slot,
        },
        before: None,
        cause: None,
        code: CheckInCode::of_random([7; 8]),
        owed_since: samples::morning(),
        version: 1,
        delivery: Delivery { stage: Way::Bounced, attempts: 1, next_at: None },
        message: None,
    }
}
