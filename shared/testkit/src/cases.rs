//! Cases on every station of their way, made by the rules themselves.

use std::collections::BTreeSet;

use domain::access::{Actor, Officer};
use domain::agency::Role;
use domain::apply;
use domain::calendar::Calendar;
use domain::case::{Case, Outcome};
use domain::clock::terms::{DayBasis, FeeTiming, Limit, Unit};
use domain::command::Command;
use domain::decide::decide;
use domain::ending::Word;
use domain::event::{Event, Party, Recorded};
use domain::id::{CaseId, EventId, Version};
use domain::joint_review::{self, Asked, Opinion, Order, ReviewingAgency};
use domain::money::Twd;
use domain::payment::ledger::Fee;
use domain::service::NoticePlace;
use domain::text::Text;
use domain::timer::{self, TimerKind};
use jiff::{SignedDuration, Timestamp};

use crate::letters;
use crate::samples::{
    DISPATCHER, HANDLER, REVIEWER, actor, answer, applicant, correction, morning, person, request, staff,
    submitted,
};

/// A station on the way of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has it, and its clock waits for a fee.
    AwaitingPayment,
    /// Nobody has it, and its clock waits for an original.
    AwaitingMaterials,
    Received,
    Accepted,
    Assigned,
    /// The applicant has been asked to put something right.
    UnderCorrection,
    /// They have.
    Corrected,
    /// Another agency was asked, and has not answered.
    JointReview,
    /// It has.
    Reviewed,
    AwaitingApproval,
    Returned,
    /// Approved, of an item whose result is picked up.
    AwaitingPickUp,
    Approved,
    Rejected,
    Withdrawn,
    /// Assigned, and the reminder of the due date has fired.
    Reminded,
    /// Assigned, and the due date has passed.
    Overdue,
    /// Ended by the applicant, because of that.
    Terminated,
    /// Passed on to a body outside the window.
    Transferred,
    /// Approved and told, and a fee on issue has not come.
    Notified,
    /// Rejected, and told.
    Closed,
}

impl Stage {
    pub const ALL: [Self; 21] = [
        Self::AwaitingPayment,
        Self::AwaitingMaterials,
        Self::Received,
        Self::Accepted,
        Self::Assigned,
        Self::UnderCorrection,
        Self::Corrected,
        Self::JointReview,
        Self::Reviewed,
        Self::AwaitingApproval,
        Self::Returned,
        Self::AwaitingPickUp,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
        Self::Reminded,
        Self::Overdue,
        Self::Terminated,
        Self::Transferred,
        Self::Notified,
        Self::Closed,
    ];
}

pub(crate) fn assign() -> (Actor, Command) {
    let (handler, reviewer) = (Box::new(staff(HANDLER)), Box::new(staff(REVIEWER)));
    (actor(DISPATCHER), Command::Assign { handler, reviewer })
}

/// An agency that cases of [`Stage::JointReview`] are sent to; they name `economy` as well.
pub const ASKED: &str = "xinyi";

fn ask_review() -> (Actor, Command) {
    let reviewer = ReviewingAgency {
        agency: ASKED.parse().expect("an agency code"),
        name: Text::new("信義區公所", "Xinyi District Office"),
    };
    let asked = vec![Asked { reviewer: Some(reviewer), question: "請就用地表示意見。".to_owned() }];
    let request = joint_review::Request { asked, order: Order::Parallel };
    (actor(HANDLER), Command::RequestReview(Box::new(request)))
}

fn answer_review() -> (Actor, Command) {
    let agency = ASKED.parse().expect("an agency code");
    let (roles, name) = (BTreeSet::from([Role::Handler]), "區公所承辦".to_owned());
    let officer =
        Officer { person: person("xinyi-handler"), agency, roles, name, stands_in: BTreeSet::new() };
    let (opinion, text) = (Opinion::Conditions, "請維持人行空間。".to_owned());
    (Actor::Officer(officer), Command::AnswerReview { asked: Version(3), opinion, text })
}

fn propose(outcome: Outcome) -> (Actor, Command) {
    (actor(HANDLER), Command::Propose(Box::new(letters::proposal(outcome, "applicant"))))
}

/// The mail that tells the decision, which is the fourth event, arrives.
fn delivered() -> (Actor, Command) {
    let notice = NoticePlace { event: Version(4), place: 1 };
    (Actor::System, Command::HearNotice { notice, word: Word::Delivered })
}

