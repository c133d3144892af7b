//! Joint review: what the agency in charge asks, and what those who are asked see and say.

use std::collections::BTreeMap;

use domain::case::State;
use domain::clock::terms::{DayBasis, Limit};
use domain::event::Event;
use platform::reports;
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::samples::{self, Stage};

use crate::rig::{FOREIGNER, Rig, command, get, post, sample_case};

pub const POLICE: &str = "police-handler";
const POLICE_DISPATCHER: &str = "police-dispatcher";
const ECONOMY: &str = "economy-handler";
const QUESTION: &str = "請就交通影響表示意見。";

/// Assigned, of an item that `economy` and `police` are asked about.
fn assigned() -> Rig {
    let mut record = samples::record(Stage::Assigned);
    let Event::Submitted(filed) = &mut record[0].event else { unreachable!("a filing") };
    let limit = Limit::days(2, DayBasis::Working).unwrap();
    let named = ["economy", "police"].map(|code| (code.parse().unwrap(), limit));
    filed.item.terms.reviews = BTreeMap::from(named);
    let rig = Rig::of(&record);
    for who in [POLICE, POLICE_DISPATCHER, ECONOMY] {
        rig.sign_in(who);
    }
    rig
}

fn project(rig: &Rig) {
    let case = rig.case();
    run(&rig.world.gate, reports::project(&*rig.world.store, &case)).unwrap().unwrap();
}

/// Asked through the form, of police alone.
pub fn asked() -> Rig {
    let rig = assigned();
    let fields = [("question-police", QUESTION), ("question-economy", " "), ("order", "parallel")];
    let reply = rig.send(&rig.form(&sample_case(), "request_review", samples::HANDLER, &fields));
    assert_eq!(reply.status, 303, "{}", reply.body);
    project(&rig);
    rig
}

fn answer(number: u64, body: &Value) -> crate::rig::Ask {
    command(format!("/api/work/{}/answer_review", sample_case()), number, body)
}

