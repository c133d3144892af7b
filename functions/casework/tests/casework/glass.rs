//! Who reads a case without having to do with it: the body that supervises, and, each time on record, whoever keeps
//! the window.

use domain::event::Event;
use jiff::SignedDuration;
use serde_json::json;
use testkit::samples::{self, Stage};

use crate::files::filed;
use crate::rig::{KEEPER, KEEPER_NAME, Rig, SUPERVISOR, command, get, post, sample_case};

const REASON: &str = "通報 INC-17：附件無法開啟，須查看紀錄。";

fn looks(rig: &Rig) -> Vec<String> {
    let id = sample_case().parse().unwrap();
    let record = testkit::faults::run(&rig.world.gate, platform::commit::record(&*rig.world.store, id));
    let events = record.unwrap().unwrap().unwrap().events;
    let reason = |event: &Event| match event {
        Event::GlassBroken { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    events.iter().filter_map(|chained| reason(&chained.recorded.event)).collect()
}

#[test]
fn the_body_that_supervises_reads_every_case_and_does_nothing_to_it() {
    let rig = Rig::at(Stage::Assigned);
    let case = sample_case();
    let page = rig.send(&get(format!("/work/{case}")).by(SUPERVISOR));
    assert!(page.status == 200 && page.body.contains("大安森林公園"), "{}", page.body);
    assert!(!page.body.contains(&format!("action=\"/work/{case}/")), "{}", page.body);
    let whole = rig.send(&get(format!("/api/work/{case}")).by(SUPERVISOR)).json();
    assert_eq!((&whole["case"], &whole["allowed"]), (&json!(case), &json!([])));
    let body = json!({ "version": 2, "reason": "改分" });
    let refused = rig.send(&command(format!("/api/work/{case}/return"), 900, &body).by(SUPERVISOR));
    assert_eq!(refused.status, 404, "{}", refused.body);
    // By its number, as from a list of findings.
    let found = rig.send(&get(format!("/work?case=%20{case}")).by(SUPERVISOR));
    assert_eq!((found.status, found.location), (303, format!("/work/{case}")));
    let lower = format!("/work?case={}", case.to_lowercase());
    assert_eq!(rig.send(&get(lower).by(SUPERVISOR)).location, format!("/work/{case}"));
    assert_eq!(rig.send(&get("/work?case=TP-1").by(SUPERVISOR)).status, 400);
}

#[test]
fn whoever_keeps_the_window_sees_nothing_without_a_reason() {
    let rig = Rig::at(Stage::Assigned);
    let case = sample_case();
    let before = rig.world.store.snapshot();
    let page = rig.send(&get(format!("/work/{case}")).by(KEEPER));
    assert!(page.status == 403 && page.body.contains("調閱理由"), "{}", page.body);
    for inside in ["applicant", "承辦人", "大安森林公園"] {
        assert!(!page.body.contains(inside), "{inside}: {}", page.body);
    }
    assert_eq!(rig.send(&get(format!("/api/work/{case}")).by(KEEPER)).status, 404);
    assert_eq!(rig.send(&get("/work/TP-00000-00000-0").by(KEEPER)).status, 404);
    let hidden = |name| (name, page.hidden("/break_glass", name));
    let [csrf, request] = ["csrf", "request"].map(hidden);
    let send = |reason: &str| {
        let fields = [(csrf.0, csrf.1.as_str()), (request.0, request.1.as_str()), ("reason", reason)];
        rig.send(&post(format!("/work/{case}/break_glass"), &fields).by(KEEPER))
    };
    let refused = send(" ");
    assert!(refused.status == 422 && refused.body.contains("請填寫理由"), "{}", refused.body);
    assert_eq!(rig.world.store.snapshot(), before);

    let shown = send(REASON);
    assert!(shown.status == 200 && shown.body.contains("大安森林公園"), "{}", shown.body);
    assert!(!shown.body.contains(&format!("action=\"/work/{case}/")), "{}", shown.body);
    // An impatient hand, and one that comes back to the page much later.
    assert_eq!(send(REASON).status, 200);
    rig.world.ambient.advance(SignedDuration::from_mins(6));
    rig.sign_in(KEEPER);
    let again = send(REASON);
    assert_eq!((again.status, again.location), (303, format!("/work/{case}")));
    assert_eq!(rig.send(&get(format!("/work/{case}")).by(KEEPER)).status, 403);
    assert_eq!(looks(&rig), [REASON]);
}

#[test]
fn what_a_look_does_not_open_has_no_link() {
    let rig = Rig::at(Stage::Approved);
    let (with_file, _) = filed(&rig);
    let letters = sample_case();
    let reason = json!({ "reason": REASON });
    let look = |case: &str, request| {
        let path = format!("/api/work/{case}/break_glass");
        rig.send(&command(path, request, &reason).by(KEEPER)).json()
    };
    let seen = look(&with_file.to_string(), 910);
    assert_eq!(seen["documents"][0]["file_name"], "bankbook.pdf");
    assert_eq!(seen["documents"][0]["href"], json!(null));
    assert_eq!(look(&letters, 911)["issued"], json!([]));
    let read = rig.send(&get(format!("/api/work/{letters}")).by(SUPERVISOR)).json();
    assert!(read["issued"][0]["number"].is_string(), "{read}");

    for case in [with_file.to_string(), letters] {
        let page = rig.send(&get(format!("/work/{case}")).by(KEEPER));
        let hidden = |name| (name, page.hidden("/break_glass", name));
        let [csrf, request] = ["csrf", "request"].map(hidden);
        let fields = [(csrf.0, csrf.1.as_str()), (request.0, request.1.as_str()), ("reason", REASON)];
        let shown = rig.send(&post(format!("/work/{case}/break_glass"), &fields).by(KEEPER));
        assert_eq!(shown.status, 200, "{}", shown.body);
        for place in
            [format!("/work/{case}/files/"), format!("/work/{case}/documents/"), "/verify/".to_owned()]
        {
            assert!(!shown.body.contains(&format!("href=\"{place}")), "{place}: {}", shown.body);
        }
    }
}

#[test]
fn a_look_is_in_the_record_that_the_agency_reads() {
    let rig = Rig::at(Stage::Approved);
    let case = sample_case();
    let path = format!("/api/work/{case}/break_glass");
    let body = json!({ "reason": REASON });
    let whole = rig.send(&command(path.clone(), 900, &body).by(KEEPER));
    assert_eq!(whole.status, 200, "{}", whole.body);
    assert_eq!(whole.json()["answers"]["people"], "120");
    rig.world.ambient.advance(SignedDuration::from_mins(6));
    rig.sign_in(KEEPER);
    let again = rig.send(&command(path.clone(), 900, &body).by(KEEPER)).json();
    assert_eq!(again, json!({ "case": case, "replayed": true }));
    let timeline = rig.send(&get(format!("/work/{case}")).by(samples::RESEARCH)).body;
    assert!(
        timeline.contains(&format!("資訊局系統管理人員 {KEEPER_NAME} 為維護系統調閱本案"))
            && timeline.contains("INC-17"),
        "{timeline}"
    );
    for who in [samples::HANDLER, SUPERVISOR] {
        let status = rig.send(&command(path.clone(), 901, &body).by(who)).status;
        assert!([403, 404].contains(&status), "{who}: {status}");
    }
    assert_eq!(looks(&rig), [REASON]);
}
