//! What happened to a case. Events are the record; everything else follows from them.

mod recalculation;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::case::{Applicant, Application, Assignment, Outcome, Ruling};
use crate::clock::history::StopCause;
use crate::consent::Consent;
use crate::correction::{Answer, Correction};
use crate::dates::Dates;
use crate::ending::Word;
use crate::id::{AgencyCode, EventId, Key, PersonId, RequestId};
use crate::item::ItemRef;
use crate::joint_review::{Opinion, Order, ReviewingAgency, Task, answered, dropped, sent_to};
use crate::letter::{Issued, Proposed};
use crate::payment::ledger::{Fee, Posting};
use crate::pick_up::Receiver;
use crate::register::Lookup;
use crate::service::{NoticePlace, Service};
use crate::signature::Signature;
use crate::taipei;
use crate::text::{Lang, Text};
use crate::timer::TimerKind;
use crate::verification::VerificationCode;

pub use recalculation::{Moved, Recalculation};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Filed through the window, and thereby received by the agency (規範 十一; 電子簽章法 §9).
    Submitted(Box<Submitted>),
    /// The keeper of the window looked into the case (緊急調閱).
    GlassBroken {
        /// Who, by name: nobody of the agency knows them.
        name: String,
        reason: String,
    },
    Accepted,
    Assigned {
        assignment: Assignment,
        handler_name: String,
    },
    /// Another agency of the window has it from now on.
    Rerouted {
        agency: AgencyCode,
        /// Its name, as of then.
        name: Text,
        reason: String,
    },
    /// A body outside the window has it from now on.
    Transferred {
        to: String,
        reason: String,
    },
    /// Other agencies were asked to review a part (會審).
    ReviewRequested {
        tasks: Vec<Task>,
        order: Order,
    },
    /// One of them answered; `next` is asked now.
    ReviewAnswered {
        reviewer: ReviewingAgency,
        opinion: Opinion,
        text: String,
        next: Option<ReviewingAgency>,
    },
    /// The answer of one of them is not waited for any more; `next` is asked now.
    ReviewDropped {
        reviewer: ReviewingAgency,
        reason: String,
        next: Option<ReviewingAgency>,
    },
    /// A document was looked up (免書證免謄本); `reviewer` where an agency that was asked to review did it.
    RegisterQueried {
        lookup: Box<Lookup>,
        reviewer: Option<ReviewingAgency>,
    },
    /// The proposal with its letter; `None` of before decisions were letters.
    Proposed {
        ruling: Ruling,
        letter: Option<Box<Proposed>>,
    },
    Returned {
        reason: String,
    },
    /// The decision; `by` is the reviewer. The letter that says it comes first among the documents; none of
    /// before decisions were letters.
    Decided {
        ruling: Ruling,
        documents: Vec<Issued>,
    },
    /// An obvious error in the document `corrects` was put right by another one.
    Rectified {
        corrects: VerificationCode,
        document: Box<Issued>,
    },
    Withdrawn {
        reason: String,
    },
    /// The applicant was asked to put something right (補正).
    CorrectionRequested(Box<Correction>),
    /// The correction came; `at` is when, which for one that came by post is before it was recorded.
    CorrectionAnswered {
        answer: Box<Answer>,
        at: Timestamp,
    },
    /// The applicant asked for more time to answer.
    MoreTimeAsked {
        days: u32,
        reason: String,
    },
    /// They have it: until the end of `until`.
    CorrectionExtended {
        days: u32,
        until: Date,
        reason: String,
    },
    MoreTimeDeclined {
        reason: String,
    },
    Arrived {
        what: Key,
        at: Timestamp,
    },
    /// A notice to the applicant was served otherwise than by mail (送達).
    NoticeServed {
        notice: NoticePlace,
        service: Service,
    },
    /// Something became known of the notice that tells the applicant the result.
    NoticeHeard {
        notice: NoticePlace,
        word: Word,
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
        cause: StopCause,
        from: Date,
        until: Option<Date>,
        reason: String,
    },
    Resumed {
        last: Date,
    },
    /// The applicant chose how documents are served.
    ConsentChanged {
        consent: Consent,
    },
    /// What waited for the applicant was picked up; by whom, of before that was asked, nobody knows.
    HandedOver {
        receiver: Option<Receiver>,
    },
    /// The applicant ended the case, because the agency was late (規費法 §19).
    Terminated {
        reason: String,
    },
    /// Something happened to its money.
    Money(Box<Posting>),
    /// The calendar changed, and with it a date of the case.
    Recalculated(Recalculation),
    TimerFired(TimerKind),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    pub item: ItemRef,
    pub agency: AgencyCode,
    pub applicant: Applicant,
    pub application: Application,
    /// What the fee comes to, by the rules of the day; `None` where staff quote it later.
    pub fee: Option<Fee>,
    /// `None` where nobody was asked.
    pub consent: Option<Consent>,
    /// `None` where the item asks for none.
    pub signature: Option<Signature>,
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
    /// The dates of the case after it, where it changed them: as the calendar of the day gave them.
    pub dates: Option<Dates>,
}

