//! Stories of a case: whatever people try, in whatever order, by whatever calendar.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::LazyLock;

use domain::access::{Actor, KEEPER};
use domain::agency::{Role, Staff};
use domain::apply;
use domain::calendar::{Calendar, Closure, Extent};
use domain::case::{Case, Outcome, State};
use domain::clock::history::StopCause;
use domain::clock::terms::Terms;
use domain::command::{Action, Command};
use domain::consent::{Consent, WORDING};
use domain::dates::ClockState;
use domain::decide::decide;
use domain::ending::Word;
use domain::event::{Event, Recalculation, Recorded};
use domain::id::PersonId;
use domain::joint_review::{Opinion, Order};
use domain::letter::CertificateWording;
use domain::personal::Personal;
use domain::pick_up::{Proxy, Receiver};
use domain::refusal::FeeReading;
use domain::rejection::Rejection;
use domain::service::Means;
use domain::taipei;
use domain::text::Text;
use domain::timer::TimerKind;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::correction::{correction, reply};
use crate::joint::{THIRD_AGENCY, review_of, review_step};
use crate::letters::{approve, propose};
use crate::registers::looked_up;
use crate::reviews::{answer, go_on_without};
use crate::scene::{OTHER_AGENCY, applicant, filed_at, staff};
use crate::serving::{hand_over, notified, on_paper, result_of, served};
use crate::support::{AGENCY, agency, filing, officer, original, recorded};
use crate::terms::any_terms;

pub const EVERYTHING: [Role; 4] = [Role::Dispatcher, Role::Handler, Role::Reviewer, Role::Research];

/// Everybody who tries something; some hold several roles, some only seem to.
fn people() -> Vec<Actor> {
    vec![
        applicant("lin"),
        applicant("chen"),
        // An officer of the agency that has the case, as an applicant of nothing.
        applicant("handler-a"),
        officer("dispatcher", AGENCY, &[Role::Dispatcher]),
        officer("handler-a", AGENCY, &[Role::Handler]),
        officer("handler-b", AGENCY, &[Role::Handler]),
        officer("reviewer-a", AGENCY, &[Role::Reviewer]),
        officer("all-round-a", AGENCY, &EVERYTHING),
        officer("all-round-b", AGENCY, &EVERYTHING),
        officer("research", AGENCY, &[Role::Research]),
        officer("admin", AGENCY, &[Role::Administrator]),
        officer("keeper", KEEPER, &[Role::Administrator]),
        officer("stranger", OTHER_AGENCY, &EVERYTHING),
        officer("asked", THIRD_AGENCY, &[Role::Handler]),
        // Somebody who has the case by name, but has moved to another agency.
        officer("all-round-a", OTHER_AGENCY, &EVERYTHING),
        Actor::System,
    ]
}

/// Everybody who may be named in an assignment.
pub fn candidates() -> Vec<Staff> {
    vec![
        staff("handler-a", AGENCY, &[Role::Handler]),
        staff("handler-b", AGENCY, &[Role::Handler]),
        staff("reviewer-a", AGENCY, &[Role::Reviewer]),
        staff("all-round-a", AGENCY, &EVERYTHING),
        staff("all-round-b", AGENCY, &EVERYTHING),
        staff("stranger", OTHER_AGENCY, &EVERYTHING),
    ]
}

fn any_reason() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("  ".to_owned()), "[ -~]{1,20}", Just("字".repeat(2_001))]
}

/// To somebody who may be named or not, and may be one that the item takes or not.
fn any_proxy() -> impl Strategy<Value = Command> {
    (any_reason(), any_reason(), any::<bool>()).prop_map(|(name, proof, takes_proxies)| {
        let proxy = Proxy { name: Personal::new(name), proof: Personal::new(proof) };
        Command::HandOver { reading: FeeReading::Narrow, receiver: Receiver::Proxy(proxy), takes_proxies }
    })
}

/// A proposal with so many certificates.
fn certified(outcome: Outcome, reason: &str, certificates: usize) -> Command {
    let permit = CertificateWording { title: "許可證".to_owned(), text: "內容。".to_owned() };
    let mut command = propose(outcome, reason);
    if let Command::Propose(proposal) = &mut command {
        proposal.wording.certificates = vec![permit; certificates];
    }
    command
}

