//! Joint review (會審): parallel and one after the other, late, and gone on without.

use std::collections::BTreeMap;

use domain::access::{self, Actor, Relation};
use domain::agency::Role;
use domain::case::{Case, State};
use domain::clock::history::End;
use domain::clock::holder::{self, Holder};
use domain::clock::terms::Terms;
use domain::clock::{DayBasis, Limit};
use domain::command::{Action, Command};
use domain::id::Version;
use domain::joint_review::{Asked, Opinion, Order, Request};
use domain::notice::{NoticeKind, Recipient, owed};
use domain::rejection::Rejection;
use domain::timer::{self, TimerKind};
use jiff::civil::date;

use super::{applicant, assign_some, assigned_with, decided, dispatcher, done, handler, refused, three_days};
use crate::reviews::{answer, ask, go_on_without, reviewer_of};
use crate::support::{agency, officer, recorded};

/// A Thursday.
const NOW: &str = "2026-11-19T10:00:00+08:00";
const LATER: &str = "2026-11-20T10:00:00+08:00";
/// After the end of a review of two working days from [`NOW`]: the 23rd, a Monday.
const LATE: &str = "2026-11-24T00:00:00+08:00";

const FIRE: Command = Command::Fire(TimerKind::ReviewOverdue);

/// Ten working days; two agencies with two working days each, and one with five.
fn terms() -> Terms {
    let days = |days| Limit::days(days, DayBasis::Working).unwrap();
    let reviews = [("economy", days(2)), ("police", days(2)), ("xinyi", days(5))];
    let reviews = reviews.into_iter().map(|(code, limit)| (agency(code), limit)).collect::<BTreeMap<_, _>>();
    Terms { limit: days(10), reviews, ..three_days() }
}

fn assigned() -> Case {
    assigned_with(terms())
}

fn in_charge() -> Actor {
    handler(&[Role::Handler])
}

fn of(code: &str) -> Actor {
    officer(&format!("{code}-handler"), code, &[Role::Handler])
}

fn open(case: &Case) -> Vec<&str> {
    case.open_reviews().map(|review| review.reviewer.agency.as_str()).collect()
}

fn asked_at_once() -> Case {
    done(assigned(), &in_charge(), ask(&["economy", "police"], Order::Parallel), NOW)
}

/// The notices that the last event of `command` owes.
fn told(case: &Case, actor: &Actor, command: Command, now: &str) -> Vec<(NoticeKind, Recipient)> {
    let now = now.parse().unwrap();
    let event = decided(case, actor, command, now).unwrap();
    let next = recorded(case, actor, event.clone(), now);
    let calendar = domain::calendar::Calendar::shipped();
    let (after, _) = domain::apply::advance(Some(case.clone()), next, calendar).unwrap();
    owed(&after, &event)
}

#[test]
fn agencies_asked_at_once_answer_in_any_order() {
    let case = asked_at_once();
    assert_eq!((case.state, open(&case)), (State::JointReview, vec!["economy", "police"]));
    let asked = case.version.0;
    let case = done(case, &of("police"), answer(asked, Opinion::Object, "妨礙交通"), LATER);
    assert_eq!((case.state, open(&case)), (State::JointReview, vec!["economy"]));
    let case = done(case, &of("economy"), answer(asked, Opinion::Agree, ""), LATER);
    assert_eq!((case.state, open(&case)), (State::Assigned, vec![]));
    let ended: Vec<End> = case.history.reviews.iter().filter_map(|it| it.ended).map(|it| it.how).collect();
    assert_eq!(ended, [End::Answered(Opinion::Agree), End::Answered(Opinion::Object)]);
}

