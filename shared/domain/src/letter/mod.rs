//! A decision as a written act (書面行政處分): what 行政程序法 §96 I asks it to contain, checked before
//! there is a [`Letter`]. How it looks on paper is the business of the crate `document`.

pub mod certificate;
pub mod issued;
pub mod lack;
pub mod letterhead;
pub mod number;
pub mod paper;
pub mod party;
pub mod place;
pub mod proposal;
pub mod remedy;

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::case::Outcome;
use crate::code::coded;
use crate::text::Text;
pub use certificate::{Certificate, CertificateText, CertificateWording};
pub use issued::{Draw, Issue, Issued};
pub use lack::Lack;
pub use letterhead::Letterhead;
pub use number::DocumentNumber;
pub use paper::Paper;
pub use party::{Addressee, Issuer, Mark, Office, Person, Signing};
pub use place::DocumentPlace;
pub use proposal::{Particulars, Proposal, Proposed, Wording};
pub use remedy::Remedy;

/// What the letter does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// 准許: everything that was applied for.
    Granted,
    /// 部分准許.
    GrantedInPart,
    /// 駁回.
    Refused,
    /// 更正 of an obvious error in an earlier document (§101): no new decision.
    Corrects(Correction),
}

impl Act {
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Granted => Outcome::Approve.text(),
            Self::GrantedInPart => Text::new("部分核准", "approved in part"),
            Self::Refused => Outcome::Reject.text(),
            Self::Corrects(_) => Text::new("更正", "puts an error right"),
        }
    }

    /// What it puts right, where it does.
    #[must_use]
    pub const fn corrects(&self) -> Option<&Correction> {
        match self {
            Self::Corrects(correction) => Some(correction),
            Self::Granted | Self::GrantedInPart | Self::Refused => None,
        }
    }
}

/// 更正 (§101): 誤寫、誤算或其他類此之顯然錯誤.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The document that had the error.
    pub number: DocumentNumber,
    /// What it is, of one that is no letter.
    pub title: Option<String>,
    pub date: Date,
    /// The words as they were.
    pub wrong: String,
    /// The words as they should have been.
    pub right: String,
}

impl Correction {
    /// The document as it is named: `北市工公園字第1153001234號函`, or with its title.
    #[must_use]
    pub fn document(&self) -> String {
        match &self.title {
            None => format!("{}函", self.number),
            Some(title) => format!("{}「{title}」", self.number),
        }
    }
}

/// 附款 (§93 II).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClauseKind {
    /// 期限.
    Period,
    /// 條件.
    Condition,
    /// 負擔.
    Burden,
    /// 保留行政處分之廢止權.
    Revocation,
    /// 保留負擔之事後附加或變更.
    LaterBurden,
}

coded!(ClauseKind {
    Period = "period",
    Condition = "condition",
    Burden = "burden",
    Revocation = "revocation",
    LaterBurden = "later_burden",
});

impl ClauseKind {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Period => Text::new("期限", "period"),
            Self::Condition => Text::new("條件", "condition"),
            Self::Burden => Text::new("負擔", "burden"),
            Self::Revocation => Text::new("保留廢止權", "right to revoke reserved"),
            Self::LaterBurden => Text::new("保留負擔之事後附加或變更", "later burdens reserved"),
        }
    }
}

/// One clause attached to the act, in the words of the agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub kind: ClauseKind,
    pub content: String,
}

/// How urgent (速別, 文書處理手冊).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Speed {
    #[default]
    Ordinary,
    Fast,
    Fastest,
}

coded!(Speed { Ordinary = "ordinary", Fast = "fast", Fastest = "fastest" });

impl Speed {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Ordinary => Text::new("普通件", "ordinary"),
            Self::Fast => Text::new("速件", "fast"),
            Self::Fastest => Text::new("最速件", "fastest"),
        }
    }
}

/// The words of the letter. Each entry of a list is one numbered item on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    pub act: Act,
    pub addressee: Addressee,
    /// The marks of a person that the item asks for.
    pub asked: BTreeSet<Mark>,
    /// 主旨.
    pub subject: String,
    /// 事實.
    pub facts: Vec<String>,
    /// 理由.
    pub reasons: Vec<String>,
    /// 法令依據.
    pub legal_basis: Vec<String>,
    /// 附款.
    pub clauses: Vec<Clause>,
    /// 處分機關.
    pub issuer: Issuer,
    /// 附件.
    pub attachments: Vec<String>,
    /// 副本: who else gets it.
    pub copies: Vec<String>,
    pub speed: Speed,
}

/// A letter that is being written: anything may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub contents: Contents,
    /// 署名、蓋章.
    pub signing: Option<Signing>,
    /// 發文字號.
    pub number: Option<DocumentNumber>,
    /// 發文日期, a day in Taipei.
    pub date: Option<Date>,
    pub remedy: Option<Remedy>,
}

/// A written act with every point of §96 I.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    contents: Contents,
    signing: Signing,
    number: DocumentNumber,
    date: Date,
    remedy: Remedy,
}

impl Letter {
    /// The letter, or everything that it lacks, in the order of §96 I.
    pub fn new(draft: Draft) -> Result<Self, Vec<Lack>> {
        let lacks = lacks(&draft);
        match draft {
            Draft {
                contents,
                signing: Some(signing),
                number: Some(number),
                date: Some(date),
                remedy: Some(remedy),
            } if lacks.is_empty() => Ok(Self { contents, signing, number, date, remedy }),
            _ => Err(lacks),
        }
    }

