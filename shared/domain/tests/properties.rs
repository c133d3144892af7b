//! Whatever people try, in whatever order: what always holds of a case.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agency::{Role, Staff};
use domain::apply::{self, BrokenRecord};
use domain::case::{Case, Outcome, State};
use domain::command::Command;
use domain::decide::decide;
use domain::event::{Event, Recorded};
use domain::id::{PersonId, Version};
use domain::notice;
use domain::taipei;
use domain::timer::{self, TimerKind};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use support::{AGENCY, OTHER_AGENCY, agency, applicant, filed_at, filing, officer, recorded, staff};

const EVERYTHING: [Role; 4] = [Role::Dispatcher, Role::Handler, Role::Reviewer, Role::Research];

/// Everybody who tries something; some hold several roles, some only seem to.
fn people() -> Vec<Actor> {
    vec![
        applicant("lin"),
        applicant("chen"),
        // An officer of the agency that has the case, as an applicant of nothing.
        applicant("handler-a"),
        officer("dispatcher", AGENCY, &[Role::Dispatcher]),
        officer("handler-a", AGENCY, &[Role::Handler]),
        officer("handler-b", AGENCY, &[Role::Handler]),
        officer("reviewer-a", AGENCY, &[Role::Reviewer]),
        officer("all-round-a", AGENCY, &EVERYTHING),
        officer("all-round-b", AGENCY, &EVERYTHING),
        officer("research", AGENCY, &[Role::Research]),
        officer("admin", AGENCY, &[Role::Administrator]),
        officer("stranger", OTHER_AGENCY, &EVERYTHING),
        // Somebody who has the case by name, but has moved to another agency.
        officer("all-round-a", OTHER_AGENCY, &EVERYTHING),
        Actor::System,
    ]
}

/// Everybody who may be named in an assignment.
fn candidates() -> Vec<Staff> {
    vec![
        staff("handler-a", AGENCY, &[Role::Handler]),
        staff("handler-b", AGENCY, &[Role::Handler]),
        staff("reviewer-a", AGENCY, &[Role::Reviewer]),
        staff("all-round-a", AGENCY, &EVERYTHING),
        staff("all-round-b", AGENCY, &EVERYTHING),
        staff("stranger", OTHER_AGENCY, &EVERYTHING),
    ]
}

fn any_reason() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("  ".to_owned()), "[ -~]{1,20}", Just("字".repeat(2_001))]
}

fn any_command() -> impl Strategy<Value = Command> {
    let who = || proptest::sample::select(candidates()).prop_map(Box::new);
    let outcome = prop_oneof![Just(Outcome::Approve), Just(Outcome::Reject)];
    prop_oneof![
        2 => Just(Command::Accept),
        4 => (who(), who()).prop_map(|(handler, reviewer)| Command::Assign { handler, reviewer }),
        4 => (outcome, any_reason()).prop_map(|(outcome, reason)| Command::Propose { outcome, reason }),
        4 => Just(Command::Approve),
        2 => any_reason().prop_map(|reason| Command::Return { reason }),
        1 => any_reason().prop_map(|reason| Command::Withdraw { reason }),
        2 => proptest::sample::select(TimerKind::ALL).prop_map(Command::Fire),
    ]
}

/// One try, so many hours after the one before.
#[derive(Debug, Clone)]
enum Try {
    Anything(Actor, Command),
    /// What would normally happen next; chance alone seldom gets that far.
    NextStep {
        send_back: bool,
        outcome: Outcome,
    },
    /// A tick of the window's own clock.
    Tick(TimerKind),
}

fn any_story() -> impl Strategy<Value = Vec<(Try, i64)>> {
    let anything = (proptest::sample::select(people()), any_command());
    let outcome = prop_oneof![Just(Outcome::Approve), Just(Outcome::Reject)];
    let attempt = prop_oneof![
        2 => anything.prop_map(|(actor, command)| Try::Anything(actor, command)),
        1 => (any::<bool>(), outcome).prop_map(|(send_back, outcome)| Try::NextStep { send_back, outcome }),
        1 => proptest::sample::select(TimerKind::ALL).prop_map(Try::Tick),
    ];
    proptest::collection::vec((attempt, 0_i64..40), 0..30)
}

/// The person of the agency that has the case.
fn colleague(person: PersonId) -> Actor {
    let is_it = |actor: &Actor| matches!(actor, Actor::Officer(o) if o.person == person && o.agency == agency(AGENCY));
    people().into_iter().find(is_it).unwrap()
}

