//! How a case ended, and what became known of its notices, as that is stored.

use domain::case::State;
use domain::ending::{Conclusion, Ending, Evidence, Word};
use domain::event::Event;
use domain::id::Version;
use domain::service::NoticePlace;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::notice::ServiceRow;

#[derive(Serialize, Deserialize)]
pub(super) struct EndingRow {
    how: AsText<Conclusion>,
    event: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    told: Vec<AsText<Evidence>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    returned: bool,
    #[serde(default, skip_serializing_if = "super::is_zero")]
    heard: u32,
}

impl From<&Ending> for EndingRow {
    fn from(ending: &Ending) -> Self {
        Self {
            how: AsText(ending.how),
            event: ending.event.0,
            told: ending.told.iter().copied().map(AsText).collect(),
            returned: ending.returned,
            heard: ending.heard,
        }
    }
}

impl EndingRow {
    pub fn at(self, at: Timestamp) -> Ending {
        let told = self.told.into_iter().map(|evidence| evidence.0).collect();
        let Self { returned, heard, .. } = self;
        Ending { how: self.how.0, at, event: Version(self.event), told, returned, heard }
    }

    /// Of a row from before endings were kept: its result is its state, and its last event stands for the one
    /// that ended it. What is picked up and was approved without waiting for that, had been.
    pub fn of_state(state: State, picks_up: bool, version: u32) -> Option<Self> {
        let how = match state {
            State::AwaitingPickUp => Some(Conclusion::Approved),
            state => Conclusion::ALL.iter().copied().find(|how| how.state() == state),
        };
        let picked_up = (picks_up && state == State::Approved).then_some(AsText(Evidence::PickedUp));
        let told = picked_up.into_iter().collect();
        how.map(|how| Self { how: AsText(how), event: version, told, returned: false, heard: 0 })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ServedBody {
    of: u32,
    place: u16,
    #[serde(flatten)]
    service: ServiceRow,
}

impl ServedBody {
    pub fn of(notice: NoticePlace, service: ServiceRow) -> Self {
        Self { of: notice.event.0, place: notice.place, service }
    }
}

impl From<ServedBody> for Event {
    fn from(body: ServedBody) -> Self {
        let notice = NoticePlace { event: Version(body.of), place: body.place };
        Self::NoticeServed { notice, service: body.service.into() }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct HeardBody {
    of: u32,
    place: u16,
    word: AsText<Word>,
}

impl HeardBody {
    pub const fn of(notice: NoticePlace, word: Word) -> Self {
        Self { of: notice.event.0, place: notice.place, word: AsText(word) }
    }
}

impl From<HeardBody> for Event {
    fn from(body: HeardBody) -> Self {
        let notice = NoticePlace { event: Version(body.of), place: body.place };
        Self::NoticeHeard { notice, word: body.word.0 }
    }
}
