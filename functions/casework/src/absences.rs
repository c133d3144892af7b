//! `/work/absences`: who of the agency is away, and who stands in for them (職務代理, 規範 六(三)), as a page and
//! as JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use askama::Template;
use domain::absence::{self, Absence, Wish};
use domain::access::Officer;
use domain::agency::{self, Staff};
use domain::id::{PersonId, RequestId};
use domain::rejection::Rejection;
use domain::taipei;
use domain::text::{Lang, Text};
use jiff::civil::Date;
use platform::codec::AsText;
use platform::commit::Failure;
use platform::{absences, catalogue};
use serde::Deserialize;
use serde_json::{Value, json};
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::typed::{self, field};
use web::visitor::Visitor;

use crate::App;

/// Which absence, as its address names it: the first day and the request, `2026-11-23_req_0199…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named {
    from: Date,
    id: RequestId,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.from, self.id)
    }
}

/// A text that names no absence.
struct NotNamed;

impl FromStr for Named {
    type Err = NotNamed;

    fn from_str(text: &str) -> Result<Self, NotNamed> {
        let (from, id) = text.split_once('_').ok_or(NotNamed)?;
        let named = Self { from: from.parse().map_err(|_| NotNamed)?, id: id.parse().map_err(|_| NotNamed)? };
        // One text for one absence.
        if named.to_string() == text { Ok(named) } else { Err(NotNamed) }
    }
}

const fn named(absence: &Absence) -> Named {
    Named { from: absence.from, id: absence.id }
}

/// Everything of an agency.
struct Book {
    staff: Vec<Staff>,
    /// Latest first.
    absences: Vec<Absence>,
    today: Date,
}

/// Two reads.
async fn read(app: &App, officer: &Officer) -> Result<Book, Trouble> {
    let store = app.store.as_ref();
    let (staff, absences) = tokio::try_join!(
        catalogue::staff_of(store, &officer.agency),
        absences::latest(store, &officer.agency)
    )?;
    Ok(Book { staff, absences, today: taipei::day_of(app.ambient.now()) })
}

impl Book {
    fn name(&self, person: PersonId) -> String {
        agency::name_in_office(&self.staff, person)
    }

    fn standing(&self, absence: &Absence) -> Standing {
        match absence {
            Absence { ended: Some(_), .. } => Standing::Ended,
            _ if absence.is_on(self.today) => Standing::On,
            _ if absence.is_open(self.today) => Standing::Coming,
            _ => Standing::Over,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    On,
    Coming,
    Over,
    Ended,
}

impl Standing {
    const fn code(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Coming => "coming",
            Self::Over => "over",
            Self::Ended => "ended",
        }
    }

    const fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::On => lang.pick("代理中", "stood in for"),
            Self::Coming => lang.pick("尚未開始", "to come"),
            Self::Over => lang.pick("已結束", "over"),
            Self::Ended => lang.pick("已提前終止", "ended early"),
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::On => "tag-good",
            Self::Coming => "",
            Self::Over | Self::Ended => "tag-plain",
        }
    }
}

struct Row {
    named: Named,
    person: String,
    deputy: String,
    days: String,
    standing: &'static str,
    class: &'static str,
    /// Who recorded it, and who ended it.
    detail: Vec<String>,
    may_end: bool,
}

struct Choice {
    person: PersonId,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "absences.html")]
struct AbsencesPage {
    frame: Frame,
    rows: Vec<Row>,
    people: Vec<Choice>,
    deputies: Vec<Choice>,
    from: String,
    until: String,
    today: Date,
    request: RequestId,
    problem: String,
    /// What was just done.
    news: String,
}

/// What was typed, and how it went.
#[derive(Default)]
struct Attempt {
    typed: BTreeMap<String, String>,
    problem: Option<Rejection>,
}

pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    draw(app, incoming, visitor, officer, &Attempt::default()).await
}

async fn draw(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    officer: &Officer,
    attempt: &Attempt,
) -> Answer {
    let book = read(app, officer).await?;
    let lang = visitor.lang;
    let mut frame = Frame::new(incoming, visitor, &Text::new("請假與職務代理", "Absence and deputies"));
    "/work/absences".clone_into(&mut frame.path);
    let typed = |name: &str| attempt.typed.get(name).cloned().unwrap_or_default();
    let own = officer.person.to_string();
    let person = Some(typed("person")).filter(|person| !person.is_empty()).unwrap_or(own);
    let usual = book.staff.iter().find(|staff| staff.person == officer.person).and_then(|own| own.deputy);
    let usual = usual.map(|deputy| deputy.to_string()).unwrap_or_default();
    let deputy = Some(typed("deputy")).filter(|deputy| !deputy.is_empty()).unwrap_or(usual);
    let choice = |staff: &Staff, chosen: &str| Choice {
        person: staff.person,
        name: staff.name.clone(),
        chosen: staff.person.to_string() == chosen,
    };
    let recordable = book.staff.iter().filter(|staff| absence::may_record(officer, staff.person));
    let day = |name: &str| Some(typed(name)).filter(|day| !day.is_empty()).unwrap_or(book.today.to_string());
    let news = match incoming.query("done") {
        Some("recorded") => lang.pick("已登記。", "Recorded."),
        Some("ended") => lang.pick("已終止。", "Ended."),
        _ => "",
    };
    let page = AbsencesPage {
        frame,
        rows: book.absences.iter().map(|absence| row(&book, officer, absence, lang)).collect(),
        people: recordable.map(|staff| choice(staff, &person)).collect(),
        deputies: book.staff.iter().map(|staff| choice(staff, &deputy)).collect(),
        from: day("from"),
        until: day("until"),
        today: book.today,
        request: new_request(app.ambient.as_ref()),
        problem: attempt.problem.as_ref().map(|it| it.text().pick(lang).to_owned()).unwrap_or_default(),
        news: news.to_owned(),
    };
    let status = attempt.problem.clone().map_or(200, |it| Trouble::Rejected(it).status().as_u16());
    respond::page_with(status, &page)
}

