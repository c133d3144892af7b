//! A document of a case, for those who may read the case.

use domain::id::CaseId;
use domain::letter::{DocumentPlace, Issued};
use platform::commit;
use platform::documents;
use platform::keys;
use platform::record::Record;
use serde_json::json;
use web::document::VALID;
use web::incoming::Incoming;
use web::reading;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::App;
use crate::file::{self, Missing};

async fn record(app: &App, incoming: &Incoming) -> Result<Record, Trouble> {
    let case: CaseId = incoming.param("case")?;
    commit::record(app.store.as_ref(), case).await?.ok_or(Trouble::NotFound)
}

/// The case, of the visitor's own agency and theirs to read; one of another agency does not exist.
pub async fn of_officer(app: &App, incoming: &Incoming, visitor: &Visitor) -> Result<Record, Trouble> {
    let officer = visitor.officer()?;
    let record = record(app, incoming).await?;
    reading::by_officer(officer, &record.loaded.case)?;
    Ok(record)
}

/// The case, if it is the visitor's own; to anybody else it does not exist.
async fn of_applicant(app: &App, incoming: &Incoming, visitor: &Visitor) -> Result<Record, Trouble> {
    let session = visitor.session()?;
    let record = record(app, incoming).await?;
    reading::by_applicant(session, &record.loaded.case)?;
    Ok(record)
}

fn chosen<'a>(record: &'a Record, incoming: &Incoming) -> Result<&'a Issued, Trouble> {
    let wanted: DocumentPlace = incoming.param("document")?;
    record.issued_at(wanted).ok_or(Trouble::NotFound)
}

/// Where the file of `issued` is for a minute, with its SHA-256 and its length.
async fn located(
    app: &App,
    record: &Record,
    issued: &Issued,
) -> Result<(String, platform::codec::document::File), Missing> {
    let case = record.loaded.case.id;
    let known = documents::find(app.store.as_ref(), issued.code).await?.and_then(|found| found.file);
    let file = file::kept(app, case, issued, known).await?;
    let name = format!("{}.pdf", issued.paper.number());
    let url = app.objects.presign_get(keys::issued(case, &file.sha256), name, VALID).await?;
    Ok((url, file))
}

async fn go_to(app: &App, incoming: &Incoming, visitor: &Visitor, record: &Record) -> Answer {
    match located(app, record, chosen(record, incoming)?).await {
        Ok((url, _)) => Ok(respond::redirect(&url)),
        Err(Missing::Unprintable(problem)) => file::unprintable(incoming, visitor, &problem),
        Err(Missing::Fault(fault)) => Err(fault.into()),
    }
}

/// `GET /cases/{case}/documents/{document}`.
pub async fn by_applicant(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let record = of_applicant(app, incoming, visitor).await?;
    go_to(app, incoming, visitor, &record).await
}

/// `GET /work/{case}/documents/{document}`.
pub async fn by_officer(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let record = of_officer(app, incoming, visitor).await?;
    go_to(app, incoming, visitor, &record).await
}

/// `GET /api/cases/{case}/documents/{document}`: where the file is, and how to tell that it is the one.
pub async fn by_program(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let record = of_applicant(app, incoming, visitor).await?;
    let issued = chosen(&record, incoming)?;
    match located(app, &record, issued).await {
        Ok((url, file)) => respond::json(
            200,
            &json!({
                "number": issued.paper.number().to_string(),
                "date": issued.paper.date(),
                "verification_code": issued.code.to_string(),
                "content_type": file::PDF,
                "bytes": file.bytes,
                "sha256": keys::hex(&file.sha256),
                "url": url,
            }),
        ),
        // It is counted and told to the operator; a program has nothing to do but to wait.
        Err(Missing::Unprintable(problem)) => {
            Err(platform::fault::Fault::Corrupt(problem.code().to_owned()).into())
        }
        Err(Missing::Fault(fault)) => Err(fault.into()),
    }
}
