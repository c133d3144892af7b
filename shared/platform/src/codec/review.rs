//! Joint review as it is stored: in the history of a case, in the bodies of its events, and in the lists of
//! the agencies that are asked.

use std::collections::BTreeMap;

use domain::case::Case;
use domain::clock::Due;
use domain::clock::history::{End, Ended, Late, Review};
use domain::clock::terms::Limit;
use domain::id::{AgencyCode, CaseId, ItemCode, Version};
use domain::joint_review::{Opinion, ReviewingAgency, Task};
use domain::text::Text;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;
use super::clock::LimitFile;
use crate::fault::Fault;
use crate::keys::{self, Key};
use crate::row::Row;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReviewerRow {
    agency: AsText<AgencyCode>,
    name: TextRow,
}

impl From<&ReviewingAgency> for ReviewerRow {
    fn from(reviewer: &ReviewingAgency) -> Self {
        Self { agency: AsText(reviewer.agency.clone()), name: (&reviewer.name).into() }
    }
}

impl From<ReviewerRow> for ReviewingAgency {
    fn from(row: ReviewerRow) -> Self {
        Self { agency: row.agency.0, name: row.name.into() }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct TaskBody {
    #[serde(flatten)]
    reviewer: ReviewerRow,
    question: String,
}

impl From<&Task> for TaskBody {
    fn from(task: &Task) -> Self {
        Self { reviewer: (&task.reviewer).into(), question: task.question.clone() }
    }
}

impl From<TaskBody> for Task {
    fn from(body: TaskBody) -> Self {
        Self { reviewer: body.reviewer.into(), question: body.question }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReviewRow {
    #[serde(flatten)]
    reviewer: ReviewerRow,
    sent: Timestamp,
    asked: u32,
    limit: LimitFile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<EndedRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    late: Option<(u32, Timestamp)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EndedRow {
    at: Timestamp,
    by: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<(Date, Timestamp)>,
    /// None where it was gone on without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opinion: Option<AsText<Opinion>>,
}

impl From<&Review> for ReviewRow {
    fn from(review: &Review) -> Self {
        let Review { reviewer, sent, asked, limit, ended, late } = review;
        let ended = ended.map(|Ended { at, by, due, how }| {
            let opinion = match how {
                End::Answered(opinion) => Some(AsText(opinion)),
                End::Dropped => None,
            };
            EndedRow { at, by: by.0, due: due.map(|due| (due.day, due.until)), opinion }
        });
        Self {
            reviewer: reviewer.into(),
            sent: *sent,
            asked: asked.0,
            limit: (*limit).into(),
            ended,
            late: late.map(|late| (late.by.0, late.until)),
        }
    }
}

impl TryFrom<ReviewRow> for Review {
    type Error = Fault;

    fn try_from(row: ReviewRow) -> Result<Self, Fault> {
        let ended = row.ended.map(|EndedRow { at, by, due, opinion }| {
            let how = opinion.map_or(End::Dropped, |opinion| End::Answered(opinion.0));
            let due = due.map(|(day, until)| Due { day, until });
            Ended { at, by: Version(by), due, how }
        });
        Ok(Self {
            reviewer: row.reviewer.into(),
            sent: row.sent,
            asked: Version(row.asked),
            limit: Limit::try_from(row.limit).map_err(Fault::corrupt)?,
            ended,
            late: row.late.map(|(by, until)| Late { by: Version(by), until }),
        })
    }
}

/// A case in the list of an agency that is asked to review a part: a projection of the case, nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewItem {
    pub case: AsText<CaseId>,
    pub reviewer: AsText<AgencyCode>,
    /// The version of the case it was made from.
    pub version: u32,
    /// The agency in charge.
    pub agency: AsText<AgencyCode>,
    pub item: AsText<ItemCode>,
    pub item_zh: String,
    pub item_en: String,
    pub sent: Timestamp,
    /// The last day of the agency's own limit.
    pub due: Option<Date>,
    /// While it is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue_due: Option<String>,
}

impl ReviewItem {
    /// Of every agency that was asked, by the latest that it was asked; one whose answer is not waited for
    /// stands in no list any more.
    #[must_use]
    pub fn all_of(case: &Case) -> Vec<Self> {
        let reviews = case.history.reviews.iter();
        let latest: BTreeMap<&AgencyCode, &Review> =
            reviews.map(|review| (&review.reviewer.agency, review)).collect();
        latest.into_values().map(|review| Self::of(case, review)).collect()
    }

    fn of(case: &Case, review: &Review) -> Self {
        let agency = &review.reviewer.agency;
        let due = case.dates.reviews.get(agency).map(|due| due.day);
        let is_open = review.ended.is_none();
        Self {
            case: AsText(case.id),
            reviewer: AsText(agency.clone()),
            version: case.version.0,
            agency: AsText(case.agency.clone()),
            item: AsText(case.item.code.clone()),
            item_zh: case.item.name.zh.clone(),
            item_en: case.item.name.en.clone(),
            sent: review.sent,
            due,
            queue: is_open.then(|| keys::review_queue(agency)),
            queue_due: is_open.then(|| keys::queue_due(due, case.id)),
        }
    }

    #[must_use]
    pub fn name(&self) -> Text {
        Text::new(&self.item_zh, &self.item_en)
    }

    #[must_use]
    pub fn key(&self) -> Key {
        Key::ReviewItem(self.case.0, self.reviewer.0.clone())
    }

    pub fn encode(&self) -> Result<Row, Fault> {
        super::encode(&self.key(), "review", 1, self)
    }

    pub fn decode(row: Row) -> Result<Self, Fault> {
        super::decode(row, "review")
    }
}