/// Who asked what, after the application was filed.
fn steps(stage: Stage) -> Vec<(Actor, Command)> {
    let approve = || (actor(REVIEWER), letters::approval(7));
    let fire = |kind| (Actor::System, Command::Fire(kind));
    let reason = || "請補充說明。".to_owned();
    let ask = || (actor(HANDLER), Command::RequestCorrection(Box::new(correction(7))));
    let applicant = || Actor::Applicant(person("applicant"));
    match stage {
        Stage::Received | Stage::AwaitingPayment | Stage::AwaitingMaterials => vec![],
        Stage::Accepted => vec![(actor(DISPATCHER), Command::Accept)],
        Stage::Assigned => vec![assign()],
        Stage::AwaitingApproval => vec![assign(), propose(Outcome::Approve)],
        Stage::Returned => {
            let back = (actor(REVIEWER), Command::Return { reason: reason() });
            vec![assign(), propose(Outcome::Approve), back]
        }
        Stage::UnderCorrection => vec![assign(), ask()],
        Stage::Corrected => {
            vec![assign(), ask(), (applicant(), answer(1, "已補正。"))]
        }
        Stage::JointReview => vec![assign(), ask_review()],
        Stage::Reviewed => vec![assign(), ask_review(), answer_review()],
        Stage::AwaitingPickUp | Stage::Approved => vec![assign(), propose(Outcome::Approve), approve()],
        Stage::Rejected => vec![assign(), propose(Outcome::Reject), approve()],
        Stage::Notified => vec![assign(), propose(Outcome::Approve), approve(), delivered()],
        Stage::Closed => vec![assign(), propose(Outcome::Reject), approve(), delivered()],
        Stage::Withdrawn => {
            vec![(applicant(), Command::Withdraw { reason: reason() })]
        }
        Stage::Reminded => vec![assign(), fire(TimerKind::DueSoon)],
        Stage::Overdue => vec![assign(), fire(TimerKind::DueSoon), fire(TimerKind::Overdue)],
        Stage::Transferred => {
            let to = "交通部公路局".to_owned();
            vec![assign(), (actor(REVIEWER), Command::Transfer { to, reason: reason() })]
        }
        Stage::Terminated => {
            let end = Command::Terminate { reason: reason() };
            vec![assign(), fire(TimerKind::DueSoon), fire(TimerKind::Overdue), (applicant(), end)]
        }
    }
}

/// A case in the making: its record so far, an hour from step to step.
pub(crate) struct Story {
    record: Vec<Recorded>,
    pub(crate) case: Case,
    /// When the next step is taken.
    pub(crate) now: Timestamp,
}

impl Story {
    /// `filed`, the first event, of the person of [`applicant`] at [`morning`].
    pub(crate) fn of(filed: Event) -> Self {
        let (now, filing, person) = (morning(), request(1), person("applicant"));
        let id = EventId { case: CaseId::of_request(person, filing.id), seq: Version(1) };
        let by = Party::Applicant(person);
        let filed = Recorded { id, at: now, by, request: filing, event: filed, dates: None };
        let (case, filed) = apply::advance(None, filed, Calendar::shipped()).expect("a sound filing");
        Self { record: vec![filed], case, now: hour_after(now) }
    }

    pub(crate) fn then(mut self, actor: &Actor, command: Command) -> Self {
        let calendar = Calendar::shipped();
        if let Command::Fire(kind) = &command {
            let timers = timer::pending(&self.case);
            let due = timers.iter().find(|(_, pending)| pending == kind).expect("a pending timer");
            self.now = self.now.max(due.0);
        }
        let event = decide(&self.case, actor, command, self.now, calendar).expect("an allowed step");
        let by = actor.party();
        let id = EventId { case: self.case.id, seq: self.case.version.next() };
        let request = request(u64::from(id.seq.0));
        let next = Recorded { id, at: self.now, by, request, event, dates: None };
        let (case, next) = apply::advance(Some(self.case), next, calendar).expect("a sound step");
        self.record.push(next);
        Self { record: self.record, case, now: hour_after(self.now) }
    }

    pub(crate) fn record(self) -> Vec<Recorded> {
        self.record
    }
}

fn hour_after(instant: Timestamp) -> Timestamp {
    instant.checked_add(SignedDuration::from_hours(1)).expect("an instant")
}

/// The record of a case of `applicant` that got to `stage`, an hour from step to step.
#[must_use]
pub fn record(stage: Stage) -> Vec<Recorded> {
    let mut event = submitted(applicant("applicant"), morning());
    if let (Event::Submitted(submitted), Stage::AwaitingPickUp) = (&mut event, stage) {
        submitted.item.terms.pick_up_days = Some(14);
    }
    if let (Event::Submitted(submitted), Stage::AwaitingMaterials) = (&mut event, stage) {
        submitted.item.terms.awaits.insert("seal".parse().expect("a key"));
    }
    let fee = match stage {
        Stage::AwaitingPayment => FeeTiming::AtApplication,
        Stage::Notified => FeeTiming::OnIssue,
        _ => FeeTiming::None,
    };
    if let (Event::Submitted(submitted), true) = (&mut event, fee != FeeTiming::None) {
        submitted.item.terms.fee = fee;
        let (lines, reason) = (Vec::new(), String::new());
        submitted.fee = Some(Fee { version: 1, amount: Twd(300), retained: Twd::ZERO, lines, reason });
    }
    if let (Event::Submitted(submitted), Stage::JointReview | Stage::Reviewed) = (&mut event, stage) {
        let limit = Limit::new(2, Unit::Day(DayBasis::Working)).expect("a limit");
        let reviewers = [ASKED, "economy"].map(|code| code.parse().expect("an agency code"));
        submitted.item.terms.reviews = reviewers.into_iter().map(|agency| (agency, limit)).collect();
    }
    let steps = steps(stage).into_iter();
    steps.fold(Story::of(event), |story, (actor, command)| story.then(&actor, command)).record()
}

/// The case that [`record`] makes.
#[must_use]
pub fn case(stage: Stage) -> Case {
    apply::replay(&record(stage)).expect("a sound record")
}

#[cfg(test)]
mod tests {
    use domain::case::State;

    use super::*;

    #[test]
    fn there_is_a_case_in_every_state() {
        let states: std::collections::BTreeSet<State> =
            Stage::ALL.into_iter().map(|stage| case(stage).state).collect();
        assert_eq!(states.len(), State::ALL.len());
        assert_eq!(case(Stage::Overdue).fired.len(), 2);
        assert!(case(Stage::Accepted).accepted_at.is_some());
    }
}
