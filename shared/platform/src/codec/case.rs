//! The row of a case.

use domain::case::{Applicant, Assignment, Case, Outcome, Ruling, State};
use domain::clock::history::Review;
use domain::clock::terms::{DayBasis, Limit};
use domain::consent::Consent;
use domain::dates::{ClockState, Dates};
use domain::id::{AgencyCode, CaseId, ItemCode, PersonId, RequestId, Version};
use domain::item::ItemRef;
use domain::payment::ledger::Fee;
use domain::personal::Personal;
use domain::refusal::RefusalGround;
use domain::text::{Lang, Text};
use domain::timer::{self, TimerKind};
use domain::verification::VerificationCode;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::clock::{ClockFile, DatesRow, LimitFile, first_dates};
use super::consent::ConsentRow;
use super::ending::EndingRow;
use super::history::HistoryRow;
use super::letter::ProposedBody;
use super::payment::{self, EntryRow, FeeBody};
use super::review::ReviewerRow;
use crate::audit::Hash;
use crate::fault::Fault;
use crate::keys::{self, Key};
use crate::row::Row;

const ROW: &str = "case";

/// A case and the head of its chain of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    pub case: Case,
    pub head: Hash,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TextRow {
    zh: String,
    en: String,
}

impl From<&Text> for TextRow {
    fn from(text: &Text) -> Self {
        Self { zh: text.zh.clone(), en: text.en.clone() }
    }
}

