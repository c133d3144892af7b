//! 綠界, from the order to the refund.

use local::sandbox::ecpay::sealed::{open, seal};
use local::sandbox::ecpay::sign::check_mac_value;
use local::sandbox::{Clock, ECPAY, Fields};
use serde_json::{Value, json};

use crate::shop::{Answer, Shop};
use crate::{Fixture, client, values};

const ORDER: &str = "TPE0000000000000ABCD";
const CHECKOUT: &str = "/ecpay_aio/Cashier/AioCheckOut/V5";

/// Opens the order and gives the answer's status, text and location.
pub async fn check_out(
    city: &Fixture,
    order_no: &str,
    more: &[(&'static str, &str)],
) -> (u16, String, String) {
    city.post(CHECKOUT, &city.shop.ecpay_order(order_no, more)).await
}

/// Opens the order, which must be taken.
pub async fn opened(city: &Fixture, order_no: &str) {
    assert_eq!(check_out(city, order_no, &[]).await.0, 303);
}

pub fn is_signed(fields: &Fields) -> bool {
    fields.get("CheckMacValue") == check_mac_value(&fields.pairs(), &ECPAY)
}

/// The fields of the answer to a query, in which nothing is encoded.
async fn query(city: &Fixture, order_no: &str) -> Value {
    let form = Shop::ecpay_signed(vec![
        ("MerchantID", ECPAY.merchant.to_owned()),
        ("MerchantTradeNo", order_no.to_owned()),
        ("TimeStamp", city.clock.now().to_string()),
    ]);
    let (_, text, _) = city.post("/ecpay_aio/Cashier/QueryTradeInfo/V5", &form).await;
    let pairs: Vec<(&str, &str)> = text.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    let digest = pairs.iter().find(|(name, _)| *name == "CheckMacValue").unwrap().1;
    assert_eq!(digest, check_mac_value(&pairs, &ECPAY));
    pairs
        .into_iter()
        .collect::<std::collections::BTreeMap<_, _>>()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect()
}

#[tokio::test]
async fn a_payer_pays_by_card_in_the_browser() {
    let city = Fixture::start().await;
    let (status, _, page) = check_out(&city, ORDER, &[]).await;
    assert_eq!((status, page.as_str()), (303, "/_local/pay/orders/TPE0000000000000ABCD"));
    let answer = client().get(format!("{}{page}", city.origin)).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains(&city.shop.origin), "{policy}");
    let page = answer.text().await.unwrap();
    for text in ["測試環境", "NT$ 300", "規費", ORDER, "以測試信用卡付款", "超商條碼"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<script"));

    let (status, _, back) = city.post(&format!("/orders/{ORDER}/pay"), "means=card").await;
    assert_eq!((status, back), (303, format!("{}/back", city.shop.origin)));
    let (path, notice) = city.shop.hears(1).await.remove(0);
    assert_eq!(path, "paid");
    assert!(is_signed(&notice));
    let said =
        values(&notice, ["MerchantTradeNo", "RtnCode", "RtnMsg", "TradeAmt", "PaymentType", "SimulatePaid"]);
    assert_eq!(said, [ORDER, "1", "交易成功", "300", "Credit_CreditCard", "0"]);

    let notices = city.settled(ORDER).await;
    assert_eq!(notices[0]["progress"], "acknowledged");
    assert_eq!(
        (&notices[0]["attempts"][0]["status"], &notices[0]["attempts"][0]["body"]),
        (&json!(200), &json!("1|OK"))
    );
    let order = city.order(ORDER).await;
    assert_eq!(
        (&order["state"], &order["means"], &order["provider"]),
        (&json!("paid"), &json!("card"), &json!("ecpay_aio"))
    );
    assert_eq!(order["trade_numbers"], json!([notice.get("TradeNo")]));
    let answer = query(&city, ORDER).await;
    assert_eq!((&answer["TradeStatus"], &answer["TradeNo"]), (&json!("1"), &json!(notice.get("TradeNo"))));
}

#[tokio::test]
async fn an_order_number_works_once() {
    let city = Fixture::start().await;
    opened(&city, ORDER).await;
    let (status, page, _) = check_out(&city, ORDER, &[]).await;
    assert_eq!(status, 400);
    assert!(page.contains("10200047"), "{page}");
    city.post(&format!("/orders/{ORDER}/close"), "").await;
    assert_eq!(check_out(&city, ORDER, &[]).await.0, 400, "also when nothing came of it");
    assert_eq!(query(&city, ORDER).await["TradeStatus"], "10200095");
    assert_eq!(query(&city, "TPE0000000000000NONE").await["TradeStatus"], "10200047");
}

#[tokio::test]
async fn an_unsigned_order_is_refused() {
    let city = Fixture::start().await;
    let form = city.shop.ecpay_order(ORDER, &[]).replace("TotalAmount=300", "TotalAmount=3");
    let (status, page, _) = city.post(CHECKOUT, &form).await;
    assert_eq!(status, 400);
    assert!(page.contains("10200073"));
    let orders: Vec<Value> =
        client().get(city.url("/orders.json")).send().await.unwrap().json().await.unwrap();
    assert!(orders.is_empty());
}

#[tokio::test]
async fn a_number_is_told_then_paid() {
    let city = Fixture::start().await;
    opened(&city, ORDER).await;
    let (status, _, page) = city.post(&format!("/orders/{ORDER}/issue"), "means=atm").await;
    assert_eq!((status, page.as_str()), (303, "/_local/pay/orders/TPE0000000000000ABCD"));
    let (path, notice) = city.shop.hears(1).await.remove(0);
    assert_eq!((path.as_str(), notice.get("RtnCode"), is_signed(&notice)), ("number", "2", true));
    let shown = client().get(format!("{}{page}", city.origin)).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains(notice.get("vAccount")) && shown.contains("模擬以此號碼繳費"));
    assert_eq!(query(&city, ORDER).await["TradeStatus"], "0");

    let order = city.act(ORDER, "pay", json!({})).await;
    assert_eq!((&order["state"], &order["means"]), (&json!("paid"), &json!("atm")));
    let (path, paid) = city.shop.hears(2).await.remove(1);
    assert_eq!((path.as_str(), paid.get("RtnCode"), paid.get("PaymentType")), ("paid", "1", "ATM_BOT"));
    assert_eq!(paid.get("TradeNo"), notice.get("TradeNo"));
}

#[tokio::test]
async fn a_declined_card_is_told_and_can_be_followed_by_a_good_one() {
    let city = Fixture::start().await;
    opened(&city, ORDER).await;
    let order = city.act(ORDER, "fail", json!({})).await;
    assert_eq!(order["state"], "failed");
    assert_eq!(city.shop.hears(1).await[0].1.get("RtnCode"), "10100058");
    city.act(ORDER, "pay", json!({})).await;
    assert_eq!(city.shop.hears(2).await[1].1.get("RtnCode"), "1");
}

#[tokio::test]
async fn a_notice_comes_again_until_it_is_acknowledged_exactly() {
    let city = Fixture::start().await;
    opened(&city, ORDER).await;
    city.shop.answer_with(&[Answer::of(500, "1|OK"), Answer::of(200, "1|OK\n"), Answer::of(201, "1|OK")]);
    city.act(ORDER, "pay", json!({})).await;
    let notices = city.settled(ORDER).await;
    assert_eq!(notices[0]["progress"], "acknowledged");
    let statuses: Vec<&Value> =
        notices[0]["attempts"].as_array().unwrap().iter().map(|attempt| &attempt["status"]).collect();
    assert_eq!(statuses, [500, 200, 201, 200]);
    let heard = city.shop.heard();
    let messages: Vec<&str> = heard.iter().map(|(_, notice)| notice.get("RtnMsg")).collect();
    assert_eq!(messages, ["交易成功", "paid", "paid", "paid"]);
    assert!(heard.iter().all(|(_, notice)| is_signed(notice)));
    assert_ne!(heard[0].1.get("CheckMacValue"), heard[1].1.get("CheckMacValue"));
}

#[tokio::test]
async fn the_provider_gives_up_after_four_more() {
    let city = Fixture::start().await;
    opened(&city, ORDER).await;
    city.shop.answer_with(&vec![Answer::of(200, "OK"); 9]);
    city.act(ORDER, "pay", json!({})).await;
    assert_eq!(city.settled(ORDER).await[0]["progress"], "given_up");
    assert_eq!(city.shop.heard().len(), 5);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_none() {
    let city = Fixture::start().await;
    city.control(json!({ "patience_ms": 100 })).await;
    opened(&city, ORDER).await;
    city.shop.answer_with(&[Answer::after(1_000)]);
    city.act(ORDER, "pay", json!({})).await;
    let notices = city.settled(ORDER).await;
    assert_eq!(notices[0]["attempts"][0]["status"], Value::Null);
    assert_eq!(
        (notices[0]["attempts"].as_array().unwrap().len(), &notices[0]["progress"]),
        (2, &json!("acknowledged"))
    );
}

#[tokio::test]
async fn money_goes_back_through_the_card_service() {
    let city = Fixture::start().await;
    assert_eq!(check_out(&city, ORDER, &[("NeedExtraPaidInfo", "Y")]).await.0, 303);
    city.act(ORDER, "pay", json!({})).await;
    let notice = city.shop.hears(1).await.remove(0).1;
    let state = async || {
        let form = Shop::ecpay_signed(vec![
            ("MerchantID", ECPAY.merchant.to_owned()),
            ("CreditRefundId", notice.get("gwsr").to_owned()),
            ("CreditAmount", "300".to_owned()),
            ("CreditCheckCode", "62861749".to_owned()),
        ]);
        let (_, text, _) = city.post("/ecpay_aio/CreditDetail/QueryTrade/V2", &form).await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&answer["RtnMsg"], &answer["RtnValue"]["amount"]), (&json!(""), &json!(300)));
        answer["RtnValue"]["status"].as_str().unwrap().to_owned()
    };
    let act = async |action: &str, amount: &str| {
        let form = Shop::ecpay_signed(vec![
            ("MerchantID", ECPAY.merchant.to_owned()),
            ("MerchantTradeNo", ORDER.to_owned()),
            ("TradeNo", notice.get("TradeNo").to_owned()),
            ("Action", action.to_owned()),
            ("TotalAmount", amount.to_owned()),
        ]);
        let (_, text, _) = city.post("/ecpay_aio/CreditDetail/DoAction", &form).await;
        Fields::read(text.as_bytes()).unwrap().get("RtnCode").to_owned()
    };
    assert_eq!(state().await, "已授權");
    assert_eq!(act("R", "100").await, "0");
    city.act(ORDER, "bank-day", json!({})).await;
    assert_eq!(state().await, "要關帳");
    city.act(ORDER, "bank-day", json!({})).await;
    assert_eq!(state().await, "已關帳");
    assert_eq!((act("R", "100").await, act("R", "201").await), ("1".to_owned(), "0".to_owned()));
    assert_eq!(city.order(ORDER).await["trades"][0]["refunded"], 100);
}

