//! Decisions as letters: what a proposal must say, what an approval issues, how an error is put right.

use domain::event::Event;
use domain::letter::{Act, ClauseKind, Issued};
use platform::commit;
use platform::documents::{self, Found};
use platform::ports::Store;
use platform::record::Record;
use platform::row::{Expect, Transaction};
use platform::{codec, keys::Key};
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::samples::{self, Stage};

use crate::rig::{Reply, Rig, command, get, sample_case};

fn send(rig: &Rig, name: &str, number: u64, body: &Value, who: &str) -> Reply {
    rig.send(&command(format!("/api/work/{}/{name}", sample_case()), number, body).by(who))
}

fn record(rig: &Rig) -> Record {
    let read = commit::record(&*rig.world.store, sample_case().parse().unwrap());
    run(&rig.world.gate, read).unwrap().unwrap().unwrap()
}

fn issued(rig: &Rig) -> Vec<Issued> {
    record(rig).issued().map(|(_, issued)| issued.clone()).collect()
}

fn found(rig: &Rig, issued: &Issued) -> Option<Found> {
    run(&rig.world.gate, documents::find(&*rig.world.store, issued.code)).unwrap().unwrap()
}

fn lacks(reply: &Reply) -> Vec<String> {
    let lacks = reply.json()["lacks"].as_array().cloned().unwrap_or_default();
    lacks.iter().map(|lack| lack["code"].as_str().unwrap().to_owned()).collect()
}

/// Refused by the handler's proposal and the reviewer's approval.
fn refused() -> Rig {
    let rig = Rig::at(Stage::Assigned);
    let body = samples::proposal_body(2, "reject", "超過場地容量。\n\n無法調整。");
    assert_eq!(send(&rig, "propose", 90, &body, samples::HANDLER).status, 200);
    assert_eq!(send(&rig, "approve", 91, &json!({ "version": 3 }), samples::REVIEWER).status, 200);
    rig
}

#[test]
fn an_approval_issues_the_letter_and_what_finds_it_in_one_transaction() {
    let rig = refused();
    let [letter] = &issued(&rig)[..] else { panic!("one letter") };
    let sent = letter.paper.letter().unwrap();
    let contents = sent.contents();
    assert_eq!(contents.act, Act::Refused);
    assert_eq!(contents.reasons, ["超過場地容量。", "無法調整。"], "each line is an item");
    assert_eq!(contents.issuer.name, "臺北市政府工務局公園路燈工程管理處");
    assert!(sent.instruction().contains("臺北市政府提起訴願"), "{}", sent.instruction());
    assert_eq!(letter.page, "https://window.example/verify");
    let event = record(&rig).events.last().unwrap().recorded.id;
    let found = found(&rig, letter).unwrap();
    assert_eq!((found.event, found.place, found.rectified, found.file), (event, 0, vec![], None));
    let number = Key::DocumentNumber(rig.case().agency, letter.paper.number().clone());
    assert!(rig.world.store.peek(&number).is_some(), "the number is taken");
    // Nothing of the letter is written with the case from then on.
    assert_eq!((rig.case().proposed, rig.case().documents.len()), (None, 1));
}

/// The number of a letter that was drawn before is drawn anew, and the officer sees nothing of it.
#[test]
fn a_number_that_is_taken_is_drawn_again() {
    let body = json!({ "version": 3 });
    let rig = Rig::at(Stage::AwaitingApproval);
    let before = rig.world.store.snapshot();
    assert_eq!(send(&rig, "approve", 91, &body, samples::REVIEWER).status, 200);
    let first = issued(&rig).remove(0);

    // The same morning once more, but somebody else's letter has that number.
    let rig = Rig::at(Stage::AwaitingApproval);
    assert_eq!(rig.world.store.snapshot(), before, "the same world draws the same");
    let key = Key::DocumentNumber(rig.case().agency, first.paper.number().clone());
    let other = domain::letter::Draw::new([1; 32]).code();
    let row = codec::document::encode_number(&key, other).unwrap();
    rig.now(async {
        let taken = Transaction::default().put(key.clone(), row, Expect::Absent);
        rig.world.store.write(taken).await.unwrap();
    });
    let reply = send(&rig, "approve", 91, &body, samples::REVIEWER);
    assert_eq!(reply.status, 200, "{reply:?}");
    let second = issued(&rig).remove(0);
    assert_ne!(first.paper.number(), second.paper.number());
    assert_eq!(record(&rig).events.len(), 4, "one decision");
}

