//! The SMS beside a mail to an applicant who gave a number.

use domain::case::Case;
use domain::delivery::Channel;
use domain::personal::Personal;

use super::{Person, Told};

/// What goes by SMS of what is told by mail.
pub(super) fn beside(told: &[Told], case: &Case) -> Vec<Told> {
    let Some(mobile) = &case.applicant.mobile else { return Vec::new() };
    let by_sms = |told: &&Told| !told.person.is_staff && told.kind.is_sent_by_sms();
    let to_mobile = |told: &Told| {
        let address = Personal::new(mobile.reveal().clone());
        let person = Person { address, ..told.person.clone() };
        Told { kind: told.kind, channel: Channel::Sms, person, reviewing: None }
    };
    told.iter().filter(by_sms).map(to_mobile).collect()
}
