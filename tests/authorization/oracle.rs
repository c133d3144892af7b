//! The policies, and what they say of a person, an action and a case.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};
use domain::access::{self, Actor};
use domain::agency::Role;
use domain::case::Case;
use domain::clock::history::{End, Review};
use domain::command::Action;
use domain::dates::ClockState;
use domain::decide::{MAX_CORRECTION_DAYS, open_to};
use domain::money::Twd;
use domain::payment::RefundState;
use domain::timer::TimerKind;
use testkit::samples::{self, Funds, Stage};

use crate::people::{self, Who};

pub struct Oracle {
    authorizer: Authorizer,
    policies: PolicySet,
}

fn uid(kind: &str, id: &str) -> EntityUid {
    format!("{kind}::\"{id}\"").parse().unwrap()
}

fn text(text: &(impl ToString + ?Sized)) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_string())
}

fn flag(flag: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(flag)
}

impl Oracle {
    pub fn new() -> Self {
        let policies = include_str!("policy.cedar").parse().unwrap();
        Self { authorizer: Authorizer::new(), policies }
    }

    pub fn permits(&self, actor: &Actor, action: Action, case: &Case) -> bool {
        let (principal, resource) = (principal(actor), resource(case));
        let request = Request::new(
            principal.uid(),
            uid("Action", action.code()),
            resource.uid(),
            Context::empty(),
            None,
        );
        let entities = Entities::from_entities([principal, resource], None).unwrap();
        let answer = self.authorizer.is_authorized(&request.unwrap(), &self.policies, &entities);
        let errors: Vec<String> = answer.diagnostics().errors().map(ToString::to_string).collect();
        assert_eq!(errors, Vec::<String>::new(), "a policy that cannot be evaluated");
        answer.decision() == Decision::Allow
    }
}

fn principal(actor: &Actor) -> Entity {
    let (kind, person, more) = match actor {
        Actor::Applicant(person) => ("Applicant", *person, HashMap::new()),
        Actor::Officer(officer) => {
            let roles = officer.roles.iter().map(|role| text(role.code()));
            let roles = RestrictedExpression::new_set(roles);
            let stands_in = officer.stands_in.iter().map(text);
            let more = [
                ("agency".to_owned(), text(&officer.agency)),
                ("roles".to_owned(), roles),
                ("stands_in".to_owned(), RestrictedExpression::new_set(stands_in)),
            ];
            ("Officer", officer.person, HashMap::from(more))
        }
        Actor::System => panic!("the window asks nobody"),
    };
    let mut attributes = more;
    attributes.insert("person".to_owned(), text(&person));
    Entity::new(uid(kind, &person.to_string()), attributes, HashSet::new()).unwrap()
}

/// What the policies must know of a case. Nobody in charge is written as nobody's name.
fn resource(case: &Case) -> Entity {
    let history = &case.history;
    let round = history.corrections.last();
    let period =
        round.map_or(MAX_CORRECTION_DAYS, |round| round.days + round.extended.map_or(0, |it| it.days));
    let overdue = case.dates.timers.get(&TimerKind::Overdue);
    let has_fired = overdue.is_some_and(|at| case.fired.contains(&(TimerKind::Overdue, *at)));
    let standing = case.ledger.standing();
    let refunds = case.ledger.refunds();
    let live = |state: RefundState| refunds.iter().any(|file| file.state == state && file.declined.is_none());
    let proven = refunds.iter().any(|file| {
        file.state == RefundState::Requested
            && file.declined.is_none()
            && !file.contacts.is_empty()
            && !file.proofs.is_empty()
    });
    let person =
        |person: Option<domain::id::PersonId>| text(&person.map_or_else(String::new, |it| it.to_string()));
    let agencies = |which: &dyn Fn(&Review) -> bool| {
        let reviews = history.reviews.iter().filter(|review| which(review));
        RestrictedExpression::new_set(reviews.map(|review| text(&review.reviewer.agency)))
    };
    let attributes = [
        ("agency", text(&case.agency)),
        ("applicant", text(&case.applicant.person)),
        ("handler", person(case.assignment.map(|it| it.handler))),
        ("reviewer", person(case.assignment.map(|it| it.reviewer))),
        ("proposer", person(case.ruling.as_ref().map(|it| it.by))),
        ("state", text(case.state.code())),
        ("is_open", flag(case.ending.is_none())),
        ("asked", agencies(&|it| it.ended.is_none_or(|ended| ended.how != End::Dropped))),
        ("awaited", agencies(&|it| it.ended.is_none())),
        ("has_reviewers_left", flag(case.reviewers_left().next().is_some())),
        ("accepted", flag(case.accepted_at.is_some())),
        ("unanswered", flag(round.is_some_and(|round| round.answered.is_none()))),
        ("more_time_asked", flag(case.more_time.is_some())),
        ("has_time_to_give", flag(period < MAX_CORRECTION_DAYS)),
        ("awaits", flag(case.item.terms.awaits.iter().any(|it| !history.arrived.contains_key(it)))),
        (
            "is_extendable",
            flag(history.extension.is_none() && case.dates.clock != ClockState::Waiting && !has_fired),
        ),
        ("has_days_to_add", flag(history.added_days < case.item.terms.added_days)),
        ("is_stopped", flag(history.stops.last().is_some_and(|stop| stop.until.is_none()))),
        ("is_overdue", flag(has_fired)),
        ("has_documents", flag(!case.documents.is_empty())),
        ("owes", flag(standing.status.owes())),
        ("is_refundable", flag(standing.refundable > Twd::ZERO)),
        ("holds_suspense", flag(standing.payments.iter().any(|payment| !payment.applied))),
        ("has_money", flag(standing.applied > Twd::ZERO)),
        ("has_to_be_looked_into", flag(standing.to_check_off().next().is_some())),
        ("refund_is_open", flag(live(RefundState::Requested))),
        ("refund_is_proven", flag(proven)),
        ("refund_is_accepted", flag(live(RefundState::Accepted))),
        ("refund_is_declinable", flag(live(RefundState::Requested) || live(RefundState::Accepted))),
        (
            "refund_has_left",
            flag(live(RefundState::Submitted) || live(RefundState::Failed) || live(RefundState::Settled)),
        ),
    ];
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Entity::new(uid("Case", &case.id.to_string()), attributes, HashSet::new()).unwrap()
}

