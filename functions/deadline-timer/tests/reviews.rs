//! The limits of agencies that review a part of a case.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops at once, and says where")]

use std::collections::{BTreeMap, BTreeSet};

use deadline_timer::{App, handle};
use domain::calendar::{Change, Closure, Extent, Register};
use domain::clock::terms::{DayBasis, Limit};
use domain::command::Command;
use domain::event::{Event, Request};
use domain::id::{CaseId, RequestId, Version};
use domain::joint_review::{self, Asked as AskedOf, Order, ReviewingAgency};
use domain::text::Text;
use jiff::civil::date;
use platform::calendars;
use platform::commit::{self, Asked, Filing};
use platform::row::Transaction;
use serde_json::json;
use testkit::faults::run;
use testkit::samples;
use testkit::world::World;

struct City {
    world: World,
    app: App,
    case: CaseId,
}

/// A Thursday.
const FILED: &str = "2026-11-19T09:00:00+08:00";

fn friday() -> Closure {
    Closure {
        day: date(2026, 11, 20),
        extent: Extent::Day,
        area: "臺北市".to_owned(),
        agencies: BTreeSet::new(),
        source: "臺北市政府公告".to_owned(),
        announced_at: FILED.parse().unwrap(),
    }
}

impl City {
    /// Friday is announced as closed; `economy` has two working days, `police` three.
    fn in_review() -> Self {
        let now = FILED.parse().unwrap();
        let world = World::with_samples(now, 7);
        let app = App { store: world.store.clone(), ambient: world.ambient.clone() };
        let case = CaseId::of_request(samples::person("applicant"), RequestId::derived(&[b"file"]));
        let city = Self { world, app, case };
        city.change(|register| register.announce(friday()));
        let applicant = samples::applicant("applicant");
        let mut event = samples::submitted(applicant.clone(), now);
        if let Event::Submitted(filed) = &mut event {
            let days = |days| Limit::days(days, DayBasis::Working).unwrap();
            let limits = [("economy", days(2)), ("police", days(3))];
            filed.item.terms.reviews = limits
                .into_iter()
                .map(|(code, limit)| (code.parse().unwrap(), limit))
                .collect::<BTreeMap<_, _>>();
        }
        let filing = Filing {
            agency: "parks".parse().unwrap(),
            person: applicant.person,
            request: Request { id: RequestId::derived(&[b"file"]), digest: [0; 32] },
            event,
        };
        let store = &*city.world.store;
        let calendars = run(&city.world.gate, calendars::calendars(store)).unwrap().unwrap();
        let opened = commit::open(store, &calendars, filing, Transaction::default(), now);
        run(&city.world.gate, opened).unwrap().unwrap();
        let staff = |subject| Box::new(samples::staff(subject));
        let (handler, reviewer) = (staff(samples::HANDLER), staff(samples::REVIEWER));
        city.carry_out(samples::DISPATCHER, &Command::Assign { handler, reviewer });
        let asked = ["economy", "police"].map(|code| {
            let (agency, name) = (code.parse().unwrap(), Text::new(code, code));
            AskedOf {
                reviewer: Some(ReviewingAgency { agency, name }), question: "請表示意見。".to_owned()
            }
        });
        let request = joint_review::Request { asked: asked.into(), order: Order::Parallel };
        city.carry_out(samples::HANDLER, &Command::RequestReview(Box::new(request)));
        city
    }

    fn change(&self, change: impl Fn(&Register) -> Result<(Register, Change), domain::calendar::BadChange>) {
        let now = platform::ports::Ambient::now(&*self.world.ambient);
        run(&self.world.gate, calendars::change(&*self.world.store, None, now, change)).unwrap().unwrap();
    }

    fn carry_out(&self, subject: &str, command: &Command) {
        let request =
            Request { id: RequestId::derived(&[command.action().code().as_bytes()]), digest: [0; 32] };
        let asked = Asked { actor: samples::actor(subject), request, seen: None };
        let store = &*self.world.store;
        let now = platform::ports::Ambient::now(&*self.world.ambient);
        let calendars = run(&self.world.gate, calendars::calendars(store)).unwrap().unwrap();
        let done = commit::carry_out(store, &calendars, self.case, &asked, command, now);
        run(&self.world.gate, done).unwrap().unwrap();
    }

    fn tick_at(&self, time: &str) {
        self.world.ambient.set(time.parse().unwrap());
        run(&self.world.gate, handle(&self.app, json!({ "tick": true }))).unwrap().unwrap();
    }

    /// Which event noted each agency as late.
    fn late(&self) -> Vec<Option<Version>> {
        let loaded = run(&self.world.gate, commit::load(&*self.world.store, self.case)).unwrap().unwrap();
        loaded.unwrap().case.history.reviews.iter().map(|review| review.late.map(|late| late.by)).collect()
    }

    fn is_due(&self) -> bool {
        let loaded = run(&self.world.gate, commit::load(&*self.world.store, self.case)).unwrap().unwrap();
        let now = platform::ports::Ambient::now(&*self.world.ambient);
        domain::timer::due(&loaded.unwrap().case, now).is_some()
    }
}

#[test]
fn each_is_noted_when_its_own_limit_has_passed_and_once() {
    let city = City::in_review();
    city.tick_at("2026-11-24T23:59:30+08:00");
    assert_eq!(city.late(), [None, None]);
    for _ in 0..4 {
        city.tick_at("2026-11-25T00:00:30+08:00");
    }
    let [Some(economy), None] = city.late()[..] else { unreachable!("{:?}", city.late()) };
    for _ in 0..4 {
        city.tick_at("2026-11-26T00:00:30+08:00");
    }
    let [first, Some(police)] = city.late()[..] else { unreachable!("{:?}", city.late()) };
    assert!(first == Some(economy) && police > economy);
}

/// The closure is taken back after the first was noted: the limit of the second then ended at the very
/// instant of the first, and is noted all the same.
#[test]
fn two_limits_that_come_to_end_at_one_instant_are_both_noted() {
    let city = City::in_review();
    for _ in 0..4 {
        city.tick_at("2026-11-25T00:00:30+08:00");
    }
    assert!(matches!(city.late()[..], [Some(_), None]), "{:?}", city.late());
    city.change(|register| register.revoke(date(2026, 11, 20), "臺北市"));
    for _ in 0..4 {
        city.tick_at("2026-11-25T00:01:30+08:00");
    }
    assert!(matches!(city.late()[..], [Some(_), Some(_)]), "{:?}", city.late());
    assert!(!city.is_due(), "a timer comes due for ever");
}
