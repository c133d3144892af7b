//! How domain values are stored. Every row names its type (`row`) and schema (`v`); fields are added,
//! never renamed; unknown ones are ignored. Stored samples of every schema are tests.

pub mod absence;
pub mod agency;
pub mod attendance;
pub mod booking;
pub mod booking_notice;
pub mod calendar;
pub mod case;
pub mod clock;
mod consent;
pub mod contract;
mod correction;
pub mod document;
pub mod duty_notice;
mod ending;
pub mod event;
pub mod fee;
pub mod filing;
mod history;
pub mod hold_off;
mod issued;
pub mod item;
pub mod letter;
pub mod notice;
pub mod order;
pub mod payment;
pub mod people;
pub mod pick_up;
pub mod provider_file;
mod recalculated;
pub mod register;
pub mod review;
pub mod routing;
mod ruling;
mod word;
pub mod work;

use std::fmt::Display;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

/// A value stored as its text form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AsText<T>(pub T);

impl<T: Display> Serialize for AsText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for AsText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// Makes a row of `body`, under `key`, of type `row` and schema `v`.
pub fn encode(key: &Key, row: &'static str, v: u32, body: &impl Serialize) -> Result<Row, Fault> {
    let mut encoded: Row = serde_dynamo::to_item(body).map_err(Fault::corrupt)?;
    encoded.retain(|_, value| !value.is_null());
    encoded.insert("pk".to_owned(), AttributeValue::S(key.pk()));
    encoded.insert("sk".to_owned(), AttributeValue::S(key.sk()));
    encoded.insert("row".to_owned(), AttributeValue::S(row.to_owned()));
    encoded.insert("v".to_owned(), AttributeValue::N(v.to_string()));
    Ok(encoded)
}

/// Reads the body of a row of type `expected`.
pub fn decode<T: DeserializeOwned>(row: Row, expected: &str) -> Result<T, Fault> {
    match row_type(&row) {
        Some(found) if found == expected => {}
        found => return Err(Fault::Corrupt(format!("expected a row `{expected}`, found {found:?}"))),
    }
    serde_dynamo::from_item(row).map_err(|problem| Fault::Corrupt(format!("row `{expected}`: {problem}")))
}

/// The type that a row says it has.
#[must_use]
pub fn row_type(row: &Row) -> Option<&str> {
    row.get("row").and_then(|value| value.as_s().ok()).map(String::as_str)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}
