//! Typed ids. Every id has one text form with a prefix that says what it is; `FromStr` accepts that
//! form and nothing else, so an id that parsed is safe in a key, a path and a mail tag.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A text that is not an id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {0}")]
pub struct NotAnId(pub(crate) &'static str);

/// Ids made of 128 bits: `prefix` + 32 lower-case hex digits.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// A UUID v7 from the time and 80 random bits.
            #[must_use]
            pub fn new(now: jiff::Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            #[must_use]
            pub const fn bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let refused = NotAnId(stringify!($name));
                let hex = text.strip_prefix($prefix).ok_or(refused)?;
                if hex.len() != 32 || hex.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(refused);
                }
                Uuid::try_parse(hex).map(Self).map_err(|_| refused)
            }
        }
    };
}

uuid_id!(
    /// A draft application (草稿) of one person.
    DraftId, "draft_"
);
uuid_id!(
    /// A file the applicant brought.
    UploadId, "file_"
);
uuid_id!(
    /// The caller's own id of one request: made and kept by the caller before it sends, so that
    /// sending again is recognised.
    RequestId, "req_"
);
uuid_id!(
    /// A reserved time (網路預約) of one person.
    BookingId, "booking_"
);
uuid_id!(
    /// A person known to the window, derived from who vouches for them and their subject there.
    PersonId, "person_"
);

impl PersonId {
    /// The person whom identity provider `provider` calls `subject`. No ID number goes in.
    #[must_use]
    pub fn of_subject(provider: &str, subject: &str) -> Self {
        Self::from_bytes(derive(&[provider.as_bytes(), subject.as_bytes()]))
    }
}

impl BookingId {
    /// The booking that `request` of `person` makes: the same request always makes the same one, so
    /// that asking twice takes one place.
    #[must_use]
    pub fn of_request(person: PersonId, request: RequestId) -> Self {
        Self::from_bytes(derive(&[b"booking", person.bytes(), request.bytes()]))
    }
}

impl RequestId {
    /// The id of a request that a machine makes: the same parts give the same id, so a repeated
    /// tick or delivery is recognised as the same request.
    #[must_use]
    pub fn derived(parts: &[&[u8]]) -> Self {
        Self::from_bytes(derive(parts))
    }
}

/// 128 bits that depend on every part and on where one part ends.
fn derive(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    bytes
}

/// Crockford's base 32: no I, L, O, U, so a number survives being read out on the telephone.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The case number (案號), the one name of a case everywhere: `TP-K3QH9-XW2MT-7`, 50 random-looking
/// bits and a check character that catches wrong characters and swapped neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(u64);

impl CaseId {
    /// The case that `request` of `person` opens. Derived, not drawn: the same request always opens
    /// the same case, so a repeated submission meets its own case row and nothing is made twice.
    #[must_use]
    pub fn of_request(person: PersonId, request: RequestId) -> Self {
        let bytes = derive(&[b"case", person.bytes(), request.bytes()]);
        Self(bytes.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte)) >> 14)
    }

    fn characters(self) -> [u8; 11] {
        let mut text = [b'0'; 11];
        let mut rest = self.0;
        let mut check = 0;
        for place in (0..10_usize).rev() {
            let digit = rest & 31;
            rest >>= 5;
            check = (check + digit * WEIGHTS.get(place).copied().unwrap_or(1)) % 31;
            set(&mut text, place, digit);
        }
        set(&mut text, 10, check);
        text
    }
}

/// Weights of the check sum modulo the prime 31: distinct and non-zero, which is what catches
/// swapped neighbours.
const WEIGHTS: [u64; 10] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

fn set(text: &mut [u8; 11], place: usize, digit: u64) {
    let symbol = usize::try_from(digit).ok().and_then(|digit| ALPHABET.get(digit));
    if let (Some(slot), Some(symbol)) = (text.get_mut(place), symbol) {
        *slot = *symbol;
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TP-")?;
        for (place, symbol) in self.characters().iter().enumerate() {
            if place == 5 || place == 10 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*symbol))?;
        }
        Ok(())
    }
}

impl FromStr for CaseId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let refused = NotAnId("case number");
        let digits: String = text.chars().filter(|c| *c != '-').skip(2).take(10).collect();
        let mut value = 0;
        for symbol in digits.bytes() {
            let digit = ALPHABET.iter().position(|known| *known == symbol).ok_or(refused)?;
            value = (value << 5) | u64::try_from(digit).map_err(|_| refused)?;
        }
        let id = Self(value);
        if id.to_string() == text { Ok(id) } else { Err(refused) }
    }
}

/// The place of an event in its case, from 1, and at the same time the version of the case that the
/// event made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(pub u32);

impl Version {
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// An event: the case and its place in it. Text: `TP-K3QH9-XW2MT-7_3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    pub case: CaseId,
    pub seq: Version,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.case, self.seq.0)
    }
}

