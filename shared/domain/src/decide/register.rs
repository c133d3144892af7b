//! Looking documents up (免書證免謄本, 規範 九 II): by whoever handles the case, or has a part of it to review.

use super::{officer, review};
use crate::access::Actor;
use crate::case::Case;
use crate::command::Action;
use crate::event::Event;
use crate::joint_review::ReviewingAgency;
use crate::register::Lookup;
use crate::rejection::Rejection;

/// The agency of `actor` where it looks something up for its review; `None` where it has the case.
pub(super) fn on_behalf(case: &Case, actor: &Actor) -> Result<Option<ReviewingAgency>, Rejection> {
    officer(actor, Action::QueryRegister)?;
    match actor {
        Actor::Officer(officer) if officer.agency != case.agency => {
            let open = review::waited_for(case, &officer.agency).ok_or(Rejection::ReviewNotOpen)?;
            Ok(Some(open.reviewer.clone()))
        }
        Actor::Officer(_) | Actor::Applicant(_) | Actor::System => Ok(None),
    }
}

/// Records what was looked up, whatever it was.
pub(super) fn query(case: &Case, actor: &Actor, lookup: Box<Lookup>) -> Result<Event, Rejection> {
    Ok(Event::RegisterQueried { lookup, reviewer: on_behalf(case, actor)? })
}
