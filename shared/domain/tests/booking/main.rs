//! Booked times: which there are, who may do what with them and when, and what they come to.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

mod properties;
mod slots;

use std::collections::BTreeSet;

use domain::access::{Actor, Officer};
use domain::agency::Role;
use domain::booking::{
    self, BookedItem, Booking, BookingNoticeKind, BookingTerms, CheckInCode, Command, MAX_CHANGES, Offer,
    Opening, Place, Refusal, State, StepKind,
};
use domain::calendar::{Calendar, Closure, Extent};
use domain::case::Applicant;
use domain::event::{Party, Request};
use domain::id::{PersonId, RequestId};
use domain::personal::Personal;
use domain::text::{Lang, Text};
use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday, date, time};

const WEEK: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

fn at(hour: i8, minute: i8) -> Time {
    time(hour, minute, 0, 0)
}

/// Half-hours from 9 to 12 and from 13:30 to 17 on weekdays.
fn place() -> Place {
    let opening = |from, until, capacity| Opening { days: WEEK.to_vec(), from, until, capacity };
    Place {
        code: "daan-hro".parse().unwrap(),
        agency: "daan-hro".parse().unwrap(),
        name: Text::new("大安區戶政事務所", "Daan Household Registration Office"),
        address: Text::new("新生南路二段 86 號", "86 Xinsheng S. Rd. Sec. 2"),
        slot_minutes: 30,
        opening: vec![opening(at(13, 30), at(17, 0), 2), opening(at(9, 0), at(12, 0), 4)],
    }
}

fn terms() -> BookingTerms {
    BookingTerms { places: ["daan-hro".parse().unwrap()].into(), min_days: 1, max_days: 30 }
}

/// Thursday 19 November 2026, ten in the morning in Taipei.
fn now() -> Timestamp {
    "2026-11-19T02:00:00Z".parse().unwrap()
}

fn closed(day: Date, extent: Extent) -> Calendar {
    let closure = Closure {
        day,
        extent,
        area: "臺北市".to_owned(),
        agencies: BTreeSet::new(),
        source: "停止上班公告".to_owned(),
        announced_at: now(),
    };
    Calendar::shipped().with_closures("closed", [closure])
}

/// The begins of the slots of a day.
fn starts(day: Date, calendar: &Calendar) -> Vec<String> {
    let slots = place().slots(day, calendar).unwrap();
    slots.iter().map(|offered| offered.slot.shown()).collect()
}

fn offer(day: Date, start: Time) -> Offer {
    booking::offer(&place(), &terms(), (day, start), now(), Calendar::shipped()).unwrap()
}

fn person(byte: u8) -> PersonId {
    PersonId::from_bytes([byte; 16])
}

fn request(byte: u8) -> Request {
    Request { id: RequestId::from_bytes([byte; 16]), digest: [byte; 32] }
}

/// Friday the 20th at half past nine, of person 1.
fn booked() -> Booking {
    let booker = Applicant {
        person: person(1),
        name: Personal::new("林佳穎".to_owned()),
        email: Personal::new("lin@people.example".to_owned()),
        lang: Lang::ZhHant,
        mobile: None,
    };
    let item =
        BookedItem { code: "HR008".parse().unwrap(), version: 1, name: Text::new("離婚登記", "Divorce") };
    let offer = offer(date(2026, 11, 20), at(9, 30));
    booking::book(item, booker, None, (&offer, 3), CheckInCode::of_random([7; 8]), request(1), now())
}

fn in_state(state: State) -> Booking {
    Booking { state, ..booked() }
}

fn officer(agency: &str, role: Role, who: u8) -> Actor {
    Actor::Officer(Officer {
        person: person(who),
        agency: agency.parse().unwrap(),
        roles: [role].into(),
        name: "王戶政".to_owned(),
        stands_in: BTreeSet::new(),
    })
}

fn cause() -> Text {
    Text::new("停止上班", "offices closed")
}

fn other() -> Offer {
    offer(date(2026, 11, 23), at(9, 30))
}

fn commands() -> Vec<Command> {
    vec![
        Command::Change(other()),
        Command::Cancel,
        Command::CheckIn,
        Command::MarkNoShow,
        Command::Move(other(), cause()),
        Command::CallOff(cause()),
    ]
}

