use jiff::civil::date;

use super::*;
use crate::clock::holder::{Holder, held};
use crate::clock::statistics::{SameDay, used};
use crate::clock::terms::{FeeTiming, HoursStart, WindowClose};

/// The clock ends on `expected`, and its explanation with it.
#[track_caller]
fn check(clock: &Clock, expected: &str) {
    assert_eq!(clock.due().map(|due| due.day), Some(day(expected)));
    let (reading, explanation) = clock.explained();
    assert_eq!(reading, clock.reading());
    assert_eq!(explanation.runs.last().unwrap().to, day(expected));
}

#[track_caller]
fn check_until(clock: &Clock, expected: &str) {
    assert_eq!(clock.due().map(|due| due.until), Some(instant(expected)));
    assert_eq!(clock.explained().0, clock.reading());
}

#[track_caller]
fn check_stopped(clock: &Clock, since: &str) {
    let Reading::Stopped { since: found, .. } = clock.reading() else { panic!("{:?}", clock.reading()) };
    assert_eq!(found, day(since));
    let (_, explanation) = clock.explained();
    assert_eq!(explanation.runs.last().unwrap().to, day(since));
}

#[test]
fn working_days_start_the_day_after_receipt() {
    check(&Clock::working("2026-11-18", 3), "2026-11-23");
    check(&Clock::working("2026-02-13T16:20:00+08:00", 3), "2026-02-25");
    check(&Clock::working("2026-11-21T21:00:00+08:00", 2), "2026-11-24");
    check(&Clock::working("2026-11-19T16:30:00Z", 1), "2026-11-23");
}

#[test]
fn calendar_days_count_all_and_roll_at_the_end() {
    check(&Clock::calendar_days("2026-02-13", 3), "2026-02-23");
    check(&Clock::calendar_days("2025-02-05", 3), "2025-02-08");
}

#[test]
fn a_date_beyond_the_calendar_is_refused() {
    let clock = Clock::working("2027-12-30", 3);
    let refused = Err(OutsideCalendar(date(2028, 1, 1)));
    assert_eq!(due(&clock.terms, &clock.history, &clock.calendar()), refused);
}

#[test]
fn limits_of_nothing_and_of_more_than_ten_years_are_refused() {
    for (unit, max) in [(Unit::Day(DayBasis::Working), 3_650), (Unit::Hour, 3_650), (Unit::Month, 120)] {
        assert_eq!(Limit::new(0, unit), Err(BadLimit(0)));
        assert_eq!(Limit::new(max + 1, unit), Err(BadLimit(max + 1)));
        assert!(Limit::new(max, unit).is_ok());
    }
}

#[test]
fn a_correction_asked_on_the_last_day_keeps_the_limit_open() {
    let asked = Clock::working("2026-11-18", 3).correction("2026-11-23", 7, Some("2026-11-25"));
    check(&asked, "2026-11-26");
    check(&Clock::working("2026-11-18", 3).correction("2026-11-23", 7, Some("2026-11-23")), "2026-11-23");
}

/// Found by the oracle: the stop began on the day after the request and hid that the applicant has
/// the case at the end of the day of the request.
#[test]
fn a_stop_from_the_day_after_a_request_hides_nothing() {
    let clock = Clock::working("2026-11-18", 3)
        .correction("2026-11-23", 14, Some("2026-11-30"))
        .stop("2026-11-24", Some("2026-11-25"));
    check(&clock, "2026-12-01");
}

#[test]
fn an_unanswered_or_late_correction_takes_the_period_of_the_applicant() {
    let clock = Clock::working("2026-11-02", 10).correction("2026-11-05", 7, None);
    check(&clock, "2026-11-23");
    check(&Clock::working("2026-11-02", 10).correction("2026-11-05", 7, Some("2026-11-20")), "2026-11-23");
}

#[test]
fn overlapping_pauses_count_once() {
    let clock = Clock::working("2026-11-02", 10)
        .correction("2026-11-05", 7, Some("2026-11-12"))
        .stop("2026-11-10", Some("2026-11-13"));
    check(&clock, "2026-11-24");
}

#[test]
fn a_capped_correction_stops_for_so_many_days_all_rounds_together() {
    let clock = Clock::calendar_days("2026-11-02", 10)
        .policy(CorrectionPolicy::SuspendCapped(3))
        .correction("2026-11-03", 7, Some("2026-11-05"))
        .correction("2026-11-06", 7, Some("2026-11-11"));
    check(&clock, "2026-11-16");
}

/// Found by the oracle: a correction asked for in the extension had no effect at all.
#[test]
fn a_correction_in_the_extension_begins_the_limit_anew() {
    let clock = Clock::working("2026-11-02", 3)
        .policy(CorrectionPolicy::Restart)
        .extended(3, "2026-11-04")
        .correction("2026-11-09", 7, Some("2026-11-11"));
    // 3 days from the 12th, and the extension of 3.
    check(&clock, "2026-11-19");
}

#[test]
fn a_correction_after_the_end_begins_nothing_anew() {
    let clock = Clock::working("2026-11-02", 3).policy(CorrectionPolicy::Restart).correction(
        "2026-11-06",
        7,
        Some("2026-11-11"),
    );
    check(&clock, "2026-11-05");
}

#[test]
fn an_extension_is_cut_to_the_limit_and_void_after_expiry() {
    check(&Clock::working("2026-04-27", 6).extended(9, "2026-05-05"), "2026-05-14");
    check(&Clock::working("2026-04-27", 6).extended(6, "2026-05-06T23:59:59+08:00"), "2026-05-14");
    check(&Clock::working("2026-04-27", 6).extended(6, "2026-05-07T00:00:00+08:00"), "2026-05-06");
}

