//! Refusals: the caller must change something. Each has a stable code, says in both languages what
//! is wrong and what to do, and leaves nothing behind.

use jiff::civil::Date;

use crate::agency::Role;
use crate::calendar::{BadChange, BadClosure, Closure};
use crate::case::State;
use crate::command::Action;
use crate::form::Problem;
use crate::id::Version;
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
        }
    }
}
