//! The SMS beside a mail to an applicant who gave a number.

use domain::case::Case;
use domain::delivery::{Channel, Delivery};
use domain::personal::Personal;
use domain::reminder;
use jiff::Timestamp;

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

/// The delivery of what is owed since `at`: no telephone is to ring at night.
pub(super) fn owed(channel: Channel, at: Timestamp) -> Delivery {
    let owed = Delivery::owed(at);
    match channel {
        Channel::Mail => owed,
        Channel::Sms => reminder::quiet_until(at).map_or(owed, |morning| owed.held(morning)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sms_waits_for_the_morning_and_a_mail_does_not() {
        let night: Timestamp = "2026-11-24T00:00:00+08:00".parse().expect("an instant");
        let morning: Timestamp = "2026-11-24T08:00:00+08:00".parse().expect("an instant");
        assert_eq!(owed(Channel::Mail, night), Delivery::owed(night));
        assert_eq!(owed(Channel::Sms, night).next_at, Some(morning));
        assert_eq!(owed(Channel::Sms, morning), Delivery::owed(morning));
    }
}
