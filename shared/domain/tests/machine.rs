//! What a case allows: every state, every action, every kind of person, each tried for real. What
//! comes out is `docs/state-machine.md`; write it anew with
//! `UPDATE_DOCS=1 cargo test -p domain --test machine`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test"
)]

#[path = "support/correction.rs"]
mod correction;
#[path = "support/fees.rs"]
mod fees;
#[path = "machine/graph.rs"]
mod graph;
#[path = "support/letters.rs"]
mod letters;
#[path = "machine/money.rs"]
mod money;
#[path = "machine/page.rs"]
mod page;
#[path = "machine/people.rs"]
mod people;
#[path = "support/registers.rs"]
mod registers;
#[path = "support/reviews.rs"]
mod reviews;
#[path = "support/scene.rs"]
mod scene;
#[path = "support/serving.rs"]
mod serving;
#[path = "machine/situation.rs"]
mod situation;
mod support;
#[path = "machine/timers.rs"]
mod timers;

use std::collections::BTreeSet;
use std::path::PathBuf;

use correction::{correction, reply};
use domain::access::{Actor, allowed, may, may_read_listed, relations};
use domain::agency::{Agency, Role};
use domain::apply;
use domain::calendar::Calendar;
use domain::case::{Case, Outcome, State};
use domain::clock::history::StopCause;
use domain::command::{Action, Command};
use domain::decide::{decide, open_to};
use domain::ending::Word;
use domain::event::Recalculation;
use domain::joint_review::{Opinion, Order};
use domain::letter::Letterhead;
use domain::payment::standing::FeeStatus;
use domain::rejection::Rejection;
use domain::service::{Means, Notified};
use domain::text::Text;
use domain::timer::TimerKind;
use jiff::Timestamp;
use jiff::civil::date;
use letters::approve;
use people::actors;
use registers::looked_up;
use reviews::{answer, ask, go_on_without};
use scene::{OTHER_AGENCY, applicant, closed_on, filed_at, staff};
use serving::{hand_over, notified, on_paper, result_of, served};
use situation::{Situation, rectify};
use support::{AGENCY, officer, original, recorded};

/// An agency that cases in review name, and nobody asked yet.
const THIRD_AGENCY: &str = "economy";

/// An instant before any due date, and after the end of every correction period.
fn at_work() -> Timestamp {
    "2026-11-20T10:00:00+08:00".parse().unwrap()
}

/// An instant at which every timer of the case has come due.
fn after_due() -> Timestamp {
    "2026-11-26T00:00:00+08:00".parse().unwrap()
}

fn dispatcher() -> Actor {
    officer("dispatcher", AGENCY, &[Role::Dispatcher])
}

fn handler() -> Actor {
    officer("handler", AGENCY, &[Role::Handler])
}

fn reviewer() -> Actor {
    officer("reviewer", AGENCY, &[Role::Reviewer])
}

fn propose(outcome: Outcome) -> Command {
    letters::propose(outcome, "理由")
}

fn assign() -> Command {
    Command::Assign {
        handler: Box::new(staff("handler", AGENCY, &[Role::Handler])),
        reviewer: Box::new(staff("reviewer", AGENCY, &[Role::Reviewer])),
    }
}

fn other_agency() -> Agency {
    Agency {
        code: OTHER_AGENCY.parse().unwrap(),
        name: Text::new("產業發展局", "Department of Economic Development"),
        phone: String::new(),
        letterhead: Letterhead::default(),
    }
}

fn overdue() -> (Actor, Command) {
    (Actor::System, Command::Fire(TimerKind::Overdue))
}

fn terminate() -> Command {
    Command::Terminate { reason: "逾期".into() }
}

