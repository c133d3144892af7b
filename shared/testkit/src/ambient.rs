//! A clock that stands still until it is told to go on, and randomness from a seed.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use platform::ports::Ambient;

/// A small generator (`SplitMix64`): the same seed gives the same numbers on every machine.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which must not be 0.
    pub const fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// An index into something of `len` elements.
    pub fn index(&mut self, len: usize) -> usize {
        let limit = u64::try_from(len).expect("a length");
        usize::try_from(self.below(limit)).expect("an index")
    }

    /// True `per_mille` times out of a thousand.
    pub const fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next().to_le_bytes()[0])
    }
}

/// Time and randomness of a simulated process.
#[derive(Debug)]
pub struct ManualAmbient {
    now: Mutex<Timestamp>,
    random: Mutex<Random>,
}

impl ManualAmbient {
    #[must_use]
    pub fn new(now: Timestamp, seed: u64) -> Self {
        Self { now: Mutex::new(now), random: Mutex::new(Random::new(seed)) }
    }

    pub fn set(&self, now: Timestamp) {
        *self.now.lock().unwrap() = now;
    }

    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(by).expect("a simulation ends before time does");
    }
}

impl Ambient for ManualAmbient {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn random(&self) -> [u8; 32] {
        self.random.lock().unwrap().bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let bytes = |seed| ManualAmbient::new(Timestamp::UNIX_EPOCH, seed).random();
        assert_eq!(bytes(7), bytes(7));
        assert_ne!(bytes(7), bytes(8));
    }

    #[test]
    fn time_moves_only_when_told() {
        let ambient = ManualAmbient::new(Timestamp::UNIX_EPOCH, 0);
        assert_eq!(ambient.now(), ambient.now());
        ambient.advance(SignedDuration::from_secs(5));
        assert_eq!(ambient.now().as_second(), 5);
    }
}
