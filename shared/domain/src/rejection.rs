//! Refusals: the caller must change something. Each has a stable code, says in both languages what
//! is wrong and what to do, and leaves nothing behind.

use jiff::civil::Date;

use crate::agency::Role;
use crate::case::State;
use crate::command::Action;
use crate::form::Problem;
use crate::id::Version;
use crate::text::Text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The state of the case does not allow the action.
    NotInThisState { state: State, action: Action, allowed: Vec<Action> },
    /// Nobody in this relation to the case may do this.
    Forbidden { action: Action },
    /// The case changed since the caller saw it.
    StaleVersion { current: Version },
    /// The request id was used before, for something else.
    RequestReused,
    /// Answers or documents do not fit the form.
    Unfit(Vec<Problem>),
    /// A reason is required, of at most so many characters.
    Reason { max: u16 },
    /// The person named has not this role in the agency that has the case.
    NotInRole { role: Role },
    /// Handler and reviewer would be the same person.
    SamePerson,
    /// The person named is the applicant, who must not act in their own matter (行政程序法 §32).
    OwnApplication,
    /// The timer is not due, or fired before.
    TimerNotDue,
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
            Self::OutsideCalendar(_) => "CALENDAR_YEAR_MISSING",
            Self::ItemNotInForce => "ITEM_NOT_IN_FORCE",
            Self::TooManyEvents => "TOO_MANY_EVENTS",
        }
    }

    /// What is wrong and what to do.
    #[must_use]
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
            Self::OutsideCalendar(day) => Text::new(
                format!("辦公日曆表尚未公布至 {day}，無法計算期限。請稍後再試。"),
                format!(
                    "The office calendar does not reach {day} yet, so no due date can be given. Try again later."
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
