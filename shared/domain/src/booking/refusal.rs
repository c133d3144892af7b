//! Why a time is not booked, changed or checked in.

use jiff::civil::Date;

use crate::booking::{MAX_CHANGES, State};
use crate::taipei;
use crate::text::{Lang, Text};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody in this relation to the booking may do this.
    Forbidden,
    /// The state of the booking does not allow it.
    NotOpen(State),
    /// The booking changed since the caller saw it.
    Stale { current: u32 },
    /// The item takes no bookings.
    NotBookable,
    /// The place has no such slot on that day, or the item not that place.
    NoSuchSlot,
    /// The day cannot be booked yet, or no longer.
    OutsidePeriod { first: Date, last: Date },
    /// All places of the slot are taken.
    Full,
    /// The person has a time on that day.
    DayTaken,
    /// It is that very time.
    SameSlot,
    /// The slot has begun.
    Begun,
    /// Changed so often that people should help.
    TooManyChanges,
    /// The booking is for another day.
    NotTheDay(Date),
    /// The slot is not over, so the person may still come.
    NotOver,
    /// No booking of that day and place has this code.
    UnknownCode,
    /// The case is not one of this person and this item.
    CaseDoesNotFit,
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Forbidden => "FORBIDDEN",
            Self::NotOpen(_) => "BOOKING_NOT_OPEN",
            Self::Stale { .. } => "STALE_VERSION",
            Self::NotBookable => "NOT_BOOKABLE",
            Self::NoSuchSlot => "NO_SUCH_SLOT",
            Self::OutsidePeriod { .. } => "OUTSIDE_BOOKING_PERIOD",
            Self::Full => "SLOT_FULL",
            Self::DayTaken => "DAY_TAKEN",
            Self::SameSlot => "SAME_SLOT",
            Self::Begun => "SLOT_HAS_BEGUN",
            Self::TooManyChanges => "TOO_MANY_CHANGES",
            Self::NotTheDay(_) => "NOT_THE_DAY",
            Self::NotOver => "SLOT_NOT_OVER",
            Self::UnknownCode => "UNKNOWN_CHECK_IN_CODE",
            Self::CaseDoesNotFit => "CASE_DOES_NOT_FIT",
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Forbidden => Text::new(
                "您沒有對此預約進行此動作的權限。請洽受理地點所屬機關。",
                "You may not do this with this booking. Ask the agency of the place.",
            ),
            Self::NotOpen(state) => {
                let state = state.text();
                Text::new(
                    format!("此預約為「{}」，不能進行此動作。", state.zh),
                    format!("The booking is \"{}\", which does not allow this.", state.en),
                )
            }
            Self::Stale { .. } => Text::new(
                "預約已被更新，您看到的不是最新內容。請重新整理後再試。",
                "The booking has changed since you saw it. Reload the page and try again.",
            ),
            Self::NotBookable => {
                Text::new("此項目不提供時間預約。", "No time can be booked for this service.")
            }
            Self::NoSuchSlot => Text::new(
                "該地點當日沒有這個時段，或當日不辦公。請改選其他時段。",
                "That place has no such time on that day, or is closed. Choose another time.",
            ),
            Self::OutsidePeriod { first, last } => Text::new(
                format!(
                    "可預約日期為{}至{}。",
                    taipei::shown(first, Lang::ZhHant),
                    taipei::shown(last, Lang::ZhHant)
                ),
                format!(
                    "Days from {} to {} can be booked.",
                    taipei::shown(first, Lang::En),
                    taipei::shown(last, Lang::En)
                ),
            ),
            Self::Full => Text::new("此時段已額滿，請改選其他時段。", "This time is full. Choose another."),
            Self::DayTaken => Text::new(
                "您當日已有預約，每人每日以一個時段為限。請變更或取消原預約。",
                "You have a booking on that day; one a day is the limit. Change or cancel that one.",
            ),
            Self::SameSlot => Text::new(
                "這就是目前預約的時段，沒有變更。",
                "That is the time you have. Nothing was changed.",
            ),
            Self::Begun => Text::new(
                "預約時段已開始，不能再變更或取消。",
                "The time has come; it can no longer be changed or cancelled.",
            ),
            Self::TooManyChanges => Text::new(
                format!("預約至多變更 {MAX_CHANGES} 次。請取消後重新預約。"),
                format!("A booking is changed {MAX_CHANGES} times at most. Cancel it and book anew."),
            ),
            Self::NotTheDay(day) => Text::new(
                format!("此預約為{}，不是今日。", taipei::shown(day, Lang::ZhHant)),
                format!("This booking is for {}, not for today.", taipei::shown(day, Lang::En)),
            ),
            Self::NotOver => Text::new(
                "預約時段尚未結束，不能登記未到。",
                "The time is not over; nobody is marked as absent before.",
            ),
            Self::UnknownCode => Text::new(
                "本地點當日沒有此報到碼的預約。請核對報到碼、地點與日期。",
                "No booking of this place and day has that code. Check code, place and day.",
            ),
            Self::CaseDoesNotFit => Text::new(
                "案號不是您在此項目的案件。請核對案號，或不填案號。",
                "That is no case of yours for this service. Check the number, or leave it out.",
            ),
        }
    }
}
