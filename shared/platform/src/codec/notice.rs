//! The row of a notice: owed from the moment its event is committed until evidence discharges it.

use domain::case::{Outcome, State};
use domain::delivery::{Channel, Delivery, Stage};
use domain::id::{AgencyCode, CaseId, EventId, NoticeId, PersonId, Version};
use domain::notice::NoticeKind;
use domain::personal::Personal;
use domain::pick_up::ToPickUp;
use domain::service::{Means, Service};
use domain::text::{Lang, Text};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::case::TextRow;
use super::pick_up::ToPickUpRow;
use crate::fault::Fault;
use crate::keys::{self, Key};
use crate::row::Row;

/// A notice to one person, with everything its text needs as of its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub kind: NoticeKind,
    pub channel: Channel,
    pub recipient: PersonId,
    pub name: Personal<String>,
    /// Of mail, or the number of a mobile telephone.
    pub address: Personal<String>,
    pub lang: Lang,
    /// Whether the recipient reads it as staff: links lead to the officers' pages then.
    pub to_staff: bool,
    pub item: Text,
    pub state: State,
    pub due: Option<Date>,
    /// The last day of the applicant's own period: to answer a correction, or to pick up the result.
    pub until: Option<Date>,
    pub received_at: Timestamp,
    pub outcome: Option<Outcome>,
    pub reason: Option<String>,
    /// How the result is picked up, where the notice tells it and the item version says it.
    pub pick_up: Option<ToPickUp>,
    pub owed_since: Timestamp,
    /// Counts the writes of the row.
    pub version: u32,
    pub delivery: Delivery,
    /// The mail service's id of the mail last accepted.
    pub message: Option<String>,
    /// When whom it is for opened it in the window, first.
    pub opened_at: Option<Timestamp>,
    /// That it was served otherwise than by mail, as the latest event says.
    pub served: Option<Served>,
    /// Whose staff sees to it that it reaches the applicant: of the agency that has the case. `None` once the case is
    /// closed, and of notices from before there was a list of them.
    pub agency: Option<AgencyCode>,
}

/// A record of service, and which event of the case made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    pub by: Version,
    pub service: Service,
}

impl Notice {
    /// Whether it is to this person as an applicant; an SMS beside it is no notice of its own.
    #[must_use]
    pub fn is_to_applicant(&self, person: PersonId) -> bool {
        !self.to_staff && self.recipient == person && self.is_mail()
    }

    #[must_use]
    pub const fn is_mail(&self) -> bool {
        matches!(self.channel, Channel::Mail)
    }

