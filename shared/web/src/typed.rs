//! What was typed into a form, by the names of its fields.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::trouble::Malformed;

/// A field that must be there and be of its form.
pub fn field<T: FromStr>(typed: &BTreeMap<String, String>, name: &'static str) -> Result<T, Malformed> {
    typed.get(name).and_then(|value| value.parse().ok()).ok_or(Malformed::Field { name })
}

/// The same, taken out, so that what nobody asked for is left over.
pub fn take<T: FromStr>(typed: &mut BTreeMap<String, String>, name: &'static str) -> Result<T, Malformed> {
    let found = field(typed, name);
    typed.remove(name);
    found
}
