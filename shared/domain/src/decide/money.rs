//! What may happen to the money of a case. Most of it in every state: money comes when it comes, and
//! neither vanishes nor blocks (規範 十(三)4).

use jiff::Timestamp;

use super::{checked, open_to};
use crate::access::Actor;
use crate::case::{Case, State};
use crate::command::Action;
use crate::event::Event;
use crate::interest::{self, EndDays, Rate};
use crate::money::Twd;
use crate::payment::attempt::Attempt;
use crate::payment::command::MoneyCommand;
use crate::payment::ledger::{Fee, MAX_ATTEMPTS, Posting, Source};
use crate::payment::refund::{Ground, RefundFile, RefundRequest, RefundStep, Route, has_lapsed};
use crate::payment::standing::{Posted, Standing};
use crate::payment::{OrderNo, Provider, RefundState, Word};
use crate::rejection::Rejection;
use crate::taipei;

/// Largest fee of one case, in TWD: a slip of the keyboard is not a fee.
pub const MAX_FEE: Twd = Twd(100_000_000);
/// Most refunds of one case.
pub const MAX_REFUNDS: usize = 20;

pub(super) fn decide(
    case: &Case,
    actor: &Actor,
    command: MoneyCommand,
    now: Timestamp,
) -> Result<Event, Rejection> {
    let money = Money { case, actor, now, standing: case.ledger.standing() };
    let posting = match command {
        MoneyCommand::SetFee { amount, retained, lines, reason } => {
            money.set_fee(Fee { version: 0, amount, retained, lines, reason })?
        }
        MoneyCommand::Pay(attempt) => money.pay(attempt)?,
        MoneyCommand::Hear { provider, order_no, word, source } => {
            money.hear(provider, order_no, word, source)?
        }
        MoneyCommand::Expire { order_no } => money.expire(order_no)?,
        MoneyCommand::ApplySuspense { provider, trade_no, amount, reason } => {
            money.told_of(provider, &trade_no, amount)?;
            Posting::Applied { provider, trade_no, amount, reason: checked(&reason)? }
        }
        MoneyCommand::RecordDispute { provider, dispute, amount, state, evidence } => {
            money.has_money(Action::RecordDispute)?;
            let (dispute, evidence) = (checked(&dispute)?, checked(&evidence)?);
            if amount == Twd::ZERO || amount > money.standing.applied {
                return Err(Rejection::Amount { max: money.standing.applied });
            }
            Posting::Disputed { provider, dispute, amount, state, evidence }
        }
        MoneyCommand::RequestRefund(request) => money.request_refund(request)?,
        MoneyCommand::LogContact { refund, when, how, result } => {
            money.open_refund(refund, Action::LogContact)?;
            if when > now {
                return Err(Rejection::InTheFuture(taipei::day_of(when)));
            }
            step(refund, RefundStep::Contacted { when, how, result: checked(&result)? })
        }
        MoneyCommand::AddProof { refund, document } => {
            money.open_refund(refund, Action::AddProof)?;
            step(refund, RefundStep::Proven(document))
        }
        MoneyCommand::AcceptRefund { refund, rate } => money.accept_refund(refund, rate)?,
        MoneyCommand::DeclineRefund { refund, reason } => {
            let file = money.open_refund(refund, Action::DeclineRefund)?;
            money.another_than_requested(&file)?;
            step(refund, RefundStep::Declined { reason: checked(&reason)? })
        }
        MoneyCommand::SubmitRefund { refund, route } => {
            let file = money.refund_in(refund, &[RefundState::Accepted], Action::SubmitRefund)?;
            let route = match route {
                Route::Provider if !case.ledger.goes_back_by_provider(&file.request) => {
                    return Err(Rejection::NoWayBack);
                }
                Route::Provider => Route::Provider,
                Route::Remittance { reference } => Route::Remittance { reference: checked(&reference)? },
            };
            step(refund, RefundStep::Submitted(route))
        }
        MoneyCommand::RecordPayout { refund, state, reference } => {
            money.record_payout(refund, state, &reference)?
        }
    };
    Ok(Event::Money(Box::new(posting)))
}

const fn step(refund: u32, step: RefundStep) -> Posting {
    Posting::Refund { refund, step }
}

struct Money<'a> {
    case: &'a Case,
    actor: &'a Actor,
    now: Timestamp,
    standing: Standing,
}

