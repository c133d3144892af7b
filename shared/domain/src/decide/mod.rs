//! The one place that decides: a case, who asks, what is asked, and the time, to an event or a
//! refusal. Every pair of state and command is named, so a new one does not compile until somebody
//! has thought about it.

/// The states in which nobody has the case yet, as a pattern: the compiler still sees each of them. The modules
/// below match with these too.
macro_rules! to_dispatch {
    () => {
        State::AwaitingPayment | State::AwaitingMaterials | State::Received
    };
}

/// Those in which somebody handles it.
macro_rules! handled {
    () => {
        State::Assigned | State::UnderCorrection | State::JointReview | State::AwaitingApproval
    };
}

/// Those of a case that has ended and waits for nobody to pick anything up.
macro_rules! ended {
    () => {
        State::Approved
            | State::Rejected
            | State::Withdrawn
            | State::Terminated
            | State::Transferred
            | State::Notified
            | State::Closed
    };
}

/// Those in which the agency owes a decision.
macro_rules! open {
    () => {
        to_dispatch!() | handled!()
    };
}

mod dispatch;
mod money;
mod open;
mod pick_up;
mod refund;
mod register;
mod review;
mod ruling;
mod service;
mod timekeeping;

use jiff::Timestamp;

use crate::access::{self, Actor};
use crate::calendar::Calendar;
use crate::case::{Case, MAX_EVENTS, State};
use crate::command::{Action, Command};
use crate::consent;
use crate::event::Event;
use crate::refusal::FeeReading;
use crate::rejection::Rejection;
use crate::timer::{self, TimerKind};

pub use money::MAX_FEE;
pub use open::open_to;
pub use timekeeping::MAX_CORRECTION_DAYS;

/// Longest reason of an officer or an applicant, in characters.
pub const MAX_REASON: u16 = 2_000;

