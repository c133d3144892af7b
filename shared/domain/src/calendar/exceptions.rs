//! The exceptions to Monday-Friday in the form the product ships and keeps: one row an exception.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{DayKind, ordinary};

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
