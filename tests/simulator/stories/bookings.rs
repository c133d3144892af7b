//! Flows of times at a counter: booked, changed, cancelled, received, absent, and moved or called off when the
//! office closes. What is refused is refused by the product alone: the checks ask what it came to.

use domain::delivery::Feedback;
use domain::id::BookingId;
use jiff::civil::{Date, date};
use platform::keys::Key;
use testkit::samples::{HANDLER, KEEPER};

use crate::bookings::{At, HALL, WINDOW, Want};
use crate::city::City;
use crate::people::{Answered, Asking, Wish};

const FRIDAY: Date = date(2026, 11, 20);
const MONDAY: Date = date(2026, 11, 23);
const TUESDAY: Date = date(2026, 11, 24);

const fn hall(day: Date, start: &'static str) -> At {
    At { place: HALL, day, start }
}

const fn window(day: Date) -> At {
    At { place: WINDOW, day, start: "09:00" }
}

fn asks(city: &mut City, subject: &str, number: u64, want: Want) -> Answered {
    let answered = city.ask(&Asking::at_counter(subject, number, want));
    city.settle();
    answered
}

/// Somebody asks for a time; gives the name that the booking has, if it is made.
fn books(city: &mut City, subject: &str, number: u64, at: At) -> BookingId {
    asks(city, subject, number, Want::Book(at));
    made_by(&Asking::at_counter(subject, number, Want::Book(at)))
}

fn made_by(asking: &Asking) -> BookingId {
    BookingId::of_request(asking.person(), asking.id)
}

fn is_there(city: &City, booking: BookingId) -> bool {
    city.world.store.peek(&Key::Booking(booking)).is_some()
}

/// The version that somebody who looks now sees.
fn version(city: &City, booking: BookingId) -> u32 {
    if is_there(city, booking) { city.booking(booking).version() } else { 1 }
}

fn cancels(city: &mut City, subject: &str, number: u64, booking: BookingId) {
    let version = version(city, booking);
    asks(city, subject, number, Want::Cancel { booking, version });
}

fn changes(city: &mut City, subject: &str, number: u64, booking: BookingId, at: At) {
    let version = version(city, booking);
    asks(city, subject, number, Want::Change { booking, version, at });
}

fn records(city: &mut City, number: u64, booking: BookingId, command: &'static str) {
    let version = version(city, booking);
    asks(city, HANDLER, number, Want::Record { booking, version, command });
}

fn shows_code(city: &mut City, number: u64, booking: BookingId) {
    let want = Want::code_of(&city.booking(booking));
    asks(city, HANDLER, number, want);
}

fn closes(city: &mut City, number: u64, day: Date, extent: &'static str) {
    assert!(city.ask(&Asking::new(KEEPER, number, Wish::Close { day, extent })).is_success());
}

/// The schedule of `booking`; one that did not get through has another minute.
fn follows(city: &mut City) {
    while !city.follow() {}
    city.settle();
}

fn goes_to(city: &City, instant: &str) {
    city.world.ambient.set(instant.parse().expect("an instant"));
}

/// The same request three times; the mail about it comes back.
pub(super) fn repeated(city: &mut City) {
    for _ in 0..3 {
        books(city, "applicant", 300, hall(FRIDAY, "09:00"));
    }
    for sent in city.world.mailer.sent() {
        city.mails.tell(&city.world, &sent, "Bounce", Feedback::Bounced);
    }
    city.settle();
}

/// To another time, which another person has the old one of then; a second time on one day; cancelled, and
/// cancelled once more.
pub(super) fn changed(city: &mut City) {
    let booking = books(city, "applicant", 300, hall(FRIDAY, "14:00"));
    books(city, "neighbour", 301, hall(FRIDAY, "14:00"));
    changes(city, "applicant", 302, booking, hall(MONDAY, "09:00"));
    books(city, "neighbour", 303, hall(FRIDAY, "14:00"));
    books(city, "applicant", 304, hall(MONDAY, "10:00"));
    cancels(city, "applicant", 305, booking);
    cancels(city, "applicant", 306, booking);
    books(city, "applicant", 307, hall(MONDAY, "10:00"));
}

fn wants(subject: &str, number: u64, start: &'static str) -> Asking {
    Asking::at_counter(subject, number, Want::Book(hall(FRIDAY, start)))
}

/// Three people, one of them twice, want the one seat of the afternoon; two more the two of the morning, with
/// somebody who leaves the afternoon for it.
pub(super) fn at_once(city: &mut City) {
    let askings = [
        wants("applicant", 310, "14:00"),
        wants("neighbour", 311, "14:00"),
        wants("visitor", 312, "14:00"),
        wants("applicant", 310, "14:00"),
        wants("applicant", 313, "09:00"),
    ];
    city.at_once(&askings);
    city.settle();
    let afternoon = askings.iter().take(3).find(|asking| is_there(city, made_by(asking)));
    let Some(holder) = afternoon else { return };
    let (booking, at) = (made_by(holder), hall(FRIDAY, "09:00"));
    let askings = [
        Asking::at_counter(&holder.subject, 314, Want::Change { booking, version: 1, at }),
        wants("farmer", 315, "09:00"),
        wants("stranger", 316, "09:00"),
        wants("guest", 317, "14:00"),
    ];
    city.at_once(&askings);
    city.settle();
}

