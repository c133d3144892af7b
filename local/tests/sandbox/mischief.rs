//! What the sandbox does wrong when it is told to.

use local::sandbox::Fields;
use serde_json::{Value, json};

use crate::ecpay::{is_signed, opened};
use crate::shop::Answer;
use crate::{Fixture, client};

const ORDER: &str = "TPE0000000000000MISC";

/// An order that is opened while the sandbox misbehaves, and paid.
async fn paid(how: Value) -> Fixture {
    let city = Fixture::start().await;
    city.misbehave(how).await;
    opened(&city, ORDER).await;
    city.act(ORDER, "pay", json!({})).await;
    city
}

fn codes(heard: &[(String, Fields)]) -> Vec<&str> {
    heard.iter().map(|(_, notice)| notice.get("RtnCode")).collect()
}

#[tokio::test]
async fn a_dropped_notice_never_comes_until_it_is_asked_for() {
    let city = paid(json!({ "drop": true })).await;
    assert_eq!(city.settled(ORDER).await[0]["progress"], "dropped");
    assert!(city.shop.heard().is_empty());
    city.act(ORDER, "resend", json!({})).await;
    let heard = city.shop.hears(1).await;
    assert_eq!(
        (heard[0].1.get("RtnCode"), heard[0].1.get("RtnMsg"), is_signed(&heard[0].1)),
        ("1", "paid", true)
    );
}

#[tokio::test]
async fn duplicates_come_at_the_same_moment() {
    let city = Fixture::start().await;
    city.misbehave(json!({ "duplicate": 2 })).await;
    opened(&city, ORDER).await;
    city.shop.answer_with(&[Answer::after(300), Answer::after(300), Answer::after(300)]);
    city.act(ORDER, "pay", json!({})).await;
    let notices = city.settled(ORDER).await;
    assert_eq!(notices.len(), 3);
    assert_eq!((city.shop.heard().len(), city.shop.most_at_once()), (3, 3));
}

#[tokio::test]
async fn a_delayed_notice_comes_later() {
    let city = paid(json!({ "delay_ms": 400 })).await;
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    assert!(city.shop.heard().is_empty());
    assert_eq!(city.shop.hears(1).await.len(), 1);
}

#[tokio::test]
async fn the_number_comes_after_the_payment() {
    let city = Fixture::start().await;
    city.misbehave(json!({ "reorder": true })).await;
    opened(&city, ORDER).await;
    city.act(ORDER, "issue", json!({ "means": "store_code" })).await;
    // The notice of the payment is refused once, and the other does not wait for its success.
    city.shop.answer_with(&[Answer::of(500, "")]);
    city.act(ORDER, "pay", json!({})).await;
    city.settled(ORDER).await;
    let heard = city.shop.heard();
    assert_eq!(codes(&heard)[0], "1");
    let number = heard.iter().find(|(path, _)| path == "number").unwrap();
    assert_eq!((number.1.get("RtnCode"), heard.len()), ("10100073", 3));
}

#[tokio::test]
async fn a_tampered_amount_is_signed_and_a_tampered_signature_is_not_right() {
    let city = paid(json!({ "tamper_amount": true })).await;
    let notice = city.shop.hears(1).await.remove(0).1;
    assert_eq!((notice.get("TradeAmt"), is_signed(&notice)), ("301", true));
    let city = paid(json!({ "tamper_signature": true })).await;
    let notice = city.shop.hears(1).await.remove(0).1;
    assert_eq!((notice.get("TradeAmt"), is_signed(&notice)), ("300", false));
}

#[tokio::test]
async fn a_simulated_payment_says_so_and_pays_nothing() {
    let city = paid(json!({ "simulate": true })).await;
    let notice = city.shop.hears(1).await.remove(0).1;
    assert_eq!((notice.get("SimulatePaid"), notice.get("RtnCode"), is_signed(&notice)), ("1", "1", true));
    let order = city.order(ORDER).await;
    assert_eq!((&order["state"], &order["trade_numbers"]), (&json!("opened"), &json!([])));
}

