//! `API/QueryTradeInfo`: the merchant asks what became of an order.

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::response::Response;
use serde_json::{Map, Value, json};
use std::sync::Arc;

use super::super::accounts::NEWEBPAY;
use super::super::card::{Capture, Card};
use super::super::clock::{dashed, formatted};
use super::super::form::Fields;
use super::super::order::{Means, Order, Provider, State};
use super::super::{Sandbox, broken};
use super::{Problem, TOLERANCE, answer, common, sign, words};

pub async fn query(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    let Ok(fields) = Fields::read(&body) else {
        return answer("JSON", Err(("MEM40013", "必填欄位資料不齊全")));
    };
    let (order_no, amount) = (fields.get("MerchantOrderNo"), fields.get("Amt"));
    let checked = if fields.get("MerchantID") != NEWEBPAY.merchant {
        Err(("TRA10001", "商店資料取得失敗"))
    } else if fields.get("CheckValue") != sign::check_value(amount, order_no, &NEWEBPAY) {
        Err(("TRA10054", "檢查碼CheckValue有錯誤"))
    } else if !sandbox.clock.accepts(fields.get("TimeStamp"), TOLERANCE) {
        Err(("MEM40014", "傳送時間錯誤"))
    } else {
        Ok(())
    };
    let order = match checked.map(|()| sandbox.orders.find(Provider::NewebpayMpg, order_no)) {
        Ok(Ok(order)) => order.filter(|order| order.amount.to_string() == amount),
        Ok(Err(error)) => return broken(&error),
        Err(problem) => return answer(fields.get("RespondType"), Err(problem)),
    };
    // The manual's word for an order that is not there, whatever it was to be paid by.
    let missing: Problem = ("TRA10021", "查無該筆交易或該筆交易不為信用卡交易");
    let result = order.map(|order| ("查詢成功", result(&order))).ok_or(missing);
    answer(fields.get("RespondType"), result)
}

/// 0 not paid, 1 paid, 2 failed, 3 cancelled, 6 refunded.
fn trade_status(order: &Order) -> &'static str {
    let card = order.card(&order.trade_no);
    match order.state {
        State::Opened | State::Issued => "0",
        State::Paid if card.is_some_and(|card| card.capture == Capture::Voided) => "3",
        State::Paid if card.is_some_and(|card| !card.is_refunding() && card.refunded() >= order.amount) => {
            "6"
        }
        State::Paid => "1",
        State::Failed => "2",
        State::Closed => "3",
    }
}

/// Section 4.3.2 of the manual.
fn result(order: &Order) -> Map<String, Value> {
    let paid = order.trades.first();
    let means = paid.map(|trade| trade.means).or(order.number.as_ref().map(|number| number.means));
    let mut result = common(order.amount, &order.trade_no, &order.order_no);
    let code = sign::check_code(&order.amount.to_string(), &order.order_no, &order.trade_no, &NEWEBPAY);
    let mut put = |name: &str, value: String| result.insert(name.to_owned(), json!(value));
    put("CheckCode", code);
    put("TradeStatus", trade_status(order).to_owned());
    put("PaymentType", means.map(words::payment_type).unwrap_or_default().to_owned());
    put("CreateTime", dashed(order.opened_at));
    put("PayTime", paid.map(|trade| dashed(trade.paid_at)).unwrap_or_default());
    put("FundTime", paid.map(|trade| formatted(trade.paid_at, "%Y-%m-%d")).unwrap_or_default());
    if let Some(card) = paid.and_then(|trade| trade.card.as_ref()) {
        put("RespondCode", "00".to_owned());
        put("Auth", card.auth_code.clone());
        put("ECI", String::new());
        put("CloseAmt", order.amount.to_string());
        put("CloseStatus", close_status(card).to_owned());
        put("BackBalance", order.amount.saturating_sub(card.refunded()).to_string());
        put("BackStatus", back_status(card).to_owned());
        put("RespondMsg", "授權成功".to_owned());
        put("PaymentMethod", "CREDIT".to_owned());
        put("Card6No", "400022".to_owned());
        put("Card4No", "1111".to_owned());
        put("AuthBank", "KGI".to_owned());
    } else if let Some(number) = &order.number {
        let info = match (number.means, &number.bank) {
            (Means::Atm, Some(bank)) => format!("({bank}){}", number.part(0)),
            _ => number.numbers.join(","),
        };
        put("PayInfo", info);
        put("ExpireDate", dashed(number.expires_at));
        put("OrderStatus", trade_status(order).to_owned());
    }
    result
}

/// 0 not asked for, 1 to be asked for, 3 come.
const fn close_status(card: &Card) -> &'static str {
    match card.capture {
        Capture::Authorised | Capture::Reopened | Capture::Voided => "0",
        Capture::Requested => "1",
        Capture::Captured => "3",
    }
}

/// 0 none, 1 on its way, 3 done.
fn back_status(card: &Card) -> &'static str {
    match (card.refunds.is_empty(), card.is_refunding()) {
        (true, _) => "0",
        (_, true) => "1",
        (_, false) => "3",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::order::{Trade, tests::order};

    fn paid() -> Order {
        let mut order = order(Provider::NewebpayMpg);
        let card = Some(Card::new(10_293_847, "777777".to_owned()));
        let trade_no = order.trade_no.clone();
        order.trades =
            vec![Trade { trade_no, means: Means::Card, amount: 300, paid_at: 1_795_399_268, card }];
        order.state = State::Paid;
        order
    }

    #[test]
    fn every_state_has_its_status() {
        let of = |state| trade_status(&Order { state, ..order(Provider::NewebpayMpg) });
        assert_eq!(
            [State::Opened, State::Issued, State::Failed, State::Closed].map(of),
            ["0", "0", "2", "3"]
        );
        let mut order = paid();
        assert_eq!(trade_status(&order), "1");
        let seen = |order: &Order| {
            let result = result(order);
            ["TradeStatus", "CloseStatus", "BackStatus", "BackBalance"]
                .map(|name| result[name].as_str().unwrap().to_owned())
        };
        assert_eq!(seen(&order), ["1", "0", "0", "300"]);
        let card = |order: &mut Order, change: fn(&mut Card)| change(order.trades[0].card.as_mut().unwrap());
        card(&mut order, |card| card.request().unwrap());
        assert_eq!(seen(&order), ["1", "1", "0", "300"]);
        card(&mut order, Card::bank_day);
        card(&mut order, |card| card.refund(300, 300, 0).unwrap());
        assert_eq!(seen(&order), ["1", "3", "1", "0"]);
        card(&mut order, Card::bank_day);
        assert_eq!(seen(&order), ["6", "3", "3", "0"]);
        let mut order = paid();
        card(&mut order, |card| card.void().unwrap());
        assert_eq!(seen(&order)[0], "3");
    }
}
