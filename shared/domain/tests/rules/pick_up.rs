//! What is picked up in person, and until when (領取期限, 規範 十(三)5).

use domain::access::Actor;
use domain::agency::Role;
use domain::apply;
use domain::calendar::Calendar;
use domain::case::{Case, Outcome, State};
use domain::clock::terms::Terms;
use domain::command::{Action, Command};
use domain::dates;
use domain::decide::{decide, open_to};
use domain::event::Event;
use domain::personal::Personal;
use domain::pick_up::{MAX_PROXY_NAME, MAX_PROXY_PROOF, PickUp, Proxy, Receiver};
use domain::refusal::FeeReading;
use domain::text::Text;
use domain::timer::{self, TimerKind};
use jiff::civil::{Date, date};

use super::{approve, assigned_with, dispatcher, done, handler, propose, refused, reviewer};
use crate::scene::{applicant, closed_on, three_days};
use crate::serving::hand_over;
use crate::support::recorded;

/// Decided on Thursday 2026-11-19; the result is picked up within `days`.
fn approved(days: Option<u32>) -> Case {
    let case = assigned_with(Terms { pick_up_days: days, ..three_days() });
    let now = "2026-11-19T10:00:00+08:00";
    let case = done(case, &handler(&[Role::Handler]), propose(Outcome::Approve, ""), now);
    done(case, &reviewer(), approve(), now)
}

fn check(days: u32, until: Date) {
    let case = approved(Some(days));
    assert_eq!((case.state, case.dates.pick_up_due), (State::AwaitingPickUp, Some(until)));
    let end = domain::taipei::end_of(until).unwrap();
    assert_eq!(timer::pending(&case).last(), Some(&(end, TimerKind::PickUpDue)));
}

#[test]
fn the_period_is_counted_from_the_day_after_and_rolls_off_rest_days() {
    check(4, date(2026, 11, 23));
    check(2, date(2026, 11, 23));
    check(43, date(2027, 1, 4));
}

/// A week and a day before the end, at nine in the morning, if it was not decided since.
#[test]
fn whoever_does_not_pick_up_is_reminded_twice() {
    let reminders = |days| {
        let pending = timer::pending(&approved(Some(days))).into_iter();
        pending.filter(|(_, kind)| *kind != TimerKind::PickUpDue).collect::<Vec<_>>()
    };
    let at = |text: &str| text.parse().unwrap();
    assert_eq!(reminders(4), [(at("2026-11-22T09:00:00+08:00"), TimerKind::PickUpSoon)]);
    let (near, soon) = (at("2026-11-26T09:00:00+08:00"), at("2026-12-02T09:00:00+08:00"));
    assert_eq!(reminders(14), [(near, TimerKind::PickUpNear), (soon, TimerKind::PickUpSoon)]);
}

#[test]
fn what_is_not_picked_up_is_approved_at_once_and_a_rejection_too_has_no_period() {
    assert_eq!(approved(None).state, State::Approved);
    let case = assigned_with(Terms { pick_up_days: Some(4), ..three_days() });
    let now = "2026-11-19T10:00:00+08:00";
    let case = done(case, &handler(&[Role::Handler]), propose(Outcome::Reject, "不符"), now);
    let case = done(case, &reviewer(), approve(), now);
    assert_eq!((case.state, case.dates.pick_up_due), (State::Rejected, None));
}

#[test]
fn it_is_handed_over_by_the_agency_even_after_the_period() {
    let now = "2026-11-24T00:00:00+08:00";
    let case = done(approved(Some(2)), &Actor::System, Command::Fire(TimerKind::PickUpDue), now);
    assert_eq!((case.state, timer::next(&case)), (State::AwaitingPickUp, None));
    for officer in [dispatcher(), handler(&[Role::Handler])] {
        assert_eq!(open_to(&case, &officer), [Action::HandOver, Action::RecordService]);
        let case = done(case.clone(), &officer, hand_over(), now);
        assert_eq!((case.state, case.dates.pick_up_due), (State::Closed, None));
    }
    assert_eq!(refused(&case, &applicant("lin"), hand_over(), now), "FORBIDDEN");
    assert_eq!(refused(&approved(None), &dispatcher(), hand_over(), now), "NOT_IN_THIS_STATE");
}

