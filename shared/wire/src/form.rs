//! `application/x-www-form-urlencoded`, strictly: a name twice, a broken escape or text that is not
//! UTF-8 is refused, never guessed at.

use std::collections::BTreeMap;

use crate::malformed::Malformed;

/// Most fields of one form.
pub const MAX_FIELDS: usize = 500;

/// Decodes a whole body into fields by name.
pub fn decode(body: &[u8]) -> Result<BTreeMap<String, String>, Malformed> {
    let mut fields = BTreeMap::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = component(halves.next().unwrap_or_default())?;
        let value = component(halves.next().unwrap_or_default())?;
        if fields.len() == MAX_FIELDS {
            return Err(Malformed::Form { problem: format!("more than {MAX_FIELDS} fields") });
        }
        if fields.insert(name.clone(), value).is_some() {
            return Err(Malformed::Form { problem: format!("`{name}` twice") });
        }
    }
    Ok(fields)
}

fn component(raw: &[u8]) -> Result<String, Malformed> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(*digit).to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err(Malformed::Form { problem: "a broken % escape".to_owned() });
                };
                u8::try_from(high * 16 + low).map_err(|_| Malformed::NotUtf8)?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).map_err(|_| Malformed::NotUtf8)
}

/// Refuses what is left of a form after every known field was taken out.
pub fn nothing_left(fields: &BTreeMap<String, String>) -> Result<(), Malformed> {
    fields.keys().next().map_or(Ok(()), |name| {
        let name: String = name.chars().take(60).collect();
        Err(Malformed::Form { problem: format!("unknown field `{name}`") })
    })
}

/// Encodes fields the way [`decode`] reads them; for links and tests.
#[must_use]
pub fn encode<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> =
        fields.into_iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

/// Escapes everything but unreserved characters (RFC 3986).
#[must_use]
pub fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(fields in proptest::collection::btree_map("\\PC{1,20}", "\\PC{0,40}", 0..8)) {
            let body = encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            prop_assert_eq!(decode(body.as_bytes()).unwrap(), fields);
        }

        #[test]
        fn no_body_makes_the_parser_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&body);
        }
    }

    #[test]
    fn ambiguous_and_broken_bodies_are_refused() {
        for body in ["a=1&a=2", "a=%", "a=%4", "a=%zz", "a=%ff"] {
            assert!(decode(body.as_bytes()).is_err(), "{body}");
        }
        let long = (0..=MAX_FIELDS).map(|n| format!("f{n}=1")).collect::<Vec<_>>().join("&");
        assert!(decode(long.as_bytes()).is_err());
    }
}
