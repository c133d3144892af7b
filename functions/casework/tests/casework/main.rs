//! The whole function against stores in memory.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops at once")]

mod absences;
mod attendance;
mod bad_input;
mod bulk;
mod commands;
mod corrections;
mod fee_pages;
mod files;
mod glass;
mod letters;
mod lists;
mod matrix;
mod money;
mod money_list;
mod money_matrix;
mod pages;
mod pick_up;
mod refusal;
mod registers;
mod reroute;
mod reviews;
mod rig;
mod samples;
mod sessions;
mod unreached;
