//! From the file to the rule.

use std::num::NonZeroU64;

use domain::fee::{
    Basis, Bound, Brackets, Exemption, FeeRule, Measure, Metered, NotAPercent, Online, OnlineFee, Percent,
    Price, Rate, Rounding, Tariff, Unit,
};
use domain::money::Twd;

use super::{
    BasisFile, ExemptionFile, FeeFile, MeasureFile, MeteredFile, OnlineFile, RuleFile, SchemeFile, TierFile,
    TieredFile, UnitFile,
};
use crate::codec::AsText;

/// A fee that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadFeeFile {
    #[error(transparent)]
    Percent(#[from] NotAPercent),
    #[error("the fee for applying online is one of `percent_off`, `amount_off` and `instead`")]
    Online,
    #[error("only a fee by what is counted has a `unit`")]
    Unit,
    #[error("the fee has no brackets")]
    NoTiers,
    #[error("every bracket but the last, and not the last, has `up_to` or `below`, and only one of them")]
    Bounds,
    #[error("a flat bracket has a `fee`; what is added above its lower bound has `each`")]
    Flat,
    #[error("a marginal bracket has `each` and no `fee`, and ends with `up_to`")]
    Marginal,
}

impl TryFrom<FeeFile> for FeeRule {
    type Error = BadFeeFile;

    fn try_from(file: FeeFile) -> Result<Self, BadFeeFile> {
        match file {
            FeeFile::Amount(0) => Ok(Self::of(Basis::Free)),
            FeeFile::Amount(amount) => Ok(Self::of(Basis::Fixed(Twd(amount)))),
            FeeFile::Rule(rule) => (*rule).try_into(),
        }
    }
}

impl TryFrom<RuleFile> for FeeRule {
    type Error = BadFeeFile;

    fn try_from(file: RuleFile) -> Result<Self, BadFeeFile> {
        let plain = Self::of(file.basis.try_into()?);
        let exemptions = file.exemptions.unwrap_or_default().into_iter().map(Exemption::try_from);
        Ok(Self {
            online: file.online.map(Online::try_from).transpose()?,
            exemptions: exemptions.collect::<Result<_, _>>()?,
            dollar_rounding: file.dollar_rounding.map_or(plain.dollar_rounding, |rounding| rounding.0),
            retained_if_ended: file.retained_if_ended.map_or(plain.retained_if_ended, Twd),
            ..plain
        })
    }
}

impl TryFrom<OnlineFile> for Online {
    type Error = BadFeeFile;

    fn try_from(file: OnlineFile) -> Result<Self, BadFeeFile> {
        let fee = match (file.percent_off, file.amount_off, file.instead) {
            (Some(percent), None, None) => OnlineFee::PercentOff(Percent::new(percent)?),
            (None, Some(amount), None) => OnlineFee::AmountOff(Twd(amount)),
            (None, None, Some(basis)) => OnlineFee::Instead(basis.try_into()?),
            _ => return Err(BadFeeFile::Online),
        };
        Ok(Self { fee, legal_basis: file.legal_basis })
    }
}

impl TryFrom<ExemptionFile> for Exemption {
    type Error = BadFeeFile;

    fn try_from(file: ExemptionFile) -> Result<Self, BadFeeFile> {
        Ok(Self {
            field: file.field.0,
            value: file.value.0,
            percent: file.percent.map_or(Ok(Percent::ALL), Percent::new)?,
            reason: file.reason.into(),
            legal_basis: file.legal_basis,
        })
    }
}

impl TryFrom<BasisFile> for Basis {
    type Error = BadFeeFile;

    fn try_from(file: BasisFile) -> Result<Self, BadFeeFile> {
        Ok(match file {
            BasisFile::Free => Self::Free,
            BasisFile::Quoted => Self::Quoted,
            BasisFile::Fixed { amount } => Self::Fixed(Twd(amount)),
            BasisFile::PerCopy(file) => Self::Metered(file.metered(MeasureFile::Count)?),
            BasisFile::PerArea(file) => Self::Metered(file.metered(MeasureFile::Area)?),
            BasisFile::PerAmount(file) => Self::Metered(file.metered(MeasureFile::Amount)?),
            BasisFile::Tiered(file) => Self::Metered(file.try_into()?),
        })
    }
}

