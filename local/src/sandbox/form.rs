//! `application/x-www-form-urlencoded`, and the fields of one.

use std::collections::BTreeMap;

/// The fields of a form. Every name is there once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

/// Why a body gives no fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFields {
    #[error("it is not a form")]
    NotAForm,
    /// No digest of the providers tells two fields of one name apart.
    #[error("the field {0} is there twice")]
    Twice(String),
}

impl Fields {
    /// Reads a body or a query string.
    pub fn read(form: &[u8]) -> Result<Self, NotFields> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_bytes(form).map_err(|_| NotFields::NotAForm)?;
        let mut fields = BTreeMap::new();
        for (name, value) in pairs {
            if fields.insert(name.clone(), value).is_some() {
                return Err(NotFields::Twice(name));
            }
        }
        Ok(Self(fields))
    }

    /// The value of a field; empty when it is absent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Names and values.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[must_use]
    pub fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }
}

/// A form body.
#[must_use]
pub fn encoded<N: AsRef<str>, V: AsRef<str>>(fields: &[(N, V)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(&escaped(name.as_ref()));
        body.push('=');
        body.push_str(&escaped(value.as_ref()));
    }
    body
}

/// As PHP's `http_build_query` writes a name or a value, which is what both providers encrypt.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => escaped.push(char::from(byte)),
            b' ' => escaped.push('+'),
            other => {
                escaped.push('%');
                escaped.push_str(&hex::encode_upper([other]));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_was_written() {
        let body = encoded(&[("a", "1 2~*'"), ("b", "臺"), ("c", "")]);
        assert_eq!(body, "a=1+2%7E%2A%27&b=%E8%87%BA&c=");
        let fields = Fields::read(body.as_bytes()).unwrap();
        assert_eq!(fields.pairs(), [("a", "1 2~*'"), ("b", "臺"), ("c", "")]);
        assert!(fields.has("c") && !fields.has("d"));
        assert_eq!(fields.get("d"), "");
    }

    #[test]
    fn a_name_that_is_there_twice_is_refused() {
        assert_eq!(Fields::read(b"a=1&a=1"), Err(NotFields::Twice("a".to_owned())));
    }
}
