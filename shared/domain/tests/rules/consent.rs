//! How documents are served: electronically on whoever agreed, on paper on whoever did not (電子簽章法 §5).

use domain::access::Actor;
use domain::agency::Role;
use domain::case::{Case, Outcome, State};
use domain::clock::terms::Terms;
use domain::command::{Action, Command};
use domain::consent::{Consent, MAX_ADDRESS, MAX_CHANGES, WORDING};
use domain::correction::Correction;
use domain::decide::open_to;
use domain::ending::{Evidence, Word};
use domain::event::Event;
use domain::notice::{NoticeKind, Recipient, owed};
use domain::personal::Personal;
use domain::service::{Means, Notified};

use super::endings::{decided, hear};
use super::{
    applicant, approve, assigned_with, dispatcher, done, handler, propose, received_with, refused, reviewer,
};
use crate::scene::three_days;
use crate::serving::{hand_over, notified, on_paper, result_of, served};

const NOW: &str = "2026-11-19T10:00:00+08:00";

fn change(case: Case, consent: Consent) -> Case {
    done(case, &applicant("lin"), Command::ChangeConsent(consent), NOW)
}

fn electronically() -> Consent {
    Consent::Given { wording: WORDING }
}

fn to(address: &str) -> Consent {
    Consent::Withheld { address: Personal::new(address.to_owned()) }
}

fn posted(case: Case) -> Case {
    let of = Notified { notice: result_of(&case).unwrap(), ..notified() };
    done(case, &dispatcher(), served(of, Means::Posted, "RR 1", ""), NOW)
}

#[test]
fn a_decision_is_served_on_paper_on_whoever_has_not_agreed() {
    for outcome in [Outcome::Approve, Outcome::Reject] {
        let case = change(decided(three_days(), outcome), on_paper());
        let state = case.state;
        assert!([State::Approved, State::Rejected].contains(&state) && case.waits_for_paper());
        // Neither the mail nor the window is service; both are kept.
        let told = hear(hear(case, Word::Delivered), Word::Opened);
        assert_eq!((told.state, told.ending.as_ref().unwrap().told.len()), (state, 2));
        let served = posted(told.clone());
        assert_eq!((served.state, served.waits_for_paper()), (State::Closed, false));
        // Who agrees after all has been told.
        let agreed = change(told, electronically());
        assert_eq!((agreed.state, agreed.waits_for_paper()), (State::Closed, false));
    }
}

#[test]
fn who_changes_to_paper_before_the_decision_is_told_on_paper() {
    let case = change(assigned_with(three_days()), on_paper());
    assert!(!case.waits_for_paper(), "nothing is decided yet");
    let case = done(case, &handler(&[Role::Handler]), propose(Outcome::Reject, "理由"), NOW);
    let case = done(case, &reviewer(), approve(), NOW);
    assert_eq!(hear(case, Word::Delivered).state, State::Rejected);
}

#[test]
fn what_is_picked_up_and_what_is_no_decision_needs_no_paper() {
    let terms = Terms { pick_up_days: Some(14), ..three_days() };
    let case = change(decided(terms, Outcome::Approve), on_paper());
    assert_eq!(case.state, State::AwaitingPickUp);
    let command = hand_over();
    let had = done(case, &dispatcher(), command, NOW);
    assert_eq!((had.state, had.ending.unwrap().told), (State::Closed, [Evidence::PickedUp].into()));
    // They did it themselves.
    let case = change(assigned_with(three_days()), on_paper());
    let withdrawn = done(case, &applicant("lin"), Command::Withdraw { reason: String::new() }, NOW);
    assert_eq!(hear(withdrawn, Word::Delivered).state, State::Closed);
}

