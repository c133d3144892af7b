//! Who is away, who stands in, and the officer that makes of a member of staff (職務代理, 規範 六(三)).

use domain::absence::{self, Absence, Refusal, Wish};
use domain::access::Officer;
use domain::agency::Staff;
use domain::id::{AgencyCode, PersonId, RequestId};
use domain::rejection::Rejection;
use domain::taipei;
use futures_util::future::{try_join, try_join_all};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::catalogue;
use crate::codec::absence::{self as codec, Open};
use crate::commit::Failure;
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::row::{Expect, Query, Transaction, Written};
use crate::store::Attempts;

/// How many absences a look back shows.
pub const SHOWN: u32 = 100;

fn refused(refusal: Refusal) -> Failure {
    Failure::Rejected(Rejection::Absence(refusal))
}

/// The absences of an agency that are not over. One read.
pub async fn open(store: &dyn Store, agency: &AgencyCode) -> Result<Open, Fault> {
    let row = store.get(Key::Absences(agency.clone())).await?;
    Ok(row.map(codec::decode_open).transpose()?.unwrap_or_default())
}

/// The latest [`SHOWN`] absences of an agency by their first day, whatever became of them. One query.
pub async fn latest(store: &dyn Store, agency: &AgencyCode) -> Result<Vec<Absence>, Fault> {
    let page = store.query(Query::first(Lookup::Absences(agency.clone()), SHOWN)).await?;
    page.rows.into_iter().map(codec::decode).collect()
}

/// The staff of an agency as it is on `day`, deputies with the roles of those they stand in for, and the absences
/// that are not over. Two reads.
pub async fn on_duty(
    store: &dyn Store,
    agency: &AgencyCode,
    day: Date,
) -> Result<(Vec<Staff>, Vec<Absence>), Fault> {
    let (staff, Open { absences, .. }) =
        try_join(catalogue::staff_of(store, agency), open(store, agency)).await?;
    Ok((absence::on_duty(&staff, &absences, day), absences))
}

/// The officer that `person` is at `now`, if they work for the city: with the roles of those they stand in for. Two
/// reads, and one more for each of these.
pub async fn officer(store: &dyn Store, person: PersonId, now: Timestamp) -> Result<Option<Officer>, Fault> {
    let Some(staff) = catalogue::staff(store, person).await? else { return Ok(None) };
    let open = open(store, &staff.agency).await?;
    let principals = absence::stood_in_for(person, &open.absences, taipei::day_of(now));
    let found = try_join_all(principals.iter().map(|principal| catalogue::staff(store, *principal))).await?;
    let mut officer = Officer::from(staff);
    // Whoever left the agency meanwhile is stood in for by nobody.
    for principal in found.into_iter().flatten().filter(|principal| principal.agency == officer.agency) {
        officer.roles.extend(absence::lent(&principal));
        officer.stands_in.insert(principal.person);
    }
    Ok(Some(officer))
}

/// Records an absence. Sent again, the same request is answered with what it recorded. Three reads, one write.
pub async fn record(
    store: &dyn Store,
    officer: &Officer,
    id: RequestId,
    wish: &Wish,
    now: Timestamp,
) -> Result<Absence, Failure> {
    let staff = catalogue::staff_of(store, &officer.agency).await?;
    let mut attempts = Attempts::default();
    loop {
        let before = open(store, &officer.agency).await?;
        if let Some(row) = store.get(Key::Absence(officer.agency.clone(), wish.from, id)).await? {
            let found = codec::decode(row)?;
            let same = found.is_of(wish) && found.by == officer.person;
            return if same { Ok(found) } else { Err(Rejection::RequestReused.into()) };
        }
        if before.absences.iter().any(|absence| absence.id == id) {
            return Err(Rejection::RequestReused.into());
        }
        let known = (staff.as_slice(), before.absences.as_slice());
        let absence = absence::record(officer, id, wish, known, now).map_err(refused)?;
        let written = write(store, officer, &before, &absence, Expect::Absent, now).await;
        match written {
            Ok(Written::Done) => return Ok(absence),
            Ok(Written::Refused { .. }) | Err(Fault::Conflict) => attempts.overtaken()?,
            Err(fault) => return Err(fault.into()),
        }
    }
}

/// Ends an absence of the officer's agency. One that the same officer ended is answered as then. One read, one
/// write.
pub async fn end(
    store: &dyn Store,
    officer: &Officer,
    (from, id): (Date, RequestId),
    now: Timestamp,
) -> Result<Absence, Failure> {
    let mut attempts = Attempts::default();
    loop {
        let before = open(store, &officer.agency).await?;
        let Some(found) = before.absences.iter().find(|absence| absence.id == id && absence.from == from)
        else {
            let row = store.get(Key::Absence(officer.agency.clone(), from, id)).await?;
            let past = row.map(codec::decode).transpose()?.ok_or_else(|| refused(Refusal::Unknown))?;
            let own = past.ended.is_some_and(|ended| ended.by == officer.person);
            return if own { Ok(past) } else { Err(refused(Refusal::Over)) };
        };
        let ended = absence::end(officer, found, now).map_err(refused)?;
        match write(store, officer, &before, &ended, Expect::Present, now).await {
            Ok(Written::Done) => return Ok(ended),
            Ok(Written::Refused { .. }) | Err(Fault::Conflict) => attempts.overtaken()?,
            Err(fault) => return Err(fault.into()),
        }
    }
}

/// Writes `absence` on record and into what is not over, without what is over by now.
async fn write(
    store: &dyn Store,
    officer: &Officer,
    before: &Open,
    absence: &Absence,
    expect: Expect,
    now: Timestamp,
) -> Result<Written, Fault> {
    let today = taipei::day_of(now);
    let others = before.absences.iter().filter(|other| other.id != absence.id);
    let absences = others.chain([absence]).filter(|it| it.is_open(today)).cloned().collect();
    let after = Open { absences, version: before.version + 1 };
    let as_read = if before.version == 0 { Expect::Absent } else { Expect::Version(before.version) };
    let agency = &officer.agency;
    let both = Transaction::default()
        .put(Key::Absences(agency.clone()), codec::encode_open(agency, &after)?, as_read)
        .put(codec::key(agency, absence), codec::encode(agency, absence)?, expect);
    store.write(both).await
}
