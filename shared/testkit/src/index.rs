//! Which indexes the tables have: read off the lookups, so that nothing is written down twice.

use domain::case::State;
use domain::id::{AgencyCode, CaseId, PersonId, RequestId};
use domain::payment::Provider;
use jiff::Timestamp;
use jiff::civil::Date;
use platform::keys::{Lookup, Plan, Table};

/// An index and the attributes it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    pub table: Table,
    pub name: &'static str,
    pub pk: &'static str,
    pub sk: &'static str,
    /// It holds the keys of the rows and nothing else.
    pub keys_only: bool,
}

/// The indexes of all tables.
pub fn all() -> Vec<Index> {
    let person = PersonId::from_bytes([0; 16]);
    let case = CaseId::of_request(person, RequestId::from_bytes([0; 16]));
    let until = Timestamp::UNIX_EPOCH;
    let agency: AgencyCode = "agency".parse().expect("an agency code");
    let lookups = [
        Lookup::Record(case),
        Lookup::Due { shard: 0, until },
        Lookup::Open { shard: 0, from: Date::MIN },
        Lookup::Outbox { shard: 0, until },
        Lookup::Owed { shard: 0, until },
        Lookup::Unreached(agency.clone()),
        Lookup::ToAsk { shard: 0, until },
        Lookup::Unposted { shard: 0, until },
        Lookup::PaidOn { provider: Provider::EcpayAio, merchant: String::new(), day: Date::MIN },
        Lookup::MoneyToCheck(agency.clone()),
        Lookup::Work { agency, state: State::Received },
        Lookup::Mine(person),
        Lookup::BookedOn("place".parse().expect("a place code"), Date::MIN),
        Lookup::BookedBy(person),
    ];
    lookups.iter().map(Lookup::plan).filter_map(of_plan).collect()
}

fn of_plan(plan: Plan) -> Option<Index> {
    let Plan { table, index, pk, sk, .. } = plan;
    index.map(|name| Index {
        table,
        name,
        pk: pk.0,
        sk,
        keys_only: ["open", "outbox", "unposted"].contains(&name),
    })
}
