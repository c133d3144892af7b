//! What follows from an event: the fold that makes a case of its record.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::calendar::Calendar;
use crate::case::{Case, Outcome, Ruling, State};
use crate::clock::history::{Correction, End, Ended, Extension, History, Late, Review, Stop};
use crate::clock::terms::FeeTiming;
use crate::consent::Consent;
use crate::dates::{self, ClockState, Dates};
use crate::ending::{Conclusion, Ending, Evidence, Word};
use crate::event::{Event, Recorded, Submitted};
use crate::id::Version;
use crate::joint_review::{Order, ReviewingAgency, Task};
use crate::money::Twd;
use crate::payment::ledger::{Fee, Ledger, Posting};
use crate::service::{Means, NoticePlace};
use crate::taipei;
use crate::timer::TimerKind;

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
    let Submitted { item, agency, applicant, application: _, fee, consent, signature: _ } =
        submitted.as_ref();
    let mut case = Case {
        id: filed.id.case,
        version: filed.id.seq,
        state: State::Received,
        item: item.clone(),
        agency: agency.clone(),
        applicant: applicant.clone(),
        consent: consent.clone(),
        consent_changes: 0,
        history: History::received(filed.at),
        dates: filed.dates.clone().unwrap_or_else(|| Dates {
            calendar: String::new(),
            edition: 0,
            clock: ClockState::Unpublished,
            due: None,
            correction_due: None,
            pick_up_due: None,
            reviews: std::collections::BTreeMap::new(),
            timers: std::collections::BTreeMap::new(),
        }),
        reached_at: filed.at,
        accepted_at: None,
        assignment: None,
        more_time: None,
        reviewers_to_come: Vec::new(),
        ruling: None,
        proposed: None,
        documents: Vec::new(),
        ending: None,
        assessed: fee.clone(),
        ledger: Ledger::default(),
        lookups: 0,
        fired: BTreeSet::new(),
        requests: BTreeSet::from([filed.request.id]),
    };
    if case.item.terms.fee == FeeTiming::AtApplication {
        fall_due(&mut case, filed);
    }
    case.state = case.to_dispatch();
    Ok(case)
}

/// The fee that was assessed at filing falls due.
fn fall_due(case: &mut Case, recorded: &Recorded) {
    // Unless staff set another one meanwhile.
    if let Some(fee) = case.assessed.clone().filter(|_| case.ledger.fee().is_none()) {
        enter(case, recorded, Posting::FeeSet(fee));
    }
}

/// Enters `posting`, and passes the gate of the clock once enough money is there. A gate that was passed
/// stays so: what is charged back later is a matter between the city and the payer.
fn enter(case: &mut Case, recorded: &Recorded, posting: Posting) {
    case.ledger.enter(recorded.at, recorded.by, posting);
    let waits = case.item.terms.fee == FeeTiming::AtApplication && case.history.fee_posted.is_none();
    if waits && case.ledger.fee().is_some() {
        let standing = case.ledger.standing();
        if standing.condition_met {
            case.history.fee_posted = Some(recorded.at);
            case.history.fee_paid = standing.paid_by();
        }
    }
}