impl MeasureFile {
    fn of(self, unit: Option<UnitFile>) -> Result<Measure, BadFeeFile> {
        match (self, unit) {
            (Self::Count, unit) => Ok(Measure::Count(unit.map_or_else(Unit::default, Unit::from))),
            (Self::Area, None) => Ok(Measure::Area),
            (Self::Amount, None) => Ok(Measure::Money),
            (Self::Area | Self::Amount, Some(_)) => Err(BadFeeFile::Unit),
        }
    }
}

impl From<UnitFile> for Unit {
    fn from(file: UnitFile) -> Self {
        Self { zh: file.zh, one: file.en, many: file.en_plural }
    }
}

impl MeteredFile {
    fn metered(self, measure: MeasureFile) -> Result<Metered, BadFeeFile> {
        Ok(Metered {
            field: self.field.0,
            measure: measure.of(self.unit)?,
            tariff: Tariff::Rate(rate(self.each, self.per, self.rounding)),
            minimum: self.minimum.map(Twd),
            cap: self.cap.map(Twd),
        })
    }
}

fn rate(each: u32, per: Option<NonZeroU64>, rounding: Option<AsText<Rounding>>) -> Rate {
    Rate {
        each: Twd(each),
        per: per.unwrap_or(NonZeroU64::MIN),
        rounding: rounding.map(|rounding| rounding.0),
    }
}

impl TryFrom<TieredFile> for Metered {
    type Error = BadFeeFile;

    fn try_from(file: TieredFile) -> Result<Self, BadFeeFile> {
        Ok(Self {
            field: file.field.0,
            measure: file.measure.of(file.unit)?,
            tariff: match file.scheme {
                SchemeFile::Flat => Tariff::Flat(brackets(&file.tiers, TierFile::bound, TierFile::price)?),
                SchemeFile::Marginal => {
                    Tariff::Marginal(brackets(&file.tiers, TierFile::up_to, TierFile::part)?)
                }
            },
            minimum: file.minimum.map(Twd),
            cap: file.cap.map(Twd),
        })
    }
}

/// Brackets of what `bound` and `of` read of each; the last is the rest.
fn brackets<B, T>(
    tiers: &[TierFile],
    bound: fn(&TierFile) -> Result<B, BadFeeFile>,
    of: fn(&TierFile) -> Result<T, BadFeeFile>,
) -> Result<Brackets<B, T>, BadFeeFile> {
    let (last, bounded) = tiers.split_last().ok_or(BadFeeFile::NoTiers)?;
    if last.up_to.is_some() || last.below.is_some() {
        return Err(BadFeeFile::Bounds);
    }
    let bounded = bounded.iter().map(|tier| Ok((bound(tier)?, of(tier)?)));
    Ok(Brackets { bounded: bounded.collect::<Result<_, BadFeeFile>>()?, rest: of(last)? })
}

impl TierFile {
    fn bound(&self) -> Result<Bound, BadFeeFile> {
        match (self.up_to, self.below) {
            (Some(number), None) => Ok(Bound::UpTo(number)),
            (None, Some(number)) => Ok(Bound::Below(number)),
            _ => Err(BadFeeFile::Bounds),
        }
    }

    fn up_to(&self) -> Result<u64, BadFeeFile> {
        match self.bound()? {
            Bound::UpTo(number) => Ok(number),
            Bound::Below(_) => Err(BadFeeFile::Marginal),
        }
    }

    fn price(&self) -> Result<Price, BadFeeFile> {
        let more = self.each.map(|each| rate(each, self.per, self.rounding));
        match self.fee {
            Some(fee) if more.is_some() || (self.per.is_none() && self.rounding.is_none()) => {
                Ok(Price { fee: Twd(fee), more })
            }
            _ => Err(BadFeeFile::Flat),
        }
    }

    fn part(&self) -> Result<Rate, BadFeeFile> {
        match (self.fee, self.each) {
            (None, Some(each)) => Ok(rate(each, self.per, self.rounding)),
            _ => Err(BadFeeFile::Marginal),
        }
    }
}
