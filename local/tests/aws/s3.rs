use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::MetadataDirective;
use local::aws::{BucketSpec, Spec};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{City, config};

const ORIGIN: &str = "http://localhost:8080";

fn http() -> reqwest::Client {
    // The workspace's client brings no TLS provider of its own.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::new()
}

async fn city() -> (City, Client) {
    let properties = json!({ "CorsConfiguration": { "CorsRules": [{
        "AllowedOrigins": [ORIGIN], "AllowedMethods": ["PUT"], "AllowedHeaders": ["content-type"], "MaxAge": 600,
    }] } });
    let bucket =
        BucketSpec { name: "uploads".to_owned(), properties: serde_json::from_value(properties).unwrap() };
    let city = City::new(Spec { buckets: vec![bucket], ..Spec::default() }).await;
    let client = client(&city);
    (city, client)
}

fn client(city: &City) -> Client {
    let config = aws_sdk_s3::config::Builder::from(&config("submission"))
        .endpoint_url(&city.aws.endpoints.s3)
        .force_path_style(true)
        .build();
    Client::from_conf(config)
}

/// A presigned upload of ten bytes of PDF.
async fn presigned(client: &Client, age: Duration, lifetime: Duration) -> String {
    let config =
        PresigningConfig::builder().start_time(SystemTime::now() - age).expires_in(lifetime).build().unwrap();
    let request = client
        .put_object()
        .bucket("uploads")
        .key("quarantine/upl_1")
        .content_length(10)
        .content_type("application/pdf");
    request.presigned(config).await.unwrap().uri().to_owned()
}

async fn upload(url: &str, kind: &str, body: &'static str) -> StatusCode {
    let request = http().put(url).header("content-type", kind).body(body);
    request.send().await.unwrap().status()
}

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_presigned_upload_is_taken_and_its_type_is_kept() {
    let (city, client) = city().await;
    let url = presigned(&client, Duration::ZERO, MINUTE).await;
    assert_eq!(upload(&url, "application/pdf", "0123456789").await, StatusCode::OK);
    let head = client.head_object().bucket("uploads").key("quarantine/upl_1").send().await.unwrap();
    assert_eq!((head.content_length(), head.content_type()), (Some(10), Some("application/pdf")));

    let city = city.restart().await;
    let object =
        self::client(&city).get_object().bucket("uploads").key("quarantine/upl_1").send().await.unwrap();
    assert_eq!(object.content_type(), Some("application/pdf"));
    assert_eq!(object.body.collect().await.unwrap().into_bytes(), "0123456789");
    let presigned = PresigningConfig::expires_in(MINUTE).unwrap();
    let url = self::client(&city)
        .get_object()
        .bucket("uploads")
        .key("quarantine/upl_1")
        .presigned(presigned)
        .await
        .unwrap();
    assert_eq!(http().get(url.uri()).send().await.unwrap().text().await.unwrap(), "0123456789");
}

#[tokio::test]
async fn an_upload_that_differs_from_what_was_signed_is_refused() {
    let (city, client) = city().await;
    let url = presigned(&client, Duration::ZERO, MINUTE).await;
    assert_eq!(upload(&url, "application/pdf", "0123456789 and more").await, StatusCode::FORBIDDEN, "length");
    assert_eq!(upload(&url, "application/pdf", "012").await, StatusCode::FORBIDDEN, "length");
    assert_eq!(upload(&url, "text/html", "0123456789").await, StatusCode::FORBIDDEN, "type");
    let other = url.replace("quarantine/upl_1", "accepted/upl_1");
    assert_eq!(upload(&other, "application/pdf", "0123456789").await, StatusCode::FORBIDDEN, "key");
    let longer = url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000");
    assert_eq!(upload(&longer, "application/pdf", "0123456789").await, StatusCode::FORBIDDEN, "lifetime");
    let unsigned = url.split('?').next().unwrap();
    assert_eq!(upload(unsigned, "application/pdf", "0123456789").await, StatusCode::FORBIDDEN, "unsigned");
    let extra = http().put(&url).header("content-type", "application/pdf").header("x-amz-acl", "public-read");
    assert_eq!(extra.body("0123456789").send().await.unwrap().status(), StatusCode::FORBIDDEN, "header");
    let left_out = http().put(&url).body("0123456789");
    assert_eq!(left_out.send().await.unwrap().status(), StatusCode::FORBIDDEN, "no type");
    let read = http().get(&url).send().await.unwrap();
    assert_eq!(read.status(), StatusCode::FORBIDDEN, "method");
    assert_eq!(client.list_objects_v2().bucket("uploads").send().await.unwrap().key_count(), Some(0));
    assert!(city.aws.calls.snapshot().iter().any(|line| line.action == "PutObject" && line.failed > 0));
}

#[tokio::test]
async fn an_upload_that_is_too_late_is_refused() {
    let (_city, client) = city().await;
    let url = presigned(&client, 3 * MINUTE, MINUTE).await;
    assert_eq!(upload(&url, "application/pdf", "0123456789").await, StatusCode::FORBIDDEN);
    let in_time = presigned(&client, MINUTE, 3 * MINUTE).await;
    assert_eq!(upload(&in_time, "application/pdf", "0123456789").await, StatusCode::OK);
}

#[tokio::test]
async fn browsers_of_the_public_origin_may_upload_and_others_may_not() {
    let (_city, client) = city().await;
    let url = presigned(&client, Duration::ZERO, MINUTE).await;
    let preflight = |origin: &'static str, method: &'static str, headers: &'static str| {
        let request = http().request(Method::OPTIONS, &url).header("origin", origin);
        request
            .header("access-control-request-method", method)
            .header("access-control-request-headers", headers)
            .send()
    };
    let allowed = preflight(ORIGIN, "PUT", "content-type").await.unwrap();
    assert_eq!(
        (allowed.status(), &allowed.headers()["access-control-allow-origin"]),
        (StatusCode::OK, &ORIGIN.parse().unwrap())
    );
    assert_eq!(
        preflight("http://evil.example", "PUT", "content-type").await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(preflight(ORIGIN, "DELETE", "content-type").await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(
        preflight(ORIGIN, "PUT", "content-type,x-amz-acl").await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    let put = http().put(&url).header("origin", ORIGIN).header("content-type", "application/pdf");
    let put = put.body("0123456789").send().await.unwrap();
    assert_eq!(put.headers()["access-control-allow-origin"], ORIGIN);
}

#[tokio::test]
async fn objects_are_put_copied_and_deleted_with_the_sdk() {
    let (_city, client) = city().await;
    let body = ByteStream::from_static(b"%PDF-1.7");
    client
        .put_object()
        .bucket("uploads")
        .key("quarantine/a")
        .content_type("application/pdf")
        .body(body)
        .send()
        .await
        .unwrap();
    let copy = client.copy_object().bucket("uploads").key("accepted/a").copy_source("uploads/quarantine/a");
    copy.metadata_directive(MetadataDirective::Copy).send().await.unwrap();
    client.delete_object().bucket("uploads").key("quarantine/a").send().await.unwrap();
    let gone = client.head_object().bucket("uploads").key("quarantine/a").send().await;
    assert!(gone.unwrap_err().into_service_error().is_not_found());
    let missing = client.get_object().bucket("uploads").key("quarantine/a").send().await;
    assert!(missing.unwrap_err().into_service_error().is_no_such_key());
    let kept = client.head_object().bucket("uploads").key("accepted/a").send().await.unwrap();
    assert_eq!((kept.content_type(), kept.content_length()), (Some("application/pdf"), Some(8)));
}
