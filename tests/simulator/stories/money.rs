//! Flows of money: paying, being found to have paid, paying twice, paying late, and money that goes back.

use domain::id::CaseId;
use domain::payment::RefundState;
use domain::payment::standing::FeeStatus;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::samples::{ACCOUNTANT, CASHIER, HANDLER, PAID_PARK};

use super::{assign, done, filed, officer, paid_park_answers, version};
use crate::city::City;
use crate::people::{Asking, Wish};

const FEE: u32 = 300;
/// What the rules keep after a withdrawal, in the story of one.
const RETAINED: u32 = 200;

/// A case that is assigned, with a fee that the officers told the applicant of.
fn with_fee(city: &mut City, retained: u32) -> CaseId {
    let case = filed(city);
    assign(city, case, 1);
    let seen = version(city, case);
    let fee = json!({ "version": seen, "amount": FEE, "retained": retained, "reason": "依收費標準。" });
    done(&officer(city, HANDLER, 200, case, "set_fee", fee));
    case
}

/// The applicant sets out to pay; gives the page of the bank.
fn sets_out(city: &mut City, case: CaseId, number: u64) -> String {
    let begun = city.ask(&Asking::new("applicant", number, Wish::Pay { case }));
    assert!(begun.is_success(), "{}", begun.body);
    city.settle();
    begun.body["start"]["url"].as_str().expect("a page of the bank").to_owned()
}

/// The payer pays, and the bank calls.
fn pays(city: &mut City, page: &str) {
    assert!(city.world.bank.pay_on(page), "the page is there");
    city.calls(page, city.now());
    city.settle();
}

/// Lets time pass, with the schedules of each minute, until the window shows this status.
fn comes(city: &mut City, case: CaseId, wanted: FeeStatus) {
    for _ in 0..90 {
        city.settle();
        if city.case(case).ledger.standing().status == wanted {
            return;
        }
        minute(city);
    }
    panic!("never {wanted:?}: {:?}", city.case(case).ledger.standing());
}

/// What runs by itself in a minute, where there is something for it.
fn minute(city: &mut City) {
    city.world.ambient.advance(SignedDuration::from_mins(1));
    city.sweep();
    if city.asks_at().is_some_and(|at| at <= city.now()) {
        city.reconcile();
    }
}

/// What the window shows the applicant of their money.
fn fees(city: &mut City, case: CaseId, number: u64) -> Value {
    city.ask(&Asking::new("applicant", number, Wish::Fees { case })).body
}

/// The fee is due with the application, and its clock waits for it.
pub(super) fn paid_at_once(city: &mut City) {
    let answers = paid_park_answers();
    let filed = city.ask(&Asking::new("applicant", 1, Wish::Apply { item: PAID_PARK, answers }));
    let case = filed.case().expect("a case number");
    city.settle();
    assert_eq!(city.case(case).due_day(), None, "the clock waits");
    city.world.ambient.advance(SignedDuration::from_hours(24));
    let page = sets_out(city, case, 210);
    pays(city, &page);
    comes(city, case, FeeStatus::Posted);
    assert!(city.case(case).due_day().is_some(), "the clock runs");
}

pub(super) fn paid_on_notice(city: &mut City) {
    let case = with_fee(city, 0);
    let page = sets_out(city, case, 210);
    pays(city, &page);
    comes(city, case, FeeStatus::Posted);
    let shown = fees(city, case, 211);
    assert_eq!(shown["receipts"].as_array().map(Vec::len), Some(1), "{shown}");
    assert_eq!((&shown["posted"], &shown["outstanding"]), (&json!(FEE), &json!(0)), "{shown}");
}

/// The callback never comes. Meanwhile the fee that the window does not show is no ground of refusal.
pub(super) fn found_by_asking(city: &mut City) {
    let case = with_fee(city, 0);
    let page = sets_out(city, case, 210);
    assert!(city.world.bank.pay_on(&page));
    let seen = version(city, case);
    let refusal = json!({
        "version": seen, "outcome": "reject", "ground": "fee_not_posted", "reason": "請另案申請。",
    });
    let refused = officer(city, HANDLER, 220, case, "propose", refusal);
    assert_eq!(refused.body["code"], "FEE_IS_NO_GROUND", "{}", refused.body);
    city.world.ambient.advance(SignedDuration::from_mins(9));
    comes(city, case, FeeStatus::Posted);
}

