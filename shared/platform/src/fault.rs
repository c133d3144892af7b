//! What can go wrong that the caller is not to blame for.

/// The operator's side of an error. What a caller must change is a [`domain::rejection::Rejection`].
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// May work when tried again: throttling, a time-out, a service that is down. HTTP 503 with
    /// `Retry-After`; a queue delivers again.
    #[error("temporarily unavailable: {0}")]
    Transient(String),
    /// Somebody else wrote first, three times in a row.
    #[error("too many writers at once")]
    Conflict,
    /// Data or a request that can never work: dead letter and alarm.
    #[error("{0}")]
    Corrupt(String),
    /// The deployment is wrong; the function does not start.
    #[error("{0}")]
    Config(String),
}

impl Fault {
    pub fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }
}
