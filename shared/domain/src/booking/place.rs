//! Places (洽辦地點), their opening rules, and the slots (時段) that follow from them and from the office
//! calendar. Slots are stored nowhere: a closure announced later takes them away by itself.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday, time};

use crate::booking::Refusal;
use crate::calendar::{Calendar, Extent, OutsideCalendar};
use crate::id::{AgencyCode, PlaceCode};
use crate::taipei;
use crate::text::Text;

/// Where people are received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub code: PlaceCode,
    /// Whose counter it is: its staff receive whoever comes.
    pub agency: AgencyCode,
    pub name: Text,
    pub address: Text,
    pub slot_minutes: u16,
    pub opening: Vec<Opening>,
}

/// When, on working days, a place receives people, and how many at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub days: Vec<Weekday>,
    pub from: Time,
    pub until: Time,
    /// How many people in one slot.
    pub capacity: u16,
}

/// One slot of one day, in Taipei.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    pub day: Date,
    pub start: Time,
    pub end: Time,
}

impl Slot {
    /// The instant it begins. The last of all instants only outside jiff's range of years.
    #[must_use]
    pub fn begins(self) -> Timestamp {
        taipei::at(self.day, self.start).unwrap_or(Timestamp::MAX)
    }

    /// Begin and end for people: `09:30–10:00`.
    #[must_use]
    pub fn shown(self) -> String {
        let time = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        format!("{}–{}", time(self.start), time(self.end))
    }

    /// The instant it is over.
    #[must_use]
    pub fn ends(self) -> Timestamp {
        taipei::at(self.day, self.end).unwrap_or(Timestamp::MAX)
    }
}

/// A slot with what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    pub slot: Slot,
    pub capacity: u16,
}

/// Why a place cannot be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPlace {
    #[error("a slot is 5 to 240 minutes, in steps of 5")]
    SlotMinutes,
    #[error("a slot holds 1 to {} people", Place::MAX_CAPACITY)]
    Capacity,
    #[error("an opening names a weekday, and is at least one slot long")]
    Opening,
    #[error("two openings of the same weekday overlap")]
    Overlap,
}

const NOON: Time = time(12, 0, 0, 0);

impl Place {
    /// Most people in one slot.
    pub const MAX_CAPACITY: u16 = 200;

    /// Refuses rules that make no slots, or the same minutes twice.
    pub fn check(&self) -> Result<(), BadPlace> {
        if !(5..=240).contains(&self.slot_minutes) || !self.slot_minutes.is_multiple_of(5) {
            return Err(BadPlace::SlotMinutes);
        }
        if self.opening.is_empty() {
            return Err(BadPlace::Opening);
        }
        for opening in &self.opening {
            if !(1..=Self::MAX_CAPACITY).contains(&opening.capacity) {
                return Err(BadPlace::Capacity);
            }
            if opening.days.is_empty() || self.times(opening).is_empty() {
                return Err(BadPlace::Opening);
            }
        }
        for (number, one) in self.opening.iter().enumerate() {
            let later = self.opening.iter().skip(number + 1);
            let shared = |other: &&Opening| other.days.iter().any(|day| one.days.contains(day));
            if later.filter(shared).any(|other| one.from < other.until && other.from < one.until) {
                return Err(BadPlace::Overlap);
            }
        }
        Ok(())
    }

    /// The slots of `day`, in order. None on a day on which the office does not work; of a day closed
    /// half, those that lie whole in the other half. A working Saturday (補行上班日) has the slots of
    /// Saturdays, where the place has any.
    pub fn slots(&self, day: Date, calendar: &Calendar) -> Result<Vec<Offered>, OutsideCalendar> {
        // Asked of the whole day first: outside the calendar no slot is made up.
        if !calendar.is_working(day)? {
            return Ok(Vec::new());
        }
        let mut slots: Vec<Offered> = self
            .opening
            .iter()
            .filter(|opening| opening.days.contains(&day.weekday()))
            .flat_map(|opening| {
                let capacity = opening.capacity;
                let offered = move |(start, end)| Offered { slot: Slot { day, start, end }, capacity };
                self.times(opening).into_iter().map(offered)
            })
            .filter(|offered| is_open(offered.slot, calendar) == Ok(true))
            .collect();
        slots.sort_by_key(|offered| offered.slot);
        Ok(slots)
    }

    /// Begin and end of each slot of an opening; a rest that is shorter than a slot is none.
    fn times(&self, opening: &Opening) -> Vec<(Time, Time)> {
        let length = jiff::Span::new().minutes(i64::from(self.slot_minutes));
        let mut times = Vec::new();
        let mut start = opening.from;
        while let Ok(end) = start.checked_add(length) {
            if end > opening.until {
                break;
            }
            times.push((start, end));
            start = end;
        }
        times
    }
}

/// Whether the office works at `slot`: on a working day, and not in a half of it that it is closed.
pub(super) fn is_open(slot: Slot, calendar: &Calendar) -> Result<bool, OutsideCalendar> {
    let closed = calendar.closure(slot.day).map(|closure| closure.extent);
    let spared = match closed {
        None => true,
        Some(Extent::Day) => false,
        Some(Extent::Morning) => slot.start >= NOON,
        Some(Extent::Afternoon) => slot.end <= NOON,
    };
    Ok(spared && calendar.is_working(slot.day)?)
}

/// Where and how far ahead times of an item can be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingTerms {
    pub places: BTreeSet<PlaceCode>,
    /// The first day that can be booked is so many days from today; 0 is today.
    pub min_days: u16,
    /// And the last.
    pub max_days: u16,
}

impl BookingTerms {
    /// How far ahead anything can be booked, in days.
    pub const MAX_DAYS: u16 = 90;

    /// Whether there is a place and a day to book.
    #[must_use]
    pub fn are_sound(&self) -> bool {
        !self.places.is_empty() && self.min_days <= self.max_days && self.max_days <= Self::MAX_DAYS
    }

    /// The first and the last day that can be booked today.
    #[must_use]
    pub fn days(&self, today: Date) -> (Date, Date) {
        let ahead = |days| taipei::plus_days(today, i64::from(days)).unwrap_or(Date::MAX);
        (ahead(self.min_days), ahead(self.max_days))
    }
}

/// The slots of `day` that can be booked at `now`: of a place of the item, within its days, not begun.
pub fn offered(
    place: &Place,
    terms: &BookingTerms,
    day: Date,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<Offered>, Refusal> {
    if !terms.places.contains(&place.code) {
        return Err(Refusal::NoSuchSlot);
    }
    let (first, last) = terms.days(taipei::day_of(now));
    if day < first || day > last {
        return Err(Refusal::OutsidePeriod { first, last });
    }
    let mut slots = place.slots(day, calendar).map_err(|_| Refusal::NoSuchSlot)?;
    slots.retain(|offered| offered.slot.begins() > now);
    Ok(slots)
}