/// By the code, twice; marked as absent, one of them rightly; late after that.
pub(super) fn received(city: &mut City) {
    let first = books(city, "applicant", 320, hall(FRIDAY, "09:00"));
    let second = books(city, "neighbour", 321, hall(FRIDAY, "09:00"));
    let third = books(city, "visitor", 322, hall(FRIDAY, "10:00"));
    shows_code(city, 323, first);
    goes_to(city, "2026-11-20T09:05:00+08:00");
    shows_code(city, 324, third);
    shows_code(city, 324, third);
    records(city, 325, second, "no-show");
    records(city, 326, first, "check-in");
    goes_to(city, "2026-11-20T10:00:00+08:00");
    records(city, 327, second, "no-show");
    cancels(city, "neighbour", 328, second);
    shows_code(city, 329, second);
}

/// One takes the same time of Monday, one another time of it, for that one is full, and one Tuesday, for on
/// Monday they have a time already. Who cancelled hears nothing.
pub(super) fn moved(city: &mut City) {
    books(city, "applicant", 330, hall(FRIDAY, "14:00"));
    books(city, "neighbour", 331, hall(FRIDAY, "10:00"));
    books(city, "neighbour", 332, hall(MONDAY, "09:00"));
    books(city, "visitor", 333, hall(MONDAY, "14:00"));
    let given_up = books(city, "guest", 334, hall(FRIDAY, "10:00"));
    cancels(city, "guest", 335, given_up);
    closes(city, 336, FRIDAY, "day");
    follows(city);
}

/// Of the three Fridays within reach one is closed and the others are taken.
pub(super) fn called_off(city: &mut City) {
    books(city, "applicant", 340, window(FRIDAY));
    books(city, "neighbour", 341, window(date(2026, 11, 27)));
    books(city, "visitor", 342, window(date(2026, 12, 4)));
    closes(city, 343, FRIDAY, "morning");
    follows(city);
}

/// A process knows the calendar of before for a minute: it books the afternoon that was closed, after the
/// others were moved.
pub(super) fn not_known_yet(city: &mut City) {
    books(city, "visitor", 350, hall(TUESDAY, "09:00"));
    books(city, "neighbour", 351, hall(FRIDAY, "09:00"));
    closes(city, 352, FRIDAY, "afternoon");
    follows(city);
    books(city, "applicant", 353, hall(FRIDAY, "14:00"));
}

/// The steps of each booking, and the time it has in the end.
fn came_to(story: fn(&mut City)) -> Vec<String> {
    let mut city = City::new(1, None);
    story(&mut city);
    assert!(city.rest());
    let shown = crate::bookings::all(&city.world).into_iter().map(|booking| {
        let steps: Vec<&str> = booking.steps.iter().map(|step| step.kind.code()).collect();
        let slot = booking.appointment.slot;
        let (name, start) = (booking.booker.name.reveal(), slot.start.hour());
        format!("{name} {:02}/{:02} {start}: {}", slot.day.month(), slot.day.day(), steps.join(" "))
    });
    let mut shown: Vec<String> = shown.collect();
    shown.sort_unstable();
    shown
}

#[test]
fn each_comes_to_what_it_says() {
    assert_eq!(came_to(repeated), ["applicant 11/20 9: booked"]);
    assert_eq!(
        came_to(changed),
        [
            "applicant 11/23 10: booked",
            "applicant 11/23 9: booked changed cancelled",
            "neighbour 11/20 14: booked",
        ]
    );
    assert_eq!(
        came_to(received),
        [
            "applicant 11/20 9: booked checked_in",
            "neighbour 11/20 9: booked no_show checked_in",
            "visitor 11/20 10: booked checked_in",
        ]
    );
    assert_eq!(
        came_to(moved),
        [
            "applicant 11/23 9: booked moved",
            "guest 11/20 10: booked cancelled",
            "neighbour 11/23 9: booked",
            "neighbour 11/24 10: booked moved",
            "visitor 11/23 14: booked",
        ]
    );
    assert_eq!(
        came_to(called_off),
        ["applicant 11/20 9: booked called_off", "neighbour 11/27 9: booked", "visitor 12/04 9: booked",]
    );
    assert_eq!(
        came_to(not_known_yet),
        ["applicant 11/23 14: booked moved", "neighbour 11/20 9: booked", "visitor 11/24 9: booked",]
    );
    let taken = came_to(at_once);
    let at = |time: &str| taken.iter().filter(|shown| shown.contains(time)).count();
    assert_eq!((at("11/20 14:"), at("11/20 9:")), (1, 2), "{taken:?}");
}
