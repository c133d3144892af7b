//! `GET /work/reviews` and `GET /work/reviews/{case}`: what an agency is asked to review, and the part of a
//! case with the form that answers (會審).

use std::collections::BTreeMap;

use askama::Template;
use domain::access::{Actor, Officer};
use domain::calendar::Calendar;
use domain::command::{Action, Command};
use domain::decide;
use domain::id::{CaseId, RequestId, Version};
use domain::joint_review::Opinion;
use domain::rejection::Rejection;
use domain::taipei;
use domain::text::{Lang, Text};
use jiff::Timestamp;
use platform::codec::review::ReviewItem;
use web::explained;
use web::form;
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::typed::{self, field};
use web::visitor::Visitor;

use crate::App;
use crate::application::{self, DocumentRow, Fact};
use crate::command::{self, Given, Order, Refused};
use crate::due::{self, Light};
use crate::lookup_page::LookupCard;
use crate::queue::Place;
use crate::reviews::{self, Forwarded};

struct Row {
    case: String,
    item: String,
    sent: String,
    due: String,
    light: Option<Light>,
}

#[derive(Template)]
#[template(path = "reviews.html")]
struct ReviewsPage {
    frame: Frame,
    rows: Vec<Row>,
    /// The address of the next stretch.
    more: Option<String>,
}

pub async fn list(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let after: Option<Place> = incoming.query_as("after")?;
    let (items, next) = reviews::list(app, officer, after).await?;
    let now = app.ambient.now();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let row = |item: &ReviewItem| listed(item, now, calendars.of(&item.agency.0), visitor.lang);
    let title = Text::new("他機關送請會審", "Asked by other agencies");
    let mut frame = Frame::new(incoming, visitor, &title);
    if let Some(after) = incoming.query("after") {
        frame.path = format!("/work/reviews?{}", form::encode([("after", after)]));
    }
    let rows = items.iter().map(row).collect();
    let more = next.map(|place| format!("/work/reviews?after={place}"));
    respond::page(&ReviewsPage { frame, rows, more })
}

fn listed(item: &ReviewItem, now: Timestamp, calendar: &Calendar, lang: Lang) -> Row {
    let none = || lang.pick("期限暫停計算", "standing still").to_owned();
    Row {
        case: item.case.0.to_string(),
        item: item.name().pick(lang).to_owned(),
        sent: taipei::shown(taipei::day_of(item.sent), lang),
        due: item.due.map_or_else(none, |due| taipei::shown(due, lang)),
        light: item.due.and_then(|due| due::light(due, now, calendar, lang)),
    }
}

/// The form that answers.
struct AnswerForm {
    request: RequestId,
    asked: u32,
    /// Code, name and whether it is chosen.
    opinions: Vec<(&'static str, String, bool)>,
    text: String,
    /// The field to repair.
    bad: Option<&'static str>,
}

struct Problem {
    text: String,
    code: &'static str,
}

#[derive(Template)]
#[template(path = "review.html")]
struct ReviewPage {
    frame: Frame,
    id: String,
    item: String,
    in_charge: String,
    standing: String,
    class: &'static str,
    light: Option<Light>,
    facts: Vec<Fact>,
    question: String,
    /// What the agency said, once it has.
    answer: String,
    done: bool,
    problem: Option<Problem>,
    /// What was typed, where there is no form any more to show it.
    lost: String,
    form: Option<AnswerForm>,
    answers: Vec<Fact>,
    documents: Vec<DocumentRow>,
    lookups: Option<LookupCard>,
}

/// What did not work, and what the officer had typed.
struct Attempt {
    trouble: Trouble,
    typed: BTreeMap<String, String>,
}

pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let forwarded = reviews::open(app, officer, incoming.param("case")?).await?;
    respond::page(&page(app, incoming, visitor, officer, &forwarded, None).await?)
}

async fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    officer: &Officer,
    forwarded: &Forwarded,
    attempt: Option<&Attempt>,
) -> Result<ReviewPage, Trouble> {
    let (lang, now) = (visitor.lang, app.ambient.now());
    let case = forwarded.case();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let due = case.dates.reviews.get(&officer.agency).map(|due| due.day);
    let light = due.and_then(|due| due::light(due, now, calendars.of(&case.agency), lang));
    let title = Text::new(format!("會審 {}", case.id), format!("Review {}", case.id));
    let mut frame = Frame::new(incoming, visitor, &title);
    frame.path = format!("/work/reviews/{}", case.id);
    let may_answer = decide::open_to(case, &Actor::Officer(officer.clone())).contains(&Action::AnswerReview);
    let (standing, class) = reviews::standing(&forwarded.review, lang);
    let item = forwarded.item.as_deref();
    Ok(ReviewPage {
        frame,
        id: case.id.to_string(),
        item: case.item.name.pick(lang).to_owned(),
        in_charge: forwarded.in_charge.pick(lang).to_owned(),
        standing,
        class,
        light,
        facts: facts(forwarded, due, lang),
        question: forwarded.said.question.clone(),
        answer: forwarded.said.answer.as_ref().map(|answer| answer.text.clone()).unwrap_or_default(),
        done: incoming.query("done").is_some() && forwarded.said.answer.is_some(),
        problem: attempt.map(|attempt| Problem {
            text: attempt.trouble.text().pick(lang).to_owned(),
            code: attempt.trouble.code(),
        }),
        lost: attempt
            .filter(|_| !may_answer)
            .and_then(|it| it.typed.get("text").cloned())
            .unwrap_or_default(),
        form: may_answer.then(|| answer_form(app, forwarded, attempt, lang)),
        answers: application::answers(&forwarded.record, item, lang),
        documents: application::documents(&forwarded.record, item, lang),
        lookups: LookupCard::of(app, officer, &forwarded.record, item, lang),
    })
}

