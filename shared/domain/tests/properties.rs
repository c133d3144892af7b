//! Whatever people try, in whatever order: what always holds of a case.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

#[path = "support/correction.rs"]
mod correction;
#[path = "properties/dates.rs"]
mod dates;
#[path = "properties/joint.rs"]
mod joint;
#[path = "support/letters.rs"]
mod letters;
#[path = "support/registers.rs"]
mod registers;
#[path = "support/reviews.rs"]
mod reviews;
#[path = "support/scene.rs"]
mod scene;
#[path = "support/serving.rs"]
mod serving;
#[path = "properties/story.rs"]
mod story;
mod support;
#[path = "properties/terms.rs"]
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{self, Actor};
use domain::agency::Role;
use domain::apply::{self, BrokenRecord};
use domain::case::{Case, Outcome, State};
use domain::command::Command;
use domain::consent::Consent;
use domain::ending::{Conclusion, Evidence};
use domain::event::Event;
use domain::id::{PersonId, Version};
use domain::notice;
use domain::pick_up::{MAX_PROXY_NAME, MAX_PROXY_PROOF, Proxy, Receiver};
use domain::rejection::Rejection;
use domain::timer::{self, TimerKind};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use scene::{applicant, filed_at, three_days};
use story::{Told, Tried, any_story, candidates, tell};
use support::{AGENCY, agency, filing, officer, recorded};