/// Decides `command` of `actor` on `case` at `now`, days being looked up in `calendar`.
#[expect(clippy::too_many_lines, reason = "every pair of state and command is named, in one place")]
#[expect(clippy::unnested_or_patterns, reason = "groups of states are patterns of their own")]
pub fn decide(
    case: &Case,
    actor: &Actor,
    command: Command,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Event, Rejection> {
    use {Command as C, State as S};

    let action = command.action();
    admit(case, actor, action)?;
    let time = timekeeping::At { case, now, calendar };
    match (case.state, command) {
        (to_dispatch!(), C::Accept) if case.accepted_at.is_none() => Ok(Event::Accepted),
        (to_dispatch!() | S::Assigned | S::JointReview, C::Assign { handler, reviewer }) => {
            dispatch::assign(case, &handler, &reviewer)
        }
        (to_dispatch!() | S::Assigned, C::Reroute { to, reason }) => dispatch::reroute(case, to, &reason),
        (S::Assigned, C::Transfer { to, reason }) => dispatch::transfer(&to, &reason),
        (S::Assigned | S::JointReview, C::RequestReview(asked)) => review::request(case, *asked),
        (S::JointReview, C::AnswerReview { asked, opinion, text }) => {
            review::answer(case, actor, asked, opinion, &text)
        }
        (S::JointReview, C::DropReview { agency, reason }) => review::drop(case, &agency, &reason),
        (S::Assigned, C::Propose(proposal)) => ruling::propose(case, actor, &proposal),
        (S::Assigned, C::RequestCorrection(request)) => time.request_correction(*request),
        (S::UnderCorrection, C::AnswerCorrection { reply, arrived_on }) => {
            time.answer_correction(actor, *reply, arrived_on)
        }
        // Too late, but before a refusal: it is taken all the same.
        (S::Assigned | S::JointReview, C::AnswerCorrection { reply, arrived_on })
            if time.correction_lapsed() =>
        {
            time.answer_correction(actor, *reply, arrived_on)
        }
        (S::UnderCorrection, C::AskMoreTime { days, reason }) => time.ask_more_time(days, &reason),
        (S::UnderCorrection, C::ExtendCorrection { days, reason }) => time.extend_correction(days, &reason),
        (S::UnderCorrection, C::DeclineMoreTime { reason }) if case.more_time.is_some() => {
            Ok(Event::MoreTimeDeclined { reason: checked(&reason)? })
        }
        (S::AwaitingApproval, C::Approve { reading, issue }) => {
            ruling::approve(case, actor, reading, &issue, now)
        }
        (S::AwaitingApproval, C::Return { reason }) => Ok(Event::Returned { reason: checked(&reason)? }),
        (handled!(), C::Extend { amount, reason }) => time.extend(amount, &reason),
        (handled!(), C::AddTime { days, reason }) => time.add_time(days, &reason),
        (handled!(), C::Stop { cause, from, until, reason }) => time.stop(cause, from, until, &reason),
        (handled!(), C::Resume { last }) => time.resume(last),
        (open!(), C::RecordArrival { what, arrived_on }) => time.record_arrival(what, arrived_on),
        (open!(), C::Withdraw { reason }) => Ok(Event::Withdrawn { reason: optional(&reason)? }),
        (open!() | S::AwaitingPickUp, C::Recalculate(recalculation)) => time.recalculate(*recalculation),
        (S::AwaitingPickUp, C::HandOver { reading, receiver, takes_proxies }) => {
            waits_for_fee(case, reading)?;
            pick_up::hand_over(receiver, takes_proxies)
        }
        (S::AwaitingPickUp | ended!(), C::Rectify(request)) if has_documents(case) => {
            ruling::rectify(case, *request, now)
        }
        (open!(), C::Terminate { reason }) => terminate(case, &reason, now),
        // Money comes and goes whatever became of the case.
        (_, C::Money(command)) => money::decide(case, actor, *command, now),
        (open!() | S::AwaitingPickUp, C::Fire(kind)) | (ended!(), C::Fire(kind @ TimerKind::Unopened)) => {
            timer::fire(case, kind, now)
        }
        // Of the states that matter, it says itself: not all may be told to those who review a part.
        (_, C::QueryRegister(lookup)) => register::query(case, actor, lookup),
        (_, C::BreakGlass { reason }) => register::break_glass(case, actor, &reason),
        (_, C::RecordService(request)) => service::record(*request, now),
        (_, C::ChangeConsent(consent)) if case.may_be_served() => consent::change(case, consent),
        (_, C::HearNotice { notice, word }) => service::hear(case, notice, word),
        // Nothing of the case is told to an agency that is not waited for, its state included.
        (_, C::AnswerReview { .. }) => Err(Rejection::ReviewNotOpen),
        (_, C::ChangeConsent(_))
        | (
            to_dispatch!(),
            C::Accept
            | C::Transfer { .. }
            | C::RequestReview(_)
            | C::DropReview { .. }
            | C::Propose(_)
            | C::Approve { .. }
            | C::Return { .. }
            | C::RequestCorrection(_)
            | C::AnswerCorrection { .. }
            | C::AskMoreTime { .. }
            | C::ExtendCorrection { .. }
            | C::DeclineMoreTime { .. }
            | C::Extend { .. }
            | C::AddTime { .. }
            | C::Stop { .. }
            | C::Resume { .. }
            | C::HandOver { .. }
            | C::Rectify(_),
        )
        | (
            S::Assigned,
            C::Accept
            | C::DropReview { .. }
            | C::Approve { .. }
            | C::Return { .. }
            | C::AnswerCorrection { .. }
            | C::AskMoreTime { .. }
            | C::ExtendCorrection { .. }
            | C::DeclineMoreTime { .. }
            | C::HandOver { .. }
            | C::Rectify(_),
        )
        | (
            S::UnderCorrection,
            C::Accept
            | C::Assign { .. }
            | C::Reroute { .. }
            | C::Transfer { .. }
            | C::RequestReview(_)
            | C::DropReview { .. }
            | C::Propose(_)
            | C::Approve { .. }
            | C::Return { .. }
            | C::RequestCorrection(_)
            | C::DeclineMoreTime { .. }
            | C::HandOver { .. }
            | C::Rectify(_),
        )
        | (
            S::JointReview,
            C::Accept
            | C::Reroute { .. }
            | C::Transfer { .. }
            | C::Propose(_)
            | C::Approve { .. }
            | C::Return { .. }
            | C::RequestCorrection(_)
            | C::AnswerCorrection { .. }
            | C::AskMoreTime { .. }
            | C::ExtendCorrection { .. }
            | C::DeclineMoreTime { .. }
            | C::HandOver { .. }
            | C::Rectify(_),
        )
        | (
            S::AwaitingApproval,
            C::Accept
            | C::Assign { .. }
            | C::Reroute { .. }
            | C::Transfer { .. }
            | C::RequestReview(_)
            | C::DropReview { .. }
            | C::Propose(_)
            | C::RequestCorrection(_)
            | C::AnswerCorrection { .. }
            | C::AskMoreTime { .. }
            | C::ExtendCorrection { .. }
            | C::DeclineMoreTime { .. }
            | C::HandOver { .. }
            | C::Rectify(_),
        )
        | (
            S::AwaitingPickUp,
            C::Accept
            | C::Assign { .. }
            | C::Reroute { .. }
            | C::Transfer { .. }
            | C::RequestReview(_)
            | C::DropReview { .. }
            | C::Propose(_)
            | C::Approve { .. }
            | C::Return { .. }
            | C::Withdraw { .. }
            | C::RequestCorrection(_)
            | C::AnswerCorrection { .. }
            | C::AskMoreTime { .. }
            | C::ExtendCorrection { .. }
            | C::DeclineMoreTime { .. }
            | C::RecordArrival { .. }
            | C::Extend { .. }
            | C::AddTime { .. }
            | C::Stop { .. }
            | C::Resume { .. }
            | C::Rectify(_)
            | C::Terminate { .. },
        )
        | (
            ended!(),
            C::Accept
            | C::Assign { .. }
            | C::Reroute { .. }
            | C::Transfer { .. }
            | C::RequestReview(_)
            | C::DropReview { .. }
            | C::Propose(_)
            | C::Approve { .. }
            | C::Return { .. }
            | C::Withdraw { .. }
            | C::RequestCorrection(_)
            | C::AnswerCorrection { .. }
            | C::AskMoreTime { .. }
            | C::ExtendCorrection { .. }
            | C::DeclineMoreTime { .. }
            | C::RecordArrival { .. }
            | C::Extend { .. }
            | C::AddTime { .. }
            | C::Stop { .. }
            | C::Resume { .. }
            | C::HandOver { .. }
            | C::Rectify(_)
            | C::Terminate { .. }
            | C::Recalculate(_)
            | C::Fire(_),
        ) => Err(not_in_this_state(case, actor, action)),
    }
}

/// Whether `actor` may do `action` at all, and the case takes one more event.
fn admit(case: &Case, actor: &Actor, action: Action) -> Result<(), Rejection> {
    if !access::allowed(actor, case, action) {
        return Err(Rejection::Forbidden { action });
    }
    // The window itself goes on: a timer that may not fire would come due for ever.
    if case.version.0 >= MAX_EVENTS && *actor != Actor::System {
        return Err(Rejection::TooManyEvents);
    }
    Ok(())
}

fn not_in_this_state(case: &Case, actor: &Actor, action: Action) -> Rejection {
    Rejection::NotInThisState { state: case.state, action, allowed: open_to(case, actor) }
}

/// Whether `actor` may look a document of `case` up now. Asked before a register is, which no later refusal
/// could undo; [`decide`] asks again.
pub fn may_query(case: &Case, actor: &Actor) -> Result<(), Rejection> {
    admit(case, actor, Action::QueryRegister)?;
    register::on_behalf(case, actor).map(|_| ())
}

/// Whether there is anything to rectify: decisions of before they were letters have no document.
const fn has_documents(case: &Case) -> bool {
    !case.documents.is_empty()
}

/// Whether the agency may keep the result back for want of a fee: only while the window shows it as not
/// posted, and only where the clause is read that narrowly.
fn waits_for_fee(case: &Case, reading: FeeReading) -> Result<(), Rejection> {
    if reading == FeeReading::Narrow && case.ledger.standing().status.owes() {
        return Err(Rejection::FeeNotPosted);
    }
    Ok(())
}

/// Whether the limit has passed without a decision, pauses and extension counted.
fn is_overdue_at(case: &Case, now: Timestamp) -> bool {
    case.dates.due.is_some_and(|due| !due.in_time(now))
}

/// The same, as the timer of the window found it: what a page shows without a clock of its own.
fn is_overdue(case: &Case) -> bool {
    let overdue = case.dates.timers.get(&TimerKind::Overdue);
    case.state != State::UnderCorrection
        && overdue.is_some_and(|at| case.fired.contains(&(TimerKind::Overdue, *at)))
}

/// The applicant ends a case that is late, and gets the fee back (規費法 §19): not while something is
/// awaited of them.
fn terminate(case: &Case, reason: &str, now: Timestamp) -> Result<Event, Rejection> {
    if case.state == State::UnderCorrection || !(is_overdue(case) || is_overdue_at(case, now)) {
        return Err(Rejection::NotOverdue);
    }
    Ok(Event::Terminated { reason: optional(reason)? })
}

fn officer(actor: &Actor, action: Action) -> Result<crate::id::PersonId, Rejection> {
    match actor {
        Actor::Officer(officer) => Ok(officer.person),
        Actor::Applicant(_) | Actor::System => Err(Rejection::Forbidden { action }),
    }
}

/// A reason that must be there.
fn checked(reason: &str) -> Result<String, Rejection> {
    let reason = optional(reason)?;
    if reason.is_empty() { Err(Rejection::Reason { max: MAX_REASON }) } else { Ok(reason) }
}

/// A reason that may be left out.
pub(crate) fn optional(reason: &str) -> Result<String, Rejection> {
    bounded(reason, MAX_REASON).ok_or(Rejection::Reason { max: MAX_REASON })
}

/// What somebody wrote, trimmed; `None` for more than `max` characters, or for ones that nobody types.
pub(crate) fn bounded(text: &str, max: u16) -> Option<String> {
    let text = text.trim();
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let fits = !text.chars().any(control) && text.chars().count() <= usize::from(max);
    fits.then(|| text.to_owned())
}
