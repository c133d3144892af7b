//! Extensions, the other periods, statistics, attendance and interest.

use domain::agency::Role;
use domain::apply;
use domain::attendance::{self, Duty, Half, Standing};
use domain::calendar::Calendar;
use domain::case::{Assignment, Case as Filed};
use domain::clock::history::{End, Ended, History, Review};
use domain::clock::period::{self, Outage};
use domain::clock::statistics::{self, HalfDays, SameDay};
use domain::clock::terms::Terms;
use domain::clock::{DayBasis, Due, Limit, holder};
use domain::command::Command;
use domain::decide::decide;
use domain::event::Event;
use domain::id::Version;
use domain::interest::{self, EndDays, Rate};
use domain::joint_review::{Opinion, ReviewingAgency};
use domain::money::Twd;
use domain::rejection::Rejection;
use domain::taipei;
use domain::text::Text;
use jiff::Timestamp;
use jiff::civil::Time;

use crate::cases::{Case, Fields, instant};
use crate::limits::{self, Setting};
use crate::support;

/// Through the product: a case that is filed, assigned, and asked to be extended.
pub fn check_extension(case: &Case) {
    let (id, expected) = (&case.id, &case.expected);
    let mut filed = assigned(&limits::setting(&case.input));
    assert_eq!(Some(filed.history.received), case.input.instant("base_event_date"), "{id}");
    if let Some(due) = expected.day("original_due") {
        assert_eq!(filed.due_day(), Some(due), "{id}: unextended");
    }
    let mut last = Ok(());
    for extension in ["extension", "second_extension"].iter().filter_map(|key| case.input.object(key)) {
        last = extend(&mut filed, &extension);
        extension.assert_all_read();
    }
    assert_eq!(filed.due_day(), expected.day("due"), "{id}");
    assert_eq!(last.is_ok(), expected.flag("accepted").unwrap(), "{id}");
    assert_eq!(last.err().map(|refused| refused.code()), expected.text("error"), "{id}");
}

fn assigned(setting: &Setting) -> Filed {
    let at = setting.history.received;
    let filing = support::filing(setting.terms.clone(), at);
    let (filed, _) = apply::advance(None, filing, &setting.calendar).unwrap();
    let assignment = Assignment { handler: support::person("chen"), reviewer: support::person("wang") };
    let event = Event::Assigned { assignment, handler_name: "chen".to_owned() };
    advance(filed, event, at)
}

fn advance(filed: Filed, event: Event, at: Timestamp) -> Filed {
    let reviewer = support::officer("wang", support::AGENCY, &[Role::Reviewer]);
    let recorded = support::recorded(&filed, &reviewer, event, at);
    apply::advance(Some(filed), recorded, Calendar::shipped()).unwrap().0
}

fn extend(filed: &mut Filed, extension: &Fields) -> Result<(), Rejection> {
    let (amount, at) = (extension.number("days").unwrap(), instant(extension.need("notified")));
    let reviewer = support::officer("wang", support::AGENCY, &[Role::Reviewer]);
    let command = Command::Extend { amount, reason: "案情複雜".to_owned() };
    let event = decide(filed, &reviewer, command, at, Calendar::shipped())?;
    *filed = advance(filed.clone(), event, at);
    Ok(())
}

pub fn check_correction_deadline(case: &Case) {
    let (served, days) = (case.input.need_day("served"), case.input.number("days").unwrap());
    let due = period::ends(served, days, Calendar::shipped()).unwrap();
    assert_eq!(due, case.expected.need_day("due"), "{}", case.id);
    if let Some(outage) = case.input.object("outage") {
        let outage = Outage { from: outage.instant("start").unwrap(), to: outage.instant("end").unwrap() };
        let excused = period::excused(due, &[outage], Calendar::shipped()).unwrap();
        assert_eq!(excused, case.expected.need_day("effective_due"), "{}", case.id);
    }
}

pub fn check_publication(case: &Case) {
    assert_eq!(case.input.number("working_days"), Some(period::PUBLICATION_WORKING_DAYS), "{}", case.id);
    let approved = case.input.need_day("approved");
    let due = Calendar::shipped().add_working_days(approved, period::PUBLICATION_WORKING_DAYS).unwrap();
    assert_eq!(due, case.expected.need_day("due"), "{}", case.id);
}

pub fn check_appeal(case: &Case) {
    assert_eq!(case.input.number("days"), Some(period::APPEAL_DAYS), "{}", case.id);
    let served = case.input.need_day("served");
    let last = period::ends(served, period::APPEAL_DAYS, Calendar::shipped()).unwrap();
    assert_eq!(last, case.expected.need_day("last_day"), "{}", case.id);
}

