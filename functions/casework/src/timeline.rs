//! The record of a case for officers: what the applicant reads, and beside it what stays inside.

use domain::access::Officer;
use domain::case::Outcome;
use domain::command::Action;
use domain::event::{Event, Party, Recorded};
use domain::payment::ledger::Posting;
use domain::payment::refund::RefundStep;
use domain::text::{Lang, Text};

use crate::dossier::Dossier;

/// Words beside the public text of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aside {
    /// Nobody but the agency reads them.
    Internal(Text),
    /// A reason that the applicant reads, or gave.
    Reason(String),
}

#[must_use]
pub fn aside(dossier: &Dossier, event: &Event) -> Option<Aside> {
    match event {
        Event::Assigned { assignment, .. } => {
            let reviewer = dossier.name(assignment.reviewer);
            Some(Aside::Internal(Text::new(format!("審核人：{reviewer}"), format!("Reviewer: {reviewer}"))))
        }
        Event::Proposed(ruling) => {
            let proposed = match ruling.outcome {
                Outcome::Approve => Text::new("擬核准", "Proposed: approve"),
                Outcome::Reject => Text::new("擬駁回", "Proposed: reject"),
            };
            Some(Aside::Internal(with_reason(proposed, &ruling.reason)))
        }
        Event::Returned { reason } => {
            Some(Aside::Internal(with_reason(Text::new("退回", "Sent back"), reason)))
        }
        Event::Decided(ruling) => given(&ruling.reason),
        Event::Withdrawn { reason } | Event::Terminated { reason } => given(reason),
        Event::CorrectionAnswered { answer, .. } => given(answer),
        // What else there is to say, the public text says.
        Event::Submitted(_)
        | Event::Accepted
        | Event::CorrectionRequested { .. }
        | Event::Arrived { .. }
        | Event::Extended { .. }
        | Event::TimeAdded { .. }
        | Event::Stopped { .. }
        | Event::Resumed { .. }
        | Event::HandedOver
        | Event::Money(_)
        | Event::Recalculated(_)
        | Event::TimerFired(_) => None,
    }
}

fn with_reason(what: Text, reason: &str) -> Text {
    if reason.is_empty() {
        return what;
    }
    Text::new(format!("{}。理由：{reason}", what.zh), format!("{}. Reason: {reason}", what.en))
}

fn given(reason: &str) -> Option<Aside> {
    (!reason.is_empty()).then(|| Aside::Reason(reason.to_owned()))
}

/// On whose account an event is.
#[must_use]
pub fn who(dossier: &Dossier, recorded: &Recorded, lang: Lang) -> String {
    match recorded.by {
        Party::Applicant(_) => lang.pick("申請人", "applicant").to_owned(),
        Party::Officer(person) => dossier.name(person),
        Party::System => lang.pick("系統", "system").to_owned(),
    }
}

/// What the officer did, if that is the last thing that happened.
#[must_use]
pub fn just_done(dossier: &Dossier, officer: &Officer) -> Option<Action> {
    let last = &dossier.record.events.last()?.recorded;
    let action = match &last.event {
        Event::Accepted => Action::Accept,
        Event::Assigned { .. } => Action::Assign,
        Event::Proposed(_) => Action::Propose,
        Event::Returned { .. } => Action::Return,
        Event::Decided(_) => Action::Approve,
        Event::CorrectionRequested { .. } => Action::RequestCorrection,
        Event::CorrectionAnswered { .. } => Action::AnswerCorrection,
        Event::Arrived { .. } => Action::RecordArrival,
        Event::Extended { .. } => Action::Extend,
        Event::TimeAdded { .. } => Action::AddTime,
        Event::Stopped { .. } => Action::Stop,
        Event::Resumed { .. } => Action::Resume,
        Event::HandedOver => Action::HandOver,
        Event::Money(posting) => of_money(posting)?,
        Event::Submitted(_)
        | Event::Withdrawn { .. }
        | Event::Terminated { .. }
        | Event::Recalculated(_)
        | Event::TimerFired(_) => return None,
    };
    (last.by == Party::Officer(officer.person)).then_some(action)
}

/// The officers' part of what happens to money.
const fn of_money(posting: &Posting) -> Option<Action> {
    match posting {
        Posting::FeeSet(_) => Some(Action::SetFee),
        Posting::Applied { .. } => Some(Action::ApplySuspense),
        Posting::Disputed { .. } => Some(Action::RecordDispute),
        Posting::Refund { step, .. } => match step {
            RefundStep::Requested(_) => Some(Action::RequestRefund),
            RefundStep::Contacted { .. } => Some(Action::LogContact),
            RefundStep::Accepted { .. } => Some(Action::AcceptRefund),
            RefundStep::Declined { .. } => Some(Action::DeclineRefund),
            RefundStep::Submitted(_) => Some(Action::SubmitRefund),
            RefundStep::PaidOut { .. } => Some(Action::RecordPayout),
            RefundStep::Proven(_) => None,
        },
        Posting::Started(_) | Posting::Heard { .. } | Posting::Expired { .. } | Posting::Ended { .. } => None,
    }
}
