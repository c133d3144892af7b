//! Where a booking stands, and the steps that led there (歷程).

use jiff::Timestamp;

use crate::booking::Appointment;
use crate::code::coded;
use crate::event::{Party, Request};
use crate::text::Text;

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Booked,
    CheckedIn,
    NoShow,
    /// By whoever booked.
    Cancelled,
    /// By the office, which is closed then.
    CalledOff,
}

coded!(State {
    Booked = "booked",
    CheckedIn = "checked_in",
    NoShow = "no_show",
    Cancelled = "cancelled",
    CalledOff = "called_off",
});

impl State {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Booked => Text::new("已預約", "booked"),
            Self::CheckedIn => Text::new("已報到", "checked in"),
            Self::NoShow => Text::new("未到", "did not come"),
            Self::Cancelled => Text::new("已取消", "cancelled"),
            Self::CalledOff => Text::new("機關停止上班取消", "called off by the office"),
        }
    }

    /// Whether the booking holds a place in its slot.
    #[must_use]
    pub const fn holds_a_place(self) -> bool {
        matches!(self, Self::Booked | Self::CheckedIn | Self::NoShow)
    }
}

/// A step of a booking (歷程): what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    Booked,
    /// Whoever booked chose another time.
    Changed {
        from: Appointment,
    },
    Cancelled,
    CheckedIn,
    NoShow,
    /// The office is closed then.
    Moved {
        from: Appointment,
        cause: Text,
    },
    CalledOff {
        cause: Text,
    },
}

impl StepKind {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Changed { .. } => "changed",
            Self::Cancelled => "cancelled",
            Self::CheckedIn => "checked_in",
            Self::NoShow => "no_show",
            Self::Moved { .. } => "moved",
            Self::CalledOff { .. } => "called_off",
        }
    }

    /// Where the booking was before, if it was moved.
    #[must_use]
    pub const fn before(&self) -> Option<&Appointment> {
        match self {
            Self::Changed { from } | Self::Moved { from, .. } => Some(from),
            Self::Booked | Self::Cancelled | Self::CheckedIn | Self::NoShow | Self::CalledOff { .. } => None,
        }
    }

    /// Why the office moved it or called it off.
    #[must_use]
    pub const fn cause(&self) -> Option<&Text> {
        match self {
            Self::Moved { cause, .. } | Self::CalledOff { cause } => Some(cause),
            Self::Booked | Self::Changed { .. } | Self::Cancelled | Self::CheckedIn | Self::NoShow => None,
        }
    }

    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Booked => Text::new("預約成立", "Booked"),
            Self::Changed { .. } => Text::new("變更時段", "Changed to another time"),
            Self::Cancelled => Text::new("取消預約", "Cancelled"),
            Self::CheckedIn => Text::new("完成報到", "Checked in"),
            Self::NoShow => Text::new("登記未到", "Marked as absent"),
            Self::Moved { cause, .. } => Text::new(
                format!("{}，改至其他時段", cause.zh),
                format!("Moved to another time: {}", cause.en),
            ),
            Self::CalledOff { cause } => {
                Text::new(format!("{}，預約取消", cause.zh), format!("Called off: {}", cause.en))
            }
        }
    }
}

/// What happened, when, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub at: Timestamp,
    pub by: Party,
    /// The request that asked for it.
    pub request: Request,
    pub kind: StepKind,
}
