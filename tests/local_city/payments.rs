//! A week in which no callback comes through.

use anyhow::Result;
use serde_json::json;
use tests::city::{City, wait_for};
use tests::person::Person;
use tests::refund::{self, Counter};
use tests::till::{FEE, Till, apply_with_fee, begin, fees, shows};

/// Seconds of a week.
const WEEK: &str = "604800";

#[tokio::test]
async fn a_week_without_callbacks_heals_without_a_person() -> Result<()> {
    let mut city = City::own(&[]).await?;
    let till = Till::of(&city);
    let mut lin = Person::sign_in(&city, "lin").await?;
    let mut cases = Vec::new();
    for (provider, means) in [("ecpay_aio", "card"), ("ecpay_aio", "barcode"), ("newebpay_mpg", "card")] {
        let case = apply_with_fee(&mut lin).await?;
        let order = begin(&mut lin, &case, provider, means).await?;
        till.misbehave(&order, &json!({ "drop": true })).await?;
        if means != "card" {
            till.press(&order, "issue", &json!({ "means": means })).await?;
        }
        till.press(&order, "pay", &json!({ "means": means })).await?;
        assert_eq!(fees(&mut lin, &case).await?["status"], "unpaid");
        cases.push(case);
    }
    city.kill().await?;
    city.start_with(&["--clock-offset", WEEK]).await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    city.control("/_local/schedules/payment-reconciliation/run", &json!({})).await?;
    for case in cases {
        let paid = shows(&mut lin, &case, "posted").await?;
        assert_eq!((&paid["posted"], paid["receipts"].as_array().map(Vec::len)), (&json!(FEE), Some(1)));
    }
    Ok(())
}

/// To the card it came from, by 綠界's own interface.
#[tokio::test]
async fn a_refund_goes_back_to_the_card() -> Result<()> {
    let city = City::own(&["--clock-offset", refund::past_the_capture()]).await?;
    let till = Till::of(&city);
    let mut lin = Person::sign_in(&city, "lin").await?;
    let mut counter = Counter::open(&city).await?;
    let case = counter.sends_back(&till, &mut lin).await?;
    city.control("/_local/schedules/payment-reconciliation/run", &json!({})).await?;
    let paid_back = wait_for("the refund", async || {
        let fee = refund::work(&mut counter.cashier, &case).await?["fee"].clone();
        Ok((fee["refunds"][0]["state"] == "settled").then_some(fee))
    });
    let fee = paid_back.await?;
    assert_eq!((&fee["refunded"], &fee["status"]), (&json!(FEE), &json!("nothing_due")));
    city.mail("lin@mail.example", "退費完成").await?;
    Ok(())
}
