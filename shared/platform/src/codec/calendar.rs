//! The rows of the office calendar: what is in force, what changed it, and how far the open cases
//! have been recalculated since.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::{Change, Closure, DayKind, Extent, OfficialYear, Register};
use domain::id::{AgencyCode, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;
use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

#[derive(Serialize, Deserialize)]
struct RegisterRow {
    /// The edition.
    version: u32,
    #[serde(default)]
    years: Vec<YearRow>,
    #[serde(default)]
    closures: Vec<ClosureRow>,
}

#[derive(Serialize, Deserialize)]
struct YearRow {
    year: i16,
    /// The days off that are no weekends, with their names.
    off: BTreeMap<String, String>,
    /// The working Saturdays and Sundays.
    work: BTreeSet<Date>,
}

#[derive(Serialize, Deserialize)]
struct ClosureRow {
    day: Date,
    extent: AsText<Extent>,
    area: String,
    #[serde(default)]
    agencies: Vec<AsText<AgencyCode>>,
    source: String,
    announced_at: Timestamp,
}

pub fn encode(register: &Register) -> Result<Row, Fault> {
    let closure = |closure: &Closure| ClosureRow {
        day: closure.day,
        extent: AsText(closure.extent),
        area: closure.area.clone(),
        agencies: closure.agencies.iter().cloned().map(AsText).collect(),
        source: closure.source.clone(),
        announced_at: closure.announced_at,
    };
    let body = RegisterRow {
        version: register.edition,
        years: register.years.values().map(year_row).collect(),
        closures: register.closures.iter().map(closure).collect(),
    };
    super::encode(&Key::Calendar, "calendar", 1, &body)
}

fn year_row(year: &OfficialYear) -> YearRow {
    let mut row = YearRow { year: year.year(), off: BTreeMap::new(), work: BTreeSet::new() };
    for (day, kind) in year.exceptions() {
        match kind {
            DayKind::Holiday(name) | DayKind::Closed(name) => {
                row.off.insert(day.to_string(), name.clone());
            }
            DayKind::MakeUp => {
                row.work.insert(*day);
            }
            DayKind::Working | DayKind::Weekend => {}
        }
    }
    row
}

pub fn decode(row: Row) -> Result<Register, Fault> {
    let row: RegisterRow = super::decode(row, "calendar")?;
    let year = |row: YearRow| {
        let mut exceptions = BTreeMap::new();
        for (day, name) in row.off {
            exceptions.insert(day.parse().map_err(Fault::corrupt)?, DayKind::Holiday(name));
        }
        exceptions.extend(row.work.into_iter().map(|day| (day, DayKind::MakeUp)));
        Ok((row.year, OfficialYear::of(row.year, exceptions)))
    };
    let closure = |row: ClosureRow| Closure {
        day: row.day,
        extent: row.extent.0,
        area: row.area,
        agencies: row.agencies.into_iter().map(|agency| agency.0).collect(),
        source: row.source,
        announced_at: row.announced_at,
    };
    Ok(Register {
        edition: row.version,
        years: row.years.into_iter().map(year).collect::<Result<_, Fault>>()?,
        closures: row.closures.into_iter().map(closure).collect(),
    })
}

/// A change of the calendar, and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub change: Change,
    pub at: Timestamp,
    pub by: Option<PersonId>,
    /// Whether every open case has been recalculated for it.
    pub followed: bool,
}

#[derive(Serialize, Deserialize)]
struct ChangeRow {
    edition: u32,
    cause: TextRow,
    days: Vec<Date>,
    at: Timestamp,
    by: Option<AsText<PersonId>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    followed: bool,
}

pub fn encode_change(changed: &Changed) -> Result<Row, Fault> {
    let Change { edition, cause, days } = &changed.change;
    let body = ChangeRow {
        edition: *edition,
        cause: cause.into(),
        days: days.clone(),
        at: changed.at,
        by: changed.by.map(AsText),
        followed: changed.followed,
    };
    super::encode(&Key::CalendarChange(*edition), "calendar_change", 1, &body)
}

pub fn decode_change(row: Row) -> Result<Changed, Fault> {
    let row: ChangeRow = super::decode(row, "calendar_change")?;
    let change = Change { edition: row.edition, cause: row.cause.into(), days: row.days };
    Ok(Changed { change, at: row.at, by: row.by.map(|by| by.0), followed: row.followed })
}

/// How far one shard of cases has been recalculated for one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub edition: u32,
    pub shard: u8,
    /// Counts the writes of the row.
    pub version: u32,
    /// Which walk through the open cases: a second one finds what was written meanwhile by processes
    /// that had not yet seen the change.
    pub walk: u8,
    /// Where this walk goes on.
    pub after: Vec<(String, String)>,
    pub looked_at: u32,
    pub moved: u32,
    pub failed: u32,
    pub done_at: Option<Timestamp>,
}

impl Progress {
    #[must_use]
    pub const fn new(edition: u32, shard: u8) -> Self {
        Self {
            edition,
            shard,
            version: 1,
            walk: 1,
            after: Vec::new(),
            looked_at: 0,
            moved: 0,
            failed: 0,
            done_at: None,
        }
    }

    #[must_use]
    pub const fn key(&self) -> Key {
        Key::Recalculation(self.edition, self.shard)
    }

    pub fn encode(&self) -> Result<Row, Fault> {
        super::encode(&self.key(), "recalculation", 1, self)
    }

    pub fn decode(row: Row) -> Result<Self, Fault> {
        super::decode(row, "recalculation")
    }
}
