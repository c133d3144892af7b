//! The page on which whoever holds a document finds out whether it is genuine and still stands (查驗): by its
//! code and nothing else, without signing in, and without sending the document anywhere.

use askama::Template;
use domain::letter::{Act, DocumentPlace, Issued, Paper};
use domain::text::Text;
use domain::verification::VerificationCode;
use jiff::civil::Date;
use platform::commit;
use platform::documents::{self, Found};
use platform::keys;
use serde_json::json;
use web::explained;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::App;
use crate::file::{self, Missing};

/// What a third party is told of a document.
struct Told {
    code: VerificationCode,
    agency: String,
    item: Text,
    act: &'static str,
    act_text: Text,
    /// Of a certificate.
    title: Option<String>,
    number: String,
    date: Date,
    /// Masked: 林○穎.
    holder: String,
    /// Of the file; `None` while it cannot be made.
    sha256: Option<String>,
    /// The number of the document that it puts right.
    corrects: Option<String>,
    /// Those that put it right: number and code.
    corrected_by: Vec<(String, VerificationCode)>,
}

/// What the document does, by its code.
const fn act(paper: &Paper) -> &'static str {
    let Some(letter) = paper.letter() else { return "certificate" };
    match letter.contents().act {
        Act::Granted => "granted",
        Act::GrantedInPart => "granted_in_part",
        Act::Refused => "refused",
        Act::Corrects(_) => "corrects",
    }
}

impl Told {
    fn of(
        issued: &Issued,
        item: Text,
        sha256: Option<String>,
        corrected_by: Vec<(String, VerificationCode)>,
    ) -> Self {
        let paper = &issued.paper;
        Self {
            code: issued.code,
            agency: paper.issuer().name.clone(),
            item,
            act: act(paper),
            act_text: paper.what(),
            title: paper.certificate().map(|certificate| certificate.text.title.clone()),
            number: paper.number().to_string(),
            date: paper.date(),
            holder: paper.addressee().masked(),
            sha256,
            corrects: paper.corrects().map(|it| it.number.to_string()),
            corrected_by,
        }
    }
}

/// The document with this code: one query when there is none, and the record of its case when there is one.
async fn found(app: &App, code: VerificationCode) -> Result<Option<Told>, Trouble> {
    let Some(Found { event, place, file, .. }) = documents::find(app.store.as_ref(), code).await? else {
        return Ok(None);
    };
    let record = commit::record(app.store.as_ref(), event.case).await?;
    let record = record.ok_or_else(|| platform::fault::Fault::corrupt("a document without its case"))?;
    let wanted = DocumentPlace { seq: event.seq, place };
    let Some(issued) = record.issued_at(wanted) else {
        return Err(platform::fault::Fault::corrupt("a document without its event").into());
    };
    let sha256 = match file::kept(app, event.case, issued, file).await {
        Ok(file) => Some(keys::hex(&file.sha256)),
        Err(Missing::Unprintable(_)) => None,
        Err(Missing::Fault(fault)) => return Err(fault.into()),
    };
    let by = record.rectified_by(code).map(|by| (by.paper.number().to_string(), by.code)).collect();
    Ok(Some(Told::of(issued, record.loaded.case.item.name.clone(), sha256, by)))
}

#[derive(Template)]
#[template(path = "ask.html")]
struct AskPage {
    frame: Frame,
    /// What was typed, where no document has it for its code.
    unknown: Option<String>,
}

#[derive(Template)]
#[template(path = "verified.html")]
struct VerifiedPage {
    frame: Frame,
    told: Told,
}

/// Longest text that is shown again.
const MAX_TYPED: usize = 40;

/// `GET /verify`: the form; `?code=` goes on to the document, however it was typed.
pub fn ask(incoming: &Incoming, visitor: &Visitor) -> Answer {
    match incoming.query("code").map(str::parse::<VerificationCode>) {
        None => respond::page(&AskPage { frame: frame(incoming, visitor), unknown: None }),
        Some(Ok(code)) => Ok(respond::redirect(&format!("/verify/{code}"))),
        Some(Err(_)) => unknown(incoming, visitor, incoming.query("code").unwrap_or_default()),
    }
}

fn frame(incoming: &Incoming, visitor: &Visitor) -> Frame {
    let mut frame = Frame::new(incoming, visitor, &Text::new("公文書查驗", "Verify a document"));
    "/verify".clone_into(&mut frame.path);
    frame
}

/// The same for a code that was mistyped and for one that no document has: nobody learns which.
fn unknown(incoming: &Incoming, visitor: &Visitor, typed: &str) -> Answer {
    let unknown = Some(typed.chars().take(MAX_TYPED).collect());
    respond::page_with(404, &AskPage { frame: frame(incoming, visitor), unknown })
}

/// `GET /verify/{code}`.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let told = match incoming.param::<VerificationCode>("code") {
        Ok(code) => found(app, code).await?,
        Err(_) => None,
    };
    let Some(told) = told else {
        return unknown(incoming, visitor, &incoming.param::<String>("code").unwrap_or_default());
    };
    let mut frame = frame(incoming, visitor);
    frame.path = format!("/verify/{}", told.code);
    respond::page(&VerifiedPage { frame, told })
}

/// `GET /api/verify/{code}`.
pub async fn tell(app: &App, incoming: &Incoming) -> Answer {
    let told = found(app, incoming.param("code")?).await?.ok_or(Trouble::NotFound)?;
    let by = told.corrected_by.iter();
    respond::json(
        200,
        &json!({
            "verification_code": told.code.to_string(),
            "status": if told.corrected_by.is_empty() { "in_force" } else { "corrected" },
            "agency": told.agency,
            "item": explained::text(&told.item),
            "act": told.act,
            "title": told.title,
            "number": told.number,
            "date": told.date,
            "holder": told.holder,
            "sha256": told.sha256,
            "corrects": told.corrects,
            "corrected_by": by.map(|(number, code)| json!({
                "number": number, "verification_code": code.to_string(),
            })).collect::<Vec<_>>(),
        }),
    )
}
