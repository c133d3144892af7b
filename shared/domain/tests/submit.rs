//! Filing: what an application is checked for, and what it becomes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of a test")]

use std::collections::BTreeMap;

use domain::apply;
use domain::assurance::Assurance;
use domain::calendar::Calendar;
use domain::case::{Applicant, Case, Document};
use domain::clock::terms::Terms;
use domain::clock::{self, DayBasis, Limit};
use domain::consent::{Consent, WORDING};
use domain::dates::{self, ClockState};
use domain::event::{Event, Party, Recorded, Request, Submitted};
use domain::fee::{Basis, FeeRule};
use domain::form::{Field, FieldKind, Problem};
use domain::id::{CaseId, EventId, PersonId, RequestId, UploadId, Version};
use domain::item::{
    DocumentForm, DocumentRequirement, FileType, Handling, ItemVersion, MAX_FILES, OnlineType,
};
use domain::personal::Personal;
use domain::register::Source;
use domain::rejection::Rejection;
use domain::submit::submit;
use domain::taipei;
use domain::text::{Lang, Text};
use domain::timer::TimerKind;
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

fn field(key: &str, required: bool, kind: FieldKind) -> Field {
    let label = Text::new(format!("欄位{key}"), format!("Field {key}"));
    Field { key: key.parse().unwrap(), label, hint: None, required, kind }
}

fn needed(key: &str, required: bool, obtainable: bool) -> DocumentRequirement {
    DocumentRequirement {
        key: key.parse().unwrap(),
        name: Text::new(format!("文件{key}"), format!("Document {key}")),
        required,
        form: DocumentForm::File,
        obtainable_from: obtainable.then(|| Source {
            name: Text::new("戶政資訊系統", "the household register"),
            question: None,
            exception: None,
        }),
    }
}

fn item(limit: Limit) -> ItemVersion {
    let text = || Text::new("項目", "Item");
    ItemVersion {
        code: "PK001".parse().unwrap(),
        version: 3,
        effective_from: date(2026, 11, 18),
        agency: "parks".parse().unwrap(),
        name: text(),
        summary: text(),
        eligibility: text(),
        online_type: OnlineType::Full,
        filing_assurance: Assurance::Account,
        signing_assurance: None,
        handling: Handling::default(),
        pick_up: None,
        terms: Terms::of(limit),
        fee: FeeRule::of(Basis::Free),
        fields: vec![
            field("name", true, FieldKind::Line { max: 5 }),
            field("people", true, FieldKind::Number { min: 1, max: 10 }),
            field("note", false, FieldKind::Line { max: 5 }),
        ],
        documents: vec![
            needed("plan", true, false),
            needed("id_card", true, true),
            needed("photo", false, false),
        ],
        letter: domain::item::LetterTerms::default(),
        legal_basis: vec![],
    }
}

fn three_days() -> Limit {
    Limit::days(3, DayBasis::Working).unwrap()
}

fn document(requirement: &str) -> Document {
    Document {
        upload: UploadId::from_bytes([1; 16]),
        requirement: requirement.parse().unwrap(),
        file_name: Personal::new("plan.pdf".to_owned()),
        file_type: FileType::Pdf,
        bytes: 10,
        sha256: [0; 32],
    }
}

fn answers(given: &[(&str, &str)]) -> BTreeMap<String, String> {
    given.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())).collect()
}

fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

fn file(
    item: &ItemVersion,
    given: &[(&str, &str)],
    documents: Vec<Document>,
    now: Timestamp,
) -> Result<Submitted, Rejection> {
    submit(item, applicant(), Assurance::Account, &answers(given), documents, Some(agreed()), now)
}

const fn agreed() -> Consent {
    Consent::Given { wording: WORDING }
}

fn applicant() -> Applicant {
    Applicant {
        person: PersonId::from_bytes([2; 16]),
        name: Personal::new("林佳穎".to_owned()),
        email: Personal::new("lin@example.org".to_owned()),
        lang: Lang::ZhHant,
        mobile: None,
    }
}

/// The case that what was filed at `now` opens.
fn opened(filed: Submitted, now: Timestamp) -> Case {
    let (person, request) = (filed.applicant.person, RequestId::from_bytes([1; 16]));
    let recorded = Recorded {
        id: EventId { case: CaseId::of_request(person, request), seq: Version(1) },
        at: now,
        by: Party::Applicant(person),
        request: Request { id: request, digest: [0; 32] },
        event: Event::Submitted(Box::new(filed)),
        dates: None,
    };
    apply::advance(None, recorded, Calendar::shipped()).unwrap().0
}