#[test]
fn agencies_asked_in_order_are_sent_it_one_after_the_other() {
    let order = ask(&["xinyi", "police", "economy"], Order::Sequential);
    let case = done(assigned(), &in_charge(), order, NOW);
    assert_eq!(open(&case), ["xinyi"]);
    // Nobody answers before they are asked.
    let first = case.version.0;
    assert_eq!(refused(&case, &of("police"), answer(first, Opinion::Agree, ""), LATER), "FORBIDDEN");
    let case = done(case, &of("xinyi"), answer(first, Opinion::Agree, ""), LATER);
    assert_eq!((case.state, open(&case)), (State::JointReview, vec!["police"]));
    let sent = case.open_reviews().next().unwrap();
    assert_eq!((sent.sent, sent.asked), (LATER.parse().unwrap(), case.version));
    // Its limit runs from when it was sent: Tuesday, not Monday.
    assert_eq!(case.dates.reviews[&agency("police")].day, date(2026, 11, 24));
    let case = done(case, &in_charge(), go_on_without("economy", "已無必要"), LATER);
    assert_eq!((open(&case), case.reviewers_to_come.len()), (vec!["police"], 0), "not asked at all");
    let case = done(case, &in_charge(), go_on_without("police", "逾期未復"), LATER);
    assert_eq!((case.state, open(&case)), (State::Assigned, vec![]));
}

#[test]
fn those_in_order_wait_for_whoever_is_asked_already() {
    let case = done(assigned(), &in_charge(), ask(&["economy"], Order::Parallel), NOW);
    let case = done(case, &in_charge(), ask(&["police"], Order::Sequential), NOW);
    assert_eq!(open(&case), ["economy"]);
    let case = done(case, &of("economy"), answer(2, Opinion::Agree, ""), LATER);
    assert_eq!(open(&case), ["police"]);
}

/// 作業要點 3(三), and D39 of the worked cases: the days are the reviewer's, the date of the case stays.
#[test]
fn a_late_reviewer_is_noted_once_and_moves_no_date_of_the_case() {
    let before = assigned();
    let case = done(before.clone(), &in_charge(), ask(&["economy", "xinyi"], Order::Parallel), NOW);
    let due = date(2026, 12, 2);
    assert_eq!((before.due_day(), case.due_day()), (Some(due), Some(due)));
    let ends = |case: &Case| case.dates.timers.get(&TimerKind::ReviewOverdue).copied();
    assert_eq!(ends(&case), Some(LATE.parse().unwrap()));
    assert_eq!(refused(&case, &Actor::System, FIRE, "2026-11-23T23:59:59+08:00"), "TIMER_NOT_DUE");
    let owes = told(&case, &Actor::System, FIRE, LATE);
    let research = Recipient::EverybodyOf(agency("economy"), Role::Research);
    assert!(owes.contains(&(NoticeKind::ReviewLate, Recipient::Reviewing(agency("economy")))), "{owes:?}");
    assert!(owes.contains(&(NoticeKind::ReviewLate, research)), "{owes:?}");
    assert!(owes.iter().any(|(kind, _)| *kind == NoticeKind::ReviewerLate), "{owes:?}");
    let xinyi = Recipient::Reviewing(agency("xinyi"));
    assert!(owes.iter().all(|(_, to)| *to != xinyi), "whoever has time left is not told: {owes:?}");
    let case = done(case, &Actor::System, FIRE, LATE);
    assert_eq!((case.state, case.due_day()), (State::JointReview, Some(due)));
    // The next to be late is another one, at its own time.
    assert_eq!(ends(&case), Some("2026-11-27T00:00:00+08:00".parse().unwrap()));
    assert_eq!(timer::due(&case, LATE.parse().unwrap()), None);
    // Late, it is taken all the same.
    let case = done(case, &of("economy"), answer(2, Opinion::Agree, ""), "2026-11-25T10:00:00+08:00");
    assert_eq!(case.due_day(), Some(due));
    let review = &case.history.reviews[0];
    let calendar = domain::calendar::Calendar::shipped();
    let limit = holder::review_due(&case.item.terms, &case.history, review, calendar).unwrap().unwrap();
    assert_eq!(holder::days_late(limit, review, date(2026, 12, 2)), 2);
    let held = holder::held(&case.item.terms, &case.history, date(2026, 11, 25), calendar).unwrap();
    let theirs = held.iter().find(|run| run.holder == Holder::Reviewer(reviewer_of("economy"))).unwrap();
    assert_eq!((theirs.from, theirs.to), (date(2026, 11, 20), date(2026, 11, 25)));
}