fn any_command() -> impl Strategy<Value = Command> {
    let who = || proptest::sample::select(candidates()).prop_map(Box::new);
    let outcome = prop_oneof![Just(Outcome::Approve), Just(Outcome::Reject)];
    prop_oneof![
        2 => Just(Command::Accept),
        4 => (who(), who()).prop_map(|(handler, reviewer)| Command::Assign { handler, reviewer }),
        4 => (outcome, any_reason(), proptest::sample::select(vec![0, 0, 2, 6]))
            .prop_map(|(outcome, reason, certificates)| certified(outcome, &reason, certificates)),
        4 => Just(approve()),
        2 => any_reason().prop_map(|reason| Command::Return { reason }),
        3 => any_reason().prop_map(|reason| Command::Withdraw { reason }),
        2 => proptest::sample::select(TimerKind::ALL).prop_map(Command::Fire),
        1 => Just(hand_over()),
        1 => any_proxy(),
        1 => Just(recalculate()),
        4 => any_reason().prop_map(|reason| Command::Terminate { reason }),
        1 => any_reason().prop_map(|reason| review_of(THIRD_AGENCY, reason)),
        1 => (1_u32..9, any_reason())
            .prop_map(|(asked, reason)| answer(asked, Opinion::Conditions, &reason)),
        1 => any_reason().prop_map(|reason| go_on_without(OTHER_AGENCY, &reason)),
        6 => any::<bool>().prop_map(looked_up),
        5 => any_reason().prop_map(|reason| Command::BreakGlass { reason }),
        3 => any_reason().prop_map(|number| served(notified(), Means::Posted, &number, "")),
        2 => any_reason().prop_map(|note| served(notified(), Means::HandedOver, "", &note)),
        6 => any_timekeeping().prop_map(|step| step.command(1, filed_at())),
    ]
}

pub fn recalculate() -> Command {
    Command::Recalculate(Box::new(Recalculation::by(Text::new("停班", "closure"))))
}

/// A command that moves the clock, its days told from the day it is tried.
#[derive(Debug, Clone)]
pub struct Timekeeping {
    action: Action,
    /// Days from today; of a period or an amount the number itself.
    days: i64,
    more: i64,
    open: bool,
    reason: String,
}

fn any_timekeeping() -> impl Strategy<Value = Timekeeping> {
    let actions = vec![
        Action::RequestCorrection,
        Action::AnswerCorrection,
        Action::AskMoreTime,
        Action::ExtendCorrection,
        Action::DeclineMoreTime,
        Action::RecordArrival,
        Action::Extend,
        Action::AddTime,
        Action::Stop,
        Action::Resume,
    ];
    // Now and then a reason is missing or too long; as a rule it is there.
    let reason = prop_oneof![1 => any_reason(), 6 => Just("理由".to_owned())];
    (proptest::sample::select(actions), -5_i64..7, -2_i64..9, any::<bool>(), reason)
        .prop_map(|(action, days, more, open, reason)| Timekeeping { action, days, more, open, reason })
}

impl Timekeeping {
    fn command(self, round: usize, now: Timestamp) -> Command {
        let Self { action, days, more, open, reason } = self;
        // Mostly today or before, for what has not come is refused.
        let day = taipei::plus_days(taipei::day_of(now), (days - 4).min(1)).unwrap();
        let amount = u32::try_from(days + 2).unwrap_or_default();
        let cause = if more % 2 == 0 { StopCause::ForceMajeure } else { StopCause::NotAttributable };
        match action {
            Action::RequestCorrection => Command::RequestCorrection(Box::new(correction(&reason, amount))),
            Action::AnswerCorrection => reply(round, &reason, open.then_some(day)),
            Action::AskMoreTime => Command::AskMoreTime { days: amount, reason },
            Action::ExtendCorrection => Command::ExtendCorrection { days: amount, reason },
            Action::DeclineMoreTime => Command::DeclineMoreTime { reason },
            Action::RecordArrival => Command::RecordArrival { what: original(), arrived_on: day },
            Action::Extend => Command::Extend { amount, reason },
            Action::AddTime => Command::AddTime { days: amount, reason },
            Action::Stop => {
                let until = (!open).then(|| taipei::plus_days(day, more).unwrap());
                Command::Stop { cause, from: day, until, reason }
            }
            _ => Command::Resume { last: day },
        }
    }

