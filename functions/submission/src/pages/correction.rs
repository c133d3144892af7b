//! Answering a correction in place (補正): the files that were asked for, then the fields and a note.

use std::collections::BTreeMap;

use askama::Template;
use domain::command::{Action, Command};
use domain::correction::{Deficiency, Subject};
use domain::decide::{self, MAX_CORRECTION_DAYS};
use domain::form::Problem;
use domain::id::{CaseId, RequestId};
use domain::rejection::Rejection;
use domain::text::Text;
use jiff::civil::Date;
use platform::codec::people::Session;
use web::form;
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::typed::take;
use web::visitor::{CSRF_FIELD, Visitor};

use super::ErrorLine;
use super::files::{self, Desk, Wanted};
use crate::answering::{self, Asks};
use crate::fields::{self, Control, FieldView};
use crate::views::DocumentView;
use crate::{App, filing, own};

/// What the page has to say besides what is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    Nothing,
    Saved,
    /// The form is of an earlier session: nothing was saved or sent.
    Expired,
}

#[derive(Template)]
#[template(path = "correction.html")]
struct CorrectionPage {
    frame: Frame,
    case: CaseId,
    item_name: String,
    news: News,
    errors: Vec<ErrorLine>,
    /// The last day of the period, until it has passed.
    until: Option<Date>,
    /// What is asked about fields, each with its control.
    fields: Vec<(Vec<Deficiency>, FieldView)>,
    /// What is asked about documents and other things, with what was brought.
    documents: Vec<(Deficiency, Vec<DocumentView>)>,
    /// Where files are brought; empty where none are asked for.
    files: String,
    note: String,
    request: RequestId,
    round: u32,
    more_time: Option<MoreTime>,
}

struct MoreTime {
    request: RequestId,
    version: u32,
    max: u32,
    /// How many days were asked for, while that is not decided; 0 for none.
    waiting: u32,
}

/// What was filled in, and what is wrong with it.
struct Filled<'a> {
    answers: &'a BTreeMap<String, String>,
    note: &'a str,
    problems: Vec<Problem>,
    /// Trouble with the form as a whole.
    trouble: Vec<Text>,
    news: News,
}

fn path(case: CaseId) -> String {
    format!("/cases/{case}/correction")
}

fn files_path(case: CaseId) -> String {
    format!("/cases/{case}/correction?step=files")
}

/// The documents that were asked for, each once; other things last.
fn wanted(asks: &Asks) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for deficiency in &asks.open.deficiencies {
        let Some(Ok(key)) = deficiency.subject.document().map(str::parse) else { continue };
        match wanted.iter_mut().find(|known| known.key == key) {
            Some(known) => known.asked.push(deficiency.clone()),
            None => wanted.push(Wanted {
                key,
                name: deficiency.name.clone(),
                required: matches!(deficiency.subject, Subject::Document(_)),
                obtainable_from: None,
                asked: vec![deficiency.clone()],
            }),
        }
    }
    wanted
}

fn desk(asks: &Asks) -> Desk<'_> {
    let case = asks.case.id;
    Desk {
        title: Text::new("補正：上傳文件", "Put right: your files"),
        draft: &asks.draft,
        item: &asks.item,
        wanted: wanted(asks),
        step: 0,
        post: path(case),
        page: files_path(case),
        uploads: format!("/api/cases/{case}/correction/uploads"),
        back: format!("/cases/{case}"),
        next: format!("{}?step=answers", path(case)),
    }
}

/// `GET /cases/{case}/correction`: the files first where some are asked for, then everything else.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let case: CaseId = incoming.param("case")?;
    let Some(asks) = answering::asks(app, session, case).await? else {
        return Ok(respond::redirect(&format!("/cases/{case}")));
    };
    let files_first = match incoming.query("step") {
        Some("files") => true,
        Some(_) => false,
        None => asks.draft.documents.is_empty() && incoming.query("saved").is_none(),
    };
    if files_first && !wanted(&asks).is_empty() {
        return files::page(app, incoming, visitor, &desk(&asks), None).await;
    }
    let news = if incoming.query("saved").is_some() { News::Saved } else { News::Nothing };
    let (answers, note) = put_down(&asks);
    let filled = Filled { answers: &answers, note: &note, problems: Vec::new(), trouble: Vec::new(), news };
    page(app, incoming, visitor, &asks, &filled)
}

