//! How a case ends: decided, told, and closed once nothing is owed.

use domain::access::Actor;
use domain::agency::Role;
use domain::apply;
use domain::case::{Case, Outcome, State};
use domain::clock::terms::{FeeTiming, Terms};
use domain::command::Command;
use domain::consent::Consent;
use domain::ending::{Conclusion, Evidence, Word};
use domain::event::Event;
use domain::id::Version;
use domain::notice::{NoticeKind, Recipient, owed};
use domain::personal::Personal;
use domain::service::{Means, NoticePlace, Notified};
use domain::timer::{self, TimerKind};

use super::paying::{FEE, assign, paid};
use super::{applicant, approve, assigned_with, dispatcher, done, handler, propose, refused, reviewer};
use crate::fees::filing_with_fee;
use crate::scene::{filed_at, three_days};
use crate::serving::{hand_over, notified, result_of, served};

const NOW: &str = "2026-11-19T10:00:00+08:00";

pub fn decided(terms: Terms, outcome: Outcome) -> Case {
    let case = done(assigned_with(terms), &handler(&[Role::Handler]), propose(outcome, "理由"), NOW);
    done(case, &reviewer(), approve(), NOW)
}

fn heard(case: &Case, word: Word) -> Command {
    Command::HearNotice { notice: result_of(case).unwrap(), word }
}

pub fn hear(case: Case, word: Word) -> Case {
    let command = heard(&case, word);
    done(case, &Actor::System, command, NOW)
}

/// 行政程序法 §110: a decision that nobody was told of is not the end.
#[test]
fn a_decision_is_closed_by_whatever_shows_that_the_applicant_was_told() {
    for outcome in [Outcome::Approve, Outcome::Reject] {
        let case = decided(three_days(), outcome);
        let (state, standing) = (case.state, case.standing());
        assert_eq!(state, case.result().unwrap().state());
        assert_eq!(standing, state.text(), "nothing is said of telling yet");
        for word in [Word::Delivered, Word::Opened] {
            let told = hear(case.clone(), word);
            assert_eq!((told.state, told.result()), (State::Closed, case.result()), "{word}");
            assert!(told.standing().zh.contains("已結案") && told.standing().zh.starts_with(&standing.zh));
        }
        let of = Notified { notice: result_of(&case).unwrap(), ..notified() };
        let posted = done(case.clone(), &dispatcher(), served(of, Means::Posted, "RR 1", ""), NOW);
        assert_eq!(posted.state, State::Closed);
        // Another notice says nothing of the result.
        let other = done(case, &dispatcher(), served(notified(), Means::Posted, "RR 1", ""), NOW);
        assert_eq!(other.state, state);
    }
}

#[test]
fn a_letter_that_comes_back_shows_nothing_any_more() {
    let case = decided(three_days(), Outcome::Reject);
    let of = |posted: Option<&str>| {
        let posted = posted.map(str::to_owned);
        Notified { notice: result_of(&case).unwrap(), posted, ..notified() }
    };
    let post = |case: Case| done(case, &dispatcher(), served(of(None), Means::Posted, "RR 1", ""), NOW);
    let back = || served(of(Some("RR 1")), Means::CameBack, "RR 1", "");
    let posted = post(case.clone());
    assert_eq!((posted.state, posted.waits_to_be_served()), (State::Closed, false));
    let open = done(posted.clone(), &dispatcher(), back(), NOW);
    assert_eq!((open.state, open.waits_to_be_served()), (State::Rejected, true));
    let by_hand = served(of(None), Means::HandedOver, "", "");
    assert_eq!(done(open, &dispatcher(), by_hand, NOW).state, State::Closed);
    // Whoever has read it was told, whatever came back.
    let read = done(post(hear(case.clone(), Word::Opened)), &dispatcher(), back(), NOW);
    assert_eq!((read.state, read.ending.unwrap().told), (State::Closed, [Evidence::Opened].into()));
    // Only what was posted last comes back, under its number.
    for (recorded, number) in [(None, "RR 1"), (Some("RR 2"), "RR 1"), (Some("RR 1"), "")] {
        let wrong = served(of(recorded), Means::CameBack, number, "");
        assert_eq!(refused(&posted, &dispatcher(), wrong, NOW), "NOT_POSTED", "{recorded:?}");
    }
}

