//! Joint review: agencies asked at once and in order, late, and let go.

use domain::id::CaseId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::samples::{HANDLER, JOINT};

use super::{approve, assign, done, officer, propose, schedules, version};
use crate::city::City;
use crate::people::{Asking, Wish};

pub const ECONOMY: &str = "economy-handler";
pub const POLICE: &str = "police-handler";

pub fn question(agency: &str) -> Value {
    json!({ "agency": agency, "question": "請就場地使用表示意見。" })
}

pub fn filed(city: &mut City) -> CaseId {
    let wish = Wish::Apply { item: JOINT, answers: json!({ "place": "大安森林公園" }) };
    let answered = city.ask(&Asking::new("applicant", 1, wish));
    assert_eq!(answered.status / 100, 2, "{}", answered.body);
    city.settle();
    answered.case().expect("a case number")
}

fn answer(city: &mut City, subject: &str, number: u64, case: CaseId, asked: u64) -> u16 {
    let body = json!({ "asked": asked, "opinion": "conditions", "text": "請留設緊急通道。" });
    officer(city, subject, number, case, "answer_review", body).status
}

/// One after the other: the first answers, the second is late, and is let go.
pub fn one_is_late(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    let both =
        json!({ "version": 2, "reviews": [question("economy"), question("police")], "order": "sequential" });
    done(&officer(city, HANDLER, 140, case, "request_review", both));
    assert_eq!(answer(city, POLICE, 141, case, 3), 404, "answered before it was asked");
    assert_eq!(answer(city, ECONOMY, 142, case, 3), 200);
    // Two working days from Thursday: late on Tuesday.
    city.world.ambient.advance(SignedDuration::from_hours(24 * 5));
    schedules(city);
    let seen = version(city, case);
    let reason = json!({ "version": seen, "agency": "police", "reason": "逾期未復。" });
    done(&officer(city, HANDLER, 143, case, "drop_review", reason));
    assert_eq!(answer(city, POLICE, 144, case, 4), 404, "answered after it was let go");
    propose(city, case, seen + 1, "approve");
    approve(city, case, seen + 2);
}

/// Both at once; one answers, and the applicant withdraws before the other.
pub fn withdrawn(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    let both = json!({ "version": 2, "reviews": [question("economy"), question("police")] });
    done(&officer(city, HANDLER, 145, case, "request_review", both));
    assert_eq!(answer(city, POLICE, 146, case, 3), 200);
    let seen = version(city, case);
    done(&city.ask(&Asking::new("applicant", 147, Wish::Withdraw { case, version: seen })));
    city.settle();
    assert_eq!(answer(city, ECONOMY, 148, case, 3), 404, "of a case that ended");
}
