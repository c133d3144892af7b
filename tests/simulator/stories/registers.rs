//! Documents that nobody brings: looked up by the handler, with a register that is down at first, and by an
//! agency that is asked; and a look of whoever keeps the window.

use serde_json::json;
use testkit::registers::Reaction;
use testkit::samples::{HANDLER, KEEPER};

use super::reviews::{POLICE, filed, question};
use super::{approve, assign, done, officer, propose, version};
use crate::city::City;

pub fn looked_up(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    let body = || json!({ "document": "registration" });
    city.world.registers.react(Reaction::SilentOnce);
    done(&officer(city, HANDLER, 150, case, "query_register", body()));
    let seen = version(city, case);
    let asked = json!({ "version": seen, "reviews": [question("police")] });
    done(&officer(city, HANDLER, 151, case, "request_review", asked));
    done(&officer(city, POLICE, 152, case, "query_register", body()));
    let answer = json!({ "asked": seen + 1, "opinion": "agree" });
    done(&officer(city, POLICE, 153, case, "answer_review", answer));
    assert_eq!(officer(city, POLICE, 154, case, "query_register", body()).status, 409, "after its answer");
    let looked = json!({ "reason": "通報 INC-17，須查看紀錄。" });
    done(&officer(city, KEEPER, 155, case, "break_glass", looked));
    let seen = version(city, case);
    propose(city, case, seen, "approve");
    approve(city, case, seen + 1);
}
