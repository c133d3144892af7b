//! What events say.

use domain::payment::{DisputeState, Receipt, RefundState, Word};
use serde_json::{Value, json};

use super::super::*;
use super::{INTENT, SECRET, account, signed};
use crate::callback::{KeyUsed, Said};
use crate::samples::{self, ORDER_NO};

pub(super) fn session() -> Value {
    json!({ "id": "cs_test_a1", "object": "checkout.session", "amount_total": 120_000, "currency": "twd",
        "client_reference_id": ORDER_NO, "metadata": { "order_no": ORDER_NO }, "livemode": false,
        "payment_intent": INTENT, "payment_status": "paid", "status": "complete" })
}

pub(super) fn event(kind: &str, object: &Value) -> Value {
    json!({ "id": "evt_1", "object": "event", "type": kind, "created": 1_795_399_195, "livemode": false,
        "data": { "object": object } })
}

fn heard(event: &Value) -> Said {
    let said = signed(&account(SECRET), event.to_string().as_bytes());
    <[Said; 1]>::try_from(said).map(|[said]| said).unwrap()
}

pub(super) fn receipt(paid_at: &str, simulated: bool) -> Word {
    let paid_at = samples::instant(paid_at);
    Word::Paid(Receipt { trade_no: INTENT.to_owned(), amount: Twd(1_200), paid_at, simulated })
}

#[test]
fn a_paid_session_is_a_payment() {
    for kind in ["checkout.session.completed", "checkout.session.async_payment_succeeded"] {
        let word = receipt("2026-11-23T01:59:55Z", false);
        let said = Said { order_no: ORDER_NO.to_owned(), key: KeyUsed::Current, word };
        assert_eq!(heard(&event(kind, &session())), said);
    }
    let mut later = session();
    later["payment_status"] = json!("unpaid");
    assert_eq!(heard(&event("checkout.session.completed", &later)).word, Word::Nothing);
    for (kind, code) in [
        ("checkout.session.async_payment_failed", "async_payment_failed"),
        ("checkout.session.expired", "expired"),
    ] {
        assert_eq!(heard(&event(kind, &later)).word, Word::Failed { code: code.to_owned() });
    }
    assert_eq!(heard(&event("invoice.paid", &session())).word, Word::Nothing);

    for (field, value) in [
        ("amount_total", json!(120_050)),
        ("amount_total", json!(0)),
        ("amount_total", json!(-120_000)),
        ("amount_total", json!("120000")),
        ("amount_total", json!(u64::MAX)),
        ("currency", json!("jpy")),
        ("payment_intent", json!(null)),
        ("payment_status", json!("no_payment_required")),
    ] {
        let mut unclear = session();
        unclear[field] = value;
        let said = heard(&event("checkout.session.completed", &unclear));
        assert!(matches!(said.word, Word::Unclear { .. }), "{unclear}: {said:?}");
    }
    for created in [json!(i64::MIN), json!(i64::MAX), json!(null), json!("1795399195")] {
        let mut odd = event("checkout.session.completed", &session());
        odd["created"] = created;
        assert!(matches!(heard(&odd).word, Word::Unclear { .. }), "{odd}");
    }
    assert!(matches!(signed(&account(SECRET), b"[").as_slice(), [Said { word: Word::Unclear { .. }, .. }]));
}

#[test]
fn test_mode_is_not_real_in_production() {
    let production = Account { is_production: true, ..account(SECRET) };
    let heard = |event: &Value| signed(&production, event.to_string().as_bytes());
    let completed = event("checkout.session.completed", &session());
    assert_eq!(heard(&completed)[0].word, receipt("2026-11-23T01:59:55Z", true));
    let mut live = completed.clone();
    live["livemode"] = json!(true);
    assert_eq!(heard(&live)[0].word, receipt("2026-11-23T01:59:55Z", false));
    let mut unmarked = completed;
    unmarked.as_object_mut().unwrap().remove("livemode");
    assert_eq!(heard(&unmarked)[0].word, receipt("2026-11-23T01:59:55Z", true));
    assert_eq!(heard(&event("charge.dispute.closed", &dispute("lost")))[0].word, Word::Nothing);
    assert_eq!(heard(&event("checkout.session.expired", &session()))[0].word, Word::Nothing);
}

