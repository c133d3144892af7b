//! The effects of one event, in an order in which each can be repeated: files, read models, notices
//! in the ledger, work on the queue, and only then out of the outbox.

use domain::apply;
use domain::case::{Case, State};
use domain::event::{Event, Recorded};
use domain::id::{DraftId, EventId, NoticeId};
use domain::pick_up::ToPickUp;
use domain::service::NoticePlace;
use platform::codec::event::OUTBOX;
use platform::codec::item;
use platform::codec::notice::{Notice, Served};
use platform::commit;
use platform::fault::Fault;
use platform::keys::{self, Key};
use platform::ports::Store;
use platform::record::Record;
use platform::row::Transaction;
use platform::{drafts, notices, reports};

use crate::App;
use crate::recipients::{self, Told};

/// Dispatches the event `id`: one read of the case, then its effects.
pub async fn dispatch(app: &App, id: EventId) -> Result<(), Fault> {
    let store = &*app.store;
    let record = commit::record(store, id.case)
        .await?
        .ok_or_else(|| Fault::Corrupt(format!("event {id} has no case")))?;
    let (case, recorded) = as_of(&record, id)?;
    keep_documents(app, recorded).await?;
    reports::project(store, &record.loaded.case).await?;
    serve(store, recorded).await?;
    let now = &record.loaded.case;
    // Whoever has the case by now sees to it that what it tells arrives, until it is closed.
    let agency = (now.state != State::Closed).then_some(&now.agency);
    if matches!(recorded.event, Event::Rerouted { .. }) || now.state.is_ended() {
        notices::hand_on(store, id.case, agency).await?;
    }
    let people = recipients::of(app, &case, recorded, &record.answers()).await?;
    let pick_up =
        if people.iter().any(Told::tells_to_pick_up) { to_pick_up(app, &case).await? } else { None };
    let notice = |id, person: Told| Notice {
        agency: agency.cloned(),
        ..person.notice(id, &case, recorded, pick_up.clone())
    };
    for notice in notices::owe(store, id, people, notice).await? {
        app.sender_of(notice.kind).send(notice.id.to_string()).await?;
    }
    store.write(Transaction::default().clear(Key::Event(id), OUTBOX.to_vec())).await?;
    Ok(())
}

/// How the result of `case` is picked up, while it is to be and where its item version says so. One read.
async fn to_pick_up(app: &App, case: &Case) -> Result<Option<ToPickUp>, Fault> {
    if case.state != State::AwaitingPickUp {
        return Ok(None);
    }
    let row = app.store.get(Key::ItemVersion(case.item.code.clone(), case.item.version)).await?;
    let at = row.map(item::decode).transpose()?.and_then(|item| item.pick_up);
    Ok(case.to_pick_up(at.as_ref()))
}

/// A notice that was served otherwise than by mail says so in the ledger, where it was when that was recorded.
async fn serve(store: &dyn Store, recorded: &Recorded) -> Result<(), Fault> {
    let Event::NoticeServed { notice: NoticePlace { event, place }, service } = &recorded.event else {
        return Ok(());
    };
    let id = NoticeId { event: EventId { case: recorded.id.case, seq: *event }, place: *place };
    let served = Served { by: recorded.id.seq, service: service.clone() };
    match notices::serve(store, id, &served).await? {
        Some(_) => Ok(()),
        None => Err(Fault::Corrupt(format!("{} serves {id}, which is not in the ledger", recorded.id))),
    }
}

/// The case as it was after the event, whatever has happened since.
fn as_of(record: &Record, id: EventId) -> Result<(Case, &Recorded), Fault> {
    let until: Vec<&Recorded> = record
        .events
        .iter()
        .map(|chained| &chained.recorded)
        .filter(|event| event.id.seq <= id.seq)
        .collect();
    let (first, rest) =
        until.split_first().ok_or_else(|| Fault::Corrupt(format!("event {id} is not in its case")))?;
    let mut case = apply::open(first).map_err(Fault::corrupt)?;
    for event in rest {
        case = apply::apply(case, event).map_err(Fault::corrupt)?;
    }
    let last = until.last().copied().unwrap_or(first);
    if last.id == id { Ok((case, last)) } else { Err(Fault::Corrupt(format!("event {id} is missing"))) }
}

/// Moves the documents of a filed application, or of the answer to a correction, out of quarantine.
async fn keep_documents(app: &App, recorded: &Recorded) -> Result<(), Fault> {
    let case = recorded.id.case;
    let (draft, documents) = match &recorded.event {
        // The draft they were brought with has the same 128 bits as the request that filed it.
        Event::Submitted(filed) => {
            (DraftId::from_bytes(*recorded.request.id.bytes()), &filed.application.documents)
        }
        Event::CorrectionAnswered { answer, .. } => {
            (drafts::of_correction(case, answer.round), &answer.documents)
        }
        _ => return Ok(()),
    };
    for document in documents {
        let from = keys::quarantined(draft, document.upload);
        let to = keys::filed(case, document.upload);
        if !app.objects.copy(from, to.clone()).await? && app.objects.info(to).await?.is_none() {
            return Err(Fault::Corrupt(format!("document {} of {} is gone", document.upload, recorded.id)));
        }
    }
    Ok(())
}
