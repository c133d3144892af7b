//! `docs/state-machine.md`, out of what was tried.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{
    Action, Calendar, Case, Outcome, Rejection, Situation, State, actors, allowed, approve, attempt,
    by_itself, commandable, done, filed_at, handler, outcomes, propose, reviewer,
};

const HEAD: &str = "\
# 案件狀態 · The states of a case

Generated from the code by `UPDATE_DOCS=1 cargo test -p domain --test machine`; the same test fails
while this page and the code disagree. Do not edit it.

Every state, action and kind of person below was tried with a well-formed command: people before the
due date, timers when all of them had come due, `recalculate` after a day before the due date was
closed by announcement. Names follow the [glossary](glossary.md).

";

pub(super) fn document() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&diagram());
    page.push_str("\nThe other timers of an open case fire in every open state and change no state.\n");
    for situation in Situation::ALL {
        page.push_str(&matrix(situation));
    }
    page.push_str(&legend());
    page
}

/// The accepted pairs as a picture.
fn diagram() -> String {
    let mut arrows: BTreeMap<(State, State), BTreeSet<Action>> = BTreeMap::new();
    for situation in Situation::ALL {
        let case = situation.case();
        for (_, _, actor) in actors() {
            for action in commandable() {
                for state in outcomes(&case, &actor, action).into_iter().flatten() {
                    // Timers and calendars do not belong in the picture where they change no state.
                    if state != case.state || !by_itself(action) {
                        arrows.entry((case.state, state)).or_default().insert(action);
                    }
                }
            }
        }
    }
    // A decision carries out what was proposed, so a proposal to reject leads to the other end.
    let rejected = attempt(&rejecting_case(), &reviewer(), approve()).unwrap();
    arrows.entry((State::AwaitingApproval, rejected)).or_default().insert(Action::Approve);

    let mut text = String::from(
        "```mermaid\nstateDiagram-v2\n    [*] --> received: submit\n    [*] --> awaiting_payment: submit\n    [*] --> awaiting_materials: submit\n",
    );
    for ((from, to), actions) in arrows {
        let label = |action: Action| match (action, from) {
            (Action::Fire, State::UnderCorrection) => "correction_due fires",
            (Action::Fire, State::Notified | State::Closed) => "unopened fires",
            (Action::Fire, _) => "awaited_lapsed fires",
            _ => action.code(),
        };
        let actions: Vec<_> = actions.into_iter().map(label).collect();
        writeln!(text, "    {from} --> {to}: {}", actions.join(", ")).unwrap();
    }
    writeln!(text, "    {} --> [*]", State::Closed).unwrap();
    text + "```\n"
}

/// A case whose handler proposed to reject.
fn rejecting_case() -> Case {
    let command = propose(Outcome::Reject);
    done(&Situation::Assigned.case(), &handler(), command, filed_at(), Calendar::shipped()).unwrap()
}

fn matrix(situation: Situation) -> String {
    let case = situation.case();
    let (name, note) = (case.state.text(), situation.note());
    let title = format!("{}{} · {}{}", name.zh, note.0, name.en, note.1);
    let mut text = format!("\n## {title} (`{}`)\n\n| |", case.state);
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
            let cells = outcomes(&case, &actor, action).into_iter().map(|outcome| match outcome {
                Ok(state) if state == case.state => "✓".to_owned(),
                Ok(state) => format!("→ {state}"),
                Err(refusal) => short(&refusal),
            });
            write!(text, " {} |", cells.collect::<Vec<_>>().join(", ")).unwrap();
        }
    }
    text.push('\n');
    text
}

fn short(refusal: &Rejection) -> String {
    match refusal {
        Rejection::Forbidden { .. } => "·".to_owned(),
        Rejection::NotInThisState { .. } => "✗".to_owned(),
        other => format!("`{}`", other.code()),
    }
}

fn legend() -> String {
    "\n## Legend\n\n\
     - `→ state`: accepted, and the case is in that state afterwards. `✓`: accepted, the state stays.\n\
     - `·`: refused with `FORBIDDEN`: nobody who stands to the case like this may do it, in any state.\n\
     - `✗`: refused with `NOT_IN_THIS_STATE`: the person may do it, but not now; the answer lists what is open.\n\
     - A code: refused with it, in this situation whoever asks.\n\
     - `fire` stands for all timers that are set; of an open case the end of a correction period is the\n  \
     one that changes a state, of one that has ended the decision that nobody opened.\n\
     - `approve` makes the proposal the decision: a proposal to reject leads to `rejected`.\n\
     - Handler and reviewer are those the case is assigned to. Before assignment nobody is either, and\n  \
     a case that has ended keeps the ones it had.\n"
        .to_owned()
}
