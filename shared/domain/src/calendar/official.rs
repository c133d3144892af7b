//! The yearly file of the 行政院人事行政總處 (政府行政機關辦公日曆表): one row a day,
//! `西元日期,星期,是否放假,備註`, in Big5 (older years) or UTF-8 with a byte order mark (newer ones).

use std::collections::BTreeMap;

use encoding_rs::{BIG5, Encoding, UTF_8};
use jiff::civil::{Date, Weekday, date};

use super::{DayKind, ordinary};
use crate::text::Text;

/// One year as published. There is none that leaves a day out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialYear {
    year: i16,
    exceptions: BTreeMap<Date, DayKind>,
}

/// Why a file is refused: nothing of it is taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub struct BadYear {
    /// The row it stands on, the heading being row 1; `None` when it is about the whole file.
    pub row: Option<usize>,
    pub problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The site answered with a page instead of the file.
    HtmlPage,
    /// Neither UTF-8 nor Big5.
    Encoding,
    /// Larger than any year can be.
    TooLarge,
    Heading(String),
    Columns,
    NotADate(String),
    WrongWeekday(String),
    Flag(String),
    OtherYear(i16),
    Twice(Date),
    OutOfOrder(Date),
    /// So many rows instead of so many.
    Short {
        rows: usize,
        expected: usize,
    },
    /// The year does not join the years there are.
    Gap {
        year: i16,
        first: i16,
        last: i16,
    },
}

impl BadYear {
    const fn file(problem: Problem) -> Self {
        Self { row: None, problem }
    }

    pub(super) const fn gap(year: i16, first: i16, last: i16) -> Self {
        Self::file(Problem::Gap { year, first, last })
    }

    /// What is wrong, where, and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        let (zh, en) = match &self.problem {
            Problem::HtmlPage => (
                "檔案內容是網頁而非 CSV，請重新由政府資料開放平臺下載".to_owned(),
                "the file is a web page, not the CSV; download it again from the open data platform"
                    .to_owned(),
            ),
            Problem::Encoding => {
                ("檔案編碼既非 UTF-8 也非 Big5".to_owned(), "the file is neither UTF-8 nor Big5".to_owned())
            }
            Problem::TooLarge => (
                format!("檔案超過 {} KB，不可能是一個年度的日曆", OfficialYear::MAX_BYTES / 1024),
                format!("the file is over {} KB, more than a year can take", OfficialYear::MAX_BYTES / 1024),
            ),
            Problem::Heading(found) => (
                format!("標題列應為「西元日期,星期,是否放假,備註」，實為「{found}」"),
                format!("the heading should be `西元日期,星期,是否放假,備註`, not `{found}`"),
            ),
            Problem::Columns => ("應有四欄".to_owned(), "a row has four columns".to_owned()),
            Problem::NotADate(found) => {
                (format!("「{found}」不是日期（YYYYMMDD）"), format!("`{found}` is not a date (YYYYMMDD)"))
            }
            Problem::WrongWeekday(found) => (
                format!("星期「{found}」與日期不符"),
                format!("the weekday `{found}` is not that of the date"),
            ),
            Problem::Flag(found) => (
                format!("是否放假應為 0（上班）或 2（放假），實為「{found}」"),
                format!("the flag is 0 (work) or 2 (off), not `{found}`"),
            ),
            Problem::OtherYear(year) => {
                (format!("混有 {year} 年的日期"), format!("a date of another year, {year}"))
            }
            Problem::Twice(day) => (format!("{day} 重複"), format!("{day} is there twice")),
            Problem::OutOfOrder(day) => (format!("{day} 未依日期排列"), format!("{day} is out of order")),
            Problem::Short { rows, expected } => {
                (format!("應有 {expected} 日，實有 {rows} 日"), format!("{rows} days instead of {expected}"))
            }
            Problem::Gap { year, first, last } => (
                format!("{year} 年與現有的 {first} 至 {last} 年不相連，請依年度順序匯入"),
                format!("{year} does not join {first} to {last}: import the years in order"),
            ),
        };
        match self.row {
            Some(row) => Text::new(format!("第 {row} 列：{zh}。"), format!("Row {row}: {en}.")),
            None => Text::new(format!("{zh}。"), format!("{en}.")),
        }
    }
}