#[test]
fn a_stop_without_end_stops_the_clock() {
    check_stopped(&Clock::working("2026-11-02", 10).stop("2026-11-05", None), "2026-11-05");
    check(&Clock::working("2026-11-02", 10).stop("2026-11-17", None), "2026-11-16");
    // In the extension.
    let extended = Clock::working("2026-11-02", 3).extended(3, "2026-11-04").stop("2026-11-09", None);
    check_stopped(&extended, "2026-11-09");
    assert_eq!(extended.explained().1.counted(), 4);
}

/// The trace went backwards when the stop began before the case.
#[test]
fn a_stop_that_began_before_the_start_stops_it_on_its_first_day() {
    check_stopped(&Clock::working("2026-11-02", 10).stop("2026-10-20", None), "2026-11-03");
}

#[test]
fn the_last_gate_starts_the_clock() {
    let clock = Clock::working("2026-02-10", 5).with(|clock| {
        clock.terms.fee = FeeTiming::AtApplication;
        clock.terms.awaits.insert("seal".parse().unwrap());
    });
    let Reading::Waiting { open, .. } = clock.reading() else { panic!() };
    assert_eq!(open, [Gate::Fee, Gate::Arrival("seal".parse().unwrap())]);
    let clock = clock.with(|clock| {
        clock.history.fee_posted = Some(instant("2026-02-13"));
        clock.history.arrived.insert("seal".parse().unwrap(), instant("2026-02-11"));
    });
    check(&clock, "2026-03-02");
}

#[test]
fn the_window_that_is_open_starts_the_clock_when_it_closes() {
    let batch = |received| {
        Clock::calendar_days(received, 30).with(|clock| {
            for (month, last) in [(5, 31), (11, 30)] {
                clock.terms.windows.insert(WindowClose::new(month, last).unwrap());
            }
        })
    };
    check(&batch("2026-11-05"), "2026-12-30");
    check(&batch("2026-11-30T23:59:59+08:00"), "2026-12-30");
    check(&batch("2026-12-01"), "2027-06-30");
}

#[test]
fn hours_count_inside_office_hours() {
    check_until(&Clock::new("2026-11-23T11:50:00+08:00", 1, Unit::Hour), "2026-11-23T13:50:00+08:00");
    check_until(&Clock::new("2026-11-21T11:50:00+08:00", 8, Unit::Hour), "2026-11-23T17:30:00+08:00");
    let closed = Clock::new("2026-09-16T09:30:00+08:00", 4, Unit::Hour);
    check_until(&closed.clone().closed("2026-09-16", Extent::Morning), "2026-09-16T17:30:00+08:00");
    check_until(&closed.closed("2026-09-16", Extent::Day), "2026-09-17T12:30:00+08:00");
    let asked = Clock::new("2026-11-23T09:00:00+08:00", 2, Unit::Hour);
    let answered = asked.correction("2026-11-23T10:00:00+08:00", 1, Some("2026-11-23T14:00:00+08:00"));
    check_until(&answered, "2026-11-23T15:00:00+08:00");
}

#[test]
fn hours_that_start_the_next_day_are_explained_from_receipt() {
    let clock = Clock::new("2026-11-20T14:00:00+08:00", 4, Unit::Hour)
        .with(|clock| clock.terms.settings.hours_start = HoursStart::NextDay);
    check_until(&clock, "2026-11-23T12:30:00+08:00");
    super::properties::assert_gapless(&clock);
}

#[test]
fn days_of_a_stop_belong_to_nobody_and_of_a_correction_to_the_applicant() {
    let clock = Clock::working("2026-11-02", 10)
        .correction("2026-11-05", 7, Some("2026-11-06"))
        .stop("2026-11-09", Some("2026-11-10"));
    let held = held(&clock.terms, &clock.history, day("2026-11-11"), &clock.calendar()).unwrap();
    let runs: Vec<(Holder, i64)> = held.into_iter().map(|run| (run.holder.clone(), run.days())).collect();
    let expected = [
        (Holder::Agency, 3),
        (Holder::Applicant, 1),
        (Holder::Agency, 2),
        (Holder::Nobody, 2),
        (Holder::Agency, 1),
    ];
    assert_eq!(runs, expected);
}

#[test]
fn used_days_leave_out_the_pauses_when_net() {
    let clock = Clock::working("2026-11-02", 10).correction("2026-11-05", 7, Some("2026-11-12"));
    let finished = instant("2026-11-23T20:00:00+08:00");
    let used =
        used(&clock.terms, &clock.history, finished, SameDay::Half, &clock.calendar()).unwrap().unwrap();
    assert_eq!((used.gross.to_string(), used.net.to_string()), ("15".to_owned(), "10".to_owned()));
    assert_eq!(used.on_time, Some(true));
}

/// Added days were counted in the unit of the limit: months to months, hours to hours.
#[test]
fn added_days_are_days_whatever_the_limit_is_counted_in() {
    let added = |clock: Clock, days| clock.with(|clock| clock.history.added_days = days);
    check(&added(Clock::working("2026-11-18", 3), 2), "2026-11-25");
    check(&added(Clock::new("2026-03-16", 2, Unit::Month), 5), "2026-05-21");
    let hours = Clock::new("2026-11-23T09:00:00+08:00", 2, Unit::Hour);
    check_until(&added(hours, 1), "2026-11-24T11:00:00+08:00");
}
