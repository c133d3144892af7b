//! What people file, and what officers make of it, in season and out of it.

use domain::taipei;
use serde_json::{Value, json};
use testkit::samples::{
    self, DISPATCHER, HANDLER, JOINT, PAID_PARK, PARK, REVIEWER, SECOND_DISPATCHER, SECOND_HANDLER,
};

use crate::schedule::Schedule;
use crate::stories;

impl Schedule {
    pub(super) fn application(&mut self) -> (&'static str, Value) {
        match self.random.below(24) {
            0 => (PARK, json!({ "people": "many" })),
            1..6 => (PAID_PARK, stories::paid_park_answers()),
            20.. => (JOINT, json!({ "place": "大安森林公園" })),
            _ => (PARK, stories::park_answers()),
        }
    }

    pub(super) fn command(&mut self, version: u64) -> (&'static str, &'static str, Value) {
        let dispatcher = if self.random.chance(500) { DISPATCHER } else { SECOND_DISPATCHER };
        let bare = json!({ "version": version });
        let today = taipei::day_of(self.city.now());
        match self.random.below(130) {
            100..112 => (HANDLER, "request_correction", samples::correction_body(version, 3)),
            112..116 => {
                (REVIEWER, "extend", json!({ "version": version, "amount": 2, "reason": "須會勘。" }))
            }
            116..120 => (
                REVIEWER,
                "stop",
                json!({
                    "version": version, "cause": "not_attributable", "from": today, "until": today,
                    "reason": "停電。",
                }),
            ),
            120..122 => {
                (HANDLER, "extend_correction", json!({ "version": version, "days": 2, "reason": "同意。" }))
            }
            122 => (HANDLER, "decline_more_time", json!({ "version": version, "reason": "已足夠。" })),
            123 => (HANDLER, "answer_correction", json!({ "version": version, "arrived_on": today })),
            124..130 => (REVIEWER, "resume", json!({ "version": version, "last": today })),
            0..10 => (dispatcher, "accept", bare),
            10..35 => {
                let mut body = stories::assignment(version);
                if self.random.chance(200) {
                    body["handler"] = json!(samples::person(SECOND_HANDLER).to_string());
                }
                (dispatcher, "assign", body)
            }
            35..60 => {
                let outcome = if self.random.chance(700) { "approve" } else { "reject" };
                (HANDLER, "propose", samples::proposal_body(version, outcome, "依規定。"))
            }
            60..80 => (REVIEWER, "approve", bare),
            80..92 => (REVIEWER, "return", json!({ "version": version, "reason": "請再查證。" })),
            92..96 => (SECOND_HANDLER, "propose", json!({ "version": version, "outcome": "approve" })),
            _ => (HANDLER, "approve", bare),
        }
    }
}
