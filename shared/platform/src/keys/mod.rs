//! Every key of every table, in one place: nothing outside this folder builds one or takes one apart.

mod booking;
mod duty;
mod hexadecimal;
mod lookup;
mod objects;
mod order;
#[cfg(test)]
mod tests;

use domain::attendance::{Duty, DutyNoticeId};
use domain::booking::{BookingNoticeId, Slot};
use domain::case::State;
use domain::id::{
    AgencyCode, BookingId, CaseId, DraftId, EventId, ItemCode, NoticeId, PersonId, PlaceCode, RequestId,
    Version,
};
use domain::letter::DocumentNumber;
use domain::payment::Provider;
use domain::verification::VerificationCode;
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use self::booking::seats;
use self::duty::{duties, visit};
use self::order::{account, order};

pub use booking::{place_day, seat_of, slot_start};
pub use hexadecimal::{hex, unhex};
pub use lookup::{Lookup, Plan, Range};
pub use objects::{filed, issued, quarantined};
pub use order::{HEARD_KINDS, HeardId, OrderKey, paid_on};

/// The tables, one per aggregate family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    Cases,
    Notices,
    Catalogue,
    Sessions,
    Reports,
    Payments,
    Bookings,
}

impl Table {
    pub const ALL: [Self; 7] = [
        Self::Cases,
        Self::Notices,
        Self::Catalogue,
        Self::Sessions,
        Self::Reports,
        Self::Payments,
        Self::Bookings,
    ];

    /// The name of the environment variable that holds the name of the table.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Cases => "CASES_TABLE",
            Self::Notices => "NOTICES_TABLE",
            Self::Catalogue => "CATALOGUE_TABLE",
            Self::Sessions => "SESSIONS_TABLE",
            Self::Reports => "REPORTS_TABLE",
            Self::Payments => "PAYMENTS_TABLE",
            Self::Bookings => "BOOKINGS_TABLE",
        }
    }
}

/// A hash of a secret that the browser holds; the secret itself is never stored.
pub type SecretHash = [u8; 32];

/// The key of one row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Case(CaseId),
    Event(EventId),
    Draft(PersonId, DraftId),
    /// A document that was issued, by its verification code.
    Document(VerificationCode),
    /// That the second document puts an error in the first right.
    Rectified(VerificationCode, VerificationCode),
    /// What the file of a document is.
    DocumentFile(VerificationCode),
    /// The number of a document, which an agency gives once.
    DocumentNumber(AgencyCode, DocumentNumber),
    Notice(NoticeId),
    /// An immutable version of an item.
    ItemVersion(ItemCode, u32),
    /// A version of an item in the list of all items: in force, or coming into force.
    ListedItem(ItemCode, u32),
    Agency(AgencyCode),
    /// A member of staff in the list of the agency.
    AgencyStaff(AgencyCode, PersonId),
    /// The same member of staff by person.
    Staff(PersonId),
    /// The absences of an agency that are not over.
    Absences(AgencyCode),
    /// An absence, on record for good, by its first day.
    Absence(AgencyCode, Date, RequestId),
    /// The office calendar in force.
    Calendar,
    /// A change of the calendar, by its edition, and how far the open cases have been recalculated.
    CalendarChange(u32),
    /// The part of that work that one shard of cases is.
    Recalculation(u32, u8),
    Session(SecretHash),
    /// A sign-in under way.
    SignIn(SecretHash),
    /// The case in the lists of its agency and its applicant.
    WorkItem(CaseId),
    /// The case in the list of an agency that is asked to review a part.
    ReviewItem(CaseId, AgencyCode),
    /// An attempt to pay, by its order.
    Attempt(OrderKey),
    /// An authentic word of a provider about an order.
    Heard(HeardId),
    /// A refund that a provider is asked to make, by its number in the case.
    Payout(OrderKey, u32),
    /// The daily file of an account.
    ProviderFile(Provider, String, Date),
    /// Until when the provider of an account wants to be left alone.
    HoldOff(Provider, String),
    /// The providers that an agency has contracts with.
    Contracts(AgencyCode),
    /// To whom an agency gives which cases.
    Routing(AgencyCode),
    /// A place where people are received, in the list of all places.
    Place(PlaceCode),
    Booking(BookingId),
    /// One of the places of a slot, counted from 1: there while somebody has it.
    Seat(PlaceCode, Slot, u16),
    /// That a person has a booking on a day.
    PersonDay(PersonId, Date),
    /// Up to which edition of the calendar the bookings have followed.
    BookingsFollowed,
    /// A notice about a booking.
    BookingNotice(BookingNoticeId),
    /// The first look into the inbox of an agency in a half-day.
    Visit(AgencyCode, Duty),
    /// A notice that there was none.
    DutyNotice(DutyNoticeId),
    /// Up to which half-day the inboxes of all agencies have been looked after.
    DutiesJudged,
}

