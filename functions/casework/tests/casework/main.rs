//! The whole function against stores in memory.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops at once")]

mod bad_input;
mod commands;
mod files;
mod lists;
mod matrix;
mod pages;
mod rig;
mod samples;
mod sessions;
