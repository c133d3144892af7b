//! What can be asked of the money of a case.

use jiff::Timestamp;

use super::attempt::Attempt;
use super::ledger::Source;
use super::refund::{ContactBy, RefundRequest, Route};
use super::status::Flag;
use super::{DisputeState, OrderNo, Provider, RefundState, Word};
use crate::case::Document;
use crate::command::Action;
use crate::interest::Rate;
use crate::money::Twd;
use crate::text::Text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoneyCommand {
    /// Staff say what is due: on notice, anew after a correction, or quoted (另行核算).
    SetFee {
        amount: Twd,
        retained: Twd,
        lines: Vec<Text>,
        reason: String,
    },
    /// The applicant sets out to pay.
    Pay(Attempt),
    /// A provider said something about an order of this case.
    Hear {
        provider: Provider,
        order_no: OrderNo,
        word: Word,
        source: Source,
    },
    /// The provider said at last that nobody paid.
    Expire {
        order_no: OrderNo,
    },
    /// An officer puts money to the fee that did not fit its attempt.
    ApplySuspense {
        provider: Provider,
        trade_no: String,
        amount: Twd,
        reason: String,
    },
    /// An officer enters a dispute that the provider told of by mail or telephone.
    RecordDispute {
        provider: Provider,
        dispute: String,
        amount: Twd,
        state: DisputeState,
        evidence: String,
    },
    /// An officer has seen to what a flag is about (查核完畢).
    CheckOff {
        flag: Flag,
        finding: String,
    },
    RequestRefund(RefundRequest),
    /// The applicant was contacted about a refund.
    LogContact {
        refund: u32,
        when: Timestamp,
        how: ContactBy,
        result: String,
    },
    /// The applicant brings proof of payment.
    AddProof {
        refund: u32,
        document: Document,
    },
    /// A second officer agrees. Where interest is owed, with the yearly rate of a one-year postal deposit
    /// on the day of payment (規費法 §18).
    AcceptRefund {
        refund: u32,
        rate: Option<Rate>,
    },
    DeclineRefund {
        refund: u32,
        reason: String,
    },
    /// The money is sent on its way.
    SubmitRefund {
        refund: u32,
        route: Route,
    },
    /// What became of it.
    RecordPayout {
        refund: u32,
        state: RefundState,
        reference: String,
    },
}

impl MoneyCommand {
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::SetFee { .. } => Action::SetFee,
            Self::Pay(_) => Action::Pay,
            Self::Hear { .. } => Action::HearMoney,
            Self::Expire { .. } => Action::ExpireAttempt,
            Self::ApplySuspense { .. } => Action::ApplySuspense,
            Self::RecordDispute { .. } => Action::RecordDispute,
            Self::CheckOff { .. } => Action::CheckOff,
            Self::RequestRefund(_) => Action::RequestRefund,
            Self::LogContact { .. } => Action::LogContact,
            Self::AddProof { .. } => Action::AddProof,
            Self::AcceptRefund { .. } => Action::AcceptRefund,
            Self::DeclineRefund { .. } => Action::DeclineRefund,
            Self::SubmitRefund { .. } => Action::SubmitRefund,
            Self::RecordPayout { .. } => Action::RecordPayout,
        }
    }
}
