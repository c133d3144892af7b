//! Places as in the catalogue file, and the rows of bookings: the booking, the seat it holds in its slot,
//! the day on which its person has it.

use domain::booking::{
    Appointment, BookedItem, Booking, BookingTerms, CheckInCode, Opening, Place, Slot, State, Step, StepKind,
};
use domain::case::Applicant;
use domain::event::Request;
use domain::id::{AgencyCode, BookingId, CaseId, ItemCode, PersonId, PlaceCode, RequestId};
use domain::personal::Personal;
use domain::taipei;
use domain::text::Lang;
use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;
use super::item::TextFile;
use super::payment::PartyBody;
use crate::fault::Fault;
use crate::keys::{self, Key};
use crate::row::Row;

/// Days for which a seat and a day that is taken are kept after the day: nothing asks for them any more.
const KEPT_DAYS: i64 = 30;

/// Where and how far ahead an item can be booked, as in the catalogue file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingTermsFile {
    pub places: Vec<AsText<PlaceCode>>,
    pub min_days: u16,
    pub max_days: u16,
}

impl From<BookingTermsFile> for BookingTerms {
    fn from(file: BookingTermsFile) -> Self {
        let BookingTermsFile { places, min_days, max_days } = file;
        Self { places: places.into_iter().map(|place| place.0).collect(), min_days, max_days }
    }
}

