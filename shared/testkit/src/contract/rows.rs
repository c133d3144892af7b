//! Rows, conditions and transactions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use platform::fault::Fault;
use platform::keys::Key;
use platform::ports::Store;
use platform::row::{Expect, MAX_WRITES, Transaction, Written};

use super::{Names, get, number, put, row, text};

pub async fn what_is_put_is_got(store: &dyn Store) {
    let key = Names::of("get").draft(1);
    assert_eq!(get(store, &key).await, None);
    let map = HashMap::from([("zh".to_owned(), text("公園"))]);
    let values = [
        ("text", text("臺北市 & <場地> 🌳")),
        ("empty", text("")),
        ("version", number(4_000_000_000)),
        ("negative", AttributeValue::N("-7".to_owned())),
        ("yes", AttributeValue::Bool(true)),
        ("list", AttributeValue::L(vec![text("a"), number(1), AttributeValue::L(vec![])])),
        ("map", AttributeValue::M(map)),
    ];
    let written = put(store, &key, &values).await;
    assert_eq!(get(store, &key).await, Some(written));
    let shorter = put(store, &key, &[("text", text("b"))]).await;
    assert_eq!(get(store, &key).await, Some(shorter), "a put replaces the whole row");
}

pub async fn each_expectation_holds_or_not(store: &dyn Store) {
    let names = Names::of("expect");
    let table = [
        (None, Expect::Anything, true),
        (Some(2), Expect::Anything, true),
        (None, Expect::Absent, true),
        (Some(2), Expect::Absent, false),
        (None, Expect::Version(2), false),
        (Some(2), Expect::Version(2), true),
        (Some(2), Expect::Version(3), false),
        (Some(2), Expect::Version(1), false),
        (None, Expect::OlderThan(2), true),
        (Some(1), Expect::OlderThan(2), true),
        (Some(2), Expect::OlderThan(2), false),
        (Some(3), Expect::OlderThan(2), false),
        (Some(9), Expect::OlderThan(10), true),
    ];
    // A single write and a transaction are different calls of the service: both must agree.
    for together in [false, true] {
        for (place, (existing, expect, holds)) in (0..).zip(table) {
            let key = names.draft(place + if together { 100 } else { 0 });
            let before = match existing {
                Some(version) => Some(put(store, &key, &[("version", number(version))]).await),
                None => None,
            };
            let after = row(&key, &[("version", number(77))]);
            let mut transaction = Transaction::default().put(key.clone(), after.clone(), expect);
            if together {
                let other = names.draft(200);
                transaction = transaction.put(other.clone(), row(&other, &[]), Expect::Anything);
            }
            let expected =
                if holds { Written::Done } else { Written::Refused { index: 0, existing: before.clone() } };
            let told = format!("{existing:?} {expect:?}, together: {together}");
            assert_eq!(store.write(transaction).await.unwrap(), expected, "{told}");
            assert_eq!(get(store, &key).await, if holds { Some(after) } else { before }, "{told}");
        }
    }
}

pub async fn a_transaction_is_all_or_nothing(store: &dyn Store) {
    let names = Names::of("transaction");
    let (case, event, draft) = (Key::Case(names.case(1)), names.event(1, 1), names.draft(1));
    put(store, &draft, &[("version", number(1))]).await;
    let filing = || {
        Transaction::default()
            .put(case.clone(), row(&case, &[("version", number(1))]), Expect::Absent)
            .put(event.clone(), row(&event, &[]), Expect::Absent)
            .delete(draft.clone())
    };
    assert_eq!(store.write(filing()).await.unwrap(), Written::Done);
    assert!(get(store, &case).await.is_some() && get(store, &event).await.is_some());
    assert_eq!(get(store, &draft).await, None);

    let other = names.event(1, 2);
    let refused = filing().put(other.clone(), row(&other, &[]), Expect::Absent);
    let existing = get(store, &case).await;
    assert_eq!(store.write(refused).await.unwrap(), Written::Refused { index: 0, existing });
    assert_eq!(get(store, &other).await, None);
}

pub async fn the_first_failure_is_named(store: &dyn Store) {
    let names = Names::of("first failure");
    let [free, taken, also_taken] = [names.draft(1), names.draft(2), names.draft(3)];
    let existing = put(store, &taken, &[("version", number(5)), ("text", text("證件"))]).await;
    put(store, &also_taken, &[]).await;
    let transaction = Transaction::default()
        .put(free.clone(), row(&free, &[]), Expect::Absent)
        .put(taken.clone(), row(&taken, &[]), Expect::Version(4))
        .put(also_taken.clone(), row(&also_taken, &[]), Expect::Absent);
    let refused = Written::Refused { index: 1, existing: Some(existing) };
    assert_eq!(store.write(transaction).await.unwrap(), refused);
    assert_eq!(get(store, &free).await, None);
}

pub async fn attributes_can_be_cleared(store: &dyn Store) {
    let names = Names::of("clear");
    let [key, other, absent] = [names.draft(1), names.draft(2), names.draft(3)];
    for together in [false, true] {
        put(store, &key, &[("version", number(1)), ("a", text("a")), ("b", text("b"))]).await;
        let also = |transaction: Transaction| {
            if together {
                transaction.put(other.clone(), row(&other, &[]), Expect::Anything)
            } else {
                transaction
            }
        };
        let clear = also(Transaction::default().clear(key.clone(), vec!["a", "b", "never there"]));
        for _ in 0..2 {
            assert_eq!(store.write(clear.clone()).await.unwrap(), Written::Done, "clearing again is fine");
            assert_eq!(get(store, &key).await, Some(row(&key, &[("version", number(1))])));
        }
        let clear = also(Transaction::default().clear(absent.clone(), vec!["a"]));
        assert_eq!(store.write(clear).await.unwrap(), Written::Refused { index: 0, existing: None });
        assert_eq!(get(store, &absent).await, None, "clearing makes no row");
    }
}

pub async fn rows_can_be_deleted(store: &dyn Store) {
    let key = Names::of("delete").draft(1);
    put(store, &key, &[]).await;
    for _ in 0..2 {
        let delete = Transaction::default().delete(key.clone());
        assert_eq!(store.write(delete).await.unwrap(), Written::Done, "deleting again is fine");
        assert_eq!(get(store, &key).await, None);
    }
}

/// A write that can never work is `Fault::Corrupt`: it must not be tried again for ever.
pub async fn what_cannot_be_written_is_no_conflict(store: &dyn Store) {
    let names = Names::of("limits");
    let key = names.draft(1);
    let too_many = (0..=u8::try_from(MAX_WRITES).expect("a small limit")).map(|place| names.draft(place));
    let big = row(&key, &[("text", text(&"申".repeat(140_000)))]);
    let transactions = [
        Transaction::default(),
        too_many.fold(Transaction::default(), |all, key| {
            let row = row(&key, &[]);
            all.put(key, row, Expect::Anything)
        }),
        Transaction::default().put(key.clone(), row(&key, &[]), Expect::Anything).delete(key.clone()),
        Transaction::default().put(key.clone(), big, Expect::Anything),
    ];
    for (place, transaction) in transactions.into_iter().enumerate() {
        let outcome = store.write(transaction).await;
        assert!(matches!(outcome, Err(Fault::Corrupt(_))), "transaction {place}: {outcome:?}");
    }
    assert_eq!(get(store, &key).await, None);
}
