//! Letters as files and the page that verifies them, over a city in memory.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops at once, and says where"
)]

mod files;
mod support;
mod verify;
