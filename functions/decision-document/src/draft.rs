//! `GET /work/{case}/letter`: the letter that awaits approval, as it will be sent, marked as a draft (稿); with
//! `?certificate=` what goes with it, by its place from 1.

use document::render_draft;
use domain::letter::{Certificate, CertificateText, Draft, Draw, Letter, Paper, Proposed};
use domain::taipei;
use lambda_http::Body;
use lambda_http::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use platform::catalogue;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::App;
use crate::fetch;
use crate::file::{self, PDF};

/// For those who read the case, while a proposal awaits approval. What cannot be printed is told here, before
/// anybody approves it.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let record = fetch::of_officer(app, incoming, visitor).await?;
    let case = &record.loaded.case;
    let proposed = case.proposed.as_deref().ok_or(Trouble::NotFound)?;
    let letterhead = catalogue::letterhead(app.store.as_ref(), &case.agency).await?;
    let date = taipei::day_of(app.ambient.now());
    // In the place of the number that the approval draws; the draft does not show it.
    let number = letterhead.number(date, &Draw::new([0; 32]));
    let draft = Draft { number, date: Some(date), ..proposed.draft(&letterhead) };
    let letter = Letter::try_from(draft)?;
    // All of them, so that what cannot be printed is found whichever is looked at.
    let mut files = Vec::new();
    for paper in papers(proposed, letter) {
        match render_draft(&paper, &app.fonts) {
            Ok(bytes) => files.push(bytes),
            Err(problem) => return file::unprintable(incoming, visitor, &problem),
        }
    }
    let place: usize = incoming.query_as("certificate")?.unwrap_or_default();
    let bytes = files.into_iter().nth(place).ok_or(Trouble::NotFound)?;
    let mut response = respond::with_status(200, Body::Binary(bytes));
    response.headers_mut().insert(CONTENT_TYPE, respond::value(PDF));
    let inline = format!("inline; filename=\"{}-draft.pdf\"", case.id);
    response.headers_mut().insert(CONTENT_DISPOSITION, respond::value(&inline));
    Ok(response)
}

/// The letter, and what goes with it.
fn papers(proposed: &Proposed, letter: Letter) -> Vec<Paper> {
    // The draft shows no number, and neither that of the letter.
    let certificate = |text: &CertificateText| {
        let certificate = Certificate::beside(&letter, letter.number().clone(), text.clone());
        Paper::Certificate(Box::new(certificate))
    };
    let certificates: Vec<Paper> = proposed.certificates.iter().map(certificate).collect();
    std::iter::once(Paper::Letter(Box::new(letter))).chain(certificates).collect()
}
