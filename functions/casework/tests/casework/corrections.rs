//! Asking for a correction: the list as JSON and as a form, and what each refusal names.

use domain::event::Event;
use domain::item::ItemVersion;
use platform::catalogue::{self, Import};
use serde_json::{Value, json};
use testkit::samples::{self, Stage};

use crate::rig::{Reply, Rig, command, get, sample_case};

/// An item with a document to bring, one that the city looks up, and a field.
fn item() -> Value {
    let text = |zh: &str, en: &str| json!({ "zh": zh, "en": en });
    json!({
        "code": "PK009", "version": 1, "effective_from": "2026-01-01", "agency": "parks",
        "name": text("花壇認養", "Care for a flower bed"), "summary": text("認養花壇。", "Care for a bed."),
        "eligibility": text("任何人。", "Anybody."), "online_type": "full",
        "limit": { "days": 3, "basis": "working" }, "fee": 0,
        "fields": [{ "key": "plan_of_use", "label": text("認養計畫", "Plan of use"), "required": true,
                     "kind": { "type": "line", "max": 60 } }],
        "documents": [
            { "key": "plan", "name": text("平面圖", "Plan"), "required": true },
            { "key": "register", "name": text("土地登記謄本", "Extract of the land register"),
              "required": true, "obtainable_from": text("地政資訊系統", "the land registration system") },
        ],
        "legal_basis": ["臺北市公園管理自治條例"],
    })
}

/// The sample case at `stage`, of that item.
fn rig(stage: Stage) -> Rig {
    let import: Import = serde_json::from_value(json!({ "items": [item()] })).unwrap();
    let published = ItemVersion::try_from(import.items[0].clone()).unwrap();
    let mut record = samples::record(stage);
    if let Event::Submitted(submitted) = &mut record[0].event {
        submitted.item = published.reference();
    }
    let rig = Rig::of(&record);
    rig.now(async {
        catalogue::import(&*rig.world.store, import, samples::PROVIDER, samples::today()).await.unwrap();
    });
    rig
}

fn asked(subject: &str) -> Value {
    json!({ "subject": subject, "what": "模糊", "provide": "清晰圖檔" })
}

fn order(deficiencies: &Value) -> Value {
    json!({ "version": 2, "deficiencies": deficiencies, "days": 7 })
}

fn give(rig: &Rig, body: &Value) -> Reply {
    let path = format!("/api/work/{}/request_correction", sample_case());
    rig.send(&command(path, 900, body).by(samples::HANDLER))
}

fn page(rig: &Rig, lang: &str) -> String {
    let reply = rig.send(&get(format!("/work/{}?lang={lang}", sample_case())).by(samples::HANDLER));
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.body
}

fn fill(rig: &Rig, fields: &[(&str, &str)]) -> Reply {
    let fields: Vec<_> = fields.iter().copied().chain([("days", "7")]).collect();
    rig.send(&rig.form(&sample_case(), "request_correction", samples::HANDLER, &fields))
}

fn contains(page: &str, told: &[&str]) {
    for told in told {
        assert!(page.contains(told), "{told} is not in {page}");
    }
}

#[test]
fn what_is_asked_for_by_a_program_is_shown_while_it_is_open() {
    let rig = rig(Stage::Assigned);
    let mut body = order(&json!([asked("other"), asked("document:plan"), asked("field:plan_of_use")]));
    body["deficiencies"][1]["basis"] = json!("自治條例第 5 條");
    body["in_writing"] = json!(true);
    let reply = give(&rig, &body);
    assert_eq!((reply.status, &reply.json()["state"]), (200, &json!("under_correction")), "{reply:?}");

    let case = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::HANDLER)).json();
    let shown = &case["correction"];
    let subjects = ["document:plan", "field:plan_of_use", "other"];
    for (place, subject) in subjects.into_iter().enumerate() {
        assert_eq!(shown["deficiencies"][place]["subject"], subject);
    }
    assert_eq!(
        shown["deficiencies"][0],
        json!({ "subject": "document:plan", "name": { "zh": "平面圖", "en": "Plan" }, "what": "模糊",
                "provide": "清晰圖檔", "basis": "自治條例第 5 條" })
    );
    assert_eq!(
        (&shown["days"], &shown["due"], &shown["in_writing"], &shown["again"]),
        (&json!(7), &case["correction_due"], &json!(true), &json!(""))
    );
    assert!(shown["due"].is_string());
    assert_eq!(case["timeline"][2]["internal"]["zh"], "須以書面通知，請另行寄發公文");

    let zh = page(&rig, "zh");
    contains(
        &zh,
        &["1、平面圖：模糊；應補：清晰圖檔（自治條例第 5 條）", "依據：自治條例第 5 條", "另行寄發公文"],
    );
    contains(&page(&rig, "en"), &["<strong>Plan of use</strong>", "To be told in writing too"]);

    let answered = json!({ "version": 3, "answer": "", "arrived_on": samples::today() });
    let path = format!("/api/work/{}/answer_correction", sample_case());
    assert_eq!(rig.send(&command(path, 901, &answered).by(samples::HANDLER)).status, 200);
    let case = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::HANDLER)).json();
    assert_eq!(case["correction"], Value::Null, "an answered correction is not open");
}

