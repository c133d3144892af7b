//! What can be asked of a case.

use crate::agency::Staff;
use crate::case::Outcome;
use crate::code::coded;
use crate::timer::TimerKind;

/// A request to change a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The dispatcher takes the case in (收文).
    Accept,
    /// The dispatcher gives it to a handler and a reviewer (分文).
    Assign { handler: Box<Staff>, reviewer: Box<Staff> },
    /// The handler proposes an outcome (擬辦).
    Propose { outcome: Outcome, reason: String },
    /// The reviewer makes the proposal the decision (核定).
    Approve,
    /// The reviewer sends it back to the handler (退回).
    Return { reason: String },
    /// The applicant takes the application back (撤回).
    Withdraw { reason: String },
    /// A timer has come due.
    Fire(TimerKind),
}

/// The kinds of things people do with a case: every command, and reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Read,
    Accept,
    Assign,
    Propose,
    Approve,
    Return,
    Withdraw,
    Fire,
}

coded!(Action {
    Read = "read",
    Accept = "accept",
    Assign = "assign",
    Propose = "propose",
    Approve = "approve",
    Return = "return",
    Withdraw = "withdraw",
    Fire = "fire",
});

impl Command {
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Accept => Action::Accept,
            Self::Assign { .. } => Action::Assign,
            Self::Propose { .. } => Action::Propose,
            Self::Approve => Action::Approve,
            Self::Return { .. } => Action::Return,
            Self::Withdraw { .. } => Action::Withdraw,
            Self::Fire(_) => Action::Fire,
        }
    }
}
