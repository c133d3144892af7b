//! What people read: every kind of notice in both languages, in both forms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use domain::attendance::{Duty, DutyNoticeId, Half};
use domain::booking::{Appointment, BookingNoticeId, BookingNoticeKind, CheckInCode, Slot};
use domain::case::{Outcome, State};
use domain::delivery::{Channel, Delivery};
use domain::id::{BookingId, CaseId, EventId, NoticeId, PersonId, RequestId, Version};
use domain::money::Twd;
use domain::notice::NoticeKind;
use domain::personal::Personal;
use domain::pick_up::{PickUp, ToPickUp};
use domain::text::{Lang, Text};
use jiff::civil::{date, time};
use mailing::letter;
use platform::codec::booking_notice::BookingNotice;
use platform::codec::duty_notice::DutyNotice;
use platform::codec::notice::Notice;

fn notice(kind: NoticeKind, lang: Lang) -> Notice {
    let person = PersonId::of_subject("city", "lin");
    let case = CaseId::of_request(person, RequestId::from_bytes([1; 16]));
    let received = "2026-11-18T10:00:00+08:00".parse().unwrap();
    let applicant = matches!(kind, NoticeKind::ApplicationReceived | NoticeKind::Decided);
    Notice {
        id: NoticeId { event: EventId { case, seq: Version(3) }, place: 1 },
        kind,
        channel: Channel::Mail,
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

fn to_pick_up(proxy: Option<Text>, owed: Twd) -> ToPickUp {
    let at = PickUp {
        place: Text::new("公園處一樓", "Parks Office, first floor"),
        address: Text::new("東園街65號", "65 Dongyuan St."),
        counter: Text::new("3號櫃檯", "counter 3"),
        hours: Text::new("辦公日 9:00 至 17:00", "working days, 9:00 to 17:00"),
        bring: Text::new("國民身分證", "your identity card"),
        proxy,
        lapse: Text::new("退回保管，請重新約定", "it goes back; arrange another time"),
    };
    ToPickUp { at, owed }
}

/// The approval of a case whose result waits, and the two notices after it.
fn waiting(kind: NoticeKind, lang: Lang, told: ToPickUp) -> Notice {
    Notice {
        outcome: (kind == NoticeKind::Decided).then_some(Outcome::Approve),
        state: State::AwaitingPickUp,
        until: Some(date(2026, 12, 7)),
        to_staff: false,
        pick_up: Some(told),
        ..notice(kind, lang)
    }
}

#[test]
fn whoever_has_something_to_pick_up_reads_where_when_and_with_what() {
    let proxies = Text::new("委託書、雙方身分證", "a letter of authority, both identity cards");
    let told = waiting(NoticeKind::Decided, Lang::ZhHant, to_pick_up(Some(proxies), Twd(300)));
    let letter = letter::write(&told, "https://window.example");
    insta::assert_snapshot!("picked_up_by_a_proxy_or_in_person", letter.text().unwrap());
    let told = waiting(NoticeKind::PickUpReminder, Lang::En, to_pick_up(None, Twd::ZERO));
    let letter = letter::write(&told, "https://window.example");
    insta::assert_snapshot!("picked_up_in_person_alone", letter.text().unwrap());
}

#[test]
fn when_the_period_has_passed_everybody_reads_what_follows() {
    let told = waiting(NoticeKind::PickUpLapsed, Lang::En, to_pick_up(None, Twd::ZERO));
    let facts = letter::write(&told, "https://window.example").facts;
    let says = |facts: &[(String, String)], what: &str| facts.iter().any(|(_, value)| value.contains(what));
    assert!(says(&facts, "it goes back") && says(&facts, "counter 3"), "{facts:?}");
    let facts = letter::write(&Notice { to_staff: true, ..told }, "https://window.example").facts;
    assert!(says(&facts, "it goes back") && !says(&facts, "counter 3"), "{facts:?}");
}

fn booking_notice(kind: BookingNoticeKind, lang: Lang) -> BookingNotice {
    let person = PersonId::of_subject("city", "lin");
    let at = |day: i8| Appointment {
        place: "daan-hro".parse().unwrap(),
        agency: "daan-hro".parse().unwrap(),
        name: Text::new("大安區戶政事務所", "Daan Household Registration Office"),
        address: Text::new("新生南路二段 86 號", "86 Xinsheng S. Rd. Sec. 2"),
        slot: Slot { day: date(2026, 11, day), start: time(9, 30, 0, 0), end: time(10, 0, 0, 0) },
    };
    let moved = kind == BookingNoticeKind::Moved;
    let closed = moved || kind == BookingNoticeKind::CalledOff;
    let since = "2026-11-18T10:00:00+08:00".parse().unwrap();
    BookingNotice {
        id: BookingNoticeId { booking: BookingId::from_bytes([1; 16]), version: 2 },
        kind,
        recipient: person,
        name: Personal::new("林佳穎".to_owned()),
        address: Personal::new("lin@mail.example".to_owned()),
        lang,
        item: Text::new("離婚登記", "Registration of a divorce"),
        appointment: at(23),
        before: (moved || kind == BookingNoticeKind::Changed).then(|| at(20)),
        cause: closed.then(|| Text::new("停止上班（公告）", "offices closed (announcement)")),
        code: CheckInCode::of_random([7; 8]),
        owed_since: since,
        version: 1,
        delivery: Delivery::owed(since),
        message: None,
    }
}

#[test]
fn a_moved_booking_in_chinese() {
    let notice = booking_notice(BookingNoticeKind::Moved, Lang::ZhHant);
    let letter = letter::booking::write(&notice, "https://window.example");
    insta::assert_snapshot!(format!("{}\n\n{}", letter.subject, letter.text().unwrap()));
}

/// Time, place and the way to the booking are in every letter about one; the code where somebody is
/// expected, and nowhere else.
#[test]
fn letters_about_bookings_say_when_and_where_in_both_languages_and_forms() {
    for kind in BookingNoticeKind::ALL {
        for lang in Lang::ALL {
            let letter = letter::booking::write(&booking_notice(*kind, *lang), "https://window.example");
            let day =
                lang.pick("民國115年11月23日 星期一 09:30–10:00", "Monday 23 November 2026 09:30–10:00");
            let place = lang.pick("大安區戶政事務所", "Daan Household Registration Office");
            for form in [letter.text().unwrap(), letter.html().unwrap()] {
                let link = "https://window.example/bookings/booking_01010101010101010101010101010101";
                for part in [day, place, link, lang.pick("查閱預約", "See the booking")] {
                    assert!(form.contains(part), "{kind} {lang}: {part}");
                }
                let expected = !matches!(kind, BookingNoticeKind::Cancelled | BookingNoticeKind::CalledOff);
                assert_eq!(form.contains("7777-7777"), expected, "{kind} {lang}");
                let closed = matches!(kind, BookingNoticeKind::Moved | BookingNoticeKind::CalledOff);
                assert_eq!(form.contains(lang.pick("停止上班（公告）", "offices closed (")), closed);
            }
        }
    }
}

fn duty_notice(half: Half, lang: Lang) -> DutyNotice {
    let since = "2026-11-23T12:30:00+08:00".parse().unwrap();
    let duty = Duty { day: date(2026, 11, 23), half };
    DutyNotice {
        id: DutyNoticeId { agency: "parks".parse().unwrap(), duty, place: 1 },
        recipient: PersonId::of_subject("city", "research"),
        name: Personal::new("張研考".to_owned()),
        address: Personal::new("research@parks.example".to_owned()),
        lang,
        agency: Text::new("公園路燈工程管理處", "Parks and Street Lights Office"),
        owed_since: since,
        version: 1,
        delivery: Delivery::owed(since),
        message: None,
    }
}

#[test]
fn an_inbox_that_nobody_opened_in_chinese() {
    let letter = letter::duty::write(&duty_notice(Half::Morning, Lang::ZhHant), "https://window.example");
    insta::assert_snapshot!(format!("{}\n\n{}", letter.subject, letter.text().unwrap()));
}

#[test]
fn letters_about_inboxes_say_whose_and_which_half_day_in_both_languages_and_forms() {
    for (half, lang) in Half::ALL.iter().flat_map(|half| Lang::ALL.iter().map(move |lang| (*half, *lang))) {
        let letter = letter::duty::write(&duty_notice(half, lang), "https://window.example");
        let until = match half {
            Half::Morning => "12:30",
            Half::Afternoon => "17:30",
        };
        let agency = lang.pick("公園路燈工程管理處", "Parks and Street Lights Office");
        let text = half.text();
        for form in [letter.text().unwrap(), letter.html().unwrap()] {
            for part in [agency, text.pick(lang), until, "https://window.example/work"] {
                assert!(form.contains(part), "{half} {lang}: {part}");
            }
        }
    }
}
