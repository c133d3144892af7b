//! The row of an event: the audit record, the ledger entry, the duplicate key and the outbox record
//! in one. Its `body` is the exact text that the hash chain covers.

use domain::case::Assignment;
use domain::clock::history::StopCause;
use domain::event::{Event, Recorded, Request};
use domain::id::{AgencyCode, CaseId, EventId, Key as FieldKey, PersonId, RequestId, Version};
use domain::joint_review::{Opinion, Order};
use domain::pick_up::Receiver;
use domain::timer::TimerKind;
use domain::verification::VerificationCode;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;
use super::clock::DatesRow;
use super::consent::ConsentRow;
use super::correction::{AnsweredBody, CorrectionBody};
use super::ending::{HeardBody, ServedBody};
use super::filing::SubmittedBody;
use super::issued::IssuedBody;
use super::payment::{PartyBody, PostingBody};
use super::pick_up::ReceiverBody;
use super::recalculated::RecalculatedBody;
use super::register::LookupBody;
use super::review::{ReviewerRow, TaskBody};
use super::ruling::{DecisionBody, ProposalBody};
use crate::audit::{self, Hash, Link};
use crate::fault::Fault;
use crate::keys::{self, Key};
use crate::row::Row;

pub const ROW: &str = "event";
/// The attributes by which an event stands in the outbox until its effects are dispatched.
pub const OUTBOX: [&str; 2] = ["outbox_shard", "outbox_at"];

/// An event and its place in the hash chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chained {
    pub recorded: Recorded,
    pub link: Link,
}

#[derive(Serialize, Deserialize)]
struct EventRow {
    case: AsText<CaseId>,
    seq: u32,
    body: String,
    prev: String,
    hash: String,
    outbox_shard: Option<String>,
    outbox_at: Option<String>,
}

