//! The whole window in one thread: the real handlers on ports in memory, with every port call a
//! place where the process can die. See `ARCHITECTURE.md` for how it fits with the other suites.
//!
//! `SIM_SEED` and `SIM_STEPS` set where the random schedules start and how long they go on; a failure
//! prints the seed that replays it.

mod bugs;
mod city;
mod delivery;
mod exhaustive;
mod expected;
mod invariants;
mod mails;
mod people;
mod random;
mod schedule;
mod seeded;
mod stories;
