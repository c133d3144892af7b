//! Outcomes and the letters that say them: proposing, approving, rectifying (擬辦、核定、更正).

use jiff::Timestamp;

use super::timekeeping::unanswered;
use super::{bounded, checked, officer, open_to, optional, waits_for_fee};
use crate::access::Actor;
use crate::case::{Case, Outcome, Ruling};
use crate::command::{Action, Rectification};
use crate::event::Event;
use crate::letter::proposal::{MAX_SUBJECT, Proposal, Proposed, lines, usual_subject};
use crate::letter::{
    Act, Certificate, Contents, Correction, Draft, Issue, Issued, Lack, Letter, Paper, Remedy, Speed,
};
use crate::refusal::{FeeReading, Grounds, RefusalGround, speaks_of_unposted_fee};
use crate::rejection::Rejection;
use crate::taipei;

pub(super) fn propose(case: &Case, actor: &Actor, proposal: &Proposal) -> Result<Event, Rejection> {
    let Proposal { outcome, reason, grounds, wording, .. } = proposal;
    // A refusal must say why (行政程序法 §96); a favourable act may be silent (§97).
    let (reason, ground) = match outcome {
        Outcome::Approve => (optional(reason)?, None),
        Outcome::Reject => (checked(reason)?, Some(may_refuse(case, *grounds)?)),
    };
    let speaks = || speaks_of_unposted_fee(&reason) || speaks_of_unposted_fee(&wording.facts);
    if *outcome == Outcome::Reject && !grounds.fee_aside && speaks() {
        return Err(Rejection::FeeMentioned);
    }
    let letter = Some(Box::new(Proposed::of(case, proposal)?));
    let by = officer(actor, Action::Propose)?;
    Ok(Event::Proposed { ruling: Ruling { outcome: *outcome, ground, reason, by }, letter })
}

/// On what the refusal rests: only on what the applicant was given the time to put right and did not, or on
/// what nobody can put right (規範 十(三)2).
fn may_refuse(case: &Case, grounds: Grounds) -> Result<RefusalGround, Rejection> {
    let ground = grounds.ground.ok_or(Rejection::GroundMissing)?;
    let asked = !case.history.corrections.is_empty();
    match ground {
        // In every state of the fee, posted or not (規範 十(三)4).
        RefusalGround::FeeNotPosted => Err(Rejection::FeeIsNoGround),
        RefusalGround::NotCorrected if !unanswered(case) => Err(Rejection::CorrectionNotLapsed),
        RefusalGround::RequirementsNotMet if !asked && !grounds.uncorrectable => {
            Err(Rejection::CorrectionFirst)
        }
        RefusalGround::NotCorrected | RefusalGround::RequirementsNotMet | RefusalGround::NotEligible => {
            Ok(ground)
        }
    }
}

pub(super) fn approve(
    case: &Case,
    actor: &Actor,
    reading: FeeReading,
    issue: &Issue,
    now: Timestamp,
) -> Result<Event, Rejection> {
    let by = officer(actor, Action::Approve)?;
    let Some(proposal) = &case.ruling else {
        return Err(Rejection::NotInThisState {
            state: case.state,
            action: Action::Approve,
            allowed: open_to(case, actor),
        });
    };
    // Re-assignment cannot bring this about, but the rule is too important to rest on that.
    if proposal.by == by {
        return Err(Rejection::SamePerson);
    }
    if proposal.outcome == Outcome::Approve {
        waits_for_fee(case, reading)?;
    }
    // Proposed before there were letters: sent back, it is proposed with one.
    let Some(proposed) = &case.proposed else {
        return Err(Rejection::LetterLacks(vec![Lack::Subject, Lack::Facts]));
    };
    let letter = letter(proposed.draft(&issue.letterhead), issue, now)?;
    let mut certificates = Vec::new();
    for (place, text) in (1..).zip(&proposed.certificates) {
        let number = issue.letterhead.number(letter.date(), &issue.draw.at(place));
        let number = number.ok_or_else(|| Rejection::LetterLacks(vec![Lack::Number]))?;
        certificates.push(Paper::Certificate(Box::new(Certificate::beside(&letter, number, text.clone()))));
    }
    let papers = std::iter::once(Paper::Letter(Box::new(letter))).chain(certificates);
    let documents = (0..).zip(papers).map(|(place, paper)| issued(paper, place, issue)).collect();
    Ok(Event::Decided { ruling: Ruling { by, ..proposal.clone() }, documents })
}

/// The letter of `draft`, of today, with a number of its own.
fn letter(draft: Draft, issue: &Issue, now: Timestamp) -> Result<Letter, Rejection> {
    let date = taipei::day_of(now);
    let number = issue.letterhead.number(date, &issue.draw);
    Letter::try_from(Draft { number, date: Some(date), ..draft })
}

/// The document at `place` of its event, with a code of its own.
fn issued(paper: Paper, place: u32, issue: &Issue) -> Issued {
    Issued { code: issue.draw.at(place).code(), page: issue.page.clone(), paper }
}

/// 更正 (行政程序法 §101): the words that were wrong stand in the document, and others are put in their place.
pub(super) fn rectify(case: &Case, request: Rectification, now: Timestamp) -> Result<Event, Rejection> {
    let Rectification { of, wrong, right, reason, issue } = request;
    let of = of.filter(|issued| case.documents.contains(&issued.code)).ok_or(Rejection::NoSuchDocument)?;
    let fitting = |text: &str| bounded(text, MAX_SUBJECT).ok_or(Rejection::LetterText { max: MAX_SUBJECT });
    let (wrong, right) = (fitting(&wrong)?, fitting(&right)?);
    if !wrong.is_empty() && !of.paper.says(&wrong) {
        return Err(Rejection::NotInDocument);
    }
    let (number, date) = (of.paper.number().clone(), of.paper.date());
    let title = of.paper.certificate().map(|certificate| certificate.text.title.clone());
    let act = Act::Corrects(Correction { number, title, date, wrong, right });
    let contents = Contents {
        subject: usual_subject(case, &act),
        act,
        addressee: of.paper.addressee().clone(),
        asked: of.paper.letter().map(|letter| letter.contents().asked.clone()).unwrap_or_default(),
        facts: Vec::new(),
        reasons: lines(&optional(&reason)?),
        legal_basis: vec!["行政程序法第101條第1項".to_owned()],
        clauses: Vec::new(),
        issuer: issue.letterhead.issuer.clone(),
        attachments: Vec::new(),
        copies: Vec::new(),
        speed: Speed::default(),
    };
    let signing = issue.letterhead.signing();
    let draft = Draft { contents, signing, number: None, date: None, remedy: Some(Remedy::NotNeeded) };
    let paper = Paper::Letter(Box::new(letter(draft, &issue, now)?));
    Ok(Event::Rectified { corrects: of.code, document: Box::new(issued(paper, 0, &issue)) })
}
