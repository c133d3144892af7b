//! `Cashier/AioCheckOut/V5`: the payer arrives with an order that the merchant signed.

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::response::{IntoResponse as _, Redirect, Response};
use std::sync::Arc;

use super::super::accounts::ECPAY;
use super::super::form::Fields;
use super::super::misbehaviour::Misbehaviour;
use super::super::order::{Means, Order, Provider, State};
use super::super::pages::payer;
use super::super::{BASE, Sandbox, broken, is_on_this_machine, numbers};
use super::sign;

/// Why an order is not taken: 綠界's code, and the reason in Chinese and in English.
type Refused = (&'static str, &'static str, &'static str);

/// Words that 綠界's firewall takes for an attack; there are more.
const BLOCKED: [&str; 8] = ["echo", "python", "cmd", "wget", "curl", "ping", "net", "telnet"];

pub async fn checkout(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    let settings = match sandbox.orders.settings() {
        Ok(settings) => settings,
        Err(error) => return broken(&error),
    };
    let order = match Fields::read(&body) {
        Ok(fields) => opened(fields, sandbox.clock.now(), settings.misbehave),
        Err(_) => Err(("10200002", "表單有誤，或欄位重複", "not a form, or a field is there twice")),
    };
    let order = match order {
        Ok(order) => order,
        Err(refused) => return refuse(refused),
    };
    match sandbox.orders.insert(&order) {
        Ok(true) => Redirect::to(&format!("{BASE}/orders/{}", order.order_no)).into_response(),
        Ok(false) => refuse((
            "10200047",
            "訂單編號重複：用過的編號永不可再用（MerchantTradeNo）",
            "the MerchantTradeNo was used before; a number works once for ever",
        )),
        Err(error) => broken(&error),
    }
}

fn refuse((code, chinese, english): Refused) -> Response {
    payer::refused(Provider::EcpayAio, code, chinese, english)
}

/// The order, if 綠界 would take it.
fn opened(fields: Fields, now: i64, misbehave: Misbehaviour) -> Result<Order, Refused> {
    if fields.get("MerchantID") != ECPAY.merchant {
        return Err(("10200001", "特店編號錯誤（MerchantID）", "wrong MerchantID"));
    }
    if fields.get(sign::FIELD) != sign::check_mac_value(&fields.pairs(), &ECPAY) {
        return Err(("10200073", "檢查碼錯誤（CheckMacValue）", "wrong CheckMacValue"));
    }
    let order_no = fields.get("MerchantTradeNo").to_owned();
    let is_number =
        |no: &str| (1..=20).contains(&no.len()) && no.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_date =
        |date: &str| jiff::civil::DateTime::strptime("%Y/%m/%d %H:%M:%S", date).is_ok() && date.len() == 19;
    let is_text = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
    let checks: [(bool, Refused); 7] = [
        (
            is_number(&order_no),
            ("10200052", "訂單編號須為 1 至 20 個英數字", "MerchantTradeNo is not 1-20 letters and digits"),
        ),
        (
            is_date(fields.get("MerchantTradeDate")),
            ("10200002", "MerchantTradeDate 格式錯誤", "MerchantTradeDate is not yyyy/MM/dd HH:mm:ss"),
        ),
        (fields.get("PaymentType") == "aio", ("10200002", "PaymentType 須為 aio", "PaymentType is not aio")),
        (
            fields.get("EncryptType") == "1",
            ("10200002", "EncryptType 須為 1（SHA256）", "EncryptType is not 1 (SHA256)"),
        ),
        (
            is_text(fields.get("TradeDesc"), 200),
            ("10200002", "TradeDesc 須為 1 至 200 字", "TradeDesc is not 1-200 characters"),
        ),
        (
            is_text(fields.get("ItemName"), 400),
            ("10200002", "ItemName 須為 1 至 400 字", "ItemName is not 1-400 characters"),
        ),
        (!fields.get("ReturnURL").is_empty(), ("10200002", "缺少 ReturnURL", "ReturnURL is missing")),
    ];
    if let Some((_, refused)) = checks.into_iter().find(|(holds, _)| !holds) {
        return Err(refused);
    }
    if [fields.get("TradeDesc"), fields.get("ItemName")].into_iter().any(is_blocked) {
        return Err((
            "10400011",
            "商品名稱或描述含防火牆攔截的字",
            "ItemName or TradeDesc holds a word that the firewall blocks",
        ));
    }
    urls(&fields)?;
    let offered = offered(fields.get("ChoosePayment")).ok_or((
        "10200002",
        "本測試環境沒有此付款方式（ChoosePayment）",
        "the sandbox has no such ChoosePayment",
    ))?;
    let amount = super::super::amount(fields.get("TotalAmount")).ok_or((
        "10200050",
        "金額須為正整數（TotalAmount）",
        "TotalAmount is not a positive integer",
    ))?;
    Ok(Order {
        provider: Provider::EcpayAio,
        order_no,
        amount,
        item: fields.get("ItemName").to_owned(),
        opened_at: now,
        trade_no: numbers::trade_no(Provider::EcpayAio, now),
        offered,
        request: fields.into_map(),
        state: State::Opened,
        number: None,
        trades: Vec::new(),
        misbehave,
    })
}

fn urls(fields: &Fields) -> Result<(), Refused> {
    let names = ["ReturnURL", "PaymentInfoURL", "ClientBackURL", "OrderResultURL", "ClientRedirectURL"];
    for url in names.map(|name| fields.get(name)).into_iter().filter(|url| !url.is_empty()) {
        if url.len() > 200 {
            return Err(("10200002", "網址超過 200 字元", "a URL is longer than 200 characters"));
        }
        if !is_on_this_machine(url) {
            return Err((
                "10200002",
                "本測試環境只通知本機的 http 網址",
                "the sandbox calls http addresses of this machine alone",
            ));
        }
    }
    Ok(())
}

fn offered(choice: &str) -> Option<Vec<Means>> {
    match choice {
        "ALL" => Some(Means::ALL.to_vec()),
        "Credit" => Some(vec![Means::Card]),
        "ATM" => Some(vec![Means::Atm]),
        "CVS" => Some(vec![Means::StoreCode]),
        "BARCODE" => Some(vec![Means::Barcode]),
        _ => None,
    }
}

fn is_blocked(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| BLOCKED.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::form::encoded;

    fn request(changes: &[(&'static str, &'static str)]) -> Fields {
        let mut fields = vec![
            ("MerchantID", "3002607"),
            ("MerchantTradeNo", "TPE0000000000000ABCD"),
            ("MerchantTradeDate", "2026/11/23 10:00:00"),
            ("PaymentType", "aio"),
            ("TotalAmount", "300"),
            ("TradeDesc", "臺北市規費"),
            ("ItemName", "規費"),
            ("ReturnURL", "http://localhost:8080/callback"),
            ("ChoosePayment", "ALL"),
            ("EncryptType", "1"),
        ];
        for (name, value) in changes {
            fields.retain(|(other, _)| other != name);
            fields.push((name, value));
        }
        let digest = sign::check_mac_value(&fields, &ECPAY);
        fields.push((sign::FIELD, &digest));
        Fields::read(encoded(&fields).as_bytes()).unwrap()
    }

    fn refused(fields: Fields) -> &'static str {
        opened(fields, 0, Misbehaviour::default()).unwrap_err().0
    }

    #[test]
    fn a_signed_order_is_opened() {
        let order = opened(request(&[]), 1_795_399_268, Misbehaviour::default()).unwrap();
        assert_eq!((order.amount, order.item.as_str(), order.offered.len()), (300, "規費", 4));
        assert!(order.trade_no.starts_with("2611231001"));
        let cards = opened(request(&[("ChoosePayment", "Credit")]), 0, Misbehaviour::default()).unwrap();
        assert_eq!(cards.offered, [Means::Card]);
    }

    #[test]
    fn what_the_provider_refuses_is_refused() {
        for (name, value, code) in [
            ("MerchantID", "2000132", "10200001"),
            ("MerchantTradeNo", "TPE_1", "10200052"),
            ("MerchantTradeNo", "TPE0000000000000ABCDE", "10200052"),
            ("MerchantTradeDate", "2026-11-23 10:00:00", "10200002"),
            ("PaymentType", "", "10200002"),
            ("EncryptType", "0", "10200002"),
            ("TotalAmount", "0", "10200050"),
            ("TotalAmount", "+5", "10200050"),
            ("TotalAmount", "1.5", "10200050"),
            ("TradeDesc", "", "10200002"),
            ("ItemName", "curl fee", "10400011"),
            ("ReturnURL", "", "10200002"),
            ("ReturnURL", "https://pay.example/callback", "10200002"),
            ("ChoosePayment", "BNPL", "10200002"),
        ] {
            assert_eq!(refused(request(&[(name, value)])), code, "{name}={value}");
        }
        assert!(opened(request(&[("ItemName", "network")]), 0, Misbehaviour::default()).is_ok());
    }

    #[test]
    fn a_field_changed_after_signing_is_refused() {
        let form = encoded(&request(&[]).pairs()).replace("TotalAmount=300", "TotalAmount=3");
        assert_eq!(refused(Fields::read(form.as_bytes()).unwrap()), "10200073");
    }
}