/// A place as in the catalogue file and in its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceFile {
    pub code: AsText<PlaceCode>,
    pub agency: AsText<AgencyCode>,
    pub name: TextFile,
    pub address: TextFile,
    pub slot_minutes: u16,
    pub opening: Vec<OpeningFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningFile {
    pub days: Vec<WeekdayName>,
    pub from: Time,
    pub until: Time,
    pub capacity: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeekdayName {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<WeekdayName> for Weekday {
    fn from(name: WeekdayName) -> Self {
        match name {
            WeekdayName::Mon => Self::Monday,
            WeekdayName::Tue => Self::Tuesday,
            WeekdayName::Wed => Self::Wednesday,
            WeekdayName::Thu => Self::Thursday,
            WeekdayName::Fri => Self::Friday,
            WeekdayName::Sat => Self::Saturday,
            WeekdayName::Sun => Self::Sunday,
        }
    }
}

impl From<PlaceFile> for Place {
    fn from(file: PlaceFile) -> Self {
        let opening = |opening: OpeningFile| Opening {
            days: opening.days.into_iter().map(Weekday::from).collect(),
            from: opening.from,
            until: opening.until,
            capacity: opening.capacity,
        };
        Self {
            code: file.code.0,
            agency: file.agency.0,
            name: file.name.into(),
            address: file.address.into(),
            slot_minutes: file.slot_minutes,
            opening: file.opening.into_iter().map(opening).collect(),
        }
    }
}

/// The row keeps the file as text, as that of an item does.
#[derive(Serialize, Deserialize)]
struct PlaceRow {
    place: String,
}

pub fn encode_place(file: &PlaceFile) -> Result<Row, Fault> {
    let place = serde_json::to_string(file).map_err(Fault::corrupt)?;
    super::encode(&Key::Place(file.code.0.clone()), "place", 1, &PlaceRow { place })
}

pub fn decode_place(row: Row) -> Result<Place, Fault> {
    let row: PlaceRow = super::decode(row, "place")?;
    Ok(serde_json::from_str::<PlaceFile>(&row.place).map_err(Fault::corrupt)?.into())
}

#[derive(Serialize, Deserialize)]
pub(super) struct AppointmentRow {
    place: AsText<PlaceCode>,
    agency: AsText<AgencyCode>,
    name: TextRow,
    address: TextRow,
    day: Date,
    start: Time,
    end: Time,
}

impl From<&Appointment> for AppointmentRow {
    fn from(appointment: &Appointment) -> Self {
        let Appointment { place, agency, name, address, slot: Slot { day, start, end } } = appointment;
        Self {
            place: AsText(place.clone()),
            agency: AsText(agency.clone()),
            name: name.into(),
            address: address.into(),
            day: *day,
            start: *start,
            end: *end,
        }
    }
}

impl From<AppointmentRow> for Appointment {
    fn from(row: AppointmentRow) -> Self {
        Self {
            place: row.place.0,
            agency: row.agency.0,
            name: row.name.into(),
            address: row.address.into(),
            slot: Slot { day: row.day, start: row.start, end: row.end },
        }
    }
}

#[derive(Serialize, Deserialize)]
struct StepRow {
    at: Timestamp,
    by: PartyBody,
    request: AsText<RequestId>,
    digest: String,
    #[serde(flatten)]
    kind: StepKindRow,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
enum StepKindRow {
    Booked,
    Changed { from: AppointmentRow },
    Cancelled,
    CheckedIn,
    NoShow,
    Moved { from: AppointmentRow, cause: TextRow },
    CalledOff { cause: TextRow },
}

impl From<&Step> for StepRow {
    fn from(step: &Step) -> Self {
        let kind = match &step.kind {
            StepKind::Booked => StepKindRow::Booked,
            StepKind::Changed { from } => StepKindRow::Changed { from: from.into() },
            StepKind::Cancelled => StepKindRow::Cancelled,
            StepKind::CheckedIn => StepKindRow::CheckedIn,
            StepKind::NoShow => StepKindRow::NoShow,
            StepKind::Moved { from, cause } => StepKindRow::Moved { from: from.into(), cause: cause.into() },
            StepKind::CalledOff { cause } => StepKindRow::CalledOff { cause: cause.into() },
        };
        let Request { id, digest } = step.request;
        Self { at: step.at, by: step.by.into(), request: AsText(id), digest: keys::hex(&digest), kind }
    }
}

impl TryFrom<StepRow> for Step {
    type Error = Fault;

    fn try_from(row: StepRow) -> Result<Self, Fault> {
        let kind = match row.kind {
            StepKindRow::Booked => StepKind::Booked,
            StepKindRow::Changed { from } => StepKind::Changed { from: from.into() },
            StepKindRow::Cancelled => StepKind::Cancelled,
            StepKindRow::CheckedIn => StepKind::CheckedIn,
            StepKindRow::NoShow => StepKind::NoShow,
            StepKindRow::Moved { from, cause } => StepKind::Moved { from: from.into(), cause: cause.into() },
            StepKindRow::CalledOff { cause } => StepKind::CalledOff { cause: cause.into() },
        };
        let digest = keys::unhex(&row.digest).ok_or_else(|| Fault::corrupt("a digest of a booking"))?;
        Ok(Self { at: row.at, by: row.by.into(), request: Request { id: row.request.0, digest }, kind })
    }
}

#[derive(Serialize, Deserialize)]
struct BookingRow {
    id: AsText<BookingId>,
    item: AsText<ItemCode>,
    item_version: u32,
    item_name: TextRow,
    person: AsText<PersonId>,
    name: String,
    email: String,
    lang: AsText<Lang>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    case: Option<AsText<CaseId>>,
    appointment: AppointmentRow,
    seat: u16,
    code: AsText<CheckInCode>,
    state: AsText<State>,
    steps: Vec<StepRow>,
    /// The number of its steps.
    version: u32,
    /// The index of a place's day: while the booking holds a seat.
    place_day: Option<String>,
    place_slot: Option<String>,
    /// The index of a person.
    booker: AsText<PersonId>,
    booked_for: String,
}

pub fn encode(booking: &Booking) -> Result<Row, Fault> {
    let Appointment { place, slot, .. } = &booking.appointment;
    let start = keys::slot_start(slot.start);
    let holds = booking.state.holds_a_place();
    let row = BookingRow {
        id: AsText(booking.id),
        item: AsText(booking.item.code.clone()),
        item_version: booking.item.version,
        item_name: (&booking.item.name).into(),
        person: AsText(booking.booker.person),
        name: booking.booker.name.reveal().clone(),
        email: booking.booker.email.reveal().clone(),
        lang: AsText(booking.booker.lang),
        case: booking.case.map(AsText),
        appointment: (&booking.appointment).into(),
        seat: booking.seat,
        code: AsText(booking.code),
        state: AsText(booking.state),
        steps: booking.steps.iter().map(StepRow::from).collect(),
        version: booking.version(),
        place_day: holds.then(|| keys::place_day(place, slot.day)),
        place_slot: holds.then(|| format!("{start} {:03}", booking.seat)),
        booker: AsText(booking.booker.person),
        booked_for: format!("{} {start}", slot.day),
    };
    super::encode(&Key::Booking(booking.id), "booking", 1, &row)
}

pub fn decode(row: Row) -> Result<Booking, Fault> {
    let row: BookingRow = super::decode(row, "booking")?;
    Ok(Booking {
        id: row.id.0,
        item: BookedItem { code: row.item.0, version: row.item_version, name: row.item_name.into() },
        booker: Applicant {
            person: row.person.0,
            name: Personal::new(row.name),
            email: Personal::new(row.email),
            lang: row.lang.0,
            mobile: None,
        },
        case: row.case.map(|case| case.0),
        appointment: row.appointment.into(),
        seat: row.seat,
        code: row.code.0,
        state: row.state.0,
        steps: row.steps.into_iter().map(Step::try_from).collect::<Result<_, _>>()?,
    })
}

/// A seat that is taken, or the day of a person that is: by which booking.
#[derive(Serialize, Deserialize)]
struct TakenRow {
    booking: AsText<BookingId>,
    /// Seconds since 1970, for the store's own clean-up.
    expires_at: i64,
}

fn taken(key: &Key, row: &'static str, booking: &Booking) -> Result<Row, Fault> {
    let day = booking.appointment.slot.day;
    let after = taipei::plus_days(day, KEPT_DAYS).and_then(taipei::end_of);
    let expires_at = after.map_or(i64::MAX, Timestamp::as_second);
    super::encode(key, row, 1, &TakenRow { booking: AsText(booking.id), expires_at })
}

pub fn encode_seat(key: &Key, booking: &Booking) -> Result<Row, Fault> {
    taken(key, "seat", booking)
}

pub fn encode_person_day(key: &Key, booking: &Booking) -> Result<Row, Fault> {
    taken(key, "person_day", booking)
}

/// Whose the day of a person is.
pub fn booking_of(row: Row) -> Result<BookingId, Fault> {
    super::decode::<TakenRow>(row, "person_day").map(|row| row.booking.0)
}

/// How far the bookings have followed the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Followed {
    /// Up to which edition, for good.
    pub edition: u32,
    /// Up to which edition once: processes that knew the old calendar may have booked since.
    pub walked: u32,
    /// Counts the writes of the row.
    pub version: u32,
}

impl Followed {
    pub fn encode(&self) -> Result<Row, Fault> {
        super::encode(&Key::BookingsFollowed, "bookings_followed", 1, self)
    }

    pub fn decode(row: Row) -> Result<Self, Fault> {
        super::decode(row, "bookings_followed")
    }
}
