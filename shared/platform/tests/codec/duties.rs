//! Looks into the inboxes of agencies, and notices that there were none, as they are stored.

use domain::attendance::{Duty, DutyNoticeId, Half};
use domain::delivery::{Delivery, Stage};
use domain::personal::Personal;
use domain::text::{Lang, Text};
use jiff::civil::date;
use platform::codec::attendance::{self, Judged, Visit};
use platform::codec::duty_notice::{self, DutyNotice};

use crate::samples::frozen;
use crate::story;

const DUTY: Duty = Duty { day: date(2026, 11, 23), half: Half::Morning };

fn notice() -> DutyNotice {
    let owed = story::at("2026-11-23T12:30:00+08:00");
    DutyNotice {
        id: DutyNoticeId { agency: "parks".parse().unwrap(), duty: DUTY, place: 2 },
        recipient: story::person("research.park"),
        name: Personal::new(story::NAME.to_owned()),
        address: Personal::new(story::EMAIL.to_owned()),
        lang: Lang::ZhHant,
        agency: Text::new("公園路燈工程管理處", "Parks and Street Lights Office"),
        owed_since: owed,
        version: 3,
        delivery: Delivery { attempts: 1, ..Delivery::owed(owed) },
        message: Some("0100019-abc".to_owned()),
    }
}

#[test]
fn the_first_look_of_a_half_day() {
    let visit = Visit {
        agency: "parks".parse().unwrap(),
        duty: DUTY,
        person: story::person("dispatcher.park"),
        name: "黃淑芬".to_owned(),
        at: story::at("2026-11-23T08:52:07+08:00"),
    };
    frozen("visit", &visit, &attendance::encode(&visit).unwrap(), attendance::decode);
    let judged = Judged { since: DUTY, until: Duty { half: Half::Afternoon, ..DUTY }, version: 2 };
    frozen("duties_judged", &judged, &attendance::encode_judged(&judged).unwrap(), attendance::decode_judged);
}

#[test]
fn a_notice_that_there_was_none_waits_in_the_index_until_it_is_done() {
    let notice = notice();
    let row = duty_notice::encode(&notice).unwrap();
    frozen("duty_notice", &notice, &row, duty_notice::decode);
    assert!(row.contains_key("owed_shard") && row.contains_key("next_at"));
    let sent =
        DutyNotice { delivery: Delivery { stage: Stage::Delivered, attempts: 1, next_at: None }, ..notice };
    let row = duty_notice::encode(&sent).unwrap();
    assert!(!row.contains_key("owed_shard") && !row.contains_key("next_at"));
    assert_eq!(duty_notice::decode(row).unwrap(), sent);
}

#[test]
fn nothing_about_a_person_is_in_a_debug_text() {
    let told = format!("{:?}", notice());
    assert!(!told.contains(story::NAME) && !told.contains(story::EMAIL), "{told}");
}
