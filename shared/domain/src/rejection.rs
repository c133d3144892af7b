//! Refusals: the caller must change something. Each has a stable code, says in both languages what
//! is wrong and what to do, and leaves nothing behind.

use jiff::civil::Date;

use crate::agency::Role;
use crate::calendar::{BadChange, BadClosure, Closure};
use crate::case::State;
use crate::command::Action;
use crate::form::Problem;
use crate::id::Version;
use crate::money::Twd;
use crate::payment::refund::Lack;
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
    /// The timer is not due, or fired before.
    TimerNotDue,
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
    /// Somebody decides on what they asked for themselves.
    FourEyes,
    /// A fee that is not posted is no ground of refusal (規範 十(三)4).
    FeeIsNoGround,
    /// The reason seems to speak of an unposted fee: the officer is to confirm that it is not the ground.
    FeeMentioned,
    /// The window shows the fee as not posted, and the city lets a result wait for it.
    FeeNotPosted,
    /// The limit has not passed, or something is awaited of the applicant.
    NotOverdue,
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
            Self::TimerNotDue => "TIMER_NOT_DUE",
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
            Self::NotAwaited => "NOT_AWAITED",
            Self::NothingChanges => "NOTHING_CHANGES",
            Self::Calendar(BadChange::Year(_)) => "BAD_CALENDAR_FILE",
            Self::Calendar(BadChange::Closure(BadClosure::Text)) => "BAD_CLOSURE",
            Self::Calendar(BadChange::NothingChanges) => "CALENDAR_SAYS_SO",
            Self::Calendar(BadChange::UnknownClosure) => "UNKNOWN_CLOSURE",
            Self::Calendar(BadChange::Closure(BadClosure::OutsideCalendar(_))) | Self::OutsideCalendar(_) => {
                "CALENDAR_YEAR_MISSING"
            }
            Self::ItemNotInForce => "ITEM_NOT_IN_FORCE",
            Self::TooManyEvents => "TOO_MANY_EVENTS",
            Self::Amount { .. } => "AMOUNT_OUT_OF_BOUNDS",
            Self::NothingToPay => "NOTHING_TO_PAY",
            Self::TooManyAttempts => "TOO_MANY_ATTEMPTS",
            Self::AmountChanged { .. } => "AMOUNT_CHANGED",
            Self::NotOffered => "NOT_OFFERED",
            Self::AmountNotTaken { .. } => "AMOUNT_NOT_TAKEN",
            Self::NoSuchPayment => "NO_SUCH_PAYMENT",
            Self::NoSuchRefund => "NO_SUCH_REFUND",
            Self::NothingToRefund => "NOTHING_TO_REFUND",
            Self::RefundTooMuch { .. } => "REFUND_TOO_MUCH",
            Self::RefundLapsed => "REFUND_LAPSED",
            Self::RefundLacks(_) => "REFUND_INCOMPLETE",
            Self::RateMissing => "RATE_REQUIRED",
            Self::NoWayBack => "NO_WAY_BACK",
            Self::FourEyes => "FOUR_EYES",
            Self::FeeIsNoGround => "FEE_IS_NO_GROUND",
            Self::FeeMentioned => "FEE_MENTIONED",
            Self::FeeNotPosted => "FEE_NOT_POSTED",
            Self::NotOverdue => "NOT_OVERDUE",
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a list of texts, complete because it is one match")]
    pub fn text(&self) -> Text {
        match self {
            Self::NotInThisState { state, .. } => {
                let state = state.text();
                Text::new(
                    format!("案件目前為「{}」，不能進行此動作。請重新整理後再試。", state.zh),
                    format!("The case is \"{}\" now, which does not allow this. Reload the page.", state.en),
                )
            }
            Self::Forbidden { .. } => Text::new(
                "您沒有對本案進行此動作的權限。請洽承辦機關或系統權限管理人員。",
                "You may not do this with this case. Ask the agency in charge or its administrator.",
            ),
            Self::StaleVersion { .. } => Text::new(
                "案件已被更新，您看到的不是最新內容。請重新整理後再試。",
                "The case has changed since you saw it. Reload the page and try again.",
            ),
            Self::RequestReused => Text::new(
                "此請求編號已用於其他內容。請以新的編號重新送出。",
                "This request id was used for something else. Send the request with a new id.",
            ),
            Self::Unfit(_) => Text::new(
                "申請內容有需要更正之處，請依各欄位說明修正後再送出。",
                "Some answers need to be corrected. Follow the notes at the fields and send again.",
            ),
            Self::Reason { max } => Text::new(
                format!("請填寫理由，{max} 字以內。"),
                format!("Give a reason of at most {max} characters."),
            ),
            Self::NotInRole { role } => {
                let role = role.text();
                Text::new(
                    format!("指定的人員不是本機關的{}。請另選人員。", role.zh),
                    format!("That person is no {} of this agency. Choose somebody else.", role.en),
                )
            }
            Self::SamePerson => Text::new(
                "承辦人與審核人不得為同一人。請另選人員。",
                "Handler and reviewer must be different people. Choose somebody else.",
            ),
            Self::OwnApplication => Text::new(
                "指定的人員是本案申請人，依法應自行迴避。請另選人員。",
                "That person is the applicant and must not act in their own matter. Choose somebody else.",
            ),
            Self::TimerNotDue => Text::new("時點未屆或已處理。", "The timer is not due or has fired."),
            Self::Period { min, max } => Text::new(
                format!("期間應為 {min} 至 {max} 日。"),
                format!("Give a period of {min} to {max} days."),
            ),
            Self::ExtensionAlreadyUsed => Text::new(
                "處理期限已延長過一次，依法以一次為限，不得再延長。",
                "The limit was extended before; the law allows it once.",
            ),
            Self::ExtensionTooLong { max } => Text::new(
                format!("延長不得超過原處理期限。請填寫 1 至 {max}。"),
                format!("An extension is at most as long as the limit. Give 1 to {max}."),
            ),
            Self::ExtensionAfterExpiry => Text::new(
                "處理期限已屆滿。延長應於屆滿前通知申請人，已不得延長。",
                "The limit has run out. An extension must be notified before that; it cannot be made now.",
            ),
            Self::ClockNotRunning => Text::new(
                "處理期限尚未起算，無從延長。請待應備資料或費用收到後再試。",
                "The clock has not started, so there is nothing to extend. Wait until what is missing has come.",
            ),
            Self::AddedTimeTooLong { left } => Text::new(
                format!("超過此項目可增加之日數，尚可增加 {left} 日。"),
                format!("More than this service allows: {left} days can still be added."),
            ),
            Self::PauseEndsBeforeStart => Text::new(
                "停止計算之末日早於首日。請更正日期。",
                "The last day of the stop is before its first. Correct the dates.",
            ),
            Self::AlreadyStopped => Text::new(
                "處理期限已停止計算中。請先恢復計算。",
                "The clock stands still already. Let it go on first.",
            ),
            Self::NotStopped => Text::new(
                "處理期限並未停止計算，無從恢復。",
                "The clock does not stand still, so it cannot go on again.",
            ),
            Self::AnswerBeforeRequest => Text::new(
                "補正日期早於補正通知。請更正日期。",
                "The answer is dated before the request. Correct the date.",
            ),
            Self::InTheFuture(day) => Text::new(
                format!("{day} 尚未屆至。請填寫今日或以前之日期。"),
                format!("{day} has not come yet. Give today or an earlier day."),
            ),
            Self::NotAwaited => Text::new(
                "本案並未等待此項應備資料，或已登錄收到。請重新整理後再試。",
                "The case does not wait for this, or it has been recorded. Reload the page.",
            ),
            Self::NothingChanges => Text::new("日期並無變動。", "No date changes."),
            Self::Calendar(BadChange::Year(year)) => {
                let text = year.text();
                Text::new(format!("{}日曆未變更。", text.zh), format!("{} Nothing was changed.", text.en))
            }
            Self::Calendar(BadChange::Closure(BadClosure::Text)) => Text::new(
                format!("地區與公告來源須為 1 至 {} 字，不得換行。", Closure::MAX_TEXT),
                format!("Give area and source in 1 to {} characters without line breaks.", Closure::MAX_TEXT),
            ),
            Self::Calendar(BadChange::NothingChanges) => {
                Text::new("日曆已是如此，沒有變更。", "The calendar says so already; nothing was changed.")
            }
            Self::Calendar(BadChange::UnknownClosure) => Text::new(
                "查無該日該地區之停止上班公告。請重新整理後再試。",
                "No closure of that day and area is announced. Reload the page.",
            ),
            Self::Calendar(BadChange::Closure(BadClosure::OutsideCalendar(day)))
            | Self::OutsideCalendar(day) => Text::new(
                format!("辦公日曆表未涵蓋 {day}，無法計算期限。請改用已公布年度內之日期。"),
                format!(
                    "The office calendar does not cover {day}, so no date can be given. Use a day of the published years."
                ),
            ),
            Self::ItemNotInForce => Text::new(
                "此版本的申請項目目前不受理。請由服務頁面重新開始。",
                "This version of the service takes no applications now. Start again from its page.",
            ),
            Self::TooManyEvents => Text::new(
                "本案異動次數已達上限。請洽承辦機關。",
                "This case cannot take any more changes. Contact the agency in charge.",
            ),
            Self::Amount { max } => {
                Text::new(format!("金額應為 1 至 {max} 元。"), format!("Give an amount of NT$1 to NT${max}."))
            }
            Self::NothingToPay => Text::new("目前沒有應繳費用。", "Nothing is due now."),
            Self::TooManyAttempts => Text::new(
                "嘗試繳費次數已達上限。請洽承辦機關協助。",
                "Too many attempts to pay were made. Contact the agency in charge.",
            ),
            Self::AmountChanged { outstanding } => Text::new(
                format!("應繳金額已變更為 {outstanding} 元。請重新整理後再繳費。"),
                format!("NT${outstanding} is due now. Reload the page and pay again."),
            ),
            Self::NotOffered => Text::new(
                "目前未提供此繳費方式。請重新整理後改選其他方式。",
                "This way to pay is not offered now. Reload the page and choose another.",
            ),
            Self::AmountNotTaken { min, max } => Text::new(
                format!("此繳費方式每筆限 {min} 至 {max} 元。請改選其他方式。"),
                format!("This way takes NT${min} to NT${max} at a time. Choose another."),
            ),
            Self::NoSuchPayment => Text::new(
                "本案查無此筆繳費。請重新整理後再試。",
                "The case has no such payment. Reload the page.",
            ),
            Self::NoSuchRefund => Text::new(
                "本案查無此筆退費。請重新整理後再試。",
                "The case has no such refund. Reload the page.",
            ),
            Self::NothingToRefund => Text::new("目前沒有可退還之款項。", "There is nothing to pay back now."),
            Self::RefundTooMuch { max } => Text::new(
                format!("退費金額不得超過已入帳而可退還之 {max} 元。"),
                format!("At most NT${max} was posted and can be paid back."),
            ),
            Self::RefundLapsed => Text::new(
                "自繳費之日起已逾五年，依規費法第 18 條不得再申請退還。",
                "Five years have passed since the payment; it cannot be claimed any more (Charges and Fees Act, §18).",
            ),
            Self::RefundLacks(Lack::Contact) => Text::new(
                "尚無聯絡申請人之紀錄，退費不能受理。請先聯絡申請人並登錄。",
                "No contact with the applicant is recorded. Contact them first and enter it.",
            ),
            Self::RefundLacks(Lack::Proof) => Text::new(
                "申請人尚未檢附繳費證明，退費不能受理。請申請人上傳繳費證明。",
                "The applicant has brought no proof of payment. Ask them to upload it.",
            ),
            Self::RateMissing => Text::new(
                "此項退費應加計利息，請填寫繳費日之郵政一年期定期存款利率，例如 0.0172。",
                "Interest is owed: give the postal one-year deposit rate of the day of payment, such as 0.0172.",
            ),
            Self::NoWayBack => Text::new(
                "此繳費方式無法由金流業者退回，請改以匯款退費並填寫匯款憑證號碼。",
                "The provider cannot pay this back. Choose remittance, and give the number of its voucher.",
            ),
            Self::FourEyes => Text::new(
                "退費須由申請人以外之另一位人員核定。",
                "A refund is decided by somebody else than whoever asked for it.",
            ),
            Self::FeeIsNoGround => Text::new(
                "不得以費用尚未入帳為由拒絕核發（作業規範第十點第三項第四款）。請以其他事由審查。",
                "A fee that is not posted is no ground of refusal (Operating Rules, 10(3)4). Decide on other grounds.",
            ),
            Self::FeeMentioned => Text::new(
                "駁回理由提及費用尚未入帳，而此不得為駁回事由。請修改理由，或確認駁回與入帳無關後再送出。",
                "The reason speaks of an unposted fee, which is no ground of refusal. Change it, or confirm that the refusal does not rest on it.",
            ),
            Self::FeeNotPosted => Text::new(
                "單一窗口顯示規費尚未入帳，得暫不核發，但不得據以駁回。請待入帳後再試。",
                "The fee is not posted in the window yet. The result may wait for it, and it is no ground of refusal. Try again once it is posted.",
            ),
            Self::NotOverdue => Text::new(
                "處理期限尚未屆滿，或正待您補正，目前不能終止辦理。",
                "The limit has not passed, or something is awaited of you; the case cannot be ended for lateness.",
            ),
        }
    }
}
