//! Fee rules (規費收費基準, 規費法 §10): what an item version charges for an application, by channel
//! (差異規費, 規範 八), and the fee that follows for one application, step by step.
//!
//! Integers throughout. A fraction of a dollar arises in two places only, a rate in proportion and a
//! percentage, and is rounded there by [`FeeRule::dollar_rounding`].

mod assess;
mod check;
mod describe;
mod quantity;
mod tariff;
#[cfg(test)]
mod tests;

use std::iter;
use std::num::NonZeroU64;

use crate::code::coded;
use crate::form::Answers;
use crate::id::Key;
use crate::money::Twd;
use crate::text::Text;

pub use assess::{Assessment, NoReason, Unassessable, assess};
pub use check::{BadRule, check};
pub use describe::when_due;
pub use quantity::{Bound, Measure, Unit};

/// How an application reaches the agency, as far as the fee differs by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Through the window (網路申辦).
    Online,
    /// At the counter or by post (臨櫃、郵寄).
    Counter,
}

coded!(Channel { Online = "online", Counter = "counter" });

/// What becomes of a part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// 不足一單位以一單位計.
    Up,
    /// 不足一單位不計.
    Down,
    /// 四捨五入.
    HalfUp,
}

coded!(Rounding { Up = "up", Down = "down", HalfUp = "half_up" });

/// Hundredths, from 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u8);

/// A number that is no percentage of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a percentage is 1 to 100, not {0}")]
pub struct NotAPercent(u8);

impl Percent {
    pub const ALL: Self = Self(100);

    pub const fn new(percent: u8) -> Result<Self, NotAPercent> {
        if percent >= 1 && percent <= 100 { Ok(Self(percent)) } else { Err(NotAPercent(percent)) }
    }

    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// What an item version charges. [`check`] says whether it fits the form it is published with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeRule {
    /// The fee at the counter, and online unless [`online`](Self::online) says otherwise.
    pub basis: Basis,
    /// What is different for those who apply online (差異規費, 規範 八).
    pub online: Option<Online>,
    /// Who pays nothing, or less (免徵、減徵, 規費法 §12-13). Of several that apply the largest counts.
    pub exemptions: Vec<Exemption>,
    /// What becomes of a fraction of a dollar (元以下尾數).
    pub dollar_rounding: Rounding,
    /// What stays paid when the case is withdrawn or rejected, and never more than the fee.
    pub retained_if_ended: Twd,
}

/// What the amount comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// 免繳納規費.
    Free,
    /// The same for every application (按件計收).
    Fixed(Twd),
    /// By an answer of the form: copies, pages, square metres, capital.
    Metered(Metered),
    /// Worked out by the agency later, case by case (另行核算).
    Quoted,
}

/// A fee by a quantity that the applicant states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metered {
    /// The field of the form with the quantity.
    pub field: Key,
    pub measure: Measure,
    pub tariff: Tariff,
    /// The fee is never less (未達…以…計收).
    pub minimum: Option<Twd>,
    /// The fee is never more (最高以…為限).
    pub cap: Option<Twd>,
}

/// How a quantity becomes an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tariff {
    /// The same rate for all of it.
    Rate(Rate),
    /// One price for the whole, by the bracket that the quantity is in (級距定額).
    Flat(Brackets<Bound, Price>),
    /// Each part at the rate of the bracket that the part is in (分級累進); a bracket goes up to and with
    /// its bound.
    Marginal(Brackets<u64, Rate>),
}

/// So much for each so many units: `each` for every `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub each: Twd,
    /// In units of the measure: copies, whole square metres, dollars.
    pub per: NonZeroU64,
    /// How the quantity is rounded to whole multiples of `per`; `None` pays a part in proportion.
    pub rounding: Option<Rounding>,
}

/// The price of a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub fee: Twd,
    /// What is added for the part above the bound below (每增…加收); above nothing for the first.
    pub more: Option<Rate>,
}

/// Brackets (級距) from nothing on without a gap: those with a bound, ascending, and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brackets<B, T> {
    pub bounded: Vec<(B, T)>,
    pub rest: T,
}

/// What is different online, and what says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Online {
    pub fee: OnlineFee,
    /// The law as it was enacted: `商業登記規費收費準則第3條`.
    pub legal_basis: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnlineFee {
    /// 減徵二成: 20.
    PercentOff(Percent),
    /// 減收三百元: 300, and never below nothing.
    AmountOff(Twd),
    /// Another fee altogether: 150 where the counter takes 300.
    Instead(Basis),
}

/// Applications that are charged nothing, or less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    /// The choice or consent of the form that tells them apart.
    pub field: Key,
    /// The answer: an option of the choice, `yes` of the consent.
    pub value: Key,
    /// All is 免徵, less is 減徵. It is taken off what is due in the channel.
    pub percent: Percent,
    pub reason: Text,
    pub legal_basis: String,
}

impl<B: Copy, T> Brackets<B, T> {
    /// Each bracket, with the bound below and the bound above it.
    fn each(&self) -> impl Iterator<Item = (Option<B>, Option<B>, &T)> {
        let below = self.bounded.iter().map(|(bound, _)| Some(*bound));
        let above = self.bounded.iter().map(|(bound, of)| (Some(*bound), of));
        let (below, above) = (iter::once(None).chain(below), above.chain([(None, &self.rest)]));
        below.zip(above).map(|(below, (above, of))| (below, above, of))
    }
}

impl FeeRule {
    /// The same in every channel, for everybody, and all of it paid back when the case is withdrawn.
    #[must_use]
    pub const fn of(basis: Basis) -> Self {
        Self {
            basis,
            online: None,
            exemptions: Vec::new(),
            dollar_rounding: Rounding::HalfUp,
            retained_if_ended: Twd::ZERO,
        }
    }

    /// What the fee comes from in `channel`.
    #[must_use]
    pub fn basis_in(&self, channel: Channel) -> &Basis {
        match (channel, &self.online) {
            (Channel::Online, Some(Online { fee: OnlineFee::Instead(basis), .. })) => basis,
            _ => &self.basis,
        }
    }

    /// The fee in `channel` of everybody who is not exempt, where it depends on no answer and no
    /// officer.
    #[must_use]
    pub fn known(&self, channel: Channel) -> Option<Twd> {
        let charged = assess::charged(self, channel, &Answers::new()).ok().flatten()?;
        u32::try_from(charged.dollars).ok().map(Twd)
    }

    /// Whether anybody can owe anything in `channel`.
    #[must_use]
    pub fn may_be_due(&self, channel: Channel) -> bool {
        let all_off = |online: &Online| online.fee == OnlineFee::PercentOff(Percent::ALL);
        let waived = channel == Channel::Online && self.online.as_ref().is_some_and(all_off);
        !waived && self.known(channel) != Some(Twd::ZERO)
    }
}
