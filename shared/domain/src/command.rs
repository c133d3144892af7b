//! What can be asked of a case.

use jiff::civil::Date;

use crate::agency::{Agency, Staff};
use crate::clock::history::StopCause;
use crate::code::coded;
use crate::consent::Consent;
use crate::correction;
use crate::ending::Word;
use crate::event::Recalculation;
use crate::id::{AgencyCode, Key, Version};
use crate::joint_review::{self, Opinion};
use crate::letter::{Issue, Issued, Proposal};
use crate::payment::command::MoneyCommand;
use crate::pick_up::Receiver;
use crate::refusal::FeeReading;
use crate::register::Lookup;
use crate::service::{self, NoticePlace};
use crate::timer::TimerKind;

/// A request to change a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The keeper of the window looks into the case for a reason (緊急調閱).
    BreakGlass { reason: String },
    /// The dispatcher takes the case in (收文).
    Accept,
    /// The dispatcher gives it to a handler and a reviewer (分文).
    Assign { handler: Box<Staff>, reviewer: Box<Staff> },
    /// The dispatcher gives it to the agency that is competent, or back to central routing (改分機關); without
    /// one where there is none of that code, or nobody there dispatches.
    Reroute { to: Option<Box<Agency>>, reason: String },
    /// The reviewer passes it on to a body outside the window, which is competent (移送, 行政程序法 §17 I).
    Transfer { to: String, reason: String },
    /// The handler asks other agencies to review a part (會審, 作業要點 3(三)).
    RequestReview(Box<joint_review::Request>),
    /// A handler of an agency that was asked answers (會審意見).
    /// `asked` is the event that asked them.
    AnswerReview { asked: Version, opinion: Opinion, text: String },
    /// The handler waits for the answer of an agency no longer.
    DropReview { agency: AgencyCode, reason: String },
    /// Whoever handles it, or a part of it, looked a document up (查驗, 規範 九 II); this is what is kept of it.
    QueryRegister(Box<Lookup>),
    /// The handler proposes an outcome, and the letter that says it (擬辦).
    Propose(Box<Proposal>),
    /// The reviewer makes the proposal the decision, and the letter goes out (核定).
    Approve { reading: FeeReading, issue: Box<Issue> },
    /// The reviewer sends it back to the handler (退回).
    Return { reason: String },
    /// The applicant takes the application back (撤回).
    Withdraw { reason: String },
    /// The handler asks the applicant to put something right (補正).
    RequestCorrection(Box<correction::Request>),
    /// The applicant has done so; with a day when the answer came another way and an officer records it.
    AnswerCorrection { reply: Box<correction::Reply>, arrived_on: Option<Date> },
    /// The applicant asks for more time to do it (申請展延補正期限).
    AskMoreTime { days: u32, reason: String },
    /// The handler gives more time, asked for or not (展延補正期限).
    ExtendCorrection { days: u32, reason: String },
    /// The handler gives none.
    DeclineMoreTime { reason: String },
    /// An awaited original or object has arrived (應備資料寄達).
    RecordArrival { what: Key, arrived_on: Date },
    /// A notice was served otherwise than by mail (送達).
    RecordService(Box<service::Request>),
    /// Something became known of the notice that tells the applicant the result: the window says so (通知之證明).
    HearNotice { notice: NoticePlace, word: Word },
    /// The applicant agrees to be served electronically, or does so no longer (電子簽章法 §5 IV).
    ChangeConsent(Consent),
    /// The reviewer extends the limit, once (延長, 行政程序法 §51 III).
    Extend { amount: u32, reason: String },
    /// The reviewer adds days for asking another body, within what the item allows (個案性增加時限).
    AddTime { days: u32, reason: String },
    /// The reviewer stops the clock for a cause the agency is not answerable for (§51 V).
    Stop { cause: StopCause, from: Date, until: Option<Date>, reason: String },
    /// The reviewer lets it go on; `last` is the last day that does not count.
    Resume { last: Date },
    /// What was to be picked up has been (領取): by whom, and whether the item version lets a proxy take it.
    HandOver { reading: FeeReading, receiver: Receiver, takes_proxies: bool },
    /// The reviewer puts right an obvious error in a document that was issued (更正, 行政程序法 §101).
    Rectify(Box<Rectification>),
    /// The applicant ends a case whose limit has passed, and gets the fee back (規費法 §19).
    Terminate { reason: String },
    /// Something about its money.
    Money(Box<MoneyCommand>),
    /// The calendar changed: the window reads the clock again.
    Recalculate(Box<Recalculation>),
    /// A timer has come due.
    Fire(TimerKind),
}

/// What was wrong in a document, and what is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectification {
    /// The document, where the case has it.
    pub of: Option<Box<Issued>>,
    /// 誤寫、誤算或其他類此之顯然錯誤: words that stand in it.
    pub wrong: String,
    pub right: String,
    /// How it came about; may be left out.
    pub reason: String,
    pub issue: Issue,
}

