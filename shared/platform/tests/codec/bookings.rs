//! Places and bookings as they are stored, with every step that a booking can take.

use domain::booking::{Appointment, BookedItem, Booking, CheckInCode, Place, Slot, State, Step, StepKind};
use domain::event::{Party, Request};
use domain::id::{BookingId, RequestId};
use domain::text::Text;
use jiff::civil::{date, time};
use platform::codec::booking::{self, Followed, PlaceFile};
use platform::codec::booking_notice::{self, BookingNotice};
use platform::codec::item;
use platform::keys::Key;
use platform::row::Row;

use crate::samples::frozen;
use crate::story;

fn appointment(day: i8, hour: i8) -> Appointment {
    Appointment {
        place: "daan-hro".parse().unwrap(),
        agency: "daan-hro".parse().unwrap(),
        name: Text::new("大安區戶政事務所", "Daan Household Registration Office"),
        address: Text::new("新生南路二段 86 號", "86 Xinsheng S. Rd. Sec. 2"),
        slot: Slot { day: date(2026, 11, day), start: time(hour, 0, 0, 0), end: time(hour + 1, 0, 0, 0) },
    }
}

fn steps() -> Vec<Step> {
    let cause = || Text::new("停止上班", "offices closed");
    let (booker, officer) = (Party::Applicant(story::person("lin")), Party::Officer(story::person("ding")));
    let kinds = [
        (booker, StepKind::Booked),
        (booker, StepKind::Changed { from: appointment(20, 9) }),
        (Party::System, StepKind::Moved { from: appointment(23, 9), cause: cause() }),
        (officer, StepKind::NoShow),
        (officer, StepKind::CheckedIn),
        (booker, StepKind::Cancelled),
        (Party::System, StepKind::CalledOff { cause: cause() }),
    ];
    let step = |(number, (by, kind)): (u8, (Party, StepKind))| Step {
        at: story::at("2026-11-19T10:00:00+08:00"),
        by,
        request: Request { id: RequestId::from_bytes([number; 16]), digest: [number; 32] },
        kind,
    };
    (1..).zip(kinds).map(step).collect()
}

/// A booking that has taken every step: more than one can.
fn booked() -> Booking {
    let request = RequestId::from_bytes([1; 16]);
    Booking {
        id: BookingId::of_request(story::person("lin"), request),
        item: BookedItem {
            code: "HR008".parse().unwrap(),
            version: 1,
            name: Text::new("離婚登記", "Registration of a divorce"),
        },
        booker: story::applicant(),
        case: Some("TP-00000-00000-0".parse().unwrap()),
        appointment: appointment(24, 14),
        seat: 3,
        code: CheckInCode::of_random([1, 2, 3, 4, 5, 6, 7, 8]),
        state: State::Booked,
        steps: steps(),
    }
}

fn text(row: &Row, name: &str) -> Option<String> {
    Some(row.get(name)?.as_s().unwrap().clone())
}

#[test]
fn a_booking_with_every_step_and_what_it_holds() {
    let booking = booked();
    frozen("booking", &booking, &booking::encode(&booking).unwrap(), booking::decode);
    let slot = booking.appointment.slot;
    let seat = Key::Seat(booking.appointment.place.clone(), slot, booking.seat);
    let held = Some("seat".to_owned());
    frozen("seat", &held, &booking::encode_seat(&seat, &booking).unwrap(), |row| Ok(text(&row, "row")));
    let day = Key::PersonDay(booking.booker.person, slot.day);
    let row = booking::encode_person_day(&day, &booking).unwrap();
    frozen("person_day", &booking.id, &row, booking::booking_of);
    let followed = Followed { edition: 2, walked: 3, version: 5 };
    frozen("bookings_followed", &followed, &followed.encode().unwrap(), Followed::decode);
}

#[test]
fn a_booking_is_listed_for_its_place_while_it_holds_a_seat_and_for_its_person_for_ever() {
    for state in State::ALL {
        let row = booking::encode(&Booking { state: *state, ..booked() }).unwrap();
        let holds = state.holds_a_place();
        assert_eq!(text(&row, "place_day"), holds.then(|| "daan-hro#2026-11-24".to_owned()), "{state}");
        assert_eq!(text(&row, "place_slot"), holds.then(|| "14:00 003".to_owned()));
        assert_eq!(text(&row, "booked_for").as_deref(), Some("2026-11-24 14:00"));
        assert_eq!(booking::decode(row).unwrap().state, *state);
    }
}

#[test]
fn the_notice_of_each_step_that_owes_one() {
    let mut owed = Vec::new();
    for until in 1..=steps().len() {
        let steps = steps().into_iter().take(until).collect();
        let Some(notice) = BookingNotice::of(&Booking { steps, ..booked() }) else { continue };
        owed.push((until, notice.kind.code()));
        let row = booking_notice::encode(&notice).unwrap();
        assert_eq!(booking_notice::decode(row.clone()).unwrap(), notice);
        if notice.kind.code() == "moved" {
            frozen("booking_notice", &notice, &row, booking_notice::decode);
        }
    }
    assert_eq!(owed, [(1, "booked"), (2, "changed"), (3, "moved"), (6, "cancelled"), (7, "called_off")]);
}

#[test]
fn a_place_and_an_item_that_can_be_booked_there() {
    let file: PlaceFile = serde_json::from_str(
        r#"{"code": "daan-hro", "agency": "daan-hro", "slot_minutes": 30,
            "name": {"zh": "大安區戶政事務所", "en": "Daan office"}, "address": {"zh": "新生南路", "en": "Xinsheng S. Rd."},
            "opening": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
                "from": "09:00:00", "until": "17:00:00", "capacity": 4}]}"#,
    )
    .unwrap();
    let place = Place::from(file.clone());
    frozen("place", &place, &booking::encode_place(&file).unwrap(), booking::decode_place);
    assert_eq!(place.check(), Ok(()));
    let item: item::ItemFile = serde_json::from_str(
        r#"{"code": "HR008", "version": 1, "effective_from": "2026-01-01", "agency": "daan-hro",
            "name": {"zh": "離婚登記", "en": "Divorce"}, "summary": {"zh": "摘要", "en": "Summary"},
            "eligibility": {"zh": "資格", "en": "Who"}, "online_type": "reservation",
            "in_person": {"zh": "親自到場", "en": "in person"}, "fee": 0, "fields": [], "documents": [],
            "booking": {"places": ["daan-hro"], "min_days": 1, "max_days": 30}, "legal_basis": ["戶籍法"]}"#,
    )
    .unwrap();
    let row = item::encode(&Key::ItemVersion("HR008".parse().unwrap(), 1), &item).unwrap();
    frozen("item_booking", &item.clone().try_into().unwrap(), &row, item::decode);
}

#[test]
fn nothing_about_a_person_is_in_a_debug_text() {
    let booking = booked();
    let notice = BookingNotice::of(&Booking { steps: steps().into_iter().take(1).collect(), ..booked() });
    let told = format!("{booking:?} {notice:?}");
    for canary in [story::NAME, story::EMAIL, &booking.code.to_string()] {
        assert!(!told.contains(canary), "tells {canary}");
    }
}
