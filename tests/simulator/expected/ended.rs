//! The end of a case once more: who is told, and what word of that is news.

use domain::case::{Case, State};
use domain::consent::Consent;
use domain::ending::{Evidence, Word};
use domain::event::Party;
use domain::id::PersonId;
use domain::notice::NoticeKind;
use domain::service::{Means, NoticePlace};
use domain::timer::TimerKind;

use super::{money, reviews};

type Notices = Vec<(NoticeKind, Vec<PersonId>)>;

/// The reviewer too, where the case has one; else the dispatchers stand for the handler.
pub(super) fn withdrawn(case: &Case, handler: Vec<PersonId>, reviewer: Vec<PersonId>) -> Notices {
    let reviewer = if case.assignment.is_some() { reviewer } else { vec![] };
    let told =
        [vec![case.applicant.person], handler, reviewer].map(|people| (NoticeKind::CaseWithdrawn, people));
    [told.into(), reviews::dropped(case), money::refund_due(case)].concat()
}

pub(super) fn terminated(case: &Case, handler: Vec<PersonId>, research: Vec<PersonId>) -> Notices {
    let told =
        [vec![case.applicant.person], handler, research].map(|people| (NoticeKind::CaseTerminated, people));
    [told.into(), reviews::dropped(case), money::refund_due(case)].concat()
}

/// Whether there is a decision of which nothing shows yet that it was served.
fn may_be_served(case: &Case) -> bool {
    [State::Approved, State::Rejected].contains(&case.state)
}

/// Whether the applicant said something else than before, while anything may still be served.
pub(super) fn is_mind_changed(case: &Case, by: Party, consent: &Consent) -> bool {
    let is_under_way = case.ending.is_none() || case.state == State::AwaitingPickUp;
    let is_theirs = by == Party::Applicant(case.applicant.person);
    (is_under_way || may_be_served(case)) && is_theirs && case.consent.as_ref() != Some(consent)
}

fn agreed(case: &Case) -> bool {
    matches!(case.consent, Some(Consent::Given { .. }))
}

/// Whether its decision was mailed and left unopened.
fn lay(case: &Case) -> bool {
    case.fired.iter().any(|(kind, _)| *kind == TimerKind::Unopened)
}

/// A letter to the applicant; it must go out on paper where they have agreed to nothing else, unless it is picked up.
pub(super) fn letter(case: &Case, kind: NoticeKind, handler: Vec<PersonId>) -> Notices {
    let paper = if agreed(case) || case.state == State::AwaitingPickUp {
        vec![]
    } else {
        vec![(NoticeKind::PaperDue, handler)]
    };
    [vec![(kind, vec![case.applicant.person])], paper].concat()
}

/// What is asked of the applicant, on paper too where that is said.
pub(super) fn asked(case: &Case, in_writing: bool, handler: Vec<PersonId>) -> Notices {
    let mut told = letter(case, NoticeKind::CorrectionRequested, handler.clone());
    if in_writing && agreed(case) {
        told.push((NoticeKind::PaperDue, handler));
    }
    told
}

/// Of a decision that is not served: it must go on paper, as it does since it lay unopened; or it came back, and
/// the mail was to be enough.
pub(super) fn mind_changed(case: &Case, handler: Vec<PersonId>) -> Notices {
    let returned = case.ending.as_ref().is_some_and(|ending| ending.returned);
    match (may_be_served(case), agreed(case) && !lay(case), returned) {
        (true, false, _) => vec![(NoticeKind::PaperDue, handler)],
        (true, true, true) => vec![(NoticeKind::ResultReturned, handler)],
        _ => vec![],
    }
}

/// That the mail came back, where nothing else shows that they were told.
pub(super) fn heard(case: &Case, word: Word, handler: Vec<PersonId>) -> Notices {
    let told = case.ending.as_ref().is_some_and(|ending| !ending.told.is_empty());
    let posted = may_be_served(case) && (!agreed(case) || lay(case));
    if word == Word::Returned && !told && !posted {
        vec![(NoticeKind::ResultReturned, handler)]
    } else {
        vec![]
    }
}

/// That the letter which told the result came back, of a decision that nothing else shows to have been served.
pub(super) fn served(case: &Case, notice: NoticePlace, means: Means, handler: Vec<PersonId>) -> Notices {
    let ended_it =
        case.ending.as_ref().is_some_and(|ending| ending.event == notice.event && notice.place == 1);
    if means == Means::CameBack && ended_it && may_be_served(case) {
        vec![(NoticeKind::ResultReturned, handler)]
    } else {
        vec![]
    }
}

/// Of the event that ended the case, and once for each turn.
pub(super) fn is_news(case: &Case, notice: NoticePlace, word: Word) -> bool {
    let ending = case.ending.as_ref().filter(|ending| ending.event == notice.event && notice.place == 1);
    let has = |evidence| ending.is_some_and(|ending| ending.told.contains(&evidence));
    ending.is_some()
        && match word {
            Word::Delivered => !has(Evidence::Delivered),
            Word::Returned => ending.is_some_and(|ending| !ending.returned) || has(Evidence::Delivered),
            Word::Opened => !has(Evidence::Opened),
        }
}
