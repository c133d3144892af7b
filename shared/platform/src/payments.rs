//! What providers say, kept before it is acknowledged; and the attempts, each owned by a timer until
//! its fate is known.

use domain::case::Case;
use domain::id::CaseId;
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::refund::{RefundFile, RefundRequest, Route};
use domain::payment::{Provider, RefundState};
use jiff::Timestamp;

use crate::codec::hold_off;
use crate::codec::order::{self, Heard, OUTBOX, Order, Payout, ToAsk};
use crate::fault::Fault;
use crate::keys::{HeardId, Key, Lookup, OrderKey};
use crate::ports::Store;
use crate::row::{Expect, Query, Row, Transaction, Written};
use crate::store::Attempts;

/// Keeps what was heard, once: `false` when the same had been heard before. One write, no read.
pub async fn hear(store: &dyn Store, heard: &Heard) -> Result<bool, Fault> {
    let row = order::encode_heard(heard)?;
    let put = Transaction::default().put(Key::Heard(heard.id()), row, Expect::Absent);
    Ok(store.write(put).await? == Written::Done)
}

pub async fn heard(store: &dyn Store, id: HeardId) -> Result<Option<Heard>, Fault> {
    store.get(Key::Heard(id)).await?.map(order::decode_heard).transpose()
}

pub async fn order(store: &dyn Store, key: OrderKey) -> Result<Option<Order>, Fault> {
    store.get(Key::Attempt(key)).await?.map(order::decode_order).transpose()
}

/// A word has been posted to its case: it leaves the outbox.
pub async fn posted(store: &dyn Store, id: HeardId) -> Result<(), Fault> {
    store.write(Transaction::default().clear(Key::Heard(id), OUTBOX.to_vec())).await?;
    Ok(())
}

/// A word that cannot be posted now stays in the outbox, to be looked at again at `again`.
pub async fn postpone(store: &dyn Store, heard: &Heard, again: Timestamp) -> Result<(), Fault> {
    let row = order::encode_waiting(heard, again)?;
    store.write(Transaction::default().put(Key::Heard(heard.id()), row, Expect::Present)).await?;
    Ok(())
}

/// The row of a new attempt, to be written with the event that makes it.
pub fn begun(case: CaseId, attempt: Attempt) -> Result<Transaction, Fault> {
    let ask_at = Some(attempt.ask_after(attempt.made_at));
    let order = Order { case, attempt, reference: None, page: None, ask_at, version: 1 };
    Ok(Transaction::default().put(Key::Attempt(order.key()), order::encode_order(&order)?, Expect::Absent))
}

/// Keeps what the provider gave when it created the order: its own id of it, by which it is asked, and
/// the page to pay on. Gives the page that holds: of two requests that were made at once the first is
/// right, so that there is one page to pay one order on.
pub async fn created(
    store: &dyn Store,
    key: &OrderKey,
    reference: Option<&str>,
    page: &str,
) -> Result<String, Fault> {
    let mut attempts = Attempts::default();
    loop {
        let order = order(store, key.clone()).await?;
        let order = order.ok_or_else(|| Fault::corrupt("an order of no attempt was created"))?;
        if let Some(page) = order.page {
            return Ok(page);
        }
        let (reference, page) = (reference.map(str::to_owned), page.to_owned());
        if replace(store, Order { reference, page: Some(page.clone()), ..order }).await? {
            return Ok(page);
        }
        attempts.overtaken()?;
    }
}

/// Writes a changed attempt unless somebody else wrote it since; `false` then.
pub async fn replace(store: &dyn Store, order: Order) -> Result<bool, Fault> {
    let seen = order.version;
    let order = Order { version: seen + 1, ..order };
    let row = order::encode_order(&order)?;
    let put = Transaction::default().put(Key::Attempt(order.key()), row, Expect::Version(seen));
    Ok(store.write(put).await? == Written::Done)
}

/// Asks the provider about an attempt at once, because something unsigned said that it may be time. One
/// that ran out, or is settled, too: money may have come all the same, and what is known already changes
/// nothing. One read and at most one write. Gives the case it is for.
pub async fn hint(store: &dyn Store, key: OrderKey, now: Timestamp) -> Result<Option<CaseId>, Fault> {
    let Some(order) = self::order(store, key).await? else { return Ok(None) };
    let case = order.case;
    if order.ask_at.is_none_or(|at| at > now) {
        // Whoever wrote in between knows at least as much.
        replace(store, Order { ask_at: Some(now), ..order }).await?;
    }
    Ok(Some(case))
}

