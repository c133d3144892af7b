//! Facts come in any order, and more than once: nothing of the state may depend on it.

use domain::payment::Word;
use domain::payment::ledger::{Entry, Posting};
use proptest::prelude::*;

use super::scenarios::{Scenario, all, standing};

/// Calls `check` with every order of `entries` (Heap's algorithm).
fn permutations(entries: &mut [Entry], length: usize, check: &mut impl FnMut(&[Entry])) {
    if length <= 1 {
        check(entries);
        return;
    }
    for place in 0..length {
        permutations(entries, length - 1, check);
        let other = if length.is_multiple_of(2) { place } else { 0 };
        entries.swap(other, length - 1);
    }
}

/// All orders of up to six facts, each also with every single fact told a second time at the end.
#[test]
fn all_orders_of_up_to_six_facts_give_one_state() {
    let (mut orders, mut scenarios) = (0_u32, 0_u32);
    for Scenario { id, entries, .. } in all().into_iter().filter(|scenario| scenario.entries.len() <= 6) {
        scenarios += 1;
        let expected = standing(entries.clone());
        let length = entries.len();
        permutations(&mut entries.clone(), length, &mut |order| {
            orders += 1;
            assert_eq!(standing(order.to_vec()), expected, "{id}: {order:?}");
            for again in order {
                let mut doubled = order.to_vec();
                doubled.push(again.clone());
                doubled.insert(0, again.clone());
                assert_eq!(standing(doubled), expected, "{id}: {again:?} told again");
            }
        });
    }
    assert_eq!((scenarios, orders), (21, 2_364));
}

/// Entries of several scenarios together: conflicts between them are part of the test.
fn many() -> impl Strategy<Value = Vec<Entry>> {
    let pool: Vec<Entry> = all().into_iter().flat_map(|scenario| scenario.entries).collect();
    prop::collection::vec(prop::sample::select(pool), 1..=40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_orders_of_up_to_forty_facts_give_one_state(
        (entries, shuffled) in many().prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle())),
    ) {
        prop_assert_eq!(standing(entries), standing(shuffled));
    }

    #[test]
    fn money_is_conserved(entries in many()) {
        let found = standing(entries);
        let told: u64 = found.payments.iter().map(|payment| u64::from(payment.amount.0)).sum();
        let booked: u64 = [found.applied, found.suspense, found.unmatched].iter().map(|sum| u64::from(sum.0)).sum();
        prop_assert_eq!(told, booked);
        prop_assert!(i64::from(found.refundable.0) <= found.net.max(0));
        let net = i64::from(found.applied.0) - i64::from(found.refunded.0) - i64::from(found.chargeback_lost.0);
        prop_assert_eq!(found.net, net);
    }

    /// Hearing more never takes back a payment: only a refund or a lost dispute does, or the same payment
    /// told in two ways.
    #[test]
    fn no_later_word_unposts(entries in many(), more in many()) {
        let applied = standing(entries.clone()).applied;
        let mut after = entries;
        for entry in more {
            if is_harmless(&entry, &after) {
                after.push(entry);
            }
        }
        prop_assert!(standing(after).applied >= applied);
    }
}

/// A word that something failed or ran out, or of a payment that nobody has told otherwise.
fn is_harmless(entry: &Entry, told: &[Entry]) -> bool {
    match &entry.posting {
        Posting::Expired { .. } | Posting::Heard { word: Word::Failed { .. }, .. } => true,
        Posting::Heard { provider, order_no, word: Word::Paid(receipt), .. } => {
            let same = |other: &Entry| match &other.posting {
                Posting::Heard { provider: theirs, order_no: order, word: Word::Paid(other), .. } => {
                    theirs != provider
                        || other.trade_no != receipt.trade_no
                        || (order == order_no && other.amount == receipt.amount)
                }
                _ => true,
            };
            told.iter().all(same)
        }
        _ => false,
    }
}
