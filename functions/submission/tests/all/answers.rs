//! Answering a correction in place: files, fields and a note, kept until they are sent, and sent once.

use domain::access::Actor;
use domain::command::Command;
use domain::correction::{Asked, Request, Subjects};
use domain::id::CaseId;
use domain::timer::TimerKind;
use platform::drafts;
use platform::keys::Key;
use serde_json::{Value, json};
use testkit::faults::Site;
use testkit::samples::{self, FALLOW, PDF};

use crate::support::{Answer, CHEN, Call, City, LIN, consent_body, csrf, hidden, key};
use crate::till::Till;

const ONE: &str = "economy-everything";
const HANDLER: &str = "economy-handler";

/// A filed application with a field and a document, at its handler.
fn filed() -> Till {
    let city = City::new();
    let draft = city.send(&Call::of("POST /api/drafts", &[]).by(LIN).json(&json!({ "item": FALLOW }))).json();
    let id = draft["draft"].as_str().unwrap();
    let token = csrf(LIN);
    let file = Call::of("POST /drafts/{draft}/files", &[("draft", id)]).by(LIN);
    let fields = [("csrf", token.as_str()), ("requirement", "bankbook")];
    assert_eq!(city.send(&file.file(&fields, "舊存摺.pdf", PDF)).status, 303);
    let answers = json!({ "version": 2, "answers": samples::fallow_answers() });
    let save = Call::of("PUT /api/drafts/{draft}", &[("draft", id)]).by(LIN).json(&answers);
    assert_eq!(city.send(&save).status, 200);
    let request = draft["request"].as_str().unwrap();
    let filing = Call::of("POST /api/cases", &[])
        .by(LIN)
        .key(request)
        .json(&json!({ "draft": id, "consent": consent_body() }));
    let case = city.send(&filing).json()["case"].as_str().unwrap().to_owned();
    city.file_documents(id, &case);
    let till = Till { city, case };
    let staff = |subject| Box::new(samples::staff(subject));
    let assign = Command::Assign { handler: staff(HANDLER), reviewer: staff(ONE) };
    till.does(samples::actor(ONE), &assign);
    till
}

fn ask(till: &Till, subjects: &[&str]) {
    let asked = subjects.iter().map(|subject| Asked {
        subject: subject.parse().unwrap(),
        what: format!("{subject} 有缺漏"),
        provide: "請補正".to_owned(),
        basis: String::new(),
    });
    let request = Request {
        asked: asked.collect(),
        days: 7,
        in_writing: false,
        again: "補正後始發現".to_owned(),
        subjects: Subjects::of(&samples::item(FALLOW), samples::today()),
    };
    till.does(samples::actor(HANDLER), &Command::RequestCorrection(Box::new(request)));
}

const ALL: [&str; 3] = ["document:bankbook", "field:parcel", "other"];

fn asked() -> Till {
    let till = filed();
    ask(&till, &ALL);
    till
}

fn page(till: &Till, query: &str) -> String {
    let answer = till.city.send(&till.call("GET /cases/{case}/correction").by(LIN).query(query));
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text
}

fn upload(till: &Till, requirement: &str, content: &[u8]) -> Answer {
    let token = csrf(LIN);
    let fields = [("csrf", token.as_str()), ("requirement", requirement)];
    let call = till.call("POST /cases/{case}/correction/files").by(LIN);
    till.city.send(&call.file(&fields, "新存摺.pdf", content))
}