impl FromStr for EventId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let refused = NotAnId("event id");
        let (case, seq) = text.split_once('_').ok_or(refused)?;
        let id = Self { case: case.parse()?, seq: Version(seq.parse().map_err(|_| refused)?) };
        if id.to_string() == text { Ok(id) } else { Err(refused) }
    }
}

/// A notice (通知): the event that owes it and its place among what the event owes. Deterministic, so
/// a notice is owed once however often its event is read. Text: `TP-K3QH9-XW2MT-7_3_1`, which is
/// also a valid SES tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeId {
    pub event: EventId,
    pub place: u16,
}

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.event, self.place)
    }
}

impl FromStr for NoticeId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let refused = NotAnId("notice id");
        let (event, place) = text.rsplit_once('_').ok_or(refused)?;
        let id = Self { event: event.parse()?, place: place.parse().map_err(|_| refused)? };
        if id.to_string() == text { Ok(id) } else { Err(refused) }
    }
}

/// Codes that people choose: checked text.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let check: fn(&[u8]) -> bool = $check;
                if check(text.as_bytes()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NotAnId(stringify!($name)))
                }
            }
        }
    };
}

code!(
    /// The code of a service item (申請案件項目): two letters and three digits, as in `AL064`.
    ItemCode,
    |text| matches!(text, [a, b, c, d, e] if a.is_ascii_uppercase() && b.is_ascii_uppercase()
        && [c, d, e].into_iter().all(u8::is_ascii_digit))
);
code!(
    /// The code of an agency (機關): lower-case letters, digits and hyphens, 2 to 32 characters.
    AgencyCode,
    |text| (2..=32).contains(&text.len())
        && text.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
);
code!(
    /// The code of a place where people are received (洽辦地點): lower-case letters, digits and hyphens, 2
    /// to 32 characters.
    PlaceCode,
    |text| (2..=32).contains(&text.len())
        && text.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
);
code!(
    /// The key of a form field or a document inside an item: lower-case letters, digits and `_`,
    /// 1 to 40 characters.
    Key,
    |text| (1..=40).contains(&text.len())
        && text.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_')
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round_trips<T: FromStr + fmt::Display + PartialEq + fmt::Debug>(id: &T)
    where
        T::Err: fmt::Debug,
    {
        assert_eq!(&id.to_string().parse::<T>().unwrap(), id);
    }

    proptest! {
        #[test]
        fn ids_round_trip(bytes: [u8; 16], person: [u8; 16], seq: u32, place: u16) {
            let case = CaseId::of_request(PersonId::from_bytes(person), RequestId::from_bytes(bytes));
            let event = EventId { case, seq: Version(seq) };
            round_trips(&case);
            round_trips(&event);
            round_trips(&NoticeId { event, place });
            round_trips(&DraftId::from_bytes(bytes));
            round_trips(&PersonId::from_bytes(bytes));
        }

        #[test]
        fn one_wrong_character_in_a_case_number_is_caught(
            bytes: [u8; 16], place in 0_usize..11, other in 0_usize..32,
        ) {
            let id = CaseId::of_request(PersonId::from_bytes(bytes), RequestId::from_bytes(bytes));
            let mut text = id.to_string().into_bytes();
            let at = place + 3 + usize::from(place >= 5) + usize::from(place >= 10);
            prop_assume!(text[at] != ALPHABET[other]);
            // 0 and Z have the same remainder modulo 31: the one pair the check cannot tell apart.
            prop_assume!(![(b'0', b'Z'), (b'Z', b'0')].contains(&(text[at], ALPHABET[other])));
            text[at] = ALPHABET[other];
            prop_assert!(String::from_utf8(text).unwrap().parse::<CaseId>().is_err());
        }

        #[test]
        fn no_text_makes_a_parser_panic(text in "\\PC{0,60}") {
            let _ = text.parse::<CaseId>();
            let _ = text.parse::<EventId>();
            let _ = text.parse::<NoticeId>();
            let _ = text.parse::<RequestId>();
        }
    }

    #[test]
    fn the_same_request_opens_the_same_case() {
        let person = PersonId::of_subject("window", "lin");
        let request = RequestId::from_bytes([7; 16]);
        assert_eq!(CaseId::of_request(person, request), CaseId::of_request(person, request));
        let other = PersonId::of_subject("window", "chen");
        assert_ne!(CaseId::of_request(person, request), CaseId::of_request(other, request));
    }

    #[test]
    fn codes_are_checked() {
        assert!("AL064".parse::<ItemCode>().is_ok());
        for bad in ["", "al064", "AL06", "AL0640", "A#064"] {
            assert!(bad.parse::<ItemCode>().is_err(), "{bad}");
        }
        assert!("district-xinyi".parse::<AgencyCode>().is_ok());
        assert!("a#b".parse::<AgencyCode>().is_err());
    }
}