#[test]
fn what_a_letter_lacks_is_told_in_both_languages_by_code() {
    let rig = Rig::at(Stage::Assigned);
    let before = rig.world.store.snapshot();
    let body = json!({ "version": 2, "outcome": "reject", "ground": "not_eligible", "reason": "資格不符。" });
    let reply = send(&rig, "propose", 90, &body, samples::HANDLER);
    assert_eq!((reply.status, &reply.json()["code"]), (422, &json!("LETTER_INCOMPLETE")));
    let lacks = &reply.json()["lacks"];
    let facts = json!({ "code": "FACTS", "messages": { "zh-Hant-TW": "事實", "en": "the facts" } });
    assert_eq!((lacks[0].clone(), lacks[1]["code"].as_str()), (facts, Some("LEGAL_BASIS")));
    let typed = [("outcome", "reject"), ("ground", "not_eligible"), ("reason", "資格不符。"), ("facts", "")];
    let page = rig.send(&rig.form(&sample_case(), "propose", samples::HANDLER, &typed));
    assert_eq!(page.status, 422);
    for told in ["href=\"#propose-facts\"", "公文書尚缺：事實", "資格不符。</textarea>"] {
        assert!(page.body.contains(told), "{told} is not in {}", page.body);
    }
    assert_eq!(rig.world.store.snapshot(), before);
}

/// An agency whose register has no letterhead decides nothing; which is told, not guessed.
#[test]
fn without_a_letterhead_nothing_is_proposed() {
    let rig = Rig::at(Stage::Assigned);
    let file = json!({ "code": "parks", "name": { "zh": "公園處", "en": "Parks" }, "phone": "02" });
    let row = codec::agency::encode(&serde_json::from_value(file).unwrap()).unwrap();
    let bare = Transaction::default().put(Key::Agency("parks".parse().unwrap()), row, Expect::Present);
    rig.now(async { drop(rig.world.store.write(bare).await.unwrap()) });
    let reply = send(&rig, "propose", 90, &samples::proposal_body(2, "approve", ""), samples::HANDLER);
    assert_eq!(
        (reply.status, lacks(&reply)),
        (422, ["AGENCY", "SIGNATURE", "NUMBER"].map(str::to_owned).into())
    );
}

#[test]
fn an_approval_with_clauses_says_them_and_why() {
    let rig = Rig::at(Stage::Assigned);
    let mut body = json!({
        "version": 2, "outcome": "approve",
        "clauses": [{ "kind": "burden", "content": "活動後回復原狀。" }],
    });
    let reply = send(&rig, "propose", 90, &body, samples::HANDLER);
    assert_eq!(
        lacks(&reply),
        ["FACTS", "REASONS", "LEGAL_BASIS"],
        "a burden is no plain approval: {reply:?}"
    );
    body["facts"] = json!("臺端申請場地。");
    body["reason"] = json!("維護場地。");
    body["legal_basis"] = json!("行政程序法第93條");
    assert_eq!(send(&rig, "propose", 91, &body, samples::HANDLER).status, 200);
    let proposed = rig.case().proposed.unwrap();
    assert_eq!(proposed.contents.clauses[0].kind, ClauseKind::Burden);
    // By the form: a clause on each line, under its kind.
    let rig = Rig::at(Stage::Assigned);
    let typed = [
        ("outcome", "approve"),
        ("in_part", "yes"),
        ("reason", "維護場地。"),
        ("facts", "臺端申請場地。"),
        ("legal_basis", "行政程序法第93條"),
        ("clause-burden", "活動後回復原狀。\r\n不得使用擴音器。"),
        ("clause-period", ""),
    ];
    let reply = rig.send(&rig.form(&sample_case(), "propose", samples::HANDLER, &typed));
    assert_eq!(reply.status, 303, "{reply:?}");
    let contents = rig.case().proposed.unwrap().contents;
    assert_eq!((contents.act, contents.clauses.len()), (Act::GrantedInPart, 2));
}