    /// Half of those who would stop a clock that stands still let it go on, and half of those who would
    /// do anything while an answer is awaited see to its time.
    fn fitting(self, case: &Case) -> Self {
        if case.state == State::UnderCorrection && self.open {
            let action = match (case.more_time, self.more % 3) {
                (None, 0) => Action::AskMoreTime,
                (Some(_), 0) => Action::DeclineMoreTime,
                (_, 1) => Action::ExtendCorrection,
                _ => self.action,
            };
            return Self { action, ..self };
        }
        let goes_on = self.action == Action::Stop && self.open && case.dates.clock == ClockState::Stopped;
        if goes_on { Self { action: Action::Resume, ..self } } else { self }
    }

    /// Who would normally do it.
    fn actor(&self, case: &Case) -> Actor {
        let Some(assignment) = case.assignment else {
            return officer("dispatcher", AGENCY, &[Role::Dispatcher]);
        };
        match self.action {
            Action::AskMoreTime => applicant("lin"),
            Action::AnswerCorrection if !self.open => applicant("lin"),
            Action::AnswerCorrection
            | Action::RequestCorrection
            | Action::ExtendCorrection
            | Action::DeclineMoreTime
            | Action::RecordArrival => colleague(assignment.handler),
            _ => colleague(assignment.reviewer),
        }
    }
}

/// One try, so many hours after the one before.
#[derive(Debug, Clone)]
pub enum Try {
    Anything(Actor, Command),
    /// A step of the clock by whoever would normally take it.
    Timekeeping(Timekeeping),
    /// A closure so many days from today, and what the window then does of itself.
    Closure(i64, Extent),
    /// What would normally happen next; chance alone seldom gets that far.
    NextStep {
        send_back: bool,
        outcome: Outcome,
    },
    /// A step of the joint review by whoever would normally take it; some agency is gone on without.
    Review {
        order: Order,
        waits: bool,
    },
    /// A tick of the window's own clock.
    Tick(TimerKind),
    /// The applicant changes how they are served.
    Served(Consent),
}

/// A story: the terms of the item, and what was tried.
#[derive(Debug, Clone)]
pub struct Story {
    terms: Terms,
    tries: Vec<(Try, i64)>,
}

pub fn any_story() -> impl Strategy<Value = Story> {
    let anything = (proptest::sample::select(people()), any_command());
    let outcome = prop_oneof![Just(Outcome::Approve), Just(Outcome::Reject)];
    let extent =
        prop_oneof![3 => Just(Extent::Day), 1 => Just(Extent::Morning), 1 => Just(Extent::Afternoon)];
    let attempt = prop_oneof![
        2 => anything.prop_map(|(actor, command)| Try::Anything(actor, command)),
        2 => (any::<bool>(), outcome).prop_map(|(send_back, outcome)| Try::NextStep { send_back, outcome }),
        6 => any_timekeeping().prop_map(Try::Timekeeping),
        2 => (-2_i64..8, extent).prop_map(|(day, extent)| Try::Closure(day, extent)),
        1 => (proptest::sample::select(Order::ALL), proptest::bool::weighted(0.7))
            .prop_map(|(order, waits)| Try::Review { order, waits }),
        2 => proptest::sample::select(TimerKind::ALL).prop_map(Try::Tick),
        1 => proptest::sample::select(vec![on_paper(), Consent::Given { wording: WORDING }]).prop_map(Try::Served),
    ];
    let tries = proptest::collection::vec((attempt, 0_i64..40), 0..44);
    (any_terms(), tries).prop_map(|(terms, tries)| Story { terms, tries })
}

/// The person of the agency that has the case.
pub fn colleague(person: PersonId) -> Actor {
    let is_it = |actor: &Actor| matches!(actor, Actor::Officer(o) if o.person == person && o.agency == agency(AGENCY));
    people().into_iter().find(is_it).unwrap()
}

