//! The file of a letter: for whom it is, that it is made once, and that a crash leaves nothing behind.

use document::{Verification, render};
use domain::case::Outcome;
use domain::command::Command;
use domain::letter::Issued;
use platform::documents;
use platform::keys;
use sha2::{Digest, Sha256};
use testkit::faults::Act;
use testkit::samples;

use crate::support::{City, FONTS, Reply};

const APPLICANT: &str = "/cases/{case}/documents/{document}";
const OFFICER: &str = "/work/{case}/documents/{document}";
const API: &str = "/api/cases/{case}/documents/{document}";

fn get(city: &City, pattern: &str, document: &str, who: &str) -> Reply {
    city.get(pattern, &[("document", document)], who)
}

fn rendered(issued: &Issued) -> Vec<u8> {
    let verification = Verification { code: issued.code, page: issued.page.clone() };
    render(&issued.paper, &verification, &FONTS).unwrap()
}

#[test]
fn the_applicant_gets_the_file_that_the_events_make() {
    let city = City::refused("林佳穎");
    assert!(city.files().is_empty(), "made when it is first read");
    let reply = get(&city, APPLICANT, "4", "applicant");
    assert_eq!(reply.status, 303);
    let [issued] = &city.issued()[..] else { panic!("one letter") };
    let bytes = rendered(issued);
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let key = keys::issued(city.case, &sha256);
    assert!(reply.location.contains(&key), "{}", reply.location);
    assert_eq!(city.world.objects.body(&key), Some(bytes));
    // Again, and for officers, it is the same one.
    assert_eq!(get(&city, OFFICER, "4", samples::HANDLER).location, reply.location);
    let api = get(&city, API, "4", "applicant");
    assert_eq!((api.status, &api.json()["sha256"]), (200, &serde_json::json!(keys::hex(&sha256))));
    assert_eq!(api.json()["number"], issued.paper.number().to_string());
    assert_eq!(city.files(), [key]);
}

/// 行政程序法 §96 I, point by point, in the letter of a refusal.
#[test]
fn rejection_letter_content() {
    let city = City::refused("林佳穎");
    let issued = city.issued().remove(0);
    let verification = Verification { code: issued.code, page: issued.page.clone() };
    let paragraphs = document::content::paragraphs(&issued.paper, &verification);
    let lines: Vec<String> = paragraphs.iter().map(|it| format!("{}{}", it.label, it.text)).collect();
    let number = issued.paper.number().to_string();
    for said in [
        "受文者：林佳穎　君",
        "其他特徵：申請案號 TP-1",
        "主旨：臺端申請「公園場地使用」一案，應予駁回，請查照。",
        "一、事實：臺端申請使用公園場地。",
        "二、理由：符合規定。",
        "三、法令依據：臺北市公園管理自治條例第13條",
        "四、救濟教示：本函為行政程序法第92條所稱之行政處分。如不服本處分，得自本處分達到之次日起30日內",
        "臺北市政府工務局公園路燈工程管理處　函",
        "處長　王大明",
        "發文日期：中華民國115年11月19日",
        &format!("發文字號：{number}"),
        &format!("查驗碼：{}", issued.code),
    ] {
        assert!(lines.iter().any(|line| line.starts_with(said)), "{said} is not in {lines:#?}");
    }
}

#[test]
fn to_others_there_is_no_such_document() {
    let city = City::refused("林佳穎");
    for (pattern, document, who, status) in [
        (APPLICANT, "4", "another", 404),
        (APPLICANT, "4", "", 303),
        (APPLICANT, "3", "applicant", 404),
        (APPLICANT, "4-1", "applicant", 404),
        (APPLICANT, "4-2", "applicant", 404),
        (APPLICANT, "x", "applicant", 404),
        (API, "4", "", 401),
        (API, "4", "another", 404),
        (OFFICER, "4", "applicant", 403),
        (OFFICER, "4", "economy-everything", 404),
        // Of the agency, and not in charge.
        (OFFICER, "4", samples::SECOND_HANDLER, 403),
    ] {
        let reply = get(&city, pattern, document, who);
        assert_eq!(reply.status, status, "{pattern} {document} {who}: {}", reply.text());
        assert!(reply.status != 303 || reply.location.starts_with("/sign-in"), "{}", reply.location);
    }
    assert!(city.files().is_empty(), "nothing was made for them");
}

/// Whoever dies on the way leaves nothing that the next reader does not make again; and never does a row name
/// a file that is not there.
#[test]
fn a_crash_at_any_port_call_is_made_up_by_the_next_reader() {
    let calls = {
        let city = City::refused("林佳穎");
        city.world.gate.record();
        get(&city, APPLICANT, "4", "applicant");
        city.world.gate.trace().len()
    };
    assert!(calls >= 6, "session, case, document, object, row, address: {calls}");
    for call in 1..=u64::try_from(calls).unwrap() {
        for crash in [Act::CrashBefore, Act::CrashAfter] {
            let city = City::refused("林佳穎");
            city.world.gate.reset();
            city.world.gate.follow(move |number, _| if number == call { crash } else { Act::Pass });
            let died = city.try_get(APPLICANT, &[("document", "4")], "applicant").is_none();
            assert!(died, "call {call}");
            city.world.gate.open();
            let code = city.issued()[0].code;
            let found = testkit::faults::run(&city.world.gate, documents::find(&*city.world.store, code));
            if let Some(file) = found.unwrap().unwrap().unwrap().file {
                let key = keys::issued(city.case, &file.sha256);
                assert!(city.world.objects.body(&key).is_some(), "call {call} {crash:?}");
            }
            assert_eq!(get(&city, APPLICANT, "4", "applicant").status, 303, "call {call} {crash:?}");
            assert_eq!(city.files().len(), 1, "the same bytes have the same name");
        }
    }
}

