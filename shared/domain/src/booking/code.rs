//! The check-in code (報到碼): what whoever has booked shows at the counter.

use std::fmt;
use std::str::FromStr;

use crate::id::{ALPHABET, NotAnId};

/// Eight characters that survive being read out, 40 random bits: `7K3Q-9XWM`. Good for one booking at one
/// place on one day, and only in the hands of the staff there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckInCode([u8; 8]);

impl CheckInCode {
    #[must_use]
    pub fn of_random(random: [u8; 8]) -> Self {
        Self(random.map(|byte| ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0')))
    }
}

/// Nothing: it opens a booking.
impl fmt::Debug for CheckInCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckInCode")
    }
}

impl fmt::Display for CheckInCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, symbol) in self.0.iter().enumerate() {
            if place == 4 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*symbol))?;
        }
        Ok(())
    }
}

/// Reads it as people type it: small letters, no hyphen, O for 0, I and L for 1.
impl FromStr for CheckInCode {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let refused = NotAnId("check-in code");
        let mut symbols = text.bytes().filter(|byte| !matches!(byte, b'-' | b' '));
        let mut code = [b'0'; 8];
        for slot in &mut code {
            let symbol = match symbols.next().ok_or(refused)?.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            *slot = Some(symbol).filter(|symbol| ALPHABET.contains(symbol)).ok_or(refused)?;
        }
        if symbols.next().is_some() { Err(refused) } else { Ok(Self(code)) }
    }
}
