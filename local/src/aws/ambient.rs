//! The one place of the services that asks the machine for time and randomness.

/// Milliseconds since the epoch: the unit of every stored time here.
#[expect(clippy::disallowed_methods, reason = "the services stand in for AWS, which has its own clock")]
pub(super) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// `2026-03-01T02:03:04.567Z`, as SES writes times.
pub(super) fn rfc3339(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).map_or_else(|_| String::new(), |at| format!("{at:.3}"))
}

pub(super) fn fresh_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Unpredictable bytes, 16 at a time less the six bits that a version 4 id fixes.
pub(super) fn random_bytes(count: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(count + 16);
    while bytes.len() < count {
        let id = uuid::Uuid::new_v4();
        // Bytes 6 and 8 carry the version and the variant.
        bytes.extend(
            id.as_bytes().iter().enumerate().filter(|(at, _)| !matches!(at, 6 | 8)).map(|(_, byte)| *byte),
        );
    }
    bytes.truncate(count);
    bytes
}
