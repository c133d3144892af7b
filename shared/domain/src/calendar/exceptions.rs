//! The exceptions to Monday-Friday in the form the product ships and keeps: one row an exception.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{Closure, DayKind, ordinary};

/// What is wrong with calendar data, with the line it stands on (1 is the heading).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCalendar {
    #[error("line {line}: expected `date,kind,name,revision`")]
    Columns { line: usize },
    #[error("line {line}: `{value}` is not a date")]
    NotADate { line: usize, value: String },
    #[error("line {line}: kind `{value}` is neither `off` nor `work`")]
    Kind { line: usize, value: String },
    #[error("line {line}: {day} is listed twice")]
    Twice { line: usize, day: Date },
    #[error("line {line}: {day} is listed as what it is anyway")]
    NoException { line: usize, day: Date },
    #[error("the first day must not be after the last")]
    Empty,
}

/// Reads `date,kind,name,revision` rows below a heading.
pub(super) fn read(csv: &str) -> Result<BTreeMap<Date, DayKind>, BadCalendar> {
    let mut exceptions = BTreeMap::new();
    for (index, row) in csv.lines().enumerate().skip(1) {
        let line = index + 1;
        let (day, kind) = exception(line, row)?;
        if kind == ordinary(day) {
            return Err(BadCalendar::NoException { line, day });
        }
        if exceptions.insert(day, kind).is_some() {
            return Err(BadCalendar::Twice { line, day });
        }
    }
    Ok(exceptions)
}

fn exception(line: usize, row: &str) -> Result<(Date, DayKind), BadCalendar> {
    let mut columns = row.trim_end().splitn(4, ',');
    let (Some(day), Some(kind), Some(name), Some(_revision)) =
        (columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return Err(BadCalendar::Columns { line });
    };
    let day = day.parse().map_err(|_| BadCalendar::NotADate { line, value: day.to_owned() })?;
    match kind {
        "off" => Ok((day, DayKind::Holiday(name.to_owned()))),
        "work" => Ok((day, DayKind::MakeUp)),
        other => Err(BadCalendar::Kind { line, value: other.to_owned() }),
    }
}

/// What two calendars that agree in every exception and closure have in common.
pub(super) fn fingerprint(
    exceptions: &BTreeMap<Date, DayKind>,
    closures: &BTreeMap<Date, Closure>,
) -> String {
    let mut hash = Sha256::new();
    for (day, kind) in exceptions {
        hash.update(format!("{day} {}\n", if kind.is_working() { "work" } else { "off" }));
    }
    for (day, closure) in closures {
        hash.update(format!("{day} closed {}\n", closure.extent));
    }
    let digest = hash.finalize();
    let mut text = String::with_capacity(16);
    for byte in digest.iter().take(8) {
        // Writing to a `String` does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
