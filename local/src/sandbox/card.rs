//! What becomes of a card payment at the bank: capture (請款, 關帳) and refunds.
//!
//! Nothing here happens by itself, as it does each evening at a provider: a test says when.

use serde::{Deserialize, Serialize};

/// How far the capture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    /// 已授權: the amount is reserved.
    Authorised,
    /// 要關帳: the money is asked for.
    Requested,
    /// 已關帳: the money has come.
    Captured,
    /// 操作取消: asked for and taken back; as good as authorised.
    Reopened,
    /// 已取消: given up before any money came.
    Voided,
}

impl Capture {
    /// As 綠界 says it, and in English.
    #[must_use]
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Authorised => ("已授權", "authorised"),
            Self::Requested => ("要關帳", "capture requested"),
            Self::Captured => ("已關帳", "captured"),
            Self::Reopened => ("操作取消", "capture taken back"),
            Self::Voided => ("已取消", "given up"),
        }
    }
}

/// Money that goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub amount: u64,
    pub at: i64,
    /// The bank has done it.
    pub settled: bool,
}

/// The card side of a trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// 授權單號, `gwsr` at 綠界.
    pub authorisation: u32,
    /// 授權碼 of the bank.
    pub auth_code: String,
    pub capture: Capture,
    pub refunds: Vec<Refund>,
}

/// The card is not in a state for this, or the amount is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    #[error("the payment is in no state for this")]
    State,
    #[error("the amount does not fit")]
    Amount,
}

impl Card {
    #[must_use]
    pub fn new(authorisation: u32, auth_code: String) -> Self {
        Self { authorisation, auth_code, capture: Capture::Authorised, refunds: Vec::new() }
    }

    /// What has been given back, or will be.
    #[must_use]
    pub fn refunded(&self) -> u64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }

    /// Whether a refund waits for the bank.
    #[must_use]
    pub fn is_refunding(&self) -> bool {
        self.refunds.iter().any(|refund| !refund.settled)
    }

    /// 關帳: asks for the money.
    pub fn request(&mut self) -> Result<(), NotPossible> {
        self.step(&[Capture::Authorised, Capture::Reopened], Capture::Requested)
    }

    /// 取消關帳: no longer asks for it.
    pub fn take_back(&mut self) -> Result<(), NotPossible> {
        if self.refunded() > 0 {
            return Err(NotPossible::State);
        }
        self.step(&[Capture::Requested], Capture::Reopened)
    }

    /// 放棄: sets the reserved amount free.
    pub fn void(&mut self) -> Result<(), NotPossible> {
        self.step(&[Capture::Authorised, Capture::Reopened], Capture::Voided)
    }

    /// 退刷 of a part or all of `paid`.
    pub fn refund(&mut self, amount: u64, paid: u64, at: i64) -> Result<(), NotPossible> {
        if !matches!(self.capture, Capture::Requested | Capture::Captured) {
            return Err(NotPossible::State);
        }
        if amount == 0 || amount > paid.saturating_sub(self.refunded()) {
            return Err(NotPossible::Amount);
        }
        self.refunds.push(Refund { amount, at, settled: false });
        Ok(())
    }

    /// 取消退款: takes back the refund that the bank has not done yet.
    pub fn take_back_refund(&mut self, amount: u64) -> Result<(), NotPossible> {
        let open = |refund: &Refund| !refund.settled && refund.amount == amount;
        match self.refunds.iter().position(open) {
            Some(at) => {
                self.refunds.remove(at);
                Ok(())
            }
            None => Err(NotPossible::State),
        }
    }

    /// The bank works for a day: what is authorised is asked for, what is asked for comes, refunds are done.
    pub fn bank_day(&mut self) {
        self.capture = match self.capture {
            Capture::Authorised | Capture::Reopened => Capture::Requested,
            Capture::Requested | Capture::Captured => Capture::Captured,
            Capture::Voided => Capture::Voided,
        };
        for refund in &mut self.refunds {
            refund.settled = true;
        }
    }

    fn step(&mut self, from: &[Capture], to: Capture) -> Result<(), NotPossible> {
        if !from.contains(&self.capture) {
            return Err(NotPossible::State);
        }
        self.capture = to;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card::new(12_345_678, "777777".to_owned())
    }

    #[test]
    fn an_authorised_payment_can_be_given_up_and_not_refunded() {
        let mut card = card();
        assert_eq!(card.refund(10, 100, 0), Err(NotPossible::State));
        card.void().unwrap();
        assert_eq!(card.void(), Err(NotPossible::State));
        assert_eq!(card.request(), Err(NotPossible::State));
        card.bank_day();
        assert_eq!(card.capture, Capture::Voided);
    }

    #[test]
    fn a_requested_capture_is_taken_back_before_it_is_given_up() {
        let mut card = card();
        card.request().unwrap();
        assert_eq!(card.void(), Err(NotPossible::State));
        card.take_back().unwrap();
        assert_eq!(card.capture, Capture::Reopened);
        card.void().unwrap();
    }

    #[test]
    fn refunds_add_up_to_what_was_paid_at_most() {
        let mut card = card();
        card.request().unwrap();
        card.refund(40, 100, 0).unwrap();
        assert_eq!(card.take_back(), Err(NotPossible::State), "a part is on its way back");
        card.bank_day();
        assert!(!card.is_refunding());
        assert_eq!(card.refund(61, 100, 0), Err(NotPossible::Amount));
        assert_eq!(card.refund(0, 100, 0), Err(NotPossible::Amount));
        card.refund(60, 100, 0).unwrap();
        assert_eq!((card.refunded(), card.is_refunding()), (100, true));
        assert_eq!(card.take_back_refund(40), Err(NotPossible::State), "the bank has done it");
        card.take_back_refund(60).unwrap();
        assert_eq!(card.refunded(), 40);
    }
}
