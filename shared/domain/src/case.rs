//! A case (申請案件): the part of an application that decisions need. Answers and documents stay in
//! the event that filed them; the case is small because it is written with every event.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::code::coded;
use crate::form::Answers;
use crate::id::{AgencyCode, CaseId, Key, PersonId, RequestId, UploadId, Version};
use crate::item::{FileType, ItemRef};
use crate::personal::Personal;
use crate::text::{Lang, Text};
use crate::timer::TimerKind;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 待分文: received by the agency, nobody has it yet.
    Received,
    /// 承辦中: a handler and a reviewer have it.
    Assigned,
    /// 待審核: the handler proposed an outcome.
    AwaitingApproval,
    /// 核准.
    Approved,
    /// 駁回.
    Rejected,
    /// 撤回.
    Withdrawn,
}

coded!(State {
    Received = "received",
    Assigned = "assigned",
    AwaitingApproval = "awaiting_approval",
    Approved = "approved",
    Rejected = "rejected",
    Withdrawn = "withdrawn",
});

impl State {
    /// States in which the agency owes a decision and its clock runs.
    pub const OPEN: [Self; 3] = [Self::Received, Self::Assigned, Self::AwaitingApproval];

    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Received => Text::new("待分文", "received, to be dispatched"),
            Self::Assigned => Text::new("承辦中", "being handled"),
            Self::AwaitingApproval => Text::new("待審核", "awaiting approval"),
            Self::Approved => Text::new("核准", "approved"),
            Self::Rejected => Text::new("駁回", "rejected"),
            Self::Withdrawn => Text::new("已撤回", "withdrawn"),
        }
    }
}

/// Who applied, as of the day of filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    pub person: PersonId,
    pub name: Personal<String>,
    pub email: Personal<String>,
    pub lang: Lang,
}

/// A file that came with the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub upload: UploadId,
    /// Which required document it is.
    pub requirement: Key,
    pub file_name: Personal<String>,
    pub file_type: FileType,
    pub bytes: u32,
    pub sha256: [u8; 32],
}

/// What was filed: kept in the first event and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub answers: Personal<Answers>,
    pub documents: Vec<Document>,
}

/// Who handles and who reviews; never the same person (separation of duties).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    pub handler: PersonId,
    pub reviewer: PersonId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// 核准.
    Approve,
    /// 駁回.
    Reject,
}

coded!(Outcome { Approve = "approve", Reject = "reject" });

impl Outcome {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Approve => Text::new("核准", "approved"),
            Self::Reject => Text::new("駁回", "rejected"),
        }
    }
}

/// An outcome with its reasons: proposed by the handler (擬辦), decided by the reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    pub outcome: Outcome,
    /// For the applicant, in the words of the agency.
    pub reason: String,
    pub by: PersonId,
}

/// A case as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    /// The number of events so far.
    pub version: Version,
    pub state: State,
    pub item: ItemRef,
    pub agency: AgencyCode,
    pub applicant: Applicant,
    /// When the agency received it from the window (規範 十一): the instant of filing.
    pub received_at: Timestamp,
    /// The last day of the processing limit; a cache of [`crate::clock::due`].
    pub due: Date,
    pub accepted_at: Option<Timestamp>,
    pub assignment: Option<Assignment>,
    /// The proposal while it awaits approval, the decision once made.
    pub ruling: Option<Ruling>,
    pub closed_at: Option<Timestamp>,
    /// Timers that fired; the ones still to come follow from the rest of the case.
    pub fired: BTreeSet<TimerKind>,
    /// When the window should remind of the due date: start of the warning day.
    pub warn_at: Timestamp,
    /// Requests already carried out, so that a repeated one is recognised without a further read.
    pub requests: BTreeSet<RequestId>,
}

/// Most commands one case takes. A limit on everything: no real case comes near.
pub const MAX_EVENTS: u32 = 500;
