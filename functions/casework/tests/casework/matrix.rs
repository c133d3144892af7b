//! Everybody tries everything in every state. What must come out is written down here a second
//! time, in other words than the product's, so that a slip in either shows.

use serde_json::json;
use testkit::samples::{self, Stage};

use crate::money_matrix;
use crate::rig::{self, APPLICANT, EVERYBODY, FOREIGNER, NOBODY, Rig, command, get, person, sample_case};

const COMMANDS: [&str; 31] = [
    "break_glass",
    "accept",
    "assign",
    "request_review",
    "drop_review",
    "query_register",
    "propose",
    "approve",
    "return",
    "request_correction",
    "answer_correction",
    "extend_correction",
    "decline_more_time",
    "record_arrival",
    "record_service",
    "extend",
    "add_time",
    "stop",
    "resume",
    "hand_over",
    "rectify",
    "set_fee",
    "apply_suspense",
    "record_dispute",
    "check_off",
    "request_refund",
    "log_contact",
    "accept_refund",
    "decline_refund",
    "submit_refund",
    "record_payout",
];

fn dispatches(who: &str) -> bool {
    [samples::DISPATCHER, samples::SECOND_DISPATCHER].contains(&who)
}

/// Whether the sample case is assigned, to the handler and the reviewer of the samples.
fn is_assigned(stage: Stage) -> bool {
    !is_new(stage) && !matches!(stage, Stage::Accepted | Stage::Withdrawn)
}

/// Nobody has it yet, whatever its clock waits for.
const fn is_new(stage: Stage) -> bool {
    matches!(stage, Stage::Received | Stage::AwaitingPayment | Stage::AwaitingMaterials)
}

fn in_charge(who: &str, command: &str, stage: Stage) -> bool {
    match command {
        // Nobody of the agency, whatever they do there.
        "break_glass" => false,
        "accept" | "assign" => dispatches(who),
        "request_review" | "drop_review" | "query_register" | "propose" | "request_correction"
        | "answer_correction" | "extend_correction" | "decline_more_time" => {
            who == samples::HANDLER && is_assigned(stage)
        }
        "record_arrival" | "record_service" | "hand_over" => {
            dispatches(who) || who == samples::HANDLER && is_assigned(stage)
        }
        "approve" | "return" | "extend" | "add_time" | "stop" | "resume" | "rectify" => {
            who == samples::REVIEWER && is_assigned(stage)
        }
        "set_fee" => who == samples::CASHIER || who == samples::HANDLER && is_assigned(stage),
        "accept_refund" | "decline_refund" => who == samples::ACCOUNTANT,
        "apply_suspense" | "record_dispute" | "check_off" | "request_refund" | "log_contact"
        | "submit_refund" | "record_payout" => who == samples::CASHIER,
        _ => {
            dispatches(who)
                || [samples::RESEARCH, samples::CASHIER, samples::ACCOUNTANT].contains(&who)
                || [samples::HANDLER, samples::REVIEWER].contains(&who) && is_assigned(stage)
        }
    }
}

fn timely(command: &str, stage: Stage) -> bool {
    let with_handler = matches!(
        stage,
        Stage::Assigned
            | Stage::Corrected
            | Stage::Reviewed
            | Stage::Returned
            | Stage::Reminded
            | Stage::Overdue
    );
    let in_review = stage == Stage::JointReview;
    let held = with_handler || in_review || matches!(stage, Stage::UnderCorrection | Stage::AwaitingApproval);
    match command {
        "accept" => is_new(stage),
        "assign" => with_handler || in_review || is_new(stage) || stage == Stage::Accepted,
        // Of the samples only these name other agencies.
        "request_review" => in_review || stage == Stage::Reviewed,
        "drop_review" => in_review,
        "propose" | "request_correction" => with_handler,
        "hand_over" => stage == Stage::AwaitingPickUp,
        "answer_correction" | "extend_correction" => stage == Stage::UnderCorrection,
        // The limit has run out.
        "extend" => held && stage != Stage::Overdue,
        "add_time" | "stop" | "set_fee" | "query_register" => held,
        "record_arrival" => stage == Stage::AwaitingMaterials,
        // Nobody asked for more time, no clock stands still, and no money came.
        "decline_more_time" | "resume" | "apply_suspense" | "record_dispute" | "check_off"
        | "request_refund" | "log_contact" | "accept_refund" | "decline_refund" | "submit_refund"
        | "record_payout" => false,
        "approve" | "return" => stage == Stage::AwaitingApproval,
        "rectify" => matches!(
            stage,
            Stage::AwaitingPickUp | Stage::Approved | Stage::Rejected | Stage::Notified | Stage::Closed
        ),
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
        // The item allows no days to be added.
        _ if command == "add_time" => 422,
        // The ledger has no notice yet.
        _ if command == "record_service" => 422,
        _ => 200,
    }
}

/// The day on which the record of `stage` ends.
fn today(stage: Stage) -> String {
    domain::taipei::day_of(samples::record(stage).last().unwrap().at).to_string()
}

/// The document that was issued in the record of `stage`, or one that is none.
fn issued(stage: Stage) -> String {
    let record = samples::record(stage);
    let decided = record.iter().find(|recorded| !recorded.event.issued().is_empty());
    decided.map_or(99, |decided| decided.id.seq.0).to_string()
}

