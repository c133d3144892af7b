//! How times at a counter are booked: load, decide (pure), one conditional transaction. A slot has as many
//! seats as people fit in, and each that is taken is a row, so that no two bookings can hold the same one
//! and no row is written by everybody. Who loses a seat to somebody else tries the next that is free: each
//! loss is somebody's gain, so that a slot fills up in as many writes as it has seats.

use std::collections::{BTreeMap, BTreeSet};

use domain::booking::{self, BookedItem, Booking, CheckInCode, Command, Offer, Refusal, Step, StepKind};
use domain::case::Applicant;
use domain::event::{Party, Request};
use domain::id::{BookingId, CaseId, PersonId, PlaceCode};
use domain::notice_tag::NoticeTag;
use domain::rejection::Rejection;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::codec::booking as codec;
use crate::codec::booking_notice::{self, BookingNotice};
use crate::commit::{Asked, Failure};
use crate::fault::Fault;
use crate::keys::{self, Key, Lookup};
use crate::ports::Store;
use crate::row::{Expect, Query, Row, Transaction, Write, Written};
use crate::store::{Attempts, every_row};

/// A booking that was asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub item: BookedItem,
    pub booker: Applicant,
    pub case: Option<CaseId>,
    pub offer: Offer,
    pub code: CheckInCode,
    pub request: Request,
}

/// A request that took effect, now or when it was sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub booking: Booking,
    /// The request had been carried out before; nothing was written this time.
    pub replayed: bool,
}

impl Done {
    /// The notice that was entered with it, to be sent at once; the sweep finds it in any case.
    #[must_use]
    pub fn notice(&self) -> Option<NoticeTag> {
        BookingNotice::of(&self.booking).map(|notice| NoticeTag::Booking(notice.id))
    }
}

/// A booking, or `None`. One read.
pub async fn load(store: &dyn Store, id: BookingId) -> Result<Option<Booking>, Fault> {
    store.get(Key::Booking(id)).await?.map(codec::decode).transpose()
}

/// Which seats are taken of each slot of a day, by the begin of the slot. One query.
pub async fn taken(
    store: &dyn Store,
    place: &PlaceCode,
    day: Date,
) -> Result<BTreeMap<String, BTreeSet<u16>>, Fault> {
    let mut taken: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for row in every_row(store, Lookup::Seats(place.clone(), day)).await? {
        let sk = row.get("sk").and_then(|sk| sk.as_s().ok());
        let (start, seat) = sk
            .and_then(|sk| keys::seat_of(sk))
            .ok_or_else(|| Fault::corrupt("the seats of a day hold something that is none"))?;
        taken.entry(start.to_owned()).or_default().insert(seat);
    }
    Ok(taken)
}

/// The bookings of a place on a day, by slot, as of some moment ago.
pub async fn of_day(store: &dyn Store, place: &PlaceCode, day: Date) -> Result<Vec<Booking>, Fault> {
    let rows = every_row(store, Lookup::BookedOn(place.clone(), day)).await?;
    rows.into_iter().map(codec::decode).collect()
}

/// Most bookings of a person that are listed.
const MAX_LISTED: u32 = 50;

/// The latest bookings of a person, by the time that is booked, as of some moment ago.
pub async fn mine(store: &dyn Store, person: PersonId) -> Result<Vec<Booking>, Fault> {
    let page = store.query(Query::first(Lookup::BookedBy(person), MAX_LISTED)).await?;
    page.rows.into_iter().map(codec::decode).collect()
}

/// The booking that `request` of `person` made before, if it did. One read.
pub async fn made_before(
    store: &dyn Store,
    person: PersonId,
    request: Request,
) -> Result<Option<Done>, Failure> {
    let found = load(store, BookingId::of_request(person, request.id)).await?;
    found.map(|booking| again(&booking, request, Party::Applicant(person))).transpose()
}