#[test]
fn the_page_leads_to_the_draft_and_then_to_the_letter() {
    let rig = Rig::at(Stage::AwaitingApproval);
    let page = |rig: &Rig, who| rig.send(&get(format!("/work/{}", sample_case())).by(who)).body;
    let draft = format!("href=\"/work/{}/letter\"", sample_case());
    assert!(page(&rig, samples::REVIEWER).contains(&draft));
    assert_eq!(send(&rig, "approve", 91, &json!({ "version": 3 }), samples::REVIEWER).status, 200);
    let [letter] = &issued(&rig)[..] else { panic!("one letter") };
    let shown = page(&rig, samples::RESEARCH);
    assert!(!shown.contains(&draft));
    for told in [
        format!("href=\"/work/{}/documents/4\"", sample_case()),
        letter.paper.number().to_string(),
        format!("href=\"/verify/{}\"", letter.code),
    ] {
        assert!(shown.contains(&told), "{told} is not in {shown}");
    }
    let api = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::RESEARCH)).json();
    assert_eq!(api["issued"][0]["document"], "4");
    assert_eq!(api["issued"][0]["verification_code"], letter.code.to_string());
}

#[test]
fn an_obvious_error_is_put_right_and_the_first_letter_says_so() {
    let rig = refused();
    let body = |wrong: &str, document: &str| json!({ "version": 4, "document": document, "wrong": wrong, "right": "超過該場地之容量", "reason": "漏字。" });
    for (wrong, document, status, code) in [
        ("超過場地容納", "4", 422, "NOT_IN_DOCUMENT"),
        ("超過場地容量", "3", 409, "NO_SUCH_DOCUMENT"),
        ("超過場地容量", "4-2", 409, "NO_SUCH_DOCUMENT"),
        ("超過場地容量", "x", 400, "BAD_JSON"),
        (" ", "4", 422, "LETTER_INCOMPLETE"),
    ] {
        let reply = send(&rig, "rectify", 92, &body(wrong, document), samples::REVIEWER);
        assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{reply:?}");
    }
    let good = body("超過場地容量", "4");
    assert_eq!(send(&rig, "rectify", 92, &good, samples::HANDLER).status, 403);
    let reply = send(&rig, "rectify", 93, &good, samples::REVIEWER);
    assert_eq!((reply.status, &reply.json()["state"]), (200, &json!("rejected")), "{reply:?}");
    assert_eq!(send(&rig, "rectify", 93, &good, samples::REVIEWER).json()["replayed"], true);
    let [first, second] = &issued(&rig)[..] else { panic!("two letters") };
    assert_ne!((first.code, first.paper.number()), (second.code, second.paper.number()));
    assert_eq!(found(&rig, first).unwrap().rectified, [second.code]);
    assert!(matches!(&record(&rig).events.last().unwrap().recorded.event,
        Event::Rectified { corrects, .. } if *corrects == first.code));
    let page = rig.send(&get(format!("/work/{}", sample_case())).by(samples::REVIEWER)).body;
    assert!(page.contains("已更正") && page.contains("更正公文書"), "{page}");
    // The form offers the documents by number.
    let form = [("document", "5"), ("wrong", "漏字"), ("right", "脫漏"), ("reason", "")];
    let reply = rig.send(&rig.form(&sample_case(), "rectify", samples::REVIEWER, &form));
    assert_eq!(reply.status, 303, "{reply:?}");
}

/// 規範 十(三)2: by the page, what can be put right is asked for first.
#[test]
fn the_page_tells_that_a_correction_comes_first() {
    let rig = Rig::at(Stage::Assigned);
    let mut typed = samples::proposal_form("reject", "未附平面圖。");
    typed.retain(|(name, _)| *name != "ground");
    typed.push(("ground", "requirements_not_met"));
    let reply = rig.send(&rig.form(&sample_case(), "propose", samples::HANDLER, &typed));
    assert_eq!(reply.status, 409);
    assert!(reply.body.contains("CORRECTION_FIRST") && reply.body.contains("#propose-uncorrectable"));
    typed.push(("uncorrectable", "yes"));
    let reply = rig.send(&rig.form(&sample_case(), "propose", samples::HANDLER, &typed));
    assert_eq!(reply.status, 303, "{reply:?}");
}