impl Money<'_> {
    fn not_now(&self, action: Action) -> Rejection {
        let state = self.case.state;
        Rejection::NotInThisState { state, action, allowed: open_to(self.case, self.actor) }
    }

    fn set_fee(&self, fee: Fee) -> Result<Posting, Rejection> {
        if !may_set_fee(self.case) {
            return Err(self.not_now(Action::SetFee));
        }
        if fee.amount > MAX_FEE {
            return Err(Rejection::Amount { max: MAX_FEE });
        }
        // Nobody keeps more than was due.
        if fee.retained > fee.amount {
            return Err(Rejection::Amount { max: fee.amount });
        }
        let version = self.case.ledger.fee().map_or(1, |fee| fee.version.saturating_add(1));
        Ok(Posting::FeeSet(Fee { version, reason: checked(&fee.reason)?, ..fee }))
    }

    fn pay(&self, attempt: Attempt) -> Result<Posting, Rejection> {
        if !self.standing.status.owes() {
            return Err(Rejection::NothingToPay);
        }
        if self.case.ledger.attempts().count() >= MAX_ATTEMPTS {
            return Err(Rejection::TooManyAttempts);
        }
        // The amount comes from the fee and from nowhere else.
        let outstanding = self.standing.outstanding();
        if attempt.amount != outstanding {
            return Err(Rejection::AmountChanged { outstanding });
        }
        Ok(Posting::Started(attempt))
    }

    fn hear(
        &self,
        provider: Provider,
        order_no: OrderNo,
        word: Word,
        source: Source,
    ) -> Result<Posting, Rejection> {
        if self.case.ledger.has_heard(&order_no, &word) {
            return Err(Rejection::NothingChanges);
        }
        Ok(Posting::Heard { provider, order_no, word, source })
    }

    fn expire(&self, order_no: OrderNo) -> Result<Posting, Rejection> {
        let attempt = self.case.ledger.attempt(&order_no).ok_or(Rejection::NoSuchPayment)?;
        if self.case.ledger.is_settled(&order_no) {
            return Err(Rejection::NothingChanges);
        }
        if self.now < attempt.settles_at() {
            return Err(Rejection::TimerNotDue);
        }
        Ok(Posting::Expired { order_no })
    }

    /// The payment, if it waits for an officer and somebody told of this amount.
    fn told_of(&self, provider: Provider, trade_no: &str, amount: Twd) -> Result<(), Rejection> {
        let payments = &self.standing.payments;
        let found = |payment: &&Posted| payment.provider == provider && payment.trade_no == trade_no;
        let payment = payments.iter().find(found).ok_or(Rejection::NoSuchPayment)?;
        if payment.applied {
            return Err(Rejection::NothingChanges);
        }
        let told = self.case.ledger.entries.iter().any(|entry| match &entry.posting {
            Posting::Heard { provider: by, word: Word::Paid(receipt), .. } => {
                *by == provider
                    && receipt.trade_no == trade_no
                    && receipt.amount == amount
                    && !receipt.simulated
            }
            _ => false,
        });
        if told { Ok(()) } else { Err(Rejection::Amount { max: payment.amount }) }
    }

    fn has_money(&self, action: Action) -> Result<(), Rejection> {
        if self.standing.applied == Twd::ZERO { Err(self.not_now(action)) } else { Ok(()) }
    }

    /// The payment a refund goes back from.
    fn payment(&self, request: &RefundRequest) -> Result<&Posted, Rejection> {
        let found = |payment: &&Posted| {
            payment.provider == request.provider && payment.trade_no == request.trade_no && payment.applied
        };
        self.standing.payments.iter().find(found).ok_or(Rejection::NoSuchPayment)
    }

    fn request_refund(&self, request: RefundRequest) -> Result<Posting, Rejection> {
        if !may_refund(&self.standing) {
            return Err(Rejection::NothingToRefund);
        }
        let files = self.case.ledger.refunds();
        if files.len() >= MAX_REFUNDS {
            return Err(Rejection::TooManyEvents);
        }
        let payment = self.payment(&request)?;
        let max = self.standing.refundable.min(payment.amount);
        if request.amount == Twd::ZERO || request.amount > max {
            return Err(Rejection::RefundTooMuch { max });
        }
        if request.ground == Ground::EndedForLateness && self.case.state != State::Terminated {
            return Err(self.not_now(Action::RequestRefund));
        }
        if request.ground.lapses() && has_lapsed(taipei::day_of(payment.paid_at), taipei::day_of(self.now)) {
            return Err(Rejection::RefundLapsed);
        }
        let number = u32::try_from(files.len()).unwrap_or(u32::MAX).saturating_add(1);
        let reason = checked(&request.reason)?;
        Ok(step(number, RefundStep::Requested(RefundRequest { reason, ..request })))
    }

    fn refund_in(
        &self,
        number: u32,
        states: &[RefundState],
        action: Action,
    ) -> Result<RefundFile, Rejection> {
        let file = self.case.ledger.refund(number).ok_or(Rejection::NoSuchRefund)?;
        if file.declined.is_none() && states.contains(&file.state) {
            Ok(file)
        } else {
            Err(self.not_now(action))
        }
    }

    fn open_refund(&self, number: u32, action: Action) -> Result<RefundFile, Rejection> {
        self.refund_in(number, &[RefundState::Requested], action)
    }

    /// Four eyes: nobody decides on what they asked for.
    fn another_than_requested(&self, file: &RefundFile) -> Result<(), Rejection> {
        match self.actor {
            Actor::Officer(officer) if file.was_requested_by(officer.person) => Err(Rejection::FourEyes),
            _ => Ok(()),
        }
    }

    fn accept_refund(&self, number: u32, rate: Option<Rate>) -> Result<Posting, Rejection> {
        let file = self.open_refund(number, Action::AcceptRefund)?;
        self.another_than_requested(&file)?;
        let request = &file.request;
        if let Some(lack) = file.lacks() {
            return Err(Rejection::RefundLacks(lack));
        }
        // Since it was asked for, another refund may have been accepted, or the payer's bank moved.
        let payment = self.payment(request)?;
        let max = self.standing.refundable.min(payment.amount);
        if request.amount > max {
            return Err(Rejection::RefundTooMuch { max });
        }
        let (interest_cents, interest_days) = match (request.ground.bears_interest(), rate) {
            (false, _) => (0, 0),
            (true, None) => return Err(Rejection::RateMissing),
            (true, Some(rate)) => {
                let ended = self.case.closed_at.filter(|_| request.ground == Ground::EndedForLateness);
                let (paid, until) =
                    (taipei::day_of(payment.paid_at), taipei::day_of(ended.unwrap_or(self.now)));
                let days = interest::days(paid, until, EndDays::Both);
                (u64::try_from(interest::interest(request.amount, rate, days).0).unwrap_or(u64::MAX), days)
            }
        };
        Ok(step(number, RefundStep::Accepted { interest_cents, interest_days }))
    }

    fn record_payout(&self, number: u32, state: RefundState, reference: &str) -> Result<Posting, Rejection> {
        let before: &[RefundState] = match state {
            RefundState::Settled | RefundState::Failed => &[RefundState::Submitted],
            RefundState::Bounced => &[RefundState::Settled],
            RefundState::Requested | RefundState::Accepted | RefundState::Submitted => &[],
        };
        self.refund_in(number, before, Action::RecordPayout)?;
        Ok(step(number, RefundStep::PaidOut { state, reference: checked(reference)? }))
    }
}