impl OfficialYear {
    /// Largest file that is looked at: a year of 366 rows with long remarks takes 40 KB.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// Reads a file as it was downloaded. The remarks name holidays; nothing else is read out of
    /// them, for their wording varies.
    pub fn read(bytes: &[u8]) -> Result<Self, BadYear> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(BadYear::file(Problem::TooLarge));
        }
        let text = decoded(bytes).ok_or(BadYear::file(Problem::Encoding))?;
        if text.trim_start().starts_with('<') {
            return Err(BadYear::file(Problem::HtmlPage));
        }
        let mut rows = text.lines().enumerate().map(|(index, row)| (index + 1, row));
        let heading = rows.next().map_or("", |(_, row)| row.trim_end());
        if heading != "西元日期,星期,是否放假,備註" {
            let found = heading.chars().take(40).collect();
            return Err(BadYear { row: Some(1), problem: Problem::Heading(found) });
        }
        let mut days: Vec<(Date, DayKind)> = Vec::new();
        for (number, row) in rows.filter(|(_, row)| !row.trim().is_empty()) {
            let refused = |problem| BadYear { row: Some(number), problem };
            let (day, kind) = read_row(row).map_err(refused)?;
            if let Some((before, _)) = days.last() {
                follows(*before, day, &days).map_err(refused)?;
            }
            days.push((day, kind));
        }
        let Some((first, _)) = days.first() else {
            return Err(BadYear::file(Problem::Short { rows: 0, expected: 365 }));
        };
        let year = first.year();
        let expected = usize::try_from(first.days_in_year()).unwrap_or_default();
        if days.len() != expected {
            return Err(BadYear::file(Problem::Short { rows: days.len(), expected }));
        }
        let exceptions = days.into_iter().filter(|(day, kind)| *kind != ordinary(*day)).collect();
        Ok(Self { year, exceptions })
    }

    /// A year by what is kept of it: its exceptions. Those of another year are left out.
    #[must_use]
    pub fn of(year: i16, mut exceptions: BTreeMap<Date, DayKind>) -> Self {
        exceptions.retain(|day, _| day.year() == year);
        Self { year, exceptions }
    }

    #[must_use]
    pub const fn year(&self) -> i16 {
        self.year
    }

    /// The first and the last day of the year.
    #[must_use]
    pub fn span(&self) -> (Date, Date) {
        (date(self.year, 1, 1), date(self.year, 12, 31))
    }

    /// The days that are not what their weekday says.
    #[must_use]
    pub const fn exceptions(&self) -> &BTreeMap<Date, DayKind> {
        &self.exceptions
    }
}

/// UTF-8, with or without a byte order mark, else Big5.
fn decoded(bytes: &[u8]) -> Option<String> {
    let (encoding, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..)?),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (BIG5, bytes),
    };
    encoding.decode_without_bom_handling_and_without_replacement(rest).map(std::borrow::Cow::into_owned)
}

fn read_row(row: &str) -> Result<(Date, DayKind), Problem> {
    let mut columns = row.trim_end().splitn(4, ',');
    let (Some(day), Some(weekday), Some(flag), Some(remark)) =
        (columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return Err(Problem::Columns);
    };
    let shown = |text: &str| text.chars().take(40).collect::<String>();
    let day = Date::strptime("%Y%m%d", day.trim()).map_err(|_| Problem::NotADate(shown(day)))?;
    if weekday.trim() != weekday_name(day.weekday()) {
        return Err(Problem::WrongWeekday(shown(weekday)));
    }
    let kind = match (flag.trim(), ordinary(day)) {
        ("0", DayKind::Weekend) => DayKind::MakeUp,
        ("0", kind) => kind,
        ("2", DayKind::Weekend) => DayKind::Weekend,
        ("2", _) => DayKind::Holiday(name_of(remark)),
        _ => return Err(Problem::Flag(shown(flag))),
    };
    Ok((day, kind))
}

/// The name of a holiday as the remark has it; its wording means nothing to the rules.
fn name_of(remark: &str) -> String {
    let name: String = remark.trim().trim_matches('"').chars().filter(|c| !c.is_control()).take(40).collect();
    if name.is_empty() { "放假日".to_owned() } else { name }
}

fn follows(before: Date, day: Date, days: &[(Date, DayKind)]) -> Result<(), Problem> {
    if day.year() != before.year() {
        return Err(Problem::OtherYear(day.year()));
    }
    if days.iter().any(|(known, _)| *known == day) {
        return Err(Problem::Twice(day));
    }
    if day < before { Err(Problem::OutOfOrder(day)) } else { Ok(()) }
}

const fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    }
}
