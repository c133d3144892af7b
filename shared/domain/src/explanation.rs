//! Why a date is what it is: every day from the start, counted or not, and the rule that says so.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::taipei;
use crate::text::{Lang, Text};

/// Why a run of days counts or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The day of the starting event itself (始日不算入).
    StartingDay,
    /// A day that counts.
    Counted,
    Weekend,
    /// A holiday by name.
    Holiday(String),
    /// The last day was not a working day, so the period ends on the next one.
    RolledForward,
}

impl Reason {
    /// The rule behind the reason.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::StartingDay => "規範 十一；行政程序法 §48 II",
            Self::Counted => "規範 十一",
            Self::Weekend | Self::Holiday(_) => "政府行政機關辦公日曆表",
            Self::RolledForward => "行政程序法 §48 IV",
        }
    }

    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::StartingDay => Text::new("收到申請當日不計", "the day of receipt is not counted"),
            Self::Counted => Text::new("計入", "counted"),
            Self::Weekend => Text::new("例假日不計", "weekend, not counted"),
            Self::Holiday(name) => Text::new(format!("{name}不計"), format!("holiday ({name}), not counted")),
            Self::RolledForward => Text::new(
                "期間末日逢休息日，順延至次一上班日",
                "the last day is a rest day, so the period ends on the next working day",
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
    /// How many days were counted through `to`.
    pub so_far: u32,
    pub reason: Reason,
}

/// The trace of a due date. Anyone with the inputs can make the same trace and the same digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub runs: Vec<Run>,
    /// The calendar the days were looked up in.
    pub calendar: String,
    /// SHA-256 over the inputs and the runs.
    pub digest: [u8; 32],
}

impl Explanation {
    /// Seals `runs` with a digest over them and the `inputs` they came from.
    pub(crate) fn seal(inputs: &[String], calendar: &str, runs: Vec<Run>) -> Self {
        let mut hash = Sha256::new();
        for input in inputs {
            hash.update(input.as_bytes());
            hash.update(b"\n");
        }
        hash.update(calendar.as_bytes());
        for run in &runs {
            hash.update(format!("\n{} {} {} {}", run.from, run.to, run.counted, run.so_far));
            hash.update(run.reason.text().zh);
        }
        Self { runs, calendar: calendar.to_owned(), digest: hash.finalize().into() }
    }

    /// How many days the trace counts.
    #[must_use]
    pub fn counted(&self) -> u32 {
        self.runs.last().map_or(0, |run| run.so_far)
    }

    /// The trace in words, one line a run.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        self.runs.iter().map(|run| run.line(lang)).collect()
    }
}

impl Run {
    fn line(&self, lang: Lang) -> String {
        let days = if self.from == self.to {
            taipei::shown(self.from, lang)
        } else {
            let until = lang.pick(" 至 ", " to ");
            format!("{}{until}{}", taipei::shown(self.from, lang), taipei::shown(self.to, lang))
        };
        let reason = self.reason.text();
        let number = match (self.counted, lang) {
            (false, _) => String::new(),
            (true, Lang::ZhHant) => format!("，累計 {} 日", self.so_far),
            (true, Lang::En) => format!(", {} so far", self.so_far),
        };
        format!("{days}{}{}{number}", lang.pick("：", ": "), reason.pick(lang))
    }
}
