//! Joint review for programs: asking, answering, going on without; and what an agency is asked.

use domain::access::{Actor, Officer};
use domain::case::Case;
use domain::clock::history::Review;
use domain::clock::{Due, holder};
use domain::command::Command;
use domain::decide;
use domain::id::{AgencyCode, CaseId, Version};
use domain::joint_review::{Opinion, Order as Sequence};
use domain::taipei;
use jiff::civil::Date;
use platform::codec::AsText;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use web::explained;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Trouble;

use super::{Body, bodies, body};
use crate::App;
use crate::command::{Given, Order};
use crate::dossier::Dossier;
use crate::queue::Place;
use crate::reviews::{self, Forwarded, Said, Standing};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    agency: AsText<AgencyCode>,
    question: String,
}

bodies! {
    RequestReview { reviews: Vec<Question>, #[serde(default = "parallel")] order: AsText<Sequence> }
    DropReview { agency: AsText<AgencyCode>, reason: String }
}

const fn parallel() -> AsText<Sequence> {
    AsText(Sequence::Parallel)
}

/// Of the part that the agency sees: `asked` is the number of the event that asked it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerReview {
    asked: u32,
    opinion: AsText<Opinion>,
    #[serde(default)]
    text: String,
}

impl Body for AnswerReview {
    fn version(&self) -> Option<Version> {
        None
    }
}

pub(super) fn request(incoming: &Incoming) -> Result<Given, Trouble> {
    body(incoming, |it: &RequestReview| Order::RequestReview {
        asked: it.reviews.iter().map(|one| (one.agency.0.clone(), one.question.clone())).collect(),
        order: it.order.0,
    })
}

pub(super) fn answer(incoming: &Incoming) -> Result<Given, Trouble> {
    body(incoming, |it: &AnswerReview| {
        let (asked, opinion, text) = (Version(it.asked), it.opinion.0, it.text.clone());
        Order::Plain(Command::AnswerReview { asked, opinion, text })
    })
}

pub(super) fn drop(incoming: &Incoming) -> Result<Given, Trouble> {
    body(incoming, |it: &DropReview| {
        Order::Plain(Command::DropReview { agency: it.agency.0.clone(), reason: it.reason.clone() })
    })
}

/// The reviews of a case, for the agency in charge.
pub(super) fn of(dossier: &Dossier) -> Value {
    let (case, today) = (dossier.case(), dossier.today);
    let one = |review: &Review| {
        let mut shown = review_json(review, due(case, review), today);
        shown.extend(said(&reviews::said(&dossier.record, review)));
        Value::Object(shown)
    };
    let to_come = case.reviewers_to_come.iter().map(|next| {
        json!({
            "agency": next.agency.as_str(),
            "name": explained::text(&next.name),
            "standing": Standing::ToCome.code(),
        })
    });
    case.history.reviews.iter().map(one).chain(to_come).collect()
}

/// The limit of a review: as it was when it ended, else as the case has it.
fn due(case: &Case, review: &Review) -> Option<Due> {
    match review.ended {
        Some(ended) => ended.due,
        None => case.dates.reviews.get(&review.reviewer.agency).copied(),
    }
}

fn review_json(review: &Review, due: Option<Due>, today: Date) -> Map<String, Value> {
    let shown = json!({
        "agency": review.reviewer.agency.as_str(),
        "name": explained::text(&review.reviewer.name),
        "standing": Standing::of(review).code(),
        "asked": review.asked.0,
        "sent": review.sent,
        "limit": explained::text(&explained::limit(review.limit)),
        "due": due.map(|due| due.day),
        "days_late": due.map(|due| holder::days_late(due, review, today)),
        "ended": review.ended.map(|ended| ended.at),
    });
    match shown {
        Value::Object(shown) => shown,
        _ => Map::new(),
    }
}

fn said(said: &Said) -> Map<String, Value> {
    let answer = said
        .answer
        .as_ref()
        .map(|answer| json!({ "opinion": answer.opinion.code(), "text": answer.text, "at": answer.at }));
    Map::from_iter([("question".to_owned(), json!(said.question)), ("answer".to_owned(), json!(answer))])
}

/// `GET /api/work/reviews`: what the officer's agency is asked to review.
pub async fn list(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let after: Option<Place> = incoming.query_as("after")?;
    let (items, next) = reviews::list(app, officer, after).await?;
    let one = |item: &platform::codec::review::ReviewItem| {
        json!({
            "case": item.case,
            "agency": item.agency,
            "item": item.item,
            "item_name": explained::text(&item.name()),
            "sent": item.sent,
            "due": item.due,
        })
    };
    let items: Vec<Value> = items.iter().map(one).collect();
    respond::json(200, &json!({ "items": items, "next": next.map(|place| place.to_string()) }))
}

/// `GET /api/work/reviews/{case}`: the part of the case that is forwarded.
pub async fn show(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let forwarded = reviews::open(app, officer, id).await?;
    respond::json(200, &Value::Object(part(&forwarded, officer, taipei::day_of(app.ambient.now()))))
}

fn part(forwarded: &Forwarded, officer: &Officer, today: Date) -> Map<String, Value> {
    let case = forwarded.case();
    let actions = decide::open_to(case, &Actor::Officer(officer.clone()));
    let mut shown = review_json(&forwarded.review, due(case, &forwarded.review), today);
    shown.extend(said(&forwarded.said));
    shown.insert("case".to_owned(), json!(case.id.to_string()));
    let item = json!({ "code": case.item.code.as_str(), "version": case.item.version, "name": explained::text(&case.item.name) });
    shown.insert("item".to_owned(), item);
    let in_charge = json!({ "code": case.agency.as_str(), "name": explained::text(&forwarded.in_charge) });
    shown.insert("in_charge".to_owned(), in_charge);
    shown.insert("applicant".to_owned(), json!({ "name": case.applicant.name.reveal() }));
    shown.insert("answers".to_owned(), super::answers(&forwarded.record));
    let documents = forwarded.record.documents();
    let documents: Vec<Value> = documents.iter().map(|it| super::document(case.id, it)).collect();
    shown.insert("documents".to_owned(), json!(documents));
    let looked_up = super::register::of(&forwarded.record, forwarded.item.as_deref(), officer, today);
    shown.insert("looked_up".to_owned(), looked_up);
    let allowed: Vec<&str> = actions.into_iter().map(domain::command::Action::code).collect();
    shown.insert("allowed".to_owned(), json!(allowed));
    shown
}
