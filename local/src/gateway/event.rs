//! A request as the event of payload format 2.0.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header, request::Parts};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::encoding::{decode_path, decode_query};
use super::routes::Found;
use crate::template::ACCOUNT;

/// A request that has arrived, and where it goes.
pub(super) struct Arrival<'a> {
    pub request_id: String,
    pub now: Timestamp,
    pub source_ip: String,
    pub found: &'a Found,
    pub parts: &'a Parts,
    pub body: &'a [u8],
}

/// The event that the function gets.
pub(super) fn build(arrival: &Arrival<'_>) -> Value {
    let parts = arrival.parts;
    let path = decode_path(parts.uri.path());
    let host = text_of(&parts.headers, header::HOST.as_str());
    let domain = host.split(':').next().unwrap_or_default();
    let mut event = json!({
        "version": "2.0",
        "routeKey": arrival.found.key,
        "rawPath": path,
        "rawQueryString": parts.uri.query().unwrap_or_default(),
        "headers": headers(arrival),
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": domain.split('.').next().unwrap_or_default(),
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": arrival.source_ip,
                "userAgent": text_of(&parts.headers, header::USER_AGENT.as_str()),
            },
            "requestId": arrival.request_id,
            "routeKey": arrival.found.key,
            "stage": "$default",
            "time": arrival.now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": arrival.now.as_millisecond(),
        },
        "isBase64Encoded": false,
    });
    if let Some(event) = event.as_object_mut() {
        add_optional(event, arrival);
    }
    event
}

/// What is left out when there is none.
fn add_optional(event: &mut Map<String, Value>, arrival: &Arrival<'_>) {
    let cookies = cookies(&arrival.parts.headers);
    if !cookies.is_empty() {
        event.insert("cookies".to_owned(), json!(cookies));
    }
    let query = query(arrival.parts.uri.query().unwrap_or_default());
    if !query.is_empty() {
        event.insert("queryStringParameters".to_owned(), json!(query));
    }
    if !arrival.found.parameters.is_empty() {
        event.insert("pathParameters".to_owned(), json!(arrival.found.parameters));
    }
    if !arrival.body.is_empty() {
        let content_type = text_of(&arrival.parts.headers, header::CONTENT_TYPE.as_str());
        let (body, encoded) = body(arrival.body, &content_type);
        event.insert("body".to_owned(), Value::String(body));
        event.insert("isBase64Encoded".to_owned(), Value::Bool(encoded));
    }
}

/// Names in lower case, values of the same name joined; cookies have a place of their own.
fn headers(arrival: &Arrival<'_>) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in &arrival.parts.headers {
        if name == header::COOKIE {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        let joined = headers.entry(name.as_str().to_owned()).or_default();
        if !joined.is_empty() {
            joined.push(',');
        }
        joined.push_str(&value);
    }
    headers.insert("x-forwarded-for".to_owned(), arrival.source_ip.clone());
    headers.insert("x-forwarded-proto".to_owned(), "http".to_owned());
    headers
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|value| {
            String::from_utf8_lossy(value.as_bytes())
                .split(';')
                .map(|cookie| cookie.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|cookie| !cookie.is_empty())
        .collect()
}

/// Decoded; values of the same name joined.
fn query(text: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::<String, String>::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode_query(value);
        parameters
            .entry(decode_query(name))
            .and_modify(|joined| {
                joined.push(',');
                joined.push_str(&value);
            })
            .or_insert(value);
    }
    parameters
}

