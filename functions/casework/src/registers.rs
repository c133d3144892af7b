//! Documents that applicants need not bring (免書證免謄本, 規範 九 II): what has been looked up of a case, and
//! looking one up. The answer of a register is shown to whoever asked, once; the case keeps its digest.

mod http;

use domain::access::{Actor, Officer};
use domain::case::Case;
use domain::command::{Action, Command};
use domain::decide;
use domain::event::{Event, Request};
use domain::id::{CaseId, Key, RequestId};
use domain::item::{DocumentRequirement, ItemVersion};
use domain::joint_review::ReviewingAgency;
use domain::register::{self, Exception, Finding, Lookup, Source};
use domain::rejection::Rejection;
use jiff::Timestamp;
use jiff::civil::Date;
use platform::commit::{self, Failure};
use platform::fault::Fault;
use platform::record::Record;
use sha2::{Digest, Sha256};
use web::trouble::Trouble;

use crate::App;
use crate::command::{Refused, exists};

pub use self::http::HttpRegisters;

/// A document that the city looks up, and how far that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obtainable {
    pub document: DocumentRequirement,
    pub source: Source,
    /// By which it must be brought all the same, while it is in force.
    pub exception: Option<Exception>,
    /// The latest that it was looked up.
    pub latest: Option<Latest>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    pub at: Timestamp,
    pub lookup: Lookup,
    pub reviewer: Option<ReviewingAgency>,
}

/// The documents of the item that the city looks up, as `officer` sees them.
#[must_use]
pub fn obtainable(
    record: &Record,
    item: Option<&ItemVersion>,
    officer: &Officer,
    today: Date,
) -> Vec<Obtainable> {
    let documents = item.map(|item| item.documents.as_slice()).unwrap_or_default();
    let one = |document: &DocumentRequirement| {
        Some(Obtainable {
            source: document.obtainable_from.clone()?,
            exception: document.exception(today).cloned(),
            latest: latest(record, officer, &document.key),
            document: document.clone(),
        })
    };
    documents.iter().filter_map(one).collect()
}

/// Whoever reviews a part sees what their own agency looked up, the agency in charge everything.
fn latest(record: &Record, officer: &Officer, document: &Key) -> Option<Latest> {
    let in_charge = record.loaded.case.agency == officer.agency;
    let theirs = |by: &Option<ReviewingAgency>| by.as_ref().is_some_and(|it| it.agency == officer.agency);
    record.events.iter().rev().find_map(|chained| match &chained.recorded.event {
        Event::RegisterQueried { lookup, reviewer }
            if lookup.document == *document && (in_charge || theirs(reviewer)) =>
        {
            Some(Latest {
                at: chained.recorded.at,
                lookup: lookup.as_ref().clone(),
                reviewer: reviewer.clone(),
            })
        }
        _ => None,
    })
}

/// What was looked up.
#[derive(Debug)]
pub struct LookedUp {
    /// The case after it.
    pub case: Case,
    pub lookup: Lookup,
    pub at: Timestamp,
    /// What the register said; `None` for a request that was answered before, of which only the digest is left.
    pub finding: Option<Finding>,
}

/// Asks the register of `document`, and shows the answer only once it is recorded who asked and what for. A
/// question of somebody who may not ask, or to no use, never leaves the window. Two reads and one write, and the
/// item version once in the life of a process.
pub async fn look_up(
    app: &App,
    officer: &Officer,
    id: CaseId,
    document: &Key,
    request: Request,
) -> Result<LookedUp, Refused> {
    let (store, action) = (app.store.as_ref(), Action::QueryRegister);
    let actor = Actor::Officer(officer.clone());
    let record = commit::record(store, id).await?.ok_or(Trouble::NotFound)?;
    let case = &record.loaded.case;
    exists(officer, case, action)?;
    let refused = |rejection| Refused::Rejected { rejection, case: Box::new(case.clone()) };
    if case.requests.contains(&request.id) {
        return match commit::replayed(store, id, request, actor.party()).await {
            Ok(record) => answered_before(record, request),
            Err(Failure::Rejected(rejection)) => Err(refused(rejection)),
            Err(failure) => Err(failure.into()),
        };
    }
    decide::may_query(case, &actor).map_err(refused)?;
    let item = app.items.version(store, &case.item.code, case.item.version).await?;
    let item = item.ok_or_else(|| refused(Rejection::NotLookedUp))?;
    let asked = register::ask(&item, &record.answers(), document).map_err(refused)?;
    let registers = app.registers.as_ref().ok_or_else(|| refused(Rejection::NoRegister))?;
    // Ids of requests are unique in a case, and the register has many.
    let number = id.to_string();
    let unique = RequestId::derived(&[number.as_bytes(), request.id.bytes(), &request.digest]);
    let inquiry = asked.inquiry(id, unique, officer.person, officer.agency.clone());
    let finding = registers.ask(inquiry).await.map_err(|fault| silent(id, fault))?;
    let sha256 = Sha256::digest(wire::register::canonical(&finding)).into();
    let lookup = asked.answered(finding.is_some(), sha256);
    let command = Command::QueryRegister(Box::new(lookup.clone()));
    let calendars = app.calendars.current(store, app.ambient.now()).await?;
    let asked = commit::Asked { actor, request, seen: None };
    let at = app.ambient.now();
    match commit::carry_out(store, &calendars, id, &asked, &command, at).await {
        // Another try of the same request was faster: its answer is the one on record.
        Ok(done) if done.replayed => {
            answered_before(commit::replayed(store, id, request, asked.actor.party()).await?, request)
        }
        Ok(done) => {
            tracing::info!(case = %id, action = action.code(), found = lookup.found, "asked a register");
            Ok(LookedUp { case: done.loaded.case, lookup, at, finding: Some(finding) })
        }
        // By the case as it became while the register was asked.
        Err(Failure::Rejected(rejection)) => {
            let loaded = commit::load(store, id).await?.ok_or(Trouble::NotFound)?;
            Err(Refused::Rejected { rejection, case: Box::new(loaded.case) })
        }
        Err(failure) => Err(failure.into()),
    }
}

/// What is on record of a request that was answered before.
fn answered_before(record: Record, request: Request) -> Result<LookedUp, Refused> {
    let found = record.events.iter().find_map(|chained| match &chained.recorded.event {
        Event::RegisterQueried { lookup, .. } if chained.recorded.request == request => {
            Some((lookup.as_ref().clone(), chained.recorded.at))
        }
        _ => None,
    });
    let (lookup, at) = found.ok_or_else(|| Fault::corrupt("a request that looked nothing up"))?;
    Ok(LookedUp { case: record.loaded.case, lookup, at, finding: None })
}

fn silent(case: CaseId, fault: Fault) -> Trouble {
    tracing::warn!(%case, %fault, "a register does not answer");
    match fault {
        Fault::Transient(_) => Trouble::RegisterSilent,
        fault => fault.into(),
    }
}
