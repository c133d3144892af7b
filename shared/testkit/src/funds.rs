//! Cases in every state of their money, made by the rules themselves: of an item with a fee, assigned,
//! and with what was paid and asked back.

use domain::access::Actor;
use domain::assurance::Assurance;
use domain::command::Command;
use domain::event::{Event, Recorded};
use domain::id::UploadId;
use domain::money::Twd;
use domain::payment::attempt::{Attempt, expiry};
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Source;
use domain::payment::refund::{ContactBy, Ground, RefundRequest, Route};
use domain::payment::{DisputeState, Means, OrderNo, Provider, Receipt, RefundState, Word};
use domain::submit;
use jiff::SignedDuration;

use crate::cases::{Story, assign};
use crate::samples::{
    ACCOUNTANT, CASHIER, PAID_PARK, actor, applicant, consent, item, morning, paid_park_answers, person,
    proof,
};

/// What is due in these cases, and what each attempt is made for.
pub const FEE: Twd = Twd(300);

/// What there is of the money of a case. Those from [`Funds::Asked`] on follow on one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Funds {
    /// The fee was waived.
    NothingDue,
    /// Nobody has begun to pay.
    Owed,
    /// An attempt is open.
    UnderWay,
    /// NT$200 came for an attempt of NT$300.
    InSuspense,
    /// Paid, and the fee then raised to NT$500.
    Partial,
    Posted,
    /// Paid, and the payer's bank took it back.
    ChargedBack,
    /// Paid, and the fee then waived.
    RefundDue,
    /// Paid twice.
    Overpaid,
    /// The cashier asked for the second payment to go back.
    Asked,
    /// The applicant was contacted.
    Contacted,
    /// They brought proof of payment, whose upload is [`Funds::PROOF`].
    Proven,
    /// The accountant agreed.
    Accepted,
    /// It was sent on its way by the provider.
    Submitted,
    Settled,
}

impl Funds {
    pub const ALL: [Self; 15] = [
        Self::NothingDue,
        Self::Owed,
        Self::UnderWay,
        Self::InSuspense,
        Self::Partial,
        Self::Posted,
        Self::ChargedBack,
        Self::RefundDue,
        Self::Overpaid,
        Self::Asked,
        Self::Contacted,
        Self::Proven,
        Self::Accepted,
        Self::Submitted,
        Self::Settled,
    ];

    /// The number of the file that proves the payment.
    pub const PROOF: UploadId = UploadId::from_bytes([5; 16]);
}

/// The order number of the first attempt, of the second, ...
#[must_use]
pub fn order(number: u8) -> OrderNo {
    OrderNo::random(&[number; OrderNo::LENGTH])
}

/// The provider's number of the payment for such an order.
#[must_use]
pub fn trade_no(number: u8) -> String {
    format!("261119000000{number:02}")
}

fn money(command: MoneyCommand) -> Command {
    Command::Money(Box::new(command))
}

fn fee(amount: Twd) -> Command {
    let reason = "依收費標準核定。".to_owned();
    money(MoneyCommand::SetFee { amount, retained: Twd::ZERO, lines: Vec::new(), reason })
}

fn begun(story: Story, number: u8) -> Story {
    let (made_at, means) = (story.now, Means::Card);
    let attempt = Attempt {
        order_no: order(number),
        provider: Provider::EcpayAio,
        merchant: "3002607".to_owned(),
        means,
        amount: FEE,
        made_at,
        expires_at: expiry(means, made_at),
    };
    story.then(&Actor::Applicant(person("applicant")), money(MoneyCommand::Pay(attempt)))
}

fn paid(story: Story, number: u8, amount: Twd) -> Story {
    let begun = story.case.ledger.attempt(&order(number)).expect("an attempt").made_at;
    let paid_at = begun.checked_add(SignedDuration::from_mins(10)).expect("an instant");
    let receipt = Receipt { trade_no: trade_no(number), amount, paid_at, simulated: false };
    let heard = MoneyCommand::Hear {
        provider: Provider::EcpayAio,
        order_no: order(number),
        word: Word::Paid(receipt),
        source: Source::Callback,
    };
    story.then(&Actor::System, money(heard))
}

fn charged_back() -> Command {
    money(MoneyCommand::RecordDispute {
        provider: Provider::EcpayAio,
        dispute: "D-16".to_owned(),
        amount: FEE,
        state: DisputeState::Lost,
        evidence: "業者來函。".to_owned(),
    })
}

