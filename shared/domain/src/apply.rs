//! What follows from an event: the fold that makes a case of its record.

use std::collections::BTreeSet;

use crate::case::{Case, Outcome, State};
use crate::event::{Event, Recorded, Submitted};
use crate::id::Version;

/// A record that no sequence of decisions could have made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenRecord {
    #[error("the first event does not file an application")]
    NotFiled,
    #[error("event {found:?} follows version {after:?}")]
    Gap { after: Version, found: Version },
    #[error("an application is filed a second time")]
    FiledTwice,
    #[error("the record is empty")]
    Empty,
}

/// The case that `filed`, a first event, opens.
pub fn open(filed: &Recorded) -> Result<Case, BrokenRecord> {
    let Event::Submitted(submitted) = &filed.event else { return Err(BrokenRecord::NotFiled) };
    if filed.id.seq != Version(1) {
        return Err(BrokenRecord::Gap { after: Version(0), found: filed.id.seq });
    }
    let Submitted { item, agency, applicant, due, warn_at, .. } = submitted.as_ref();
    Ok(Case {
        id: filed.id.case,
        version: filed.id.seq,
        state: State::Received,
        item: item.clone(),
        agency: agency.clone(),
        applicant: applicant.clone(),
        received_at: filed.at,
        due: *due,
        accepted_at: None,
        assignment: None,
        ruling: None,
        closed_at: None,
        fired: BTreeSet::new(),
        warn_at: *warn_at,
        requests: BTreeSet::from([filed.request.id]),
    })
}

/// The case after `recorded`.
pub fn apply(mut case: Case, recorded: &Recorded) -> Result<Case, BrokenRecord> {
    if recorded.id.seq != case.version.next() {
        return Err(BrokenRecord::Gap { after: case.version, found: recorded.id.seq });
    }
    match &recorded.event {
        Event::Submitted(_) => return Err(BrokenRecord::FiledTwice),
        Event::Accepted => case.accepted_at = Some(recorded.at),
        Event::Assigned { assignment, .. } => {
            case.state = State::Assigned;
            case.accepted_at.get_or_insert(recorded.at);
            case.assignment = Some(*assignment);
            case.ruling = None;
        }
        Event::Proposed(ruling) => {
            case.state = State::AwaitingApproval;
            case.ruling = Some(ruling.clone());
        }
        Event::Returned { .. } => {
            case.state = State::Assigned;
            case.ruling = None;
        }
        Event::Decided(ruling) => {
            case.state = match ruling.outcome {
                Outcome::Approve => State::Approved,
                Outcome::Reject => State::Rejected,
            };
            case.ruling = Some(ruling.clone());
            case.closed_at = Some(recorded.at);
        }
        Event::Withdrawn { .. } => {
            case.state = State::Withdrawn;
            case.closed_at = Some(recorded.at);
        }
        Event::TimerFired(kind) => {
            case.fired.insert(*kind);
        }
    }
    case.version = recorded.id.seq;
    case.requests.insert(recorded.request.id);
    Ok(case)
}

/// The case that a whole record makes.
pub fn replay(record: &[Recorded]) -> Result<Case, BrokenRecord> {
    let (first, rest) = record.split_first().ok_or(BrokenRecord::Empty)?;
    rest.iter().try_fold(open(first)?, apply)
}