/// Each line of the form that is filled is a document; each is listed for the officers, and can be put right.
#[test]
fn certificates_are_issued_beside_the_letter() {
    let certified = [
        json!({ "title": "場地使用許可證", "text": "場地：大安森林公園。" }),
        json!({ "title": "配置核定書", "text": "依圖。" }),
    ];
    let rig = Rig::at(Stage::Assigned);
    let body = json!({ "version": 2, "outcome": "approve", "certificates": certified });
    assert_eq!(send(&rig, "propose", 90, &body, samples::HANDLER).status, 200);
    let waits = rig.send(&get(format!("/work/{}", sample_case())).by(samples::REVIEWER)).body;
    let draft = format!("href=\"/work/{}/letter?certificate=2\"", sample_case());
    assert!(waits.contains(&draft) && waits.contains("配置核定書"), "{waits}");
    assert_eq!(send(&rig, "approve", 91, &json!({ "version": 3 }), samples::REVIEWER).status, 200);
    let [letter, permit, plan] = &issued(&rig)[..] else { panic!("three documents") };
    for (place, document) in (0..).zip([letter, permit, plan]) {
        assert_eq!(found(&rig, document).unwrap().place, place);
    }
    let api = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::HANDLER)).json();
    let listed = &api["issued"][1];
    assert_eq!((&listed["kind"], &listed["document"]), (&json!("certificate"), &json!("4-2")));
    assert_eq!((&api["issued"][0]["kind"], &listed["subject"]), (&json!("letter"), &json!("場地使用許可證")));
    let page = rig.send(&get(format!("/work/{}", sample_case())).by(samples::REVIEWER)).body;
    assert!(page.contains(&format!("{} 場地使用許可證</option>", permit.paper.number())), "{page}");
    let body = json!({ "version": 4, "document": "4-2", "wrong": "大安森林公園", "right": "青年公園" });
    assert_eq!(send(&rig, "rectify", 92, &body, samples::REVIEWER).status, 200);
    assert_eq!(found(&rig, permit).unwrap().rectified.len(), 1);
    assert_eq!(found(&rig, letter).unwrap().rectified.len(), 0);
}

#[test]
fn certificates_that_cannot_be_issued_are_refused_and_kept_in_the_form() {
    let rig = Rig::at(Stage::Assigned);
    let before = rig.world.store.snapshot();
    let one = || json!({ "title": "許可證", "text": "內容。" });
    for (outcome, certificates, code) in [
        ("reject", vec![one()], "CERTIFICATE_WITH_REFUSAL"),
        ("approve", vec![one(); 6], "TOO_MANY_CERTIFICATES"),
        ("approve", vec![json!({ "title": " ", "text": "內容。" })], "CERTIFICATE_INCOMPLETE"),
        ("approve", vec![json!({ "title": "許可證", "text": "字".repeat(2_001) })], "CERTIFICATE_INCOMPLETE"),
    ] {
        let mut body = samples::proposal_body(2, outcome, "說明。");
        body["certificates"] = json!(certificates);
        let reply = send(&rig, "propose", 90, &body, samples::HANDLER);
        assert_eq!((reply.status, &reply.json()["code"]), (422, &json!(code)), "{reply:?}");
    }
    let typed = [
        ("outcome", "approve"),
        ("reason", ""),
        ("certificate-1-title", ""),
        ("certificate-1-text", "場地：大安森林公園。"),
        ("certificate-3-title", ""),
        ("certificate-3-text", ""),
    ];
    let reply = rig.send(&rig.form(&sample_case(), "propose", samples::HANDLER, &typed));
    assert_eq!(reply.status, 422);
    for told in ["href=\"#propose-certificate-1-title\"", "場地：大安森林公園。</textarea>"] {
        assert!(reply.body.contains(told), "{told} is not in {}", reply.body);
    }
    assert_eq!(rig.world.store.snapshot(), before);
    let mut typed = typed;
    typed[2].1 = "許可證";
    let reply = rig.send(&rig.form(&sample_case(), "propose", samples::HANDLER, &typed));
    assert_eq!((reply.status, rig.case().proposed.unwrap().certificates.len()), (303, 1), "{reply:?}");
}
