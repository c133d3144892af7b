//! Times at a counter in the simulated city: what people ask for, the schedule that follows the office
//! calendar, and what is stored of it.

use std::sync::Arc;

use domain::booking::{Appointment, Booking};
use domain::event::Party;
use domain::id::{BookingId, PersonId};
use domain::taipei;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use lambda_http::Request;
use platform::catalogue::Import;
use platform::codec::booking::{self as codec, Followed};
use platform::codec::{calendar, row_type};
use platform::keys::{Key, Table};
use serde_json::json;
use testkit::faults::{Progress, poll, run};
use testkit::http::{Call, csrf};
use testkit::world::World;

use crate::city::{self, Apps, City};
use crate::people::{Answered, Asking, Wish};

/// What can be booked, at both places.
const ITEM: &str = "HR008";
/// On working days two people at nine and two at ten, one at two in the afternoon.
pub const HALL: &str = "parks-hall";
/// On Fridays one person, at nine.
pub const WINDOW: &str = "parks-window";

/// When every process goes by a calendar that was changed.
const SETTLED: SignedDuration = SignedDuration::from_mins(15);

/// The places and what can be booked there.
pub fn import() -> Import {
    serde_json::from_str(include_str!("places.json")).expect("the places are a catalogue")
}

/// How many people fit into a time, counted by hand; 0 where there is no such time.
pub fn fits(at: &Appointment) -> usize {
    let weekday = at.slot.day.weekday().to_monday_one_offset();
    match (at.place.as_str(), weekday, at.slot.start.hour(), at.slot.end.hour()) {
        (HALL, 1..=5, 9, 10) | (HALL, 1..=5, 10, 11) => 2,
        (HALL, 1..=5, 14, 15) | (WINDOW, 5, 9, 10) => 1,
        _ => 0,
    }
}

/// A place, a day, and when the time begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    pub place: &'static str,
    pub day: Date,
    pub start: &'static str,
}

/// What somebody wants of a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    Book(At),
    Change {
        booking: BookingId,
        version: u32,
        at: At,
    },
    Cancel {
        booking: BookingId,
        version: u32,
    },
    /// Staff: `check-in` or `no-show`.
    Record {
        booking: BookingId,
        version: u32,
        command: &'static str,
    },
    /// Staff, with the code that whoever booked shows.
    CodeShown {
        booking: BookingId,
        place: String,
        day: Date,
        code: String,
    },
}

impl Want {
    /// To check in whoever shows the code of `booking`, where and when that is.
    pub fn code_of(booking: &Booking) -> Self {
        let at = &booking.appointment;
        let (place, day, code) = (at.place.to_string(), at.slot.day, booking.code.to_string());
        Self::CodeShown { booking: booking.id, place, day, code }
    }

    /// The booking that it is about, if there is one already.
    pub const fn booking(&self) -> Option<BookingId> {
        match self {
            Self::Book(_) => None,
            Self::Change { booking, .. }
            | Self::Cancel { booking, .. }
            | Self::Record { booking, .. }
            | Self::CodeShown { booking, .. } => Some(*booking),
        }
    }

    /// The request as API Gateway hands it to the function.
    pub fn request(&self, asking: &Asking) -> Request {
        let at = |at: &At| json!({ "place": at.place, "day": at.day, "start": at.start });
        let id = |booking: &BookingId| ("booking", booking.to_string());
        let (route, parameters, body) = match self {
            Self::Book(time) => {
                let mut body = at(time);
                body["item"] = json!(ITEM);
                ("POST /api/bookings", vec![], body)
            }
            Self::Change { booking, version, at: time } => {
                let mut body = at(time);
                body["version"] = json!(version);
                ("POST /api/bookings/{booking}/change", vec![id(booking)], body)
            }
            Self::Cancel { booking, version } => {
                ("POST /api/bookings/{booking}/cancel", vec![id(booking)], json!({ "version": version }))
            }
            Self::Record { booking, version, command } => {
                let parameters = vec![id(booking), ("command", (*command).to_owned())];
                ("POST /api/counter/{booking}/{command}", parameters, json!({ "version": version }))
            }
            Self::CodeShown { place, day, code, .. } => {
                let (token, request, day) = (csrf(&asking.subject), asking.id.to_string(), day.to_string());
                let fields =
                    [("csrf", token.as_str()), ("request", &request), ("place", place), ("day", &day)];
                let fields = [&fields[..], &[("code", code)]].concat();
                let call = Call::of("POST /counter/check-in", &[]).by(&asking.subject);
                return call.form(&fields).request();
            }
        };
        asking.call(route, &parameters).key(&asking.id.to_string()).json(&body).request()
    }
}

