//! `GET /work/{case}/files/{upload}`: a document of a case, for whoever reads it and the agencies that are asked.

use domain::access::Officer;
use domain::id::UploadId;
use platform::commit;
use web::incoming::Incoming;
use web::reading;
use web::respond::Answer;
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::App;

pub async fn fetch(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let record = commit::record(app.store.as_ref(), incoming.param("case")?).await?;
    let record = record.ok_or(Trouble::NotFound)?;
    let case = &record.loaded.case;
    let back = match reading::by_officer(officer, case) {
        Ok(()) => format!("/work/{}", case.id),
        Err(trouble) if case.agency == officer.agency => return Err(trouble),
        Err(_) => {
            reading::forwarded(officer, case)?;
            // What is forwarded is what was filed; proofs of payment are not.
            let upload: UploadId = incoming.param("upload")?;
            if !record.documents().iter().any(|document| document.upload == upload) {
                return Err(Trouble::NotFound);
            }
            format!("/work/reviews/{}", case.id)
        }
    };
    web::document::fetch(app.objects.as_ref(), incoming, visitor, &record, back).await
}
