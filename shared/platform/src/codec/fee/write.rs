//! From the rule to the file, with everything that may be left out.

use domain::fee::{
    Basis, Bound, Exemption, FeeRule, Measure, Metered, Online, OnlineFee, Price, Rate, Tariff, Unit,
};

use super::{
    BasisFile, ExemptionFile, MeasureFile, MeteredFile, OnlineFile, RuleFile, SchemeFile, TierFile,
    TieredFile, UnitFile,
};
use crate::codec::AsText;

impl From<&FeeRule> for RuleFile {
    fn from(rule: &FeeRule) -> Self {
        let FeeRule { basis, online, exemptions, dollar_rounding, retained_if_ended } = rule;
        Self {
            basis: basis.into(),
            online: online.as_ref().map(OnlineFile::from),
            exemptions: Some(exemptions.iter().map(ExemptionFile::from).collect()),
            dollar_rounding: Some(AsText(*dollar_rounding)),
            retained_if_ended: Some(retained_if_ended.0),
        }
    }
}

impl From<&Online> for OnlineFile {
    fn from(online: &Online) -> Self {
        let mut file = Self {
            percent_off: None,
            amount_off: None,
            instead: None,
            legal_basis: online.legal_basis.clone(),
        };
        match &online.fee {
            OnlineFee::PercentOff(percent) => file.percent_off = Some(percent.get()),
            OnlineFee::AmountOff(amount) => file.amount_off = Some(amount.0),
            OnlineFee::Instead(basis) => file.instead = Some(basis.into()),
        }
        file
    }
}

impl From<&Exemption> for ExemptionFile {
    fn from(exemption: &Exemption) -> Self {
        let Exemption { field, value, percent, reason, legal_basis } = exemption;
        Self {
            field: AsText(field.clone()),
            value: AsText(value.clone()),
            percent: Some(percent.get()),
            reason: reason.clone().into(),
            legal_basis: legal_basis.clone(),
        }
    }
}

impl From<&Basis> for BasisFile {
    fn from(basis: &Basis) -> Self {
        match basis {
            Basis::Free => Self::Free,
            Basis::Fixed(amount) => Self::Fixed { amount: amount.0 },
            Basis::Quoted => Self::Quoted,
            Basis::Metered(metered) => metered.into(),
        }
    }
}

impl From<&Metered> for BasisFile {
    fn from(metered: &Metered) -> Self {
        let Metered { field, measure, tariff, minimum, cap } = metered;
        let (measure, unit) = match measure {
            Measure::Count(unit) => (MeasureFile::Count, Some(UnitFile::from(unit))),
            Measure::Area => (MeasureFile::Area, None),
            Measure::Money => (MeasureFile::Amount, None),
        };
        let (field, minimum, cap) =
            (AsText(field.clone()), minimum.map(|minimum| minimum.0), cap.map(|cap| cap.0));
        let tiered = |scheme, tiers| {
            let (field, unit) = (field.clone(), unit.clone());
            Self::Tiered(TieredFile { field, measure, unit, scheme, tiers, minimum, cap })
        };
        match tariff {
            Tariff::Flat(brackets) => {
                let bounded = brackets.bounded.iter().map(|(bound, price)| until(*bound, price.into()));
                tiered(SchemeFile::Flat, bounded.chain([(&brackets.rest).into()]).collect())
            }
            Tariff::Marginal(brackets) => {
                let bounded =
                    brackets.bounded.iter().map(|(bound, rate)| until(Bound::UpTo(*bound), rate.into()));
                tiered(SchemeFile::Marginal, bounded.chain([(&brackets.rest).into()]).collect())
            }
            Tariff::Rate(Rate { each, per, rounding }) => {
                let (each, per, rounding) = (each.0, Some(*per), rounding.map(AsText));
                let file = MeteredFile { field, unit, each, per, rounding, minimum, cap };
                match measure {
                    MeasureFile::Count => Self::PerCopy(file),
                    MeasureFile::Area => Self::PerArea(file),
                    MeasureFile::Amount => Self::PerAmount(file),
                }
            }
        }
    }
}

impl From<&Unit> for UnitFile {
    fn from(unit: &Unit) -> Self {
        Self { zh: unit.zh.clone(), en: unit.one.clone(), en_plural: unit.many.clone() }
    }
}

/// `tier`, ended by `bound`.
fn until(bound: Bound, tier: TierFile) -> TierFile {
    match bound {
        Bound::UpTo(number) => TierFile { up_to: Some(number), ..tier },
        Bound::Below(number) => TierFile { below: Some(number), ..tier },
    }
}

impl From<&Price> for TierFile {
    fn from(price: &Price) -> Self {
        let more = price.more.as_ref().map_or_else(Self::default, Self::from);
        Self { fee: Some(price.fee.0), ..more }
    }
}

impl From<&Rate> for TierFile {
    fn from(rate: &Rate) -> Self {
        Self {
            each: Some(rate.each.0),
            per: Some(rate.per),
            rounding: rate.rounding.map(AsText),
            ..Self::default()
        }
    }
}