/// Well-formed commands of an action: nothing but the case and the person can speak against them.
fn commands(case: &Case, action: Action) -> Vec<Command> {
    let reason = || "理由".to_owned();
    let (first, next) = (date(2026, 11, 18), date(2026, 11, 19));
    match action {
        Action::Read | Action::ReadForwarded => vec![],
        Action::BreakGlass => vec![Command::BreakGlass { reason: reason() }],
        Action::Accept => vec![Command::Accept],
        Action::Assign => vec![assign()],
        Action::Reroute => {
            vec![Command::Reroute { to: Some(Box::new(other_agency())), reason: reason() }]
        }
        Action::Transfer => vec![Command::Transfer { to: "交通部公路局".into(), reason: reason() }],
        Action::RequestReview => {
            vec![ask(&[THIRD_AGENCY], Order::Parallel), ask(&[THIRD_AGENCY], Order::Sequential)]
        }
        Action::AnswerReview => Opinion::ALL.iter().map(|it| answer(3, *it, "意見")).collect(),
        Action::DropReview => vec![go_on_without(OTHER_AGENCY, "逾期")],
        Action::QueryRegister => vec![looked_up(true), looked_up(false)],
        Action::Propose => vec![propose(Outcome::Approve), propose(Outcome::Reject)],
        Action::Approve => vec![approve()],
        Action::Return => vec![Command::Return { reason: "請補充".into() }],
        Action::Withdraw => vec![Command::Withdraw { reason: String::new() }],
        Action::RequestCorrection => {
            vec![Command::RequestCorrection(Box::new(correction("補正圖說", 1)))]
        }
        Action::AnswerCorrection => {
            [None, Some(next)].map(|arrived_on| reply(1, "已補正", arrived_on)).into()
        }
        Action::AskMoreTime => vec![Command::AskMoreTime { days: 3, reason: reason() }],
        Action::ExtendCorrection => vec![Command::ExtendCorrection { days: 3, reason: reason() }],
        Action::DeclineMoreTime => vec![Command::DeclineMoreTime { reason: reason() }],
        Action::RecordArrival => vec![Command::RecordArrival { what: original(), arrived_on: next }],
        Action::RecordService => serving(case),
        Action::ChangeConsent => vec![Command::ChangeConsent(on_paper())],
        Action::HearNotice => {
            let notice = result_of(case).unwrap_or(notified().notice);
            Word::ALL.iter().map(|word| Command::HearNotice { notice, word: *word }).collect()
        }
        Action::Extend => [1, 3].map(|amount| Command::Extend { amount, reason: reason() }).into(),
        Action::AddTime => [1, 5].map(|days| Command::AddTime { days, reason: reason() }).into(),
        Action::Stop => StopCause::ALL
            .iter()
            .map(|cause| Command::Stop { cause: *cause, from: first, until: None, reason: reason() })
            .collect(),
        Action::Resume => vec![Command::Resume { last: next }],
        Action::Rectify => vec![rectify(case)],
        Action::HandOver => vec![hand_over()],
        Action::Terminate => vec![terminate()],
        action if money::is_about(action) => vec![money::command(action)],
        Action::Recalculate => {
            vec![Command::Recalculate(Box::new(Recalculation::by(Text::new("停班", "closure"))))]
        }
        Action::Fire => TimerKind::ALL.iter().copied().map(Command::Fire).collect(),
        action => panic!("no command of {action}"),
    }
}

/// Of the notice of the result, or of another one.
fn serving(case: &Case) -> Vec<Command> {
    let first = notified();
    let of = Notified { notice: result_of(case).unwrap_or(first.notice), ..first };
    [(Means::Posted, "RR 1234"), (Means::HandedOver, "")]
        .map(|(by, number)| served(of.clone(), by, number, ""))
        .into()
}

fn only(case: &Case, action: Action) -> Command {
    commands(case, action).remove(0)
}

