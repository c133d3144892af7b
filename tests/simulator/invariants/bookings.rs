//! Of times at a counter (規範 八 I(三)): every place is held once, everybody has the time they were told of and no
//! other, and whoever's time is closed has heard of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::booking::{Appointment, Booking, Slot, State};
use domain::calendar::{Calendar, Extent};
use domain::delivery::Stage;
use domain::id::{BookingId, PersonId, RequestId};
use domain::taipei;
use jiff::Timestamp;
use jiff::civil::{Date, time};
use platform::codec::booking_notice::{self, BookingNotice};
use platform::codec::row_type;
use platform::keys::{Key, Table};

use super::{Broken, MAX_SKEW};
use crate::bookings::{self, Want};
use crate::city::{City, Exchange};
use crate::people::{Asking, Wish};

mod steps;

pub fn check(broken: &mut Broken, city: &City) {
    let bookings = bookings::all(&city.world);
    fit(broken, &bookings);
    held(broken, city, &bookings);
    steps::check(broken, city, &bookings);
    answers(broken, city, &bookings);
    codes(broken, &bookings);
    notices(broken, city, &bookings);
    closed(broken, city, &bookings);
}

/// Where a row stands.
type Place = (String, String);

/// Whether somebody is, or was, expected.
const fn holds(booking: &Booking) -> bool {
    !matches!(booking.state, State::Cancelled | State::CalledOff)
}

/// No time is given to more people than fit in, nor one that the place does not have.
fn fit(broken: &mut Broken, bookings: &[Booking]) {
    let mut taken: BTreeMap<(String, Slot), Vec<&Booking>> = BTreeMap::new();
    for booking in bookings.iter().filter(|booking| holds(booking)) {
        let at = &booking.appointment;
        taken.entry((at.place.to_string(), at.slot)).or_default().push(booking);
    }
    for (at, held) in taken {
        let fits = bookings::fits(&held[0].appointment);
        broken.require(held.len() <= fits, || {
            format!("1: {at:?} is given to {} people, more than fit in: {fits}", held.len())
        });
    }
}

/// The rows of a kind, by their key: which booking has it.
fn taken(city: &City, kind: &str) -> BTreeMap<Place, String> {
    let rows = city.world.store.rows(Table::Bookings).into_iter();
    let rows = rows.filter(|row| row_type(row) == Some(kind));
    let text = |value: &aws_sdk_dynamodb::types::AttributeValue| value.as_s().expect("a text").clone();
    rows.map(|row| ((text(&row["pk"]), text(&row["sk"])), text(&row["booking"]))).collect()
}

/// Each seat that is taken is held by one booking, and each booking that holds one has it; the same of the
/// days of people.
fn held(broken: &mut Broken, city: &City, bookings: &[Booking]) {
    let holding = || bookings.iter().filter(|booking| holds(booking));
    let seat = |booking: &Booking| {
        let Appointment { place, slot, .. } = &booking.appointment;
        Key::Seat(place.clone(), *slot, booking.seat)
    };
    let mut seats = taken(city, "seat");
    let mut found: BTreeMap<Place, BookingId> = BTreeMap::new();
    for booking in holding() {
        let (id, key) = (booking.id, place_of(&seat(booking)));
        if let Some(other) = found.insert(key.clone(), id) {
            broken.require(false, || format!("1: {other} and {id} share a seat: {key:?}"));
        }
        let row = seats.remove(&key);
        broken.require(row == Some(id.to_string()), || format!("1: {id} has no seat of its own: {row:?}"));
    }
    broken.require(seats.is_empty(), || format!("1: seats are kept for nobody: {seats:?}"));

    let mut days = taken(city, "person_day");
    let mut of_people: BTreeSet<(PersonId, Date)> = BTreeSet::new();
    for booking in holding() {
        let (id, day) = (booking.id, (booking.booker.person, booking.appointment.slot.day));
        broken.require(of_people.insert(day), || format!("1: {id} is the second time of {day:?}"));
        let row = days.remove(&place_of(&Key::PersonDay(day.0, day.1)));
        broken.require(row == Some(id.to_string()), || format!("1: {id} has no day of its own: {row:?}"));
    }
    broken.require(days.is_empty(), || format!("1: days are kept for nobody: {days:?}"));
}

fn place_of(key: &Key) -> Place {
    (key.pk(), key.sk())
}

/// Every 2xx is exactly one booking, or one step of it, however often it was sent; every other answer leaves
/// nothing, and nothing is there that nobody was told of.
fn answers(broken: &mut Broken, city: &City, bookings: &[Booking]) {
    for Exchange { asking, answered } in &city.denied {
        broken.require(false, || {
            format!("1: refused although it is done: {asking:?} {}", answered.body["code"])
        });
    }
    let mut told: BTreeSet<(PersonId, RequestId)> = BTreeSet::new();
    for Exchange { asking, answered } in &city.exchanges {
        let Wish::Counter(want) = &asking.wish else { continue };
        if !answered.is_success() {
            continue;
        }
        told.insert((asking.person(), asking.id));
        let made: Vec<&Booking> = bookings.iter().filter(|booking| asking.has_made(booking)).collect();
        broken.require(made.len() == 1, || {
            let ids: Vec<BookingId> = made.iter().map(|booking| booking.id).collect();
            format!("1: one request made a step of so many bookings: {ids:?}, {asking:?}")
        });
        for booking in made {
            let times = booking.steps.iter().filter(|step| step.request.id == asking.id).count();
            broken.require(times == 1, || format!("1: {times} steps for {asking:?}"));
            match want.booking() {
                Some(meant) => broken.require(booking.id == meant, || {
                    format!("1: {asking:?} did something to {} instead", booking.id)
                }),
                None => first(broken, asking, &answered.body["booking"], want, booking),
            }
        }
    }
    for booking in bookings {
        for step in &booking.steps {
            let Some(by) = bookings::person(step.by) else { continue };
            broken.require(told.contains(&(by, step.request.id)), || {
                format!("1: nobody was told of the step {} of {}", step.kind.code(), booking.id)
            });
        }
    }
}

