//! The calendar as the city keeps it (資訊局): the shipped years, the years imported since, the closures
//! announced, and an edition that counts the changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::{BadClosure, BadYear, Calendar, Closure, Extent, OfficialYear};
use crate::id::AgencyCode;
use crate::taipei;
use crate::text::{Lang, Text};

/// What is kept. Everything else follows from it and the shipped calendar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Register {
    /// Counts the changes; 0 is the calendar as shipped.
    pub edition: u32,
    pub years: BTreeMap<i16, OfficialYear>,
    /// One of each day and area.
    pub closures: Vec<Closure>,
}

/// The calendars in force: one of the city, and one of each agency where something else is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendars {
    pub edition: u32,
    city: Arc<Calendar>,
    local: BTreeMap<AgencyCode, Arc<Calendar>>,
}

/// A change of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The edition it led to.
    pub edition: u32,
    pub cause: Text,
    /// The days that are another kind of day for somebody, in order; never none.
    pub days: Vec<Date>,
}

/// Why the calendar is not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadChange {
    #[error(transparent)]
    Year(#[from] BadYear),
    #[error(transparent)]
    Closure(#[from] BadClosure),
    /// The calendar says so already.
    #[error("the calendar says so already")]
    NothingChanges,
    /// No closure of that day and area is announced.
    #[error("no closure of that day and area is announced")]
    UnknownClosure,
}

impl Calendars {
    /// The calendar that `agency` works by.
    #[must_use]
    pub fn of(&self, agency: &AgencyCode) -> &Calendar {
        self.local.get(agency).unwrap_or(&self.city)
    }

    /// The calendar of the city as a whole.
    #[must_use]
    pub fn city(&self) -> &Calendar {
        &self.city
    }
}

impl Register {
    /// The calendars it makes. A year that does not join the others was never taken in.
    pub fn calendars(&self) -> Result<Calendars, BadYear> {
        let shipped = Calendar::shared();
        if self.edition == 0 {
            return Ok(Calendars { edition: 0, city: shipped, local: BTreeMap::new() });
        }
        let version = format!("{}+{}", shipped.version(), self.edition);
        let mut years = Calendar::clone(&shipped);
        for year in self.years.values() {
            years = years.with_year(&version, year)?;
        }
        let of = |agency: Option<&AgencyCode>| {
            let covered = |closure: &&Closure| match agency {
                Some(agency) => closure.covers(agency),
                None => closure.agencies.is_empty(),
            };
            let closures = self.closures.iter().filter(covered).cloned();
            Arc::new(years.with_closures(&version, closures).of_edition(self.edition))
        };
        let named: BTreeSet<&AgencyCode> =
            self.closures.iter().flat_map(|closure| &closure.agencies).collect();
        let local = named.into_iter().map(|agency| (agency.clone(), of(Some(agency)))).collect();
        Ok(Calendars { edition: self.edition, city: of(None), local })
    }

    /// Takes in a year as published.
    pub fn import(&self, year: OfficialYear) -> Result<(Self, Change), BadChange> {
        let cause = Text::new(
            format!("{} 年政府行政機關辦公日曆表已更新", year.year()),
            format!("the office calendar of {} was published anew", year.year()),
        );
        let mut years = self.years.clone();
        years.insert(year.year(), year);
        self.changed(Self { edition: self.edition + 1, years, closures: self.closures.clone() }, cause)
    }

    /// Takes in a closure; one of the same day and area is replaced, and the other half of the day for
    /// the same agencies makes it a whole one. A whole day is not made a half: it is taken back first.
    pub fn announce(&self, closure: Closure) -> Result<(Self, Change), BadChange> {
        let mut closure = closure.checked()?;
        let same = |known: &&Closure| {
            (known.day, &known.area, &known.agencies) == (closure.day, &closure.area, &closure.agencies)
        };
        if let Some(known) = self.closures.iter().find(same) {
            if known.extent == Extent::Day {
                return Err(BadChange::NothingChanges);
            }
            if known.extent.is_other_half(closure.extent) {
                closure.extent = Extent::Day;
            }
        }
        let known = self.calendars()?.city.kind(closure.day);
        known.map_err(|outside| BadClosure::OutsideCalendar(outside.0))?;
        let extent = closure.extent.text();
        let cause = Text::new(
            format!(
                "{}{}停止上班（{}）",
                taipei::shown(closure.day, Lang::ZhHant),
                extent.zh,
                closure.source
            ),
            format!(
                "offices closed on {} {} ({})",
                taipei::shown(closure.day, Lang::En),
                extent.en,
                closure.source
            ),
        );
        let mut closures = self.closures.clone();
        closures.retain(|known| (known.day, &known.area) != (closure.day, &closure.area));
        closures.push(closure);
        closures.sort_by(|a, b| (a.day, &a.area).cmp(&(b.day, &b.area)));
        self.changed(Self { edition: self.edition + 1, years: self.years.clone(), closures }, cause)
    }

    /// Takes a closure back that was announced by mistake.
    pub fn revoke(&self, day: Date, area: &str) -> Result<(Self, Change), BadChange> {
        let mut closures = self.closures.clone();
        closures.retain(|known| (known.day, known.area.as_str()) != (day, area));
        if closures.len() == self.closures.len() {
            return Err(BadChange::UnknownClosure);
        }
        let cause = Text::new(
            format!("{}停止上班公告已撤回（{area}）", taipei::shown(day, Lang::ZhHant)),
            format!("the closure of {} was taken back ({area})", taipei::shown(day, Lang::En)),
        );
        self.changed(Self { edition: self.edition + 1, years: self.years.clone(), closures }, cause)
    }

    /// The days on which anybody's calendar differs.
    fn changed(&self, after: Self, cause: Text) -> Result<(Self, Change), BadChange> {
        let (before, now) = (self.calendars()?, after.calendars()?);
        let agencies: BTreeSet<&AgencyCode> = before.local.keys().chain(now.local.keys()).collect();
        let mut days: BTreeSet<Date> = before.city.changed_days(&now.city).into_iter().collect();
        for agency in agencies {
            days.extend(before.of(agency).changed_days(now.of(agency)));
        }
        if days.is_empty() {
            return Err(BadChange::NothingChanges);
        }
        let change = Change { edition: after.edition, cause, days: days.into_iter().collect() };
        Ok((after, change))
    }
}
