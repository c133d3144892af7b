//! Every refusal, and every defect of a form, says in both languages what is wrong and what to do,
//! under a code of its own.

use std::collections::BTreeSet;

use domain::agency::Role;
use domain::case::State;
use domain::command::Action;
use domain::form::Defect;
use domain::id::Version;
use domain::rejection::Rejection;
use domain::text::Text;
use jiff::civil::date;

/// One of each. The match makes this file fail to compile until a new refusal has its line.
fn every_rejection() -> Vec<Rejection> {
    let all = vec![
        Rejection::NotInThisState { state: State::Assigned, action: Action::Accept, allowed: vec![] },
        Rejection::Forbidden { action: Action::Accept },
        Rejection::StaleVersion { current: Version(2) },
        Rejection::RequestReused,
        Rejection::Unfit(vec![]),
        Rejection::Reason { max: 2_000 },
        Rejection::NotInRole { role: Role::Handler },
        Rejection::SamePerson,
        Rejection::OwnApplication,
        Rejection::TimerNotDue,
        Rejection::OutsideCalendar(date(2028, 1, 1)),
        Rejection::ItemNotInForce,
        Rejection::TooManyEvents,
    ];
    for rejection in &all {
        match rejection {
            Rejection::NotInThisState { .. }
            | Rejection::Forbidden { .. }
            | Rejection::StaleVersion { .. }
            | Rejection::RequestReused
            | Rejection::Unfit(_)
            | Rejection::Reason { .. }
            | Rejection::NotInRole { .. }
            | Rejection::SamePerson
            | Rejection::OwnApplication
            | Rejection::TimerNotDue
            | Rejection::OutsideCalendar(_)
            | Rejection::ItemNotInForce
            | Rejection::TooManyEvents => {}
        }
    }
    all
}

fn every_defect() -> Vec<Defect> {
    let all = vec![
        Defect::Missing,
        Defect::Unknown,
        Defect::TooLong { max: 10 },
        Defect::NotANumber,
        Defect::OutOfRange { min: 1, max: 9 },
        Defect::NotADate,
        Defect::NotAnOption,
        Defect::NotAnId,
        Defect::NotAPhone,
        Defect::Unprintable,
    ];
    for defect in &all {
        match defect {
            Defect::Missing
            | Defect::Unknown
            | Defect::TooLong { .. }
            | Defect::NotANumber
            | Defect::OutOfRange { .. }
            | Defect::NotADate
            | Defect::NotAnOption
            | Defect::NotAnId
            | Defect::NotAPhone
            | Defect::Unprintable => {}
        }
    }
    all
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn speaks_both(code: &str, text: &Text) {
    assert!(text.zh.chars().any(is_han), "{code}: {text:?}");
    assert!(text.en.split_whitespace().count() >= 3 && !text.en.chars().any(is_han), "{code}: {text:?}");
    let stable = |c: char| c.is_ascii_uppercase() || c == '_';
    assert!(code.chars().all(stable), "{code} is no code");
}

#[test]
fn codes_are_unique() {
    let rejections: BTreeSet<_> = every_rejection().iter().map(Rejection::code).collect();
    assert_eq!(rejections.len(), every_rejection().len());
    let defects: BTreeSet<_> = every_defect().iter().map(Defect::code).collect();
    assert_eq!(defects.len(), every_defect().len());
}

#[test]
fn texts_are_there_in_both_languages() {
    for rejection in every_rejection() {
        speaks_both(rejection.code(), &rejection.text());
    }
    for defect in every_defect() {
        speaks_both(defect.code(), &defect.text());
    }
}

#[test]
fn the_codes_are_the_published_ones() {
    let codes: Vec<_> = every_rejection().iter().map(Rejection::code).collect();
    insta::assert_snapshot!(codes.join("\n"), @r"
    NOT_IN_THIS_STATE
    FORBIDDEN
    STALE_VERSION
    REQUEST_REUSED
    UNFIT
    REASON_REQUIRED
    NOT_IN_ROLE
    SAME_PERSON
    OWN_APPLICATION
    TIMER_NOT_DUE
    CALENDAR_YEAR_MISSING
    ITEM_NOT_IN_FORCE
    TOO_MANY_EVENTS
    ");
}