impl Key {
    #[must_use]
    pub const fn table(&self) -> Table {
        match self {
            Self::Case(_)
            | Self::Event(_)
            | Self::Draft(..)
            | Self::Document(_)
            | Self::Rectified(..)
            | Self::DocumentFile(_)
            | Self::DocumentNumber(..) => Table::Cases,
            Self::Notice(_)
            | Self::BookingNotice(_)
            | Self::Visit(..)
            | Self::DutyNotice(_)
            | Self::DutiesJudged => Table::Notices,
            Self::ItemVersion(..)
            | Self::ListedItem(..)
            | Self::Agency(_)
            | Self::AgencyStaff(..)
            | Self::Staff(_)
            | Self::Absences(_)
            | Self::Absence(..)
            | Self::Calendar
            | Self::CalendarChange(_)
            | Self::Recalculation(..)
            | Self::Contracts(_)
            | Self::Routing(_)
            | Self::Place(_) => Table::Catalogue,
            Self::Attempt(_)
            | Self::Heard(_)
            | Self::Payout(..)
            | Self::ProviderFile(..)
            | Self::HoldOff(..) => Table::Payments,
            Self::Session(_) | Self::SignIn(_) => Table::Sessions,
            Self::WorkItem(_) | Self::ReviewItem(..) => Table::Reports,
            Self::Booking(_) | Self::Seat(..) | Self::PersonDay(..) | Self::BookingsFollowed => {
                Table::Bookings
            }
        }
    }

    /// The partition key.
    #[must_use]
    pub fn pk(&self) -> String {
        match self {
            Self::Case(case) | Self::WorkItem(case) | Self::ReviewItem(case, _) => format!("case#{case}"),
            Self::Event(event) => format!("case#{}", event.case),
            Self::Draft(person, _) | Self::Staff(person) | Self::PersonDay(person, _) => {
                format!("person#{person}")
            }
            Self::Document(code) | Self::Rectified(code, _) | Self::DocumentFile(code) => {
                format!("document#{code}")
            }
            Self::DocumentNumber(agency, number) => format!("number#{agency}#{number}"),
            Self::Notice(notice) => format!("case#{}", notice.event.case),
            Self::ItemVersion(code, _) => format!("item#{code}"),
            Self::ListedItem(..) => "catalogue".to_owned(),
            Self::Calendar | Self::CalendarChange(_) | Self::BookingsFollowed => "calendar".to_owned(),
            Self::Recalculation(edition, _) => format!("calendar#{edition:06}"),
            Self::Agency(code) | Self::AgencyStaff(code, _) | Self::Contracts(code) | Self::Routing(code) => {
                format!("agency#{code}")
            }
            Self::Absences(agency) | Self::Absence(agency, ..) => absences(agency),
            Self::Attempt(order) | Self::Payout(order, _) => order.pk(),
            Self::Heard(heard) => heard.order.pk(),
            Self::ProviderFile(provider, merchant, _) | Self::HoldOff(provider, merchant) => {
                account(*provider, merchant)
            }
            Self::Session(hash) => format!("session#{}", hex(hash)),
            Self::SignIn(hash) => format!("sign-in#{}", hex(hash)),
            Self::Place(_) => "places".to_owned(),
            Self::Booking(booking) => format!("booking#{booking}"),
            Self::BookingNotice(notice) => format!("booking#{}", notice.booking),
            Self::Visit(agency, duty) => duties(agency, duty.day),
            Self::DutyNotice(notice) => duties(&notice.agency, notice.duty.day),
            Self::DutiesJudged => "duties".to_owned(),
            Self::Seat(place, slot, _) => seats(place, slot.day),
        }
    }

    /// The sort key.
    #[must_use]
    pub fn sk(&self) -> String {
        match self {
            Self::Case(_) => "case".to_owned(),
            Self::Event(event) => format!("event#{:06}", event.seq.0),
            Self::Draft(_, draft) => format!("draft#{draft}"),
            Self::Document(_) => "document".to_owned(),
            Self::Rectified(_, by) => format!("rectified#{by}"),
            Self::DocumentFile(_) => "file".to_owned(),
            Self::DocumentNumber(..) => "number".to_owned(),
            Self::Notice(notice) => format!("notice#{:06}#{:03}", notice.event.seq.0, notice.place),
            Self::ItemVersion(_, version) => format!("version#{version:06}"),
            Self::ListedItem(code, version) => format!("item#{code}#{version:06}"),
            Self::Agency(_) => "agency".to_owned(),
            Self::AgencyStaff(_, person) => format!("staff#{person}"),
            Self::Staff(_) => "staff".to_owned(),
            Self::Absences(_) => "open".to_owned(),
            Self::Absence(_, from, id) => format!("absence#{from}#{id}"),
            Self::Calendar => "calendar".to_owned(),
            Self::CalendarChange(edition) => format!("change#{edition:06}"),
            Self::Recalculation(_, shard) => format!("shard#{}", shard_name(*shard)),
            Self::Session(_) => "session".to_owned(),
            Self::SignIn(_) => "sign-in".to_owned(),
            Self::WorkItem(_) => "work".to_owned(),
            Self::ReviewItem(_, agency) => format!("review#{agency}"),
            Self::Attempt(_) => "attempt".to_owned(),
            Self::Payout(_, number) => format!("refund#{number:03}"),
            Self::Heard(heard) => format!("heard#{}#{}", heard.kind, hex(&heard.digest)),
            Self::ProviderFile(_, _, day) => format!("file#{day}"),
            Self::HoldOff(..) => "hold_off".to_owned(),
            Self::Contracts(_) => "contracts".to_owned(),
            Self::Routing(_) => "routing".to_owned(),
            Self::Place(place) => format!("place#{place}"),
            Self::Booking(_) => "booking".to_owned(),
            Self::BookingNotice(notice) => format!("notice#{:06}", notice.version),
            Self::Visit(_, duty) => visit(*duty),
            Self::DutyNotice(DutyNoticeId { duty: Duty { day, half }, place, .. }) => {
                format!("notice#{day}#{half}#{place:03}")
            }
            Self::DutiesJudged => "judged".to_owned(),
            Self::Seat(_, slot, number) => booking::seat(slot, *number),
            Self::PersonDay(_, day) => format!("day#{day}"),
            Self::BookingsFollowed => "bookings".to_owned(),
        }
    }

