//! What a change of the calendar did to the dates of a case, inside the body of its event.

use std::collections::BTreeMap;

use domain::event::{Moved, Recalculation};
use domain::id::AgencyCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;

#[derive(Serialize, Deserialize)]
pub(super) struct RecalculatedBody {
    calendar: String,
    cause: TextRow,
    due: MovedBody,
    correction_due: MovedBody,
    #[serde(default)]
    pick_up_due: MovedBody,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    reviews: BTreeMap<AsText<AgencyCode>, MovedBody>,
}

#[derive(Default, Serialize, Deserialize)]
struct MovedBody {
    from: Option<Date>,
    to: Option<Date>,
}

impl From<Moved> for MovedBody {
    fn from(Moved { from, to }: Moved) -> Self {
        Self { from, to }
    }
}

impl From<MovedBody> for Moved {
    fn from(MovedBody { from, to }: MovedBody) -> Self {
        Self { from, to }
    }
}

impl From<&Recalculation> for RecalculatedBody {
    fn from(recalculation: &Recalculation) -> Self {
        Self {
            calendar: recalculation.calendar.clone(),
            cause: (&recalculation.cause).into(),
            due: recalculation.due.into(),
            correction_due: recalculation.correction_due.into(),
            pick_up_due: recalculation.pick_up_due.into(),
            reviews: recalculation
                .reviews
                .iter()
                .map(|(agency, moved)| (AsText(agency.clone()), (*moved).into()))
                .collect(),
        }
    }
}

impl From<RecalculatedBody> for Recalculation {
    fn from(body: RecalculatedBody) -> Self {
        Self {
            calendar: body.calendar,
            cause: body.cause.into(),
            due: body.due.into(),
            correction_due: body.correction_due.into(),
            pick_up_due: body.pick_up_due.into(),
            reviews: body.reviews.into_iter().map(|(agency, moved)| (agency.0, moved.into())).collect(),
        }
    }
}
