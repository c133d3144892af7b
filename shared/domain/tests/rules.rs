//! Single rules, each at its edge.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of a test")]

#[path = "rules/awaited.rs"]
mod awaited;
#[path = "rules/certificates.rs"]
mod certificates;
#[path = "rules/consent.rs"]
mod consent;
#[path = "support/correction.rs"]
mod correction;
#[path = "rules/dispatch.rs"]
mod dispatch;
#[path = "rules/endings.rs"]
mod endings;
#[path = "support/fees.rs"]
mod fees;
#[path = "rules/reviews.rs"]
mod joint;
#[path = "support/letters.rs"]
mod letters;
#[path = "rules/lookups.rs"]
mod lookups;
#[path = "rules/more_time.rs"]
mod more_time;
#[path = "rules/notices.rs"]
mod notices;
#[path = "rules/paying.rs"]
mod paying;
#[path = "rules/periods.rs"]
mod periods;
#[path = "rules/pick_up.rs"]
mod pick_up;
#[path = "rules/refusals.rs"]
mod refusals;
#[path = "support/registers.rs"]
mod registers;
#[path = "rules/reminders.rs"]
mod reminders;
#[path = "support/reviews.rs"]
mod reviews;
#[path = "support/scene.rs"]
mod scene;
#[path = "rules/services.rs"]
mod services;
#[path = "support/serving.rs"]
mod serving;
#[path = "rules/signature.rs"]
mod signature;
#[path = "rules/sources.rs"]
mod sources;
mod support;
#[path = "rules/timekeeping.rs"]
mod timekeeping;
#[path = "rules/timers.rs"]
mod timers;

use domain::access::{Actor, Officer};
use domain::agency::Role;
use domain::apply;
use domain::calendar::Calendar;
use domain::case::{Assignment, Case, MAX_EVENTS, Outcome, Ruling, State};
use domain::clock::terms::Terms;
use domain::command::Command;
use domain::dates;
use domain::decide::{MAX_REASON, decide};
use domain::event::{Event, Recalculation};
use domain::id::{CaseId, RequestId, Version};
use domain::letter::Proposed;
use domain::rejection::Rejection;
use domain::text::Text;
use domain::timer::TimerKind;
use jiff::{SignedDuration, Timestamp};
use letters::approve;
use proptest::prelude::*;
use scene::{OTHER_AGENCY, applicant, filed_at, staff, three_days};
use support::{AGENCY, agency, filing, officer, person, recorded};

fn received() -> Case {
    received_with(three_days())
}

fn received_with(terms: Terms) -> Case {
    apply::open(&filing(terms, filed_at())).unwrap()
}

/// What is decided by the shipped calendar.
fn decided(case: &Case, actor: &Actor, command: Command, now: Timestamp) -> Result<Event, Rejection> {
    decide(case, actor, command, now, Calendar::shipped())
}

/// The case after `command`, which is accepted.
fn done(case: Case, actor: &Actor, command: Command, now: &str) -> Case {
    let now = now.parse().unwrap();
    let event = decided(&case, actor, command, now).unwrap();
    let next = recorded(&case, actor, event, now);
    apply::advance(Some(case), next, Calendar::shipped()).unwrap().0
}

/// The code that `command` is refused with.
fn refused(case: &Case, actor: &Actor, command: Command, now: &str) -> &'static str {
    decided(case, actor, command, now.parse().unwrap()).unwrap_err().code()
}

fn assigned() -> Case {
    assigned_with(three_days())
}

fn assigned_with(terms: Terms) -> Case {
    let assignment = Assignment { handler: person("handler"), reviewer: person("reviewer") };
    let mut case = Case { state: State::Assigned, assignment: Some(assignment), ..received_with(terms) };
    case.accepted_at = Some(filed_at());
    case.dates = dates::of(&case, Calendar::shipped());
    case
}

fn proposed_by(name: &str) -> Case {
    let ruling = Ruling { outcome: Outcome::Approve, ground: None, reason: String::new(), by: person(name) };
    let letter = Proposed::of(&assigned(), &letters::proposal(Outcome::Approve, "")).unwrap();
    let (ruling, proposed) = (Some(ruling), Some(Box::new(letter)));
    Case { state: State::AwaitingApproval, ruling, proposed, ..assigned() }
}

fn recalculate() -> Command {
    Command::Recalculate(Box::new(Recalculation::by(Text::new("停班", "closure"))))
}

fn handler(roles: &[Role]) -> Actor {
    officer("handler", AGENCY, roles)
}

