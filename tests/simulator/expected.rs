//! The rules once more, written another way: what the checks compare the product with.

#[path = "expected/ended.rs"]
mod ended;
#[path = "expected/fired.rs"]
mod fired;
#[path = "expected/money.rs"]
mod money;
#[path = "expected/registers.rs"]
mod registers;
#[path = "expected/reviews.rs"]
mod reviews;

use domain::agency::{Role, Staff};
use domain::case::{Case, Outcome, State};
use domain::clock::terms::FeeTiming;
use domain::correction::{Answer, Deficiency};
use domain::event::{Event, Party};
use domain::id::{AgencyCode, PersonId};
use domain::letter::{Issued, Letter, Proposed};
use domain::notice::NoticeKind;
use domain::pick_up::{Proxy, Receiver};
use jiff::Timestamp;
use testkit::samples;

fn all_staff() -> &'static [Staff] {
    static STAFF: std::sync::OnceLock<Vec<Staff>> = std::sync::OnceLock::new();
    STAFF.get_or_init(|| {
        samples::import().staff.into_iter().map(|staff| staff.staff(samples::PROVIDER)).collect()
    })
}

fn in_role(case: &Case, role: Role) -> Vec<PersonId> {
    in_role_of(&case.agency, role)
}

fn in_role_of(agency: &AgencyCode, role: Role) -> Vec<PersonId> {
    let mut people: Vec<PersonId> = all_staff()
        .iter()
        .filter(|staff| staff.agency == *agency && staff.roles.contains(&role))
        .map(|staff| staff.person)
        .collect();
    people.sort_unstable();
    people
}

fn is(case: &Case, role: Role, person: PersonId) -> bool {
    in_role(case, role).contains(&person)
}

/// Who must be told what after `event`, `case` being the case after it; sorted.
pub fn notices(case: &Case, event: &Event) -> Vec<(NoticeKind, PersonId)> {
    let dispatchers = || in_role(case, Role::Dispatcher);
    let research = || {
        let found = in_role(case, Role::Research);
        if found.is_empty() { in_role(case, Role::Administrator) } else { found }
    };
    let handler = || case.assignment.map_or_else(dispatchers, |assignment| vec![assignment.handler]);
    let reviewer = || case.assignment.map_or_else(dispatchers, |assignment| vec![assignment.reviewer]);
    let holder = || if case.state == State::AwaitingApproval { reviewer() } else { handler() };
    let applicant = || vec![case.applicant.person];
    let told: Vec<(NoticeKind, Vec<PersonId>)> = match event {
        Event::Submitted(_) => {
            vec![
                (NoticeKind::ApplicationReceived, applicant()),
                (NoticeKind::CaseArrived, dispatchers()),
                // The samples have no routing rules.
                (NoticeKind::CaseToCome, in_role(case, Role::Research)),
            ]
        }
        Event::Accepted | Event::HandedOver { .. } | Event::RegisterQueried { .. } => {
            vec![]
        }
        Event::NoticeServed { notice, service } => ended::served(case, *notice, service.means, handler()),
        Event::NoticeHeard { word, .. } => ended::heard(case, *word, handler()),
        Event::Assigned { .. } => {
            vec![(NoticeKind::CaseAssigned, handler()), (NoticeKind::CaseAssigned, reviewer())]
        }
        Event::Rerouted { .. } => {
            vec![
                (NoticeKind::CaseRerouted, applicant()),
                (NoticeKind::CaseArrived, dispatchers()),
                (NoticeKind::CaseToCome, in_role(case, Role::Research)),
            ]
        }
        Event::Transferred { .. } => {
            let told = ended::letter(case, NoticeKind::CaseTransferred, handler());
            [told, money::refund_due(case)].concat()
        }
        Event::ReviewRequested { .. } => reviews::asked(case),
        Event::ReviewAnswered { .. } => {
            [vec![(NoticeKind::ReviewAnswered, handler())], reviews::asked(case)].concat()
        }
        Event::ReviewDropped { .. } => [reviews::dropped(case), reviews::asked(case)].concat(),
        Event::Proposed { .. } => vec![(NoticeKind::ProposalWaiting, reviewer())],
        Event::Returned { .. } => vec![(NoticeKind::ProposalReturned, handler())],
        Event::Rectified { .. } => ended::letter(case, NoticeKind::Rectified, handler()),
        Event::Decided { .. } => {
            let decided = ended::letter(case, NoticeKind::Decided, handler());
            [decided, money::refund_due(case)].concat()
        }
        Event::ConsentChanged { .. } => ended::mind_changed(case, handler()),
        Event::Withdrawn { .. } => ended::withdrawn(case, handler(), reviewer()),
        Event::Terminated { .. } => ended::terminated(case, handler(), research()),
        Event::Money(posting) => money::notices(case, posting),
        Event::TimerFired(kind) => fired::notices(case, *kind, holder(), handler(), research()),
        Event::CorrectionRequested(correction) => ended::asked(case, correction.in_writing, handler()),
        Event::CorrectionAnswered { .. } => vec![(NoticeKind::CorrectionAnswered, handler())],
        Event::MoreTimeAsked { .. } => vec![(NoticeKind::MoreTimeAsked, handler())],
        Event::CorrectionExtended { .. } => vec![(NoticeKind::CorrectionExtended, applicant())],
        Event::MoreTimeDeclined { .. } => vec![(NoticeKind::MoreTimeDeclined, applicant())],
        Event::Arrived { .. } if is_ready(case) => {
            vec![(NoticeKind::Arrived, applicant()), (NoticeKind::CaseReady, dispatchers())]
        }
        Event::Arrived { .. } => vec![(NoticeKind::Arrived, applicant())],
        Event::Extended { .. } => vec![(NoticeKind::Extended, applicant())],
        Event::TimeAdded { .. } | Event::Stopped { .. } | Event::Resumed { .. } => {
            vec![(NoticeKind::ClockChanged, applicant())]
        }
        Event::GlassBroken { .. } => registers::looked_into(research()),
        Event::Recalculated(moved) => {
            let felt = vec![(NoticeKind::DateMoved, applicant()), (NoticeKind::DateMoved, holder())];
            let felt = if moved.is_felt() { felt } else { vec![] };
            [felt, reviews::moved(case, moved)].concat()
        }
    };
    let mut told: Vec<(NoticeKind, PersonId)> =
        told.into_iter().flat_map(|(kind, people)| people.into_iter().map(move |one| (kind, one))).collect();
    told.sort_unstable();
    told
}

