//! Looking documents up: who is told what, once, and what is kept of it.

use casework::App;
use domain::event::Event;
use domain::register::Lookup;
use serde_json::{Value, json};
use testkit::faults::Act;
use testkit::registers::Reaction;
use testkit::samples::{self, Stage};

use crate::reviews::{self, POLICE};
use crate::rig::{APPLICANT, FOREIGNER, Reply, Rig, command, get, person, post, sample_case};

const PARK: &str = "大安森林公園露天音樂臺";
/// Of `[["place","大安森林公園露天音樂臺"]]`, as `sha256sum` has it.
const DIGEST: &str = "f8acd00eae3a1edca6c4df07391f2324900dc4ed0417704ba475395d57dab2b3";

fn query(rig: &Rig, who: &str, number: u64, document: &str) -> Reply {
    let path = format!("/api/work/{}/query_register", sample_case());
    rig.send(&command(path, number, &json!({ "document": document })).by(who))
}

/// With the button of the case page.
fn by_form(rig: &Rig, fields: &[(&str, &str)]) -> Reply {
    let (case, who) = (sample_case(), samples::HANDLER);
    let path = format!("/work/{case}/query_register");
    let page = rig.send(&get(format!("/work/{case}")).by(who));
    let mark = format!("action=\"{path}\"");
    let hidden = ["csrf", "request"].map(|name| (name, page.hidden(&mark, name)));
    let hidden = hidden.iter().map(|(name, value)| (*name, value.as_str()));
    rig.send(&post(path, &hidden.chain(fields.iter().copied()).collect::<Vec<_>>()).by(who))
}

/// The look-ups on record.
fn kept(rig: &Rig) -> Vec<Lookup> {
    let id = sample_case().parse().unwrap();
    let record = testkit::faults::run(&rig.world.gate, platform::commit::record(&*rig.world.store, id));
    let events = record.unwrap().unwrap().unwrap().events;
    let lookup = |event: &Event| match event {
        Event::RegisterQueried { lookup, .. } => Some(lookup.as_ref().clone()),
        _ => None,
    };
    events.iter().filter_map(|chained| lookup(&chained.recorded.event)).collect()
}

#[test]
fn the_answer_is_told_once_and_its_digest_is_kept() {
    let rig = Rig::at(Stage::Assigned);
    let version = rig.case().version.0;
    let first = query(&rig, samples::HANDLER, 900, "registration");
    assert_eq!(first.status, 200, "{}", first.body);
    let told = first.json();
    assert_eq!((&told["replayed"], &told["version"]), (&json!(false), &json!(version + 1)));
    assert_eq!(told["lines"], json!([{ "label": "place", "value": PARK }]));
    assert_eq!(told["lookup"]["found"], json!(true));
    assert_eq!(told["lookup"]["sha256"], json!(DIGEST));
    let again = query(&rig, samples::HANDLER, 900, "registration").json();
    assert_eq!((&again["replayed"], &again["lines"]), (&json!(true), &Value::Null));
    assert_eq!(again["lookup"], told["lookup"]);
    let asked = rig.world.registers.asked();
    assert_eq!((asked.len(), kept(&rig).len()), (1, 1), "asked once, recorded once");
    assert_eq!(asked[0].officer.to_string(), person(samples::HANDLER));
    assert_eq!(
        (asked[0].case.to_string(), asked[0].purpose.zh.as_str()),
        (sample_case(), "審查主辦單位之登記")
    );
    // The same request for something else is another one.
    let other = query(&rig, samples::HANDLER, 900, "plan");
    assert_eq!((other.status, &other.json()["code"]), (422, &json!("REQUEST_REUSED")));
}

#[test]
fn nothing_of_the_answer_stays() {
    let rig = Rig::at(Stage::Assigned);
    query(&rig, samples::HANDLER, 900, "registration");
    let case = sample_case();
    let page = rig.send(&get(format!("/work/{case}")).by(samples::HANDLER)).body;
    assert!(page.contains("查有資料") && page.contains("再次查驗") && page.contains(DIGEST), "{page}");
    let rows = format!("{:?}", rig.world.store.snapshot());
    assert!(!rows.contains("[[\\\"place\\\""), "the lines are in the store");
    let shown = rig.send(&get(format!("/api/work/{case}")).by(samples::HANDLER)).json();
    let looked_up = &shown["looked_up"][0];
    assert_eq!(
        (&looked_up["document"], &looked_up["register"]),
        (&json!("registration"), &json!("companies"))
    );
    assert_eq!(looked_up["latest"]["sha256"], json!(DIGEST));
}