    /// Whether the letter to the applicant came back, or the mail did not arrive and nothing else shows that the
    /// notice reached them.
    #[must_use]
    pub fn waits_for_staff(&self) -> bool {
        let waits = match self.served.as_ref().map(|served| served.service.means.serves()) {
            Some(serves) => !serves,
            None => self.delivery.stage.is_returned() && self.opened_at.is_none(),
        };
        waits && !self.to_staff && self.is_mail()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ServiceRow {
    means: AsText<Means>,
    on: Date,
    number: String,
    note: String,
}

impl From<&Service> for ServiceRow {
    fn from(service: &Service) -> Self {
        let Service { means, on, number, note } = service;
        Self { means: AsText(*means), on: *on, number: number.clone(), note: note.reveal().clone() }
    }
}

impl From<ServiceRow> for Service {
    fn from(row: ServiceRow) -> Self {
        Self { means: row.means.0, on: row.on, number: row.number, note: Personal::new(row.note) }
    }
}

#[derive(Serialize, Deserialize)]
struct ServedRow {
    #[serde(default)]
    by: u32,
    #[serde(flatten)]
    service: ServiceRow,
}

impl From<&Served> for ServedRow {
    fn from(served: &Served) -> Self {
        Self { by: served.by.0, service: (&served.service).into() }
    }
}

impl From<ServedRow> for Served {
    fn from(row: ServedRow) -> Self {
        Self { by: Version(row.by), service: row.service.into() }
    }
}

#[derive(Serialize, Deserialize)]
struct NoticeRow {
    case: AsText<CaseId>,
    seq: u32,
    place: u16,
    kind: AsText<NoticeKind>,
    /// Left out of mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<AsText<Channel>>,
    recipient: AsText<PersonId>,
    name: String,
    address: String,
    lang: AsText<Lang>,
    to_staff: bool,
    item: TextRow,
    state: AsText<State>,
    due: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
    received_at: Timestamp,
    outcome: Option<AsText<Outcome>>,
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pick_up: Option<ToPickUpRow>,
    owed_since: Timestamp,
    version: u32,
    stage: AsText<Stage>,
    attempts: u32,
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opened_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    served: Option<ServedRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agency: Option<AsText<AgencyCode>>,
    /// The sparse index of notices that staff must bring to their applicants otherwise: there while they must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unreached: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unreached_since: Option<String>,
    /// The sparse index of notices to send: there while one is to be tried.
    owed_shard: Option<String>,
    next_at: Option<Timestamp>,
}

pub fn encode(notice: &Notice) -> Result<Row, Fault> {
    let Delivery { stage, attempts, next_at } = notice.delivery;
    let case = notice.id.event.case;
    let unreached = notice.agency.as_ref().filter(|_| notice.waits_for_staff());
    let row = NoticeRow {
        case: AsText(case),
        seq: notice.id.event.seq.0,
        place: notice.id.place,
        kind: AsText(notice.kind),
        channel: (!notice.is_mail()).then_some(AsText(notice.channel)),
        recipient: AsText(notice.recipient),
        name: notice.name.reveal().clone(),
        address: notice.address.reveal().clone(),
        lang: AsText(notice.lang),
        to_staff: notice.to_staff,
        item: (&notice.item).into(),
        state: AsText(notice.state),
        due: notice.due,
        until: notice.until,
        received_at: notice.received_at,
        outcome: notice.outcome.map(AsText),
        reason: notice.reason.clone(),
        pick_up: notice.pick_up.as_ref().map(ToPickUpRow::from),
        owed_since: notice.owed_since,
        version: notice.version,
        stage: AsText(stage),
        attempts,
        message: notice.message.clone(),
        opened_at: notice.opened_at,
        served: notice.served.as_ref().map(ServedRow::from),
        agency: notice.agency.clone().map(AsText),
        unreached: unreached.map(ToString::to_string),
        unreached_since: unreached.map(|_| keys::sortable(notice.owed_since)),
        owed_shard: next_at.map(|_| keys::shard_name(keys::shard_of(case))),
        next_at,
    };
    let mut encoded = super::encode(&Key::Notice(notice.id), "notice", 1, &row)?;
    if let Some(at) = next_at {
        // The index sorts by text, so the instant must always be as long.
        let sortable = aws_sdk_dynamodb::types::AttributeValue::S(keys::sortable(at));
        encoded.insert("next_at".to_owned(), sortable);
    }
    Ok(encoded)
}

pub fn decode(row: Row) -> Result<Notice, Fault> {
    let row: NoticeRow = super::decode(row, "notice")?;
    Ok(Notice {
        id: NoticeId { event: EventId { case: row.case.0, seq: Version(row.seq) }, place: row.place },
        kind: row.kind.0,
        channel: row.channel.map_or(Channel::Mail, |channel| channel.0),
        recipient: row.recipient.0,
        name: Personal::new(row.name),
        address: Personal::new(row.address),
        lang: row.lang.0,
        to_staff: row.to_staff,
        item: row.item.into(),
        state: row.state.0,
        due: row.due,
        until: row.until,
        received_at: row.received_at,
        outcome: row.outcome.map(|outcome| outcome.0),
        reason: row.reason,
        pick_up: row.pick_up.map(ToPickUp::from),
        owed_since: row.owed_since,
        version: row.version,
        delivery: Delivery { stage: row.stage.0, attempts: row.attempts, next_at: row.next_at },
        message: row.message,
        opened_at: row.opened_at,
        served: row.served.map(Served::from),
        agency: row.agency.map(|agency| agency.0),
    })
}
