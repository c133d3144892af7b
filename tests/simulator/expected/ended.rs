//! The end of a case once more: who is told, and what word of that is news.

use domain::case::Case;
use domain::ending::{Evidence, Word};
use domain::id::PersonId;
use domain::notice::NoticeKind;
use domain::service::NoticePlace;

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

/// That the mail came back, where nothing else shows that they were told.
pub(super) fn heard(case: &Case, word: Word, handler: Vec<PersonId>) -> Notices {
    let told = case.ending.as_ref().is_some_and(|ending| !ending.told.is_empty());
    if word == Word::Returned && !told { vec![(NoticeKind::ResultReturned, handler)] } else { vec![] }
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
