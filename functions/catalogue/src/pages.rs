//! The pages everybody sees: start, list, and one page per service.

use askama::Template;
use domain::item::DocumentForm;
use domain::taipei;
use domain::text::Text;
use jiff::civil::Date;
use web::explained;
use web::form;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::found::{self, MAX_QUERY, Service};
use crate::{App, calculator, fees};

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    frame: Frame,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "services.html")]
struct ServicesPage {
    frame: Frame,
    query: String,
    cards: Vec<Card>,
}

/// A service in a list.
struct Card {
    code: String,
    name: String,
    summary: String,
    agency: String,
    online_type: String,
    limit: String,
}

#[derive(Template)]
#[template(path = "service.html")]
struct ServicePage {
    today: Date,
    frame: Frame,
    service: Service,
    fee: fees::Shown,
    limit: Text,
    counting: Text,
    /// What the clock waits for beside the application.
    waits: Option<Text>,
    /// The agencies that may be asked to review a part, and how long each has.
    reviewing: Vec<(Text, Text)>,
    /// The due date of an application made now, and why.
    if_now: Option<(Date, Vec<String>)>,
    calendar: String,
}

impl Card {
    fn of(service: &Service, frame: &Frame) -> Self {
        let Service { item, agency } = service;
        Self {
            code: item.code.to_string(),
            name: frame.pick(&item.name).to_owned(),
            summary: frame.pick(&item.summary).to_owned(),
            agency: agency.as_ref().map(|agency| frame.pick(&agency.name).to_owned()).unwrap_or_default(),
            online_type: frame.pick(&item.online_type.text()).to_owned(),
            limit: frame.pick(&explained::limit(item.terms.limit)).to_owned(),
        }
    }
}

/// `GET /`.
pub async fn start(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let frame = Frame::new(incoming, visitor, &Text::new("線上申辦市府服務", "Apply to the city online"));
    let services = found::all(app).await?;
    let cards = services.iter().map(|service| Card::of(service, &frame)).collect();
    respond::page(&StartPage { frame, cards })
}

/// `GET /services`, with `?q=` those that a search finds.
pub async fn services(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let mut frame = Frame::new(incoming, visitor, &Text::new("申辦服務", "Services"));
    let query: String = incoming.query("q").unwrap_or_default().trim().chars().take(MAX_QUERY).collect();
    if !query.is_empty() {
        frame.path = format!("{}?{}", frame.path, form::encode([("q", query.as_str())]));
    }
    let services = found::search(found::all(app).await?, &query);
    let cards = services.iter().map(|service| Card::of(service, &frame)).collect();
    respond::page(&ServicesPage { frame, query, cards })
}

/// `GET /services/{code}`.
pub async fn service(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let code = incoming.param("code")?;
    let service = found::one(app, &code).await?.ok_or(Trouble::NotFound)?;
    let frame = Frame::new(incoming, visitor, &service.item.name);
    let terms = &service.item.terms;
    let limit = terms.limit;
    // Beyond the published calendar no date is shown: dates are never guessed.
    let now = app.ambient.now();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let history = calculator::all_at(&service.item, now);
    let shown = explained::shown(terms, &history, calendars.of(&service.item.agency), frame.lang);
    let reviewing = found::reviewing(app, &service.item).await?;
    let reviewing = reviewing.into_iter().map(|it| (it.name, explained::limit(it.limit))).collect();
    let if_now = shown.due.map(|due| (due, shown.lines));
    respond::page(&ServicePage {
        today: taipei::day_of(now),
        fee: fees::shown(&service.item, &frame),
        frame,
        limit: explained::limit(limit),
        counting: explained::counting(limit),
        if_now,
        reviewing,
        waits: explained::waits(terms),
        calendar: shown.calendar,
        service,
    })
}