/// The row of a refund that the provider is asked to make, to be written with the event that sends it.
pub fn sent(case: &Case, number: u32, now: Timestamp) -> Result<Transaction, Fault> {
    let file =
        case.ledger.refund(number).ok_or_else(|| Fault::corrupt("a refund that was never asked for"))?;
    let standing = case.ledger.standing();
    let RefundRequest { provider, trade_no, amount, .. } = file.request;
    let paid = standing.payment(provider, &trade_no);
    let paid = paid.ok_or_else(|| Fault::corrupt("a refund of a payment that is not there"))?;
    // What the treasury remitted, the provider knows nothing of.
    let gone = |other: &RefundFile| {
        other.number != number
            && other.route == Some(Route::Provider)
            && matches!(other.state, RefundState::Submitted | RefundState::Settled)
            && other.takes_from(provider, &trade_no)
    };
    let before = case
        .ledger
        .refunds()
        .into_iter()
        .filter(gone)
        .fold(Twd::ZERO, |sum, other| sum.checked_add(other.request.amount).unwrap_or(sum));
    let attempt = case.ledger.attempt(&paid.order_no).cloned();
    let attempt = attempt.ok_or_else(|| Fault::corrupt("a refund of a payment without an attempt"))?;
    let payout = Payout {
        case: case.id,
        attempt,
        trade_no,
        amount,
        paid: paid.amount,
        before,
        refund: number,
        tried: false,
        sent_at: now,
        ask_at: Some(now),
        version: 1,
    };
    let key = Key::Payout(order::key(&payout.attempt), number);
    Ok(Transaction::default().put(key, order::encode_payout(&payout)?, Expect::Absent))
}

/// Whether the provider is still to be asked to make a refund, or is being asked. Once it is not, it never
/// is again, so that nobody records as failed what is then paid.
pub async fn is_being_asked(store: &dyn Store, case: &Case, refund: u32) -> Result<bool, Fault> {
    let Some(file) = case.ledger.refund(refund).filter(|file| file.route == Some(Route::Provider)) else {
        return Ok(false);
    };
    let Some(attempt) = case.ledger.attempt_of(&file.request) else { return Ok(false) };
    let row = store.get(Key::Payout(order::key(attempt), refund)).await?;
    let payout = row.map(order::decode_payout).transpose()?;
    Ok(payout.is_some_and(|payout| payout.ask_at.is_some()))
}

/// Writes a changed payout unless somebody else wrote it since; `false` then.
pub async fn replace_payout(store: &dyn Store, payout: Payout) -> Result<bool, Fault> {
    let seen = payout.version;
    let payout = Payout { version: seen + 1, ..payout };
    let key = Key::Payout(order::key(&payout.attempt), payout.refund);
    let put = Transaction::default().put(key, order::encode_payout(&payout)?, Expect::Version(seen));
    Ok(store.write(put).await? == Written::Done)
}

/// Until when an account's provider wants to be left alone.
pub async fn held_off(
    store: &dyn Store,
    provider: Provider,
    merchant: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>, Fault> {
    let row = store.get(Key::HoldOff(provider, merchant.to_owned())).await?;
    let until = row.map(hold_off::decode).transpose()?;
    Ok(until.filter(|until| *until > now))
}

/// An account's provider wants to be left alone until then.
pub async fn hold_off(
    store: &dyn Store,
    provider: Provider,
    merchant: &str,
    until: Timestamp,
) -> Result<(), Fault> {
    let key = Key::HoldOff(provider, merchant.to_owned());
    let row = hold_off::encode(&key, until)?;
    store.write(Transaction::default().put(key, row, Expect::Anything)).await.map(|_| ())
}

/// Attempts of a shard to ask about by `until`, and refunds to ask for, soonest first.
pub async fn to_ask(
    store: &dyn Store,
    shard: u8,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Result<ToAsk, Fault>>, Fault> {
    let page = store.query(Query::first(Lookup::ToAsk { shard, until }, limit)).await?;
    Ok(page.rows.into_iter().map(order::decode_to_ask).collect())
}

/// Words of a shard that should have been posted by `until`, oldest first. The index has keys only.
pub async fn unposted(
    store: &dyn Store,
    shard: u8,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<HeardId>, Fault> {
    let page = store.query(Query::first(Lookup::Unposted { shard, until }, limit)).await?;
    page.rows.iter().map(id).collect()
}

fn id(row: &Row) -> Result<HeardId, Fault> {
    let text = |name| row.get(name).and_then(|value| value.as_s().ok());
    match text("pk").zip(text("sk")).and_then(|(pk, sk)| Key::of_stream(pk, sk)) {
        Some(Key::Heard(id)) => Ok(id),
        _ => Err(Fault::corrupt("the outbox of payments holds something that is no word")),
    }
}
