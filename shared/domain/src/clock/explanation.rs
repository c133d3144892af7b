//! Why a date is what it is: every day from the start, counted or not, and the rule that says so.

use std::fmt::Write as _;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::Due;
use super::gate::{self, Gate};
use super::history::{History, StopCause};
use super::pause::PauseCause;
use super::terms::{CorrectionPolicy, Limit, Terms, Unit};
use crate::calendar::Calendar;
use crate::taipei;
use crate::text::{Lang, Text};

/// Why a run of days counts or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Before the start: these gates are open.
    Waiting(Vec<Gate>),
    /// The day on which the last gate was passed (始日不算入).
    StartingDay(Gate),
    /// What ran before the correction counts no more: the item version begins its limit anew.
    BegunAnew,
    /// A day that counts.
    Counted,
    /// A working day made up for a bridge day, which counts.
    MakeUp,
    /// A day that counts, in the extension.
    Extended,
    Weekend,
    /// A holiday by name.
    Holiday(String),
    /// Closed by announcement, with whose.
    Closed(String),
    /// Waiting for the applicant's correction.
    Correction,
    /// Stopped by a cause the agency is not answerable for.
    Stopped(StopCause),
    /// Of a limit in hours: the office hours of the day were over.
    AfterHours,
    /// The last day was not a working day, or stood still: the period ends on the next one.
    RolledForward,
}

impl Reason {
    pub(super) const fn of_pause(cause: PauseCause) -> Self {
        match cause {
            PauseCause::Correction => Self::Correction,
            PauseCause::Stop(cause) => Self::Stopped(cause),
        }
    }

    /// Whether the days count.
    #[must_use]
    pub const fn counts(&self) -> bool {
        matches!(self, Self::Counted | Self::MakeUp | Self::Extended)
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Waiting(_) => "waiting",
            Self::StartingDay(_) => "starting_day",
            Self::BegunAnew => "begun_anew",
            Self::Counted => "counted",
            Self::MakeUp => "make_up_day",
            Self::Extended => "extended",
            Self::Weekend => "weekend",
            Self::Holiday(_) => "holiday",
            Self::Closed(_) => "closed",
            Self::Correction => "correction",
            Self::Stopped(_) => "stopped",
            Self::AfterHours => "after_hours",
            Self::RolledForward => "rolled_forward",
        }
    }

    /// The rule behind the reason.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Waiting(_) | Self::Counted => "規範 十一",
            Self::StartingDay(_) => "規範 十一；行政程序法 §48 II",
            Self::BegunAnew => "處理時限表（補正後重新起算）",
            Self::MakeUp => "政府行政機關辦公日曆表；法務部 99.2.3",
            Self::Extended => "行政程序法 §51 III",
            Self::Weekend | Self::Holiday(_) => "政府行政機關辦公日曆表",
            Self::Closed(_) => "天然災害停止上班及上課作業辦法；行政程序法 §51 V",
            Self::Correction => "行政程序法 §51 V；法務部 88.11.19",
            Self::Stopped(_) => "行政程序法 §51 V",
            Self::AfterHours => "行政程序法 §48 I",
            Self::RolledForward => "行政程序法 §48 IV",
        }
    }

    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Waiting(gates) => gate::waiting_for(gates),
            Self::StartingDay(gate) => {
                let gate = gate.text();
                Text::new(format!("{}當日不計", gate.zh), format!("the day of {} is not counted", gate.en))
            }
            Self::BegunAnew => Text::new(
                "補正完成後重新起算，先前日數不計",
                "begun anew with the correction; days before do not count",
            ),
            Self::Counted => Text::new("計入", "counted"),
            Self::MakeUp => Text::new("補行上班日，計入", "make-up working day, counted"),
            Self::Extended => Text::new("延長期間，計入", "counted in the extension"),
            Self::Weekend => Text::new("例假日不計", "weekend, not counted"),
            Self::Holiday(name) => Text::new(format!("{name}不計"), format!("holiday ({name}), not counted")),
            Self::Closed(source) => Text::new(
                format!("停止上班不計（{source}）"),
                format!("offices closed, not counted ({source})"),
            ),
            Self::Correction => {
                Text::new("等待申請人補正，不計", "waiting for the applicant's correction, not counted")
            }
            Self::Stopped(cause) => {
                let cause = cause.text();
                Text::new(format!("停止計算：{}", cause.zh), format!("the clock stands still: {}", cause.en))
            }
            Self::AfterHours => Text::new(
                "已過辦公時間，次一上班日續計",
                "after office hours, goes on with the next working day",
            ),
            Self::RolledForward => Text::new(
                "期間末日逢休息日或停止計算，順延至次一上班日",
                "the last day is a rest day or stands still, so the period ends on the next working day",
            ),
        }
    }
}

/// Neighbouring days with the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub from: Date,
    pub to: Date,
    pub counted: bool,
    /// How much was counted through `to`: days, months, or minutes of a limit in hours.
    pub so_far: u32,
    pub reason: Reason,
}

/// The trace of a due date. Anyone with the inputs can make the same trace and the same digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub unit: Unit,
    pub runs: Vec<Run>,
    /// The calendar the days were looked up in.
    pub calendar: String,
    /// Everything the date follows from and the date itself, one fact a line, each ended by a line
    /// feed: what the digest covers.
    pub inputs: String,
    /// SHA-256 over `inputs`.
    pub digest: [u8; 32],
}

/// What a digest covers.
pub(super) struct Seal<'a> {
    pub terms: &'a Terms,
    pub history: &'a History,
    pub calendar: &'a Calendar,
    pub due: Option<Due>,
}

