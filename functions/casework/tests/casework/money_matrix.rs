//! Everybody tries everything with the money of a case, whatever there is of it. What must come out is
//! written down here a second time.

use serde_json::{Value, json};
use testkit::samples::{self, Funds, trade_no};

use crate::rig::{
    self, APPLICANT, EVERYBODY, FOREIGNER, NOBODY, Rig, command, get, sample_case, version_with,
};

pub const COMMANDS: [&str; 10] = [
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

/// A sound body of each command.
pub fn body(command: &str, version: u32) -> Value {
    let mut body = match command {
        "set_fee" => json!({ "amount": 400, "reason": "加計保證金。" }),
        "apply_suspense" => json!({
            "provider": "ecpay_aio", "trade_no": trade_no(1), "amount": 200, "reason": "申請人同意抵繳。",
        }),
        "record_dispute" => json!({
            "provider": "ecpay_aio", "dispute": "D-17", "amount": 100, "state": "opened", "evidence": "業者來函。",
        }),
        "check_off" => json!({ "flag": "chargeback_lost", "finding": "已另行追繳。" }),
        "request_refund" => json!({
            "provider": "ecpay_aio", "trade_no": trade_no(1), "amount": 100, "ground": "per_item", "reason": "重複繳費。",
        }),
        "log_contact" => json!({
            "refund": 1, "when": "2026-11-19T02:00:00Z", "how": "telephone", "result": "將補證明。",
        }),
        "accept_refund" => json!({ "refund": 1, "rate": "0.0172" }),
        "decline_refund" => json!({ "refund": 1, "reason": "非本案繳費。" }),
        "submit_refund" => json!({ "refund": 1, "route": "provider" }),
        _ => json!({ "refund": 1, "state": "settled", "reference": "RF-1" }),
    };
    body["version"] = json!(version);
    body
}

/// The fields of its form.
pub fn fields(command: &str) -> Vec<(&'static str, &'static str)> {
    match command {
        "set_fee" => vec![("amount", "400"), ("retained", ""), ("reason", "加計保證金。")],
        "apply_suspense" => {
            vec![("payment", "200:ecpay_aio:26111900000001"), ("reason", "申請人同意抵繳。")]
        }
        "record_dispute" => vec![
            ("provider", "ecpay_aio"),
            ("dispute", "D-17"),
            ("amount", "100"),
            ("state", "opened"),
            ("evidence", "業者來函。"),
        ],
        "check_off" => vec![("flag", "chargeback_lost"), ("finding", "已另行追繳。")],
        "request_refund" => vec![
            ("payment", "ecpay_aio:26111900000001"),
            ("amount", "100"),
            ("ground", "per_item"),
            ("reason", "重複繳費。"),
        ],
        "log_contact" => vec![
            ("refund", "1"),
            ("when", "2026-11-19T10:00"),
            ("how", "telephone"),
            ("result", "將補證明。"),
        ],
        "accept_refund" => vec![("refund", "1"), ("rate", "0.0172")],
        "decline_refund" => vec![("refund", "1"), ("reason", "非本案繳費。")],
        "submit_refund" => vec![("refund", "1"), ("route", "provider"), ("reference", "")],
        "record_payout" => vec![("refund", "1"), ("state", "settled"), ("reference", "RF-1")],
        _ => Vec::new(),
    }
}

/// The status of the API.
fn expected(who: &str, command: &str, funds: Funds) -> u16 {
    use Funds as F;

    let handles = who == samples::HANDLER && command == "set_fee";
    let decides = ["accept_refund", "decline_refund"].contains(&command);
    let in_charge = if decides { who == samples::ACCOUNTANT } else { who == samples::CASHIER || handles };
    let open = matches!(funds, F::Asked | F::Contacted | F::Proven);
    let timely = match command {
        "set_fee" => true,
        "apply_suspense" => funds == F::InSuspense,
        "record_dispute" => funds >= F::Partial,
        "check_off" => funds == F::ChargedBack,
        "request_refund" => open || matches!(funds, F::RefundDue | F::Overpaid),
        "log_contact" | "accept_refund" => open,
        // Also what was agreed to and not sent.
        "decline_refund" => open || funds == F::Accepted,
        "submit_refund" => funds == F::Accepted,
        _ => funds == F::Submitted,
    };
    match who {
        NOBODY => 401,
        APPLICANT => 403,
        FOREIGNER => 404,
        _ if !in_charge => 403,
        _ if !timely => 409,
        // No contact, or no proof.
        _ if command == "accept_refund" && funds != F::Proven => 422,
        _ => 200,
    }
}

#[test]
fn everybody_tries_every_command_on_any_money() {
    let case = sample_case();
    for funds in Funds::ALL {
        for who in EVERYBODY {
            for name in COMMANDS {
                let rig = Rig::with(funds);
                let before = rig.world.store.snapshot();
                let body = body(name, version_with(funds));
                let reply = rig.send(&command(format!("/api/work/{case}/{name}"), 900, &body).by(who));
                let expected = expected(who, name, funds);
                assert_eq!(reply.status, expected, "{who} {name} {funds:?}: {reply:?}");
                let changed = rig.world.store.snapshot() != before;
                assert_eq!(changed, expected == 200, "{who} {name} {funds:?} changed the store");
            }
        }
    }
}

#[test]
fn everybody_tries_every_form_on_any_money() {
    let case = sample_case();
    for funds in Funds::ALL {
        let version = version_with(funds).to_string();
        for who in EVERYBODY {
            for name in COMMANDS {
                let rig = Rig::with(funds);
                let before = rig.world.store.snapshot();
                let (csrf, request) = (rig::csrf(who), samples::request(900).id.to_string());
                let mut fields = fields(name);
                fields.extend([("csrf", &*csrf), ("request", &*request), ("version", &*version)]);
                let reply = rig.send(&rig::post(format!("/work/{case}/{name}"), &fields).by(who));
                let expected = match expected(who, name, funds) {
                    200 | 401 => 303,
                    other => other,
                };
                assert_eq!(reply.status, expected, "{who} {name} {funds:?}: {reply:?}");
                let changed = rig.world.store.snapshot() != before;
                assert_eq!(changed, expected == 303 && who != NOBODY, "{who} {name} {funds:?}");
            }
        }
    }
}

/// Only what is allowed is offered, and everything that is allowed.
#[test]
fn the_page_offers_what_the_commands_accept() {
    let case = sample_case();
    for funds in Funds::ALL {
        let rig = Rig::with(funds);
        for who in EVERYBODY {
            let page = rig.send(&get(format!("/work/{case}")).by(who));
            if page.status != 200 {
                continue;
            }
            for name in COMMANDS {
                let offered = page.body.contains(&format!("action=\"/work/{case}/{name}\""));
                // What was paid out can still come back.
                let comes_back = (who, name, funds) == (samples::CASHIER, "record_payout", Funds::Settled);
                let accepted = comes_back || expected(who, name, funds) == 200;
                assert_eq!(offered, accepted, "{who} {name} {funds:?}");
            }
        }
    }
}
