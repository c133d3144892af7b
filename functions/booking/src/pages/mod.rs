//! The pages: choosing a time, one's own bookings, and the counter.

pub mod booking;
pub mod choose;
pub mod counter;

use domain::booking::State;

/// The colour of a state's tag.
const fn tone(state: State) -> &'static str {
    match state {
        State::Booked => "",
        State::CheckedIn => "tag-good",
        State::NoShow => "tag-bad",
        State::Cancelled => "tag-plain",
        State::CalledOff => "tag-warn",
    }
}
