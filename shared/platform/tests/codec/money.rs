//! Whatever may happen to money comes back from the store as it was.

use domain::interest::{Rate, interest};
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::ledger::{Entry, Fee, Ledger, Posting, Source};
use domain::payment::refund::{ContactBy, Ground, RefundRequest, RefundStep, Route};
use domain::payment::standing::Flag;
use domain::payment::{DisputeState, Instruction, Means, OrderNo, Provider, Receipt, RefundState, Word};
use platform::codec::order::{self, Heard, Order};
use platform::keys::OrderKey;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::round_trips::{any_case_id, any_document, any_instant, any_party, any_text, bilingual};

fn any_twd() -> impl Strategy<Value = Twd> {
    any::<u32>().prop_map(Twd)
}

fn any_provider() -> impl Strategy<Value = Provider> {
    select(Provider::ALL)
}

fn any_order_no() -> impl Strategy<Value = OrderNo> {
    any::<[u8; 20]>().prop_map(|bytes| OrderNo::random(&bytes))
}

pub fn any_fee() -> impl Strategy<Value = Fee> {
    (1_u32..9, any_twd(), any_twd(), vec(bilingual(), 0..4), any_text()).prop_map(
        |(version, amount, retained, lines, reason)| Fee { version, amount, retained, lines, reason },
    )
}

fn any_attempt() -> impl Strategy<Value = Attempt> {
    let when = (any_instant(), any_instant());
    (any_order_no(), any_provider(), "[0-9A-Z]{1,12}", select(Means::ALL), any_twd(), when).prop_map(
        |(order_no, provider, merchant, means, amount, (made_at, expires_at))| Attempt {
            order_no,
            provider,
            merchant,
            means,
            amount,
            made_at,
            expires_at,
        },
    )
}

fn any_word() -> impl Strategy<Value = Word> {
    prop_oneof![
        (any_text(), any_twd(), any_instant(), any::<bool>()).prop_map(
            |(trade_no, amount, paid_at, simulated)| {
                Word::Paid(Receipt { trade_no, amount, paid_at, simulated })
            }
        ),
        (option::of(any_text()), vec(any_text(), 0..4), option::of(any_instant())).prop_map(
            |(bank, numbers, expires_at)| Word::Instructed(Instruction { bank, numbers, expires_at })
        ),
        any_text().prop_map(|code| Word::Failed { code }),
        (any_text(), any_twd(), select(DisputeState::ALL))
            .prop_map(|(dispute, amount, state)| Word::Disputed { dispute, amount, state }),
        (any_text(), any_twd(), select(RefundState::ALL))
            .prop_map(|(refund, amount, state)| Word::Refunded { refund, amount, state }),
        Just(Word::Unclear { why: "kept in the inbox" }),
        Just(Word::Nothing),
    ]
}

fn any_step() -> impl Strategy<Value = RefundStep> {
    prop_oneof![
        (any_provider(), any_text(), any_twd(), select(Ground::ALL), any_text()).prop_map(
            |(provider, trade_no, amount, ground, reason)| {
                RefundStep::Requested(RefundRequest { provider, trade_no, amount, ground, reason })
            }
        ),
        (any_instant(), select(ContactBy::ALL), any_text())
            .prop_map(|(when, how, result)| RefundStep::Contacted { when, how, result }),
        any_document().prop_map(RefundStep::Proven),
        (any::<u64>(), any::<u32>()).prop_map(|(interest_cents, interest_days)| RefundStep::Accepted {
            interest_cents,
            interest_days
        }),
        any_text().prop_map(|reason| RefundStep::Declined { reason }),
        option::of(any_text()).prop_map(|reference| {
            let remittance = reference.map(|reference| Route::Remittance { reference });
            RefundStep::Submitted(remittance.unwrap_or(Route::Provider))
        }),
        (select(RefundState::ALL), any_text())
            .prop_map(|(state, reference)| RefundStep::PaidOut { state, reference }),
    ]
}

