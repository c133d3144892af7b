//! Everybody there could be: each role alone, none and all of them, in the agency that has the case and in
//! another, being the one it is assigned to, the applicant, or somebody else.

use std::collections::BTreeSet;

use domain::access::{Actor, KEEPER, Officer, SUPERVISOR};
use domain::agency::Role;
use domain::case::{Assignment, Case};
use domain::id::{AgencyCode, PersonId};
use testkit::samples;

/// Somebody, and what to call them.
pub struct Who {
    pub name: String,
    pub actor: Actor,
}

pub fn everybody(case: &Case) -> Vec<Who> {
    let stranger = samples::person("stranger");
    let assigned = case.assignment.map(|it| [("the handler", it.handler), ("the reviewer", it.reviewer)]);
    let persons: Vec<(&str, PersonId)> = assigned
        .into_iter()
        .flatten()
        .chain([("the applicant", case.applicant.person), ("a stranger", stranger)])
        .collect();
    let none = ("no role".to_owned(), BTreeSet::new());
    let all = ("every role".to_owned(), Role::ALL.iter().copied().collect());
    let single = Role::ALL.iter().map(|role| (role.code().to_owned(), BTreeSet::from([*role])));
    let roles: Vec<(String, BTreeSet<Role>)> = [none, all].into_iter().chain(single).collect();
    // One that cases in review were sent to.
    let other: AgencyCode = samples::ASKED.parse().unwrap();
    let mut everybody = Vec::new();
    for (person_name, person) in persons {
        everybody.push(Who { name: person_name.to_owned(), actor: Actor::Applicant(person) });
        for agency in [&case.agency, &other] {
            for (role, roles) in &roles {
                let officer = Officer {
                    person,
                    agency: agency.clone(),
                    roles: roles.clone(),
                    name: person_name.to_owned(),
                    stands_in: BTreeSet::new(),
                };
                let name = format!("{person_name} with {role} in {agency}");
                everybody.push(Who { name, actor: Actor::Officer(officer) });
            }
        }
    }
    for (agency, role) in
        [(KEEPER, Role::Administrator), (KEEPER, Role::Research), (SUPERVISOR, Role::Research)]
    {
        let roles = BTreeSet::from([role]);
        let (agency, name) = (agency.parse().unwrap(), format!("{role} of {agency}"));
        let officer =
            Officer { person: stranger, agency, roles, name: name.clone(), stands_in: BTreeSet::new() };
        everybody.push(Who { name, actor: Actor::Officer(officer) });
    }
    everybody.extend(deputies(case));
    everybody
}

/// Those who stand in for whom it is assigned to: a stranger, the applicant, and each of the two for the other.
fn deputies(case: &Case) -> Vec<Who> {
    let Some(Assignment { handler, reviewer }) = case.assignment else { return Vec::new() };
    let stranger = samples::person("stranger");
    let (both, other) = (BTreeSet::from([Role::Handler, Role::Reviewer]), samples::ASKED.parse().unwrap());
    let of = |name: &str, person, principal, agency: &AgencyCode, roles: &BTreeSet<Role>| {
        let (agency, stands_in) = (agency.clone(), BTreeSet::from([principal]));
        let officer = Officer { person, agency, roles: roles.clone(), name: name.to_owned(), stands_in };
        Who { name: name.to_owned(), actor: Actor::Officer(officer) }
    };
    let (own, handles, reviews) =
        (&case.agency, &BTreeSet::from([Role::Handler]), &BTreeSet::from([Role::Reviewer]));
    vec![
        of("a deputy of the handler", stranger, handler, own, handles),
        of("a deputy of the reviewer", stranger, reviewer, own, reviews),
        of("a deputy of the handler without the role", stranger, handler, own, &BTreeSet::new()),
        of("a deputy of the handler in another agency", stranger, handler, &other, handles),
        of("the reviewer as deputy of the handler", reviewer, handler, own, &both),
        of("the handler as deputy of the reviewer", handler, reviewer, own, &both),
        of("the applicant as deputy of the handler", case.applicant.person, handler, own, handles),
    ]
}