/// Made by an older release, with other fonts: what was kept first is the document.
#[test]
fn the_file_that_was_kept_first_stays() {
    let city = City::refused("林佳穎");
    let code = city.issued()[0].code;
    let older = platform::codec::document::File { sha256: [5; 32], bytes: 3 };
    let kept = documents::keep(&*city.world.store, code, older);
    assert_eq!(testkit::faults::run(&city.world.gate, kept).unwrap().unwrap(), older);
    let reply = get(&city, APPLICANT, "4", "applicant");
    assert!(reply.location.contains(&keys::hex(&[5; 32])), "{}", reply.location);
    assert!(city.files().is_empty(), "it is not made anew");
}

#[test]
fn the_draft_is_the_letter_marked_as_none() {
    let city = City::proposed("林佳穎");
    let reply = city.get("/work/{case}/letter", &[], samples::REVIEWER);
    assert_eq!((reply.status, reply.content_type.as_str()), (200, "application/pdf"));
    assert!(reply.body.starts_with(b"%PDF-1.7"));
    assert_eq!(city.get("/work/{case}/letter", &[], samples::HANDLER).body, reply.body);
    assert_eq!(city.get("/work/{case}/letter", &[], "applicant").status, 403);
    assert_eq!(city.get("/work/{case}/letter", &[], "economy-everything").status, 404);
    assert!(city.files().is_empty(), "a draft is not kept");
    for city in [City::assigned("林佳穎"), City::refused("林佳穎")] {
        assert_eq!(city.get("/work/{case}/letter", &[], samples::REVIEWER).status, 404, "no proposal");
    }
}

/// 𡍼 is in no shipped font: the reviewer is told before approving; once approved it is counted, and told.
#[test]
fn a_name_that_cannot_be_printed_is_told_and_not_printed_wrong() {
    let city = City::proposed("李𡍼");
    let reply = city.get("/work/{case}/letter", &[], samples::REVIEWER);
    assert_eq!(reply.status, 409);
    assert!(reply.text().contains("CHARACTER_NOT_IN_FONT") && reply.text().contains("U+2137C"));
    let city = City::refused("李𡍼");
    let reply = get(&city, APPLICANT, "4", "applicant");
    assert!(reply.status == 409 && reply.text().contains("CHARACTER_NOT_IN_FONT"), "{}", reply.text());
    assert_eq!(get(&city, API, "4", "applicant").status, 500);
    assert!(city.files().is_empty());
}

#[test]
fn a_rectification_is_a_document_of_its_own() {
    let city = City::refused("林佳穎");
    city.rectify();
    let reply = get(&city, APPLICANT, "5", "applicant");
    assert_eq!(reply.status, 303);
    assert_ne!(reply.location, get(&city, APPLICANT, "4", "applicant").location);
    assert_eq!(city.files().len(), 2);
}

#[test]
fn an_approval_without_reasons_has_a_letter_too() {
    let city = City::assigned("林佳穎");
    let mut proposal = samples::proposal(Outcome::Approve, "林佳穎");
    proposal.reason.clear();
    city.does(samples::actor(samples::HANDLER), &Command::Propose(Box::new(proposal)));
    city.does(samples::actor(samples::REVIEWER), &testkit::letters::approval(3));
    assert_eq!(get(&city, APPLICANT, "4", "applicant").status, 303);
}

/// Each document is a file of its own, at a place of its own.
#[test]
fn certificates_are_files_beside_the_letter() {
    let city =
        City::certified("林佳穎", &[("場地使用許可證", "場地：大安森林公園。"), ("配置核定書", "依圖。")]);
    let issued = city.issued();
    assert_eq!(issued.len(), 3);
    for (document, issued) in ["4", "4-2", "4-3"].into_iter().zip(&issued) {
        let reply = get(&city, API, document, "applicant");
        let sha256: [u8; 32] = Sha256::digest(rendered(issued)).into();
        assert_eq!((reply.status, &reply.json()["sha256"]), (200, &serde_json::json!(keys::hex(&sha256))));
        assert_eq!(reply.json()["number"], issued.paper.number().to_string());
        assert_eq!(get(&city, OFFICER, document, samples::REVIEWER).status, 303);
        assert_eq!(get(&city, APPLICANT, document, "another").status, 404);
    }
    assert_eq!(city.files().len(), 3);
    assert_eq!(get(&city, APPLICANT, "4-4", "applicant").status, 404);
}

#[test]
fn the_draft_of_a_certificate_is_read_before_it_is_approved() {
    let letter = "/work/{case}/letter";
    let city = City::to_certify("林佳穎", &[("場地使用許可證", "場地：大安森林公園。")]);
    let of = |place, who| city.get(letter, &[("certificate", place)], who);
    let draft = of("1", samples::REVIEWER);
    assert_eq!((draft.status, draft.content_type.as_str()), (200, "application/pdf"));
    assert_ne!(draft.body, city.get(letter, &[], samples::REVIEWER).body);
    assert_eq!(of("0", samples::REVIEWER).body, city.get(letter, &[], samples::REVIEWER).body);
    assert_eq!(of("2", samples::REVIEWER).status, 404);
    assert_eq!(of("x", samples::REVIEWER).status, 400);
    assert_eq!(of("1", "applicant").status, 403);
    // What cannot be printed is told with the letter already.
    let city = City::to_certify("林佳穎", &[("許可證", "李𡍼")]);
    let reply = city.get(letter, &[], samples::REVIEWER);
    assert!(reply.status == 409 && reply.text().contains("U+2137C"), "{}", reply.text());
}