#[test]
fn the_form_asks_whom_something_is_written_for() {
    let rig = asked();
    let case = rig.case();
    let open: Vec<&str> = case.open_reviews().map(|review| review.reviewer.agency.as_str()).collect();
    assert_eq!((case.state, open), (State::JointReview, vec!["police"]));
    let page = rig.send(&get(format!("/work/{}?done=request_review", case.id)).by(samples::HANDLER)).body;
    for part in ["會審中", "警察局", QUESTION, "等候回復", "已送請會審", "各日由誰處理"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Who was asked is not asked again; the other one still can be.
    assert!(!page.contains("name=\"question-police\"") && page.contains("name=\"question-economy\""));
}

#[test]
fn what_was_typed_comes_back_with_what_is_wrong() {
    let rig = assigned();
    let before = rig.world.store.snapshot();
    let long = "字".repeat(2_001);
    let form = |fields: &[(&str, &str)]| rig.form(&sample_case(), "request_review", samples::HANDLER, fields);
    for (fields, status, said) in [
        (vec![("question-police", " ")], 422, "請選擇 1 至 2 個會審機關"),
        (vec![("question-police", long.as_str())], 422, "id=\"request_review-question-police\""),
        (vec![("question-zoo", "請表示意見")], 422, "NO_SUCH_REVIEWER"),
        (vec![("question-police", QUESTION), ("order", "sideways")], 400, QUESTION),
        (vec![("question-", QUESTION)], 400, ""),
    ] {
        let reply = rig.send(&form(&fields));
        assert_eq!(reply.status, status, "{fields:?}: {}", reply.body);
        assert!(reply.body.contains(said), "{said}: {}", reply.body);
    }
    assert_eq!(rig.world.store.snapshot(), before);
}

#[test]
fn the_agency_that_is_asked_finds_its_part_and_no_more() {
    let rig = asked();
    let id = sample_case();
    let status = |who: &str, path: &str| rig.send(&get(path).by(who)).status;
    for who in [POLICE, POLICE_DISPATCHER] {
        let list = rig.send(&get("/work/reviews").by(who));
        assert!(list.status == 200 && list.body.contains(&id), "{who}: {}", list.body);
        let listed = rig.send(&get("/api/work/reviews").by(who)).json();
        assert_eq!(listed["items"][0]["case"], json!(id), "{who}");
        assert_eq!(status(who, &format!("/work/reviews/{id}")), 200, "{who}");
        let found = rig.send(&get(format!("/work?case={id}")).by(who));
        assert_eq!((found.status, found.location), (303, format!("/work/reviews/{id}")), "{who}");
        // The case itself is another agency's.
        assert_eq!(status(who, &format!("/work/{id}")), 404, "{who}");
        assert_eq!(status(who, &format!("/api/work/{id}")), 404, "{who}");
    }
    for (who, path) in [(FOREIGNER, "/work/reviews"), (samples::HANDLER, "/work/reviews")] {
        let list = rig.send(&get(path).by(who));
        assert!(list.status == 200 && !list.body.contains(&id), "{who}: {}", list.body);
        assert_eq!(status(who, &format!("/work/reviews/{id}")), 404, "{who}");
    }
    assert_eq!(status(samples::CASHIER, "/work/reviews"), 403);
    let part = rig.send(&get(format!("/api/work/reviews/{id}")).by(POLICE)).json();
    assert_eq!((&part["question"], &part["standing"]), (&json!(QUESTION), &json!("open")));
    assert_eq!(part["allowed"], json!(["answer_review", "query_register"]));
    let keys: Vec<&String> = part.as_object().unwrap().keys().collect();
    for inner in ["timeline", "ruling", "fee", "notices", "staff", "assignment", "version"] {
        assert!(!keys.iter().any(|key| *key == inner), "{inner}");
    }
    let page = rig.send(&get(format!("/work/reviews/{id}")).by(POLICE_DISPATCHER)).body;
    assert!(
        page.contains(QUESTION) && !page.contains("answer_review\""),
        "dispatchers do not answer: {page}"
    );
}

#[test]
fn an_answer_by_form_reaches_the_agency_in_charge() {
    let rig = asked();
    let id = sample_case();
    let page = rig.send(&get(format!("/work/reviews/{id}")).by(POLICE));
    let path = format!("/work/{id}/answer_review");
    let mark = format!("action=\"{path}\"");
    let hidden = ["csrf", "request", "asked"].map(|name| (name, page.hidden(&mark, name)));
    let form = |fields: &[(&str, &str)]| {
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(fields);
        post(path.clone(), &all).by(POLICE)
    };
    let before = rig.world.store.snapshot();
    // Why not is to be said; what was chosen is still there.
    let refused = rig.send(&form(&[("opinion", "object"), ("text", " ")]));
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("value=\"object\" required checked"), "{}", refused.body);
    let refused = rig.send(&form(&[("text", "沒有意見")]));
    assert!(refused.status == 400 && refused.body.contains("沒有意見"), "{}", refused.body);
    assert_eq!(rig.send(&form(&[("opinion", "agree"), ("extra", "x")])).status, 400);
    assert_eq!(rig.world.store.snapshot(), before);
    let sent = form(&[("opinion", "object"), ("text", "妨礙通行。")]);
    for _ in 0..2 {
        let reply = rig.send(&sent);
        let back = format!("/work/reviews/{id}?done=yes");
        assert_eq!((reply.status, reply.location), (303, back), "{}", reply.body);
    }
    assert_eq!((rig.case().state, rig.case().version.0), (State::Assigned, 4));
    let mine = rig.send(&get(format!("/work/reviews/{id}?done=yes")).by(POLICE)).body;
    assert!(
        mine.contains("已回復")
            && mine.contains("妨礙通行。")
            && !mine.contains("<form method=\"post\" action=\"/work/")
    );
    let page = rig.send(&get(format!("/work/{id}")).by(samples::HANDLER)).body;
    assert!(page.contains("不同意") && page.contains("妨礙通行。"), "{page}");
    assert!(page.contains(" · 警察局</time>"), "whoever answered is named by their agency: {page}");
    project(&rig);
    let list = rig.send(&get("/work/reviews").by(POLICE)).body;
    assert!(!list.contains(&id), "answered is done: {list}");
}