const GOOD: [(&str, &str); 2] = [("name", " 林佳穎 "), ("people", "3")];
const WEDNESDAY: &str = "2026-11-18T10:00:00+08:00";

fn problems(given: &[(&str, &str)], documents: Vec<Document>) -> Vec<Problem> {
    match file(&item(three_days()), given, documents, at(WEDNESDAY)) {
        Err(Rejection::Unfit(problems)) => problems,
        other => panic!("expected problems, found {other:?}"),
    }
}

fn named(problems: &[Problem]) -> Vec<(&str, &'static str)> {
    problems.iter().map(|problem| (problem.field.as_str(), problem.defect.code())).collect()
}

#[test]
fn a_good_application_keeps_answers_item_version_and_terms() {
    let filed = file(&item(three_days()), &GOOD, vec![document("plan")], at(WEDNESDAY)).unwrap();
    assert_eq!((filed.item.code.as_str(), filed.item.version), ("PK001", 3));
    let kept: Vec<_> = filed.application.answers.reveal().values().map(String::as_str).collect();
    assert_eq!(kept, ["林佳穎", "3"], "trimmed, and the empty one is left out");
    assert_eq!(filed.item.terms, Terms::of(three_days()));
    let case = opened(filed, at(WEDNESDAY));
    assert_eq!((case.dates.clock, case.due_day()), (ClockState::Running, Some(date(2026, 11, 23))));
    let reminder = case.dates.timers.get(&TimerKind::DueSoon).copied();
    assert_eq!(reminder, Some(at("2026-11-20T00:00:00+08:00")));
    assert_eq!(case.received_at(), at(WEDNESDAY), "filing is receipt");
}

#[test]
fn every_problem_of_form_and_documents_is_told_at_once_in_both_languages() {
    let given = [("people", "many"), ("note", "123456"), ("colour", "red")];
    let problems = problems(&given, vec![document("passport")]);
    let expected = [
        ("colour", "UNKNOWN"),
        ("name", "MISSING"),
        ("people", "NOT_A_NUMBER"),
        ("note", "TOO_LONG"),
        ("plan", "MISSING"),
        ("passport", "UNKNOWN"),
    ];
    assert_eq!(named(&problems), expected);
    for problem in &problems {
        for lang in Lang::ALL {
            assert!(!problem.label.pick(*lang).is_empty(), "{problem:?}");
            assert!(!problem.defect.text().pick(*lang).is_empty(), "{problem:?}");
        }
    }
}

#[test]
fn documents_are_checked_even_when_the_form_is_good() {
    assert_eq!(named(&problems(&GOOD, vec![])), [("plan", "MISSING")]);
}

/// 免書證免謄本 (規範 九): what the city can look up is not demanded, but may be brought.
#[test]
fn a_document_the_city_can_look_up_is_not_demanded() {
    assert!(file(&item(three_days()), &GOOD, vec![document("plan")], at(WEDNESDAY)).is_ok());
    let both = vec![document("plan"), document("id_card")];
    assert!(file(&item(three_days()), &GOOD, both, at(WEDNESDAY)).is_ok());
}

#[test]
fn more_files_than_an_application_takes_are_refused() {
    let most = vec![document("plan"); MAX_FILES];
    assert!(file(&item(three_days()), &GOOD, most, at(WEDNESDAY)).is_ok());
    let problems = problems(&GOOD, vec![document("plan"); MAX_FILES + 1]);
    assert_eq!(named(&problems), [("documents", "OUT_OF_RANGE")]);
}

#[test]
fn an_item_takes_applications_from_its_first_legal_day_on() {
    let item = item(three_days());
    let day_before = file(&item, &GOOD, vec![document("plan")], at("2026-11-17T23:59:59+08:00"));
    assert_eq!(day_before.unwrap_err(), Rejection::ItemNotInForce);
    // 16:00 in Greenwich is midnight in Taipei.
    assert!(file(&item, &GOOD, vec![document("plan")], at("2026-11-17T16:00:00Z")).is_ok());
}