/// A booking as it was made: of whom, under which name, and when.
fn first(broken: &mut Broken, asking: &Asking, told: &serde_json::Value, want: &Want, booking: &Booking) {
    let Want::Book(wanted) = want else { return };
    let then = booking.steps.iter().find_map(|step| step.kind.before()).unwrap_or(&booking.appointment);
    let start: jiff::civil::Time = wanted.start.parse().expect("a time of day");
    let as_wanted = then.place.as_str() == wanted.place
        && (then.slot.day, then.slot.start) == (wanted.day, start)
        && booking.booker.person == asking.person();
    let named = told.as_str() == Some(&booking.id.to_string());
    broken.require(as_wanted && named, || format!("1: {asking:?} was answered {told} and made {booking:?}"));
}

/// A code is of one booking of its place and day.
fn codes(broken: &mut Broken, bookings: &[Booking]) {
    let mut known: BTreeMap<(String, Date, String), BookingId> = BTreeMap::new();
    for booking in bookings.iter().filter(|booking| holds(booking)) {
        let at = &booking.appointment;
        let code = (at.place.to_string(), at.slot.day, booking.code.to_string());
        if let Some(other) = known.insert(code, booking.id) {
            broken.require(false, || format!("1: {other} and {} have one code", booking.id));
        }
    }
}

/// 5: each step that whoever booked must hear of is told of by exactly one notice, whose mail arrived or came
/// back.
fn notices(broken: &mut Broken, city: &City, bookings: &[Booking]) {
    let rows = city.world.store.rows(Table::Notices).into_iter();
    let rows = rows.filter(|row| row_type(row) == Some("booking_notice"));
    let mut ledger: BTreeMap<(BookingId, u32), BookingNotice> = rows
        .map(|row| booking_notice::decode(row).expect("a notice is decoded"))
        .map(|notice| ((notice.id.booking, notice.id.version), notice))
        .collect();
    for notice in ledger.values() {
        let (id, stage) = (notice.id, notice.delivery.stage);
        let ended = matches!(stage, Stage::Delivered | Stage::Bounced | Stage::Complained | Stage::Refused);
        broken.require(ended, || format!("5: {id} is neither delivered nor returned: {stage:?}"));
    }
    for booking in bookings {
        for (version, step) in (1..).zip(&booking.steps) {
            let code = step.kind.code();
            // What happens at the counter they see themselves.
            if ["checked_in", "no_show"].contains(&code) {
                continue;
            }
            let notice = ledger.remove(&(booking.id, version));
            let fits = notice.as_ref().is_some_and(|notice| {
                notice.kind.code() == code && notice.recipient == booking.booker.person
            });
            broken.require(fits, || format!("5: of step {version} of {} is told {notice:?}", booking.id));
        }
    }
    broken.require(ledger.is_empty(), || format!("5: notices of no step: {:?}", ledger.keys()));
}

/// Whether the office is closed at a time, read off the calendar by hand.
fn is_closed(slot: Slot, calendar: &Calendar) -> bool {
    let noon = time(12, 0, 0, 0);
    let announced = calendar.closure(slot.day).is_some_and(|closure| match closure.extent {
        Extent::Day => true,
        Extent::Morning => slot.start < noon,
        Extent::Afternoon => slot.end > noon,
    });
    announced || !calendar.is_working(slot.day).expect("a day of the calendar")
}

/// After a closure was announced and followed nobody is expected at a time that is closed.
fn closed(broken: &mut Broken, city: &City, bookings: &[Booking]) {
    let calendars = super::calendars(city);
    if bookings.is_empty() || calendars.edition == 0 {
        return;
    }
    let followed = bookings::followed(&city.world).edition;
    broken.require(followed == calendars.edition, || {
        format!("10: the bookings have followed the calendar to {followed} of {}", calendars.edition)
    });
    // A walk begins with its own day: what was over before it is past all moving.
    let first = walked_at(city).map(|at| taipei::day_of(at.checked_add(MAX_SKEW).expect("an instant")));
    for booking in bookings.iter().filter(|booking| booking.state == State::Booked) {
        let Appointment { agency, slot, .. } = &booking.appointment;
        let ahead = first.is_none_or(|first| slot.day >= first);
        broken.require(!(ahead && is_closed(*slot, calendars.of(agency))), || {
            format!("7: {} stands on closed hours: {slot:?}", booking.id)
        });
    }
}

/// When the last walk was over.
fn walked_at(city: &City) -> Option<Timestamp> {
    let place = place_of(&Key::BookingsFollowed);
    let changes = city.world.store.changes(Table::Bookings, 0, usize::MAX);
    let last = changes.into_iter().rev().find(|change| (&change.pk, &change.sk) == (&place.0, &place.1));
    last.map(|change| change.at)
}
