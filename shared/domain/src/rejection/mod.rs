//! Refusals: the caller must change something. Each has a stable code, says in both languages what
//! is wrong and what to do, and leaves nothing behind.

mod filing;
mod issuing;
mod text;

use jiff::civil::Date;

use crate::absence;
use crate::agency::Role;
use crate::assurance::Assurance;
use crate::booking::Refusal;
use crate::calendar::{BadChange, BadClosure};
use crate::case::State;
use crate::command::Action;
use crate::correction::Subject;
use crate::form::Problem;
use crate::id::Version;
use crate::letter;
use crate::money::Twd;
use crate::payment::refund::Lack;
use crate::signature::Digest;
use crate::text::Text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The state of the case does not allow the action.
    NotInThisState {
        state: State,
        action: Action,
        allowed: Vec<Action>,
    },
    /// Nobody in this relation to the case may do this.
    Forbidden {
        action: Action,
    },
    /// The case changed since the caller saw it.
    StaleVersion {
        current: Version,
    },
    /// The request id was used before, for something else.
    RequestReused,
    /// Answers or documents do not fit the form.
    Unfit(Vec<Problem>),
    /// A reason is required, of at most so many characters.
    Reason {
        max: u16,
    },
    /// The person named has not this role in the agency that has the case.
    NotInRole {
        role: Role,
    },
    /// Handler and reviewer would be the same person.
    SamePerson,
    /// The person named is the applicant, who must not act in their own matter (行政程序法 §32).
    OwnApplication,
    /// No other agency of that code with anybody to dispatch, or no body named at all.
    NoSuchAgency,
    /// The item names no other agency that could be asked for review.
    NoReviewerLeft,
    /// Nobody is asked for review, or more agencies than so many.
    Reviewers {
        max: usize,
    },
    /// Not an agency that the item names for review, one without anybody to answer, or one that was asked.
    NoSuchReviewer,
    /// No answer of that agency is waited for.
    ReviewNotOpen,
    /// The timer is not due, or fired before.
    TimerNotDue,
    /// A correction lists nothing, or more than so many deficiencies.
    Deficiencies {
        max: usize,
    },
    /// One of them, counted from 1, does not say what is lacking or what to provide.
    Deficiency {
        place: usize,
        max: u16,
    },
    /// The form of the case has no such field or document.
    NoSuchSubject(Subject),
    /// The city looks this document up itself, and asks nobody for it (規範 九 II).
    CityLooksItUp(Text),
    /// Not a document that the city looks up.
    NotLookedUp,
    /// The window cannot ask where it is to be found: staff look it up in another way.
    NoRegister,
    /// So many documents of the case were looked up already.
    TooManyLookups {
        max: u32,
    },
    /// The form does not say whom or what to look for: this field is empty.
    NothingToAskBy(Text),
    /// Everything is asked for at once: a further correction says why (規範 十(三)1).
    AskedBefore,
    /// The list that was answered is not the one that is open: another was sent meanwhile.
    AnotherCorrection,
    /// The correction period is over, or none runs.
    CorrectionOver,
    /// More time was asked for before, and that is not decided yet.
    MoreTimeAsked,
    /// A period of so many days is out of bounds.
    Period {
        min: u32,
        max: u32,
    },
    /// The limit was extended before (行政程序法 §51 III: 以一次為限).
    ExtensionAlreadyUsed,
    /// Longer than the original limit, which is so many units (§51 III: 原處理期間之限度內).
    ExtensionTooLong {
        max: u32,
    },
    /// The limit has run out (§51 IV: 應於原處理期間屆滿前).
    ExtensionAfterExpiry,
    /// The clock has not started, or has no end to extend.
    ClockNotRunning,
    /// More than the item allows; so many days are left.
    AddedTimeTooLong {
        left: u32,
    },
    /// The last day of a stop lies before its first.
    PauseEndsBeforeStart,
    /// A stop is open, or none is.
    AlreadyStopped,
    NotStopped,
    /// The answer is dated before the request.
    AnswerBeforeRequest,
    /// A day that has not come yet.
    InTheFuture(Date),
    /// The case has no such notice to its applicant.
    NoSuchNotice,
    /// What was posted has no number, or one of more than so many characters.
    PostalNumber {
        max: usize,
    },
    /// What was handed over has no number.
    NotPosted,
    /// The item version lets nobody but the applicant pick its result up.
    NoProxy,
    /// A proxy is not named, or in more than so many characters.
    ProxyName {
        max: u16,
    },
    /// Nothing is said of what a proxy showed, or more than so many characters.
    ProxyProof {
        max: u16,
    },
    /// A notice that is owed since this day was served before it.
    ServedBeforeNotice(Date),
    /// Nothing of that name is awaited.
    NotAwaited,
    /// No date of the case changes.
    NothingChanges,
    /// The office calendar is not changed.
    Calendar(BadChange),
    /// The calendar does not reach so far (`CALENDAR_YEAR_MISSING`).
    OutsideCalendar(Date),
    /// The item version is not in force (yet, or any more).
    ItemNotInForce,
    /// The item takes applications from this level of identification on (規範 九 I).
    AssuranceTooLow {
        needed: Assurance,
    },
    /// The item asks for a signature, under this (電子簽章法 §4).
    SignatureMissing {
        digest: Digest,
    },
    /// The application is another one than was signed: this.
    SignedSomethingElse {
        digest: Digest,
    },
    /// Nothing says whether documents may be served electronically (電子簽章法 §5).
    ConsentMissing,
    /// What was agreed to has another wording by now: this version of it.
    ConsentWording {
        current: u16,
    },
    /// It was changed so many times before.
    TooManyChanges {
        max: u32,
    },
    /// No address to which paper can be sent, or one of more than so many characters.
    PostalAddress {
        max: u16,
    },
    /// What was given is no mobile number to which SMS can go.
    MobileNumber,
    /// A number was given to a window that sends no SMS.
    NoSms,
    /// The case has had as many events as a case may have.
    TooManyEvents,
    /// No such amount: at least 1, at most this much.
    Amount {
        max: Twd,
    },
    /// Nothing is owed.
    NothingToPay,
    /// So many attempts to pay were made that people should help.
    TooManyAttempts,
    /// The amount owed is another one by now.
    AmountChanged {
        outstanding: Twd,
    },
    /// No contract in force offers to pay this way (規範 十(三)6).
    NotOffered,
    /// The provider takes no such amount by this means, but these.
    AmountNotTaken {
        min: Twd,
        max: Twd,
    },
    /// This attempt to pay can be gone on with no longer.
    AttemptRanOut,
    /// There is no such payment in this case.
    NoSuchPayment,
    /// There is no such refund in this case.
    NoSuchRefund,
    /// Nothing can be paid back.
    NothingToRefund,
    /// More than was posted and not paid back yet.
    RefundTooMuch {
        max: Twd,
    },
    /// Five years have passed since the payment (規費法 §18).
    RefundLapsed,
    /// No contact is recorded, or no proof of payment has been brought (規範 十(三)4).
    RefundLacks(Lack),
    /// Interest is owed and no rate was given.
    RateMissing,
    /// The provider cannot pay back what came this way.
    NoWayBack,
    /// The provider pays back what came this way, and has not failed to.
    ProviderPaysBack,
    /// The provider is paying back another refund of the same payment, or this one.
    RefundUnderWay {
        refund: u32,
    },
    /// Somebody decides on what they asked for themselves, or sends what they alone agreed to.
    FourEyes,
    /// A fee that is not posted is no ground of refusal (規範 十(三)4).
    FeeIsNoGround,
    /// The reason seems to speak of an unposted fee: the officer is to confirm that it is not the ground.
    FeeMentioned,
    /// A refusal rests on a ground, and none is given (規範 十(三)2).
    GroundMissing,
    /// The applicant is asked to put it right first, unless nobody can (規範 十(三)2).
    CorrectionFirst,
    /// No correction is outstanding whose period has passed.
    CorrectionNotLapsed,
    /// The letter lacks this (行政程序法 §96).
    LetterLacks(Vec<letter::Lack>),
    /// A text of the letter is longer than so many characters, or there are too many.
    LetterText {
        max: u16,
    },
    /// Nothing is issued beside the letter that refuses.
    CertificateOfRefusal,
    /// More is issued beside the letter than so much.
    TooManyCertificates {
        max: usize,
    },
    /// A certificate has no title or says nothing, or one of them is too long.
    CertificateText,
    /// The case has no such document.
    NoSuchDocument,
    /// What is to be corrected does not stand in the document.
    NotInDocument,
    /// The window shows the fee as not posted, and the city lets a result wait for it.
    FeeNotPosted,
    /// The limit has not passed, or something is awaited of the applicant.
    NotOverdue,
    /// A time at a counter is not booked, changed or checked in.
    Booking(Refusal),
    /// An absence is not recorded, or not ended.
    Absence(absence::Refusal),
}

