mod changes;
mod official_year;

use proptest::prelude::*;

use super::*;

fn parse(rows: &str) -> Result<Calendar, BadCalendar> {
    let csv = format!("date,kind,name,revision\n{rows}");
    Calendar::parse("test", date(2026, 1, 1), date(2026, 12, 31), &csv)
}

#[test]
fn the_shipped_calendar_has_the_published_number_of_days_off() {
    let calendar = Calendar::shipped();
    for (year, off) in [(2024, 115), (2025, 118), (2026, 120), (2027, 121)] {
        let (first, last) = (date(year, 1, 1), date(year, 12, 31));
        let working = calendar.working_days(first.yesterday().unwrap(), last).unwrap();
        let days = taipei::days_between(first, last) + 1;
        assert_eq!(days - i64::from(working), off, "{year}");
    }
}

#[test]
fn a_make_up_saturday_is_a_working_day() {
    assert_eq!(Calendar::shipped().kind(date(2017, 2, 18)), Ok(DayKind::MakeUp));
}

#[test]
fn days_outside_the_published_years_are_refused() {
    let calendar = Calendar::shipped();
    for day in [date(2016, 12, 31), date(2028, 1, 1)] {
        assert_eq!(calendar.kind(day), Err(OutsideCalendar(day)));
    }
    assert!(calendar.add_working_days(date(2027, 12, 31), 1).is_err());
}

#[test]
fn bad_rows_are_named_by_line() {
    let cases = [
        ("2026-01-02,off", BadCalendar::Columns { line: 2 }),
        ("soon,off,x,1", BadCalendar::NotADate { line: 2, value: "soon".into() }),
        ("2026-01-02,closed,x,1", BadCalendar::Kind { line: 2, value: "closed".into() }),
        ("2026-01-02,off,x,1\n2026-01-02,off,x,1", BadCalendar::Twice { line: 3, day: date(2026, 1, 2) }),
    ];
    for (rows, problem) in cases {
        assert_eq!(parse(rows).unwrap_err(), problem);
    }
}

fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..3_900).prop_map(|n| taipei::plus_days(date(2017, 1, 2), n).unwrap())
}

proptest! {
    /// The tables against the definition: walk day by day.
    #[test]
    fn adding_working_days_equals_walking(day in any_day(), n in 0_u32..60) {
        let calendar = Calendar::shipped();
        let mut walked = day;
        let mut left = n;
        while left > 0 {
            walked = walked.tomorrow().unwrap();
            left -= u32::from(calendar.kind(walked).unwrap().is_working());
        }
        prop_assert_eq!(calendar.add_working_days(day, n).unwrap(), walked);
        prop_assert_eq!(calendar.working_days(day, walked).unwrap(), n);
    }

    #[test]
    fn subtracting_undoes_adding_between_working_days(day in any_day(), n in 0_u32..60) {
        let calendar = Calendar::shipped();
        let from = calendar.roll_forward(day).unwrap();
        let to = calendar.add_working_days(from, n).unwrap();
        prop_assert_eq!(calendar.sub_working_days(to, n).unwrap(), from);
    }

    #[test]
    fn adding_open_days_equals_walking(
        day in any_day(), n in 0_u32..60, closed in proptest::collection::vec(0_i64..80, 0..6),
    ) {
        let closed = closed.into_iter().map(|after| taipei::plus_days(day, after).unwrap());
        let calendar = Calendar::shipped().with_closures("test", closed.map(|day| closure(day, Extent::Day)));
        let mut walked = day;
        let mut left = n;
        while left > 0 {
            walked = walked.tomorrow().unwrap();
            left -= u32::from(!calendar.is_closed(walked));
        }
        prop_assert_eq!(calendar.add_open_days(day, n).unwrap(), walked);
        prop_assert_eq!(calendar.open_days(day, walked).unwrap(), n);
    }

    #[test]
    fn every_day_of_the_years_covered_is_where_it_belongs(first in any_day(), length in 0_i64..900) {
        let last = taipei::plus_days(first, length).unwrap();
        let calendar = Calendar::parse("test", first, last, "date,kind,name,revision\n").unwrap();
        prop_assert_eq!(calendar.offset(first), Ok(0));
        prop_assert_eq!(calendar.offset(last), Ok(usize::try_from(length).unwrap()));
        prop_assert!(calendar.offset(first.yesterday().unwrap()).is_err());
        prop_assert!(calendar.offset(last.tomorrow().unwrap()).is_err());
    }
}

fn closure(day: Date, extent: Extent) -> Closure {
    Closure {
        day,
        extent,
        area: "臺北市".to_owned(),
        agencies: std::collections::BTreeSet::new(),
        source: "臺北市政府公告".to_owned(),
        announced_at: jiff::Timestamp::UNIX_EPOCH,
    }
}
