//! Commands: what they cost, and what happens when they meet.

use serde_json::json;
use testkit::faults::{Act, Progress, Site, poll};
use testkit::samples::{self, Stage};

use crate::rig::{Rig, command, get, person, sample_case};

fn assignment(version: u32) -> serde_json::Value {
    json!({ "version": version, "handler": person(samples::HANDLER), "reviewer": person(samples::REVIEWER) })
}

#[test]
fn a_command_answers_with_the_case_as_it_is_then() {
    let rig = Rig::at(Stage::Received);
    let path = format!("/api/work/{}/assign", sample_case());
    let reply = rig.send(&command(path, 90, &assignment(1)).by(samples::DISPATCHER));
    let expected = json!({
        "case": sample_case(),
        "version": 2,
        "state": "assigned",
        "replayed": false,
        "allowed": ["assign", "reroute", "record_service"],
    });
    assert_eq!((reply.status, reply.json()), (200, expected));
}

/// Calls of the store after the session was read.
fn calls(stage: Stage, who: &str, name: &str, body: &serde_json::Value) -> Vec<Site> {
    let rig = Rig::at(stage);
    // The calendar is read once a minute, whoever asks.
    drop(rig.send(&get("/work").by(samples::DISPATCHER)));
    rig.world.gate.record();
    let reply = rig.send(&command(format!("/api/work/{}/{name}", sample_case()), 90, body).by(who));
    assert_eq!(reply.status, 200, "{reply:?}");
    let mut sites: Vec<Site> = rig.world.gate.trace().into_iter().map(|passed| passed.site).collect();
    assert_eq!(sites.remove(0), Site::StoreGet, "the session");
    sites
}

#[test]
fn a_command_is_one_read_and_one_write() {
    use Site::{StoreGet, StoreQuery, StoreWrite};
    let version = |stage| json!({ "version": samples::case(stage).version.0 });
    let one = vec![StoreGet, StoreWrite];
    assert_eq!(calls(Stage::Received, samples::DISPATCHER, "accept", &version(Stage::Received)), one);
    assert_eq!(
        calls(Stage::Received, samples::DISPATCHER, "assign", &assignment(1)),
        [StoreGet, StoreQuery, StoreWrite],
        "assigning reads the staff"
    );
    let proposal = json!({ "version": 2, "outcome": "approve" });
    assert_eq!(
        calls(Stage::Assigned, samples::HANDLER, "propose", &proposal),
        [StoreGet, StoreGet, StoreGet, StoreWrite],
        "a letter reads the item version, once, and the agency"
    );
    let waiting = version(Stage::AwaitingApproval);
    assert_eq!(
        calls(Stage::AwaitingApproval, samples::REVIEWER, "approve", &waiting),
        [StoreGet, StoreGet, StoreWrite],
        "a letter reads the agency"
    );
    let back = json!({ "version": 3, "reason": "請再研議。" });
    assert_eq!(calls(Stage::AwaitingApproval, samples::REVIEWER, "return", &back), one);
}

#[test]
fn of_two_at_once_one_takes_effect_and_the_other_sees_the_newer_state() {
    let rig = Rig::at(Stage::Received);
    rig.world.gate.interleave();
    let path = format!("/api/work/{}/assign", sample_case());
    let asks = [(90, samples::DISPATCHER), (91, samples::SECOND_DISPATCHER)]
        .map(|(number, who)| command(&path, number, &assignment(1)).by(who));
    let mut running: Vec<_> = asks.iter().map(|ask| Some(rig.start(ask))).collect();
    let mut replies = Vec::new();
    while running.iter().any(Option::is_some) {
        for slot in &mut running {
            let Some(process) = slot else { continue };
            if let Progress::Done(reply) = poll(&rig.world.gate, process.as_mut()) {
                replies.push(reply);
                *slot = None;
            }
        }
    }
    replies.sort_by_key(|reply| reply.status);
    assert_eq!(replies.iter().map(|reply| reply.status).collect::<Vec<_>>(), [200, 409]);
    let refused = replies[1].json();
    assert_eq!(refused["code"], "STALE_VERSION");
    assert_eq!((&refused["version"], &refused["state"]), (&json!(2), &json!("assigned")));
    assert_eq!(refused["allowed"], json!(["assign", "reroute", "record_service"]));
}

#[test]
fn the_same_request_again_is_answered_as_before() {
    let rig = Rig::at(Stage::Received);
    let path = format!("/api/work/{}/assign", sample_case());
    let ask = command(&path, 90, &assignment(1)).by(samples::DISPATCHER);
    assert_eq!(rig.send(&ask).json()["replayed"], false);
    let before = rig.world.store.snapshot();
    // Spacing is not what makes a request another one.
    let mut spaced = ask.clone();
    spaced.body = spaced.body.map(|body| body.replace(',', " ,\n "));
    for ask in [&ask, &spaced] {
        let reply = rig.send(ask).json();
        assert_eq!((&reply["replayed"], &reply["version"]), (&json!(true), &json!(2)), "{reply}");
    }
    assert_eq!(rig.world.store.snapshot(), before);
}

