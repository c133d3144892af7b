//! The sample invocations are answered as they stand.

use lambda_http::request::from_str;
use testkit::faults::run;
use testkit::samples::Stage;

use crate::rig::{Rig, reply, sample_case};

pub const QUEUE: &str = include_str!("../../../../events/casework/queue.json");
const CASE: &str = include_str!("../../../../events/casework/case.json");
const ASSIGN: &str = include_str!("../../../../events/casework/assign.json");
const PROPOSE: &str = include_str!("../../../../events/casework/api-propose.json");

fn check(sample: &str, stage: Stage, status: u16, told: &str) {
    let rig = Rig::at(stage);
    let request = from_str(sample).unwrap();
    let reply = reply(&run(&rig.world.gate, casework::handle(&rig.app, request)).unwrap());
    assert_eq!(reply.status, status, "{reply:?}");
    assert!(format!("{} {}", reply.location, reply.body).contains(told), "{reply:?}");
}

#[test]
fn every_sample_is_answered() {
    let case = sample_case();
    check(QUEUE, Stage::Received, 200, &case);
    check(CASE, Stage::Assigned, 200, &case);
    check(ASSIGN, Stage::Received, 303, &format!("/work/{case}?done=assign"));
    check(PROPOSE, Stage::Assigned, 200, "awaiting_approval");
}
