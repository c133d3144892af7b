//! What was typed into a form, by the names of its fields.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::form;
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

/// Refuses a form with another field than those that are `known`.
pub fn only(typed: &BTreeMap<String, String>, known: impl Fn(&str) -> bool) -> Result<(), Malformed> {
    match typed.keys().find(|name| !known(name)) {
        Some(unknown) => Err(Malformed::Form { problem: format!("`{unknown}` is not a field") }),
        None => Ok(()),
    }
}

/// The form with line ends as people count them: browsers send CR LF.
#[must_use]
pub fn with_lines(mut typed: BTreeMap<String, String>) -> BTreeMap<String, String> {
    for text in typed.values_mut() {
        *text = text.replace("\r\n", "\n");
    }
    typed
}

/// What makes the form this one: everything but the token of the session, so that the same form sent after
/// signing in again is the same.
#[must_use]
pub fn payload(typed: &BTreeMap<String, String>) -> String {
    form::encode(typed.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}