/// Books: one read of the seats, one write for each seat that is tried; one read more where none is free.
pub async fn book(store: &dyn Store, wanted: &Wanted, now: Timestamp) -> Result<Done, Failure> {
    let Wanted { item, booker, case, offer, code, request } = wanted;
    let by = Party::Applicant(booker.person);
    let id = BookingId::of_request(booker.person, request.id);
    let mut looks = Attempts::default();
    loop {
        let seats = match free(store, id, offer).await {
            // Perhaps this very request, sent before, has the last seat.
            Err(full @ Failure::Rejected(_)) => {
                return made_before(store, booker.person, *request).await?.ok_or(full);
            }
            free => free?,
        };
        for seat in seats {
            let at = (offer, seat);
            let booking = booking::book(item.clone(), booker.clone(), *case, at, *code, *request, now);
            let writes =
                Transaction::default().put(Key::Booking(id), codec::encode(&booking)?, Expect::Absent);
            let writes = entered(hold(writes, &booking, true)?, &booking)?;
            match tried(store, writes).await? {
                Tried::Done => return Ok(Done { booking, replayed: false }),
                Tried::Overtaken(Some(row)) => return again(&codec::decode(row)?, *request, by),
                Tried::DayTaken => return Err(refused(Refusal::DayTaken)),
                Tried::SeatTaken | Tried::Overtaken(None) => {}
            }
        }
        looks.overtaken()?;
    }
}

/// Carries out `command` on a booking: one read and one write; for another time one read more, and one
/// write for each seat that is tried.
pub async fn carry_out(
    store: &dyn Store,
    id: BookingId,
    asked: &Asked,
    command: &Command,
    now: Timestamp,
) -> Result<Done, Failure> {
    let by = asked.actor.party();
    let mut attempts = Attempts::default();
    loop {
        let booking = load(store, id).await?.ok_or(Failure::Unknown)?;
        if let Some(done) = repeated(&booking, asked.request, by)? {
            return Ok(done);
        }
        let seen = asked.seen.map(|seen| seen.0);
        let kind = booking::decide(&booking, &asked.actor, seen, command, now).map_err(refused)?;
        let step = Step { at: now, by, request: asked.request, kind };
        let seats = match command.offer() {
            Some(offer) => match free(store, id, offer).await {
                // Perhaps this very request, sent before, has the last seat.
                Err(full @ Failure::Rejected(_)) => {
                    let booking = load(store, id).await?.ok_or(Failure::Unknown)?;
                    return repeated(&booking, asked.request, by)?.ok_or(full);
                }
                free => free?,
            },
            None => vec![booking.seat],
        };
        for seat in seats {
            let after = booking.clone().after(step.clone(), seat, command.offer());
            match tried(store, writes(&booking, &after)?).await? {
                Tried::Done => return Ok(Done { booking: after, replayed: false }),
                Tried::DayTaken => return Err(refused(Refusal::DayTaken)),
                Tried::Overtaken(_) => break,
                Tried::SeatTaken => {}
            }
        }
        attempts.overtaken()?;
    }
}

/// The seats of an offer that are free, from one on that differs from booking to booking, so that those
/// who come at once do not all try the same. None is free: `SLOT_FULL`.
async fn free(store: &dyn Store, id: BookingId, offer: &Offer) -> Result<Vec<u16>, Failure> {
    let appointment = offer.appointment();
    let taken = taken(store, &appointment.place, appointment.slot.day).await?;
    let taken = taken.get(&keys::slot_start(appointment.slot.start));
    let is_free = |seat: &u16| taken.is_none_or(|taken| !taken.contains(seat));
    let mut free: Vec<u16> = (1..=offer.capacity()).filter(is_free).collect();
    if free.is_empty() {
        return Err(refused(Refusal::Full));
    }
    let spread = id.bytes().iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31) + usize::from(*byte));
    let first = spread % free.len();
    free.rotate_left(first);
    Ok(free)
}

