//! Several cases assigned at once, and whom the routing rules name.

use domain::agency::Role;
use domain::case::State;
use platform::catalogue::{self, Import};
use serde_json::json;
use testkit::samples::{self, Stage};

use crate::lists::{file, file_of, load};
use crate::rig::{APPLICANT, Rig, csrf, get, person, post, sample_case};

/// An agency that gives PK001 to these two.
fn ruled(rig: &Rig, handler: &str, reviewer: &str) {
    let rule = json!({ "agency": "parks", "items": ["PK001"], "handler": handler, "reviewer": reviewer });
    let routing = vec![serde_json::from_value(rule).unwrap()];
    let import = Import { routing, ..Import::default() };
    let today = domain::taipei::day_of(samples::morning());
    rig.now(async {
        catalogue::import(&*rig.world.store, import, samples::PROVIDER, today).await.unwrap();
    });
}

fn form(who: &str, number: u64, how: &[(&str, &str)], cases: &[&str]) -> crate::rig::Ask {
    let (csrf, request) = (csrf(who), samples::request(number).id.to_string());
    let names: Vec<String> = cases.iter().map(|case| format!("case_{case}")).collect();
    let mut fields = vec![("csrf", csrf.as_str()), ("request", request.as_str())];
    fields.extend(how);
    fields.extend(names.iter().map(|name| (name.as_str(), "1")));
    post("/work/assign", &fields).by(who)
}

const ROUTED: &[(&str, &str)] = &[("how", "routed"), ("handler", ""), ("reviewer", "")];

#[test]
fn every_case_that_was_ticked_is_assigned_and_once() {
    let rig = Rig::new();
    let filed = file(&rig, 3, samples::morning());
    let cases: Vec<&str> = filed.iter().map(String::as_str).collect();
    let (handler, reviewer) = (person(samples::SECOND_HANDLER), person(samples::REVIEWER));
    let named = [("how", "named"), ("handler", handler.as_str()), ("reviewer", reviewer.as_str())];
    let ask = form(samples::DISPATCHER, 70, &named, &cases[..2]);
    for _ in 0..2 {
        let reply = rig.send(&ask);
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(reply.body.matches("承辦人：吳承辦").count(), 2, "{}", reply.body);
    }
    for case in &cases[..2] {
        let case = load(&rig, case);
        assert_eq!((case.state, case.version.0), (State::Assigned, 2));
    }
    assert_eq!(load(&rig, cases[2]).state, State::Received);
}

#[test]
fn what_one_case_is_refused_for_holds_up_no_other() {
    let rig = Rig::at(Stage::Assigned);
    let filed = file(&rig, 1, samples::morning());
    ruled(&rig, samples::HANDLER, samples::REVIEWER);
    let elsewhere = "TP-00000-00000-0";
    let (stale, foreign) = (sample_case(), elsewhere.to_owned());
    let ask = form(samples::DISPATCHER, 71, ROUTED, &[&stale, &foreign, &filed[0]]);
    let reply = rig.send(&ask);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body.matches("tag tag-bad").count(), 2, "{}", reply.body);
    assert!(reply.body.contains("承辦人：陳承辦"), "{}", reply.body);
    assert_eq!(load(&rig, &filed[0]).state, State::Assigned);
    assert_eq!(load(&rig, &stale).version.0, 2, "somebody has assigned it meanwhile");
}

/// A dispatcher's own application is not theirs to read; the others are assigned all the same.
#[test]
fn an_application_of_their_own_is_left_alone() {
    let rig = Rig::new();
    let own = file_of(&rig, samples::DISPATCHER, samples::morning());
    let filed = file(&rig, 1, samples::morning());
    ruled(&rig, samples::HANDLER, samples::REVIEWER);
    let reply = rig.send(&form(samples::DISPATCHER, 76, ROUTED, &[&own, &filed[0]]));
    assert_eq!((reply.status, reply.body.matches("tag tag-bad").count()), (200, 1), "{}", reply.body);
    assert_eq!(load(&rig, &own).state, State::Received);
    assert_eq!(load(&rig, &filed[0]).state, State::Assigned);
}

#[test]
fn without_a_rule_that_names_anybody_nothing_is_assigned_by_rules() {
    let rig = Rig::new();
    let filed = file(&rig, 1, samples::morning());
    let reply = rig.send(&form(samples::DISPATCHER, 72, ROUTED, &[&filed[0]]));
    assert!(reply.body.contains("分文規則沒有適用的承辦人"), "{}", reply.body);
    assert_eq!(load(&rig, &filed[0]).state, State::Received);
}

#[test]
fn only_dispatchers_and_only_what_the_form_says() {
    let rig = Rig::new();
    let filed = file(&rig, 1, samples::morning());
    ruled(&rig, samples::HANDLER, samples::REVIEWER);
    let case = filed[0].as_str();
    let before = rig.world.store.snapshot();
    for who in [APPLICANT, samples::HANDLER, samples::REVIEWER, samples::RESEARCH] {
        assert_eq!(rig.send(&form(who, 73, ROUTED, &[case])).status, 403, "{who}");
    }
    let by =
        |how: &[(&str, &str)], cases: &[&str]| rig.send(&form(samples::DISPATCHER, 74, how, cases)).status;
    for (how, cases) in [
        (ROUTED, &[][..]),
        (&[("how", "drawn")], &[case]),
        (&[("how", "named")], &[case]),
        (&[("how", "named"), ("handler", "x"), ("reviewer", "y")], &[case]),
        (&[("how", "routed"), ("colour", "red")], &[case]),
        (&[("how", "routed")], &["TP-00000-00000-1"]),
    ] {
        assert_eq!(by(how, cases), 400, "{how:?} {cases:?}");
    }
    let foreign = form(samples::DISPATCHER, 75, ROUTED, &[case]).by(samples::SECOND_DISPATCHER);
    assert_eq!(rig.send(&foreign).status, 403, "a form of another session");
    assert_eq!(rig.world.store.snapshot(), before);
}

#[test]
fn the_list_offers_it_to_dispatchers_and_the_page_of_a_case_whom_the_rules_name() {
    let rig = Rig::at(Stage::Received);
    let list = |who: &str| rig.send(&get("/work?state=received").by(who)).body;
    assert!(list(samples::DISPATCHER).contains(&format!("name=\"case_{}\" value=\"1\"", sample_case())));
    assert!(!list(samples::RESEARCH).contains("/work/assign"));
    let page = || rig.send(&get(format!("/work/{}", sample_case())).by(samples::DISPATCHER)).body;
    let chosen = |subject: &str| format!("value=\"{}\" selected", person(subject));
    assert!(!page().contains(&chosen(samples::SECOND_HANDLER)));
    ruled(&rig, samples::SECOND_HANDLER, samples::REVIEWER);
    assert!(page().contains(&chosen(samples::SECOND_HANDLER)), "{}", page());
    assert!(samples::officer(samples::DISPATCHER).roles.contains(&Role::Dispatcher));
}
