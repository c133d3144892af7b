//! Who has to see to it that a letter reaches its applicant otherwise than by mail.

use super::{NoticeKind, Recipient, assigned, with_applicant};
use crate::case::{Case, State};
use crate::ending::Word;
use crate::service::{Means, NoticePlace};

/// To whoever handles it, of what is no notice but a letter: it goes by post to who is not served electronically; what
/// is picked up is handed over then.
fn on_paper(case: &Case) -> Vec<(NoticeKind, Recipient)> {
    let by_post = !case.is_served_electronically() && case.state != State::AwaitingPickUp;
    if by_post { assigned(case, |a| a.handler, NoticeKind::PaperDue) } else { Vec::new() }
}

/// A letter to the applicant, and that it is due on paper where it is.
pub(super) fn with_paper(case: &Case, kind: NoticeKind) -> Vec<(NoticeKind, Recipient)> {
    with_applicant(kind, on_paper(case))
}

/// What is asked of an applicant: on paper as well where the law wants that (書面通知).
pub(super) fn asked(case: &Case, in_writing: bool) -> Vec<(NoticeKind, Recipient)> {
    let paper = if in_writing { assigned(case, |a| a.handler, NoticeKind::PaperDue) } else { on_paper(case) };
    with_applicant(NoticeKind::CorrectionRequested, paper)
}

/// Of a decision that was made and is not known to have been served.
pub(super) fn mind_changed(case: &Case) -> Vec<(NoticeKind, Recipient)> {
    match () {
        () if case.waits_for_paper() => assigned(case, |a| a.handler, NoticeKind::PaperDue),
        () if case.waits_to_be_served() => assigned(case, |a| a.handler, NoticeKind::ResultReturned),
        () => Vec::new(),
    }
}

/// Somebody has to reach the applicant otherwise, where nothing else shows that they were told.
pub(super) fn came_back(case: &Case, word: Word) -> Vec<(NoticeKind, Recipient)> {
    match &case.ending {
        // Where it goes by post anyway, they know.
        Some(ending) if word == Word::Returned && ending.told.is_empty() && !case.waits_for_paper() => {
            assigned(case, |a| a.handler, NoticeKind::ResultReturned)
        }
        _ => Vec::new(),
    }
}

/// The letter that tells the result came back, and nothing else shows that they were told.
pub(super) fn letter_came_back(
    case: &Case,
    notice: NoticePlace,
    means: Means,
) -> Vec<(NoticeKind, Recipient)> {
    let of_result = case.ending.as_ref().is_some_and(|ending| ending.is_told_by(notice));
    if of_result && !means.serves() && case.waits_to_be_served() {
        assigned(case, |a| a.handler, NoticeKind::ResultReturned)
    } else {
        Vec::new()
    }
}
