//! Who has the case: people of the agency, another agency, or a body outside the window.

use super::{bounded, checked};
use crate::agency::{Agency, Role, Staff};
use crate::case::{Assignment, Case};
use crate::event::Event;
use crate::rejection::Rejection;

/// Longest name of a body outside the window, in characters.
const MAX_BODY: u16 = 100;

pub(super) fn assign(case: &Case, handler: &Staff, reviewer: &Staff) -> Result<Event, Rejection> {
    for (staff, role) in [(handler, Role::Handler), (reviewer, Role::Reviewer)] {
        if staff.person == case.applicant.person {
            return Err(Rejection::OwnApplication);
        }
        if staff.agency != case.agency || !staff.roles.contains(&role) {
            return Err(Rejection::NotInRole { role });
        }
    }
    if handler.person == reviewer.person {
        return Err(Rejection::SamePerson);
    }
    Ok(Event::Assigned {
        assignment: Assignment { handler: handler.person, reviewer: reviewer.person },
        handler_name: handler.name.clone(),
    })
}

/// Another agency of the window has the case from now on, as if it had just come in; its dates stay, since
/// the window received it when it did.
pub(super) fn reroute(case: &Case, to: Option<Box<Agency>>, reason: &str) -> Result<Event, Rejection> {
    let Some(to) = to.filter(|agency| agency.code != case.agency) else {
        return Err(Rejection::NoSuchAgency);
    };
    Ok(Event::Rerouted { agency: to.code, name: to.name, reason: checked(reason)? })
}

/// A body outside the window has it, and the window is done with it.
pub(super) fn transfer(to: &str, reason: &str) -> Result<Event, Rejection> {
    let to = bounded(to, MAX_BODY).filter(|to| !to.is_empty()).ok_or(Rejection::NoSuchAgency)?;
    Ok(Event::Transferred { to, reason: checked(reason)? })
}
