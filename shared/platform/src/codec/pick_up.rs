//! How a result is picked up, in the catalogue file and in notices; and who took it, in the body of its event.

use domain::money::Twd;
use domain::personal::Personal;
use domain::pick_up::{PickUp, Proxy, Receiver, ToPickUp};
use domain::text::Text;
use serde::{Deserialize, Serialize};

use super::item::TextFile;

/// What an item says of picking its result up; the same in the notices that tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PickUpFile {
    pub place: TextFile,
    pub address: TextFile,
    pub counter: TextFile,
    pub hours: TextFile,
    pub bring: TextFile,
    /// Left out where only the applicant may pick it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<TextFile>,
    pub lapse: TextFile,
}

impl From<PickUp> for PickUpFile {
    fn from(PickUp { place, address, counter, hours, bring, proxy, lapse }: PickUp) -> Self {
        Self {
            place: place.into(),
            address: address.into(),
            counter: counter.into(),
            hours: hours.into(),
            bring: bring.into(),
            proxy: proxy.map(TextFile::from),
            lapse: lapse.into(),
        }
    }
}

impl From<PickUpFile> for PickUp {
    fn from(PickUpFile { place, address, counter, hours, bring, proxy, lapse }: PickUpFile) -> Self {
        Self {
            place: place.into(),
            address: address.into(),
            counter: counter.into(),
            hours: hours.into(),
            bring: bring.into(),
            proxy: proxy.map(Text::from),
            lapse: lapse.into(),
        }
    }
}

/// What a notice tells of it.
#[derive(Serialize, Deserialize)]
pub(super) struct ToPickUpRow {
    at: PickUpFile,
    /// Whole TWD.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    owed: u32,
}

impl From<&ToPickUp> for ToPickUpRow {
    fn from(ToPickUp { at, owed }: &ToPickUp) -> Self {
        Self { at: at.clone().into(), owed: owed.0 }
    }
}

impl From<ToPickUpRow> for ToPickUp {
    fn from(row: ToPickUpRow) -> Self {
        Self { at: row.at.into(), owed: Twd(row.owed) }
    }
}

/// Who took what was handed over: `"applicant"`, `{"proxy": {…}}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReceiverBody {
    Applicant,
    Proxy { name: String, proof: String },
}

impl From<&Receiver> for ReceiverBody {
    fn from(receiver: &Receiver) -> Self {
        match receiver {
            Receiver::Applicant => Self::Applicant,
            Receiver::Proxy(Proxy { name, proof }) => {
                Self::Proxy { name: name.reveal().clone(), proof: proof.reveal().clone() }
            }
        }
    }
}

impl From<ReceiverBody> for Receiver {
    fn from(body: ReceiverBody) -> Self {
        match body {
            ReceiverBody::Applicant => Self::Applicant,
            ReceiverBody::Proxy { name, proof } => {
                Self::Proxy(Proxy { name: Personal::new(name), proof: Personal::new(proof) })
            }
        }
    }
}
