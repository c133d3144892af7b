//! Joint review (會審、會勘): parts of a case that other agencies look at, each within its own limit
//! (各會審機關之個別處理時限, 作業要點 3(三)). A late reviewer answers for their days; neither they nor their
//! silence moves the date of the whole case.

use crate::code::coded;
use crate::id::AgencyCode;
use crate::text::{Lang, Text};

/// An agency that is asked (會審機關), with its name as of then.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReviewingAgency {
    pub agency: AgencyCode,
    pub name: Text,
}

/// What one of them is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub reviewer: ReviewingAgency,
    pub question: String,
}

/// Whether they look at it side by side or one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Order {
    /// 同時會審: all are asked now.
    #[default]
    Parallel,
    /// 依序會審: each is asked once those before have answered.
    Sequential,
}

coded!(Order { Parallel = "parallel", Sequential = "sequential" });

impl Order {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Parallel => Text::new("同時會審", "all at once"),
            Self::Sequential => Text::new("依序會審", "one after the other"),
        }
    }
}

/// What a handler asks for: whom, what, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// In the order in which they are asked.
    pub asked: Vec<Asked>,
    pub order: Order,
}

/// One of those asked, as far as the register knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `None` where there is no agency of that code, or nobody there who could answer.
    pub reviewer: Option<ReviewingAgency>,
    pub question: String,
}

/// What a reviewing agency comes to (會審意見).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opinion {
    /// 同意.
    Agree,
    /// 附條件同意: the text says on which conditions.
    Conditions,
    /// 不同意: the text says why.
    Object,
    /// 非本機關主管事項.
    NotConcerned,
}

coded!(Opinion {
    Agree = "agree",
    Conditions = "conditions",
    Object = "object",
    NotConcerned = "not_concerned",
});

impl Opinion {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Agree => Text::new("同意", "agreed"),
            Self::Conditions => Text::new("附條件同意", "agreed on conditions"),
            Self::Object => Text::new("不同意", "objected"),
            Self::NotConcerned => Text::new("非本機關主管事項", "not our concern"),
        }
    }

    /// Whether it says nothing without words.
    #[must_use]
    pub const fn needs_words(self) -> bool {
        !matches!(self, Self::Agree)
    }
}

/// Who is asked for review, and how.
#[must_use]
pub(crate) fn sent_to(tasks: &[Task], order: Order) -> Text {
    let names = |lang: Lang| {
        let names = tasks.iter().map(|task| task.reviewer.name.pick(lang));
        names.collect::<Vec<_>>().join(lang.pick("、", ", "))
    };
    let how = |text: &str, (open, close): (&str, &str)| {
        if tasks.len() > 1 { format!("{open}{text}{close}") } else { String::new() }
    };
    Text::new(
        format!("已送請{}會審{}", names(Lang::ZhHant), how(&order.text().zh, ("（", "）"))),
        format!("Sent for review to {}{}", names(Lang::En), how(&order.text().en, (" (", ")"))),
    )
}

/// Who answered.
#[must_use]
pub(crate) fn answered(
    ReviewingAgency { name, .. }: &ReviewingAgency,
    next: Option<&ReviewingAgency>,
) -> Text {
    let said = Text::new(format!("{}已回復會審意見", name.zh), format!("{} has given its opinion", name.en));
    and_next(said, next)
}

/// Whom nobody waits for any more.
#[must_use]
pub(crate) fn dropped(
    ReviewingAgency { name, .. }: &ReviewingAgency,
    next: Option<&ReviewingAgency>,
) -> Text {
    let said = Text::new(
        format!("不再等候{}之會審意見", name.zh),
        format!("The opinion of {} is not waited for any more", name.en),
    );
    and_next(said, next)
}

/// And who is asked next.
fn and_next(what: Text, next: Option<&ReviewingAgency>) -> Text {
    match next {
        Some(ReviewingAgency { name, .. }) => Text::new(
            format!("{}；已續送請{}會審", what.zh, name.zh),
            format!("{}; {} is asked next", what.en, name.en),
        ),
        None => what,
    }
}
