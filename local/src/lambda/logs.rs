//! What functions write: all of it into a file, warnings and errors on the terminal too.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Child;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::lock;
use crate::console;

/// How many lines of standard error are kept for the report of a crash.
const KEPT: usize = 5;
/// Lines may still be on their way when a process has ended.
const AFTERMATH: Duration = Duration::from_millis(500);

/// The last lines of standard error.
pub(super) struct LastWords {
    lines: Arc<Mutex<VecDeque<String>>>,
    readers: JoinSet<()>,
}

impl LastWords {
    /// Waits until everything that was written has been read.
    pub(super) async fn collect(mut self) -> String {
        let _ = timeout(AFTERMATH, async { while self.readers.join_next().await.is_some() {} }).await;
        // A process that lives on in the background may hold the pipe: leave it its reader.
        self.readers.detach_all();
        Vec::from(std::mem::take(&mut *lock(&self.lines))).join(" / ")
    }
}

/// Reads both outputs of a process until they end.
pub(super) fn pump(function: &str, child: &mut Child, log: &Path) -> LastWords {
    let lines = Arc::new(Mutex::new(VecDeque::new()));
    let mut readers = JoinSet::new();
    if let Some(output) = child.stdout.take() {
        readers.spawn(copy(output, function.to_owned(), log.to_owned(), None));
    }
    if let Some(output) = child.stderr.take() {
        readers.spawn(copy(output, function.to_owned(), log.to_owned(), Some(Arc::clone(&lines))));
    }
    LastWords { lines, readers }
}

async fn copy(
    output: impl AsyncRead + Unpin,
    function: String,
    log: std::path::PathBuf,
    last: Option<Arc<Mutex<VecDeque<String>>>>,
) {
    // A line goes into the system's memory faster than to a thread that may wait for a file.
    let mut file: Option<File> = OpenOptions::new().create(true).append(true).open(&log).ok();
    let mut reader = BufReader::new(output);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).await.is_ok_and(|count| count > 0) {
        if let Some(file) = &mut file {
            let _ = file.write_all(&bytes);
        }
        let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        bytes.clear();
        match &last {
            Some(last) => {
                console::complain(&format!("[{function}] {line}"));
                let mut last = lock(last);
                if last.len() == KEPT {
                    last.pop_front();
                }
                last.push_back(line);
            }
            None => {
                if let Some(line) = worth_showing(&line) {
                    console::complain(&format!("[{function}] {line}"));
                }
            }
        }
    }
}

/// `WARN the message {fields}` of a JSON log line at WARN or ERROR.
fn worth_showing(line: &str) -> Option<String> {
    let entry = serde_json::from_str::<Value>(line).ok()?;
    let level = entry.get("level")?.as_str()?;
    if !matches!(level, "WARN" | "ERROR") {
        return None;
    }
    let fields = entry.get("fields").unwrap_or(&entry);
    let message = fields.get("message").and_then(Value::as_str).unwrap_or_default();
    let mut shown = format!("{level} {message}");
    for (name, value) in fields.as_object()? {
        if !matches!(name.as_str(), "message" | "level" | "timestamp" | "target" | "span" | "spans") {
            shown.extend([" ", name, "=", &value.to_string()]);
        }
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_warnings_and_errors_are_shown() {
        let line = r#"{"timestamp":"t","level":"WARN","fields":{"message":"slow","ms":12},"target":"x"}"#;
        assert_eq!(worth_showing(line).as_deref(), Some("WARN slow ms=12"));
        assert_eq!(worth_showing(r#"{"level":"INFO","message":"fine"}"#), None);
        assert_eq!(worth_showing("not json"), None);
    }
}