impl Event {
    /// The stable code of the kind of event.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Submitted(_) => "submitted",
            Self::GlassBroken { .. } => "glass_broken",
            Self::Accepted => "accepted",
            Self::Assigned { .. } => "assigned",
            Self::Rerouted { .. } => "rerouted",
            Self::Transferred { .. } => "transferred",
            Self::ReviewRequested { .. } => "review_requested",
            Self::ReviewAnswered { .. } => "review_answered",
            Self::ReviewDropped { .. } => "review_dropped",
            Self::RegisterQueried { .. } => "register_queried",
            Self::Proposed { .. } => "proposed",
            Self::Returned { .. } => "returned",
            Self::Decided { .. } => "decided",
            Self::Rectified { .. } => "rectified",
            Self::Withdrawn { .. } => "withdrawn",
            Self::CorrectionRequested(_) => "correction_requested",
            Self::CorrectionAnswered { .. } => "correction_answered",
            Self::MoreTimeAsked { .. } => "more_time_asked",
            Self::CorrectionExtended { .. } => "correction_extended",
            Self::MoreTimeDeclined { .. } => "more_time_declined",
            Self::Arrived { .. } => "arrived",
            Self::NoticeServed { .. } => "notice_served",
            Self::NoticeHeard { .. } => "notice_heard",
            Self::Extended { .. } => "extended",
            Self::TimeAdded { .. } => "time_added",
            Self::Stopped { .. } => "stopped",
            Self::Resumed { .. } => "resumed",
            Self::ConsentChanged { .. } => "consent_changed",
            Self::HandedOver { .. } => "handed_over",
            Self::Terminated { .. } => "terminated",
            Self::Money(posting) => posting.code(),
            Self::Recalculated(_) => "recalculated",
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
            Self::GlassBroken { name, reason } => Text::new(
                format!("資訊局系統管理人員 {name} 為維護系統調閱本案：{reason}"),
                format!("{name}, who keeps the system, looked into your case: {reason}"),
            ),
            Self::Accepted => Text::new("機關已收文", "The agency took in your case"),
            Self::Assigned { handler_name, .. } => Text::new(
                format!("已分文，承辦人：{handler_name}"),
                format!("Assigned; your case is handled by {handler_name}"),
            ),
            Self::Rerouted { name, reason, .. } => Text::new(
                format!("已改由{}受理：{reason}", name.zh),
                format!("Your case is now with the {}: {reason}", name.en),
            ),
            Self::Transferred { to, reason } => Text::new(
                format!("已移送有管轄權之機關「{to}」：{reason}"),
                format!("Your case was passed on to the competent body, {to}: {reason}"),
            ),
            Self::ReviewRequested { tasks, order } => sent_to(tasks, *order),
            Self::ReviewAnswered { reviewer, next, .. } => answered(reviewer, next.as_ref()),
            Self::ReviewDropped { reviewer, next, .. } => dropped(reviewer, next.as_ref()),
            Self::RegisterQueried { lookup, reviewer } => lookup.public_text(reviewer.as_ref()),
            Self::Proposed { .. } => {
                Text::new("承辦人已擬辦，送審核中", "Checked by the handler, awaiting approval")
            }
            Self::Returned { .. } => {
                Text::new("審核人退回承辦人再行研議", "Sent back to the handler for another look")
            }
            Self::Decided { ruling, .. } => match ruling.outcome {
                Outcome::Approve => Text::new("已核准您的申請", "Your application was approved"),
                Outcome::Reject => Text::new("已駁回您的申請", "Your application was rejected"),
            },
            Self::Rectified { document, .. } => {
                let number = document.paper.number();
                Text::new(
                    format!("已更正公文書之顯然錯誤（{number}）"),
                    format!("An obvious error in a document was put right ({number})"),
                )
            }
            Self::Withdrawn { .. } => Text::new("您已撤回申請", "You withdrew your application"),
            Self::CorrectionRequested(correction) => {
                let days = correction.days;
                Text::new(
                    format!("請於 {days} 日內補正：\n{}", correction.lines(Lang::ZhHant)),
                    format!("Please put right within {days} days:\n{}", correction.lines(Lang::En)),
                )
            }
            Self::CorrectionAnswered { .. } => Text::new("已收到您的補正", "Your correction was received"),
            Self::MoreTimeAsked { days, .. } => Text::new(
                format!("您申請展延補正期限 {days} 日"),
                format!("You asked for {days} more days to answer"),
            ),
            Self::CorrectionExtended { until, reason, .. } => {
                let (zh, en) = (taipei::shown(*until, Lang::ZhHant), taipei::shown(*until, Lang::En));
                Text::new(
                    said(format!("補正期限展延至 {zh}"), "：", reason),
                    said(format!("You have until {en} to answer"), ": ", reason),
                )
            }
            Self::MoreTimeDeclined { reason } => Text::new(
                format!("補正期限未予展延：{reason}"),
                format!("You were given no more time to answer: {reason}"),
            ),
            Self::Arrived { what, .. } => arrived(&Text::new(what.as_str(), what.as_str())),
            Self::NoticeServed { service, .. } => service.public_text(),
            Self::NoticeHeard { word, .. } => word.public_text(),
            Self::ConsentChanged { consent } => consent.public_text(),
            Self::Extended { reason, .. } => {
                Text::new(format!("處理期限延長：{reason}"), format!("The limit was extended: {reason}"))
            }
            Self::TimeAdded { days, reason } => Text::new(
                format!("因會外機關增加處理時限 {days} 日：{reason}"),
                format!("{days} days were added for asking another body: {reason}"),
            ),
            Self::Stopped { cause, reason, .. } => {
                let cause = cause.text();
                Text::new(
                    format!("處理期限停止計算（{}）：{reason}", cause.zh),
                    format!("The clock was stopped ({}): {reason}", cause.en),
                )
            }
            Self::Resumed { last } => Text::new(
                format!("處理期限自 {} 之次日起續計", taipei::shown(*last, Lang::ZhHant)),
                format!("The clock goes on from the day after {}", taipei::shown(*last, Lang::En)),
            ),
            Self::HandedOver { receiver: None } => Text::new("已領取", "Picked up"),
            Self::HandedOver { receiver: Some(receiver) } => receiver.public_text(),
            Self::Terminated { .. } => Text::new(
                "您因機關逾期終止辦理，規費將辦理退還",
                "You ended the case because the agency was late; the fee will be paid back",
            ),
            Self::Money(posting) => posting.public_text(),
            Self::Recalculated(recalculation) => recalculation.text(),
            Self::TimerFired(kind) => kind.public_text(),
        }
    }
}

impl Event {
    /// The documents that it issued.
    #[must_use]
    pub fn issued(&self) -> &[Issued] {
        match self {
            Self::Decided { documents, .. } => documents,
            Self::Rectified { document, .. } => std::slice::from_ref(document),
            _ => &[],
        }
    }
}

/// With a reason where there is one.
fn said(what: String, colon: &str, reason: &str) -> String {
    if reason.is_empty() { what } else { format!("{what}{colon}{reason}") }
}

/// What is said of the arrival of an original or an object of this name.
#[must_use]
pub fn arrived(name: &Text) -> Text {
    Text::new(format!("應備資料已寄達：{}", name.zh), format!("Arrived: {}", name.en))
}