/// What was decided stays decided by its date; what is still to come moves.
#[test]
fn a_closure_moves_the_period_and_not_the_date_of_the_decision() {
    let case = approved(Some(2));
    let calendar = closed_on("typhoon", [date(2026, 11, 20), date(2026, 11, 23)]);
    let fresh = dates::of(&case, &calendar);
    assert_eq!((fresh.pick_up_due, fresh.due), (Some(date(2026, 11, 24)), case.dates.due));
    let now = "2026-11-19T12:00:00+08:00".parse().unwrap();
    let event = decide(&case, &Actor::System, super::recalculate(), now, &calendar).unwrap();
    let Event::Recalculated(moved) = &event else { panic!("{event:?}") };
    assert_eq!((moved.pick_up_due.from, moved.pick_up_due.to), (Some(date(2026, 11, 23)), fresh.pick_up_due));
    assert!(moved.due.is_same() && moved.is_felt());
    assert!(moved.text().en.contains("pick up"), "{:?}", moved.text());
    let next = recorded(&case, &Actor::System, event, now);
    let (case, _) = apply::advance(Some(case), next, &calendar).unwrap();
    assert!(!dates::of(&case, &calendar).moved_from(&case.dates));
    assert!(dates::of(&case, Calendar::shipped()).moved_from(&case.dates));
}

fn to_proxy(name: &str, proof: &str, takes_proxies: bool) -> Command {
    let proxy = Proxy { name: Personal::new(name.to_owned()), proof: Personal::new(proof.to_owned()) };
    let (reading, receiver) = (FeeReading::Narrow, Receiver::Proxy(proxy));
    Command::HandOver { reading, receiver, takes_proxies }
}

fn handed(command: Command) -> Receiver {
    let now = "2026-11-20T10:00:00+08:00".parse().unwrap();
    let event = decide(&approved(Some(4)), &dispatcher(), command, now, Calendar::shipped());
    match event.unwrap() {
        Event::HandedOver { receiver } => receiver.unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_took_it_stands_in_the_event_and_only_that_it_was_a_proxy_in_public() {
    let applicant = handed(hand_over());
    assert_eq!((&applicant, applicant.public_text().zh.as_str()), (&Receiver::Applicant, "已由本人領取"));
    let proxy = handed(to_proxy(" 陳大文 ", "配偶；委託書、雙方身分證", true));
    let Receiver::Proxy(Proxy { name, proof }) = &proxy else { panic!("{proxy:?}") };
    assert_eq!((name.reveal().as_str(), proof.reveal().as_str()), ("陳大文", "配偶；委託書、雙方身分證"));
    let told = Event::HandedOver { receiver: Some(proxy) }.public_text();
    assert_eq!((told.zh.as_str(), told.en.as_str()), ("已領取（代領）", "Picked up by a proxy"));
    assert_eq!(Event::HandedOver { receiver: None }.public_text().zh, "已領取", "of before it was asked");
}

#[test]
fn a_proxy_is_named_shows_something_and_is_one_that_the_item_takes() {
    let now = "2026-11-20T10:00:00+08:00";
    let no = |command| refused(&approved(Some(4)), &dispatcher(), command, now);
    let long = |max: u16| "字".repeat(usize::from(max) + 1);
    for (name, proof, code) in [
        ("", "委託書", "PROXY_NAME_REQUIRED"),
        ("\u{3000}", "委託書", "PROXY_NAME_REQUIRED"),
        (long(MAX_PROXY_NAME).as_str(), "委託書", "PROXY_NAME_REQUIRED"),
        ("陳大文", " ", "PROXY_PROOF_REQUIRED"),
        ("陳大文", long(MAX_PROXY_PROOF).as_str(), "PROXY_PROOF_REQUIRED"),
        ("陳大文", "\u{7}", "PROXY_PROOF_REQUIRED"),
    ] {
        assert_eq!(no(to_proxy(name, proof, true)), code, "{name:?} {proof:?}");
    }
    assert_eq!(no(to_proxy("陳大文", "委託書", false)), "PROXY_NOT_ALLOWED");
    let in_person = Command::HandOver {
        reading: FeeReading::Narrow,
        receiver: Receiver::Applicant,
        takes_proxies: false,
    };
    assert_eq!(handed(in_person), Receiver::Applicant);
}

/// Told while it waits, with what the item version says; that it is late, once its timer has found that.
#[test]
fn what_is_said_of_picking_up_is_told_while_it_waits() {
    let text = || Text::new("三樓", "third floor");
    let (place, address, counter, hours) = (text(), text(), text(), text());
    let at = PickUp { place, address, counter, hours, bring: text(), proxy: None, lapse: text() };
    let waits = approved(Some(2));
    assert_eq!(waits.to_pick_up(Some(&at)).unwrap().at, at);
    assert_eq!(waits.to_pick_up(None), None, "an item version of before it was said");
    assert!(!waits.is_pick_up_late());
    let now = "2026-11-24T00:00:00+08:00";
    let late = done(waits, &Actor::System, Command::Fire(TimerKind::PickUpDue), now);
    assert!(late.is_pick_up_late() && late.to_pick_up(Some(&at)).is_some());
    let had = done(late, &dispatcher(), hand_over(), now);
    assert!(!had.is_pick_up_late() && had.to_pick_up(Some(&at)).is_none());
    assert_eq!(approved(None).to_pick_up(Some(&at)), None);
}
