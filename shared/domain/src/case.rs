//! A case (申請案件): the part of an application that decisions need. Answers and documents stay in
//! the event that filed them; the case is small because it is written with every event.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::clock::gate::{self, Gate};
use crate::clock::history::{History, Review};
use crate::code::coded;
use crate::consent::Consent;
use crate::dates::Dates;
use crate::ending::{Conclusion, Ending};
use crate::form::Answers;
use crate::id::{AgencyCode, CaseId, Key, PersonId, RequestId, UploadId, Version};
use crate::item::{FileType, ItemRef};
use crate::joint_review::ReviewingAgency;
use crate::letter::Proposed;
use crate::mobile::MobileNumber;
use crate::payment::ledger::{Fee, Ledger};
use crate::personal::Personal;
use crate::refusal::RefusalGround;
use crate::taipei;
use crate::text::{Lang, Text};
use crate::timer::TimerKind;
use crate::verification::VerificationCode;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 待繳費: received by the agency, whose clock waits for the fee (規範 十一). It may be dispatched all the same.
    AwaitingPayment,
    /// 待補寄資料: received by the agency, whose clock waits for an original or an object (規範 十一). It may be
    /// dispatched all the same.
    AwaitingMaterials,
    /// 待分文: received by the agency, nobody has it yet.
    Received,
    /// 承辦中: a handler and a reviewer have it.
    Assigned,
    /// 補正中: the applicant has been asked to put something right.
    UnderCorrection,
    /// 會審中: other agencies have been asked, and not all have answered.
    JointReview,
    /// 待審核: the handler proposed an outcome.
    AwaitingApproval,
    /// 待領取: approved, and a document waits for the applicant.
    AwaitingPickUp,
    /// 核准; as with the next four, its applicant is not known to have been told, or not on paper where that is due.
    Approved,
    /// 駁回.
    Rejected,
    /// 撤回.
    Withdrawn,
    /// 逾期終止: ended by the applicant, because the agency was late (規費法 §19).
    Terminated,
    /// 移送: passed on to a body outside the window, which is competent (行政程序法 §17).
    Transferred,
    /// 已通知: ended, the applicant was told, and money is still to come or to go.
    Notified,
    /// 結案: ended, the applicant was told, and nothing is owed.
    Closed,
}

coded!(State {
    AwaitingPayment = "awaiting_payment",
    AwaitingMaterials = "awaiting_materials",
    Received = "received",
    Assigned = "assigned",
    UnderCorrection = "under_correction",
    JointReview = "joint_review",
    AwaitingApproval = "awaiting_approval",
    AwaitingPickUp = "awaiting_pick_up",
    Approved = "approved",
    Rejected = "rejected",
    Withdrawn = "withdrawn",
    Terminated = "terminated",
    Transferred = "transferred",
    Notified = "notified",
    Closed = "closed",
});

impl State {
    /// States in which the agency owes a decision.
    pub const OPEN: [Self; 7] = [
        Self::AwaitingPayment,
        Self::AwaitingMaterials,
        Self::Received,
        Self::Assigned,
        Self::UnderCorrection,
        Self::JointReview,
        Self::AwaitingApproval,
    ];

    /// Those of them in which nobody has it yet.
    pub const TO_DISPATCH: [Self; 3] = [Self::AwaitingPayment, Self::AwaitingMaterials, Self::Received];

    /// Those in which somebody handles it.
    pub const HANDLED: [Self; 4] =
        [Self::Assigned, Self::UnderCorrection, Self::JointReview, Self::AwaitingApproval];

    /// Those in which nothing more can come due; first those whose applicants are not known to have been told.
    pub const ENDED: [Self; 7] = [
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
        Self::Terminated,
        Self::Transferred,
        Self::Notified,
        Self::Closed,
    ];

    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    #[must_use]
    pub fn is_to_dispatch(self) -> bool {
        Self::TO_DISPATCH.contains(&self)
    }

    #[must_use]
    pub fn is_ended(self) -> bool {
        Self::ENDED.contains(&self)
    }

    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::AwaitingPayment => Text::new("待繳費", "awaiting payment"),
            Self::AwaitingMaterials => Text::new("待補寄資料", "awaiting what is to be posted or brought"),
            Self::Received => Text::new("待分文", "received, to be dispatched"),
            Self::Assigned => Text::new("承辦中", "being handled"),
            Self::UnderCorrection => Text::new("補正中", "awaiting correction"),
            Self::JointReview => Text::new("會審中", "in review by other agencies"),
            Self::AwaitingApproval => Text::new("待審核", "awaiting approval"),
            Self::AwaitingPickUp => Text::new("已核准，待領取", "approved, to be picked up"),
            Self::Approved => Text::new("核准", "approved"),
            Self::Rejected => Text::new("駁回", "rejected"),
            Self::Withdrawn => Text::new("已撤回", "withdrawn"),
            Self::Terminated => Text::new("因逾期終止辦理", "ended because the agency was late"),
            Self::Transferred => Text::new("已移送有管轄權之機關", "passed on to the competent body"),
            Self::Notified => Text::new("已通知", "applicant told"),
            Self::Closed => Text::new("已結案", "closed"),
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
    /// Where SMS go, if they want any.
    pub mobile: Option<MobileNumber>,
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
    /// On what a refusal rests.
    pub ground: Option<RefusalGround>,
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
    /// Whether documents may be served electronically; `None` where nobody was asked.
    pub consent: Option<Consent>,
    /// How often that was changed since.
    pub consent_changes: u32,
    /// What its clock must know.
    pub history: History,
    /// Its dates: a cache of [`crate::dates::of`], as of the last event.
    pub dates: Dates,
    /// When it reached the agency that has it: filed, or given to it by another.
    pub reached_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub assignment: Option<Assignment>,
    /// How many days more the applicant asked for to answer the open correction, until that is decided.
    pub more_time: Option<u32>,
    /// Who is asked for review once those before have answered, in this order (依序會審).
    pub reviewers_to_come: Vec<ReviewingAgency>,
    /// The proposal while it awaits approval, the decision once made.
    pub ruling: Option<Ruling>,
    /// The letter of the proposal, while it awaits approval.
    pub proposed: Option<Box<Proposed>>,
    /// The documents that were issued, by the codes they are verified with, oldest first.
    pub documents: Vec<VerificationCode>,
    /// How it ended, once it has.
    pub ending: Option<Ending>,
    /// The fee as it was assessed at filing: by the rules of that day, whenever it falls due.
    pub assessed: Option<Fee>,
    /// Everything that happened to its money.
    pub ledger: Ledger,
    /// How often a document was looked up, or the case was looked into by whoever keeps the window.
    pub lookups: u32,
    /// Timers that fired, with the instant they were set for: one that moves may fire again.
    pub fired: BTreeSet<(TimerKind, Timestamp)>,
    /// Requests already carried out, so that a repeated one is recognised without a further read.
    pub requests: BTreeSet<RequestId>,
}