/// Cases in every state, and in every state of their money.
fn cases() -> Vec<(String, Case)> {
    let stages = Stage::ALL.into_iter().map(|stage| (format!("{stage:?}"), samples::case(stage)));
    let funds = Funds::ALL.into_iter().map(|funds| {
        let record = samples::funded(funds);
        (format!("{funds:?}"), domain::apply::replay(&record).unwrap())
    });
    stages.chain(funds).collect()
}

/// What the window does by itself, and nobody asks for.
fn by_itself(action: Action) -> bool {
    use Action as A;
    matches!(action, A::Recalculate | A::Fire | A::HearMoney | A::ExpireAttempt | A::HearNotice)
}

#[test]
fn every_role_and_relation_may_what_the_policies_say_in_every_state() {
    let oracle = Oracle::new();
    let (mut asked, mut permitted) = (0_u32, 0_u32);
    for (situation, case) in cases() {
        for Who { name, actor } in people::everybody(&case) {
            let open = open_to(&case, &actor);
            for action in Action::ALL.iter().copied().filter(|action| !by_itself(*action)) {
                let may = match action {
                    Action::Read | Action::ReadForwarded => access::allowed(&actor, &case, action),
                    action => open.contains(&action),
                };
                let says = oracle.permits(&actor, action, &case);
                assert_eq!(may, says, "{name} {action} when {situation}: the policies say {says}");
                asked += 1;
                permitted += u32::from(says);
            }
        }
    }
    assert!(asked > 40_000 && permitted > 1_000, "{asked} asked, {permitted} permitted");
}

/// The table without the states: what nobody who stands to the case like this may ever do.
#[test]
fn the_table_forbids_what_no_state_opens() {
    let oracle = Oracle::new();
    for (_, case) in cases() {
        for Who { name, actor } in people::everybody(&case) {
            for action in Action::ALL.iter().copied().filter(|action| !by_itself(*action)) {
                let may = access::allowed(&actor, &case, action);
                assert!(may || !oracle.permits(&actor, action, &case), "{name} {action}");
            }
        }
    }
}

/// Not even a slip in the assignment lets anybody decide on their own proposal.
#[test]
fn nobody_decides_on_their_own_proposal() {
    let oracle = Oracle::new();
    let mut case = samples::case(Stage::AwaitingApproval);
    let reviewer = case.assignment.unwrap().reviewer;
    let actor = samples::actor(samples::REVIEWER);
    assert!(
        open_to(&case, &actor).contains(&Action::Approve) && oracle.permits(&actor, Action::Approve, &case)
    );
    case.ruling.as_mut().unwrap().by = reviewer;
    assert!(!open_to(&case, &actor).contains(&Action::Approve));
    assert!(!oracle.permits(&actor, Action::Approve, &case));
}

/// Every role there is is asked about.
#[test]
fn everybody_is_everybody() {
    let case = samples::case(Stage::AwaitingApproval);
    let roles: HashSet<Role> = people::everybody(&case)
        .into_iter()
        .filter_map(|who| match who.actor {
            Actor::Officer(officer) => Some(officer.roles),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(roles, Role::ALL.iter().copied().collect());
}
