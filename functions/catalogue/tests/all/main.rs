//! The function as a whole, over a catalogue in memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops at once, and says where"
)]

mod calendar;
mod fees;
mod import;
mod routes;
mod support;
