//! `CreditDetail`: the state of a card payment, its capture and its refund. 綠界's own test environment
//! has none of this.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

use super::super::accounts::ECPAY;
use super::super::card::{Capture, Card, NotPossible};
use super::super::clock::{half_day, slashed};
use super::super::form::{Fields, encoded};
use super::super::order::{Order, Provider, Trade};
use super::super::orders::Changed;
use super::super::{Sandbox, amount, broken};
use super::{sealed, signed};

/// 商家檢查碼: a number from 綠界's back office, as in the example of its SDK for this merchant.
const CHECK_CODE: &str = "62861749";

/// `QueryTrade/V2`, <https://developers.ecpay.com.tw/?p=2894>.
///
/// A request without `CreditCheckCode` is answered as well: the city's accounts have no place for it.
pub async fn query_card(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    let problem = |said: &str| Json(json!({ "RtnMsg": said, "RtnValue": "" })).into_response();
    let fields = match signed(&body) {
        Ok(fields) => fields,
        Err("0|MerchantID Error") => return problem("error_Stop"),
        Err(_) => return problem("error"),
    };
    let code = fields.get("CreditCheckCode");
    let (Ok(authorisation), Some(asked)) =
        (fields.get("CreditRefundId").parse::<u32>(), amount(fields.get("CreditAmount")))
    else {
        return problem("error");
    };
    if !code.is_empty() && code != CHECK_CODE {
        return problem("error");
    }
    let stories = match sandbox.orders.stories() {
        Ok(stories) => stories,
        Err(error) => return broken(&error),
    };
    let trades = stories.iter().filter(|story| story.order.provider == Provider::EcpayAio);
    let mut trades = trades.flat_map(|story| &story.order.trades);
    let found = trades.find_map(|trade| {
        Some((trade, trade.card.as_ref()?)).filter(|(_, card)| card.authorisation == authorisation)
    });
    match found {
        Some((trade, card)) if trade.amount == asked => Json(detail(trade, card)).into_response(),
        _ => problem("error_nopay"),
    }
}

fn detail(trade: &Trade, card: &Card) -> Value {
    let line = |status: &str, amount: String, at: i64| json!({ "status": status, "sno": card.authorisation.to_string(), "amount": amount, "datetime": half_day(at) });
    let mut lines = match card.capture {
        Capture::Authorised | Capture::Voided => Vec::new(),
        capture => vec![line(capture.name().0, trade.amount.to_string(), trade.paid_at)],
    };
    // A refund is a line of its own, with a minus.
    for refund in &card.refunds {
        let status = if refund.settled { "已關帳" } else { "要關帳" };
        lines.push(line(status, format!("-{}", refund.amount), refund.at));
    }
    json!({
        "RtnMsg": "",
        "RtnValue": {
            "TradeID": card.authorisation,
            "amount": trade.amount,
            "clsamt": captured(trade, card),
            "authtime": half_day(trade.paid_at),
            "status": card.capture.name().0,
            "close_data": lines,
        },
    })
}

/// How old the time stamp of an envelope may be, in seconds.
const TOLERANCE: u64 = 600;

