//! Notices that are served otherwise than by mail.

use domain::command::Command;
use domain::id::Version;
use domain::personal::Personal;
use domain::service::{Means, NoticePlace, Notified, Request, Service};
use jiff::civil::date;

/// The first notice to the applicant, on the day of filing of every story here.
pub fn notified() -> Notified {
    Notified { notice: NoticePlace { event: Version(1), place: 1 }, owed_on: date(2026, 11, 18) }
}

pub fn served_with(means: Means, number: &str, note: &str) -> Command {
    let on = date(2026, 11, 19);
    let service = Service { means, on, number: number.to_owned(), note: Personal::new(note.to_owned()) };
    Command::RecordService(Box::new(Request { of: Some(notified()), service }))
}

pub fn served(means: Means, number: &str) -> Command {
    served_with(means, number, "")
}
