//! From what a handler proposes (擬辦) to the contents of a letter.

use std::collections::BTreeSet;

use super::certificate::{self, CertificateText, CertificateWording};
use super::{Act, Addressee, Clause, Contents, Draft, Lack, Letter, Letterhead, Mark, Remedy, Speed, lacks};
use crate::case::{Case, Outcome};
use crate::decide::{MAX_REASON, bounded};
use crate::refusal::Grounds;
use crate::rejection::Rejection;
use crate::taipei;

/// Longest 主旨, in characters.
pub const MAX_SUBJECT: u16 = 200;
/// Longest clause, in characters.
pub const MAX_CLAUSE: u16 = 500;
/// Most clauses of one act.
pub const MAX_CLAUSES: usize = 10;

/// What a handler proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub outcome: Outcome,
    /// 理由: each line is an item of the letter.
    pub reason: String,
    pub grounds: Grounds,
    pub wording: Wording,
    pub particulars: Particulars,
}

/// The words of the letter beside its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wording {
    /// 主旨; the usual one where it is left out.
    pub subject: String,
    /// 事實: each line is an item. May be left out where everything is granted.
    pub facts: String,
    /// 法令依據: each line is an item.
    pub legal_basis: String,
    /// 附款 of an approval (§93).
    pub clauses: Vec<Clause>,
    /// An approval of a part of what was applied for (部分准許).
    pub in_part: bool,
    /// What is issued beside the letter of an approval (證明文件).
    pub certificates: Vec<CertificateWording>,
}

/// What the window adds: to whom the letter goes, from whom it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    pub letterhead: Letterhead,
    pub addressee: Addressee,
    /// The marks of a person that the item asks for.
    pub asked: BTreeSet<Mark>,
    /// How acts about this item are contested, where that is not as for all of the agency.
    pub remedy: Option<Remedy>,
}

/// A letter that was proposed, until it is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    pub contents: Contents,
    /// The item's own remedy.
    pub remedy: Option<Remedy>,
    /// What is issued beside it.
    pub certificates: Vec<CertificateText>,
}

impl Proposed {
    /// The letter for `case` out of `proposal`. Refused with everything that it lacks, or with the text that is
    /// too long.
    pub fn of(case: &Case, proposal: &Proposal) -> Result<Self, Rejection> {
        let Proposal { outcome, reason, grounds: _, wording, particulars } = proposal;
        let act = match (outcome, wording.in_part) {
            (Outcome::Reject, _) => Act::Refused,
            (Outcome::Approve, true) => Act::GrantedInPart,
            (Outcome::Approve, false) => Act::Granted,
        };
        let subject = fitting(&wording.subject, MAX_SUBJECT)?;
        let clauses = match outcome {
            Outcome::Approve => fitting_clauses(&wording.clauses)?,
            Outcome::Reject => Vec::new(),
        };
        let certificates = certificate::of(*outcome, &wording.certificates)?;
        let mut contents = Contents {
            subject: if subject.is_empty() { usual_subject(case, &act) } else { subject },
            act,
            addressee: particulars.addressee.clone(),
            asked: particulars.asked.clone(),
            facts: lines(&fitting(&wording.facts, MAX_REASON)?),
            reasons: lines(&fitting(reason, MAX_REASON)?),
            legal_basis: lines(&fitting(&wording.legal_basis, MAX_REASON)?),
            clauses,
            issuer: particulars.letterhead.issuer.clone(),
            attachments: certificates.iter().map(|it| it.title.clone()).collect(),
            copies: Vec::new(),
            speed: Speed::default(),
        };
        if contents.facts.is_empty() && contents.may_omit_reasons() {
            contents.facts = vec![usual_facts(case)];
        }
        let proposed = Self { contents, remedy: particulars.remedy.clone(), certificates };
        let mut missing = lacks(&proposed.draft(&particulars.letterhead));
        // Number and date come with the approval; that there can be a number is a matter of the letterhead.
        missing.retain(|lack| !matches!(lack, Lack::Number | Lack::Date));
        let unnumbered = particulars.letterhead.lacks().into_iter().filter(|lack| *lack == Lack::Number);
        missing.extend(unnumbered);
        if missing.is_empty() { Ok(proposed) } else { Err(Rejection::LetterLacks(missing)) }
    }

    /// With who issues and signs by `letterhead`, and neither number nor date.
    #[must_use]
    pub fn draft(&self, letterhead: &Letterhead) -> Draft {
        let contents = Contents { issuer: letterhead.issuer.clone(), ..self.contents.clone() };
        Draft {
            signing: letterhead.signing(),
            number: None,
            date: None,
            remedy: letterhead.remedy(&contents, self.remedy.as_ref()),
            contents,
        }
    }
}

impl TryFrom<Draft> for Letter {
    type Error = Rejection;

    fn try_from(draft: Draft) -> Result<Self, Rejection> {
        Self::new(draft).map_err(Rejection::LetterLacks)
    }
}

fn fitting(text: &str, max: u16) -> Result<String, Rejection> {
    bounded(text, max).ok_or(Rejection::LetterText { max })
}

fn fitting_clauses(clauses: &[Clause]) -> Result<Vec<Clause>, Rejection> {
    if clauses.len() > MAX_CLAUSES {
        return Err(Rejection::LetterText { max: MAX_CLAUSE });
    }
    let clause = |it: &Clause| Ok(Clause { kind: it.kind, content: fitting(&it.content, MAX_CLAUSE)? });
    clauses.iter().map(clause).collect()
}

/// The items of a text: its lines that say something.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The 主旨 of a letter of this kind about `case`, which a handler may put otherwise.
#[must_use]
pub fn usual_subject(case: &Case, act: &Act) -> String {
    let item = &case.item.name.zh;
    match act {
        Act::Granted => format!("核准臺端申請「{item}」一案，請查照。"),
        Act::GrantedInPart => format!("部分核准臺端申請「{item}」一案，請查照。"),
        Act::Refused => format!("臺端申請「{item}」一案，應予駁回，請查照。"),
        Act::Corrects(correction) => format!("更正本機關{}之顯然錯誤，請查照。", correction.document()),
    }
}

/// The 事實 of every letter about `case`: who applied for what, and when.
#[must_use]
pub fn usual_facts(case: &Case) -> String {
    let day = taipei::official(taipei::day_of(case.received_at()));
    format!("臺端於{day}經由單一窗口申請「{}」（案號{}）。", case.item.name.zh, case.id)
}
