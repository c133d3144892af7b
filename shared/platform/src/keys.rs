//! Every key of every table, in one place: no other file builds one or takes one apart.

use domain::case::State;
use domain::id::{AgencyCode, CaseId, DraftId, EventId, ItemCode, NoticeId, PersonId, UploadId, Version};
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

/// The tables, one per aggregate family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    Cases,
    Notices,
    Catalogue,
    Sessions,
    Reports,
}

impl Table {
    pub const ALL: [Self; 5] = [Self::Cases, Self::Notices, Self::Catalogue, Self::Sessions, Self::Reports];

    /// The name of the environment variable that holds the name of the table.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Cases => "CASES_TABLE",
            Self::Notices => "NOTICES_TABLE",
            Self::Catalogue => "CATALOGUE_TABLE",
            Self::Sessions => "SESSIONS_TABLE",
            Self::Reports => "REPORTS_TABLE",
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
}

impl Key {
    #[must_use]
    pub const fn table(&self) -> Table {
        match self {
            Self::Case(_) | Self::Event(_) | Self::Draft(..) => Table::Cases,
            Self::Notice(_) => Table::Notices,
            Self::ItemVersion(..)
            | Self::ListedItem(..)
            | Self::Agency(_)
            | Self::AgencyStaff(..)
            | Self::Staff(_)
            | Self::Calendar
            | Self::CalendarChange(_)
            | Self::Recalculation(..) => Table::Catalogue,
            Self::Session(_) | Self::SignIn(_) => Table::Sessions,
            Self::WorkItem(_) => Table::Reports,
        }
    }

    /// The partition key.
    #[must_use]
    pub fn pk(&self) -> String {
        match self {
            Self::Case(case) | Self::WorkItem(case) => format!("case#{case}"),
            Self::Event(event) => format!("case#{}", event.case),
            Self::Draft(person, _) | Self::Staff(person) => format!("person#{person}"),
            Self::Notice(notice) => format!("case#{}", notice.event.case),
            Self::ItemVersion(code, _) => format!("item#{code}"),
            Self::ListedItem(..) => "catalogue".to_owned(),
            Self::Calendar | Self::CalendarChange(_) => "calendar".to_owned(),
            Self::Recalculation(edition, _) => format!("calendar#{edition:06}"),
            Self::Agency(code) | Self::AgencyStaff(code, _) => format!("agency#{code}"),
            Self::Session(hash) => format!("session#{}", hex(hash)),
            Self::SignIn(hash) => format!("sign-in#{}", hex(hash)),
        }
    }

    /// The sort key.
    #[must_use]
    pub fn sk(&self) -> String {
        match self {
            Self::Case(_) => "case".to_owned(),
            Self::Event(event) => format!("event#{:06}", event.seq.0),
            Self::Draft(_, draft) => format!("draft#{draft}"),
            Self::Notice(notice) => format!("notice#{:06}#{:03}", notice.event.seq.0, notice.place),
            Self::ItemVersion(_, version) => format!("version#{version:06}"),
            Self::ListedItem(code, version) => format!("item#{code}#{version:06}"),
            Self::Agency(_) => "agency".to_owned(),
            Self::AgencyStaff(_, person) => format!("staff#{person}"),
            Self::Staff(_) => "staff".to_owned(),
            Self::Calendar => "calendar".to_owned(),
            Self::CalendarChange(edition) => format!("change#{edition:06}"),
            Self::Recalculation(_, shard) => format!("shard#{}", shard_name(*shard)),
            Self::Session(_) => "session".to_owned(),
            Self::SignIn(_) => "sign-in".to_owned(),
            Self::WorkItem(_) => "work".to_owned(),
        }
    }

    /// Reads a key of the Cases table back, as a stream record carries it.
    #[must_use]
    pub fn of_cases_row(pk: &str, sk: &str) -> Option<Self> {
        let (kind, id) = pk.split_once('#')?;
        let key = match (kind, sk.split_once('#')) {
            ("case", None) => Self::Case(id.parse().ok()?),
            ("case", Some(("event", seq))) => {
                Self::Event(EventId { case: id.parse().ok()?, seq: Version(seq.parse().ok()?) })
            }
            ("person", Some(("draft", draft))) => Self::Draft(id.parse().ok()?, draft.parse().ok()?),
            _ => return None,
        };
        (key.pk() == pk && key.sk() == sk).then_some(key)
    }
}

/// Where an upload waits until its application is filed.
#[must_use]
pub fn quarantined(draft: DraftId, upload: UploadId) -> String {
    format!("quarantine/{draft}/{upload}")
}

/// Where a filed document stays.
#[must_use]
pub fn filed(case: CaseId, upload: UploadId) -> String {
    format!("cases/{case}/{upload}")
}

/// Rows that belong together, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The case and all its events.
    Record(CaseId),
    Drafts(PersonId),
    /// The notices of a case.
    Notices(CaseId),
    /// The versions of all items that are in force or coming into force.
    Catalogue,
    /// Those of one item.
    Listed(ItemCode),
    /// All versions of an item, newest first.
    Versions(ItemCode),
    Staff(AgencyCode),
    /// Every change of the calendar, newest first.
    CalendarChanges,
    /// The shards of one recalculation.
    Recalculation(u32),
    /// Open cases of a shard that a change of the calendar from `from` on can still move.
    Open {
        shard: u8,
        from: Date,
    },
    /// Cases of a shard whose next timer is due.
    Due {
        shard: u8,
        until: Timestamp,
    },
    /// Events of a shard whose effects are not dispatched, recorded before `until`.
    Outbox {
        shard: u8,
        until: Timestamp,
    },
    /// Notices of a shard still to be sent, from `until` back.
    Owed {
        shard: u8,
        until: Timestamp,
    },
    /// The cases of an agency in one state, by due date.
    Work {
        agency: AgencyCode,
        state: State,
    },
    /// The cases of an applicant, newest first.
    Mine(PersonId),
}