impl Case {
    /// When the agency received it from the window (規範 十一): the instant of filing.
    #[must_use]
    pub const fn received_at(&self) -> Timestamp {
        self.history.received
    }

    /// The reviews that are waited for.
    pub fn open_reviews(&self) -> impl Iterator<Item = &Review> {
        self.history.reviews.iter().filter(|review| review.ended.is_none())
    }

    /// The agencies that are waited for, and those that are asked after them.
    pub fn reviewers_asked(&self) -> impl Iterator<Item = &ReviewingAgency> {
        self.open_reviews().map(|review| &review.reviewer).chain(&self.reviewers_to_come)
    }

    /// The latest that `agency` was asked.
    #[must_use]
    pub fn latest_review(&self, agency: &AgencyCode) -> Option<&Review> {
        self.history.reviews.iter().rfind(|review| review.reviewer.agency == *agency)
    }

    /// The agencies that the item names for review and nobody waits for.
    pub fn reviewers_left(&self) -> impl Iterator<Item = &AgencyCode> {
        let waited_for = |agency: &AgencyCode| self.reviewers_asked().any(|asked| asked.agency == *agency);
        let named = self.item.terms.reviews.keys();
        named.filter(move |agency| **agency != self.agency && !waited_for(agency))
    }

    /// What the applicant of an open case still has to do for its clock to start: a fee that nobody has set yet is
    /// not theirs.
    pub fn awaited(&self) -> impl Iterator<Item = Gate> {
        let (is_open, is_set) = (self.state.is_open(), self.ledger.fee().is_some());
        let theirs = move |gate: &Gate| is_open && (is_set || *gate != Gate::Fee);
        gate::awaited(&self.item.terms, &self.history).filter(theirs)
    }

    /// The last day on which the window waits for that by itself, while nobody has the case; whoever has it decides
    /// on their own when to ask. Once it gave up, it does so for good.
    #[must_use]
    pub fn awaited_until(&self) -> Option<Date> {
        let waits = self.state.is_to_dispatch() && self.awaited().next().is_some() && !self.gave_up_waiting();
        let days = i64::from(self.item.terms.settings.waiting.get());
        taipei::plus_days(taipei::day_of(self.received_at()), days).filter(|_| waits)
    }

    /// Whether a timer of this kind ever fired, whatever it was set for.
    pub(crate) fn has_fired(&self, kind: TimerKind) -> bool {
        self.fired.iter().any(|(fired, _)| *fired == kind)
    }

    fn gave_up_waiting(&self) -> bool {
        self.has_fired(TimerKind::AwaitedLapsed)
    }

    /// Until when the applicant has something to do: to answer, to pick up, to pay or to bring.
    #[must_use]
    pub fn own_period(&self) -> Option<Date> {
        match self.state {
            State::UnderCorrection => self.dates.correction_due,
            State::AwaitingPickUp => self.dates.pick_up_due,
            State::AwaitingPayment | State::AwaitingMaterials => self.awaited_until(),
            _ => None,
        }
    }

    /// The decision, once it was made; a proposal is none.
    #[must_use]
    pub fn decision(&self) -> Option<&Ruling> {
        let is_decided = matches!(self.result(), Some(Conclusion::Approved | Conclusion::Rejected));
        self.ruling.as_ref().filter(|_| is_decided)
    }

    /// Where a case stands that nobody has: with the applicant, until the window gives up waiting.
    #[must_use]
    pub fn to_dispatch(&self) -> State {
        match self.awaited().next().filter(|_| !self.gave_up_waiting()) {
            None => State::Received,
            Some(Gate::Fee) => State::AwaitingPayment,
            Some(_) => State::AwaitingMaterials,
        }
    }

    /// Where a case stands that its handler has: with the agencies that were asked, or with them.
    #[must_use]
    pub fn at_work(&self) -> State {
        if self.open_reviews().next().is_some() { State::JointReview } else { State::Assigned }
    }

    /// The last day of the processing limit, while there is one.
    #[must_use]
    pub fn due_day(&self) -> Option<Date> {
        self.dates.due.map(|due| due.day)
    }
}

/// Most commands one case takes. A limit on everything: no real case comes near.
pub const MAX_EVENTS: u32 = 500;