/// The kinds of things people do with a case: every command, and reading it or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Read,
    /// The part of a case that an agency is asked to review (會審).
    ReadForwarded,
    /// Reading a case that one has no business with, for a reason that is recorded (緊急調閱).
    BreakGlass,
    Accept,
    Assign,
    Reroute,
    Transfer,
    RequestReview,
    AnswerReview,
    DropReview,
    QueryRegister,
    Propose,
    Approve,
    Return,
    Withdraw,
    RequestCorrection,
    AnswerCorrection,
    AskMoreTime,
    ExtendCorrection,
    DeclineMoreTime,
    RecordArrival,
    RecordService,
    HearNotice,
    ChangeConsent,
    Extend,
    AddTime,
    Stop,
    Resume,
    HandOver,
    Rectify,
    Terminate,
    SetFee,
    Pay,
    HearMoney,
    ExpireAttempt,
    ApplySuspense,
    RecordDispute,
    CheckOff,
    RequestRefund,
    LogContact,
    AddProof,
    AcceptRefund,
    DeclineRefund,
    SubmitRefund,
    RecordPayout,
    Recalculate,
    Fire,
}

coded!(Action {
    Read = "read",
    ReadForwarded = "read_forwarded",
    BreakGlass = "break_glass",
    Accept = "accept",
    Assign = "assign",
    Reroute = "reroute",
    Transfer = "transfer",
    RequestReview = "request_review",
    AnswerReview = "answer_review",
    DropReview = "drop_review",
    QueryRegister = "query_register",
    Propose = "propose",
    Approve = "approve",
    Return = "return",
    Withdraw = "withdraw",
    RequestCorrection = "request_correction",
    AnswerCorrection = "answer_correction",
    AskMoreTime = "ask_more_time",
    ExtendCorrection = "extend_correction",
    DeclineMoreTime = "decline_more_time",
    RecordArrival = "record_arrival",
    RecordService = "record_service",
    HearNotice = "hear_notice",
    ChangeConsent = "change_consent",
    Extend = "extend",
    AddTime = "add_time",
    Stop = "stop",
    Resume = "resume",
    HandOver = "hand_over",
    Rectify = "rectify",
    Terminate = "terminate",
    SetFee = "set_fee",
    Pay = "pay",
    HearMoney = "hear_money",
    ExpireAttempt = "expire_attempt",
    ApplySuspense = "apply_suspense",
    RecordDispute = "record_dispute",
    CheckOff = "check_off",
    RequestRefund = "request_refund",
    LogContact = "log_contact",
    AddProof = "add_proof",
    AcceptRefund = "accept_refund",
    DeclineRefund = "decline_refund",
    SubmitRefund = "submit_refund",
    RecordPayout = "record_payout",
    Recalculate = "recalculate",
    Fire = "fire",
});

impl Command {
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::BreakGlass { .. } => Action::BreakGlass,
            Self::Accept => Action::Accept,
            Self::Assign { .. } => Action::Assign,
            Self::Reroute { .. } => Action::Reroute,
            Self::Transfer { .. } => Action::Transfer,
            Self::RequestReview(_) => Action::RequestReview,
            Self::AnswerReview { .. } => Action::AnswerReview,
            Self::DropReview { .. } => Action::DropReview,
            Self::QueryRegister(_) => Action::QueryRegister,
            Self::Propose(_) => Action::Propose,
            Self::Approve { .. } => Action::Approve,
            Self::Return { .. } => Action::Return,
            Self::Withdraw { .. } => Action::Withdraw,
            Self::RequestCorrection(_) => Action::RequestCorrection,
            Self::AnswerCorrection { .. } => Action::AnswerCorrection,
            Self::AskMoreTime { .. } => Action::AskMoreTime,
            Self::ExtendCorrection { .. } => Action::ExtendCorrection,
            Self::DeclineMoreTime { .. } => Action::DeclineMoreTime,
            Self::RecordArrival { .. } => Action::RecordArrival,
            Self::RecordService(_) => Action::RecordService,
            Self::HearNotice { .. } => Action::HearNotice,
            Self::ChangeConsent(_) => Action::ChangeConsent,
            Self::Extend { .. } => Action::Extend,
            Self::AddTime { .. } => Action::AddTime,
            Self::Stop { .. } => Action::Stop,
            Self::Resume { .. } => Action::Resume,
            Self::HandOver { .. } => Action::HandOver,
            Self::Rectify(_) => Action::Rectify,
            Self::Terminate { .. } => Action::Terminate,
            Self::Money(command) => command.action(),
            Self::Recalculate(_) => Action::Recalculate,
            Self::Fire(_) => Action::Fire,
        }
    }
}