/// The case ended without its result: the fee rules say how much of the fee is kept.
fn keep_of_fee(case: &mut Case, recorded: &Recorded, retained: impl FnOnce(&Fee) -> Twd) {
    if let Some(retained) = case.ledger.fee().map(retained) {
        enter(case, recorded, Posting::Ended { retained });
    }
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
            case.state = case.at_work();
            case.accepted_at.get_or_insert(recorded.at);
            case.assignment = Some(*assignment);
            case.ruling = None;
            case.proposed = None;
        }
        Event::Rerouted { agency, .. } => {
            case.agency = agency.clone();
            case.state = State::Received;
            case.reached_at = recorded.at;
            case.accepted_at = None;
            case.assignment = None;
            stop_waiting(&mut case, recorded.at);
        }
        // Nothing was decided for the fee.
        Event::Transferred { .. } => end(&mut case, recorded, Conclusion::Transferred, |_| Twd::ZERO),
        Event::ReviewRequested { tasks, order } => request_reviews(&mut case, recorded, tasks, *order),
        Event::ReviewAnswered { reviewer, opinion, next, .. } => {
            end_review(&mut case, recorded, (reviewer, End::Answered(*opinion)), next.as_ref());
        }
        Event::ReviewDropped { reviewer, next, .. } => {
            end_review(&mut case, recorded, (reviewer, End::Dropped), next.as_ref());
        }
        Event::Proposed { ruling, letter } => {
            case.state = State::AwaitingApproval;
            case.ruling = Some(ruling.clone());
            case.proposed.clone_from(letter);
        }
        Event::Returned { .. } => {
            case.state = State::Assigned;
            case.ruling = None;
            case.proposed = None;
        }
        Event::Decided { ruling, .. } => conclude(&mut case, recorded, ruling),
        Event::Withdrawn { .. } => end(&mut case, recorded, Conclusion::Withdrawn, |fee| fee.retained),
        // The whole of the fee goes back (規費法 §19).
        Event::Terminated { .. } => end(&mut case, recorded, Conclusion::Terminated, |_| Twd::ZERO),
        Event::Money(posting) => enter(&mut case, recorded, posting.as_ref().clone()),
        Event::CorrectionRequested(correction) => {
            case.state = State::UnderCorrection;
            case.history.corrections.push(Correction::requested(recorded.at, correction.days));
            case.more_time = None;
        }
        Event::CorrectionAnswered { at, .. } => {
            case.state = case.at_work();
            case.more_time = None;
            if let Some(correction) = case.history.corrections.last_mut() {
                correction.answered = Some(*at);
            }
        }
        Event::MoreTimeAsked { days, .. } => case.more_time = Some(*days),
        Event::CorrectionExtended { days, .. } => {
            case.more_time = None;
            if let Some(correction) = case.history.corrections.last_mut() {
                *correction = correction.extended(*days, recorded.at);
            }
        }
        Event::MoreTimeDeclined { .. } => case.more_time = None,
        Event::Arrived { what, at } => {
            case.history.arrived.insert(what.clone(), *at);
        }
        Event::Extended { amount, .. } => {
            case.history.extension = Some(Extension { amount: *amount, notified: recorded.at });
        }
        Event::TimeAdded { days, .. } => {
            case.history.added_days = case.history.added_days.saturating_add(*days);
        }
        Event::Stopped { cause, from, until, .. } => {
            case.history.stops.push(Stop { cause: *cause, from: *from, until: *until });
        }
        Event::Resumed { last } => {
            if let Some(stop) = case.history.stops.last_mut() {
                stop.until = Some(*last);
            }
        }
        Event::ConsentChanged { consent } => serve_by(&mut case, consent),
        Event::HandedOver { .. } => told(&mut case, Evidence::PickedUp),
        Event::RegisterQueried { .. } | Event::GlassBroken { .. } => case.lookups += 1,
        // The decision stays what it was, and so does everything that the calendar does not move.
        Event::Rectified { .. } | Event::Recalculated(_) => {}
        Event::NoticeServed { notice, service } => served(&mut case, *notice, service.means),
        Event::NoticeHeard { word, .. } => hear(&mut case, *word),
        Event::TimerFired(kind) => fire(&mut case, *kind, recorded.id.seq),
    }
    case.state = stands(&case);
    if let Some(ending) = &mut case.ending {
        let is_word = matches!(recorded.event, Event::NoticeHeard { .. });
        ending.heard = if is_word { ending.heard + 1 } else { 0 };
    }
    case.documents.extend(recorded.event.issued().iter().map(|issued| issued.code));
    if let Some(dates) = &recorded.dates {
        case.dates = dates.clone();
    }
    case.version = recorded.id.seq;
    case.requests.insert(recorded.request.id);
    Ok(case)
}

/// The case was decided: what then falls due, and what is kept.
fn conclude(case: &mut Case, recorded: &Recorded, ruling: &Ruling) {
    let how = match ruling.outcome {
        Outcome::Approve => Conclusion::Approved,
        Outcome::Reject => Conclusion::Rejected,
    };
    case.ruling = Some(ruling.clone());
    case.proposed = None;
    finish(case, recorded, how);
    match ruling.outcome {
        Outcome::Approve if case.item.terms.fee == FeeTiming::OnIssue => fall_due(case, recorded),
        Outcome::Approve => {}
        Outcome::Reject => keep_of_fee(case, recorded, |fee| fee.retained),
    }
}

/// The case ends without a decision, and so much of its fee is kept.
fn end(case: &mut Case, recorded: &Recorded, how: Conclusion, retained: impl FnOnce(&Fee) -> Twd) {
    finish(case, recorded, how);
    keep_of_fee(case, recorded, retained);
}

/// The time for which the window waits for the applicant may have passed while somebody had the case.
fn stop_waiting(case: &mut Case, now: Timestamp) {
    let over = case.awaited_until().and_then(taipei::end_of).filter(|end| *end <= now);
    case.fired.extend(over.map(|end| (TimerKind::AwaitedLapsed, end)));
}

/// Where it stands after any event: while nobody has it, it may wait for the applicant, and what it waited for may
/// have come; once it has ended, what is still owed may have come or gone.
fn stands(case: &Case) -> State {
    match &case.ending {
        Some(ending) => case.ended_state(ending),
        None if case.state.is_to_dispatch() => case.to_dispatch(),
        None => case.state,
    }
}

/// A notice was served otherwise than by mail: it may be that of the result.
fn served(case: &mut Case, notice: NoticePlace, means: Means) {
    case.ending = case.ending.take().map(|ending| ending.served(notice, means));
}

/// The applicant changed how they are served.
fn serve_by(case: &mut Case, consent: &Consent) {
    case.consent = Some(consent.clone());
    case.consent_changes += 1;
}

/// Something became known of the notice of the result.
fn hear(case: &mut Case, word: Word) {
    case.ending = case.ending.take().map(|ending| ending.after(word));
}

