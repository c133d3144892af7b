//! 5, of cases that ended: each knows what its ledger knows of its applicant having been told, and stands accordingly.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::{Case, State};
use domain::consent::Consent;
use domain::delivery::Stage;
use domain::ending::{Conclusion, Evidence};
use domain::event::Event;
use domain::id::{CaseId, EventId, NoticeId};
use platform::codec::notice::Notice;

use super::{Broken, Whole};

pub fn check(broken: &mut Broken, cases: &BTreeMap<CaseId, Whole>, ledger: &BTreeMap<NoticeId, Notice>) {
    for (id, whole) in cases {
        let case = &whole.loaded.case;
        let Some(ending) = &case.ending else { continue };
        let notice = NoticeId { event: EventId { case: *id, seq: ending.event }, place: 1 };
        let Some(notice) = ledger.get(&notice) else {
            broken.require(false, || format!("5: {id}: nobody tells the result"));
            continue;
        };
        let to = case.applicant.person;
        broken.require(notice.is_to_applicant(to), || format!("5: {}: not to the applicant", notice.id));
        let handed = whole.events.iter().any(|it| matches!(it.recorded.event, Event::HandedOver { .. }));
        let shown = [
            (Evidence::Delivered, matches!(notice.delivery.stage, Stage::Delivered | Stage::Complained)),
            (Evidence::Opened, notice.opened_at.is_some()),
            (Evidence::Served, notice.served.as_ref().is_some_and(|it| it.service.means.serves())),
            (Evidence::PickedUp, handed),
        ];
        let shown: BTreeSet<Evidence> =
            shown.into_iter().filter_map(|(evidence, shown)| shown.then_some(evidence)).collect();
        broken.require(ending.told == shown, || {
            format!("5: {id}: told by {:?}, the ledger shows {shown:?}", ending.told)
        });
        let state = stands(case, ending.how, &counting(case, ending.how, shown));
        broken.require(case.state == state, || format!("5: {id} is {} instead of {state}", case.state));
    }
}

/// What of it counts: nobody is served a decision by mail who did not agree to that.
fn counting(case: &Case, how: Conclusion, mut shown: BTreeSet<Evidence>) -> BTreeSet<Evidence> {
    let agreed = matches!(case.consent, Some(Consent::Given { .. }));
    if !agreed && matches!(how, Conclusion::Approved | Conclusion::Rejected) {
        shown.remove(&Evidence::Delivered);
        shown.remove(&Evidence::Opened);
    }
    shown
}

/// Where a case stands of whose telling there is such evidence.
fn stands(case: &Case, how: Conclusion, shown: &BTreeSet<Evidence>) -> State {
    let standing = case.ledger.standing();
    let owed = standing.net < i64::from(standing.due.0);
    let waits = case.ledger.waits_since().is_some();
    match how {
        Conclusion::Approved
            if case.item.terms.pick_up_days.is_some() && !shown.contains(&Evidence::PickedUp) =>
        {
            State::AwaitingPickUp
        }
        _ if !shown.is_empty() && (owed || waits) => State::Notified,
        _ if !shown.is_empty() => State::Closed,
        Conclusion::Approved => State::Approved,
        Conclusion::Rejected => State::Rejected,
        Conclusion::Withdrawn => State::Withdrawn,
        Conclusion::Terminated => State::Terminated,
        Conclusion::Transferred => State::Transferred,
    }
}
