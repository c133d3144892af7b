//! Notices that were served otherwise than by mail, as that is stored.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::apply;
use domain::case::{Outcome, State};
use domain::consent::Consent;
use domain::delivery::{Channel, Delivery, Stage};
use domain::ending::{Conclusion, Ending, Evidence, Word};
use domain::event::{Event, Party, Recorded};
use domain::id::{EventId, NoticeId, Version};
use domain::notice::NoticeKind;
use domain::personal::Personal;
use domain::service::{Means, NoticePlace, Service};
use domain::text::{Lang, Text};
use jiff::civil::date;
use platform::audit::GENESIS;
use platform::codec::case::{self, Loaded};
use platform::codec::event;
use platform::codec::notice::{self, Notice, Served};
use platform::fault::Fault;
use proptest::prelude::*;

use crate::round_trips::{any_day, any_instant, any_text};
use crate::samples::frozen;
use crate::story::{self, EMAIL, NAME, at, case_id, person, personal, second};

pub fn service() -> Service {
    Service {
        means: Means::Posted,
        on: date(2026, 11, 20),
        number: "RR 1234 5678 TW".to_owned(),
        note: Personal::new("管理員代收".to_owned()),
    }
}

/// As the second event of a case.
pub fn events() -> Vec<Recorded> {
    let notice = NoticePlace { event: Version(1), place: 1 };
    let event = Event::NoticeServed { notice, service: service() };
    let heard = Event::NoticeHeard { notice, word: Word::Delivered };
    let looked = Event::GlassBroken { name: "許文彬".to_owned(), reason: "通報 INC-17".to_owned() };
    let address = Personal::new("臺北市市府路 1 號".to_owned());
    let on_paper = Event::ConsentChanged { consent: Consent::Withheld { address } };
    vec![
        second(Party::Applicant(person("lin")), on_paper),
        second(Party::Officer(person("dispatcher.park")), event),
        second(Party::Officer(person("admin.doit")), looked),
        second(Party::System, heard),
    ]
}

/// How a case ended.
pub fn any_ending() -> impl Strategy<Value = Ending> {
    let how = proptest::sample::select(Conclusion::ALL);
    let told = proptest::collection::btree_set(proptest::sample::select(Evidence::ALL), 0..4);
    (how, any_instant(), 1_u32..500, told, any::<bool>(), 0_u32..9).prop_map(
        |(how, at, event, told, returned, heard)| Ending {
            how,
            at,
            event: Version(event),
            told,
            returned,
            heard,
        },
    )
}

/// What becomes known of a notice.
pub fn any_telling() -> impl Strategy<Value = Event> {
    prop_oneof![any_service(), any_word()]
}

/// Word of a notice of a result.
fn any_word() -> impl Strategy<Value = Event> {
    (1_u32..9, 1_u16..200, proptest::sample::select(Word::ALL)).prop_map(|(event, place, word)| {
        Event::NoticeHeard { notice: NoticePlace { event: Version(event), place }, word }
    })
}

fn any_service() -> impl Strategy<Value = Event> {
    let means = proptest::sample::select(Means::ALL);
    (1_u32..9, 1_u16..200, means, any_day(), any_text(), any_text()).prop_map(
        |(event, place, means, on, number, note)| Event::NoticeServed {
            notice: NoticePlace { event: Version(event), place },
            service: Service { means, on, number, note: Personal::new(note) },
        },
    )
}

pub fn notice() -> Notice {
    Notice {
        id: NoticeId { event: EventId { case: case_id(), seq: Version(9) }, place: 0 },
        kind: NoticeKind::Decided,
        channel: Channel::Mail,
        recipient: person("lin"),
        name: personal(NAME),
        address: personal(EMAIL),
        lang: Lang::En,
        to_staff: false,
        item: Text::new("公園處場地使用", "Use of park grounds"),
        state: State::Approved,
        due: Some(date(2026, 11, 24)),
        until: None,
        received_at: at("2026-11-18T10:00:00+08:00"),
        outcome: Some(Outcome::Approve),
        reason: Some("符合場地使用規定".to_owned()),
        pick_up: None,
        owed_since: at("2026-11-25T09:30:00+08:00"),
        version: 3,
        delivery: Delivery {
            stage: Stage::Sending,
            attempts: 2,
            next_at: Some(at("2026-11-25T09:45:00+08:00")),
        },
        message: Some("0100019-abc".to_owned()),
        opened_at: None,
        served: None,
        agency: None,
    }
}

