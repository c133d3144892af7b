//! Step 3, reading it over (確認), and step 4, submitting (送出).

use askama::Template;
use domain::clock::history::History;
use domain::clock::terms::FeeTiming;
use domain::fee::{self, Channel};
use domain::form::{self, Answers};
use domain::id::DraftId;
use domain::item::ItemVersion;
use domain::money::Twd;
use domain::rejection::Rejection;
use domain::submit;
use domain::taipei;
use domain::text::Text;
use jiff::civil::Date;
use platform::drafts::Draft;
use web::explained;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::typed::take;
use web::visitor::Visitor;

use super::declare::{self, MobileView, ServedView, SignView};
use super::{ErrorLine, check_path, documents_path, form_path, gone, too_low, with_error};
use crate::filing::Declared;
use crate::views::{self, AnswerView, DocumentView};
use crate::{App, fields, filing, own};

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    frame: Frame,
    step: u8,
    draft: DraftId,
    version: u32,
    item_name: String,
    errors: Vec<ErrorLine>,
    /// Nothing of the form or the documents stands in the way.
    may_submit: bool,
    served: ServedView,
    /// Where the window sends SMS.
    mobile: Option<MobileView>,
    /// Where the item asks for a signature and there is something to sign.
    sign: Option<SignView>,
    /// See [`too_low`].
    level: Option<String>,
    answers: Vec<AnswerView>,
    documents: Vec<DocumentView>,
    /// Documents that the city looks up itself.
    waived: Vec<String>,
    has_documents: bool,
    expected: Option<(Date, Vec<String>)>,
    /// What it costs; nothing while the answers have to be corrected.
    fee: Option<FeeView>,
    /// The draft changed after it was read over.
    changed: bool,
    form_path: String,
    documents_path: String,
}

/// The fee, before anything is submitted.
struct FeeView {
    amount: String,
    /// When it is due; empty for no fee.
    when: String,
    lines: Vec<String>,
}

/// What `answers` cost under `item`: the same rule that filing them asks.
fn fee(item: &ItemVersion, answers: &Answers, frame: &Frame) -> Option<FeeView> {
    let assessed = submit::assess(item, answers).ok()?;
    let shown = |text: &Text| frame.pick(text).to_owned();
    let when = fee::when_due(item.terms.fee).as_ref().map(shown).unwrap_or_default();
    Some(match assessed {
        Some(fee) if fee.amount > Twd::ZERO => FeeView {
            amount: views::twd(fee.amount, frame),
            when,
            lines: fee.lines.iter().map(shown).collect(),
        },
        None if item.terms.fee != FeeTiming::None => {
            FeeView { amount: shown(&item.fee.in_short(Channel::Online)), when, lines: Vec::new() }
        }
        waived => FeeView {
            amount: frame.t("免繳納規費", "No fee").to_owned(),
            when: String::new(),
            lines: waived.map(|fee| fee.lines.iter().map(shown).collect()).unwrap_or_default(),
        },
    })
}

/// `GET /drafts/{draft}/check`.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let id: DraftId = incoming.param("draft")?;
    match own::draft(app, visitor.session()?, id).await {
        Err(Trouble::NotFound) => gone(app, visitor, id).await,
        draft => page(app, incoming, visitor, (&draft?, &Declared::default()), None, 200).await,
    }
}

