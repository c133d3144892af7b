//! `GET /work/{case}/files/{upload}`: a document of a case, from where it is kept for good.

use std::time::Duration;

use askama::Template;
use domain::access::Officer;
use domain::id::{CaseId, UploadId};
use domain::text::Text;
use platform::keys;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::App;
use crate::dossier;

/// How long the address of a file works: long enough to follow it.
const VALID: Duration = Duration::from_mins(1);

#[derive(Template)]
#[template(path = "checking.html")]
struct CheckingPage {
    frame: Frame,
    file_name: String,
    case: String,
}

pub async fn fetch(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let upload: UploadId = incoming.param("upload")?;
    let record = dossier::record(app, officer, id).await?;
    let documents = dossier::filed(&record).map(|filed| filed.application.documents.as_slice());
    let document = documents.unwrap_or_default().iter().find(|document| document.upload == upload);
    let file_name = document.ok_or(Trouble::NotFound)?.file_name.reveal().clone();
    let key = keys::filed(id, upload);
    if app.objects.info(key.clone()).await?.is_none() {
        let frame = Frame::new(incoming, visitor, &Text::new("檔案檢查中", "The file is being checked"));
        // Not an error of ours, and not gone either: the state of the file stands in the way.
        return respond::page_with(409, &CheckingPage { frame, file_name, case: id.to_string() });
    }
    let url = app.objects.presign_get(key, file_name, VALID).await?;
    Ok(respond::redirect(&url))
}
