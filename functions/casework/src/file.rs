//! `GET /work/{case}/files/{upload}`: a document of a case.

use domain::access::Officer;
use web::incoming::Incoming;
use web::respond::Answer;
use web::visitor::Visitor;

use crate::App;
use crate::dossier;

pub async fn fetch(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let record = dossier::record(app, officer, incoming.param("case")?).await?;
    let back = format!("/work/{}", record.loaded.case.id);
    web::document::fetch(app.objects.as_ref(), incoming, visitor, &record, back).await
}
