//! The file of cases, read so that what nobody looked at is noticed.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

const FILE: &str = include_str!("../../data/deadline_cases.json");

/// An object of a case that remembers which of its keys were asked for.
pub struct Fields {
    id: String,
    values: Map<String, Value>,
    read: RefCell<BTreeSet<String>>,
}

pub struct Case {
    pub id: String,
    pub kind: String,
    pub input: Fields,
    pub expected: Fields,
    /// Other readings of the texts, by what they assume.
    alternatives: Vec<(String, Fields)>,
    read: RefCell<BTreeSet<String>>,
}

/// Readings that no setting stands for: what D06 guards against; a dead letter (法務部 92.4.8); a start
/// before the last gate; hours in which nobody works; a calendar that was issued anew.
const NOT_SETTINGS: [&str; 5] = [
    "BUG: date taken in UTC",
    "literal §48 IV last half (次星期一上午)",
    "first of the two",
    "raw elapsed hours",
    "stale calendar revision 1",
];

impl Fields {
    pub fn of(id: &str, value: &Value) -> Self {
        let values = value.as_object().unwrap().clone();
        Self { id: id.to_owned(), values, read: RefCell::default() }
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.read.borrow_mut().insert(key.to_owned());
        self.values.get(key)
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).map(|value| value.as_str().unwrap())
    }

    pub fn need(&self, key: &str) -> &str {
        self.text(key).unwrap_or_else(|| panic!("{}: no `{key}`", self.id))
    }

    pub fn number(&self, key: &str) -> Option<u32> {
        let whole =
            |value: &Value| value.as_u64().or_else(|| value.to_string().strip_suffix(".0")?.parse().ok());
        self.get(key).map(|value| u32::try_from(whole(value).unwrap()).unwrap())
    }

    pub fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).map(|value| value.as_bool().unwrap())
    }

    pub fn day(&self, key: &str) -> Option<Date> {
        self.text(key).map(|text| text.parse().unwrap())
    }

    pub fn need_day(&self, key: &str) -> Date {
        self.need(key).parse().unwrap()
    }

    /// An instant; a mere day is ten o'clock of it.
    pub fn instant(&self, key: &str) -> Option<Timestamp> {
        self.text(key).map(instant)
    }

    pub fn list(&self, key: &str) -> Vec<Fields> {
        let list = self.get(key).and_then(Value::as_array).into_iter().flatten();
        list.map(|value| Self::of(&self.id, value)).collect()
    }

    pub fn object(&self, key: &str) -> Option<Self> {
        self.get(key).map(|value| Self::of(&self.id, value))
    }

    pub fn assert_all_read(&self) {
        let read = self.read.borrow();
        let unread: Vec<&String> = self.values.keys().filter(|key| !read.contains(*key)).collect();
        assert!(unread.is_empty(), "{}: no check reads {unread:?}", self.id);
    }
}

pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|_| format!("{text}T10:00:00+08:00").parse().unwrap())
}

impl Case {
    /// What the case expects under another reading of the texts.
    pub fn alternative(&self, assumption: &str) -> Option<&Fields> {
        self.read.borrow_mut().insert(assumption.to_owned());
        self.alternatives.iter().find(|(name, _)| name == assumption).map(|(_, expected)| expected)
    }

    pub fn assert_all_read(&self) {
        self.input.assert_all_read();
        self.expected.assert_all_read();
        let read = self.read.borrow();
        for (name, _) in &self.alternatives {
            let known = read.contains(name) || NOT_SETTINGS.contains(&name.as_str());
            assert!(known, "{}: no check reads the alternative `{name}`", self.id);
        }
    }
}

pub fn all() -> Vec<Case> {
    let file: Value = serde_json::from_str(FILE).unwrap();
    let text = |value: &Value, key: &str| value.get(key).unwrap().as_str().unwrap().to_owned();
    let cases = file.get("cases").unwrap().as_array().unwrap();
    cases
        .iter()
        .map(|case| {
            let id = text(case, "id");
            let alternatives = case.get("alternatives").unwrap().as_array().unwrap().iter();
            let expected = |of: &Value| Fields::of(&id, of.get("expected").unwrap());
            Case {
                kind: text(case, "kind"),
                input: Fields::of(&id, case.get("input").unwrap()),
                expected: expected(case),
                alternatives: alternatives.map(|a| (text(a, "assumption"), expected(a))).collect(),
                read: RefCell::default(),
                id,
            }
        })
        .collect()
}
