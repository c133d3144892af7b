//! Of documents that are looked up: who may have done it.

use domain::agency::Role;
use domain::case::{Case, State};
use domain::id::PersonId;
use domain::joint_review::ReviewingAgency;
use domain::notice::NoticeKind;
use domain::register::Lookup;

use super::{in_role_of, reviews};

/// Whether `officer` may have looked it up, who is the handler of the case if `handler`: the handler while
/// somebody handles it, or whoever answers for an agency that is awaited.
pub fn is_legal(
    case: &Case,
    officer: Option<PersonId>,
    handler: bool,
    lookup: &Lookup,
    reviewer: Option<&ReviewingAgency>,
) -> bool {
    let open = matches!(
        case.state,
        State::Assigned | State::UnderCorrection | State::JointReview | State::AwaitingApproval
    );
    let theirs = match reviewer {
        None => handler,
        Some(ReviewingAgency { agency, .. }) => {
            let answers = officer.is_some_and(|it| in_role_of(agency, Role::Handler).contains(&it));
            answers && reviews::is_awaited(case, agency)
        }
    };
    open && theirs && !lookup.purpose.zh.is_empty() && lookup.register.as_str() == "companies"
}

/// Who is told that whoever keeps the window looked into a case: `research`, of its agency, and of the body that
/// supervises.
pub fn looked_into(research: Vec<PersonId>) -> Vec<(NoticeKind, Vec<PersonId>)> {
    let city = in_role_of(&"rdec".parse().expect("an agency"), Role::Research).into_iter().collect();
    vec![(NoticeKind::GlassBroken, research), (NoticeKind::GlassBroken, city)]
}
