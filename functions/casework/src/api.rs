//! The same for programs. A session cookie is sent to requests of other sites' pages as well, but
//! those cannot set the header `Idempotency-Key` or the type `application/json` without being asked
//! for first (CORS), which is never granted: commands need no further token.

mod correction;
mod fee;
mod glass;
mod letter;
mod money;
mod pick_up;
mod register;
pub mod review;

use domain::access::{self, Actor, Officer};
use domain::case::{Case, Document, State};
use domain::clock::history::StopCause;
use domain::command::{Action, Command};
use domain::correction::Reply;
use domain::decide;
use domain::ending::Conclusion;
use domain::id::{AgencyCode, CaseId, Key, NoticeId, PersonId, Version};
use domain::personal::Personal;
use domain::refusal::RefusalGround;
use domain::rejection::Rejection;
use domain::service::{Means, Service};
use jiff::civil::Date;
use platform::codec::AsText;
use platform::codec::notice::Served;
use platform::codec::work::WorkItem;
use platform::keys;
use platform::record::Record;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use web::explained;
use web::incoming::Incoming;
use web::issued;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

use crate::App;
use crate::command::{self, Given, Order, Refused};
use crate::dossier::{self, Dossier};
use crate::queue::{self, Places, Since};
use crate::timeline::{self, Aside};

pub async fn list(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let state: Option<State> = incoming.query_as("state")?;
    let money = match (incoming.query("view"), state) {
        (None, None) => queue::begins_with_money(officer),
        (None, Some(_)) => false,
        (Some("money"), None) => true,
        (Some(_), _) => return Err(Malformed::Field { name: "view" }.into()),
    };
    let (items, next) = if money {
        let after: Option<Since> = incoming.query_as("after")?;
        let stretch = queue::money(app, officer, after).await?;
        (stretch.items, stretch.next.map(|place| place.to_string()))
    } else if let Some(state) = state {
        let after = incoming.query_as("after")?;
        let stretch = queue::in_state(app, officer, state, after).await?;
        (stretch.items, stretch.next.map(|place| place.to_string()))
    } else {
        let after: Option<Places> = incoming.query_as("after")?;
        let stretch = queue::waiting(app, officer, after.as_ref()).await?;
        (stretch.items, stretch.next.map(|places| places.to_string()))
    };
    let items: Vec<Value> = items.iter().map(|item| listed(officer, item)).collect();
    respond::json(200, &json!({ "items": items, "next": next }))
}

fn listed(officer: &Officer, item: &WorkItem) -> Value {
    json!({
        "case": item.case,
        "version": item.version,
        "state": item.state,
        "result": item.result,
        "item": item.item,
        "item_name": explained::text(&item.name()),
        "received_at": item.received_at,
        "due": item.due,
        "handler": item.handler,
        "reviewer": item.reviewer,
        "fee": item.fee,
        "money_since": item.money_since(),
        "waits_for_me": queue::waits_for(officer, item),
    })
}

pub async fn show(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let dossier = dossier::open(app, officer, incoming.param("case")?).await?;
    shown(app, officer, &dossier).await
}

async fn shown(app: &App, officer: &Officer, dossier: &Dossier) -> Answer {
    let calendars = app.calendars.current(app.store.as_ref(), app.ambient.now()).await?;
    let clock = explained::clock_of(dossier.case(), calendars.of(&dossier.case().agency));
    respond::json(200, &whole(officer, dossier, &clock))
}

/// `GET /api/work/{case}/clock`: both clocks, why, and whose the days were.
pub async fn clock(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let record = dossier::record(app, officer, incoming.param("case")?).await?;
    let now = app.ambient.now();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let case = &record.loaded.case;
    respond::json(200, &explained::case_clock(case, calendars.of(&case.agency), now))
}

