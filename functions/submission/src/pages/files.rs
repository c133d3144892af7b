//! Step 2, the files (附件): one form per document, no JavaScript needed.

use askama::Template;
use domain::case::Document;
use domain::correction::Deficiency;
use domain::id::{DraftId, Key, UploadId};
use domain::item::{ItemVersion, MAX_FILE_BYTES, MAX_FILES};
use domain::personal::Personal;
use domain::taipei;
use domain::text::Text;
use jiff::civil::Date;
use platform::drafts::Draft;
use platform::keys;
use sha2::{Digest, Sha256};
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{FileProblem, Malformed, Trouble};
use web::typed::take;
use web::visitor::{CSRF_FIELD, Visitor};

use super::{ErrorLine, check_path, documents_path, form_path, with_error};
use crate::upload::{self, Brought, MAX_FORM_FILE};
use crate::views::DocumentView;
use crate::{App, filing, own};

#[derive(Template)]
#[template(path = "documents.html")]
struct DocumentsPage {
    frame: Frame,
    heading: String,
    /// Of the steps of an application; 0 for the answer to a correction.
    step: u8,
    /// Where the forms go, and where programs announce files.
    post: String,
    uploads: String,
    item_name: String,
    errors: Vec<ErrorLine>,
    needs: Vec<Need>,
    back: String,
    next: String,
    max_megabytes: u32,
    /// What fits into a form; larger files need the browser's help.
    form_limit: usize,
    form_megabytes: usize,
    max_files: usize,
}

/// A document to bring.
struct Need {
    key: String,
    name: String,
    required: bool,
    /// Where the city looks it up; empty when it must be brought.
    obtainable_from: String,
    /// What a correction asks about it.
    asked: Vec<Deficiency>,
    brought: Vec<DocumentView>,
    error: String,
}

/// What files are brought for: an application, or the answer to a correction.
pub struct Desk<'a> {
    pub title: Text,
    pub draft: &'a Draft,
    pub item: &'a ItemVersion,
    pub wanted: Vec<Wanted>,
    /// Of the steps of an application; 0 for the answer to a correction.
    pub step: u8,
    /// The page itself, without parameters, and the one with its files.
    pub post: String,
    pub page: String,
    pub uploads: String,
    pub back: String,
    pub next: String,
}

/// The day by which exceptions from 免附 are read.
pub fn today(app: &App) -> Date {
    taipei::day_of(app.ambient.now())
}

/// A document that is wanted.
pub struct Wanted {
    pub key: Key,
    pub name: Text,
    pub required: bool,
    pub obtainable_from: Option<Text>,
    pub asked: Vec<Deficiency>,
}

impl<'a> Desk<'a> {
    /// The documents of an application.
    pub fn of_application(draft: &'a Draft, item: &'a ItemVersion, today: Date) -> Self {
        let wanted = item.documents.iter().map(|need| Wanted {
            key: need.key.clone(),
            name: need.name.clone(),
            required: need.required,
            obtainable_from: need.waived(today).map(|source| source.name.clone()),
            asked: Vec::new(),
        });
        Self {
            title: Text::new("上傳附件", "Add your files"),
            draft,
            item,
            wanted: wanted.collect(),
            step: 2,
            post: form_path(draft.id),
            page: documents_path(draft.id),
            uploads: format!("/api/drafts/{}/uploads", draft.id),
            back: form_path(draft.id),
            next: check_path(draft.id),
        }
    }
}

/// What went wrong with a file just sent, and for which document.
pub type Refused = (Option<Key>, FileProblem);

/// The files of a desk, and what is wrong with them.
pub async fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    desk: &Desk<'_>,
    refused: Option<Refused>,
) -> Answer {
    let title = match refused {
        None => desk.title.clone(),
        Some(_) => with_error(&desk.title),
    };
    let mut frame = Frame::new(incoming, visitor, &title);
    frame.path.clone_from(&desk.page);
    let unusable = filing::unusable(app, desk.draft).await?;
    let needs = desk.wanted.iter().map(|need| {
        let error = match &refused {
            Some((Some(key), problem)) if *key == need.key => frame.pick(&problem.text()).to_owned(),
            _ => String::new(),
        };
        let view = |document: &Document| {
            let problem = unusable.iter().find(|(broken, _)| broken.upload == document.upload);
            let error = problem.map(|(_, problem)| frame.pick(&problem.text()).to_owned());
            DocumentView { error: error.unwrap_or_default(), ..DocumentView::of(document, desk.item, &frame) }
        };
        let own = desk.draft.documents.iter().filter(|document| document.requirement == need.key);
        let source = need.obtainable_from.as_ref();
        Need {
            key: need.key.to_string(),
            name: frame.pick(&need.name).to_owned(),
            required: need.required,
            obtainable_from: source.map(|source| frame.pick(source).to_owned()).unwrap_or_default(),
            asked: need.asked.clone(),
            brought: own.map(view).collect(),
            error,
        }
    });
    // What must be brought comes first.
    let mut needs: Vec<Need> = needs.collect();
    needs.sort_by_key(|need| !need.obtainable_from.is_empty());
    let errors = refused.iter().map(|(key, problem)| ErrorLine {
        href: key.as_ref().map_or_else(|| "#main".to_owned(), |key| format!("#file-{key}")),
        text: frame.pick(&problem.text()).to_owned(),
    });
    let page = DocumentsPage {
        heading: frame.pick(&desk.title).to_owned(),
        step: desk.step,
        post: desk.post.clone(),
        uploads: desk.uploads.clone(),
        item_name: frame.pick(&desk.item.name).to_owned(),
        errors: errors.collect(),
        needs,
        back: desk.back.clone(),
        next: desk.next.clone(),
        max_megabytes: MAX_FILE_BYTES / (1024 * 1024),
        form_limit: MAX_FORM_FILE,
        form_megabytes: MAX_FORM_FILE / (1024 * 1024),
        max_files: MAX_FILES,
        frame,
    };
    respond::page_with(if refused.is_some() { 422 } else { 200 }, &page)
}

