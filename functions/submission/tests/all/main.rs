//! The function as a whole, over a city in memory.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops at once, and says where"
)]

mod answers;
mod api;
mod assurance;
mod bad_json;
mod corrections;
mod declared;
mod letters;
mod mobile;
mod money;
mod money_api;
mod money_refusals;
mod notices;
mod pages;
mod pick_up;
mod refunds;
mod refusals;
mod samples;
mod support;
mod till;
