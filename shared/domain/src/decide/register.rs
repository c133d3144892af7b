//! Looking documents up (免書證免謄本, 規範 九 II), by whoever handles the case or has a part of it to review; and looking
//! into the case, by whoever keeps the window.

use super::{checked, not_in_this_state, officer, review};
use crate::access::Actor;
use crate::case::{Case, State};
use crate::command::Action;
use crate::event::Event;
use crate::joint_review::ReviewingAgency;
use crate::register::{Lookup, MAX_LOOKUPS};
use crate::rejection::Rejection;

/// The agency of `actor` where it looks something up for its review, as long as that is waited for; `None` where
/// it has the case, as long as somebody handles it.
pub(super) fn on_behalf(case: &Case, actor: &Actor) -> Result<Option<ReviewingAgency>, Rejection> {
    let found = allowed(case, actor)?;
    has_room(case)?;
    Ok(found)
}

/// So that nobody who looks over and over keeps others from deciding.
const fn has_room(case: &Case) -> Result<(), Rejection> {
    if case.lookups < MAX_LOOKUPS { Ok(()) } else { Err(Rejection::TooManyLookups { max: MAX_LOOKUPS }) }
}

fn allowed(case: &Case, actor: &Actor) -> Result<Option<ReviewingAgency>, Rejection> {
    let action = Action::QueryRegister;
    officer(actor, action)?;
    match standing(case, actor) {
        Some(Standing::InCharge) => Ok(None),
        Some(Standing::Reviewing(reviewer)) => Ok(Some(reviewer.clone())),
        // Nothing of the case is told to an agency that is not waited for, its state included.
        None if is_elsewhere(case, actor) => Err(Rejection::ReviewNotOpen),
        None => Err(not_in_this_state(case, actor, action)),
    }
}

/// The same without reasons.
pub(super) fn may(case: &Case, actor: &Actor) -> bool {
    standing(case, actor).is_some() && has_room(case).is_ok()
}

fn is_elsewhere(case: &Case, actor: &Actor) -> bool {
    matches!(actor, Actor::Officer(officer) if officer.agency != case.agency)
}

/// As what an agency is at work on a case.
enum Standing<'a> {
    InCharge,
    Reviewing(&'a ReviewingAgency),
}

/// As what the agency of `actor` is at work on the case now, if it is.
fn standing<'a>(case: &'a Case, actor: &Actor) -> Option<Standing<'a>> {
    match actor {
        Actor::Officer(officer) if is_elsewhere(case, actor) => {
            review::waited_for(case, &officer.agency).map(|open| Standing::Reviewing(&open.reviewer))
        }
        _ => State::HANDLED.contains(&case.state).then_some(Standing::InCharge),
    }
}

/// Records what was looked up, whatever it was.
pub(super) fn query(case: &Case, actor: &Actor, lookup: Box<Lookup>) -> Result<Event, Rejection> {
    Ok(Event::RegisterQueried { lookup, reviewer: on_behalf(case, actor)? })
}

/// A look of the keeper of the window (緊急調閱): in every state, for a reason.
pub(super) fn break_glass(case: &Case, actor: &Actor, reason: &str) -> Result<Event, Rejection> {
    let reason = checked(reason)?;
    let Actor::Officer(officer) = actor else {
        return Err(Rejection::Forbidden { action: Action::BreakGlass });
    };
    has_room(case)?;
    Ok(Event::GlassBroken { name: officer.name.clone(), reason })
}
