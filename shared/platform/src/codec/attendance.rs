//! Looks into the inboxes of agencies, and how far they have been looked after.

use domain::attendance::{Duty, Half};
use domain::id::{AgencyCode, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

/// That a designated dispatcher opened the inbox of their agency, the first one in a half-day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub agency: AgencyCode,
    pub duty: Duty,
    pub person: PersonId,
    /// The name in office, as of then.
    pub name: String,
    pub at: Timestamp,
}

impl Visit {
    #[must_use]
    pub fn key(&self) -> Key {
        Key::Visit(self.agency.clone(), self.duty)
    }
}

#[derive(Serialize, Deserialize)]
struct VisitRow {
    agency: AsText<AgencyCode>,
    day: Date,
    half: AsText<Half>,
    person: AsText<PersonId>,
    name: String,
    at: Timestamp,
}

pub fn encode(visit: &Visit) -> Result<Row, Fault> {
    let Duty { day, half } = visit.duty;
    let row = VisitRow {
        agency: AsText(visit.agency.clone()),
        day,
        half: AsText(half),
        person: AsText(visit.person),
        name: visit.name.clone(),
        at: visit.at,
    };
    super::encode(&visit.key(), "visit", 1, &row)
}

pub fn decode(row: Row) -> Result<Visit, Fault> {
    let VisitRow { agency, day, half, person, name, at } = super::decode(row, "visit")?;
    Ok(Visit { agency: agency.0, duty: Duty { day, half: half.0 }, person: person.0, name, at })
}

/// From which half-day on, and up to which, all inboxes have been looked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The first one that was owed.
    pub since: Duty,
    pub until: Duty,
    /// Counts the writes of the row.
    pub version: u32,
}

#[derive(Serialize, Deserialize)]
struct JudgedRow {
    since_day: Date,
    since_half: AsText<Half>,
    until_day: Date,
    until_half: AsText<Half>,
    version: u32,
}

pub fn encode_judged(judged: &Judged) -> Result<Row, Fault> {
    let Judged { since, until, version } = *judged;
    let row = JudgedRow {
        since_day: since.day,
        since_half: AsText(since.half),
        until_day: until.day,
        until_half: AsText(until.half),
        version,
    };
    super::encode(&Key::DutiesJudged, "duties_judged", 1, &row)
}

pub fn decode_judged(row: Row) -> Result<Judged, Fault> {
    let row: JudgedRow = super::decode(row, "duties_judged")?;
    Ok(Judged {
        since: Duty { day: row.since_day, half: row.since_half.0 },
        until: Duty { day: row.until_day, half: row.until_half.0 },
        version: row.version,
    })
}
