use encoding_rs::BIG5;

use super::*;
use crate::calendar::official::Problem;

/// The file of 2025 as the shipped calendar has it, line by line: the heading, then 365 days.
fn file() -> Vec<String> {
    let names = ["一", "二", "三", "四", "五", "六", "日"];
    let mut lines = vec!["西元日期,星期,是否放假,備註".to_owned()];
    let days = date(2025, 1, 1).series(jiff::Span::new().days(1));
    for day in days.take_while(|day| day.year() == 2025) {
        let weekday = names[usize::try_from(day.weekday().to_monday_zero_offset()).unwrap()];
        let (flag, remark) = match Calendar::shipped().kind(day).unwrap() {
            DayKind::Working => (0, String::new()),
            DayKind::MakeUp => (0, "補行上班".to_owned()),
            DayKind::Holiday(name) => (2, name),
            DayKind::Weekend | DayKind::Closed(_) => (2, String::new()),
        };
        lines.push(format!("{},{weekday},{flag},{remark}", day.strftime("%Y%m%d")));
    }
    lines
}

fn read(lines: &[String]) -> Result<OfficialYear, BadYear> {
    OfficialYear::read(lines.join("\r\n").as_bytes())
}

#[track_caller]
fn check_refused(lines: &[String], row: Option<usize>, problem: &Problem) {
    let refused = read(lines).unwrap_err();
    assert_eq!((refused.row, &refused.problem), (row, problem));
    let text = refused.text();
    if let Some(row) = row {
        assert!(
            text.zh.contains(&format!("第 {row} 列")) && text.en.contains(&format!("Row {row}")),
            "{text:?}"
        );
    }
}

/// The file with one line changed; the heading is row 1.
fn with(row: usize, line: &str) -> Vec<String> {
    let mut lines = file();
    line.clone_into(&mut lines[row - 1]);
    lines
}

#[test]
fn the_file_of_a_year_gives_the_shipped_calendar_again() {
    let year = read(&file()).unwrap();
    assert_eq!(year.year(), 2025);
    let calendar = Calendar::shipped().with_year(Calendar::shipped().version(), &year).unwrap();
    assert_eq!(&calendar, Calendar::shipped());
}

#[test]
fn utf8_with_a_mark_and_big5_read_the_same() {
    let text = file().join("\r\n");
    let plain = OfficialYear::read(text.as_bytes()).unwrap();
    assert_eq!(OfficialYear::read(format!("\u{feff}{text}").as_bytes()), Ok(plain.clone()));
    let (big5, _, lossy) = BIG5.encode(&text);
    assert!(!lossy && std::str::from_utf8(&big5).is_err());
    assert_eq!(OfficialYear::read(&big5), Ok(plain));
}

#[test]
fn blank_lines_at_the_end_do_not_matter() {
    let mut lines = file();
    lines.extend([String::new(), "  ".to_owned()]);
    assert!(read(&lines).is_ok());
}

#[test]
fn a_page_and_other_files_are_refused() {
    for page in ["<!DOCTYPE html>\n<html>", "\n  <html>", "\u{feff}<html>"] {
        let refused = OfficialYear::read(page.as_bytes()).unwrap_err();
        assert_eq!(refused, BadYear { row: None, problem: Problem::HtmlPage });
    }
    let big = vec![b' '; OfficialYear::MAX_BYTES + 1];
    assert_eq!(OfficialYear::read(&big).unwrap_err().problem, Problem::TooLarge);
    assert_eq!(OfficialYear::read(b"\xff\xff\xff").unwrap_err().problem, Problem::Encoding);
    assert_eq!(OfficialYear::read(b"").unwrap_err().problem, Problem::Heading(String::new()));
    let only_heading = file()[..1].to_vec();
    check_refused(&only_heading, None, &Problem::Short { rows: 0, expected: 365 });
}

#[test]
fn a_bad_row_is_named() {
    let check = |row, line: &str, problem| check_refused(&with(row, line), Some(row), &problem);
    check(1, "date,weekday,off,remark", Problem::Heading("date,weekday,off,remark".into()));
    check(2, "20250101,三,2", Problem::Columns);
    check(5, "20250132,六,2,", Problem::NotADate("20250132".into()));
    check(5, "2025-01-04,六,2,", Problem::NotADate("2025-01-04".into()));
    check(5, "202514,六,2,", Problem::NotADate("202514".into()));
    check(5, "20250104,日,2,", Problem::WrongWeekday("日".into()));
    check(5, "20250104,六,1,", Problem::Flag("1".into()));
    check(5, "20250104,六,,", Problem::Flag(String::new()));
    check(5, "20250103,五,0,", Problem::Twice(date(2025, 1, 3)));
    check(5, "20260104,日,2,", Problem::OtherYear(2026));
}

#[test]
fn days_out_of_order_are_named() {
    let mut lines = file();
    lines.swap(9, 10);
    check_refused(&lines, Some(11), &Problem::OutOfOrder(date(2025, 1, 9)));
}

#[test]
fn a_year_that_leaves_out_a_day_is_refused() {
    for row in [2, 100, 366] {
        let mut lines = file();
        lines.remove(row - 1);
        check_refused(&lines, None, &Problem::Short { rows: 364, expected: 365 });
    }
}

#[test]
fn remarks_only_name_holidays() {
    let year = read(&with(5, "20250104,六,2,補行上班")).unwrap();
    assert!(!year.exceptions().contains_key(&date(2025, 1, 4)));
    let year = read(&with(2, "20250101,三,2,\"元旦, 放假\"")).unwrap();
    assert_eq!(year.exceptions().get(&date(2025, 1, 1)), Some(&DayKind::Holiday("元旦, 放假".to_owned())));
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = OfficialYear::read(&bytes);
    }

    #[test]
    fn no_damage_to_a_file_makes_the_reader_panic(at in 0_usize..5_000, byte: u8) {
        let mut bytes = file().join("\n").into_bytes();
        let at = at.min(bytes.len() - 1);
        bytes[at] = byte;
        let _ = OfficialYear::read(&bytes);
    }
}
