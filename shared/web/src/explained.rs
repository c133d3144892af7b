//! Limits and due dates in words and in JSON, the same wherever they are shown.

use domain::clock::{DayBasis, Limit};
use domain::explanation::Explanation;
use domain::text::Text;
use platform::keys::hex;
use serde_json::{Value, json};

/// A processing limit: `3 個工作日`, `3 working days`.
#[must_use]
pub fn limit(limit: Limit) -> Text {
    let days = limit.days();
    let plural = if days == 1 { "" } else { "s" };
    match limit.basis() {
        DayBasis::Working => Text::new(format!("{days} 個工作日"), format!("{days} working day{plural}")),
        DayBasis::Calendar => {
            Text::new(format!("{days} 日（日曆天）"), format!("{days} calendar day{plural}"))
        }
    }
}

/// How the days of a limit are counted.
#[must_use]
pub fn counting(limit: Limit) -> Text {
    match limit.basis() {
        DayBasis::Working => Text::new(
            "自機關收到申請的次日起算，只計上班日；週休及國定假日不計。",
            "Counted from the day after the agency receives the application; weekends and holidays do not count.",
        ),
        DayBasis::Calendar => Text::new(
            "自機關收到申請的次日起算，每日均計；末日如為休息日，順延至次一上班日。",
            "Counted from the day after the agency receives the application, every day; a period that would end on a rest day ends on the next working day.",
        ),
    }
}

/// The runs of days behind a due date.
#[must_use]
pub fn runs(explanation: &Explanation) -> Vec<Value> {
    let run = |run: &domain::explanation::Run| {
        json!({
            "from": run.from,
            "to": run.to,
            "counted": run.counted,
            "so_far": run.so_far,
            "reason": text(&run.reason.text()),
            "rule": run.reason.rule(),
        })
    };
    explanation.runs.iter().map(run).collect()
}

/// The digest that anyone with the same inputs can make again.
#[must_use]
pub fn digest(explanation: &Explanation) -> String {
    hex(&explanation.digest)
}

/// A text in both languages.
#[must_use]
pub fn text(text: &Text) -> Value {
    json!({ "zh": text.zh, "en": text.en })
}
