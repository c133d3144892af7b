//! A document that was sent: everything its PDF is made of, as the event that issued it keeps it.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Letterhead, Paper};
use crate::verification::VerificationCode;

/// A document that was issued. The file is a function of it, so it is made whenever it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub code: VerificationCode,
    /// The address of the page that verifies it, as of that day.
    pub page: String,
    pub paper: Paper,
}

/// What the window gives for documents to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub letterhead: Letterhead,
    pub page: String,
    pub draw: Draw,
}

/// How many serials there are.
const SERIALS: u64 = 1_000_000;

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

    /// What is drawn for the document at `place` of the same event, 0 being the letter: the code by a one-way
    /// function, so that who has one document has no other, and the serials one after the other, so that no two
    /// are alike.
    #[must_use]
    pub fn at(&self, place: u32) -> Self {
        if place == 0 {
            return self.clone();
        }
        let hash = Sha256::new().chain_update(self.0).chain_update(place.to_be_bytes());
        let mut bytes: [u8; 32] = hash.finalize().into();
        let serial = self.serial().saturating_add(u64::from(place)) % SERIALS;
        for (to, from) in bytes.iter_mut().skip(12).zip(serial.to_be_bytes()) {
            *to = from;
        }
        Self(bytes)
    }

    /// Six digits, from the 8 bytes after those.
    pub(super) fn serial(&self) -> u64 {
        self.0.iter().skip(12).take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte)) % SERIALS
    }
}

impl fmt::Debug for Draw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Draw(..)")
    }
}