fn whole(officer: &Officer, dossier: &Dossier, clock: &Value) -> Value {
    let case = dossier.case();
    json!({
        "case": case.id.to_string(),
        "version": case.version.0,
        "state": case.state.code(),
        "result": case.result().map(Conclusion::code),
        "item": { "code": case.item.code.as_str(), "version": case.item.version, "name": explained::text(&case.item.name) },
        "agency": case.agency.as_str(),
        "applicant": { "name": case.applicant.name.reveal() },
        "consent": case.consent.as_ref().map(explained::consent),
        "paper_due": case.waits_for_paper(),
        "signature": dossier.record.signature().map(explained::signature),
        "received_at": case.received_at(),
        "accepted_at": case.accepted_at,
        "ended_at": case.ended_at(),
        "due": case.due_day(),
        "correction": correction::of(dossier),
        "correction_due": case.dates.correction_due,
        "pick_up_due": case.dates.pick_up_due,
        "awaited_until": case.awaited_until(),
        "clock": clock,
        "assignment": case.assignment.map(|assignment| json!({
            "handler": assignment.handler.to_string(),
            "reviewer": assignment.reviewer.to_string(),
        })),
        "ruling": case.ruling.as_ref().map(|ruling| json!({
            "outcome": ruling.outcome.code(),
            "ground": ruling.ground.map(RefusalGround::code),
            "reason": ruling.reason,
            "by": ruling.by.to_string(),
        })),
        "issued": if dossier.opens_files { issued::shown(&dossier.record) } else { Vec::new() },
        "fee": fee::of(dossier),
        "reviews": review::of(dossier),
        "answers": answers(&dossier.record),
        "documents": dossier.record.documents().iter().map(|it| file(dossier, it)).collect::<Vec<_>>(),
        "looked_up": register::of(&dossier.record, dossier.item.as_deref(), officer, dossier.today),
        "timeline": record(dossier),
        "notices": notices(dossier),
        "staff": staff(dossier),
        "allowed": allowed(officer, case),
    })
}

fn answers(record: &Record) -> Value {
    let answers: Map<String, Value> =
        record.answers().iter().map(|(key, value)| (key.to_string(), json!(value))).collect();
    Value::Object(answers)
}

fn document(case: CaseId, document: &Document) -> Value {
    json!({
        "upload": document.upload.to_string(),
        "requirement": document.requirement.as_str(),
        "file_name": document.file_name.reveal(),
        "file_type": document.file_type.mime(),
        "bytes": document.bytes,
        "sha256": keys::hex(&document.sha256),
        "href": format!("/work/{case}/files/{}", document.upload),
    })
}

/// The same with its link only where it is theirs to open.
fn file(dossier: &Dossier, it: &Document) -> Value {
    let mut shown = document(dossier.case().id, it);
    if let Some(href) = shown.get_mut("href").filter(|_| !dossier.opens_files) {
        *href = Value::Null;
    }
    shown
}

fn record(dossier: &Dossier) -> Vec<Value> {
    let one = |chained: &platform::codec::event::Chained| {
        let recorded = &chained.recorded;
        let (internal, reason) = match timeline::aside(dossier, &recorded.event) {
            Some(Aside::Internal(text)) => (Some(explained::text(&text)), None),
            Some(Aside::Reason(reason)) => (None, Some(reason)),
            None => (None, None),
        };
        json!({
            "seq": recorded.id.seq.0,
            "at": recorded.at,
            "event": recorded.event.code(),
            "by": timeline::who(dossier, recorded, domain::text::Lang::En),
            "public": explained::text(&explained::event(&recorded.event, dossier.item.as_deref())),
            "internal": internal,
            "reason": reason,
        })
    };
    dossier.record.events.iter().map(one).collect()
}

fn notices(dossier: &Dossier) -> Vec<Value> {
    let one = |notice: &platform::codec::notice::Notice| {
        json!({
            "notice": notice.id.to_string(),
            "kind": notice.kind.code(),
            "channel": notice.channel.code(),
            "recipient": notice.recipient.to_string(),
            "stage": notice.delivery.stage.code(),
            "attempts": notice.delivery.attempts,
            "opened_at": notice.opened_at,
            "served": notice.served.as_ref().map(|Served { service, .. }| json!({
                "means": service.means.code(), "on": service.on, "number": service.number,
                "note": service.note.reveal(),
            })),
            "waits_for_staff": notice.waits_for_staff(),
        })
    };
    dossier.notices.iter().map(one).collect()
}

