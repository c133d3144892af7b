//! The rules one by one. The worked cases of the texts are in `tests/clock_cases.rs`; `tests/clock/oracle.py`
//! compares with a second implementation.

mod explained;
mod properties;
mod rules;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::history::{Correction, Extension, History, Stop, StopCause};
use super::terms::Terms;
use super::*;
use crate::calendar::{Closure, Extent};

/// A clock to be told what happened to it, at ten o'clock where only a day is given.
#[derive(Debug, Clone)]
struct Clock {
    terms: Terms,
    history: History,
    closures: Vec<Closure>,
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|_| format!("{text}T10:00:00+08:00").parse().unwrap())
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn closure(on: Date, extent: Extent) -> Closure {
    Closure {
        day: on,
        extent,
        area: "臺北市".to_owned(),
        agencies: BTreeSet::new(),
        source: "臺北市政府公告".to_owned(),
        announced_at: instant("2017-01-01"),
    }
}

impl Clock {
    fn new(received: &str, amount: u32, unit: Unit) -> Self {
        let terms = Terms::of(Limit::new(amount, unit).unwrap());
        Self { terms, history: History::received(instant(received)), closures: Vec::new() }
    }

    fn working(received: &str, amount: u32) -> Self {
        Self::new(received, amount, Unit::Day(DayBasis::Working))
    }

    fn calendar_days(received: &str, amount: u32) -> Self {
        Self::new(received, amount, Unit::Day(DayBasis::Calendar))
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn policy(self, policy: CorrectionPolicy) -> Self {
        self.with(|clock| clock.terms.correction = policy)
    }

    fn correction(self, asked: &str, days: u32, answered: Option<&str>) -> Self {
        let round =
            Correction { answered: answered.map(instant), ..Correction::requested(instant(asked), days) };
        self.with(|clock| clock.history.corrections.push(round))
    }

    fn stop(self, from: &str, until: Option<&str>) -> Self {
        let stop = Stop { cause: StopCause::ForceMajeure, from: day(from), until: until.map(day) };
        self.with(|clock| clock.history.stops.push(stop))
    }

    fn closed(self, on: &str, extent: Extent) -> Self {
        self.with(|clock| clock.closures.push(closure(day(on), extent)))
    }

    fn extended(self, amount: u32, notified: &str) -> Self {
        let extension = Extension { amount, notified: instant(notified) };
        self.with(|clock| clock.history.extension = Some(extension))
    }

    fn calendar(&self) -> Calendar {
        Calendar::shipped().with_closures("test", self.closures.iter().cloned())
    }

    fn reading(&self) -> Reading {
        read(&self.terms, &self.history, &self.calendar()).unwrap()
    }

    fn due(&self) -> Option<Due> {
        due(&self.terms, &self.history, &self.calendar()).unwrap()
    }

    fn explained(&self) -> (Reading, explanation::Explanation) {
        explain(&self.terms, &self.history, &self.calendar()).unwrap()
    }
}
