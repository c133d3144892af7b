//! What was known and owed when the city stopped.

use serde_json::json;

use crate::Fixture;
use crate::ecpay::{check_out, opened};
use crate::shop::Answer;

#[tokio::test]
async fn orders_settings_and_used_numbers_stay() {
    let order_no = "TPE0000000000000KEPT";
    let city = Fixture::start().await;
    city.misbehave(json!({ "drop": true })).await;
    opened(&city, order_no).await;
    city.act(order_no, "issue", json!({ "means": "atm" })).await;
    let before = city.order(order_no).await;
    let city = city.restart().await;
    assert_eq!(city.order(order_no).await, before);
    assert_eq!(check_out(&city, order_no, &[]).await.0, 400);
    assert_eq!(city.control(json!({})).await["misbehave"]["drop"], true);
    assert_eq!(city.act(order_no, "pay", json!({})).await["means"], "atm");
}

#[tokio::test]
async fn a_notice_that_was_owed_comes_after_the_restart() {
    let order_no = "TPE0000000000000OWED";
    let city = Fixture::start().await;
    opened(&city, order_no).await;
    city.control(json!({ "resend_after_ms": 500 })).await;
    // The first is refused, and the second answered too late for the sandbox that asked.
    city.shop.answer_with(&[Answer::of(500, ""), Answer::after(60_000)]);
    city.act(order_no, "pay", json!({})).await;
    city.shop.hears(2).await;
    let city = city.restart().await;
    let heard = city.shop.hears(3).await;
    assert_eq!(heard[2].1.get("TradeNo"), heard[0].1.get("TradeNo"));
    let notices = city.settled(order_no).await;
    assert_eq!(notices[0]["progress"], "acknowledged");
    assert_eq!(notices[0]["attempts"].as_array().unwrap().len(), 2, "the one that was cut off is unknown");
}