/// A case with the fee set, and paid.
fn posted(story: Story) -> Story {
    paid(begun(story, 1), 1, FEE)
}

/// One with two attempts begun before either was paid, and then both paid.
fn overpaid(story: Story) -> Story {
    let both_begun = begun(begun(story, 1), 2);
    paid(paid(both_begun, 1, FEE), 2, FEE)
}

/// The steps of the refund of the second payment, up to `funds`.
fn refund(mut story: Story, funds: Funds) -> Story {
    let text = || "重複繳費。".to_owned();
    let request = RefundRequest {
        provider: Provider::EcpayAio,
        trade_no: trade_no(2),
        amount: FEE,
        ground: Ground::Overpaid,
        reason: text(),
    };
    let when = story.now;
    let contact = MoneyCommand::LogContact { refund: 1, when, how: ContactBy::Telephone, result: text() };
    let rate = "0.0172".parse().ok();
    let (cashier, accountant) = (actor(CASHIER), actor(ACCOUNTANT));
    let payer = Actor::Applicant(person("applicant"));
    let settled = MoneyCommand::RecordPayout { refund: 1, state: RefundState::Settled, reference: text() };
    let steps = [
        (Funds::Asked, &cashier, MoneyCommand::RequestRefund(request)),
        (Funds::Contacted, &cashier, contact),
        (Funds::Proven, &payer, MoneyCommand::AddProof { refund: 1, document: proof(Funds::PROOF) }),
        (Funds::Accepted, &accountant, MoneyCommand::AcceptRefund { refund: 1, rate }),
        (Funds::Submitted, &cashier, MoneyCommand::SubmitRefund { refund: 1, route: Route::Provider }),
        (Funds::Settled, &cashier, settled),
    ];
    for (step, who, command) in steps {
        if step <= funds {
            story = story.then(who, money(command));
        }
    }
    story
}

/// The record of an assigned case of `applicant` whose money is in the state of `funds`.
#[must_use]
pub fn funded(funds: Funds) -> Vec<Recorded> {
    let filed = submit::submit(
        &item(PAID_PARK),
        applicant("applicant"),
        Assurance::Verified,
        &paid_park_answers(),
        Vec::new(),
        Some(consent()),
        morning(),
    );
    let (dispatcher, assigned) = assign();
    let story = Story::of(Event::Submitted(Box::new(filed.expect("a sound application"))))
        .then(&dispatcher, assigned);
    let cashier = actor(CASHIER);
    if funds == Funds::NothingDue {
        return story.then(&cashier, fee(Twd::ZERO)).record();
    }
    let owed = story.then(&cashier, fee(FEE));
    let story = match funds {
        Funds::NothingDue | Funds::Owed => owed,
        Funds::UnderWay => begun(owed, 1),
        Funds::InSuspense => paid(begun(owed, 1), 1, Twd(200)),
        Funds::Partial => posted(owed).then(&cashier, fee(Twd(500))),
        Funds::Posted => posted(owed),
        Funds::ChargedBack => posted(owed).then(&cashier, charged_back()),
        Funds::RefundDue => posted(owed).then(&cashier, fee(Twd::ZERO)),
        refunded => refund(overpaid(owed), refunded),
    };
    story.record()
}

#[cfg(test)]
mod tests {
    use domain::apply;
    use domain::payment::standing::FeeStatus;

    use super::*;

    #[test]
    fn there_is_a_case_in_every_state_of_the_fee() {
        let of = |funds| apply::replay(&funded(funds)).unwrap().ledger.standing().status;
        let found: std::collections::BTreeSet<FeeStatus> = Funds::ALL.into_iter().map(of).collect();
        assert_eq!(found.len(), FeeStatus::ALL.len());
    }

    #[test]
    fn refunds_stand_where_they_are_said_to() {
        for (funds, state) in [
            (Funds::Asked, RefundState::Requested),
            (Funds::Proven, RefundState::Requested),
            (Funds::Accepted, RefundState::Accepted),
            (Funds::Submitted, RefundState::Submitted),
            (Funds::Settled, RefundState::Settled),
        ] {
            let case = apply::replay(&funded(funds)).unwrap();
            assert_eq!(case.ledger.refund(1).unwrap().state, state, "{funds:?}");
        }
    }
}
