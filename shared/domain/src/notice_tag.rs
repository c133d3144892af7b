//! The name of any mail of the window (通知): as a message of the queue, and as the tag by which it is heard
//! of again.

use std::fmt;
use std::str::FromStr;

use crate::attendance::DutyNoticeId;
use crate::booking::BookingNoticeId;
use crate::id::{BookingId, NotAnId, NoticeId};

/// What a notice is about, with its name. Each kind of name begins differently.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeTag {
    Case(NoticeId),
    Booking(BookingNoticeId),
    /// An inbox that nobody opened.
    Duty(DutyNoticeId),
}

impl fmt::Display for NoticeTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(id) => id.fmt(f),
            Self::Booking(id) => id.fmt(f),
            Self::Duty(id) => id.fmt(f),
        }
    }
}

impl FromStr for NoticeTag {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.starts_with(BookingId::PREFIX) {
            text.parse().map(Self::Booking)
        } else if text.starts_with(DutyNoticeId::PREFIX) {
            text.parse().map(Self::Duty)
        } else {
            text.parse().map(Self::Case)
        }
    }
}
