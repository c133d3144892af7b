//! The rows of an order: the attempt, and each word of the provider that was heard of it.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::event::Request;
use domain::id::{CaseId, RequestId};
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::ledger::Source;
use domain::payment::{Provider, Word};
use domain::taipei;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::AsText;
use super::payment::AttemptBody;
use super::word::WordBody;
use crate::fault::Fault;
use crate::keys::{self, HeardId, Key, OrderKey};
use crate::row::Row;

const ATTEMPT: &str = "attempt";
const PAYOUT: &str = "payout";
pub const HEARD: &str = "heard";
/// The bytes of a word as they came, in the store's binary type.
const RAW: &str = "raw";
/// The attributes by which a word stands in the outbox until it is posted to its case.
pub const OUTBOX: [&str; 2] = ["outbox_shard", "outbox_at"];

/// An attempt to pay as the window keeps it beside the case: what the provider is asked by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub case: CaseId,
    pub attempt: Attempt,
    /// The transaction or session id of the provider, for those that have one.
    pub reference: Option<String>,
    /// The page to pay on, for the providers that give an address when the order is created. Whoever
    /// asks again is sent there again.
    pub page: Option<String>,
    /// When the provider is to be asked next; `None` once the fate of the attempt is known.
    pub ask_at: Option<Timestamp>,
    /// Counts the writes of the row.
    pub version: u32,
}

impl Order {
    #[must_use]
    pub fn key(&self) -> OrderKey {
        key(&self.attempt)
    }
}

/// The key of an attempt's order.
#[must_use]
pub fn key(attempt: &Attempt) -> OrderKey {
    OrderKey {
        provider: attempt.provider,
        merchant: attempt.merchant.clone(),
        order_no: attempt.order_no.to_string(),
    }
}

#[derive(Serialize, Deserialize)]
struct OrderRow {
    case: AsText<CaseId>,
    attempt: AttemptBody,
    reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    version: u32,
    ask_shard: Option<String>,
    #[serde(skip_serializing)]
    ask_at: Option<Timestamp>,
}

pub fn encode_order(order: &Order) -> Result<Row, Fault> {
    let key = order.key();
    let body = OrderRow {
        case: AsText(order.case),
        attempt: (&order.attempt).into(),
        reference: order.reference.clone(),
        page: order.page.clone(),
        version: order.version,
        ask_shard: order.ask_at.map(|_| keys::shard_name(key.shard())),
        ask_at: None,
    };
    Ok(asked_at(super::encode(&Key::Attempt(key), ATTEMPT, 1, &body)?, order.ask_at))
}

pub fn decode_order(row: Row) -> Result<Order, Fault> {
    let row: OrderRow = super::decode(row, ATTEMPT)?;
    Ok(Order {
        case: row.case.0,
        attempt: row.attempt.into(),
        reference: row.reference,
        page: row.page,
        ask_at: row.ask_at,
        version: row.version,
    })
}

/// A refund that the provider is asked to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    pub case: CaseId,
    pub attempt: Attempt,
    pub trade_no: String,
    pub amount: Twd,
    /// What was paid.
    pub paid: Twd,
    /// What was given back of it before.
    pub before: Twd,
    /// Its number in the case.
    pub refund: u32,
    /// Whether the provider was asked: what came of that is then for it, or for people, to say. Asking
    /// again could pay twice.
    pub tried: bool,
    /// When an officer sent it.
    pub sent_at: Timestamp,
    pub ask_at: Option<Timestamp>,
    pub version: u32,
}

#[derive(Serialize, Deserialize)]
struct PayoutRow {
    case: AsText<CaseId>,
    attempt: AttemptBody,
    trade_no: String,
    amount: u32,
    paid: u32,
    before: u32,
    refund: u32,
    tried: bool,
    #[serde(default)]
    sent_at: Timestamp,
    version: u32,
    ask_shard: Option<String>,
    #[serde(skip_serializing)]
    ask_at: Option<Timestamp>,
}

pub fn encode_payout(payout: &Payout) -> Result<Row, Fault> {
    let key = key(&payout.attempt);
    let body = PayoutRow {
        case: AsText(payout.case),
        attempt: (&payout.attempt).into(),
        trade_no: payout.trade_no.clone(),
        amount: payout.amount.0,
        paid: payout.paid.0,
        before: payout.before.0,
        refund: payout.refund,
        tried: payout.tried,
        sent_at: payout.sent_at,
        version: payout.version,
        ask_shard: payout.ask_at.map(|_| keys::shard_name(key.shard())),
        ask_at: None,
    };
    Ok(asked_at(super::encode(&Key::Payout(key, payout.refund), PAYOUT, 1, &body)?, payout.ask_at))
}

pub fn decode_payout(row: Row) -> Result<Payout, Fault> {
    let row: PayoutRow = super::decode(row, PAYOUT)?;
    Ok(Payout {
        case: row.case.0,
        attempt: row.attempt.into(),
        trade_no: row.trade_no,
        amount: Twd(row.amount),
        paid: Twd(row.paid),
        before: Twd(row.before),
        refund: row.refund,
        tried: row.tried,
        sent_at: row.sent_at,
        ask_at: row.ask_at,
        version: row.version,
    })
}

/// Stands a row in the index of what providers are asked, in the form that sorts.
fn asked_at(mut row: Row, at: Option<Timestamp>) -> Row {
    if let Some(at) = at {
        row.insert("ask_at".to_owned(), AttributeValue::S(keys::sortable(at)));
    }
    row
}

/// Something that a provider is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToAsk {
    /// What became of an attempt to pay.
    Attempt(Order),
    /// To pay money back.
    Payout(Payout),
}

