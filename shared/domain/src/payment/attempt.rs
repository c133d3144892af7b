//! Attempts to pay (繳費嘗試): one order at a provider each, and when the provider is asked about it.

use jiff::{SignedDuration, Timestamp};

use super::{Means, OrderNo, Provider};
use crate::money::Twd;
use crate::taipei;

/// One attempt, written before the browser is sent away. A further try is another attempt with another
/// order number: the numbers of failed ones stay used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attempt {
    pub order_no: OrderNo,
    pub provider: Provider,
    /// Our number at the provider.
    pub merchant: String,
    pub means: Means,
    pub amount: Twd,
    pub made_at: Timestamp,
    /// Until when the number it gives can be paid by; a payment after it still counts, as late.
    pub expires_at: Timestamp,
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Until when an order made at `made_at` can be paid. A number is good through a day, as the providers
/// count it: whoever pays on its last evening is not late.
#[must_use]
pub fn expiry(means: Means, made_at: Timestamp) -> Timestamp {
    let through = |days| {
        let last = taipei::plus_days(taipei::day_of(made_at), days);
        last.and_then(taipei::end_of).unwrap_or(Timestamp::MAX)
    };
    match means {
        Means::Card | Means::Wallet => made_at.saturating_add(MINUTE * 30).unwrap_or(Timestamp::MAX),
        Means::Atm => through(3),
        Means::StoreCode | Means::Barcode => through(7),
        Means::Bill => through(30),
    }
}

/// How long after the expiry a notice of a payment made before it may still come: the shops tell of
/// bar codes up to three days later.
#[must_use]
pub const fn in_transit(means: Means) -> SignedDuration {
    match means {
        Means::Card | Means::Wallet | Means::Atm | Means::StoreCode => DAY,
        Means::Barcode | Means::Bill => SignedDuration::from_hours(4 * 24),
    }
}

/// From when on the provider's word that nobody paid is the last one.
#[must_use]
pub fn settles_at(means: Means, expires_at: Timestamp) -> Timestamp {
    expires_at.saturating_add(in_transit(means)).unwrap_or(Timestamp::MAX)
}

impl Attempt {
    /// From when on the provider's word that nobody paid is the last one.
    #[must_use]
    pub fn settles_at(&self) -> Timestamp {
        settles_at(self.means, self.expires_at)
    }

    /// When the provider is to be asked after `now`. There is no horizon: an attempt whose fate is not
    /// known by the last time on the list is asked about once a day.
    #[must_use]
    pub fn ask_after(&self, now: Timestamp) -> Timestamp {
        let at = |wait: SignedDuration| self.made_at.saturating_add(wait).unwrap_or(Timestamp::MAX);
        let planned = self.plan().into_iter().map(at).chain([self.settles_at()]);
        let daily = || now.saturating_add(DAY).unwrap_or(Timestamp::MAX);
        planned.filter(|time| *time > now).min().unwrap_or_else(daily)
    }

    /// The times after its making at which the provider wants to be asked.
    fn plan(&self) -> Vec<SignedDuration> {
        match (self.provider, self.means) {
            // The payer approves, and the payment is only made once we confirm: within 20 minutes.
            (Provider::LinePay, _) => (1..=20).map(|minute| MINUTE * minute).collect(),
            (_, Means::Card | Means::Wallet) => [10, 20, 40].map(|minutes| MINUTE * minutes).to_vec(),
            // A number is paid days later: the notice is waited for, and once a day asked about.
            (_, Means::Atm | Means::StoreCode | Means::Barcode | Means::Bill) => {
                (1..=7).map(|days| DAY * days).collect()
            }
        }
    }
}