fn row(book: &Book, officer: &Officer, absence: &Absence, lang: Lang) -> Row {
    let standing = book.standing(absence);
    let by =
        |verb: &str, person, at| format!("{verb}{} {}", book.name(person), taipei::shown_instant(at, lang));
    let recorded = by(lang.pick("登記：", "recorded by "), absence.by, absence.at);
    let ended = absence.ended.map(|ended| by(lang.pick("終止：", "ended by "), ended.by, ended.at));
    let open = absence.is_open(book.today);
    Row {
        named: named(absence),
        person: book.name(absence.person),
        deputy: book.name(absence.deputy),
        days: format!("{}–{}", taipei::shown(absence.from, lang), taipei::shown(absence.until, lang)),
        standing: standing.text(lang),
        class: standing.class(),
        detail: [Some(recorded), ended].into_iter().flatten().collect(),
        may_end: open && absence::may_record(officer, absence.person),
    }
}

/// `POST /work/absences`.
pub async fn record(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let typed = visitor.own_form(incoming)?;
    typed::only(&typed, |name| ["request", "person", "deputy", "from", "until"].contains(&name))?;
    let request: RequestId = field(&typed, "request")?;
    let wish = Wish {
        person: field(&typed, "person")?,
        deputy: field(&typed, "deputy")?,
        from: field(&typed, "from")?,
        until: field(&typed, "until")?,
    };
    let recorded = absences::record(app.store.as_ref(), officer, request, &wish, app.ambient.now()).await;
    let Some(rejection) = refusal(recorded)? else {
        return Ok(respond::redirect("/work/absences?done=recorded"));
    };
    draw(app, incoming, visitor, officer, &Attempt { typed, problem: Some(rejection) }).await
}

/// Why it was not done, for the page to say.
fn refusal(done: Result<Absence, Failure>) -> Result<Option<Rejection>, Trouble> {
    match done {
        Ok(_) => Ok(None),
        Err(Failure::Rejected(rejection)) => Ok(Some(rejection)),
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /work/absences/{absence}/end`.
pub async fn end(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let Named { from, id } = incoming.param("absence")?;
    let typed = visitor.own_form(incoming)?;
    typed::only(&typed, |_| false)?;
    let ended = absences::end(app.store.as_ref(), officer, (from, id), app.ambient.now()).await;
    let Some(rejection) = refusal(ended)? else {
        return Ok(respond::redirect("/work/absences?done=ended"));
    };
    draw(app, incoming, visitor, officer, &Attempt { typed, problem: Some(rejection) }).await
}

/// An absence as a program asks for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    person: AsText<PersonId>,
    deputy: AsText<PersonId>,
    from: Date,
    until: Date,
}

/// `GET /api/work/absences`.
pub async fn list(app: &App, officer: &Officer) -> Answer {
    let book = read(app, officer).await?;
    let absences: Vec<Value> = book.absences.iter().map(|absence| shown(absence, &book)).collect();
    respond::json(200, &json!({ "absences": absences }))
}

fn shown(absence: &Absence, book: &Book) -> Value {
    json!({
        "absence": named(absence).to_string(),
        "person": absence.person.to_string(),
        "name": book.name(absence.person),
        "deputy": absence.deputy.to_string(),
        "deputy_name": book.name(absence.deputy),
        "from": absence.from,
        "until": absence.until,
        "standing": book.standing(absence).code(),
        "recorded_by": absence.by.to_string(),
        "recorded_at": absence.at,
        "ended_by": absence.ended.map(|ended| ended.by.to_string()),
        "ended_at": absence.ended.map(|ended| ended.at),
    })
}

/// `POST /api/work/absences`.
pub async fn record_for_program(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let request = incoming.idempotency_key()?;
    let Wanted { person, deputy, from, until } = incoming.json()?;
    let wish = Wish { person: person.0, deputy: deputy.0, from, until };
    let absence = absences::record(app.store.as_ref(), officer, request, &wish, app.ambient.now()).await?;
    respond::json(200, &json!({ "absence": named(&absence).to_string() }))
}

/// `POST /api/work/absences/{absence}/end`.
pub async fn end_for_program(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let Named { from, id } = incoming.param("absence")?;
    let absence = absences::end(app.store.as_ref(), officer, (from, id), app.ambient.now()).await?;
    respond::json(
        200,
        &json!({ "absence": named(&absence).to_string(), "ended_at": absence.ended.map(|it| it.at) }),
    )
}
