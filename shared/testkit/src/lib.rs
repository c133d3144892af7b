//! What tests stand on: the eight ports in memory, one contract that both they and the real ones
//! keep, samples of everything, and a world whose every port call can fail or kill the process.
//!
//! Only tests depend on this crate.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops at once, and says where"
)]

pub mod ambient;
pub mod bank;
mod cases;
pub mod contract;
mod corrections;
pub mod faults;
mod funds;
pub mod http;
pub mod id_token;
mod index;
pub mod letters;
pub mod mailer;
pub mod messenger;
mod notices;
pub mod objects;
pub mod pick_ups;
pub mod queue;
pub mod registers;
pub mod samples;
pub mod store;
pub mod stream;
pub mod world;
