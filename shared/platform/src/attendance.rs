//! Looks into the inboxes of agencies, and what was said of those that nobody opened (規範 十(二)).

use domain::access::Officer;
use domain::attendance::{Duty, DutyNoticeId};
use domain::id::AgencyCode;
use domain::taipei;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::codec::attendance::{self, Judged, Visit};
use crate::codec::duty_notice::{self, DutyNotice};
use crate::codec::row_type;
use crate::fault::Fault;
use crate::keys::{Key, Lookup};
use crate::ports::Store;
use crate::row::{Expect, MAX_WRITES, Transaction, Written};
use crate::store::every_row;

/// What is known of a month of an agency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Month {
    /// The first look into the inbox in each half-day that had one.
    pub visits: Vec<Visit>,
    /// Who was told of half-days that had none.
    pub notices: Vec<DutyNotice>,
}

impl Month {
    #[must_use]
    pub fn visit(&self, duty: Duty) -> Option<&Visit> {
        self.visits.iter().find(|visit| visit.duty == duty)
    }
}

/// The month of an agency that `day` is in. One query.
pub async fn month(store: &dyn Store, agency: &AgencyCode, day: Date) -> Result<Month, Fault> {
    let mut month = Month::default();
    for row in every_row(store, Lookup::Attendance(agency.clone(), day)).await? {
        if row_type(&row) == Some(duty_notice::ROW) {
            month.notices.push(duty_notice::decode(row)?);
        } else {
            month.visits.push(attendance::decode(row)?);
        }
    }
    Ok(month)
}

/// The first look into the inbox in a half-day, if there was one. One read.
pub async fn visit(store: &dyn Store, agency: &AgencyCode, duty: Duty) -> Result<Option<Visit>, Fault> {
    store.get(Key::Visit(agency.clone(), duty)).await?.map(attendance::decode).transpose()
}

/// The looks into the inbox of an agency on a day. One query.
pub async fn visits_on(store: &dyn Store, agency: &AgencyCode, day: Date) -> Result<Vec<Visit>, Fault> {
    let rows = every_row(store, Lookup::Visits(agency.clone(), day)).await?;
    rows.into_iter().map(attendance::decode).collect()
}

/// Keeps that a designated dispatcher opened the inbox at `at`: the first one of a half-day counts, and the
/// lunch break for neither half. Gives the looks of the day. One query, and one write for the first.
pub async fn open_inbox(store: &dyn Store, officer: &Officer, at: Timestamp) -> Result<Vec<Visit>, Fault> {
    let (agency, day) = (officer.agency.clone(), taipei::day_of(at));
    let mut visits = visits_on(store, &agency, day).await?;
    let Some(duty) = Duty::at(at).filter(|duty| visits.iter().all(|visit| visit.duty != *duty)) else {
        return Ok(visits);
    };
    let own = Visit { agency, duty, person: officer.person, name: officer.name.clone(), at };
    let put = Transaction::default().put(own.key(), attendance::encode(&own)?, Expect::Absent);
    visits.push(match store.write(put).await {
        Ok(Written::Refused { existing: Some(first), .. }) => attendance::decode(first)?,
        Ok(Written::Done | Written::Refused { .. }) => own,
        // At the same instant another one looks, or nobody having looked is told of.
        Err(Fault::Conflict) => return visits_on(store, &own.agency, day).await,
        Err(fault) => return Err(fault),
    });
    Ok(visits)
}

/// Enters a notice to each of `people` that nobody opened the inbox in the half-day of `duty`, unless
/// somebody did or they were entered before. Whether they are entered now. One write.
pub async fn tell<P>(
    store: &dyn Store,
    agency: &AgencyCode,
    duty: Duty,
    people: Vec<P>,
    notice: impl Fn(DutyNoticeId, P) -> DutyNotice,
) -> Result<bool, Fault> {
    let mut transaction = Transaction::default().check(Key::Visit(agency.clone(), duty), Expect::Absent);
    for (place, person) in (1..).zip(people.into_iter().take(MAX_WRITES - 1)) {
        let notice = notice(DutyNoticeId { agency: agency.clone(), duty, place }, person);
        let key = Key::DutyNotice(notice.id.clone());
        transaction = transaction.put(key, duty_notice::encode(&notice)?, Expect::Absent);
    }
    Ok(store.write(transaction).await? == Written::Done)
}

/// Since when, and up to which half-day, the inboxes of all agencies have been looked after; `None` before
/// that began.
pub async fn judged(store: &dyn Store) -> Result<Option<Judged>, Fault> {
    store.get(Key::DutiesJudged).await?.map(attendance::decode_judged).transpose()
}

/// Begins with the half-day after `over`, unless somebody else did.
pub async fn begin(store: &dyn Store, over: Duty) -> Result<(), Fault> {
    let Some(since) = over.next() else { return Ok(()) };
    let row = attendance::encode_judged(&Judged { since, until: over, version: 1 })?;
    store.write(Transaction::default().put(Key::DutiesJudged, row, Expect::Absent)).await.map(|_| ())
}

/// Keeps that they have been looked after up to `until`, unless somebody else did so first.
pub async fn judged_until(store: &dyn Store, before: &Judged, until: Duty) -> Result<(), Fault> {
    let after = Judged { until, version: before.version + 1, ..*before };
    let row = attendance::encode_judged(&after)?;
    let put = Transaction::default().put(Key::DutiesJudged, row, Expect::Version(before.version));
    store.write(put).await.map(|_| ())
}
