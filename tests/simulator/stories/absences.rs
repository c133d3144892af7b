//! The handler is away: a deputy acts and is told, until the absence is ended.

use jiff::SignedDuration;
use serde_json::json;
use testkit::samples::{self, HANDLER, REVIEWER, SECOND_HANDLER};

use super::{approve, assign, done, filed, officer, propose};
use crate::city::City;
use crate::people::{Answered, Asking, Wish};

/// Until every session knows of it.
fn sessions(city: &mut City) {
    city.world.ambient.advance(SignedDuration::from_mins(5));
}

fn ask(city: &mut City, number: u64, wish: Wish) -> Asking {
    // What happened before happened before.
    city.world.ambient.advance(SignedDuration::from_mins(1));
    let asking = Asking::new(HANDLER, number, wish);
    done(&city.ask(&asking));
    sessions(city);
    asking
}

fn propose_as_deputy(city: &mut City, number: u64, case: domain::id::CaseId, version: u64) -> Answered {
    let body = samples::proposal_body(version, "approve", "依規定辦理。");
    officer(city, SECOND_HANDLER, number, case, "propose", body)
}

pub fn away(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    let refused = propose_as_deputy(city, 300, case, 2);
    assert_eq!(refused.status / 100, 4, "{}", refused.body);
    let from = domain::taipei::day_of(city.now());
    let away = ask(city, 301, Wish::Away { deputy: samples::person(SECOND_HANDLER), from });
    done(&propose_as_deputy(city, 302, case, 2));
    let body = json!({ "version": 3, "reason": "請再查證。" });
    done(&officer(city, REVIEWER, 303, case, "return", body));
    ask(city, 304, Wish::Back { from, id: away.id });
    let refused = propose_as_deputy(city, 305, case, 4);
    assert_eq!(refused.status / 100, 4, "{}", refused.body);
    propose(city, case, 4, "approve");
    approve(city, case, 5);
}