fn may_set_fee(case: &Case) -> bool {
    matches!(case.state, State::Assigned | State::UnderCorrection | State::AwaitingApproval)
}

const fn may_refund(standing: &Standing) -> bool {
    standing.refundable.0 > 0
}

/// The actions on its money that stand open, whoever asks.
pub(super) fn open(case: &Case) -> Vec<Action> {
    use Action as A;

    let standing = case.ledger.standing();
    let refunds = case.ledger.refunds();
    let any = |fits: fn(&RefundFile) -> bool| refunds.iter().any(fits);
    let held = standing.payments.iter().any(|payment| !payment.applied);
    let pays = standing.status.owes() && case.ledger.attempts().count() < MAX_ATTEMPTS;
    let conditions = [
        (A::SetFee, may_set_fee(case)),
        (A::Pay, pays),
        (A::ApplySuspense, held),
        (A::RecordDispute, standing.applied > Twd::ZERO),
        (A::RequestRefund, may_refund(&standing)),
        (A::LogContact, any(RefundFile::is_open)),
        (A::AddProof, any(RefundFile::is_open)),
        (A::AcceptRefund, any(|file| file.is_open() && file.lacks().is_none())),
        (A::DeclineRefund, any(RefundFile::is_open)),
        (A::SubmitRefund, any(|file| file.state == RefundState::Accepted)),
        (A::RecordPayout, any(|file| matches!(file.state, RefundState::Submitted | RefundState::Settled))),
    ];
    conditions.into_iter().filter(|(_, open)| *open).map(|(action, _)| action).collect()
}
