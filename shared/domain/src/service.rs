//! Service of notices (送達, 行政程序法 §67-91) otherwise than by mail: posted on paper with a number, or handed
//! over, as an officer records it. That a notice was opened in the window shows by itself.

use jiff::civil::Date;

use crate::code::coded;
use crate::id::{NoticeId, Version};
use crate::personal::Personal;
use crate::taipei;
use crate::text::{Lang, Text};

/// How a notice was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// 郵務送達: by registered post (§68).
    Posted,
    /// 自行送達: handed to whom it is for, or to whom it may be (§71-73).
    HandedOver,
    /// 郵件退回: what was posted came back, so it was not served.
    CameBack,
}

coded!(Means { Posted = "posted", HandedOver = "handed_over", CameBack = "came_back" });

impl Means {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Posted => Text::new("掛號郵寄", "registered post"),
            Self::HandedOver => Text::new("自行送達（交付）", "handed over"),
            Self::CameBack => Text::new("掛號郵件退回", "the letter came back"),
        }
    }

    /// Whether it shows that the notice reached whom it is for.
    #[must_use]
    pub const fn serves(self) -> bool {
        matches!(self, Self::Posted | Self::HandedOver)
    }
}

/// Longest number of a posted item, in characters.
pub const MAX_NUMBER: usize = 40;

/// That a notice was served (送達紀錄).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub means: Means,
    pub on: Date,
    /// 掛號號碼, also of what came back; empty for one that was handed over.
    pub number: String,
    /// Where, and who took it (收受人); for the agency alone, may be left out.
    pub note: Personal<String>,
}

/// A notice of a case: the event that owes it, and its place among those that are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoticePlace {
    pub event: Version,
    pub place: u16,
}

impl From<NoticeId> for NoticePlace {
    fn from(id: NoticeId) -> Self {
        Self { event: id.event.seq, place: id.place }
    }
}

/// A notice to the applicant, as far as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notified {
    pub notice: NoticePlace,
    /// The day since which it is owed.
    pub owed_on: Date,
    /// The number under which it was posted, where that is the latest record of its service.
    pub posted: Option<String>,
}

/// What an officer records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `None` where the case has no such notice to its applicant.
    pub of: Option<Notified>,
    pub service: Service,
}

impl Service {
    /// What the applicant reads of it.
    #[must_use]
    pub fn public_text(&self) -> Text {
        let Self { means, on, number, .. } = self;
        let (zh, en) = (taipei::shown(*on, Lang::ZhHant), taipei::shown(*on, Lang::En));
        match means {
            Means::Posted => Text::new(
                format!("通知已於 {zh} 以掛號郵寄（號碼 {number}）"),
                format!("A notice was sent to you by registered post on {en} (number {number})"),
            ),
            Means::HandedOver => {
                Text::new(format!("通知已於 {zh} 交付"), format!("A notice was handed over on {en}"))
            }
            Means::CameBack => Text::new(
                format!("掛號郵寄之通知於 {zh} 退回（號碼 {number}），機關將以其他方式送達"),
                format!(
                    "A registered letter to you came back on {en} (number {number}); the agency will reach you otherwise"
                ),
            ),
        }
    }
}