pub fn decode_to_ask(row: Row) -> Result<ToAsk, Fault> {
    if super::row_type(&row) == Some(PAYOUT) {
        decode_payout(row).map(ToAsk::Payout)
    } else {
        decode_order(row).map(ToAsk::Attempt)
    }
}

/// What was heard of an order, with the bytes it was told in: the inbox and the fact in one row, never
/// changed except that it leaves the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub order: OrderKey,
    pub word: Word,
    pub source: Source,
    pub at: Timestamp,
    /// `current` or `previous`, for what was signed.
    pub key: Option<String>,
    /// The headers that prove who sent it, for what is signed in a header.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub raw: Vec<u8>,
}

/// The kind of a word, as keys and requests name it.
#[must_use]
pub const fn kind(word: &Word) -> &'static str {
    match word {
        Word::Paid(_) => "paid",
        Word::Instructed(_) => "instructed",
        Word::Failed { .. } => "failed",
        Word::Disputed { .. } => "disputed",
        Word::Refunded { .. } => "refunded",
        Word::Unclear { .. } => "unclear",
        Word::Nothing => "nothing",
    }
}

impl Heard {
    /// What makes this word this one, whichever way it came: of a payment the trade number and the
    /// amount, never the text around them, which a provider changes when it tells again.
    #[must_use]
    pub fn id(&self) -> HeardId {
        let mut hash = Sha256::new();
        let mut part = |text: &[u8]| {
            hash.update(text.len().to_be_bytes());
            hash.update(text);
        };
        match &self.word {
            Word::Paid(receipt) => {
                part(receipt.trade_no.as_bytes());
                part(&receipt.amount.0.to_be_bytes());
                part(&[u8::from(receipt.simulated)]);
            }
            Word::Instructed(instruction) => {
                part(instruction.bank.as_deref().unwrap_or_default().as_bytes());
                instruction.numbers.iter().for_each(|number| part(number.as_bytes()));
            }
            Word::Failed { code } => part(code.as_bytes()),
            Word::Disputed { dispute, amount, state } => {
                part(dispute.as_bytes());
                part(&amount.0.to_be_bytes());
                part(state.code().as_bytes());
            }
            Word::Refunded { refund, amount, state } => {
                part(refund.as_bytes());
                part(&amount.0.to_be_bytes());
                part(state.code().as_bytes());
            }
            Word::Unclear { .. } | Word::Nothing => part(&self.raw),
        }
        HeardId { order: self.order.clone(), kind: kind(&self.word), digest: hash.finalize().into() }
    }

    /// The request by which it is posted to its case: the same word makes the same request.
    #[must_use]
    pub fn request(&self) -> Request {
        let HeardId { order, kind, digest } = self.id();
        let parts: [&[u8]; 5] = [
            order.provider.code().as_bytes(),
            order.merchant.as_bytes(),
            order.order_no.as_bytes(),
            kind.as_bytes(),
            &digest,
        ];
        Request { id: RequestId::derived(&parts), digest }
    }

    /// Whether there is something in it for the case.
    #[must_use]
    pub const fn concerns_case(&self) -> bool {
        !matches!(self.word, Word::Nothing)
    }
}

#[derive(Serialize, Deserialize)]
struct HeardRow {
    provider: AsText<Provider>,
    merchant: String,
    order_no: String,
    word: WordBody,
    source: AsText<Source>,
    at: Timestamp,
    key: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    headers: Vec<(String, String)>,
    outbox_shard: Option<String>,
    outbox_at: Option<String>,
    paid_on: Option<String>,
    paid_at: Option<String>,
}

/// Makes the row of `heard`, in the outbox if there is something in it for the case.
pub fn encode_heard(heard: &Heard) -> Result<Row, Fault> {
    encode(heard, heard.concerns_case().then_some(heard.at))
}

/// The same, to be posted at `at`.
pub fn encode_waiting(heard: &Heard, at: Timestamp) -> Result<Row, Fault> {
    encode(heard, Some(at))
}

fn encode(heard: &Heard, waits: Option<Timestamp>) -> Result<Row, Fault> {
    let paid = match &heard.word {
        Word::Paid(receipt) if !receipt.simulated => Some(receipt.paid_at),
        _ => None,
    };
    let OrderKey { provider, merchant, order_no } = heard.order.clone();
    let paid_on = paid.map(|at| keys::paid_on(provider, &merchant, taipei::day_of(at)));
    let body = HeardRow {
        provider: AsText(provider),
        merchant,
        order_no,
        word: (&heard.word).into(),
        source: AsText(heard.source),
        at: heard.at,
        key: heard.key.clone(),
        headers: heard.headers.clone(),
        outbox_shard: waits.map(|_| keys::shard_name(heard.order.shard())),
        outbox_at: waits.map(keys::sortable),
        paid_on,
        paid_at: paid.map(keys::sortable),
    };
    let mut row = super::encode(&Key::Heard(heard.id()), HEARD, 1, &body)?;
    row.insert(RAW.to_owned(), AttributeValue::B(Blob::new(heard.raw.clone())));
    Ok(row)
}

pub fn decode_heard(mut row: Row) -> Result<Heard, Fault> {
    let raw = match row.remove(RAW) {
        Some(AttributeValue::B(raw)) => raw.into_inner(),
        _ => Vec::new(),
    };
    let row: HeardRow = super::decode(row, HEARD)?;
    let (provider, merchant, order_no) = (row.provider.0, row.merchant, row.order_no);
    Ok(Heard {
        order: OrderKey { provider, merchant, order_no },
        word: row.word.into(),
        source: row.source.0,
        at: row.at,
        key: row.key,
        headers: row.headers,
        raw,
    })
}
