//! What the targets share.

pub mod payments;

use std::sync::Once;

/// Called with every input that a target takes. `smoke.py` names a file in `FUZZ_TAKEN` to learn whether a
/// seed gets that far: a target whose seeds are all refused fuzzes nothing but the refusal.
pub fn taken() {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        if let Some(file) = std::env::var_os("FUZZ_TAKEN") {
            std::fs::write(file, "").expect("a file that can be written");
        }
    });
}

/// The first `N` lines of an input, for headers, and what follows them. A line that is not there is empty.
pub fn lines<const N: usize>(input: &[u8]) -> ([String; N], &[u8]) {
    let mut rest = input;
    let lines = std::array::from_fn(|_| {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = rest.get(end + 1..).unwrap_or_default();
        line
    });
    (lines, rest)
}
