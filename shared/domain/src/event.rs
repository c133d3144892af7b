//! What happened to a case. Events are the record; everything else follows from them.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::case::{Applicant, Application, Assignment, Outcome, Ruling};
use crate::id::{AgencyCode, EventId, PersonId, RequestId};
use crate::item::ItemRef;
use crate::text::Text;
use crate::timer::TimerKind;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Filed through the window, and thereby received by the agency (規範 十一; 電子簽章法 §9).
    Submitted(Box<Submitted>),
    Accepted,
    Assigned {
        assignment: Assignment,
        handler_name: String,
    },
    Proposed(Ruling),
    Returned {
        reason: String,
    },
    /// The decision; `by` is the reviewer.
    Decided(Ruling),
    Withdrawn {
        reason: String,
    },
    TimerFired(TimerKind),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    pub item: ItemRef,
    pub agency: AgencyCode,
    pub applicant: Applicant,
    pub application: Application,
    /// The due date as of the calendar of the day, and when to warn of it.
    pub due: Date,
    pub warn_at: Timestamp,
}

/// On whose account an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    Applicant(PersonId),
    Officer(PersonId),
    System,
}

/// The request that made an event: its id, and a digest of everything it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub digest: [u8; 32],
}

/// An event in the record of its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub id: EventId,
    pub at: Timestamp,
    pub by: Party,
    pub request: Request,
    pub event: Event,
}

impl Event {
    /// The stable code of the kind of event.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Submitted(_) => "submitted",
            Self::Accepted => "accepted",
            Self::Assigned { .. } => "assigned",
            Self::Proposed(_) => "proposed",
            Self::Returned { .. } => "returned",
            Self::Decided(_) => "decided",
            Self::Withdrawn { .. } => "withdrawn",
            Self::TimerFired(_) => "timer_fired",
        }
    }

    /// What the applicant reads in the timeline (規範 十(三)5). Internal reasons stay inside: a
    /// proposal is not a decision yet.
    #[must_use]
    pub fn public_text(&self) -> Text {
        match self {
            Self::Submitted(filed) => Text::new(
                format!("已收到您的申請：{}", filed.item.name.zh),
                format!("Your application was received: {}", filed.item.name.en),
            ),
            Self::Accepted => Text::new("機關已收文", "The agency took in your case"),
            Self::Assigned { handler_name, .. } => Text::new(
                format!("已分文，承辦人：{handler_name}"),
                format!("Assigned; your case is handled by {handler_name}"),
            ),
            Self::Proposed(_) => {
                Text::new("承辦人已擬辦，送審核中", "Checked by the handler, awaiting approval")
            }
            Self::Returned { .. } => {
                Text::new("審核人退回承辦人再行研議", "Sent back to the handler for another look")
            }
            Self::Decided(ruling) => match ruling.outcome {
                Outcome::Approve => Text::new("已核准您的申請", "Your application was approved"),
                Outcome::Reject => Text::new("已駁回您的申請", "Your application was rejected"),
            },
            Self::Withdrawn { .. } => Text::new("您已撤回申請", "You withdrew your application"),
            Self::TimerFired(TimerKind::DueSoon) => {
                Text::new("處理期限將屆，已提醒承辦機關", "The agency was reminded that the due date is near")
            }
            Self::TimerFired(TimerKind::Overdue) => {
                Text::new("已逾處理期限", "The processing limit has passed without a decision")
            }
        }
    }
}