#[test]
fn the_page_shows_it_and_says_when_there_is_nothing() {
    let rig = Rig::at(Stage::Assigned);
    let fields = [("document", "registration")];
    let reply = by_form(&rig, &fields);
    assert_eq!(reply.status, 200, "{}", reply.body);
    for part in ["查有資料", PARK, "審查主辦單位之登記", DIGEST, "內容不留存"] {
        assert!(reply.body.contains(part), "{part}: {}", reply.body);
    }
    rig.world.registers.react(Reaction::Nothing);
    let reply = by_form(&rig, &fields);
    assert!(reply.body.contains("查無資料") && reply.body.contains("通知申請人補正"), "{}", reply.body);
    let found: Vec<bool> = kept(&rig).iter().map(|lookup| lookup.found).collect();
    assert_eq!(found, [true, false]);
    let extra = [("document", "registration"), ("colour", "red")];
    let reply = by_form(&rig, &extra);
    assert_eq!(reply.status, 400, "{}", reply.body);
}

/// Nothing is asked of a register that may not be told, and nothing is kept of what was not answered.
#[test]
fn what_is_refused_asks_nobody_and_keeps_nothing() {
    let rig = Rig::at(Stage::Assigned);
    let before = rig.world.store.snapshot();
    for (who, document, status, code) in [
        (samples::HANDLER, "plan", 422, "NOT_LOOKED_UP"),
        (samples::SECOND_HANDLER, "registration", 403, "FORBIDDEN"),
        (samples::REVIEWER, "registration", 403, "FORBIDDEN"),
        (samples::DISPATCHER, "registration", 403, "FORBIDDEN"),
        (FOREIGNER, "registration", 404, "NOT_FOUND"),
        (APPLICANT, "registration", 403, "FORBIDDEN"),
    ] {
        let reply = query(&rig, who, 901, document);
        assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{who} {document}");
    }
    assert_eq!(rig.world.registers.asked(), []);
    rig.world.registers.react(Reaction::Silent);
    let reply = query(&rig, samples::HANDLER, 902, "registration");
    assert_eq!((reply.status, &reply.json()["code"]), (503, &json!("REGISTER_UNAVAILABLE")));
    assert_eq!(rig.world.store.snapshot(), before);
    // The same request works once the register does.
    rig.world.registers.react(Reaction::Echo);
    assert_eq!(query(&rig, samples::HANDLER, 902, "registration").status, 200);
}

#[test]
fn a_window_that_is_joined_to_no_register_says_so() {
    let rig = Rig::at(Stage::Assigned);
    let rig = Rig { app: App { registers: None, ..rig.app }, ..rig };
    let reply = query(&rig, samples::HANDLER, 900, "registration");
    assert_eq!((reply.status, &reply.json()["code"]), (409, &json!("REGISTER_NOT_CONNECTED")));
    let page = rig.send(&get(format!("/work/{}", sample_case())).by(samples::HANDLER)).body;
    assert!(page.contains("尚未介接") && !page.contains("/query_register"), "{page}");
}

/// What could not be recorded is not shown: another officer's command comes between the question and the record.
#[test]
fn what_is_not_recorded_is_not_told() {
    let rig = Rig::at(Stage::Assigned);
    rig.world.gate.follow(|_, site| match site {
        testkit::faults::Site::StoreWrite => Act::FailBefore,
        _ => Act::Pass,
    });
    let reply = query(&rig, samples::HANDLER, 900, "registration");
    assert_eq!(reply.status, 503, "{}", reply.body);
    assert!(!reply.body.contains(PARK), "{}", reply.body);
    rig.world.gate.open();
    assert_eq!((rig.world.registers.asked().len(), kept(&rig).len()), (1, 0));
}

#[test]
fn an_agency_that_is_asked_looks_up_for_its_part() {
    let rig = reviews::asked();
    let id = sample_case();
    let page = rig.send(&get(format!("/work/reviews/{id}")).by(POLICE)).body;
    assert!(page.contains("免附文件查驗") && page.contains("/query_register"), "{page}");
    let told = query(&rig, POLICE, 900, "registration");
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!((&told.json()["version"], told.json()["lines"].as_array().unwrap().len()), (&Value::Null, 1));
    assert_eq!(rig.world.registers.asked()[0].agency.as_str(), "police");
    // The agency in charge reads who looked, by its agency.
    let timeline = rig.send(&get(format!("/api/work/{id}")).by(samples::HANDLER)).json();
    let last = timeline["timeline"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["event"], json!("register_queried"));
    assert!(last["by"].as_str().unwrap().contains("Police"), "{last}");
    let part = rig.send(&get(format!("/api/work/reviews/{id}")).by(POLICE)).json();
    assert_eq!(part["looked_up"][0]["latest"]["found"], json!(true));
}
