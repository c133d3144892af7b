//! Money, from the choice of a provider to the receipt, and whatever providers do on the way.

use anyhow::Result;
use reqwest::Method;
use serde_json::json;
use tests::city::{City, wait_for};
use tests::person::{Person, request_id};
use tests::refund::{self, Counter};
use tests::steps;
use tests::till::{FEE, Till, apply_with_fee, begin, fees, shows};

/// Long enough for a second notice that should not be there.
async fn a_while() {
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
}

#[tokio::test]
async fn a_fee_is_paid_in_every_format_and_starts_the_clock() -> Result<()> {
    let city = City::any().await?;
    let till = Till::of(&city);
    let mut lin = Person::sign_in(&city, "lin").await?;
    for (provider, means) in [
        ("ecpay_aio", "card"),
        ("ecpay_aio", "atm"),
        ("ecpay_aio", "store_code"),
        ("ecpay_aio", "barcode"),
        ("newebpay_mpg", "card"),
        ("newebpay_mpg", "atm"),
    ] {
        let case = apply_with_fee(&mut lin).await?;
        let before = steps::state(&mut lin, &case).await?;
        assert!(before["due"].is_null(), "the clock waits for the fee: {before}");
        let order = begin(&mut lin, &case, provider, means).await?;
        if means != "card" {
            till.press(&order, "issue", &json!({ "means": means })).await?;
        }
        if provider == "ecpay_aio" && means != "card" {
            let told = wait_for("the number to pay by", async || {
                let fees = fees(&mut lin, &case).await?;
                Ok((!fees["attempts"][0]["pay_by"].is_null()).then_some(fees))
            });
            assert_eq!(told.await?["status"], "unpaid", "a number is no payment");
        }
        till.press(&order, "pay", &json!({ "means": means })).await?;
        let paid = shows(&mut lin, &case, "posted").await?;
        assert_eq!(
            (&paid["posted"], &paid["receipts"][0]["amount"]),
            (&json!(FEE), &json!(FEE)),
            "{provider} {means}"
        );
        let receipt = paid["receipts"][0]["receipt_no"].as_str().unwrap_or_default().to_owned();
        city.mail("lin@mail.example", &receipt).await?;
        let after = steps::state(&mut lin, &case).await?;
        assert!(after["due"].is_string(), "{after}");
    }
    Ok(())
}

