//! The public calculator: by which day would an application be decided that is received then?

use askama::Template;
use domain::calendar::Calendar;
use domain::clock::history::History;
use domain::clock::terms::FeeTiming;
use domain::item::ItemVersion;
use domain::rejection::Rejection;
use domain::taipei;
use domain::text::Text;
use jiff::Timestamp;
use jiff::civil::DateTime;
use platform::codec::clock::LimitFile;
use serde_json::json;
use web::explained::{self, Shown, text};
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

use crate::App;
use crate::found;

/// An application received at `at`, with everything that the clock waits for come at the same time.
pub fn all_at(item: &ItemVersion, at: Timestamp) -> History {
    History {
        fee_paid: Some(at),
        fee_posted: Some(at),
        arrived: item.terms.awaits.iter().map(|what| (what.clone(), at)).collect(),
        ..History::received(at)
    }
}

/// What the query asks: `received_at` (now, where it is left out), `fee_posted_at`, `fee_paid_at`, and
/// `arrived_at` of everything awaited. A gate without an instant stays open.
fn asked(
    app: &App,
    incoming: &Incoming,
    item: &ItemVersion,
    calendar: &Calendar,
) -> Result<History, Trouble> {
    let received = instant(incoming, "received_at")?.unwrap_or_else(|| app.ambient.now());
    let mut history = History::received(received);
    history.fee_posted = instant(incoming, "fee_posted_at")?;
    history.fee_paid = instant(incoming, "fee_paid_at")?;
    if let Some(at) = instant(incoming, "arrived_at")? {
        history.arrived = item.terms.awaits.iter().map(|what| (what.clone(), at)).collect();
    }
    // Before anything is counted from there.
    let given = [Some(received), history.fee_posted, history.fee_paid];
    for at in given.into_iter().flatten().chain(history.arrived.values().copied()) {
        calendar.kind(taipei::day_of(at)).map_err(|outside| Rejection::OutsideCalendar(outside.0))?;
    }
    Ok(history)
}

/// An instant of the query: with an offset, or without one in Taipei, as a page's field gives it.
fn instant(incoming: &Incoming, name: &'static str) -> Result<Option<Timestamp>, Malformed> {
    let Some(given) = incoming.query(name).filter(|given| !given.is_empty()) else { return Ok(None) };
    // A plus that was not escaped arrives as a space.
    let given = given.replace(' ', "+");
    let local = || {
        let time: DateTime = given.parse().ok()?;
        taipei::at(time.date(), time.time())
    };
    let at = given.parse().ok().or_else(local).ok_or(Malformed::Field { name })?;
    Ok(Some(at))
}

/// `GET /api/services/{code}/clock`.
pub async fn api(app: &App, incoming: &Incoming) -> Answer {
    let code = incoming.param("code")?;
    let item = found::one(app, &code).await?.ok_or(Trouble::NotFound)?.item;
    let calendars = app.calendars.current(app.store.as_ref(), app.ambient.now()).await?;
    let calendar = calendars.of(&item.agency);
    let history = asked(app, incoming, &item, calendar)?;
    domain::clock::read(&item.terms, &history, calendar)
        .map_err(|outside| Rejection::OutsideCalendar(outside.0))?;
    let mut body = explained::clock(&item.terms, &history, calendar);
    if let Some(body) = body.as_object_mut() {
        body.insert("item".to_owned(), json!({ "code": item.code.to_string(), "version": item.version }));
        body.insert("limit".to_owned(), json!(LimitFile::from(item.terms.limit)));
        body.insert("received_at".to_owned(), json!(history.received));
        body.insert("counting".to_owned(), text(&explained::counting(item.terms.limit)));
    }
    respond::json(200, &body)
}

#[derive(Template)]
#[template(path = "calculator.html")]
struct CalculatorPage {
    frame: Frame,
    item: ItemVersion,
    limit: Text,
    counting: Text,
    waits: Option<Text>,
    received: String,
    asks_fee: bool,
    fee: String,
    asks_arrival: bool,
    arrival: String,
    clock: Shown,
    instead: String,
    problem: Option<String>,
}

/// `GET /services/{code}/clock`.
pub async fn page(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let code = incoming.param("code")?;
    let item = found::one(app, &code).await?.ok_or(Trouble::NotFound)?.item;
    let mut frame = Frame::new(incoming, visitor, &Text::new("期限試算", "Date calculator"));
    frame.path = incoming.place();
    let calendars = app.calendars.current(app.store.as_ref(), app.ambient.now()).await?;
    let calendar = calendars.of(&item.agency);
    let (history, problem) = match asked(app, incoming, &item, calendar) {
        Ok(history) => match domain::clock::read(&item.terms, &history, calendar) {
            Ok(_) => (history, None),
            Err(outside) => (history, Some(Trouble::from(Rejection::OutsideCalendar(outside.0)))),
        },
        Err(trouble) => (History::received(app.ambient.now()), Some(trouble)),
    };
    let clock = explained::shown(&item.terms, &history, calendar, frame.lang);
    let field = |name: &str, at: Option<Timestamp>| {
        incoming.query(name).map(str::to_owned).or_else(|| at.map(local)).unwrap_or_default()
    };
    let status = problem.as_ref().map_or(200, |problem| problem.status().as_u16());
    let page = CalculatorPage {
        limit: explained::limit(item.terms.limit),
        counting: explained::counting(item.terms.limit),
        waits: explained::waits(&item.terms),
        received: field("received_at", Some(history.received)),
        asks_fee: item.terms.fee == FeeTiming::AtApplication,
        fee: field("fee_posted_at", history.fee_posted),
        asks_arrival: !item.terms.awaits.is_empty(),
        arrival: field("arrived_at", None),
        instead: frame.pick(&clock.instead).to_owned(),
        clock,
        problem: problem.map(|problem| problem.text().pick(frame.lang).to_owned()),
        item,
        frame,
    };
    respond::page_with(status, &page)
}

/// An instant as the field of a page has it.
fn local(at: Timestamp) -> String {
    let time = taipei::OFFSET.to_datetime(at);
    format!("{}T{:02}:{:02}", time.date(), time.hour(), time.minute())
}
