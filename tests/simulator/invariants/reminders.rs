//! 5, of reminders: none after the act, none at night, none without a reason left unsent.

use std::collections::BTreeMap;

use domain::apply;
use domain::case::{Case, State};
use domain::delivery::Stage;
use domain::event::Event;
use domain::id::{CaseId, NoticeId};
use domain::notice::NoticeKind;
use domain::timer::TimerKind;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use platform::codec::event::Chained;
use platform::codec::notice::{self, Notice};
use platform::codec::row_type;
use platform::keys::{Key, Table};

use super::{Broken, MAX_SKEW, Whole};
use crate::city::City;

pub fn check(
    broken: &mut Broken,
    city: &City,
    cases: &BTreeMap<CaseId, Whole>,
    ledger: &BTreeMap<NoticeId, Notice>,
) {
    claims(broken, city, cases);
    for (id, notice) in ledger.iter().filter(|(_, notice)| notice.kind.is_reminder()) {
        let moot = notice.delivery.stage == Stage::Moot;
        let excused = cases[&id.event.case]
            .events
            .iter()
            .any(|Chained { recorded, .. }| recorded.id.seq > id.event.seq && makes_moot(&recorded.event));
        broken.require(!moot || excused, || format!("5: the reminder {id} was dropped for no reason"));
    }
}

/// What leaves nothing to remind of, or nothing of that date.
const fn makes_moot(event: &Event) -> bool {
    matches!(
        event,
        Event::CorrectionAnswered { .. }
            | Event::CorrectionExtended { .. }
            | Event::Withdrawn { .. }
            | Event::HandedOver { .. }
            | Event::TimerFired(TimerKind::CorrectionDue | TimerKind::PickUpDue)
    )
}

/// Every claim for sending, beside the case as it was when the claim was written.
fn claims(broken: &mut Broken, city: &City, cases: &BTreeMap<CaseId, Whole>) {
    let store = &city.world.store;
    let written: BTreeMap<(String, String), u64> = store
        .changes(Table::Cases, 0, usize::MAX)
        .into_iter()
        .rev()
        .map(|change| ((change.pk, change.sk), change.seq))
        .collect();
    let mut claimed: BTreeMap<NoticeId, u32> = BTreeMap::new();
    for change in store.changes(Table::Notices, 0, usize::MAX) {
        let Some(row) = change.image.filter(|row| row_type(row) == Some("notice")) else { continue };
        let notice = notice::decode(row).expect("a notice is decoded");
        let attempts = notice.delivery.attempts;
        if !notice.kind.is_reminder() || claimed.insert(notice.id, attempts).unwrap_or(0) == attempts {
            continue;
        }
        let before = |chained: &&Chained| {
            let key = Key::Event(chained.recorded.id);
            written[&(key.pk(), key.sk())] < change.seq
        };
        let case = case_of(cases[&notice.id.event.case].events.iter().filter(before));
        let waits = match notice.kind {
            NoticeKind::CorrectionReminder => State::UnderCorrection,
            _ => State::AwaitingPickUp,
        };
        broken.require(case.state == waits, || {
            format!("5: {} was claimed when the case was {:?}", notice.id, case.state)
        });
        broken.require(is_day(change.at), || format!("5: {} was claimed at {}", notice.id, change.at));
    }
}

fn case_of<'a>(mut events: impl Iterator<Item = &'a Chained>) -> Case {
    let first = &events.next().expect("a filing").recorded;
    let opened = apply::open(first).expect("a sound filing");
    events.fold(opened, |case, chained| apply::apply(case, &chained.recorded).expect("a sound record"))
}

/// Between eight and nine at night, for somebody whose clock is as far off as one may be.
pub fn is_day(at: Timestamp) -> bool {
    let taipei = TimeZone::fixed(jiff::tz::offset(8));
    let minutes = |at: Timestamp| {
        let time = taipei.to_datetime(at).time();
        i64::from(time.hour()) * 60 + i64::from(time.minute())
    };
    let day = |at| (8 * 60..21 * 60).contains(&minutes(at));
    [SignedDuration::ZERO, MAX_SKEW, -MAX_SKEW].into_iter().any(|off| day(at + off))
}