fn facts(forwarded: &Forwarded, due: Option<jiff::civil::Date>, lang: Lang) -> Vec<Fact> {
    let (case, review) = (forwarded.case(), &forwarded.review);
    let fact = |zh, en, value| Some(Fact { term: lang.pick(zh, en).to_owned(), value });
    let limit = explained::limit(review.limit);
    let day = |at| taipei::shown_instant(at, lang);
    [
        fact("申請人", "Applicant", case.applicant.name.reveal().clone()),
        fact("主辦機關", "Agency in charge", forwarded.in_charge.pick(lang).to_owned()),
        fact("送請會審", "Asked", day(review.sent)),
        fact("會審時限", "Your limit", limit.pick(lang).to_owned()),
        due.and_then(|due| fact("會審期限", "Your answer is due", taipei::shown(due, lang))),
        forwarded.said.answer.as_ref().and_then(|answer| fact("回復", "Answered", day(answer.at))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn answer_form(app: &App, forwarded: &Forwarded, attempt: Option<&Attempt>, lang: Lang) -> AnswerForm {
    let typed = |name: &str| attempt.and_then(|attempt| attempt.typed.get(name).cloned()).unwrap_or_default();
    let chosen = typed("opinion");
    let opinion = |one: &Opinion| (one.code(), one.text().pick(lang).to_owned(), one.code() == chosen);
    AnswerForm {
        request: new_request(app.ambient.as_ref()),
        asked: forwarded.review.asked.0,
        opinions: Opinion::ALL.iter().map(opinion).collect(),
        text: typed("text"),
        bad: attempt.and_then(|attempt| match &attempt.trouble {
            Trouble::Rejected(Rejection::Reason { .. }) => Some("text"),
            Trouble::Malformed(Malformed::Field { name }) => Some(*name),
            _ => None,
        }),
    }
}

/// The form of `POST /work/{case}/answer_review`. What is refused comes back with everything typed.
pub async fn answer(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let typed = read(incoming, visitor)?;
    let trouble = match given(incoming, &typed) {
        Err(malformed @ Malformed::Field { name: "opinion" }) => Trouble::Malformed(malformed),
        Err(malformed) => return Err(malformed.into()),
        Ok(given) => match command::perform(app, officer, id, &given).await {
            Ok(_) => return Ok(respond::redirect(&format!("/work/reviews/{id}?done=yes"))),
            Err(Refused::Rejected { rejection, .. }) => Trouble::Rejected(rejection),
            Err(Refused::Trouble(trouble)) => return Err(trouble),
        },
    };
    if matches!(trouble, Trouble::Rejected(Rejection::Forbidden { .. })) {
        return Err(trouble);
    }
    tracing::info!(case = %id, code = trouble.code(), "refused an answer");
    let forwarded = reviews::open(app, officer, id).await?;
    let status = trouble.status().as_u16();
    let attempt = Attempt { trouble, typed };
    let page = page(app, incoming, visitor, officer, &forwarded, Some(&attempt)).await?;
    respond::page_with(status, &page)
}

fn read(incoming: &Incoming, visitor: &Visitor) -> Result<BTreeMap<String, String>, Trouble> {
    let typed = visitor.own_form(incoming)?;
    typed::only(&typed, |name| ["request", "asked", "opinion", "text"].contains(&name))?;
    Ok(typed::with_lines(typed))
}

fn given(incoming: &Incoming, typed: &BTreeMap<String, String>) -> Result<Given, Malformed> {
    let id: RequestId = field(typed, "request")?;
    let asked = Version(field(typed, "asked")?);
    let opinion: Opinion = field(typed, "opinion")?;
    let text = typed.get("text").cloned().unwrap_or_default();
    let request = incoming.request_key(id, typed::payload(typed).as_bytes());
    let order = Order::Plain(Command::AnswerReview { asked, opinion, text });
    Ok(Given { order, seen: None, request })
}
