//! The function as a whole, over a city in memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops at once, and says where"
)]

mod at_once;
mod bad_input;
mod bookings;
mod closures;
mod counter;
mod crashes;
mod invariants;
mod pages;
mod support;
