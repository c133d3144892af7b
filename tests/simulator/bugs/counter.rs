//! Seeded bugs of times at a counter, and what the check says that is there for each.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::booking::Booking;
use domain::id::{BookingId, PersonId};
use jiff::{SignedDuration, Timestamp};
use platform::codec::booking;
use platform::codec::booking_notice::{self, BookingNotice};
use platform::fault::Fault;
use platform::keys::{Key, Lookup};
use platform::ports::{Ambient, Answer, Store};
use platform::row::{Expect, Page, Query, Row, Transaction, Write, Written};
use testkit::world::World;

use super::Bug;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Two more fit into a time than its place says.
    Overbook,
    /// Nobody looks whether a seat is taken, before or when it is.
    TakeTakenSeats,
    /// The seat is not taken.
    ForgetSeat,
    /// A seat that was given up is kept.
    KeepSeat,
    /// A person may have two times on one day.
    TwoADay,
    /// A day that was given up is kept.
    KeepDay,
    /// A request that is sent again makes another booking.
    BookAgain,
    /// What a request was about is not remembered with its step.
    ForgetDigest,
    /// All codes are the same.
    OneCode,
    /// Notices are not entered.
    ForgetNotice,
    /// Each is entered twice, under two numbers.
    TellTwice,
    /// The calendar is followed by nobody.
    StayPut,
    /// It is followed once, as soon as it has changed.
    WalkOnce,
    /// It is followed by people on other days, too.
    MoveEverybody,
    /// Whatever became of a booking, it is open.
    NeverOver,
    /// The clock is hours behind.
    SlowClock,
}

/// Each of them, and one of the mail, with what the check says that is there for it.
pub const CAUGHT: [(Bug, &str); 18] = [
    (Bug::Counter(Flaw::Overbook), "more than fit in"),
    (Bug::Counter(Flaw::TakeTakenSeats), "share a seat"),
    (Bug::Counter(Flaw::ForgetSeat), "has no seat of its own"),
    (Bug::Counter(Flaw::KeepSeat), "seats are kept for nobody"),
    (Bug::Counter(Flaw::TwoADay), "is the second time of"),
    (Bug::Counter(Flaw::KeepDay), "days are kept for nobody"),
    (Bug::Counter(Flaw::BookAgain), "one request made a step of so many bookings"),
    (Bug::Counter(Flaw::ForgetDigest), "refused although it is done"),
    (Bug::Counter(Flaw::OneCode), "have one code"),
    (Bug::Counter(Flaw::OneCode), "instead"),
    (Bug::Counter(Flaw::ForgetNotice), "is told None"),
    (Bug::Counter(Flaw::TellTwice), "notices of no step"),
    (Bug::DeafToFeedback, "is neither delivered nor returned"),
    (Bug::Counter(Flaw::StayPut), "stands on closed hours"),
    (Bug::Counter(Flaw::WalkOnce), "stands on closed hours"),
    (Bug::Counter(Flaw::MoveEverybody), "must not be moved"),
    (Bug::Counter(Flaw::NeverOver), "must not be cancelled"),
    (Bug::Counter(Flaw::SlowClock), "off its time"),
];

/// The store of `booking`.
pub fn store(world: &World, bug: Option<Bug>) -> Arc<dyn Store> {
    match bug {
        Some(Bug::Counter(flaw)) => Arc::new(Flawed { world: world.clone(), flaw }),
        other => super::store(world, other),
    }
}

pub fn ambient(ambient: &Arc<dyn Ambient>, bug: Option<Bug>) -> Arc<dyn Ambient> {
    match bug {
        Some(Bug::Counter(flaw)) => Arc::new(Odd { ambient: Arc::clone(ambient), flaw }),
        _ => Arc::clone(ambient),
    }
}

struct Odd {
    ambient: Arc<dyn Ambient>,
    flaw: Flaw,
}

impl Ambient for Odd {
    fn now(&self) -> Timestamp {
        let now = self.ambient.now();
        let behind =
            if self.flaw == Flaw::SlowClock { SignedDuration::from_hours(3) } else { SignedDuration::ZERO };
        now.checked_sub(behind).unwrap_or(now)
    }

    fn random(&self) -> [u8; 32] {
        if self.flaw == Flaw::OneCode { [7; 32] } else { self.ambient.random() }
    }
}

struct Flawed {
    world: World,
    flaw: Flaw,
}

