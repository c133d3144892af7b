//! Drafts in the API.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::case::Document;
use domain::form::{Defect, Problem};
use domain::id::{DraftId, ItemCode, Key, Version};
use domain::item::{FileType, ItemVersion};
use domain::personal::Personal;
use domain::rejection::Rejection;
use domain::signature::{self, STATEMENT};
use domain::text::Text;
use platform::codec::AsText;
use platform::drafts::{self, Draft};
use platform::keys;
use platform::ports::UploadTicket;
use platform::signed;
use serde::Deserialize;
use serde_json::{Value, json};
use web::explained::text;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

use super::Answers;
use crate::pages::{files::new_upload, form::start};
use crate::views;
use crate::{App, filing, own, upload};

/// How long a file may be put after it was announced.
const UPLOAD_VALID: Duration = Duration::from_mins(15);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    item: AsText<ItemCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    version: u32,
    answers: Answers,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Announce {
    requirement: AsText<Key>,
    file_name: String,
    content_type: String,
    bytes: u64,
    sha256: String,
}

fn shown(visitor: &Visitor, item: &ItemVersion, draft: &Draft) -> Result<Value, Trouble> {
    let to_sign = filing::to_sign(visitor, item, draft)?;
    Ok(json!({
        "draft": draft.id.to_string(),
        "request": drafts::request(draft.id).to_string(),
        "version": draft.version,
        "item": draft.item.to_string(),
        "item_version": draft.item_version,
        "answers": draft.answers,
        "documents": draft.documents.iter().map(views::document).collect::<Vec<_>>(),
        "touched_at": draft.touched_at,
        "kept_days": drafts::KEPT_DAYS,
        "to_sign": to_sign.map(|content| json!({
            "sha256": keys::hex(&signed::digest(&content)),
            "content": content,
            "statement": { "version": STATEMENT, "text": text(&signature::statement()) },
        })),
        "page": format!("/drafts/{}", draft.id),
    }))
}

/// `POST /api/drafts`.
pub async fn create(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    visitor.session()?;
    let create: Create = incoming.json()?;
    let draft = start(app, visitor, &create.item.0).await?;
    let item = own::item(app, &draft.item, draft.item_version).await?;
    respond::json(201, &shown(visitor, &item, &draft)?)
}

/// `GET /api/drafts/{draft}`.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let draft = own::draft(app, visitor.session()?, incoming.param("draft")?).await?;
    let item = own::item(app, &draft.item, draft.item_version).await?;
    respond::json(200, &shown(visitor, &item, &draft)?)
}

/// `PUT /api/drafts/{draft}`: all answers, complete or not, in place of the ones before.
pub async fn replace(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let id: DraftId = incoming.param("draft")?;
    let Replace { version, answers: Answers(answers) } = incoming.json()?;
    let draft = own::draft(app, session, id).await?;
    let item = own::item(app, &draft.item, draft.item_version).await?;
    let unknown = unknown_fields(&item, &answers);
    if !unknown.is_empty() {
        return Err(Rejection::Unfit(unknown).into());
    }
    let draft = own::edit(app, &draft, |draft| {
        if draft.version != version {
            return Err(Rejection::StaleVersion { current: Version(draft.version) }.into());
        }
        draft.answers.clone_from(&answers);
        Ok(())
    })
    .await?;
    respond::json(200, &shown(visitor, &item, &draft)?)
}

fn unknown_fields(item: &ItemVersion, answers: &BTreeMap<String, String>) -> Vec<Problem> {
    answers
        .keys()
        .filter(|name| !item.fields.iter().any(|field| field.key.as_str() == *name))
        .map(|name| Problem { field: name.clone(), label: Text::new(name, name), defect: Defect::Unknown })
        .collect()
}

/// `POST /api/drafts/{draft}/uploads`: announces a file and says where to put it. Announcing the same
/// file again gives a new ticket for the same upload.
pub async fn upload(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let draft = own::draft(app, visitor.session()?, incoming.param("draft")?).await?;
    let item = own::item(app, &draft.item, draft.item_version).await?;
    let is_wanted = |key: &Key| item.documents.iter().any(|need| need.key == *key);
    announce(app, incoming, &draft, is_wanted).await
}

/// Takes the announcement of a file for a document that is wanted into a draft.
pub async fn announce(
    app: &App,
    incoming: &Incoming,
    draft: &Draft,
    is_wanted: impl Fn(&Key) -> bool,
) -> Answer {
    let announce: Announce = incoming.json()?;
    let refused = |problem| Trouble::Malformed(Malformed::File { problem });
    let (bytes, file_type) = upload::announced(announce.bytes, &announce.content_type).map_err(refused)?;
    let sha256 = keys::unhex(&announce.sha256).ok_or(Malformed::Field { name: "sha256" })?;
    let requirement = announce.requirement.0;
    if !is_wanted(&requirement) {
        return Err(Malformed::Field { name: "requirement" }.into());
    }
    let file_name = Personal::new(upload::clean(&announce.file_name));
    let mut document = Document { upload: new_upload(app), requirement, file_name, file_type, bytes, sha256 };
    own::edit(app, draft, |draft| {
        let same =
            |known: &&Document| known.requirement == document.requirement && known.sha256 == document.sha256;
        if let Some(known) = draft.documents.iter().find(same) {
            document = known.clone();
            return Ok(());
        }
        upload::has_room(draft).map_err(refused)?;
        draft.documents.push(document.clone());
        Ok(())
    })
    .await?;
    ticket(app, draft.id, &document).await
}

async fn ticket(app: &App, draft: DraftId, document: &Document) -> Answer {
    let file_type: FileType = document.file_type;
    let ticket = UploadTicket {
        key: keys::quarantined(draft, document.upload),
        content_type: file_type.mime().to_owned(),
        bytes: document.bytes,
        sha256: document.sha256,
        valid: UPLOAD_VALID,
    };
    let signed = app.objects.presign_put(ticket).await?;
    let headers: BTreeMap<String, String> = signed.headers.into_iter().collect();
    respond::json(
        201,
        &json!({
            "upload": document.upload.to_string(),
            "method": "PUT",
            "url": signed.url,
            "headers": headers,
            "valid_seconds": UPLOAD_VALID.as_secs(),
        }),
    )
}
