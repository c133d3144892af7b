//! Which times there are: by the rules of the place, the office calendar and the terms of the item.

use domain::booking::{self, BadPlace, BookingTerms, Place, Refusal, Slot};
use domain::calendar::{Calendar, Extent};
use jiff::civil::date;

use crate::{at, closed, instant, now, place, starts, terms};

#[test]
fn slots_follow_from_the_rules_of_the_place_and_the_office_calendar() {
    let friday = date(2026, 11, 20);
    let all = starts(friday, Calendar::shipped());
    assert_eq!(all.len(), 13);
    assert_eq!(
        (all[0].as_str(), all[5].as_str(), all[6].as_str()),
        ("09:00–09:30", "11:30–12:00", "13:30–14:00")
    );
    assert_eq!(place().slots(friday, Calendar::shipped()).unwrap()[6].capacity, 2);
    // A weekend, a holiday, a day beyond the calendar.
    assert!(starts(date(2026, 11, 21), Calendar::shipped()).is_empty());
    assert!(starts(date(2026, 12, 25), Calendar::shipped()).is_empty());
    assert!(place().slots(date(2030, 1, 2), Calendar::shipped()).is_err());
    // A day closed whole, or half.
    assert!(starts(friday, &closed(friday, Extent::Day)).is_empty());
    assert_eq!(starts(friday, &closed(friday, Extent::Morning)), all[6..]);
    assert_eq!(starts(friday, &closed(friday, Extent::Afternoon)), all[..6]);
    // A slot over noon lies in neither half.
    let over_noon = Slot { day: friday, start: at(11, 45), end: at(12, 15) };
    for extent in [Extent::Day, Extent::Morning, Extent::Afternoon] {
        assert!(booking::is_closed(over_noon, &closed(friday, extent)));
    }
    assert!(!booking::is_closed(over_noon, Calendar::shipped()));
}

#[test]
fn what_is_left_of_an_opening_is_no_slot_and_rules_that_make_none_are_refused() {
    let check = |change: fn(&mut Place)| {
        let mut place = place();
        change(&mut place);
        place.check()
    };
    assert_eq!(check(|_| {}), Ok(()));
    assert_eq!(check(|place| place.slot_minutes = 0), Err(BadPlace::SlotMinutes));
    assert_eq!(check(|place| place.slot_minutes = 7), Err(BadPlace::SlotMinutes));
    assert_eq!(check(|place| place.opening.clear()), Err(BadPlace::Opening));
    assert_eq!(check(|place| place.opening[0].days.clear()), Err(BadPlace::Opening));
    assert_eq!(check(|place| place.opening[0].until = at(13, 59)), Err(BadPlace::Opening));
    assert_eq!(check(|place| place.opening[0].capacity = 0), Err(BadPlace::Capacity));
    assert_eq!(check(|place| place.opening[0].capacity = Place::MAX_CAPACITY + 1), Err(BadPlace::Capacity));
    assert_eq!(check(|place| place.opening[1].until = at(14, 0)), Err(BadPlace::Overlap));
    let mut place = place();
    place.opening[0].until = at(14, 20);
    let slots = place.slots(date(2026, 11, 20), Calendar::shipped()).unwrap();
    assert_eq!(slots.len(), 7);
    // To the last minute of a day.
    place.opening[0].until = at(23, 59);
    assert_eq!(place.slots(date(2026, 11, 20), Calendar::shipped()).unwrap().len(), 26);
}

#[test]
fn a_time_is_offered_within_the_days_of_the_item_and_before_it_begins() {
    let ask = |place: &Place, terms: &BookingTerms, day, start| {
        booking::offer(place, terms, (day, start), now(), Calendar::shipped()).map(|offer| offer.capacity())
    };
    let period = Err(Refusal::OutsidePeriod { first: date(2026, 11, 20), last: date(2026, 12, 19) });
    assert_eq!(ask(&place(), &terms(), date(2026, 11, 20), at(9, 30)), Ok(4));
    assert_eq!(ask(&place(), &terms(), date(2026, 11, 19), at(16, 0)), period);
    assert_eq!(ask(&place(), &terms(), date(2026, 12, 20), at(9, 0)), period);
    assert_eq!(ask(&place(), &terms(), date(2026, 12, 18), at(9, 0)), Ok(4));
    assert_eq!(ask(&place(), &terms(), date(2026, 11, 20), at(9, 15)), Err(Refusal::NoSuchSlot));
    assert_eq!(ask(&place(), &terms(), date(2026, 11, 21), at(9, 30)), Err(Refusal::NoSuchSlot));
    let elsewhere = Place { code: "xinyi-hro".parse().unwrap(), ..place() };
    assert_eq!(ask(&elsewhere, &terms(), date(2026, 11, 20), at(9, 30)), Err(Refusal::NoSuchSlot));
    // Today, where the item allows it: what has not begun. It is ten o'clock.
    let today = BookingTerms { min_days: 0, ..terms() };
    assert_eq!(ask(&place(), &today, date(2026, 11, 19), at(10, 0)), Err(Refusal::NoSuchSlot));
    assert_eq!(ask(&place(), &today, date(2026, 11, 19), at(10, 30)), Ok(4));
    // Days the calendar does not cover.
    let far = booking::offer(
        &place(),
        &terms(),
        (date(2028, 1, 3), at(9, 0)),
        instant("2027-12-30T02:00:00Z"),
        Calendar::shipped(),
    );
    assert_eq!(far, Err(Refusal::NoSuchSlot));
}
