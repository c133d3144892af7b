//! A closure announced over ten thousand open cases: exactly the cases it should change change, once,
//! and nothing else is written.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops at once, and says where")]

use std::collections::BTreeMap;

use deadline_timer::{App, handle};
use domain::access::Actor;
use domain::calendar::{Calendars, Closure, Extent, Register};
use domain::case::Case;
use domain::command::Command;
use domain::dates;
use domain::event::{Event, Request};
use domain::id::{CaseId, RequestId};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use platform::calendars;
use platform::codec::case;
use platform::codec::row_type;
use platform::commit::{self, Asked, Filing};
use platform::keys::Table;
use platform::row::{Row, Transaction};
use serde_json::json;
use testkit::faults::run;
use testkit::samples;
use testkit::world::World;

const CASES: u32 = 10_000;

fn filed_on() -> Timestamp {
    "2026-11-10T09:00:00+08:00".parse().unwrap()
}

/// Cases received over three weeks; every seventh was withdrawn, every fifth is an item in calendar
/// days.
fn fill(world: &World, calendars: &Calendars) -> BTreeMap<CaseId, Case> {
    let mut cases = BTreeMap::new();
    for number in 0..CASES {
        let at = filed_on() + SignedDuration::from_mins(i64::from(number) * 3);
        let person = samples::person(&format!("person {number}"));
        let request = Request { id: RequestId::derived(&[&number.to_be_bytes()]), digest: [0; 32] };
        let mut applicant = samples::applicant("applicant");
        applicant.person = person;
        let mut event = samples::submitted(applicant, at);
        if let (Event::Submitted(submitted), 0) = (&mut event, number % 5) {
            submitted.item = samples::item(samples::FALLOW).reference();
        }
        let filing = Filing { agency: "parks".parse().unwrap(), person, request, event };
        let open = commit::open(&*world.store, calendars, filing, Transaction::default(), at);
        let mut loaded = run(&world.gate, open).unwrap().unwrap().loaded;
        if number % 7 == 0 {
            let asked = Asked {
                actor: Actor::Applicant(person),
                request: Request {
                    id: RequestId::derived(&[b"back", &number.to_be_bytes()]),
                    digest: [0; 32],
                },
                seen: None,
            };
            let command = Command::Withdraw { reason: String::new() };
            let done = commit::carry_out_on(&*world.store, calendars, loaded, &asked, &command, at);
            loaded = run(&world.gate, done).unwrap().unwrap().loaded;
        }
        cases.insert(loaded.case.id, loaded.case);
    }
    cases
}

fn typhoon(register: &Register) -> Result<(Register, domain::calendar::Change), domain::calendar::BadChange> {
    register.announce(Closure {
        day: date(2026, 11, 23),
        extent: Extent::Day,
        area: "臺北市".to_owned(),
        agencies: std::collections::BTreeSet::new(),
        source: "臺北市政府公告".to_owned(),
        announced_at: filed_on(),
    })
}

fn rows(world: &World) -> BTreeMap<CaseId, Row> {
    let rows = world.store.rows(Table::Cases).into_iter().filter(|row| row_type(row) == Some("case"));
    rows.map(|row| (case::decode(row.clone()).unwrap().case.id, row)).collect()
}

#[test]
fn exactly_the_cases_with_the_day_in_their_window_change_and_once() {
    let world = World::with_samples(filed_on(), 7);
    let calendars = Register::default().calendars().unwrap();
    let cases = fill(&world, &calendars);
    // The last was received three weeks after the first.
    world.ambient.set(filed_on() + SignedDuration::from_hours(24 * 21));
    let app = App { store: world.store.clone(), ambient: world.ambient.clone() };
    let tick = || run(&world.gate, handle(&app, json!({ "tick": true }))).unwrap().unwrap();
    // Timers that are due fire first, so that what follows is the closure's doing.
    while tick()["fired"] != 0 {}
    let before = rows(&world);

    let changed = calendars::change(&*world.store, None, filed_on(), typhoon);
    let change = run(&world.gate, changed).unwrap().unwrap();
    let closed = run(&world.gate, calendars::calendars(&*world.store)).unwrap().unwrap();
    let is_due_to_move = |id: &CaseId| {
        let case = case::decode(before[id].clone()).unwrap().case;
        case.state.is_open() && dates::of(&case, closed.of(&case.agency)).moved_from(&case.dates)
    };
    let expected: Vec<CaseId> = cases.keys().copied().filter(is_due_to_move).collect();
    assert!(expected.len() > 500 && expected.len() < 9_000, "{}", expected.len());

    let mut moved = 0;
    while !run(&world.gate, calendars::progress(&*world.store, change.edition))
        .unwrap()
        .unwrap()
        .iter()
        .all(|shard| shard.done_at.is_some())
    {
        moved += tick()["recalculated"].as_u64().unwrap();
        world.ambient.advance(SignedDuration::from_mins(1));
    }
    assert_eq!(usize::try_from(moved).unwrap(), expected.len());

    let after = rows(&world);
    for (id, row) in &before {
        let case = case::decode(after[id].clone()).unwrap().case;
        if expected.contains(id) {
            let recorded = run(&world.gate, commit::record(&*world.store, *id)).unwrap().unwrap().unwrap();
            let days = recorded.events.iter().filter_map(|chained| match &chained.recorded.event {
                Event::Recalculated(moved) => Some(moved.due),
                _ => None,
            });
            let due = case::decode(row.clone()).unwrap().case.due_day();
            let days: Vec<_> = days.map(|due| (due.from, due.to)).collect();
            assert_eq!(days, [(due, case.due_day())], "{id}: one event with the old day and the new one");
            assert_eq!(case.dates, dates::of(&case, closed.of(&case.agency)), "{id}");
        } else if !row.contains_key("due_at") {
            assert_eq!(after[id], *row, "{id} is not written");
        }
    }
}
