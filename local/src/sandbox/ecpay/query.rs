//! `Cashier/QueryTradeInfo/V5`: the merchant asks what became of an order.

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

use super::super::accounts::ECPAY;
use super::super::clock::slashed;
use super::super::order::{Order, Provider, State};
use super::super::{Sandbox, broken};
use super::words::{Pairs, custom, extra, fee, payment_type};
use super::{sign, signed};

/// How old a time stamp may be, in seconds.
const TOLERANCE: u64 = 180;

pub async fn query(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    let fields = match signed(&body) {
        Ok(fields) => fields,
        Err(refused) => return text(refused.to_owned()),
    };
    if !sandbox.clock.accepts(fields.get("TimeStamp"), TOLERANCE) {
        return text("0|TimeStamp Error".to_owned());
    }
    let order_no = fields.get("MerchantTradeNo");
    match sandbox.orders.find(Provider::EcpayAio, order_no) {
        Ok(order) => text(answer(order_no, order.as_ref())),
        Err(error) => broken(&error),
    }
}

fn text(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

/// Names and values as they are, without any encoding; <https://developers.ecpay.com.tw/?p=2890>.
fn answer(order_no: &str, order: Option<&Order>) -> String {
    let mut fields =
        vec![("MerchantID", ECPAY.merchant.to_owned()), ("MerchantTradeNo", order_no.to_owned())];
    match order {
        Some(order) => fields.extend(known(order)),
        None => fields.extend(unknown()),
    }
    fields.push((sign::FIELD, sign::check_mac_value(&fields, &ECPAY)));
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// 0 not paid, 1 paid, 10200095 nothing came of it.
const fn trade_status(state: State) -> &'static str {
    match state {
        State::Opened | State::Issued => "0",
        State::Paid => "1",
        State::Failed | State::Closed => "10200095",
    }
}

fn known(order: &Order) -> Pairs {
    let paid = order.trades.first();
    let number = order.number.as_ref().map(|number| number.means);
    let means = paid.map(|trade| trade.means).or(number);
    let charge = paid.map_or(0, |trade| fee(trade.amount, trade.means)).to_string();
    let mut fields = custom(order);
    fields.extend([
        ("HandlingCharge", charge.clone()),
        ("ItemName", order.item.clone()),
        ("PaymentDate", paid.map(|trade| slashed(trade.paid_at)).unwrap_or_default()),
        ("PaymentType", means.map(payment_type).unwrap_or_default().to_owned()),
        ("PaymentTypeChargeFee", charge),
        ("StoreID", order.asked("StoreID").to_owned()),
        ("TradeAmt", order.amount.to_string()),
        ("TradeDate", slashed(order.opened_at)),
        ("TradeNo", order.trade_no.clone()),
        ("TradeStatus", trade_status(order.state).to_owned()),
    ]);
    if let Some(trade) = paid {
        fields.extend(extra(order, trade.means, &trade.trade_no, trade.paid_at));
    }
    fields
}

fn unknown() -> Pairs {
    let empty = ["ItemName", "PaymentDate", "PaymentType", "StoreID", "TradeDate", "TradeNo"];
    let mut fields: Pairs = empty.map(|name| (name, String::new())).into();
    for name in ["HandlingCharge", "PaymentTypeChargeFee", "TradeAmt"] {
        fields.push((name, "0".to_owned()));
    }
    fields.push(("TradeStatus", "10200047".to_owned()));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::order::tests::order;

    /// Fields of an answer, in which `+` is a plus, and which must be signed.
    fn read(answer: &str) -> Vec<(String, String)> {
        let pairs = answer.split('&').map(|pair| pair.split_once('=').unwrap());
        let fields: Vec<(String, String)> =
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let digest = fields.iter().find(|(name, _)| name == sign::FIELD).unwrap();
        assert_eq!(digest.1, sign::check_mac_value(&fields, &ECPAY));
        fields
    }

    fn status(order: Option<&Order>) -> String {
        let fields = read(&answer("TPE0000000000000ABCD", order));
        fields.into_iter().find(|(name, _)| name == "TradeStatus").unwrap().1
    }

    #[test]
    fn every_state_has_its_status() {
        let of = |state| {
            status(Some(&Order { state, item: "A+B 規費".to_owned(), ..order(Provider::EcpayAio) }))
        };
        assert_eq!(of(State::Opened), "0");
        assert_eq!(of(State::Issued), "0");
        assert_eq!(of(State::Paid), "1");
        assert_eq!(of(State::Failed), "10200095");
        assert_eq!(of(State::Closed), "10200095");
        assert_eq!(status(None), "10200047");
    }
}
