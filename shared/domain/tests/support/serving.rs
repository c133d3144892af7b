//! Notices that are served otherwise than by mail.

use domain::case::Case;
use domain::command::Command;
use domain::consent::Consent;
use domain::id::Version;
use domain::personal::Personal;
use domain::pick_up::Receiver;
use domain::refusal::FeeReading;
use domain::service::{Means, NoticePlace, Notified, Request, Service};
use jiff::civil::date;

/// The first notice to the applicant, on the day of filing of every story here.
pub fn notified() -> Notified {
    Notified {
        notice: NoticePlace { event: Version(1), place: 1 },
        owed_on: date(2026, 11, 18),
        posted: None,
    }
}

/// The notice of the result, of a case that has ended.
pub fn result_of(case: &Case) -> Option<NoticePlace> {
    case.ending.as_ref().map(|ending| NoticePlace { event: ending.event, place: 1 })
}

pub fn served(of: Notified, means: Means, number: &str, note: &str) -> Command {
    let on = date(2026, 11, 19);
    let service = Service { means, on, number: number.to_owned(), note: Personal::new(note.to_owned()) };
    Command::RecordService(Box::new(Request { of: Some(of), service }))
}

/// How somebody answers who is to be served on paper.
pub fn on_paper() -> Consent {
    Consent::Withheld { address: Personal::new("臺北市市府路 1 號".to_owned()) }
}

/// What waits to be picked up, to the applicant in person.
pub fn hand_over() -> Command {
    Command::HandOver { reading: FeeReading::Narrow, receiver: Receiver::Applicant, takes_proxies: true }
}
