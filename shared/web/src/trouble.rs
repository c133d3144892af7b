//! What can stop a request: each with a status, a stable code and a text in both languages that
//! says what to do. The one place that maps refusals and faults to HTTP.

use domain::absence;
use domain::booking::Refusal;
use domain::calendar::BadChange;
use domain::payment::Provider;
use domain::rejection::Rejection;
use domain::text::Text;
use lambda_http::http::StatusCode;
use platform::calendars::NotChanged;
use platform::commit::Failure;
use platform::fault::Fault;
pub use wire::malformed::{FileProblem, Malformed};

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub enum Trouble {
    /// A rule refuses it.
    Rejected(Rejection),
    /// The request itself is malformed.
    Malformed(Malformed),
    /// Nobody is signed in, or the session has ended.
    SignIn,
    /// Whoever is signed in has no business here.
    Forbidden,
    /// The form does not carry the token of this session.
    Csrf,
    /// There is no such thing, or not for this visitor.
    NotFound,
    /// A payment provider does not answer, or not as it should.
    Unanswered(Provider),
    /// A register does not answer, or not as it should.
    RegisterSilent,
    /// Not the caller's fault.
    Fault(Fault),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Rejected(rejection) => Self::Rejected(rejection),
            Failure::Unknown => Self::NotFound,
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<NotChanged> for Trouble {
    fn from(reason: NotChanged) -> Self {
        match reason {
            NotChanged::Refused(refused) => Self::Rejected(Rejection::Calendar(refused)),
            NotChanged::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Rejection> for Trouble {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<Malformed> for Trouble {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

const fn of_malformed(malformed: &Malformed) -> StatusCode {
    match malformed {
        Malformed::ContentType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Malformed::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// The status of a refusal about a booking.
const fn of_booking(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::Forbidden => StatusCode::FORBIDDEN,
        Refusal::NotOpen(_)
        | Refusal::Stale { .. }
        | Refusal::NotBookable
        | Refusal::Full
        | Refusal::DayTaken
        | Refusal::SameSlot
        | Refusal::Begun
        | Refusal::TooManyChanges
        | Refusal::NotTheDay(_)
        | Refusal::NotOver => StatusCode::CONFLICT,
        Refusal::NoSuchSlot
        | Refusal::OutsidePeriod { .. }
        | Refusal::UnknownCode
        | Refusal::CaseDoesNotFit => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The status of a refusal about an absence.
const fn of_absence(refusal: absence::Refusal) -> StatusCode {
    use absence::Refusal as R;
    match refusal {
        R::Forbidden => StatusCode::FORBIDDEN,
        R::Unknown => StatusCode::NOT_FOUND,
        R::Overlaps | R::DeputyAbsent | R::StandsIn | R::TooMany | R::Over => StatusCode::CONFLICT,
        R::NotStaff | R::NoDeputy | R::OwnDeputy | R::Period => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl Trouble {
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a list of rejections, complete because it is one match")]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Rejected(rejection) => match rejection {
                Rejection::NotInThisState { .. }
                | Rejection::StaleVersion { .. }
                | Rejection::TimerNotDue
                | Rejection::ExtensionAlreadyUsed
                | Rejection::ExtensionAfterExpiry
                | Rejection::ClockNotRunning
                | Rejection::AnotherCorrection
                | Rejection::CorrectionOver
                | Rejection::MoreTimeAsked
                | Rejection::AlreadyStopped
                | Rejection::NotStopped
                | Rejection::NotAwaited
                | Rejection::NothingChanges
                | Rejection::Calendar(BadChange::NothingChanges | BadChange::UnknownClosure)
                | Rejection::ItemNotInForce
                | Rejection::TooManyEvents
                | Rejection::NothingToPay
                | Rejection::TooManyAttempts
                | Rejection::AmountChanged { .. }
                | Rejection::NotOffered
                | Rejection::AttemptRanOut
                | Rejection::NoSuchPayment
                | Rejection::NoSuchRefund
                | Rejection::NothingToRefund
                | Rejection::RefundLapsed
                | Rejection::FourEyes
                | Rejection::RefundUnderWay { .. }
                | Rejection::FeeIsNoGround
                | Rejection::FeeMentioned
                | Rejection::SignedSomethingElse { .. }
                | Rejection::ConsentWording { .. }
                | Rejection::TooManyChanges { .. }
                | Rejection::CorrectionFirst
                | Rejection::CorrectionNotLapsed
                | Rejection::NoSuchDocument
                | Rejection::FeeNotPosted
                | Rejection::NoReviewerLeft
                | Rejection::ReviewNotOpen
                | Rejection::NoRegister
                | Rejection::NoSms
                | Rejection::TooManyLookups { .. }
                | Rejection::NothingToAskBy(_)
                | Rejection::NotOverdue => StatusCode::CONFLICT,
                Rejection::Booking(refusal) => of_booking(*refusal),
                Rejection::Absence(refusal) => of_absence(*refusal),
                Rejection::Forbidden { .. } | Rejection::AssuranceTooLow { .. } => StatusCode::FORBIDDEN,
                Rejection::RequestReused
                | Rejection::Unfit(_)
                | Rejection::Reason { .. }
                | Rejection::NotInRole { .. }
                | Rejection::SamePerson
                | Rejection::OwnApplication
                | Rejection::NoSuchAgency
                | Rejection::NoSuchReviewer
                | Rejection::Reviewers { .. }
                | Rejection::Period { .. }
                | Rejection::ExtensionTooLong { .. }
                | Rejection::AddedTimeTooLong { .. }
                | Rejection::PauseEndsBeforeStart
                | Rejection::AnswerBeforeRequest
                | Rejection::InTheFuture(_)
                | Rejection::Calendar(BadChange::Year(_) | BadChange::Closure(_))
                | Rejection::OutsideCalendar(_)
                | Rejection::Amount { .. }
                | Rejection::AmountNotTaken { .. }
                | Rejection::RefundTooMuch { .. }
                | Rejection::RefundLacks(_)
                | Rejection::RateMissing
                | Rejection::NoWayBack
                | Rejection::ProviderPaysBack
                | Rejection::Deficiencies { .. }
                | Rejection::Deficiency { .. }
                | Rejection::NoSuchSubject(_)
                | Rejection::CityLooksItUp(_)
                | Rejection::NotLookedUp
                | Rejection::NoSuchNotice
                | Rejection::PostalNumber { .. }
                | Rejection::NotPosted
                | Rejection::NoProxy
                | Rejection::ProxyName { .. }
                | Rejection::ProxyProof { .. }
                | Rejection::SignatureMissing { .. }
                | Rejection::ConsentMissing
                | Rejection::PostalAddress { .. }
                | Rejection::MobileNumber
                | Rejection::ServedBeforeNotice(_)
                | Rejection::GroundMissing
                | Rejection::LetterLacks(_)
                | Rejection::LetterText { .. }
                | Rejection::CertificateOfRefusal
                | Rejection::TooManyCertificates { .. }
                | Rejection::CertificateText
                | Rejection::NotInDocument
                | Rejection::AskedBefore => StatusCode::UNPROCESSABLE_ENTITY,
            },
            Self::Malformed(malformed) => of_malformed(malformed),
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Csrf => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unanswered(_)
            | Self::RegisterSilent
            | Self::Fault(Fault::Transient(_) | Fault::Conflict) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::Malformed(Malformed::ContentType { .. }) => "CONTENT_TYPE",
            Self::Malformed(Malformed::TooLarge { .. }) => "TOO_LARGE",
            Self::Malformed(Malformed::NotUtf8) => "NOT_UTF8",
            Self::Malformed(Malformed::Json { .. }) => "BAD_JSON",
            Self::Malformed(Malformed::Form { .. }) => "BAD_FORM",
            Self::Malformed(Malformed::Field { .. }) => "BAD_FIELD",
            Self::Malformed(Malformed::RequestId { .. }) => "WRONG_REQUEST_ID",
            Self::Malformed(Malformed::File { .. }) => "BAD_FILE",
            Self::SignIn => "SIGN_IN_REQUIRED",
            Self::Forbidden => "FORBIDDEN",
            Self::Csrf => "FORM_EXPIRED",
            Self::NotFound => "NOT_FOUND",
            Self::Unanswered(_) => "PROVIDER_UNAVAILABLE",
            Self::RegisterSilent => "REGISTER_UNAVAILABLE",
            Self::Fault(Fault::Transient(_) | Fault::Conflict) => "TRY_AGAIN",
            Self::Fault(_) => "OUR_FAULT",
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Rejected(rejection) => rejection.text(),
            Self::Malformed(malformed) => malformed.text(),
            Self::SignIn => Text::new(
                "請先登入。登入逾時或已登出時，請重新登入後再試。",
                "Please sign in. If your session has ended, sign in again and repeat.",
            ),
            Self::Forbidden => Text::new(
                "您的帳號沒有使用此功能的權限。請洽機關系統權限管理人員。",
                "Your account may not use this. Ask the administrator of your agency.",
            ),
            Self::Csrf => Text::new(
                "表單已逾時，資料未送出。請回上一頁重新整理後再送出。",
                "The form has expired and nothing was sent. Go back, reload the page and send it again.",
            ),
            Self::NotFound => Text::new(
                "找不到您要的內容，或您沒有查看的權限。請確認網址或案號。",
                "There is no such page or case, or not for you. Check the address or the case number.",
            ),
            Self::Unanswered(provider) => {
                let Text { zh, en } = provider.text();
                Text::new(
                    format!("{zh}目前沒有回應，尚未向您收取任何款項。請稍候再試一次，或改選其他繳費方式。"),
                    format!(
                        "{en} does not answer now; nothing was charged. Try again in a moment, or choose another way."
                    ),
                )
            }
            Self::RegisterSilent => Text::new(
                "資料來源目前沒有回應，未完成查驗，案件沒有變動。請稍候再試；免附之文件不得因此改請申請人檢附。",
                "The register does not answer now; nothing was looked up and the case did not change. Try again in a while. What need not be brought is not asked for because of that.",
            ),
            Self::Fault(Fault::Transient(_) | Fault::Conflict) => Text::new(
                "系統忙碌中，您的資料沒有遺失。請稍候再試一次，重複送出不會產生重複案件。",
                "We are busy. Nothing is lost: try again in a moment; sending twice makes no second case.",
            ),
            Self::Fault(_) => Text::new(
                "系統發生錯誤，我們已收到通知。請稍後再試，或洽 1999 市民熱線。",
                "Something is wrong on our side and we have been told. Try later, or call 1999.",
            ),
        }
    }
}
