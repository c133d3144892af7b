//! `GET /work/attendance`: the monthly table of the looks into the inboxes (規範 十(二)), as a page and as JSON.

use askama::Template;
use domain::access::{self, Officer};
use domain::attendance::{Duty, Standing, Tally};
use domain::taipei;
use domain::text::{Lang, Text};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use platform::codec::attendance::Visit;
use platform::codec::duty_notice::DutyNotice;
use serde::Serialize;
use serde_json::{Value, json};
use web::explained;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

use crate::attendance::{self, Scope, Sheet, Table};
use crate::{App, labels};

/// What is shown of half a day.
struct Cell {
    label: String,
    class: &'static str,
    text: String,
    /// Who looked and when, or who was told that nobody did.
    detail: Vec<String>,
}

struct Day {
    day: String,
    halves: Vec<Cell>,
}

struct Line {
    code: String,
    name: String,
    tally: Tally,
}

#[derive(Template)]
#[template(path = "attendance.html")]
struct AttendancePage {
    frame: Frame,
    month: String,
    /// The months before and after, as their addresses name them.
    before: String,
    after: Option<String>,
    /// The agency shown day by day; empty for the city.
    agency: String,
    tally: Tally,
    days: Vec<Day>,
    lines: Vec<Line>,
    /// Whether there is the city to go back to.
    city: bool,
}

pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let now = app.ambient.now();
    let Table { first, scope, sheets } = attendance::table(app, incoming, officer, now).await?;
    let lang = visitor.lang;
    let one = sheets.first().filter(|_| scope != Scope::City);
    let mut frame = Frame::new(incoming, visitor, &Text::new("收件匣登錄紀錄", "Inboxes opened"));
    let code = match &scope {
        Scope::City => String::new(),
        Scope::Agency(agency) => agency.to_string(),
    };
    frame.path = address(first, &code);
    let this_month = taipei::day_of(now).first_of_month();
    let page = AttendancePage {
        month: month(first, lang),
        before: address(month_from(first, -1), &code),
        after: (first < this_month).then(|| address(month_from(first, 1), &code)),
        agency: one.map(|sheet| sheet.name.pick(lang).to_owned()).unwrap_or_default(),
        tally: one.map(Sheet::tally).unwrap_or_default(),
        days: one.map(|sheet| days(sheet, lang)).unwrap_or_default(),
        lines: if scope == Scope::City {
            sheets.iter().map(|sheet| line(sheet, lang)).collect()
        } else {
            Vec::new()
        },
        city: access::supervises(officer),
        frame,
    };
    respond::page(&page)
}

fn address(first: Date, agency: &str) -> String {
    let month = first.strftime("%Y-%m").to_string();
    let agency = (!agency.is_empty()).then_some(("agency", agency));
    format!("/work/attendance?{}", web::form::encode([("month", month.as_str())].into_iter().chain(agency)))
}

fn month_from(first: Date, months: i64) -> Date {
    first.saturating_add(Span::new().months(months))
}

fn month(first: Date, lang: Lang) -> String {
    match lang {
        Lang::ZhHant => format!("民國{}年{}月", i32::from(first.year()) - 1911, first.month()),
        Lang::En => first.strftime("%B %Y").to_string(),
    }
}

fn line(sheet: &Sheet, lang: Lang) -> Line {
    Line { code: sheet.agency.to_string(), name: sheet.name.pick(lang).to_owned(), tally: sheet.tally() }
}

fn days(sheet: &Sheet, lang: Lang) -> Vec<Day> {
    let cell = |(duty, standing): &(Duty, Standing)| {
        let (text, class) = labels::standing(*standing);
        let told = sheet.month.notices.iter().filter(|notice| notice.id.duty == *duty);
        let looked = sheet.month.visit(*duty).map(looked).into_iter();
        Cell {
            label: duty.half.text().pick(lang).to_owned(),
            class,
            text: text.pick(lang).to_owned(),
            detail: looked.chain(told.map(|notice| self::told(notice, lang))).collect(),
        }
    };
    let day = |(day, halves): (Date, Vec<(Duty, Standing)>)| Day {
        day: taipei::shown(day, lang),
        halves: halves.iter().map(cell).collect(),
    };
    sheet.days().into_iter().map(day).collect()
}

/// `08:52 黃淑芬`.
fn looked(visit: &Visit) -> String {
    format!("{} {}", clock_time(visit), visit.name)
}

fn clock_time(visit: &Visit) -> String {
    taipei::OFFSET.to_datetime(visit.at).strftime("%H:%M").to_string()
}

fn told(notice: &DutyNotice, lang: Lang) -> String {
    let (stage, _) = labels::stage(notice.delivery.stage);
    format!("{}{}：{}", lang.pick("通知", "told "), notice.name.reveal(), stage.pick(lang))
}

#[derive(Serialize)]
struct Listed<'a> {
    agency: &'a str,
    name: Value,
    owed: u32,
    attended: u32,
    late: u32,
    missed: u32,
    /// Of one agency only.
    #[serde(skip_serializing_if = "Option::is_none")]
    halves: Option<Vec<ListedHalf<'a>>>,
}

#[derive(Serialize)]
struct ListedHalf<'a> {
    day: Date,
    half: &'static str,
    standing: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
}

/// `GET /api/work/attendance`: the same as JSON.
pub async fn list(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let Table { first, scope, sheets } = attendance::table(app, incoming, officer, app.ambient.now()).await?;
    let agencies: Vec<Listed<'_>> = sheets.iter().map(|sheet| listed(sheet, &scope)).collect();
    let month = first.strftime("%Y-%m").to_string();
    respond::json(200, &json!({ "month": month, "agencies": agencies }))
}

fn listed<'a>(sheet: &'a Sheet, scope: &Scope) -> Listed<'a> {
    let Tally { owed, attended, late, missed } = sheet.tally();
    let half = |(duty, standing): &(Duty, Standing)| {
        let visit = sheet.month.visit(*duty);
        ListedHalf {
            day: duty.day,
            half: duty.half.code(),
            standing: standing.code(),
            at: visit.map(|visit| visit.at),
            by: visit.map(|visit| visit.name.as_str()),
        }
    };
    Listed {
        agency: sheet.agency.as_str(),
        name: explained::text(&sheet.name),
        owed,
        attended,
        late,
        missed,
        halves: (*scope != Scope::City).then(|| sheet.halves.iter().map(half).collect()),
    }
}

/// What a dispatcher sees of today above the inbox.
pub struct Note {
    pub halves: Vec<NoteHalf>,
    /// Where this visit counts for nothing.
    pub uncounted: bool,
}

pub struct NoteHalf {
    pub label: String,
    pub state: String,
    pub class: &'static str,
}

/// The note above the inbox.
pub fn note(today: &attendance::Today, lang: Lang) -> Note {
    let half = |half: domain::attendance::Half| {
        let duty = Duty { day: today.day, half };
        let visit = today.visits.iter().find(|visit| visit.duty == duty);
        NoteHalf {
            label: half.text().pick(lang).to_owned(),
            state: visit.map_or_else(|| lang.pick("尚未登錄", "not yet").to_owned(), looked),
            class: if visit.is_some() { "tag-good" } else { "tag-warn" },
        }
    };
    Note {
        halves: domain::attendance::Half::ALL.iter().copied().map(half).collect(),
        uncounted: !today.counts,
    }
}
