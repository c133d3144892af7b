//! Cases in the API: filing, reading, withdrawing.

use std::collections::BTreeMap;

use domain::case::Case;
use domain::command::Command;
use domain::decide;
use domain::ending::Conclusion;
use domain::id::{CaseId, DraftId, ItemCode, Version};
use domain::item::ItemVersion;
use domain::rejection::Rejection;
use platform::codec::AsText;
use platform::codec::event::Chained;
use platform::codec::work::WorkItem;
use platform::commit::Done;
use platform::keys;
use platform::record::Record;
use platform::reports;
use platform::signed::Content;
use serde::Deserialize;
use serde_json::{Value, json};
use web::explained::{self, text};
use web::incoming::Incoming;
use web::issued;
use web::pick_up;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

use super::Answers;
use super::consent::Consents;
use crate::filing::Declared;
use crate::own::Place;
use crate::{App, filing, own, views};

/// Either a draft, or an application without documents in one request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    draft: Option<AsText<DraftId>>,
    item: Option<AsText<ItemCode>>,
    version: Option<u32>,
    answers: Option<Answers>,
    /// Always empty: documents come with a draft.
    documents: Option<Vec<Value>>,
    consent: Option<Consents>,
    /// Where SMS are to go, if any.
    mobile: Option<String>,
    signature: Option<Signs>,
}

/// A signature: SHA-256 of what was signed, in hexadecimal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signs {
    sha256: String,
}

fn declared(
    incoming: &Incoming,
    consent: Option<Consents>,
    mobile: Option<String>,
    signature: Option<Signs>,
) -> Result<Declared, Malformed> {
    let consent = consent.map(Consents::read).transpose()?;
    Declared::read(incoming, consent, mobile, signature.map(|signs| signs.sha256).as_deref())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    version: u32,
    #[serde(default)]
    reason: String,
}

/// `POST /api/cases`: 201 for a new case, 200 with the same body when it was filed before.
pub async fn file(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    visitor.session()?;
    let key = incoming.idempotency_key()?;
    let mut file: File = incoming.json()?;
    let declared = declared(incoming, file.consent.take(), file.mobile.take(), file.signature.take())?;
    let done = match file {
        File { draft: Some(draft), item: None, version: None, answers: None, documents: None, .. } => {
            filing::draft(app, visitor, draft.0, key, &declared).await?
        }
        File { draft: Some(_), .. } => return Err(Malformed::Field { name: "draft" }.into()),
        File { documents: Some(documents), .. } if !documents.is_empty() => {
            return Err(Malformed::Field { name: "documents" }.into());
        }
        File { draft: None, item, version, answers, .. } => {
            let code = item.ok_or(Malformed::Field { name: "item" })?.0;
            let version = version.ok_or(Malformed::Field { name: "version" })?;
            let answers = answers.ok_or(Malformed::Field { name: "answers" })?.0;
            let item = own::item(app, &code, version).await?;
            // Over what was meant, not over how it was written: spaces and order make no difference.
            let payload = payload(app, &code, version, &answers, &declared)?.to_string();
            let request = incoming.request_key(key, payload.as_bytes());
            filing::answers(app, visitor, request, &item, &answers, declared).await?
        }
    };
    respond::json(if done.replayed { 200 } else { 201 }, &receipt(app, &done).await?)
}

/// What a request to file means: the same meaning has the same digest.
fn payload(
    app: &App,
    code: &ItemCode,
    version: u32,
    answers: &BTreeMap<String, String>,
    declared: &Declared,
) -> Result<Value, Rejection> {
    let consent = declared.consent.as_ref().map(explained::consent);
    let signed = declared.signed.map(|digest| keys::hex(&digest));
    let meant = json!([code.to_string(), version, answers, consent, signed]);
    // Without a number it means what it meant before there was one to give.
    Ok(match declared.mobile(app.sends_sms)? {
        Some(mobile) => json!([meant, mobile.reveal()]),
        None => meant,
    })
}

/// What was filed. A repeated request gets the same, with the dates as they are by now.
async fn receipt(app: &App, done: &Done) -> Result<Value, Trouble> {
    let case = &done.loaded.case;
    let mut body = json!({
        "case": case.id.to_string(),
        "version": 1,
        "item": { "code": case.item.code.to_string(), "version": case.item.version },
        "received_at": case.received_at(),
        "consent": case.consent.as_ref().map(explained::consent),
        "status_url": format!("{}/cases/{}", app.origin, case.id),
    });
    let calendars = app.calendars.current(app.store.as_ref(), app.ambient.now()).await?;
    super::extend(&mut body, super::due(case, calendars.of(&case.agency)));
    Ok(body)
}

/// `GET /api/cases`: newest first; `next` goes into `?after=`.
pub async fn list(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let person = visitor.session()?.person;
    let after: Option<Place> = incoming.query_as("after")?;
    let after = after.map(|place| place.cursor(person));
    let listed = reports::mine(app.store.as_ref(), person, after).await?;
    let next = listed.next.as_ref().and(listed.items.last()).map(|last| Place::of(last).to_string());
    let cases: Vec<Value> = listed.items.iter().map(line).collect();
    respond::json(200, &json!({ "cases": cases, "next": next }))
}

