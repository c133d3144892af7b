//! A command on a case that the calendar has changed under: its dates follow with the command or not at
//! all, and never go back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops at once, and says where")]

use domain::access::Actor;
use domain::calendar::{Calendars, Closure, Extent, Register};
use domain::case::Case;
use domain::command::Command;
use domain::event::Request;
use domain::id::{CaseId, RequestId};
use jiff::civil::date;
use platform::calendars;
use platform::commit::{self, Asked, Done, Failure, Filing};
use platform::record::Record;
use platform::row::Transaction;
use testkit::faults::run;
use testkit::samples;
use testkit::world::World;

const FILED: &str = "2026-11-19T09:00:00+08:00";

/// A case received on Thursday, due on Tuesday the 24th; then Monday is closed.
fn closed_under_a_case() -> (World, CaseId, Calendars) {
    let filed = FILED.parse().unwrap();
    let world = World::with_samples(filed, 7);
    let old = Register::default().calendars().unwrap();
    let applicant = samples::applicant("applicant");
    let filing = Filing {
        agency: "parks".parse().unwrap(),
        person: applicant.person,
        request: Request { id: RequestId::derived(&[b"file"]), digest: [0; 32] },
        event: samples::submitted(applicant, filed),
    };
    let opened = commit::open(&*world.store, &old, filing, Transaction::default(), filed);
    let case = run(&world.gate, opened).unwrap().unwrap().loaded.case;
    assert_eq!(case.due_day(), Some(date(2026, 11, 24)));
    let closure = || Closure {
        day: date(2026, 11, 23),
        extent: Extent::Day,
        area: "臺北市".to_owned(),
        agencies: std::collections::BTreeSet::new(),
        source: "臺北市政府公告".to_owned(),
        announced_at: filed,
    };
    let changed =
        calendars::change(&*world.store, None, filed, |register: &Register| register.announce(closure()));
    run(&world.gate, changed).unwrap().unwrap();
    (world, case.id, old)
}

fn carry_out(
    world: &World,
    calendars: &Calendars,
    id: CaseId,
    actor: Actor,
    command: &Command,
) -> Result<Done, Failure> {
    let request = Request { id: RequestId::derived(&[command.action().code().as_bytes()]), digest: [0; 32] };
    let asked = Asked { actor, request, seen: None };
    let now = "2026-11-19T10:00:00+08:00".parse().unwrap();
    run(&world.gate, commit::carry_out(&*world.store, calendars, id, &asked, command, now)).unwrap()
}

fn record(world: &World, id: CaseId) -> Record {
    run(&world.gate, commit::record(&*world.store, id)).unwrap().unwrap().unwrap()
}

fn codes(record: &Record) -> Vec<&'static str> {
    record.events.iter().map(|chained| chained.recorded.event.code()).collect()
}

fn case(record: &Record) -> &Case {
    &record.loaded.case
}

#[test]
fn a_refused_command_leaves_nothing_behind() {
    let (world, id, _) = closed_under_a_case();
    let new = run(&world.gate, calendars::calendars(&*world.store)).unwrap().unwrap();
    let before = world.store.snapshot();
    let applicant = samples::applicant("applicant").person;
    let answer = samples::answer(1, "如附件");
    let refused = carry_out(&world, &new, id, Actor::Applicant(applicant), &answer);
    assert!(matches!(refused, Err(Failure::Rejected(_))), "{refused:?}");
    assert_eq!(world.store.snapshot(), before);
}

#[test]
fn an_accepted_one_writes_the_moved_date_as_an_event_of_its_own() {
    let (world, id, old) = closed_under_a_case();
    let new = run(&world.gate, calendars::calendars(&*world.store)).unwrap().unwrap();
    let dispatcher = samples::actor(samples::DISPATCHER);
    carry_out(&world, &new, id, dispatcher.clone(), &Command::Accept).unwrap();
    let after = record(&world, id);
    assert_eq!(codes(&after), ["submitted", "recalculated", "accepted"]);
    assert_eq!(case(&after).due_day(), Some(date(2026, 11, 25)));
    assert!(platform::audit::verify(&after.events, &after.loaded.head).is_ok());

    // A process that has not seen the change yet does not move the date back.
    let applicant = Actor::Applicant(samples::applicant("applicant").person);
    let back = Command::Withdraw { reason: String::new() };
    let done = carry_out(&world, &old, id, applicant, &back).unwrap();
    assert_eq!(done.loaded.case.due_day(), Some(date(2026, 11, 25)));
    assert_eq!(codes(&record(&world, id)), ["submitted", "recalculated", "accepted", "withdrawn"]);
}