/// There is `evidence` that the applicant of a case that has ended was told.
fn told(case: &mut Case, evidence: Evidence) {
    if let Some(ending) = &mut case.ending {
        ending.told.insert(evidence);
    }
}

/// Nobody works on it any more, and nobody's review is waited for.
fn finish(case: &mut Case, recorded: &Recorded, how: Conclusion) {
    let (at, event) = (recorded.at, recorded.id.seq);
    case.ending = Some(Ending { how, at, event, told: BTreeSet::new(), returned: false, heard: 0 });
    case.history.finished = Some(at);
    case.reviewers_to_come.clear();
    end_open(case, recorded, End::Dropped, |_| true);
}

/// Asks all of them now, or one after the other.
fn request_reviews(case: &mut Case, recorded: &Recorded, tasks: &[Task], order: Order) {
    let mut reviewers = tasks.iter().map(|task| task.reviewer.clone());
    let nobody = case.open_reviews().next().is_none();
    let now = match order {
        Order::Parallel => tasks.len(),
        Order::Sequential => usize::from(nobody),
    };
    for reviewer in reviewers.by_ref().take(now) {
        send(case, recorded, &reviewer);
    }
    case.reviewers_to_come.extend(reviewers);
    case.state = case.at_work();
}

/// A part goes to `reviewer`, within the limit that the item gives them.
fn send(case: &mut Case, recorded: &Recorded, reviewer: &ReviewingAgency) {
    let limit = case.item.terms.reviews.get(&reviewer.agency).copied();
    // Only agencies with a limit are asked; of a record that says otherwise the limit of the case holds.
    let limit = limit.unwrap_or(case.item.terms.limit);
    case.history.reviews.push(Review {
        reviewer: reviewer.clone(),
        sent: recorded.at,
        asked: recorded.id.seq,
        limit,
        ended: None,
        late: None,
    });
}

/// Those of the open reviews that `which` picks end, each with the limit it has by now.
fn end_open(case: &mut Case, recorded: &Recorded, how: End, which: impl Fn(&Review) -> bool) {
    let open = case.history.reviews.iter_mut().filter(|review| review.ended.is_none());
    for review in open.filter(|review| which(review)) {
        let due = case.dates.reviews.get(&review.reviewer.agency).copied();
        review.ended = Some(Ended { at: recorded.at, by: recorded.id.seq, due, how });
    }
}

/// A review is not waited for any more, and the next one is.
fn end_review(
    case: &mut Case,
    recorded: &Recorded,
    (reviewer, how): (&ReviewingAgency, End),
    next: Option<&ReviewingAgency>,
) {
    end_open(case, recorded, how, |review| review.reviewer.agency == reviewer.agency);
    let gone = [Some(reviewer), next];
    case.reviewers_to_come.retain(|waiting| gone.iter().flatten().all(|gone| gone.agency != waiting.agency));
    if let Some(next) = next {
        send(case, recorded, next);
    }
    case.state = case.at_work();
}

/// What `at` passed for the reviews that are waited for: each is noted once, as the event `noted`.
fn note_late(case: &mut Case, at: Timestamp, noted: Version) {
    let open = case.history.reviews.iter_mut().filter(|review| review.ended.is_none());
    for review in open {
        let due = case.dates.reviews.get(&review.reviewer.agency).filter(|due| due.until <= at);
        if let Some(due) = due.filter(|due| !review.is_noted(**due)) {
            review.late = Some(Late { by: noted, until: due.until });
        }
    }
}

fn fire(case: &mut Case, kind: TimerKind, noted: Version) {
    match case.dates.timers.get(&kind).copied() {
        // There is one for each review: which have been noted is in the reviews.
        Some(at) if kind == TimerKind::ReviewOverdue => note_late(case, at, noted),
        Some(at) => drop(case.fired.insert((kind, at))),
        None => {}
    }
    // A lapsed correction goes back to the handler; whether to refuse is for people to decide.
    if kind == TimerKind::CorrectionDue && case.state == State::UnderCorrection {
        case.state = State::Assigned;
        case.more_time = None;
    }
}

/// Opens a case or carries one on, and reads its clock: the event with the dates it leads to, and the
/// case after it.
pub fn advance(
    case: Option<Case>,
    mut recorded: Recorded,
    calendar: &Calendar,
) -> Result<(Case, Recorded), BrokenRecord> {
    let mut after = match case {
        None => open(&recorded)?,
        Some(case) => apply(case, &recorded)?,
    };
    let dates = dates::of(&after, calendar);
    if dates != after.dates {
        after.dates = dates.clone();
        recorded.dates = Some(dates);
    }
    Ok((after, recorded))
}

/// The case that a whole record makes.
pub fn replay(record: &[Recorded]) -> Result<Case, BrokenRecord> {
    let (first, rest) = record.split_first().ok_or(BrokenRecord::Empty)?;
    rest.iter().try_fold(open(first)?, apply)
}
