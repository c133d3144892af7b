//! What an item version says of its clock: the limit, what it waits for, what stops it, and the
//! settings that no text of the city settles, each with its default.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Time;

use crate::code::coded;
use crate::id::{AgencyCode, Key};

/// Which days count. A mandatory field of every limit in days: no text of the city settles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayBasis {
    /// Working days (工作日).
    Working,
    /// Every day; a last day that is a rest day rolls to the next working day (行政程序法 §48 IV).
    Calendar,
}

coded!(DayBasis { Working = "working", Calendar = "calendar" });

/// What a limit is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Day(DayBasis),
    /// Office hours; eight are a working day (0.125 日 is one hour).
    Hour,
    /// Months of the calendar (行政程序法 §48 III).
    Month,
}

/// A limit: so many days, hours or months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    amount: u32,
    unit: Unit,
}

/// A limit of nothing, or of more than ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a limit is 1 to 3650 days, 1 to 3650 hours or 1 to 120 months, not {0}")]
pub struct BadLimit(pub u32);

impl Limit {
    pub const MAX_DAYS: u32 = 3_650;
    pub const MAX_MONTHS: u32 = 120;
    /// Where no limit is published: two months (行政程序法 §51 II).
    pub const DEFAULT: Self = Self { amount: 2, unit: Unit::Month };

    pub const fn new(amount: u32, unit: Unit) -> Result<Self, BadLimit> {
        let max = match unit {
            Unit::Day(_) | Unit::Hour => Self::MAX_DAYS,
            Unit::Month => Self::MAX_MONTHS,
        };
        if amount == 0 || amount > max { Err(BadLimit(amount)) } else { Ok(Self { amount, unit }) }
    }

    /// A limit in days.
    pub const fn days(amount: u32, basis: DayBasis) -> Result<Self, BadLimit> {
        Self::new(amount, Unit::Day(basis))
    }

    #[must_use]
    pub const fn amount(self) -> u32 {
        self.amount
    }

    #[must_use]
    pub const fn unit(self) -> Unit {
        self.unit
    }
}

/// What a correction (補正) does to the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CorrectionPolicy {
    /// It stops and goes on (法務部 88.11.19 法88律字第040516號).
    #[default]
    Suspend,
    /// It stops for so many days of the calendar at most, all rounds together.
    SuspendCapped(u32),
    /// It does not stop.
    Included,
    /// It begins anew once the correction is complete.
    Restart,
}

/// When the fee is due (規費法 §14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FeeTiming {
    /// 免繳納規費, or nothing the clock knows of.
    #[default]
    None,
    /// With the application: the clock waits for it (規範 十一).
    AtApplication,
    /// On notice of the agency, in the course of the case.
    OnNotice,
    /// When the result is issued.
    OnIssue,
}

coded!(FeeTiming {
    None = "none",
    AtApplication = "at_application",
    OnNotice = "on_notice",
    OnIssue = "on_issue",
});

/// Which instant is 收到繳費 (規範 十一).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FeeReceipt {
    /// The posting in the window (規範 十(三)4: 以單一窗口網站入帳資訊為主).
    #[default]
    Posting,
    /// The payment itself.
    Payment,
}

coded!(FeeReceipt { Posting = "posting", Payment = "payment" });

/// What a whole-day closure does to a limit in calendar days or months. Working days never count a
/// day that was not worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClosureOnCalendarDays {
    /// It stops the clock (行政程序法 §51 V: 因天災).
    #[default]
    Stops,
    /// It only moves a last day, like any rest day.
    Rolls,
}

coded!(ClosureOnCalendarDays { Stops = "stops", Rolls = "rolls" });

/// When a limit in hours starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HoursStart {
    /// At once (行政程序法 §48 I).
    #[default]
    AtOnce,
    /// With the next working day (規範 十一, read for hours as well).
    NextDay,
}

coded!(HoursStart { AtOnce = "at_once", NextDay = "next_day" });

/// The hours in which a limit in hours counts, `[from, to)` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfficeHours {
    pub morning: (Time, Time),
    pub afternoon: (Time, Time),
}

