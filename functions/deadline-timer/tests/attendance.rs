//! When a half-day is over, those who answer for an inbox that nobody opened are told: once, whatever is
//! killed, repeated or late, and never where somebody did.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops at once, and says where")]

use deadline_timer::{App, handle};
use domain::attendance::{Duty, DutyNoticeId, Half};
use domain::calendar::{Closure, Extent};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use platform::attendance::{self, Month};
use platform::ports::Ambient;
use platform::{calendars, catalogue};
use serde_json::json;
use testkit::faults::{Act, run};
use testkit::samples;
use testkit::world::World;

/// The agency of the samples with dispatchers, research officers and a service.
const AGENCY: &str = "parks";

struct City {
    world: World,
    app: App,
}

impl City {
    /// The window opens on a Friday evening.
    fn new() -> Self {
        let world = World::with_samples("2026-11-20T18:00:00+08:00".parse().unwrap(), 7);
        let app = App { store: world.store.clone(), ambient: world.ambient.clone() };
        let city = Self { world, app };
        city.tick();
        city
    }

    fn tick(&self) {
        run(&self.world.gate, handle(&self.app, json!({ "tick": true }))).unwrap().unwrap();
    }

    fn at(&self, time: &str) {
        self.world.ambient.set(time.parse().unwrap());
    }

    fn tick_at(&self, time: &str) {
        self.at(time);
        self.tick();
    }

    /// A dispatcher opens the inbox now.
    fn opened(&self) {
        let officer = samples::officer(samples::DISPATCHER);
        let now = self.world.ambient.now();
        run(&self.world.gate, attendance::open_inbox(&*self.world.store, &officer, now)).unwrap().unwrap();
    }

    fn month(&self) -> Month {
        let agency = AGENCY.parse().unwrap();
        let month = attendance::month(&*self.world.store, &agency, date(2026, 11, 1));
        run(&self.world.gate, month).unwrap().unwrap()
    }

    /// Who was told of what, as `23 am parks-research`.
    fn told(&self) -> Vec<String> {
        let told = |notice: &platform::codec::duty_notice::DutyNotice| {
            let Duty { day, half } = notice.id.duty;
            format!("{} {half} {}", day.day(), notice.name.reveal())
        };
        self.month().notices.iter().map(told).collect()
    }
}

fn name(subject: &str) -> String {
    samples::staff(subject).name
}

#[test]
fn a_missed_half_is_told_of_when_it_is_over_and_once() {
    let city = City::new();
    city.tick_at("2026-11-23T12:29:59+08:00");
    assert_eq!(city.told(), Vec::<String>::new(), "it is not over, and the weekend owed nothing");
    city.tick_at("2026-11-23T12:30:00+08:00");
    // The deputy of the dispatcher, and the research officer.
    let mut expected =
        [samples::SECOND_DISPATCHER, samples::RESEARCH].map(|who| format!("23 am {}", name(who)));
    expected.sort();
    let mut told = city.told();
    told.sort();
    assert_eq!(told, expected);
    city.tick();
    city.tick_at("2026-11-23T17:29:00+08:00");
    assert_eq!(city.told().len(), 2);
    city.tick_at("2026-11-23T17:30:00+08:00");
    assert_eq!(city.told().len(), 4);
}

#[test]
fn an_opened_inbox_is_not_told_of() {
    let city = City::new();
    city.at("2026-11-23T08:50:00+08:00");
    city.opened();
    // In the lunch break it counts for neither half.
    city.at("2026-11-23T12:45:00+08:00");
    city.opened();
    city.tick();
    assert_eq!(city.told(), Vec::<String>::new());
    let visits = city.month().visits;
    let looked: Vec<Duty> = visits.iter().map(|visit| visit.duty).collect();
    assert_eq!(looked, [Duty { day: date(2026, 11, 23), half: Half::Morning }]);
    city.tick_at("2026-11-23T17:31:00+08:00");
    assert!(city.told().iter().all(|told| told.starts_with("23 pm ")) && !city.told().is_empty());
}

#[test]
fn a_closed_half_is_not_told_of() {
    let city = City::new();
    let announce = calendars::change(&*city.world.store, None, city.world.ambient.now(), |register| {
        register.announce(Closure {
            day: date(2026, 11, 23),
            extent: Extent::Morning,
            area: "臺北市".to_owned(),
            agencies: std::collections::BTreeSet::new(),
            source: "臺北市政府公告".to_owned(),
            announced_at: Timestamp::UNIX_EPOCH,
        })
    });
    run(&city.world.gate, announce).unwrap().unwrap();
    city.tick_at("2026-11-23T12:31:00+08:00");
    assert_eq!(city.told(), Vec::<String>::new());
}

#[test]
fn after_an_outage_only_the_last_day_is_told_of() {
    let city = City::new();
    city.tick_at("2026-11-26T13:00:00+08:00");
    let halves: std::collections::BTreeSet<String> =
        city.told().iter().map(|told| told.rsplit_once(' ').unwrap().0.to_owned()).collect();
    assert_eq!(halves.into_iter().collect::<Vec<_>>(), ["25 pm", "26 am"]);
}

#[test]
fn where_nobody_answers_for_the_inbox_those_who_must_know_are_told() {
    let city = City::new();
    let inboxes = run(&city.world.gate, catalogue::inboxes(&*city.world.store)).unwrap().unwrap();
    assert!(inboxes.len() > 1, "{inboxes:?}");
    city.tick_at("2026-11-23T12:30:00+08:00");
    for agency in inboxes.keys() {
        let month = attendance::month(&*city.world.store, agency, date(2026, 11, 1));
        let told = run(&city.world.gate, month).unwrap().unwrap().notices;
        let staff = run(&city.world.gate, catalogue::staff_of(&*city.world.store, agency)).unwrap().unwrap();
        assert_eq!(told.is_empty(), staff.is_empty(), "{agency}");
    }
}

/// Whatever call the tick dies before or after, the next one finishes it, and nobody is told twice.
#[test]
fn a_crash_anywhere_loses_nothing_and_repeats_nothing() {
    let ids = |city: &City| -> Vec<DutyNoticeId> {
        city.month().notices.into_iter().map(|notice| notice.id).collect()
    };
    let whole = City::new();
    whole.world.gate.reset();
    whole.tick_at("2026-11-23T12:30:00+08:00");
    let calls = whole.world.gate.calls();
    let expected = ids(&whole);
    assert!(calls > 5 && !expected.is_empty());
    for (call, act) in (1..=calls).flat_map(|call| [(call, Act::CrashBefore), (call, Act::CrashAfter)]) {
        let city = City::new();
        city.at("2026-11-23T12:30:00+08:00");
        city.world.gate.reset();
        city.world.gate.follow(move |number, _| if number == call { act } else { Act::Pass });
        let _ = run(&city.world.gate, handle(&city.app, json!({ "tick": true })));
        city.world.gate.open();
        city.world.ambient.advance(SignedDuration::from_mins(1));
        city.tick();
        assert_eq!(ids(&city), expected, "{act:?} at call {call}");
    }
}
