//! The account as a page of docs/benchmarks.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::{Flags, PEOPLE, Post, Tally};

/// What became of the applications.
#[derive(Default)]
pub struct Account {
    pub listed: usize,
    pub lost: BTreeSet<String>,
    pub without_receipt: usize,
    /// Keys that gave another case when sent again.
    pub cases_twice: usize,
    /// Cases that no answer named.
    pub cases_unnamed: usize,
    pub receipts_twice: usize,
    pub dead_letters: usize,
    pub sampled: usize,
}

impl Account {
    pub fn is_well(&self) -> bool {
        let doubled = self.cases_twice + self.cases_unnamed + self.receipts_twice;
        self.lost.is_empty() && self.without_receipt + doubled + self.dead_letters == 0
    }
}

/// `times`: how long the load took, and from then to the last mail.
pub fn write(
    flags: &Flags,
    tally: &Tally,
    times: (Duration, Duration),
    post: &Post,
    account: &Account,
) -> Result<String> {
    let (took, tail) = times;
    let mut answers: Vec<Duration> = tally.answers.iter().map(|(_, took)| *took).collect();
    answers.sort();
    let at = |percent: usize| {
        let place = (answers.len() * percent / 100).min(answers.len().saturating_sub(1));
        format!("{} ms", answers.get(place).map_or(0, Duration::as_millis))
    };
    let others = tally.others();
    let others = if others.is_empty() { "0".to_owned() } else { format!("{others:?}") };
    let filed = u32::try_from(tally.filed.len())?;
    let sampled = account.sampled;
    let row = |measure: &str, result: &dyn Display| format!("| {measure} | {result} |\n");
    let rows = [
        row("applications filed", &filed),
        row("applications filed per second", &format!("{:.1}", f64::from(filed) / took.as_secs_f64())),
        row("time to the answer, median", &at(50)),
        row("time to the answer, 99 of 100", &at(99)),
        row("time to the answer, longest", &at(100)),
        row("503, sent again with the same key", &tally.sent_again),
        row("errors: any other status than 200, 201, 503", &others),
        row("errors: no answer, or 503 to the end", &tally.unanswered),
        row("mails, to applicants and dispatchers", &post.came),
        row("from the last answer to the last mail", &format!("{:.1} s", tail.as_secs_f64())),
        row("new cases in the lists of their applicants", &account.listed),
        row("lost: answered, and not in the list or not to be opened", &account.lost.len()),
        row("lost: answered, and no receipt mail", &account.without_receipt),
        row(&format!("doubled: another case for a key sent again, of {sampled}"), &account.cases_twice),
        row("doubled: cases that no answer named", &account.cases_unnamed),
        row("doubled: cases with two receipt mails", &account.receipts_twice),
        row("messages in dead letter queues", &account.dead_letters),
        row("looks at the mail that may have missed some", &post.gaps),
    ];
    Ok(format!(
        "# Load\n\n\
         Command: `cargo run -p tests --bin load -- --clients {} --seconds {} > docs/benchmarks/load.md`  \n\
         Machine: {}; the clients run on it too\n\n\
         The clients, signed in as {} people, file new applications for an item without documents \
         (`POST /api/cases`), each the next when the last is answered. The mail is read as it comes, \
         {sampled} keys are sent again, and at the end {sampled} cases are also opened one by one.\n\n\
         | measure | result |\n|---|---|\n{}",
        flags.clients,
        flags.seconds,
        machine()?,
        PEOPLE.len(),
        rows.concat(),
    ))
}

/// What it ran on; the city runs the profile that this program was built with.
fn machine() -> Result<String> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    };
    let memory = value(&read("/proc/meminfo"), "MemTotal");
    let kilobytes: Option<u64> = memory.and_then(|size| size.split(' ').next()?.parse().ok());
    let rustc = String::from_utf8(Command::new("rustc").arg("--version").output()?.stdout)?;
    Ok(format!(
        "{} × {}, {} GiB, Linux {}; {}, {} profile",
        std::thread::available_parallelism()?,
        value(&read("/proc/cpuinfo"), "model name").unwrap_or_default(),
        kilobytes.unwrap_or_default().div_ceil(1 << 20),
        read("/proc/sys/kernel/osrelease").trim(),
        rustc.trim(),
        if cfg!(debug_assertions) { "dev" } else { "release" },
    ))
}