/// `POST /drafts/{draft}/files`: one file for one document.
pub async fn add(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let draft = own::draft(app, visitor.session()?, incoming.param("draft")?).await?;
    let item = own::item(app, &draft.item, draft.item_version).await?;
    add_to(app, incoming, visitor, &Desk::of_application(&draft, &item, today(app))).await
}

/// Takes the file of a form.
pub async fn add_to(app: &App, incoming: &Incoming, visitor: &Visitor, desk: &Desk<'_>) -> Answer {
    let mut form = match upload::read(incoming).await {
        Err(Malformed::File { problem }) => {
            return page(app, incoming, visitor, desk, Some((None, problem))).await;
        }
        form => form?,
    };
    visitor.check_csrf(form.fields.remove(CSRF_FIELD).as_deref())?;
    let requirement: Key = take(&mut form.fields, "requirement")?;
    web::form::nothing_left(&form.fields)?;
    if !desk.wanted.iter().any(|need| need.key == requirement) {
        return Err(Malformed::Field { name: "requirement" }.into());
    }
    let file = form.file.ok_or(Malformed::Field { name: "file" })?;
    match keep(app, desk.draft, &requirement, file).await {
        Ok(()) => Ok(respond::redirect(&desk.page)),
        Err(Trouble::Malformed(Malformed::File { problem })) => {
            page(app, incoming, visitor, desk, Some((Some(requirement), problem))).await
        }
        Err(trouble) => Err(trouble),
    }
}

/// Puts a file into quarantine and its entry into the draft, in this order: an entry without a file
/// would hold up the filing, a file without an entry is swept away.
async fn keep(app: &App, draft: &Draft, requirement: &Key, file: Brought) -> Result<(), Trouble> {
    let refused = |problem| Trouble::Malformed(Malformed::File { problem });
    let file_type = upload::of_form(&file).map_err(refused)?;
    let sha256: [u8; 32] = Sha256::digest(&file.content).into();
    let same = |other: &Document| other.requirement == *requirement && other.sha256 == sha256;
    let again = draft.documents.iter().find(|document| same(document)).map(|document| document.upload);
    if again.is_none() {
        upload::has_room(draft).map_err(refused)?;
    }
    // A second click sends the same file again: it takes the place of the first.
    let upload = again.unwrap_or_else(|| new_upload(app));
    let document = Document {
        upload,
        requirement: requirement.clone(),
        file_name: Personal::new(file.name),
        file_type,
        bytes: u32::try_from(file.content.len()).map_err(|_| refused(FileProblem::TooLarge))?,
        sha256,
    };
    let key = keys::quarantined(draft.id, upload);
    app.objects.put(key, file_type.mime().to_owned(), file.content).await?;
    own::edit(app, draft, |draft| {
        if draft.documents.iter().any(|known| known.upload == document.upload) {
            return Ok(());
        }
        upload::has_room(draft).map_err(refused)?;
        draft.documents.push(document.clone());
        Ok(())
    })
    .await?;
    Ok(())
}

/// A new upload id.
pub fn new_upload(app: &App) -> UploadId {
    let [a, b, c, d, e, f, g, h, i, j, ..] = app.ambient.random();
    UploadId::new(app.ambient.now(), [a, b, c, d, e, f, g, h, i, j])
}

/// `POST /drafts/{draft}/files/{upload}/remove`: removing twice is removing.
pub async fn remove(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let id: DraftId = incoming.param("draft")?;
    let draft = own::draft(app, visitor.session()?, id).await?;
    remove_from(app, incoming, visitor, &draft, &documents_path(id)).await
}

/// Takes a file out of a draft, and goes on to `next`.
pub async fn remove_from(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    draft: &Draft,
    next: &str,
) -> Answer {
    let upload: UploadId = incoming.param("upload")?;
    let form = visitor.own_form(incoming)?;
    web::form::nothing_left(&form)?;
    own::edit(app, draft, |draft| {
        draft.documents.retain(|document| document.upload != upload);
        Ok(())
    })
    .await?;
    Ok(respond::redirect(next))
}
