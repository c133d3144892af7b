//! The office calendar in the API: what is in force, what changed it, how far the open cases have
//! followed, and the changes that 資訊局 makes.

use std::collections::BTreeSet;

use domain::access;
use domain::calendar::{BadChange, Calendar, Change, Closure, Extent, OfficialYear, Register};
use domain::id::{AgencyCode, PersonId};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use jiff::civil::Date;
use platform::calendars::{self, NotChanged};
use platform::catalogue;
use platform::codec::AsText;
use platform::codec::calendar::{Changed, Progress};
use platform::fault::Fault;
use serde::Deserialize;
use serde_json::{Value, json};
use web::explained::text;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

use crate::App;

/// How many agencies one closure may name; one for more is for the whole city.
const MAX_AGENCIES: usize = 50;

/// How many changes are shown.
const CHANGES: u32 = 20;

/// A change and how far the open cases have been recalculated since.
pub struct Followed {
    pub changed: Changed,
    pub shards: Vec<Progress>,
}

impl Followed {
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.shards.iter().all(|shard| shard.done_at.is_some())
    }

    /// Whether every open case has been looked at once.
    #[must_use]
    pub fn is_walked(&self) -> bool {
        self.shards.iter().all(|shard| shard.walk > 1)
    }

    /// Cases whose dates moved.
    #[must_use]
    pub fn moved(&self) -> u32 {
        self.shards.iter().map(|shard| shard.moved).sum()
    }

    /// Shards whose first walk is over, of all.
    #[must_use]
    pub fn walked(&self) -> (usize, usize) {
        (self.shards.iter().filter(|shard| shard.walk > 1).count(), self.shards.len())
    }
}

/// The latest changes, newest first.
pub async fn followed(app: &App) -> Result<Vec<Followed>, Fault> {
    let store = app.store.as_ref();
    let changes = calendars::changes(store, CHANGES).await?;
    let read = changes.into_iter().map(|changed| async move {
        let shards = calendars::progress(store, changed.change.edition).await?;
        Ok::<_, Fault>(Followed { changed, shards })
    });
    try_join_all(read).await
}

/// `GET /api/calendar`.
pub async fn show(app: &App) -> Answer {
    let register = calendars::register(app.store.as_ref()).await?;
    let calendars = register.calendars().map_err(Fault::corrupt)?;
    let changes: Vec<Value> = followed(app).await?.iter().map(shown).collect();
    respond::json(200, &body(&register, calendars.city(), &changes))
}

fn body(register: &Register, city: &Calendar, changes: &[Value]) -> Value {
    let closure = |closure: &Closure| {
        json!({
            "day": closure.day,
            "extent": closure.extent.code(),
            "area": closure.area,
            "agencies": closure.agencies.iter().map(AgencyCode::as_str).collect::<Vec<_>>(),
            "source": closure.source,
            "announced_at": closure.announced_at,
        })
    };
    json!({
        "version": city.version(),
        "edition": register.edition,
        "first_day": city.first_day(),
        "last_day": city.last_day(),
        "imported_years": register.years.keys().collect::<Vec<_>>(),
        "closures": register.closures.iter().map(closure).collect::<Vec<_>>(),
        "changes": changes,
        "source": "資料來源:行政院人事行政總處,政府資料開放平臺(政府資料開放授權條款-第1版)",
    })
}

fn shown(followed: &Followed) -> Value {
    let Change { edition, cause, days } = &followed.changed.change;
    let sum = |of: fn(&Progress) -> u32| followed.shards.iter().map(of).sum::<u32>();
    json!({
        "edition": edition,
        "at": followed.changed.at,
        "cause": text(cause),
        "days": days,
        "recalculation": {
            "walked_shards": followed.walked().0,
            "shards": followed.walked().1,
            "walked": followed.is_walked(),
            "done": followed.is_done(),
            "looked_at": sum(|shard| shard.looked_at),
            "moved": sum(|shard| shard.moved),
            "failed": sum(|shard| shard.failed),
        },
    })
}

/// Who is asking, if they may change the calendar.
pub fn keeper(visitor: &Visitor) -> Result<PersonId, Trouble> {
    let officer = visitor.officer()?;
    if access::may_keep_calendar(officer) { Ok(officer.person) } else { Err(Trouble::Forbidden) }
}

/// Changes the calendar; what refuses it says why. `None` when it says so already, so that sending
/// the same again is answered.
pub async fn change(
    app: &App,
    visitor: &Visitor,
    change: impl Fn(&Register) -> Result<(Register, Change), BadChange>,
) -> Result<Option<Change>, Trouble> {
    let by = keeper(visitor)?;
    match calendars::change(app.store.as_ref(), Some(by), app.ambient.now(), change).await {
        Ok(change) => {
            tracing::info!(edition = change.edition, days = change.days.len(), "changed the office calendar");
            Ok(Some(change))
        }
        Err(NotChanged::Refused(BadChange::NothingChanges)) => Ok(None),
        Err(reason) => Err(reason.into()),
    }
}

/// 201 with the days that changed, 200 with none where the calendar said so already.
fn changed(change: Option<&Change>) -> Answer {
    match change {
        Some(Change { edition, cause, days }) => {
            respond::json(201, &json!({ "edition": edition, "cause": text(cause), "days": days }))
        }
        None => respond::json(200, &json!({ "edition": null, "cause": null, "days": [] })),
    }
}

/// `POST /api/calendar/years`: the file of a year as it was downloaded, as `text/csv`, or as
/// `application/octet-stream` where it is Big5: API Gateway takes `text/*` for UTF-8.
pub async fn import_year(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    keeper(visitor)?;
    let read = OfficialYear::read(incoming.bytes(&["text/csv", "application/octet-stream"])?);
    changed(import(app, visitor, read).await?.as_ref())
}

/// Takes in a year that was read, or says what is wrong with it.
pub async fn import(
    app: &App,
    visitor: &Visitor,
    read: Result<OfficialYear, domain::calendar::BadYear>,
) -> Result<Option<Change>, Trouble> {
    change(app, visitor, |register| register.import(read.clone()?)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewClosure {
    day: Date,
    extent: AsText<Extent>,
    area: String,
    /// Left out for the whole city.
    #[serde(default)]
    agencies: BTreeSet<AsText<AgencyCode>>,
    source: String,
    announced_at: Option<Timestamp>,
}

/// `POST /api/calendar/closures`.
pub async fn announce(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    keeper(visitor)?;
    let NewClosure { day, extent, area, agencies, source, announced_at } = incoming.json()?;
    // A name nobody has would close no office, and nobody would see why.
    if agencies.len() > MAX_AGENCIES {
        return Err(Malformed::Field { name: "agencies" }.into());
    }
    for agency in &agencies {
        if catalogue::agency(app.store.as_ref(), &agency.0).await?.is_none() {
            return Err(Malformed::Field { name: "agencies" }.into());
        }
    }
    let closure = Closure {
        day,
        extent: extent.0,
        area: area.trim().to_owned(),
        agencies: agencies.into_iter().map(|agency| agency.0).collect(),
        source: source.trim().to_owned(),
        announced_at: announced_at.unwrap_or_else(|| app.ambient.now()),
    };
    changed(change(app, visitor, |register| register.announce(closure.clone())).await?.as_ref())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoked {
    day: Date,
    area: String,
}

/// `POST /api/calendar/closures/revoke`.
pub async fn revoke(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    keeper(visitor)?;
    let Revoked { day, area } = incoming.json()?;
    changed(change(app, visitor, |register| register.revoke(day, area.trim())).await?.as_ref())
}
