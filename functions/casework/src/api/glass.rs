//! Breaking the glass (緊急調閱), for programs.

use domain::access::Officer;
use domain::command::Command;
use domain::id::{CaseId, Version};
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

use super::{Body, body, refused, shown};
use crate::command::{Order, Refused};
use crate::{App, glass};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BreakGlass {
    reason: String,
}

impl Body for BreakGlass {
    fn version(&self) -> Option<Version> {
        None
    }
}

/// `POST /api/work/{case}/break_glass`: the whole case, once.
pub(super) async fn look(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let given =
        body(incoming, |it: &BreakGlass| Order::Plain(Command::BreakGlass { reason: it.reason.clone() }))?;
    match glass::look(app, officer, id, &given).await {
        Ok(Some(dossier)) => shown(app, officer, &dossier).await,
        Ok(None) => respond::json(200, &json!({ "case": id.to_string(), "replayed": true })),
        Err(Refused::Trouble(trouble)) => Err(trouble),
        Err(Refused::Rejected { rejection, case }) => Ok(refused(rejection, &case, officer, visitor)),
    }
}
