//! Where a case can stand, and the story that leads there.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agency::Role;
use domain::apply;
use domain::calendar::Calendar;
use domain::case::{Case, Outcome};
use domain::clock::terms::{FeeTiming, Terms};
use domain::command::{Action, Command, Rectification};
use domain::decide::decide;
use domain::ending::Word;
use domain::event::Event;
use domain::id::Version;
use domain::joint_review::{Opinion, Order};
use domain::service::NoticePlace;
use domain::timer::TimerKind;

use super::{
    THIRD_AGENCY, after_due, applicant, approve, assign, at_work, dispatcher, done, filed_at, handler, money,
    only, overdue, propose, reviewer, terminate,
};
use crate::fees::filing_with_fee;
use crate::reviews::{answer, ask};
use crate::scene::{OTHER_AGENCY, three_days};
use crate::support::{agency, filing, officer, original};

/// A case in each situation that the rules tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Situation {
    Arrived,
    /// Nobody has it, and the fee that is due with the application has not come.
    AwaitingPayment,
    /// Nobody has it, and an original has not arrived.
    AwaitingMaterials,
    Accepted,
    Assigned,
    /// Assigned, while an original has not arrived.
    Awaiting,
    /// Assigned, while the clock stands still.
    Stopped,
    UnderCorrection,
    /// The applicant asked for more time to answer.
    MoreTimeAsked,
    /// Assigned again, because the correction period passed without an answer.
    Lapsed,
    JointReview,
    /// Assigned again, because the agency that was asked has answered.
    Reviewed,
    AwaitingApproval,
    AwaitingPickUp,
    Approved,
    Rejected,
    Withdrawn,
    /// Assigned, and the due date has passed.
    Overdue,
    /// Assigned, and a fee is owed.
    FeeOwed,
    /// A payment of another amount than was asked waits for an officer.
    InSuspense,
    /// Withdrawn after the fee was posted.
    RefundDue,
    /// A refund was asked for.
    RefundAsked,
    /// The applicant was contacted and brought proof of payment.
    RefundProven,
    RefundAccepted,
    RefundSubmitted,
    Terminated,
    Transferred,
    /// Approved and told, and the fee on issue has not come.
    Notified,
    /// Rejected, and told.
    Closed,
}

impl Situation {
    pub(super) const ALL: [Self; 29] = [
        Self::Arrived,
        Self::AwaitingPayment,
        Self::AwaitingMaterials,
        Self::Accepted,
        Self::Assigned,
        Self::Awaiting,
        Self::Stopped,
        Self::UnderCorrection,
        Self::MoreTimeAsked,
        Self::Lapsed,
        Self::JointReview,
        Self::Reviewed,
        Self::AwaitingApproval,
        Self::AwaitingPickUp,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
        Self::Overdue,
        Self::FeeOwed,
        Self::InSuspense,
        Self::RefundDue,
        Self::RefundAsked,
        Self::RefundProven,
        Self::RefundAccepted,
        Self::RefundSubmitted,
        Self::Terminated,
        Self::Transferred,
        Self::Notified,
        Self::Closed,
    ];

