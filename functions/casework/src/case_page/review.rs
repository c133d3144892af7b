//! Joint review on the case page: the form that asks, and how far those are that were asked.
//!
//! A field `question-taichung` asks that agency what stands in it; without a word it is not asked. Where they
//! are asked one after the other, `place-taichung` says when it is its turn.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::calendar::Calendar;
use domain::clock::history::Review;
use domain::clock::holder;
use domain::id::AgencyCode;
use domain::joint_review::Order as Sequence;
use domain::rejection::Rejection;
use domain::taipei;
use domain::text::Lang;
use jiff::Timestamp;
use web::explained;
use web::trouble::Malformed;
use web::typed::field;

use super::Attempt;
use crate::command::Order;
use crate::dossier::Dossier;
use crate::due::{self, Light};
use crate::reviews::{self, Said};

const QUESTION: &str = "question-";
const PLACE: &str = "place-";

/// Whether the form has a field of this name.
pub fn is_field(name: &str) -> bool {
    name == "order" || agency(name).is_some() || name.strip_prefix(PLACE).is_some_and(is_agency)
}

fn is_agency(code: &str) -> bool {
    code.parse::<AgencyCode>().is_ok()
}

fn agency(name: &str) -> Option<AgencyCode> {
    name.strip_prefix(QUESTION)?.parse().ok()
}

/// Whom the form asks what, in the order of their places; those without one last.
pub fn request(typed: &BTreeMap<String, String>) -> Result<Order, Malformed> {
    let filled = typed.iter().filter(|(_, question)| !question.trim().is_empty());
    let mut asked: Vec<(AgencyCode, String)> =
        filled.filter_map(|(name, question)| Some((agency(name)?, question.clone()))).collect();
    asked.sort_by_key(|(agency, _)| {
        let place = typed.get(&format!("{PLACE}{agency}"));
        place.and_then(|place| place.parse().ok()).unwrap_or(u32::MAX)
    });
    let order = if typed.contains_key("order") { field(typed, "order")? } else { Sequence::default() };
    Ok(Order::RequestReview { asked, order })
}

/// The field to repair.
pub fn to_repair(rejection: &Rejection, attempt: &Attempt) -> Option<Cow<'static, str>> {
    let first = || attempt.typed.keys().find(|name| agency(name).is_some()).cloned().map(Cow::Owned);
    match rejection {
        Rejection::Reviewers { .. } | Rejection::NoSuchReviewer => first(),
        Rejection::Reason { .. } => {
            let longest = attempt.typed.iter().filter(|(name, _)| agency(name).is_some());
            longest.max_by_key(|(_, text)| text.chars().count()).map(|(name, _)| Cow::Owned(name.clone()))
        }
        _ => None,
    }
}

/// One agency that can be asked.
pub struct Question {
    pub name: String,
    pub label: String,
    /// Its own limit.
    pub limit: String,
    pub value: String,
    /// The field with its place, and what stands there; empty where only one can be asked.
    pub place: Option<(String, String)>,
}

