//! 藍新 幕前支付 (MPG), as in the manual NDNF-1.1.9.

mod card;
mod gateway;
mod query;
pub mod sign;
mod words;

pub(super) use card::{cancel, close};
pub(super) use gateway::gateway;
pub(super) use query::query;
pub(super) use words::{notice_body, way_back};

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::accounts::NEWEBPAY;
use super::form::encoded;

/// How far a time stamp may be from now, in seconds.
const TOLERANCE: u64 = 120;

/// A code of the manual's section 5, and what it says.
type Problem = (&'static str, &'static str);

/// The answer of a server API: JSON, or a query string with the result spread out in it.
fn answer(respond_type: &str, done: Result<(&'static str, Map<String, Value>), Problem>) -> Response {
    let (status, message, result) = match done {
        Ok((message, result)) => ("SUCCESS", message, result),
        Err((code, message)) => (code, message, Map::new()),
    };
    if respond_type == "String" {
        let body = spread(status, message, &result);
        return ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    }
    let result = if result.is_empty() { json!([]) } else { Value::Object(result) };
    Json(json!({ "Status": status, "Message": message, "Result": result })).into_response()
}

/// Status, message and result as one query string.
fn spread(status: &str, message: &str, result: &Map<String, Value>) -> String {
    let mut fields = vec![("Status", status.to_owned()), ("Message", message.to_owned())];
    for (name, value) in result {
        fields.push((name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    }
    encoded(&fields)
}

/// The fields that every result has.
fn common(amount: u64, trade_no: &str, order_no: &str) -> Map<String, Value> {
    let fields = [
        ("MerchantID", json!(NEWEBPAY.merchant)),
        ("Amt", json!(amount)),
        ("TradeNo", json!(trade_no)),
        ("MerchantOrderNo", json!(order_no)),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}