fn next_step(case: &Case, send_back: bool, outcome: Outcome) -> (Actor, Command) {
    let reason = "理由".to_owned();
    match (case.state, case.assignment) {
        (State::Assigned, Some(assignment)) => {
            (colleague(assignment.handler), Command::Propose { outcome, reason })
        }
        (State::AwaitingApproval, Some(assignment)) => {
            let command = if send_back { Command::Return { reason } } else { Command::Approve };
            (colleague(assignment.reviewer), command)
        }
        _ => {
            let handler = Box::new(staff("handler-a", AGENCY, &[Role::Handler]));
            let reviewer = Box::new(staff("all-round-b", AGENCY, &EVERYTHING));
            let command = Command::Assign { handler, reviewer };
            (officer("dispatcher", AGENCY, &[Role::Dispatcher]), command)
        }
    }
}

/// A story as it went: the record, and each try with the case before it and the event it made.
struct Told {
    case: Case,
    record: Vec<Recorded>,
    tries: Vec<(Case, Actor, Timestamp, Option<Event>)>,
}

fn tell(story: Vec<(Try, i64)>) -> Told {
    let filed = filing();
    let mut case = apply::open(&filed).unwrap();
    let mut record = vec![filed];
    let mut tries = Vec::new();
    let mut now = filed_at();
    for (attempt, hours) in story {
        now += SignedDuration::from_hours(hours);
        let (actor, command) = match attempt {
            Try::Anything(actor, command) => (actor, command),
            Try::NextStep { send_back, outcome } => next_step(&case, send_back, outcome),
            Try::Tick(kind) => (Actor::System, Command::Fire(kind)),
        };
        let before = case.clone();
        let decision = decide(&case, &actor, command, now);
        assert_eq!(case, before, "deciding changes nothing");
        let event = decision.ok();
        if let Some(event) = &event {
            let next = recorded(&case, &actor, event.clone(), now);
            case = apply::apply(case, &next).unwrap();
            record.push(next);
        }
        tries.push((before, actor, now, event));
    }
    Told { case, record, tries }
}

