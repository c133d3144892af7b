//! Somebody who gave the number of a mobile telephone: asked to correct, reminded, late, and told the result; by a
//! gateway that puts the first SMS off, and loses its answer of another.

use jiff::SignedDuration;
use testkit::messenger::Reaction;

use super::{apply, approve, ask_for_correction, assign, done, propose, schedules, version};
use crate::city::City;
use crate::people::{Asking, TEXTED, Wish};

pub fn texted(city: &mut City) {
    let case = apply(city, TEXTED, 1).case().expect("a case number");
    city.settle();
    assign(city, case, 1);
    city.world.messenger.react(Reaction::Throttle);
    ask_for_correction(city, case, 2, 2);
    city.world.messenger.react(Reaction::AcceptSilently);
    city.world.ambient.advance(SignedDuration::from_hours(24 * 2));
    schedules(city);
    city.world.messenger.react(Reaction::Accept);
    // The period ends at midnight; no telephone rings before the morning.
    city.world.ambient.advance(SignedDuration::from_hours(24 * 3));
    schedules(city);
    done(&city.ask(&Asking::new(TEXTED, 160, Wish::Answer { case, round: 1 })));
    city.settle();
    let seen = version(city, case);
    propose(city, case, seen, "approve");
    approve(city, case, seen + 1);
}
