//! Quantities that a fee is by: how an answer is read, and how it is said.

use crate::form::{Answers, Defect};
use crate::id::Key;
use crate::money::{self, grouped};
use crate::text::Text;

use super::Unassessable;

/// What a quantity is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// Things that are counted.
    Count(Unit),
    /// An area in square metres, counted in their hundredths (0.01 平方公尺, as areas are registered).
    Area,
    /// An amount in whole TWD, such as capital (資本額) or the cost of a building (工程造價).
    Money,
}

/// The name of what is counted: 份, copy, copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub zh: String,
    pub one: String,
    pub many: String,
}

impl Default for Unit {
    fn default() -> Self {
        Self { zh: "份".to_owned(), one: "copy".to_owned(), many: "copies".to_owned() }
    }
}

/// The upper bound of a bracket, in units of the measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// …以下, which takes the number itself in.
    UpTo(u64),
    /// 未滿….
    Below(u64),
}

/// Most digits before the point of an area: a thousand square kilometres are enough for a city.
const AREA_DIGITS: usize = 9;
/// The largest area that is read, in hundredths of a square metre.
pub(super) const MAX_AREA: u128 = 99_999_999_999;

impl Measure {
    /// How many parts a unit is counted in.
    pub(super) const fn parts(&self) -> u128 {
        match self {
            Self::Area => 100,
            Self::Count(_) | Self::Money => 1,
        }
    }

    /// The quantity in the answer to `field`, in parts and below 2^64.
    pub(super) fn read(&self, field: &Key, answers: &Answers) -> Result<u128, Unassessable> {
        let refused = |defect| Unassessable::Answer { field: field.clone(), defect };
        let answer = answers.get(field).ok_or_else(|| refused(Defect::Missing))?;
        match self {
            Self::Area => area(answer).ok_or_else(|| refused(Defect::NotAnArea)),
            Self::Count(_) | Self::Money => {
                let number: i64 = answer.parse().map_err(|_| refused(Defect::NotANumber))?;
                u128::try_from(number).map_err(|_| refused(Defect::OutOfRange { min: 0, max: i64::MAX }))
            }
        }
    }

    /// A quantity in parts: `3 份`, `120.5 平方公尺`, `4,000 元`.
    pub(super) fn shown(&self, parts: u128) -> Text {
        match self {
            Self::Count(unit) => {
                let name = if parts == 1 { &unit.one } else { &unit.many };
                let number = grouped(parts);
                Text::new(format!("{number} {}", unit.zh), format!("{number} {name}"))
            }
            Self::Area => {
                let decimals = format!("{:02}", parts % 100);
                let number = format!("{}.{decimals}", grouped(parts / 100));
                let number = number.trim_end_matches('0').trim_end_matches('.');
                Text::new(format!("{number} 平方公尺"), format!("{number} m²"))
            }
            Self::Money => money::text(parts),
        }
    }

    /// `每份`, `每 50 平方公尺`; `per copy`, `per 50 m²`.
    pub(super) fn per(&self, units: u64) -> Text {
        match (self, units) {
            (Self::Count(unit), 1) => Text::new(format!("每{}", unit.zh), format!("per {}", unit.one)),
            (Self::Area, 1) => Text::new("每平方公尺", "per m²"),
            _ => {
                let Text { zh, en } = self.shown(u128::from(units) * self.parts());
                Text::new(format!("每 {zh}"), format!("per {en}"))
            }
        }
    }

    /// The bracket from `lower` to `upper`: `逾 10 份至 20 份`, `100 平方公尺以上，未滿 200 平方公尺`.
    pub(super) fn bracket(&self, lower: Option<Bound>, upper: Option<Bound>) -> Text {
        let of = |bound: u64| self.shown(u128::from(bound) * self.parts());
        let from = lower.map(|bound| match bound {
            Bound::UpTo(n) => Text::new(format!("逾 {}", of(n).zh), format!("more than {}", of(n).en)),
            Bound::Below(n) => Text::new(format!("{}以上", of(n).zh), format!("from {}", of(n).en)),
        });
        let to = upper.map(|bound| match bound {
            Bound::UpTo(n) => Text::new(format!("{}以下", of(n).zh), format!("up to {}", of(n).en)),
            Bound::Below(n) => Text::new(format!("未滿 {}", of(n).zh), format!("less than {}", of(n).en)),
        });
        match (from, to) {
            (Some(from), Some(to)) => {
                Text::new(format!("{}、{}", from.zh, to.zh), format!("{}, {}", from.en, to.en))
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => Text::new("任何數量", "any quantity"),
        }
    }
}

impl Bound {
    /// The number that is the bound, in units.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::UpTo(number) | Self::Below(number) => number,
        }
    }

    /// The last quantity of the bracket, in parts; `None` where there is none, below nothing.
    pub(super) fn last(self, measure: &Measure) -> Option<u128> {
        let parts = u128::from(self.number()) * measure.parts();
        match self {
            Self::UpTo(_) => Some(parts),
            Self::Below(_) => parts.checked_sub(1),
        }
    }
}

/// `120`, `120.5` or `120.05` square metres, in hundredths.
fn area(answer: &str) -> Option<u128> {
    let (whole, decimals) = answer.split_once('.').unwrap_or((answer, "00"));
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, AREA_DIGITS) || !digits(decimals, 2) {
        return None;
    }
    format!("{whole}{decimals:0<2}").parse().ok()
}
