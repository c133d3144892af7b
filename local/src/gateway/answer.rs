//! The answer of a function as an HTTP answer.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    cookies: Option<Vec<String>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Reads what a function gave; anything without a status code is itself the body of a 200.
pub(super) fn read(bytes: &[u8]) -> Result<Response<Body>, String> {
    let value = serde_json::from_slice::<Value>(bytes).map_err(|error| error.to_string())?;
    if value.get("statusCode").is_none() {
        return plain(bytes.to_vec());
    }
    let answer = serde_json::from_value::<Answer>(value).map_err(|error| error.to_string())?;
    let status = StatusCode::from_u16(answer.status_code).map_err(|error| error.to_string())?;
    let body = answer.body.unwrap_or_default();
    let body = if answer.is_base64_encoded {
        STANDARD.decode(body).map_err(|error| format!("body: {error}"))?
    } else {
        body.into_bytes()
    };
    let mut response =
        Response::builder().status(status).body(Body::from(body)).map_err(|error| error.to_string())?;
    let headers = response.headers_mut();
    for (name, value) in answer.headers.unwrap_or_default() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let name = HeaderName::try_from(&name).map_err(|_| format!("header name {name:?}"))?;
        // The body that is sent decides the length.
        if name != header::CONTENT_LENGTH {
            headers.append(name, header_value(&value)?);
        }
    }
    for cookie in answer.cookies.unwrap_or_default() {
        headers.append(header::SET_COOKIE, header_value(&cookie)?);
    }
    if !headers.contains_key(header::CONTENT_TYPE) && status != StatusCode::NO_CONTENT {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    }
    Ok(response)
}

fn plain(body: Vec<u8>) -> Result<Response<Body>, String> {
    Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .map_err(|error| error.to_string())
}

fn header_value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| format!("header value {text:?}"))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn parts(text: &str) -> (u16, Vec<String>, Vec<u8>) {
        let response = read(text.as_bytes()).unwrap();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        let status = response.status().as_u16();
        (status, headers, to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
    }

    #[tokio::test]
    async fn reads_answers() {
        let (status, headers, body) = parts(
            r#"{"statusCode":201,"headers":{"content-type":"text/html","content-length":"99"},
                "cookies":["a=1; Path=/","b=2"],"body":"PGI+","isBase64Encoded":true}"#,
        )
        .await;
        assert_eq!((status, body), (201, b"<b>".to_vec()));
        assert_eq!(headers, ["content-type: text/html", "set-cookie: a=1; Path=/", "set-cookie: b=2"]);
    }

    #[tokio::test]
    async fn anything_else_is_the_body() {
        assert_eq!(
            parts("[1]").await,
            (200, vec!["content-type: application/json".to_owned()], b"[1]".to_vec())
        );
    }

    #[test]
    fn refuses_what_cannot_be_sent() {
        for text in [
            "",
            r#"{"statusCode":99}"#,
            r#"{"statusCode":200,"body":"?","isBase64Encoded":true}"#,
            r#"{"statusCode":200,"headers":{"a b":"c"}}"#,
            r#"{"statusCode":200,"headers":{"a":"b\n"}}"#,
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