/// What the chain covers.
#[derive(Serialize, Deserialize)]
struct Body {
    at: Timestamp,
    by: PartyBody,
    request: AsText<RequestId>,
    digest: String,
    event: EventBody,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dates: Option<DatesRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum EventBody {
    Submitted(Box<SubmittedBody>),
    GlassBroken {
        name: String,
        reason: String,
    },
    Accepted,
    Assigned {
        handler: AsText<PersonId>,
        reviewer: AsText<PersonId>,
        handler_name: String,
    },
    Rerouted {
        agency: AsText<AgencyCode>,
        name: TextRow,
        reason: String,
    },
    Transferred {
        to: String,
        reason: String,
    },
    ReviewRequested {
        tasks: Vec<TaskBody>,
        order: AsText<Order>,
    },
    ReviewAnswered {
        reviewer: ReviewerRow,
        opinion: AsText<Opinion>,
        text: String,
        next: Option<ReviewerRow>,
    },
    ReviewDropped {
        reviewer: ReviewerRow,
        reason: String,
        next: Option<ReviewerRow>,
    },
    RegisterQueried {
        #[serde(flatten)]
        lookup: LookupBody,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reviewer: Option<ReviewerRow>,
    },
    Proposed(ProposalBody),
    Returned {
        reason: String,
    },
    Decided(DecisionBody),
    Rectified {
        corrects: AsText<VerificationCode>,
        document: Box<IssuedBody>,
    },
    Withdrawn {
        reason: String,
    },
    TimerFired {
        timer: AsText<TimerKind>,
    },
    CorrectionRequested(CorrectionBody),
    CorrectionAnswered(AnsweredBody),
    MoreTimeAsked {
        days: u32,
        reason: String,
    },
    CorrectionExtended {
        days: u32,
        until: Date,
        reason: String,
    },
    MoreTimeDeclined {
        reason: String,
    },
    Arrived {
        what: AsText<FieldKey>,
        at: Timestamp,
    },
    NoticeServed(ServedBody),
    NoticeHeard(HeardBody),
    ConsentChanged {
        consent: ConsentRow,
    },
    Extended {
        amount: u32,
        reason: String,
    },
    TimeAdded {
        days: u32,
        reason: String,
    },
    Stopped {
        cause: AsText<StopCause>,
        from: Date,
        until: Option<Date>,
        reason: String,
    },
    Resumed {
        last: Date,
    },
    HandedOver {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received_by: Option<ReceiverBody>,
    },
    Terminated {
        reason: String,
    },
    Money(PostingBody),
    Recalculated(RecalculatedBody),
}

impl From<&Event> for EventBody {
    fn from(event: &Event) -> Self {
        match event {
            Event::Submitted(submitted) => Self::Submitted(Box::new(submitted.as_ref().into())),
            Event::GlassBroken { name, reason } => {
                Self::GlassBroken { name: name.clone(), reason: reason.clone() }
            }
            Event::Accepted => Self::Accepted,
            Event::Assigned { assignment, handler_name } => Self::Assigned {
                handler: AsText(assignment.handler),
                reviewer: AsText(assignment.reviewer),
                handler_name: handler_name.clone(),
            },
            Event::Rerouted { agency, name, reason } => {
                Self::Rerouted { agency: AsText(agency.clone()), name: name.into(), reason: reason.clone() }
            }
            Event::Transferred { to, reason } => Self::Transferred { to: to.clone(), reason: reason.clone() },
            Event::ReviewRequested { tasks, order } => Self::ReviewRequested {
                tasks: tasks.iter().map(TaskBody::from).collect(),
                order: AsText(*order),
            },
            Event::ReviewAnswered { reviewer, opinion, text, next } => Self::ReviewAnswered {
                reviewer: reviewer.into(),
                opinion: AsText(*opinion),
                text: text.clone(),
                next: next.as_ref().map(ReviewerRow::from),
            },
            Event::ReviewDropped { reviewer, reason, next } => Self::ReviewDropped {
                reviewer: reviewer.into(),
                reason: reason.clone(),
                next: next.as_ref().map(ReviewerRow::from),
            },
            Event::RegisterQueried { lookup, reviewer } => Self::RegisterQueried {
                lookup: lookup.as_ref().into(),
                reviewer: reviewer.as_ref().map(ReviewerRow::from),
            },
            Event::Proposed { ruling, letter } => Self::Proposed(ProposalBody::of(ruling, letter.as_deref())),
            Event::Returned { reason } => Self::Returned { reason: reason.clone() },
            Event::Decided { ruling, documents } => Self::Decided(DecisionBody::of(ruling, documents)),
            Event::Rectified { corrects, document } => {
                Self::Rectified { corrects: AsText(*corrects), document: Box::new(document.as_ref().into()) }
            }
            Event::Withdrawn { reason } => Self::Withdrawn { reason: reason.clone() },
            Event::TimerFired(kind) => Self::TimerFired { timer: AsText(*kind) },
            Event::CorrectionRequested(correction) => Self::CorrectionRequested(correction.as_ref().into()),
            Event::CorrectionAnswered { answer, at } => {
                Self::CorrectionAnswered(AnsweredBody::of(answer, *at))
            }
            Event::MoreTimeAsked { days, reason } => {
                Self::MoreTimeAsked { days: *days, reason: reason.clone() }
            }
            Event::CorrectionExtended { days, until, reason } => {
                Self::CorrectionExtended { days: *days, until: *until, reason: reason.clone() }
            }
            Event::MoreTimeDeclined { reason } => Self::MoreTimeDeclined { reason: reason.clone() },
            Event::Arrived { what, at } => Self::Arrived { what: AsText(what.clone()), at: *at },
            Event::NoticeServed { notice, service } => {
                Self::NoticeServed(ServedBody::of(*notice, service.into()))
            }
            Event::NoticeHeard { notice, word } => Self::NoticeHeard(HeardBody::of(*notice, *word)),
            Event::ConsentChanged { consent } => Self::ConsentChanged { consent: consent.into() },
            Event::Extended { amount, reason } => Self::Extended { amount: *amount, reason: reason.clone() },
            Event::TimeAdded { days, reason } => Self::TimeAdded { days: *days, reason: reason.clone() },
            Event::Stopped { cause, from, until, reason } => {
                Self::Stopped { cause: AsText(*cause), from: *from, until: *until, reason: reason.clone() }
            }
            Event::Resumed { last } => Self::Resumed { last: *last },
            Event::HandedOver { receiver } => {
                Self::HandedOver { received_by: receiver.as_ref().map(ReceiverBody::from) }
            }
            Event::Terminated { reason } => Self::Terminated { reason: reason.clone() },
            Event::Money(posting) => Self::Money(posting.as_ref().into()),
            Event::Recalculated(recalculation) => Self::Recalculated(recalculation.into()),
        }
    }
}

impl TryFrom<EventBody> for Event {
    type Error = Fault;