fn reviewer() -> Actor {
    officer("reviewer", AGENCY, &[Role::Reviewer])
}

fn dispatcher() -> Actor {
    officer("dispatcher", AGENCY, &[Role::Dispatcher])
}

fn propose(outcome: Outcome, reason: &str) -> Command {
    letters::propose(outcome, reason)
}

fn assign(handler: (&str, &str, &[Role]), reviewer: (&str, &str, &[Role])) -> Command {
    let named = |(name, at, roles)| Box::new(staff(name, at, roles));
    Command::Assign { handler: named(handler), reviewer: named(reviewer) }
}

#[test]
fn who_loses_a_role_keeps_no_case_by_name() {
    let approve = propose(Outcome::Approve, "");
    assert!(decided(&assigned(), &handler(&[Role::Handler]), approve.clone(), filed_at()).is_ok());
    let refused = decided(&assigned(), &handler(&[Role::Dispatcher]), approve, filed_at());
    assert_eq!(refused.unwrap_err().code(), "FORBIDDEN");
}

/// No sequence of commands gets here; the rule holds all the same.
#[test]
fn a_reviewer_never_approves_what_they_proposed() {
    let own = decided(&proposed_by("reviewer"), &reviewer(), approve(), filed_at());
    assert_eq!(own, Err(Rejection::SamePerson));
    assert!(decided(&proposed_by("handler"), &reviewer(), approve(), filed_at()).is_ok());
}

#[test]
fn both_officers_must_hold_their_role_in_the_agency_of_the_case() {
    const HANDLER: (&str, &str, &[Role]) = ("h", AGENCY, &[Role::Handler]);
    const REVIEWER: (&str, &str, &[Role]) = ("r", AGENCY, &[Role::Reviewer]);
    let case = received();
    assert_ne!(case.agency, agency(OTHER_AGENCY));
    let attempt = |handler, reviewer| decided(&case, &dispatcher(), assign(handler, reviewer), filed_at());
    let refusals = [
        (("h", OTHER_AGENCY, HANDLER.2), REVIEWER, Rejection::NotInRole { role: Role::Handler }),
        (("h", AGENCY, REVIEWER.2), REVIEWER, Rejection::NotInRole { role: Role::Handler }),
        (HANDLER, ("r", OTHER_AGENCY, REVIEWER.2), Rejection::NotInRole { role: Role::Reviewer }),
        (HANDLER, ("r", AGENCY, HANDLER.2), Rejection::NotInRole { role: Role::Reviewer }),
    ];
    for (handler, reviewer, refusal) in refusals {
        assert_eq!(attempt(handler, reviewer), Err(refusal));
    }
    let both: &[Role] = &[Role::Handler, Role::Reviewer];
    assert_eq!(attempt(("x", AGENCY, both), ("x", AGENCY, both)), Err(Rejection::SamePerson));
    assert!(attempt(HANDLER, REVIEWER).is_ok());
}

/// 行政程序法 §32: nobody acts for the agency in their own matter.
#[test]
fn an_officer_keeps_out_of_their_own_application() {
    let lin = received().applicant.person;
    let Actor::Officer(officer) = dispatcher() else { panic!("an officer") };
    let own = Actor::Officer(Officer { person: lin, ..officer });
    assert_eq!(decided(&received(), &own, Command::Accept, filed_at()).unwrap_err().code(), "FORBIDDEN");
    let Command::Assign { mut handler, reviewer } =
        assign(("h", AGENCY, &[Role::Handler]), ("r", AGENCY, &[Role::Reviewer]))
    else {
        panic!("an assignment")
    };
    handler.person = lin;
    let refused = decided(&received(), &dispatcher(), Command::Assign { handler, reviewer }, filed_at());
    assert_eq!(refused, Err(Rejection::OwnApplication));
}

#[test]
fn a_reason_is_trimmed_and_at_most_two_thousand_characters() {
    let long = "理".repeat(usize::from(MAX_REASON));
    let too_long = format!("{long}理");
    let lin = applicant("lin");
    let withdraw = |reason: &str| Command::Withdraw { reason: reason.to_owned() };
    let fits = decided(&received(), &lin, withdraw(&format!("  {long}\n")), filed_at());
    assert_eq!(fits, Ok(Event::Withdrawn { reason: long }));
    let refused = Err(Rejection::Reason { max: MAX_REASON });
    assert_eq!(decided(&received(), &lin, withdraw(&too_long), filed_at()), refused);
    let handler = handler(&[Role::Handler]);
    for outcome in [Outcome::Approve, Outcome::Reject] {
        assert_eq!(decided(&assigned(), &handler, propose(outcome, &too_long), filed_at()), refused);
    }
}

