//! Every refusal, and every defect of a form, says in both languages what is wrong and what to do,
//! under a code of its own.

use std::collections::BTreeSet;

use domain::absence;
use domain::agency::Role;
use domain::assurance::Assurance;
use domain::booking::Refusal;
use domain::calendar::{BadChange, BadClosure, BadYear, YearProblem};
use domain::case::State;
use domain::command::Action;
use domain::correction::Subject;
use domain::form::Defect;
use domain::id::Version;
use domain::letter;
use domain::money::Twd;
use domain::payment::refund::Lack;
use domain::rejection::Rejection;
use domain::text::Text;
use jiff::civil::date;

/// One of each. The match makes this file fail to compile until a new refusal has its line.
#[expect(clippy::too_many_lines, reason = "one line each")]
fn every_rejection() -> Vec<Rejection> {
    let day = date(2028, 1, 1);
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
        Rejection::NoSuchAgency,
        Rejection::NoReviewerLeft,
        Rejection::Reviewers { max: 2 },
        Rejection::NoSuchReviewer,
        Rejection::ReviewNotOpen,
        Rejection::TimerNotDue,
        Rejection::SignatureMissing { digest: [7; 32] },
        Rejection::SignedSomethingElse { digest: [7; 32] },
        Rejection::ConsentMissing,
        Rejection::ConsentWording { current: 1 },
        Rejection::TooManyChanges { max: 10 },
        Rejection::PostalAddress { max: 200 },
        Rejection::MobileNumber,
        Rejection::NoSms,
        Rejection::Deficiencies { max: 40 },
        Rejection::Deficiency { place: 2, max: 300 },
        Rejection::NoSuchSubject(Subject::Other),
        Rejection::CityLooksItUp(Text::new("戶籍謄本", "Household registration transcript")),
        Rejection::NotLookedUp,
        Rejection::NoRegister,
        Rejection::TooManyLookups { max: 100 },
        Rejection::NothingToAskBy(Text::new("主辦單位", "Organiser")),
        Rejection::AskedBefore,
        Rejection::AnotherCorrection,
        Rejection::CorrectionOver,
        Rejection::MoreTimeAsked,
        Rejection::Period { min: 1, max: 90 },
        Rejection::ExtensionAlreadyUsed,
        Rejection::ExtensionTooLong { max: 3 },
        Rejection::ExtensionAfterExpiry,
        Rejection::ClockNotRunning,
        Rejection::AddedTimeTooLong { left: 2 },
        Rejection::PauseEndsBeforeStart,
        Rejection::AlreadyStopped,
        Rejection::NotStopped,
        Rejection::AnswerBeforeRequest,
        Rejection::InTheFuture(day),
        Rejection::NoSuchNotice,
        Rejection::PostalNumber { max: 40 },
        Rejection::NotPosted,
        Rejection::NoProxy,
        Rejection::ProxyName { max: 60 },
        Rejection::ProxyProof { max: 500 },
        Rejection::ServedBeforeNotice(day),
        Rejection::NotAwaited,
        Rejection::NothingChanges,
        Rejection::Calendar(BadChange::Year(BadYear { row: Some(7), problem: YearProblem::Columns })),
        Rejection::Calendar(BadChange::Closure(BadClosure::Text)),
        Rejection::Calendar(BadChange::NothingChanges),
        Rejection::Calendar(BadChange::UnknownClosure),
        Rejection::OutsideCalendar(day),
        Rejection::ItemNotInForce,
        Rejection::AssuranceTooLow { needed: Assurance::Certificate },
        Rejection::TooManyEvents,
        Rejection::Amount { max: Twd(900) },
        Rejection::AmountChanged { outstanding: Twd(400) },
        Rejection::NotOffered,
        Rejection::AmountNotTaken { min: Twd(30), max: Twd(20_000) },
        Rejection::RefundTooMuch { max: Twd(300) },
        Rejection::RefundLacks(Lack::Contact),
        Rejection::NothingToPay,
        Rejection::TooManyAttempts,
        Rejection::AttemptRanOut,
        Rejection::NoSuchPayment,
        Rejection::NoSuchRefund,
        Rejection::NothingToRefund,
        Rejection::RefundLapsed,
        Rejection::RateMissing,
        Rejection::NoWayBack,
        Rejection::ProviderPaysBack,
        Rejection::RefundUnderWay { refund: 2 },
        Rejection::FourEyes,
        Rejection::FeeIsNoGround,
        Rejection::FeeMentioned,
        Rejection::GroundMissing,
        Rejection::CorrectionFirst,
        Rejection::CorrectionNotLapsed,
        Rejection::LetterLacks(vec![letter::Lack::Facts, letter::Lack::Remedy]),
        Rejection::LetterText { max: 200 },
        Rejection::CertificateOfRefusal,
        Rejection::TooManyCertificates { max: 5 },
        Rejection::CertificateText,
        Rejection::NoSuchDocument,
        Rejection::NotInDocument,
        Rejection::FeeNotPosted,
        Rejection::NotOverdue,
        Rejection::Booking(Refusal::Full),
        Rejection::Absence(absence::Refusal::NoDeputy),
    ];
    all.iter().for_each(is_listed);
    all
}

