//! Registers in which the city looks documents up: a file of the data folder, read at every question, so that
//! it can be edited while the city runs. What is asked is kept, as a real register keeps it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the file says at first.
const DEFAULT: &str = include_str!("../registers.json");
/// Most questions that are kept, newest last.
const MAX_ASKED: usize = 1_000;

/// One register: what it has of whom.
type Register = Vec<Entry>;

#[derive(Deserialize)]
struct Entry {
    /// By which it is found: all of what is asked, and nothing else.
    subject: BTreeMap<String, String>,
    lines: Vec<(String, String)>,
}

/// A question, as docs/registers.md has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub subject: BTreeMap<String, String>,
    pub purpose: String,
    pub case: String,
    pub officer: String,
    pub agency: String,
}

/// A question and what came of it. Whom it was about is not kept twice.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    pub register: String,
    pub request: String,
    pub purpose: String,
    pub case: String,
    pub officer: String,
    pub agency: String,
    pub found: bool,
}

#[derive(Debug)]
pub struct Registers {
    file: PathBuf,
    asked: Mutex<Vec<Asked>>,
}

impl Registers {
    /// Those in `file`, which is written if it is not there.
    pub fn open(file: PathBuf) -> anyhow::Result<Self> {
        if !file.exists() {
            std::fs::write(&file, DEFAULT)
                .with_context(|| format!("{} cannot be written", file.display()))?;
        }
        Ok(Self { file, asked: Mutex::default() })
    }

    /// What `register` answers; `None` where there is no such register.
    pub fn ask(&self, register: &str, request: &str, question: Question) -> anyhow::Result<Option<Value>> {
        let place = || self.file.display().to_string();
        let text = std::fs::read_to_string(&self.file).with_context(place)?;
        let registers: BTreeMap<String, Register> = serde_json::from_str(&text).with_context(place)?;
        let Some(entries) = registers.get(register) else { return Ok(None) };
        let found = entries.iter().find(|entry| entry.subject == question.subject);
        let Question { subject: _, purpose, case, officer, agency } = question;
        let (register, request) = (register.to_owned(), request.to_owned());
        let asked = Asked { register, request, purpose, case, officer, agency, found: found.is_some() };
        let mut kept = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(asked);
        let over = kept.len().saturating_sub(MAX_ASKED);
        kept.drain(..over);
        Ok(Some(match found {
            None => json!({ "found": false }),
            Some(entry) => {
                let line = |(label, value): &(String, String)| json!({ "label": label, "value": value });
                json!({ "found": true, "lines": entry.lines.iter().map(line).collect::<Vec<_>>() })
            }
        }))
    }

    /// What was asked since the city started, oldest first.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
