use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use local::aws::{Fault, FaultKind, Service, Spec, TableSpec, When};
use serde_json::json;

use super::{City, config, queue};

async fn city() -> (City, Client) {
    let properties = serde_json::from_value(json!({
        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
    }));
    let tables = vec![TableSpec { name: "cases".to_owned(), properties: properties.unwrap() }];
    let city = City::new(Spec { tables, queues: vec![queue("work", 30, None)], ..Spec::default() }).await;
    let config = aws_sdk_dynamodb::config::Builder::from(&config("casework"))
        .endpoint_url(&city.aws.endpoints.dynamodb)
        .build();
    (city, Client::from_conf(config))
}

fn plan(city: &City, when: When, kind: FaultKind) {
    let function = "casework".to_owned();
    city.aws.faults.add(Fault {
        function,
        service: Some(Service::DynamoDb),
        action: None,
        nth: 1,
        when,
        kind,
    });
}

fn key(pk: &str) -> AttributeValue {
    AttributeValue::S(pk.to_owned())
}

async fn put(client: &Client, pk: &str) -> Result<(), aws_sdk_dynamodb::error::SdkError<PutItemError>> {
    client.put_item().table_name("cases").item("pk", key(pk)).send().await.map(drop)
}

async fn stored(client: &Client, pk: &str) -> bool {
    client.get_item().table_name("cases").key("pk", key(pk)).send().await.unwrap().item.is_some()
}

#[tokio::test]
async fn a_throttle_before_leaves_nothing_and_an_error_after_leaves_the_write() {
    let (city, client) = city().await;
    plan(&city, When::Before, FaultKind::Throttle);
    let error = put(&client, "a").await.unwrap_err().into_service_error();
    assert!(error.is_provisioned_throughput_exceeded_exception(), "{error:?}");
    assert!(!stored(&client, "a").await);

    plan(&city, When::After, FaultKind::InternalError);
    let error = put(&client, "b").await.unwrap_err().into_service_error();
    assert!(error.is_internal_server_error(), "{error:?}");
    assert!(stored(&client, "b").await);
    assert_eq!((city.aws.faults.pending(), city.aws.faults.fired()), (0, 2));
}

#[tokio::test]
async fn a_conflict_cancels_the_transaction_with_a_reason_for_each_item() {
    let (city, client) = city().await;
    plan(&city, When::Before, FaultKind::Conflict);
    let item = |pk: &str| {
        let put = Put::builder().table_name("cases").item("pk", key(pk)).build().unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let sent = client.transact_write_items().transact_items(item("a")).transact_items(item("b")).send().await;
    let error = sent.unwrap_err().into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else { panic!("{error:?}") };
    let codes: Vec<Option<&str>> =
        cancelled.cancellation_reasons().iter().map(|reason| reason.code()).collect();
    assert_eq!(codes, [Some("TransactionConflict"), Some("None")]);
}

#[tokio::test]
async fn resets_and_halves_are_seen_as_broken_connections() {
    let (city, client) = city().await;
    for (pk, when, kind, kept) in [
        ("a", When::Before, FaultKind::Reset, false),
        ("b", When::After, FaultKind::Reset, true),
        ("c", When::After, FaultKind::Truncate, true),
    ] {
        plan(&city, when, kind);
        let error = put(&client, pk).await.unwrap_err();
        assert!(error.as_service_error().is_none(), "{error:?}");
        assert_eq!(stored(&client, pk).await, kept, "{pk}");
    }
}

#[tokio::test]
async fn a_stall_is_late_and_a_kill_names_the_function() {
    let (city, client) = city().await;
    plan(&city, When::Before, FaultKind::Stall(Duration::from_millis(200)));
    let before = Instant::now();
    put(&client, "a").await.unwrap();
    assert!(before.elapsed() >= Duration::from_millis(200));

    let killed = Arc::new(Mutex::new(Vec::new()));
    let seen = killed.clone();
    city.aws.faults.on_kill(move |function| seen.lock().unwrap().push(function.to_owned()));
    plan(&city, When::After, FaultKind::Kill);
    put(&client, "b").await.unwrap_err();
    assert_eq!(*killed.lock().unwrap(), ["casework"]);
    assert!(stored(&client, "b").await);
}

#[tokio::test]
async fn other_services_fail_in_their_own_words() {
    let (city, _) = city().await;
    let function = "casework".to_owned();
    let action = Some("SendMessage".to_owned());
    city.aws.faults.add(Fault {
        function,
        service: None,
        action,
        nth: 2,
        when: When::Before,
        kind: FaultKind::Throttle,
    });
    let config =
        aws_sdk_sqs::config::Builder::from(&config("casework")).endpoint_url(&city.aws.endpoints.sqs).build();
    let client = aws_sdk_sqs::Client::from_conf(config);
    let url = city.aws.endpoints.queue_url("work");
    let send = || client.send_message().queue_url(&url).message_body("x").send();
    send().await.unwrap();
    let error = send().await.unwrap_err().into_service_error();
    assert!(error.is_request_throttled(), "{error:?}");
    send().await.unwrap();
    let lines = city.aws.calls.snapshot();
    assert_eq!((lines[0].calls, lines[0].failed), (3, 1));
}
