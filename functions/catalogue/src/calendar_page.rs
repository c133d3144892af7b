//! `GET /calendar`: the days the city does not work, for everybody; the forms that change them, for
//! those who keep the window.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use domain::calendar::{Change, Closure, DayKind, Extent, OfficialYear};
use domain::taipei;
use domain::text::Text;
use jiff::civil::Date;
use platform::calendars;
use platform::fault::Fault;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

use crate::App;
use crate::calendar::{self, Followed};

/// What the form announces for: no agency is named, so it is the whole city.
const CITY: &str = "臺北市";

struct Day {
    date: String,
    what: String,
    works: bool,
}

struct Listed {
    day: String,
    /// As the form that takes it back names it.
    value: Date,
    extent: String,
    area: String,
    source: String,
}

struct Changed {
    at: String,
    cause: String,
    progress: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage {
    frame: Frame,
    version: String,
    until: Date,
    days: Vec<Day>,
    closures: Vec<Listed>,
    changes: Vec<Changed>,
    keeper: bool,
    problem: Option<String>,
    /// What was typed, so that a refused form loses nothing.
    typed: BTreeMap<String, String>,
    extents: Vec<(String, String)>,
}

impl CalendarPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// `GET /calendar`.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    page(app, incoming, visitor, None, BTreeMap::new()).await
}

/// `POST /calendar`: one of three forms, told apart by `action`.
pub async fn act(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let typed = visitor.own_form(incoming)?;
    calendar::keeper(visitor)?;
    match carry_out(app, visitor, &typed).await {
        Ok(_) => Ok(respond::redirect("/calendar")),
        Err(trouble @ (Trouble::Rejected(_) | Trouble::Malformed(_))) => {
            page(app, incoming, visitor, Some(trouble), typed).await
        }
        Err(trouble) => Err(trouble),
    }
}

async fn carry_out(
    app: &App,
    visitor: &Visitor,
    typed: &BTreeMap<String, String>,
) -> Result<Option<Change>, Trouble> {
    let text = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    match typed.get("action").map(String::as_str) {
        Some("import") => {
            let file = typed.get("file").map(String::as_str).unwrap_or_default();
            calendar::import(app, visitor, OfficialYear::read(file.as_bytes())).await
        }
        Some("announce") => {
            let closure = Closure {
                day: parsed(typed, "day")?,
                extent: parsed(typed, "extent")?,
                area: CITY.to_owned(),
                agencies: BTreeSet::new(),
                source: text("source"),
                announced_at: app.ambient.now(),
            };
            calendar::change(app, visitor, |register| register.announce(closure.clone())).await
        }
        Some("revoke") => {
            let (day, area) = (parsed(typed, "day")?, text("area"));
            calendar::change(app, visitor, |register| register.revoke(day, &area)).await
        }
        _ => Err(Malformed::Field { name: "action" }.into()),
    }
}

fn parsed<T: std::str::FromStr>(
    typed: &BTreeMap<String, String>,
    name: &'static str,
) -> Result<T, Malformed> {
    typed.get(name).and_then(|value| value.parse().ok()).ok_or(Malformed::Field { name })
}

async fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    trouble: Option<Trouble>,
    typed: BTreeMap<String, String>,
) -> Answer {
    let register = calendars::register(app.store.as_ref()).await?;
    let calendars = register.calendars().map_err(Fault::corrupt)?;
    let city = calendars.city();
    let frame = Frame::new(incoming, visitor, &Text::new("辦公日曆", "Office calendar"));
    let today = taipei::day_of(app.ambient.now());
    let first = Date::new(today.year(), 1, 1).unwrap_or(today);
    let days = city.exceptions().range(first..).map(|(day, kind)| Day {
        date: frame.day(day),
        what: match kind {
            DayKind::Holiday(name) | DayKind::Closed(name) => name.clone(),
            DayKind::MakeUp => frame.t("補行上班", "make-up working day").to_owned(),
            DayKind::Working | DayKind::Weekend => String::new(),
        },
        works: kind.is_working(),
    });
    let closures = register.closures.iter().rev().map(|closure| Listed {
        day: frame.day(&closure.day),
        value: closure.day,
        extent: frame.pick(&closure.extent.text()).to_owned(),
        area: closure.area.clone(),
        source: closure.source.clone(),
    });
    let extent = |extent: &Extent| (extent.code().to_owned(), frame.pick(&extent.text()).to_owned());
    let status = trouble.as_ref().map_or(200, |trouble| trouble.status().as_u16());
    let page = CalendarPage {
        version: city.version().to_owned(),
        until: city.last_day(),
        days: days.collect(),
        closures: closures.collect(),
        changes: calendar::followed(app).await?.iter().map(|change| Changed::of(change, &frame)).collect(),
        keeper: calendar::keeper(visitor).is_ok(),
        problem: trouble.map(|trouble| frame.pick(&trouble.text()).to_owned()),
        typed,
        extents: Extent::ALL.iter().map(extent).collect(),
        frame,
    };
    respond::page_with(status, &page)
}

impl Changed {
    fn of(followed: &Followed, frame: &Frame) -> Self {
        let (walked, all) = followed.walked();
        let moved = followed.moved();
        let (progress, tone) = if followed.is_walked() {
            let moved = Text::new(
                format!("已重新計算，{moved} 件日期變動"),
                format!("recalculated, {moved} cases moved"),
            );
            (moved, "tag-good")
        } else {
            let under_way = Text::new(
                format!("重新計算中 {walked}/{all}，已變動 {moved} 件"),
                format!("recalculating {walked}/{all}, {moved} cases moved so far"),
            );
            (under_way, "tag-warn")
        };
        Self {
            at: frame.instant(&followed.changed.at),
            cause: frame.pick(&followed.changed.change.cause).to_owned(),
            progress: frame.pick(&progress).to_owned(),
            tone,
        }
    }
}
