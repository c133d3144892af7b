//! Orders and settings for programs: JSON.

use serde_json::{Value, json};

use super::accounts::{ECPAY, NEWEBPAY};
use super::clock::rfc3339;
use super::notice::Notice;
use super::order::{Provider, Trade};
use super::orders::Story;

/// An order with what was told about it.
pub(super) fn order(story: &Story) -> Value {
    let order = &story.order;
    let merchant = match order.provider {
        Provider::EcpayAio => ECPAY.merchant,
        Provider::NewebpayMpg => NEWEBPAY.merchant,
    };
    let number = order.number.as_ref().map(|number| {
        json!({
            "means": number.means,
            "bank": number.bank,
            "numbers": number.numbers,
            "expires_at": rfc3339(number.expires_at),
        })
    });
    let paid_by = order.trades.first().map(|trade| trade.means);
    json!({
        "order_no": order.order_no,
        "provider": order.provider,
        "merchant": merchant,
        "amount": order.amount,
        "item": order.item,
        "opened_at": rfc3339(order.opened_at),
        "state": order.state,
        "offered": order.offered,
        "means": paid_by.or(order.number.as_ref().map(|number| number.means)),
        "number": number,
        "trade_numbers": order.trades.iter().map(|trade| &trade.trade_no).collect::<Vec<_>>(),
        "trades": order.trades.iter().map(trade).collect::<Vec<_>>(),
        "misbehave": order.misbehave,
        "callbacks": story.notices.iter().map(notice).collect::<Vec<_>>(),
    })
}

fn trade(trade: &Trade) -> Value {
    json!({
        "trade_no": trade.trade_no,
        "means": trade.means,
        "amount": trade.amount,
        "paid_at": rfc3339(trade.paid_at),
        "capture": trade.card.as_ref().map(|card| card.capture),
        "refunded": trade.card.as_ref().map_or(0, super::card::Card::refunded),
        "refunding": trade.card.as_ref().is_some_and(super::card::Card::is_refunding),
    })
}

/// Without the fields that were sent: a digest is nobody's business.
fn notice((id, notice): &(i64, Notice)) -> Value {
    let attempts = notice.attempts.iter().map(|attempt| {
        json!({
            "at": rfc3339(attempt.at),
            "status": attempt.status,
            "body": attempt.body,
            "acknowledged": attempt.acknowledged,
        })
    });
    json!({
        "id": id,
        "word": notice.word.code(),
        "url": notice.url,
        "amount": notice.amount,
        "progress": notice.progress,
        "attempts": attempts.collect::<Vec<_>>(),
    })
}
