//! Seeded bugs of the functions that move money.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use payment::{Call, Reply};
use platform::codec::order;
use platform::keys::Key;
use platform::ports::{Answer, Providers, Queue, Store};
use platform::row::{Page, Query, Row, Transaction, Write, Written};
use serde_json::Value;
use testkit::world::World;

use super::{Bug, LostQueue};

/// The store of callback, posting and reconciliation.
pub fn store(world: &World, bug: Option<Bug>) -> Arc<dyn Store> {
    let inner = super::store(world, bug);
    match bug {
        Some(bug @ (Bug::PostAgain | Bug::PayOutAgain | Bug::DropQuestion | Bug::ForgetWord)) => {
            Arc::new(BrokenBooks { inner, bug })
        }
        _ => inner,
    }
}

pub fn callback_store(world: &World, bug: Option<Bug>) -> Arc<dyn Store> {
    match bug {
        Some(Bug::AcknowledgeUnkept) => Arc::new(super::Deaf { inner: world.store.clone() }),
        other => store(world, other),
    }
}

pub fn postings(world: &World, bug: Option<Bug>) -> Arc<dyn Queue> {
    if bug == Some(Bug::LosePostings) { Arc::new(LostQueue) } else { world.postings.clone() }
}

pub fn providers(world: &World, bug: Option<Bug>) -> Arc<dyn Providers> {
    if bug == Some(Bug::PayOutAgain) {
        Arc::new(Unguarded { inner: world.bank.clone() })
    } else {
        world.bank.clone()
    }
}

struct BrokenBooks {
    inner: Arc<dyn Store>,
    bug: Bug,
}

impl Store for BrokenBooks {
    fn get(&self, key: Key) -> Answer<'_, Option<Row>> {
        let told_again = self.bug == Bug::PostAgain && matches!(key, Key::Heard(_));
        Box::pin(async move {
            let row = self.inner.get(key).await?;
            Ok(if told_again { row.map(as_another) } else { row })
        })
    }

    fn query(&self, query: Query) -> Answer<'_, Page> {
        self.inner.query(query)
    }

    fn write(&self, mut transaction: Transaction) -> Answer<'_, Written> {
        for write in &mut transaction.writes {
            if let Write::Put { key, row, .. } = write {
                self.spoil(key, row);
            }
        }
        self.inner.write(transaction)
    }
}

impl BrokenBooks {
    fn spoil(&self, key: &Key, row: &mut Row) {
        match (self.bug, key) {
            (Bug::PayOutAgain, Key::Payout(..)) => {
                row.insert("tried".to_owned(), AttributeValue::Bool(false));
            }
            (Bug::DropQuestion, Key::Attempt(_)) if asked_after_expiry(row) => {
                row.retain(|name, _| !name.starts_with("ask_"));
            }
            (Bug::ForgetWord, Key::Heard(_)) => row.retain(|name, _| !name.starts_with("outbox")),
            _ => {}
        }
    }
}

fn asked_after_expiry(row: &Row) -> bool {
    let order = order::decode_order(row.clone()).expect("a sound attempt");
    order.ask_at.is_some_and(|at| at > order.attempt.expires_at)
}

/// A payment that was posted before, under another trade number.
fn as_another(mut row: Row) -> Row {
    let posted = !row.contains_key("outbox_at");
    if let (true, Some(AttributeValue::M(word))) = (posted, row.get_mut("word"))
        && let Some(AttributeValue::S(trade_no)) = word.get_mut("trade_no")
    {
        trade_no.push('x');
    }
    row
}

/// Asks for refunds without saying what should be left of the payment.
struct Unguarded {
    inner: Arc<dyn Providers>,
}

impl Providers for Unguarded {
    fn call(&self, mut call: Call) -> Answer<'_, Reply> {
        if let Ok(Value::Object(mut body)) = serde_json::from_slice(&call.body) {
            body.remove("refund_amount_available");
            call.body = Value::Object(body).to_string().into_bytes();
        }
        self.inner.call(call)
    }
}