/// The body, and whether it is in Base64: everything that is not clearly text is, forms too.
fn body(bytes: &[u8], content_type: &str) -> (String, bool) {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let text = essence.is_empty()
        || essence.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml"].contains(&essence.as_str())
        || essence.ends_with("+json")
        || essence.ends_with("+xml");
    match std::str::from_utf8(bytes) {
        Ok(body) if text => (body.to_owned(), false),
        // Broken text reaches the function byte by byte, which can then say what is wrong.
        _ => (STANDARD.encode(bytes), true),
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use proptest::prelude::*;

    use super::*;

    fn event(request: Request<()>, bytes: &[u8]) -> Value {
        let (parts, ()) = request.into_parts();
        let found = Found {
            function: "f".to_owned(),
            key: "GET /things/{thing}".to_owned(),
            parameters: [("thing".to_owned(), "稻".to_owned())].into(),
        };
        build(&Arrival {
            request_id: "id".to_owned(),
            now: Timestamp::from_second(1_583_348_638).unwrap(),
            source_ip: "127.0.0.1".to_owned(),
            found: &found,
            parts: &parts,
            body: bytes,
        })
    }

    #[test]
    fn a_whole_event() {
        let request = Request::builder()
            .uri("/things/%E7%A8%BB?a=1&b=x%20y&a=2")
            .header("Host", "localhost:8080")
            .header("User-Agent", "curl")
            .header("X-Two", "one")
            .header("X-Two", "two")
            .header("Cookie", "session=s; lang=zh")
            .body(())
            .unwrap();
        let event = event(request, b"");
        let context = &event["requestContext"];
        assert_eq!(event["rawPath"], "/things/稻");
        assert_eq!(event["rawQueryString"], "a=1&b=x%20y&a=2");
        assert_eq!(event["queryStringParameters"], json!({"a": "1,2", "b": "x y"}));
        assert_eq!(event["cookies"], json!(["session=s", "lang=zh"]));
        assert_eq!(event["headers"]["x-two"], "one,two");
        assert_eq!(event["headers"]["host"], "localhost:8080");
        assert!(event["headers"].get("cookie").is_none());
        assert_eq!(event["pathParameters"], json!({"thing": "稻"}));
        assert_eq!(context["time"], "04/Mar/2020:19:03:58 +0000");
        assert_eq!(context["timeEpoch"], 1_583_348_638_000_i64);
        assert_eq!(context["http"]["method"], "GET");
        assert_eq!(context["domainName"], "localhost");
        assert!(event.get("body").is_none());
    }

    #[test]
    fn bodies() {
        let cases = [
            ("application/json", "{}", "{}", false),
            ("application/problem+json; charset=utf-8", "{}", "{}", false),
            ("text/plain", "稻", "稻", false),
            ("application/x-www-form-urlencoded", "a=b", "YT1i", true),
            ("multipart/form-data; boundary=x", "a", "YQ==", true),
            ("", "a", "a", false),
        ];
        for (content_type, given, expected, encoded) in cases {
            assert_eq!(
                body(given.as_bytes(), content_type),
                (expected.to_owned(), encoded),
                "{content_type}"
            );
        }
        assert_eq!(body(b"\xff", "application/json"), ("/w==".to_owned(), true));
    }

    proptest! {
        /// Nothing of a body is lost, whatever it is and whatever it says it is.
        #[test]
        fn bodies_survive(bytes in proptest::collection::vec(any::<u8>(), 1..200), content_type in "[a-z/+;= ]{0,30}") {
            let (text, encoded) = body(&bytes, &content_type);
            let back = if encoded { STANDARD.decode(text).unwrap() } else { text.into_bytes() };
            prop_assert_eq!(back, bytes);
        }

        /// Every query gives an event that is JSON, with every name in it.
        #[test]
        fn queries_never_fail(text in "[a-zA-Z0-9%&=+._~-]{0,60}") {
            let request = Request::builder().uri(format!("/x?{text}")).body(()).unwrap();
            let event = event(request, b"");
            prop_assert_eq!(event["rawQueryString"].as_str(), Some(text.as_str()));
            for pair in text.split('&').filter(|pair| !pair.is_empty()) {
                let name = decode_query(pair.split('=').next().unwrap());
                prop_assert!(event["queryStringParameters"].get(&name).is_some());
            }
        }
    }
}