/// `1.0.0/CreditDetail/QueryTrade`, <https://developers.ecpay.com.tw/?p=45925>: the same by order number,
/// at another host of 綠界's, which refers merchants to it.
pub async fn query_card_by_order(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    let now = sandbox.clock.now();
    let asked = match order_asked_for(&sandbox, &body) {
        Ok(asked) => asked,
        Err(why) => return Json(sealed::refusal(why, now, &ECPAY)).into_response(),
    };
    let order = match sandbox.orders.find(Provider::EcpayAio, &asked) {
        Ok(order) => order,
        Err(error) => return broken(&error),
    };
    let found = order.as_ref().and_then(|order| order.trades.first());
    let found = found.and_then(|trade| Some((trade, trade.card.as_ref()?)));
    let data = match found {
        Some((trade, card)) => detail_by_order(trade, card),
        None => json!({ "RtnMsg": "error_nopay", "RtnValue": "" }),
    };
    Json(sealed::answer(&data, now, &ECPAY)).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    #[serde(rename = "MerchantID")]
    merchant: String,
    rq_header: RequestHeader,
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RequestHeader {
    timestamp: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AskedFor {
    #[serde(rename = "MerchantID")]
    merchant: String,
    merchant_trade_no: String,
}

fn order_asked_for(sandbox: &Sandbox, body: &[u8]) -> Result<String, &'static str> {
    let envelope: Envelope = serde_json::from_slice(body).map_err(|_| "Parameter Error")?;
    if !sandbox.clock.accepts(&envelope.rq_header.timestamp.to_string(), TOLERANCE) {
        return Err("Timestamp Error");
    }
    let data = sealed::open(&envelope.data, &ECPAY).ok_or("Data Error")?;
    let asked: AskedFor = serde_json::from_str(&data).map_err(|_| "Data Error")?;
    if [envelope.merchant, asked.merchant].iter().any(|merchant| merchant != ECPAY.merchant) {
        return Err("MerchantID Error");
    }
    Ok(asked.merchant_trade_no)
}

/// The names are in other letters here, and the states in English.
fn detail_by_order(trade: &Trade, card: &Card) -> Value {
    let status = match card.capture {
        Capture::Authorised => "Authorized",
        Capture::Requested => "To be captured",
        Capture::Captured => "Captured",
        Capture::Reopened => "Operation canceled",
        Capture::Voided => "Canceled",
    };
    json!({
        "RtnMsg": "",
        "RtnValue": {
            "TradeID": card.authorisation,
            "Amount": trade.amount,
            "ClsAmt": captured(trade, card),
            "AuthTime": slashed(trade.paid_at),
            "Status": status,
        },
    })
}

/// What was captured, or asked for, and not given back.
fn captured(trade: &Trade, card: &Card) -> u64 {
    match card.capture {
        Capture::Requested | Capture::Captured => trade.amount.saturating_sub(card.refunded()),
        Capture::Authorised | Capture::Reopened | Capture::Voided => 0,
    }
}

/// `DoAction`, <https://developers.ecpay.com.tw/?p=45919>: 關帳 C, 退刷 R, 取消 E, 放棄 N.
pub async fn do_action(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    let fields = match signed(&body) {
        Ok(fields) => fields,
        Err(refused) => return answer(&Fields::default(), Err(refused)),
    };
    let now = sandbox.clock.now();
    let key = (Provider::EcpayAio, fields.get("MerchantTradeNo"));
    let done = sandbox.orders.change(key, |order| Ok((act(order, &fields, now), Vec::new())));
    match done {
        Ok(Changed::Done(done)) => answer(&fields, done),
        Ok(Changed::Unknown | Changed::Refused(_)) => answer(&fields, Err("error_nopay")),
        Err(error) => broken(&error),
    }
}

fn act(order: &mut Order, fields: &Fields, now: i64) -> Result<(), &'static str> {
    let asked = amount(fields.get("TotalAmount")).ok_or("error_amount")?;
    let trade = order.trades.iter_mut().find(|trade| trade.trade_no == fields.get("TradeNo"));
    let trade = trade.ok_or("error_nopay")?;
    let card = trade.card.as_mut().ok_or("error_nopay")?;
    let action = fields.get("Action");
    if asked != trade.amount && matches!(action, "C" | "E" | "N") {
        return Err("error_amount");
    }
    let done = match action {
        "C" => card.request(),
        "R" => card.refund(asked, trade.amount, now),
        "E" => card.take_back(),
        "N" => card.void(),
        _ => return Err("error_action"),
    };
    done.map_err(|problem| match problem {
        NotPossible::State => "error_status",
        NotPossible::Amount => "error_amount",
    })
}

fn answer(fields: &Fields, done: Result<(), &'static str>) -> Response {
    let (code, message) = match done {
        Ok(()) => ("1", "Succeeded"),
        Err(problem) => ("0", problem),
    };
    let body = encoded(&[
        ("MerchantID", ECPAY.merchant),
        ("MerchantTradeNo", fields.get("MerchantTradeNo")),
        ("TradeNo", fields.get("TradeNo")),
        ("RtnCode", code),
        ("RtnMsg", message),
    ]);
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::order::{Means, tests::order};

    fn paid() -> Order {
        let mut order = order(Provider::EcpayAio);
        let card = Some(Card::new(10_293_847, "777777".to_owned()));
        let trade_no = order.trade_no.clone();
        order.trades =
            vec![Trade { trade_no, means: Means::Card, amount: 300, paid_at: 1_795_399_268, card }];
        order
    }

    fn ask(order: &mut Order, action: &str, amount: &str) -> Result<(), &'static str> {
        let form =
            encoded(&[("TradeNo", order.trade_no.as_str()), ("Action", action), ("TotalAmount", amount)]);
        act(order, &Fields::read(form.as_bytes()).unwrap(), 0)
    }

    fn seen(order: &Order) -> (String, usize) {
        let detail = detail(&order.trades[0], order.trades[0].card.as_ref().unwrap());
        let value = &detail["RtnValue"];
        (value["status"].as_str().unwrap().to_owned(), value["close_data"].as_array().unwrap().len())
    }

    #[test]
    fn money_goes_back_by_the_action_that_fits_the_state() {
        let mut order = paid();
        assert_eq!(seen(&order), ("已授權".to_owned(), 0));
        assert_eq!(ask(&mut order, "R", "100"), Err("error_status"), "nothing was captured");
        assert_eq!(ask(&mut order, "N", "100"), Err("error_amount"), "all or nothing");
        ask(&mut order, "C", "300").unwrap();
        assert_eq!(seen(&order), ("要關帳".to_owned(), 1));
        assert_eq!(ask(&mut order, "N", "300"), Err("error_status"));
        ask(&mut order, "E", "300").unwrap();
        assert_eq!(seen(&order).0, "操作取消");
        ask(&mut order, "N", "300").unwrap();
        assert_eq!(seen(&order), ("已取消".to_owned(), 0));
        assert_eq!(ask(&mut order, "X", "300"), Err("error_action"));
    }

    #[test]
    fn parts_go_back_until_all_is_back() {
        let mut order = paid();
        ask(&mut order, "C", "300").unwrap();
        ask(&mut order, "R", "100").unwrap();
        order.trades[0].card.as_mut().unwrap().bank_day();
        ask(&mut order, "R", "200").unwrap();
        assert_eq!(ask(&mut order, "R", "1"), Err("error_amount"));
        assert_eq!(seen(&order), ("已關帳".to_owned(), 3));
    }
}
