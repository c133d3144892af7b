//! What an SMS says: short, in both languages, and of every kind of notice that goes by SMS.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use domain::case::State;
use domain::delivery::{Channel, Delivery};
use domain::id::{CaseId, EventId, NoticeId, PersonId, RequestId, Version};
use domain::notice::NoticeKind;
use domain::personal::Personal;
use domain::text::{Lang, Text};
use jiff::civil::date;
use mailing::sms;
use platform::codec::notice::Notice;

/// As long as the address of the window may be for a Chinese SMS to stay one.
const ORIGIN: &str = "https://eservice.gov.taipei";

fn notice(kind: NoticeKind, lang: Lang) -> Notice {
    let person = PersonId::of_subject("city", "lin");
    let case = CaseId::of_request(person, RequestId::from_bytes([1; 16]));
    let received = "2026-11-18T10:00:00+08:00".parse().unwrap();
    Notice {
        id: NoticeId { event: EventId { case, seq: Version(3) }, place: 2 },
        kind,
        channel: Channel::Sms,
        recipient: person,
        name: Personal::new("林佳穎".to_owned()),
        address: Personal::new("0912345678".to_owned()),
        lang,
        to_staff: false,
        item: Text::new("公園處場地使用 (一般性活動)", "Use of a park"),
        state: State::UnderCorrection,
        due: Some(date(2026, 12, 30)),
        until: Some(date(2026, 12, 29)),
        received_at: received,
        outcome: None,
        reason: Some("補正事項".to_owned()),
        pick_up: None,
        owed_since: received,
        version: 1,
        delivery: Delivery::owed(received),
        message: None,
        opened_at: None,
        served: None,
        agency: None,
    }
}

fn said(kind: NoticeKind, lang: Lang) -> Option<String> {
    sms::write(&notice(kind, lang), ORIGIN)
}

fn case() -> String {
    notice(NoticeKind::Decided, Lang::En).id.event.case.to_string()
}

#[test]
fn every_sms_in_chinese() {
    let all: Vec<String> = NoticeKind::ALL.iter().filter_map(|kind| said(*kind, Lang::ZhHant)).collect();
    insta::assert_snapshot!(all.join("\n").replace(&case(), "TP-CASE"), @r"
    【臺北市單一窗口】案件 TP-CASE：已有結果，請登入查閱。https://eservice.gov.taipei
    【臺北市單一窗口】案件 TP-CASE：請補正，期限12月29日。https://eservice.gov.taipei
    【臺北市單一窗口】案件 TP-CASE：尚未補正，期限12月29日。https://eservice.gov.taipei
    【臺北市單一窗口】案件 TP-CASE：補正期限已過，請登入查閱。https://eservice.gov.taipei
    【臺北市單一窗口】案件 TP-CASE：尚未領取，期限12月29日。https://eservice.gov.taipei
    【臺北市單一窗口】案件 TP-CASE：請繳費。https://eservice.gov.taipei
    【臺北市單一窗口】案件 TP-CASE：請提供繳費證明。https://eservice.gov.taipei
    【臺北市單一窗口】案件 TP-CASE：已移送其他機關，請登入查閱。https://eservice.gov.taipei
    ");
}

#[test]
fn every_sms_in_english() {
    let all: Vec<String> = NoticeKind::ALL.iter().filter_map(|kind| said(*kind, Lang::En)).collect();
    insta::assert_snapshot!(all.join("\n").replace(&case(), "TP-CASE"), @r"
    Taipei Single Window: case TP-CASE, there is a decision; sign in to read it. https://eservice.gov.taipei
    Taipei Single Window: case TP-CASE, please put something right by 29 Dec. https://eservice.gov.taipei
    Taipei Single Window: case TP-CASE, please remember to put something right by 29 Dec. https://eservice.gov.taipei
    Taipei Single Window: case TP-CASE, the time to put it right has passed; sign in to read more. https://eservice.gov.taipei
    Taipei Single Window: case TP-CASE, please remember to pick up the result by 29 Dec. https://eservice.gov.taipei
    Taipei Single Window: case TP-CASE, please pay the fee. https://eservice.gov.taipei
    Taipei Single Window: case TP-CASE, please send proof of payment. https://eservice.gov.taipei
    Taipei Single Window: case TP-CASE, it was passed on to another body; sign in to read more. https://eservice.gov.taipei
    ");
}

/// 70 characters of any script are one SMS, and 160 of ASCII.
#[test]
fn each_is_one_sms_and_says_nothing_of_the_person() {
    for kind in NoticeKind::ALL {
        for (lang, most) in [(Lang::ZhHant, 70), (Lang::En, 160)] {
            let Some(text) = said(*kind, lang) else {
                assert!(!kind.is_sent_by_sms(), "{kind} has no SMS");
                continue;
            };
            assert!(kind.is_sent_by_sms(), "nobody sends {kind}");
            assert!(text.chars().count() <= most, "{} characters: {text}", text.chars().count());
            assert!(lang == Lang::ZhHant || text.is_ascii(), "{text}");
            assert!(text.contains(&case()) && text.ends_with(ORIGIN), "{text}");
            for personal in ["林佳穎", "0912345678", "公園", "park", "補正事項"] {
                assert!(!text.contains(personal), "{personal}: {text}");
            }
        }
    }
}
