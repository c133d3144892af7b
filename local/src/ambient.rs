//! The one place of the city that asks the machine for time, randomness and its environment.

use jiff::Timestamp;

/// Now, by the clock of this machine.
#[expect(clippy::disallowed_methods, reason = "the city stands in for AWS, which has its own clock")]
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// An id in the form that AWS uses for requests.
#[must_use]
pub fn fresh_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// An unguessable token of 64 letters and digits.
#[must_use]
pub fn token() -> String {
    format!("{}{}", fresh_id(), fresh_id()).replace('-', "")
}

/// Random digits, `count` of them, at most 30.
#[must_use]
pub fn digits(count: usize) -> String {
    let digits = format!("{:039}", uuid::Uuid::new_v4().as_u128());
    // The last ones: the first are all but fixed, as are six bits in the middle.
    digits.chars().rev().take(count.min(30)).collect()
}

/// The cargo that runs this program, or the one on the path.
#[must_use]
pub fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