impl From<TextRow> for Text {
    fn from(row: TextRow) -> Self {
        Self::new(row.zh, row.en)
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ItemRefRow {
    code: AsText<ItemCode>,
    version: u32,
    name: TextRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basis: Option<AsText<DayBasis>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    months: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock: Option<ClockFile>,
}

impl From<&ItemRef> for ItemRefRow {
    fn from(item: &ItemRef) -> Self {
        let LimitFile { days, basis, hours, months } = item.terms.limit.into();
        let clock = ClockFile::from(&item.terms);
        Self {
            code: AsText(item.code.clone()),
            version: item.version,
            name: (&item.name).into(),
            days,
            basis,
            hours,
            months,
            clock: (clock != ClockFile::default()).then_some(clock),
        }
    }
}

impl TryFrom<ItemRefRow> for ItemRef {
    type Error = Fault;

    fn try_from(row: ItemRefRow) -> Result<Self, Fault> {
        let limit = LimitFile { days: row.days, basis: row.basis, hours: row.hours, months: row.months };
        let limit = Limit::try_from(limit).map_err(Fault::corrupt)?;
        let terms = row.clock.unwrap_or_default().terms(limit)?;
        Ok(Self { code: row.code.0, version: row.version, name: row.name.into(), terms })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ApplicantRow {
    person: AsText<PersonId>,
    name: String,
    email: String,
    lang: AsText<Lang>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mobile: Option<String>,
}

impl From<&Applicant> for ApplicantRow {
    fn from(applicant: &Applicant) -> Self {
        Self {
            person: AsText(applicant.person),
            name: applicant.name.reveal().clone(),
            email: applicant.email.reveal().clone(),
            lang: AsText(applicant.lang),
            mobile: applicant.mobile.as_ref().map(|mobile| mobile.reveal().clone()),
        }
    }
}

impl TryFrom<ApplicantRow> for Applicant {
    type Error = Fault;

    fn try_from(row: ApplicantRow) -> Result<Self, Fault> {
        Ok(Self {
            person: row.person.0,
            name: Personal::new(row.name),
            email: Personal::new(row.email),
            lang: row.lang.0,
            mobile: row.mobile.map(|mobile| mobile.parse()).transpose().map_err(Fault::corrupt)?,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct RulingRow {
    outcome: AsText<Outcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ground: Option<AsText<RefusalGround>>,
    reason: String,
    by: AsText<PersonId>,
}

impl From<&Ruling> for RulingRow {
    fn from(ruling: &Ruling) -> Self {
        Self {
            outcome: AsText(ruling.outcome),
            ground: ruling.ground.map(AsText),
            reason: ruling.reason.clone(),
            by: AsText(ruling.by),
        }
    }
}

impl From<RulingRow> for Ruling {
    fn from(row: RulingRow) -> Self {
        let ground = row.ground.map(|ground| ground.0);
        Self { outcome: row.outcome.0, ground, reason: row.reason, by: row.by.0 }
    }
}

#[derive(Serialize, Deserialize)]
struct CaseRow {
    id: AsText<CaseId>,
    version: u32,
    state: AsText<State>,
    item: ItemRefRow,
    agency: AsText<AgencyCode>,
    applicant: ApplicantRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consent: Option<ConsentRow>,
    #[serde(default, skip_serializing_if = "super::is_zero")]
    consent_changes: u32,
    received_at: Timestamp,
    history: Option<HistoryRow>,
    dates: Option<DatesRow>,
    /// Of schema 1, which had no `dates`.
    #[serde(default, skip_serializing)]
    due: Option<Date>,
    #[serde(default, skip_serializing)]
    warn_at: Option<Timestamp>,
    /// Where another agency gave it on; where it was filed, that is when it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reached_at: Option<Timestamp>,
    accepted_at: Option<Timestamp>,
    handler: Option<AsText<PersonId>>,
    reviewer: Option<AsText<PersonId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    more_time: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reviewers_to_come: Vec<ReviewerRow>,
    ruling: Option<RulingRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proposed: Option<ProposedBody>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    documents: Vec<AsText<VerificationCode>>,
    /// When it ended.
    closed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ending: Option<EndingRow>,
    #[serde(default)]
    assessed: Option<FeeBody>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ledger: Vec<EntryRow>,
    /// Of schema 1, in which a timer fired once whatever became of its date.
    #[serde(default, skip_serializing)]
    fired: Vec<AsText<TimerKind>>,
    #[serde(default, skip_serializing_if = "super::is_zero")]
    lookups: u32,
    #[serde(default)]
    timers_fired: Vec<(AsText<TimerKind>, Timestamp)>,
    requests: Vec<AsText<RequestId>>,
    head: String,
    /// The sparse index of timers: there while one is pending.
    due_shard: Option<String>,
    due_at: Option<String>,
    /// The sparse index of open cases by the last day that the calendar can still move.
    open_shard: Option<String>,
    open_until: Option<String>,
}

pub fn encode(loaded: &Loaded) -> Result<Row, Fault> {
    let Loaded { case, head } = loaded;
    let next = timer::next(case);
    let shard = || keys::shard_name(keys::shard_of(case.id));
    let open = open_until(case);
    let body = CaseRow {
        id: AsText(case.id),
        version: case.version.0,
        state: AsText(case.state),
        item: (&case.item).into(),
        agency: AsText(case.agency.clone()),
        applicant: (&case.applicant).into(),
        consent: case.consent.as_ref().map(ConsentRow::from),
        consent_changes: case.consent_changes,
        received_at: case.received_at(),
        history: HistoryRow::of(&case.history),
        dates: Some((&case.dates).into()),
        due: None,
        warn_at: None,
        reached_at: Some(case.reached_at).filter(|reached| *reached != case.received_at()),
        accepted_at: case.accepted_at,
        handler: case.assignment.map(|assignment| AsText(assignment.handler)),
        reviewer: case.assignment.map(|assignment| AsText(assignment.reviewer)),
        more_time: case.more_time,
        reviewers_to_come: case.reviewers_to_come.iter().map(ReviewerRow::from).collect(),
        ruling: case.ruling.as_ref().map(RulingRow::from),
        proposed: case.proposed.as_deref().map(ProposedBody::from),
        documents: case.documents.iter().copied().map(AsText).collect(),
        closed_at: case.ended_at(),
        ending: case.ending.as_ref().map(EndingRow::from),
        assessed: case.assessed.as_ref().map(FeeBody::from),
        ledger: payment::rows(&case.ledger),
        fired: Vec::new(),
        lookups: case.lookups,
        timers_fired: case.fired.iter().map(|(kind, at)| (AsText(*kind), *at)).collect(),
        requests: case.requests.iter().copied().map(AsText).collect(),
        head: keys::hex(head),
        due_shard: next.map(|_| shard()),
        due_at: next.map(|(at, _)| keys::sortable(at)),
        open_shard: open.as_ref().map(|_| shard()),
        open_until: open,
    };
    super::encode(&Key::Case(case.id), ROW, 2, &body)
}

/// Where an open case stands in the index of those that a change of the calendar can move: by the
/// last day it can move them by, or at the end, where any day of a year to come can.
fn open_until(case: &Case) -> Option<String> {
    if case.state == State::AwaitingPickUp {
        return Some(keys::day_sort(case.dates.pick_up_due));
    }
    // A review whose end lies beyond the published calendar has one once that year is published.
    let undated = |review: &Review| !case.dates.reviews.contains_key(&review.reviewer.agency);
    if case.dates.clock != ClockState::Stopped && case.open_reviews().any(undated) {
        return Some(keys::day_sort(None));
    }
    match (case.state.is_open(), case.dates.clock, case.dates.reach()) {
        (false, ..) | (true, ClockState::Waiting | ClockState::Stopped, None) => None,
        (true, ClockState::Unpublished, _) | (true, ClockState::Running, None) => Some(keys::day_sort(None)),
        (true, _, Some(day)) => Some(keys::day_sort(Some(day))),
    }
}

pub fn decode(row: Row) -> Result<Loaded, Fault> {
    let row: CaseRow = super::decode(row, ROW)?;
    let assignment = match (row.handler, row.reviewer) {
        (Some(handler), Some(reviewer)) => Some(Assignment { handler: handler.0, reviewer: reviewer.0 }),
        _ => None,
    };
    let head = keys::unhex(&row.head).ok_or_else(|| Fault::corrupt("head of the chain is no hash"))?;
    let dates: Dates = match (row.dates, row.due, row.warn_at) {
        (Some(dates), ..) => dates.into(),
        (None, Some(due), Some(warn_at)) => first_dates(due, warn_at)?,
        (None, ..) => return Err(Fault::corrupt("a case without dates")),
    };
    let before = row.fired.iter().filter_map(|kind| Some((kind.0, *dates.timers.get(&kind.0)?)));
    let since = row.timers_fired.iter().map(|(kind, at)| (kind.0, *at));
    let item: ItemRef = row.item.try_into()?;
    let picks_up = item.terms.pick_up_days.is_some();
    let ending = || row.ending.or_else(|| EndingRow::of_state(row.state.0, picks_up, row.version));
    let case = Case {
        id: row.id.0,
        version: Version(row.version),
        state: row.state.0,
        item,
        agency: row.agency.0,
        applicant: row.applicant.try_into()?,
        consent: row.consent.map(Consent::from),
        consent_changes: row.consent_changes,
        history: row.history.unwrap_or_default().history(row.received_at, row.closed_at)?,
        lookups: row.lookups,
        fired: before.chain(since).collect(),
        dates,
        reached_at: row.reached_at.unwrap_or(row.received_at),
        accepted_at: row.accepted_at,
        more_time: row.more_time,
        assignment,
        reviewers_to_come: row.reviewers_to_come.into_iter().map(Into::into).collect(),
        ruling: row.ruling.map(Ruling::from),
        proposed: row.proposed.map(|proposed| Box::new(proposed.into())),
        documents: row.documents.into_iter().map(|code| code.0).collect(),
        ending: row.closed_at.and_then(|at| Some(ending()?.at(at))),
        assessed: row.assessed.map(Fee::from),
        ledger: payment::ledger(row.ledger)?,
        requests: row.requests.into_iter().map(|request| request.0).collect(),
    };
    Ok(Loaded { case, head })
}