#[test]
fn an_answer_is_taken_once_from_whoever_may_give_it_and_to_what_is_asked() {
    let rig = asked();
    let agree = json!({ "asked": 3, "opinion": "agree" });
    let before = rig.world.store.snapshot();
    for (who, body, status, code) in [
        (POLICE_DISPATCHER, agree.clone(), 403, "FORBIDDEN"),
        (ECONOMY, agree.clone(), 404, "NOT_FOUND"),
        (samples::HANDLER, agree.clone(), 403, "FORBIDDEN"),
        (POLICE, json!({ "asked": 2, "opinion": "agree" }), 409, "REVIEW_NOT_OPEN"),
        (POLICE, json!({ "asked": 3, "opinion": "conditions" }), 422, "REASON_REQUIRED"),
        (POLICE, json!({ "asked": 3, "opinion": "maybe" }), 400, "BAD_JSON"),
        (POLICE, json!({ "asked": 3, "opinion": "agree", "version": 3 }), 400, "BAD_JSON"),
    ] {
        let reply = rig.send(&answer(70, &body).by(who));
        assert_eq!(reply.status, status, "{who}: {}", reply.body);
        assert!(reply.body.contains(code), "{who}: {}", reply.body);
    }
    assert_eq!(rig.world.store.snapshot(), before);
    let done = rig.send(&answer(71, &agree).by(POLICE));
    assert_eq!(done.status, 200, "{}", done.body);
    // How it goes on is not theirs to know.
    assert!(done.json().get("state").is_none(), "{}", done.body);
    let again = rig.send(&answer(71, &agree).by(POLICE));
    assert_eq!((again.status, &again.json()["replayed"]), (200, &json!(true)));
    let late = rig.send(&answer(72, &agree).by(POLICE));
    assert!(late.status == 409 && late.body.contains("REVIEW_NOT_OPEN"), "{}", late.body);
    for inner in ["state", "version", "allowed"] {
        assert!(late.json().get(inner).is_none(), "{inner}: {}", late.body);
    }
}

/// Two who look at it at once do not get in each other's way: nobody sees the other's part.
#[test]
fn parallel_answers_do_not_conflict() {
    let rig = assigned();
    let both = [("economy", ECONOMY), ("police", POLICE)];
    let reviews: Vec<Value> =
        both.iter().map(|(agency, _)| json!({ "agency": agency, "question": QUESTION })).collect();
    let body = json!({ "version": 2, "reviews": reviews });
    let ask = command(format!("/api/work/{}/request_review", sample_case()), 73, &body);
    assert_eq!(rig.send(&ask.by(samples::HANDLER)).status, 200);
    for (number, (_, who)) in (74..).zip(both) {
        let reply = rig.send(&answer(number, &json!({ "asked": 3, "opinion": "agree" })).by(who));
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    assert_eq!(rig.case().state, State::Assigned);
    let shown = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::HANDLER)).json();
    let opinions: Vec<&Value> =
        shown["reviews"].as_array().unwrap().iter().map(|review| &review["answer"]["opinion"]).collect();
    assert_eq!(opinions, [&json!("agree"), &json!("agree")]);
}

#[test]
fn whoever_is_not_waited_for_sees_nothing_any_more() {
    let rig = asked();
    let id = sample_case();
    let fields = [("agency", "police"), ("reason", "逾期未復。")];
    let reply = rig.send(&rig.form(&id, "drop_review", samples::HANDLER, &fields));
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert_eq!(rig.case().state, State::Assigned);
    project(&rig);
    let reply = rig.send(&get(format!("/work/reviews/{id}")).by(POLICE));
    assert_eq!(reply.status, 404);
    assert!(!rig.send(&get("/work/reviews").by(POLICE)).body.contains(&id));
    let page = rig.send(&get(format!("/work/{id}")).by(samples::HANDLER)).body;
    assert!(page.contains("不再等候") && page.contains("逾期未復。"), "{page}");
}

/// Lists come late and out of order: an older one never brings a review back.
#[test]
fn an_older_projection_brings_no_review_back() {
    let rig = asked();
    let before = rig.case();
    let reply = rig.send(&answer(75, &json!({ "asked": 3, "opinion": "agree" })).by(POLICE));
    assert_eq!(reply.status, 200, "{}", reply.body);
    project(&rig);
    run(&rig.world.gate, reports::project(&*rig.world.store, &before)).unwrap().unwrap();
    assert_eq!(rig.send(&get("/api/work/reviews").by(POLICE)).json()["items"], json!([]));
}
