//! The API: the same rules as the pages, in JSON.

use domain::access::Officer;
use domain::booking::{Appointment, Booking, Offered, Step};
use domain::event::Request;
use domain::id::{BookingId, CaseId, ItemCode, PlaceCode};
use domain::taipei;
use jiff::civil::{Date, Time};
use platform::bookings::{self, Done};
use platform::codec::AsText;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web::explained::text;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

use crate::own::{Ask, At};
use crate::{App, choice, counter, own};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    item: AsText<ItemCode>,
    place: AsText<PlaceCode>,
    day: Date,
    start: Time,
    #[serde(default)]
    case: Option<AsText<CaseId>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    version: u32,
    place: AsText<PlaceCode>,
    day: Date,
    start: Time,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: u32,
}

/// `GET /api/services/{code}/slots`: the places of an item; with `?place=` their days that can be booked,
/// with `&day=` the slots of one and how many seats of each are free.
pub async fn slots(app: &App, incoming: &Incoming) -> Answer {
    let bookable = choice::in_force(app, &incoming.param("code")?).await?;
    let places: Vec<Value> = bookable
        .places
        .iter()
        .map(|place| {
            json!({
                "place": place.code.as_str(),
                "agency": place.agency.as_str(),
                "name": text(&place.name),
                "address": text(&place.address),
            })
        })
        .collect();
    let Some(code) = incoming.query_as::<PlaceCode>("place")? else {
        return respond::json(200, &json!({ "places": places, "days": null, "slots": null }));
    };
    let place = bookable.place(&code)?;
    let now = app.ambient.now();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let days = bookable.days(place, now, &calendars);
    let slots = match incoming.query_as::<Date>("day")? {
        Some(day) => Some(bookable.slots(app, place, day, &calendars).await?),
        None => None,
    };
    let slot = |(offered, free): (Offered, u16)| json!({ "start": offered.slot.start, "end": offered.slot.end, "capacity": offered.capacity, "free": free });
    let slots: Option<Vec<Value>> = slots.map(|slots| slots.into_iter().map(slot).collect());
    respond::json(200, &json!({ "places": places, "days": days, "slots": slots }))
}

/// `POST /api/bookings`: 201 for a new booking, 200 with the booking when it was made before.
pub async fn book(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    visitor.session()?;
    let (body, request): (Book, Request) = read(incoming)?;
    let at = At { place: body.place.0, day: body.day, start: body.start };
    let ask = Ask { item: body.item.0, at, case: body.case.map(|case| case.0) };
    let done = own::book(app, visitor, &ask, request).await?;
    respond::json(if done.replayed { 200 } else { 201 }, &answered(&done))
}

/// `GET /api/bookings`: the latest, by the time that is booked.
pub async fn list(app: &App, visitor: &Visitor) -> Answer {
    let person = visitor.session()?.person;
    let listed = bookings::mine(app.store.as_ref(), person).await?;
    respond::json(200, &json!({ "bookings": listed.iter().map(shown).collect::<Vec<_>>() }))
}

pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let booking = own::load(app, visitor.session()?, incoming.param("booking")?).await?;
    respond::json(200, &shown(&booking))
}

pub async fn change(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let (session, id) = (visitor.session()?, incoming.param("booking")?);
    let (body, request): (Change, Request) = read(incoming)?;
    let at = At { place: body.place.0, day: body.day, start: body.start };
    let done = own::change(app, session, id, body.version, &at, request).await?;
    respond::json(200, &answered(&done))
}

pub async fn cancel(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let (session, id) = (visitor.session()?, incoming.param("booking")?);
    let (body, request): (Seen, Request) = read(incoming)?;
    let done = own::cancel(app, session, id, body.version, request).await?;
    respond::json(200, &answered(&done))
}

/// `GET /api/counter`: the bookings of `?place=` on `&day=`, which is today unless it is given.
pub async fn counter(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let code: PlaceCode = incoming.query_as("place")?.ok_or(Malformed::Field { name: "place" })?;
    let place = counter::place(app, officer, &code).await?;
    let today = taipei::day_of(app.ambient.now());
    let day = incoming.query_as("day")?.unwrap_or(today);
    let bookings = counter::day(app, &place, day).await?;
    let bookings: Vec<Value> = bookings.iter().map(received).collect();
    respond::json(200, &json!({ "place": code.as_str(), "day": day, "bookings": bookings }))
}

/// `POST /api/counter/{booking}/{command}`.
pub async fn act(app: &App, incoming: &Incoming, officer: &Officer) -> Answer {
    let id: BookingId = incoming.param("booking")?;
    let command = counter::command(&incoming.param::<String>("command")?)?;
    let (body, request): (Seen, Request) = read(incoming)?;
    let done = counter::act(app, officer, id, Some(body.version), &command, request).await?;
    let mut answer = received(&done.booking);
    with_replayed(&mut answer, done.replayed);
    respond::json(200, &answer)
}

/// Reads a body. What makes a request the same is what it asks, not how its JSON is spaced.
fn read<T: for<'a> Deserialize<'a> + Serialize>(incoming: &Incoming) -> Result<(T, Request), Trouble> {
    let id = incoming.idempotency_key()?;
    let body: T = incoming.json()?;
    let payload = serde_json::to_vec(&body).map_err(platform::fault::Fault::corrupt)?;
    let request = incoming.request_key(id, &payload);
    Ok((body, request))
}

fn answered(done: &Done) -> Value {
    let mut answer = shown(&done.booking);
    with_replayed(&mut answer, done.replayed);
    answer
}

fn with_replayed(answer: &mut Value, replayed: bool) {
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("replayed".to_owned(), json!(replayed));
    }
}

/// A booking as whoever made it sees it.
fn shown(booking: &Booking) -> Value {
    json!({
        "booking": booking.id.to_string(),
        "version": booking.version(),
        "state": booking.state.code(),
        "item": {
            "code": booking.item.code.as_str(),
            "version": booking.item.version,
            "name": text(&booking.item.name),
        },
        "case": booking.case.map(|case| case.to_string()),
        "at": at(&booking.appointment),
        "check_in_code": booking.code.to_string(),
        "steps": booking.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

/// A booking as the counter sees it: who comes for what, and not the code, which people show.
fn received(booking: &Booking) -> Value {
    json!({
        "booking": booking.id.to_string(),
        "version": booking.version(),
        "state": booking.state.code(),
        "item": { "code": booking.item.code.as_str(), "name": text(&booking.item.name) },
        "name": booking.booker.name.reveal(),
        "case": booking.case.map(|case| case.to_string()),
        "at": at(&booking.appointment),
    })
}

fn at(appointment: &Appointment) -> Value {
    json!({
        "place": appointment.place.as_str(),
        "name": text(&appointment.name),
        "address": text(&appointment.address),
        "day": appointment.slot.day,
        "start": appointment.slot.start,
        "end": appointment.slot.end,
    })
}

fn step(step: &Step) -> Value {
    let from = step.kind.before().map(at);
    json!({ "at": step.at, "step": step.kind.code(), "text": text(&step.kind.text()), "from": from })
}