    #[must_use]
    pub const fn contents(&self) -> &Contents {
        &self.contents
    }

    #[must_use]
    pub const fn signing(&self) -> &Signing {
        &self.signing
    }

    #[must_use]
    pub const fn number(&self) -> &DocumentNumber {
        &self.number
    }

    #[must_use]
    pub const fn date(&self) -> Date {
        self.date
    }

    #[must_use]
    pub const fn remedy(&self) -> &Remedy {
        &self.remedy
    }

    /// Whether `words` stand in one of the texts of the agency.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        let Contents { subject, facts, reasons, legal_basis, clauses, .. } = &self.contents;
        let lists = facts.iter().chain(reasons).chain(legal_basis);
        let clauses = clauses.iter().map(|clause| &clause.content);
        std::iter::once(subject).chain(lists).chain(clauses).any(|text| text.contains(words))
    }

    /// That this is an administrative act (表明其為行政處分之意旨), with the remedy.
    #[must_use]
    pub fn instruction(&self) -> String {
        let declared = match &self.contents.act {
            Act::Granted | Act::GrantedInPart | Act::Refused => {
                "本函為行政程序法第92條所稱之行政處分。".to_owned()
            }
            Act::Corrects(correction) => {
                format!("本函係依行政程序法第101條規定，更正{}之顯然錯誤。", correction.document())
            }
        };
        match self.remedy.instruction(&self.contents.issuer.name) {
            Some(remedy) => declared + &remedy,
            None => declared,
        }
    }
}

impl Contents {
    /// Whether the reasons, and with them their legal basis, may be left out (§97 ①: 未限制人民之權益者):
    /// everything was granted and no clause restricts it. A correction says what was wrong instead.
    #[must_use]
    pub fn may_omit_reasons(&self) -> bool {
        match self.act {
            Act::Granted => self.clauses.is_empty(),
            Act::Corrects(_) => true,
            Act::GrantedInPart | Act::Refused => false,
        }
    }
}

/// Whether a text says nothing; an ideographic space is a space.
pub(crate) fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Everything that `draft` lacks of §96 I, in its order.
#[must_use]
pub fn lacks(draft: &Draft) -> Vec<Lack> {
    let contents = &draft.contents;
    let mut lacks = of_addressee(&contents.addressee, &contents.asked);
    let mut ask = |there: bool, lack: Lack| {
        if !there {
            lacks.push(lack);
        }
    };
    let said = |items: &[String]| !items.is_empty() && items.iter().all(|item| !blank(item));
    ask(!blank(&contents.subject), Lack::Subject);
    if let Act::Corrects(Correction { wrong, right, .. }) = &contents.act {
        ask(!blank(wrong) && !blank(right) && wrong != right, Lack::Correction);
    } else {
        ask(said(&contents.facts), Lack::Facts);
    }
    let omitted = contents.may_omit_reasons() && contents.reasons.is_empty();
    ask(omitted || said(&contents.reasons), Lack::Reasons);
    let baseless = contents.may_omit_reasons() && contents.legal_basis.is_empty();
    ask(baseless || said(&contents.legal_basis), Lack::LegalBasis);
    ask(contents.clauses.iter().all(|clause| !blank(&clause.content)), Lack::ClauseContent);
    ask(!blank(&contents.issuer.name), Lack::Agency);
    ask(draft.signing.as_ref().is_some_and(signs), Lack::Signature);
    ask(draft.number.is_some(), Lack::Number);
    ask(draft.date.is_some(), Lack::Date);
    let instructs = draft.remedy.as_ref().is_some_and(|remedy| match remedy {
        // Whoever got all that was applied for has nothing to contest.
        Remedy::NotNeeded => contents.may_omit_reasons(),
        named => named.is_complete(),
    });
    ask(instructs, Lack::Remedy);
    lacks
}

fn of_addressee(addressee: &Addressee, asked: &BTreeSet<Mark>) -> Vec<Lack> {
    let mut lacks = Vec::new();
    match addressee {
        Addressee::Person(person) => {
            if blank(person.name.reveal()) {
                lacks.push(Lack::AddresseeName);
            }
            let told = |mark: &Mark| person.marks.get(mark).is_some_and(|value| !blank(value.reveal()));
            if !Mark::ALL.iter().any(told) && asked.is_empty() {
                lacks.push(Lack::Identification);
            }
            lacks.extend(asked.iter().filter(|mark| !told(mark)).copied().map(Lack::of_mark));
        }
        Addressee::Body { name, seat, tax_id: _, representative } => {
            let parts = [
                (blank(name), Lack::AddresseeName),
                (blank(seat), Lack::Seat),
                (blank(representative.name.reveal()), Lack::Representative),
            ];
            lacks.extend(parts.into_iter().filter(|(missing, _)| *missing).map(|(_, lack)| lack));
        }
    }
    lacks
}

fn signs(signing: &Signing) -> bool {
    let named = |office: &Office| !blank(&office.title) && !blank(&office.name);
    match signing {
        Signing::Head(head) => named(head),
        Signing::Deputy { head, deputy } => named(head) && named(deputy),
        Signing::Seal => true,
    }
}