/// What becomes of `before` with one step more, the booking row first.
fn writes(before: &Booking, after: &Booking) -> Result<Transaction, Fault> {
    let row = codec::encode(after)?;
    let booking = Transaction::default().put(Key::Booking(after.id), row, Expect::Version(before.version()));
    let writes = match after.steps.last().map(|step| &step.kind) {
        Some(StepKind::Changed { .. } | StepKind::Moved { .. }) => {
            let other_day = before.appointment.slot.day != after.appointment.slot.day;
            let held = hold(booking, after, other_day)?.delete(seat_key(before));
            if other_day { held.delete(day_key(before)) } else { held }
        }
        Some(StepKind::Cancelled | StepKind::CalledOff { .. }) => {
            booking.delete(seat_key(before)).delete(day_key(before))
        }
        Some(StepKind::Booked | StepKind::CheckedIn | StepKind::NoShow) | None => booking,
    };
    entered(writes, after)
}

/// Takes the seat of `booking`, and the day of its person where that is another.
fn hold(writes: Transaction, booking: &Booking, day: bool) -> Result<Transaction, Fault> {
    let seat = seat_key(booking);
    let row = codec::encode_seat(&seat, booking)?;
    let writes = writes.put(seat, row, Expect::Absent);
    if !day {
        return Ok(writes);
    }
    let day = day_key(booking);
    let row = codec::encode_person_day(&day, booking)?;
    Ok(writes.put(day, row, Expect::Absent))
}

/// Enters the notice that the last step owes.
fn entered(writes: Transaction, booking: &Booking) -> Result<Transaction, Fault> {
    let Some(notice) = BookingNotice::of(booking) else { return Ok(writes) };
    Ok(writes.put(Key::BookingNotice(notice.id), booking_notice::encode(&notice)?, Expect::Absent))
}

fn seat_key(booking: &Booking) -> Key {
    let appointment = &booking.appointment;
    Key::Seat(appointment.place.clone(), appointment.slot, booking.seat)
}

const fn day_key(booking: &Booking) -> Key {
    Key::PersonDay(booking.booker.person, booking.appointment.slot.day)
}

/// What became of an attempt.
enum Tried {
    Done,
    /// Somebody else has the seat, or is taking it.
    SeatTaken,
    /// The person has another booking on that day.
    DayTaken,
    /// The booking is not what it was; the row that is there.
    Overtaken(Option<Row>),
}

async fn tried(store: &dyn Store, writes: Transaction) -> Result<Tried, Fault> {
    let keys: Vec<Key> = writes.writes.iter().map(Write::key).cloned().collect();
    match store.write(writes).await {
        Ok(Written::Done) => Ok(Tried::Done),
        Ok(Written::Refused { index, existing }) => Ok(match keys.get(index) {
            Some(Key::Booking(_)) => Tried::Overtaken(existing),
            Some(Key::Seat(..)) => Tried::SeatTaken,
            Some(Key::PersonDay(..)) => Tried::DayTaken,
            // The notice is there already, so the booking is not what it was.
            _ => Tried::Overtaken(None),
        }),
        // Another transaction is under way on one of the rows.
        Err(Fault::Conflict) => Ok(Tried::SeatTaken),
        Err(fault) => Err(fault),
    }
}

/// The booking as it is, if it has seen `request` before: the same one, of the same person, is answered as
/// then; another one with the same id is refused.
pub fn repeated(booking: &Booking, request: Request, by: Party) -> Result<Option<Done>, Failure> {
    let Some(step) = booking.steps.iter().find(|step| step.request.id == request.id) else {
        return Ok(None);
    };
    if step.request == request && step.by == by {
        Ok(Some(Done { booking: booking.clone(), replayed: true }))
    } else {
        Err(Rejection::RequestReused.into())
    }
}

/// What `request` made before it was sent again.
fn again(booking: &Booking, request: Request, by: Party) -> Result<Done, Failure> {
    repeated(booking, request, by)?.ok_or_else(|| Rejection::RequestReused.into())
}

const fn refused(refusal: Refusal) -> Failure {
    Failure::Rejected(Rejection::Booking(refusal))
}
