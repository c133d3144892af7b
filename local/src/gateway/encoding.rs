//! Percent-encoding.

/// A path or a part of one, decoded. `+` stays; bytes that are not UTF-8 become U+FFFD.
pub(super) fn decode_path(text: &str) -> String {
    decode(text, false)
}

/// A name or value of a query, decoded: `+` is a space.
pub(super) fn decode_query(text: &str) -> String {
    decode(text, true)
}

fn decode(text: &str, plus_is_space: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let decoded = match (byte, after) {
            (b'%', [high, low, tail @ ..]) => digit(*high).zip(digit(*low)).map(|(high, low)| {
                rest = tail;
                high << 4 | low
            }),
            (b'+', _) if plus_is_space => Some(b' '),
            _ => None,
        };
        bytes.push(decoded.unwrap_or(*byte));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes() {
        let cases = [
            ("a%20b+c", "a b+c"),
            ("%E7%A8%BB", "稻"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%ff", "\u{fffd}"),
        ];
        for (text, expected) in cases {
            assert_eq!(decode_path(text), expected, "{text}");
        }
        assert_eq!(decode_query("a+b%2B"), "a b+");
    }
}
