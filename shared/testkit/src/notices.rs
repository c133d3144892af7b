//! Notices of the sample cases.

use domain::case::Case;
use domain::delivery::{Channel, Delivery};
use domain::id::NoticeId;
use domain::notice::NoticeKind;
use platform::codec::notice::Notice;

/// A notice of `case` to its applicant, owed since it was received.
#[must_use]
pub fn notice(case: &Case, id: NoticeId, kind: NoticeKind, delivery: Delivery) -> Notice {
    Notice {
        id,
        kind,
        channel: Channel::Mail,
        recipient: case.applicant.person,
        name: case.applicant.name.clone(),
        address: case.applicant.email.clone(),
        lang: case.applicant.lang,
        to_staff: false,
        item: case.item.name.clone(),
        state: case.state,
        due: case.due_day(),
        until: None,
        received_at: case.received_at(),
        outcome: None,
        reason: None,
        pick_up: None,
        owed_since: case.received_at(),
        version: 1,
        delivery,
        message: None,
        opened_at: None,
        served: None,
        agency: Some(case.agency.clone()),
    }
}
