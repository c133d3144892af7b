//! The same at a counter: whoever books, changes, cancels, is received, or moves what is closed, stalls at each
//! of their port calls while others do something about the same time.

use std::sync::Arc;

use domain::id::BookingId;
use jiff::civil::{Date, date};
use testkit::faults::{Progress, poll};
use testkit::samples::{HANDLER, KEEPER};

use super::{Process, finish};
use crate::bookings::{At, HALL, Want};
use crate::city::{self, City};
use crate::invariants;
use crate::people::{Asking, Wish};

const FRIDAY: Date = date(2026, 11, 20);
const MONDAY: Date = date(2026, 11, 23);
/// The one seat that everybody would like.
const WANTED: At = At { place: HALL, day: MONDAY, start: "14:00" };

/// Who stalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Books,
    Changes,
    Cancels,
    Receives,
    /// Friday was closed, and the bookings follow.
    Follows,
}

/// What goes on meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    /// It is sent again, or ticks again.
    Again,
    Booked,
    Changed,
    Cancelled,
    Received,
    /// A day is closed, and the bookings follow.
    Closed,
}

/// Who stalls, and what goes on meanwhile.
#[derive(Debug, Clone, Copy)]
struct Stall {
    who: Who,
    meanwhile: Meanwhile,
}

fn all() -> impl Iterator<Item = Stall> {
    let everybody = [Who::Books, Who::Changes, Who::Cancels, Who::Receives, Who::Follows];
    let everything = [
        Meanwhile::Again,
        Meanwhile::Booked,
        Meanwhile::Changed,
        Meanwhile::Cancelled,
        Meanwhile::Received,
        Meanwhile::Closed,
    ];
    everybody.into_iter().flat_map(move |who| everything.map(|meanwhile| Stall { who, meanwhile }))
}

fn closes(city: &mut City, day: Date) {
    let wish = Wish::Close { day, extent: "day" };
    assert!(city.ask(&Asking::new(KEEPER, 400, wish)).is_success());
}

impl Stall {
    /// Plays it with the stall before turn `turn`, from 0; gives what is broken, and whether it came to that turn.
    fn run(self, turn: u32) -> (Vec<String>, bool) {
        let mut city = City::new(1, None);
        city.world.ambient.set("2026-11-20T09:00:00+08:00".parse().expect("an instant"));
        city.world.gate.interleave();
        let at = At { place: HALL, day: FRIDAY, start: "14:00" };
        let made = Asking::at_counter("applicant", 401, Want::Book(at));
        assert_eq!(city.ask(&made).status, 201);
        let booking = BookingId::of_request(made.person(), made.id);
        city.settle();
        if self.who == Who::Follows {
            closes(&mut city, FRIDAY);
        }
        let asking = self.asking(&city, booking);
        let mut process = start(&mut city, asking.as_ref());
        let mut ended = None;
        for _ in 0..turn {
            if let Progress::Done(answer) = poll(&city.world.gate, process.as_mut()) {
                ended = Some(answer);
                break;
            }
        }
        let stalled = ended.is_none();
        self.meanwhile(&mut city, booking, asking.as_ref());
        let answer = ended.unwrap_or_else(|| finish(&city, process.as_mut()));
        match (asking, answer) {
            (Some(asking), Some(answer)) if !answer.is_trouble() => city.note(asking, answer),
            (Some(asking), _) => drop(city.ask(&asking)),
            (None, _) => {}
        }
        let rested = city.rest();
        let mut broken = invariants::check(&city);
        if !rested {
            broken.push("10: it never comes to rest".to_owned());
        }
        (broken, stalled)
    }

    fn asking(self, city: &City, booking: BookingId) -> Option<Asking> {
        match self.who {
            Who::Books => Some(Asking::at_counter("neighbour", 402, Want::Book(WANTED))),
            Who::Changes => {
                let want = Want::Change { booking, version: 1, at: WANTED };
                Some(Asking::at_counter("applicant", 403, want))
            }
            Who::Cancels => Some(Asking::at_counter("applicant", 404, Want::Cancel { booking, version: 1 })),
            Who::Receives => Some(Asking::at_counter(HANDLER, 405, Want::code_of(&city.booking(booking)))),
            Who::Follows => None,
        }
    }

    fn meanwhile(self, city: &mut City, booking: BookingId, asking: Option<&Asking>) {
        let version = city.booking(booking).version();
        let want = match self.meanwhile {
            Meanwhile::Again => {
                match asking {
                    Some(asking) => drop(city.ask(asking)),
                    None => assert!(city.follow()),
                }
                None
            }
            Meanwhile::Booked => Some(("visitor", Want::Book(WANTED))),
            Meanwhile::Changed => Some(("applicant", Want::Change { booking, version, at: WANTED })),
            Meanwhile::Cancelled => Some(("applicant", Want::Cancel { booking, version })),
            Meanwhile::Received => Some((HANDLER, Want::code_of(&city.booking(booking)))),
            Meanwhile::Closed => {
                closes(city, if self.who == Who::Follows { MONDAY } else { FRIDAY });
                assert!(city.follow());
                None
            }
        };
        if let Some((subject, want)) = want {
            city.ask(&Asking::at_counter(subject, 406, want));
        }
        city.settle();
        city.sweep();
    }
}

/// The request, or the schedule where nobody asks for anything.
fn start(city: &mut City, asking: Option<&Asking>) -> Process {
    let apps = Arc::clone(&city.apps);
    let Some(asking) = asking.cloned() else {
        return Box::pin(async move {
            drop(booking::tick(&apps.booking).await);
            None
        });
    };
    city.sign_in(&asking.subject);
    Box::pin(async move { Some(city::call(&apps, &asking).await) })
}

#[test]
fn whoever_stalls_at_a_counter_harms_nothing() {
    let mut played = 0;
    for stall in all() {
        for turn in 0.. {
            let (broken, stalled) = stall.run(turn);
            assert!(broken.is_empty(), "{stall:?} before turn {turn}:\n{}", broken.join("\n"));
            if !stalled {
                break;
            }
            played += 1;
        }
    }
    println!("{played} stalls");
}
