//! 藍新, from the order to the refund.

use local::sandbox::newebpay::sign::{check_code, check_value, decrypt, encrypt, trade_sha};
use local::sandbox::{Fields, NEWEBPAY, encoded};
use serde_json::{Value, json};

use crate::shop::Answer;
use crate::{Fixture, client};

const ORDER: &str = "TPE_0000000000000001";
const GATEWAY: &str = "/newebpay_mpg/MPG/mpg_gateway";

async fn opened(city: &Fixture, more: &[(&'static str, &str)]) -> String {
    let (status, _, page) = city.post(GATEWAY, &city.shop.newebpay_order(ORDER, city.clock, more)).await;
    assert_eq!(status, 303);
    page
}

/// What the encrypted part says; its digest must be right.
fn read(fields: &Fields) -> Value {
    assert_eq!(fields.get("TradeSha"), trade_sha(fields.get("TradeInfo"), &NEWEBPAY));
    serde_json::from_str(&decrypt(fields.get("TradeInfo"), &NEWEBPAY).unwrap()).unwrap()
}

async fn query(city: &Fixture, order_no: &str) -> Value {
    let form = encoded(&[
        ("MerchantID", NEWEBPAY.merchant),
        ("Version", "1.3"),
        ("RespondType", "JSON"),
        ("CheckValue", &check_value("300", order_no, &NEWEBPAY)),
        ("TimeStamp", &city.clock.now().to_string()),
        ("MerchantOrderNo", order_no),
        ("Amt", "300"),
    ]);
    serde_json::from_str(&city.post("/newebpay_mpg/API/QueryTradeInfo", &form).await.1).unwrap()
}

#[tokio::test]
async fn a_payer_pays_by_card_and_is_posted_back() {
    let city = Fixture::start().await;
    let back = format!("{}/back", city.shop.origin);
    let page = opened(&city, &[("ReturnURL", &back)]).await;
    let (status, _, next) = city.post(&format!("/orders/{ORDER}/pay"), "means=card").await;
    assert_eq!((status, &next), (303, &page), "a link cannot post");
    let told = read(&city.shop.hears(1).await[0].1);
    assert_eq!((&told["Status"], &told["Result"]["MerchantOrderNo"]), (&json!("SUCCESS"), &json!(ORDER)));
    assert_eq!((&told["Result"]["Amt"], &told["Result"]["PaymentType"]), (&json!(300), &json!("CREDIT")));
    let shown = client().get(format!("{}{page}", city.origin)).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains(&format!("action=\"{back}\"")) && shown.contains("name=\"TradeInfo\""), "{shown}");

    let answer = query(&city, ORDER).await;
    let result = &answer["Result"];
    assert_eq!((&answer["Status"], &result["TradeStatus"]), (&json!("SUCCESS"), &json!("1")));
    let trade_no = result["TradeNo"].as_str().unwrap();
    assert_eq!(result["TradeNo"], told["Result"]["TradeNo"]);
    assert_eq!(result["CheckCode"], check_code("300", ORDER, trade_no, &NEWEBPAY));
    assert_eq!(query(&city, "TPE_NONE").await["Status"], "TRA10021");
}

#[tokio::test]
async fn a_number_is_told_in_the_browser_alone() {
    let city = Fixture::start().await;
    let number = format!("{}/number", city.shop.origin);
    let page = opened(&city, &[("CustomerURL", &number)]).await;
    let order = city.act(ORDER, "issue", json!({ "means": "barcode" })).await;
    assert_eq!((&order["state"], &order["callbacks"]), (&json!("issued"), &json!([])));
    let shown = client().get(format!("{}{page}", city.origin)).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains(&format!("action=\"{number}\"")));
    city.act(ORDER, "pay", json!({})).await;
    let told = read(&city.shop.hears(1).await[0].1);
    assert_eq!(told["Result"]["PaymentType"], "BARCODE");
    assert_eq!(told["Result"]["Barcode_3"], order["number"]["numbers"][2]);
}

#[tokio::test]
async fn any_200_acknowledges_and_there_are_three_more_tries() {
    let city = Fixture::start().await;
    opened(&city, &[]).await;
    city.shop.answer_with(&[Answer::of(500, ""), Answer::of(200, "whatever")]);
    city.act(ORDER, "pay", json!({})).await;
    assert_eq!(city.settled(ORDER).await[0]["progress"], "acknowledged");
    assert_eq!(city.shop.heard().len(), 2);

    let city = Fixture::start().await;
    opened(&city, &[]).await;
    city.shop.answer_with(&vec![Answer::of(204, ""); 9]);
    city.act(ORDER, "pay", json!({})).await;
    assert_eq!(city.settled(ORDER).await[0]["progress"], "given_up");
    assert_eq!(city.shop.heard().len(), 4);
}

#[tokio::test]
async fn money_goes_back_through_the_card_service() {
    let city = Fixture::start().await;
    opened(&city, &[]).await;
    city.act(ORDER, "pay", json!({})).await;
    let ask = async |path: &str, more: &[(&str, &str)]| {
        let now = city.clock.now().to_string();
        let mut fields = vec![
            ("RespondType", "JSON"),
            ("Version", "1.1"),
            ("MerchantOrderNo", ORDER),
            ("TimeStamp", now.as_str()),
            ("IndexType", "1"),
        ];
        fields.extend(more);
        let data = encrypt(&encoded(&fields), &NEWEBPAY).unwrap();
        let form = encoded(&[("MerchantID_", NEWEBPAY.merchant), ("PostData_", data.as_str())]);
        let (_, text, _) = city.post(&format!("/newebpay_mpg/API/CreditCard/{path}"), &form).await;
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let refund = [("Amt", "300"), ("CloseType", "2")];
    assert_eq!(ask("Close", &refund).await["Status"], "TRA10035", "nothing has come yet");
    assert_eq!(ask("Close", &[("Amt", "300"), ("CloseType", "1")]).await["Status"], "SUCCESS");
    city.act(ORDER, "bank-day", json!({})).await;
    let answer = ask("Close", &refund).await;
    assert_eq!((&answer["Status"], &answer["Result"]["Amt"]), (&json!("SUCCESS"), &json!(300)));
    assert_eq!(query(&city, ORDER).await["Result"]["BackStatus"], "1");
    city.act(ORDER, "bank-day", json!({})).await;
    assert_eq!(query(&city, ORDER).await["Result"]["TradeStatus"], "6");
    assert_eq!(ask("Cancel", &[("Amt", "300")]).await["Status"], "TRA10047", "it is not only authorised");
}