#[expect(clippy::too_many_lines, reason = "one line each")]
fn is_listed(rejection: &Rejection) {
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
        | Rejection::NoSuchAgency
        | Rejection::NoReviewerLeft
        | Rejection::NotLookedUp
        | Rejection::NoSuchNotice
        | Rejection::PostalNumber { .. }
        | Rejection::NotPosted
        | Rejection::NoProxy
        | Rejection::ProxyName { .. }
        | Rejection::ProxyProof { .. }
        | Rejection::ServedBeforeNotice(_)
        | Rejection::NoRegister
        | Rejection::TooManyLookups { .. }
        | Rejection::NothingToAskBy(_)
        | Rejection::Reviewers { .. }
        | Rejection::NoSuchReviewer
        | Rejection::ReviewNotOpen
        | Rejection::TimerNotDue
        | Rejection::SignatureMissing { .. }
        | Rejection::SignedSomethingElse { .. }
        | Rejection::ConsentMissing
        | Rejection::ConsentWording { .. }
        | Rejection::TooManyChanges { .. }
        | Rejection::PostalAddress { .. }
        | Rejection::MobileNumber
        | Rejection::NoSms
        | Rejection::Deficiencies { .. }
        | Rejection::Deficiency { .. }
        | Rejection::NoSuchSubject(_)
        | Rejection::CityLooksItUp(_)
        | Rejection::AskedBefore
        | Rejection::AnotherCorrection
        | Rejection::CorrectionOver
        | Rejection::MoreTimeAsked
        | Rejection::Period { .. }
        | Rejection::ExtensionAlreadyUsed
        | Rejection::ExtensionTooLong { .. }
        | Rejection::ExtensionAfterExpiry
        | Rejection::ClockNotRunning
        | Rejection::AddedTimeTooLong { .. }
        | Rejection::PauseEndsBeforeStart
        | Rejection::AlreadyStopped
        | Rejection::NotStopped
        | Rejection::AnswerBeforeRequest
        | Rejection::InTheFuture(_)
        | Rejection::NotAwaited
        | Rejection::NothingChanges
        | Rejection::Calendar(
            BadChange::Year(_)
            | BadChange::Closure(BadClosure::Text | BadClosure::OutsideCalendar(_))
            | BadChange::NothingChanges
            | BadChange::UnknownClosure,
        )
        | Rejection::OutsideCalendar(_)
        | Rejection::ItemNotInForce
        | Rejection::AssuranceTooLow { .. }
        | Rejection::TooManyEvents
        | Rejection::Amount { .. }
        | Rejection::AmountChanged { .. }
        | Rejection::NotOffered
        | Rejection::AmountNotTaken { .. }
        | Rejection::RefundTooMuch { .. }
        | Rejection::RefundLacks(Lack::Contact | Lack::Proof)
        | Rejection::NothingToPay
        | Rejection::TooManyAttempts
        | Rejection::AttemptRanOut
        | Rejection::NoSuchPayment
        | Rejection::NoSuchRefund
        | Rejection::NothingToRefund
        | Rejection::RefundLapsed
        | Rejection::RateMissing
        | Rejection::NoWayBack
        | Rejection::ProviderPaysBack
        | Rejection::RefundUnderWay { .. }
        | Rejection::FourEyes
        | Rejection::FeeIsNoGround
        | Rejection::FeeMentioned
        | Rejection::GroundMissing
        | Rejection::CorrectionFirst
        | Rejection::CorrectionNotLapsed
        | Rejection::LetterLacks(_)
        | Rejection::LetterText { .. }
        | Rejection::CertificateOfRefusal
        | Rejection::TooManyCertificates { .. }
        | Rejection::CertificateText
        | Rejection::NoSuchDocument
        | Rejection::NotInDocument
        | Rejection::FeeNotPosted
        | Rejection::NotOverdue
        | Rejection::Booking(_)
        | Rejection::Absence(_) => {}
    }
}

