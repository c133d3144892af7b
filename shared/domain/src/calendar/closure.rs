//! Closures announced by the mayor (停止上班): a typhoon day, or half of one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::code::coded;
use crate::id::AgencyCode;
use crate::text::Text;

/// How much of a day the offices are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// 全日.
    Day,
    /// 上午: a limit in days is not touched, a limit in hours is.
    Morning,
    /// 下午.
    Afternoon,
}

coded!(Extent { Day = "day", Morning = "morning", Afternoon = "afternoon" });

impl Extent {
    /// Whether the two make a whole day.
    #[must_use]
    pub const fn is_other_half(self, other: Self) -> bool {
        matches!((self, other), (Self::Morning, Self::Afternoon) | (Self::Afternoon, Self::Morning))
    }

    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Day => Text::new("全日", "all day"),
            Self::Morning => Text::new("上午", "in the morning"),
            Self::Afternoon => Text::new("下午", "in the afternoon"),
        }
    }
}

/// A closure as announced (天然災害停止上班及上課作業辦法 §9-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    pub day: Date,
    pub extent: Extent,
    /// Where, in the words of the announcement: `臺北市`, `信義區`.
    pub area: String,
    /// The agencies of that area; empty is every agency of the city.
    pub agencies: BTreeSet<AgencyCode>,
    /// Who announced what: `臺北市政府 0915 停班停課公告`.
    pub source: String,
    pub announced_at: Timestamp,
}

/// Why a closure is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadClosure {
    #[error("the office calendar does not cover {0}")]
    OutsideCalendar(Date),
    #[error("`area` and `source` must be 1 to {max} characters without line breaks", max = Closure::MAX_TEXT)]
    Text,
}

impl Closure {
    /// Longest area or source, in characters.
    pub const MAX_TEXT: usize = 200;

    /// Whether `agency` lies in the area.
    #[must_use]
    pub fn covers(&self, agency: &AgencyCode) -> bool {
        self.agencies.is_empty() || self.agencies.contains(agency)
    }

    /// Trims the texts, and refuses ones that nobody could read or that would break a line of an
    /// explanation.
    pub fn checked(self) -> Result<Self, BadClosure> {
        let fits = |text: &str| {
            let length = text.chars().count();
            length > 0 && length <= Self::MAX_TEXT && !text.chars().any(char::is_control)
        };
        let (area, source) = (self.area.trim().to_owned(), self.source.trim().to_owned());
        if fits(&area) && fits(&source) { Ok(Self { area, source, ..self }) } else { Err(BadClosure::Text) }
    }
}
