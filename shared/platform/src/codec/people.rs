//! Staff and sessions.

use std::collections::BTreeSet;

use domain::access::{Actor, Officer};
use domain::agency::{Role, Staff};
use domain::assurance::Assurance;
use domain::id::{AgencyCode, PersonId};
use domain::personal::Personal;
use domain::text::Lang;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AsText;
use crate::fault::Fault;
use crate::keys::{Key, SecretHash};
use crate::row::Row;

/// A member of staff as in the staff file: named by what the identity provider calls them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffFile {
    pub subject: String,
    pub agency: AsText<AgencyCode>,
    pub roles: Vec<AsText<Role>>,
    pub name: String,
    pub email: String,
    pub lang: AsText<Lang>,
    /// The subject of whoever is named to stand in for them (職務代理人).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<String>,
}

impl StaffFile {
    /// The member of staff, vouched for by `provider`.
    #[must_use]
    pub fn staff(self, provider: &str) -> Staff {
        Staff {
            person: PersonId::of_subject(provider, &self.subject),
            agency: self.agency.0,
            roles: self.roles.into_iter().map(|role| role.0).collect(),
            name: self.name,
            email: Personal::new(self.email),
            lang: self.lang.0,
            deputy: self.deputy.map(|subject| PersonId::of_subject(provider, &subject)),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct StaffRow {
    person: AsText<PersonId>,
    agency: AsText<AgencyCode>,
    roles: BTreeSet<AsText<Role>>,
    name: String,
    email: String,
    lang: AsText<Lang>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deputy: Option<AsText<PersonId>>,
}

/// Makes the row of `staff` under `key`: the list of the agency, or the person.
pub fn encode_staff(key: &Key, staff: &Staff) -> Result<Row, Fault> {
    let row = StaffRow {
        person: AsText(staff.person),
        agency: AsText(staff.agency.clone()),
        roles: staff.roles.iter().copied().map(AsText).collect(),
        name: staff.name.clone(),
        email: staff.email.reveal().clone(),
        lang: AsText(staff.lang),
        deputy: staff.deputy.map(AsText),
    };
    super::encode(key, "staff", 1, &row)
}

pub fn decode_staff(row: Row) -> Result<Staff, Fault> {
    let row: StaffRow = super::decode(row, "staff")?;
    Ok(Staff {
        person: row.person.0,
        agency: row.agency.0,
        roles: row.roles.into_iter().map(|role| role.0).collect(),
        name: row.name,
        email: Personal::new(row.email),
        lang: row.lang.0,
        deputy: row.deputy.map(|deputy| deputy.0),
    })
}

/// Somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub person: PersonId,
    pub name: Personal<String>,
    pub email: Personal<String>,
    /// How sure the identity provider is of the person.
    pub assurance: Assurance,
    /// The staff entry, for those who work for an agency.
    pub officer: Option<Officer>,
    /// What every form must carry.
    pub csrf: String,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
}

impl Session {
    /// The person as an applicant.
    #[must_use]
    pub const fn as_applicant(&self) -> Actor {
        Actor::Applicant(self.person)
    }
}

#[derive(Serialize, Deserialize)]
struct SessionRow {
    person: AsText<PersonId>,
    name: String,
    email: String,
    assurance: u8,
    officer: Option<OfficerRow>,
    csrf: String,
    created_at: Timestamp,
    seen_at: Timestamp,
    #[serde(default)]
    version: u32,
    /// Seconds since 1970, for the store's own clean-up; never relied upon.
    expires_at: i64,
}

/// What tells one use of a session from the next: the second in which it was last seen.
#[must_use]
pub fn session_version(session: &Session) -> u32 {
    u32::try_from(session.seen_at.as_second()).unwrap_or_default()
}

#[derive(Serialize, Deserialize)]
struct OfficerRow {
    agency: AsText<AgencyCode>,
    roles: BTreeSet<AsText<Role>>,
    name: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    stands_in: BTreeSet<AsText<PersonId>>,
}

pub fn encode_session(hash: SecretHash, session: &Session, expires: Timestamp) -> Result<Row, Fault> {
    let row = SessionRow {
        person: AsText(session.person),
        name: session.name.reveal().clone(),
        email: session.email.reveal().clone(),
        assurance: session.assurance.level(),
        officer: session.officer.as_ref().map(|officer| OfficerRow {
            agency: AsText(officer.agency.clone()),
            roles: officer.roles.iter().copied().map(AsText).collect(),
            name: officer.name.clone(),
            stands_in: officer.stands_in.iter().copied().map(AsText).collect(),
        }),
        csrf: session.csrf.clone(),
        created_at: session.created_at,
        seen_at: session.seen_at,
        version: session_version(session),
        expires_at: expires.as_second(),
    };
    super::encode(&Key::Session(hash), "session", 1, &row)
}

pub fn decode_session(row: Row) -> Result<Session, Fault> {
    let row: SessionRow = super::decode(row, "session")?;
    let person = row.person.0;
    Ok(Session {
        person,
        name: Personal::new(row.name),
        email: Personal::new(row.email),
        // What no level is called is worth nothing.
        assurance: Assurance::of_level(row.assurance).unwrap_or(Assurance::Anonymous),
        officer: row.officer.map(|officer| Officer {
            person,
            agency: officer.agency.0,
            roles: officer.roles.into_iter().map(|role| role.0).collect(),
            name: officer.name,
            stands_in: officer.stands_in.into_iter().map(|person| person.0).collect(),
        }),
        csrf: row.csrf,
        created_at: row.created_at,
        seen_at: row.seen_at,
    })
}

/// A sign-in under way: what must come back unchanged from the identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The PKCE verifier (RFC 7636).
    pub verifier: String,
    /// What the ID token must repeat. A sign-in begun before there were ID tokens has none, and fits none.
    #[serde(default)]
    pub nonce: String,
    /// Where in the window to go afterwards: a path of ours.
    pub return_to: String,
    pub started_at: Timestamp,
    pub expires_at: i64,
}

pub fn encode_sign_in(hash: SecretHash, sign_in: &SignIn) -> Result<Row, Fault> {
    super::encode(&Key::SignIn(hash), "sign_in", 1, sign_in)
}

pub fn decode_sign_in(row: Row) -> Result<SignIn, Fault> {
    super::decode(row, "sign_in")
}