fn accepted(told: &Told) -> impl Iterator<Item = (&Case, &Actor, Timestamp, &Event)> {
    told.tries.iter().filter_map(|(case, actor, at, event)| Some((case, actor, *at, event.as_ref()?)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_record_makes_the_case_and_counts_its_versions(story in any_story()) {
        let told = tell(story);
        prop_assert_eq!(apply::replay(&told.record).unwrap(), told.case.clone());
        prop_assert_eq!(usize::try_from(told.case.version.0).unwrap(), told.record.len());
        prop_assert!(told.case.requests.len() == told.record.len());
    }

    #[test]
    fn a_closed_case_stays_as_it_is(story in any_story()) {
        for (before, _, _, event) in tell(story).tries {
            prop_assert!(before.state.is_open() || event.is_none());
        }
    }

    #[test]
    fn a_case_is_closed_exactly_when_it_says_when(story in any_story()) {
        let case = tell(story).case;
        prop_assert_eq!(case.closed_at.is_some(), !case.state.is_open());
        prop_assert_eq!(timer::next(&case).is_some() && case.closed_at.is_some(), false);
    }

    #[test]
    fn nobody_decides_on_their_own_proposal(story in any_story()) {
        let told = tell(story);
        let mut proposer: Option<PersonId> = None;
        for recorded in &told.record {
            match &recorded.event {
                Event::Proposed(ruling) => proposer = Some(ruling.by),
                Event::Decided(ruling) => prop_assert_ne!(Some(ruling.by), proposer),
                _ => {}
            }
        }
    }

    #[test]
    fn the_decision_is_the_proposal(story in any_story()) {
        let told = tell(story);
        for pair in told.record.windows(2) {
            if let Event::Decided(decided) = &pair[1].event {
                // Only timers may stand between, and they leave the proposal alone.
                let proposed = told.record.iter().rev().find_map(|recorded| match &recorded.event {
                    Event::Proposed(ruling) => Some(ruling),
                    _ => None,
                });
                let proposed = proposed.unwrap();
                prop_assert_eq!((decided.outcome, &decided.reason), (proposed.outcome, &proposed.reason));
            }
        }
    }

    #[test]
    fn a_refusal_of_the_application_says_why(story in any_story()) {
        for recorded in tell(story).record {
            if let Event::Decided(ruling) | Event::Proposed(ruling) = recorded.event {
                prop_assert!(ruling.outcome == Outcome::Approve || !ruling.reason.is_empty());
            }
        }
    }

    #[test]
    fn only_the_applicant_withdraws(story in any_story()) {
        let told = tell(story);
        for (_, actor, _, event) in accepted(&told) {
            let withdrawn = matches!(event, Event::Withdrawn { .. });
            prop_assert_eq!(withdrawn, *actor == applicant("lin"));
        }
    }

    #[test]
    fn another_agency_never_gets_through(story in any_story()) {
        let told = tell(story);
        for (case, actor, _, _) in accepted(&told) {
            if let Actor::Officer(officer) = actor {
                prop_assert_eq!(&officer.agency, &case.agency);
            }
        }
    }

    #[test]
    fn nobody_of_another_agency_is_assigned(story in any_story()) {
        let told = tell(story);
        let known: BTreeSet<PersonId> = candidates()
            .into_iter()
            .filter(|staff| staff.agency == agency(AGENCY))
            .map(|staff| staff.person)
            .collect();
        if let Some(assignment) = told.case.assignment {
            prop_assert!(known.contains(&assignment.handler) && known.contains(&assignment.reviewer));
            prop_assert_ne!(assignment.handler, assignment.reviewer);
        }
    }

    #[test]
    fn a_timer_fires_once_in_time_and_never_after_the_close(story in any_story()) {
        let told = tell(story);
        let mut fired = BTreeSet::new();
        for (case, actor, at, event) in accepted(&told) {
            let Event::TimerFired(kind) = event else { continue };
            let due = match kind {
                TimerKind::DueSoon => case.warn_at,
                TimerKind::Overdue => taipei::end_of(case.due).unwrap(),
            };
            prop_assert!(at >= due, "{kind} fired at {at}, due {due}");
            prop_assert!(case.state.is_open());
            prop_assert_eq!(actor, &Actor::System);
            prop_assert!(fired.insert(*kind), "{kind} fired twice");
        }
        prop_assert_eq!(fired, told.case.fired);
    }

    #[test]
    fn what_is_pending_has_not_fired_and_comes_in_order(story in any_story()) {
        for (case, ..) in tell(story).tries {
            let pending = timer::pending(&case);
            prop_assert!(pending.is_sorted());
            prop_assert!(pending.iter().all(|(_, kind)| !case.fired.contains(kind)));
            let expected = if case.state.is_open() { TimerKind::ALL.len() - case.fired.len() } else { 0 };
            prop_assert_eq!(pending.len(), expected);
        }
    }

    #[test]
    fn an_event_out_of_its_place_is_refused(story in any_story(), wrong in 0_u32..50) {
        let told = tell(story);
        let mut event = told.record.last().unwrap().clone();
        event.id.seq = Version(wrong);
        prop_assume!(event.id.seq != told.case.version.next());
        let refused = apply::apply(told.case.clone(), &event);
        prop_assert_eq!(refused, Err(BrokenRecord::Gap { after: told.case.version, found: Version(wrong) }));
    }

    #[test]
    fn a_record_with_an_event_missing_is_no_case(story in any_story(), gone: proptest::sample::Index) {
        let record = tell(story).record;
        let gone = gone.index(record.len());
        let rest: Vec<_> = [&record[..gone], &record[gone + 1..]].concat();
        // Without its last event a record is a shorter one: only the head kept in the case tells.
        prop_assert_eq!(apply::replay(&rest).is_err(), gone == 0 || gone + 1 < record.len());
    }

    /// Every notice has somebody to go to, and the applicant hears of beginning and end.
    #[test]
    fn the_applicant_is_told_of_receipt_and_decision(story in any_story()) {
        let told = tell(story);
        for (place, recorded) in told.record.iter().enumerate() {
            let case = apply::replay(&told.record[..=place]).unwrap();
            let owed = notice::owed(&case, &recorded.event);
            let to_applicant = owed.iter().any(|(_, to)| *to == notice::Recipient::Applicant);
            let tells = matches!(recorded.event, Event::Submitted(_) | Event::Decided(_));
            prop_assert_eq!(to_applicant, tells);
        }
    }
}

#[test]
fn a_record_begins_with_its_filing_and_has_one() {
    let filed = filing();
    let case = apply::open(&filed).unwrap();
    let taken_in = recorded(&case, &officer("d", AGENCY, &[Role::Dispatcher]), Event::Accepted, filed_at());
    assert_eq!(apply::replay(&[]), Err(BrokenRecord::Empty));
    assert_eq!(apply::replay(&[taken_in]), Err(BrokenRecord::NotFiled));
    let mut again = filed.clone();
    again.id.seq = Version(2);
    assert_eq!(
        apply::replay(&[again.clone()]),
        Err(BrokenRecord::Gap { after: Version(0), found: Version(2) })
    );
    assert_eq!(apply::replay(&[filed, again]), Err(BrokenRecord::FiledTwice));
}

/// The stories are worth something only if many of them come to an end.
#[test]
fn enough_stories_are_decided() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let stories = (0..300).map(|_| any_story().new_tree(&mut runner).unwrap().current());
    let ends: Vec<Case> = stories.map(|story| tell(story).case).collect();
    let decided = ends.iter().filter(|case| case.ruling.is_some() && case.closed_at.is_some()).count();
    let late = ends.iter().filter(|case| case.fired.contains(&TimerKind::Overdue)).count();
    assert!(decided >= 40 && late >= 20, "of 300 stories {decided} are decided and {late} overdue");
}
