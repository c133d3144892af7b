//! The row of a notice that nobody opened the inbox of an agency in a half-day.

use domain::attendance::{Duty, DutyNoticeId, Half};
use domain::delivery::{Delivery, Stage};
use domain::id::{AgencyCode, PersonId};
use domain::personal::Personal;
use domain::text::{Lang, Text};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;
use crate::fault::Fault;
use crate::keys::{self, Key};
use crate::row::Row;

pub(crate) const ROW: &str = "duty_notice";

/// A notice to one person, with everything its text needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyNotice {
    pub id: DutyNoticeId,
    pub recipient: PersonId,
    pub name: Personal<String>,
    pub address: Personal<String>,
    pub lang: Lang,
    /// The name of the agency.
    pub agency: Text,
    pub owed_since: Timestamp,
    /// Counts the writes of the row.
    pub version: u32,
    pub delivery: Delivery,
    /// The mail service's id of the mail last accepted.
    pub message: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct DutyNoticeRow {
    agency: AsText<AgencyCode>,
    day: Date,
    half: AsText<Half>,
    place: u16,
    recipient: AsText<PersonId>,
    name: String,
    address: String,
    lang: AsText<Lang>,
    agency_name: TextRow,
    owed_since: Timestamp,
    version: u32,
    stage: AsText<Stage>,
    attempts: u32,
    message: Option<String>,
    /// The sparse index of notices to send: there while one is to be tried.
    owed_shard: Option<String>,
    /// As text of one length, since the index sorts by text.
    next_at: Option<String>,
}

pub fn encode(notice: &DutyNotice) -> Result<Row, Fault> {
    let Delivery { stage, attempts, next_at } = notice.delivery;
    let DutyNoticeId { agency, duty: Duty { day, half }, place } = &notice.id;
    let row = DutyNoticeRow {
        agency: AsText(agency.clone()),
        day: *day,
        half: AsText(*half),
        place: *place,
        recipient: AsText(notice.recipient),
        name: notice.name.reveal().clone(),
        address: notice.address.reveal().clone(),
        lang: AsText(notice.lang),
        agency_name: (&notice.agency).into(),
        owed_since: notice.owed_since,
        version: notice.version,
        stage: AsText(stage),
        attempts,
        message: notice.message.clone(),
        owed_shard: next_at.map(|_| keys::shard_name(keys::shard_of_agency(agency))),
        next_at: next_at.map(keys::sortable),
    };
    super::encode(&Key::DutyNotice(notice.id.clone()), ROW, 1, &row)
}

pub fn decode(row: Row) -> Result<DutyNotice, Fault> {
    let row: DutyNoticeRow = super::decode(row, ROW)?;
    let next_at = row.next_at.map(|at| at.parse()).transpose().map_err(Fault::corrupt)?;
    let duty = Duty { day: row.day, half: row.half.0 };
    Ok(DutyNotice {
        id: DutyNoticeId { agency: row.agency.0, duty, place: row.place },
        recipient: row.recipient.0,
        name: Personal::new(row.name),
        address: Personal::new(row.address),
        lang: row.lang.0,
        agency: row.agency_name.into(),
        owed_since: row.owed_since,
        version: row.version,
        delivery: Delivery { stage: row.stage.0, attempts: row.attempts, next_at },
        message: row.message,
    })
}