#[test]
fn a_notice() {
    let notice = notice();
    frozen("notice", &notice, &notice::encode(&notice).unwrap(), notice::decode);
    let done = Notice {
        outcome: None,
        reason: None,
        message: None,
        delivery: Delivery { stage: Stage::Delivered, attempts: 1, next_at: None },
        ..notice
    };
    frozen("notice_done", &done, &notice::encode(&done).unwrap(), notice::decode);
    let served = Notice {
        opened_at: Some(at("2026-11-25T20:00:00+08:00")),
        served: Some(Served { by: Version(12), service: service() }),
        ..done
    };
    frozen("notice_served", &served, &notice::encode(&served).unwrap(), notice::decode);
    let by_sms = Notice {
        channel: Channel::Sms,
        address: personal("0912345678"),
        message: Some("sms-1".to_owned()),
        delivery: Delivery { stage: Stage::Accepted, attempts: 1, next_at: None },
        opened_at: None,
        served: None,
        ..served.clone()
    };
    frozen("notice_sms", &by_sms, &notice::encode(&by_sms).unwrap(), notice::decode);
    let returned = Notice {
        delivery: Delivery { stage: Stage::Bounced, attempts: 1, next_at: None },
        opened_at: None,
        served: Some(Served { by: Version(13), service: Service { means: Means::CameBack, ..service() } }),
        agency: Some("parks".parse().unwrap()),
        ..served
    };
    let row = notice::encode(&returned).unwrap();
    assert_eq!(row["unreached"].as_s().unwrap(), "parks");
    frozen("notice_returned", &returned, &row, notice::decode);
}

/// The number of a mobile telephone stands in the first event and in the case.
#[test]
fn an_applicant_with_a_number() {
    let mut filed = story::story().remove(0);
    let Event::Submitted(submitted) = &mut filed.event else { panic!("{filed:?}") };
    submitted.applicant.mobile = Some("0912345678".parse().unwrap());
    let (row, _) = event::encode(&filed, GENESIS).unwrap();
    frozen("event_01_submitted_mobile", &filed, &row, |row| {
        event::decode(row).map(|chained| chained.recorded)
    });
    let loaded = Loaded { case: apply::replay(&[filed]).unwrap(), head: [5; 32] };
    let row = case::encode(&loaded).unwrap();
    frozen("case_with_mobile", &loaded, &row, case::decode);
    // What is no number of a telephone has come from nowhere of ours.
    let mut bad = row;
    let Some(AttributeValue::M(applicant)) = bad.get_mut("applicant") else { panic!("no applicant") };
    applicant.insert("mobile".to_owned(), AttributeValue::S("02-2720".to_owned()));
    assert!(matches!(case::decode(bad), Err(Fault::Corrupt(why)) if !why.contains("2720")));
}

/// A notice is in the list of what staff must bring to people for as long as nothing shows that it arrived.
#[test]
fn a_notice_waits_for_staff_until_something_shows_that_it_arrived() {
    let at_stage = |stage| Delivery { stage, attempts: 1, next_at: None };
    let served = |means| Some(Served { by: Version(12), service: Service { means, ..service() } });
    let own = Notice { agency: Some("parks".parse().unwrap()), ..notice() };
    for (stage, served, opened, waits) in [
        (Stage::Delivered, None, false, false),
        (Stage::Bounced, None, false, true),
        (Stage::Refused, None, false, true),
        (Stage::Bounced, None, true, false),
        (Stage::Bounced, served(Means::Posted), false, false),
        (Stage::Bounced, served(Means::CameBack), false, true),
        (Stage::Delivered, served(Means::CameBack), false, true),
        (Stage::Delivered, served(Means::CameBack), true, true),
        (Stage::Bounced, served(Means::HandedOver), false, false),
    ] {
        let opened_at = opened.then(|| at("2026-11-25T20:00:00+08:00"));
        let notice = Notice { delivery: at_stage(stage), served, opened_at, ..own.clone() };
        let listed = notice::encode(&notice).unwrap().contains_key("unreached");
        assert_eq!((notice.waits_for_staff(), listed), (waits, waits), "{notice:?}");
        let of_staff = Notice { to_staff: true, ..notice };
        assert!(!notice::encode(&of_staff).unwrap().contains_key("unreached"));
    }
}

/// Of a row from before endings were kept: what was approved and not waited for any more had been picked up.
#[test]
fn what_was_picked_up_before_endings_were_kept_stays_so() {
    let told_of = |pick_up_days| {
        let mut case = crate::story::case(9);
        case.item.terms.pick_up_days = pick_up_days;
        let mut row = case::encode(&Loaded { case, head: [5; 32] }).unwrap();
        assert!(row.remove("ending").is_some());
        case::decode(row).unwrap().case.ending.unwrap().told
    };
    assert_eq!(told_of(Some(14)), [Evidence::PickedUp].into());
    assert_eq!(told_of(None), [].into());
}
