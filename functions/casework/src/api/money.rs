//! The commands about money, as JSON.

use domain::command::{Action, Command};
use domain::id::Version;
use domain::interest::Rate;
use domain::money::Twd;
use domain::payment::command::MoneyCommand;
use domain::payment::refund::{ContactBy, Ground, RefundRequest, Route};
use domain::payment::standing::Flag;
use domain::payment::{DisputeState, Provider, RefundState};
use jiff::Timestamp;
use platform::codec::AsText;
use serde::{Deserialize, Serialize};
use web::incoming::Incoming;
use web::trouble::Trouble;

use super::{Body, bodies, body};
use crate::command::{Given, Order};
use crate::money;

/// By which way a refund leaves.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Provider,
    Remittance,
}

// What each command needs beside the version.
bodies! {
    SetFee { amount: u32, #[serde(default)] retained: u32, reason: String }
    ApplySuspense { provider: AsText<Provider>, trade_no: String, amount: u32, reason: String }
    RecordDispute {
        provider: AsText<Provider>,
        dispute: String,
        amount: u32,
        state: AsText<DisputeState>,
        evidence: String,
    }
    CheckOff { flag: AsText<Flag>, finding: String }
    RequestRefund {
        provider: AsText<Provider>,
        trade_no: String,
        amount: u32,
        ground: AsText<Ground>,
        reason: String,
    }
    LogContact { refund: u32, when: Timestamp, how: AsText<ContactBy>, result: String }
    AcceptRefund { refund: u32, #[serde(default)] rate: Option<AsText<Rate>> }
    DeclineRefund { refund: u32, reason: String }
    SubmitRefund { refund: u32, route: Way, #[serde(default)] reference: String }
    RecordPayout { refund: u32, state: AsText<RefundState>, reference: String }
}

fn plain(command: MoneyCommand) -> Order {
    Order::Plain(Command::Money(Box::new(command)))
}

/// Reads the command about money that `action` is; 404 where it is none of officers.
pub fn read(incoming: &Incoming, action: Action) -> Result<Given, Trouble> {
    match action {
        Action::SetFee => body(incoming, |it: &SetFee| {
            plain(money::set_fee(Twd(it.amount), Twd(it.retained), it.reason.clone()))
        }),
        Action::ApplySuspense => body(incoming, |it: &ApplySuspense| {
            plain(MoneyCommand::ApplySuspense {
                provider: it.provider.0,
                trade_no: it.trade_no.clone(),
                amount: Twd(it.amount),
                reason: it.reason.clone(),
            })
        }),
        Action::RecordDispute => body(incoming, |it: &RecordDispute| {
            plain(MoneyCommand::RecordDispute {
                provider: it.provider.0,
                dispute: it.dispute.clone(),
                amount: Twd(it.amount),
                state: it.state.0,
                evidence: it.evidence.clone(),
            })
        }),
        Action::CheckOff => body(incoming, |it: &CheckOff| {
            plain(MoneyCommand::CheckOff { flag: it.flag.0, finding: it.finding.clone() })
        }),
        Action::RequestRefund => body(incoming, |it: &RequestRefund| {
            plain(MoneyCommand::RequestRefund(RefundRequest {
                provider: it.provider.0,
                trade_no: it.trade_no.clone(),
                amount: Twd(it.amount),
                ground: it.ground.0,
                reason: it.reason.clone(),
            }))
        }),
        Action::LogContact => body(incoming, |it: &LogContact| {
            let (refund, when, how, result) = (it.refund, it.when, it.how.0, it.result.clone());
            plain(MoneyCommand::LogContact { refund, when, how, result })
        }),
        Action::AcceptRefund => body(incoming, |it: &AcceptRefund| {
            let rate = it.rate.as_ref().map(|rate| rate.0);
            plain(MoneyCommand::AcceptRefund { refund: it.refund, rate })
        }),
        Action::DeclineRefund => body(incoming, |it: &DeclineRefund| {
            plain(MoneyCommand::DeclineRefund { refund: it.refund, reason: it.reason.clone() })
        }),
        Action::SubmitRefund => body(incoming, |it: &SubmitRefund| {
            let route = match it.route {
                Way::Provider => Route::Provider,
                Way::Remittance => Route::Remittance { reference: it.reference.clone() },
            };
            plain(MoneyCommand::SubmitRefund { refund: it.refund, route })
        }),
        Action::RecordPayout => body(incoming, |it: &RecordPayout| {
            let reference = it.reference.clone();
            plain(MoneyCommand::RecordPayout { refund: it.refund, state: it.state.0, reference })
        }),
        _ => Err(Trouble::NotFound),
    }
}
