//! `ecpay_aio.json`, all of it.

use domain::payment::Means;
use serde_json::json;

use crate::account::Account;
use crate::call::{NotUnderstood, Stepped};
use crate::fixtures::{self, at, hear, order, reply};
use crate::vectors::{Vector, hold};
use crate::{digest, effects};

#[test]
fn every_vector_comes_out_as_it_says() {
    let counts = [("sign", 28), ("callback", 59), ("query_response", 6)];
    hold("ecpay_aio", &counts, |vector| match vector.kind.as_str() {
        "sign" => sign(vector),
        "callback" => callback(vector),
        "query_response" => query_response(vector),
        kind => Err(format!("no test for {kind}")),
    });
}

fn account(vector: &Vector) -> Account {
    let keys = json!({ "hash_key": vector.text("/key/hash_key"), "hash_iv": vector.text("/key/hash_iv") });
    fixtures::account(&fixtures::secret("ecpay_aio", &vector.text("/key/merchant_id"), &keys))
}

fn sign(vector: &Vector) -> Result<(), String> {
    let Account::EcpayAio(account) = account(vector) else { return Err("another provider".to_owned()) };
    let fields: Vec<(String, String)> = vector.get("/payload/params").unwrap();
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let value = account.ring.current.check_mac(fields);
    if digest::same(&vector.text("/expected_signature"), &value) { Ok(()) } else { Err(value) }
}

fn callback(vector: &Vector) -> Result<(), String> {
    let account = account(vector);
    let heard = hear(&account, vector.text("/payload/raw_body").as_bytes());
    vector.judge(&heard)?;
    let Ok(said) = heard else { return Ok(()) };
    let order_no = vector.get::<String>("/business/context/order/merchant_trade_no");
    let answer = vector.get::<String>("/business/http_response");
    if order_no.is_some_and(|order_no| order_no != said.order_no) {
        return Err(format!("about {}", said.order_no));
    }
    if answer.is_some_and(|answer| answer != account.acknowledgement().body) {
        return Err("another answer".to_owned());
    }
    effects::check(vector, &said.word)
}

fn query_response(vector: &Vector) -> Result<(), String> {
    let body = vector.text("/payload/raw_body");
    let order_no = body.split_once("MerchantTradeNo=").and_then(|(_, rest)| rest.get(..20));
    let order_no = order_no.unwrap().parse().unwrap();
    let order = order(&order_no, 300, Means::Card);
    let learned: Result<Stepped, NotUnderstood> =
        account(vector).learn(&order, "query", &reply(200, body), at(fixtures::NOW));
    vector.judge(&learned)?;
    match learned {
        Ok(Stepped::Said(word)) => effects::check(vector, &word),
        Ok(stepped) => Err(format!("{stepped:?}")),
        Err(_) => Ok(()),
    }
}
