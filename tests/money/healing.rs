//! What heals without a person: lost callbacks, closed browsers, weeks of silence.

use domain::command::Command;
use domain::payment::standing::{FeeStatus, Flag};
use serde_json::json;
use testkit::faults::Act;

use crate::rig::{FEE, Rig};

const DAY: u32 = 24 * 60;

#[test]
fn a_lost_callback_heals_by_asking() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.passes(2);
    rig.world.bank.pay(&order);
    rig.passes(15);
    assert_eq!((rig.standing().status, rig.events("payment_heard")), (FeeStatus::Posted, 1));
    // The callback comes after all, days later: the same word.
    rig.passes(2 * DAY);
    assert_eq!(rig.delivers(rig.request(&order)).unwrap().0, 200);
    rig.passes(3);
    assert_eq!((rig.standing().applied, rig.events("payment_heard")), (FEE, 1));
}

/// Every callback is lost, and the bank answers nothing, for a week.
#[test]
fn a_week_of_silence_heals_without_a_person() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.pay(&order);
    rig.world.bank.set_silent(true);
    rig.passes(7 * DAY);
    assert_eq!((rig.standing().status, rig.events("payment_expired")), (FeeStatus::Unpaid, 0));
    rig.world.bank.set_silent(false);
    rig.passes(DAY + 5);
    assert_eq!((rig.standing().status, rig.events("payment_heard")), (FeeStatus::Posted, 1));
}

#[test]
fn an_attempt_runs_out_only_when_the_provider_says_so_at_last() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.passes(60);
    assert_eq!(rig.events("payment_expired"), 0, "a notice may still be in transit");
    rig.passes(2 * DAY);
    assert_eq!(rig.events("payment_expired"), 1);
    assert_eq!(rig.invokes(json!({ "ageing": true }))["open"], json!([]));
    // Paid all the same, and told late: it counts.
    rig.world.bank.pay(&order);
    rig.delivers(rig.request(&order));
    rig.passes(3);
    let standing = rig.standing();
    assert_eq!(standing.status, FeeStatus::Posted);
    assert!(standing.flags.contains(&Flag::LateReceipt));
}

#[test]
fn a_failure_is_no_fate() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.fail(&order);
    rig.delivers(rig.request(&order));
    rig.passes(3);
    assert_eq!(rig.events("payment_failed"), 1);
    assert!(rig.loaded().ledger.open_attempts().next().is_some());
    rig.world.bank.pay(&order);
    rig.passes(60);
    assert_eq!(rig.standing().status, FeeStatus::Posted);
}

/// Whoever posted the payment could not settle its attempt, since somebody else was writing the row: the
/// next question finds that it is posted, and is the last.
#[test]
fn an_attempt_whose_payment_is_posted_is_asked_about_once_more_and_no_longer() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.pay(&order);
    rig.delivers(rig.request(&order));
    rig.passes(3);
    rig.forgets_to_settle(&order);
    assert_ne!(rig.invokes(json!({ "ageing": true }))["open"], json!([]));
    rig.passes(2);
    assert_eq!(rig.invokes(json!({ "ageing": true }))["open"], json!([]));
    assert_eq!((rig.standing().applied, rig.events("payment_heard")), (FEE, 1));
}

#[test]
fn money_after_a_withdrawal_becomes_a_refund_to_be_made() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    let applicant = Rig::applicant();
    rig.does(&applicant, &Command::Withdraw { reason: String::new() }).unwrap();
    rig.passes(1);
    rig.world.bank.pay(&order);
    rig.delivers(rig.request(&order));
    rig.passes(3);
    let standing = rig.standing();
    assert_eq!((standing.status, standing.refundable), (FeeStatus::RefundDue, FEE));
    assert!(standing.flags.contains(&Flag::PaidAfterCaseEnded));
    let told = rig.notices();
    assert_eq!(
        told.iter().filter(|kind| **kind == "refund_due").count(),
        2,
        "applicant and cashiers: {told:?}"
    );
}

#[test]
fn two_attempts_that_are_both_paid_are_one_payment_too_many() {
    let mut rig = Rig::new();
    let (first, second) = (rig.begins_to_pay(), rig.begins_to_pay());
    for order in [&first, &second] {
        rig.world.bank.pay(order);
        rig.delivers(rig.request(order));
    }
    rig.passes(3);
    let standing = rig.standing();
    assert_eq!((standing.status, standing.refundable), (FeeStatus::Overpaid, FEE));
    assert!(standing.flags.contains(&Flag::DuplicatePayment));
    rig.passes(3 * DAY);
    assert_eq!(rig.events("refund_requested"), 0, "nothing goes back by itself");
}

/// Killed before or after any call of what runs by itself, the payment is posted once all the same.
#[test]
fn every_crash_point_of_asking_and_posting_heals() {
    let mut points = 0;
    for act in [Act::CrashBefore, Act::CrashAfter, Act::FailBefore, Act::FailAfter] {
        for point in 1.. {
            let mut rig = Rig::new();
            let order = rig.begins_to_pay();
            rig.world.bank.pay(&order);
            // The first question is due after ten minutes.
            rig.passes(9);
            rig.world.gate.reset();
            let hit = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
            let mark = hit.clone();
            rig.world.gate.follow(move |number, _| {
                if number == point {
                    mark.store(true, std::sync::atomic::Ordering::Relaxed);
                    act
                } else {
                    Act::Pass
                }
            });
            rig.passes(4);
            rig.world.gate.open();
            rig.passes(35);
            assert_eq!((rig.standing().applied, rig.events("payment_heard")), (FEE, 1), "{act:?} at {point}");
            assert_eq!(rig.invokes(json!({ "ageing": true })), json!({ "open": [], "unposted": [] }));
            if !hit.load(std::sync::atomic::Ordering::Relaxed) {
                break;
            }
            points += 1;
            assert!(points < 2_000, "more calls than four minutes can have");
        }
    }
    assert!(points > 100, "{points}");
}
