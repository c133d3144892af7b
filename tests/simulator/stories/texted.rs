//! Somebody who gave the number of a mobile telephone: asked to correct, reminded, late, and told the result; by a
//! gateway that puts the first SMS off, and loses its answer of another.

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
    // Until Monday the 23rd: called to mind on the day before.
    city.world.messenger.react(Reaction::AcceptSilently);
    city.world.ambient.set("2026-11-22T09:00:30+08:00".parse().expect("an instant"));
    schedules(city);
    city.world.messenger.react(Reaction::Accept);
    // The period ends at midnight; no telephone rings before the morning.
    for time in ["2026-11-24T00:02:00+08:00", "2026-11-24T09:00:00+08:00"] {
        city.world.ambient.set(time.parse().expect("an instant"));
        schedules(city);
    }
    done(&city.ask(&Asking::new(TEXTED, 160, Wish::Answer { case, round: 1 })));
    city.settle();
    let seen = version(city, case);
    propose(city, case, seen, "approve");
    approve(city, case, seen + 1);
}
