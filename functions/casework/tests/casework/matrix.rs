//! Everybody tries everything in every state. What must come out is written down here a second
//! time, in other words than the product's, so that a slip in either shows.

use serde_json::json;
use testkit::samples::{self, Stage};

use crate::rig::{self, APPLICANT, EVERYBODY, FOREIGNER, NOBODY, Rig, command, get, person, sample_case};

const COMMANDS: [&str; 5] = ["accept", "assign", "propose", "approve", "return"];

fn dispatches(who: &str) -> bool {
    [samples::DISPATCHER, samples::SECOND_DISPATCHER].contains(&who)
}

/// Whether the sample case is assigned, to the handler and the reviewer of the samples.
fn is_assigned(stage: Stage) -> bool {
    !matches!(stage, Stage::Received | Stage::Accepted | Stage::Withdrawn)
}

fn in_charge(who: &str, command: &str, stage: Stage) -> bool {
    match command {
        "accept" | "assign" => dispatches(who),
        "propose" => who == samples::HANDLER && is_assigned(stage),
        "approve" | "return" => who == samples::REVIEWER && is_assigned(stage),
        _ => {
            dispatches(who)
                || who == samples::RESEARCH
                || [samples::HANDLER, samples::REVIEWER].contains(&who) && is_assigned(stage)
        }
    }
}

fn timely(command: &str, stage: Stage) -> bool {
    let with_handler = matches!(stage, Stage::Assigned | Stage::Returned | Stage::Reminded | Stage::Overdue);
    match command {
        "accept" => stage == Stage::Received,
        "assign" => with_handler || matches!(stage, Stage::Received | Stage::Accepted),
        "propose" => with_handler,
        "approve" | "return" => stage == Stage::AwaitingApproval,
        _ => true,
    }
}

/// The status of the API.
fn expected(who: &str, command: &str, stage: Stage) -> u16 {
    match who {
        NOBODY => 401,
        APPLICANT => 403,
        FOREIGNER => 404,
        _ if !in_charge(who, command, stage) => 403,
        _ if !timely(command, stage) => 409,
        _ => 200,
    }
}

fn body(command: &str, version: u32) -> serde_json::Value {
    match command {
        "assign" => json!({
            "version": version,
            "handler": person(samples::SECOND_HANDLER),
            "reviewer": person(samples::REVIEWER),
        }),
        "propose" => json!({ "version": version, "outcome": "reject", "reason": "不符規定。" }),
        "return" => json!({ "version": version, "reason": "請再研議。" }),
        _ => json!({ "version": version }),
    }
}

#[test]
fn everybody_tries_every_command_in_every_state() {
    let case = sample_case();
    let mut tried = 0;
    for stage in Stage::ALL {
        let version = samples::case(stage).version.0;
        for who in EVERYBODY {
            for name in COMMANDS {
                let rig = Rig::at(stage);
                let before = rig.world.store.snapshot();
                let ask = command(format!("/api/work/{case}/{name}"), 900, &body(name, version)).by(who);
                let reply = rig.send(&ask);
                let expected = expected(who, name, stage);
                assert_eq!(reply.status, expected, "{who} {name} {stage:?}: {reply:?}");
                let changed = rig.world.store.snapshot() != before;
                assert_eq!(changed, expected == 200, "{who} {name} {stage:?} changed the store");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 500);
}

#[test]
fn everybody_tries_every_form_in_every_state() {
    let case = sample_case();
    for stage in Stage::ALL {
        let version = samples::case(stage).version.0.to_string();
        for who in EVERYBODY {
            for name in COMMANDS {
                let rig = Rig::at(stage);
                let before = rig.world.store.snapshot();
                let request = samples::request(900).id.to_string();
                let (csrf, handler, reviewer) =
                    (rig::csrf(who), person(samples::SECOND_HANDLER), person(samples::REVIEWER));
                let mut fields = vec![
                    ("csrf", csrf.as_str()),
                    ("request", request.as_str()),
                    ("version", version.as_str()),
                ];
                match name {
                    "assign" => {
                        fields.extend([("handler", handler.as_str()), ("reviewer", reviewer.as_str())]);
                    }
                    "propose" => fields.extend([("outcome", "reject"), ("reason", "不符規定。")]),
                    "return" => fields.push(("reason", "請再研議。")),
                    _ => {}
                }
                let reply = rig.send(&rig::post(format!("/work/{case}/{name}"), &fields).by(who));
                let expected = match expected(who, name, stage) {
                    200 | 401 => 303,
                    other => other,
                };
                assert_eq!(reply.status, expected, "{who} {name} {stage:?}: {reply:?}");
                assert_eq!(reply.location.starts_with("/sign-in"), who == NOBODY, "{reply:?}");
                let changed = rig.world.store.snapshot() != before;
                assert_eq!(changed, expected == 303 && who != NOBODY, "{who} {name} {stage:?}");
            }
        }
    }
}

#[test]
fn everybody_reads_in_every_state() {
    let case = sample_case();
    for stage in Stage::ALL {
        for who in EVERYBODY {
            let rig = Rig::at(stage);
            let expected = expected(who, "read", stage);
            let api = rig.send(&get(format!("/api/work/{case}")).by(who));
            assert_eq!(api.status, expected, "{who} {stage:?}: {api:?}");
            let page = rig.send(&get(format!("/work/{case}")).by(who));
            let expected = if expected == 401 { 303 } else { expected };
            assert_eq!(page.status, expected, "{who} {stage:?}: {page:?}");
        }
    }
}

/// Only what is allowed is offered, and everything that is allowed.
#[test]
fn the_page_offers_what_the_commands_accept() {
    let case = sample_case();
    for stage in Stage::ALL {
        for who in EVERYBODY {
            let rig = Rig::at(stage);
            let page = rig.send(&get(format!("/work/{case}")).by(who));
            if page.status != 200 {
                continue;
            }
            for name in COMMANDS {
                let offered = page.body.contains(&format!("action=\"/work/{case}/{name}\""));
                assert_eq!(offered, expected(who, name, stage) == 200, "{who} {name} {stage:?}");
            }
        }
    }
}

#[test]
fn lists_are_for_officers() {
    for who in EVERYBODY {
        let rig = Rig::at(Stage::Received);
        let (page, api) = match who {
            NOBODY => (303, 401),
            APPLICANT => (403, 403),
            _ => (200, 200),
        };
        assert_eq!(rig.send(&get("/work").by(who)).status, page, "{who}");
        assert_eq!(rig.send(&get("/api/work").by(who)).status, api, "{who}");
    }
}