#[tokio::test]
async fn a_double_charge_has_two_trade_numbers() {
    let city = paid(json!({ "double_charge": true })).await;
    let heard = city.shop.hears(2).await;
    let mut told = [heard[0].1.get("TradeNo"), heard[1].1.get("TradeNo")];
    told.sort_unstable();
    assert_ne!(told[0], told[1]);
    let order = city.order(ORDER).await;
    let mut kept: Vec<&str> =
        order["trade_numbers"].as_array().unwrap().iter().map(|no| no.as_str().unwrap()).collect();
    kept.sort_unstable();
    assert_eq!(kept, told);
}

#[tokio::test]
async fn failure_comes_after_success() {
    let city = paid(json!({ "fail_after_success": true })).await;
    let heard = city.shop.hears(2).await;
    assert_eq!(codes(&heard), ["1", "10200095"]);
    assert_eq!(city.order(ORDER).await["state"], "paid");
}

#[tokio::test]
async fn one_order_misbehaves_alone() {
    let city = Fixture::start().await;
    for order_no in [ORDER, "TPE0000000000000GOOD"] {
        opened(&city, order_no).await;
    }
    let order = city.control(json!({ "order": ORDER, "misbehave": { "drop": true } })).await;
    assert_eq!(order["misbehave"]["drop"], true);
    for order_no in [ORDER, "TPE0000000000000GOOD"] {
        city.act(order_no, "pay", json!({})).await;
    }
    city.settled("TPE0000000000000GOOD").await;
    assert_eq!(city.shop.heard().len(), 1);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let city = Fixture::start().await;
    opened(&city, ORDER).await;
    let post = async |path: &str, body: Value| {
        client().post(city.url(path)).json(&body).send().await.unwrap().status().as_u16()
    };
    assert_eq!(post("/control", json!({ "misbehave": { "dropp": true } })).await, 400);
    assert_eq!(post("/control", json!({ "misbehave": { "duplicate": 100 } })).await, 400);
    assert_eq!(post("/control", json!({ "order": "X", "misbehave": {} })).await, 404);
    assert_eq!(post("/orders/X/pay", json!({})).await, 404);
    assert_eq!(post(&format!("/orders/{ORDER}/dance"), json!({})).await, 400);
    assert_eq!(post(&format!("/orders/{ORDER}/issue"), json!({})).await, 400);
    assert_eq!(post(&format!("/orders/{ORDER}/pay"), json!({ "means": "atm" })).await, 409);
    assert_eq!(post(&format!("/orders/{ORDER}/resend"), json!({})).await, 409);
    city.act(ORDER, "pay", json!({})).await;
    assert_eq!(post(&format!("/orders/{ORDER}/pay"), json!({})).await, 409);
}

#[tokio::test]
async fn the_desk_does_the_same_by_form() {
    let city = Fixture::start().await;
    let settings = "drop=on&delay_ms=0&duplicate=0&resend_after_ms=20&patience_ms=500";
    let (status, _, back) = city.post("/control", settings).await;
    assert_eq!((status, back.as_str()), (303, "/_local/pay"));
    opened(&city, ORDER).await;
    let (_, _, back) = city.post(&format!("/orders/{ORDER}/pay"), "at=desk").await;
    assert_eq!(back, format!("/_local/pay/orders/{ORDER}/desk"));
    let desk = client().get(format!("{}{back}", city.origin)).send().await.unwrap().text().await.unwrap();
    assert!(desk.contains("故意不送") && desk.contains("再送一次通知") && desk.contains("name=drop checked"));
    let (_, _, back) = city.post("/control", &format!("order={ORDER}&delay_ms=&duplicate=")).await;
    assert_eq!(back, format!("/_local/pay/orders/{ORDER}/desk"));
    city.post(&format!("/orders/{ORDER}/resend"), "at=desk").await;
    assert_eq!(city.shop.hears(1).await.len(), 1);
    let list = client().get(city.url("")).send().await.unwrap().text().await.unwrap();
    assert!(list.contains(ORDER) && list.contains("已付款"));
}
