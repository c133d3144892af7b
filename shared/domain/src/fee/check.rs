//! Whether a rule can be published with a form: everything that would come to light only when somebody
//! applies, or never.

use crate::clock::terms::FeeTiming;
use crate::form::{Field, FieldKind};
use crate::id::Key;
use crate::money::Twd;

use super::quantity::MAX_AREA;
use super::{
    Basis, Bound, Channel, Exemption, FeeRule, Measure, Metered, Online, OnlineFee, Percent, Rounding, Tariff,
};

/// Why a rule cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    #[error("the fee refers to `{0}`, and the form has no such field")]
    NoField(Key),
    #[error("the fee refers to `{0}`, which is {1}")]
    WrongField(Key, &'static str),
    #[error("the form gives `{0}` no option `{1}` to be exempt by")]
    NoOption(Key, Key),
    #[error("{0} needs a legal basis")]
    NoLegalBasis(&'static str),
    #[error("an exemption needs a reason in both languages")]
    NoReason,
    #[error("the brackets of the fee are empty or overlap: their bounds must ascend from above 0")]
    Brackets,
    #[error("the minimum of the fee is above its cap")]
    MinimumAboveCap,
    #[error("the fee is always nothing: say that it is free")]
    NothingToPay,
    #[error("the fee can be more than 4,294,967,295: give it a cap, or the form a lower maximum")]
    TooMuch,
    #[error("there is no fee to take anything off")]
    NothingToTakeOff,
    #[error("what is taken off a fee that the agency works out is a part of working it out")]
    OffAQuote,
    #[error("the fee for applying online is not lower than at the counter")]
    OnlineNotLower,
    #[error("more is kept when the case ends than was ever paid")]
    KeepsTooMuch,
    #[error("a fee needs a `clock.fee_timing`: when it is due")]
    NoTiming,
    #[error("`clock.fee_timing` says when a fee is due, and there is none")]
    TimingOfNothing,
    #[error("a fee that the agency works out later cannot be due at the application")]
    QuoteAtApplication,
}

/// Checks `rule` against the form and the time when the fee is due.
pub fn check(rule: &FeeRule, timing: FeeTiming, fields: &[Field]) -> Result<(), BadRule> {
    check_basis(&rule.basis, rule.dollar_rounding, fields)?;
    if let Some(online) = &rule.online {
        check_online(rule, online, fields)?;
    }
    for exemption in &rule.exemptions {
        check_exemption(rule, exemption, fields)?;
    }
    if rule.known(Channel::Counter).is_some_and(|fee| rule.retained_if_ended > fee) {
        return Err(BadRule::KeepsTooMuch);
    }
    // Everything that the window files is filed online.
    let due = rule.may_be_due(Channel::Online);
    match timing {
        FeeTiming::None if due => Err(BadRule::NoTiming),
        FeeTiming::AtApplication if *rule.basis_in(Channel::Online) == Basis::Quoted => {
            Err(BadRule::QuoteAtApplication)
        }
        FeeTiming::AtApplication | FeeTiming::OnNotice | FeeTiming::OnIssue if !due => {
            Err(BadRule::TimingOfNothing)
        }
        _ => Ok(()),
    }
}

fn check_basis(basis: &Basis, dollar_rounding: Rounding, fields: &[Field]) -> Result<(), BadRule> {
    match basis {
        Basis::Fixed(Twd::ZERO) => Err(BadRule::NothingToPay),
        Basis::Free | Basis::Quoted | Basis::Fixed(_) => Ok(()),
        Basis::Metered(metered) => check_metered(metered, dollar_rounding, fields),
    }
}

fn check_online(rule: &FeeRule, online: &Online, fields: &[Field]) -> Result<(), BadRule> {
    if online.legal_basis.trim().is_empty() {
        return Err(BadRule::NoLegalBasis("a fee of its own for applying online"));
    }
    match (&rule.basis, &online.fee) {
        (Basis::Free, _) => return Err(BadRule::NothingToTakeOff),
        (Basis::Quoted, _) | (_, OnlineFee::Instead(Basis::Quoted)) => return Err(BadRule::OffAQuote),
        (_, OnlineFee::AmountOff(Twd::ZERO)) => return Err(BadRule::OnlineNotLower),
        (_, OnlineFee::Instead(basis)) => check_basis(basis, rule.dollar_rounding, fields)?,
        (_, OnlineFee::PercentOff(_) | OnlineFee::AmountOff(_)) => {}
    }
    match (rule.known(Channel::Online), rule.known(Channel::Counter)) {
        (Some(online), Some(counter)) if online >= counter => Err(BadRule::OnlineNotLower),
        _ => Ok(()),
    }
}

fn check_exemption(rule: &FeeRule, exemption: &Exemption, fields: &[Field]) -> Result<(), BadRule> {
    let Exemption { field, value, percent, reason, legal_basis } = exemption;
    let (key, answer) = (field, value);
    let field = fields.iter().find(|field| field.key == *key).ok_or_else(|| BadRule::NoField(key.clone()))?;
    let known = match &field.kind {
        FieldKind::Choice { options } => options.iter().any(|option| option.value == *answer),
        FieldKind::Consent => answer.as_str() == "yes",
        _ => return Err(BadRule::WrongField(key.clone(), "neither a choice nor a consent")),
    };
    if !known {
        return Err(BadRule::NoOption(key.clone(), answer.clone()));
    }
    if reason.zh.trim().is_empty() || reason.en.trim().is_empty() {
        return Err(BadRule::NoReason);
    }
    if legal_basis.trim().is_empty() {
        return Err(BadRule::NoLegalBasis("an exemption"));
    }
    match rule.basis {
        Basis::Free => Err(BadRule::NothingToTakeOff),
        Basis::Quoted if *percent < Percent::ALL => Err(BadRule::OffAQuote),
        _ => Ok(()),
    }
}

fn check_metered(metered: &Metered, dollar_rounding: Rounding, fields: &[Field]) -> Result<(), BadRule> {
    let most = most(metered, fields)?;
    let ends = ends(metered)?;
    if let (Some(minimum), Some(cap)) = (metered.minimum, metered.cap)
        && minimum > cap
    {
        return Err(BadRule::MinimumAboveCap);
    }
    // Within a bracket the fee never falls, so it is highest where a bracket ends, or the form does.
    let highest = ends.into_iter().chain([most]).map(|quantity| quantity.min(most));
    let highest = highest.map(|quantity| metered.price(quantity, dollar_rounding).dollars).max();
    match highest.unwrap_or_default() {
        0 => Err(BadRule::NothingToPay),
        dollars if dollars > u128::from(u32::MAX) => Err(BadRule::TooMuch),
        _ => Ok(()),
    }
}

/// The largest quantity that the form takes, in parts.
fn most(metered: &Metered, fields: &[Field]) -> Result<u128, BadRule> {
    let wrong = |why| Err(BadRule::WrongField(metered.field.clone(), why));
    let Some(field) = fields.iter().find(|field| field.key == metered.field) else {
        return Err(BadRule::NoField(metered.field.clone()));
    };
    // Not answering must not be the way to a lower fee.
    if !field.required {
        return wrong("not required");
    }
    match (&field.kind, &metered.measure) {
        (FieldKind::Number { min, .. }, _) if *min < 0 => wrong("a number that can be negative"),
        (FieldKind::Number { max, .. }, measure) => {
            let most = u128::try_from(*max).unwrap_or_default() * measure.parts();
            if *measure == Measure::Area && most > MAX_AREA {
                return wrong("an area of more than 999,999,999 square metres");
            }
            Ok(most)
        }
        // As many nines as the line has room for.
        (FieldKind::Line { max }, Measure::Area) => {
            let above = 10_u128.checked_pow(u32::from(*max));
            Ok(above.map_or(MAX_AREA, |above| above.saturating_mul(100).saturating_sub(1).min(MAX_AREA)))
        }
        (_, Measure::Area) => wrong("neither a number nor a line"),
        _ => wrong("no number"),
    }
}

/// Where the brackets end, in parts; nothing for a fee without brackets.
fn ends(metered: &Metered) -> Result<Vec<u128>, BadRule> {
    let bounds: Vec<Bound> = match &metered.tariff {
        Tariff::Rate(_) => return Ok(Vec::new()),
        Tariff::Flat(brackets) => brackets.bounded.iter().map(|(bound, _)| *bound).collect(),
        Tariff::Marginal(brackets) => brackets.bounded.iter().map(|(bound, _)| Bound::UpTo(*bound)).collect(),
    };
    let ends: Option<Vec<u128>> = bounds.iter().map(|bound| bound.last(&metered.measure)).collect();
    let ends = ends.ok_or(BadRule::Brackets)?;
    let ascending = ends.iter().zip(ends.iter().skip(1)).all(|(lower, upper)| lower < upper);
    // A bracket for nothing but nothing is no bracket: 0 份以下.
    let above_nothing = bounds.first().is_none_or(|bound| bound.number() > 0);
    if bounds.is_empty() || !ascending || !above_nothing { Err(BadRule::Brackets) } else { Ok(ends) }
}