#[tokio::test]
async fn a_card_payment_is_found_by_the_order_number() {
    let city = Fixture::start().await;
    opened(&city, ORDER).await;
    let ask = async |envelope: Value| {
        let url = city.url("/ecpay_aio/1.0.0/CreditDetail/QueryTrade");
        client().post(url).json(&envelope).send().await.unwrap().json::<Value>().await.unwrap()
    };
    let data = json!({ "MerchantID": ECPAY.merchant, "MerchantTradeNo": ORDER }).to_string();
    let envelope = json!({
        "MerchantID": ECPAY.merchant,
        "RqHeader": { "Timestamp": city.clock.now() },
        "Data": seal(&data, &ECPAY),
    });
    let state = async || {
        let answer = ask(envelope.clone()).await;
        assert_eq!(answer["TransCode"], 1);
        let data = open(answer["Data"].as_str().unwrap(), &ECPAY).unwrap();
        serde_json::from_str::<Value>(&data).unwrap()
    };
    assert_eq!(state().await["RtnMsg"], "error_nopay");
    city.act(ORDER, "pay", json!({})).await;
    let answer = state().await;
    assert_eq!((&answer["RtnMsg"], &answer["RtnValue"]["Status"]), (&json!(""), &json!("Authorized")));
    city.act(ORDER, "bank-day", json!({})).await;
    let answer = state().await;
    assert_eq!(answer["RtnValue"]["Status"], "To be captured");
    assert_eq!((&answer["RtnValue"]["ClsAmt"], &answer["RtnValue"]["Amount"]), (&json!(300), &json!(300)));

    let mut old = envelope.clone();
    old["RqHeader"]["Timestamp"] = json!(city.clock.now() - 601);
    let mut other = envelope.clone();
    other["Data"] = json!(seal("{}", &ECPAY));
    for wrong in [json!({}), old, other] {
        assert_eq!(ask(wrong.clone()).await["TransCode"], 0, "{wrong}");
    }
}

