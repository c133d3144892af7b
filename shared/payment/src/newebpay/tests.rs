//! NewebPay against its vectors, and against whatever bytes there are.

mod notices;
mod orders;
mod refunds;
mod vectors;

use serde_json::{Value, json};

use super::Account;
use crate::{account, fixtures, form};

const MERCHANT: &str = "MS127874575";
const HASH_KEY: &str = "Fs5cX1TGqYM2PpdbE14a9H83YQSQF5jn";
const HASH_IV: &str = "C6AcmfqJILwgnhIP";

fn keys() -> Value {
    json!({ "hash_key": HASH_KEY, "hash_iv": HASH_IV })
}

fn account() -> account::Account {
    fixtures::account(&fixtures::secret("newebpay_mpg", MERCHANT, &keys()))
}

/// The account behind the enumeration, for what its keys make.
fn inner(account: account::Account) -> Account {
    match account {
        account::Account::NewebpayMpg(account) => account,
        other => panic!("{other:?}"),
    }
}

/// The body of a notice with this text in it.
fn sealed(text: &str) -> String {
    let keys = inner(account()).ring.current;
    let trade_info = keys.seal(text);
    let trade_sha = keys.trade_sha(&trade_info);
    let fields = [("Status", "SUCCESS"), ("MerchantID", MERCHANT), ("Version", "2.0")];
    let sealed = [("TradeInfo", trade_info.as_str()), ("TradeSha", trade_sha.as_str())];
    form::write(fields.into_iter().chain(sealed))
}

/// The answer to a query, signed, with fields in place of or besides those of a payment of 1,000 by card.
fn answer(order_no: &str, more: &[(&str, &str)]) -> String {
    let mut result = json!({
        "MerchantID": MERCHANT, "Amt": 1000, "TradeNo": "26112310000000002", "MerchantOrderNo": order_no,
        "TradeStatus": "1", "PaymentType": "CREDIT", "PayTime": "2026-11-23 10:43:08",
    });
    for (name, value) in more {
        result[*name] = json!(value);
    }
    let text = |name: &str| result[name].as_str().map_or_else(|| result[name].to_string(), str::to_owned);
    let (merchant, trade_no) = (text("MerchantID"), text("TradeNo"));
    let code = inner(account()).ring.current.check_code(&text("Amt"), &merchant, order_no, &trade_no);
    result["CheckCode"] = json!(code);
    json!({ "Status": "SUCCESS", "Message": "查詢成功", "Result": result }).to_string()
}
