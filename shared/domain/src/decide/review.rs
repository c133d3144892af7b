//! Joint review (會審): asking other agencies, their answers, and going on without one.

use std::collections::BTreeSet;

use super::{checked, optional};
use crate::access::Actor;
use crate::case::Case;
use crate::clock::history::Review;
use crate::command::Action;
use crate::event::Event;
use crate::id::{AgencyCode, Version};
use crate::joint_review::{Asked, Opinion, Request, ReviewingAgency, Task};
use crate::rejection::Rejection;

/// The actions of this file that the history of `case` allows whoever handles it.
pub(super) fn open(case: &Case) -> Vec<Action> {
    let mut open = Vec::new();
    open.extend(case.reviewers_left().next().map(|_| Action::RequestReview));
    open.extend(case.open_reviews().next().map(|_| Action::DropReview));
    open
}

/// The same while answers are awaited, whoever may give them.
pub(super) fn open_to(case: &Case, actor: &Actor) -> Vec<Action> {
    let asked = match actor {
        Actor::Officer(officer) => waited_for(case, &officer.agency).is_some(),
        Actor::Applicant(_) | Actor::System => false,
    };
    let mut open = vec![Action::Assign];
    open.extend(asked.then_some(Action::AnswerReview));
    open
}

/// The review of `agency` that is waited for.
pub(super) fn waited_for<'a>(case: &'a Case, agency: &AgencyCode) -> Option<&'a Review> {
    case.open_reviews().find(|review| review.reviewer.agency == *agency)
}

/// Asks agencies that the item names, each once at a time.
pub(super) fn request(case: &Case, request: Request) -> Result<Event, Rejection> {
    let Request { asked, order } = request;
    let left: BTreeSet<&AgencyCode> = case.reviewers_left().collect();
    if left.is_empty() {
        return Err(Rejection::NoReviewerLeft);
    }
    if asked.is_empty() || asked.len() > left.len() {
        return Err(Rejection::Reviewers { max: left.len() });
    }
    let mut tasks: Vec<Task> = Vec::new();
    for Asked { reviewer, question } in asked {
        let reviewer = reviewer.ok_or(Rejection::NoSuchReviewer)?;
        let twice = tasks.iter().any(|task| task.reviewer.agency == reviewer.agency);
        if twice || !left.contains(&reviewer.agency) {
            return Err(Rejection::NoSuchReviewer);
        }
        tasks.push(Task { reviewer, question: checked(&question)? });
    }
    Ok(Event::ReviewRequested { tasks, order })
}

/// An agency that was asked says what it thinks: in time or late, as long as it is waited for.
pub(super) fn answer(
    case: &Case,
    actor: &Actor,
    asked: Version,
    opinion: Opinion,
    text: &str,
) -> Result<Event, Rejection> {
    let Actor::Officer(officer) = actor else {
        return Err(Rejection::Forbidden { action: Action::AnswerReview });
    };
    // Asked anew since, they answer the new question.
    let open = waited_for(case, &officer.agency).filter(|review| review.asked == asked);
    let reviewer = open.ok_or(Rejection::ReviewNotOpen)?.reviewer.clone();
    let text = if opinion.needs_words() { checked(text)? } else { optional(text)? };
    let next = next(case, &reviewer.agency);
    Ok(Event::ReviewAnswered { reviewer, opinion, text, next })
}

/// The handler goes on without it: nobody's silence holds a case up.
pub(super) fn drop(case: &Case, agency: &AgencyCode, reason: &str) -> Result<Event, Rejection> {
    let found = case.reviewers_asked().find(|reviewer| reviewer.agency == *agency);
    let reviewer = found.ok_or(Rejection::ReviewNotOpen)?.clone();
    Ok(Event::ReviewDropped { next: next(case, agency), reviewer, reason: checked(reason)? })
}

/// Who is asked once `ending` is not waited for any more: the next in the order, if nobody else is at it.
fn next(case: &Case, ending: &AgencyCode) -> Option<ReviewingAgency> {
    if case.open_reviews().any(|review| review.reviewer.agency != *ending) {
        return None;
    }
    case.reviewers_to_come.iter().find(|reviewer| reviewer.agency != *ending).cloned()
}