/// Whom a case can be assigned to.
fn staff(dossier: &Dossier) -> Vec<Value> {
    let one = |staff: &domain::agency::Staff| {
        let roles: Vec<&str> = staff.roles.iter().map(|role| role.code()).collect();
        json!({ "person": staff.person.to_string(), "name": staff.name, "roles": roles })
    };
    dossier.staff.iter().map(one).collect()
}

fn allowed(officer: &Officer, case: &Case) -> Vec<&'static str> {
    decide::open_to(case, &Actor::Officer(officer.clone())).into_iter().map(Action::code).collect()
}

/// What every command has that is about the whole case: the version of it that the officer saw.
trait Body {
    fn version(&self) -> Option<Version>;
}

macro_rules! bodies {
    ($($name:ident { $($(#[$meta:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        #[derive(Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name { version: u32, $($(#[$meta])* $field: $kind),* }

        impl Body for $name {
            fn version(&self) -> Option<Version> {
                Some(Version(self.version))
            }
        }
    )*};
}
use bodies;

// What each command needs beside the version.
bodies! {
    Bare {}
    Assign { handler: AsText<PersonId>, reviewer: AsText<PersonId> }
    Return { reason: String }
    Reroute { agency: AsText<AgencyCode>, reason: String }
    Transfer { body: String, reason: String }
    AnswerCorrection { #[serde(default)] answer: String, arrived_on: Date }
    ExtendCorrection { days: u32, #[serde(default)] reason: String }
    DeclineMoreTime { reason: String }
    RecordArrival { what: AsText<Key>, arrived_on: Date }
    RecordService {
        notice: AsText<NoticeId>,
        means: AsText<Means>,
        on: Date,
        #[serde(default)] number: String,
        #[serde(default)] note: String,
    }
    Extend { amount: u32, reason: String }
    AddTime { days: u32, reason: String }
    Stop { cause: AsText<StopCause>, from: Date, #[serde(default)] until: Option<Date>, reason: String }
    Resume { last: Date }
}

pub async fn act(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let action: Action = incoming.param("command")?;
    match action {
        Action::QueryRegister => return register::ask(app, incoming, visitor, officer).await,
        Action::BreakGlass => return glass::look(app, incoming, visitor, officer).await,
        _ => {}
    }
    let given = read(incoming, action)?;
    match command::perform(app, officer, id, &given).await {
        Ok(done) => {
            let case = &done.loaded.case;
            let mut answer = json!({ "case": case.id.to_string(), "replayed": done.replayed });
            // How it goes on with a case that was given away is not theirs to know.
            if let Some(answer) = answer.as_object_mut().filter(|_| case.agency == officer.agency) {
                answer.insert("version".to_owned(), json!(case.version.0));
                answer.insert("state".to_owned(), json!(case.state.code()));
                answer.insert("allowed".to_owned(), json!(allowed(officer, case)));
            }
            respond::json(200, &answer)
        }
        Err(Refused::Trouble(trouble)) => Err(trouble),
        Err(Refused::Rejected { rejection, case }) => Ok(refused(rejection, &case, officer, visitor)),
    }
}

/// A refusal says where the case stands now, so that the caller can decide again.
fn refused(
    rejection: Rejection,
    case: &Case,
    officer: &Officer,
    visitor: &Visitor,
) -> lambda_http::Response<lambda_http::Body> {
    let mut now = Map::new();
    // Of a case that is not theirs to read only what is theirs is told.
    let reads = access::allowed(&Actor::Officer(officer.clone()), case, Action::Read);
    if !matches!(rejection, Rejection::Forbidden { .. }) && reads {
        now.insert("version".to_owned(), json!(case.version.0));
        now.insert("state".to_owned(), json!(case.state.code()));
        now.insert("allowed".to_owned(), json!(allowed(officer, case)));
    }
    let trouble = Trouble::Rejected(rejection);
    tracing::info!(case = %case.id, code = trouble.code(), "refused a command");
    respond::problem_with(&trouble, visitor.lang, now)
}

fn read(incoming: &Incoming, action: Action) -> Result<Given, Trouble> {
    use Order::Plain;

    match action {
        Action::Accept => body(incoming, |_: &Bare| Plain(Command::Accept)),
        Action::Approve => body(incoming, |_: &Bare| Order::Approve),
        Action::Assign => {
            body(incoming, |to: &Assign| Order::Assign { handler: to.handler.0, reviewer: to.reviewer.0 })
        }
        Action::Reroute => body(incoming, |it: &Reroute| Order::Reroute {
            to: it.agency.0.clone(),
            reason: it.reason.clone(),
        }),
        Action::Transfer => body(incoming, |it: &Transfer| {
            Plain(Command::Transfer { to: it.body.clone(), reason: it.reason.clone() })
        }),
        Action::RequestReview => review::request(incoming),
        Action::AnswerReview => review::answer(incoming),
        Action::DropReview => review::drop(incoming),
        Action::Propose => letter::propose(incoming),
        Action::Rectify => letter::rectify(incoming),
        Action::Return => body(incoming, |it: &Return| Plain(Command::Return { reason: it.reason.clone() })),
        Action::RequestCorrection => correction::read(incoming),
        Action::AnswerCorrection => body(incoming, |it: &AnswerCorrection| {
            let arrived_on = Some(it.arrived_on);
            Plain(Command::AnswerCorrection { reply: Box::new(Reply::noted(it.answer.clone())), arrived_on })
        }),
        Action::ExtendCorrection => body(incoming, |it: &ExtendCorrection| {
            Plain(Command::ExtendCorrection { days: it.days, reason: it.reason.clone() })
        }),
        Action::DeclineMoreTime => body(incoming, |it: &DeclineMoreTime| {
            Plain(Command::DeclineMoreTime { reason: it.reason.clone() })
        }),
        Action::RecordArrival => body(incoming, |it: &RecordArrival| {
            Plain(Command::RecordArrival { what: it.what.0.clone(), arrived_on: it.arrived_on })
        }),
        Action::RecordService => body(incoming, |it: &RecordService| {
            let (number, note) = (it.number.clone(), Personal::new(it.note.clone()));
            let service = Service { means: it.means.0, on: it.on, number, note };
            Order::RecordService { notice: it.notice.0, service }
        }),
        Action::Extend => body(incoming, |it: &Extend| {
            Plain(Command::Extend { amount: it.amount, reason: it.reason.clone() })
        }),
        Action::AddTime => body(incoming, |it: &AddTime| {
            Plain(Command::AddTime { days: it.days, reason: it.reason.clone() })
        }),
        Action::Stop => body(incoming, |it: &Stop| {
            let (cause, reason) = (it.cause.0, it.reason.clone());
            Plain(Command::Stop { cause, from: it.from, until: it.until, reason })
        }),
        Action::HandOver => pick_up::hand_over(incoming),
        Action::Resume => body(incoming, |it: &Resume| Plain(Command::Resume { last: it.last })),
        // About money, or no command of officers.
        other => money::read(incoming, other),
    }
}

/// Reads a body. What makes a request the same is what it asks, not how its JSON is spaced.
fn body<T: DeserializeOwned + Serialize + Body>(
    incoming: &Incoming,
    order: impl FnOnce(&T) -> Order,
) -> Result<Given, Trouble> {
    let id = incoming.idempotency_key()?;
    let body: T = incoming.json()?;
    let payload = serde_json::to_vec(&body).map_err(platform::fault::Fault::corrupt)?;
    let request = incoming.request_key(id, &payload);
    Ok(Given { order: order(&body), seen: body.version(), request })
}
