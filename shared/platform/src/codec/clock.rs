//! The clock's stored forms: what an item version says of it, which is also what the catalogue file says,
//! and its dates. What happened to it is in [`super::history`].

use std::collections::{BTreeMap, BTreeSet};

use domain::clock::terms::{
    ClosureOnCalendarDays, CorrectionPolicy, DayBasis, FeeReceipt, FeeTiming, HoursStart, Limit, OfficeHours,
    Settings, Terms, Unit, WaitingDays, Warnings, WindowClose,
};
use domain::clock::{BadLimit, Due};
use domain::dates::{ClockState, Dates};
use domain::id::{AgencyCode, Key as FieldKey};
use domain::timer::TimerKind;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::AsText;
use crate::fault::Fault;

/// A limit: `{"days": 3, "basis": "working"}`, `{"hours": 4}` or `{"months": 2}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LimitFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<AsText<DayBasis>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
}

/// A limit that says nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLimitFile {
    #[error("a limit is `days` with a `basis`, `hours`, or `months`, and only one of them")]
    Shape,
    #[error(transparent)]
    Amount(#[from] BadLimit),
}

impl From<Limit> for LimitFile {
    fn from(limit: Limit) -> Self {
        let amount = Some(limit.amount());
        match limit.unit() {
            Unit::Day(basis) => Self { days: amount, basis: Some(AsText(basis)), ..Self::default() },
            Unit::Hour => Self { hours: amount, ..Self::default() },
            Unit::Month => Self { months: amount, ..Self::default() },
        }
    }
}

impl TryFrom<LimitFile> for Limit {
    type Error = BadLimitFile;

    fn try_from(file: LimitFile) -> Result<Self, BadLimitFile> {
        let (amount, unit) = match (file.days, file.basis, file.hours, file.months) {
            (Some(days), Some(basis), None, None) => (days, Unit::Day(basis.0)),
            (None, None, Some(hours), None) => (hours, Unit::Hour),
            (None, None, None, Some(months)) => (months, Unit::Month),
            _ => return Err(BadLimitFile::Shape),
        };
        Ok(Self::new(amount, unit)?)
    }
}

/// Everything about the clock but its limit; what is left out is as `docs/clock.md` says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClockFile {
    #[serde(skip_serializing_if = "is_default")]
    pub correction: CorrectionFile,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_timing: Option<AsText<FeeTiming>>,
    #[serde(skip_serializing_if = "is_default")]
    pub awaits: BTreeSet<AsText<FieldKey>>,
    /// `MM-DD`, the last day of each acceptance window.
    #[serde(skip_serializing_if = "is_default")]
    pub windows: BTreeSet<String>,
    #[serde(skip_serializing_if = "is_default")]
    pub added_days: u32,
    #[serde(skip_serializing_if = "is_default")]
    pub reviews: BTreeMap<AsText<AgencyCode>, LimitFile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pick_up_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_receipt: Option<AsText<FeeReceipt>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closure_on_calendar_days: Option<AsText<ClosureOnCalendarDays>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours_start: Option<AsText<HoursStart>>,
    /// `[["08:30", "12:30"], ["13:30", "17:30"]]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office_hours: Option<[[Time; 2]; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warnings: Option<WarningsFile>,
    /// How long the window waits for the fee or an original before the agency goes on with the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_days: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionFile {
    #[default]
    Suspend,
    SuspendCapped(u32),
    Included,
    Restart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarningsFile {
    pub early: u32,
    pub late: u32,
}

/// Whether a part says nothing but the default, and can be left out.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A value that says something else than the default.
pub(super) fn unless_default<T: Default + PartialEq>(value: T) -> Option<T> {
    (!is_default(&value)).then_some(value)
}

impl From<&Terms> for ClockFile {
    fn from(terms: &Terms) -> Self {
        let Terms { limit: _, correction, fee, awaits, windows, added_days, reviews, pick_up_days, settings } =
            terms;
        let hours = unless_default(settings.office_hours);
        Self {
            correction: match correction {
                CorrectionPolicy::Suspend => CorrectionFile::Suspend,
                CorrectionPolicy::SuspendCapped(days) => CorrectionFile::SuspendCapped(*days),
                CorrectionPolicy::Included => CorrectionFile::Included,
                CorrectionPolicy::Restart => CorrectionFile::Restart,
            },
            fee_timing: unless_default(*fee).map(AsText),
            awaits: awaits.iter().cloned().map(AsText).collect(),
            windows: windows.iter().map(|close| format!("{:02}-{:02}", close.month(), close.day())).collect(),
            added_days: *added_days,
            reviews: reviews
                .iter()
                .map(|(agency, limit)| (AsText(agency.clone()), (*limit).into()))
                .collect(),
            pick_up_days: *pick_up_days,
            fee_receipt: unless_default(settings.fee_receipt).map(AsText),
            closure_on_calendar_days: unless_default(settings.closure_on_calendar_days).map(AsText),
            hours_start: unless_default(settings.hours_start).map(AsText),
            office_hours: hours
                .map(|hours| [[hours.morning.0, hours.morning.1], [hours.afternoon.0, hours.afternoon.1]]),
            warnings: unless_default(settings.warnings)
                .map(|warnings| WarningsFile { early: warnings.early, late: warnings.late }),
            waiting_days: unless_default(settings.waiting).map(WaitingDays::get),
        }
    }
}

