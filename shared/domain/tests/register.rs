//! The calendar as the city keeps it: years taken in, closures announced and taken back, and exactly
//! which days that changes for whom.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{KEEPER, Officer, may_keep_calendar};
use domain::agency::Role;
use domain::calendar::{
    BadChange, BadClosure, Calendar, Change, Closure, DayKind, Extent, OfficialYear, Register, YearProblem,
};
use domain::id::{AgencyCode, PersonId};
use domain::rejection::Rejection;
use domain::taipei;
use domain::text::Text;
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// A Tuesday without anything to it.
const DAY: Date = date(2026, 9, 15);
const CITY: &str = "臺北市";
const DISTRICT: &str = "信義區";

fn agency(code: &str) -> AgencyCode {
    code.parse().unwrap()
}

fn closure(day: Date, extent: Extent, area: &str, agencies: &[&str]) -> Closure {
    Closure {
        day,
        extent,
        area: area.to_owned(),
        agencies: agencies.iter().map(|code| agency(code)).collect(),
        source: "臺北市政府 0915 停班停課公告".to_owned(),
        announced_at: "2026-09-14T20:00:00+08:00".parse().unwrap(),
    }
}

fn city(day: Date, extent: Extent) -> Closure {
    closure(day, extent, CITY, &[])
}

fn done(changed: Result<(Register, Change), BadChange>) -> Register {
    changed.unwrap().0
}

fn days(changed: Result<(Register, Change), BadChange>) -> Vec<Date> {
    changed.unwrap().1.days
}

/// The kind of a day and how much of it is closed, for an agency.
fn seen(register: &Register, code: &str, day: Date) -> (DayKind, Option<Extent>) {
    let calendars = register.calendars().unwrap();
    let calendar = calendars.of(&agency(code));
    (calendar.kind(day).unwrap(), calendar.closure(day).map(|closure| closure.extent))
}

/// A year with what the shipped calendar says of it, and these days changed.
fn year_with(year: i16, changed: &[(Date, DayKind)]) -> OfficialYear {
    let mut exceptions = Calendar::shipped().exceptions().clone();
    exceptions.extend(changed.iter().cloned());
    OfficialYear::of(year, exceptions)
}

#[test]
fn an_empty_register_is_the_shipped_calendar() {
    let calendars = Register::default().calendars().unwrap();
    assert_eq!(calendars.edition, 0);
    assert_eq!(calendars.city(), Calendar::shipped());
    assert_eq!(calendars.of(&agency("parks")), Calendar::shipped());
}

#[test]
fn a_year_published_anew_changes_the_days_that_differ() {
    let holiday = DayKind::Holiday("新節日".to_owned());
    let year = year_with(2026, &[(DAY, holiday.clone()), (date(2026, 9, 19), DayKind::MakeUp)]);
    let (register, change) = Register::default().import(year).unwrap();
    assert_eq!(change.days, [DAY, date(2026, 9, 19)]);
    assert!(change.cause.zh.contains("2026") && change.cause.en.contains("2026"), "{:?}", change.cause);
    assert_eq!(seen(&register, "parks", DAY).0, holiday);
    assert_eq!(seen(&register, "parks", date(2026, 9, 19)).0, DayKind::MakeUp);
    // A third edition that takes both back.
    assert_eq!(days(register.import(year_with(2026, &[]))), [DAY, date(2026, 9, 19)]);
}

#[test]
fn the_next_year_changes_all_its_days() {
    let next =
        OfficialYear::of(2028, BTreeMap::from([(date(2028, 1, 3), DayKind::Holiday("補假".to_owned()))]));
    let (register, change) = Register::default().import(next).unwrap();
    assert_eq!((change.days.len(), change.days.first()), (366, Some(&date(2028, 1, 1))));
    assert_eq!(change.days.last(), Some(&date(2028, 12, 31)));
    let calendars = register.calendars().unwrap();
    assert_eq!(calendars.city().last_day(), date(2028, 12, 31));
    assert!(!calendars.city().is_working(date(2028, 1, 3)).unwrap());
    // And the year after that, which does not join the shipped ones, joins now.
    assert_eq!(days(register.import(OfficialYear::of(2029, BTreeMap::new()))).len(), 365);
}

