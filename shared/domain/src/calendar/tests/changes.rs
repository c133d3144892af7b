use super::*;

fn parsed(rows: &str) -> Calendar {
    parse(rows).unwrap()
}

fn year(year: i16, off: &[Date]) -> OfficialYear {
    let holiday = |day: &Date| (*day, DayKind::Holiday("放假日".to_owned()));
    OfficialYear::of(year, off.iter().map(holiday).collect())
}

#[test]
fn two_halves_of_a_day_make_a_whole_one() {
    let day = date(2026, 9, 16);
    let halves = [closure(day, Extent::Morning), closure(day, Extent::Afternoon)];
    let both = Calendar::shipped().with_closures("test", halves.clone());
    assert!(both.is_closed(day));
    assert_eq!(both.kind(day), Ok(DayKind::Closed("臺北市政府公告".to_owned())));
    let [morning, _] = halves;
    let twice = Calendar::shipped().with_closures("test", [morning.clone(), morning]);
    assert!(!twice.is_closed(day));
    assert_eq!(twice.is_working(day), Ok(true));
}

#[test]
fn a_rest_day_that_is_closed_stays_a_rest_day() {
    let sunday = date(2026, 9, 20);
    let calendar = Calendar::shipped().with_closures("test", [closure(sunday, Extent::Day)]);
    assert_eq!(calendar.kind(sunday), Ok(DayKind::Weekend));
    assert!(calendar.is_closed(sunday));
}

#[test]
fn closures_are_exactly_those_given() {
    let calendar = Calendar::shipped().with_closures("one", [closure(date(2026, 9, 16), Extent::Day)]);
    let other = calendar.with_closures("two", [closure(date(2026, 9, 17), Extent::Day)]);
    assert_eq!(other.closures().keys().copied().collect::<Vec<_>>(), [date(2026, 9, 17)]);
    assert_eq!(other.version(), "two");
    let none = other.with_closures(Calendar::shipped().version(), []);
    assert_eq!(&none, Calendar::shipped());
}

#[test]
fn a_new_year_joins_and_keeps_the_closures() {
    let closed = date(2026, 9, 16);
    let calendar = Calendar::shipped().with_closures("one", [closure(closed, Extent::Day)]);
    let longer = calendar.with_year("two", &year(2028, &[date(2028, 1, 3)])).unwrap();
    assert_eq!(longer.last_day(), date(2028, 12, 31));
    assert!(longer.is_closed(closed));
    assert_eq!(longer.is_working(date(2028, 1, 3)), Ok(false));
    assert_eq!(longer.add_working_days(date(2027, 12, 31), 1), Ok(date(2028, 1, 4)));
    assert_eq!(longer.changed_days(&calendar).len(), 366);
}

#[test]
fn a_year_that_leaves_a_gap_is_refused() {
    for (gap, first, last) in [(2029, 2017, 2027), (2016, 2017, 2027)] {
        let refused = Calendar::shipped().with_year("test", &year(gap, &[])).unwrap_err();
        assert_eq!(refused, BadYear { row: None, problem: YearProblem::Gap { year: gap, first, last } });
    }
}

#[test]
fn a_year_issued_anew_replaces_the_one_there_was() {
    let before = parsed("2026-01-01,off,開國紀念日,1\n2026-02-16,off,農曆除夕,1");
    let after = before.with_year("test", &year(2026, &[date(2026, 2, 16), date(2026, 3, 2)])).unwrap();
    let off: Vec<Date> = after.exceptions().keys().copied().collect();
    assert_eq!(off, [date(2026, 2, 16), date(2026, 3, 2)]);
    let changed = after.changed_days(&before);
    assert!(changed.contains(&date(2026, 1, 1)) && changed.contains(&date(2026, 3, 2)));
}

#[test]
fn changed_days_are_those_that_can_move_a_date() {
    let before = Calendar::shipped();
    let (half, whole, rest) = (date(2026, 9, 15), date(2026, 9, 16), date(2026, 9, 20));
    let announced = [closure(half, Extent::Morning), closure(whole, Extent::Day), closure(rest, Extent::Day)];
    let after = before.with_closures("test", announced);
    assert_eq!(after.changed_days(before), [half, whole, rest]);
    assert_eq!(before.changed_days(&after), after.changed_days(before));
    assert!(after.changed_days(&after).is_empty());
}

/// A name moves no date, so no case has to be read again for it.
#[test]
fn a_new_name_changes_no_day() {
    let before = parsed("2026-01-01,off,開國紀念日,1");
    let after = parsed("2026-01-01,off,中華民國開國紀念日,2");
    assert!(after.changed_days(&before).is_empty());
}
