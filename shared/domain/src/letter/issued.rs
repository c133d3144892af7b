//! A letter that was sent: everything its PDF is made of, as the event that issued it keeps it.

use std::fmt;

use super::{Letter, Letterhead};
use crate::verification::VerificationCode;

/// A document that was issued. The file is a function of it, so it is made whenever it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub code: VerificationCode,
    /// The address of the page that verifies it, as of that day.
    pub page: String,
    pub letter: Letter,
}

/// What the window gives for a letter to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub letterhead: Letterhead,
    pub page: String,
    pub draw: Draw,
}

/// 32 random bytes of the `Ambient` port: verification code and serial are drawn from them. Printed by
/// nothing: who has the code has the document.
#[derive(Clone, PartialEq, Eq)]
pub struct Draw([u8; 32]);

impl Draw {
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From the first 12 bytes.
    #[must_use]
    pub fn code(&self) -> VerificationCode {
        let mut random = [0; 12];
        for (to, from) in random.iter_mut().zip(self.0) {
            *to = from;
        }
        VerificationCode::from_random(random)
    }

    /// Six digits, from the 8 bytes after those.
    pub(super) fn serial(&self) -> u64 {
        self.0.iter().skip(12).take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte)) % 1_000_000
    }
}

impl fmt::Debug for Draw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Draw(..)")
    }
}