#[test]
fn a_year_that_says_the_same_is_no_change() {
    for year in 2017..=2027 {
        let refused = Register::default().import(year_with(year, &[]));
        assert_eq!(refused, Err(BadChange::NothingChanges), "{year}");
    }
}

#[test]
fn a_year_that_leaves_a_gap_is_refused() {
    for year in [2016, 2029, 2050] {
        let refused = Register::default().import(OfficialYear::of(year, BTreeMap::new())).unwrap_err();
        let BadChange::Year(bad) = refused else { panic!("{refused:?}") };
        assert_eq!(bad.problem, YearProblem::Gap { year, first: 2017, last: 2027 });
    }
}

#[test]
fn a_closure_of_the_whole_city_is_one_changed_day_for_everybody() {
    let (register, change) = Register::default().announce(city(DAY, Extent::Day)).unwrap();
    assert_eq!(change.days, [DAY]);
    let source = "臺北市政府 0915 停班停課公告";
    for code in ["parks", "xinyi"] {
        assert_eq!(seen(&register, code, DAY), (DayKind::Closed(source.to_owned()), Some(Extent::Day)));
    }
    let Text { zh, en } = change.cause;
    assert!(zh.contains("115年9月15日") && zh.contains("全日") && zh.contains(source), "{zh}");
    assert!(en.contains("15 September 2026") && en.contains("all day") && en.contains(source), "{en}");
    assert_eq!(days(register.revoke(DAY, CITY)), [DAY]);
    assert_eq!(seen(&done(register.revoke(DAY, CITY)), "parks", DAY), (DayKind::Working, None));
}

/// It matters to limits in calendar days, which a closure stops.
#[test]
fn a_closure_of_a_day_of_rest_is_a_change_too() {
    let saturday = date(2026, 9, 19);
    let register = Register::default().announce(city(saturday, Extent::Day));
    assert_eq!(days(register.clone()), [saturday]);
    assert_eq!(seen(&done(register), "parks", saturday), (DayKind::Weekend, Some(Extent::Day)));
}

#[test]
fn half_a_day_closed_is_a_working_day_and_two_halves_are_none() {
    for (first, second) in [(Extent::Morning, Extent::Afternoon), (Extent::Afternoon, Extent::Morning)] {
        let half = Register::default().announce(city(DAY, first));
        assert_eq!(days(half.clone()), [DAY]);
        let half = done(half);
        assert_eq!(seen(&half, "parks", DAY), (DayKind::Working, Some(first)));
        // Of another area, but one that takes in every agency.
        let both = half.announce(closure(DAY, second, "全市各區", &[]));
        assert_eq!(days(both.clone()), [DAY]);
        let both = done(both);
        assert_eq!(seen(&both, "parks", DAY).1, Some(Extent::Day));
        assert!(!both.calendars().unwrap().city().is_working(DAY).unwrap());
        // Taken back, the other half stays.
        assert_eq!(seen(&done(both.revoke(DAY, CITY)), "parks", DAY), (DayKind::Working, Some(second)));
    }
}

#[test]
fn a_closure_of_one_area_is_for_its_agencies_alone() {
    let local = Register::default().announce(closure(DAY, Extent::Day, DISTRICT, &["xinyi", "songshan"]));
    assert_eq!(days(local.clone()), [DAY]);
    let local = done(local);
    for code in ["xinyi", "songshan"] {
        assert_eq!(seen(&local, code, DAY).1, Some(Extent::Day));
    }
    assert_eq!(seen(&local, "parks", DAY), (DayKind::Working, None));
    let calendars = local.calendars().unwrap();
    assert_eq!(calendars.city().closure(DAY), None);
    assert_eq!(calendars.of(&agency("xinyi")).version(), calendars.city().version());
    assert_eq!(days(local.revoke(DAY, DISTRICT)), [DAY]);
    assert_eq!(seen(&done(local.revoke(DAY, DISTRICT)), "xinyi", DAY), (DayKind::Working, None));
}

