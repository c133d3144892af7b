//! The mails about a booking (通知), each owed by one step of it.

use std::fmt;
use std::str::FromStr;

use crate::booking::StepKind;
use crate::code::coded;
use crate::id::{BookingId, NotAnId};

/// What a mail about a booking is about. Its text lives with the function that sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookingNoticeKind {
    /// Time, place and check-in code.
    Booked,
    /// The booker chose another time.
    Changed,
    Cancelled,
    /// The office is closed then, and the booking was moved.
    Moved,
    /// The office is closed then, and no other time was free.
    CalledOff,
}

coded!(BookingNoticeKind {
    Booked = "booked",
    Changed = "changed",
    Cancelled = "cancelled",
    Moved = "moved",
    CalledOff = "called_off",
});

/// The mail that a step owes to the booker, if any: nobody is told what they saw happen at the counter.
#[must_use]
pub const fn owed(step: &StepKind) -> Option<BookingNoticeKind> {
    match step {
        StepKind::Booked => Some(BookingNoticeKind::Booked),
        StepKind::Changed { .. } => Some(BookingNoticeKind::Changed),
        StepKind::Cancelled => Some(BookingNoticeKind::Cancelled),
        StepKind::Moved { .. } => Some(BookingNoticeKind::Moved),
        StepKind::CalledOff { .. } => Some(BookingNoticeKind::CalledOff),
        StepKind::CheckedIn | StepKind::NoShow => None,
    }
}

/// The mail that the step of a booking which made this version of it owes. Text: `booking_..._3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BookingNoticeId {
    pub booking: BookingId,
    pub version: u32,
}

impl fmt::Display for BookingNoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.booking, self.version)
    }
}

impl FromStr for BookingNoticeId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let refused = NotAnId("booking notice id");
        let (booking, version) = text.rsplit_once('_').ok_or(refused)?;
        let id = Self { booking: booking.parse()?, version: version.parse().map_err(|_| refused)? };
        if id.to_string() == text { Ok(id) } else { Err(refused) }
    }
}