impl Default for OfficeHours {
    /// 08:30-12:30, 13:30-17:30: eight hours.
    fn default() -> Self {
        let at = |hour| Time::constant(hour, 30, 0, 0);
        Self { morning: (at(8), at(12)), afternoon: (at(13), at(17)) }
    }
}

impl OfficeHours {
    /// Whether the hours are in order and there is at least a minute of them.
    #[must_use]
    pub fn are_in_order(&self) -> bool {
        let Self { morning, afternoon } = self;
        morning.0 <= morning.1
            && morning.1 <= afternoon.0
            && afternoon.0 <= afternoon.1
            && (morning.0 < morning.1 || afternoon.0 < afternoon.1)
    }
}

/// How many working days before the due day the holder is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warnings {
    pub early: u32,
    pub late: u32,
}

impl Default for Warnings {
    fn default() -> Self {
        Self { early: 3, late: 1 }
    }
}

/// A day of every year on which an acceptance window closes (受理申請期間截止).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WindowClose {
    month: i8,
    day: i8,
}

/// A month and a day that no year has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no {0:02}-{1:02}")]
pub struct NoSuchDay(i8, i8);

impl WindowClose {
    /// `29` of February is the last day of February in every year.
    pub const fn new(month: i8, day: i8) -> Result<Self, NoSuchDay> {
        let days = match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return Err(NoSuchDay(month, day)),
        };
        if day < 1 || day > days { Err(NoSuchDay(month, day)) } else { Ok(Self { month, day }) }
    }

    #[must_use]
    pub const fn month(self) -> i8 {
        self.month
    }

    #[must_use]
    pub const fn day(self) -> i8 {
        self.day
    }
}

/// How many days of the calendar the window waits for the fee or an original by itself, before it puts the case
/// on the desk of the agency all the same. Nothing is refused for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingDays(u32);

impl WaitingDays {
    /// The longest it waits.
    pub const MAX: u32 = 365;

    /// `None` for no day at all, and for more than [`Self::MAX`].
    #[must_use]
    pub fn new(days: u32) -> Option<Self> {
        (1..=Self::MAX).contains(&days).then_some(Self(days))
    }

    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for WaitingDays {
    fn default() -> Self {
        Self(15)
    }
}

/// Readings that the texts leave open; the defaults are documented in `docs/clock.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    pub fee_receipt: FeeReceipt,
    pub closure_on_calendar_days: ClosureOnCalendarDays,
    pub hours_start: HoursStart,
    pub office_hours: OfficeHours,
    pub warnings: Warnings,
    pub waiting: WaitingDays,
}

/// Everything an item version says of the clock of its cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub limit: Limit,
    pub correction: CorrectionPolicy,
    pub fee: FeeTiming,
    /// Originals or objects whose arrival the clock waits for (規範 十一: 等待應備資料寄達).
    pub awaits: BTreeSet<Key>,
    /// Windows of a batch item, handled together once they close (作業要點 5); empty for any other.
    pub windows: BTreeSet<WindowClose>,
    /// Most days that asking another body may add, case by case (個案性增加時限).
    pub added_days: u32,
    /// The limits of the agencies that review a part (各會審機關之個別處理時限, 作業要點 3(三)).
    pub reviews: BTreeMap<AgencyCode, Limit>,
    /// Days of the calendar within which an approved result is picked up in person (領取期限, 規範
    /// 十(三)5); `None` where nothing is.
    pub pick_up_days: Option<u32>,
    pub settings: Settings,
}

impl Terms {
    /// The plain case: a limit, and the defaults for everything else.
    #[must_use]
    pub fn of(limit: Limit) -> Self {
        Self {
            limit,
            correction: CorrectionPolicy::default(),
            fee: FeeTiming::default(),
            awaits: BTreeSet::new(),
            windows: BTreeSet::new(),
            added_days: 0,
            reviews: BTreeMap::new(),
            pick_up_days: None,
            settings: Settings::default(),
        }
    }
}
