//! Choosing place, day and time: for a new booking, or to change one. One page without a script: a form
//! that shows another place or day, and below it the times of that day.

use askama::Template;
use domain::booking::{Booking, Offered, Refusal, State};
use domain::id::{BookingId, CaseId, ItemCode, PlaceCode, RequestId};
use domain::rejection::Rejection;
use domain::text::Text;
use jiff::civil::{Date, Time};
use platform::{keys, reports};
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::App;
use crate::choice::{self, Bookable};
use crate::forms::Form;
use crate::own::{self, Ask, At};

struct PlaceOption {
    code: String,
    name: String,
    address: String,
    chosen: bool,
}

struct DayOption {
    day: Date,
    shown: String,
    chosen: bool,
}

struct SlotOption {
    start: String,
    shown: String,
    free: u16,
}

#[derive(Template)]
#[template(path = "choose.html")]
struct ChoosePage {
    frame: Frame,
    item_code: String,
    item_name: String,
    /// What is done at the counter.
    in_person: String,
    /// Where both forms lead.
    action: String,
    places: Vec<PlaceOption>,
    days: Vec<DayOption>,
    /// The day whose times are shown; none while no day can be booked.
    day: Option<Date>,
    place: String,
    slots: Vec<SlotOption>,
    /// Open cases of the visitor and of this item, one of which the booking may name.
    cases: Vec<CaseId>,
    /// The booking that is changed, and its version; none for a new one.
    changed: Option<(BookingId, u32)>,
    request: RequestId,
    /// Why what was asked for is not done; empty for nothing.
    problem: String,
}

/// `GET /services/{code}/book`, with `?place=` and `&day=`.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    visitor.session()?;
    let bookable = choice::in_force(app, &incoming.param("code")?).await?;
    let wanted = (incoming.query_as("place")?, incoming.query_as("day")?);
    page(app, incoming, visitor, (&bookable, None), wanted, None).await
}

/// `GET /bookings/{booking}/change`, with the same.
pub async fn show_change(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let booking = own::load(app, visitor.session()?, incoming.param("booking")?).await?;
    if booking.state != State::Booked {
        return Err(Rejection::Booking(Refusal::NotOpen(booking.state)).into());
    }
    let bookable = choice::of_version(app, &booking.item.code, booking.item.version).await?;
    let place: Option<PlaceCode> = incoming.query_as("place")?;
    let wanted = (place.or_else(|| Some(booking.appointment.place.clone())), incoming.query_as("day")?);
    page(app, incoming, visitor, (&bookable, Some(&booking)), wanted, None).await
}

/// `POST /services/{code}/book`.
pub async fn book(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let code: ItemCode = incoming.param("code")?;
    let mut form = Form::read(incoming, visitor)?;
    let (place, day): (PlaceCode, Date) = (form.take("place")?, form.take("day")?);
    let start: Option<Time> = form.take_optional("start")?;
    let case: Option<CaseId> = form.take_optional("case")?;
    form.nothing_left()?;
    let refused = match start {
        None => nothing_chosen(),
        Some(start) => {
            let ask = Ask { item: code.clone(), at: At { place: place.clone(), day, start }, case };
            match own::book(app, visitor, &ask, form.request).await {
                Ok(done) => {
                    return Ok(respond::redirect(&format!("/bookings/{}?booked=1", done.booking.id)));
                }
                Err(trouble) => trouble,
            }
        }
    };
    if !is_about_the_choice(&refused) {
        return Err(refused);
    }
    let bookable = choice::in_force(app, &code).await?;
    page(app, incoming, visitor, (&bookable, None), (Some(place), Some(day)), Some(refused)).await
}

/// `POST /bookings/{booking}/change`.
pub async fn change(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let (session, id) = (visitor.session()?, incoming.param("booking")?);
    let mut form = Form::read(incoming, visitor)?;
    let (place, day): (PlaceCode, Date) = (form.take("place")?, form.take("day")?);
    let start: Option<Time> = form.take_optional("start")?;
    let seen: u32 = form.take("version")?;
    form.nothing_left()?;
    let refused = match start {
        None => nothing_chosen(),
        Some(start) => {
            let at = At { place: place.clone(), day, start };
            match own::change(app, session, id, seen, &at, form.request).await {
                Ok(_) => return Ok(respond::redirect(&format!("/bookings/{id}?changed=1"))),
                Err(trouble) => trouble,
            }
        }
    };
    if !is_about_the_choice(&refused) {
        return Err(refused);
    }
    let booking = own::load(app, session, id).await?;
    let bookable = choice::of_version(app, &booking.item.code, booking.item.version).await?;
    let wanted = (Some(place), Some(day));
    page(app, incoming, visitor, (&bookable, Some(&booking)), wanted, Some(refused)).await
}

