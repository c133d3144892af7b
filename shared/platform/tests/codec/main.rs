//! How domain values are stored: samples of every schema, round trips, the chain of events, and
//! nothing about a person in a debug text.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of a test")]

mod absences;
mod bookings;
mod canary;
mod chain;
mod clocks;
mod corrections;
mod duties;
mod fees;
mod filings;
mod letters;
mod money;
mod one_row;
mod pick_ups;
mod registers;
mod reviews;
mod round_trips;
mod samples;
mod services;
mod signed;
mod story;
