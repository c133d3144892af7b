//! Who tries.

use domain::access::{Actor, KEEPER, Relation, SUPERVISOR};
use domain::agency::Role;

use super::{dispatcher, handler, money, reviewer};
use crate::scene::{OTHER_AGENCY, applicant};
use crate::support::{AGENCY, officer};

/// One actor for every relation, and those who have none.
pub(super) fn actors() -> Vec<(&'static str, Option<Relation>, Actor)> {
    vec![
        ("applicant", Some(Relation::Applicant), applicant("lin")),
        ("dispatcher", Some(Relation::Dispatcher), dispatcher()),
        ("handler", Some(Relation::Handler), handler()),
        ("reviewer", Some(Relation::Reviewer), reviewer()),
        ("cashier", Some(Relation::Cashier), money::cashier()),
        ("accountant", Some(Relation::Accountant), money::accountant()),
        ("research", Some(Relation::Research), officer("research", AGENCY, &[Role::Research])),
        ("window", Some(Relation::System), Actor::System),
        ("supervisor", Some(Relation::Supervisor), officer("rdec", SUPERVISOR, &[Role::Research])),
        ("keeper", Some(Relation::Keeper), officer("keeper", KEEPER, &[Role::Administrator])),
        ("administrator", None, officer("admin", AGENCY, &[Role::Administrator])),
        ("another handler", None, officer("colleague", AGENCY, &[Role::Handler])),
        ("asked agency", Some(Relation::ReviewingHandler), officer("asked", OTHER_AGENCY, &[Role::Handler])),
        (
            "asked dispatcher",
            Some(Relation::ReviewingReader),
            officer("asked-dispatcher", OTHER_AGENCY, &[Role::Dispatcher]),
        ),
        ("another agency", None, officer("handler", "zoo", Role::ALL)),
        ("another applicant", None, applicant("chen")),
    ]
}
