//! Form bodies (application/x-www-form-urlencoded), decoded strictly: what a signature was made over is
//! what was sent, so nothing is guessed at, replaced or dropped here.

/// What `+` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plus {
    /// A space, as browsers and callbacks write it.
    Space,
    /// Itself, as in the answers of ECPay's queries.
    Literal,
}

/// The fields of a body in the order they came, every name once. It has no `Debug`: values are personal.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Most fields that a body may have.
    pub const MAX_FIELDS: usize = 100;

    /// Reads a body. `Err` is a stable reason without values.
    pub fn read(body: &[u8], plus: Plus) -> Result<Self, &'static str> {
        if body.is_empty() {
            return Err("empty body");
        }
        let mut fields: Vec<(String, String)> = Vec::new();
        for field in body.split(|byte| *byte == b'&') {
            if fields.len() == Self::MAX_FIELDS {
                return Err("too many fields");
            }
            let (name, value) = halves(field).ok_or("field without `=`")?;
            let (name, value) = (decode(name, plus)?, decode(value, plus)?);
            if name.is_empty() {
                return Err("field without a name");
            }
            if fields.iter().any(|(other, _)| *other == name) {
                return Err("duplicate field");
            }
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    /// The value of a field; the name is compared byte by byte.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(given, _)| *given == name).map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn halves(field: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut halves = field.splitn(2, |byte| *byte == b'=');
    Some((halves.next()?, halves.next()?))
}

/// Takes the escapes out of one name or value.
pub fn decode(text: &[u8], plus: Plus) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'%' => {
                let (digits, after) = after.split_first_chunk::<2>().ok_or("broken escape")?;
                let mut byte = [0];
                hex::decode_to_slice(digits, &mut byte).map_err(|_| "broken escape")?;
                bytes.extend(byte);
                rest = after;
            }
            b'+' if plus == Plus::Space => bytes.push(b' '),
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).map_err(|_| "not UTF-8")
}

/// Writes fields as PHP's `http_build_query` does, byte for byte, because NewebPay encrypts such a text:
/// `A-Z a-z 0-9 - _ .` stay, a space is `+`, every other byte is `%XX`. Any reader of forms reads it.
pub fn write<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(&encode(name));
        text.push('=');
        text.push_str(&encode(value));
    }
    text
}

/// One name or value as PHP's `urlencode` writes it.
pub fn encode(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(char::from(byte)),
            b' ' => text.push('+'),
            _ => {
                text.push('%');
                text.push_str(&hex::encode_upper([byte]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Form, Plus, write};

    fn pairs(body: &[u8], plus: Plus) -> Result<Vec<(String, String)>, &'static str> {
        Ok(Form::read(body, plus)?.0)
    }

    #[test]
    fn what_is_not_exactly_a_form_is_refused_with_its_reason() {
        let many = vec!["a=1"; 101].join("&");
        for (body, reason) in [
            ("", "empty body"),
            ("a", "field without `=`"),
            ("a=1&", "field without `=`"),
            ("a=1&&b=2", "field without `=`"),
            ("{\"a\": 1}", "field without `=`"),
            ("=1", "field without a name"),
            ("a=1&b=2&a=1", "duplicate field"),
            ("a=1&%61=2", "duplicate field"),
            ("a=%", "broken escape"),
            ("a=%4", "broken escape"),
            ("a=%ZZ", "broken escape"),
            ("a=%+4", "broken escape"),
            ("a=%A5%49", "not UTF-8"),
            ("%FF=1", "not UTF-8"),
            (many.as_str(), "duplicate field"),
        ] {
            assert_eq!(pairs(body.as_bytes(), Plus::Space), Err(reason), "{body}");
        }
        assert_eq!(pairs(b"a=\xFF", Plus::Space), Err("not UTF-8"));
    }

    #[test]
    fn a_hundred_fields_pass_and_one_more_does_not() {
        let body = |n: usize| (0..n).map(|i| format!("f{i}=")).collect::<Vec<_>>().join("&");
        assert_eq!(pairs(body(100).as_bytes(), Plus::Space).map(|fields| fields.len()), Ok(100));
        assert_eq!(pairs(body(101).as_bytes(), Plus::Space), Err("too many fields"));
    }

    #[test]
    fn plus_is_a_space_in_a_callback_and_itself_in_an_answer() {
        for (plus, value) in [(Plus::Space, "A B +c=規"), (Plus::Literal, "A+B +c=規")] {
            let form = Form::read("v=A+B %2bc=規&V=".as_bytes(), plus).map_err(str::to_owned);
            let form = form.unwrap_or_else(|reason| panic!("{reason}"));
            assert_eq!((form.get("v"), form.get("V"), form.get("x")), (Some(value), Some(""), None));
        }
    }

    #[test]
    fn writes_what_http_build_query_writes() {
        let fields = [("a b", "~*+-_.é"), ("empty", "")];
        assert_eq!(write(fields), "a+b=%7E%2A%2B-_.%C3%A9&empty=");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(fields in prop::collection::btree_map(".{1,8}", ".{0,20}", 1..20)) {
            let body = write(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let read: BTreeMap<_, _> = pairs(body.as_bytes(), Plus::Space).unwrap().into_iter().collect();
            prop_assert_eq!(read, fields);
        }

        #[test]
        fn whatever_is_read_reads_the_same_when_written_again(body in "[a-c%=&+27DF é]{0,24}") {
            if let Ok(fields) = pairs(body.as_bytes(), Plus::Space) {
                let again = write(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
                prop_assert_eq!(pairs(again.as_bytes(), Plus::Space), Ok(fields));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            for plus in [Plus::Space, Plus::Literal] {
                prop_assert!(Form::read(&body, plus).is_ok_and(|form| form.iter().count() > 0) || pairs(&body, plus).is_err());
            }
        }
    }
}