#[test]
fn halves_of_city_and_area_make_a_whole_day_where_both_hold() {
    let afternoon = done(Register::default().announce(city(DAY, Extent::Afternoon)));
    let both = done(afternoon.announce(closure(DAY, Extent::Morning, DISTRICT, &["xinyi"])));
    assert_eq!(seen(&both, "xinyi", DAY).1, Some(Extent::Day));
    assert_eq!(seen(&both, "parks", DAY), (DayKind::Working, Some(Extent::Afternoon)));
    let other_day = date(2026, 9, 16);
    assert_eq!(days(both.announce(city(other_day, Extent::Day))), [other_day], "the day before stays");
}

#[test]
fn what_is_announced_again_for_its_area_is_replaced() {
    let morning = done(Register::default().announce(city(DAY, Extent::Morning)));
    let day = done(morning.announce(city(DAY, Extent::Day)));
    assert_eq!(day.closures, [city(DAY, Extent::Day)]);
    // The area shrinks: whoever left it works again.
    let two = done(day.announce(closure(DAY, Extent::Day, CITY, &["xinyi"])));
    assert_eq!(seen(&two, "parks", DAY), (DayKind::Working, None));
    assert_eq!(seen(&two, "xinyi", DAY).1, Some(Extent::Day));
}

#[test]
fn what_is_announced_already_is_no_change() {
    let register = done(Register::default().announce(city(DAY, Extent::Day)));
    assert_eq!(register.announce(city(DAY, Extent::Day)), Err(BadChange::NothingChanges));
    let announced_later =
        Closure { announced_at: "2026-09-15T05:00:00+08:00".parse().unwrap(), ..city(DAY, Extent::Day) };
    assert_eq!(register.announce(announced_later), Err(BadChange::NothingChanges));
    // A district that is closed with the city anyway.
    let within = closure(DAY, Extent::Morning, DISTRICT, &["xinyi"]);
    assert!(matches!(register.announce(within), Err(BadChange::NothingChanges)));
}

#[test]
fn a_half_of_a_day_that_is_closed_whole_is_no_change_and_halves_of_two_scopes_make_no_whole() {
    let morning = done(Register::default().announce(city(DAY, Extent::Morning)));
    let whole = done(morning.announce(city(DAY, Extent::Afternoon)));
    for half in [Extent::Morning, Extent::Afternoon] {
        assert_eq!(whole.announce(city(DAY, half)), Err(BadChange::NothingChanges), "{half}");
    }
    let elsewhere = closure(DAY, Extent::Afternoon, CITY, &["xinyi"]);
    let replaced = done(morning.announce(elsewhere));
    assert_eq!(replaced.closures.iter().map(|known| known.extent).collect::<Vec<_>>(), [Extent::Afternoon]);
}

#[test]
fn calendars_that_differ_in_a_day_have_fingerprints_of_their_own() {
    let district = done(Register::default().announce(closure(DAY, Extent::Day, DISTRICT, &["xinyi"])));
    let calendars = district.calendars().unwrap();
    let (city, xinyi) = (calendars.city(), calendars.of(&"xinyi".parse().unwrap()));
    assert_eq!(city.version(), xinyi.version());
    assert_eq!(city.fingerprint(), Calendar::shipped().fingerprint());
    assert_ne!(city.fingerprint(), xinyi.fingerprint());
}

#[test]
fn a_closure_that_was_not_announced_is_not_taken_back() {
    let register = done(Register::default().announce(city(DAY, Extent::Day)));
    for (day, area) in [(DAY, DISTRICT), (date(2026, 9, 16), CITY), (DAY, "")] {
        assert_eq!(register.revoke(day, area), Err(BadChange::UnknownClosure), "{day} {area}");
    }
}

#[test]
fn a_closure_beyond_the_calendar_or_without_readable_texts_is_refused() {
    for day in [date(2016, 12, 31), date(2028, 1, 1)] {
        let refused = Register::default().announce(city(day, Extent::Day));
        assert_eq!(refused, Err(BadChange::Closure(BadClosure::OutsideCalendar(day))));
    }
    let long = "區".repeat(Closure::MAX_TEXT + 1);
    for text in ["", "  ", "一\n二", long.as_str()] {
        let source = Closure { source: text.to_owned(), ..city(DAY, Extent::Day) };
        for bad in [closure(DAY, Extent::Day, text, &[]), source] {
            let refused = Register::default().announce(bad).unwrap_err();
            assert_eq!(refused, BadChange::Closure(BadClosure::Text));
            assert_eq!(Rejection::Calendar(refused).code(), "BAD_CLOSURE");
        }
    }
    let longest = "區".repeat(Closure::MAX_TEXT);
    assert!(Register::default().announce(closure(DAY, Extent::Day, &longest, &[])).is_ok());
}

