//! The verification code (查驗碼) of an electronic document: whoever has it can look the document up,
//! so nobody may guess one.

use std::fmt;
use std::str::FromStr;

/// Crockford's base 32: no I, L, O, U, so that a code survives being read out and typed in.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code, the last of which is the check character.
pub const LENGTH: usize = 20;
/// Characters between two hyphens.
const GROUP: usize = 5;

/// 95 random bits and a check character: `7K3QH-9XW2M-T4BCD-EFGH5`.
///
/// Drawn, not derived: it says nothing of the case, and unlike one made by HMAC there is no key whose
/// loss would reveal the codes of all documents. The check character is a sum over GF(2⁵), which catches
/// every single wrong character and every two that changed places.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerificationCode([u8; LENGTH]);

/// A text that is no verification code: too short or long, a strange character, or mistyped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a verification code")]
pub struct NotAVerificationCode;

impl VerificationCode {
    /// A code of 12 random bytes from the `Ambient` port, of which 95 bits are used.
    #[must_use]
    pub fn from_random(random: [u8; 12]) -> Self {
        let mut rest = random.iter().fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
        let mut digits = [0; LENGTH];
        for digit in digits.iter_mut().take(LENGTH - 1) {
            *digit = u8::try_from(rest & 31).unwrap_or_default();
            rest >>= 5;
        }
        let check = check_digit(&digits);
        if let Some(last) = digits.last_mut() {
            *last = check;
        }
        Self(digits)
    }
}

/// The digit that follows all but the last of `digits`: the sum of digit times power of a primitive
/// element, from 1 up; all powers are distinct and not one, hence what it catches.
fn check_digit(digits: &[u8; LENGTH]) -> u8 {
    let (mut sum, mut weight) = (0, 1);
    for digit in digits.iter().take(LENGTH - 1) {
        weight = double(weight);
        sum ^= times(*digit, weight);
    }
    sum
}

/// Times the primitive element of GF(2⁵) modulo x⁵ + x² + 1.
const fn double(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

fn times(mut value: u8, mut by: u8) -> u8 {
    let mut product = 0;
    while by != 0 {
        if by & 1 == 1 {
            product ^= value;
        }
        value = double(value);
        by >>= 1;
    }
    product
}

impl fmt::Display for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, digit) in self.0.iter().enumerate() {
            if place > 0 && place % GROUP == 0 {
                f.write_str("-")?;
            }
            let symbol = ALPHABET.get(usize::from(*digit)).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(symbol))?;
        }
        Ok(())
    }
}

/// Who has the code has the document: it is not for logs.
impl fmt::Debug for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationCode(..)")
    }
}

impl FromStr for VerificationCode {
    type Err = NotAVerificationCode;

    /// Forgives spaces, hyphens and dashes of any kind, case, full-width letters, O for 0 and I or L
    /// for 1.
    fn from_str(text: &str) -> Result<Self, NotAVerificationCode> {
        let mut digits = [0; LENGTH];
        let mut typed = text.chars().filter(|c| !is_separator(*c));
        for digit in &mut digits {
            *digit = typed.next().and_then(digit_of).ok_or(NotAVerificationCode)?;
        }
        let whole = typed.next().is_none() && digits.last() == Some(&check_digit(&digits));
        if whole { Ok(Self(digits)) } else { Err(NotAVerificationCode) }
    }
}

/// What people put between characters, or paste with them.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{200B}' | '\u{FEFF}')
}

fn digit_of(c: char) -> Option<u8> {
    // A Chinese input method in full-width mode types ！ to ～ for ! to ~.
    let narrow = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0)?,
        other => other,
    };
    let symbol = match narrow.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == symbol)?;
    u8::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The characters of a code without its hyphens.
    fn bare(code: VerificationCode) -> Vec<u8> {
        code.to_string().bytes().filter(|b| *b != b'-').collect()
    }

    fn read(symbols: &[u8]) -> Result<VerificationCode, NotAVerificationCode> {
        std::str::from_utf8(symbols).unwrap().parse()
    }

    proptest! {
        #[test]
        fn a_code_is_read_however_it_is_typed(random: [u8; 12], styles in prop::collection::vec(0_u8..6, 20)) {
            let code = VerificationCode::from_random(random);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            let typed: String = bare(code).iter().zip(styles).map(|(symbol, style)| {
                let symbol = char::from(*symbol);
                match (style, symbol) {
                    (0, c) => c.to_ascii_lowercase().to_string(),
                    (1, '0') => "o".to_owned(),
                    (2, '0') => "O".to_owned(),
                    (1, '1') => "l".to_owned(),
                    (2, '1') => "I".to_owned(),
                    (3, c) => format!("{c} \u{3000}"),
                    (4, c) => format!("–{c}-"),
                    (5, c) => char::from_u32(u32::from(c) + 0xFEE0).unwrap().to_string(),
                    (_, c) => c.to_string(),
                }
            }).collect();
            prop_assert_eq!(typed.parse(), Ok(code));
        }

        #[test]
        fn one_wrong_character_is_caught(random: [u8; 12], place in 0_usize..LENGTH, other in 0_usize..32) {
            let mut symbols = bare(VerificationCode::from_random(random));
            prop_assume!(symbols[place] != ALPHABET[other]);
            symbols[place] = ALPHABET[other];
            prop_assert_eq!(read(&symbols), Err(NotAVerificationCode));
        }

        #[test]
        fn two_characters_that_changed_places_are_caught(
            random: [u8; 12], a in 0_usize..LENGTH, b in 0_usize..LENGTH,
        ) {
            let mut symbols = bare(VerificationCode::from_random(random));
            prop_assume!(symbols[a] != symbols[b]);
            symbols.swap(a, b);
            prop_assert_eq!(read(&symbols), Err(NotAVerificationCode));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
            let _ = text.parse::<VerificationCode>();
        }

        #[test]
        fn different_bytes_give_different_codes(a: [u8; 12], b: [u8; 12]) {
            // The first of the 96 bits is not used.
            let used = |bytes: [u8; 12]| (bytes[0] & 0x7F, bytes[1..].to_vec());
            let same = VerificationCode::from_random(a) == VerificationCode::from_random(b);
            prop_assert_eq!(same, used(a) == used(b));
        }
    }

    #[test]
    fn a_code_has_four_groups_of_five() {
        let text = VerificationCode::from_random([0xA7; 12]).to_string();
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5]);
        assert!("".parse::<VerificationCode>().is_err());
        assert!(format!("{text}0").parse::<VerificationCode>().is_err());
        // U is left out of the alphabet.
        assert!("UUUUU-UUUUU-UUUUU-UUUUU".parse::<VerificationCode>().is_err());
    }

    #[test]
    fn the_code_is_not_printed_by_debug() {
        let code = VerificationCode::from_random([3; 12]);
        assert_eq!(format!("{code:?}"), "VerificationCode(..)");
    }
}
