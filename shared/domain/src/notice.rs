//! Notices (通知): who must be told what, owed from the moment the event is committed (規範 十(一), 十(三)5).

mod money;
mod review;
mod serving;
mod texted;

use crate::access;
use crate::agency::Role;
use crate::case::{Assignment, Case, State};
use crate::code::coded;
use crate::event::{Event, Recalculation};
use crate::id::{AgencyCode, PersonId};
use crate::timer::TimerKind;

/// What a notice is about. Its text lives with the function that sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// To the applicant: received, with case number and expected date.
    ApplicationReceived,
    /// To the dispatchers: a case has arrived (規範 十(一)).
    CaseArrived,
    /// To the dispatchers: what a case nobody has waited for has come, and its clock starts.
    CaseReady,
    /// To handler and reviewer whom the routing rules name, or to the research officers: one has arrived that
    /// is to be dispatched to them, or to nobody yet (規範 十(一)).
    CaseToCome,
    /// To the dispatchers and the research officers: nobody has taken one in for half a day.
    CaseUntaken,
    /// To handler and reviewer: a case is yours.
    CaseAssigned,
    /// To an agency that is asked to review a part: what, and until when (會審).
    ReviewAsked,
    /// To it: the calendar moved the last day to answer.
    ReviewMoved,
    /// To it: the limit has passed without an answer.
    ReviewLate,
    /// To it: the answer is not waited for any more.
    ReviewDropped,
    /// To the handler: an agency that was asked has answered.
    ReviewAnswered,
    /// To handler and research officers: one has not, and its limit has passed.
    ReviewerLate,
    /// To the reviewer: a proposal awaits you.
    ProposalWaiting,
    /// To the handler: the reviewer sent it back.
    ProposalReturned,
    /// To the applicant: the result (規範 十(三)2-3).
    Decided,
    /// To the handler: a letter is to be served on paper, as its applicant takes none electronically or has not opened
    /// it, or the law wants that.
    PaperDue,
    /// To the handler: the mail that tells the applicant the result came back.
    ResultReturned,
    /// To the applicant: an obvious error in a document was put right (行政程序法 §101 II).
    Rectified,
    /// To applicant and whoever has the case: the applicant withdrew.
    CaseWithdrawn,
    /// To the applicant: something must be put right, until when (規範 十(三)1).
    CorrectionRequested,
    /// To the handler: the applicant has answered.
    CorrectionAnswered,
    /// To the handler: the applicant asks for more time to answer.
    MoreTimeAsked,
    /// To the applicant: there is more time to answer.
    CorrectionExtended,
    /// To the applicant: there is not, and why.
    MoreTimeDeclined,
    /// To the applicant: the correction period ends soon.
    CorrectionReminder,
    /// To applicant and handler: the correction period passed without an answer.
    CorrectionLapsed,
    /// To the applicant: the time to pick up ends soon.
    PickUpReminder,
    /// To applicant and handler: the pick-up period passed.
    PickUpLapsed,
    /// To the applicant: an awaited original has arrived.
    Arrived,
    /// To the applicant: the limit was extended, and why (行政程序法 §51 IV).
    Extended,
    /// To the applicant: the clock was stopped, goes on, or was given more days.
    ClockChanged,
    /// To applicant and whoever has the case: the calendar moved a date.
    DateMoved,
    /// To applicant and whoever has the case: the fee or an original was waited for, and did not come.
    AwaitedLapsed,
    /// To whoever has the case: the acceptance window has closed, the clock starts.
    WindowClosed,
    /// To whoever has the case: the due date is near.
    DueSoon,
    /// To whoever has the case: the due date has passed.
    Overdue,
    /// To the applicant: a fee is due, and how it was computed.
    FeeDue,
    /// To the applicant: a number to pay by was issued.
    PaymentInstructed,
    /// To the applicant: a payment was posted; this is the receipt.
    FeePosted,
    /// To the cashiers: money needs somebody to look at it.
    MoneyToCheck,
    /// To applicant and cashiers: more was paid than is due any more.
    RefundDue,
    /// To the applicant: proof of payment is asked for.
    ProofAsked,
    /// To the applicant: a refund was accepted or declined.
    RefundDecided,
    /// To the applicant: what became of the refund.
    RefundPaid,
    /// To applicant, whoever had the case and the research officers: the applicant ended it for lateness.
    CaseTerminated,
    /// To the applicant: another agency of the window has the case.
    CaseRerouted,
    /// To the research officers: the keeper of the window looked into a case of the agency, and why.
    GlassBroken,
    /// To the applicant: a body outside the window has it (行政程序法 §17 I: 並通知當事人).
    CaseTransferred,
}

