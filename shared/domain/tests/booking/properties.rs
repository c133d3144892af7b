//! What is true of slots and bookings whatever the rules are and whatever is asked.

use domain::access::Actor;
use domain::agency::Role;
use domain::attendance::{Duty, DutyNoticeId, Half};
use domain::booking::{
    self, Appointment, BookingNoticeId, BookingTerms, CheckInCode, Command, Opening, Place, Slot, State,
};
use domain::calendar::Calendar;
use domain::event::Party;
use domain::id::BookingId;
use domain::notice_tag::NoticeTag;
use domain::taipei;
use jiff::civil::date;
use proptest::prelude::*;

use crate::{WEEK, at, booked, cause, now, officer, person, place, request, terms};

/// A step that a person, an officer or the window might ask for next.
fn step() -> impl Strategy<Value = (usize, i64, u8)> {
    (0_usize..6, 0_i64..72, 0_u8..4)
}

proptest! {
    #[test]
    fn names_of_notices_round_trip_and_no_text_makes_a_parser_panic(bytes: [u8; 16], version: u32, place: u16, text in "\\PC{0,60}") {
        let id = BookingNoticeId { booking: BookingId::from_bytes(bytes), version };
        let tag = NoticeTag::Booking(id);
        prop_assert_eq!(tag.to_string().parse(), Ok(tag));
        let duty = DutyNoticeId { agency: "daan-hro".parse().unwrap(), duty: Duty { day: date(2026, 11, 23), half: Half::Morning }, place };
        let tag = NoticeTag::Duty(duty);
        prop_assert_eq!(tag.to_string().parse(), Ok(tag));
        let _ = format!("duty_{text}").parse::<NoticeTag>();
        let _ = (text.parse::<NoticeTag>(), text.parse::<CheckInCode>(), format!("booking_{text}").parse::<NoticeTag>());
    }

    #[test]
    fn codes_round_trip(random: [u8; 8]) {
        let code = CheckInCode::of_random(random);
        prop_assert_eq!(code.to_string().parse(), Ok(code));
    }

    /// Slots of a place do not overlap, are as long as each other, and lie in the openings, whatever the
    /// openings are.
    #[test]
    fn slots_are_apart_and_within_the_openings(
        minutes in 1_u16..48, from in 0_i8..23, length in 1_i8..12, second in 0_i8..23, longer in 1_i8..12,
        day in 1_i8..=28,
    ) {
        let until = |from: i8, length: i8| at((from + length).min(23), 59);
        let opening = |from, length| Opening {
            days: WEEK.to_vec(), from: at(from, 0), until: until(from, length), capacity: 3,
        };
        let place = Place {
            slot_minutes: minutes * 5, opening: vec![opening(from, length), opening(second, longer)], ..place()
        };
        prop_assume!(place.check().is_ok());
        let slots = place.slots(date(2026, 11, day), Calendar::shipped()).unwrap();
        for pair in slots.windows(2) {
            prop_assert!(pair[0].slot.end <= pair[1].slot.start);
        }
        for offered in slots {
            let Slot { start, end, .. } = offered.slot;
            let length = jiff::Span::new().minutes(i64::from(minutes * 5));
            prop_assert_eq!(start.checked_add(length).unwrap(), end);
            let within = |opening: &Opening| opening.from <= start && end <= opening.until;
            prop_assert!(place.opening.iter().any(within));
        }
    }

    /// Whatever is asked in whatever order, a booking that is over stays over, its version counts its
    /// steps, and it holds a place exactly while it is booked or the day has come to it.
    #[test]
    fn a_booking_never_comes_back(steps in proptest::collection::vec(step(), 0..24)) {
        let (mut booking, mut clock) = (booked(), now());
        let actors = [
            Actor::Applicant(person(1)), Actor::Applicant(person(2)), officer("daan-hro", Role::Handler, 9), Actor::System,
        ];
        for (which, hours, actor) in steps {
            clock = clock.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap();
            let terms = BookingTerms { min_days: 0, ..terms() };
            let day = taipei::plus_days(taipei::day_of(clock), 3).unwrap();
            let Ok(to) = booking::offer(&place(), &terms, (day, at(9, 0)), clock, Calendar::shipped()) else { continue };
            let command = match which {
                0 => Command::Change(to),
                1 => Command::Cancel,
                2 => Command::CheckIn,
                3 => Command::MarkNoShow,
                4 => Command::Move(to, cause()),
                _ => Command::CallOff(cause()),
            };
            let before = booking.clone();
            let actor = &actors[usize::from(actor)];
            let Ok(kind) = booking::decide(&booking, actor, None, &command, clock) else { continue };
            prop_assert!(matches!(before.state, State::Booked | State::NoShow));
            let step = booking::Step { at: clock, by: Party::System, request: request(2), kind };
            booking = booking.after(step, 1, command.offer());
            prop_assert_eq!(booking.version(), before.version() + 1);
            prop_assert_eq!((booking.id, booking.code), (before.id, before.code));
            if booking.state != State::Booked {
                let Appointment { slot, .. } = &booking.appointment;
                prop_assert_eq!(*slot, before.appointment.slot);
            }
        }
    }
}