    fn try_from(body: EventBody) -> Result<Self, Fault> {
        Ok(match body {
            EventBody::Submitted(submitted) => Self::Submitted(Box::new((*submitted).try_into()?)),
            EventBody::GlassBroken { name, reason } => Self::GlassBroken { name, reason },
            EventBody::Accepted => Self::Accepted,
            EventBody::Assigned { handler, reviewer, handler_name } => Self::Assigned {
                assignment: Assignment { handler: handler.0, reviewer: reviewer.0 },
                handler_name,
            },
            EventBody::Rerouted { agency, name, reason } => {
                Self::Rerouted { agency: agency.0, name: name.into(), reason }
            }
            EventBody::Transferred { to, reason } => Self::Transferred { to, reason },
            EventBody::ReviewRequested { tasks, order } => {
                Self::ReviewRequested { tasks: tasks.into_iter().map(Into::into).collect(), order: order.0 }
            }
            EventBody::ReviewAnswered { reviewer, opinion, text, next } => Self::ReviewAnswered {
                reviewer: reviewer.into(),
                opinion: opinion.0,
                text,
                next: next.map(Into::into),
            },
            EventBody::ReviewDropped { reviewer, reason, next } => {
                Self::ReviewDropped { reviewer: reviewer.into(), reason, next: next.map(Into::into) }
            }
            EventBody::RegisterQueried { lookup, reviewer } => Self::RegisterQueried {
                lookup: Box::new(lookup.try_into()?),
                reviewer: reviewer.map(Into::into),
            },
            EventBody::Proposed(body) => body.into(),
            EventBody::Returned { reason } => Self::Returned { reason },
            EventBody::Decided(body) => body.try_into()?,
            EventBody::Rectified { corrects, document } => {
                Self::Rectified { corrects: corrects.0, document: Box::new((*document).try_into()?) }
            }
            EventBody::Withdrawn { reason } => Self::Withdrawn { reason },
            EventBody::TimerFired { timer } => Self::TimerFired(timer.0),
            EventBody::CorrectionRequested(body) => Self::CorrectionRequested(Box::new(body.try_into()?)),
            EventBody::CorrectionAnswered(body) => {
                Self::CorrectionAnswered { at: body.at, answer: Box::new(body.try_into()?) }
            }
            EventBody::MoreTimeAsked { days, reason } => Self::MoreTimeAsked { days, reason },
            EventBody::CorrectionExtended { days, until, reason } => {
                Self::CorrectionExtended { days, until, reason }
            }
            EventBody::MoreTimeDeclined { reason } => Self::MoreTimeDeclined { reason },
            EventBody::Arrived { what, at } => Self::Arrived { what: what.0, at },
            EventBody::NoticeServed(body) => body.into(),
            EventBody::NoticeHeard(body) => body.into(),
            EventBody::ConsentChanged { consent } => Self::ConsentChanged { consent: consent.into() },
            EventBody::Extended { amount, reason } => Self::Extended { amount, reason },
            EventBody::TimeAdded { days, reason } => Self::TimeAdded { days, reason },
            EventBody::Stopped { cause, from, until, reason } => {
                Self::Stopped { cause: cause.0, from, until, reason }
            }
            EventBody::Resumed { last } => Self::Resumed { last },
            EventBody::HandedOver { received_by } => {
                Self::HandedOver { receiver: received_by.map(Receiver::from) }
            }
            EventBody::Terminated { reason } => Self::Terminated { reason },
            EventBody::Money(posting) => Self::Money(Box::new(posting.try_into()?)),
            EventBody::Recalculated(body) => Self::Recalculated(body.into()),
        })
    }
}

/// Makes the row of `recorded`, chained to `prev`, standing in the outbox.
pub fn encode(recorded: &Recorded, prev: Hash) -> Result<(Row, Hash), Fault> {
    let body = Body {
        at: recorded.at,
        by: recorded.by.into(),
        request: AsText(recorded.request.id),
        digest: keys::hex(&recorded.request.digest),
        event: (&recorded.event).into(),
        dates: recorded.dates.as_ref().map(DatesRow::from),
    };
    let body = serde_json::to_string(&body).map_err(Fault::corrupt)?;
    let hash = audit::hash(&prev, recorded.id, &body);
    let row = EventRow {
        case: AsText(recorded.id.case),
        seq: recorded.id.seq.0,
        body,
        prev: keys::hex(&prev),
        hash: keys::hex(&hash),
        outbox_shard: Some(keys::shard_name(keys::shard_of(recorded.id.case))),
        outbox_at: Some(keys::sortable(recorded.at)),
    };
    Ok((super::encode(&Key::Event(recorded.id), ROW, schema(&recorded.event), &row)?, hash))
}

/// The schema of the row of `event`.
const fn schema(event: &Event) -> u32 {
    match event {
        Event::CorrectionRequested(_)
        | Event::CorrectionAnswered { .. }
        | Event::Proposed { letter: Some(_), .. } => 3,
        Event::Decided { documents, .. } if !documents.is_empty() => 3,
        _ => 2,
    }
}

pub fn decode(row: Row) -> Result<Chained, Fault> {
    let row: EventRow = super::decode(row, ROW)?;
    let id = EventId { case: row.case.0, seq: Version(row.seq) };
    let hash = |text: &str| keys::unhex(text).ok_or_else(|| Fault::Corrupt(format!("event {id}: no hash")));
    let link = Link { prev: hash(&row.prev)?, hash: hash(&row.hash)?, body: row.body };
    let body: Body = serde_json::from_str(&link.body).map_err(Fault::corrupt)?;
    let dates = match (body.dates, &body.event) {
        (Some(dates), _) => Some(dates.into()),
        (None, EventBody::Submitted(submitted)) => submitted.first_dates()?,
        (None, _) => None,
    };
    let recorded = Recorded {
        id,
        at: body.at,
        by: body.by.into(),
        request: Request { id: body.request.0, digest: hash(&body.digest)? },
        event: body.event.try_into()?,
        dates,
    };
    Ok(Chained { recorded, link })
}