coded!(NoticeKind {
    ApplicationReceived = "application_received",
    CaseArrived = "case_arrived",
    CaseReady = "case_ready",
    CaseToCome = "case_to_come",
    CaseUntaken = "case_untaken",
    CaseAssigned = "case_assigned",
    ReviewAsked = "review_asked",
    ReviewMoved = "review_moved",
    ReviewLate = "review_late",
    ReviewDropped = "review_dropped",
    ReviewAnswered = "review_answered",
    ReviewerLate = "reviewer_late",
    ProposalWaiting = "proposal_waiting",
    ProposalReturned = "proposal_returned",
    Decided = "decided",
    PaperDue = "paper_due",
    ResultReturned = "result_returned",
    Rectified = "rectified",
    CaseWithdrawn = "case_withdrawn",
    CorrectionRequested = "correction_requested",
    CorrectionAnswered = "correction_answered",
    MoreTimeAsked = "more_time_asked",
    CorrectionExtended = "correction_extended",
    MoreTimeDeclined = "more_time_declined",
    CorrectionReminder = "correction_reminder",
    CorrectionLapsed = "correction_lapsed",
    PickUpReminder = "pick_up_reminder",
    PickUpLapsed = "pick_up_lapsed",
    Arrived = "arrived",
    Extended = "extended",
    ClockChanged = "clock_changed",
    DateMoved = "date_moved",
    AwaitedLapsed = "awaited_lapsed",
    WindowClosed = "window_closed",
    DueSoon = "due_soon",
    Overdue = "overdue",
    FeeDue = "fee_due",
    PaymentInstructed = "payment_instructed",
    FeePosted = "fee_posted",
    MoneyToCheck = "money_to_check",
    RefundDue = "refund_due",
    ProofAsked = "proof_asked",
    RefundDecided = "refund_decided",
    RefundPaid = "refund_paid",
    CaseTerminated = "case_terminated",
    CaseRerouted = "case_rerouted",
    GlassBroken = "glass_broken",
    CaseTransferred = "case_transferred",
});

impl NoticeKind {
    /// Whether it is only a reminder of what the applicant knows: sent by its own function, by day, and
    /// not at all once it is moot ([`crate::reminder::judge`]).
    #[must_use]
    pub const fn is_reminder(self) -> bool {
        matches!(self, Self::CorrectionReminder | Self::PickUpReminder)
    }

    /// Whether it says how the result is picked up, where it is.
    #[must_use]
    pub const fn tells_to_pick_up(self) -> bool {
        matches!(self, Self::Decided | Self::PickUpReminder | Self::PickUpLapsed)
    }

    /// Whether it tells the applicant the result, where it is to the applicant ([`crate::ending`]).
    #[must_use]
    pub const fn is_result(self) -> bool {
        matches!(self, Self::Decided | Self::CaseWithdrawn | Self::CaseTerminated | Self::CaseTransferred)
    }