/// One of each problem of a yearly file, on a row and without.
fn every_bad_year() -> Vec<BadYear> {
    let (day, found) = (date(2026, 2, 3), || "x".to_owned());
    let problems = [
        YearProblem::HtmlPage,
        YearProblem::Encoding,
        YearProblem::TooLarge,
        YearProblem::Heading(found()),
        YearProblem::Columns,
        YearProblem::NotADate(found()),
        YearProblem::WrongWeekday(found()),
        YearProblem::Flag(found()),
        YearProblem::OtherYear(2025),
        YearProblem::Twice(day),
        YearProblem::OutOfOrder(day),
        YearProblem::Short { rows: 364, expected: 365 },
        YearProblem::Gap { year: 2030, first: 2017, last: 2027 },
    ];
    for problem in &problems {
        match problem {
            YearProblem::HtmlPage
            | YearProblem::Encoding
            | YearProblem::TooLarge
            | YearProblem::Heading(_)
            | YearProblem::Columns
            | YearProblem::NotADate(_)
            | YearProblem::WrongWeekday(_)
            | YearProblem::Flag(_)
            | YearProblem::OtherYear(_)
            | YearProblem::Twice(_)
            | YearProblem::OutOfOrder(_)
            | YearProblem::Short { .. }
            | YearProblem::Gap { .. } => {}
        }
    }
    let on = |row| problems.iter().cloned().map(move |problem| BadYear { row, problem });
    on(None).chain(on(Some(42))).collect()
}

fn every_defect() -> Vec<Defect> {
    let all = vec![
        Defect::Missing,
        Defect::Unknown,
        Defect::TooLong { max: 10 },
        Defect::NotANumber,
        Defect::NotAnArea,
        Defect::OutOfRange { min: 1, max: 9 },
        Defect::Unanswered,
        Defect::NotADate,
        Defect::NotAnOption,
        Defect::NotAnId,
        Defect::NotAPhone,
        Defect::Unprintable,
    ];
    for defect in &all {
        match defect {
            Defect::Missing
            | Defect::Unanswered
            | Defect::Unknown
            | Defect::TooLong { .. }
            | Defect::NotANumber
            | Defect::NotAnArea
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

/// A bad file says what is wrong and on which row, and that nothing was taken over.
#[test]
fn a_bad_file_names_its_row_in_both_languages() {
    let mut texts = BTreeSet::new();
    for bad in every_bad_year() {
        let row = bad.row;
        let refusal = Rejection::Calendar(BadChange::Year(bad));
        let text = refusal.text();
        assert!(text.zh.chars().any(is_han) && text.zh.ends_with("日曆未變更。"), "{text:?}");
        assert!(text.en.ends_with("Nothing was changed."), "{text:?}");
        assert_eq!(text.zh.starts_with("第 42 列："), row.is_some(), "{text:?}");
        assert_eq!(text.en.starts_with("Row 42: "), row.is_some(), "{text:?}");
        assert_eq!(refusal.code(), "BAD_CALENDAR_FILE");
        texts.insert(text);
    }
    assert_eq!(texts.len(), every_bad_year().len(), "each problem has a sentence of its own");
}

/// The same thing by the same name, whoever runs into it.
#[test]
fn a_day_beyond_the_calendar_is_one_refusal() {
    let day = date(2028, 1, 1);
    let (case, closure) = (
        Rejection::OutsideCalendar(day),
        Rejection::Calendar(BadChange::Closure(BadClosure::OutsideCalendar(day))),
    );
    assert_eq!((case.code(), case.text()), (closure.code(), closure.text()));
    assert!(case.text().zh.contains("2028-01-01") && case.text().en.contains("2028-01-01"));
}

/// What the sentence says of numbers is what the rule had.
#[test]
fn refusals_name_their_bounds() {
    let bounds = [
        (Rejection::Period { min: 1, max: 90 }, "90"),
        (Rejection::ExtensionTooLong { max: 3 }, "3"),
        (Rejection::AddedTimeTooLong { left: 2 }, "2"),
        (Rejection::InTheFuture(date(2026, 11, 20)), "2026-11-20"),
        (Rejection::Amount { max: Twd(1_900) }, "1,900"),
        (Rejection::AmountChanged { outstanding: Twd(400) }, "400"),
        (Rejection::RefundTooMuch { max: Twd(300) }, "300"),
    ];
    for (refusal, bound) in bounds {
        let text = refusal.text();
        assert!(text.zh.contains(bound) && text.en.contains(bound), "{text:?}");
    }
}

#[test]
fn the_codes_are_the_published_ones() {
    let codes: Vec<_> = every_rejection().iter().map(Rejection::code).collect();
    insta::assert_snapshot!(codes.join("\n"));
}
