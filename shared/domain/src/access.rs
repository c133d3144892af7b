//! Who may do what (規範 六): one table of relation x action, asked by every route and by `decide`.

use std::collections::BTreeSet;

use crate::agency::{Role, Staff};
use crate::case::{Assignment, Case};
use crate::clock::history::{End, Review};
use crate::command::Action;
use crate::event::Party;
use crate::id::{AgencyCode, PersonId};

/// Who is acting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody signed in, acting for themselves.
    Applicant(PersonId),
    /// A member of staff, acting for their agency.
    Officer(Officer),
    /// The window itself: a timer that fired.
    System,
}

impl Actor {
    /// As whom an event names them.
    #[must_use]
    pub const fn party(&self) -> Party {
        match self {
            Self::Applicant(person) => Party::Applicant(*person),
            Self::Officer(officer) => Party::Officer(officer.person),
            Self::System => Party::System,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    pub person: PersonId,
    pub agency: AgencyCode,
    /// Their own, and those of whom they stand in for.
    pub roles: BTreeSet<Role>,
    pub name: String,
    /// For whom they stand in today (職務代理, [`crate::absence`]).
    pub stands_in: BTreeSet<PersonId>,
}

impl Officer {
    /// Whether what is `holder`'s to do is theirs, `other` being the second to whom a case is assigned: whoever
    /// stands in for one of the two is not the other as well, so that two pairs of eyes stay two.
    #[must_use]
    pub fn acts_as(&self, holder: Option<PersonId>, other: Option<PersonId>) -> bool {
        let stands_in = |holder| self.stands_in.contains(&holder) && other != Some(self.person);
        holder.is_some_and(|holder| self.person == holder || stands_in(holder))
    }
}

impl From<Staff> for Officer {
    fn from(staff: Staff) -> Self {
        Self {
            person: staff.person,
            agency: staff.agency,
            roles: staff.roles,
            name: staff.name,
            stands_in: BTreeSet::new(),
        }
    }
}

/// How an actor stands to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It is their own application.
    Applicant,
    /// Dispatcher of the agency that has the case.
    Dispatcher,
    /// The handler it is assigned to.
    Handler,
    /// The reviewer it is assigned to.
    Reviewer,
    /// Cashier of the agency that has the case.
    Cashier,
    /// Accountant of the agency that has the case.
    Accountant,
    /// Research officer of the agency that has the case.
    Research,
    /// 會審承辦: handler of an agency that was asked to review a part.
    ReviewingHandler,
    /// Dispatcher or research officer of such an agency.
    ReviewingReader,
    /// Research officer of the body that supervises the window (研考會): reads every case, does nothing to it.
    Supervisor,
    /// Administrator of the window's keeper (資訊局): reads a case only by breaking the glass.
    Keeper,
    /// The window itself.
    System,
}

/// Every relation `actor` has to `case`; a one-person unit has several.
#[must_use]
pub fn relations(actor: &Actor, case: &Case) -> BTreeSet<Relation> {
    match actor {
        Actor::System => BTreeSet::from([Relation::System]),
        Actor::Applicant(person) if *person == case.applicant.person => BTreeSet::from([Relation::Applicant]),
        // Nobody acts for the agency in their own matter (行政程序法 §32).
        Actor::Officer(officer) if officer.person == case.applicant.person => BTreeSet::new(),
        Actor::Officer(officer) => {
            let mut found = if officer.agency == case.agency {
                officer_relations(officer, case.assignment.as_ref())
            } else {
                reviewing_relations(officer, case)
            };
            found.extend(supervises(officer).then_some(Relation::Supervisor));
            found.extend(keeps(officer).then_some(Relation::Keeper));
            found
        }
        Actor::Applicant(_) => BTreeSet::new(),
    }
}

fn officer_relations(officer: &Officer, assigned: Option<&Assignment>) -> BTreeSet<Relation> {
    let holds = |role, relation, holder, other| {
        (officer.roles.contains(&role) && officer.acts_as(holder, other)).then_some(relation)
    };
    let (handler, reviewer) = (assigned.map(|it| it.handler), assigned.map(|it| it.reviewer));
    [
        officer.roles.contains(&Role::Dispatcher).then_some(Relation::Dispatcher),
        officer.roles.contains(&Role::Cashier).then_some(Relation::Cashier),
        officer.roles.contains(&Role::Accountant).then_some(Relation::Accountant),
        officer.roles.contains(&Role::Research).then_some(Relation::Research),
        holds(Role::Handler, Relation::Handler, handler, reviewer),
        holds(Role::Reviewer, Relation::Reviewer, reviewer, handler),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// While the case is open, and unless it was decided to go on without them.
fn reviewing_relations(officer: &Officer, case: &Case) -> BTreeSet<Relation> {
    let dropped = |review: &Review| review.ended.is_some_and(|ended| ended.how == End::Dropped);
    if !case.state.is_open() || case.latest_review(&officer.agency).is_none_or(dropped) {
        return BTreeSet::new();
    }
    let holds = |role, relation| officer.roles.contains(&role).then_some(relation);
    [
        holds(Role::Handler, Relation::ReviewingHandler),
        holds(Role::Dispatcher, Relation::ReviewingReader),
        holds(Role::Research, Relation::ReviewingReader),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The table: may somebody in `relation` do `action`? Whether the state of the case allows it is
/// another question, answered by [`crate::decide`].
#[must_use]
pub const fn may(relation: Relation, action: Action) -> bool {
    use {Action as A, Relation as R};
    match action {
        A::Read => !matches!(relation, R::System | R::Keeper | R::ReviewingHandler | R::ReviewingReader),
        // 資通系統之維護: only with a reason, and on record each time.
        A::BreakGlass => matches!(relation, R::Keeper),
        A::ReadForwarded => matches!(relation, R::ReviewingHandler | R::ReviewingReader),
        A::AnswerReview => matches!(relation, R::ReviewingHandler),
        // 規範 九 II: whoever has the part to check looks it up.
        A::QueryRegister => matches!(relation, R::Handler | R::ReviewingHandler),
        A::Accept | A::Assign | A::Reroute => matches!(relation, R::Dispatcher),
        A::RequestReview
        | A::DropReview
        | A::Propose
        | A::RequestCorrection
        | A::ExtendCorrection
        | A::DeclineMoreTime => matches!(relation, R::Handler),
        A::Approve | A::Return | A::Transfer | A::Extend | A::AddTime | A::Stop | A::Resume | A::Rectify => {
            matches!(relation, R::Reviewer)
        }
        A::AnswerCorrection => matches!(relation, R::Applicant | R::Handler),
        A::RecordArrival | A::HandOver | A::RecordService => matches!(relation, R::Dispatcher | R::Handler),
        A::Withdraw | A::AskMoreTime | A::ChangeConsent | A::Terminate | A::Pay | A::AddProof => {
            matches!(relation, R::Applicant)
        }
        A::SetFee => matches!(relation, R::Handler | R::Cashier),
        A::RequestRefund => matches!(relation, R::Applicant | R::Cashier),
        A::ApplySuspense
        | A::RecordDispute
        | A::CheckOff
        | A::LogContact
        | A::SubmitRefund
        | A::RecordPayout => matches!(relation, R::Cashier),
        A::AcceptRefund | A::DeclineRefund => matches!(relation, R::Accountant),
        A::HearMoney | A::ExpireAttempt | A::HearNotice | A::Recalculate | A::Fire => {
            matches!(relation, R::System)
        }
    }
}

/// Whether `actor` may do `action` on `case` at all.
#[must_use]
pub fn allowed(actor: &Actor, case: &Case, action: Action) -> bool {
    relations(actor, case).into_iter().any(|relation| may(relation, action))
}

/// The agency that keeps the window (規範 五: 維護管理機關): 資訊局.
pub const KEEPER: &str = "doit";

/// The body that supervises the window (規範 四): 研究發展考核委員會.
pub const SUPERVISOR: &str = "rdec";

/// The same as an agency; `None` only if its code were none.
#[must_use]
pub fn supervisor() -> Option<AgencyCode> {
    SUPERVISOR.parse().ok()
}

/// Whether `officer` may see which cases their agency is asked to review: whoever answers, and whoever sees to
/// it that it is done.
#[must_use]
pub fn may_read_reviews(officer: &Officer) -> bool {
    [Role::Handler, Role::Dispatcher, Role::Research].iter().any(|role| officer.roles.contains(role))
}

/// Whether `officer` supervises every agency: the research officers of 研考會.
#[must_use]
pub fn supervises(officer: &Officer) -> bool {
    officer.agency.as_str() == SUPERVISOR && officer.roles.contains(&Role::Research)
}

/// Whether `officer` may read on which days the inbox of `agency` was opened: its dispatchers, whose duty it
/// is, its research officers, and whoever supervises them.
#[must_use]
pub fn may_read_attendance(officer: &Officer, agency: &AgencyCode) -> bool {
    let answers_for_it = [Role::Dispatcher, Role::Research].iter().any(|role| officer.roles.contains(role));
    supervises(officer) || (officer.agency == *agency && answers_for_it)
}

/// Whether `officer` keeps the window itself: the administrators of its keeper.
#[must_use]
pub fn keeps(officer: &Officer) -> bool {
    officer.agency.as_str() == KEEPER && officer.roles.contains(&Role::Administrator)
}

/// Whether `officer` may change the office calendar: whoever keeps the window.
#[must_use]
pub fn may_keep_calendar(officer: &Officer) -> bool {
    keeps(officer)
}

/// Whether `officer` may read a case of their own agency that is assigned like this: the rule for a
/// row of a list, which is less than a case.
#[must_use]
pub fn may_read_listed(officer: &Officer, assigned: Option<&Assignment>) -> bool {
    officer_relations(officer, assigned).into_iter().any(|relation| may(relation, Action::Read))
}
