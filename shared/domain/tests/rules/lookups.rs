//! Documents that are looked up (免書證免謄本, 規範 九 II): by whom and when, and what they change.

use domain::access::Actor;
use domain::agency::Role;
use domain::case::{Case, MAX_EVENTS, Outcome, State};
use domain::clock::terms::Terms;
use domain::command::{Action, Command};
use domain::decide;
use domain::event::Event;
use domain::id::Version;
use domain::joint_review::{Opinion, Order};
use domain::register::MAX_LOOKUPS;
use domain::rejection::Rejection;

use super::{applicant, assigned_with, decided, dispatcher, done, handler, refused, reviewer, three_days};
use crate::letters::propose;
use crate::registers::{looked_up, lookup};
use crate::reviews::{answer, ask, go_on_without};
use crate::support::{agency, officer};

const NOW: &str = "2026-11-19T10:00:00+08:00";

fn assigned() -> Case {
    let reviews = ["economy", "police"].map(|code| (agency(code), three_days().limit));
    assigned_with(Terms { reviews: reviews.into(), ..three_days() })
}

fn in_charge() -> Actor {
    handler(&[Role::Handler])
}

fn of(code: &str) -> Actor {
    officer(&format!("{code}-handler"), code, &[Role::Handler])
}

/// What is asked before a register is, and what is decided on its answer, are the same.
fn may(case: &Case, actor: &Actor) -> Result<(), Rejection> {
    let before = decide::may_query(case, actor);
    let decision = decided(case, actor, looked_up(true), NOW.parse().unwrap()).map(|_| ());
    assert_eq!(before, decision);
    let offered = decide::open_to(case, actor).contains(&Action::QueryRegister);
    assert_eq!(offered, before.is_ok(), "{before:?}");
    before
}

#[test]
fn the_handler_looks_up_and_nothing_changes_but_the_record() {
    let case = assigned();
    assert_eq!(may(&case, &in_charge()), Ok(()));
    let event = decided(&case, &in_charge(), looked_up(true), NOW.parse().unwrap()).unwrap();
    assert_eq!(event, Event::RegisterQueried { lookup: Box::new(lookup(true)), reviewer: None });
    let text = event.public_text();
    assert_eq!(text.zh, "機關已向戶政資訊系統查驗「國民身分證影本」；用途：審查申請人身分");
    assert!(domain::notice::owed(&case, &event).is_empty());
    let after = done(case.clone(), &in_charge(), looked_up(false), NOW);
    assert_eq!((after.state, after.version), (case.state, case.version.next()));
    assert_eq!((after.history, after.dates), (case.history, case.dates));
}

#[test]
fn nobody_else_looks_up() {
    let case = assigned();
    for actor in [applicant("lin"), dispatcher(), reviewer(), of("economy"), Actor::System] {
        assert!(may(&case, &actor).is_err(), "{actor:?}");
        assert_eq!(refused_to(&case, &actor), "FORBIDDEN", "{actor:?}");
    }
}

fn refused_to(case: &Case, actor: &Actor) -> &'static str {
    refused(case, actor, looked_up(true), NOW)
}

#[test]
fn it_is_looked_up_while_somebody_handles_the_case() {
    let case = assigned();
    let proposed = done(case.clone(), &in_charge(), propose(Outcome::Approve, ""), NOW);
    assert_eq!(may(&proposed, &in_charge()), Ok(()));
    let withdrawn = done(case, &applicant("lin"), Command::Withdraw { reason: String::new() }, NOW);
    assert!(may(&withdrawn, &in_charge()).is_err());
    assert_eq!(refused_to(&withdrawn, &in_charge()), "NOT_IN_THIS_STATE");
}

/// 如申請案件為聯合審查案件，則由該審查權責單位執行之.
#[test]
fn an_agency_looks_up_what_its_review_needs_until_it_has_answered() {
    let case = done(assigned(), &in_charge(), ask(&["economy", "police"], Order::Sequential), NOW);
    let asked = case.version.0;
    assert_eq!(may(&case, &of("economy")), Ok(()));
    let event = decided(&case, &of("economy"), looked_up(true), NOW.parse().unwrap()).unwrap();
    let Event::RegisterQueried { reviewer: Some(by), .. } = &event else { panic!("{event:?}") };
    assert_eq!(by.agency, agency("economy"));
    assert!(event.public_text().zh.starts_with("economy機關已向"), "{}", event.public_text().zh);
    // Its turn has not come.
    assert_eq!(refused_to(&case, &of("police")), "FORBIDDEN");
    // Neither dispatchers of the agency nor those who only read.
    assert_eq!(refused_to(&case, &officer("d", "economy", &[Role::Dispatcher])), "FORBIDDEN");
    let case = done(case, &of("economy"), answer(asked, Opinion::Agree, ""), NOW);
    assert!(may(&case, &of("economy")).is_err());
    assert_eq!(refused_to(&case, &of("economy")), "REVIEW_NOT_OPEN");
    assert_eq!(may(&case, &of("police")), Ok(()));
    let case = done(case, &in_charge(), go_on_without("police", "逾期"), NOW);
    assert_eq!(refused_to(&case, &of("police")), "FORBIDDEN");
}

#[test]
fn a_case_is_looked_up_so_often_and_no_more() {
    let mut case = assigned();
    for _ in 0..MAX_LOOKUPS {
        case = done(case, &in_charge(), looked_up(true), NOW);
    }
    assert_eq!(may(&case, &in_charge()), Err(Rejection::TooManyLookups { max: MAX_LOOKUPS }));
    // Whatever else there is to do can be done.
    done(case, &in_charge(), propose(Outcome::Approve, ""), NOW);
}

/// Neither that the case is somewhere else now, nor how it stands.
#[test]
fn an_agency_that_has_answered_is_told_nothing_of_the_case() {
    let case = done(assigned(), &in_charge(), ask(&["economy"], Order::Parallel), NOW);
    let case = done(case.clone(), &of("economy"), answer(case.version.0, Opinion::Agree, ""), NOW);
    let rerouted = Case { state: State::Received, ..case };
    assert_eq!(may(&rerouted, &of("economy")), Err(Rejection::ReviewNotOpen));
}

#[test]
fn a_case_that_takes_no_more_events_is_not_asked_about() {
    let case = Case { version: Version(MAX_EVENTS), ..assigned() };
    assert_eq!(decide::may_query(&case, &in_charge()), Err(Rejection::TooManyEvents));
}