/// A lookup as the store sees it: a partition, perhaps of an index, and a condition on its sort key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub table: Table,
    pub index: Option<&'static str>,
    pub pk: (&'static str, String),
    pub sk: &'static str,
    pub range: Range,
    pub newest_first: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Range {
    All,
    StartsWith(String),
    AtMost(String),
    AtLeast(String),
}

impl Lookup {
    #[must_use]
    pub fn plan(&self) -> Plan {
        let table = |table, pk: String, range| Plan {
            table,
            index: None,
            pk: ("pk", pk),
            sk: "sk",
            range,
            newest_first: false,
        };
        let index = |table, index, pk: &'static str, value: String, sk, range| Plan {
            table,
            index: Some(index),
            pk: (pk, value),
            sk,
            range,
            newest_first: false,
        };
        match self {
            Self::Record(case) => table(Table::Cases, format!("case#{case}"), Range::All),
            Self::Drafts(person) => {
                table(Table::Cases, format!("person#{person}"), Range::StartsWith("draft#".to_owned()))
            }
            Self::Notices(case) => table(Table::Notices, format!("case#{case}"), Range::All),
            Self::Catalogue => table(Table::Catalogue, "catalogue".to_owned(), Range::All),
            Self::Listed(code) => {
                table(Table::Catalogue, "catalogue".to_owned(), Range::StartsWith(format!("item#{code}#")))
            }
            Self::Versions(code) => Plan {
                newest_first: true,
                ..table(Table::Catalogue, format!("item#{code}"), Range::StartsWith("version#".to_owned()))
            },
            Self::Staff(agency) => {
                table(Table::Catalogue, format!("agency#{agency}"), Range::StartsWith("staff#".to_owned()))
            }
            Self::CalendarChanges => Plan {
                newest_first: true,
                ..table(Table::Catalogue, "calendar".to_owned(), Range::StartsWith("change#".to_owned()))
            },
            Self::Recalculation(edition) => {
                table(Table::Catalogue, format!("calendar#{edition:06}"), Range::All)
            }
            Self::Open { shard, from } => {
                let range = Range::AtLeast(day_sort(Some(*from)));
                index(Table::Cases, "open", "open_shard", shard_name(*shard), "open_until", range)
            }
            Self::Due { shard, until } => {
                let range = Range::AtMost(sortable(*until));
                index(Table::Cases, "due", "due_shard", shard_name(*shard), "due_at", range)
            }
            Self::Outbox { shard, until } => {
                let range = Range::AtMost(sortable(*until));
                index(Table::Cases, "outbox", "outbox_shard", shard_name(*shard), "outbox_at", range)
            }
            Self::Owed { shard, until } => {
                let range = Range::AtMost(sortable(*until));
                index(Table::Notices, "owed", "owed_shard", shard_name(*shard), "next_at", range)
            }
            Self::Work { agency, state } => {
                index(Table::Reports, "queue", "queue", work_queue(agency, *state), "queue_due", Range::All)
            }
            Self::Mine(person) => Plan {
                newest_first: true,
                ..index(
                    Table::Reports,
                    "applicant",
                    "applicant",
                    person.to_string(),
                    "applicant_at",
                    Range::All,
                )
            },
        }
    }
}

/// The list of an agency's cases in one state.
#[must_use]
pub fn work_queue(agency: &AgencyCode, state: State) -> String {
    format!("{agency}#{}", state.code())
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
    let hash = Sha256::digest(case.to_string());
    hash.first().copied().unwrap_or_default() % SHARDS
}

#[must_use]
pub fn shard_name(shard: u8) -> String {
    format!("{shard:02}")
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
        text
    })
}

/// Reads [`hex`] of 32 bytes back.
#[must_use]
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != 64 || !text.bytes().all(digit) {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use domain::id::RequestId;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_of_stream_records_round_trip(a: [u8; 16], b: [u8; 16], seq in 1_u32..999_999) {
            let (person, request) = (PersonId::from_bytes(a), RequestId::from_bytes(b));
            let case = CaseId::of_request(person, request);
            for key in [
                Key::Case(case),
                Key::Event(EventId { case, seq: Version(seq) }),
                Key::Draft(person, DraftId::from_bytes(b)),
            ] {
                prop_assert_eq!(Key::of_cases_row(&key.pk(), &key.sk()), Some(key));
            }
        }

        #[test]
        fn hex_round_trips(bytes: [u8; 32]) {
            prop_assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        }

        #[test]
        fn no_text_makes_a_key_parser_panic(pk in "\\PC{0,40}", sk in "\\PC{0,40}") {
            let _ = (Key::of_cases_row(&pk, &sk), unhex(&pk));
        }

        #[test]
        fn instants_sort_as_text(a in 0_i64..4_000_000_000_000, b in 0_i64..4_000_000_000_000) {
            let instant = |millis| sortable(Timestamp::from_millisecond(millis).unwrap());
            prop_assert_eq!(a.cmp(&b), instant(a).cmp(&instant(b)));
        }
    }
}
