//! Until when the provider of an account wants to be left alone: it answered that it is asked too often.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

const ROW: &str = "hold_off";

#[derive(Serialize, Deserialize)]
struct HoldOffRow {
    until: Timestamp,
}

pub fn encode(key: &Key, until: Timestamp) -> Result<Row, Fault> {
    super::encode(key, ROW, 1, &HoldOffRow { until })
}

pub fn decode(row: Row) -> Result<Timestamp, Fault> {
    super::decode(row, ROW).map(|HoldOffRow { until }| until)
}
