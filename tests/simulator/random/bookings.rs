//! What happens at the counter of a random city: people who want the same few times, change their minds, come or
//! do not, and offices that close on days that are booked.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::booking::{Booking, State};
use domain::taipei;
use jiff::civil::{Date, date};
use testkit::samples::{CASHIER, HANDLER, KEEPER};

use crate::bookings::{self, At, HALL, WINDOW, Want};
use crate::city::City;
use crate::people::{Asking, Wish};
use crate::schedule::{Ended, Job, Schedule};

/// The steps of bookings that random cities must come to. Few come to one that is called off, for which every
/// other time within reach has to be taken: a story does.
pub(super) const KINDS: [&str; 6] = ["booked", "changed", "cancelled", "checked_in", "no_show", "moved"];

/// Who books. Fewer would hardly meet.
const PEOPLE: [&str; 5] = ["applicant", "neighbour", "visitor", "guest", "stranger"];
/// The Fridays on which the window receives people.
const FRIDAYS: [Date; 3] = [date(2026, 11, 20), date(2026, 11, 27), date(2026, 12, 4)];

/// How often each step of a booking was made in a city.
pub(super) fn made(city: &City) -> BTreeMap<&'static str, usize> {
    let mut made = BTreeMap::new();
    for step in bookings::all(&city.world).iter().flat_map(|booking| &booking.steps) {
        *made.entry(step.kind.code()).or_default() += 1;
    }
    made
}

impl Schedule {
    /// Somebody asks for something at a counter, perhaps once more while it is under way; or the bookings
    /// follow the calendar.
    pub(super) fn begin_at_counter(&mut self) {
        match self.random.below(100) {
            0..12 if self.city.follows_at().is_some() => {
                let apps = Arc::clone(&self.city.apps);
                self.start(Job::Schedule, async move {
                    drop(booking::tick(&apps.booking).await);
                    Ended::Schedule
                });
            }
            12..24 => {
                let under_way = self.tasks.iter().rev().find_map(|task| match &task.job {
                    Job::Request(asking) if matches!(asking.wish, Wish::Counter(_)) => Some(asking.clone()),
                    _ => None,
                });
                if let Some(asking) = under_way {
                    self.begin_request(asking);
                }
            }
            24..40 => {
                let asking = self.wish();
                self.begin_request(asking);
            }
            _ => {
                let asking = self.counter_wish();
                self.begin_request(asking);
            }
        }
    }

    fn counter_wish(&mut self) -> Asking {
        let (now, number) = (self.city.now(), 20_000_000_000 + self.random.next() % 1_000_000_000);
        let mut open = bookings::all(&self.city.world);
        open.retain(|booking| matches!(booking.state, State::Booked | State::NoShow));
        if self.random.chance(40) {
            let (day, extent) =
                (self.closes_on(&open), ["day", "morning", "afternoon"][self.random.index(3)]);
            let back = self.random.chance(150);
            let wish = if back { Wish::Reopen { day } } else { Wish::Close { day, extent } };
            return Asking::new(KEEPER, number, wish);
        }
        if open.is_empty() || self.random.chance(400) {
            let (subject, at) = (PEOPLE[self.random.index(PEOPLE.len())], self.time());
            return Asking::at_counter(subject, number, Want::Book(at));
        }
        let it = &open[self.random.index(open.len())];
        let (booking, subject) = (it.id, it.booker.name.reveal().clone());
        let version = it.version() - u32::from(it.version() > 1 && self.random.chance(80));
        let slot = it.appointment.slot;
        let (today, over) = (taipei::day_of(now) == slot.day, now >= slot.ends());
        let staff = if self.random.chance(950) { HANDLER } else { CASHIER };
        let record = |command| Asking::at_counter(staff, number, Want::Record { booking, version, command });
        match self.random.below(100) {
            0..30 if today => Asking::at_counter(staff, number, Want::code_of(it)),
            30..45 if today => record("check-in"),
            0..60 if over => record("no-show"),
            // Now and then what cannot be done yet, or any more.
            96..98 => record("no-show"),
            98.. => Asking::at_counter(staff, number, Want::code_of(it)),
            60..80 => Asking::at_counter(&subject, number, Want::Cancel { booking, version }),
            _ => {
                let at = self.time();
                Asking::at_counter(&subject, number, Want::Change { booking, version, at })
            }
        }
    }

    /// A time that somebody would like: of a few, so that they meet.
    fn time(&mut self) -> At {
        if self.random.chance(300) {
            return At { place: WINDOW, day: FRIDAYS[self.random.index(FRIDAYS.len())], start: "09:00" };
        }
        let day = bookings::in_days(self.city.now(), self.random.below(5));
        let start = ["09:00", "10:00", "14:00"][self.random.index(3)];
        At { place: HALL, day, start }
    }

    /// The day of an announcement: as a rule one on which somebody is expected.
    fn closes_on(&mut self, open: &[Booking]) -> Date {
        if open.is_empty() || self.random.chance(200) {
            return bookings::in_days(self.city.now(), self.random.below(8));
        }
        open[self.random.index(open.len())].appointment.slot.day
    }
}
