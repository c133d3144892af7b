//! Processing limits in days, months and hours.

use std::collections::BTreeSet;

use domain::calendar::{Calendar, Closure, Extent};
use domain::clock::history::{Correction, History, Review};
use domain::clock::terms::{
    ClosureOnCalendarDays, CorrectionPolicy, FeeReceipt, FeeTiming, HoursStart, OfficeHours, Terms, Unit,
    WindowClose,
};
use domain::clock::{self, DayBasis, Limit, holder};
use domain::id::Version;
use domain::joint_review::ReviewingAgency;
use domain::taipei;
use domain::text::Text;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::cases::{Case, Fields, instant};
use crate::support;

/// A clock as a case describes it.
pub struct Setting {
    pub terms: Terms,
    pub history: History,
    pub calendar: Calendar,
}

impl Setting {
    pub fn due(&self) -> Date {
        clock::due(&self.terms, &self.history, &self.calendar).unwrap().unwrap().day
    }

    fn with(&self, change: impl FnOnce(&mut Terms)) -> Date {
        let mut terms = self.terms.clone();
        change(&mut terms);
        clock::due(&terms, &self.history, &self.calendar).unwrap().unwrap().day
    }
}

pub fn setting(input: &Fields) -> Setting {
    let unit = match (input.need("unit"), input.text("day_basis")) {
        ("day", Some(basis)) => Unit::Day(basis.parse().unwrap()),
        ("month", None) => Unit::Month,
        ("hour", None) => Unit::Hour,
        other => panic!("no unit {other:?}"),
    };
    let mut terms = Terms::of(Limit::new(input.number("limit").unwrap(), unit).unwrap());
    let started = input.text("base_event_date").map(instant);
    let mut history = History::received(input.instant("received").or(started).unwrap());
    fee(input, &mut terms, &mut history);
    if let Some(at) = input.instant("originals_received") {
        terms.awaits.insert(support::original());
        history.arrived.insert(support::original(), at);
    }
    if let Some(close) = input.day("window_end") {
        terms.windows.insert(WindowClose::new(close.month(), close.day()).unwrap());
    }
    if let Some(days) = input.number("max_excluded_days") {
        terms.correction = CorrectionPolicy::SuspendCapped(days);
    }
    for pause in input.list("pauses") {
        let asked = instant(pause.need("correction_notice"));
        let answered = pause.instant("correction_completed");
        history.corrections.push(Correction { answered, ..Correction::requested(asked, 60) });
        pause.assert_all_read();
    }
    Setting { terms, history, calendar: calendar(input) }
}

/// A fee that is spoken of is due with the application unless the case says otherwise.
fn fee(input: &Fields, terms: &mut Terms, history: &mut History) {
    history.fee_paid = input.instant("fee_paid");
    history.fee_posted = input.instant("fee_posted").or(input.instant("fee_received"));
    terms.fee = match input.flag("fee_at_application") {
        Some(false) => FeeTiming::OnIssue,
        Some(true) => FeeTiming::AtApplication,
        None if history.fee_posted.is_some() => FeeTiming::AtApplication,
        None => FeeTiming::None,
    };
    // Received no later than it was paid for.
    if let Some(paid) = history.fee_paid {
        history.received = history.received.min(paid);
    }
}

fn calendar(input: &Fields) -> Calendar {
    let closure = |day, extent| Closure {
        day,
        extent,
        area: "臺北市".to_owned(),
        agencies: BTreeSet::new(),
        source: "臺北市政府公告".to_owned(),
        announced_at: Timestamp::UNIX_EPOCH,
    };
    let whole = input.get("full_day_closures").and_then(|days| days.as_array()).into_iter().flatten();
    let mut closures: Vec<Closure> =
        whole.map(|day| closure(day.as_str().unwrap().parse().unwrap(), Extent::Day)).collect();
    let halves = input.get("half_day_closures").and_then(|days| days.as_object()).into_iter().flatten();
    for (day, from) in halves {
        assert_eq!(from, "12:30", "only an afternoon is closed from then on");
        closures.push(closure(day.parse().unwrap(), Extent::Afternoon));
    }
    Calendar::shipped().with_closures("case", closures)
}