fn line(item: &WorkItem) -> Value {
    json!({
        "case": item.case.0.to_string(),
        "version": item.version,
        "state": item.state.0.code(),
        "result": item.result.map(|result| result.0.code()),
        "item": { "code": item.item.0.to_string(), "name": text(&item.name()) },
        "received_at": item.received_at,
        "due": item.due,
    })
}

/// `GET /api/cases/{case}`.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let record = own::record(app, session, incoming.param("case")?).await?;
    let case = &record.loaded.case;
    let item = own::item(app, &case.item.code, case.item.version).await?;
    let allowed = decide::open_to(case, &session.as_applicant());
    let mut body = json!({
        "case": case.id.to_string(),
        "version": case.version.0,
        "state": case.state.code(),
        "state_text": text(&case.standing()),
        "result": case.result().map(Conclusion::code),
        "item": {
            "code": case.item.code.to_string(),
            "version": case.item.version,
            "name": text(&case.item.name),
        },
        "agency": case.agency.to_string(),
        "handler": views::handler(&record),
        "received_at": case.received_at(),
        "ended_at": case.ended_at(),
        "correction": super::correction::of(app, session, &record).await?,
        "correction_due": case.dates.correction_due,
        "pick_up_due": case.dates.pick_up_due,
        "pick_up": case.to_pick_up(item.pick_up.as_ref()).as_ref().map(pick_up::of_case),
        "awaited_until": case.awaited_until(),
        "decision": decision(case),
        "issued": issued::shown(&record),
        "consent": case.consent.as_ref().map(explained::consent),
        "mobile": case.applicant.mobile.as_ref().map(|mobile| mobile.reveal().as_str()),
        "signature": signature(&record)?,
        "allowed": allowed.iter().map(|action| action.code()).collect::<Vec<_>>(),
        "timeline": record.events.iter().map(|chained| step(chained, &item)).collect::<Vec<_>>(),
    });
    let calendars = app.calendars.current(app.store.as_ref(), app.ambient.now()).await?;
    super::extend(&mut body, super::due(case, calendars.of(&case.agency)));
    super::extend(&mut body, filed(&record));
    respond::json(200, &body)
}

/// What was filed, as corrected since.
fn filed(record: &Record) -> Value {
    let answers = record.answers();
    let answers: BTreeMap<&str, &String> =
        answers.iter().map(|(key, answer)| (key.as_str(), answer)).collect();
    let documents: Vec<Value> = record.documents().into_iter().map(views::document).collect();
    json!({ "answers": answers, "documents": documents })
}

/// What was signed, by whom and when, with the canonical form of which the digest is.
fn signature(record: &Record) -> Result<Value, Trouble> {
    let Some((filed, signature)) = record.filed().zip(record.signature()) else { return Ok(Value::Null) };
    let mut shown = explained::signature(signature);
    let content = Content::of(filed, signature.statement).canonical()?;
    let signed_at = record.loaded.case.received_at();
    super::extend(&mut shown, json!({ "signed_at": signed_at, "content": content }));
    Ok(shown)
}

/// The decision, once made.
fn decision(case: &Case) -> Value {
    let decided = case.decision();
    decided.map_or(Value::Null, |ruling| json!({ "outcome": ruling.outcome.code(), "reason": ruling.reason }))
}

fn step(chained: &Chained, item: &ItemVersion) -> Value {
    let recorded = &chained.recorded;
    json!({
        "seq": recorded.id.seq.0,
        "at": recorded.at,
        "event": recorded.event.code(),
        "text": text(&explained::event(&recorded.event, Some(item))),
    })
}

/// `POST /api/cases/{case}/withdraw`.
pub async fn withdraw(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    end(app, incoming, visitor, |reason| Command::Withdraw { reason }).await
}

/// `POST /api/cases/{case}/terminate`: the agency is late (規費法 §19).
pub async fn terminate(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    end(app, incoming, visitor, |reason| Command::Terminate { reason }).await
}

async fn end(app: &App, incoming: &Incoming, visitor: &Visitor, made: fn(String) -> Command) -> Answer {
    let session = visitor.session()?;
    let case: CaseId = incoming.param("case")?;
    let key = incoming.idempotency_key()?;
    let End { version, reason } = incoming.json()?;
    let request = incoming.request_key(key, json!([version, reason]).to_string().as_bytes());
    let done = own::carry_out(app, session, case, request, Some(Version(version)), made(reason)).await?;
    respond::json(200, &carried_out(&done))
}

pub(super) fn carried_out(done: &Done) -> Value {
    let case = &done.loaded.case;
    json!({ "case": case.id.to_string(), "version": case.version.0, "state": case.state.code() })
}

/// `GET /api/cases/{case}/clock`: both clocks, why, and whose the days were.
pub async fn clock(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let record = own::record(app, visitor.session()?, incoming.param("case")?).await?;
    let now = app.ambient.now();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let case = &record.loaded.case;
    respond::json(200, &explained::case_clock(case, calendars.of(&case.agency), now))
}