    /// The story that leads there from filing.
    pub(super) fn case(self) -> Case {
        let waits = matches!(self, Self::Awaiting | Self::AwaitingMaterials);
        let awaits = if waits { BTreeSet::from([original()]) } else { BTreeSet::new() };
        let fee = match self {
            Self::AwaitingPayment => FeeTiming::AtApplication,
            Self::Notified => FeeTiming::OnIssue,
            _ => FeeTiming::None,
        };
        let pick_up_days = (self == Self::AwaitingPickUp).then_some(2);
        let in_review = matches!(self, Self::JointReview | Self::Reviewed);
        let reviews = [OTHER_AGENCY, THIRD_AGENCY].map(|code| (agency(code), three_days().limit));
        let reviews = reviews.into_iter().filter(|_| in_review).collect();
        let terms = Terms { awaits, fee, pick_up_days, reviews, ..three_days() };
        let filed = match self {
            Self::AwaitingPayment | Self::Notified => filing_with_fee(terms, filed_at(), money::FEE),
            _ => filing(terms, filed_at()),
        };
        let filed = apply::open(&filed).unwrap();
        let propose = |outcome| (handler(), propose(outcome));
        // Of the fourth event, which decides.
        let notice = NoticePlace { event: Version(4), place: 1 };
        let delivered = || (Actor::System, Command::HearNotice { notice, word: Word::Delivered });
        let request = || (handler(), only(&filed, Action::RequestCorrection));
        // Still running at the time at which everything is tried.
        let long = || Command::RequestCorrection(Box::new(crate::correction("補正圖說", 5)));
        let long_request = || (handler(), long());
        let asked = || (handler(), ask(&[OTHER_AGENCY], Order::Parallel));
        let story: Vec<(Actor, Command)> = match self {
            Self::Arrived | Self::AwaitingPayment | Self::AwaitingMaterials => vec![],
            Self::Accepted => vec![(dispatcher(), Command::Accept)],
            Self::Assigned | Self::Awaiting => vec![(dispatcher(), assign())],
            Self::Stopped => vec![(dispatcher(), assign()), (reviewer(), only(&filed, Action::Stop))],
            Self::UnderCorrection => vec![(dispatcher(), assign()), long_request()],
            Self::MoreTimeAsked => vec![
                (dispatcher(), assign()),
                long_request(),
                (applicant("lin"), only(&filed, Action::AskMoreTime)),
            ],
            Self::Lapsed => vec![
                (dispatcher(), assign()),
                request(),
                (Actor::System, Command::Fire(TimerKind::CorrectionDue)),
            ],
            Self::JointReview => vec![(dispatcher(), assign()), asked()],
            Self::Reviewed => {
                let asked_agency = officer("asked", OTHER_AGENCY, &[Role::Handler]);
                vec![(dispatcher(), assign()), asked(), (asked_agency, answer(3, Opinion::Agree, ""))]
            }
            Self::AwaitingApproval => vec![(dispatcher(), assign()), propose(Outcome::Approve)],
            Self::Approved | Self::AwaitingPickUp => {
                vec![(dispatcher(), assign()), propose(Outcome::Approve), (reviewer(), approve())]
            }
            Self::Notified => {
                vec![
                    (dispatcher(), assign()),
                    propose(Outcome::Approve),
                    (reviewer(), approve()),
                    delivered(),
                ]
            }
            Self::Closed => {
                vec![(dispatcher(), assign()), propose(Outcome::Reject), (reviewer(), approve()), delivered()]
            }
            Self::Rejected => {
                vec![(dispatcher(), assign()), propose(Outcome::Reject), (reviewer(), approve())]
            }
            Self::Withdrawn => vec![(applicant("lin"), Command::Withdraw { reason: String::new() })],
            Self::Overdue => vec![(dispatcher(), assign()), overdue()],
            Self::Transferred => {
                vec![(dispatcher(), assign()), (reviewer(), only(&filed, Action::Transfer))]
            }
            Self::Terminated => vec![(dispatcher(), assign()), overdue(), (applicant("lin"), terminate())],
            money => money::story(money),
        };
        story.into_iter().fold(filed.clone(), |case, (actor, command)| {
            let now = match &command {
                Command::Fire(TimerKind::Overdue) => after_due(),
                Command::Fire(_) => at_work(),
                _ => filed_at(),
            };
            done(&case, &actor, command, now, Calendar::shipped()).unwrap()
        })
    }

    /// What the name of the state leaves out.
    pub(super) const fn note(self) -> (&'static str, &'static str) {
        match self {
            Self::Accepted => ("(已收文)", ", taken in"),
            Self::Awaiting => ("(應備資料尚未寄達)", ", an original has not arrived"),
            Self::Stopped => ("(停止計算期限)", ", the clock stopped"),
            Self::MoreTimeAsked => ("(已申請展延)", ", more time was asked for"),
            Self::Lapsed => ("(逾期未補正)", ", a correction period lapsed"),
            Self::Reviewed => ("(已會審)", ", another agency has answered"),
            Self::Overdue => ("(已逾處理期限)", ", the due date passed"),
            Self::FeeOwed => ("(規費未入帳)", ", a fee is owed"),
            Self::InSuspense => ("(款項暫收)", ", a payment in suspense"),
            Self::RefundDue => ("(應退費)", ", a refund is due"),
            Self::RefundAsked => ("(已申請退費)", ", a refund was asked for"),
            Self::RefundProven => ("(已檢附繳費證明)", ", proof of payment was brought"),
            Self::RefundAccepted => ("(退費已核准)", ", a refund was accepted"),
            Self::RefundSubmitted => ("(退費已送出)", ", a refund is on its way"),
            _ => ("", ""),
        }
    }
}

/// Of the document that every approval here issues.
pub(super) fn rectify(case: &Case) -> Command {
    let mut of = None;
    if !case.documents.is_empty() {
        let Ok(Event::Decided { documents, .. }) = decide(
            &Situation::AwaitingApproval.case(),
            &reviewer(),
            approve(),
            filed_at(),
            Calendar::shipped(),
        ) else {
            panic!("an approval")
        };
        of = documents.into_iter().next().map(Box::new);
    }
    let (wrong, right, reason) = ("場地".to_owned(), "公園場地".to_owned(), String::new());
    Command::Rectify(Box::new(Rectification { of, wrong, right, reason, issue: crate::letters::issue() }))
}