impl Store for Flawed {
    fn get(&self, key: Key) -> Answer<'_, Option<Row>> {
        let is_booking = matches!(key, Key::Booking(_));
        Box::pin(async move {
            let row = self.world.store.get(key).await?;
            Ok(match (self.flaw, row) {
                (Flaw::NeverOver, Some(mut row)) if is_booking => {
                    row.insert("state".to_owned(), AttributeValue::S("booked".to_owned()));
                    Some(row)
                }
                // What was booked and nothing more is not found when it is asked for again.
                (Flaw::BookAgain, Some(row)) if is_booking && decoded(&row).version() == 1 => None,
                (_, row) => row,
            })
        })
    }

    fn query(&self, query: Query) -> Answer<'_, Page> {
        Box::pin(async move {
            let page = self.world.store.query(query.clone()).await?;
            match (self.flaw, &query.lookup) {
                (Flaw::Overbook, Lookup::Places) => {
                    Ok(Page { rows: page.rows.into_iter().map(roomier).collect(), ..page })
                }
                (Flaw::TakeTakenSeats, Lookup::Seats(..)) | (Flaw::StayPut, Lookup::BookedOn(..)) => {
                    Ok(Page::default())
                }
                (Flaw::MoveEverybody, Lookup::BookedOn(place, day)) => {
                    let everybody = crate::bookings::all(&self.world).into_iter();
                    let here = everybody.filter(|booking| booking.appointment.place == *place);
                    let rows = here.map(|mut booking| {
                        booking.appointment.slot.day = *day;
                        booking::encode(&booking)
                    });
                    Ok(Page { rows: rows.collect::<Result<_, Fault>>()?, next: None })
                }
                _ => Ok(page),
            }
        })
    }

    fn write(&self, mut transaction: Transaction) -> Answer<'_, Written> {
        if self.flaw == Flaw::BookAgain {
            transaction = self.as_another(transaction);
        }
        for write in &mut transaction.writes {
            self.spoil(write);
        }
        if self.flaw == Flaw::TellTwice {
            let twice: Vec<Write> = transaction.writes.iter().filter_map(second_notice).collect();
            transaction.writes.extend(twice);
        }
        transaction.writes.retain(|write| !self.forgets(write));
        self.world.store.write(transaction)
    }
}

impl Flawed {
    fn spoil(&self, write: &mut Write) {
        let Write::Put { key, row, expect } = write else { return };
        match (self.flaw, key) {
            (Flaw::TakeTakenSeats, Key::Seat(..)) | (Flaw::TwoADay | Flaw::BookAgain, Key::PersonDay(..)) => {
                *expect = Expect::Anything;
            }
            (Flaw::ForgetDigest, Key::Booking(_)) => forget_digests(row),
            (Flaw::WalkOnce, Key::BookingsFollowed) => {
                if let Some(walked) = row.get("walked").cloned() {
                    row.insert("edition".to_owned(), walked);
                }
            }
            _ => {}
        }
    }

    const fn forgets(&self, write: &Write) -> bool {
        matches!(
            (self.flaw, write),
            (Flaw::ForgetSeat, Write::Put { key: Key::Seat(..), .. })
                | (Flaw::KeepSeat, Write::Delete { key: Key::Seat(..), .. })
                | (Flaw::KeepDay, Write::Delete { key: Key::PersonDay(..), .. })
                | (Flaw::ForgetNotice, Write::Put { key: Key::BookingNotice(_), .. })
        )
    }

    /// The writes of a booking that was made before, as those of another one.
    fn as_another(&self, transaction: Transaction) -> Transaction {
        let is_known = |write: &&Write| {
            let new = matches!(write, Write::Put { key: Key::Booking(_), expect: Expect::Absent, .. });
            new && self.world.store.peek(write.key()).is_some()
        };
        let Some(Write::Put { row, .. }) = transaction.writes.iter().find(is_known) else {
            return transaction;
        };
        let made = decoded(row);
        let anew = BookingId::from_bytes(*PersonId::of_subject("again", &made.id.to_string()).bytes());
        let booking = Booking { id: anew, ..made };
        let at = &booking.appointment;
        let (seat, day) = (
            Key::Seat(at.place.clone(), at.slot, booking.seat),
            Key::PersonDay(booking.booker.person, at.slot.day),
        );
        let notice = BookingNotice::of(&booking).expect("a booking that is told");
        let rows = [
            (Key::Booking(anew), booking::encode(&booking)),
            (seat.clone(), booking::encode_seat(&seat, &booking)),
            (day.clone(), booking::encode_person_day(&day, &booking)),
            (Key::BookingNotice(notice.id), booking_notice::encode(&notice)),
        ];
        rows.into_iter().fold(Transaction::default(), |writes, (key, row)| {
            writes.put(key, row.expect("a row"), Expect::Anything)
        })
    }
}

fn decoded(row: &Row) -> Booking {
    booking::decode(row.clone()).expect("a sound booking")
}

/// A place into which two more fit at each of its times.
fn roomier(mut row: Row) -> Row {
    if let Some(AttributeValue::S(place)) = row.get_mut("place") {
        *place =
            place.replace("\"capacity\":2", "\"capacity\":4").replace("\"capacity\":1", "\"capacity\":3");
    }
    row
}

/// The same notice once more, with a number of its own.
fn second_notice(write: &Write) -> Option<Write> {
    let Write::Put { key: Key::BookingNotice(_), row, expect } = write else { return None };
    let mut notice = booking_notice::decode(row.clone()).expect("a sound notice");
    notice.id.version += 100;
    let row = booking_notice::encode(&notice).expect("a row");
    Some(Write::Put { key: Key::BookingNotice(notice.id), row, expect: *expect })
}

fn forget_digests(row: &mut Row) {
    let Some(AttributeValue::L(steps)) = row.get_mut("steps") else { return };
    for step in steps {
        if let AttributeValue::M(step) = step {
            step.insert("digest".to_owned(), AttributeValue::S("00".repeat(32)));
        }
    }
}