#[test]
fn a_mail_that_comes_back_opens_the_case_again_unless_something_else_shows_it() {
    let case = decided(three_days(), Outcome::Reject);
    let back = hear(hear(case.clone(), Word::Delivered), Word::Returned);
    assert_eq!((back.state, back.result()), (State::Rejected, Some(Conclusion::Rejected)));
    let opened = hear(hear(case, Word::Delivered), Word::Opened);
    let back = hear(opened, Word::Returned);
    assert_eq!(back.state, State::Closed);
    let told = |case: &Case| {
        let notice = result_of(case).unwrap();
        owed(case, &Event::NoticeHeard { notice, word: Word::Returned })
    };
    assert_eq!(told(&back), [], "they have read it");
    assert_eq!(back.ending.unwrap().told, [Evidence::Opened].into());
    // Whoever handled it must reach them otherwise, as well where it never arrived.
    let never = hear(decided(three_days(), Outcome::Reject), Word::Returned);
    assert_eq!(never.state, State::Rejected);
    let handler = never.assignment.map(|it| Recipient::Person(it.handler)).unwrap();
    assert_eq!(told(&never), [(NoticeKind::ResultReturned, handler)]);
}

/// Mailed on Thursday 11-19 and not opened by Thursday 11-26: it goes by post.
#[test]
fn a_decision_that_nobody_opens_in_five_working_days_goes_by_post() {
    let mailed = hear(decided(three_days(), Outcome::Reject), Word::Delivered);
    let fire = || Command::Fire(TimerKind::Unopened);
    let (last, after) = ("2026-11-26T23:59:59+08:00", "2026-11-27T00:00:00+08:00");
    assert_eq!(refused(&mailed, &Actor::System, fire(), last), "TIMER_NOT_DUE");
    let lay = done(mailed.clone(), &Actor::System, fire(), after);
    assert_eq!((mailed.state, lay.state, lay.waits_to_be_served()), (State::Closed, State::Rejected, true));
    let who = lay.assignment.map(|it| Recipient::Person(it.handler)).unwrap();
    assert_eq!(owed(&lay, &Event::TimerFired(TimerKind::Unopened)), [(NoticeKind::PaperDue, who)]);
    assert_eq!(refused(&lay, &Actor::System, fire(), after), "TIMER_NOT_DUE");
    // The mail alone does not do any more; the letter does, and so does opening it after all.
    let of = Notified { notice: result_of(&lay).unwrap(), ..notified() };
    let posted = done(lay.clone(), &dispatcher(), served(of, Means::Posted, "RR 1", ""), after);
    let opened = done(lay.clone(), &Actor::System, heard(&lay, Word::Opened), after);
    for served in [posted, opened] {
        assert_eq!((served.state, timer::next(&served)), (State::Closed, None));
    }
    // Whoever opens it in time, takes nothing by mail, or has nothing to open, is not waited for.
    let on_paper = Consent::Withheld { address: Personal::new("臺北市信義區市府路1號".to_owned()) };
    let unserved = decided(three_days(), Outcome::Reject);
    let on_paper = done(unserved.clone(), &applicant("lin"), Command::ChangeConsent(on_paper), NOW);
    let withdraw = Command::Withdraw { reason: String::new() };
    let withdrawn = done(assigned_with(three_days()), &applicant("lin"), withdraw, NOW);
    let waiting = decided(Terms { pick_up_days: Some(14), ..three_days() }, Outcome::Approve);
    for case in [hear(mailed, Word::Opened), on_paper, hear(withdrawn, Word::Delivered), waiting] {
        assert!(!case.dates.timers.contains_key(&TimerKind::Unopened), "{:?}", case.state);
    }
}

