//! What belongs to the visitor. Whatever does not is answered like what does not exist.

use domain::booking::{BookedItem, Booking, CheckInCode, Command, Refusal};
use domain::case::Applicant;
use domain::event::{Party, Request};
use domain::id::{BookingId, CaseId, ItemCode, PlaceCode, Version};
use domain::rejection::Rejection;
use jiff::civil::{Date, Time};
use platform::bookings::{self, Done, Wanted};
use platform::codec::people::Session;
use platform::commit::{self, Asked, Failure};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::{App, choice, tell};

/// A booking as somebody asks for it.
pub struct Ask {
    pub item: ItemCode,
    pub at: At,
    pub case: Option<CaseId>,
}

/// Where, on which day, and when the slot begins.
pub struct At {
    pub place: PlaceCode,
    pub day: Date,
    pub start: Time,
}

/// Books for the visitor. Sent again, the same request is answered with the booking it made, whatever has
/// become of it since.
pub async fn book(app: &App, visitor: &Visitor, ask: &Ask, request: Request) -> Result<Done, Trouble> {
    let person = visitor.session()?.person;
    let made = || bookings::made_before(app.store.as_ref(), person, request);
    if let Some(done) = made().await? {
        return Ok(done);
    }
    match make(app, visitor, ask, request).await {
        // Perhaps a copy of this very request, sent before, was carried out meanwhile.
        Err(refused @ Trouble::Rejected(_)) => made().await?.ok_or(refused),
        done => done,
    }
}

async fn make(app: &App, visitor: &Visitor, ask: &Ask, request: Request) -> Result<Done, Trouble> {
    let session = visitor.session()?;
    let (store, now) = (app.store.as_ref(), app.ambient.now());
    let bookable = choice::in_force(app, &ask.item).await?;
    let calendars = app.calendars.current(store, now).await?;
    let At { place, day, start } = &ask.at;
    let offer = bookable.offer((place, *day, *start), now, &calendars)?;
    if let Some(case) = ask.case {
        fits(app, session, case, &ask.item).await?;
    }
    let [a, b, c, d, e, f, g, h, ..] = app.ambient.random();
    let item = bookable.item;
    let wanted = Wanted {
        item: BookedItem { code: item.code, version: item.version, name: item.name },
        booker: Applicant {
            person: session.person,
            name: session.name.clone(),
            email: session.email.clone(),
            lang: visitor.lang,
            mobile: None,
        },
        case: ask.case,
        offer,
        code: CheckInCode::of_random([a, b, c, d, e, f, g, h]),
        request,
    };
    let done = bookings::book(store, &wanted, now).await?;
    tell(app, &done).await;
    Ok(done)
}

/// The case that was filed beforehand is the visitor's, and of this item (規範 八 I(三): 填送基本申請書表).
async fn fits(app: &App, session: &Session, case: CaseId, item: &ItemCode) -> Result<(), Trouble> {
    let loaded = commit::load(app.store.as_ref(), case).await?;
    let own = loaded.is_some_and(|loaded| {
        let case = loaded.case;
        case.applicant.person == session.person && case.item.code == *item && case.state.is_open()
    });
    if own { Ok(()) } else { Err(Rejection::Booking(Refusal::CaseDoesNotFit).into()) }
}

/// A booking of this person.
pub async fn load(app: &App, session: &Session, id: BookingId) -> Result<Booking, Trouble> {
    let found = bookings::load(app.store.as_ref(), id).await?;
    found.filter(|booking| booking.booker.person == session.person).ok_or(Trouble::NotFound)
}

/// Changes to another time, of the version of the item that was booked.
pub async fn change(
    app: &App,
    session: &Session,
    id: BookingId,
    seen: u32,
    at: &At,
    request: Request,
) -> Result<Done, Trouble> {
    let by = Party::Applicant(session.person);
    let booking = load(app, session, id).await?;
    if let Some(done) = bookings::repeated(&booking, request, by)? {
        return Ok(done);
    }
    match move_to(app, session, &booking, seen, at, request).await {
        // Perhaps a copy of this very request, sent before, was carried out meanwhile.
        Err(refused @ Trouble::Rejected(_)) => {
            let booking = load(app, session, id).await?;
            bookings::repeated(&booking, request, by)?.ok_or(refused)
        }
        done => done,
    }
}

async fn move_to(
    app: &App,
    session: &Session,
    booking: &Booking,
    seen: u32,
    at: &At,
    request: Request,
) -> Result<Done, Trouble> {
    let now = app.ambient.now();
    let bookable = choice::of_version(app, &booking.item.code, booking.item.version).await?;
    let calendars = app.calendars.current(app.store.as_ref(), now).await?;
    let offer = bookable.offer((&at.place, at.day, at.start), now, &calendars)?;
    carry_out(app, session, booking.id, seen, &Command::Change(offer), request).await
}

pub async fn cancel(
    app: &App,
    session: &Session,
    id: BookingId,
    seen: u32,
    request: Request,
) -> Result<Done, Trouble> {
    carry_out(app, session, id, seen, &Command::Cancel, request).await
}

async fn carry_out(
    app: &App,
    session: &Session,
    id: BookingId,
    seen: u32,
    command: &Command,
    request: Request,
) -> Result<Done, Trouble> {
    let asked = Asked { actor: session.as_applicant(), request, seen: Some(Version(seen)) };
    let now = app.ambient.now();
    match bookings::carry_out(app.store.as_ref(), id, &asked, command, now).await {
        Ok(done) => {
            tell(app, &done).await;
            Ok(done)
        }
        Err(Failure::Rejected(Rejection::Booking(Refusal::Forbidden))) => Err(Trouble::NotFound),
        Err(failure) => Err(failure.into()),
    }
}
