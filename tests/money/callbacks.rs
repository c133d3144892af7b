//! What a callback does, and what a bad one leaves.

use domain::money::Twd;
use domain::payment::standing::{FeeStatus, Flag};
use lambda_http::Body;
use platform::keys::Table;
use testkit::faults::{Act, Progress, poll};

use crate::rig::{FEE, Rig, request};

#[test]
fn a_payment_is_posted_once_with_all_that_follows() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    assert!(rig.world.bank.pay(&order));
    rig.world.gate.reset();
    assert_eq!(rig.delivers(rig.request(&order)), Some((200, String::new())));
    assert_eq!(rig.world.gate.calls(), 1, "a new callback is one call of the store");
    rig.world.gate.reset();
    assert_eq!(rig.delivers(rig.request(&order)), Some((200, String::new())));
    assert_eq!(rig.world.gate.calls(), 1, "and one heard before is one");
    rig.passes(3);
    let standing = rig.standing();
    assert_eq!((standing.status, standing.applied), (FeeStatus::Posted, FEE));
    assert_eq!(rig.events("payment_heard"), 1);
    assert_eq!(rig.notices().iter().filter(|kind| **kind == "fee_posted").count(), 1);
    // Nobody asks about it any more.
    let before = rig.events("payment_heard");
    rig.passes(60);
    assert_eq!(rig.events("payment_heard"), before);
    assert_eq!(rig.invokes(serde_json::json!({ "ageing": true }))["open"], serde_json::json!([]));
}

/// Fifty at once, each giving the others a turn before every call.
#[test]
fn the_same_callback_fifty_times_at_once_posts_once() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.pay(&order);
    rig.world.gate.interleave();
    let mut answers = Vec::new();
    {
        let mut processes: Vec<_> =
            (0..50).map(|_| Box::pin(payment_callback::handle(&rig.callback, rig.request(&order)))).collect();
        while !processes.is_empty() {
            processes.retain_mut(|process| match poll(&rig.world.gate, process.as_mut()) {
                Progress::Done(answer) => {
                    answers.push(answer.status().as_u16());
                    false
                }
                _ => true,
            });
        }
    }
    assert_eq!(answers, [200; 50]);
    rig.passes(3);
    assert_eq!((rig.events("payment_heard"), rig.standing().applied), (1, FEE));
    assert_eq!(rig.notices().iter().filter(|kind| **kind == "fee_posted").count(), 1);
}

#[test]
fn a_wrong_signature_is_refused_and_leaves_nothing() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.pay(&order);
    let (body, signature) = rig.world.bank.callback(&order).unwrap();
    let forged = [
        request(body.replace("300", "301").into(), &signature),
        request(body.clone().into(), &signature.replace(&signature[..2], "00")),
        request(body.into(), ""),
        request(Body::Empty, &signature),
        request(Body::Binary(vec![0xFF; 40]), &signature),
    ];
    let before = rig.world.store.rows(Table::Payments);
    for forged in forged {
        assert_eq!(rig.delivers(forged), Some((400, "refused".to_owned())));
    }
    let large = request("x".repeat(64 * 1024 + 1).into(), &signature);
    assert_eq!(rig.delivers(large), Some((413, "refused".to_owned())));
    assert_eq!(rig.world.store.rows(Table::Payments), before);
}

#[test]
fn the_bytes_are_verified_however_the_gateway_hands_them_over() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.pay(&order);
    let (body, signature) = rig.world.bank.callback(&order).unwrap();
    assert_eq!(rig.delivers(request(Body::Binary(body.into_bytes()), &signature)).unwrap().0, 200);
}

#[test]
fn nothing_is_acknowledged_that_is_not_kept() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.pay(&order);
    rig.world.gate.follow(|_, _| Act::FailBefore);
    assert_eq!(rig.delivers(rig.request(&order)), Some((503, "try again".to_owned())));
    // The write happened, and its answer was lost: the next one is acknowledged, and posts once.
    rig.world.gate.follow(|_, _| Act::FailAfter);
    assert_eq!(rig.delivers(rig.request(&order)).unwrap().0, 503);
    rig.world.gate.open();
    assert_eq!(rig.delivers(rig.request(&order)).unwrap().0, 200);
    rig.passes(3);
    assert_eq!((rig.events("payment_heard"), rig.standing().applied), (1, FEE));
}

#[test]
fn another_amount_than_was_asked_waits_in_suspense_and_is_seen() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.tamper(&order, 3);
    rig.world.bank.pay(&order);
    rig.delivers(rig.request(&order));
    rig.passes(3);
    let standing = rig.standing();
    assert_eq!((standing.status, standing.suspense), (FeeStatus::Unpaid, Twd(3)));
    assert!(standing.flags.contains(&Flag::AmountMismatch));
    assert!(rig.notices().contains(&"money_to_check"));
    assert!(rig.loaded().ledger.waits_since().is_some(), "it stands in the list of the cashiers");
}

/// An order that is none of ours, with a good signature: kept, acknowledged, and never dropped.
#[test]
fn an_unknown_order_is_kept_and_stays_in_sight() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    rig.world.bank.pay(&order);
    let asked = rig.request(&order);
    // As after the restoring of a table to an earlier point.
    rig.world.store.forget(&platform::keys::Key::Attempt(platform::keys::OrderKey {
        provider: domain::payment::Provider::GovukPay,
        merchant: testkit::bank::MERCHANT.to_owned(),
        order_no: order.to_string(),
    }));
    assert_eq!(rig.delivers(asked).unwrap().0, 200);
    rig.passes(5);
    assert_eq!(rig.standing().applied, Twd::ZERO);
    let ageing = rig.invokes(serde_json::json!({ "ageing": true }));
    assert_eq!(ageing["unposted"][0]["order_no"], order.to_string());
    rig.passes(60 * 25);
    let ageing = rig.invokes(serde_json::json!({ "ageing": true }));
    assert_eq!(ageing["unposted"][0]["days"], 1);
    assert!(rig.world.postings.dead_letters().is_empty());
}

/// The provider tells that somebody is on its page: kept, acknowledged, and no event of the case, whose
/// version an officer may have in hand.
#[test]
fn a_notice_of_no_consequence_leaves_the_case_alone() {
    let mut rig = Rig::new();
    let order = rig.begins_to_pay();
    let before = rig.loaded().version;
    assert_eq!(rig.delivers(rig.request(&order)).unwrap().0, 200);
    rig.streams();
    rig.passes(3);
    assert_eq!(rig.world.store.rows(Table::Payments).len(), 2, "the attempt, and what was told");
    assert_eq!((rig.loaded().version, rig.world.postings.len()), (before, 0));
}