fn body(command: &str, version: u32, stage: Stage) -> serde_json::Value {
    match command {
        "assign" => json!({
            "version": version,
            "handler": person(samples::SECOND_HANDLER),
            "reviewer": person(samples::REVIEWER),
        }),
        "propose" => samples::proposal_body(version.into(), "reject", "不符規定。"),
        "rectify" => {
            json!({ "version": version, "document": issued(stage), "wrong": "場地", "right": "公園場地" })
        }
        "request_review" => {
            json!({ "version": version, "reviews": [{ "agency": "economy", "question": "請表示意見。" }] })
        }
        "break_glass" => json!({ "reason": "通報 INC-17" }),
        "query_register" => json!({ "document": "registration" }),
        "drop_review" => json!({ "version": version, "agency": samples::ASKED, "reason": "逾期未復。" }),
        "return" => json!({ "version": version, "reason": "請再研議。" }),
        "request_correction" => samples::correction_body(version.into(), 7),
        "answer_correction" => json!({ "version": version, "answer": "", "arrived_on": today(stage) }),
        "extend_correction" => json!({ "version": version, "days": 3 }),
        "decline_more_time" => json!({ "version": version, "reason": "期間已足。" }),
        "record_arrival" => json!({ "version": version, "what": "seal", "arrived_on": today(stage) }),
        "record_service" => json!({
            "version": version, "notice": format!("{}_1_1", sample_case()), "means": "handed_over", "on": today(stage),
        }),
        "extend" => json!({ "version": version, "amount": 1, "reason": "須會勘。" }),
        "add_time" => json!({ "version": version, "days": 1, "reason": "須會外機關。" }),
        "stop" => {
            json!({ "version": version, "cause": "force_majeure", "from": today(stage), "reason": "颱風。" })
        }
        "resume" => json!({ "version": version, "last": today(stage) }),
        "hand_over" => json!({ "version": version, "received_by": "applicant" }),
        "accept" | "approve" => json!({ "version": version }),
        money => money_matrix::body(money, version),
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
                let ask =
                    command(format!("/api/work/{case}/{name}"), 900, &body(name, version, stage)).by(who);
                let reply = rig.send(&ask);
                let expected = expected(who, name, stage);
                assert_eq!(reply.status, expected, "{who} {name} {stage:?}: {reply:?}");
                let changed = rig.world.store.snapshot() != before;
                assert_eq!(changed, expected == 200, "{who} {name} {stage:?} changed the store");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, Stage::ALL.len() * EVERYBODY.len() * COMMANDS.len());
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
                let (today, document) = (today(stage), issued(stage));
                let first_notice = format!("{case}_1_1");
                let mut fields = vec![
                    ("csrf", csrf.as_str()),
                    ("request", request.as_str()),
                    ("version", version.as_str()),
                ];
                match name {
                    "break_glass" => {
                        fields.retain(|(name, _)| *name != "version");
                        fields.push(("reason", "通報 INC-17"));
                    }
                    "query_register" => {
                        fields.retain(|(name, _)| *name != "version");
                        fields.push(("document", "registration"));
                    }
                    "assign" => {
                        fields.extend([("handler", handler.as_str()), ("reviewer", reviewer.as_str())]);
                    }
                    "propose" => fields.extend(samples::proposal_form("reject", "不符規定。")),
                    "rectify" => fields.extend([
                        ("document", document.as_str()),
                        ("wrong", "場地"),
                        ("right", "公園場地"),
                        ("reason", ""),
                    ]),
                    "request_review" => fields.push(("question-economy", "請表示意見。")),
                    "drop_review" => {
                        fields.extend([("agency", samples::ASKED), ("reason", "逾期未復。")]);
                    }
                    "return" => fields.push(("reason", "請再研議。")),
                    "request_correction" => fields.extend([
                        ("what-other", "未附平面圖"),
                        ("provide-other", "平面圖一份"),
                        ("again", "補正後始發現。"),
                        ("days", "7"),
                    ]),
                    "answer_correction" => fields.push(("arrived_on", &today)),
                    "extend_correction" => fields.push(("days", "3")),
                    "decline_more_time" => fields.push(("reason", "期間已足。")),
                    "record_arrival" => fields.extend([("what", "seal"), ("arrived_on", &today)]),
                    "record_service" => fields.extend([
                        ("notice", first_notice.as_str()),
                        ("means", "handed_over"),
                        ("on", &today),
                        ("number", ""),
                        ("note", ""),
                    ]),
                    "extend" => fields.extend([("amount", "1"), ("reason", "須會勘。")]),
                    "add_time" => fields.extend([("days", "1"), ("reason", "須會外機關。")]),
                    "stop" => fields.extend([
                        ("cause", "force_majeure"),
                        ("from", &today),
                        ("until", ""),
                        ("reason", "颱風。"),
                    ]),
                    "resume" => fields.push(("last", &today)),
                    "hand_over" => fields.push(("received_by", "applicant")),
                    money => fields.extend(money_matrix::fields(money)),
                }
                let reply = rig.send(&rig::post(format!("/work/{case}/{name}"), &fields).by(who));
                let done = expected(who, name, stage) == 200;
                let expected = match expected(who, name, stage) {
                    // What a register says is shown at once, and nowhere else.
                    200 if name == "query_register" => 200,
                    200 | 401 => 303,
                    other => other,
                };
                assert_eq!(reply.status, expected, "{who} {name} {stage:?}: {reply:?}");
                assert_eq!(reply.location.starts_with("/sign-in"), who == NOBODY, "{reply:?}");
                let changed = rig.world.store.snapshot() != before;
                assert_eq!(changed, done, "{who} {name} {stage:?}");
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
