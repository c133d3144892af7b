//! What a register is asked, and exceptions from asking it (規範 九 II-III).

use domain::agency::Role;
use domain::assurance::Assurance;
use domain::command::Command;
use domain::correction::{Asked as Lacking, Request, Subjects};
use domain::fee::{Basis, FeeRule};
use domain::form::{Answers, Field, FieldKind};
use domain::id::{CaseId, Key, PersonId, RequestId};
use domain::item::{DocumentForm, DocumentRequirement, Handling, ItemVersion, LetterTerms, OnlineType};
use domain::register::{Exception, Ground, Question, Source, ask};
use domain::rejection::Rejection;
use domain::text::Text;
use jiff::civil::date;

use super::{assigned, decided, handler, three_days};

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn text(text: &str) -> Text {
    Text::new(text, text)
}

fn exception() -> Exception {
    Exception {
        ground: Ground::Marked,
        approval: "府授研服字第1150000001號".to_owned(),
        approved_on: date(2026, 3, 1),
        scope: text("須標示範圍者"),
        until: date(2027, 2, 28),
    }
}

fn document(name: &str, question: Option<Question>, exception: Option<Exception>) -> DocumentRequirement {
    DocumentRequirement {
        key: key(name),
        name: text(name),
        required: true,
        form: DocumentForm::File,
        obtainable_from: Some(Source { name: text("地政資訊系統"), question, exception }),
    }
}

fn by(fields: &[&str]) -> Question {
    let by = fields.iter().map(|field| key(field)).collect();
    Question { register: key("land"), by, purpose: text("審查權屬") }
}

/// With a form of an owner and a parcel, of which the parcel may be left out.
pub fn item(documents: Vec<DocumentRequirement>) -> ItemVersion {
    let field = |name: &str, required| Field {
        key: key(name),
        label: text(&format!("欄位{name}")),
        hint: None,
        required,
        kind: FieldKind::Line { max: 60 },
    };
    ItemVersion {
        code: "PK001".parse().unwrap(),
        version: 1,
        effective_from: date(2026, 1, 1),
        agency: "parks".parse().unwrap(),
        name: text("項目"),
        summary: text("項目"),
        eligibility: text("任何人"),
        online_type: OnlineType::Full,
        filing_assurance: Assurance::Account,
        signing_assurance: None,
        handling: Handling::default(),
        pick_up: None,
        terms: three_days(),
        fee: FeeRule::of(Basis::Free),
        fields: vec![field("owner", true), field("parcel", false)],
        documents,
        legal_basis: vec![],
        letter: LetterTerms::default(),
    }
}

fn answers() -> Answers {
    [(key("owner"), "林佳穎".to_owned()), (key("parcel"), " ".to_owned())].into()
}

#[test]
fn an_exception_is_in_force_from_its_approval_to_its_last_day() {
    let document = document("extract", None, Some(exception()));
    for (day, waived) in [
        (date(2026, 2, 28), true),
        (date(2026, 3, 1), false),
        (date(2027, 2, 28), false),
        (date(2027, 3, 1), true),
    ] {
        assert_eq!(document.waived(day).is_some(), waived, "{day}");
        assert_eq!(document.exception(day).is_some(), !waived, "{day}");
    }
    let brought = DocumentRequirement { obtainable_from: None, ..document };
    assert!(brought.waived(date(2026, 1, 1)).is_none() && brought.exception(date(2026, 4, 1)).is_none());
}

#[test]
fn an_exception_says_by_what_it_is_and_until_when() {
    let text = exception().text();
    for part in ["標示特定位置", "府授研服字第1150000001號", "須標示範圍者", "民國116年2月28日"]
    {
        assert!(text.zh.contains(part), "{part}: {}", text.zh);
    }
    let long = "字".repeat(201);
    for bad in [
        Exception { approval: String::new(), ..exception() },
        Exception { approval: long, ..exception() },
        Exception { scope: Text::new("範圍", " "), ..exception() },
        Exception { until: date(2026, 2, 28), ..exception() },
    ] {
        assert!(!bad.is_complete(), "{bad:?}");
    }
    assert!(exception().is_complete());
    assert!(Exception { until: date(2026, 3, 1), ..exception() }.is_complete(), "one day");
}

/// While the exception is in force it can be asked for; before and after it never is.
#[test]
fn a_correction_asks_for_what_is_excepted_and_for_nothing_else_that_is_looked_up() {
    let item = item(vec![document("extract", None, Some(exception())), document("id_card", None, None)]);
    let asking = |subject: &str, day| {
        let lacking = Lacking {
            subject: subject.parse().unwrap(),
            what: "未附".to_owned(),
            provide: "謄本一份".to_owned(),
            basis: String::new(),
        };
        let subjects = Subjects::of(&item, day);
        Request { asked: vec![lacking], days: 7, in_writing: false, again: String::new(), subjects }
    };
    let refused = |request: Request| {
        let command = Command::RequestCorrection(Box::new(request));
        let now = "2026-11-19T10:00:00+08:00".parse().unwrap();
        decided(&assigned(), &handler(&[Role::Handler]), command, now).err()
    };
    let looked_up = |name: &str| Some(Rejection::CityLooksItUp(text(name)));
    assert_eq!(refused(asking("document:extract", date(2026, 11, 18))), None);
    assert_eq!(refused(asking("document:extract", date(2027, 3, 1))), looked_up("extract"));
    assert_eq!(refused(asking("document:id_card", date(2026, 11, 18))), looked_up("id_card"));
}

#[test]
fn a_register_is_asked_by_what_the_form_says() {
    let item = item(vec![document("extract", Some(by(&["owner"])), None)]);
    let asked = ask(&item, &answers(), &key("extract")).unwrap();
    let (case, request) = (
        CaseId::of_request(PersonId::from_bytes([3; 16]), RequestId::from_bytes([2; 16])),
        RequestId::from_bytes([2; 16]),
    );
    let inquiry = asked.inquiry(case, request, PersonId::from_bytes([3; 16]), "parks".parse().unwrap());
    assert_eq!(inquiry.register, key("land"));
    assert_eq!(inquiry.subject.reveal(), &[(key("owner"), "林佳穎".to_owned())]);
    assert_eq!((inquiry.purpose, inquiry.request), (text("審查權屬"), request));
    let kept = asked.answered(true, [7; 32]);
    assert_eq!(
        (kept.document, kept.name, kept.source),
        (key("extract"), text("extract"), text("地政資訊系統"))
    );
    assert_eq!((kept.register, kept.found, kept.sha256), (key("land"), true, [7; 32]));
}

#[test]
fn what_cannot_be_asked_is_not() {
    let mut brought = document("plan", None, None);
    brought.obtainable_from = None;
    let item = item(vec![
        brought,
        document("by_hand", None, None),
        document("by_parcel", Some(by(&["owner", "parcel"])), None),
        document("by_nothing_known", Some(by(&["colour"])), None),
    ]);
    for (name, expected) in [
        ("plan", Rejection::NotLookedUp),
        ("nothing", Rejection::NotLookedUp),
        ("by_hand", Rejection::NoRegister),
        ("by_parcel", Rejection::NothingToAskBy(text("欄位parcel"))),
        ("by_nothing_known", Rejection::NothingToAskBy(text("colour"))),
    ] {
        assert_eq!(ask(&item, &answers(), &key(name)).unwrap_err(), expected, "{name}");
    }
}
