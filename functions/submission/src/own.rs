//! What belongs to the visitor. Whatever does not is answered like what does not exist.

use std::sync::Arc;

use domain::access::Actor;
use domain::command::Command;
use domain::event::Request;
use domain::id::{CaseId, DraftId, ItemCode, PersonId, Version};
use domain::item::ItemVersion;
use domain::rejection::Rejection;
use jiff::Timestamp;
use platform::codec::case::Loaded;
use platform::codec::people::Session;
use platform::codec::work::WorkItem;
use platform::commit::{self, Asked, Done, unless_overtaken};
use platform::drafts::{self, Draft};
use platform::fault::Fault;
use platform::keys::{self, Key, Lookup};
use platform::record::Record;
use platform::row::Cursor;
use platform::store::Attempts;
use web::reading;
use web::trouble::Trouble;

use crate::App;

/// A draft of an application of this person.
pub async fn draft(app: &App, session: &Session, id: DraftId) -> Result<Draft, Trouble> {
    let draft = drafts::load(app.store.as_ref(), session.person, id).await?;
    draft.filter(|draft| draft.correction.is_none()).ok_or(Trouble::NotFound)
}

/// Changes a draft as it was read, of an application or of the answer to a correction: one write. When another
/// tab wrote since, the change is made again on what that tab wrote.
pub async fn edit(
    app: &App,
    draft: &Draft,
    mut change: impl FnMut(&mut Draft) -> Result<(), Trouble>,
) -> Result<Draft, Trouble> {
    let store = app.store.as_ref();
    let mut before = draft.clone();
    let mut attempts = Attempts::default();
    loop {
        let mut after = before.clone();
        change(&mut after)?;
        if after == before {
            return Ok(after);
        }
        after.touched_at = app.ambient.now();
        if drafts::save(store, &after).await? {
            after.version += 1;
            return Ok(after);
        }
        attempts.overtaken()?;
        before = drafts::load(store, draft.owner, draft.id).await?.ok_or(Trouble::NotFound)?;
    }
}

/// The item version that a draft or a case is of.
pub async fn item(app: &App, code: &ItemCode, version: u32) -> Result<Arc<ItemVersion>, Trouble> {
    let found = app.items.version(app.store.as_ref(), code, version).await?;
    found.ok_or(Trouble::Rejected(Rejection::ItemNotInForce))
}

/// The case that a draft became, if it did.
pub async fn case_of_draft(app: &App, person: PersonId, id: DraftId) -> Result<Option<Loaded>, Fault> {
    let case = CaseId::of_request(person, drafts::request(id));
    let loaded = commit::load(app.store.as_ref(), case).await?;
    Ok(loaded.filter(|loaded| loaded.case.applicant.person == person))
}

/// A case of this person.
pub async fn load(app: &App, session: &Session, id: CaseId) -> Result<Loaded, Trouble> {
    let loaded = commit::load(app.store.as_ref(), id).await?.ok_or(Trouble::NotFound)?;
    // Before anything else is told: to anybody else this case does not exist.
    reading::by_applicant(session, &loaded.case)?;
    Ok(loaded)
}

/// A case of this person with all its events.
pub async fn record(app: &App, session: &Session, id: CaseId) -> Result<Record, Trouble> {
    let record = commit::record(app.store.as_ref(), id).await?.ok_or(Trouble::NotFound)?;
    reading::by_applicant(session, &record.loaded.case)?;
    Ok(record)
}

/// Carries out a command of the applicant on their case: one read and one write.
pub async fn carry_out(
    app: &App,
    session: &Session,
    id: CaseId,
    request: Request,
    seen: Option<Version>,
    command: Command,
) -> Result<Done, Trouble> {
    let actor: Actor = session.as_applicant();
    let asked = Asked { actor, request, seen };
    let calendars = app.calendars.current(app.store.as_ref(), app.ambient.now()).await?;
    let mut attempts = Attempts::default();
    loop {
        let loaded = load(app, session, id).await?;
        let now = app.ambient.now();
        let done = commit::carry_out_on(app.store.as_ref(), &calendars, loaded, &asked, &command, now).await;
        if let Some(done) = unless_overtaken(done)? {
            return Ok(done);
        }
        attempts.overtaken()?;
    }
}

/// Where in the list of a person's cases one is, as it stands in a link: `TP-..._2026-11-23T...Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    case: CaseId,
    received_at: Timestamp,
}

/// Text that is no [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAPlace;

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}", self.case, keys::sortable(self.received_at))
    }
}

impl std::str::FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (case, received) = text.split_once('_').ok_or(NotAPlace)?;
        let case = case.parse().map_err(|_| NotAPlace)?;
        Ok(Self { case, received_at: received.parse().map_err(|_| NotAPlace)? })
    }
}

impl Place {
    pub const fn of(item: &WorkItem) -> Self {
        Self { case: item.case.0, received_at: item.received_at }
    }

    /// Made here from parts of known form, so that no link can ask the store for somebody else's list.
    pub fn cursor(self, person: PersonId) -> Cursor {
        let key = Key::WorkItem(self.case);
        let plan = Lookup::Mine(person).plan();
        let own = |name: &str, value: String| (name.to_owned(), value);
        vec![
            own("pk", key.pk()),
            own("sk", key.sk()),
            own(plan.pk.0, plan.pk.1),
            own(plan.sk, keys::sortable(self.received_at)),
        ]
    }
}