const CALENDAR_YEAR_MISSING: &str = "CALENDAR_YEAR_MISSING";

/// The code of a change of the calendar that is refused.
const fn of_calendar(change: &BadChange) -> &'static str {
    match change {
        BadChange::Year(_) => "BAD_CALENDAR_FILE",
        BadChange::Closure(BadClosure::Text) => "BAD_CLOSURE",
        BadChange::Closure(BadClosure::OutsideCalendar(_)) => CALENDAR_YEAR_MISSING,
        BadChange::NothingChanges => "CALENDAR_SAYS_SO",
        BadChange::UnknownClosure => "UNKNOWN_CLOSURE",
    }
}

impl Rejection {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotInThisState { .. } => "NOT_IN_THIS_STATE",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::StaleVersion { .. } => "STALE_VERSION",
            Self::RequestReused => "REQUEST_REUSED",
            Self::Unfit(_) => "UNFIT",
            Self::Reason { .. } => "REASON_REQUIRED",
            Self::NotInRole { .. } => "NOT_IN_ROLE",
            Self::SamePerson => "SAME_PERSON",
            Self::OwnApplication => "OWN_APPLICATION",
            Self::NoSuchAgency => "NO_SUCH_AGENCY",
            Self::NoReviewerLeft => "NO_REVIEWER_LEFT",
            Self::Reviewers { .. } => "REVIEWERS_REQUIRED",
            Self::NoSuchReviewer => "NO_SUCH_REVIEWER",
            Self::ReviewNotOpen => "REVIEW_NOT_OPEN",
            Self::TimerNotDue => "TIMER_NOT_DUE",
            Self::Deficiencies { .. } => "DEFICIENCIES_REQUIRED",
            Self::Deficiency { .. } => "DEFICIENCY_INCOMPLETE",
            Self::NoSuchSubject(_) => "NO_SUCH_SUBJECT",
            Self::CityLooksItUp(_) => "CITY_LOOKS_IT_UP",
            Self::NotLookedUp => "NOT_LOOKED_UP",
            Self::NoRegister => "REGISTER_NOT_CONNECTED",
            Self::TooManyLookups { .. } => "TOO_MANY_LOOK_UPS",
            Self::NothingToAskBy(_) => "NOTHING_TO_ASK_BY",
            Self::AskedBefore => "ASKED_BEFORE",
            Self::AnotherCorrection => "ANOTHER_CORRECTION",
            Self::CorrectionOver => "CORRECTION_OVER",
            Self::MoreTimeAsked => "MORE_TIME_ASKED",
            Self::Period { .. } => "PERIOD_OUT_OF_BOUNDS",
            Self::ExtensionAlreadyUsed => "EXTENSION_ALREADY_USED",
            Self::ExtensionTooLong { .. } => "EXTENSION_TOO_LONG",
            Self::ExtensionAfterExpiry => "EXTENSION_AFTER_EXPIRY",
            Self::ClockNotRunning => "CLOCK_NOT_RUNNING",
            Self::AddedTimeTooLong { .. } => "ADDED_TIME_TOO_LONG",
            Self::PauseEndsBeforeStart => "PAUSE_ENDS_BEFORE_START",
            Self::AlreadyStopped => "ALREADY_STOPPED",
            Self::NotStopped => "NOT_STOPPED",
            Self::AnswerBeforeRequest => "ANSWER_BEFORE_REQUEST",
            Self::InTheFuture(_) => "IN_THE_FUTURE",
            Self::NoSuchNotice => "NO_SUCH_NOTICE",
            Self::PostalNumber { .. } => "POSTAL_NUMBER_REQUIRED",
            Self::NotPosted => "NOT_POSTED",
            Self::NoProxy => "PROXY_NOT_ALLOWED",
            Self::ProxyName { .. } => "PROXY_NAME_REQUIRED",
            Self::ProxyProof { .. } => "PROXY_PROOF_REQUIRED",
            Self::ServedBeforeNotice(_) => "SERVED_BEFORE_NOTICE",
            Self::NotAwaited => "NOT_AWAITED",
            Self::NothingChanges => "NOTHING_CHANGES",
            Self::Calendar(change) => of_calendar(change),
            Self::OutsideCalendar(_) => CALENDAR_YEAR_MISSING,
            Self::ItemNotInForce => "ITEM_NOT_IN_FORCE",
            Self::AssuranceTooLow { .. } => "ASSURANCE_TOO_LOW",
            Self::SignatureMissing { .. } => "SIGNATURE_REQUIRED",
            Self::SignedSomethingElse { .. } => "SIGNED_SOMETHING_ELSE",
            Self::ConsentMissing => "CONSENT_REQUIRED",
            Self::ConsentWording { .. } => "CONSENT_WORDING",
            Self::TooManyChanges { .. } => "TOO_MANY_CHANGES",
            Self::PostalAddress { .. } => "ADDRESS_REQUIRED",
            Self::MobileNumber => "NOT_A_MOBILE_NUMBER",
            Self::NoSms => "SMS_NOT_CONNECTED",
            Self::TooManyEvents => "TOO_MANY_EVENTS",
            Self::Amount { .. } => "AMOUNT_OUT_OF_BOUNDS",
            Self::NothingToPay => "NOTHING_TO_PAY",
            Self::TooManyAttempts => "TOO_MANY_ATTEMPTS",
            Self::AmountChanged { .. } => "AMOUNT_CHANGED",
            Self::NotOffered => "NOT_OFFERED",
            Self::AmountNotTaken { .. } => "AMOUNT_NOT_TAKEN",
            Self::AttemptRanOut => "ATTEMPT_RAN_OUT",
            Self::NoSuchPayment => "NO_SUCH_PAYMENT",
            Self::NoSuchRefund => "NO_SUCH_REFUND",
            Self::NothingToRefund => "NOTHING_TO_REFUND",
            Self::RefundTooMuch { .. } => "REFUND_TOO_MUCH",
            Self::RefundLapsed => "REFUND_LAPSED",
            Self::RefundLacks(_) => "REFUND_INCOMPLETE",
            Self::RateMissing => "RATE_REQUIRED",
            Self::NoWayBack => "NO_WAY_BACK",
            Self::ProviderPaysBack => "PROVIDER_PAYS_BACK",
            Self::RefundUnderWay { .. } => "REFUND_UNDER_WAY",
            Self::FourEyes => "FOUR_EYES",
            Self::FeeIsNoGround => "FEE_IS_NO_GROUND",
            Self::FeeMentioned => "FEE_MENTIONED",
            Self::GroundMissing => "GROUND_REQUIRED",
            Self::CorrectionFirst => "CORRECTION_FIRST",
            Self::CorrectionNotLapsed => "CORRECTION_NOT_LAPSED",
            Self::LetterLacks(_) => "LETTER_INCOMPLETE",
            Self::LetterText { .. } => "LETTER_TEXT_TOO_LONG",
            Self::CertificateOfRefusal => "CERTIFICATE_WITH_REFUSAL",
            Self::TooManyCertificates { .. } => "TOO_MANY_CERTIFICATES",
            Self::CertificateText => "CERTIFICATE_INCOMPLETE",
            Self::NoSuchDocument => "NO_SUCH_DOCUMENT",
            Self::NotInDocument => "NOT_IN_DOCUMENT",
            Self::FeeNotPosted => "FEE_NOT_POSTED",
            Self::NotOverdue => "NOT_OVERDUE",
            Self::Booking(refusal) => refusal.code(),
            Self::Absence(refusal) => refusal.code(),
        }
    }
}
