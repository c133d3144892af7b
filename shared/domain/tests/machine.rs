//! What a case allows: every state, every action, every kind of person, each tried for real. What
//! comes out is `docs/state-machine.md`; write it anew with
//! `UPDATE_DOCS=1 cargo test -p domain --test machine`.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use domain::access::{Actor, Relation, allowed, may, may_read_listed, relations};
use domain::agency::Role;
use domain::apply;
use domain::case::{Case, Outcome, State};
use domain::command::{Action, Command};
use domain::decide::{decide, open_to};
use domain::event::Recorded;
use domain::rejection::Rejection;
use domain::timer::TimerKind;
use jiff::Timestamp;
use support::{AGENCY, OTHER_AGENCY, applicant, filed_at, filing, officer, recorded, staff};

/// A case in each situation that the rules tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Situation {
    Arrived,
    Accepted,
    Assigned,
    AwaitingApproval,
    Approved,
    Rejected,
    Withdrawn,
}

impl Situation {
    const ALL: [Self; 7] = [
        Self::Arrived,
        Self::Accepted,
        Self::Assigned,
        Self::AwaitingApproval,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
    ];

    /// The story that leads there from filing.
    fn case(self) -> Case {
        let propose = |outcome| (handler(), Command::Propose { outcome, reason: "理由".into() });
        let story: Vec<(Actor, Command)> = match self {
            Self::Arrived => vec![],
            Self::Accepted => vec![(dispatcher(), Command::Accept)],
            Self::Assigned => vec![(dispatcher(), assign())],
            Self::AwaitingApproval => vec![(dispatcher(), assign()), propose(Outcome::Approve)],
            Self::Approved => {
                vec![(dispatcher(), assign()), propose(Outcome::Approve), (reviewer(), Command::Approve)]
            }
            Self::Rejected => {
                vec![(dispatcher(), assign()), propose(Outcome::Reject), (reviewer(), Command::Approve)]
            }
            Self::Withdrawn => vec![(applicant("lin"), Command::Withdraw { reason: String::new() })],
        };
        let filed = apply::open(&filing()).unwrap();
        story.into_iter().fold(filed, |case, (actor, command)| {
            let event = decide(&case, &actor, command, filed_at()).unwrap();
            let next = recorded(&case, &actor, event, filed_at());
            applied(case, &next)
        })
    }

    fn title(self) -> String {
        let text = self.case().state.text();
        let note = if self == Self::Accepted { ("(已收文)", ", taken in") } else { ("", "") };
        format!("{}{} · {}{}", text.zh, note.0, text.en, note.1)
    }
}

/// An instant at which every timer of the case has come due.
fn after_due() -> Timestamp {
    "2026-11-24T00:00:00+08:00".parse().unwrap()
}

fn applied(case: Case, recorded: &Recorded) -> Case {
    apply::apply(case, recorded).unwrap()
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

fn assign() -> Command {
    Command::Assign {
        handler: Box::new(staff("handler", AGENCY, &[Role::Handler])),
        reviewer: Box::new(staff("reviewer", AGENCY, &[Role::Reviewer])),
    }
}

/// One actor for every relation, and those who have none.
fn actors() -> Vec<(&'static str, Option<Relation>, Actor)> {
    let everything = [Role::Dispatcher, Role::Handler, Role::Reviewer, Role::Research, Role::Administrator];
    vec![
        ("applicant", Some(Relation::Applicant), applicant("lin")),
        ("dispatcher", Some(Relation::Dispatcher), dispatcher()),
        ("handler", Some(Relation::Handler), handler()),
        ("reviewer", Some(Relation::Reviewer), reviewer()),
        ("research", Some(Relation::Research), officer("research", AGENCY, &[Role::Research])),
        ("window", Some(Relation::System), Actor::System),
        ("administrator", None, officer("admin", AGENCY, &[Role::Administrator])),
        ("another handler", None, officer("colleague", AGENCY, &[Role::Handler])),
        ("another agency", None, officer("handler", OTHER_AGENCY, &everything)),
        ("another applicant", None, applicant("chen")),
    ]
}

/// Well-formed commands of an action: nothing but state and person can speak against them.
fn commands(action: Action) -> Vec<Command> {
    let propose = |outcome| Command::Propose { outcome, reason: "理由".into() };
    match action {
        Action::Read => vec![],
        Action::Accept => vec![Command::Accept],
        Action::Assign => vec![assign()],
        Action::Propose => vec![propose(Outcome::Approve), propose(Outcome::Reject)],
        Action::Approve => vec![Command::Approve],
        Action::Return => vec![Command::Return { reason: "請補充".into() }],
        Action::Withdraw => vec![Command::Withdraw { reason: String::new() }],
        Action::Fire => TimerKind::ALL.iter().copied().map(Command::Fire).collect(),
    }
}

/// What becomes of one try: the state after it, or the refusal.
fn attempt(case: &Case, actor: &Actor, command: Command) -> Result<State, Rejection> {
    let before = case.clone();
    let event = decide(case, actor, command, after_due());
    assert_eq!(*case, before, "deciding changes nothing");
    let next = recorded(case, actor, event?, after_due());
    Ok(applied(case.clone(), &next).state)
}

/// All commands of an action must fare alike: the matrix has one cell for them.
fn outcome(case: &Case, actor: &Actor, action: Action) -> Option<Result<State, Rejection>> {
    let mut outcomes: Vec<_> =
        commands(action).into_iter().map(|command| attempt(case, actor, command)).collect();
    let last = outcomes.pop()?;
    assert!(outcomes.iter().all(|other| *other == last), "{action} is not one thing in {:?}", case.state);
    Some(last)
}

fn commandable() -> impl Iterator<Item = Action> {
    Action::ALL.iter().copied().filter(|action| *action != Action::Read)
}

#[test]
fn the_situations_cover_every_state() {
    let covered: BTreeSet<State> = Situation::ALL.iter().map(|situation| situation.case().state).collect();
    assert_eq!(covered, State::ALL.iter().copied().collect());
}

#[test]
fn each_actor_of_the_matrix_has_the_relation_it_stands_for() {
    for (name, relation, actor) in actors() {
        let found = relations(&actor, &Situation::Assigned.case());
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
            for action in commandable().filter(|action| *action != Action::Fire) {
                let accepted = outcome(&case, &actor, action).unwrap().is_ok();
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
                let forbidden = outcome(&case, &actor, action) == Some(Err(Rejection::Forbidden { action }));
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
    let Err(Rejection::NotInThisState { state, action, allowed }) =
        attempt(&case, &reviewer(), Command::Approve)
    else {
        panic!("approved without a proposal");
    };
    assert_eq!((state, action, allowed), (State::Assigned, Action::Approve, vec![]));
    let Err(Rejection::NotInThisState { allowed, .. }) = attempt(&case, &dispatcher(), Command::Accept)
    else {
        panic!("taken in twice");
    };
    assert_eq!(allowed, [Action::Assign]);
}

#[test]
fn the_document_shows_what_the_code_does() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/state-machine.md");
    let generated = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == generated,
        "docs/state-machine.md is out of date: UPDATE_DOCS=1 cargo test -p domain --test machine"
    );
}

const HEAD: &str = "\
# 案件狀態 · The states of a case

Generated from the code by `UPDATE_DOCS=1 cargo test -p domain --test machine`; the same test fails
while this page and the code disagree. Do not edit it.

Every state, action and kind of person below was tried with a well-formed command at an instant when
all timers had come due. Names follow the [glossary](glossary.md).

";

fn document() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&diagram());
    page.push_str(
        "\nThe timers of an open case (`due_soon`, `overdue`) fire in every open state and change no state.\n",
    );
    for situation in Situation::ALL {
        page.push_str(&matrix(situation));
    }
    page.push_str(&legend());
    page
}

