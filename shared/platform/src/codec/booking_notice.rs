//! The row of a notice about a booking: written in the transaction of the step that owes it, so that it
//! is owed as soon as that step is taken, whatever becomes of the process.

use domain::booking::{Appointment, Booking, BookingNoticeId, BookingNoticeKind, CheckInCode, owed};
use domain::delivery::{Delivery, Stage};
use domain::id::{BookingId, PersonId};
use domain::personal::Personal;
use domain::text::{Lang, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::booking::AppointmentRow;
use super::case::TextRow;
use crate::fault::Fault;
use crate::keys::{self, Key};
use crate::row::Row;

pub(crate) const ROW: &str = "booking_notice";

/// A notice to whoever booked, with everything its text needs as of its step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingNotice {
    pub id: BookingNoticeId,
    pub kind: BookingNoticeKind,
    pub recipient: PersonId,
    pub name: Personal<String>,
    pub address: Personal<String>,
    pub lang: Lang,
    pub item: Text,
    pub appointment: Appointment,
    /// Where it was before, if it was moved.
    pub before: Option<Appointment>,
    /// Why the office moved it or called it off.
    pub cause: Option<Text>,
    pub code: CheckInCode,
    pub owed_since: Timestamp,
    /// Counts the writes of the row.
    pub version: u32,
    pub delivery: Delivery,
    /// The mail service's id of the mail last accepted.
    pub message: Option<String>,
}

impl BookingNotice {
    /// The notice that the last step of `booking` owes, if any.
    #[must_use]
    pub fn of(booking: &Booking) -> Option<Self> {
        let step = booking.last()?;
        Some(Self {
            id: BookingNoticeId { booking: booking.id, version: booking.version() },
            kind: owed(&step.kind)?,
            recipient: booking.booker.person,
            name: booking.booker.name.clone(),
            address: booking.booker.email.clone(),
            lang: booking.booker.lang,
            item: booking.item.name.clone(),
            appointment: booking.appointment.clone(),
            before: step.kind.before().cloned(),
            cause: step.kind.cause().cloned(),
            code: booking.code,
            owed_since: step.at,
            version: 1,
            delivery: Delivery::owed(step.at),
            message: None,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct BookingNoticeRow {
    booking: AsText<BookingId>,
    booking_version: u32,
    kind: AsText<BookingNoticeKind>,
    recipient: AsText<PersonId>,
    name: String,
    address: String,
    lang: AsText<Lang>,
    item: TextRow,
    appointment: AppointmentRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<AppointmentRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<TextRow>,
    code: AsText<CheckInCode>,
    owed_since: Timestamp,
    version: u32,
    stage: AsText<Stage>,
    attempts: u32,
    message: Option<String>,
    /// The sparse index of notices that staff must bring to people otherwise, by the end of the time that is booked:
    /// after it nobody need be told any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unreached: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unreached_since: Option<String>,
    /// The sparse index of notices to send: there while one is to be tried.
    owed_shard: Option<String>,
    /// As text of one length, since the index sorts by text.
    next_at: Option<String>,
}

pub fn encode(notice: &BookingNotice) -> Result<Row, Fault> {
    let Delivery { stage, attempts, next_at } = notice.delivery;
    let shard = keys::shard_of_booking(notice.id.booking);
    let unreached = notice.delivery.stage.is_returned();
    let row = BookingNoticeRow {
        booking: AsText(notice.id.booking),
        booking_version: notice.id.version,
        kind: AsText(notice.kind),
        recipient: AsText(notice.recipient),
        name: notice.name.reveal().clone(),
        address: notice.address.reveal().clone(),
        lang: AsText(notice.lang),
        item: (&notice.item).into(),
        appointment: (&notice.appointment).into(),
        before: notice.before.as_ref().map(AppointmentRow::from),
        cause: notice.cause.as_ref().map(TextRow::from),
        code: AsText(notice.code),
        owed_since: notice.owed_since,
        version: notice.version,
        stage: AsText(stage),
        attempts,
        message: notice.message.clone(),
        unreached: unreached.then(|| keys::unreached_bookers(&notice.appointment.agency)),
        unreached_since: unreached.then(|| keys::sortable(notice.appointment.slot.ends())),
        owed_shard: next_at.map(|_| keys::shard_name(shard)),
        next_at: next_at.map(keys::sortable),
    };
    super::encode(&Key::BookingNotice(notice.id), ROW, 1, &row)
}

pub fn decode(row: Row) -> Result<BookingNotice, Fault> {
    let row: BookingNoticeRow = super::decode(row, ROW)?;
    let next_at = row.next_at.map(|at| at.parse()).transpose().map_err(Fault::corrupt)?;
    Ok(BookingNotice {
        id: BookingNoticeId { booking: row.booking.0, version: row.booking_version },
        kind: row.kind.0,
        recipient: row.recipient.0,
        name: Personal::new(row.name),
        address: Personal::new(row.address),
        lang: row.lang.0,
        item: row.item.into(),
        appointment: row.appointment.into(),
        before: row.before.map(Appointment::from),
        cause: row.cause.map(Text::from),
        code: row.code.0,
        owed_since: row.owed_since,
        version: row.version,
        delivery: Delivery { stage: row.stage.0, attempts: row.attempts, next_at },
        message: row.message,
    })
}