#[test]
fn several_that_are_late_at_once_are_noted_together() {
    let case = done(asked_at_once(), &Actor::System, FIRE, LATE);
    let noted = case.history.reviews.iter().map(|review| review.late.map(|late| late.by));
    assert_eq!(noted.collect::<Vec<Option<Version>>>(), [Some(case.version); 2]);
    assert!(!case.dates.timers.contains_key(&TimerKind::ReviewOverdue));
}

#[test]
fn only_an_agency_that_the_item_names_is_asked_once_at_a_time_and_something() {
    let refused = |case: &Case, command| refused(case, &in_charge(), command, NOW);
    let case = assigned();
    let parallel = |codes: &[&str]| ask(codes, Order::Parallel);
    assert_eq!(refused(&case, parallel(&[])), "REVIEWERS_REQUIRED");
    assert_eq!(refused(&case, parallel(&["zoo"])), "NO_SUCH_REVIEWER");
    assert_eq!(refused(&case, parallel(&["economy", "economy"])), "NO_SUCH_REVIEWER");
    assert_eq!(refused(&case, parallel(&["economy", "police", "xinyi", "zoo"])), "REVIEWERS_REQUIRED");
    assert_eq!(refused(&asked_at_once(), parallel(&["economy"])), "NO_SUCH_REVIEWER");
    let one = |reviewer, question: &str| {
        let asked = vec![Asked { reviewer, question: question.to_owned() }];
        Command::RequestReview(Box::new(Request { asked, order: Order::Parallel }))
    };
    assert_eq!(refused(&case, one(None, "請表示意見")), "NO_SUCH_REVIEWER");
    assert_eq!(refused(&case, one(Some(reviewer_of("economy")), " ")), "REASON_REQUIRED");
    assert_eq!(refused(&case, one(Some(reviewer_of("economy")), &"字".repeat(2_001))), "REASON_REQUIRED");
    assert_eq!(refused(&assigned_with(three_days()), parallel(&["economy"])), "NO_REVIEWER_LEFT");
    let all = done(case, &in_charge(), parallel(&["economy", "police", "xinyi"]), NOW);
    assert_eq!(refused(&all, parallel(&["economy"])), "NO_REVIEWER_LEFT");
}

#[test]
fn an_answer_is_to_what_was_asked_and_says_why_it_does_not_agree() {
    let case = asked_at_once();
    let refused = |case: &Case, code, command| refused(case, &of(code), command, LATER);
    let asked = case.version.0;
    for opinion in [Opinion::Conditions, Opinion::Object, Opinion::NotConcerned] {
        assert_eq!(refused(&case, "economy", answer(asked, opinion, " ")), "REASON_REQUIRED");
    }
    assert_eq!(refused(&case, "economy", answer(asked - 1, Opinion::Agree, "")), "REVIEW_NOT_OPEN");
    assert_eq!(refused(&case, "xinyi", answer(asked, Opinion::Agree, "")), "FORBIDDEN");
    assert_eq!(refused(&case, "parks", answer(asked, Opinion::Agree, "")), "FORBIDDEN");
    let case = done(case, &of("economy"), answer(asked, Opinion::Agree, ""), LATER);
    assert_eq!(refused(&case, "economy", answer(asked, Opinion::Object, "不")), "REVIEW_NOT_OPEN");
    // Asked once more, they answer that.
    let again = done(case, &in_charge(), ask(&["economy"], Order::Parallel), LATER);
    assert_eq!(refused(&again, "economy", answer(asked, Opinion::Agree, "")), "REVIEW_NOT_OPEN");
    let answered = done(again.clone(), &of("economy"), answer(again.version.0, Opinion::Agree, ""), LATER);
    assert_eq!(open(&answered), ["police"]);
}

