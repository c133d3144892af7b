//! Step 1, the form (填寫). Saving keeps whatever was typed; problems are shown, nothing is lost.

use std::collections::BTreeMap;

use askama::Template;
use domain::form;
use domain::id::{DraftId, ItemCode};
use domain::item::ItemVersion;
use domain::taipei;
use domain::text::Text;
use platform::catalogue;
use platform::drafts::{self, Draft, KEPT_DAYS};
use platform::fault::Fault;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::typed::take;
use web::visitor::{CSRF_FIELD, Visitor};

use super::files::Desk;
use super::{ErrorLine, check_path, documents_path, files, form_path, gone, too_low};
use crate::fields::{self, Control, FieldView};
use crate::{App, own};

/// What the form has to say besides its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    Nothing,
    Saved,
    /// The form is of an earlier session: nothing was saved yet.
    Expired,
    /// Another tab saved other answers meanwhile.
    Overtaken,
}

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage {
    frame: Frame,
    step: u8,
    draft: DraftId,
    item_code: String,
    item_name: String,
    errors: Vec<ErrorLine>,
    /// See [`too_low`].
    level: Option<String>,
    fields: Vec<FieldView>,
    news: News,
    seen: String,
    kept_until: String,
    /// A newer version of the item is in force.
    superseded: bool,
}

/// `POST /services/{code}/apply`: starts a draft of the version in force.
pub async fn apply(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let fields = visitor.own_form(incoming)?;
    web::form::nothing_left(&fields)?;
    let code: ItemCode = incoming.param("code")?;
    let draft = start(app, visitor, &code).await?;
    Ok(respond::redirect(&form_path(draft.id)))
}

/// A new draft of the version of `code` that is in force.
pub async fn start(app: &App, visitor: &Visitor, code: &ItemCode) -> Result<Draft, Trouble> {
    let session = visitor.session()?;
    let now = app.ambient.now();
    let item = catalogue::item_on(app.store.as_ref(), code, taipei::day_of(now)).await?;
    // Where there is nothing to fill in, the application is made at the counter (規範 八 I(三)).
    let item = item.filter(|item| !item.fields.is_empty()).ok_or(Trouble::NotFound)?;
    let [a, b, c, d, e, f, g, h, i, j, ..] = app.ambient.random();
    let draft = Draft {
        id: DraftId::new(now, [a, b, c, d, e, f, g, h, i, j]),
        owner: session.person,
        item: item.code,
        item_version: item.version,
        answers: BTreeMap::new(),
        documents: Vec::new(),
        correction: None,
        version: 0,
        touched_at: now,
    };
    if drafts::save(app.store.as_ref(), &draft).await? {
        Ok(Draft { version: 1, ..draft })
    } else {
        Err(Fault::Conflict.into())
    }
}

/// `GET /drafts/{draft}`: the form, or with `?step=documents` the files.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let id: DraftId = incoming.param("draft")?;
    let draft = match own::draft(app, visitor.session()?, id).await {
        Err(Trouble::NotFound) => return gone(app, visitor, id).await,
        draft => draft?,
    };
    let item = own::item(app, &draft.item, draft.item_version).await?;
    if incoming.query("step") == Some("documents") {
        return files::page(
            app,
            incoming,
            visitor,
            &Desk::of_application(&draft, &item, files::today(app)),
            None,
        )
        .await;
    }
    let news = if incoming.query("saved").is_some() { News::Saved } else { News::Nothing };
    let with_problems = incoming.query("problems").is_some();
    page(app, incoming, visitor, (&draft, &item), &draft.answers, news, with_problems).await
}

async fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    (draft, item): (&Draft, &ItemVersion),
    answers: &BTreeMap<String, String>,
    news: News,
    with_problems: bool,
) -> Answer {
    let problems = match form::check(&item.fields, answers) {
        Err(problems) if with_problems => problems,
        _ => Vec::new(),
    };
    let today = taipei::day_of(app.ambient.now());
    let current = catalogue::item_on(app.store.as_ref(), &draft.item, today).await?;
    let title = match problems.as_slice() {
        [] => Text::new("填寫申請表", "Fill in the form"),
        _ => Text::new("有誤 - 填寫申請表", "Error - Fill in the form"),
    };
    let frame = Frame::new(incoming, visitor, &title);
    let errors = problems.iter().map(|problem| ErrorLine {
        href: format!("#{}", fields::id(&problem.field)),
        text: format!(
            "{}{}{}",
            frame.pick(&problem.label),
            frame.t("：", ": "),
            frame.pick(&problem.defect.text())
        ),
    });
    let kept_until = taipei::plus_days(taipei::day_of(draft.touched_at), KEPT_DAYS);
    let page = FormPage {
        step: 1,
        draft: draft.id,
        item_code: item.code.to_string(),
        item_name: frame.pick(&item.name).to_owned(),
        errors: errors.collect(),
        level: too_low(item, visitor, &frame)?,
        fields: fields::views(&item.fields, answers, &problems, &frame),
        news,
        seen: fields::seen(&draft.answers),
        kept_until: kept_until.map(|day| frame.day(&day)).unwrap_or_default(),
        superseded: current.is_some_and(|current| current.version > draft.item_version),
        frame,
    };
    let status = match news {
        News::Nothing | News::Saved => 200,
        News::Expired => 403,
        News::Overtaken => 409,
    };
    respond::page_with(status, &page)
}

/// `POST /drafts/{draft}`: saves what was typed, complete or not. `go=next` goes on when it fits.
pub async fn save(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let id: DraftId = incoming.param("draft")?;
    let mut fields = incoming.form()?;
    let token = fields.remove(CSRF_FIELD);
    let draft = match own::draft(app, session, id).await {
        Err(Trouble::NotFound) => return gone(app, visitor, id).await,
        draft => draft?,
    };
    let item = own::item(app, &draft.item, draft.item_version).await?;
    let seen: String = take(&mut fields, "seen")?;
    let go_on = match fields.remove("go").as_deref() {
        Some("next") => true,
        Some("save") | None => false,
        Some(_) => return Err(Malformed::Field { name: "go" }.into()),
    };
    let answers = fields::take_answers(&mut fields, &item.fields)?;
    // A form of an earlier session or an overtaken one comes back with what was typed in it.
    if visitor.check_csrf(token.as_deref()).is_err() {
        return page(app, incoming, visitor, (&draft, &item), &answers, News::Expired, false).await;
    }
    if fields::seen(&draft.answers) != seen && draft.answers != answers {
        return page(app, incoming, visitor, (&draft, &item), &answers, News::Overtaken, false).await;
    }
    own::edit(app, &draft, |draft| {
        draft.answers.clone_from(&answers);
        Ok(())
    })
    .await?;
    let fits = form::check(&item.fields, &answers).is_ok();
    let next = match (go_on, fits) {
        (false, _) => format!("{}?saved=1", form_path(id)),
        (true, false) => format!("{}?problems=1", form_path(id)),
        (true, true) if item.documents.is_empty() => check_path(id),
        (true, true) => documents_path(id),
    };
    Ok(respond::redirect(&next))
}
