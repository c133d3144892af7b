//! The visitor's bookings: the list, and one with its check-in code.

use askama::Template;
use domain::booking::{Appointment, Booking, State, StepKind};
use domain::id::{BookingId, RequestId};
use domain::text::Text;
use platform::bookings;
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::visitor::Visitor;

use super::tone;
use crate::forms::Form;
use crate::{App, own, qr};

struct Line {
    id: BookingId,
    item: String,
    day: String,
    time: String,
    place: String,
    state: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "bookings.html")]
struct BookingsPage {
    frame: Frame,
    lines: Vec<Line>,
}

struct StepLine {
    at: String,
    text: String,
}

#[derive(Template)]
#[template(path = "booking.html")]
struct BookingPage {
    frame: Frame,
    booking: Booking,
    item_name: String,
    day: String,
    time: String,
    place: String,
    address: String,
    state: String,
    tone: &'static str,
    news: String,
    /// What stays to be done before it begins.
    in_person: String,
    code: String,
    /// The code as a picture: the path of its dark modules, and how many modules wide it is.
    qr: String,
    qr_size: i32,
    /// Whether the person is still expected, and the time can be changed or given back.
    is_ahead: bool,
    steps: Vec<StepLine>,
    request: RequestId,
}

fn when(appointment: &Appointment, frame: &Frame) -> String {
    format!("{} {}", frame.day(&appointment.slot.day), appointment.slot.shown())
}

/// `GET /bookings`: by the time that is booked, latest first.
pub async fn list(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let person = visitor.session()?.person;
    let frame = Frame::new(incoming, visitor, &Text::new("我的預約", "My bookings"));
    let listed = bookings::mine(app.store.as_ref(), person).await?;
    let line = |booking: &Booking| Line {
        id: booking.id,
        item: frame.pick(&booking.item.name).to_owned(),
        day: frame.day(&booking.appointment.slot.day),
        time: booking.appointment.slot.shown(),
        place: frame.pick(&booking.appointment.name).to_owned(),
        state: frame.pick(&booking.state.text()).to_owned(),
        tone: tone(booking.state),
    };
    let lines = listed.iter().map(line).collect();
    respond::page(&BookingsPage { frame, lines })
}

/// `GET /bookings/{booking}`.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let booking = own::load(app, visitor.session()?, incoming.param("booking")?).await?;
    let frame = Frame::new(incoming, visitor, &Text::new("預約", "Booking"));
    let news = match (incoming.query("booked"), incoming.query("changed")) {
        (Some(_), _) => frame.t("預約成立，確認信已寄出。", "Booked. A confirmation is on its way to you."),
        (None, Some(_)) => frame.t("預約已變更。", "Your booking was changed."),
        (None, None) => "",
    };
    let item = app.items.version(app.store.as_ref(), &booking.item.code, booking.item.version).await?;
    let in_person = item.and_then(|item| item.handling.in_person.clone());
    let (qr, qr_size) = qr::path(booking.code)?;
    let before_it_begins = app.ambient.now() < booking.appointment.slot.begins();
    let page = BookingPage {
        item_name: frame.pick(&booking.item.name).to_owned(),
        day: frame.day(&booking.appointment.slot.day),
        time: booking.appointment.slot.shown(),
        place: frame.pick(&booking.appointment.name).to_owned(),
        address: frame.pick(&booking.appointment.address).to_owned(),
        state: frame.pick(&booking.state.text()).to_owned(),
        tone: tone(booking.state),
        news: if booking.state == State::Booked { news.to_owned() } else { String::new() },
        in_person: in_person.map(|step| frame.pick(&step).to_owned()).unwrap_or_default(),
        code: booking.code.to_string(),
        qr,
        qr_size,
        is_ahead: booking.state == State::Booked && before_it_begins,
        steps: booking.steps.iter().rev().map(|step| step_line(step.at, &step.kind, &frame)).collect(),
        request: new_request(app.ambient.as_ref()),
        booking,
        frame,
    };
    respond::page(&page)
}

fn step_line(at: jiff::Timestamp, kind: &StepKind, frame: &Frame) -> StepLine {
    let text = frame.pick(&kind.text()).to_owned();
    let from = kind.before().map(|from| {
        let (before, when, place) = (frame.t("原為", "before: "), when(from, frame), frame.pick(&from.name));
        format!("\n{before}{when} {place}")
    });
    StepLine { at: frame.instant(&at), text: text + &from.unwrap_or_default() }
}

/// `POST /bookings/{booking}/cancel`.
pub async fn cancel(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let (session, id) = (visitor.session()?, incoming.param("booking")?);
    let mut form = Form::read(incoming, visitor)?;
    let seen: u32 = form.take("version")?;
    form.nothing_left()?;
    own::cancel(app, session, id, seen, form.request).await?;
    Ok(respond::redirect(&format!("/bookings/{id}")))
}
