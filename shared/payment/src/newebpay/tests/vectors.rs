//! `newebpay_mpg.json`, all of it.

use super::inner;
use crate::fixtures::{self, hear};
use crate::newebpay::answer::Answer;
use crate::newebpay::query;
use crate::vectors::{Vector, hold};
use crate::{account, effects};

use serde_json::{Value, json};

#[test]
fn every_vector_comes_out_as_it_says() {
    let counts = [("mpg_sign", 28), ("notify", 34), ("query_checkvalue", 4), ("query_checkcode", 5)];
    hold("newebpay_mpg", &counts, |vector| match vector.kind.as_str() {
        "mpg_sign" => mpg_sign(vector),
        "notify" => notify(vector),
        "query_checkvalue" => query_checkvalue(vector),
        "query_checkcode" => query_checkcode(vector),
        kind => Err(format!("no test for {kind}")),
    });
}

fn account(vector: &Vector) -> account::Account {
    let keys = json!({ "hash_key": vector.text("/key/hash_key"), "hash_iv": vector.text("/key/hash_iv") });
    fixtures::account(&fixtures::secret("newebpay_mpg", &vector.text("/key/merchant_id"), &keys))
}

fn equal(expected: &str, made: &str) -> Result<(), String> {
    if expected == made { Ok(()) } else { Err(format!("made {made}")) }
}

fn mpg_sign(vector: &Vector) -> Result<(), String> {
    let keys = inner(account(vector)).ring.current;
    let trade_info = keys.seal(&vector.text("/payload/plaintext"));
    equal(&vector.text("/expected_trade_info"), &trade_info)?;
    equal(&vector.text("/expected_signature"), &keys.trade_sha(&trade_info))
}

fn notify(vector: &Vector) -> Result<(), String> {
    let account = account(vector);
    let body = vector.text("/payload/raw_body");
    let heard = hear(&account, body.as_bytes());
    vector.judge(&heard)?;
    let Ok(said) = heard else { return Ok(()) };
    let order_no = vector.get::<String>("/business/context/order/merchant_order_no");
    if order_no.is_some_and(|order_no| order_no != said.order_no) {
        return Err(format!("about {}", said.order_no));
    }
    let answer = account.acknowledgement();
    if vector.get::<String>("/business/http_response") != Some(format!("HTTP {}", answer.status)) {
        return Err("another answer".to_owned());
    }
    opened(vector, &account, &body)?;
    effects::check(vector, &said.word)
}

/// What is decrypted is the text that the vector has, byte for byte.
fn opened(vector: &Vector, account: &account::Account, body: &str) -> Result<(), String> {
    let account::Account::NewebpayMpg(account) = account else { return Err("another provider".to_owned()) };
    let trade_info = body.split('&').find_map(|field| field.strip_prefix("TradeInfo=")).unwrap();
    let text = account.ring.current.open(trade_info).unwrap();
    equal(&vector.text("/expected_decrypted"), std::str::from_utf8(&text).unwrap())
}

fn param(vector: &Vector, name: &str) -> String {
    let params: Vec<(String, String)> = vector.get("/payload/params").unwrap();
    params.into_iter().find(|(given, _)| given == name).map(|(_, value)| value).unwrap()
}

fn query_checkvalue(vector: &Vector) -> Result<(), String> {
    let [amount, merchant, order_no] =
        ["Amt", "MerchantID", "MerchantOrderNo"].map(|name| param(vector, name));
    let value = inner(account(vector)).ring.current.check_value(&amount, &merchant, &order_no);
    equal(&vector.text("/expected_signature"), &value)
}

fn query_checkcode(vector: &Vector) -> Result<(), String> {
    let code = vector.get("/payload/check_code").unwrap_or_else(|| vector.text("/expected_signature"));
    let mut result = json!({ "CheckCode": code });
    for name in ["Amt", "MerchantID", "MerchantOrderNo", "TradeNo"] {
        result[name] = Value::String(param(vector, name));
    }
    let answer = Answer::read(json!({ "Status": "SUCCESS", "Result": result }).to_string().as_bytes())?;
    let signed = query::signed(&inner(account(vector)), &answer);
    vector.judge(&if signed { Ok(()) } else { Err(()) })
}