#[test]
fn going_on_without_an_agency_takes_a_reason_and_shuts_it_out() {
    let case = asked_at_once();
    let refused = |command| refused(&case, &in_charge(), command, LATER);
    assert_eq!(refused(go_on_without("economy", " ")), "REASON_REQUIRED");
    assert_eq!(refused(go_on_without("xinyi", "逾期")), "REVIEW_NOT_OPEN");
    let owes = told(&case, &in_charge(), go_on_without("economy", "逾期"), LATER);
    assert_eq!(owes, [(NoticeKind::ReviewDropped, Recipient::Reviewing(agency("economy")))]);
    let case = done(case, &in_charge(), go_on_without("economy", "逾期"), LATER);
    assert!(!access::allowed(&of("economy"), &case, Action::ReadForwarded));
    assert!(access::allowed(&of("police"), &case, Action::ReadForwarded));
}

/// A part of the case, as long as there is a case to work on.
#[test]
fn an_agency_that_is_asked_reads_its_part_while_the_case_is_open() {
    let case = asked_at_once();
    let related = |case: &Case, code, role| access::relations(&officer("somebody", code, &[role]), case);
    assert_eq!(related(&case, "economy", Role::Handler), [Relation::ReviewingHandler].into());
    for role in [Role::Dispatcher, Role::Research] {
        assert_eq!(related(&case, "economy", role), [Relation::ReviewingReader].into());
    }
    for role in [Role::Reviewer, Role::Cashier, Role::Accountant, Role::Administrator] {
        assert!(related(&case, "economy", role).is_empty(), "{role}");
    }
    for action in Action::ALL {
        let may = access::may(Relation::ReviewingHandler, *action);
        let theirs = matches!(action, Action::ReadForwarded | Action::AnswerReview | Action::QueryRegister);
        assert_eq!(may, theirs, "{action}");
    }
    let lin = case.applicant.person;
    let Actor::Officer(own) = of("economy") else { panic!("an officer") };
    let own = Actor::Officer(access::Officer { person: lin, ..own });
    assert!(access::relations(&own, &case).is_empty(), "nobody acts in their own matter");
    let withdrawn = Command::Withdraw { reason: String::new() };
    let owes = told(&case, &applicant("lin"), withdrawn.clone(), LATER);
    for code in ["economy", "police"] {
        let dropped = (NoticeKind::ReviewDropped, Recipient::Reviewing(agency(code)));
        assert!(owes.contains(&dropped), "{code}: {owes:?}");
    }
    let case = done(case, &applicant("lin"), withdrawn, LATER);
    assert!(related(&case, "economy", Role::Handler).is_empty());
    assert_eq!(case.open_reviews().count(), 0);
}

#[test]
fn nothing_is_proposed_before_the_answers_and_a_new_handler_waits_on() {
    let case = asked_at_once();
    let propose = super::propose(domain::case::Outcome::Approve, "");
    let Err(Rejection::NotInThisState { allowed, .. }) =
        decided(&case, &in_charge(), propose, LATER.parse().unwrap())
    else {
        panic!("proposed without the answers")
    };
    assert_eq!(
        allowed,
        [
            Action::RequestReview,
            Action::DropReview,
            Action::QueryRegister,
            Action::RecordService,
            Action::SetFee
        ]
    );
    let case = done(case, &dispatcher(), assign_some(), LATER);
    assert_eq!(case.state, State::JointReview);
}