/// Nobody pays. The bank is asked at its times, until what it says is the last word.
pub(super) fn never_paid(city: &mut City) {
    let case = with_fee(city, 0);
    sets_out(city, case, 210);
}

/// Two attempts are begun, and both are paid; the second payment goes back.
pub(super) fn paid_twice(city: &mut City) {
    let case = with_fee(city, 0);
    let (first, second) = (sets_out(city, case, 210), sets_out(city, case, 211));
    pays(city, &first);
    pays(city, &second);
    comes(city, case, FeeStatus::Overpaid);
    goes_back(city, case, &second, FEE, "overpaid");
}

/// Paid after the withdrawal: what the fee rules do not keep goes back.
pub(super) fn paid_late(city: &mut City) {
    let case = with_fee(city, RETAINED);
    let page = sets_out(city, case, 210);
    let seen = version(city, case);
    done(&city.ask(&Asking::new("applicant", 211, Wish::Withdraw { case, version: seen })));
    city.settle();
    pays(city, &page);
    comes(city, case, FeeStatus::Overpaid);
    goes_back(city, case, &page, FEE - RETAINED, "withdrawn");
}

/// A refund on its whole way: asked for, the applicant contacted, proven, accepted by another officer,
/// sent, and paid back by the bank.
fn goes_back(city: &mut City, case: CaseId, page: &str, amount: u32, ground: &'static str) {
    let trade_no = page.rsplit('/').next().expect("an id of the bank").to_owned();
    let asked = Wish::AskBack { case, trade_no, amount, ground };
    let asked = city.ask(&Asking::new("applicant", 230, asked));
    assert!(asked.is_success(), "{}", asked.body);
    let refund = u32::try_from(asked.body["refund"].as_u64().expect("a number")).expect("a small one");
    let accept = json!({ "refund": refund, "rate": "0.0172" });
    let early = step(city, ACCOUNTANT, 231, case, "accept_refund", accept.clone());
    assert_eq!(early.body["code"], "REFUND_INCOMPLETE", "{}", early.body);
    let contact = json!({ "refund": refund, "when": city.now(), "how": "telephone", "result": "將補證明。" });
    done(&step(city, CASHIER, 232, case, "log_contact", contact));
    let proven = city.ask(&Asking::new("applicant", 233, Wish::Prove { case, refund }));
    assert!(proven.is_success(), "{}", proven.body);
    let alone = step(city, CASHIER, 234, case, "accept_refund", accept.clone());
    assert_eq!(alone.body["code"], "FORBIDDEN", "{}", alone.body);
    done(&step(city, ACCOUNTANT, 235, case, "accept_refund", accept));
    let sent = json!({ "refund": refund, "route": "provider" });
    done(&step(city, CASHIER, 236, case, "submit_refund", sent));
    is_paid_back(city, case, refund);
}

/// A command of an officer on the version of the case that stands there.
fn step(
    city: &mut City,
    subject: &str,
    number: u64,
    case: CaseId,
    command: &'static str,
    mut body: Value,
) -> crate::people::Answered {
    body["version"] = json!(version(city, case));
    officer(city, subject, number, case, command, body)
}

/// The bank pays back. Where what came of it is not known within half an hour, a cashier looks it up.
fn is_paid_back(city: &mut City, case: CaseId, refund: u32) {
    for minutes in 0..60 {
        let ended = |state| matches!(state, RefundState::Settled | RefundState::Failed);
        if city.case(case).ledger.refund(refund).is_some_and(|file| ended(file.state)) {
            return;
        }
        minute(city);
        city.settle();
        if minutes > 30 {
            city.look_up(case, 240);
        }
    }
    panic!("nobody knows what became of the refund");
}
