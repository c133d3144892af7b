//! Breaking the glass (緊急調閱): whoever keeps the window has no business with cases, and looks into one only for
//! a reason that its agency and its applicant read. Each look is an event of the case.

use std::collections::BTreeMap;

use askama::Template;
use domain::access::{self, Actor, Officer};
use domain::command::{Action, Command};
use domain::id::{CaseId, RequestId};
use domain::rejection::Rejection;
use domain::text::Text;
use jiff::SignedDuration;
use platform::commit;
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::typed::{self, field};
use web::visitor::Visitor;

use crate::App;
use crate::case_page::{self, Told};
use crate::command::{self, Given, Order, Refused};
use crate::dossier::{self, Dossier};

/// How long a look lasts: sending the same request again meanwhile, as an impatient hand or a program without an
/// answer does, shows it again.
const LASTS: SignedDuration = SignedDuration::from_mins(5);

/// Records the look, and gives what there is to see; `None` for one that is over.
pub async fn look(
    app: &App,
    officer: &Officer,
    id: CaseId,
    given: &Given,
) -> Result<Option<Dossier>, Refused> {
    command::perform(app, officer, id, given).await?;
    let record = commit::record(app.store.as_ref(), id).await?.ok_or(Trouble::NotFound)?;
    let looked = record.events.iter().find(|chained| chained.recorded.request == given.request);
    let since = looked.map(|chained| app.ambient.now().duration_since(chained.recorded.at));
    if since.is_none_or(|since| since > LASTS) {
        return Ok(None);
    }
    Ok(Some(dossier::seen(app, officer, record).await?))
}

#[derive(Template)]
#[template(path = "glass.html")]
struct GlassPage {
    frame: Frame,
    id: String,
    request: RequestId,
    reason: String,
    /// What did not work.
    problem: String,
}

/// What is asked before a case of `id` is shown; nothing of the case is on it.
pub async fn ask(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer, id: CaseId) -> Answer {
    let case = commit::load(app.store.as_ref(), id).await?.ok_or(Trouble::NotFound)?.case;
    if !access::allowed(&Actor::Officer(officer.clone()), &case, Action::BreakGlass) {
        return Err(Rejection::Forbidden { action: Action::Read }.into());
    }
    page(app, incoming, visitor, id, 403, (String::new(), String::new()))
}

fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    id: CaseId,
    status: u16,
    (reason, problem): (String, String),
) -> Answer {
    let mut frame = Frame::new(incoming, visitor, &Text::new("緊急調閱", "Looking into a case"));
    frame.path = format!("/work/{id}");
    let request = new_request(app.ambient.as_ref());
    respond::page_with(status, &GlassPage { frame, id: id.to_string(), request, reason, problem })
}

/// `POST /work/{case}/break_glass`: the page of the case, once.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let typed = visitor.own_form(incoming)?;
    typed::only(&typed, |name| ["request", "reason"].contains(&name))?;
    let typed: BTreeMap<String, String> = typed::with_lines(typed);
    let request: RequestId = field(&typed, "request")?;
    let reason = typed.get("reason").cloned().unwrap_or_default();
    let request = incoming.request_key(request, typed::payload(&typed).as_bytes());
    let order = Order::Plain(Command::BreakGlass { reason: reason.clone() });
    match look(app, officer, id, &Given { order, seen: None, request }).await {
        Ok(Some(dossier)) => {
            case_page::draw(app, incoming, visitor, officer, &dossier, Told::Done(None)).await
        }
        // Sent again much later: asked again.
        Ok(None) => Ok(respond::redirect(&format!("/work/{id}"))),
        Err(Refused::Trouble(trouble)) => Err(trouble),
        Err(Refused::Rejected { rejection: rejection @ Rejection::Reason { .. }, .. }) => {
            let problem = rejection.text().pick(visitor.lang).to_owned();
            page(app, incoming, visitor, id, 422, (reason, problem))
        }
        Err(Refused::Rejected { rejection, .. }) => Err(rejection.into()),
    }
}