/// The draft with what was chosen beside it, and why that was refused, if it was.
async fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    (draft, declared): (&Draft, &Declared),
    refused: Option<&Rejection>,
    status: u16,
) -> Answer {
    let item = own::item(app, &draft.item, draft.item_version).await?;
    let title = Text::new("確認申請內容", "Check your application");
    let mut frame = Frame::new(incoming, visitor, &title);
    frame.path = check_path(draft.id);
    let mut errors = errors(app, draft, &item, &frame).await?;
    let may_submit = errors.is_empty();
    let mut served = ServedView::of(declared.consent.as_ref(), &frame);
    let mut mobile = MobileView::of(app, declared);
    let mut sign = SignView::of(visitor, &item, draft, &frame)?;
    // Where the form is not shown, nothing is said of it.
    if let Some(refused) = refused.filter(|_| may_submit) {
        frame.title = frame.pick(&with_error(&title)).to_owned();
        errors.extend(served.refuse(refused, &frame));
        errors.extend(mobile.as_mut().and_then(|mobile| mobile.refuse(refused, &frame)));
        errors.extend(sign.as_mut().and_then(|sign| sign.refuse(refused, declared.signed, &frame)));
    }
    let now = app.ambient.now();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let history = History::received(now);
    let expected = explained::shown(&item.terms, &history, calendars.of(&item.agency), frame.lang);
    let today = taipei::day_of(now);
    let waived = item.documents.iter().filter(|need| need.required && need.waived(today).is_some());
    let page = CheckPage {
        step: 3,
        draft: draft.id,
        version: draft.version,
        item_name: frame.pick(&item.name).to_owned(),
        errors,
        may_submit,
        served,
        mobile,
        sign,
        level: too_low(&item, visitor, &frame)?,
        answers: views::answers(&item, &draft.answers, &frame),
        documents: draft.documents.iter().map(|own| DocumentView::of(own, &item, &frame)).collect(),
        waived: waived.map(|need| frame.pick(&need.name).to_owned()).collect(),
        has_documents: !item.documents.is_empty(),
        fee: form::check(&item.fields, &draft.answers).ok().and_then(|answers| fee(&item, &answers, &frame)),
        expected: expected.due.map(|due| (due, expected.lines)),
        changed: refused.is_none() && status == 409,
        form_path: form_path(draft.id),
        documents_path: documents_path(draft.id),
        frame,
    };
    respond::page_with(status, &page)
}

/// Everything that stands in the way of filing, with where to mend it.
async fn errors(
    app: &App,
    draft: &Draft,
    item: &ItemVersion,
    frame: &Frame,
) -> Result<Vec<ErrorLine>, Trouble> {
    let line = |href: String, label: &str, what: &Text| ErrorLine {
        href,
        text: format!("{label}{}{}", frame.t("：", ": "), frame.pick(what)),
    };
    let mut errors = Vec::new();
    for problem in form::check(&item.fields, &draft.answers).err().unwrap_or_default() {
        let href = format!("{}?problems=1#{}", form_path(draft.id), fields::id(&problem.field));
        errors.push(line(href, frame.pick(&problem.label), &problem.defect.text()));
    }
    let missing = Text::new("尚未上傳", "not uploaded yet");
    for need in views::missing(item, &draft.documents, taipei::day_of(app.ambient.now())) {
        let href = format!("{}#file-{}", documents_path(draft.id), need.key);
        errors.push(line(href, frame.pick(&need.name), &missing));
    }
    for (document, problem) in filing::unusable(app, draft).await? {
        let href = format!("{}#file-{}", documents_path(draft.id), document.requirement);
        errors.push(line(href, document.file_name.reveal(), &problem.text()));
    }
    Ok(errors)
}

/// `POST /drafts/{draft}/submit`: the draft becomes a case, once, however often this is sent.
pub async fn submit(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let id: DraftId = incoming.param("draft")?;
    let mut fields = visitor.own_form(incoming)?;
    let version: u32 = take(&mut fields, "version")?;
    let consent = declare::chosen(&mut fields)?;
    let (mobile, signed) = (fields.remove("mobile"), fields.remove("signature"));
    web::form::nothing_left(&fields)?;
    let declared = Declared::read(incoming, consent, mobile, signed.as_deref())?;
    let done = match own::draft(app, visitor.session()?, id).await {
        // What is filed is what was read over.
        Ok(draft) if draft.version != version => {
            return page(app, incoming, visitor, (&draft, &declared), None, 409).await;
        }
        Ok(draft) => match filing::loaded(app, visitor, &draft, declared.clone()).await {
            Err(trouble) if filing::is_about_the_form(&trouble) => {
                return page(app, incoming, visitor, (&draft, &declared), None, 422).await;
            }
            Err(Trouble::Rejected(refused)) if filing::is_about_what_is_declared(&refused) => {
                let status = Trouble::Rejected(refused.clone()).status().as_u16();
                return page(app, incoming, visitor, (&draft, &declared), Some(&refused), status).await;
            }
            done => done?,
        },
        Err(Trouble::NotFound) => filing::before(app, visitor.session()?, id).await?,
        Err(trouble) => return Err(trouble),
    };
    Ok(respond::redirect(&format!("/cases/{}?submitted=1", done.loaded.case.id)))
}
