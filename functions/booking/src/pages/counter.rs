//! `GET /counter`: the day of a place, for those who receive people there.

use askama::Template;
use domain::access::Officer;
use domain::booking::{Booking, Command, Place, State};
use domain::id::{BookingId, CaseId, PlaceCode, RequestId};
use domain::taipei;
use domain::text::Text;
use jiff::civil::Date;
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use super::tone;
use crate::forms::Form;
use crate::{App, counter};

struct Row {
    id: BookingId,
    version: u32,
    when: String,
    name: String,
    item: String,
    case: Option<CaseId>,
    state: String,
    tone: &'static str,
    may_check_in: bool,
    may_be_absent: bool,
}

struct PlaceOption {
    code: String,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "counter.html")]
struct CounterPage {
    frame: Frame,
    places: Vec<PlaceOption>,
    place: String,
    day: Date,
    is_today: bool,
    rows: Vec<Row>,
    /// How many of the day are expected, came, and did not come.
    booked: usize,
    came: usize,
    absent: usize,
    request: RequestId,
    news: String,
    problem: String,
}

/// What a visit to the page is about: the place, the day, and how what was just asked for went.
#[derive(Default)]
struct View {
    place: Option<PlaceCode>,
    day: Option<Date>,
    news: Option<Text>,
    refused: Option<Trouble>,
}

/// `GET /counter`, with `?place=` and `&day=`.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let view = View { place: incoming.query_as("place")?, day: incoming.query_as("day")?, ..View::default() };
    page(app, incoming, visitor, officer, view).await
}

/// `POST /counter/check-in`: whoever shows this code has come.
pub async fn by_code(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let mut form = Form::read(incoming, visitor)?;
    let (code, day): (String, Date) = (form.take("code")?, form.take("day")?);
    let place = counter::place(app, officer, &form.take("place")?).await?;
    form.nothing_left()?;
    let done = counter::check_in_by_code(app, officer, (&place, day), &code, form.request).await;
    let (news, refused) = match done {
        Ok(done) => {
            let name = done.booking.booker.name.reveal();
            let news = Text::new(format!("{name} 已報到。"), format!("{name} is checked in."));
            (Some(news), None)
        }
        Err(trouble) => (None, Some(trouble)),
    };
    page(app, incoming, visitor, officer, View { place: Some(place.code), day: Some(day), news, refused })
        .await
}

/// `POST /counter/{booking}/{command}`: `check-in` or `no-show`.
pub async fn act(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: BookingId = incoming.param("booking")?;
    let command: Command = counter::command(&incoming.param::<String>("command")?)?;
    let mut form = Form::read(incoming, visitor)?;
    let seen: u32 = form.take("version")?;
    form.nothing_left()?;
    let done = counter::act(app, officer, id, Some(seen), &command, form.request).await?;
    let at = &done.booking.appointment;
    Ok(respond::redirect(&format!("/counter?place={}&day={}", at.place, at.slot.day)))
}

async fn page(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer, view: View) -> Answer {
    let places = counter::places(app, officer).await?;
    let chosen = match &view.place {
        Some(code) => Some(places.iter().find(|place| place.code == *code).ok_or(Trouble::NotFound)?),
        None => places.first(),
    };
    let now = app.ambient.now();
    let today = taipei::day_of(now);
    let day = view.day.unwrap_or(today);
    let bookings = match chosen {
        Some(place) => counter::day(app, place, day).await?,
        None => Vec::new(),
    };
    let mut frame = Frame::new(incoming, visitor, &Text::new("櫃檯報到", "Counter"));
    frame.path = chosen
        .map_or_else(|| "/counter".to_owned(), |place| format!("/counter?place={}&day={day}", place.code));
    let count = |state| bookings.iter().filter(|booking| booking.state == state).count();
    let option = |place: &Place| PlaceOption {
        code: place.code.to_string(),
        name: frame.pick(&place.name).to_owned(),
        chosen: chosen.is_some_and(|chosen| chosen.code == place.code),
    };
    let status = view.refused.as_ref().map_or(200, |trouble| trouble.status().as_u16());
    let shown = CounterPage {
        places: places.iter().map(option).collect(),
        place: chosen.map(|place| place.code.to_string()).unwrap_or_default(),
        day,
        is_today: day == today,
        booked: count(State::Booked),
        came: count(State::CheckedIn),
        absent: count(State::NoShow),
        rows: bookings.iter().map(|booking| row(booking, today, now, &frame)).collect(),
        request: new_request(app.ambient.as_ref()),
        news: view.news.map(|news| frame.pick(&news).to_owned()).unwrap_or_default(),
        problem: view.refused.map(|trouble| frame.pick(&trouble.text()).to_owned()).unwrap_or_default(),
        frame,
    };
    respond::page_with(status, &shown)
}

fn row(booking: &Booking, today: Date, now: jiff::Timestamp, frame: &Frame) -> Row {
    let slot = booking.appointment.slot;
    let open = matches!(booking.state, State::Booked | State::NoShow);
    Row {
        id: booking.id,
        version: booking.version(),
        when: slot.shown(),
        name: booking.booker.name.reveal().clone(),
        item: frame.pick(&booking.item.name).to_owned(),
        case: booking.case,
        state: frame.pick(&booking.state.text()).to_owned(),
        tone: tone(booking.state),
        may_check_in: open && slot.day == today,
        may_be_absent: booking.state == State::Booked && now >= slot.ends(),
    }
}
