//! A word of a provider as it is stored: in what was heard, and in the ledger of its case.

use domain::money::Twd;
use domain::payment::{DisputeState, Instruction, Receipt, RefundState, Word};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AsText;

/// A word of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub(crate) enum WordBody {
    Paid {
        trade_no: String,
        amount: u32,
        paid_at: Timestamp,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        simulated: bool,
    },
    Instructed {
        bank: Option<String>,
        numbers: Vec<String>,
        expires_at: Option<Timestamp>,
    },
    Failed {
        code: String,
    },
    Disputed {
        dispute: String,
        amount: u32,
        state: AsText<DisputeState>,
    },
    Refunded {
        refund: String,
        amount: u32,
        state: AsText<RefundState>,
    },
    Unclear,
    Nothing,
}

impl From<&Word> for WordBody {
    fn from(word: &Word) -> Self {
        match word.clone() {
            Word::Paid(Receipt { trade_no, amount, paid_at, simulated }) => {
                Self::Paid { trade_no, amount: amount.0, paid_at, simulated }
            }
            Word::Instructed(Instruction { bank, numbers, expires_at }) => {
                Self::Instructed { bank, numbers, expires_at }
            }
            Word::Failed { code } => Self::Failed { code },
            Word::Disputed { dispute, amount, state } => {
                Self::Disputed { dispute, amount: amount.0, state: AsText(state) }
            }
            Word::Refunded { refund, amount, state } => {
                Self::Refunded { refund, amount: amount.0, state: AsText(state) }
            }
            // Why it could not be understood is in the log; what was said is in the inbox.
            Word::Unclear { .. } => Self::Unclear,
            Word::Nothing => Self::Nothing,
        }
    }
}

impl From<WordBody> for Word {
    fn from(body: WordBody) -> Self {
        match body {
            WordBody::Paid { trade_no, amount, paid_at, simulated } => {
                Self::Paid(Receipt { trade_no, amount: Twd(amount), paid_at, simulated })
            }
            WordBody::Instructed { bank, numbers, expires_at } => {
                Self::Instructed(Instruction { bank, numbers, expires_at })
            }
            WordBody::Failed { code } => Self::Failed { code },
            WordBody::Disputed { dispute, amount, state } => {
                Self::Disputed { dispute, amount: Twd(amount), state: state.0 }
            }
            WordBody::Refunded { refund, amount, state } => {
                Self::Refunded { refund, amount: Twd(amount), state: state.0 }
            }
            WordBody::Unclear => Self::Unclear { why: "kept in the inbox" },
            WordBody::Nothing => Self::Nothing,
        }
    }
}