fn dispute(status: &str) -> Value {
    json!({ "id": "dp_1", "object": "dispute", "amount": 120_000, "currency": "twd", "status": status,
        "charge": "ch_1", "payment_intent": INTENT, "metadata": {} })
}

#[test]
fn a_dispute_is_as_it_stands_not_as_the_event_is_called() {
    for (status, state) in [
        ("needs_response", DisputeState::Opened),
        ("under_review", DisputeState::Opened),
        ("lost", DisputeState::Lost),
        ("won", DisputeState::Won),
    ] {
        for kind in ["charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"] {
            let said = heard(&event(kind, &dispute(status)));
            let word = Word::Disputed { dispute: "dp_1".to_owned(), amount: Twd(1_200), state };
            assert_eq!((said.order_no.as_str(), said.word), ("", word));
        }
    }
    for status in ["warning_needs_response", "warning_closed", "prevented"] {
        assert_eq!(heard(&event("charge.dispute.created", &dispute(status))).word, Word::Nothing);
    }
    assert!(matches!(heard(&event("charge.dispute.created", &dispute("?"))).word, Word::Unclear { .. }));
    let mut ours = dispute("lost");
    ours["metadata"] = json!({ "order_no": ORDER_NO });
    assert_eq!(heard(&event("charge.dispute.closed", &ours)).order_no, ORDER_NO);
}

pub(super) fn refund(status: &str, metadata: &Value) -> Value {
    json!({ "id": "re_1", "object": "refund", "amount": 20_000, "currency": "twd", "status": status,
        "charge": "ch_1", "payment_intent": INTENT, "metadata": metadata })
}

pub(super) fn refunded(refund: &str, state: RefundState) -> Word {
    Word::Refunded { refund: refund.to_owned(), amount: Twd(200), state }
}

#[test]
fn a_refund_is_known_by_our_number() {
    let refund_no = format!("{ORDER_NO}-1");
    let ours = json!({ "order_no": ORDER_NO, "refund_no": refund_no });
    for (status, state) in [
        ("pending", RefundState::Submitted),
        ("requires_action", RefundState::Submitted),
        ("succeeded", RefundState::Settled),
        ("failed", RefundState::Bounced),
        ("canceled", RefundState::Failed),
    ] {
        for kind in ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"] {
            let said = heard(&event(kind, &refund(status, &ours)));
            assert_eq!((said.order_no.as_str(), said.word), (ORDER_NO, refunded(&refund_no, state)));
        }
    }
    assert!(matches!(heard(&event("refund.updated", &refund("?", &ours))).word, Word::Unclear { .. }));

    // A charge has its refunds only in older versions of the API; each is a word of its own.
    let refunds = json!({ "data": [refund("succeeded", &ours), refund("pending", &json!({}))] });
    let charge = json!({ "id": "ch_1", "metadata": { "order_no": ORDER_NO }, "refunds": refunds });
    let said = signed(&account(SECRET), event("charge.refunded", &charge).to_string().as_bytes());
    let words: Vec<_> = said.into_iter().map(|said| (said.order_no, said.word)).collect();
    assert_eq!(
        words,
        [
            (ORDER_NO.to_owned(), refunded(&refund_no, RefundState::Settled)),
            (ORDER_NO.to_owned(), refunded("re_1", RefundState::Submitted)),
        ]
    );
    let bare = json!({ "id": "ch_1", "metadata": { "order_no": ORDER_NO }, "amount_refunded": 20_000 });
    assert_eq!(heard(&event("charge.refunded", &bare)).word, Word::Nothing);
}
