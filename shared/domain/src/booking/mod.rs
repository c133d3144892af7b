//! Booked times at a counter (網路預約, 規範 八 I(三)): what a booking is, who may do what with it and
//! when, and what follows. How many fit into a slot is not decided here: the store holds the places.

mod code;
mod notice;
mod place;
mod refusal;
mod step;

use jiff::Timestamp;

pub use self::code::CheckInCode;
pub use self::notice::{BookingNoticeId, BookingNoticeKind, owed};
pub use self::place::{BadPlace, BookingTerms, Offered, Opening, Place, Slot, offered};
pub use self::refusal::Refusal;
pub use self::step::{State, Step, StepKind};
use crate::access::{Actor, Officer};
use crate::agency::Role;
use crate::calendar::Calendar;
use crate::case::Applicant;
use crate::event::{Party, Request};
use crate::id::{AgencyCode, BookingId, CaseId, ItemCode, PersonId, PlaceCode};
use crate::taipei;
use crate::text::Text;

/// How often whoever booked may choose another time.
pub const MAX_CHANGES: usize = 5;

/// What is booked: the item, as it was then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedItem {
    pub code: ItemCode,
    pub version: u32,
    pub name: Text,
}

/// Where and when, with what a letter says of the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub place: PlaceCode,
    pub agency: AgencyCode,
    pub name: Text,
    pub address: Text,
    pub slot: Slot,
}

/// A time that can be had, if a place in it is free. Made by [`offer`] and [`substitutes`] alone, so that
/// no command names a time that nobody checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    appointment: Appointment,
    capacity: u16,
}

impl Offer {
    #[must_use]
    pub const fn appointment(&self) -> &Appointment {
        &self.appointment
    }

    #[must_use]
    pub const fn capacity(&self) -> u16 {
        self.capacity
    }

    fn of(place: &Place, offered: Offered) -> Self {
        let Place { code, agency, name, address, .. } = place.clone();
        let appointment = Appointment { place: code, agency, name, address, slot: offered.slot };
        Self { appointment, capacity: offered.capacity }
    }
}

/// The slot of `place` that begins at `slot.start`, if it can be booked at `now`.
pub fn offer(
    place: &Place,
    terms: &BookingTerms,
    (day, start): (jiff::civil::Date, jiff::civil::Time),
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Offer, Refusal> {
    let slots = offered(place, terms, day, now, calendar)?;
    let found = slots.into_iter().find(|offered| offered.slot.start == start);
    found.map(|offered| Offer::of(place, offered)).ok_or(Refusal::NoSuchSlot)
}

/// The times to move a booking to whose own is closed: of the given day those at the same time of day
/// first, then in order.
#[must_use]
pub fn substitutes(
    place: &Place,
    closed: Slot,
    day: jiff::civil::Date,
    now: Timestamp,
    calendar: &Calendar,
) -> Vec<Offer> {
    let mut slots = place.slots(day, calendar).unwrap_or_default();
    slots.retain(|offered| offered.slot.begins() > now && offered.slot != closed);
    slots.sort_by_key(|offered| (offered.slot.start != closed.start, offered.slot));
    slots.into_iter().map(|offered| Offer::of(place, offered)).collect()
}

/// A booked time of one person for one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub id: BookingId,
    pub item: BookedItem,
    pub booker: Applicant,
    /// The case that was filed beforehand, where the item has a form and the person named it.
    pub case: Option<CaseId>,
    pub appointment: Appointment,
    /// Which of the places of its slot it holds, from 1.
    pub seat: u16,
    pub code: CheckInCode,
    pub state: State,
    /// From the first, which booked it; never none.
    pub steps: Vec<Step>,
}

impl Booking {
    /// How many steps made it what it is.
    #[must_use]
    pub fn version(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX)
    }

    /// What is done with it last.
    #[must_use]
    pub fn last(&self) -> Option<&Step> {
        self.steps.last()
    }

    /// The booking after `step`.
    #[must_use]
    pub fn after(mut self, step: Step, seat: u16, to: Option<&Offer>) -> Self {
        self.state = match &step.kind {
            StepKind::Booked | StepKind::Changed { .. } | StepKind::Moved { .. } => State::Booked,
            StepKind::Cancelled => State::Cancelled,
            StepKind::CheckedIn => State::CheckedIn,
            StepKind::NoShow => State::NoShow,
            StepKind::CalledOff { .. } => State::CalledOff,
        };
        if let Some(offer) = to {
            self.appointment = offer.appointment.clone();
            self.seat = seat;
        }
        self.steps.push(step);
        self
    }
}

/// What can be asked of a booking that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Change(Offer),
    Cancel,
    CheckIn,
    MarkNoShow,
    /// By the window, where the office is closed.
    Move(Offer, Text),
    CallOff(Text),
}

impl Command {
    /// The time it asks for.
    #[must_use]
    pub const fn offer(&self) -> Option<&Offer> {
        match self {
            Self::Change(offer) | Self::Move(offer, _) => Some(offer),
            Self::Cancel | Self::CheckIn | Self::MarkNoShow | Self::CallOff(_) => None,
        }
    }
}