/// Said again, for an end that moved on and passed again, as for the due date of a case.
#[test]
fn a_limit_that_moves_on_may_pass_again() {
    let case = done(asked_at_once(), &Actor::System, FIRE, LATE);
    let reviewer = super::reviewer();
    // Told later that the offices had stood still from the day it was sent.
    let stop = Command::Stop {
        cause: domain::clock::history::StopCause::ForceMajeure,
        from: date(2026, 11, 20),
        until: Some(date(2026, 11, 24)),
        reason: "淹水".to_owned(),
    };
    let case = done(case, &reviewer, stop, "2026-11-24T09:00:00+08:00");
    let end = "2026-11-27T00:00:00+08:00";
    assert_eq!(case.dates.timers.get(&TimerKind::ReviewOverdue).copied(), Some(end.parse().unwrap()));
    let again = done(case, &Actor::System, FIRE, end);
    let until: Vec<_> = again.history.reviews.iter().filter_map(|it| it.late).map(|it| it.until).collect();
    assert_eq!(until, [end.parse().unwrap(); 2]);
}

/// 以釐清行政責任: two have it, and the days after the end of one are that one's, whoever was asked first.
#[test]
fn days_of_a_late_reviewer_are_not_booked_to_one_that_has_time_left() {
    let case = done(assigned(), &in_charge(), ask(&["xinyi"], Order::Parallel), NOW);
    let case = done(case, &in_charge(), ask(&["economy"], Order::Parallel), NOW);
    let calendar = domain::calendar::Calendar::shipped();
    let held = holder::held(&case.item.terms, &case.history, date(2026, 11, 26), calendar).unwrap();
    // The first are of the agency in charge.
    let runs: Vec<_> = held.into_iter().skip(1).map(|run| (run.holder, run.from, run.to)).collect();
    let of = |code| Holder::Reviewer(reviewer_of(code));
    let (first, last, after) = (date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24));
    // Asked at the same instant, economy comes first by its code until it is late, and then as late.
    assert_eq!(runs, [(of("economy"), first, date(2026, 11, 26))]);
    let sooner =
        done(assigned(), &in_charge(), ask(&["xinyi"], Order::Parallel), "2026-11-19T09:00:00+08:00");
    let sooner = done(sooner, &in_charge(), ask(&["economy"], Order::Parallel), NOW);
    let held = holder::held(&sooner.item.terms, &sooner.history, date(2026, 11, 26), calendar).unwrap();
    let runs: Vec<_> = held.into_iter().skip(1).map(|run| (run.holder, run.from, run.to)).collect();
    assert_eq!(runs, [(of("xinyi"), first, last), (of("economy"), after, date(2026, 11, 26))]);
}

/// What was late stays so: the calendar does not change what has ended.
#[test]
fn the_limit_of_a_review_that_ended_is_kept() {
    let case =
        done(asked_at_once(), &of("economy"), answer(2, Opinion::Agree, ""), "2026-11-25T10:00:00+08:00");
    let review = &case.history.reviews[0];
    let closed = crate::scene::closed_on("later", [date(2026, 11, 20), date(2026, 11, 23)]);
    let due = holder::due_of(&case.item.terms, &case.history, review, &closed).unwrap().unwrap();
    assert_eq!((due.day, holder::days_late(due, review, date(2026, 12, 2))), (date(2026, 11, 23), 2));
}

#[test]
fn an_agency_whose_limit_the_calendar_moved_is_told() {
    let case = asked_at_once();
    let closed = crate::scene::closed_on("typhoon", [date(2026, 11, 20)]);
    let now = LATER.parse().unwrap();
    let event = domain::decide::decide(&case, &Actor::System, super::recalculate(), now, &closed).unwrap();
    let domain::event::Event::Recalculated(moved) = &event else { panic!("recalculated") };
    let days = &moved.reviews[&agency("economy")];
    assert_eq!((days.from, days.to), (Some(date(2026, 11, 23)), Some(date(2026, 11, 24))));
    let owes = owed(&case, &event);
    for code in ["economy", "police"] {
        let told = (NoticeKind::ReviewMoved, Recipient::Reviewing(agency(code)));
        assert!(owes.contains(&told), "{code}: {owes:?}");
    }
}
