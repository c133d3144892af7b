//! At the counter: the bookings of a place on a day, and whether people came. For those who receive people
//! there; a place of another agency does not exist for them.

use domain::access::{Actor, Officer};
use domain::booking::{self, Booking, CheckInCode, Command, Place, Refusal};
use domain::event::Request;
use domain::id::{BookingId, PlaceCode, Version};
use domain::rejection::Rejection;
use jiff::civil::Date;
use platform::bookings::{self, Done};
use platform::catalogue;
use platform::commit::Asked;
use web::trouble::Trouble;

use crate::App;

/// The places at which the officer receives people.
pub async fn places(app: &App, officer: &Officer) -> Result<Vec<Place>, Trouble> {
    let mut places = catalogue::places(app.store.as_ref()).await?;
    places.retain(|place| booking::receives_at(officer, &place.agency));
    Ok(places)
}

/// One of them.
pub async fn place(app: &App, officer: &Officer, code: &PlaceCode) -> Result<Place, Trouble> {
    let place = catalogue::place(app.store.as_ref(), code).await?;
    place.filter(|place| booking::receives_at(officer, &place.agency)).ok_or(Trouble::NotFound)
}

/// The bookings that hold a seat there on that day, by slot.
pub async fn day(app: &App, place: &Place, day: Date) -> Result<Vec<Booking>, Trouble> {
    Ok(bookings::of_day(app.store.as_ref(), &place.code, day).await?)
}

/// What staff ask for at the counter.
pub fn command(code: &str) -> Result<Command, Trouble> {
    match code {
        "check-in" => Ok(Command::CheckIn),
        "no-show" => Ok(Command::MarkNoShow),
        _ => Err(Trouble::NotFound),
    }
}

/// Carries out `command` on a booking of the officer's agency.
pub async fn act(
    app: &App,
    officer: &Officer,
    id: BookingId,
    seen: Option<u32>,
    command: &Command,
    request: Request,
) -> Result<Done, Trouble> {
    let store = app.store.as_ref();
    let booking = bookings::load(store, id).await?.ok_or(Trouble::NotFound)?;
    if !booking::receives_at(officer, &booking.appointment.agency) {
        return Err(Trouble::NotFound);
    }
    let actor = Actor::Officer(officer.clone());
    let asked = Asked { actor, request, seen: seen.map(Version) };
    let done = bookings::carry_out(store, id, &asked, command, app.ambient.now()).await?;
    if !done.replayed && *command == Command::MarkNoShow {
        tracing::info!(booking = %id, place = %booking.appointment.place, "somebody did not come");
    }
    Ok(done)
}

/// Checks in whoever shows this code, at this place on this day.
pub async fn check_in_by_code(
    app: &App,
    officer: &Officer,
    (place, on): (&Place, Date),
    code: &str,
    request: Request,
) -> Result<Done, Trouble> {
    // What is no code is the code of nobody: the same to whoever typed it.
    let unknown = || Trouble::from(Rejection::Booking(Refusal::UnknownCode));
    let code: CheckInCode = code.parse().map_err(|_| unknown())?;
    let found = day(app, place, on).await?.into_iter().find(|booking| booking.code == code);
    let booking = found.ok_or_else(unknown)?;
    act(app, officer, booking.id, None, &Command::CheckIn, request).await
}
