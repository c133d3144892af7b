//! Fee rules as the catalogue file and stored versions have them: a number, or an object. Examples of
//! every kind are in `docs/fees.md`.
//!
//! Unlike in the rest of an item, nothing unknown is skipped: to leave out a word of a fee would be to
//! charge another one.

mod read;
mod write;

use std::fmt;
use std::num::NonZeroU64;

use domain::fee::Rounding;
use domain::id::Key as FieldKey;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::AsText;
use super::item::TextFile;

pub use read::BadFeeFile;

/// The fee of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FeeFile {
    /// The same for every application, in whole TWD; 0 is 免繳納規費.
    Amount(u32),
    Rule(Box<RuleFile>),
}

impl<'de> Deserialize<'de> for FeeFile {
    /// By hand: of an untagged enumeration serde cannot say what is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fee;
        impl<'de> Visitor<'de> for Fee {
            type Value = FeeFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a fee in whole TWD, or a fee rule")
            }

            fn visit_u64<E: Error>(self, amount: u64) -> Result<FeeFile, E> {
                u32::try_from(amount).map(FeeFile::Amount).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FeeFile, A::Error> {
                let rule = RuleFile::deserialize(MapAccessDeserializer::new(map))?;
                Ok(FeeFile::Rule(Box::new(rule)))
            }
        }
        deserializer.deserialize_any(Fee)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    pub basis: BasisFile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<OnlineFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemptions: Option<Vec<ExemptionFile>>,
    /// Half up where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dollar_rounding: Option<AsText<Rounding>>,
    /// 0 where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retained_if_ended: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum BasisFile {
    Free,
    Fixed { amount: u32 },
    PerCopy(MeteredFile),
    PerArea(MeteredFile),
    PerAmount(MeteredFile),
    Tiered(TieredFile),
    Quoted,
}

/// One rate for all of a quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeteredFile {
    pub field: AsText<FieldKey>,
    /// What is counted, where it is not copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitFile>,
    pub each: u32,
    /// 1 where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<NonZeroU64>,
    /// In proportion where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<AsText<Rounding>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TieredFile {
    pub field: AsText<FieldKey>,
    pub measure: MeasureFile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitFile>,
    pub scheme: SchemeFile,
    pub tiers: Vec<TierFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureFile {
    Count,
    Area,
    Amount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemeFile {
    Flat,
    Marginal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitFile {
    pub zh: String,
    pub en: String,
    pub en_plural: String,
}

/// A bracket; the last has neither `up_to` nor `below`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TierFile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<NonZeroU64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding: Option<AsText<Rounding>>,
}

/// One of the three, and the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlineFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_off: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_off: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<BasisFile>,
    /// Left out it is empty, which nobody may publish.
    #[serde(default)]
    pub legal_basis: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptionFile {
    pub field: AsText<FieldKey>,
    pub value: AsText<FieldKey>,
    /// 100 where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    pub reason: TextFile,
    #[serde(default)]
    pub legal_basis: String,
}
