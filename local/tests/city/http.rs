//! Requests through the HTTP API to a real process and back.

use serde_json::{Value, json};

use crate::{Fixture, client};

#[tokio::test]
async fn a_request_becomes_an_event() {
    let city = Fixture::start().await;
    let response = client()
        .get(city.url("/things/%E7%A8%BB?a=1&a=2"))
        .header("cookie", "session=s; lang=zh")
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    let seen: Value = response.json().await.unwrap();
    let event = &seen["event"];
    assert_eq!(event["routeKey"], "GET /things/{thing}");
    assert_eq!(event["pathParameters"], json!({"thing": "稻"}));
    assert_eq!(event["queryStringParameters"], json!({"a": "1,2"}));
    assert_eq!(event["cookies"], json!(["session=s", "lang=zh"]));
    assert_eq!(event["requestContext"]["http"]["sourceIp"], "127.0.0.1");
    assert_eq!(seen["arn"], "arn:aws:lambda:ap-east-2:000000000000:function:echo");
    let left = seen["deadline"].as_i64().unwrap() - event["requestContext"]["timeEpoch"].as_i64().unwrap();
    assert!((1..=3_000).contains(&left), "deadline in {left} ms");
    assert!(seen["trace"].as_str().unwrap().starts_with("Root=1-"));

    let seen = city.json("/things/all").await;
    assert_eq!(seen["event"]["routeKey"], "GET /things/all");
    let seen = city.json("/echo/a/b").await;
    assert_eq!(
        (&seen["event"]["routeKey"], &seen["event"]["pathParameters"]["proxy"]),
        (&json!("ANY /echo/{proxy+}"), &json!("a/b"))
    );
}

#[tokio::test]
async fn bodies_go_through_byte_by_byte() {
    let city = Fixture::start().await;
    let bytes = (0..=255_u8).cycle().take(300_000).collect::<Vec<_>>();
    for content_type in ["application/octet-stream", "application/json", "application/x-www-form-urlencoded"]
    {
        let response = client()
            .post(city.url("/things/x?do=body"))
            .header("content-type", content_type)
            .body(bytes.clone())
            .send()
            .await
            .unwrap();
        let cookies =
            response.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(cookies.collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(response.bytes().await.unwrap(), bytes, "{content_type}");
    }
}

#[tokio::test]
async fn what_the_gateway_says_itself() {
    let city = Fixture::start().await;
    let said =
        async |response: reqwest::Response| (response.status().as_u16(), response.text().await.unwrap());
    assert_eq!(said(city.get("/nowhere").await).await, (404, r#"{"message":"Not Found"}"#.to_owned()));
    let delete = client().delete(city.url("/things/x")).send().await.unwrap();
    assert_eq!(delete.status(), 404);
    for size in [7_000_000, 10_500_000] {
        let large = client().post(city.url("/things/x")).body(vec![b'x'; size]).send().await.unwrap();
        assert_eq!(
            said(large).await,
            (413, r#"{"message":"Request Entity Too Large"}"#.to_owned()),
            "{size}"
        );
    }
    let broken = (500, r#"{"message":"Internal Server Error"}"#.to_owned());
    assert_eq!(said(city.get("/things/x?do=fail").await).await, broken);
    assert_eq!(said(city.get("/things/x?do=nonsense").await).await, broken);
    let head = client().head(city.url("/echo/x")).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.bytes().await.unwrap().len()), (200, 0));
    let direct = city.post("/_local/functions/echo/invoke", json!({"x": 1})).await;
    assert_eq!(direct.json::<Value>().await.unwrap(), json!({"got": {"x": 1}}));
    assert_eq!(city.post("/_local/functions/nobody/invoke", json!({})).await.status(), 404);
}
