//! Changing how a case is served (電子送達之同意), on its page.

use domain::command::Command;
use domain::id::{CaseId, RequestId, Version};
use domain::rejection::Rejection;
use web::form;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::typed::take;
use web::visitor::Visitor;

use super::declare;
use crate::{App, own};

/// `POST /cases/{case}/consent`.
pub async fn change(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let case: CaseId = incoming.param("case")?;
    let mut fields = visitor.own_form(incoming)?;
    let payload = web::typed::payload(&fields);
    let request: RequestId = take(&mut fields, "request")?;
    let seen = Version(take(&mut fields, "version")?);
    let consent = declare::chosen(&mut fields)?.ok_or(Rejection::ConsentMissing)?;
    form::nothing_left(&fields)?;
    let request = incoming.request_key(request, payload.as_bytes());
    let command = Command::ChangeConsent(consent);
    own::carry_out(app, visitor.session()?, case, request, Some(seen), command).await?;
    Ok(respond::redirect(&format!("/cases/{case}#serving")))
}
