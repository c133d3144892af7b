//! Documents the applicant need not bring (免書證免謄本, 規範 九 II): where the city finds what they would say,
//! what a register is asked, and what is kept of the answer. What a register says is for whoever asked, there
//! and then; a case keeps that it was asked, why, by whom, and a digest that proves what it said.

use jiff::civil::Date;

use crate::code::coded;
use crate::form::Answers;
use crate::id::{AgencyCode, CaseId, Key, PersonId, RequestId};
use crate::item::{DocumentRequirement, ItemVersion};
use crate::joint_review::ReviewingAgency;
use crate::personal::Personal;
use crate::rejection::Rejection;
use crate::taipei;
use crate::text::{Lang, Text};

/// Where the city looks a document up itself (臺北市政府資料整合平臺或其他查詢管道).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: Text,
    /// What it is asked through the window; `None` where staff look it up in another way.
    pub question: Option<Question>,
    /// While it is in force, the applicant brings the document all the same.
    pub exception: Option<Exception>,
}

/// What a register is asked about an application (查驗).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The register, as the city's data platform names it.
    pub register: Key,
    /// The answers of the form that say whom or what to look for; one at least.
    pub by: Vec<Key>,
    /// The purpose for which it may be asked (特定目的, 個人資料保護法 §15-16).
    pub purpose: Text,
}

/// Why a document must be brought although it could be looked up (規範 九 III).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// (一) 申請案件之前置作業涉專業簽證者.
    Certified,
    /// (二) 申請人需於相關書證謄本上標示特定位置、相關範圍或其他資料庫無法查詢者.
    Marked,
    /// (三) 申請案件需函轉中央主管機關核定者.
    Forwarded,
    /// (四) 其他經研考會審查同意之情形.
    Agreed,
}

coded!(Ground { Certified = "certified", Marked = "marked", Forwarded = "forwarded", Agreed = "agreed" });

impl Ground {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Certified => Text::new(
                "前置作業涉專業簽證",
                "a professional certifies it beforehand (Operating Rules, 9 III 1)",
            ),
            Self::Marked => Text::new(
                "須於書證謄本上標示特定位置、範圍，或資料庫無法查詢",
                "something must be marked on it, or no database has it (Operating Rules, 9 III 2)",
            ),
            Self::Forwarded => Text::new(
                "須函轉中央主管機關核定",
                "the application goes on to the central authority (Operating Rules, 9 III 3)",
            ),
            Self::Agreed => Text::new(
                "經研考會審查同意",
                "agreed by the city's research commission (Operating Rules, 9 III 4)",
            ),
        }
    }
}

/// Most look-ups of one case. No real case comes near; what reaches it is a program that has gone astray.
pub const MAX_LOOKUPS: u32 = 100;

/// Longest approval number or scope of an exception, in characters.
pub const MAX_EXCEPTION_TEXT: usize = 200;

/// An approved exception (經報府核定): without one, or once it has ended, the document counts as 免附.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    pub ground: Ground,
    /// 核定文號.
    pub approval: String,
    /// 核定日期: its first day.
    pub approved_on: Date,
    /// To which applications it goes.
    pub scope: Text,
    /// Its last day.
    pub until: Date,
}

impl Exception {
    #[must_use]
    pub fn in_force(&self, day: Date) -> bool {
        (self.approved_on..=self.until).contains(&day)
    }

    /// Why a document must be brought for now, by which approval and until when.
    #[must_use]
    pub fn text(&self) -> Text {
        let Self { ground, approval, scope, until, .. } = self;
        let ground = ground.text();
        let day = |lang| taipei::shown(*until, lang);
        Text::new(
            format!("{}；適用：{}；核定文號：{approval}；至 {} 止", ground.zh, scope.zh, day(Lang::ZhHant)),
            format!("{}; for: {}; approval {approval}; until {}", ground.en, scope.en, day(Lang::En)),
        )
    }

    /// Whether it says what an approval says, and can be in force at all.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let said = |text: &str| !text.trim().is_empty() && text.chars().count() <= MAX_EXCEPTION_TEXT;
        let texts = [&self.approval, &self.scope.zh, &self.scope.en];
        texts.into_iter().all(|text| said(text)) && self.approved_on <= self.until
    }
}