/// Whether `officer` receives people at a counter of `agency`.
#[must_use]
pub fn receives_at(officer: &Officer, agency: &AgencyCode) -> bool {
    let roles = [Role::Dispatcher, Role::Handler, Role::Reviewer];
    officer.agency == *agency && roles.iter().any(|role| officer.roles.contains(role))
}

/// Whether `actor` may ask for `command` at all, whatever the time and the state.
fn may(actor: &Actor, booking: &Booking, command: &Command) -> bool {
    let booker = booking.booker.person;
    match (command, actor) {
        (Command::Change(_) | Command::Cancel, Actor::Applicant(person)) => *person == booker,
        // Nobody acts for the office in their own matter (行政程序法 §32).
        (Command::CheckIn | Command::MarkNoShow, Actor::Officer(officer)) => {
            officer.person != booker && receives_at(officer, &booking.appointment.agency)
        }
        (Command::Move(..) | Command::CallOff(_), Actor::System) => true,
        (Command::Change(_) | Command::Cancel, Actor::Officer(_) | Actor::System)
        | (Command::CheckIn | Command::MarkNoShow, Actor::Applicant(_) | Actor::System)
        | (Command::Move(..) | Command::CallOff(_), Actor::Applicant(_) | Actor::Officer(_)) => false,
    }
}

/// Decides on `command`: what happens, or why not. `seen` is the version that the caller looked at, where
/// they looked.
pub fn decide(
    booking: &Booking,
    actor: &Actor,
    seen: Option<u32>,
    command: &Command,
    now: Timestamp,
) -> Result<StepKind, Refusal> {
    if !may(actor, booking, command) {
        return Err(Refusal::Forbidden);
    }
    let current = booking.version();
    if seen.is_some_and(|seen| seen != current) {
        return Err(Refusal::Stale { current });
    }
    let slot = booking.appointment.slot;
    let before_it_begins = || if now < slot.begins() { Ok(()) } else { Err(Refusal::Begun) };
    match (booking.state, command) {
        (State::Booked, Command::Change(offer)) => {
            before_it_begins()?;
            let changes = booking.steps.iter().filter(|step| matches!(step.kind, StepKind::Changed { .. }));
            if changes.count() >= MAX_CHANGES {
                return Err(Refusal::TooManyChanges);
            }
            elsewhere(booking, offer)?;
            Ok(StepKind::Changed { from: booking.appointment.clone() })
        }
        (State::Booked, Command::Cancel) => before_it_begins().map(|()| StepKind::Cancelled),
        // Whoever was marked as absent and came late is received all the same.
        (State::Booked | State::NoShow, Command::CheckIn) => {
            if taipei::day_of(now) == slot.day {
                Ok(StepKind::CheckedIn)
            } else {
                Err(Refusal::NotTheDay(slot.day))
            }
        }
        (State::Booked, Command::MarkNoShow) => {
            if now >= slot.ends() {
                Ok(StepKind::NoShow)
            } else {
                Err(Refusal::NotOver)
            }
        }
        (State::Booked, Command::Move(offer, cause)) => {
            elsewhere(booking, offer)?;
            Ok(StepKind::Moved { from: booking.appointment.clone(), cause: cause.clone() })
        }
        (State::Booked, Command::CallOff(cause)) => Ok(StepKind::CalledOff { cause: cause.clone() }),
        (
            State::NoShow,
            Command::Change(_)
            | Command::Cancel
            | Command::MarkNoShow
            | Command::Move(..)
            | Command::CallOff(_),
        )
        | (
            State::CheckedIn | State::Cancelled | State::CalledOff,
            Command::Change(_)
            | Command::Cancel
            | Command::CheckIn
            | Command::MarkNoShow
            | Command::Move(..)
            | Command::CallOff(_),
        ) => Err(Refusal::NotOpen(booking.state)),
    }
}

/// Another place or another time than it has.
fn elsewhere(booking: &Booking, offer: &Offer) -> Result<(), Refusal> {
    let (ours, theirs) = (&booking.appointment, &offer.appointment);
    let same = ours.place == theirs.place
        && (ours.slot.day, ours.slot.start) == (theirs.slot.day, theirs.slot.start);
    if same { Err(Refusal::SameSlot) } else { Ok(()) }
}

/// Makes the booking that `request` of `booker` asks for.
#[must_use]
pub fn book(
    item: BookedItem,
    booker: Applicant,
    case: Option<CaseId>,
    (offer, seat): (&Offer, u16),
    code: CheckInCode,
    request: Request,
    now: Timestamp,
) -> Booking {
    let person: PersonId = booker.person;
    let step = Step { at: now, by: Party::Applicant(person), request, kind: StepKind::Booked };
    let (id, appointment) = (BookingId::of_request(person, request.id), offer.appointment.clone());
    Booking { id, item, booker, case, appointment, seat, code, state: State::Booked, steps: vec![step] }
}

/// Whether the office is closed at a booked slot: on a day that became a day off, or in the half of it
/// that was announced to be. A slot that the rules of its place no longer have stands all the same.
#[must_use]
pub fn is_closed(slot: Slot, calendar: &Calendar) -> bool {
    matches!(place::is_open(slot, calendar), Ok(false))
}
