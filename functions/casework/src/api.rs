//! The same for programs. A session cookie is sent to requests of other sites' pages as well, but
//! those cannot set the header `Idempotency-Key` or the type `application/json` without being asked
//! for first (CORS), which is never granted: commands need no further token.

use domain::access::{Actor, Officer};
use domain::calendar::Calendar;
use domain::case::{Case, Outcome};
use domain::command::Action;
use domain::decide;
use domain::id::{CaseId, PersonId, Version};
use domain::{clock, rejection::Rejection};
use platform::codec::AsText;
use platform::codec::case::WorkItem;
use platform::keys;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use web::explained;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::App;
use crate::command::{self, Given, Order, Refused};
use crate::dossier::{self, Dossier};
use crate::queue::{self, Places};
use crate::timeline::{self, Aside};

pub async fn list(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let (items, next) = if let Some(state) = incoming.query_as("state")? {
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
        "item": item.item,
        "item_name": explained::text(&item.name()),
        "received_at": item.received_at,
        "due": item.due,
        "handler": item.handler,
        "reviewer": item.reviewer,
        "waits_for_me": queue::waits_for(officer, item),
    })
}

pub async fn show(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let dossier = dossier::open(app, officer, incoming.param("case")?).await?;
    respond::json(200, &whole(officer, &dossier))
}

fn whole(officer: &Officer, dossier: &Dossier) -> Value {
    let case = dossier.case();
    let filed = dossier.record.filed().map(|filed| filed.application.answers.reveal());
    let answers: Map<String, Value> =
        filed.into_iter().flatten().map(|(key, value)| (key.to_string(), json!(value))).collect();
    json!({
        "case": case.id.to_string(),
        "version": case.version.0,
        "state": case.state.code(),
        "item": { "code": case.item.code.as_str(), "version": case.item.version, "name": explained::text(&case.item.name) },
        "agency": case.agency.as_str(),
        "applicant": { "name": case.applicant.name.reveal() },
        "received_at": case.received_at,
        "accepted_at": case.accepted_at,
        "closed_at": case.closed_at,
        "due": case.due,
        "due_explanation": explanation(case),
        "assignment": case.assignment.map(|assignment| json!({
            "handler": assignment.handler.to_string(),
            "reviewer": assignment.reviewer.to_string(),
        })),
        "ruling": case.ruling.as_ref().map(|ruling| json!({
            "outcome": ruling.outcome.code(),
            "reason": ruling.reason,
            "by": ruling.by.to_string(),
        })),
        "answers": answers,
        "documents": documents(dossier),
        "timeline": record(dossier),
        "notices": notices(dossier),
        "staff": staff(dossier),
        "allowed": allowed(officer, case),
    })
}

/// The days behind the due date, as the service pages give them.
fn explanation(case: &Case) -> Option<Value> {
    let (_, explanation) = clock::explain(case.received_at, case.item.limit, Calendar::shipped()).ok()?;
    Some(json!({
        "calendar": explanation.calendar,
        "digest": explained::digest(&explanation),
        "runs": explained::runs(&explanation),
    }))
}

fn documents(dossier: &Dossier) -> Vec<Value> {
    let one = |document: &domain::case::Document| {
        json!({
            "upload": document.upload.to_string(),
            "requirement": document.requirement.as_str(),
            "file_name": document.file_name.reveal(),
            "file_type": document.file_type.mime(),
            "bytes": document.bytes,
            "sha256": keys::hex(&document.sha256),
            "href": format!("/work/{}/files/{}", dossier.case().id, document.upload),
        })
    };
    dossier.record.documents().iter().map(one).collect()
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
            "public": explained::text(&recorded.event.public_text()),
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
            "recipient": notice.recipient.to_string(),
            "stage": notice.delivery.stage.code(),
            "attempts": notice.delivery.attempts,
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

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bare {
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assign {
    version: u32,
    handler: AsText<PersonId>,
    reviewer: AsText<PersonId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Propose {
    version: u32,
    outcome: AsText<Outcome>,
    #[serde(default)]
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Return {
    version: u32,
    reason: String,
}

pub async fn act(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let action: Action = incoming.param("command")?;
    let given = read(incoming, action)?;
    match command::perform(app, officer, id, &given).await {
        Ok(done) => {
            let case = &done.loaded.case;
            respond::json(
                200,
                &json!({
                    "case": case.id.to_string(),
                    "version": case.version.0,
                    "state": case.state.code(),
                    "replayed": done.replayed,
                    "allowed": allowed(officer, case),
                }),
            )
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
    if !matches!(rejection, Rejection::Forbidden { .. }) {
        now.insert("version".to_owned(), json!(case.version.0));
        now.insert("state".to_owned(), json!(case.state.code()));
        now.insert("allowed".to_owned(), json!(allowed(officer, case)));
    }
    let trouble = Trouble::Rejected(rejection);
    tracing::info!(case = %case.id, code = trouble.code(), "refused a command");
    respond::problem_with(&trouble, visitor.lang, now)
}

fn read(incoming: &Incoming, action: Action) -> Result<Given, Trouble> {
    match action {
        Action::Accept => body(incoming, |bare: &Bare| (bare.version, Order::Accept)),
        Action::Approve => body(incoming, |bare: &Bare| (bare.version, Order::Approve)),
        Action::Assign => body(incoming, |assign: &Assign| {
            let order = Order::Assign { handler: assign.handler.0, reviewer: assign.reviewer.0 };
            (assign.version, order)
        }),
        Action::Propose => body(incoming, |propose: &Propose| {
            let order = Order::Propose { outcome: propose.outcome.0, reason: propose.reason.clone() };
            (propose.version, order)
        }),
        Action::Return => {
            body(incoming, |back: &Return| (back.version, Order::Return { reason: back.reason.clone() }))
        }
        // Not commands of officers.
        Action::Read | Action::Withdraw | Action::Fire => Err(Trouble::NotFound),
    }
}

/// Reads a body. What makes a request the same is what it asks, not how its JSON is spaced.
fn body<T: DeserializeOwned + Serialize>(
    incoming: &Incoming,
    order: impl FnOnce(&T) -> (u32, Order),
) -> Result<Given, Trouble> {
    let id = incoming.idempotency_key()?;
    let body: T = incoming.json()?;
    let payload = serde_json::to_vec(&body).map_err(platform::fault::Fault::corrupt)?;
    let (version, order) = order(&body);
    Ok(Given { order, seen: Version(version), request: incoming.request_key(id, &payload) })
}