#[test]
fn the_edition_counts_changes_and_names_the_version() {
    let shipped = Calendar::shipped().version();
    let first = Register::default().announce(city(DAY, Extent::Day)).unwrap();
    assert_eq!((first.0.edition, first.1.edition), (1, 1));
    assert_eq!(first.0.calendars().unwrap().city().version(), format!("{shipped}+1"));
    let second = first.0.import(OfficialYear::of(2028, BTreeMap::new())).unwrap();
    assert_eq!((second.0.edition, second.1.edition), (2, 2));
    let third = second.0.revoke(DAY, CITY).unwrap();
    assert_eq!((third.0.edition, third.1.edition), (3, 3));
    assert_eq!(third.0.calendars().unwrap().edition, 3);
    // Never a version again, though the days are those of before.
    assert_eq!(third.0.calendars().unwrap().city().version(), format!("{shipped}+3"));
}

#[test]
fn closures_outlive_a_year_published_anew() {
    let register = done(Register::default().announce(city(DAY, Extent::Day)));
    let moved = [(date(2026, 9, 16), DayKind::Holiday("新節日".to_owned()))];
    let register = register.import(year_with(2026, &moved));
    assert_eq!(days(register.clone()), [date(2026, 9, 16)]);
    assert_eq!(seen(&done(register), "parks", DAY).1, Some(Extent::Day));
}

/// 資訊局 keeps the window (規範 五).
#[test]
fn the_calendar_is_kept_by_the_administrators_of_the_keeper() {
    let officer = |at: &str, role| Officer {
        person: PersonId::of_subject("test", "officer"),
        agency: agency(at),
        roles: BTreeSet::from([role]),
        name: "張志偉".to_owned(),
        stands_in: BTreeSet::new(),
    };
    assert!(may_keep_calendar(&officer(KEEPER, Role::Administrator)));
    assert!(!may_keep_calendar(&officer("parks", Role::Administrator)));
    for role in Role::ALL.iter().filter(|role| **role != Role::Administrator) {
        assert!(!may_keep_calendar(&officer(KEEPER, *role)), "{role}");
    }
}

const AGENCIES: [&str; 3] = ["parks", "xinyi", "songshan"];

fn any_closure() -> impl Strategy<Value = Closure> {
    let agencies = proptest::sample::subsequence(AGENCIES.to_vec(), 0..=2);
    let extent = proptest::sample::select(Extent::ALL);
    (0_i64..6, extent, proptest::sample::select(vec![CITY, DISTRICT]), agencies).prop_map(
        |(n, extent, area, agencies)| closure(taipei::plus_days(DAY, n).unwrap(), extent, area, &agencies),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is announced and taken back: the days of a change are those on which somebody's
    /// calendar differs, no more and no fewer; and what is refused would have changed nothing.
    #[test]
    fn the_days_of_a_change_are_exactly_those_that_differ(
        closures in proptest::collection::vec((any_closure(), any::<bool>()), 1..8),
    ) {
        let mut register = Register::default();
        for (closure, take_back) in closures {
            let changed =
                if take_back { register.revoke(closure.day, &closure.area) } else { register.announce(closure) };
            let Ok((after, change)) = changed else { continue };
            let week = (0..8).map(|n| taipei::plus_days(DAY, n).unwrap());
            let differs = |day: &Date| AGENCIES.iter().any(|code| seen(&register, code, *day) != seen(&after, code, *day));
            // An agency that nobody named sees the calendar of the city.
            let of_city = |day: &Date| seen(&register, "other", *day) != seen(&after, "other", *day);
            let expected: Vec<Date> = week.filter(|day| differs(day) || of_city(day)).collect();
            prop_assert_eq!(change.days, expected);
            prop_assert_eq!(after.edition, register.edition + 1);
            register = after;
        }
    }
}
