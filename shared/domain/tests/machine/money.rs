//! The situations and commands of the matrix that are about money.

use domain::access::Actor;
use domain::agency::Role;
use domain::case::Document;
use domain::command::{Action, Command};
use domain::item::FileType;
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Source;
use domain::payment::refund::{ContactBy, Ground, RefundRequest, Route};
use domain::payment::standing::Flag;
use domain::payment::{DisputeState, Means, OrderNo, Provider, Receipt, RefundState, Word};
use domain::personal::Personal;

use super::{AGENCY, Situation, applicant, assign, at_work, dispatcher, filed_at, handler, officer};

pub(super) const FEE: Twd = Twd(300);
const TRADE: &str = "26111810000001";
const OTHER_TRADE: &str = "26111810000002";

pub(super) fn cashier() -> Actor {
    officer("cashier", AGENCY, &[Role::Cashier])
}

pub(super) fn accountant() -> Actor {
    officer("accountant", AGENCY, &[Role::Accountant])
}

fn order() -> OrderNo {
    OrderNo::random(&[7; 20])
}

fn attempt() -> Attempt {
    attempt_of(7)
}

/// The attempt with the order number made of `n`.
pub(super) fn attempt_of(n: u8) -> Attempt {
    Attempt {
        order_no: OrderNo::random(&[n; 20]),
        provider: Provider::EcpayAio,
        merchant: "3002607".to_owned(),
        means: Means::Card,
        amount: FEE,
        made_at: filed_at(),
        expires_at: filed_at(),
    }
}

fn heard(amount: Twd, trade_no: &str) -> MoneyCommand {
    let receipt = Receipt { trade_no: trade_no.to_owned(), amount, paid_at: filed_at(), simulated: false };
    let word = Word::Paid(receipt);
    MoneyCommand::Hear { provider: Provider::EcpayAio, order_no: order(), word, source: Source::Callback }
}

/// Whether an action is one on the money.
pub(super) const fn is_about(action: Action) -> bool {
    use Action as A;
    matches!(
        action,
        A::SetFee
            | A::Pay
            | A::HearMoney
            | A::ExpireAttempt
            | A::ApplySuspense
            | A::RecordDispute
            | A::CheckOff
            | A::RequestRefund
            | A::LogContact
            | A::AddProof
            | A::AcceptRefund
            | A::DeclineRefund
            | A::SubmitRefund
            | A::RecordPayout
    )
}

/// The story of a situation: a fee, a payment, and what became of it.
pub(super) fn story(situation: Situation) -> Vec<(Actor, Command)> {
    let money = |actor: Actor, command| (actor, Command::Money(Box::new(command)));
    let of = |actor: Actor, action| (actor, command(action));
    let lin = || applicant("lin");
    let mut story = vec![(dispatcher(), assign()), of(handler(), Action::SetFee), of(lin(), Action::Pay)];
    let paid = || money(Actor::System, heard(FEE, TRADE));
    let withdrawn = || (lin(), Command::Withdraw { reason: String::new() });
    let steps = [
        (Situation::RefundDue, vec![paid(), withdrawn()]),
        (Situation::RefundAsked, vec![of(cashier(), Action::RequestRefund)]),
        (Situation::RefundProven, vec![of(cashier(), Action::LogContact), of(lin(), Action::AddProof)]),
        (Situation::RefundAccepted, vec![of(accountant(), Action::AcceptRefund)]),
        (Situation::RefundSubmitted, vec![of(cashier(), Action::SubmitRefund)]),
    ];
    match situation {
        Situation::FeeOwed => story.truncate(2),
        Situation::InSuspense => story.push(money(Actor::System, heard(Twd(200), OTHER_TRADE))),
        refund => {
            let last = steps.iter().position(|(name, _)| *name == refund).expect("a situation of money");
            story.extend(steps.into_iter().take(last + 1).flat_map(|(_, commands)| commands));
        }
    }
    story
}

/// A well-formed command of an action.
pub(super) fn command(action: Action) -> Command {
    let text = || "說明".to_owned();
    let (provider, trade_no) = (Provider::EcpayAio, TRADE.to_owned());
    let command = match action {
        Action::SetFee => {
            MoneyCommand::SetFee { amount: FEE, retained: Twd::ZERO, lines: Vec::new(), reason: text() }
        }
        Action::Pay => MoneyCommand::Pay(attempt()),
        Action::HearMoney => heard(FEE, "26111810000003"),
        Action::ExpireAttempt => MoneyCommand::Expire { order_no: order() },
        Action::ApplySuspense => MoneyCommand::ApplySuspense {
            provider,
            trade_no: OTHER_TRADE.to_owned(),
            amount: Twd(200),
            reason: text(),
        },
        Action::RecordDispute => MoneyCommand::RecordDispute {
            provider,
            dispute: "D1".to_owned(),
            amount: Twd(100),
            state: DisputeState::Opened,
            evidence: text(),
        },
        Action::CheckOff => MoneyCommand::CheckOff { flag: Flag::ChargebackLost, finding: text() },
        Action::RequestRefund => {
            let (amount, ground) = (Twd(100), Ground::Withdrawn);
            MoneyCommand::RequestRefund(RefundRequest { provider, trade_no, amount, ground, reason: text() })
        }
        Action::LogContact => MoneyCommand::LogContact {
            refund: 1,
            when: filed_at(),
            how: ContactBy::Telephone,
            result: text(),
        },
        Action::AddProof => MoneyCommand::AddProof { refund: 1, document: proof() },
        Action::AcceptRefund => MoneyCommand::AcceptRefund { refund: 1, rate: None },
        Action::DeclineRefund => MoneyCommand::DeclineRefund { refund: 1, reason: text() },
        Action::SubmitRefund => MoneyCommand::SubmitRefund { refund: 1, route: Route::Provider },
        Action::RecordPayout => {
            MoneyCommand::RecordPayout { refund: 1, state: RefundState::Settled, reference: text() }
        }
        other => panic!("{other} is not about money"),
    };
    Command::Money(Box::new(command))
}

fn proof() -> Document {
    Document {
        upload: domain::id::UploadId::new(at_work(), [1; 10]),
        requirement: "proof_of_payment".parse().unwrap(),
        file_name: Personal::new("收據.pdf".to_owned()),
        file_type: FileType::Pdf,
        bytes: 1_000,
        sha256: [1; 32],
    }
}
