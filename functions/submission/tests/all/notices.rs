//! The applicant's notices in the window.

use domain::delivery::{Delivery, Stage};
use domain::id::NoticeId;
use domain::notice::NoticeKind;
use platform::codec::notice::Notice;
use platform::{notices, reports};
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::samples;

use crate::support::{CHEN, Call, LIN, key};
use crate::till::Till;

/// A case with a notice to its applicant whose mail came back, and one to an officer.
fn told() -> (Till, String) {
    let till = Till::of("PK001");
    let id = told_of(&till, NoticeKind::ApplicationReceived, NoticeKind::CaseArrived);
    (till, id)
}

/// The same of the last event of the case.
fn told_of(till: &Till, to_applicant: NoticeKind, to_officer: NoticeKind) -> String {
    let store = &*till.city.world.store;
    let record = till.record();
    let (case, last) = (&record.loaded.case, &record.events.last().unwrap().recorded);
    let bounced = Delivery { stage: Stage::Bounced, attempts: 1, next_at: None };
    let notice = |id, (to_staff, recipient)| {
        let kind = if to_staff { to_officer } else { to_applicant };
        Notice { to_staff, recipient, ..samples::notice(case, id, kind, bounced) }
    };
    let people = vec![(false, case.applicant.person), (true, samples::person(samples::DISPATCHER))];
    run(&till.city.world.gate, notices::owe(store, last.id, people, notice)).unwrap().unwrap();
    run(&till.city.world.gate, reports::project(store, case)).unwrap().unwrap();
    NoticeId { event: last.id, place: 1 }.to_string()
}

fn call_of(till: &Till, route: &str, notice: &str) -> Call {
    Call::of(route, &[("case", &till.case), ("notice", notice)])
}

fn opened_at(till: &Till) -> Value {
    let listed = till.city.send(&till.call("GET /api/cases/{case}/notices").by(LIN)).json();
    assert_eq!(
        listed["notices"].as_array().map(Vec::len),
        Some(1),
        "officers' notices are not theirs: {listed}"
    );
    listed["notices"][0]["opened_at"].clone()
}

#[test]
fn the_list_has_what_the_person_was_told_and_what_came_back() {
    let (till, id) = told();
    let list = till.city.send(&Call::of("GET /notices", &[]).by(LIN));
    assert_eq!(list.status, 200, "{}", list.text);
    for part in ["已收到您的申請", "未讀", "郵件未送達", &format!("/cases/{}/notices/{id}", till.case)]
    {
        assert!(list.text.contains(part), "{part}: {}", list.text);
    }
    let case = till.city.send(&till.call("GET /cases/{case}").by(LIN)).text;
    assert!(case.contains("給您的通知") && case.contains("未讀"), "{case}");
    assert_eq!(opened_at(&till), Value::Null, "a list opens nothing");
}

#[test]
fn opening_one_by_hand_is_kept_once() {
    let (till, id) = told();
    let ask = || call_of(&till, "GET /cases/{case}/notices/{notice}", &id).by(LIN);
    // A browser that fetches ahead has not read it.
    let ahead = till.city.send(&ask().ahead());
    assert!(ahead.status == 200 && ahead.text.contains("處理期限"), "{}", ahead.text);
    assert_eq!(opened_at(&till), Value::Null);
    assert_eq!(till.city.send(&ask()).status, 200);
    let first = opened_at(&till);
    assert!(first.is_string(), "{first}");
    till.city.world.ambient.advance(jiff::SignedDuration::from_mins(3));
    let again = till.city.send(&ask());
    assert!(again.text.contains("首次開啟") && again.text.contains(&id), "{}", again.text);
    assert_eq!(opened_at(&till), first, "the first time counts");
    assert!(!till.city.send(&till.call("GET /cases/{case}").by(LIN)).text.contains("未讀"));
}

#[test]
fn opening_the_notice_of_the_result_closes_the_case() {
    let till = Till::of("PK001");
    let body = json!({ "version": 1, "reason": "活動取消" });
    let done =
        till.city.send(&till.call("POST /api/cases/{case}/withdraw").by(LIN).key(&key(201)).json(&body));
    assert_eq!(done.json()["state"], "withdrawn", "{}", done.text);
    let id = told_of(&till, NoticeKind::CaseWithdrawn, NoticeKind::CaseWithdrawn);
    let shown = || till.city.send(&till.call("GET /api/cases/{case}").by(LIN)).json();
    let before = shown();
    assert_eq!((&before["state"], &before["result"]), (&json!("withdrawn"), &json!("withdrawn")));
    let open = || till.city.send(&call_of(&till, "GET /cases/{case}/notices/{notice}", &id).by(LIN));
    assert!(open().text.contains("您的申請已撤回"), "{}", open().text);
    let after = shown();
    assert_eq!((&after["state"], &after["result"]), (&json!("closed"), &json!("withdrawn")), "{after}");
    assert_eq!(after["state_text"]["zh"], "已撤回（已結案）");
    assert_eq!(
        (&after["ended_at"], &after["version"]),
        (&before["ended_at"], &json!(3)),
        "opened twice, told once"
    );
    let page = till.city.send(&till.call("GET /cases/{case}").by(LIN)).text;
    assert!(page.contains("您已於系統內閱覽結果通知"), "{page}");
}

#[test]
fn a_notice_is_its_recipients_alone() {
    let (till, id) = told();
    let stored = till.city.stored();
    let of_staff = id.replace("_1_1", "_1_2");
    for (who, notice) in [(CHEN, id.as_str()), (LIN, of_staff.as_str()), (LIN, "TP-1_1_1")] {
        for route in ["GET /cases/{case}/notices/{notice}", "POST /api/cases/{case}/notices/{notice}/open"] {
            let call = call_of(&till, route, notice).by(who);
            let call = if route.starts_with("POST") { call.json(&json!({})) } else { call };
            assert_eq!(till.city.send(&call).status, 404, "{who} {route} {notice}");
        }
    }
    assert_eq!(till.city.send(&till.call("GET /api/cases/{case}/notices").by(CHEN)).status, 404);
    assert_eq!(till.city.stored(), stored);
}

#[test]
fn a_program_opens_one_with_an_empty_object() {
    let (till, id) = told();
    let call =
        |body: &Value| call_of(&till, "POST /api/cases/{case}/notices/{notice}/open", &id).by(LIN).json(body);
    assert_eq!(till.city.send(&call(&json!({ "x": 1 }))).status, 400);
    assert_eq!(opened_at(&till), Value::Null);
    let told = till.city.send(&call(&json!({}))).json();
    assert!(told["subject"].as_str().unwrap().contains("已收到您的申請"), "{told}");
    assert_eq!((&told["mail"], told["paragraphs"].as_array().map(Vec::len)), (&json!("bounced"), Some(1)));
    assert_eq!(told["opened_at"], opened_at(&till));
}

#[test]
fn whoever_was_told_nothing_has_no_notices() {
    let (till, _) = told();
    let list = till.city.send(&Call::of("GET /notices", &[]).by(CHEN));
    assert!(list.status == 200 && list.text.contains("還沒有通知"), "{}", list.text);
}
