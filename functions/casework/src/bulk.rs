//! `POST /work/assign`: several cases at once (整批分文), to two people or to whom the routing rules name.
//! Each case is a command of its own: what one is refused for holds up no other.

use std::collections::BTreeMap;

use askama::Template;
use domain::access::Officer;
use domain::agency::{Role, Staff};
use domain::case::Assignment;
use domain::command::Command;
use domain::event::Request;
use domain::id::{CaseId, PersonId, RequestId, Version};
use domain::routing::RoutingRule;
use domain::text::{Lang, Text};
use platform::catalogue;
use web::form;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::typed::take;
use web::visitor::Visitor;

use crate::command::{self, Given, Order, Refused};
use crate::{App, dossier};

/// Most cases of one request: what stands on a page.
const MAX_CASES: usize = 100;
/// How the field of a case begins; its number follows, its value is the version that was seen.
pub const CASE_FIELD: &str = "case_";

/// Who is to have the cases.
enum To {
    Named(Assignment),
    /// Whom the rules of the agency name, case by case.
    Routed(Vec<RoutingRule>),
}

/// What became of one case.
struct Line {
    case: CaseId,
    /// The handler who has it now.
    handler: Option<String>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "assigned.html")]
struct AssignedPage {
    frame: Frame,
    lines: Vec<Line>,
    assigned: usize,
}

pub async fn assign(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    if !officer.roles.contains(&Role::Dispatcher) {
        return Err(Trouble::Forbidden);
    }
    let mut fields = visitor.own_form(incoming)?;
    let request: RequestId = take(&mut fields, "request")?;
    let to = to(app, officer, &mut fields).await?;
    let cases = cases(fields)?;
    let staff = catalogue::staff_of(app.store.as_ref(), &officer.agency).await?;
    let lang = visitor.lang;
    let mut lines = Vec::with_capacity(cases.len());
    for (case, seen) in cases {
        let done = one(app, incoming, officer, (case, seen), request, &to, &staff).await;
        lines.push(match done {
            Ok(Some(handler)) => {
                let name = staff.iter().find(|staff| staff.person == handler);
                Line { case, handler: name.map(|staff| staff.name.clone()), problem: None }
            }
            Ok(None) => Line { case, handler: None, problem: Some(unrouted(lang).to_owned()) },
            Err(Refused::Rejected { rejection, .. } | Refused::Trouble(Trouble::Rejected(rejection))) => {
                Line { case, handler: None, problem: Some(rejection.text().pick(lang).to_owned()) }
            }
            Err(Refused::Trouble(Trouble::NotFound)) => {
                let problem = Trouble::NotFound.text().pick(lang).to_owned();
                Line { case, handler: None, problem: Some(problem) }
            }
            // Sent again, what has been done is answered as before.
            Err(Refused::Trouble(trouble)) => return Err(trouble),
        });
    }
    let assigned = lines.iter().filter(|line| line.problem.is_none()).count();
    let frame = Frame::new(incoming, visitor, &Text::new("整批分文結果", "What was assigned"));
    respond::page(&AssignedPage { frame, lines, assigned })
}

const fn unrouted(lang: Lang) -> &'static str {
    lang.pick(
        "分文規則沒有適用的承辦人，請個別分文。",
        "No rule names anybody for it; please assign it by hand.",
    )
}

async fn to(app: &App, officer: &Officer, fields: &mut BTreeMap<String, String>) -> Result<To, Trouble> {
    let (handler, reviewer) = (fields.remove("handler"), fields.remove("reviewer"));
    let named = |value: Option<String>, name| -> Result<PersonId, Malformed> {
        value.and_then(|value| value.parse().ok()).ok_or(Malformed::Field { name })
    };
    match fields.remove("how").as_deref() {
        Some("routed") => Ok(To::Routed(catalogue::routing(app.store.as_ref(), &officer.agency).await?)),
        Some("named") => Ok(To::Named(Assignment {
            handler: named(handler, "handler")?,
            reviewer: named(reviewer, "reviewer")?,
        })),
        _ => Err(Malformed::Field { name: "how" }.into()),
    }
}

/// The cases that were ticked, with the versions that were seen. One at least.
fn cases(fields: BTreeMap<String, String>) -> Result<Vec<(CaseId, Version)>, Trouble> {
    let mut cases = Vec::new();
    let mut others = BTreeMap::new();
    for (name, value) in fields {
        match name.strip_prefix(CASE_FIELD).and_then(|case| case.parse().ok()) {
            Some(case) => {
                let version = value.parse().map_err(|_| Malformed::Field { name: "version" })?;
                cases.push((case, Version(version)));
            }
            None => {
                others.insert(name, value);
            }
        }
    }
    form::nothing_left(&others)?;
    if cases.is_empty() || cases.len() > MAX_CASES {
        return Err(Malformed::Field { name: "case" }.into());
    }
    Ok(cases)
}

/// Assigns one case. Its request follows from that of the form, so sending the form again repeats it. The
/// handler who has it; `None` where no rule names anybody.
async fn one(
    app: &App,
    incoming: &Incoming,
    officer: &Officer,
    (case, seen): (CaseId, Version),
    request: RequestId,
    to: &To,
    staff: &[Staff],
) -> Result<Option<PersonId>, Refused> {
    let assignment = match to {
        To::Named(assignment) => *assignment,
        To::Routed(rules) => {
            let record = dossier::record(app, officer, case).await?;
            match dossier::route(&record, rules, staff) {
                Some(assignment) => assignment,
                None => return Ok(None),
            }
        }
    };
    let Assignment { handler, reviewer } = assignment;
    let id = RequestId::derived(&[b"bulk", request.bytes(), case.to_string().as_bytes()]);
    let payload = format!("{case} {} {handler} {reviewer}", seen.0);
    let request: Request = incoming.request_key(id, payload.as_bytes());
    let named = |person| Box::new(command::find(staff, officer, person));
    let assign = Command::Assign { handler: named(handler), reviewer: named(reviewer) };
    let given = Given { order: Order::Plain(assign), seen: Some(seen), request };
    command::perform(app, officer, case, &given).await?;
    Ok(Some(handler))
}
