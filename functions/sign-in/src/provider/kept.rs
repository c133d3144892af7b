//! What a process keeps of what the provider publishes.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// How long. A key that the provider has withdrawn is good for no longer.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// One value, and when it was read.
#[derive(Debug)]
pub struct Kept<T>(Mutex<Option<(Timestamp, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    /// The value, unless it is too old.
    pub fn get(&self, now: Timestamp) -> Option<Arc<T>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, value) = kept.as_ref()?;
        let age = now.duration_since(*read_at);
        (SignedDuration::ZERO..KEPT).contains(&age).then(|| Arc::clone(value))
    }

    /// Keeps `value` in place of the one before.
    pub fn keep(&self, value: T, now: Timestamp) -> Arc<T> {
        let value = Arc::new(value);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&value)));
        value
    }
}
