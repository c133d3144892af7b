//! What agencies that review a part of a case are owed.

use super::{NoticeKind, Recipient};
use crate::agency::Role;
use crate::case::Case;
use crate::clock::history::Review;
use crate::id::AgencyCode;

/// The agencies that the last event asked for review.
pub(super) fn asked(case: &Case) -> Vec<(NoticeKind, Recipient)> {
    let sent = case.open_reviews().filter(|review| review.asked == case.version);
    sent.map(|review| (NoticeKind::ReviewAsked, Recipient::Reviewing(agency_of(review)))).collect()
}

/// The agencies whose answer nobody waits for since the last event.
pub(super) fn dropped(case: &Case) -> Vec<(NoticeKind, Recipient)> {
    let dropped = |review: &&Review| review.dropped_by() == Some(case.version);
    let reviews = case.history.reviews.iter().filter(dropped);
    reviews.map(|review| (NoticeKind::ReviewDropped, Recipient::Reviewing(agency_of(review)))).collect()
}

/// The agencies that the last event noted as late.
pub(super) fn late(case: &Case) -> Vec<(NoticeKind, Recipient)> {
    let late = case.open_reviews().filter(|review| review.late.is_some_and(|late| late.by == case.version));
    late.flat_map(|review| {
        let research = Recipient::EverybodyOf(agency_of(review), Role::Research);
        [Recipient::Reviewing(agency_of(review)), research]
    })
    .map(|recipient| (NoticeKind::ReviewLate, recipient))
    .collect()
}

fn agency_of(review: &Review) -> AgencyCode {
    review.reviewer.agency.clone()
}