impl Asking {
    /// Somebody wants something of a counter.
    pub fn at_counter(subject: &str, number: u64, want: Want) -> Self {
        Self::new(subject, number, Wish::Counter(want))
    }

    /// Whether a booking has a step that this very request of this person made.
    pub fn has_made(&self, booking: &Booking) -> bool {
        let own = Some(self.person());
        booking.steps.iter().any(|step| step.request.id == self.id && person(step.by) == own)
    }
}

/// Who somebody is; `None` for the window itself.
pub const fn person(by: Party) -> Option<PersonId> {
    match by {
        Party::Applicant(person) | Party::Officer(person) => Some(person),
        Party::System => None,
    }
}

/// Every booking that is stored.
pub fn all(world: &World) -> Vec<Booking> {
    let rows = world.store.rows(Table::Bookings).into_iter();
    let rows = rows.filter(|row| row_type(row) == Some("booking"));
    rows.map(|row| codec::decode(row).expect("a sound booking")).collect()
}

/// How far the bookings have followed the calendar.
pub fn followed(world: &World) -> Followed {
    let row = world.store.peek(&Key::BookingsFollowed);
    row.map(|row| Followed::decode(row).expect("a sound row")).unwrap_or_default()
}

/// The changes of the calendar, oldest first: when each was announced, and the days it names.
pub fn announced(world: &World) -> Vec<(Timestamp, Vec<Date>)> {
    let changes = (1..).map_while(|edition| world.store.peek(&Key::CalendarChange(edition)));
    let changes = changes.map(|row| calendar::decode_change(row).expect("a sound change"));
    changes.map(|changed| (changed.at, changed.change.days)).collect()
}

/// The day after today that is so many days off.
pub fn in_days(now: Timestamp, days: u64) -> Date {
    let off = i64::try_from(days).expect("a few days");
    taipei::plus_days(taipei::day_of(now), off).expect("a day")
}

impl City {
    /// The booking as it stands, seen from outside.
    pub fn booking(&self, id: BookingId) -> Booking {
        let row = self.world.store.peek(&Key::Booking(id)).expect("a booking");
        codec::decode(row).expect("a sound booking")
    }

    /// The schedule of `booking`; `false` when it did not get through.
    pub fn follow(&mut self) -> bool {
        let apps = Arc::clone(&self.apps);
        let ticked = run(&self.world.gate, booking::tick(&apps.booking));
        if ticked.is_none() {
            self.restart(SignedDuration::ZERO);
        }
        ticked.is_some_and(|ticked| ticked.is_ok())
    }

    /// When the schedule of `booking` next has something to do, perhaps already. Where nobody has booked
    /// anything it is passed over: it would read two rows.
    pub fn follows_at(&self) -> Option<Timestamp> {
        let (announced, followed) = (announced(&self.world), followed(&self.world));
        let edition = u32::try_from(announced.len()).expect("a few changes");
        let (latest, _) = announced.last()?;
        if followed.edition >= edition || all(&self.world).is_empty() {
            return None;
        }
        Some(if followed.walked < edition { self.now() } else { *latest + SETTLED })
    }

    /// Sends several requests at once, each to an instance of its own: they take turns at every port call.
    /// Whoever is not answered sends again.
    pub fn at_once(&mut self, askings: &[Asking]) -> Vec<Answered> {
        self.world.gate.interleave();
        for asking in askings {
            self.sign_in(&asking.subject);
        }
        let (world, bug) = (&self.world, self.bug);
        let start = |asking: &Asking| {
            let (apps, asking) = (Apps::start(world, bug, SignedDuration::ZERO), asking.clone());
            Some(Box::pin(async move { city::call(&apps, &asking).await }))
        };
        let mut processes: Vec<_> = askings.iter().map(start).collect();
        let mut answers: Vec<Option<Answered>> = vec![None; askings.len()];
        while processes.iter().any(Option::is_some) {
            for (waiting, answer) in processes.iter_mut().zip(&mut answers) {
                let Some(process) = waiting else { continue };
                match poll(&self.world.gate, process.as_mut()) {
                    Progress::Waiting => continue,
                    Progress::Crashed => {}
                    Progress::Done(answered) => *answer = Some(answered),
                }
                *waiting = None;
            }
        }
        let sent = askings.iter().zip(answers);
        sent.map(|(asking, answer)| match answer {
            Some(answered) if !answered.is_trouble() => {
                self.note(asking.clone(), answered.clone());
                answered
            }
            _ => self.ask(asking),
        })
        .collect()
    }
}
