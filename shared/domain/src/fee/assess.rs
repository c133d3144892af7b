//! The fee of one application.

use crate::form::{Answers, Defect};
use crate::id::Key;
use crate::money::{self, Twd};
use crate::text::Text;

use super::describe::{fixed, free};
use super::tariff::{Priced, divide, note};
use super::{Basis, Channel, Exemption, FeeRule, Online, OnlineFee, Percent, Rounding};

/// What is due (應繳規費), and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    pub amount: Twd,
    /// What stays paid when the case is withdrawn or rejected; at most the amount.
    pub retained: Twd,
    /// How the amount came about, step by step; the last line is the amount.
    pub lines: Vec<Text>,
}

/// Why no fee follows from the answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unassessable {
    /// The answer that the fee is by is missing, or no quantity. Given back to the applicant as any
    /// other problem of the form.
    #[error("the fee is by `{field}`, which is {}", defect.code())]
    Answer { field: Key, defect: Defect },
    /// More than money of this window can be. Nothing that was published under [`check`](super::check)
    /// comes to this.
    #[error("the fee is more than 4,294,967,295")]
    TooMuch,
}

/// An amount or a waiver that nobody gave a reason for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fee that an officer sets, or waives, needs a reason")]
pub struct NoReason;

impl Assessment {
    /// What an officer worked out where the rule leaves it to the agency (另行核算).
    pub fn quoted(rule: &FeeRule, amount: Twd, reason: &str) -> Result<Self, NoReason> {
        let reason = given(reason)?;
        let worked_out =
            Text::new(format!("機關核算：{reason}"), format!("worked out by the agency: {reason}"));
        Ok(Self::of(amount, rule.retained_if_ended, vec![worked_out]))
    }

    /// Nothing, because the agency waives the fee (免徵, 規費法 §12-13).
    pub fn waived(reason: &str) -> Result<Self, NoReason> {
        let reason = given(reason)?;
        let waived = Text::new(format!("免徵：{reason}"), format!("waived: {reason}"));
        Ok(Self::of(Twd::ZERO, Twd::ZERO, vec![waived]))
    }

    fn of(amount: Twd, retained: Twd, mut lines: Vec<Text>) -> Self {
        let Text { zh, en } = amount.text();
        lines.push(Text::new(format!("應繳 {zh}"), format!("to pay: {en}")));
        Self { amount, retained: retained.min(amount), lines }
    }
}

fn given(reason: &str) -> Result<&str, NoReason> {
    let reason = reason.trim();
    if reason.is_empty() { Err(NoReason) } else { Ok(reason) }
}

/// The fee under `rule` of an application in `channel` with these answers; `None` where the agency works
/// it out later. An exemption comes first; what applying online takes off comes before a reduction.
pub fn assess(
    rule: &FeeRule,
    channel: Channel,
    answers: &Answers,
) -> Result<Option<Assessment>, Unassessable> {
    let applies = |exemption: &&Exemption| {
        answers.get(&exemption.field).is_some_and(|answer| answer == exemption.value.as_str())
    };
    // Of several with the same share the first: `max_by_key` alone would take the last.
    let exemption = rule.exemptions.iter().rev().filter(applies).max_by_key(|exemption| exemption.percent);
    if let Some(exempt) = exemption.filter(|exemption| exemption.percent == Percent::ALL) {
        return Ok(Some(Assessment::of(Twd::ZERO, Twd::ZERO, vec![exempt.text()])));
    }
    let Some(mut steps) = charged(rule, channel, answers)? else { return Ok(None) };
    if let Some(reduction) = exemption {
        let off = percent_off(steps.dollars, reduction.percent, rule.dollar_rounding);
        steps.take(&reduction.text(), &off);
    }
    let amount = u32::try_from(steps.dollars).map(Twd).map_err(|_| Unassessable::TooMuch)?;
    Ok(Some(Assessment::of(amount, rule.retained_if_ended, steps.lines)))
}

/// The fee in `channel` of somebody who is not exempt; `None` where the agency works it out later.
pub(super) fn charged(
    rule: &FeeRule,
    channel: Channel,
    answers: &Answers,
) -> Result<Option<Priced>, Unassessable> {
    let mut priced = match rule.basis_in(channel) {
        Basis::Quoted => return Ok(None),
        Basis::Free => Priced { dollars: 0, lines: vec![free()] },
        Basis::Fixed(amount) => Priced { dollars: u128::from(amount.0), lines: vec![fixed(*amount)] },
        Basis::Metered(metered) => {
            let quantity = metered.measure.read(&metered.field, answers)?;
            metered.price(quantity, rule.dollar_rounding)
        }
    };
    if let Some(online) = rule.online.as_ref().filter(|_| channel == Channel::Online) {
        online.apply(&mut priced, rule.dollar_rounding);
    }
    Ok(Some(priced))
}

/// Dollars off, and how what is left was rounded, where it was.
struct Off {
    dollars: u128,
    rounded: Option<Rounding>,
}

/// `percent` of `dollars`.
fn percent_off(dollars: u128, percent: Percent, rounding: Rounding) -> Off {
    let left = dollars * u128::from(100 - percent.get());
    let rounded = (!left.is_multiple_of(100)).then_some(rounding);
    Off { dollars: dollars.saturating_sub(divide(left, 100, rounding)), rounded }
}

impl Online {
    fn apply(&self, priced: &mut Priced, rounding: Rounding) {
        match &self.fee {
            OnlineFee::PercentOff(percent) => {
                let off = percent_off(priced.dollars, *percent, rounding);
                priced.take(&self.text(), &off);
            }
            OnlineFee::AmountOff(amount) => {
                let dollars = priced.dollars.min(u128::from(amount.0));
                priced.take(&self.text(), &Off { dollars, rounded: None });
            }
            // The other basis was priced; here it is said why.
            OnlineFee::Instead(_) => priced.lines.insert(0, self.text()),
        }
    }
}

impl Priced {
    fn take(&mut self, why: &Text, off: &Off) {
        let amount = money::text(off.dollars);
        let rounded = off.rounded.map_or(Text::new("", ""), note);
        self.lines.push(Text::new(
            format!("{}−{}{}", why.zh, amount.zh, rounded.zh),
            format!("{}: −{}{}", why.en, amount.en, rounded.en),
        ));
        self.dollars = self.dollars.saturating_sub(off.dollars);
    }
}