/// The form that asks.
pub struct ReviewForm {
    pub questions: Vec<Question>,
    /// Code, name and whether it is chosen; empty where only one can be asked.
    pub orders: Vec<(&'static str, String, bool)>,
}

impl ReviewForm {
    pub fn of(dossier: &Dossier, attempt: Option<&Attempt>, lang: Lang) -> Self {
        let typed = |name: &str| attempt.and_then(|attempt| attempt.typed.get(name).cloned());
        let limits = &dossier.case().item.terms.reviews;
        let several = dossier.reviewers.len() > 1;
        let question = |(place, reviewer): (u32, &domain::joint_review::ReviewingAgency)| {
            let field = format!("{PLACE}{}", reviewer.agency);
            let typed_place = typed(&field).unwrap_or_else(|| place.to_string());
            let name = format!("{QUESTION}{}", reviewer.agency);
            let limit = limits.get(&reviewer.agency).map(|limit| explained::limit(*limit));
            Question {
                value: typed(&name).unwrap_or_default(),
                place: several.then_some((field, typed_place)),
                label: reviewer.name.pick(lang).to_owned(),
                limit: limit.map(|limit| limit.pick(lang).to_owned()).unwrap_or_default(),
                name,
            }
        };
        let questions: Vec<Question> = (1..).zip(&dossier.reviewers).map(question).collect();
        let chosen = typed("order").and_then(|order| order.parse().ok()).unwrap_or(Sequence::default());
        let order = |one: &Sequence| (one.code(), one.text().pick(lang).to_owned(), *one == chosen);
        let orders = if questions.len() > 1 { Sequence::ALL } else { &[] };
        Self { orders: orders.iter().map(order).collect(), questions }
    }
}

/// A review as the page shows it.
pub struct Row {
    pub name: String,
    pub standing: String,
    pub class: &'static str,
    /// When it was sent, until when it is due, when it ended.
    pub dates: Vec<String>,
    pub light: Option<Light>,
    /// By how many days it is late, or was.
    pub late: Option<String>,
    pub question: String,
    pub answer: String,
}

/// The reviews of the case and whose the days were (以釐清行政責任).
pub struct ReviewCard {
    pub rows: Vec<Row>,
    pub held: Vec<String>,
}

impl ReviewCard {
    /// `None` for a case that nobody else was asked about.
    pub fn of(dossier: &Dossier, now: Timestamp, calendar: &Calendar, lang: Lang) -> Option<Self> {
        let case = dossier.case();
        if case.history.reviews.is_empty() {
            return None;
        }
        let sent = case.history.reviews.iter().map(|review| row(dossier, review, now, calendar, lang));
        let to_come = case.reviewers_to_come.iter().map(|reviewer| Row {
            name: reviewer.name.pick(lang).to_owned(),
            standing: lang.pick("待前一機關回復後送請", "asked once the one before has answered").to_owned(),
            class: "",
            dates: Vec::new(),
            light: None,
            late: None,
            question: String::new(),
            answer: String::new(),
        });
        let until = case.history.finished.unwrap_or(now);
        let held = holder::held(&case.item.terms, &case.history, taipei::day_of(until), calendar);
        let run = |run: holder::Held| {
            let (from, to) = (taipei::shown(run.from, lang), taipei::shown(run.to, lang));
            let (days, who) = (run.days(), run.holder.text());
            match lang {
                Lang::ZhHant => format!("{from} 至 {to}（{days} 日）：{}", who.zh),
                Lang::En => format!("{from} to {to} ({days} days): {}", who.en),
            }
        };
        let held = held.unwrap_or_default().into_iter().map(run).collect();
        Some(Self { rows: sent.chain(to_come).collect(), held })
    }
}

fn row(dossier: &Dossier, review: &Review, now: Timestamp, calendar: &Calendar, lang: Lang) -> Row {
    let case = dossier.case();
    let due = holder::due_of(&case.item.terms, &case.history, review, calendar).ok().flatten();
    let Said { question, answer } = reviews::said(&dossier.record, review);
    let (standing, class) = reviews::standing(review, lang);
    let date = |zh, en, day| format!("{} {}", lang.pick(zh, en), taipei::shown(day, lang));
    let sent = date("送請", "sent", taipei::day_of(review.sent));
    let until = due.map(|due| date("會審期限", "due", due.day));
    let ended = review.ended.map(|ended| date("終結", "ended", taipei::day_of(ended.at)));
    let late = due.map(|due| holder::days_late(due, review, taipei::day_of(now))).filter(|days| *days > 0);
    Row {
        name: review.reviewer.name.pick(lang).to_owned(),
        standing,
        class,
        dates: [Some(sent), until, ended].into_iter().flatten().collect(),
        light: due
            .filter(|_| review.ended.is_none())
            .and_then(|due| due::light(due.day, now, calendar, lang)),
        late: late.map(|days| match lang {
            Lang::ZhHant => format!("逾 {days} 日，計入該機關"),
            Lang::En => format!("{days} days late, counted as theirs"),
        }),
        question,
        answer: answer.map(|answer| answer.text).unwrap_or_default(),
    }
}