    /// Whether it is for an agency that reviews a part, and sees no more than that of the case.
    #[must_use]
    pub const fn is_to_reviewing_agency(self) -> bool {
        matches!(self, Self::ReviewAsked | Self::ReviewMoved | Self::ReviewLate | Self::ReviewDropped)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipient {
    Applicant,
    /// One member of staff.
    Person(PersonId),
    /// Everybody with the role in the agency that has the case.
    Everybody(Role),
    /// Handler and reviewer whom the routing rules of the agency name; where they name nobody, its research
    /// officers (規範 十(一)).
    Routed,
    /// Whoever dispatches in an agency that reviews a part, and the handler whom its routing rules name; where
    /// they name nobody, all its handlers.
    Reviewing(AgencyCode),
    /// Everybody with the role in such an agency.
    EverybodyOf(AgencyCode, Role),
}

/// The notices that `event` owes, `case` being the case after it. Of an event that ends the case, the one that tells
/// the applicant so comes first ([`crate::ending::Ending::is_told_by`]).
#[must_use]
pub fn owed(case: &Case, event: &Event) -> Vec<(NoticeKind, Recipient)> {
    match event {
        Event::Submitted(_) => vec![
            (NoticeKind::ApplicationReceived, Recipient::Applicant),
            (NoticeKind::CaseArrived, Recipient::Everybody(Role::Dispatcher)),
            (NoticeKind::CaseToCome, Recipient::Routed),
        ],
        Event::GlassBroken { .. } => looked_into(case),
        Event::Recalculated(recalculation) => moved(case, recalculation),
        Event::Accepted | Event::HandedOver { .. } | Event::RegisterQueried { .. } => Vec::new(),
        Event::NoticeServed { notice, service } => serving::letter_came_back(case, *notice, service.means),
        Event::NoticeHeard { word, .. } => serving::came_back(case, *word),
        Event::ConsentChanged { .. } => serving::mind_changed(case),
        Event::Assigned { assignment, .. } => vec![
            (NoticeKind::CaseAssigned, Recipient::Person(assignment.handler)),
            (NoticeKind::CaseAssigned, Recipient::Person(assignment.reviewer)),
        ],
        Event::Rerouted { .. } => vec![
            (NoticeKind::CaseRerouted, Recipient::Applicant),
            (NoticeKind::CaseArrived, Recipient::Everybody(Role::Dispatcher)),
            (NoticeKind::CaseToCome, Recipient::Routed),
        ],
        Event::Transferred { .. } => {
            let mut owed = serving::with_paper(case, NoticeKind::CaseTransferred);
            owed.extend(money::refund_due(case));
            owed
        }
        Event::ReviewRequested { .. } => review::asked(case),
        Event::ReviewAnswered { .. } => {
            let mut owed = assigned(case, |a| a.handler, NoticeKind::ReviewAnswered);
            owed.extend(review::asked(case));
            owed
        }
        Event::ReviewDropped { .. } => {
            let mut owed = review::dropped(case);
            owed.extend(review::asked(case));
            owed
        }
        Event::Proposed { .. } => assigned(case, |a| a.reviewer, NoticeKind::ProposalWaiting),
        Event::Returned { .. } => assigned(case, |a| a.handler, NoticeKind::ProposalReturned),
        Event::Rectified { .. } => serving::with_paper(case, NoticeKind::Rectified),
        Event::Decided { .. } => {
            let mut owed = serving::with_paper(case, NoticeKind::Decided);
            owed.extend(money::refund_due(case));
            owed
        }
        Event::Withdrawn { .. } => {
            let mut owed = with_applicant(
                NoticeKind::CaseWithdrawn,
                assigned(case, |a| a.handler, NoticeKind::CaseWithdrawn),
            );
            if case.assignment.is_some() {
                owed.extend(assigned(case, |a| a.reviewer, NoticeKind::CaseWithdrawn));
            }
            owed.extend(review::dropped(case));
            owed.extend(money::refund_due(case));
            owed
        }
        Event::Terminated { .. } => {
            let holder = assigned(case, holder(case), NoticeKind::CaseTerminated);
            let mut owed = with_applicant(NoticeKind::CaseTerminated, holder);
            owed.push((NoticeKind::CaseTerminated, Recipient::Everybody(Role::Research)));
            owed.extend(review::dropped(case));
            owed.extend(money::refund_due(case));
            owed
        }
        Event::Money(posting) => money::posted(case, posting),
        Event::CorrectionRequested(asked) => serving::asked(case, asked.in_writing),
        Event::CorrectionAnswered { .. } => assigned(case, |a| a.handler, NoticeKind::CorrectionAnswered),
        Event::MoreTimeAsked { .. } => assigned(case, |a| a.handler, NoticeKind::MoreTimeAsked),
        Event::CorrectionExtended { .. } => vec![(NoticeKind::CorrectionExtended, Recipient::Applicant)],
        Event::MoreTimeDeclined { .. } => vec![(NoticeKind::MoreTimeDeclined, Recipient::Applicant)],
        Event::Arrived { .. } => {
            let mut owed = vec![(NoticeKind::Arrived, Recipient::Applicant)];
            owed.extend(may_be_dispatched(case));
            owed
        }
        Event::Extended { .. } => vec![(NoticeKind::Extended, Recipient::Applicant)],
        Event::TimeAdded { .. } | Event::Stopped { .. } | Event::Resumed { .. } => {
            vec![(NoticeKind::ClockChanged, Recipient::Applicant)]
        }
        Event::TimerFired(kind) => fired(case, *kind),
    }
}

/// What a case nobody has waited for may have come just now: its clock starts, and it is to be dispatched.
fn may_be_dispatched(case: &Case) -> Option<(NoticeKind, Recipient)> {
    let all_there = case.state == State::Received && case.awaited().next().is_none();
    all_there.then_some((NoticeKind::CaseReady, Recipient::Everybody(Role::Dispatcher)))
}

/// Those who supervise: of the agency, and of the city, where the agency may have nobody but the one who looked.
fn looked_into(case: &Case) -> Vec<(NoticeKind, Recipient)> {
    let mut told = vec![(NoticeKind::GlassBroken, Recipient::Everybody(Role::Research))];
    let city = access::supervisor().filter(|city| *city != case.agency);
    told.extend(city.map(|city| (NoticeKind::GlassBroken, Recipient::EverybodyOf(city, Role::Research))));
    told
}

fn fired(case: &Case, kind: TimerKind) -> Vec<(NoticeKind, Recipient)> {
    match kind {
        TimerKind::Untaken => [Role::Dispatcher, Role::Research]
            .map(|role| (NoticeKind::CaseUntaken, Recipient::Everybody(role)))
            .to_vec(),
        TimerKind::AwaitedLapsed => {
            with_applicant(NoticeKind::AwaitedLapsed, assigned(case, holder(case), NoticeKind::AwaitedLapsed))
        }
        TimerKind::WindowClosed => assigned(case, holder(case), NoticeKind::WindowClosed),
        TimerKind::DueNear | TimerKind::DueSoon | TimerKind::DueToday => {
            assigned(case, holder(case), NoticeKind::DueSoon)
        }
        TimerKind::Overdue => {
            let mut owed = assigned(case, holder(case), NoticeKind::Overdue);
            owed.push((NoticeKind::Overdue, Recipient::Everybody(Role::Research)));
            owed
        }
        TimerKind::ReviewOverdue => {
            let mut owed = review::late(case);
            owed.extend(assigned(case, |a| a.handler, NoticeKind::ReviewerLate));
            owed.push((NoticeKind::ReviewerLate, Recipient::Everybody(Role::Research)));
            owed
        }
        TimerKind::CorrectionNear | TimerKind::CorrectionSoon => {
            vec![(NoticeKind::CorrectionReminder, Recipient::Applicant)]
        }
        TimerKind::PickUpNear | TimerKind::PickUpSoon => {
            vec![(NoticeKind::PickUpReminder, Recipient::Applicant)]
        }
        TimerKind::PickUpDue => {
            with_applicant(NoticeKind::PickUpLapsed, assigned(case, |a| a.handler, NoticeKind::PickUpLapsed))
        }
        TimerKind::Unopened => assigned(case, |a| a.handler, NoticeKind::PaperDue),
        TimerKind::CorrectionDue => with_applicant(
            NoticeKind::CorrectionLapsed,
            assigned(case, |a| a.handler, NoticeKind::CorrectionLapsed),
        ),
    }
}

/// Those who go by a day that the calendar moved.
fn moved(case: &Case, recalculation: &Recalculation) -> Vec<(NoticeKind, Recipient)> {
    let mut owed = Vec::new();
    if recalculation.is_felt() {
        let holder = assigned(case, holder(case), NoticeKind::DateMoved);
        owed = with_applicant(NoticeKind::DateMoved, holder);
    }
    let agencies = recalculation.reviews.keys().cloned();
    owed.extend(agencies.map(|agency| (NoticeKind::ReviewMoved, Recipient::Reviewing(agency))));
    owed
}

fn with_applicant(kind: NoticeKind, mut owed: Vec<(NoticeKind, Recipient)>) -> Vec<(NoticeKind, Recipient)> {
    owed.insert(0, (kind, Recipient::Applicant));
    owed
}

/// Who of the assigned officers has to act now.
fn holder(case: &Case) -> fn(&Assignment) -> PersonId {
    if case.state == State::AwaitingApproval { |a| a.reviewer } else { |a| a.handler }
}

/// To the assigned officer, or to all dispatchers while nobody has the case.
fn assigned(
    case: &Case,
    pick: fn(&Assignment) -> PersonId,
    kind: NoticeKind,
) -> Vec<(NoticeKind, Recipient)> {
    let recipient = case
        .assignment
        .as_ref()
        .map_or(Recipient::Everybody(Role::Dispatcher), |assignment| Recipient::Person(pick(assignment)));
    vec![(kind, recipient)]
}
