//! The product through its public face: pages as a browser without JavaScript sees them, the JSON
//! API as a program does, mail as people get it. Runs over a local city of its own, or over any
//! deployment that `CITY_ADDRESS` names.

#![expect(
    clippy::indexing_slicing,
    clippy::type_complexity,
    reason = "a test that meets other JSON than it expects has failed"
)]

mod absences;
mod bad_input;
mod bookings;
mod declared;
mod dispatch;
mod flows;
mod letters;
mod notices;
mod originals;
mod payments;
mod pick_up;
mod registers;
mod reviews;
mod texts;