#[tokio::test]
async fn the_daily_file_has_the_day_s_payments() {
    let city = Fixture::start().await;
    for order_no in [ORDER, "TPE0000000000000OPEN"] {
        opened(&city, order_no).await;
    }
    city.act(ORDER, "pay", json!({})).await;
    let today: String =
        city.order(ORDER).await["trades"][0]["paid_at"].as_str().unwrap().chars().take(10).collect();
    let file = async |day: &str| {
        let form = Shop::ecpay_signed(vec![
            ("MerchantID", ECPAY.merchant.to_owned()),
            ("DateType", "2".to_owned()),
            ("BeginDate", day.to_owned()),
            ("EndDate", day.to_owned()),
            ("MediaFormated", "1".to_owned()),
            ("CharSet", "2".to_owned()),
        ]);
        city.post("/ecpay_aio/PaymentMedia/TradeNoAio", &form).await.1
    };
    let text = file(&today).await;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("訂單日期,廠商訂單編號,") && lines[1].contains(ORDER));
    assert_eq!(file("2020-01-01").await.lines().count(), 1, "the header alone");
}

#[tokio::test]
async fn the_clock_is_the_city_s() {
    let ahead = Clock::ahead_by(40 * 86_400);
    let city = Fixture::with_clock(ahead).await;
    opened(&city, ORDER).await;
    city.act(ORDER, "pay", json!({})).await;
    let notice = city.shop.hears(1).await.remove(0).1;
    assert_eq!(query(&city, ORDER).await["PaymentDate"], notice.get("PaymentDate"));
    let paid_at =
        city.order(ORDER).await["trades"][0]["paid_at"].as_str().unwrap().replace('-', "/").replace('T', " ");
    assert_eq!(notice.get("PaymentDate"), &paid_at[..19]);
    let behind = Shop::ecpay_signed(vec![
        ("MerchantID", ECPAY.merchant.to_owned()),
        ("MerchantTradeNo", ORDER.to_owned()),
        ("TimeStamp", Clock::default().now().to_string()),
    ]);
    assert_eq!(city.post("/ecpay_aio/Cashier/QueryTradeInfo/V5", &behind).await.1, "0|TimeStamp Error");
}
