//! The vectors of `tests/vectors`: examples that the providers publish and generated ones, each with what
//! must become of it. The tests of a provider hold all of its vectors against its module.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What must become of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// `expected_signature` is what we make of it.
    Sign,
    Accept,
    Reject,
    /// Nobody can say: both pass.
    Either,
    /// It is a hint and proves nothing.
    UnauthenticatedHint,
}

#[derive(Debug)]
pub struct Vector {
    pub kind: String,
    pub expected: Expected,
    whole: Value,
}

impl Vector {
    /// The value at a JSON pointer, such as `/payload/headers`; `None` when it is absent or null.
    pub fn get<T: DeserializeOwned>(&self, pointer: &str) -> Option<T> {
        let value = self.whole.pointer(pointer).filter(|value| !value.is_null())?;
        Some(T::deserialize(value).unwrap_or_else(|error| panic!("{pointer}: {error}")))
    }

    /// The text at a JSON pointer that has to be there, such as `/payload/raw_body`.
    pub fn text(&self, pointer: &str) -> String {
        self.get(pointer).unwrap_or_else(|| panic!("nothing at {pointer} of {}", self.whole))
    }

    /// `Err` says how the outcome differs from the expected one.
    pub fn judge<T: std::fmt::Debug, E: std::fmt::Debug>(
        &self,
        outcome: &Result<T, E>,
    ) -> Result<(), String> {
        match (self.expected, outcome) {
            (Expected::Accept, Ok(_)) | (Expected::Reject, Err(_)) | (Expected::Either, _) => Ok(()),
            (expected, outcome) => Err(format!("expected {expected:?}, got {outcome:?}")),
        }
    }
}

/// Holds every vector of a provider against `check`, which says what is wrong. `counts` is how many
/// there are of each kind, so that none can get lost on the way.
pub fn hold(provider: &str, counts: &[(&str, usize)], check: impl Fn(&Vector) -> Result<(), String>) {
    let path = format!("{}/tests/vectors/{provider}.json", env!("CARGO_MANIFEST_DIR"));
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut held = BTreeMap::<String, usize>::new();
    let mut wrong = Vec::new();
    for whole in file["vectors"].as_array().unwrap() {
        let vector = Vector {
            kind: whole["kind"].as_str().unwrap().to_owned(),
            expected: Expected::deserialize(&whole["expected"]).unwrap(),
            whole: whole.clone(),
        };
        if let Err(difference) = check(&vector) {
            wrong.push(format!("{} ({}): {difference}", whole["id"], whole["title"]));
        }
        *held.entry(vector.kind).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let counts: BTreeMap<String, usize> = counts.iter().map(|(kind, n)| ((*kind).to_owned(), *n)).collect();
    assert_eq!(held, counts);
}