/// What the form is filled in with: what was put down, and what was filed where nothing was.
fn put_down(asks: &Asks) -> (BTreeMap<String, String>, String) {
    let note = asks.draft.correction.as_ref().map(|correction| correction.note.clone()).unwrap_or_default();
    if asks.draft.version > 0 && !(asks.draft.answers.is_empty() && note.is_empty()) {
        return (asks.draft.answers.clone(), note);
    }
    let filed = asks.open.filed.reveal().clone();
    (filed.into_iter().map(|(key, answer)| (key.to_string(), answer)).collect(), note)
}

fn page(app: &App, incoming: &Incoming, visitor: &Visitor, asks: &Asks, filled: &Filled<'_>) -> Answer {
    let is_bad = !filled.problems.is_empty() || !filled.trouble.is_empty();
    let title = if is_bad {
        Text::new("有誤 - 補正", "Error - Put right")
    } else {
        Text::new("補正", "Put right")
    };
    let mut frame = Frame::new(incoming, visitor, &title);
    let case = &asks.case;
    frame.path = path(case.id);
    let request = new_request(app.ambient.as_ref());
    let asked_about = asks.open.fields();
    let field = |view: FieldView| {
        let about = |it: &&Deficiency| fields::id(it.subject.key()) == view.id;
        let is_field = |it: &&Deficiency| matches!(it.subject, Subject::Field(_));
        (asks.open.deficiencies.iter().filter(is_field).filter(about).cloned().collect(), view)
    };
    let document = |deficiency: &Deficiency| {
        let key = deficiency.subject.document()?;
        let own = asks.draft.documents.iter().filter(|document| document.requirement.as_str() == key);
        let brought = own.map(|document| DocumentView::of(document, &asks.item, &frame)).collect();
        Some((deficiency.clone(), brought))
    };
    let page = CorrectionPage {
        case: case.id,
        item_name: frame.pick(&asks.item.name).to_owned(),
        news: filled.news,
        errors: errors(filled, asks, &frame),
        until: case.dates.correction_due,
        fields: fields::views(&asked_about, filled.answers, &filled.problems, &frame)
            .into_iter()
            .map(field)
            .collect(),
        documents: asks.open.deficiencies.iter().filter_map(document).collect(),
        files: if wanted(asks).is_empty() { String::new() } else { files_path(case.id) },
        note: filled.note.to_owned(),
        request,
        round: asks.open.round,
        more_time: more_time(asks, visitor.session()?, request),
        frame,
    };
    let status = match filled.news {
        News::Expired => 403,
        News::Nothing | News::Saved if is_bad => 422,
        News::Nothing | News::Saved => 200,
    };
    respond::page_with(status, &page)
}

fn errors(filled: &Filled<'_>, asks: &Asks, frame: &Frame) -> Vec<ErrorLine> {
    let case = asks.case.id;
    let is_field = |name: &str| asks.open.fields.iter().any(|field| field.key.as_str() == name);
    let line = |problem: &Problem| ErrorLine {
        href: if is_field(&problem.field) {
            ["#", &fields::id(&problem.field)].concat()
        } else {
            files_path(case)
        },
        text: format!(
            "{}{}{}",
            frame.pick(&problem.label),
            frame.t("：", ": "),
            frame.pick(&problem.defect.text())
        ),
    };
    let whole = filled
        .trouble
        .iter()
        .map(|text| ErrorLine { href: "#note".to_owned(), text: frame.pick(text).to_owned() });
    filled.problems.iter().map(line).chain(whole).collect()
}

fn more_time(asks: &Asks, session: &Session, request: RequestId) -> Option<MoreTime> {
    let case = &asks.case;
    let open = decide::open_to(case, &session.as_applicant()).contains(&Action::AskMoreTime);
    let whole = case.history.corrections.last()?.whole();
    (open || case.more_time.is_some()).then(|| MoreTime {
        request: RequestId::derived(&[b"more time", request.bytes()]),
        version: case.version.0,
        max: MAX_CORRECTION_DAYS.saturating_sub(whole),
        waiting: case.more_time.unwrap_or_default(),
    })
}