pub fn any_posting() -> impl Strategy<Value = Posting> {
    prop_oneof![
        any_fee().prop_map(Posting::FeeSet),
        any_attempt().prop_map(Posting::Started),
        (any_provider(), any_order_no(), any_word(), select(Source::ALL)).prop_map(
            |(provider, order_no, word, source)| Posting::Heard { provider, order_no, word, source }
        ),
        any_order_no().prop_map(|order_no| Posting::Expired { order_no }),
        (any_provider(), any_text(), any_twd(), any_text()).prop_map(
            |(provider, trade_no, amount, reason)| Posting::Applied { provider, trade_no, amount, reason }
        ),
        (any_provider(), any_text(), any_twd(), select(DisputeState::ALL), any_text()).prop_map(
            |(provider, dispute, amount, state, evidence)| {
                Posting::Disputed { provider, dispute, amount, state, evidence }
            }
        ),
        (select(Flag::ALL), any::<u64>(), any_text())
            .prop_map(|(flag, extent, finding)| Posting::CheckedOff { flag, extent, finding }),
        (any::<u32>(), any_step()).prop_map(|(refund, step)| Posting::Refund { refund, step }),
        any_twd().prop_map(|retained| Posting::Ended { retained }),
    ]
}

pub fn any_ledger() -> impl Strategy<Value = Ledger> {
    let entry =
        (any_instant(), any_party(), any_posting()).prop_map(|(at, by, posting)| Entry { at, by, posting });
    vec(entry, 0..5).prop_map(|entries| Ledger { entries })
}

proptest! {
    #[test]
    fn an_attempt_comes_back_as_it_was(
        (case, attempt, ask_at) in (any_case_id(), any_attempt(), option::of(any_instant())),
        (reference, page) in (option::of(any_text()), option::of(any_text())),
        version in 1_u32..9,
    ) {
        let kept = Order { case, attempt, reference, page, ask_at, version };
        prop_assert_eq!(order::decode_order(order::encode_order(&kept).unwrap()).unwrap(), kept);
    }

    #[test]
    fn a_word_comes_back_as_it_was(
        (provider, merchant, order_no) in (any_provider(), "[0-9A-Z]{1,12}", "[ -~]{1,30}"),
        (word, source, at) in (any_word(), select(Source::ALL), any_instant()),
        (key, raw) in (option::of("[a-z]{1,8}"), vec(any::<u8>(), 0..64)),
        headers in vec(("[a-z-]{1,12}", any_text()), 0..3),
    ) {
        let heard = Heard { order: OrderKey { provider, merchant, order_no }, word, source, at, key, headers, raw };
        let row = order::encode_heard(&heard).unwrap();
        // Everything but what concerns nobody waits to be posted.
        prop_assert_eq!(row.contains_key("outbox_at"), heard.word != Word::Nothing);
        prop_assert_eq!(order::decode_heard(row).unwrap(), heard);
    }

    /// The same payment told in other words, by another way, is the same row.
    #[test]
    fn a_payment_is_known_by_trade_number_and_amount(
        (trade_no, amount, paid_at, later) in ("[0-9]{4,20}", any_twd(), any_instant(), any_instant()),
        (raw, other) in (vec(any::<u8>(), 0..9), vec(any::<u8>(), 0..9)),
    ) {
        let order = || OrderKey {
            provider: Provider::EcpayAio,
            merchant: "3002607".to_owned(),
            order_no: "0123456789ABCDEFGHJK".to_owned(),
        };
        let heard = |amount, paid_at, source, raw: &Vec<u8>| Heard {
            order: order(),
            word: Word::Paid(Receipt { trade_no: trade_no.clone(), amount, paid_at, simulated: false }),
            source,
            at: later,
            key: None,
            headers: Vec::new(),
            raw: raw.clone(),
        };
        let first = heard(amount, paid_at, Source::Callback, &raw);
        let again = heard(amount, later, Source::File, &other);
        prop_assert_eq!((first.id(), first.request()), (again.id(), again.request()));
        let dearer = heard(Twd(amount.0.wrapping_add(1)), paid_at, Source::Callback, &raw);
        prop_assert_ne!(first.id(), dearer.id());
    }
}

/// The interest of a refund fits the field it is stored in, at any rate below 1 and for a century.
#[test]
fn interest_fits_its_field() {
    let rate: Rate = "0.99999999".parse().unwrap();
    let most = interest(Twd(u32::MAX), rate, 36_500);
    assert!(u64::try_from(most.0).is_ok(), "{most}");
}
