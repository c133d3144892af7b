//! What happened to a clock, as a case row has it.

use std::collections::BTreeMap;

use domain::clock::history::{Correction, Extension, History, MoreTime, Review, Stop, StopCause};
use domain::id::Key as FieldKey;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::clock::{is_default, unless_default};
use super::review::ReviewRow;
use crate::fault::Fault;

/// What happened to a clock after receipt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct HistoryRow {
    fee_paid: Option<Timestamp>,
    fee_posted: Option<Timestamp>,
    #[serde(skip_serializing_if = "is_default")]
    arrived: BTreeMap<AsText<FieldKey>, Timestamp>,
    #[serde(skip_serializing_if = "is_default")]
    corrections: Vec<CorrectionRow>,
    #[serde(skip_serializing_if = "is_default")]
    stops: Vec<StopRow>,
    #[serde(skip_serializing_if = "is_default")]
    added_days: u32,
    extension: Option<ExtensionRow>,
    #[serde(skip_serializing_if = "is_default")]
    reviews: Vec<ReviewRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct CorrectionRow {
    asked: Timestamp,
    days: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    more_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    more_granted: Option<Timestamp>,
    answered: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StopRow {
    cause: AsText<StopCause>,
    from: Date,
    until: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ExtensionRow {
    amount: u32,
    notified: Timestamp,
}

impl HistoryRow {
    /// `None` for a case to whose clock nothing has happened yet.
    pub(super) fn of(history: &History) -> Option<Self> {
        let History { received: _, finished: _, corrections, stops, reviews, .. } = history;
        unless_default(Self {
            fee_paid: history.fee_paid,
            fee_posted: history.fee_posted,
            arrived: history.arrived.iter().map(|(what, at)| (AsText(what.clone()), *at)).collect(),
            corrections: corrections
                .iter()
                .map(|Correction { asked, days, extended, answered }| CorrectionRow {
                    asked: *asked,
                    days: *days,
                    more_days: extended.map(|more| more.days),
                    more_granted: extended.map(|more| more.granted),
                    answered: *answered,
                })
                .collect(),
            stops: stops
                .iter()
                .map(|Stop { cause, from, until }| StopRow {
                    cause: AsText(*cause),
                    from: *from,
                    until: *until,
                })
                .collect(),
            added_days: history.added_days,
            extension: history
                .extension
                .map(|Extension { amount, notified }| ExtensionRow { amount, notified }),
            reviews: reviews.iter().map(ReviewRow::from).collect(),
        })
    }

    pub(super) fn history(self, received: Timestamp, finished: Option<Timestamp>) -> Result<History, Fault> {
        Ok(History {
            received,
            fee_paid: self.fee_paid,
            fee_posted: self.fee_posted,
            arrived: self.arrived.into_iter().map(|(what, at)| (what.0, at)).collect(),
            corrections: self
                .corrections
                .into_iter()
                .map(|row| Correction {
                    asked: row.asked,
                    days: row.days,
                    extended: row
                        .more_days
                        .zip(row.more_granted)
                        .map(|(days, granted)| MoreTime { days, granted }),
                    answered: row.answered,
                })
                .collect(),
            stops: self
                .stops
                .into_iter()
                .map(|row| Stop { cause: row.cause.0, from: row.from, until: row.until })
                .collect(),
            added_days: self.added_days,
            extension: self.extension.map(|row| Extension { amount: row.amount, notified: row.notified }),
            reviews: self.reviews.into_iter().map(Review::try_from).collect::<Result<_, Fault>>()?,
            finished,
        })
    }
}
