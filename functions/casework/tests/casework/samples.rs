//! The sample invocations are answered as they stand.

use lambda_http::request::from_str;
use testkit::faults::run;
use testkit::samples::{Funds, Stage};

use crate::rig::{Rig, reply, sample_case};

pub const QUEUE: &str = include_str!("../../../../events/casework/queue.json");
const CASE: &str = include_str!("../../../../events/casework/case.json");
const ASSIGN: &str = include_str!("../../../../events/casework/assign.json");
const PROPOSE: &str = include_str!("../../../../events/casework/api-propose.json");
const QUERY_REGISTER: &str = include_str!("../../../../events/casework/api-query-register.json");
const RECTIFY: &str = include_str!("../../../../events/casework/api-rectify.json");
const REQUEST_CORRECTION: &str = include_str!("../../../../events/casework/api-request-correction.json");

const MONEY: &str = include_str!("../../../../events/casework/money.json");
const SET_FEE: &str = include_str!("../../../../events/casework/set-fee.json");
const REQUEST_REFUND: &str = include_str!("../../../../events/casework/api-request-refund.json");

fn check(sample: &str, rig: &Rig, status: u16, told: &str) {
    let request = from_str(sample).unwrap();
    let reply = reply(&run(&rig.world.gate, casework::handle(&rig.app, request)).unwrap());
    assert_eq!(reply.status, status, "{reply:?}");
    assert!(format!("{} {}", reply.location, reply.body).contains(told), "{reply:?}");
}

#[test]
fn every_sample_is_answered() {
    let case = sample_case();
    check(QUEUE, &Rig::at(Stage::Received), 200, &case);
    check(CASE, &Rig::at(Stage::Assigned), 200, &case);
    check(ASSIGN, &Rig::at(Stage::Received), 303, &format!("/work/{case}?done=assign"));
    check(PROPOSE, &Rig::at(Stage::Assigned), 200, "awaiting_approval");
    check(QUERY_REGISTER, &Rig::at(Stage::Assigned), 200, "sha256");
    check(RECTIFY, &Rig::at(Stage::Approved), 200, "approved");
    check(REQUEST_CORRECTION, &Rig::at(Stage::Assigned), 200, "under_correction");
    check(MONEY, &Rig::with(Funds::InSuspense), 200, &case);
    check(SET_FEE, &Rig::at(Stage::Assigned), 303, &format!("/work/{case}?done=set_fee"));
    check(REQUEST_REFUND, &Rig::with(Funds::Overpaid), 200, "log_contact");
}
