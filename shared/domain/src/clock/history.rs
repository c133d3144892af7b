//! What has happened to a case that its clock must know: a fold of the events, in any order they come.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Due;
use super::terms::Limit;
use crate::code::coded;
use crate::id::{Key, Version};
use crate::joint_review::{Opinion, ReviewingAgency};
use crate::text::Text;

/// The clock's part of the record of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// When the agency received the application from the window (規範 十一; 電子簽章法 §9).
    pub received: Timestamp,
    pub fee_paid: Option<Timestamp>,
    pub fee_posted: Option<Timestamp>,
    /// Awaited originals and objects that came, by what they are.
    pub arrived: BTreeMap<Key, Timestamp>,
    pub corrections: Vec<Correction>,
    pub stops: Vec<Stop>,
    /// Days added for asking another body, within what the item allows.
    pub added_days: u32,
    pub extension: Option<Extension>,
    pub reviews: Vec<Review>,
    /// Decided, withdrawn or otherwise ended.
    pub finished: Option<Timestamp>,
}

/// One round of correction (補正).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    pub asked: Timestamp,
    /// The applicant's own period, in calendar days from the day after the request was served.
    pub days: u32,
    /// What was added to it on request (補正期限之展延).
    pub extended: Option<MoreTime>,
    pub answered: Option<Timestamp>,
}

/// Days added to a correction period, from the day after its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoreTime {
    /// All that were added, in calendar days.
    pub days: u32,
    /// When the last of them were.
    pub granted: Timestamp,
}

impl Correction {
    /// A request at `asked`, of `days` calendar days.
    #[must_use]
    pub const fn requested(asked: Timestamp, days: u32) -> Self {
        Self { asked, days, extended: None, answered: None }
    }

    /// When the applicant was last told how long there is.
    #[must_use]
    pub fn told(&self) -> Timestamp {
        self.extended.map_or(self.asked, |more| more.granted)
    }

    /// The whole period, in calendar days.
    #[must_use]
    pub fn whole(&self) -> u32 {
        self.days.saturating_add(self.extended.map_or(0, |more| more.days))
    }

    /// After `days` more were granted at `granted`.
    #[must_use]
    pub fn extended(self, days: u32, granted: Timestamp) -> Self {
        let before = self.extended.map_or(0, |more| more.days);
        Self { extended: Some(MoreTime { days: before.saturating_add(days), granted }), ..self }
    }
}

/// Why a clock stands still without anybody's doing (行政程序法 §51 V).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopCause {
    /// 天災或其他不可抗力.
    ForceMajeure,
    /// 不可歸責於機關之事由.
    NotAttributable,
}

coded!(StopCause { ForceMajeure = "force_majeure", NotAttributable = "not_attributable" });

impl StopCause {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::ForceMajeure => Text::new("天災或不可抗力", "force majeure"),
            Self::NotAttributable => {
                Text::new("不可歸責於機關之事由", "a cause the agency is not answerable for")
            }
        }
    }
}

/// Days that do not count, from the first to the last; without a last it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    pub cause: StopCause,
    pub from: Date,
    pub until: Option<Date>,
}

/// The one extension (延長, 行政程序法 §51 III), in the unit of the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension {
    pub amount: u32,
    /// When the applicant was notified; after expiry it is void (§51 IV).
    pub notified: Timestamp,
}

/// A part sent to another agency for review (會審).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub reviewer: ReviewingAgency,
    pub sent: Timestamp,
    /// The event of the case that sent it.
    pub asked: Version,
    pub limit: Limit,
    /// `None` while it is waited for.
    pub ended: Option<Ended>,
    /// The last time that it was noted as late.
    pub late: Option<Late>,
}

/// That the end of a limit passed without the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// The event of the case that noted it.
    pub by: Version,
    /// The instant at which the limit had run out; one that moves on may pass again.
    pub until: Timestamp,
}

/// When and how it ended that a review was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub at: Timestamp,
    /// The event of the case that ended it.
    pub by: Version,
    /// The limit it had by then; what the calendar does later does not touch it.
    pub due: Option<Due>,
    pub how: End,
}

impl Review {
    /// Whether it was noted that `due` has passed.
    #[must_use]
    pub fn is_noted(&self, due: Due) -> bool {
        self.late.is_some_and(|late| late.until == due.until)
    }

    /// The event with which the agency in charge went on without it.
    #[must_use]
    pub fn dropped_by(&self) -> Option<Version> {
        self.ended.filter(|ended| ended.how == End::Dropped).map(|ended| ended.by)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Answered(Opinion),
    /// The agency in charge went on without it.
    Dropped,
}

impl History {
    /// Whether nothing has happened that can make the clock stand still, as in most cases.
    pub(super) const fn never_stopped(&self) -> bool {
        self.corrections.is_empty() && self.stops.is_empty()
    }

    /// A case just received.
    #[must_use]
    pub const fn received(at: Timestamp) -> Self {
        Self {
            received: at,
            fee_paid: None,
            fee_posted: None,
            arrived: BTreeMap::new(),
            corrections: Vec::new(),
            stops: Vec::new(),
            added_days: 0,
            extension: None,
            reviews: Vec::new(),
            finished: None,
        }
    }
}
