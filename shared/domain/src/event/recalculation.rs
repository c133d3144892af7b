//! What a change of the calendar does to the dates of a case.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::id::AgencyCode;
use crate::taipei;
use crate::text::{Lang, Text};

/// A due date that moved because the calendar did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalculation {
    /// The version of the calendar that moved it.
    pub calendar: String,
    /// What happened to the calendar, for people.
    pub cause: Text,
    /// The due day.
    pub due: Moved,
    /// The last day of the applicant's correction period.
    pub correction_due: Moved,
    /// The last day to pick up the result.
    pub pick_up_due: Moved,
    /// The last day of each agency whose review is waited for, where it moved.
    pub reviews: BTreeMap<AgencyCode, Moved>,
}

/// A day before and after; `None` while there was, or is, none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moved {
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl Moved {
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.from == self.to
    }
}

impl Recalculation {
    /// By a calendar that changed like this; what it does to a case is for `decide` to find out.
    #[must_use]
    pub fn by(cause: Text) -> Self {
        Self {
            calendar: String::new(),
            cause,
            due: Moved::default(),
            correction_due: Moved::default(),
            pick_up_due: Moved::default(),
            reviews: BTreeMap::new(),
        }
    }

    /// Whether a day that people go by has moved; else only reminders have.
    #[must_use]
    pub fn is_felt(&self) -> bool {
        !self.due.is_same() || !self.correction_due.is_same() || !self.pick_up_due.is_same()
    }

    /// The old day, the new one, and why.
    #[must_use]
    pub fn text(&self) -> Text {
        let name = |zh, en, moved: Moved| (!moved.is_same()).then(|| (Text::new(zh, en), moved));
        let due = name("處理期限末日", "due date", self.due);
        let correction =
            name("補正期限末日", "last day to answer the correction request", self.correction_due);
        let pick_up = name("領取期限", "last day to pick up the result", self.pick_up_due);
        let part = |lang: Lang| {
            let moved = due.iter().chain(&correction).chain(&pick_up).map(|(name, moved)| {
                let (from, to) = (shown(moved.from, lang), shown(moved.to, lang));
                match lang {
                    Lang::ZhHant => format!("{}由{from}改為{to}", name.zh),
                    Lang::En => format!("{} moved from {from} to {to}", name.en),
                }
            });
            moved.collect::<Vec<_>>().join(lang.pick("，", ", "))
        };
        match (part(Lang::ZhHant), part(Lang::En)) {
            (zh, _) if zh.is_empty() && !self.reviews.is_empty() => Text::new(
                format!("會審期限調整：{}", self.cause.zh),
                format!("The limits of the reviewing agencies were moved: {}", self.cause.en),
            ),
            (zh, _) if zh.is_empty() => Text::new(
                format!("提醒時點調整：{}", self.cause.zh),
                format!("Reminders were moved: {}", self.cause.en),
            ),
            (zh, en) => Text::new(format!("{zh}：{}", self.cause.zh), format!("The {en}: {}", self.cause.en)),
        }
    }
}

fn shown(day: Option<Date>, lang: Lang) -> String {
    day.map_or_else(|| lang.pick("未定", "none yet").to_owned(), |day| taipei::shown(day, lang))
}