fn accepted(told: &Told) -> impl Iterator<Item = (&Tried, &Event)> {
    told.tries.iter().filter_map(|tried| Some((tried, tried.outcome.as_ref().ok()?)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn the_record_makes_the_case_and_counts_its_versions(story in any_story()) {
        let told = tell(story);
        prop_assert_eq!(apply::replay(&told.record).unwrap(), told.case.clone());
        prop_assert_eq!(usize::try_from(told.case.version.0).unwrap(), told.record.len());
        prop_assert!(told.case.requests.len() == told.record.len());
    }

    /// What is noted of it afterwards, that its applicant was told or that somebody looked into it, changes
    /// nothing else; its dates are a cache, by the calendar of the last event.
    #[test]
    fn a_case_that_ended_stays_as_it_is(story in any_story()) {
        for Tried { before, outcome, after, .. } in tell(story).tries {
            if !before.state.is_ended() {
                continue;
            }
            if let Ok(event) = outcome {
                let noted = matches!(
                    event,
                    Event::NoticeServed { .. }
                        | Event::NoticeHeard { .. }
                        | Event::ConsentChanged { .. }
                        | Event::GlassBroken { .. }
                        | Event::TimerFired(TimerKind::Unopened)
                );
                prop_assert!(noted, "{event:?}");
            }
            prop_assert_eq!((after.result(), after.ended_at()), (before.result(), before.ended_at()));
            let Case { version, lookups, state, consent_changes, .. } = before;
            let Case { ref ending, ref requests, ref dates, ref consent, ref fired, .. } = before;
            let (ending, requests, fired) = (ending.clone(), requests.clone(), fired.clone());
            let (dates, consent) = (dates.clone(), consent.clone());
            prop_assert_eq!(Case { version, lookups, state, ending, requests, fired, dates, consent, consent_changes, ..after }, before);
        }
    }

    /// No story here has money, so whoever was told is done with.
    #[test]
    fn a_case_is_closed_exactly_when_it_ended_and_its_applicant_was_told(story in any_story()) {
        let case = tell(story).case;
        let agreed = !matches!(case.consent, Some(Consent::Withheld { .. }));
        let decided = matches!(case.result(), Some(Conclusion::Approved | Conclusion::Rejected));
        let served = |it: &Evidence| matches!(it, Evidence::Served | Evidence::PickedUp);
        let lay = case.fired.iter().any(|(kind, _)| *kind == TimerKind::Unopened);
        // A decision is served on paper on whoever has not agreed to anything else, or has let it lie.
        let shows = |it: &Evidence| {
            !decided || served(it) || (agreed && (*it == Evidence::Opened || !lay))
        };
        let told = case.ending.as_ref().is_some_and(|ending| ending.told.iter().any(shows));
        let waits = case.state == State::AwaitingPickUp;
        prop_assert_eq!(case.state == State::Closed, told && !waits);
        prop_assert_ne!(case.state, State::Notified);
        prop_assert_eq!(case.ended_at().is_some(), !case.state.is_open());
        let next = timer::next(&case).map(|(_, kind)| kind);
        prop_assert!(!case.state.is_ended() || next.is_none_or(|kind| kind == TimerKind::Unopened));
        prop_assert_eq!(next == Some(TimerKind::Unopened), case.waits_to_be_opened() && !lay);
    }

    #[test]
    fn nobody_decides_on_their_own_proposal(story in any_story()) {
        let told = tell(story);
        let mut proposer: Option<PersonId> = None;
        for recorded in &told.record {
            match &recorded.event {
                Event::Proposed { ruling, .. } => proposer = Some(ruling.by),
                Event::Decided { ruling, .. } => prop_assert_ne!(Some(ruling.by), proposer),
                _ => {}
            }
        }
    }

    #[test]
    fn the_decision_is_the_proposal(story in any_story()) {
        let told = tell(story);
        for pair in told.record.windows(2) {
            if let Event::Decided { ruling: decided, documents } = &pair[1].event {
                // Only timers may stand between, and they leave the proposal alone.
                let proposed = told.record.iter().rev().find_map(|recorded| match &recorded.event {
                    Event::Proposed { ruling, letter } => Some((ruling, letter)),
                    _ => None,
                });
                let (proposed, letter) = proposed.unwrap();
                let [sent, certificates @ ..] = &documents[..] else { panic!("a letter") };
                let proposal = letter.as_deref().unwrap();
                prop_assert_eq!(sent.paper.letter().unwrap().contents(), &proposal.contents);
                let certified = certificates.iter().map(|issued| &issued.paper.certificate().unwrap().text);
                prop_assert!(certified.eq(&proposal.certificates));
                let (codes, numbers): (BTreeSet<_>, BTreeSet<_>) =
                    documents.iter().map(|issued| (issued.code, issued.paper.number())).unzip();
                prop_assert_eq!((codes.len(), numbers.len()), (documents.len(), documents.len()));
                prop_assert_eq!((decided.outcome, &decided.reason), (proposed.outcome, &proposed.reason));
            }
        }
    }

    #[test]
    fn what_is_handed_over_is_handed_to_somebody(story in any_story()) {
        for recorded in tell(story).record {
            let Event::HandedOver { receiver } = recorded.event else { continue };
            if let Receiver::Proxy(Proxy { name, proof }) = receiver.unwrap() {
                let said = |text: &str, max: u16| {
                    !text.trim().is_empty() && text.chars().count() <= usize::from(max)
                };
                prop_assert!(said(name.reveal(), MAX_PROXY_NAME) && said(proof.reveal(), MAX_PROXY_PROOF));
            }
        }
    }

    #[test]
    fn a_refusal_of_the_application_says_why(story in any_story()) {
        for recorded in tell(story).record {
            if let Event::Decided { ruling, .. } | Event::Proposed { ruling, .. } = recorded.event {
                prop_assert!(ruling.outcome == Outcome::Approve || !ruling.reason.is_empty());
            }
        }
    }

    #[test]
    fn only_the_applicant_ends_a_case_without_a_decision(story in any_story()) {
        let told = tell(story);
        for (tried, event) in accepted(&told) {
            match event {
                Event::Withdrawn { .. } | Event::Terminated { .. } => prop_assert_eq!(&tried.actor, &applicant("lin")),
                Event::MoreTimeAsked { .. } | Event::ConsentChanged { .. } => {
                    prop_assert_eq!(&tried.actor, &applicant("lin"));
                }
                Event::CorrectionAnswered { .. } => {}
                _ => prop_assert_ne!(&tried.actor, &applicant("lin"), "{}", event.code()),
            }
        }
    }

    #[test]
    fn another_agency_never_gets_through(story in any_story()) {
        let told = tell(story);
        for (tried, _) in accepted(&told) {
            if let Actor::Officer(officer) = &tried.actor {
                // Whoever is asked for review looks up and answers, and nothing else.
                let asked = matches!(tried.command, Command::AnswerReview { .. } | Command::QueryRegister(_))
                    && tried.before.open_reviews().any(|it| it.reviewer.agency == officer.agency);
                // Whoever keeps the window looks into a case, and nothing else.
                let looked = matches!(tried.command, Command::BreakGlass { .. }) && access::keeps(officer);
                prop_assert!(asked || looked || officer.agency == tried.before.agency);
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
    fn the_applicant_is_told_of_receipt_decision_and_every_moved_date(story in any_story()) {
        let told = tell(story);
        for (place, recorded) in told.record.iter().enumerate() {
            let case = apply::replay(&told.record[..=place]).unwrap();
            let owed = notice::owed(&case, &recorded.event);
            let to_applicant = owed.iter().any(|(_, to)| *to == notice::Recipient::Applicant);
            prop_assert_eq!(to_applicant, tells(&recorded.event), "{}", recorded.event.code());
            // The notice of the result comes first.
            if case.ending.as_ref().is_some_and(|ending| ending.event == recorded.id.seq) {
                prop_assert!(matches!(&owed[0], (kind, notice::Recipient::Applicant) if kind.is_result()), "{owed:?}");
            }
        }
    }
}

/// What the applicant must hear of: beginning and end, what is asked of them, and whatever moves a date.
fn tells(event: &Event) -> bool {
    match event {
        Event::Submitted(_)
        | Event::Decided { .. }
        | Event::Withdrawn { .. }
        | Event::Terminated { .. }
        | Event::Rectified { .. }
        | Event::CorrectionRequested(_)
        | Event::CorrectionExtended { .. }
        | Event::MoreTimeDeclined { .. }
        | Event::Arrived { .. }
        | Event::Extended { .. }
        | Event::TimeAdded { .. }
        | Event::Stopped { .. }
        | Event::Resumed { .. } => true,
        Event::Recalculated(recalculation) => recalculation.is_felt(),
        Event::TimerFired(kind) => matches!(
            kind,
            TimerKind::CorrectionNear
                | TimerKind::CorrectionSoon
                | TimerKind::CorrectionDue
                | TimerKind::PickUpNear
                | TimerKind::PickUpSoon
                | TimerKind::PickUpDue
                | TimerKind::AwaitedLapsed
        ),
        Event::Accepted
        | Event::Assigned { .. }
        | Event::Rerouted { .. }
        | Event::Transferred { .. }
        | Event::ReviewRequested { .. }
        | Event::ReviewAnswered { .. }
        | Event::ReviewDropped { .. }
        | Event::RegisterQueried { .. }
        | Event::NoticeServed { .. }
        | Event::NoticeHeard { .. }
        | Event::ConsentChanged { .. }
        | Event::GlassBroken { .. }
        | Event::Proposed { .. }
        | Event::Returned { .. }
        | Event::HandedOver { .. }
        | Event::MoreTimeAsked { .. }
        | Event::CorrectionAnswered { .. } => false,
        Event::Money(posting) => unreachable!("no story here has money: {posting:?}"),
    }
}

#[test]
fn a_record_begins_with_its_filing_and_has_one() {
    let filed = filing(three_days(), filed_at());
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

/// The stories are worth something only if many of them come to an end, and every event happens.
#[test]
fn enough_stories_are_decided_and_everything_happens() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let stories = (0..900).map(|_| any_story().new_tree(&mut runner).unwrap().current());
    let told: Vec<Told> = stories.map(tell).collect();
    let decided = told.iter().filter(|t| t.case.ruling.is_some() && t.case.ended_at().is_some()).count();
    let late =
        told.iter().filter(|t| t.case.fired.iter().any(|(kind, _)| *kind == TimerKind::Overdue)).count();
    assert!(decided >= 30 && late >= 15, "of 900 stories {decided} are decided and {late} overdue");
    let mut happened: BTreeMap<&str, usize> = BTreeMap::new();
    for recorded in told.iter().flat_map(|told| &told.record) {
        *happened.entry(recorded.event.code()).or_default() += 1;
    }
    let felt = told.iter().flat_map(|told| &told.record).filter(
        |recorded| matches!(&recorded.event, Event::Recalculated(recalculation) if recalculation.is_felt()),
    );
    assert!(felt.count() >= 20, "{happened:?}");
    // Chance alone seldom finds the one who may.
    let seldom = [
        "withdrawn",
        "terminated",
        "correction_extended",
        "more_time_asked",
        "more_time_declined",
        "register_queried",
        "glass_broken",
    ];
    let rare = happened.iter().any(|(code, times)| *times < 8 && !seldom.contains(code));
    assert!(happened.len() == 29 && !rare, "{happened:?}");
    let codes: BTreeSet<&str> = told
        .iter()
        .flat_map(|told| &told.tries)
        .filter_map(|tried| tried.outcome.as_ref().err().map(Rejection::code))
        .collect();
    for code in ["EXTENSION_ALREADY_USED", "EXTENSION_TOO_LONG", "EXTENSION_AFTER_EXPIRY", "NOTHING_CHANGES"]
    {
        assert!(codes.contains(code), "{code} never came up: {codes:?}");
    }
}