#[tokio::test]
async fn the_same_notice_fifty_times_at_once_is_one_payment_and_one_receipt() -> Result<()> {
    let city = City::any().await?;
    let till = Till::of(&city);
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = apply_with_fee(&mut lin).await?;
    let order = begin(&mut lin, &case, "ecpay_aio", "card").await?;
    till.misbehave(&order, &json!({ "duplicate": 49 })).await?;
    till.press(&order, "pay", &json!({})).await?;
    let paid = shows(&mut lin, &case, "posted").await?;
    let receipt = paid["receipts"][0]["receipt_no"].as_str().unwrap_or_default().to_owned();
    city.mail("lin@mail.example", &receipt).await?;
    let answered = wait_for("fifty answers", async || {
        let callbacks = till.order(&order).await?["callbacks"].as_array().cloned().unwrap_or_default();
        Ok((callbacks.len() == 50 && callbacks.iter().all(|it| it["progress"] == "acknowledged"))
            .then_some(()))
    });
    answered.await?;
    a_while().await;
    let paid = fees(&mut lin, &case).await?;
    assert_eq!((&paid["posted"], paid["receipts"].as_array().map(Vec::len)), (&json!(FEE), Some(1)));
    assert_eq!(city.count_mails("lin@mail.example", &receipt).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_notice_of_another_amount_waits_in_suspense_where_the_cashier_sees_it() -> Result<()> {
    let city = City::any().await?;
    let till = Till::of(&city);
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = apply_with_fee(&mut lin).await?;
    let order = begin(&mut lin, &case, "newebpay_mpg", "card").await?;
    till.misbehave(&order, &json!({ "tamper_amount": true })).await?;
    till.press(&order, "pay", &json!({})).await?;
    let seen = wait_for("money in suspense", async || {
        let fees = fees(&mut lin, &case).await?;
        Ok((fees["suspense"] != 0).then_some(fees))
    });
    let seen = seen.await?;
    assert_eq!(
        (&seen["status"], &seen["posted"], &seen["suspense"]),
        (&json!("unpaid"), &json!(0), &json!(FEE + 1))
    );
    let mut cashier = Person::sign_in(&city, "cashier.commerce").await?;
    wait_for("the case in the cashier's list", async || {
        let list = cashier.api(Method::GET, "/api/work?view=money", None, None).await?.expect(200)?;
        Ok(list.body.contains(&case).then_some(()))
    })
    .await?;
    city.mail("cashier@tcooc.city.example", &case).await?;
    Ok(())
}

#[tokio::test]
async fn a_notice_with_a_bad_signature_is_refused_and_a_good_one_is_taken() -> Result<()> {
    let city = City::any().await?;
    let till = Till::of(&city);
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = apply_with_fee(&mut lin).await?;
    let order = begin(&mut lin, &case, "ecpay_aio", "card").await?;
    till.misbehave(&order, &json!({ "tamper_signature": true })).await?;
    till.press(&order, "pay", &json!({})).await?;
    let refused = wait_for("an answer to the notice", async || {
        let order = till.order(&order).await?;
        Ok(order["callbacks"][0]["attempts"].get(0).cloned())
    });
    let refused = refused.await?;
    assert_eq!((&refused["status"], &refused["body"]), (&json!(400), &json!("refused")));
    assert_eq!(fees(&mut lin, &case).await?["status"], "unpaid");
    till.press(&order, "resend", &json!({})).await?;
    shows(&mut lin, &case, "posted").await?;
    Ok(())
}

#[tokio::test]
async fn a_payment_after_the_withdrawal_is_a_refund_to_be_made() -> Result<()> {
    let city = City::any().await?;
    let till = Till::of(&city);
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = apply_with_fee(&mut lin).await?;
    let order = begin(&mut lin, &case, "ecpay_aio", "card").await?;
    steps::withdraw(&mut lin, &case).await?.expect(200)?;
    till.press(&order, "pay", &json!({})).await?;
    let fees = shows(&mut lin, &case, "refund_due").await?;
    assert_eq!(fees["refundable"], FEE);
    city.mail("cashier@tcooc.city.example", &case).await?;
    Ok(())
}

/// While the provider is to be asked, nobody records what came of it.
#[tokio::test]
async fn a_refund_goes_through_three_hands_to_the_provider() -> Result<()> {
    let city = City::any().await?;
    let till = Till::of(&city);
    let mut lin = Person::sign_in(&city, "lin").await?;
    let mut counter = Counter::open(&city).await?;
    let case = counter.sends_back(&till, &mut lin).await?;
    let outcome = json!({ "refund": 1, "state": "failed", "reference": "業者後台" });
    let recorded = refund::command(&mut counter.cashier, &case, "record_payout", outcome).await?;
    let code = recorded.json()?["code"].clone();
    // Or it was asked within this second, and has paid.
    let state = refund::work(&mut counter.cashier, &case).await?["fee"]["refunds"][0]["state"].clone();
    assert!(code == "REFUND_UNDER_WAY" || state == "settled" && !code.is_null(), "{code} {state}");
    Ok(())
}

#[tokio::test]
async fn charged_twice_and_tested_once() -> Result<()> {
    let city = City::any().await?;
    let till = Till::of(&city);
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = apply_with_fee(&mut lin).await?;
    let order = begin(&mut lin, &case, "ecpay_aio", "card").await?;
    till.misbehave(&order, &json!({ "double_charge": true })).await?;
    till.press(&order, "pay", &json!({})).await?;
    assert_eq!(shows(&mut lin, &case, "overpaid").await?["refundable"], FEE);

    let case = apply_with_fee(&mut lin).await?;
    let order = begin(&mut lin, &case, "ecpay_aio", "card").await?;
    till.misbehave(&order, &json!({ "simulate": true })).await?;
    till.press(&order, "pay", &json!({})).await?;
    wait_for("the test payment to be told", async || {
        let told = till.order(&order).await?["callbacks"][0]["progress"] == "acknowledged";
        Ok(told.then_some(()))
    })
    .await?;
    a_while().await;
    let shown = fees(&mut lin, &case).await?;
    assert_eq!(
        (&shown["status"], &shown["posted"]),
        (&json!("unpaid"), &json!(0)),
        "a test payment never posts"
    );
    Ok(())
}

#[tokio::test]
async fn an_unposted_fee_is_no_ground_of_refusal() -> Result<()> {
    let city = City::any().await?;
    let mut lin = Person::sign_in(&city, "lin").await?;
    let case = apply_with_fee(&mut lin).await?;
    let mut dispatcher = Person::sign_in(&city, "dispatcher.commerce").await?;
    let mut handler = Person::sign_in(&city, "handler.commerce").await?;
    let work = format!("/api/work/{case}");
    let seen = dispatcher.api(Method::GET, &work, None, None).await?.expect(200)?.json()?;
    let person = |role: &str| {
        let staff = seen["staff"].as_array().into_iter().flatten();
        let found = staff.into_iter().find(|it| it["roles"].to_string().contains(role));
        found.map(|it| it["person"].clone()).unwrap_or_default()
    };
    let assign = json!({ "version": 1, "handler": person("handler"), "reviewer": person("reviewer") });
    let path = format!("{work}/assign");
    dispatcher.api(Method::POST, &path, Some(&request_id()), Some(&assign)).await?.expect(200)?;
    let path = format!("{work}/propose");
    for (body, code) in [
        (
            json!({ "version": 2, "outcome": "reject", "ground": "fee_not_posted", "reason": "x" }),
            "FEE_IS_NO_GROUND",
        ),
        (
            json!({ "version": 2, "outcome": "reject", "ground": "not_eligible", "reason": "規費尚未入帳" }),
            "FEE_MENTIONED",
        ),
    ] {
        let refused =
            handler.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(409)?;
        assert_eq!(refused.json()?["code"], code);
    }
    let page = handler.get(&format!("/work/{case}")).await?.expect(200)?;
    assert!(page.text().contains("不得據以駁回"), "{}", page.text());
    Ok(())
}