/// The accepted pairs as a picture.
fn diagram() -> String {
    let mut arrows: BTreeMap<(Situation, String), BTreeSet<Action>> = BTreeMap::new();
    for situation in Situation::ALL.into_iter().filter(|situation| *situation != Situation::Accepted) {
        let case = situation.case();
        for (_, _, actor) in actors() {
            for action in commandable().filter(|action| *action != Action::Fire) {
                for state in commands(action).into_iter().filter_map(|c| attempt(&case, &actor, c).ok()) {
                    arrows.entry((situation, state.code().to_owned())).or_default().insert(action);
                }
            }
        }
    }
    // A decision carries out what was proposed, so a proposal to reject leads to the other end.
    let rejecting = rejecting_case();
    let rejected = attempt(&rejecting, &reviewer(), Command::Approve).unwrap();
    arrows
        .entry((Situation::AwaitingApproval, rejected.code().to_owned()))
        .or_default()
        .insert(Action::Approve);

    let mut text = String::from("```mermaid\nstateDiagram-v2\n    [*] --> received: submit\n");
    for ((from, to), actions) in arrows {
        let actions: Vec<_> = actions.into_iter().map(Action::code).collect();
        let from = from.case().state;
        writeln!(text, "    {from} --> {to}: {}", actions.join(", ")).unwrap();
    }
    for state in State::ALL.iter().filter(|state| !state.is_open()) {
        writeln!(text, "    {state} --> [*]").unwrap();
    }
    text + "```\n"
}

/// A case whose handler proposed to reject.
fn rejecting_case() -> Case {
    let case = Situation::Assigned.case();
    let command = Command::Propose { outcome: Outcome::Reject, reason: "理由".into() };
    let event = decide(&case, &handler(), command, filed_at()).unwrap();
    let next = recorded(&case, &handler(), event, filed_at());
    applied(case, &next)
}

fn matrix(situation: Situation) -> String {
    let case = situation.case();
    let mut text = format!("\n## {} (`{}`)\n\n| |", situation.title(), case.state);
    for (name, _, _) in actors() {
        write!(text, " {name} |").unwrap();
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(actors().len()));
    text.push_str("\n| `read` |");
    for (_, _, actor) in actors() {
        let cell = if allowed(&actor, &case, Action::Read) { "✓" } else { "·" };
        write!(text, " {cell} |").unwrap();
    }
    for action in commandable() {
        write!(text, "\n| `{action}` |").unwrap();
        for (_, _, actor) in actors() {
            let cell = match outcome(&case, &actor, action).unwrap() {
                Ok(state) if state == case.state => "✓".to_owned(),
                Ok(state) => format!("→ {state}"),
                Err(refusal) => short(&refusal).to_owned(),
            };
            write!(text, " {cell} |").unwrap();
        }
    }
    text.push('\n');
    text
}

fn short(refusal: &Rejection) -> &'static str {
    match refusal {
        Rejection::Forbidden { .. } => "·",
        Rejection::NotInThisState { .. } => "✗",
        other => other.code(),
    }
}

fn legend() -> String {
    "\n## Legend\n\n\
     - `→ state`: accepted, and the case is in that state afterwards. `✓`: accepted, the state stays.\n\
     - `·`: refused with `FORBIDDEN`: nobody who stands to the case like this may do it, in any state.\n\
     - `✗`: refused with `NOT_IN_THIS_STATE`: the person may do it, but not now; the answer lists what is open.\n\
     - `approve` makes the proposal the decision: a proposal to reject leads to `rejected`.\n\
     - Handler and reviewer are those the case is assigned to. Before assignment nobody is either, and\n  \
     a closed case keeps the ones it had.\n"
        .to_owned()
}