/// The case after `command`, its clock read in `calendar`.
fn done(
    case: &Case,
    actor: &Actor,
    command: Command,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Case, Rejection> {
    let before = case.clone();
    let event = decide(case, actor, command, now, calendar);
    assert_eq!(*case, before, "deciding changes nothing");
    let next = recorded(case, actor, event?, now);
    Ok(apply::advance(Some(before), next, calendar).unwrap().0)
}

/// What becomes of one try: the state after it, or the refusal. The window fires when everything has
/// come due, and reads clocks anew when a day before the due date was closed.
fn attempt(case: &Case, actor: &Actor, command: Command) -> Result<State, Rejection> {
    let late = case.fired.iter().any(|(kind, _)| *kind == TimerKind::Overdue);
    let now = if late || command.action() == Action::Fire { after_due() } else { at_work() };
    let after = if command.action() == Action::Recalculate {
        done(case, actor, command, now, &closed_on("anew", [date(2026, 11, 23)]))
    } else {
        done(case, actor, command, now, Calendar::shipped())
    };
    after.map(|case| case.state)
}

/// What becomes of all commands of an action, each outcome once. Timers that are not set, and word that is no
/// news, are left out, where another is.
fn outcomes(case: &Case, actor: &Actor, action: Action) -> Vec<Result<State, Rejection>> {
    let mut found = Vec::new();
    let fires = timers::fires(case);
    let fire = action == Action::Fire && !fires.is_empty();
    for command in if fire { fires } else { commands(case, action) } {
        let outcome = attempt(case, actor, command);
        if !found.contains(&outcome) {
            found.push(outcome);
        }
    }
    if found.len() > 1 {
        let nothing = [Err(Rejection::TimerNotDue), Err(Rejection::NothingChanges)];
        found.retain(|outcome| !nothing.contains(outcome));
    }
    found
}

/// All commands of a person's action must fare alike: the matrix has one cell for them.
fn outcome(case: &Case, actor: &Actor, action: Action) -> Result<State, Rejection> {
    let mut outcomes = outcomes(case, actor, action);
    assert_eq!(outcomes.len(), 1, "{action} is not one thing in {:?}: {outcomes:?}", case.state);
    outcomes.remove(0)
}

fn commandable() -> impl Iterator<Item = Action> {
    Action::ALL.iter().copied().filter(|action| !matches!(action, Action::Read | Action::ReadForwarded))
}

/// What the window does by itself is no button of anybody.
fn by_itself(action: Action) -> bool {
    use Action as A;
    matches!(action, A::Recalculate | A::Fire | A::HearMoney | A::ExpireAttempt | A::HearNotice)
}

#[test]
fn the_situations_cover_every_state() {
    let covered: BTreeSet<State> = Situation::ALL.iter().map(|situation| situation.case().state).collect();
    assert_eq!(covered, State::ALL.iter().copied().collect());
}

#[test]
fn each_actor_of_the_matrix_has_the_relation_it_stands_for() {
    for (name, relation, actor) in actors() {
        // Where another agency was asked, everybody who can be related is.
        let found = relations(&actor, &Situation::Reviewed.case());
        assert_eq!(found, relation.into_iter().collect(), "{name}");
    }
}

/// The buttons of a page and the decision never disagree.
#[test]
fn open_to_agrees_with_decide_on_every_combination() {
    for situation in Situation::ALL {
        let case = situation.case();
        for (name, _, actor) in actors() {
            let open = open_to(&case, &actor);
            for action in commandable().filter(|action| !by_itself(*action)) {
                let accepted = outcome(&case, &actor, action).is_ok();
                assert_eq!(open.contains(&action), accepted, "{situation:?} {name} {action}");
            }
        }
    }
}

/// Who may not do a thing at all is told so whatever the state; who may is told what stands open.
#[test]
fn the_permission_table_is_asked_before_the_state() {
    for situation in Situation::ALL {
        let case = situation.case();
        for (name, _, actor) in actors() {
            let related = relations(&actor, &case);
            for action in commandable() {
                let permitted = related.iter().any(|relation| may(*relation, action));
                let forbidden = outcomes(&case, &actor, action) == [Err(Rejection::Forbidden { action })];
                assert_eq!(permitted, !forbidden, "{situation:?} {name} {action}");
            }
        }
    }
}

/// A list shows an officer exactly the cases whose page they may open.
#[test]
fn lists_and_cases_agree_on_who_may_read() {
    for situation in Situation::ALL {
        let case = situation.case();
        for (name, _, actor) in actors() {
            let Actor::Officer(officer) = &actor else { continue };
            if officer.agency == case.agency {
                let listed = may_read_listed(officer, case.assignment.as_ref());
                assert_eq!(listed, allowed(&actor, &case, Action::Read), "{situation:?} {name}");
            }
        }
    }
}

#[test]
fn a_refusal_by_state_names_what_is_open() {
    let case = Situation::Assigned.case();
    let Err(Rejection::NotInThisState { state, action, allowed }) = attempt(&case, &reviewer(), approve())
    else {
        panic!("approved without a proposal");
    };
    let open = vec![Action::Transfer, Action::Extend, Action::AddTime, Action::Stop];
    assert_eq!((state, action, allowed), (State::Assigned, Action::Approve, open));
    let Err(Rejection::NotInThisState { allowed, .. }) = attempt(&case, &dispatcher(), Command::Accept)
    else {
        panic!("taken in twice");
    };
    assert_eq!(allowed, [Action::Assign, Action::Reroute, Action::RecordService]);
}

/// Nothing but a refund, a lost dispute, a higher fee or the same payment told in two ways unposts what was
/// posted.
#[test]
fn a_posted_fee_stays_posted() {
    for ((from, to), names) in graph::changes() {
        if from == FeeStatus::Posted && to.owes() {
            let lawful = ["fee raised", "refund paid", "dispute lost", "told with another amount"];
            assert!(names.iter().all(|name| lawful.contains(name)), "{from} to {to} by {names:?}");
        }
        assert!(!names.contains("attempt failed") && !names.contains("attempt ran out"), "{from} to {to}");
    }
}

#[test]
fn the_documents_show_what_the_code_does() {
    for (file, generated) in
        [("state-machine.md", page::document()), ("payment-states.md", graph::document())]
    {
        is_current(file, &generated);
    }
}

fn is_current(file: &str, generated: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(file);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, generated).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == generated,
        "docs/{file} is out of date: UPDATE_DOCS=1 cargo test -p domain --test machine"
    );
}