fn told(case: &Case, event: &Event) -> Vec<NoticeKind> {
    owed(case, event).into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn whoever_handled_it_hears_that_paper_is_due_once_it_is() {
    let on_paper_now = Event::ConsentChanged { consent: on_paper() };
    let open = change(assigned_with(three_days()), on_paper());
    assert_eq!(told(&open, &on_paper_now), []);
    let case = change(decided(three_days(), Outcome::Reject), on_paper());
    let who = Recipient::Person(case.assignment.unwrap().handler);
    assert_eq!(owed(&case, &on_paper_now), [(NoticeKind::PaperDue, who)]);
    let ruling = case.ruling.clone().unwrap();
    let event = Event::Decided { ruling, documents: Vec::new() };
    assert_eq!(told(&case, &event), [NoticeKind::Decided, NoticeKind::PaperDue], "the result comes first");
    let agreed = decided(three_days(), Outcome::Reject);
    assert_eq!(told(&agreed, &event), [NoticeKind::Decided]);
}

/// §5 IV: it can be taken back, as long as anything may still be served.
#[test]
fn an_applicant_changes_their_mind_until_they_have_the_result() {
    let (lin, case) = (applicant("lin"), received_with(three_days()));
    assert!(case.is_served_electronically() && open_to(&case, &lin).contains(&Action::ChangeConsent));
    let refuse = |case: &Case, who: &Actor, consent| refused(case, who, Command::ChangeConsent(consent), NOW);
    assert_eq!(refuse(&case, &lin, electronically()), "NOTHING_CHANGES");
    assert_eq!(refuse(&case, &lin, Consent::Given { wording: WORDING + 1 }), "CONSENT_WORDING");
    assert_eq!(refuse(&case, &lin, to(" \t ")), "ADDRESS_REQUIRED");
    assert_eq!(refuse(&case, &lin, to(&"路".repeat(usize::from(MAX_ADDRESS) + 1))), "ADDRESS_REQUIRED");
    assert_eq!(refuse(&case, &lin, to("路\u{0}")), "ADDRESS_REQUIRED");
    for who in [applicant("chen"), dispatcher(), reviewer(), Actor::System] {
        assert_eq!(refuse(&case, &who, on_paper()), "FORBIDDEN");
    }
    let moved = change(case, to(&format!(" {} ", "路".repeat(usize::from(MAX_ADDRESS)))));
    assert_eq!(moved.consent, Some(to(&"路".repeat(usize::from(MAX_ADDRESS)))), "trimmed");
    let closed = hear(decided(three_days(), Outcome::Reject), Word::Opened);
    assert_eq!(refuse(&closed, &lin, on_paper()), "NOT_IN_THIS_STATE");
    assert!(!open_to(&closed, &lin).contains(&Action::ChangeConsent));
}

#[test]
fn a_case_from_before_anybody_was_asked_goes_on_as_it_began() {
    let mut case = decided(three_days(), Outcome::Reject);
    case.consent = None;
    assert_eq!(hear(case, Word::Delivered).state, State::Closed);
}

/// Whatever is a letter goes by post; word of progress does not, nor what is handed over when it is picked up.
#[test]
fn every_letter_goes_by_post_to_whoever_wants_paper() {
    let transferred =
        Event::Transferred { to: "交通部公路局".to_owned(), reason: "非本府權限".to_owned() };
    let asked = Correction { deficiencies: vec![], days: 5, in_writing: false, again: String::new() };
    let asked = Event::CorrectionRequested(Box::new(asked));
    let extended = Event::Extended { amount: 1, reason: "須會勘".to_owned() };
    let (agreed, case) = (assigned_with(three_days()), change(assigned_with(three_days()), on_paper()));
    for (event, kind) in
        [(transferred, NoticeKind::CaseTransferred), (asked, NoticeKind::CorrectionRequested)]
    {
        assert_eq!(told(&case, &event), [kind, NoticeKind::PaperDue]);
        assert_eq!(told(&agreed, &event), [kind]);
    }
    assert_eq!(told(&case, &extended), [NoticeKind::Extended]);
    // The law may want it on paper whatever the applicant says.
    let asked = Correction { deficiencies: vec![], days: 5, in_writing: true, again: String::new() };
    let asked = Event::CorrectionRequested(Box::new(asked));
    for case in [&case, &agreed] {
        assert_eq!(told(case, &asked), [NoticeKind::CorrectionRequested, NoticeKind::PaperDue]);
    }
    let terms = Terms { pick_up_days: Some(14), ..three_days() };
    let waits = change(decided(terms, Outcome::Approve), on_paper());
    let event = Event::Decided { ruling: waits.ruling.clone().unwrap(), documents: Vec::new() };
    assert_eq!(told(&waits, &event), [NoticeKind::Decided]);
}

/// One letter is one duty: what goes by post is not told to have come back as well.
#[test]
fn a_mail_that_came_back_is_a_duty_once_it_was_to_be_enough() {
    let case = change(decided(three_days(), Outcome::Reject), on_paper());
    let back = hear(case, Word::Returned);
    let returned = Event::NoticeHeard { notice: result_of(&back).unwrap(), word: Word::Returned };
    assert_eq!((told(&back, &returned), back.waits_to_be_served()), (vec![], true));
    let agreed = change(back, electronically());
    let event = Event::ConsentChanged { consent: electronically() };
    assert_eq!(
        (told(&agreed, &event), agreed.waits_to_be_served()),
        (vec![NoticeKind::ResultReturned], true)
    );
    assert!(!posted(agreed).waits_to_be_served());
}

/// A record has an end, and others have to write into it too.
#[test]
fn nobody_changes_their_mind_for_ever() {
    let mut case = received_with(three_days());
    for number in 0..MAX_CHANGES {
        let consent = if number % 2 == 0 { on_paper() } else { electronically() };
        case = change(case, consent);
    }
    let command = Command::ChangeConsent(on_paper());
    assert_eq!(refused(&case, &applicant("lin"), command, NOW), "TOO_MANY_CHANGES");
    assert!(!open_to(&case, &applicant("lin")).contains(&Action::ChangeConsent));
}
