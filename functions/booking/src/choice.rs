//! What can be chosen: the places of an item, their days, the slots of a day and how much of each is free.

use domain::booking::{self, BookingTerms, Offer, Offered, Place, Refusal};
use domain::calendar::Calendars;
use domain::id::{ItemCode, PlaceCode};
use domain::item::ItemVersion;
use domain::rejection::Rejection;
use domain::taipei;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use platform::{bookings, catalogue, keys};
use web::trouble::Trouble;

use crate::App;

/// An item that can be booked, with its places.
pub struct Bookable {
    pub item: ItemVersion,
    pub terms: BookingTerms,
    pub places: Vec<Place>,
}

/// The version of an item in force today. One query for it, one for the places.
pub async fn in_force(app: &App, code: &ItemCode) -> Result<Bookable, Trouble> {
    let today = taipei::day_of(app.ambient.now());
    let item = catalogue::item_on(app.store.as_ref(), code, today).await?.ok_or(Trouble::NotFound)?;
    of_item(app, item).await
}

/// The version that was booked, whichever is in force by now.
pub async fn of_version(app: &App, code: &ItemCode, version: u32) -> Result<Bookable, Trouble> {
    let item = app.items.version(app.store.as_ref(), code, version).await?;
    let item = item.ok_or(Trouble::Rejected(Rejection::ItemNotInForce))?;
    of_item(app, ItemVersion::clone(&item)).await
}

async fn of_item(app: &App, item: ItemVersion) -> Result<Bookable, Trouble> {
    let terms = item.handling.booking.clone().ok_or(Rejection::Booking(Refusal::NotBookable))?;
    let mut places = catalogue::places(app.store.as_ref()).await?;
    places.retain(|place| terms.places.contains(&place.code));
    Ok(Bookable { item, terms, places })
}

impl Bookable {
    pub fn place(&self, code: &PlaceCode) -> Result<&Place, Rejection> {
        let found = self.places.iter().find(|place| place.code == *code);
        found.ok_or(Rejection::Booking(Refusal::NoSuchSlot))
    }

    /// The slot of `place` that begins at that time, if it can be booked now.
    pub fn offer(
        &self,
        (place, day, start): (&PlaceCode, Date, Time),
        now: Timestamp,
        calendars: &Calendars,
    ) -> Result<Offer, Rejection> {
        let place = self.place(place)?;
        let calendar = calendars.of(&place.agency);
        booking::offer(place, &self.terms, (day, start), now, calendar).map_err(Rejection::Booking)
    }

    /// The days on which the place has slots that can still be booked.
    pub fn days(&self, place: &Place, now: Timestamp, calendars: &Calendars) -> Vec<Date> {
        let (first, last) = self.terms.days(taipei::day_of(now));
        let calendar = calendars.of(&place.agency);
        let open = |day: &Date| {
            booking::offered(place, &self.terms, *day, now, calendar).is_ok_and(|slots| !slots.is_empty())
        };
        first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last).filter(open).collect()
    }

    /// The slots of a day, and how many seats of each are free. One query.
    pub async fn slots(
        &self,
        app: &App,
        place: &Place,
        day: Date,
        calendars: &Calendars,
    ) -> Result<Vec<(Offered, u16)>, Trouble> {
        let now = app.ambient.now();
        let calendar = calendars.of(&place.agency);
        let slots = booking::offered(place, &self.terms, day, now, calendar).map_err(Rejection::Booking)?;
        let taken = bookings::taken(app.store.as_ref(), &place.code, day).await?;
        let free = |offered: Offered| {
            let taken = taken.get(&keys::slot_start(offered.slot.start));
            let seats = 1..=offered.capacity;
            let free = seats.filter(|seat| taken.is_none_or(|taken| !taken.contains(seat))).count();
            (offered, u16::try_from(free).unwrap_or(u16::MAX))
        };
        Ok(slots.into_iter().map(free).collect())
    }
}