/// Sends the form of the page with these changes.
fn form(till: &Till, change: &[(&'static str, &str)]) -> Answer {
    let page = page(till, "step=answers");
    let mut fields = vec![
        ("csrf", csrf(LIN)),
        ("request", hidden(&page, "request")),
        ("round", hidden(&page, "round")),
        ("f-parcel", "士林區 99".to_owned()),
        ("note", String::new()),
        ("go", "send".to_owned()),
    ];
    for (name, value) in change {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => (*value).clone_into(&mut field.1),
            None => fields.push((name, (*value).to_owned())),
        }
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    till.city.send(&till.call("POST /cases/{case}/correction").by(LIN).form(&fields))
}

fn api(till: &Till) -> Value {
    till.city.send(&till.call("GET /api/cases/{case}").by(LIN)).json()
}

fn draft_of(till: &Till, round: u32) -> Key {
    let case: CaseId = till.case.parse().unwrap();
    Key::Draft(samples::person(LIN), drafts::of_correction(case, round))
}

#[test]
fn what_was_asked_for_is_put_right_in_place() {
    let till = asked();
    let files = page(&till, "");
    assert!(files.contains("補正：上傳文件") && files.contains("document:bankbook 有缺漏"), "{files}");
    assert!(files.contains(&format!("action=\"/cases/{}/correction/files\"", till.case)));
    assert_eq!(
        upload(&till, "bankbook", PDF).location,
        format!("/cases/{}/correction?step=files", till.case)
    );
    assert_eq!(upload(&till, "other", b"%PDF-1.7\nsworn\n%%EOF\n").status, 303);
    let page = page(&till, "");
    assert!(page.contains("新存摺.pdf") && page.contains("field:parcel 有缺漏"), "{page}");
    assert!(page.contains("北投區 123-4"), "what was filed is there to be corrected: {page}");
    assert_eq!(form(&till, &[]).location, format!("/cases/{}", till.case));

    let case = api(&till);
    assert_eq!((&case["state"], &case["answers"]["parcel"]), (&json!("assigned"), &json!("士林區 99")));
    let documents: Vec<&Value> =
        case["documents"].as_array().unwrap().iter().map(|it| &it["requirement"]).collect();
    assert_eq!(documents, ["bankbook", "bankbook", "other"], "beside what was filed");
    assert!(till.city.world.store.peek(&draft_of(&till, 1)).is_none(), "the draft went with it");
    // The relay moves the files; until then they are being checked.
    let id = drafts::of_correction(till.id(), 1).to_string();
    let record = till.record();
    let upload = record.documents().last().unwrap().upload.to_string();
    let file =
        Call::of("GET /cases/{case}/files/{upload}", &[("case", &till.case), ("upload", &upload)]).by(LIN);
    assert_eq!(till.city.send(&file).status, 409);
    till.city.file_documents(&id, &till.case);
    assert_eq!(till.city.send(&file).status, 303);
}

#[test]
fn what_is_left_out_is_named_and_a_note_may_say_why() {
    let till = asked();
    let stored = till.city.stored();
    let refused = form(&till, &[("f-parcel", "")]);
    assert_eq!(refused.status, 422, "{}", refused.text);
    for name in ["存摺影本", "地號", "其他"] {
        assert!(refused.text.contains(&format!("{name}：請補正此項")), "{name}: {}", refused.text);
    }
    let long = "長".repeat(2_001);
    assert_eq!(form(&till, &[("note", &long)]).status, 422);
    assert_eq!(form(&till, &[("f-people", "3")]).status, 400);
    assert_eq!(form(&till, &[("csrf", "x")]).status, 403);
    assert_eq!(till.city.stored(), stored, "nothing of a refusal stays");
    let noted = form(&till, &[("note", "存摺已遺失，\r\n補發中。")]);
    assert_eq!(noted.status, 303, "{}", noted.text);
    let record = till.record();
    let answer = record.corrected().last().unwrap();
    assert_eq!(answer.note.reveal(), "存摺已遺失，\n補發中。");
    assert_eq!((answer.round, answer.documents.len()), (1, 0));
}

#[test]
fn what_was_put_down_stays_until_it_is_sent() {
    let till = asked();
    let saved = form(&till, &[("f-parcel", "士林區"), ("note", "尚缺"), ("go", "save")]);
    assert_eq!(saved.location, format!("/cases/{}/correction?saved=1", till.case));
    let page = page(&till, "saved=1");
    for kept in ["士林區", "尚缺</textarea>", "已儲存，尚未送出"] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    assert_eq!(
        (&api(&till)["state"], &api(&till)["answers"]["parcel"]),
        (&json!("under_correction"), &json!("北投區 123-4"))
    );
    // It is no application that was begun: neither listed, nor to be filed as one.
    let list = till.city.send(&Call::of("GET /cases", &[]).by(LIN)).text;
    assert!(!list.contains("draft_"), "{list}");
    let id = drafts::of_correction(till.id(), 1).to_string();
    let page = Call::of("GET /drafts/{draft}", &[("draft", &id)]).by(LIN);
    assert_eq!(till.city.send(&page).status, 404);
    let request = drafts::request(drafts::of_correction(till.id(), 1)).to_string();
    let filing = Call::of("POST /api/cases", &[])
        .by(LIN)
        .key(&request)
        .json(&json!({ "draft": id, "consent": consent_body() }));
    assert_eq!(till.city.send(&filing).status, 404);
}

#[test]
fn a_form_without_a_session_comes_back_with_what_was_typed() {
    let till = asked();
    let fields = [
        ("csrf", "old"),
        ("request", &key(9)),
        ("round", "1"),
        ("f-parcel", "士林區"),
        ("note", "打了很久"),
        ("go", "send"),
    ];
    let call = till.call("POST /cases/{case}/correction").form(&fields);
    let answer = till.city.send(&call);
    assert_eq!(answer.status, 401);
    assert!(answer.text.contains("打了很久") && answer.text.contains("士林區"), "{}", answer.text);
}

#[test]
fn files_of_the_wrong_kind_or_for_nothing_leave_nothing_behind() {
    let till = asked();
    let stored = till.city.stored();
    assert_eq!(upload(&till, "bankbook", b"MZ\x90\0").status, 422);
    assert_eq!(upload(&till, "bankbook", b"").status, 422);
    assert_eq!(upload(&till, "deed", PDF).status, 400);
    let announcement = json!({ "requirement": "deed", "file_name": "a.pdf", "content_type": "application/pdf",
                               "bytes": 15, "sha256": "0".repeat(64) });
    let announce = till.call("POST /api/cases/{case}/correction/uploads").by(LIN).json(&announcement);
    assert_eq!(till.city.send(&announce).status, 400);
    assert_eq!(till.city.stored(), stored);
    // A file that was announced and never put stops the answer.
    let mut announcement = announcement;
    announcement["requirement"] = json!("bankbook");
    let announce = till.call("POST /api/cases/{case}/correction/uploads").by(LIN).json(&announcement);
    assert_eq!(till.city.send(&announce).status, 201);
    let body = json!({ "round": 1, "answers": { "parcel": "士林區" }, "note": "其他從缺" });
    let answer = till.city.send(&till.call("POST /api/cases/{case}/answer").by(LIN).key(&key(5)).json(&body));
    assert_eq!((answer.status, answer.code().as_str()), (400, "BAD_FILE"));
    assert_eq!(api(&till)["state"], "under_correction");
}

#[test]
fn a_file_is_taken_out_again() {
    let till = asked();
    assert_eq!(upload(&till, "bankbook", PDF).status, 303);
    let listed = api(&till)["correction"]["documents"].clone();
    let upload = listed[0]["upload"].as_str().unwrap();
    let token = csrf(LIN);
    let params = [("case", till.case.as_str()), ("upload", upload)];
    let call = Call::of("POST /cases/{case}/correction/files/{upload}/remove", &params).by(LIN);
    for _ in 0..2 {
        assert_eq!(till.city.send(&call.clone().form(&[("csrf", &token)])).status, 303);
    }
    assert_eq!(api(&till)["correction"]["documents"], json!([]));
}

#[test]
fn the_api_answers_once_and_in_one_write() {
    let till = asked();
    assert_eq!(upload(&till, "bankbook", PDF).status, 303);
    let call = |body: &Value, number| {
        till.call("POST /api/cases/{case}/answer").by(LIN).key(&key(number)).json(body)
    };
    let unfit = till.city.send(&call(&json!({ "round": 1, "answers": { "parcel": "x".repeat(41) } }), 6));
    assert_eq!((unfit.status, unfit.code().as_str()), (422, "UNFIT"));
    let body = json!({ "round": 1, "answers": { "parcel": "士林區" }, "note": "其他無資料" });
    let (answer, ports) = till.city.ports_of(&call(&body, 7));
    assert_eq!((answer.status, &answer.json()["state"]), (200, &json!("assigned")), "{}", answer.text);
    assert_eq!(ports.iter().filter(|port| **port == Site::StoreWrite).count(), 1, "{ports:?}");
    let again = till.city.send(&call(&body, 7));
    assert_eq!((again.status, again.json()), (200, answer.json()), "the same again");
    let other = json!({ "round": 1, "note": "別的" });
    assert_eq!(till.city.send(&call(&other, 7)).code(), "REQUEST_REUSED");
    assert_eq!(till.city.send(&call(&other, 8)).code(), "NOT_IN_THIS_STATE");
}

#[test]
fn an_answer_to_the_list_before_is_not_taken_for_one_to_the_latest() {
    let till = asked();
    form(&till, &[("note", "第一次的說明"), ("go", "save")]);
    let old = page(&till, "step=answers");
    till.city.world.ambient.advance(jiff::SignedDuration::from_hours(24 * 9));
    till.city.sign_in(LIN);
    till.does(Actor::System, &Command::Fire(TimerKind::CorrectionDue));
    ask(&till, &["other"]);
    let stored = till.city.stored();
    let token = csrf(LIN);
    let request = hidden(&old, "request");
    let fields = [
        ("csrf", token.as_str()),
        ("request", &request),
        ("round", "1"),
        ("f-parcel", "士林區"),
        ("note", "我的說明"),
        ("go", "send"),
    ];
    let late = till.city.send(&till.call("POST /cases/{case}/correction").by(LIN).form(&fields));
    assert_eq!(late.status, 422, "{}", late.text);
    assert!(
        late.text.contains("機關已另行通知補正") && late.text.contains("我的說明</textarea>"),
        "{}",
        late.text
    );
    let body = json!({ "round": 1, "note": "x" });
    let answer = till.city.send(&till.call("POST /api/cases/{case}/answer").by(LIN).key(&key(9)).json(&body));
    assert_eq!((answer.status, answer.code().as_str()), (409, "ANOTHER_CORRECTION"));
    assert_eq!(till.city.stored(), stored);
    assert_eq!(form(&till, &[("f-parcel", "士林區"), ("note", "x")]).status, 400, "no longer asked about");
}

#[test]
fn more_time_is_asked_for_on_the_page() {
    let till = asked();
    let page_now = page(&till, "step=answers");
    let more = page_now.split("id=\"more-time\"").nth(1).unwrap();
    let token = csrf(LIN);
    let send = |days: &str, reason: &str| {
        let fields = [
            ("csrf", token.as_str()),
            ("request", &hidden(more, "request")),
            ("version", &hidden(more, "version")),
            ("days", days),
            ("reason", reason),
        ];
        till.city.send(&till.call("POST /cases/{case}/more-time").by(LIN).form(&fields))
    };
    let stored = till.city.stored();
    for (days, reason, status) in [("0", "x", 422), ("84", "x", 422), ("7", " ", 422), ("七", "x", 400)] {
        assert_eq!(send(days, reason).status, status, "{days} {reason}");
    }
    assert_eq!(till.city.stored(), stored);
    assert_eq!(send("7", "銀行尚未補發").status, 303);
    assert_eq!(api(&till)["correction"]["more_time_asked"], 7);
    for (page, told) in [
        (page(&till, "step=answers"), "您已申請展延 7 日，機關尚未回覆"),
        (till.city.send(&till.call("GET /cases/{case}").by(LIN)).text, "您已申請展延 7 日"),
    ] {
        assert!(page.contains(told) && !page.contains("id=\"more-time\""), "{told}: {page}");
    }
    let granted = Command::ExtendCorrection { days: 7, reason: "同意".to_owned() };
    till.does(samples::actor(HANDLER), &granted);
    assert_eq!(api(&till)["correction"]["due"], "2026-12-03");
    let body = json!({ "version": 5, "days": 3, "reason": "仍不足" });
    let again =
        till.city.send(&till.call("POST /api/cases/{case}/more-time").by(LIN).key(&key(3)).json(&body));
    assert_eq!(again.status, 200, "{}", again.text);
}

#[test]
fn nobody_else_sees_or_answers_it() {
    let till = asked();
    assert_eq!(upload(&till, "bankbook", PDF).status, 303);
    for route in ["GET /cases/{case}/correction", "GET /api/cases/{case}"] {
        assert_eq!(till.city.send(&till.call(route).by(CHEN)).status, 404, "{route}");
    }
}
