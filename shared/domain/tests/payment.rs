//! Money from a set of facts: the published scenarios, and every order in which facts can come.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of a test")]

#[path = "payment/files.rs"]
mod files;
#[path = "payment/orders.rs"]
mod orders;
#[path = "payment/scenarios.rs"]
mod scenarios;