#[test]
fn each_refusal_of_a_program_has_its_code_and_stores_nothing() {
    let long = "字".repeat(301);
    let with = |part: &str, text: &str| {
        let mut row = asked("other");
        row[part] = json!(text);
        json!([row])
    };
    let many = vec![asked("other"); 41];
    let table = [
        (json!([]), 422, "DEFICIENCIES_REQUIRED"),
        (json!(many), 422, "DEFICIENCIES_REQUIRED"),
        (with("what", " "), 422, "DEFICIENCY_INCOMPLETE"),
        (with("provide", ""), 422, "DEFICIENCY_INCOMPLETE"),
        (with("basis", &long), 422, "DEFICIENCY_INCOMPLETE"),
        (json!([asked("document:seal")]), 422, "NO_SUCH_SUBJECT"),
        (json!([asked("field:plan")]), 422, "NO_SUCH_SUBJECT"),
        (json!([asked("document:register")]), 422, "CITY_LOOKS_IT_UP"),
        (json!([asked("plan")]), 400, "BAD_JSON"),
        (json!([{ "subject": "other", "what": "缺" }]), 400, "BAD_JSON"),
        (with("colour", "red"), 400, "BAD_JSON"),
        (json!("other"), 400, "BAD_JSON"),
    ];
    let rig = rig(Stage::Assigned);
    let before = rig.world.store.snapshot();
    for (deficiencies, status, code) in table {
        let reply = give(&rig, &order(&deficiencies));
        assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{reply:?}");
    }
    let second = json!([asked("other"), { "subject": "other", "what": "缺", "provide": "" }]);
    assert_eq!(give(&rig, &order(&second)).json()["place"], 2);
    let earlier = json!({ "version": 2, "what": "請補平面圖。", "days": 7 });
    assert_eq!(give(&rig, &earlier).json()["code"], "BAD_JSON");
    assert_eq!(rig.world.store.snapshot(), before);
}

#[test]
fn everything_is_asked_for_at_once_or_it_is_said_why_not() {
    let rig = rig(Stage::Corrected);
    let version = samples::case(Stage::Corrected).version.0;
    let mut body = order(&json!([asked("other")]));
    body["version"] = json!(version);
    assert_eq!(give(&rig, &body).json()["code"], "ASKED_BEFORE");
    contains(&page(&rig, "zh"), &["先前未通知之理由", "name=\"again\""]);

    let silent = fill(&rig, &[("what-other", "缺"), ("provide-other", "補"), ("again", " ")]);
    assert_eq!(silent.status, 422);
    contains(
        &silent.body,
        &["ASKED_BEFORE", "href=\"#request_correction-again\"", "<details class=\"lack\" open>"],
    );

    let fields = [("what-other", "缺"), ("provide-other", "補"), ("again", "補正後始發現")];
    assert_eq!(fill(&rig, &fields).status, 303);
    contains(&page(&rig, "zh"), &["再次通知補正。理由：補正後始發現"]);
    let case = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::HANDLER)).json();
    assert_eq!(case["correction"]["again"], "補正後始發現");
}

#[test]
fn the_form_lists_what_can_be_lacking_and_not_what_the_city_looks_up() {
    let rig = rig(Stage::Assigned);
    let zh = page(&rig, "zh");
    contains(
        &zh,
        &[
            "<summary>平面圖</summary>",
            "<summary>認養計畫</summary>",
            "<summary>其他</summary>",
            "name=\"what-document-plan\"",
            "name=\"provide-field-plan_of_use\"",
            "name=\"basis-other\"",
            "免附，由機關自行查驗，不得要求申請人補正：土地登記謄本",
        ],
    );
    assert!(!zh.contains("what-document-register") && !zh.contains("name=\"again\""), "{zh}");
    assert!(!zh.contains("<details class=\"lack\" open>"), "{zh}");
}

