//! What the end-to-end suites share: [`city`] starts or finds a city, [`person`] uses it like a
//! browser or a program would, [`page`] reads what comes back, [`steps`] are what stories are made of, [`till`] is how people pay in them.

#![expect(
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a test library: an error is the test's failure"
)]

pub mod city;
pub mod page;
pub mod person;
pub mod refund;
pub mod steps;
pub mod till;