impl Explanation {
    /// Seals `runs` with a digest over what they came from.
    pub(super) fn seal(seal: &Seal<'_>, runs: Vec<Run>) -> Self {
        let inputs = seal.lines();
        Self {
            unit: seal.terms.limit.unit(),
            runs,
            calendar: seal.calendar.version().to_owned(),
            digest: Sha256::digest(inputs.as_bytes()).into(),
            inputs,
        }
    }

    /// How much the trace counts, in its unit (minutes for hours).
    #[must_use]
    pub fn counted(&self) -> u32 {
        self.runs.last().map_or(0, |run| run.so_far)
    }

    /// The trace in words, one line a run.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        self.runs.iter().map(|run| run.line(self.unit, lang)).collect()
    }
}

impl Run {
    fn line(&self, unit: Unit, lang: Lang) -> String {
        let days = if self.from == self.to {
            taipei::shown(self.from, lang)
        } else {
            let until = lang.pick(" 至 ", " to ");
            format!("{}{until}{}", taipei::shown(self.from, lang), taipei::shown(self.to, lang))
        };
        let reason = self.reason.text();
        let number = if self.counted { self.number(unit, lang) } else { String::new() };
        format!("{days}{}{}{number}", lang.pick("：", ": "), reason.pick(lang))
    }

    /// What was counted so far, in words.
    fn number(&self, unit: Unit, lang: Lang) -> String {
        let so_far = self.so_far;
        match (unit, lang) {
            (Unit::Day(_), Lang::ZhHant) => format!("，累計 {so_far} 日"),
            (Unit::Day(_), Lang::En) => format!(", {so_far} so far"),
            (Unit::Month, _) if so_far == 0 => String::new(),
            (Unit::Month, Lang::ZhHant) => format!("，累計 {so_far} 個月"),
            (Unit::Month, Lang::En) => format!(", {so_far} months so far"),
            (Unit::Hour, Lang::ZhHant) => format!("，累計 {} 小時 {} 分", so_far / 60, so_far % 60),
            (Unit::Hour, Lang::En) => format!(", {} h {} min so far", so_far / 60, so_far % 60),
        }
    }
}

impl Seal<'_> {
    /// The facts in a fixed order; those that are not there have no line.
    fn lines(&self) -> String {
        let mut lines = String::with_capacity(256);
        // Writing to a `String` does not fail.
        let _ = self.write_terms(&mut lines).and_then(|()| self.write_history(&mut lines));
        lines
    }

    fn write_terms(&self, to: &mut String) -> std::fmt::Result {
        let Terms {
            limit,
            correction,
            fee,
            awaits,
            windows,
            reviews: _,
            pick_up_days: _,
            added_days: _,
            settings,
        } = self.terms;
        writeln!(to, "limit {}", shown_limit(*limit))?;
        match correction {
            CorrectionPolicy::Suspend => writeln!(to, "correction suspend")?,
            CorrectionPolicy::SuspendCapped(days) => writeln!(to, "correction suspend_capped {days}")?,
            CorrectionPolicy::Included => writeln!(to, "correction included")?,
            CorrectionPolicy::Restart => writeln!(to, "correction restart")?,
        }
        writeln!(to, "fee {fee} {}", settings.fee_receipt)?;
        for what in awaits {
            writeln!(to, "awaits {what}")?;
        }
        for close in windows {
            writeln!(to, "window {:02}-{:02}", close.month(), close.day())?;
        }
        writeln!(to, "closures {}", settings.closure_on_calendar_days)?;
        if limit.unit() == Unit::Hour {
            let hours = settings.office_hours;
            let [a, b, c, d] = [hours.morning.0, hours.morning.1, hours.afternoon.0, hours.afternoon.1];
            writeln!(to, "hours {} {a} {b} {c} {d}", settings.hours_start)?;
        }
        writeln!(to, "calendar {} {}", self.calendar.version(), self.calendar.fingerprint())
    }

    fn write_history(&self, to: &mut String) -> std::fmt::Result {
        let history = self.history;
        writeln!(to, "received {}", history.received)?;
        for (name, at) in [("fee_paid", history.fee_paid), ("fee_posted", history.fee_posted)] {
            if let Some(at) = at {
                writeln!(to, "{name} {at}")?;
            }
        }
        for (what, at) in &history.arrived {
            writeln!(to, "arrived {what} {at}")?;
        }
        for correction in &history.corrections {
            write!(to, "correction {} {}", correction.asked, correction.days)?;
            if let Some(more) = correction.extended {
                write!(to, "+{}", more.days)?;
            }
            match correction.answered {
                Some(at) => writeln!(to, " {at}")?,
                None => writeln!(to)?,
            }
        }
        for stop in &history.stops {
            write!(to, "stop {} {}", stop.cause, stop.from)?;
            match stop.until {
                Some(day) => writeln!(to, " {day}")?,
                None => writeln!(to)?,
            }
        }
        if history.added_days > 0 {
            writeln!(to, "added {}", history.added_days)?;
        }
        if let Some(extension) = history.extension {
            writeln!(to, "extended {} {}", extension.amount, extension.notified)?;
        }
        match self.due {
            Some(due) => writeln!(to, "due {} {}", due.day, due.until),
            None => writeln!(to, "due none"),
        }
    }
}

/// A limit as a line of inputs has it: `3 day working`, `2 month`, `4 hour`.
fn shown_limit(limit: Limit) -> String {
    match limit.unit() {
        Unit::Day(basis) => format!("{} day {basis}", limit.amount()),
        Unit::Hour => format!("{} hour", limit.amount()),
        Unit::Month => format!("{} month", limit.amount()),
    }
}