    /// Reads a key back, as a record of a table's stream carries it.
    #[must_use]
    pub fn of_stream(pk: &str, sk: &str) -> Option<Self> {
        let (kind, id) = pk.split_once('#')?;
        let key = match (kind, sk.split_once('#')) {
            ("case", None) => Self::Case(id.parse().ok()?),
            ("case", Some(("event", seq))) => {
                Self::Event(EventId { case: id.parse().ok()?, seq: Version(seq.parse().ok()?) })
            }
            ("person", Some(("draft", draft))) => Self::Draft(id.parse().ok()?, draft.parse().ok()?),
            ("document", None) if sk == "file" => Self::DocumentFile(id.parse().ok()?),
            ("document", None) => Self::Document(id.parse().ok()?),
            ("document", Some(("rectified", by))) => Self::Rectified(id.parse().ok()?, by.parse().ok()?),
            ("number", None) => {
                let (agency, number) = id.split_once('#')?;
                Self::DocumentNumber(agency.parse().ok()?, number.parse().ok()?)
            }
            ("order", None) => Self::Attempt(order(id)?),
            ("order", Some(("heard", heard))) => {
                let (kind, digest) = heard.split_once('#')?;
                let kind = HEARD_KINDS.into_iter().find(|known| *known == kind)?;
                Self::Heard(HeardId { order: order(id)?, kind, digest: unhex(digest)? })
            }
            ("order", Some(("refund", number))) => Self::Payout(order(id)?, number.parse().ok()?),
            ("account", Some(("file", day))) => {
                let (provider, merchant) = id.split_once('#')?;
                Self::ProviderFile(provider.parse().ok()?, merchant.to_owned(), day.parse().ok()?)
            }
            _ => return None,
        };
        (key.pk() == pk && key.sk() == sk).then_some(key)
    }
}

/// Everything about the absences of an agency.
fn absences(agency: &AgencyCode) -> String {
    format!("absences#{agency}")
}

/// The list of those with a time at the counters of an agency whom no notice reached.
#[must_use]
pub fn unreached_bookers(agency: &AgencyCode) -> String {
    format!("bookers#{agency}")
}

/// The list of an agency's cases in one state.
#[must_use]
pub fn work_queue(agency: &AgencyCode, state: State) -> String {
    format!("{agency}#{}", state.code())
}

/// The list of what an agency is asked to review.
#[must_use]
pub fn review_queue(agency: &AgencyCode) -> String {
    format!("{agency}#review")
}

/// The place of a case in such a list: by due date, then by number; last those that have none yet.
#[must_use]
pub fn queue_due(due: Option<Date>, case: CaseId) -> String {
    format!("{} {case}", day_sort(due))
}

/// A day as text that sorts like the day; no day sorts after every day.
#[must_use]
pub fn day_sort(day: Option<Date>) -> String {
    day.unwrap_or(Date::MAX).to_string()
}

/// An instant as text that sorts like the instant: UTC with milliseconds, always as long.
#[must_use]
pub fn sortable(instant: Timestamp) -> String {
    format!("{instant:.3}")
}

/// How many partitions an index that all writers share is spread over: each takes 1,000 writes a
/// second.
pub const SHARDS: u8 = 8;

/// The shard of a case: the same for its timers, events and notices.
#[must_use]
pub fn shard_of(case: CaseId) -> u8 {
    shard_of_text(&case.to_string())
}

/// The shard of what is about a booking.
#[must_use]
pub fn shard_of_booking(booking: BookingId) -> u8 {
    shard_of_text(&booking.to_string())
}

/// The shard of the duties of an agency.
#[must_use]
pub fn shard_of_agency(agency: &AgencyCode) -> u8 {
    shard_of_text(agency.as_str())
}

fn shard_of_text(text: &str) -> u8 {
    let hash = Sha256::digest(text);
    hash.first().copied().unwrap_or_default() % SHARDS
}

#[must_use]
pub fn shard_name(shard: u8) -> String {
    format!("{shard:02}")
}