#[test]
fn an_item_says_how_sure_the_city_must_be_of_the_applicant() {
    for needed in [Assurance::Account, Assurance::Verified, Assurance::Certificate] {
        // The level of signing counts as well as that of filing.
        let signed = ItemVersion { signing_assurance: Some(needed), ..item(three_days()) };
        let item = ItemVersion { filing_assurance: needed, ..item(three_days()) };
        for level in Assurance::ALL {
            // The form is wrong as well: who may not file is told so first, and nothing of the form.
            let refused =
                submit(&item, applicant(), *level, &answers(&[]), vec![], None, at(WEDNESDAY)).unwrap_err();
            let to_sign = submit(&signed, applicant(), *level, &answers(&[]), vec![], None, at(WEDNESDAY));
            assert_eq!(to_sign.unwrap_err(), refused);
            if *level < needed {
                assert_eq!(refused, Rejection::AssuranceTooLow { needed }, "{level:?}");
                assert!(refused.text().zh.contains(&needed.text().zh));
                assert!(refused.text().en.contains(&needed.text().en));
            } else {
                assert!(matches!(refused, Rejection::Unfit(_)), "{level:?}");
            }
        }
    }
}

/// Filing is a right that waits for no calendar; the date is computed when the year is published.
#[test]
fn a_date_beyond_the_calendar_is_never_guessed() {
    let late = at("2027-12-30T09:00:00+08:00");
    let filed = file(&item(three_days()), &GOOD, vec![document("plan")], late).unwrap();
    let case = opened(filed, late);
    assert_eq!((case.dates.clock, case.dates.due), (ClockState::Unpublished, None));
    let kinds: Vec<TimerKind> = case.dates.timers.keys().copied().collect();
    assert_eq!(kinds, [TimerKind::Untaken], "somebody is to take it in all the same");
}

fn any_limit() -> impl Strategy<Value = Limit> {
    let basis = prop_oneof![Just(DayBasis::Working), Just(DayBasis::Calendar)];
    (1_u32..120, basis).prop_map(|(days, basis)| Limit::days(days, basis).unwrap())
}

/// Any minute from the day the item takes effect until the calendar gets short.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (0_i64..200 * 1_440)
        .prop_map(|minute| at("2026-11-18T00:00:00+08:00") + jiff::SignedDuration::from_mins(minute))
}

proptest! {
    #[test]
    fn reminders_come_before_the_due_date_and_after_filing(limit in any_limit(), now in any_instant()) {
        let filed = file(&item(limit), &GOOD, vec![document("plan")], now).unwrap();
        let case = opened(filed, now);
        let due = clock::due(&case.item.terms, &case.history, Calendar::shipped()).unwrap();
        prop_assert_eq!(case.dates.due, due);
        prop_assert_eq!(&case.dates, &dates::of(&case, Calendar::shipped()));
        let due = due.unwrap();
        for (kind, at) in &case.dates.timers {
            prop_assert!(*at > now, "{} at {}", kind, at);
            let ahead = match kind {
                TimerKind::DueNear => 3,
                TimerKind::DueSoon => 1,
                TimerKind::DueToday => 0,
                // Of the dispatchers' duty, not of the due date.
                TimerKind::Untaken => continue,
                _ => {
                    prop_assert_eq!(*at, due.until, "{}", kind);
                    continue;
                }
            };
            prop_assert_eq!(Some(*at), taipei::start_of(taipei::day_of(*at)), "{}", kind);
            let left = Calendar::shipped().working_days(taipei::day_of(*at), due.day).unwrap();
            prop_assert_eq!(left, ahead, "{}", kind);
        }
        prop_assert!(case.dates.timers.contains_key(&TimerKind::Overdue));
        prop_assert!(case.dates.timers.contains_key(&TimerKind::DueToday));
    }

    #[test]
    fn no_answers_make_filing_panic(given in proptest::collection::btree_map("\\PC{0,8}", "\\PC{0,12}", 0..6)) {
        let applicant = Applicant {
            person: PersonId::from_bytes([2; 16]),
            name: Personal::new(String::new()),
            email: Personal::new(String::new()),
            lang: Lang::En,
            mobile: None,
        };
        let item = item(three_days());
        let _ = submit(&item, applicant, Assurance::Account, &given, vec![], Some(agreed()), at(WEDNESDAY));
    }
}