pub fn check_statistics(case: &Case) {
    let (id, finished) = (&case.id, case.input.instant("finished").unwrap());
    if let Some(day) = case.input.day("due") {
        let in_time = Due::end_of(day).unwrap().in_time(finished);
        assert_eq!(Some(in_time), case.expected.flag("on_time"), "{id}");
    }
    if let Some(received) = case.input.instant("received") {
        let (terms, history) = (Terms::of(three_days()), History::received(received));
        let used = |same_day| {
            let calendar = Calendar::shipped();
            statistics::used(&terms, &history, finished, same_day, calendar).unwrap().unwrap()
        };
        let halves = used(SameDay::default());
        assert_eq!(halves.net.to_string(), case.expected.get("days_used").unwrap().to_string(), "{id}");
        assert_eq!((halves.gross, halves.on_time), (halves.net, Some(true)), "{id}");
        assert_eq!(used(SameDay::Nothing).net, HalfDays(0), "{id}: the other reading");
    }
}

fn three_days() -> Limit {
    Limit::days(3, DayBasis::Working).unwrap()
}

/// The whole case of D38, whose reviewer answers late.
pub fn check_joint_review(case: &Case) {
    let (id, replied) = (&case.id, instant(case.input.need("reviewer_replied")));
    let terms = Terms::of(Limit::days(90, DayBasis::Calendar).unwrap());
    let limit = Limit::days(28, DayBasis::Calendar).unwrap();
    let agency = support::agency("xinyi");
    let reviewer = ReviewingAgency { agency, name: Text::new("信義區公所", "Xinyi District Office") };
    let ended = Ended { at: replied, by: Version(4), due: None, how: End::Answered(Opinion::Agree) };
    let review = Review {
        reviewer: reviewer.clone(),
        sent: instant("2026-03-05"),
        asked: Version(3),
        limit,
        ended: Some(ended),
        late: None,
    };
    let mut history = History::received(instant("2026-03-02"));
    history.reviews.push(review.clone());
    let calendar = Calendar::shipped();
    let whole = domain::clock::due(&terms, &history, calendar).unwrap().unwrap();
    for expected in [&case.input, &case.expected] {
        assert_eq!(whole.day, expected.need_day("whole_due"), "{id}");
    }
    let due = holder::review_due(&terms, &history, &review, calendar).unwrap().unwrap();
    assert_eq!(due.day, case.input.need_day("sub_due"), "{id}");
    let late = holder::days_late(due, &review, whole.day);
    assert_eq!(u32::try_from(late).ok(), case.expected.number("reviewer_overdue_days"), "{id}");
    assert_eq!(case.expected.need("responsible"), "reviewing agency", "{id}");
    let held = holder::held(&terms, &history, whole.day, calendar).unwrap();
    let late_day = due.day.tomorrow().unwrap();
    let booked = held.iter().find(|run| run.from <= late_day && late_day <= run.to).unwrap();
    assert_eq!(booked.holder, holder::Holder::Reviewer(reviewer), "{id}");
    assert_eq!(booked.to, taipei::day_of(replied), "{id}");
}

pub fn check_dispatch(case: &Case) {
    let day = case.input.need_day("date");
    let time = |text: &str| text.parse::<Time>().unwrap();
    let cuts = (time(case.input.need("am_until")), time(case.input.need("pm_from")));
    assert_eq!(cuts, (attendance::MORNING_UNTIL, attendance::AFTERNOON_FROM), "{}", case.id);
    let logins = case.input.get("logins").unwrap().as_array().unwrap().iter();
    let opened: Vec<Timestamp> =
        logins.map(|login| taipei::at(day, time(login.as_str().unwrap())).unwrap()).collect();
    for (half, key) in [(Half::Morning, "am"), (Half::Afternoon, "pm")] {
        let duty = Duty { day, half };
        let expected = if case.expected.flag(key).unwrap() { Standing::Attended } else { Standing::Missed };
        let looked = opened.iter().copied().find(|at| Duty::at(*at) == Some(duty));
        let found = duty.judge(looked, Timestamp::MAX, Calendar::shipped());
        assert_eq!(found, Ok(expected), "{} {half}", case.id);
    }
}

pub fn check_refund(case: &Case) {
    let (input, id) = (&case.input, &case.id);
    let (paid, ended) = (input.need_day("paid"), input.need_day("terminated"));
    assert_eq!(input.number("basis_days"), Some(interest::YEAR), "{id}");
    let days = interest::days(paid, ended, EndDays::default());
    assert_eq!(Some(days), case.expected.number("days"), "{id}");
    let rate: Rate = input.need("annual_rate").parse().unwrap();
    let owed = interest::interest(Twd(input.number("principal").unwrap()), rate, days);
    assert_eq!(owed.to_string(), case.expected.need("interest"), "{id}");
    let other = case.alternative("exclude the first day").unwrap();
    assert_eq!(Some(interest::days(paid, ended, EndDays::LastOnly)), other.number("days"), "{id}");
}
