//! `GET /work/notices`: what people were to be told and the mail or the letter did not bring them, of the agency's
//! cases and of its counters, oldest first: somebody has to reach them otherwise (規範 七 I(三), 行政程序法 §67-91).

use std::collections::BTreeMap;

use askama::Template;
use domain::access::{self, Actor, Officer};
use domain::booking::receives_at;
use domain::case::Case;
use domain::command::Action;
use domain::id::{CaseId, PersonId};
use domain::taipei;
use domain::text::{Lang, Text};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use platform::codec::booking_notice::BookingNotice;
use platform::codec::notice::Notice;
use platform::fault::Fault;
use platform::{catalogue, commit, notices};
use serde_json::{Value, json};
use web::explained;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::{App, labels};

/// How many of cases are shown, and how many of bookings; what is seen to leaves the list, and the next ones come up.
const SHOWN: u32 = 100;
/// Most pages of the store that are looked through for those that an officer may see to.
const MAX_PAGES: usize = 10;

/// One that the officer may see to.
enum Line {
    Case { notice: Box<Notice>, case: Box<Case> },
    Booking(Box<BookingNotice>),
}

struct List {
    lines: Vec<Line>,
    /// There may be more.
    more: bool,
    /// Names in office.
    names: BTreeMap<PersonId, String>,
}

/// Three queries, and one read of each case; for whoever may see to few of many, more pages of them.
async fn read(app: &App, officer: &Officer) -> Result<List, Trouble> {
    let store = app.store.as_ref();
    let agency = &officer.agency;
    let full = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let (mut lines, mut after) = (Vec::new(), None);
    for _ in 0..MAX_PAGES {
        let (page, next) = notices::unreached(store, agency, SHOWN, after).await?;
        let theirs = try_join_all(page.into_iter().map(|notice| line(app, officer, notice))).await?;
        lines.extend(theirs.into_iter().flatten());
        after = next;
        if after.is_none() || lines.len() >= full {
            break;
        }
    }
    if receives_at(officer, agency) {
        let booked = notices::unreached_bookers(store, agency, app.ambient.now(), SHOWN).await?;
        lines.extend(booked.into_iter().map(|notice| Line::Booking(Box::new(notice))));
    }
    let staff = catalogue::staff_of(store, agency).await?;
    let names = staff.into_iter().map(|staff| (staff.person, staff.name)).collect();
    Ok(List { lines, more: after.is_some(), names })
}

/// `None` for what is not theirs to see.
async fn line(app: &App, officer: &Officer, notice: Notice) -> Result<Option<Line>, Fault> {
    let loaded = commit::load(app.store.as_ref(), notice.id.event.case).await?;
    let case = loaded.map(|loaded| Box::new(loaded.case));
    let actor = Actor::Officer(officer.clone());
    let case = case.filter(|case| access::allowed(&actor, case, Action::Read));
    Ok(case.map(|case| Line::Case { notice: Box::new(notice), case }))
}

struct Row {
    /// The case, and the address of its page.
    case: Option<CaseId>,
    /// Of a booking: who, where and when.
    booking: String,
    item: String,
    what: String,
    since: String,
    standing: String,
    handler: String,
}

#[derive(Template)]
#[template(path = "unreached.html")]
struct UnreachedPage {
    frame: Frame,
    rows: Vec<Row>,
    more: bool,
}

pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let list = read(app, officer).await?;
    let lang = visitor.lang;
    let frame = Frame::new(incoming, visitor, &Text::new("未送達之通知", "Notices that did not arrive"));
    let rows = list.lines.iter().map(|line| row(line, &list.names, lang)).collect();
    respond::page(&UnreachedPage { frame, rows, more: list.more })
}

fn row(line: &Line, names: &BTreeMap<PersonId, String>, lang: Lang) -> Row {
    let since = |at: Timestamp| taipei::shown_instant(at, lang);
    match line {
        Line::Case { notice, case } => {
            let handler = case.assignment.and_then(|assignment| names.get(&assignment.handler));
            Row {
                case: Some(case.id),
                booking: String::new(),
                item: case.item.name.pick(lang).to_owned(),
                what: labels::notice(notice.kind).pick(lang).to_owned(),
                since: since(notice.owed_since),
                standing: labels::standing_of(notice).0.pick(lang).to_owned(),
                handler: handler.cloned().unwrap_or_default(),
            }
        }
        Line::Booking(notice) => {
            let slot = notice.appointment.slot;
            let when = format!("{} {}", taipei::shown(slot.day, lang), slot.start.strftime("%H:%M"));
            Row {
                case: None,
                booking: format!(
                    "{} {} {when} {}",
                    notice.name.reveal(),
                    notice.address.reveal(),
                    notice.appointment.name.pick(lang)
                ),
                item: notice.item.pick(lang).to_owned(),
                what: lang.pick("櫃檯預約之通知", "a notice of a booking").to_owned(),
                since: since(notice.owed_since),
                standing: labels::stage(notice.delivery.stage).0.pick(lang).to_owned(),
                handler: String::new(),
            }
        }
    }
}

/// `GET /api/work/notices`: the same as JSON.
pub async fn list(app: &App, officer: &Officer) -> Answer {
    let list = read(app, officer).await?;
    let notices: Vec<Value> = list.lines.iter().map(shown).collect();
    respond::json(200, &json!({ "notices": notices, "more": list.more }))
}

fn shown(line: &Line) -> Value {
    match line {
        Line::Case { notice, case } => json!({
            "notice": notice.id.to_string(),
            "case": case.id.to_string(),
            "booking": null,
            "item": explained::text(&case.item.name),
            "kind": notice.kind.code(),
            "stage": notice.delivery.stage.code(),
            "owed_since": notice.owed_since,
            "handler": case.assignment.map(|assignment| assignment.handler.to_string()),
        }),
        Line::Booking(notice) => json!({
            "notice": notice.id.to_string(),
            "case": null,
            "booking": notice.id.booking.to_string(),
            "item": explained::text(&notice.item),
            "kind": notice.kind.code(),
            "stage": notice.delivery.stage.code(),
            "owed_since": notice.owed_since,
            "handler": null,
        }),
    }
}
