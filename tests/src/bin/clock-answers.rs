//! Answers questions to the clock: JSON lines in, JSON lines out. `tests/clock/oracle.py` asks them and
//! compares with what it worked out by itself.

use std::collections::BTreeSet;
use std::io::{BufRead as _, Write as _};

use anyhow::{Context as _, Result, bail};
use domain::calendar::{Calendar, Closure, Extent};
use domain::clock::history::{Correction, Extension, History, Stop, StopCause};
use domain::clock::terms::{ClosureOnCalendarDays, CorrectionPolicy, Terms, Unit};
use domain::clock::{self, DayBasis, Limit};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    received: Timestamp,
    limit: u32,
    /// `working`, `calendar` or `month`.
    basis: String,
    /// `suspend`, `included`, `restart` or `capped`.
    policy: String,
    /// The cap of `capped`, in days.
    cap: u32,
    /// `stops` or `rolls`.
    closure_rule: String,
    corrections: Vec<Round>,
    stops: Vec<Stopped>,
    closures: BTreeSet<Date>,
    added: u32,
    extension: Option<Extended>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Round {
    asked: Timestamp,
    days: u32,
    answered: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stopped {
    from: Date,
    until: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extended {
    amount: u32,
    notified: Timestamp,
}

impl Question {
    fn terms(&self) -> Result<Terms> {
        let unit = match self.basis.as_str() {
            "month" => Unit::Month,
            basis => Unit::Day(basis.parse::<DayBasis>()?),
        };
        let mut terms = Terms::of(Limit::new(self.limit, unit)?);
        terms.correction = match self.policy.as_str() {
            "suspend" => CorrectionPolicy::Suspend,
            "included" => CorrectionPolicy::Included,
            "restart" => CorrectionPolicy::Restart,
            "capped" => CorrectionPolicy::SuspendCapped(self.cap),
            other => bail!("no policy `{other}`"),
        };
        terms.settings.closure_on_calendar_days = self.closure_rule.parse::<ClosureOnCalendarDays>()?;
        Ok(terms)
    }

    fn history(&self) -> History {
        let mut history = History::received(self.received);
        let corrections = self.corrections.iter();
        history.corrections = corrections
            .map(|c| Correction { answered: c.answered, ..Correction::requested(c.asked, c.days) })
            .collect();
        let stops = self.stops.iter();
        history.stops =
            stops.map(|s| Stop { cause: StopCause::ForceMajeure, from: s.from, until: s.until }).collect();
        history.added_days = self.added;
        history.extension =
            self.extension.as_ref().map(|e| Extension { amount: e.amount, notified: e.notified });
        history
    }

    fn calendar(&self) -> Calendar {
        let closures = self.closures.iter().map(|day| Closure {
            day: *day,
            extent: Extent::Day,
            area: "臺北市".to_owned(),
            agencies: BTreeSet::new(),
            source: "停班停課公告".to_owned(),
            announced_at: Timestamp::UNIX_EPOCH,
        });
        Calendar::shipped().with_closures("oracle", closures)
    }

    /// The due date twice: by itself, and with its explanation.
    fn answer(&self) -> Result<Value> {
        let (terms, history, calendar) = (self.terms()?, self.history(), self.calendar());
        let due = clock::due(&terms, &history, &calendar);
        let explained = clock::explain(&terms, &history, &calendar).map(|(reading, _)| reading.due());
        anyhow::ensure!(due == explained, "{due:?} explained as {explained:?}");
        Ok(match due {
            Ok(due) => json!({ "due": due.map(|due| due.day) }),
            Err(_) => json!({ "due": "CALENDAR_YEAR_MISSING" }),
        })
    }
}

fn main() -> Result<()> {
    let mut out = std::io::stdout().lock();
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        let question: Question =
            serde_json::from_str(&line).with_context(|| format!("line {}", number + 1))?;
        writeln!(out, "{}", question.answer().with_context(|| line.clone())?)?;
    }
    Ok(())
}