pub fn check_days(case: &Case) {
    let (id, setting) = (&case.id, setting(&case.input));
    let due = case.expected.need_day("due");
    assert_eq!(setting.due(), due, "{id}");
    let (reading, explanation) = clock::explain(&setting.terms, &setting.history, &setting.calendar).unwrap();
    assert_eq!(reading.due().unwrap().day, due, "{id}: explained");
    assert_eq!(explanation.counted(), setting.terms.limit.amount(), "{id}: explained");
    let clock::Reading::Running(running) = reading else { panic!("{id}: not running") };
    assert_eq!(running.started.day(), case.input.need_day("base_event_date"), "{id}: start");
    for review in case.input.list("sub_reviews") {
        let expected = review.need_day("expected_due");
        assert_eq!(review_due(&setting, &review), expected, "{id}: review");
        review.assert_all_read();
    }
    check_alternatives(case, &setting);
}

fn review_due(setting: &Setting, review: &Fields) -> Date {
    let limit = Limit::days(review.number("limit").unwrap(), DayBasis::Calendar).unwrap();
    let sent = instant(review.need("sent"));
    let reviewer = ReviewingAgency {
        agency: support::agency("xinyi"),
        name: Text::new("信義區公所", "Xinyi District Office"),
    };
    let review = Review { reviewer, sent, asked: Version(3), limit, ended: None, late: None };
    holder::review_due(&setting.terms, &setting.history, &review, &setting.calendar).unwrap().unwrap().day
}

fn check_alternatives(case: &Case, setting: &Setting) {
    let is = |assumption: &str, change: fn(&mut Terms)| {
        if let Some(expected) = case.alternative(assumption) {
            assert_eq!(setting.with(change), expected.need_day("due"), "{}: {assumption}", case.id);
        }
    };
    let working = |terms: &mut Terms| {
        terms.limit = Limit::days(terms.limit.amount(), DayBasis::Working).unwrap();
    };
    is("restart from zero (臺中市大安區 practice)", |terms| {
        terms.correction = CorrectionPolicy::Restart;
    });
    is("no deduction (e.g. 水土保持: 含技師補正作業時間)", |terms| {
        terms.correction = CorrectionPolicy::Included;
    });
    is("payment instant governs", |terms| terms.settings.fee_receipt = FeeReceipt::Payment);
    is("no suspension", |terms| terms.settings.closure_on_calendar_days = ClosureOnCalendarDays::Rolls);
    is("working days", working);
    is("working days, cap 16 calendar days", working);
}

fn office_hours(input: &Fields) -> OfficeHours {
    let windows = input.get("windows").unwrap().as_array().unwrap();
    let window = |index: usize| {
        let times = windows.get(index).unwrap().as_array().unwrap();
        let time = |index: usize| times.get(index).unwrap().as_str().unwrap().parse::<Time>().unwrap();
        (time(0), time(1))
    };
    assert_eq!(windows.len(), 2);
    OfficeHours { morning: window(0), afternoon: window(1) }
}

pub fn check_hours(case: &Case) {
    let id = &case.id;
    let mut setting = setting(&case.input);
    setting.terms.settings.office_hours = office_hours(&case.input);
    assert_eq!(setting.terms.settings.office_hours, OfficeHours::default(), "{id}: the default");
    let until = |terms: &Terms| {
        let (reading, explanation) = clock::explain(terms, &setting.history, &setting.calendar).unwrap();
        assert_eq!(explanation.counted(), terms.limit.amount() * 60, "{id}: minutes explained");
        let due = reading.due().unwrap();
        assert_eq!(clock::due(terms, &setting.history, &setting.calendar), Ok(Some(due)), "{id}");
        assert_eq!(due.day, taipei::day_of(due.until), "{id}");
        due.until
    };
    assert_eq!(Some(until(&setting.terms)), case.expected.instant("due"), "{id}");
    if let Some(expected) = case.alternative("no lunch break") {
        let mut terms = setting.terms.clone();
        let noon = terms.settings.office_hours.morning.1;
        terms.settings.office_hours.afternoon.0 = noon;
        assert_eq!(Some(until(&terms)), expected.instant("due"), "{id}: no lunch break");
    }
    if let Some(expected) = case.alternative("規範 §11 next day") {
        let mut terms = setting.terms.clone();
        terms.settings.hours_start = HoursStart::NextDay;
        assert_eq!(Some(until(&terms)), expected.instant("due"), "{id}: next day");
    }
}

pub fn check_beyond_the_calendar(case: &Case) {
    let setting = setting(&case.input);
    assert_eq!(setting.history.received, instant(case.input.need("base_event_date")));
    assert_eq!(case.expected.need("error"), "CALENDAR_YEAR_MISSING");
    let outside = clock::due(&setting.terms, &setting.history, &setting.calendar).unwrap_err();
    assert_eq!(u32::try_from(outside.0.year()).ok(), case.expected.number("year"), "{}", case.id);
}
