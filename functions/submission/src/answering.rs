//! Answering a correction (補正): what is asked, what has been put down so far, and sending it. An answer
//! that is not sent is a draft, and becomes the answer once.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::case::Case;
use domain::command::{Action, Command};
use domain::correction::{Open, Reply};
use domain::decide;
use domain::event::Request;
use domain::id::CaseId;
use domain::item::ItemVersion;
use domain::personal::Personal;
use domain::rejection::Rejection;
use platform::codec::people::Session;
use platform::commit::{self, Asked, Done, unless_overtaken};
use platform::drafts::{self, Answering, Draft};
use platform::record::Record;
use platform::row::Transaction;
use platform::store::Attempts;
use web::trouble::{Malformed, Trouble};

use crate::{App, filing, own};

/// A correction that can be answered.
pub struct Asks {
    pub case: Case,
    pub item: Arc<ItemVersion>,
    pub open: Open,
    /// What was put down so far; of version 0 where nothing was.
    pub draft: Draft,
}

/// What an applicant answers beside the files they brought before.
pub struct Given<'a> {
    /// The list they answer, from 1.
    pub round: u32,
    pub answers: &'a BTreeMap<String, String>,
    pub note: &'a str,
}

/// What a case of this person is asked to put right; `None` where nothing is.
pub async fn asks(app: &App, session: &Session, case: CaseId) -> Result<Option<Asks>, Trouble> {
    let record = own::record(app, session, case).await?;
    of(app, session, &record).await
}

/// The same of a record that was read.
pub async fn of(app: &App, session: &Session, record: &Record) -> Result<Option<Asks>, Trouble> {
    if record.correction().is_none() {
        return Ok(None);
    }
    let case = &record.loaded.case;
    let item = own::item(app, &case.item.code, case.item.version).await?;
    let Some(open) = record.open_correction(&item.fields) else { return Ok(None) };
    let id = drafts::of_correction(case.id, open.round);
    let draft = drafts::load(app.store.as_ref(), session.person, id).await?.unwrap_or_else(|| Draft {
        id,
        owner: session.person,
        item: item.code.clone(),
        item_version: item.version,
        answers: BTreeMap::new(),
        documents: Vec::new(),
        correction: Some(Answering { case: case.id, round: open.round, note: String::new() }),
        version: 0,
        touched_at: app.ambient.now(),
    });
    Ok(Some(Asks { case: case.clone(), item, open, draft }))
}

/// The same, or why there is nothing to answer.
pub async fn asked(app: &App, session: &Session, case: CaseId) -> Result<Asks, Trouble> {
    let record = own::record(app, session, case).await?;
    let case = &record.loaded.case;
    let allowed = decide::open_to(case, &session.as_applicant());
    let action = Action::AnswerCorrection;
    let nothing = Rejection::NotInThisState { state: case.state, action, allowed };
    of(app, session, &record).await?.ok_or_else(|| nothing.into())
}

/// Keeps what was put down, complete or not.
pub async fn save(app: &App, asks: &Asks, given: &Given<'_>) -> Result<Draft, Trouble> {
    own::edit(app, &asks.draft, |draft| {
        draft.answers.clone_from(given.answers);
        if let Some(correction) = &mut draft.correction {
            given.note.clone_into(&mut correction.note);
        }
        Ok(())
    })
    .await
}

/// Sends the answer: fields and note as given, files as brought before. Three reads and one write, in
/// which the draft goes.
pub async fn send(
    app: &App,
    session: &Session,
    case: CaseId,
    request: Request,
    given: &Given<'_>,
) -> Result<Done, Trouble> {
    let asked = Asked { actor: session.as_applicant(), request, seen: None };
    let mut attempts = Attempts::default();
    loop {
        let now = app.ambient.now();
        let record = own::record(app, session, case).await?;
        let (reply, also) = reply(app, session, &record, given).await?;
        let command = Command::AnswerCorrection { reply: Box::new(reply), arrived_on: None };
        let calendars = app.calendars.current(app.store.as_ref(), now).await?;
        let store = app.store.as_ref();
        let done =
            commit::carry_out_with(store, &calendars, record.loaded, &asked, &command, also, now).await;
        if let Some(done) = unless_overtaken(done)? {
            return Ok(done);
        }
        attempts.overtaken()?;
    }
}

/// The reply to what is open, and what goes with it. To nothing, where nothing is: then the rule refuses
/// it, or the request was carried out before.
async fn reply(
    app: &App,
    session: &Session,
    record: &Record,
    given: &Given<'_>,
) -> Result<(Reply, Transaction), Trouble> {
    let answers = Personal::new(given.answers.clone());
    let mut reply = Reply { answers, ..Reply::noted(given.note.to_owned()) };
    let Some(Asks { open, draft, .. }) = of(app, session, record).await? else {
        return Ok((reply, Transaction::default()));
    };
    if open.round != given.round {
        return Err(Rejection::AnotherCorrection.into());
    }
    if let Some((_, problem)) = filing::unusable(app, &draft).await?.into_iter().next() {
        return Err(Malformed::File { problem }.into());
    }
    let mut also = Transaction::default();
    if draft.version > 0 {
        also.writes.push(drafts::removal(&draft));
    }
    reply.documents = draft.documents;
    reply.to = open;
    Ok((reply, also))
}
