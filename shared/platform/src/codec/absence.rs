//! Absences of staff: each on record for good, and those that are not over in one row of the agency.

use domain::absence::{Absence, Ended};
use domain::id::{AgencyCode, PersonId, RequestId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

#[derive(Serialize, Deserialize)]
struct AbsenceBody {
    id: AsText<RequestId>,
    person: AsText<PersonId>,
    deputy: AsText<PersonId>,
    from: Date,
    until: Date,
    by: AsText<PersonId>,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_by: Option<AsText<PersonId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

impl From<&Absence> for AbsenceBody {
    fn from(absence: &Absence) -> Self {
        let Absence { id, person, deputy, from, until, by, at, ended } = absence;
        Self {
            id: AsText(*id),
            person: AsText(*person),
            deputy: AsText(*deputy),
            from: *from,
            until: *until,
            by: AsText(*by),
            at: *at,
            ended_by: ended.map(|ended| AsText(ended.by)),
            ended_at: ended.map(|ended| ended.at),
        }
    }
}

impl From<AbsenceBody> for Absence {
    fn from(body: AbsenceBody) -> Self {
        let AbsenceBody { id, person, deputy, from, until, by, at, ended_by, ended_at } = body;
        let ended = ended_by.zip(ended_at).map(|(by, at)| Ended { by: by.0, at });
        Self { id: id.0, person: person.0, deputy: deputy.0, from, until, by: by.0, at, ended }
    }
}

/// The absences of an agency that are not over, and how often that was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Open {
    pub absences: Vec<Absence>,
    /// 0 before there was any.
    pub version: u32,
}

#[derive(Serialize, Deserialize)]
struct OpenRow {
    absences: Vec<AbsenceBody>,
    version: u32,
}

pub fn encode_open(agency: &AgencyCode, open: &Open) -> Result<Row, Fault> {
    let absences = open.absences.iter().map(AbsenceBody::from).collect();
    let row = OpenRow { absences, version: open.version };
    super::encode(&Key::Absences(agency.clone()), "absences", 1, &row)
}

pub fn decode_open(row: Row) -> Result<Open, Fault> {
    let row: OpenRow = super::decode(row, "absences")?;
    Ok(Open { absences: row.absences.into_iter().map(Absence::from).collect(), version: row.version })
}

pub fn encode(agency: &AgencyCode, absence: &Absence) -> Result<Row, Fault> {
    super::encode(&key(agency, absence), "absence", 1, &AbsenceBody::from(absence))
}

pub fn decode(row: Row) -> Result<Absence, Fault> {
    super::decode::<AbsenceBody>(row, "absence").map(Absence::from)
}

/// Where it stands for good.
#[must_use]
pub fn key(agency: &AgencyCode, absence: &Absence) -> Key {
    Key::Absence(agency.clone(), absence.from, absence.id)
}
