//! An attempt to pay, and a refund, as a provider is asked for it.

use domain::money::Twd;
use domain::payment::{Means, OrderNo};
use jiff::Timestamp;

use crate::call::Call;

/// What an order is created from. Nothing of it comes from the applicant: no name, no form text.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    pub order_no: &'a OrderNo,
    pub amount: Twd,
    pub means: Means,
    /// What is paid for, in a few fixed words: 規費.
    pub description: &'a str,
    pub made_at: Timestamp,
    /// Until when a number to pay by is valid.
    pub expires_at: Timestamp,
    /// Where the provider's server calls back.
    pub callback_url: &'a str,
    /// Where the browser goes when it is done. Arriving there proves nothing.
    pub return_url: &'a str,
    /// The transaction, session or payment id that the provider gave when the order was created, for
    /// the providers that have one.
    pub reference: Option<&'a str>,
}

impl Order<'_> {
    /// Whether a provider with these ways to pay takes the order: 1 to `max` dollars.
    pub(crate) fn fit(&self, means: &[Means], max: Twd) -> Result<(), Unfit> {
        if !means.contains(&self.means) {
            return Err(Unfit::Means { means: self.means });
        }
        let min = Twd(1);
        if (min..=max).contains(&self.amount) { Ok(()) } else { Err(Unfit::Amount { min, max }) }
    }
}

/// How an order begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The browser posts these fields to the provider.
    Form { action: String, fields: Vec<(String, String)> },
    /// The browser goes there. `reference` is to be kept with the order.
    Go { url: String, reference: Option<String> },
    /// The provider is asked first; its reply is read by `Account::started`.
    Call(Call),
    /// There is nowhere to go: the applicant pays by this number.
    Bill { number: String },
}

/// An order that the provider would not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("{means} is not offered here")]
    Means { means: Means },
    #[error("amounts are {min} to {max} here")]
    Amount { min: Twd, max: Twd },
}

/// Money to give back to whoever paid.
#[derive(Debug, Clone, Copy)]
pub struct Refund<'a> {
    pub order: Order<'a>,
    /// The provider's number of the payment.
    pub trade_no: &'a str,
    /// At most what was paid.
    pub amount: Twd,
    /// What was paid.
    pub paid: Twd,
    /// What was given back of it before, by other refunds. A provider's balance tells by this whether a
    /// refund whose answer was lost has gone through: not every provider has a number for each.
    pub before: Twd,
    /// Our own number of the refund, the same when it is asked again.
    pub refund_no: &'a str,
}

impl Refund<'_> {
    /// Whether this refund has gone through already, told by what the provider says is left of the
    /// payment; `None` when that fits neither before nor after it.
    pub(crate) fn gone_through(&self, left: Twd) -> Option<bool> {
        let before = self.paid.0.checked_sub(self.before.0)?;
        let after = before.checked_sub(self.amount.0)?;
        match left.0 {
            left if left == before => Some(false),
            left if left == after => Some(true),
            _ => None,
        }
    }
}