fn next_step(case: &Case, send_back: bool, outcome: Outcome) -> (Actor, Command) {
    let reason = "理由".to_owned();
    match (case.state, case.assignment) {
        (State::Assigned, Some(assignment)) => {
            let certificates = if send_back && outcome == Outcome::Approve { 2 } else { 0 };
            (colleague(assignment.handler), certified(outcome, &reason, certificates))
        }
        (State::UnderCorrection, Some(_)) => {
            (applicant("lin"), reply(case.history.corrections.len(), &reason, None))
        }
        (State::AwaitingApproval, Some(assignment)) => {
            let command = if send_back { Command::Return { reason } } else { approve() };
            (colleague(assignment.reviewer), command)
        }
        (State::AwaitingPickUp, Some(assignment)) if send_back => {
            (colleague(assignment.handler), hand_over())
        }
        (state, _) if !state.is_open() => {
            // A mail that arrived comes back.
            let told = case.ending.as_ref().is_some_and(|ending| !ending.told.is_empty());
            let word = if told { Word::Returned } else { Word::Delivered };
            let notice = result_of(case).unwrap_or(notified().notice);
            (Actor::System, Command::HearNotice { notice, word })
        }
        (State::Received, _) if send_back && case.accepted_at.is_none() => {
            (officer("dispatcher", AGENCY, &[Role::Dispatcher]), Command::Accept)
        }
        _ => {
            let handler = Box::new(staff("handler-a", AGENCY, &[Role::Handler]));
            let reviewer = Box::new(staff("all-round-b", AGENCY, &EVERYTHING));
            let command = Command::Assign { handler, reviewer };
            (officer("dispatcher", AGENCY, &[Role::Dispatcher]), command)
        }
    }
}

/// The shipped years that stories take place in: quicker to make anew than all of them.
static TWO_YEARS: LazyLock<Calendar> = LazyLock::new(|| {
    let rows = include_str!("../../data/office_calendar.csv");
    Calendar::parse("2026-2027", date(2026, 1, 1), date(2027, 12, 31), rows).unwrap()
});

/// One try: the case before it, who tried what and when by which calendar, and what came of it.
pub struct Tried {
    pub before: Case,
    pub actor: Actor,
    pub command: Command,
    pub at: Timestamp,
    pub calendar: Rc<Calendar>,
    pub outcome: Result<Event, Rejection>,
    pub after: Case,
}

/// A story as it went.
pub struct Told {
    pub case: Case,
    pub record: Vec<Recorded>,
    pub tries: Vec<Tried>,
}

pub fn tell(story: Story) -> Told {
    let filed = filing(story.terms, filed_at());
    let mut told = Told { case: apply::open(&filed).unwrap(), record: vec![filed], tries: Vec::new() };
    let mut closures: Vec<Closure> = Vec::new();
    let mut calendar = Rc::new(Calendar::shipped().clone());
    let mut now = filed_at();
    for (attempt, hours) in story.tries {
        now += SignedDuration::from_hours(hours);
        let (actor, command) = match attempt {
            Try::Anything(actor, command) => (actor, command),
            Try::Timekeeping(step) => {
                let step = step.fitting(&told.case);
                (step.actor(&told.case), step.command(told.case.history.corrections.len(), now))
            }
            Try::NextStep { send_back, outcome } => next_step(&told.case, send_back, outcome),
            Try::Review { order, waits } => review_step(&told.case, order, waits),
            Try::Tick(kind) => (Actor::System, Command::Fire(kind)),
            Try::Served(consent) => (applicant("lin"), Command::ChangeConsent(consent)),
            Try::Closure(day, extent) => {
                closures.push(closure(taipei::plus_days(taipei::day_of(now), day).unwrap(), extent));
                let version = format!("test+{}", closures.len());
                calendar = Rc::new(TWO_YEARS.with_closures(&version, closures.clone()));
                (Actor::System, recalculate())
            }
        };
        told.attempt(actor, command, now, &calendar);
    }
    told
}

impl Told {
    fn attempt(&mut self, actor: Actor, command: Command, at: Timestamp, calendar: &Rc<Calendar>) {
        let before = self.case.clone();
        let outcome = decide(&self.case, &actor, command.clone(), at, calendar);
        assert_eq!(self.case, before, "deciding changes nothing");
        if let Ok(event) = &outcome {
            let next = recorded(&before, &actor, event.clone(), at);
            let (after, next) = apply::advance(Some(before.clone()), next, calendar).unwrap();
            self.case = after;
            self.record.push(next);
        }
        let (calendar, after) = (Rc::clone(calendar), self.case.clone());
        self.tries.push(Tried { before, actor, command, at, calendar, outcome, after });
    }
}

fn closure(day: Date, extent: Extent) -> Closure {
    Closure {
        day,
        extent,
        area: "臺北市".to_owned(),
        agencies: BTreeSet::new(),
        source: "臺北市政府公告".to_owned(),
        announced_at: filed_at(),
    }
}
