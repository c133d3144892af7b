//! 5, of SMS: beside the mail to whoever gave a number, of what must not be found days later; once each, whatever
//! happened on the way, and never at night.

use std::collections::BTreeMap;

use domain::delivery::{MAX_ATTEMPTS, Stage};
use domain::id::{CaseId, NoticeId};
use domain::notice::NoticeKind;
use platform::codec::notice::Notice;

use super::reminders::is_day;
use super::{Broken, Whole};
use crate::city::City;

/// What goes by SMS, once more.
const TEXTED: [NoticeKind; 8] = [
    NoticeKind::CaseTransferred,
    NoticeKind::CorrectionLapsed,
    NoticeKind::CorrectionReminder,
    NoticeKind::CorrectionRequested,
    NoticeKind::Decided,
    NoticeKind::FeeDue,
    NoticeKind::PickUpReminder,
    NoticeKind::ProofAsked,
];

pub fn check(
    broken: &mut Broken,
    city: &City,
    cases: &BTreeMap<CaseId, Whole>,
    ledger: &BTreeMap<NoticeId, Notice>,
) {
    let (mails, texts): (Vec<&Notice>, Vec<&Notice>) = ledger.values().partition(|notice| notice.is_mail());
    for (id, whole) in cases {
        let applicant = &whole.loaded.case.applicant;
        let of = |all: &[&Notice]| {
            let theirs = all.iter().filter(|it| it.id.event.case == *id && !it.to_staff);
            let kinds = theirs.filter(|it| TEXTED.contains(&it.kind)).map(|it| (it.id.event, it.kind));
            kinds.collect::<Vec<_>>()
        };
        let expected = if applicant.mobile.is_some() { of(&mails) } else { Vec::new() };
        let found = of(&texts);
        broken.require(found == expected, || format!("5: {id}: SMS of {found:?} instead of {expected:?}"));
    }
    let mut sent: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for texted in city.world.messenger.sent() {
        sent.entry(texted.sms.id.clone()).or_default().push(texted);
    }
    for notice in &texts {
        one(broken, notice, cases, &sent.remove(&notice.id.to_string()).unwrap_or_default());
    }
    broken.require(sent.is_empty(), || format!("5: SMS nobody owes: {:?}", sent.keys()));
}

fn one(
    broken: &mut Broken,
    notice: &Notice,
    cases: &BTreeMap<CaseId, Whole>,
    copies: &[testkit::messenger::Texted],
) {
    let (id, delivery) = (notice.id, notice.delivery);
    broken.require(copies.len() <= 1, || format!("5: {id} was sent {} times by SMS", copies.len()));
    let given_up = delivery.stage == Stage::Refused && delivery.attempts >= MAX_ATTEMPTS;
    let moot = notice.kind.is_reminder() && delivery.stage == Stage::Moot;
    let accepted = delivery.stage == Stage::Accepted && !copies.is_empty();
    broken.require(accepted || given_up || moot, || format!("5: the SMS {id} is left {delivery:?}"));
    broken.require(delivery.next_at.is_none(), || format!("5: the SMS {id} is left {delivery:?}"));
    let case = &cases[&id.event.case].loaded.case;
    for texted in copies {
        broken.require(is_day(texted.at), || format!("5: the SMS {id} went out at {}", texted.at));
        let number = case.applicant.mobile.as_ref().map(|mobile| mobile.reveal().clone());
        let addressed = number.as_ref() == Some(texted.sms.to.reveal());
        let about = texted.sms.text.contains(&case.id.to_string());
        broken.require(addressed && about, || format!("5: the SMS {id} says or goes something else"));
    }
}
