//! What may happen to the money of a case. Most of it in every state: money comes when it comes, and
//! neither vanishes nor blocks (規範 十(三)4).

use jiff::Timestamp;

use super::{checked, open_to};
use crate::access::Actor;
use crate::case::{Case, State};
use crate::command::Action;
use crate::event::Event;
use crate::money::Twd;
use crate::payment::attempt::Attempt;
use crate::payment::command::MoneyCommand;
use crate::payment::ledger::{Fee, MAX_ATTEMPTS, Posting, Source};
use crate::payment::refund::{RefundFile, RefundStep};
use crate::payment::standing::{Flag, Standing};
use crate::payment::{OrderNo, Provider, Word};
use crate::rejection::Rejection;
use crate::taipei;

/// Largest fee of one case, in TWD: a slip of the keyboard is not a fee.
pub const MAX_FEE: Twd = Twd(100_000_000);
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
        MoneyCommand::CheckOff { flag, finding } => money.check_off(flag, &finding)?,
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
        MoneyCommand::DeclineRefund { refund, reason } => money.decline_refund(refund, &reason)?,
        MoneyCommand::SubmitRefund { refund, route } => money.submit_refund(refund, route)?,
        MoneyCommand::RecordPayout { refund, state, reference } => {
            money.record_payout(refund, state, &reference)?
        }
    };
    Ok(Event::Money(Box::new(posting)))
}

pub(super) const fn step(refund: u32, step: RefundStep) -> Posting {
    Posting::Refund { refund, step }
}

pub(super) struct Money<'a> {
    pub(super) case: &'a Case,
    pub(super) actor: &'a Actor,
    pub(super) now: Timestamp,
    pub(super) standing: Standing,
}

impl Money<'_> {
    pub(super) fn not_now(&self, action: Action) -> Rejection {
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
        let payment = self.standing.payment(provider, trade_no).ok_or(Rejection::NoSuchPayment)?;
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

    fn check_off(&self, flag: Flag, finding: &str) -> Result<Posting, Rejection> {
        let extent = self.standing.extents.get(&flag).copied().unwrap_or_default();
        if !self.standing.flags.contains(&flag) || extent == 0 {
            return Err(self.not_now(Action::CheckOff));
        }
        Ok(Posting::CheckedOff { flag, extent, finding: checked(finding)? })
    }

    fn has_money(&self, action: Action) -> Result<(), Rejection> {
        if self.standing.applied == Twd::ZERO { Err(self.not_now(action)) } else { Ok(()) }
    }
}

fn may_set_fee(case: &Case) -> bool {
    State::HANDLED.contains(&case.state)
}

pub(super) const fn may_refund(standing: &Standing) -> bool {
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
        (A::CheckOff, standing.to_check_off().next().is_some()),
        (A::RequestRefund, may_refund(&standing)),
        (A::LogContact, any(RefundFile::is_open)),
        (A::AddProof, any(RefundFile::is_open)),
        (A::AcceptRefund, any(|file| file.is_open() && file.lacks().is_none())),
        (A::DeclineRefund, any(RefundFile::may_be_declined)),
        (A::SubmitRefund, any(RefundFile::is_to_be_sent)),
        (A::RecordPayout, any(RefundFile::has_left)),
    ];
    conditions.into_iter().filter(|(_, open)| *open).map(|(action, _)| action).collect()
}
