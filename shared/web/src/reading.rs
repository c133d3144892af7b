//! Who may read a case (規範 六), as a visitor is told of it: what is not theirs does not exist.

use domain::access::{self, Actor, Officer};
use domain::case::Case;
use domain::command::Action;
use domain::rejection::Rejection;
use platform::codec::people::Session;

use crate::trouble::Trouble;

/// A case of another agency does not exist for this officer.
pub fn of_own_agency(officer: &Officer, case: &Case) -> Result<(), Trouble> {
    if case.agency == officer.agency { Ok(()) } else { Err(Trouble::NotFound) }
}

/// Whether an officer may read the case; one of their own agency exists, though it may not be theirs to read.
pub fn by_officer(officer: &Officer, case: &Case) -> Result<(), Trouble> {
    let action = Action::Read;
    if access::allowed(&Actor::Officer(officer.clone()), case, action) {
        return Ok(());
    }
    of_own_agency(officer, case)?;
    Err(Rejection::Forbidden { action }.into())
}

/// Whether a part of the case is forwarded to the officer's agency for review (會審), and theirs to read; to any
/// other agency it does not exist.
pub fn forwarded(officer: &Officer, case: &Case) -> Result<(), Trouble> {
    let may_read = access::allowed(&Actor::Officer(officer.clone()), case, Action::ReadForwarded);
    if may_read { Ok(()) } else { Err(Trouble::NotFound) }
}

/// Whether it is the visitor's own case; to anybody else it does not exist.
pub fn by_applicant(session: &Session, case: &Case) -> Result<(), Trouble> {
    let may_read = access::allowed(&session.as_applicant(), case, Action::Read);
    if may_read { Ok(()) } else { Err(Trouble::NotFound) }
}