/// What is asked of a register, and on whose behalf: every register keeps that too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    pub register: Key,
    /// Whom or what to look for: the answers of the form, by their keys.
    pub subject: Personal<Vec<(Key, String)>>,
    pub purpose: Text,
    pub case: CaseId,
    pub request: RequestId,
    pub officer: PersonId,
    pub agency: AgencyCode,
}

/// One line of what a register has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub label: String,
    pub value: String,
}

/// What a register answered; `None` where it has nothing.
pub type Finding = Option<Personal<Vec<Line>>>;

/// That a document was looked up: what a case keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Which document of the item.
    pub document: Key,
    /// The names of it and of its source, as of then.
    pub name: Text,
    pub source: Text,
    pub register: Key,
    pub purpose: Text,
    pub found: bool,
    /// Of the whole answer, so that what it said can be proven.
    pub sha256: [u8; 32],
}

impl Lookup {
    /// What the applicant reads of it: that it was looked up, where and what for, not what was found.
    #[must_use]
    pub fn public_text(&self, reviewer: Option<&ReviewingAgency>) -> Text {
        let Self { name, source, purpose, .. } = self;
        let by = reviewer.map_or_else(|| Text::new("機關", "The agency"), |it| it.name.clone());
        Text::new(
            format!("{}已向{}查驗「{}」；用途：{}", by.zh, source.zh, name.zh, purpose.zh),
            format!("{} looked up \"{}\" in {}; purpose: {}", by.en, name.en, source.en, purpose.en),
        )
    }
}

impl DocumentRequirement {
    /// Where the city looks it up, on a day on which the applicant need not bring it (免附).
    #[must_use]
    pub fn waived(&self, day: Date) -> Option<&Source> {
        let in_force = |source: &Source| source.exception.as_ref().is_some_and(|it| it.in_force(day));
        self.obtainable_from.as_ref().filter(|source| !in_force(source))
    }

    /// The exception by which it must be brought on `day` all the same.
    #[must_use]
    pub fn exception(&self, day: Date) -> Option<&Exception> {
        self.obtainable_from.as_ref()?.exception.as_ref().filter(|exception| exception.in_force(day))
    }
}

/// What there is to ask about one document of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub document: Key,
    pub name: Text,
    pub source: Text,
    pub question: Question,
    pub subject: Personal<Vec<(Key, String)>>,
}

/// What its register is asked about `document` of an application with these `answers`. Refused where the city
/// does not look it up, where the window cannot ask the register, and where the form does not say whom or what
/// to look for.
pub fn ask(item: &ItemVersion, answers: &Answers, document: &Key) -> Result<Asked, Rejection> {
    let requirement = item.document(document);
    let source = requirement.and_then(|known| Some((known, known.obtainable_from.as_ref()?)));
    let (requirement, source) = source.ok_or(Rejection::NotLookedUp)?;
    let question = source.question.clone().ok_or(Rejection::NoRegister)?;
    let answer = |key: &Key| {
        let said = answers.get(key).filter(|answer| !answer.trim().is_empty());
        let label = || item.fields.iter().find(|field| field.key == *key).map(|field| field.label.clone());
        let lacking =
            || Rejection::NothingToAskBy(label().unwrap_or_else(|| Text::new(key.as_str(), key.as_str())));
        said.map(|answer| (key.clone(), answer.clone())).ok_or_else(lacking)
    };
    let subject = question.by.iter().map(answer).collect::<Result<Vec<_>, _>>()?;
    Ok(Asked {
        document: requirement.key.clone(),
        name: requirement.name.clone(),
        source: source.name.clone(),
        question,
        subject: Personal::new(subject),
    })
}

impl Asked {
    /// The question, as it goes to the register.
    #[must_use]
    pub fn inquiry(
        &self,
        case: CaseId,
        request: RequestId,
        officer: PersonId,
        agency: AgencyCode,
    ) -> Inquiry {
        let Question { register, purpose, .. } = self.question.clone();
        Inquiry { register, subject: self.subject.clone(), purpose, case, request, officer, agency }
    }

    /// What is kept of the answer that digests to `sha256`.
    #[must_use]
    pub fn answered(self, found: bool, sha256: [u8; 32]) -> Lookup {
        let Self { document, name, source, question, .. } = self;
        let Question { register, purpose, .. } = question;
        Lookup { document, name, source, register, purpose, found, sha256 }
    }
}
