//! The whole window in one thread: the real handlers on ports in memory, with every port call a
//! place where the process can die.
//!
//! `SIM_SEED` and `SIM_STEPS` set where the random schedules start and how long they go on; a failure
//! prints the seed that replays it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops at once, and says where"
)]

mod bookings;
mod bugs;
mod city;
mod delivery;
mod exhaustive;
mod expected;
mod invariants;
mod mails;
mod people;
mod random;
mod reference;
mod reminders;
mod schedule;
mod seeded;
mod stalls;
mod stories;
mod till;
