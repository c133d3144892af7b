//! Questions to the tables: rows that belong together, in order.

use domain::case::State;
use domain::id::{AgencyCode, CaseId, ItemCode, PersonId, PlaceCode};
use domain::payment::Provider;
use domain::verification::VerificationCode;
use jiff::Timestamp;
use jiff::civil::Date;

use super::booking::seats;
use super::duty::{duties, visits};
use super::order::account;
use super::{
    OrderKey, Table, absences, day_sort, paid_on, place_day, review_queue, shard_name, sortable,
    unreached_bookers, work_queue,
};

/// Rows that belong together, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The case and all its events.
    Record(CaseId),
    /// A document that was issued, and what became of it.
    Document(VerificationCode),
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
    /// The absences of an agency, latest first.
    Absences(AgencyCode),
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
    /// Notices that the staff of an agency must bring to the applicants of its cases otherwise, oldest first.
    Unreached(AgencyCode),
    /// The same of whoever has a time at its counters that ends at `from` or later, soonest first.
    UnreachedBookers {
        agency: AgencyCode,
        from: Timestamp,
    },
    /// An order of a provider: the attempt, and everything that was heard of it.
    Order(OrderKey),
    /// Attempts of a shard about which the provider is to be asked by `until`, soonest first.
    ToAsk {
        shard: u8,
        until: Timestamp,
    },
    /// Words of providers in a shard that are not posted yet, heard before `until`.
    Unposted {
        shard: u8,
        until: Timestamp,
    },
    /// Payments that an account of ours took on one day, in Taipei.
    PaidOn {
        provider: Provider,
        merchant: String,
        day: Date,
    },
    /// The daily files of an account, newest first.
    ProviderFiles {
        provider: Provider,
        merchant: String,
    },
    /// The cases of an agency whose money needs somebody to look at it, oldest first.
    MoneyToCheck(AgencyCode),
    /// The cases of an agency in one state, by due date.
    Work {
        agency: AgencyCode,
        state: State,
    },
    /// What an agency is asked to review, by its own due date.
    Reviews(AgencyCode),
    /// The cases of an applicant, newest first.
    Mine(PersonId),
    /// Every place where people are received.
    Places,
    /// The seats of a place that are taken on a day, by slot.
    Seats(PlaceCode, Date),
    /// The bookings of a place that hold a seat on a day, by slot.
    BookedOn(PlaceCode, Date),
    /// The bookings of a person, latest first.
    BookedBy(PersonId),
    /// The looks into the inbox of an agency on a day.
    Visits(AgencyCode, Date),
    /// The same in the month of a day, and the notices that there were none.
    Attendance(AgencyCode, Date),
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

/// Rows of a table under one partition key.
const fn table(table: Table, pk: String, range: Range) -> Plan {
    Plan { table, index: None, pk: ("pk", pk), sk: "sk", range, newest_first: false }
}

/// Rows of an index under the `value` of its partition key.
const fn index(
    table: Table,
    index: &'static str,
    pk: &'static str,
    value: String,
    sk: &'static str,
    range: Range,
) -> Plan {
    Plan { table, index: Some(index), pk: (pk, value), sk, range, newest_first: false }
}

/// Rows of a shard of an index up to an instant, each with the attribute it is in.
fn until_then(
    table: Table,
    name: &'static str,
    (pk, shard): (&'static str, u8),
    (sk, until): (&'static str, Timestamp),
) -> Plan {
    index(table, name, pk, shard_name(shard), sk, Range::AtMost(sortable(until)))
}

fn unreached(of: String, range: Range) -> Plan {
    index(Table::Notices, "unreached", "unreached", of, "unreached_since", range)
}

impl Lookup {
    #[must_use]
    pub fn plan(&self) -> Plan {
        match self {
            Self::Record(case) => table(Table::Cases, format!("case#{case}"), Range::All),
            Self::Document(code) => table(Table::Cases, format!("document#{code}"), Range::All),
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
            Self::Absences(agency) => Plan {
                newest_first: true,
                ..table(Table::Catalogue, absences(agency), Range::StartsWith("absence#".to_owned()))
            },
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
                until_then(Table::Cases, "due", ("due_shard", *shard), ("due_at", *until))
            }
            Self::Outbox { shard, until } => {
                until_then(Table::Cases, "outbox", ("outbox_shard", *shard), ("outbox_at", *until))
            }
            Self::Owed { shard, until } => {
                until_then(Table::Notices, "owed", ("owed_shard", *shard), ("next_at", *until))
            }
            Self::Unreached(agency) => unreached(agency.to_string(), Range::All),
            Self::UnreachedBookers { agency, from } => {
                unreached(unreached_bookers(agency), Range::AtLeast(sortable(*from)))
            }
            Self::Order(order) => table(Table::Payments, order.pk(), Range::All),
            Self::ToAsk { shard, until } => {
                until_then(Table::Payments, "ask", ("ask_shard", *shard), ("ask_at", *until))
            }
            Self::Unposted { shard, until } => {
                until_then(Table::Payments, "unposted", ("outbox_shard", *shard), ("outbox_at", *until))
            }
            Self::PaidOn { provider, merchant, day } => {
                let of_day = paid_on(*provider, merchant, *day);
                index(Table::Payments, "paid", "paid_on", of_day, "paid_at", Range::All)
            }
            Self::ProviderFiles { provider, merchant } => Plan {
                newest_first: true,
                ..table(Table::Payments, account(*provider, merchant), Range::StartsWith("file#".to_owned()))
            },
            Self::MoneyToCheck(agency) => {
                index(Table::Reports, "money", "money", agency.to_string(), "money_since", Range::All)
            }
            Self::Work { agency, state } => {
                index(Table::Reports, "queue", "queue", work_queue(agency, *state), "queue_due", Range::All)
            }
            Self::Reviews(agency) => {
                index(Table::Reports, "queue", "queue", review_queue(agency), "queue_due", Range::All)
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
            Self::Visits(agency, day) => {
                table(Table::Notices, duties(agency, *day), Range::StartsWith(visits(*day)))
            }
            Self::Attendance(agency, day) => table(Table::Notices, duties(agency, *day), Range::All),
            Self::Places => table(Table::Catalogue, "places".to_owned(), Range::All),
            Self::Seats(place, day) => table(Table::Bookings, seats(place, *day), Range::All),
            Self::BookedOn(place, day) => {
                index(Table::Bookings, "day", "place_day", place_day(place, *day), "place_slot", Range::All)
            }
            Self::BookedBy(person) => Plan {
                newest_first: true,
                ..index(Table::Bookings, "booker", "booker", person.to_string(), "booked_for", Range::All)
            },
        }
    }
}