/// Whoever may ask for it.
fn rightful(command: &Command) -> Actor {
    match command {
        Command::Change(_) | Command::Cancel => Actor::Applicant(person(1)),
        Command::CheckIn | Command::MarkNoShow => officer("daan-hro", Role::Handler, 9),
        Command::Move(..) | Command::CallOff(_) => Actor::System,
    }
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Every state with every command, asked by whoever may, at a time at which it may be.
#[test]
fn what_a_booking_can_become_is_this() {
    let mut allowed = Vec::new();
    for state in State::ALL {
        for command in commands() {
            let at = match command {
                Command::CheckIn => instant("2026-11-20T01:20:00Z"),
                Command::MarkNoShow => instant("2026-11-20T02:00:00Z"),
                _ => now(),
            };
            match booking::decide(&in_state(*state), &rightful(&command), Some(1), &command, at) {
                Ok(kind) => allowed.push(format!("{state} {}", kind.code())),
                Err(refusal) => assert_eq!(refusal, Refusal::NotOpen(*state), "{state} {command:?}"),
            }
        }
    }
    assert_eq!(
        allowed,
        [
            "booked changed",
            "booked cancelled",
            "booked checked_in",
            "booked no_show",
            "booked moved",
            "booked called_off",
            "no_show checked_in",
        ]
    );
}

#[test]
fn nobody_but_who_may_asks_for_anything() {
    let actors = [
        Actor::Applicant(person(1)),
        Actor::Applicant(person(2)),
        officer("daan-hro", Role::Handler, 9),
        officer("daan-hro", Role::Dispatcher, 9),
        officer("daan-hro", Role::Cashier, 9),
        officer("xinyi-hro", Role::Handler, 9),
        // The officer who booked for themselves.
        officer("daan-hro", Role::Handler, 1),
        Actor::System,
    ];
    for command in commands() {
        let may: Vec<bool> = actors
            .iter()
            .map(|actor| {
                let decided =
                    booking::decide(&booked(), actor, None, &command, instant("2026-11-20T01:00:00Z"));
                decided != Err(Refusal::Forbidden)
            })
            .collect();
        let expected: &[usize] = match command {
            Command::Change(_) | Command::Cancel => &[0],
            Command::CheckIn | Command::MarkNoShow => &[2, 3],
            Command::Move(..) | Command::CallOff(_) => &[7],
        };
        let found: Vec<usize> =
            may.iter().enumerate().filter(|(_, may)| **may).map(|(number, _)| number).collect();
        assert_eq!(found, expected, "{command:?}");
    }
}

#[test]
fn each_command_has_its_time() {
    let ask = |command: &Command, at: &str| {
        booking::decide(&booked(), &rightful(command), None, command, instant(at)).map(|kind| kind.code())
    };
    // The slot is from half past nine to ten, 01:30 to 02:00 in universal time.
    for command in [Command::Cancel, Command::Change(other())] {
        assert!(ask(&command, "2026-11-20T01:29:59.999Z").is_ok());
        assert_eq!(ask(&command, "2026-11-20T01:30:00Z"), Err(Refusal::Begun));
    }
    let day = date(2026, 11, 20);
    assert_eq!(ask(&Command::CheckIn, "2026-11-19T15:59:59Z"), Err(Refusal::NotTheDay(day)));
    assert_eq!(ask(&Command::CheckIn, "2026-11-19T16:00:00Z"), Ok("checked_in"));
    assert_eq!(ask(&Command::CheckIn, "2026-11-20T15:59:59Z"), Ok("checked_in"));
    assert_eq!(ask(&Command::CheckIn, "2026-11-20T16:00:00Z"), Err(Refusal::NotTheDay(day)));
    assert_eq!(ask(&Command::MarkNoShow, "2026-11-20T01:59:59Z"), Err(Refusal::NotOver));
    assert_eq!(ask(&Command::MarkNoShow, "2026-11-20T02:00:00Z"), Ok("no_show"));
}

#[test]
fn a_stale_page_the_same_time_and_too_many_changes_are_refused() {
    let booker = Actor::Applicant(person(1));
    let ask = |booking: &Booking, seen, command: &Command| {
        booking::decide(booking, &booker, seen, command, now()).map(|kind| kind.code())
    };
    assert_eq!(ask(&booked(), Some(2), &Command::Cancel), Err(Refusal::Stale { current: 1 }));
    let same = Command::Change(offer(date(2026, 11, 20), at(9, 30)));
    assert_eq!(ask(&booked(), Some(1), &same), Err(Refusal::SameSlot));
    let mut changed = booked();
    for number in 0..MAX_CHANGES {
        let day = [date(2026, 11, 23), date(2026, 11, 24)][number % 2];
        let to = offer(day, at(9, 0));
        let kind = booking::decide(&changed, &booker, None, &Command::Change(to.clone()), now()).unwrap();
        let by = Party::Applicant(person(1));
        let step = booking::Step { at: now(), by, request: request(9), kind };
        changed = changed.after(step, 2, Some(&to));
        assert_eq!(changed.appointment.slot.day, day);
    }
    assert_eq!(ask(&changed, None, &Command::Change(other())), Err(Refusal::TooManyChanges));
    assert_eq!(ask(&changed, None, &Command::Cancel), Ok("cancelled"));
}

#[test]
fn a_closed_slot_is_moved_to_the_same_time_of_another_day_first() {
    let slot = booked().appointment.slot;
    let monday = date(2026, 11, 23);
    let times: Vec<String> = booking::substitutes(&place(), slot, monday, now(), Calendar::shipped())
        .iter()
        .map(|offer| offer.appointment().slot.shown())
        .collect();
    assert_eq!((times.len(), times[0].as_str(), times[1].as_str()), (13, "09:30–10:00", "09:00–09:30"));
    // Never to a time that is closed, is over, or is the very one.
    let none = booking::substitutes(&place(), slot, monday, now(), &closed(monday, Extent::Day));
    assert!(none.is_empty());
    assert!(booking::substitutes(&place(), slot, date(2026, 11, 18), now(), Calendar::shipped()).is_empty());
    let same_day = booking::substitutes(&place(), slot, slot.day, now(), Calendar::shipped());
    assert!(same_day.iter().all(|offer| offer.appointment().slot != slot));
}

#[test]
fn every_step_that_whoever_booked_did_not_see_owes_a_notice() {
    let appointment = || booked().appointment;
    let owed = |kind| booking::owed(&kind).map(BookingNoticeKind::code);
    assert_eq!(owed(StepKind::Booked), Some("booked"));
    assert_eq!(owed(StepKind::Changed { from: appointment() }), Some("changed"));
    assert_eq!(owed(StepKind::Cancelled), Some("cancelled"));
    assert_eq!(owed(StepKind::Moved { from: appointment(), cause: cause() }), Some("moved"));
    assert_eq!(owed(StepKind::CalledOff { cause: cause() }), Some("called_off"));
    assert_eq!((owed(StepKind::CheckedIn), owed(StepKind::NoShow)), (None, None));
}

#[test]
fn every_refusal_has_a_text_in_both_languages() {
    let day = date(2026, 11, 20);
    let all = [
        Refusal::Forbidden,
        Refusal::NotOpen(State::Cancelled),
        Refusal::Stale { current: 2 },
        Refusal::NotBookable,
        Refusal::NoSuchSlot,
        Refusal::OutsidePeriod { first: day, last: day },
        Refusal::Full,
        Refusal::DayTaken,
        Refusal::SameSlot,
        Refusal::Begun,
        Refusal::TooManyChanges,
        Refusal::NotTheDay(day),
        Refusal::NotOver,
        Refusal::UnknownCode,
        Refusal::CaseDoesNotFit,
    ];
    let codes: BTreeSet<&str> = all.iter().map(|refusal| refusal.code()).collect();
    assert_eq!(codes.len(), all.len());
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for refusal in all {
        let Text { zh, en } = refusal.text();
        assert!(han(&zh) && !han(&en) && zh.ends_with('。') && en.ends_with('.'), "{zh} {en}");
    }
}

#[test]
fn a_check_in_code_is_read_as_people_type_it() {
    let code = CheckInCode::of_random([20, 0, 31, 1, 10, 15, 30, 9]);
    assert_eq!(code.to_string(), "M0Z1-AFY9");
    for typed in ["M0Z1-AFY9", "m0z1afy9", " mOzI-afy9 ", "MoZl AFY9"] {
        assert_eq!(typed.parse(), Ok(code), "{typed}");
    }
    for bad in ["", "M0Z1-AFY", "M0Z1-AFY99", "M0Z1-AFU9", "M0Z1/AFY9", "報到碼報到碼報到"] {
        assert!(bad.parse::<CheckInCode>().is_err(), "{bad}");
    }
    assert_eq!(format!("{code:?}"), "CheckInCode");
}
