//! The file of a document: made when it is first read, and kept for good.

use document::{Unprintable, Verification, render};
use domain::id::CaseId;
use domain::letter::Issued;
use domain::text::Text;
use platform::codec::document::File;
use platform::documents;
use platform::fault::Fault;
use platform::{keys, telemetry};
use sha2::{Digest, Sha256};
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

use askama::Template;

use crate::App;

/// The media type of every document here.
pub const PDF: &str = "application/pdf";

/// Why there is no file.
pub enum Missing {
    Unprintable(Unprintable),
    Fault(Fault),
}

impl From<Fault> for Missing {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The file of `issued`, which `known` is where it was made before.
///
/// It is a function of the event alone, so whoever dies on the way leaves nothing that the next reader does not
/// make again. It is kept under its own SHA-256 before the row says that this is the file: two that make it at
/// once, with different fonts even, agree on the one whose row came first, and its object is there.
pub async fn kept(app: &App, case: CaseId, issued: &Issued, known: Option<File>) -> Result<File, Missing> {
    if let Some(file) = known {
        return Ok(file);
    }
    let verification = Verification { code: issued.code, page: issued.page.clone() };
    let bytes = render(&issued.paper, &verification, &app.fonts).map_err(|unprintable| {
        tracing::error!(%case, code = unprintable.code(), "an issued document cannot be printed");
        telemetry::count(&*app.ambient, "decision-document", "UnprintableDocuments", 1);
        Missing::Unprintable(unprintable)
    })?;
    let made =
        File { sha256: Sha256::digest(&bytes).into(), bytes: bytes.len().try_into().unwrap_or(u64::MAX) };
    app.objects.put(keys::issued(case, &made.sha256), PDF.to_owned(), bytes).await?;
    Ok(documents::keep(app.store.as_ref(), issued.code, made).await?)
}

#[derive(Template)]
#[template(path = "unprintable.html")]
struct UnprintablePage {
    frame: Frame,
    code: &'static str,
    text: String,
}

/// Why a letter has no file, to whoever wanted to read it. The state of the fonts stands in the way: 409.
pub fn unprintable(incoming: &Incoming, visitor: &Visitor, problem: &Unprintable) -> Answer {
    let frame = Frame::new(incoming, visitor, &Text::new("公文書無法產生", "The document cannot be made"));
    let text = problem.text().pick(visitor.lang).to_owned();
    respond::page_with(409, &UnprintablePage { frame, code: problem.code(), text })
}