fn nothing_chosen() -> Trouble {
    Rejection::Booking(Refusal::NoSuchSlot).into()
}

/// Whether another choice on the same page can be made at once.
const fn is_about_the_choice(trouble: &Trouble) -> bool {
    matches!(
        trouble,
        Trouble::Rejected(Rejection::Booking(
            Refusal::Full
                | Refusal::NoSuchSlot
                | Refusal::DayTaken
                | Refusal::SameSlot
                | Refusal::OutsidePeriod { .. }
                | Refusal::CaseDoesNotFit
        ))
    )
}

/// The page for a place and a day: those that were asked for where they can be had, else the first.
async fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    (bookable, booking): (&Bookable, Option<&Booking>),
    (place, day): (Option<PlaceCode>, Option<Date>),
    refused: Option<Trouble>,
) -> Answer {
    let now = app.ambient.now();
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let title = match (&refused, booking) {
        (None, None) => Text::new("預約臨櫃時段", "Book a time at the counter"),
        (None, Some(_)) => Text::new("變更預約時段", "Change your booking"),
        (Some(_), None) => Text::new("有誤 - 預約臨櫃時段", "Error - Book a time at the counter"),
        (Some(_), Some(_)) => Text::new("有誤 - 變更預約時段", "Error - Change your booking"),
    };
    let mut frame = Frame::new(incoming, visitor, &title);
    let chosen = bookable.places.iter().find(|known| Some(&known.code) == place.as_ref());
    let chosen = chosen.or_else(|| bookable.places.first());
    let days = chosen.map(|place| bookable.days(place, now, &calendars)).unwrap_or_default();
    let day = day.filter(|day| days.contains(day)).or_else(|| days.first().copied());
    let slots = match (chosen, day) {
        (Some(place), Some(day)) => bookable.slots(app, place, day, &calendars).await?,
        _ => Vec::new(),
    };
    let item = &bookable.item;
    let action = match booking {
        None => format!("/services/{}/book", item.code),
        Some(booking) => format!("/bookings/{}/change", booking.id),
    };
    if let (Some(place), Some(day)) = (chosen, day) {
        frame.path = format!("{action}?place={}&day={day}", place.code);
    }
    let cases = match booking {
        None if !item.fields.is_empty() => open_cases(app, visitor, &item.code).await?,
        _ => Vec::new(),
    };
    let status = refused.as_ref().map_or(200, |trouble| trouble.status().as_u16());
    let shown = ChoosePage {
        item_code: item.code.to_string(),
        item_name: frame.pick(&item.name).to_owned(),
        in_person: item
            .handling
            .in_person
            .as_ref()
            .map(|step| frame.pick(step).to_owned())
            .unwrap_or_default(),
        action,
        places: bookable
            .places
            .iter()
            .map(|place| PlaceOption {
                code: place.code.to_string(),
                name: frame.pick(&place.name).to_owned(),
                address: frame.pick(&place.address).to_owned(),
                chosen: chosen.is_some_and(|chosen| chosen.code == place.code),
            })
            .collect(),
        days: days
            .iter()
            .map(|one| DayOption { day: *one, shown: frame.day(one), chosen: Some(*one) == day })
            .collect(),
        day,
        place: chosen.map(|place| place.code.to_string()).unwrap_or_default(),
        slots: slots.into_iter().map(slot).collect(),
        cases,
        changed: booking.map(|booking| (booking.id, booking.version())),
        request: new_request(app.ambient.as_ref()),
        problem: refused.map(|trouble| frame.pick(&trouble.text()).to_owned()).unwrap_or_default(),
        frame,
    };
    respond::page_with(status, &shown)
}

fn slot((offered, free): (Offered, u16)) -> SlotOption {
    let slot = offered.slot;
    SlotOption { start: keys::slot_start(slot.start), shown: slot.shown(), free }
}

/// Open cases of the visitor that are of this item: of the latest ones.
async fn open_cases(app: &App, visitor: &Visitor, item: &ItemCode) -> Result<Vec<CaseId>, Trouble> {
    let listed = reports::mine(app.store.as_ref(), visitor.session()?.person, None).await?;
    let cases = listed.items.into_iter().filter(|case| case.item.0 == *item && case.state.0.is_open());
    Ok(cases.map(|case| case.case.0).collect())
}
