//! Looking documents up, for programs.

use domain::access::Officer;
use domain::id::{CaseId, Key};
use domain::personal::Personal;
use domain::register::{Line, Lookup};
use jiff::Timestamp;
use jiff::civil::Date;
use platform::codec::AsText;
use platform::keys;
use platform::record::Record;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web::explained;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

use super::refused;
use crate::App;
use crate::command::Refused;
use crate::registers::{self, LookedUp, Obtainable};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct QueryRegister {
    document: AsText<Key>,
}

/// `POST /api/work/{case}/query_register`: what the register says, told once.
pub(super) async fn ask(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let request = incoming.idempotency_key()?;
    let body: QueryRegister = incoming.json()?;
    let payload = serde_json::to_vec(&body).map_err(platform::fault::Fault::corrupt)?;
    let request = incoming.request_key(request, &payload);
    match registers::look_up(app, officer, id, &body.document.0, request).await {
        Ok(looked_up) => respond::json(200, &told(&looked_up, officer)),
        Err(Refused::Trouble(trouble)) => Err(trouble),
        Err(Refused::Rejected { rejection, case }) => Ok(refused(rejection, &case, officer, visitor)),
    }
}

fn told(looked_up: &LookedUp, officer: &Officer) -> Value {
    let LookedUp { case, lookup, at, finding } = looked_up;
    let line = |line: &Line| json!({ "label": line.label, "value": line.value });
    // Only the first answer has them.
    let lines =
        finding.as_ref().map(|found| found.iter().flat_map(Personal::reveal).map(line).collect::<Vec<_>>());
    // Whoever sees a part of the case is not told how it goes on.
    let version = (case.agency == officer.agency).then_some(case.version.0);
    json!({
        "case": case.id.to_string(),
        "version": version,
        "replayed": finding.is_none(),
        "lookup": kept(lookup, *at),
        "lines": lines,
    })
}

fn kept(lookup: &Lookup, at: Timestamp) -> Value {
    json!({
        "register": lookup.register.as_str(),
        "purpose": explained::text(&lookup.purpose),
        "at": at,
        "found": lookup.found,
        "sha256": keys::hex(&lookup.sha256),
    })
}

/// The documents of a case that the city looks up, each with the latest look.
pub(super) fn of(
    record: &Record,
    item: Option<&domain::item::ItemVersion>,
    officer: &Officer,
    today: Date,
) -> Value {
    let one = |it: Obtainable| {
        let latest = it.latest.as_ref();
        json!({
            "document": it.document.key.as_str(),
            "name": explained::text(&it.document.name),
            "source": explained::text(&it.source.name),
            "register": it.source.question.as_ref().map(|question| question.register.as_str().to_owned()),
            "exception": it.exception.as_ref().map(explained::exception),
            "latest": latest.map(|latest| kept(&latest.lookup, latest.at)),
        })
    };
    registers::obtainable(record, item, officer, today).into_iter().map(one).collect()
}
