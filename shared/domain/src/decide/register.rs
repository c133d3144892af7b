//! Looking documents up (免書證免謄本, 規範 九 II): by whoever handles the case, or has a part of it to review.

use super::{not_in_this_state, officer, review};
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
    // So that nobody who looks things up over and over keeps others from deciding.
    if case.lookups >= MAX_LOOKUPS {
        return Err(Rejection::TooManyLookups { max: MAX_LOOKUPS });
    }
    Ok(found)
}

fn allowed(case: &Case, actor: &Actor) -> Result<Option<ReviewingAgency>, Rejection> {
    let action = Action::QueryRegister;
    officer(actor, action)?;
    match actor {
        // Nothing of the case is told to an agency that is not waited for, its state included.
        Actor::Officer(officer) if officer.agency != case.agency => {
            let open = review::waited_for(case, &officer.agency).ok_or(Rejection::ReviewNotOpen)?;
            Ok(Some(open.reviewer.clone()))
        }
        _ if State::HANDLED.contains(&case.state) => Ok(None),
        _ => Err(not_in_this_state(case, actor, action)),
    }
}

/// The same without reasons.
pub(super) fn may(case: &Case, actor: &Actor) -> bool {
    let theirs = match actor {
        Actor::Officer(officer) if officer.agency != case.agency => {
            review::waited_for(case, &officer.agency).is_some()
        }
        _ => State::HANDLED.contains(&case.state),
    };
    theirs && case.lookups < MAX_LOOKUPS
}

/// Records what was looked up, whatever it was.
pub(super) fn query(case: &Case, actor: &Actor, lookup: Box<Lookup>) -> Result<Event, Rejection> {
    Ok(Event::RegisterQueried { lookup, reviewer: on_behalf(case, actor)? })
}