#[test]
fn the_form_asks_for_the_rows_that_are_filled_in() {
    let rig = rig(Stage::Assigned);
    let reply = fill(
        &rig,
        &[
            ("what-document-plan", "模糊\r\n無法辨識"),
            ("provide-document-plan", "清晰圖檔"),
            ("basis-document-plan", "自治條例第 5 條"),
            ("what-field-plan_of_use", ""),
            ("provide-field-plan_of_use", " "),
            ("what-other", "未具結"),
            ("provide-other", "切結書"),
            ("in_writing", "yes"),
        ],
    );
    assert_eq!((reply.status, reply.location.contains("done=request_correction")), (303, true), "{reply:?}");
    let case = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::HANDLER)).json();
    let shown = &case["correction"]["deficiencies"];
    assert_eq!(shown.as_array().unwrap().len(), 2);
    assert_eq!((&shown[0]["what"], &shown[1]["provide"]), (&json!("模糊\n無法辨識"), &json!("切結書")));
    assert_eq!(case["correction"]["in_writing"], true);
}

/// What is typed into a form.
type Fields<'a> = &'a [(&'a str, &'a str)];

#[test]
fn a_refused_form_opens_the_row_and_keeps_every_word() {
    let long = "字".repeat(301);
    let plan = ("what-document-plan", "寫了很久的缺漏");
    let table: [(Fields, &str, &str); 6] = [
        (&[], "deficiencies", "DEFICIENCIES_REQUIRED"),
        (&[plan], "provide-document-plan", "「平面圖」應填寫"),
        (&[("provide-field-plan_of_use", "補"), plan], "what-field-plan_of_use", "「認養計畫」應填寫"),
        (
            &[("what-other", "缺"), ("provide-other", "補"), ("basis-other", &long)],
            "basis-other",
            "「其他」應填寫",
        ),
        (&[("basis-document-plan", "第 5 條")], "what-document-plan", "DEFICIENCY_INCOMPLETE"),
        (&[("what-document-register", "缺"), ("provide-document-register", "補")], "", "CITY_LOOKS_IT_UP"),
    ];
    for (fields, field, told) in table {
        let rig = rig(Stage::Assigned);
        let before = rig.world.store.snapshot();
        let reply = fill(&rig, fields);
        assert_eq!(reply.status, 422, "{fields:?}: {reply:?}");
        let anchor = format!("<a href=\"#request_correction-{field}\">");
        assert_eq!(reply.body.contains(&anchor), !field.is_empty(), "{anchor}: {}", reply.body);
        contains(&reply.body, &[told]);
        if field.contains('-') {
            let open = reply.body.split("<details class=\"lack\" open>").skip(1);
            let row = format!("id=\"request_correction-{field}\"");
            assert!(open.map(|row| row.split("</details>").next().unwrap()).any(|open| open.contains(&row)));
        }
        let kept = |(_, value): &(&str, &str)| reply.body.contains(*value);
        assert!(field.is_empty() || fields.iter().all(kept), "{fields:?}: {}", reply.body);
        assert_eq!(rig.world.store.snapshot(), before);
    }
    for (field, value) in [("colour-other", "red"), ("what", "缺"), ("what-", "缺"), ("in_writing", "no")] {
        let reply =
            fill(&rig(Stage::Assigned), &[("what-other", "缺"), ("provide-other", "補"), (field, value)]);
        assert_eq!(reply.status, 400, "{field}: {reply:?}");
    }
}

#[test]
fn what_was_typed_outlives_its_form() {
    let rig = rig(Stage::Assigned);
    let case = sample_case();
    let fields = [("days", "7"), ("what-document-plan", "寫了很久的缺漏"), ("provide-document-plan", "圖")];
    let late = rig.form(&case, "request_correction", samples::HANDLER, &fields);
    assert_eq!(give(&rig, &order(&json!([asked("other")]))).status, 200);
    let reply = rig.send(&late);
    assert_eq!(reply.status, 409);
    contains(
        &reply.body,
        &["STALE_VERSION", "<blockquote class=\"pre\">平面圖：寫了很久的缺漏；應補：圖</blockquote>"],
    );
}
