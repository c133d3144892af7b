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

/// The cargo that runs this program, or the one on the path.
#[must_use]
pub fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