#[test]
fn a_repeated_request_is_recognised_after_the_case_has_gone_on() {
    let rig = Rig::at(Stage::Received);
    let case = sample_case();
    let ask = command(format!("/api/work/{case}/assign"), 90, &assignment(1)).by(samples::DISPATCHER);
    rig.send(&ask);
    let proposal = json!({ "version": 2, "outcome": "approve" });
    rig.send(&command(format!("/api/work/{case}/propose"), 91, &proposal).by(samples::HANDLER));
    let reply = rig.send(&ask).json();
    assert_eq!((&reply["replayed"], &reply["state"]), (&json!(true), &json!("awaiting_approval")));
}

#[test]
fn a_repeated_request_is_recognised_after_the_case_went_to_somebody_else() {
    let rig = Rig::at(Stage::AwaitingApproval);
    let case = sample_case();
    let send = |name: &str, number, body: &serde_json::Value, who: &str| {
        let reply = rig.send(&command(format!("/api/work/{case}/{name}"), number, body).by(who));
        assert_eq!(reply.status, 200, "{name} {reply:?}");
        reply.json()
    };
    send("return", 90, &json!({ "version": 3, "reason": "請再研議。" }), samples::REVIEWER);
    let proposal = json!({ "version": 4, "outcome": "approve" });
    send("propose", 91, &proposal, samples::HANDLER);
    send("return", 92, &json!({ "version": 5, "reason": "改由他人承辦。" }), samples::REVIEWER);
    let other = json!({
        "version": 6,
        "handler": person(samples::SECOND_HANDLER),
        "reviewer": person(samples::REVIEWER),
    });
    send("assign", 93, &other, samples::DISPATCHER);
    // The answer to the proposal was lost, and the handler's program asks again.
    assert_eq!(send("propose", 91, &proposal, samples::HANDLER)["replayed"], true);
}

#[test]
fn a_request_id_used_for_something_else_is_refused() {
    let rig = Rig::at(Stage::Received);
    let case = sample_case();
    rig.send(
        &command(format!("/api/work/{case}/accept"), 90, &json!({ "version": 1 })).by(samples::DISPATCHER),
    );
    let before = rig.world.store.snapshot();
    let others = [
        command(format!("/api/work/{case}/accept"), 90, &json!({ "version": 2 })),
        command(format!("/api/work/{case}/assign"), 90, &assignment(2)),
        // The id with which the applicant filed the case.
        command(format!("/api/work/{case}/assign"), 1, &assignment(2)),
    ];
    for ask in others {
        let reply = rig.send(&ask.by(samples::DISPATCHER));
        assert_eq!((reply.status, &reply.json()["code"]), (422, &json!("REQUEST_REUSED")), "{reply:?}");
    }
    assert_eq!(rig.world.store.snapshot(), before);
}

#[test]
fn somebody_without_the_role_or_twice_the_same_is_not_assigned() {
    let rig = Rig::at(Stage::Received);
    let path = format!("/api/work/{}/assign", sample_case());
    let (handler, reviewer) = (person(samples::HANDLER), person(samples::REVIEWER));
    let table = [
        (reviewer.clone(), reviewer.clone(), "NOT_IN_ROLE"),
        (handler.clone(), handler.clone(), "NOT_IN_ROLE"),
        (handler.clone(), person("nobody-at-all"), "NOT_IN_ROLE"),
        // A handler, but of another agency.
        (person("economy-handler"), reviewer, "NOT_IN_ROLE"),
    ];
    for (number, (handler, reviewer, code)) in (90..).zip(table) {
        let body = json!({ "version": 1, "handler": handler, "reviewer": reviewer });
        let reply = rig.send(&command(&path, number, &body).by(samples::DISPATCHER));
        assert_eq!((reply.status, &reply.json()["code"]), (422, &json!(code)), "{reply:?}");
    }
}

#[test]
fn one_person_with_both_roles_is_not_handler_and_reviewer_of_one_case() {
    let rig = Rig::new();
    let mut staff = samples::import().staff;
    let both = staff.iter_mut().find(|staff| staff.subject == samples::HANDLER).unwrap();
    both.roles.push(platform::codec::AsText(domain::agency::Role::Reviewer));
    let import = platform::catalogue::Import { staff, ..Default::default() };
    rig.now(async {
        platform::catalogue::import(&*rig.world.store, import, samples::PROVIDER, samples::today())
            .await
            .unwrap();
    });
    rig.put(&samples::record(Stage::Received));
    let handler = person(samples::HANDLER);
    let body = json!({ "version": 1, "handler": handler, "reviewer": handler });
    let path = format!("/api/work/{}/assign", sample_case());
    let reply = rig.send(&command(path, 90, &body).by(samples::DISPATCHER));
    assert_eq!((reply.status, &reply.json()["code"]), (422, &json!("SAME_PERSON")));
}

#[test]
fn trouble_of_the_store_is_told_as_try_again_and_the_same_request_then_works() {
    for act in [Act::FailBefore, Act::FailAfter] {
        let rig = Rig::at(Stage::Received);
        let path = format!("/api/work/{}/accept", sample_case());
        let ask = command(path, 90, &json!({ "version": 1 })).by(samples::DISPATCHER);
        rig.world.gate.follow(move |_, site| if site == Site::StoreWrite { act } else { Act::Pass });
        let reply = rig.send(&ask);
        assert_eq!((reply.status, &reply.json()["code"]), (503, &json!("TRY_AGAIN")), "{reply:?}");
        rig.world.gate.open();
        let reply = rig.send(&ask);
        assert_eq!((reply.status, &reply.json()["version"]), (200, &json!(2)), "{reply:?}");
    }
}