#[test]
fn word_that_is_no_news_changes_nothing_and_only_the_window_brings_it() {
    let case = decided(three_days(), Outcome::Reject);
    let refused = |case: &Case, actor: &Actor, command| refused(case, actor, command, NOW);
    let returned = hear(case.clone(), Word::Returned);
    assert_eq!(refused(&returned, &Actor::System, heard(&returned, Word::Returned)), "NOTHING_CHANGES");
    let told = hear(case.clone(), Word::Delivered);
    assert_eq!(refused(&told, &Actor::System, heard(&told, Word::Delivered)), "NOTHING_CHANGES");
    let result = result_of(&case).unwrap();
    let places = [(result.event.0, 2), (result.event.0 - 1, 1)];
    for (event, place) in places {
        let notice = NoticePlace { event: Version(event), place };
        let command = Command::HearNotice { notice, word: Word::Delivered };
        assert_eq!(refused(&case, &Actor::System, command), "NOTHING_CHANGES");
    }
    let open = assigned_with(three_days());
    let command = Command::HearNotice { notice: result, word: Word::Delivered };
    assert_eq!(refused(&open, &Actor::System, command.clone()), "NOTHING_CHANGES");
    for actor in [applicant("lin"), dispatcher(), reviewer()] {
        assert_eq!(refused(&case, &actor, command.clone()), "FORBIDDEN");
    }
}

#[test]
fn what_waits_to_be_picked_up_waits_whoever_was_told_and_handing_it_over_tells() {
    let terms = Terms { pick_up_days: Some(14), ..three_days() };
    let case = decided(terms.clone(), Outcome::Approve);
    let told = hear(case.clone(), Word::Delivered);
    assert_eq!((told.state, told.dates.pick_up_due), (State::AwaitingPickUp, case.dates.pick_up_due));
    for case in [case, told] {
        let case = done(case, &dispatcher(), hand_over(), NOW);
        assert_eq!((case.state, case.dates.pick_up_due), (State::Closed, None));
    }
    assert_eq!(hear(decided(terms, Outcome::Reject), Word::Opened).state, State::Closed);
}

#[test]
fn an_applicant_who_ends_a_case_is_told_so_as_well() {
    let case = assigned_with(three_days());
    let case = done(case, &applicant("lin"), Command::Withdraw { reason: String::new() }, NOW);
    assert_eq!(case.state, State::Withdrawn);
    assert_eq!(hear(case, Word::Delivered).state, State::Closed);
}

/// Money that is still to come, or comes when nobody expects it, keeps the case from being closed, and nothing else.
#[test]
fn a_case_with_money_to_settle_is_told_and_not_closed() {
    let terms = Terms { fee: FeeTiming::OnIssue, ..three_days() };
    let case = apply::open(&filing_with_fee(terms, filed_at(), FEE)).unwrap();
    let case = done(case, &dispatcher(), assign(), NOW);
    let case = done(case, &handler(&[Role::Handler]), propose(Outcome::Approve, ""), NOW);
    let case = hear(done(case, &reviewer(), approve(), NOW), Word::Delivered);
    assert_eq!((case.state, case.result()), (State::Notified, Some(Conclusion::Approved)));
    let case = paid(case, "1", NOW);
    assert_eq!(case.state, State::Closed);
    let case = paid(case, "2", NOW);
    assert_eq!(case.state, State::Notified, "it was paid twice: somebody has to pay that back");
}

/// Word of the mail comes within seconds; an officer who goes on from what they saw is not sent back for it.
#[test]
fn what_becomes_of_the_mail_makes_no_officers_version_stale() {
    let case = decided(three_days(), Outcome::Reject);
    let seen = case.version;
    let told = hear(hear(case.clone(), Word::Delivered), Word::Opened);
    let current = |case: &Case| {
        [seen.0 - 1, seen.0, case.version.0, case.version.0 + 1].map(|it| case.is_current(Version(it)))
    };
    assert_eq!(current(&told), [false, true, true, false]);
    // Anything else does.
    let of = Notified { notice: result_of(&told).unwrap(), ..notified() };
    let served = done(told, &dispatcher(), served(of, Means::Posted, "RR 1", ""), NOW);
    assert_eq!(current(&served), [false, false, true, false]);
}
