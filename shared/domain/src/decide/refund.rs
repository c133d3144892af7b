//! Refunds: never more than was posted, never by one officer alone, and never twice (規範 十(三)4).

use super::checked;
use super::money::{Money, may_refund, step};
use crate::access::Actor;
use crate::command::Action;
use crate::ending::Conclusion;
use crate::event::Party;
use crate::interest::{self, EndDays, Rate};
use crate::money::Twd;
use crate::payment::RefundState;
use crate::payment::ledger::Posting;
use crate::payment::refund::{Ground, RefundFile, RefundRequest, RefundStep, Route, has_lapsed};
use crate::payment::standing::Posted;
use crate::rejection::Rejection;
use crate::taipei;

/// Most refunds of one case.
pub const MAX_REFUNDS: usize = 20;

impl Money<'_> {
    /// The payment a refund goes back from.
    fn payment(&self, request: &RefundRequest) -> Result<&Posted, Rejection> {
        let payment = self.standing.payment(request.provider, &request.trade_no);
        payment.filter(|payment| payment.applied).ok_or(Rejection::NoSuchPayment)
    }

    pub(super) fn request_refund(&self, request: RefundRequest) -> Result<Posting, Rejection> {
        if !may_refund(&self.standing) {
            return Err(Rejection::NothingToRefund);
        }
        let files = self.case.ledger.refunds();
        if files.len() >= MAX_REFUNDS {
            return Err(Rejection::TooManyEvents);
        }
        let payment = self.payment(&request)?;
        let max = self.standing.refundable.min(self.case.ledger.left_of(payment));
        if request.amount == Twd::ZERO || request.amount > max {
            return Err(Rejection::RefundTooMuch { max });
        }
        if request.ground == Ground::EndedForLateness && self.case.result() != Some(Conclusion::Terminated) {
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

    pub(super) fn open_refund(&self, number: u32, action: Action) -> Result<RefundFile, Rejection> {
        self.refund_in(number, &[RefundState::Requested], action)
    }

    /// Four eyes: nobody decides on what they asked for, and nobody sends what they alone agreed to.
    fn another_than(&self, party: impl FnOnce(&Party) -> bool) -> Result<(), Rejection> {
        let own = matches!(self.actor, Actor::Officer(officer) if party(&Party::Officer(officer.person)));
        if own { Err(Rejection::FourEyes) } else { Ok(()) }
    }

    pub(super) fn accept_refund(&self, number: u32, rate: Option<Rate>) -> Result<Posting, Rejection> {
        let file = self.open_refund(number, Action::AcceptRefund)?;
        self.another_than(|party| file.was_requested_by(*party))?;
        let request = &file.request;
        if let Some(lack) = file.lacks() {
            return Err(Rejection::RefundLacks(lack));
        }
        // Since it was asked for, another refund may have been accepted, or the payer's bank moved.
        let payment = self.payment(request)?;
        let max = self.standing.refundable.min(self.case.ledger.left_of(payment));
        if request.amount > max {
            return Err(Rejection::RefundTooMuch { max });
        }
        let (interest_cents, interest_days) = match (request.ground.bears_interest(), rate) {
            (false, _) => (0, 0),
            (true, None) => return Err(Rejection::RateMissing),
            (true, Some(rate)) => {
                let ended = self.case.ended_at().filter(|_| request.ground == Ground::EndedForLateness);
                let (paid, until) =
                    (taipei::day_of(payment.paid_at), taipei::day_of(ended.unwrap_or(self.now)));
                let days = interest::days(paid, until, EndDays::Both);
                (u64::try_from(interest::interest(request.amount, rate, days).0).unwrap_or(u64::MAX), days)
            }
        };
        Ok(step(number, RefundStep::Accepted { interest_cents, interest_days }))
    }

    /// Also one that was agreed to, as long as it has not been sent: the money may have gone another way
    /// meanwhile.
    pub(super) fn decline_refund(&self, number: u32, reason: &str) -> Result<Posting, Rejection> {
        let undecided = [RefundState::Requested, RefundState::Accepted];
        let file = self.refund_in(number, &undecided, Action::DeclineRefund)?;
        self.another_than(|party| file.was_requested_by(*party))?;
        Ok(step(number, RefundStep::Declined { reason: checked(reason)? }))
    }

    pub(super) fn submit_refund(&self, number: u32, route: Route) -> Result<Posting, Rejection> {
        let file = self.refund_in(number, &[RefundState::Accepted], Action::SubmitRefund)?;
        self.another_than(|party| file.accepted_by == Some(*party))?;
        // Since it was agreed to, the payer's bank may have taken the money back, or more become due.
        if self.standing.surplus < 0 {
            let left = i64::from(file.request.amount.0).saturating_add(self.standing.surplus);
            return Err(Rejection::RefundTooMuch { max: Twd(u32::try_from(left).unwrap_or_default()) });
        }
        let route = match route {
            Route::Provider => self.by_provider(&file)?,
            Route::Remittance { .. } if !self.case.ledger.may_be_remitted(&file.request) => {
                return Err(Rejection::ProviderPaysBack);
            }
            Route::Remittance { reference } => Route::Remittance { reference: checked(&reference)? },
        };
        Ok(step(number, RefundStep::Submitted(route)))
    }

    /// One at a time: what was given back before is how some providers tell one refund from another.
    fn by_provider(&self, file: &RefundFile) -> Result<Route, Rejection> {
        let (ledger, request) = (&self.case.ledger, &file.request);
        if !ledger.goes_back_by_provider(request) {
            return Err(Rejection::NoWayBack);
        }
        let under_way = |other: &RefundFile| {
            other.state == RefundState::Submitted
                && other.takes_from(request.provider, &request.trade_no)
                && other.route == Some(Route::Provider)
        };
        match ledger.refunds().iter().find(|other| under_way(other)) {
            Some(other) => Err(Rejection::RefundUnderWay { refund: other.number }),
            None => Ok(Route::Provider),
        }
    }

    pub(super) fn record_payout(
        &self,
        number: u32,
        state: RefundState,
        reference: &str,
    ) -> Result<Posting, Rejection> {
        let before: &[RefundState] = match state {
            // What was taken for failed may have gone through after all.
            RefundState::Settled => &[RefundState::Submitted, RefundState::Failed],
            RefundState::Failed => &[RefundState::Submitted],
            RefundState::Bounced => &[RefundState::Settled],
            RefundState::Requested | RefundState::Accepted | RefundState::Submitted => &[],
        };
        self.refund_in(number, before, Action::RecordPayout)?;
        Ok(step(number, RefundStep::PaidOut { state, reference: checked(reference)? }))
    }
}