/// Whether nobody has it, and nothing of what its clock waits for is still to come: the window may have given up
/// waiting for one thing when the other comes.
fn is_ready(case: &Case) -> bool {
    let (terms, history) = (&case.item.terms, &case.history);
    let owes =
        terms.fee == FeeTiming::AtApplication && case.ledger.fee().is_some() && history.fee_posted.is_none();
    case.state == State::Received
        && !owes
        && terms.awaits.iter().all(|what| history.arrived.contains_key(what))
}

/// The states in which nobody has the case yet.
const NOBODYS: [State; 3] = [State::AwaitingPayment, State::AwaitingMaterials, State::Received];

/// Whether the first stands in for the second.
type ActsFor<'a> = &'a dyn Fn(PersonId, PersonId) -> bool;

/// Whether an officer is its handler, and its reviewer: whoever stands in for one of the two is not the other as well.
fn assigned(case: &Case, officer: Option<PersonId>, acts_for: ActsFor<'_>) -> [bool; 2] {
    let Some((officer, it)) = officer.zip(case.assignment) else { return [false; 2] };
    let pairs = [(it.handler, it.reviewer), (it.reviewer, it.handler)];
    pairs.map(|(holder, other)| officer == holder || (officer != other && acts_for(officer, holder)))
}

/// Why `event` of `by` must not have happened to `case`, if it must not.
pub fn illegal(case: &Case, by: Party, acts_for: ActsFor<'_>, event: &Event) -> Option<&'static str> {
    let at_work = [State::Assigned, State::JointReview].contains(&case.state);
    let held = at_work || [State::UnderCorrection, State::AwaitingApproval].contains(&case.state);
    let to_dispatch = NOBODYS.contains(&case.state);
    let open = to_dispatch || held;
    let waits = case.state == State::AwaitingPickUp;
    let officer = match by {
        Party::Officer(person) => Some(person),
        Party::Applicant(_) | Party::System => None,
    };
    let dispatcher = officer.is_some_and(|person| is(case, Role::Dispatcher, person));
    let [handler, reviewer] = assigned(case, officer, acts_for);
    let fine = match event {
        Event::Submitted(_) => return Some("an application is filed once"),
        Event::Accepted => to_dispatch && case.accepted_at.is_none() && dispatcher,
        Event::Assigned { assignment, .. } => {
            (to_dispatch || at_work)
                && dispatcher
                && is(case, Role::Handler, assignment.handler)
                && is(case, Role::Reviewer, assignment.reviewer)
                && assignment.handler != assignment.reviewer
        }
        Event::Rerouted { agency, .. } => {
            (to_dispatch || case.state == State::Assigned) && dispatcher && *agency != case.agency
        }
        Event::Transferred { .. } => case.state == State::Assigned && reviewer,
        Event::ReviewRequested { .. } | Event::ReviewAnswered { .. } | Event::ReviewDropped { .. } => {
            reviews::is_legal(case, officer, handler && at_work, event)
        }
        Event::GlassBroken { .. } => officer == Some(samples::person(samples::KEEPER)),
        Event::NoticeServed { notice, .. } => (dispatcher || handler) && notice.event <= case.version,
        Event::ConsentChanged { consent } => ended::is_mind_changed(case, by, consent),
        Event::NoticeHeard { notice, word } => by == Party::System && ended::is_news(case, *notice, *word),
        Event::RegisterQueried { lookup, reviewer } => {
            registers::is_legal(case, officer, handler, lookup, reviewer.as_ref())
        }
        Event::Proposed { ruling, letter } => {
            let reasoned = ruling.outcome == Outcome::Approve || !ruling.reason.trim().is_empty();
            case.state == State::Assigned
                && handler
                && officer == Some(ruling.by)
                && reasoned
                && letter.is_some()
        }
        Event::Returned { reason } => {
            case.state == State::AwaitingApproval && reviewer && !reason.trim().is_empty()
        }
        Event::Decided { ruling, documents } => {
            let proposed = case.ruling.as_ref();
            let same = proposed.is_some_and(|it| it.outcome == ruling.outcome && it.reason == ruling.reason);
            let four_eyes = proposed.is_some_and(|proposal| proposal.by != ruling.by);
            let as_proposed = case.proposed.as_deref().is_some_and(|it| is_as_proposed(it, documents));
            case.state == State::AwaitingApproval && reviewer && same && four_eyes && as_proposed
        }
        Event::Rectified { corrects, .. } => reviewer && case.documents.contains(corrects),
        Event::Withdrawn { .. } => open && by == Party::Applicant(case.applicant.person),
        Event::Terminated { .. } => {
            let applicant = by == Party::Applicant(case.applicant.person);
            open && applicant && case.dates.due.is_some() && case.state != State::UnderCorrection
        }
        Event::Money(posting) => money::is_legal(case, by, posting),
        Event::TimerFired(kind) => by == Party::System && fired::is_set(case, *kind, open || waits),
        Event::CorrectionRequested(correction) => {
            let first = case.history.corrections.is_empty();
            let said = |it: &Deficiency| !it.what.trim().is_empty() && !it.provide.trim().is_empty();
            let list = &correction.deficiencies;
            let whole = !list.is_empty() && list.iter().all(said) && correction.again.is_empty() == first;
            case.state == State::Assigned && handler && whole
        }
        Event::MoreTimeAsked { days, reason } => {
            let applicant = by == Party::Applicant(case.applicant.person);
            let said = *days > 0 && !reason.trim().is_empty();
            case.state == State::UnderCorrection && applicant && said && case.more_time.is_none()
        }
        Event::CorrectionExtended { until, .. } => {
            let later = case.dates.correction_due.is_some_and(|before| *until > before);
            case.state == State::UnderCorrection && handler && later
        }
        Event::MoreTimeDeclined { reason } => {
            let asked = case.more_time.is_some() && !reason.trim().is_empty();
            case.state == State::UnderCorrection && handler && asked
        }
        Event::CorrectionAnswered { at, answer } => {
            let may = by == Party::Applicant(case.applicant.person) || handler;
            may && (at_work || case.state == State::UnderCorrection) && is_answer(case, by, answer, *at)
        }
        Event::Arrived { what, .. } => {
            open && (dispatcher || handler) && !case.history.arrived.contains_key(what)
        }
        Event::Extended { amount, reason } => {
            let once = case.history.extension.is_none() && *amount <= case.item.terms.limit.amount();
            held && reviewer && once && !reason.trim().is_empty()
        }
        Event::TimeAdded { .. } | Event::Stopped { .. } | Event::Resumed { .. } => held && reviewer,
        Event::HandedOver { receiver } => {
            case.state == State::AwaitingPickUp && (dispatcher || handler) && is_named(receiver.as_ref())
        }
        Event::Recalculated(_) => (open || waits) && by == Party::System,
    };
    (!fine).then_some("the state, the role or the person does not allow it")
}

/// Who took what was handed over: a proxy by name, with what they showed.
fn is_named(receiver: Option<&Receiver>) -> bool {
    receiver.is_some_and(|receiver| match receiver {
        Receiver::Applicant => true,
        Receiver::Proxy(Proxy { name, proof }) => !name.reveal().is_empty() && !proof.reveal().is_empty(),
    })
}

/// The letter that was proposed, and after it the certificates, each in its place.
fn is_as_proposed(proposed: &Proposed, documents: &[Issued]) -> bool {
    let Some((letter, certificates)) = documents.split_first() else { return false };
    let certified = certificates.iter().map(|issued| issued.paper.certificate().map(|it| &it.text));
    letter.paper.letter().map(Letter::contents) == Some(&proposed.contents)
        && certified.eq(proposed.certificates.iter().map(Some))
}

/// At an instant at which it has not fired.
/// To something that was asked, not before it was; of the applicant, with something in it.
fn is_answer(case: &Case, by: Party, answer: &Answer, at: Timestamp) -> bool {
    let bare = answer.answers.reveal().is_empty() && answer.documents.is_empty();
    let nothing = bare && answer.note.reveal().trim().is_empty();
    let asked = case.history.corrections.last();
    !(matches!(by, Party::Applicant(_)) && nothing)
        && asked.is_some_and(|asked| asked.answered.is_none() && at >= asked.asked)
}
