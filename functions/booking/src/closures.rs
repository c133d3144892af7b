//! When the office calendar changes: every booking on a day or half-day that is closed by now is moved to
//! the same time of the next day that has it free, or called off where none has, and whoever booked is
//! told. What there is to do follows from the calendar and the bookings; one row says which edition they
//! have followed, so that most ticks read two rows and do nothing.

use std::collections::BTreeMap;

use domain::access::Actor;
use domain::booking::{self, Booking, BookingTerms, Command, Place, Refusal, State};
use domain::calendar::{Calendar, Calendars};
use domain::event::Request;
use domain::id::{RequestId, Version};
use domain::rejection::Rejection;
use domain::taipei;
use domain::text::Text;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use platform::bookings::{self, Done};
use platform::calendars;
use platform::catalogue;
use platform::codec::booking::Followed;
use platform::commit::{Asked, Failure};
use platform::fault::Fault;
use platform::keys::{self, Key};
use platform::row::{Expect, Transaction};
use serde_json::{Value, json};

use crate::{App, tell};

/// How far ahead another time is looked for, in days.
const SEARCH_DAYS: i64 = 14;
/// Bookings of one tick; what is left waits for the next.
const MOST_BOOKINGS: usize = 200;
/// When bookings made by a process that still knew the old calendar have all been written, even where two
/// clocks are ten minutes apart.
const SETTLED: SignedDuration = SignedDuration::from_mins(15);

/// What a tick did.
#[derive(Debug, Clone, Copy, Default)]
struct Walk {
    moved: usize,
    called_off: usize,
    failed: usize,
    /// There was more than one tick does.
    unfinished: bool,
}

/// The schedule's tick.
pub async fn tick(app: &App) -> Result<Value, Fault> {
    let (store, now) = (app.store.as_ref(), app.ambient.now());
    let followed = store.get(Key::BookingsFollowed).await?.map(Followed::decode).transpose()?;
    let known = calendars::calendars(store).await?;
    let before = followed.unwrap_or_default();
    let mut walk = Walk::default();
    if before.edition < known.edition {
        let changes = calendars::changes(store, known.edition - before.edition).await?;
        let latest = changes.iter().map(|changed| changed.at).max();
        let settled = latest.is_none_or(|at| now.duration_since(at) >= SETTLED);
        // Once as soon as it is known, and once when nobody goes by the old one any more.
        if before.walked < known.edition || settled {
            let (first, last) = period(now);
            let mut causes: BTreeMap<Date, Text> = BTreeMap::new();
            // Newest first: what was said of a day last is the reason.
            for changed in changes {
                for day in changed.change.days.into_iter().filter(|day| (first..=last).contains(day)) {
                    causes.entry(day).or_insert_with(|| changed.change.cause.clone());
                }
            }
            walk = follow(app, &known, &causes, now).await?;
            if walk.failed == 0 && !walk.unfinished {
                let edition = if settled { known.edition } else { before.edition };
                let after = Followed { edition, walked: known.edition, version: before.version + 1 };
                let expect = followed.map_or(Expect::Absent, |followed| Expect::Version(followed.version));
                // Refused: another tick wrote the same.
                store
                    .write(Transaction::default().put(Key::BookingsFollowed, after.encode()?, expect))
                    .await?;
            }
        }
    }
    platform::telemetry::count(&*app.ambient, "booking", "BookingMovesFailed", walk.failed);
    Ok(json!({ "moved": walk.moved, "called_off": walk.called_off, "failed": walk.failed }))
}

/// The days on which there can be bookings.
fn period(now: Timestamp) -> (Date, Date) {
    let today = taipei::day_of(now);
    let last = taipei::plus_days(today, i64::from(BookingTerms::MAX_DAYS) + SEARCH_DAYS);
    (today, last.unwrap_or(Date::MAX))
}

/// Goes through the bookings of every place on every changed day that is not wholly open.
async fn follow(
    app: &App,
    known: &Calendars,
    causes: &BTreeMap<Date, Text>,
    now: Timestamp,
) -> Result<Walk, Fault> {
    let store = app.store.as_ref();
    let mut walk = Walk::default();
    for place in catalogue::places(store).await? {
        let calendar = known.of(&place.agency);
        for (day, cause) in causes.iter().filter(|(day, _)| !is_wholly_open(calendar, **day)) {
            for booking in bookings::of_day(store, &place.code, *day).await? {
                let slot = booking.appointment.slot;
                if booking.state != State::Booked || !booking::is_closed(slot, calendar) {
                    continue;
                }
                if walk.moved + walk.called_off + walk.failed >= MOST_BOOKINGS {
                    return Ok(Walk { unfinished: true, ..walk });
                }
                match shift(app, &booking, &place, calendar, cause, now).await {
                    Ok(done) if done.booking.state == State::Booked => walk.moved += 1,
                    Ok(_) => walk.called_off += 1,
                    // Cancelled or moved by whoever booked, in between.
                    Err(Failure::Rejected(_) | Failure::Unknown) => {}
                    // One booking that fails must not hold up the others.
                    Err(Failure::Fault(fault)) => {
                        tracing::error!(booking = %booking.id, error = %fault, "failed to move a booking");
                        walk.failed += 1;
                    }
                }
            }
        }
    }
    Ok(walk)
}

fn is_wholly_open(calendar: &Calendar, day: Date) -> bool {
    calendar.closure(day).is_none() && calendar.is_working(day) == Ok(true)
}

/// Moves a booking to the first day after its own that has a time free, or calls it off.
async fn shift(
    app: &App,
    booking: &Booking,
    place: &Place,
    calendar: &Calendar,
    cause: &Text,
    now: Timestamp,
) -> Result<Done, Failure> {
    let store = app.store.as_ref();
    let slot = booking.appointment.slot;
    // The same closure of the same booking makes the same request.
    let (edition, version) = (calendar.edition().to_be_bytes(), booking.version().to_be_bytes());
    let id = RequestId::derived(&[b"closure", booking.id.bytes(), &edition, &version]);
    let request = Request { id, digest: [0; 32] };
    // The list of a day may be behind: who chose another time since is there, and not to be moved from it.
    let asked = Asked { actor: Actor::System, request, seen: Some(Version(booking.version())) };
    for ahead in 1..=SEARCH_DAYS {
        let Some(day) = taipei::plus_days(slot.day, ahead) else { break };
        let offers = booking::substitutes(place, slot, day, now, calendar);
        if offers.is_empty() {
            continue;
        }
        let taken = bookings::taken(store, &place.code, day).await?;
        for offer in offers {
            let taken = taken.get(&keys::slot_start(offer.appointment().slot.start));
            if taken.is_some_and(|taken| taken.len() >= usize::from(offer.capacity())) {
                continue;
            }
            let command = Command::Move(offer, cause.clone());
            match bookings::carry_out(store, booking.id, &asked, &command, now).await {
                Err(Failure::Rejected(Rejection::Booking(Refusal::Full))) => {}
                // The person has another booking on that day.
                Err(Failure::Rejected(Rejection::Booking(Refusal::DayTaken))) => break,
                Ok(done) => {
                    tell(app, &done).await;
                    return Ok(done);
                }
                Err(failure) => return Err(failure),
            }
        }
    }
    let done = bookings::carry_out(store, booking.id, &asked, &Command::CallOff(cause.clone()), now).await?;
    tell(app, &done).await;
    Ok(done)
}