/// 行政程序法 §96: a refusal says why; §97: a favourable act may be silent.
#[test]
fn a_reason_is_required_where_the_law_wants_one() {
    let handler = handler(&[Role::Handler]);
    let refused = Err(Rejection::Reason { max: MAX_REASON });
    assert_eq!(decided(&assigned(), &handler, propose(Outcome::Reject, " \n"), filed_at()), refused);
    assert!(decided(&assigned(), &handler, propose(Outcome::Approve, ""), filed_at()).is_ok());
    let back = Command::Return { reason: " ".to_owned() };
    assert_eq!(decided(&proposed_by("handler"), &reviewer(), back, filed_at()), refused);
}

#[test]
fn a_case_takes_so_many_events_and_no_more() {
    let case = |events| Case { version: Version(events), ..received() };
    assert!(decided(&case(MAX_EVENTS - 1), &dispatcher(), Command::Accept, filed_at()).is_ok());
    let full = decided(&case(MAX_EVENTS), &dispatcher(), Command::Accept, filed_at());
    assert_eq!(full, Err(Rejection::TooManyEvents));
    // A timer of such a case still fires: refused, it would come due every minute for ever.
    let late = "2026-11-24T00:00:00+08:00".parse().unwrap();
    let fired = decided(&case(MAX_EVENTS), &Actor::System, Command::Fire(TimerKind::Overdue), late);
    assert_eq!(fired, Ok(Event::TimerFired(TimerKind::Overdue)));
}

#[test]
fn assigning_takes_a_case_in_and_taking_in_comes_first_only_once() {
    let assignment = Assignment { handler: person("handler"), reviewer: person("reviewer") };
    let assigned = || Event::Assigned { assignment, handler_name: "張志偉".to_owned() };
    let later = filed_at() + SignedDuration::from_hours(1);
    let first = recorded(&received(), &dispatcher(), assigned(), filed_at());
    let case = apply::apply(received(), &first).unwrap();
    assert_eq!(case.accepted_at, Some(filed_at()));
    let again = recorded(&case, &dispatcher(), assigned(), later);
    assert_eq!(apply::apply(case, &again).unwrap().accepted_at, Some(filed_at()));
}

#[test]
fn assigning_anew_takes_back_nothing_that_was_decided() {
    let case = assigned();
    let open = decided(&proposed_by("handler"), &dispatcher(), assign_some(), filed_at());
    assert_eq!(open.unwrap_err().code(), "NOT_IN_THIS_STATE");
    assert!(decided(&case, &dispatcher(), assign_some(), filed_at()).is_ok());
}

fn assign_some() -> Command {
    assign(("h", AGENCY, &[Role::Handler]), ("r", AGENCY, &[Role::Reviewer]))
}

/// What the applicant reads says nothing of the agency's inner reasons.
#[test]
fn the_timeline_of_the_applicant_keeps_inner_reasons_inside() {
    const INNER: &str = "內部意見";
    let ruling =
        || Ruling { outcome: Outcome::Reject, ground: None, reason: INNER.to_owned(), by: person("handler") };
    let inner =
        [Event::Proposed { ruling: ruling(), letter: None }, Event::Returned { reason: INNER.to_owned() }];
    for event in inner {
        let text = event.public_text();
        assert!(!text.zh.contains(INNER) && !text.en.contains(INNER), "{}", event.code());
        assert!(!text.zh.contains(Outcome::Reject.text().zh.as_str()), "the proposal is told");
    }
}

proptest! {
    #[test]
    fn swapped_neighbours_in_a_case_number_are_caught(request: [u8; 16], place in 0_usize..10) {
        let id = CaseId::of_request(person("lin"), RequestId::from_bytes(request));
        let mut digits: Vec<char> = id.to_string().chars().filter(|c| *c != '-').skip(2).collect();
        // 0 and Z have the same remainder modulo 31: the one pair the check cannot tell apart.
        prop_assume!(digits[place] != digits[place + 1]);
        prop_assume!(![('0', 'Z'), ('Z', '0')].contains(&(digits[place], digits[place + 1])));
        digits.swap(place, place + 1);
        let text: String = digits.into_iter().collect();
        let text = format!("TP-{}-{}-{}", &text[..5], &text[5..10], &text[10..]);
        prop_assert!(text.parse::<CaseId>().is_err(), "{text} for {id}");
    }
}
