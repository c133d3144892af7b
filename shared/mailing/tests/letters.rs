//! What people read: every kind of notice in both languages, in both forms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use domain::case::{Outcome, State};
use domain::delivery::Delivery;
use domain::id::{CaseId, EventId, NoticeId, PersonId, RequestId, Version};
use domain::notice::NoticeKind;
use domain::personal::Personal;
use domain::text::{Lang, Text};
use jiff::civil::date;
use mailing::letter;
use platform::codec::notice::Notice;

fn notice(kind: NoticeKind, lang: Lang) -> Notice {
    let person = PersonId::of_subject("city", "lin");
    let case = CaseId::of_request(person, RequestId::from_bytes([1; 16]));
    let received = "2026-11-18T10:00:00+08:00".parse().unwrap();
    let applicant = matches!(kind, NoticeKind::ApplicationReceived | NoticeKind::Decided);
    Notice {
        id: NoticeId { event: EventId { case, seq: Version(3) }, place: 1 },
        kind,
        recipient: person,
        name: Personal::new("林佳穎".to_owned()),
        address: Personal::new("lin@mail.example".to_owned()),
        lang,
        to_staff: !applicant,
        item: Text::new("公園處場地使用 (一般性活動)", "Use of a park"),
        state: State::Received,
        due: Some(date(2026, 11, 23)),
        until: None,
        received_at: received,
        outcome: None,
        reason: None,
        owed_since: received,
        version: 1,
        delivery: Delivery::owed(received),
        message: None,
    }
}

#[test]
fn the_receipt_in_chinese() {
    let letter =
        letter::write(&notice(NoticeKind::ApplicationReceived, Lang::ZhHant), "https://window.example");
    insta::assert_snapshot!(format!("{}\n\n{}", letter.subject, letter.text().unwrap()));
}

#[test]
fn a_rejection_in_english_gives_the_reason() {
    let notice = Notice {
        outcome: Some(Outcome::Reject),
        reason: Some("The venue holds 500 people.".to_owned()),
        ..notice(NoticeKind::Decided, Lang::En)
    };
    let letter = letter::write(&notice, "https://window.example");
    insta::assert_snapshot!(format!("{}\n\n{}", letter.subject, letter.text().unwrap()));
}

#[test]
fn whoever_is_asked_for_something_reads_by_when() {
    for (state, zh, en) in
        [(State::UnderCorrection, "補正期限", "Answer by"), (State::AwaitingPickUp, "領取期限", "Pick up by")]
    {
        for (lang, label) in [(Lang::ZhHant, zh), (Lang::En, en)] {
            let asked = notice(NoticeKind::CorrectionRequested, lang);
            let asked = Notice { state, until: Some(date(2026, 12, 1)), ..asked };
            let letter = letter::write(&asked, "https://window.example");
            let day = domain::taipei::shown(date(2026, 12, 1), lang);
            assert!(letter.facts.contains(&(label.to_owned(), day.clone())), "{:?}", letter.facts);
            assert!(letter.text().unwrap().contains(&day));
        }
    }
}

#[test]
fn what_is_to_be_put_right_stands_line_by_line() {
    for (lang, label) in [(Lang::ZhHant, "補正事項："), (Lang::En, "To be put right:")] {
        let list = "1、平面圖：模糊；應補：清晰圖檔\n2、其他：未具結；應補：切結書";
        let asked = notice(NoticeKind::CorrectionRequested, lang);
        let asked = Notice { reason: Some(list.to_owned()), ..asked };
        let letter = letter::write(&asked, "https://window.example");
        assert!(letter.text().unwrap().contains(&format!("\n{label}\n{list}\n")));
        let html = letter.html().unwrap();
        assert!(html.contains(&format!("<p style=\"white-space:pre-line\">{label}\n{list}</p>")), "{html}");
    }
}

#[test]
fn an_applicant_never_reads_a_reason_before_the_decision() {
    let notice = Notice {
        reason: Some("internal".to_owned()),
        ..notice(NoticeKind::ApplicationReceived, Lang::ZhHant)
    };
    let letter = letter::write(&notice, "https://window.example");
    assert!(!letter.text().unwrap().contains("internal"));
}

#[test]
fn every_kind_has_a_text_of_its_own_in_both_languages_and_forms() {
    let mut subjects = Vec::new();
    for kind in NoticeKind::ALL {
        for lang in Lang::ALL {
            let letter = letter::write(&notice(*kind, *lang), "https://window.example");
            let (text, html) = (letter.text().unwrap(), letter.html().unwrap());
            for needed in [&letter.reference, &letter.link, &letter.paragraphs[0]] {
                assert!(text.contains(needed.as_str()), "{kind}: {needed}");
            }
            assert!(html.contains(&letter.link) && html.contains(&format!("lang=\"{lang}\"")));
            subjects.push(letter.subject);
        }
    }
    let all = subjects.len();
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), all);
}

#[test]
fn what_an_applicant_typed_cannot_become_markup() {
    let mut notice = notice(NoticeKind::Decided, Lang::ZhHant);
    notice.name = Personal::new("<script>alert(1)</script>".to_owned());
    let html = letter::write(&notice, "https://window.example").html().unwrap();
    assert!(!html.contains("<script>"), "{html}");
}
