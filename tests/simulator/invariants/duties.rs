//! 5, of inboxes: nobody in the simulated city opens one by hand, so each half-day that was owed is told of to
//! everybody who answers for it, once; what was over for longer than a day when it was looked after, to nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use domain::agency::Staff;
use domain::attendance::{Duty, told_of_missed};
use domain::id::{AgencyCode, PersonId};
use jiff::SignedDuration;
use platform::codec::attendance;
use platform::codec::duty_notice::{self, DutyNotice};
use platform::codec::row_type;
use platform::keys::{Key, Table};
use testkit::samples;

use super::{Broken, MAX_SKEW};
use crate::bookings;
use crate::city::City;

const TOLD_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Who answers for the inbox of each agency of the samples with a service.
fn answering() -> &'static Answering {
    static KNOWN: OnceLock<Answering> = OnceLock::new();
    KNOWN.get_or_init(read)
}

type Answering = BTreeMap<AgencyCode, BTreeSet<PersonId>>;

fn read() -> Answering {
    let samples = samples::import();
    let staff: Vec<Staff> = samples.staff.into_iter().map(|file| file.staff(samples::PROVIDER)).collect();
    let of = |agency: &AgencyCode| {
        let own: Vec<Staff> = staff.iter().filter(|staff| staff.agency == *agency).cloned().collect();
        told_of_missed(&own).into_iter().map(|told| told.person).collect()
    };
    samples.items.into_iter().map(|item| (item.agency.0.clone(), of(&item.agency.0))).collect()
}

pub fn check(broken: &mut Broken, city: &City) {
    let store = &*city.world.store;
    let Some(row) = store.peek(&Key::DutiesJudged) else { return };
    let judged = attendance::decode_judged(row).expect("a sound row");
    let (answer, calendars) = (answering(), super::calendars(city));
    let mut told: BTreeMap<(AgencyCode, Duty), Vec<DutyNotice>> = BTreeMap::new();
    for row in store.rows(Table::Notices) {
        if row_type(&row) == Some("duty_notice") {
            let notice = duty_notice::decode(row).expect("a notice is decoded");
            told.entry((notice.id.agency.clone(), notice.id.duty)).or_default().push(notice);
        }
    }
    for ((agency, duty), notices) in &told {
        let people: Vec<PersonId> = notices.iter().map(|notice| notice.recipient).collect();
        let once: BTreeSet<PersonId> = people.iter().copied().collect();
        broken.require(once.len() == people.len() && once == answer[agency], || {
            format!("5: of {agency} {duty:?} were told {people:?}")
        });
        let ends = duty.ends().expect("an instant");
        let in_time = notices.iter().all(|notice| {
            let after = notice.owed_since.duration_since(ends);
            after >= -MAX_SKEW && after < TOLD_FOR + MAX_SKEW
        });
        broken.require(in_time && *duty >= judged.since, || format!("5: {agency} {duty:?} is told of late"));
    }
    // What was over within the last day was looked after in time, whenever that was.
    let announced = bookings::announced(&city.world);
    let mut duty = Some(judged.since);
    while let Some(now) = duty.filter(|duty| *duty <= judged.until) {
        let ends = now.ends().expect("an instant");
        let ago = city.now().duration_since(ends);
        // What became, or ceased to be, a half-day off when it was over was judged by what was known then.
        let known = ends.checked_sub(MAX_SKEW * 2).expect("an instant");
        let later = announced.iter().any(|(at, days)| *at >= known && days.contains(&now.day));
        let recent = ago >= SignedDuration::ZERO && ago < TOLD_FOR && !later;
        for agency in answer.keys().filter(|_| recent) {
            let owed = now.is_owed(calendars.of(agency)).expect("a day of the calendar");
            let found = told.contains_key(&(agency.clone(), now));
            broken.require(!owed || found, || format!("5: nobody was told of {agency} {now:?}"));
        }
        duty = now.next();
    }
}