impl ClockFile {
    /// The terms of a limit with this clock.
    pub fn terms(self, limit: Limit) -> Result<Terms, Fault> {
        let windows = self.windows.iter().map(|close| window(close)).collect::<Result<_, _>>()?;
        let reviews = self.reviews.into_iter().map(|(agency, limit)| {
            let limit = Limit::try_from(limit).map_err(Fault::corrupt)?;
            Ok((agency.0, limit))
        });
        let picked_up = self.pick_up_days.is_none_or(|days| (1..=365).contains(&days));
        if !picked_up || self.added_days > Limit::MAX_DAYS {
            return Err(Fault::corrupt("`pick_up_days` is not 1 to 365, or `added_days` more than 3650"));
        }
        Ok(Terms {
            limit,
            correction: match self.correction {
                CorrectionFile::Suspend => CorrectionPolicy::Suspend,
                CorrectionFile::SuspendCapped(days) => CorrectionPolicy::SuspendCapped(days),
                CorrectionFile::Included => CorrectionPolicy::Included,
                CorrectionFile::Restart => CorrectionPolicy::Restart,
            },
            fee: self.fee_timing.map(|timing| timing.0).unwrap_or_default(),
            awaits: self.awaits.into_iter().map(|what| what.0).collect(),
            windows,
            added_days: self.added_days,
            reviews: reviews.collect::<Result<_, Fault>>()?,
            pick_up_days: self.pick_up_days,
            settings: Settings {
                fee_receipt: self.fee_receipt.map(|setting| setting.0).unwrap_or_default(),
                closure_on_calendar_days: self
                    .closure_on_calendar_days
                    .map(|setting| setting.0)
                    .unwrap_or_default(),
                hours_start: self.hours_start.map(|setting| setting.0).unwrap_or_default(),
                office_hours: office_hours(self.office_hours)?,
                warnings: self
                    .warnings
                    .map(|warnings| Warnings { early: warnings.early, late: warnings.late })
                    .unwrap_or_default(),
                waiting: self.waiting_days.map_or(Ok(WaitingDays::default()), waiting)?,
            },
        })
    }
}

fn window(close: &str) -> Result<WindowClose, Fault> {
    let refused = || Fault::Corrupt(format!("`{close}` is not the MM-DD of a window's last day"));
    let (month, day) = close.split_once('-').ok_or_else(refused)?;
    let number = |text: &str| text.parse::<i8>().map_err(|_| refused());
    WindowClose::new(number(month)?, number(day)?).map_err(|_| refused())
}

fn waiting(days: u32) -> Result<WaitingDays, Fault> {
    WaitingDays::new(days).ok_or_else(|| Fault::corrupt("`waiting_days` is not 1 to 365"))
}

fn office_hours(given: Option<[[Time; 2]; 2]>) -> Result<OfficeHours, Fault> {
    let Some([[a, b], [c, d]]) = given else { return Ok(OfficeHours::default()) };
    let hours = OfficeHours { morning: (a, b), afternoon: (c, d) };
    if hours.are_in_order() { Ok(hours) } else { Err(Fault::corrupt("office hours are out of order")) }
}

/// The dates of a case, in its row and in the event that changed them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DatesRow {
    calendar: String,
    #[serde(default, skip_serializing_if = "is_shipped")]
    edition: u32,
    clock: AsText<ClockState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<Date>,
    /// The instant at which the limit has run out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correction_due: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pick_up_due: Option<Date>,
    /// By agency: the last day of its own limit, and the instant at which that has run out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    reviews: BTreeMap<AsText<AgencyCode>, (Date, Timestamp)>,
    #[serde(default)]
    timers: BTreeMap<AsText<TimerKind>, Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_shipped(edition: &u32) -> bool {
    *edition == 0
}

impl From<&Dates> for DatesRow {
    fn from(dates: &Dates) -> Self {
        Self {
            calendar: dates.calendar.clone(),
            edition: dates.edition,
            clock: AsText(dates.clock),
            due: dates.due.map(|due| due.day),
            until: dates.due.map(|due| due.until),
            correction_due: dates.correction_due,
            pick_up_due: dates.pick_up_due,
            reviews: dates
                .reviews
                .iter()
                .map(|(agency, due)| (AsText(agency.clone()), (due.day, due.until)))
                .collect(),
            timers: dates.timers.iter().map(|(kind, at)| (AsText(*kind), *at)).collect(),
        }
    }
}

impl From<DatesRow> for Dates {
    fn from(row: DatesRow) -> Self {
        Self {
            calendar: row.calendar,
            edition: row.edition,
            clock: row.clock.0,
            due: row.due.zip(row.until).map(|(day, until)| Due { day, until }),
            correction_due: row.correction_due,
            pick_up_due: row.pick_up_due,
            reviews: row
                .reviews
                .into_iter()
                .map(|(agency, (day, until))| (agency.0, Due { day, until }))
                .collect(),
            timers: row.timers.into_iter().map(|(kind, at)| (kind.0, at)).collect(),
        }
    }
}

/// The dates as schema 1 of cases and events had them: the due day and one reminder.
pub(super) fn first_dates(due: Date, warn_at: Timestamp) -> Result<Dates, Fault> {
    let due = Due::end_of(due).map_err(Fault::corrupt)?;
    Ok(Dates {
        calendar: "2017-2027.2".to_owned(),
        edition: 0,
        clock: ClockState::Running,
        due: Some(due),
        correction_due: None,
        pick_up_due: None,
        reviews: BTreeMap::new(),
        timers: BTreeMap::from([(TimerKind::DueSoon, warn_at), (TimerKind::Overdue, due.until)]),
    })
}
