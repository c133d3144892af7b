//! Serving a notice otherwise than by mail (送達紀錄): what is recorded, and what is no record.

use domain::agency::Role;
use domain::command::Command;
use domain::event::Event;
use domain::personal::Personal;
use domain::service::{MAX_NUMBER, Means, Notified, Request, Service};
use jiff::civil::date;

use super::{applicant, assigned, decided, dispatcher, done, handler, refused, reviewer};
use crate::serving::{self, notified};

fn served_with(means: Means, number: &str, note: &str) -> Command {
    serving::served(notified(), means, number, note)
}

fn served(means: Means, number: &str) -> Command {
    served_with(means, number, "")
}

const NOW: &str = "2026-11-19T10:00:00+08:00";

fn recorded(command: Command) -> Service {
    let event = decided(&assigned(), &dispatcher(), command, NOW.parse().unwrap()).unwrap();
    let Event::NoticeServed { notice, service } = event else { panic!("{event:?}") };
    assert_eq!(notice, notified().notice);
    service
}

#[test]
fn what_was_posted_has_its_number_and_what_was_handed_over_none() {
    let posted = recorded(served_with(Means::Posted, " RR-1234 5678 TW ", " 大安區，管理員代收 "));
    assert_eq!(
        (posted.number.as_str(), posted.note.reveal().as_str()),
        ("RR-1234 5678 TW", "大安區，管理員代收")
    );
    let text = posted.public_text();
    assert!(text.zh.contains("掛號郵寄（號碼 RR-1234 5678 TW）"), "{}", text.zh);
    assert!(!text.zh.contains("管理員"), "who took it stays inside");
    let handed = recorded(served(Means::HandedOver, " "));
    assert_eq!(handed.number, "");
    assert!(handed.public_text().zh.ends_with("交付"), "{}", handed.public_text().zh);
}

#[test]
fn a_record_needs_a_notice_a_number_and_a_day_between() {
    let case = assigned();
    let no = |command| refused(&case, &dispatcher(), command, NOW);
    let long = "1".repeat(MAX_NUMBER + 1);
    for number in ["", " ", "掛號 123", "RR", long.as_str()] {
        assert_eq!(no(served(Means::Posted, number)), "POSTAL_NUMBER_REQUIRED", "{number}");
    }
    assert_eq!(no(served(Means::HandedOver, "RR 1")), "NOT_POSTED");
    assert_eq!(no(served_with(Means::HandedOver, "", &"字".repeat(2_001))), "REASON_REQUIRED");
    let on = |of: Option<Notified>, day| {
        let service =
            Service { means: Means::HandedOver, on: day, number: String::new(), note: Personal::default() };
        Command::RecordService(Box::new(Request { of, service }))
    };
    assert_eq!(no(on(None, date(2026, 11, 19))), "NO_SUCH_NOTICE");
    assert_eq!(no(on(Some(notified()), date(2026, 11, 17))), "SERVED_BEFORE_NOTICE");
    assert_eq!(no(on(Some(notified()), date(2026, 11, 20))), "IN_THE_FUTURE");
    recorded(on(Some(notified()), date(2026, 11, 18)));
}

#[test]
fn dispatchers_and_the_handler_record_it_even_after_the_end() {
    let case = assigned();
    for actor in [applicant("lin"), reviewer(), handler(&[Role::Research])] {
        assert_eq!(refused(&case, &actor, served(Means::HandedOver, ""), NOW), "FORBIDDEN", "{actor:?}");
    }
    let case = done(case, &applicant("lin"), Command::Withdraw { reason: String::new() }, NOW);
    let after = done(case.clone(), &handler(&[Role::Handler]), served(Means::HandedOver, ""), NOW);
    assert_eq!((after.state, after.history, after.dates), (case.state, case.history, case.dates));
}