/// `POST /cases/{case}/correction`: keeps what was typed (`go=save`), or sends it.
pub async fn answer(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let session = visitor.session()?;
    let case: CaseId = incoming.param("case")?;
    let mut fields = incoming.form()?;
    let token = fields.remove(CSRF_FIELD);
    let payload = form::encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let asks = answering::asks(app, session, case).await?;
    let request: RequestId = take(&mut fields, "request")?;
    let send = match fields.remove("go").as_deref() {
        Some("send") => true,
        Some("save") => false,
        _ => return Err(Malformed::Field { name: "go" }.into()),
    };
    // Browsers send line ends as CR LF.
    let note = fields.remove("note").unwrap_or_default().replace("\r\n", "\n");
    let Some(asks) = asks else {
        visitor.check_csrf(token.as_deref())?;
        // A second click: it has been sent.
        return Ok(respond::redirect(&format!("/cases/{case}")));
    };
    let round: u32 = take(&mut fields, "round")?;
    if round != asks.open.round {
        // What was typed is about another list; the note may still do.
        let trouble = vec![Rejection::AnotherCorrection.text()];
        let (answers, _) = put_down(&asks);
        let filled =
            Filled { answers: &answers, note: &note, problems: Vec::new(), trouble, news: News::Nothing };
        return page(app, incoming, visitor, &asks, &filled);
    }
    let answers = fields::take_answers(&mut fields, &asks.open.fields())?;
    let mut filled = Filled {
        answers: &answers,
        note: &note,
        problems: Vec::new(),
        trouble: Vec::new(),
        news: News::Nothing,
    };
    if visitor.check_csrf(token.as_deref()).is_err() {
        filled.news = News::Expired;
        return page(app, incoming, visitor, &asks, &filled);
    }
    let given = answering::Given { round, answers: &answers, note: &note };
    if !send {
        answering::save(app, &asks, &given).await?;
        return Ok(respond::redirect(&format!("{}?saved=1", path(case))));
    }
    let request = incoming.request_key(request, payload.as_bytes());
    match answering::send(app, session, case, request, &given).await {
        Ok(_) => return Ok(respond::redirect(&format!("/cases/{case}"))),
        Err(Trouble::Rejected(Rejection::Unfit(problems))) => filled.problems = problems,
        Err(Trouble::Rejected(rejection @ (Rejection::Reason { .. } | Rejection::AnotherCorrection))) => {
            filled.trouble.push(rejection.text());
        }
        // Shown beside the file it is about.
        Err(trouble) if filing::is_about_the_form(&trouble) => {
            return Ok(respond::redirect(&files_path(case)));
        }
        Err(trouble) => return Err(trouble),
    }
    page(app, incoming, visitor, &asks, &filled)
}

/// `POST /cases/{case}/correction/files`: one file for one of the documents asked for.
pub async fn add(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let asks = answering::asked(app, visitor.session()?, incoming.param("case")?).await?;
    files::add_to(app, incoming, visitor, &desk(&asks)).await
}

/// `POST /cases/{case}/correction/files/{upload}/remove`.
pub async fn remove(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let case: CaseId = incoming.param("case")?;
    let asks = answering::asked(app, visitor.session()?, case).await?;
    if asks.draft.version == 0 {
        return Err(Trouble::NotFound);
    }
    files::remove_from(app, incoming, visitor, &asks.draft, &files_path(case)).await
}

/// `POST /cases/{case}/more-time`: asks for more time to answer.
pub async fn ask_more_time(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let case: CaseId = incoming.param("case")?;
    let mut fields = visitor.own_form(incoming)?;
    let payload = form::encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let request: RequestId = take(&mut fields, "request")?;
    let seen = domain::id::Version(take(&mut fields, "version")?);
    let days: u32 = take(&mut fields, "days")?;
    let reason = fields.remove("reason").unwrap_or_default().replace("\r\n", "\n");
    form::nothing_left(&fields)?;
    let request = incoming.request_key(request, payload.as_bytes());
    let command = Command::AskMoreTime { days, reason };
    own::carry_out(app, visitor.session()?, case, request, Some(seen), command).await?;
    Ok(respond::redirect(&format!("{}?step=answers", path(case))))
}
