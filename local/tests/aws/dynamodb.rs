use std::time::Duration;

use aws_lambda_events::event::dynamodb::Event;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use local::aws::{Listen, Service, Spec, TableSpec, sequence_number, start};
use serde_json::{Value, json};

use super::{City, config};

/// As in the template.
fn properties() -> Value {
    json!({
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" },
            { "AttributeName": "sk", "AttributeType": "S" },
            { "AttributeName": "due_shard", "AttributeType": "S" },
            { "AttributeName": "due_at", "AttributeType": "S" },
        ],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }],
        "GlobalSecondaryIndexes": [{
            "IndexName": "due",
            "KeySchema": [
                { "AttributeName": "due_shard", "KeyType": "HASH" },
                { "AttributeName": "due_at", "KeyType": "RANGE" },
            ],
            "Projection": { "ProjectionType": "ALL" },
        }],
        "StreamSpecification": { "StreamViewType": "NEW_IMAGE" },
        "TimeToLiveSpecification": { "AttributeName": "expires_at", "Enabled": true },
        "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true },
    })
}

fn spec(properties: Value) -> Spec {
    let properties = serde_json::from_value(properties).unwrap();
    Spec { tables: vec![TableSpec { name: "cases".to_owned(), properties }], ..Spec::default() }
}

fn client(city: &City) -> Client {
    let config = aws_sdk_dynamodb::config::Builder::from(&config("submission"))
        .endpoint_url(&city.aws.endpoints.dynamodb)
        .build();
    Client::from_conf(config)
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn put(sk: &str) -> Put {
    Put::builder()
        .table_name("cases")
        .item("pk", text("case_1"))
        .item("sk", text(sk))
        .item("due_shard", text("0"))
        .item("due_at", text(sk))
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build()
        .unwrap()
}

async fn write(client: &Client, sks: &[&str]) -> Result<(), TransactWriteItemsError> {
    let items = sks.iter().map(|sk| TransactWriteItem::builder().put(put(sk)).build()).collect();
    let sent = client.transact_write_items().set_transact_items(Some(items)).send().await;
    sent.map(drop).map_err(aws_sdk_dynamodb::error::SdkError::into_service_error)
}

#[tokio::test]
async fn the_tables_of_the_template_are_there_with_index_and_expiry() {
    let city = City::new(spec(properties())).await;
    let client = client(&city);
    let table = client.describe_table().table_name("cases").send().await.unwrap().table.unwrap();
    assert_eq!(table.global_secondary_indexes()[0].index_name(), Some("due"));
    assert!(table.latest_stream_arn().is_some());
    let expiry = client.describe_time_to_live().table_name("cases").send().await.unwrap();
    assert_eq!(expiry.time_to_live_description.unwrap().attribute_name(), Some("expires_at"));

    write(&client, &["b", "a"]).await.unwrap();
    let due = client
        .query()
        .table_name("cases")
        .index_name("due")
        .key_condition_expression("due_shard = :shard")
        .expression_attribute_values(":shard", text("0"))
        .send()
        .await
        .unwrap();
    assert_eq!(due.items().iter().map(|item| item["sk"].clone()).collect::<Vec<_>>(), [text("a"), text("b")]);
}

#[tokio::test]
async fn a_condition_that_fails_cancels_the_transaction_and_shows_the_old_item() {
    let city = City::new(spec(properties())).await;
    let client = client(&city);
    write(&client, &["a"]).await.unwrap();
    let error = write(&client, &["b", "a"]).await.unwrap_err();
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else { panic!("{error:?}") };
    let reasons = cancelled.cancellation_reasons();
    assert_eq!((reasons[0].code(), reasons[1].code()), (Some("None"), Some("ConditionalCheckFailed")));
    assert_eq!(reasons[1].item().unwrap()["sk"], text("a"));
    let all = client.scan().table_name("cases").send().await.unwrap();
    assert_eq!(all.count(), 1);
}

#[tokio::test]
async fn capacity_is_counted_without_being_asked_for() {
    let city = City::new(spec(properties())).await;
    let client = client(&city);
    write(&client, &["a", "b"]).await.unwrap();
    client
        .get_item()
        .table_name("cases")
        .key("pk", text("case_1"))
        .key("sk", text("a"))
        .send()
        .await
        .unwrap();
    let lines = city.aws.calls.snapshot();
    let line = |action: &str| lines.iter().find(|line| line.action == action).unwrap();
    assert_eq!(
        (line("GetItem").function.as_str(), line("GetItem").service),
        ("submission", Service::DynamoDb)
    );
    assert!((line("GetItem").read_units - 0.5).abs() < f64::EPSILON);
    // Two items: each two for the transaction in the table and one in the index.
    assert!((line("TransactWriteItems").write_units - 6.0).abs() < f64::EPSILON, "{lines:?}");
    city.aws.calls.reset();
    assert!(city.aws.calls.snapshot().is_empty());
}

#[tokio::test]
async fn a_stream_continues_where_it_was_committed_after_a_restart() {
    let city = City::new(spec(properties())).await;
    write(&client(&city), &["a"]).await.unwrap();
    write(&client(&city), &["b"]).await.unwrap();
    let mut reader = city.aws.streams.reader("cases", "event-relay").unwrap();
    let records = reader.next(1, Duration::ZERO).await.unwrap();
    let event: Event = serde_json::from_value(json!({ "Records": records })).unwrap();
    assert_eq!(
        (event.records[0].event_name.as_str(), event.records[0].aws_region.as_str()),
        ("INSERT", "ap-east-2")
    );
    assert_eq!(records[0]["dynamodb"]["NewImage"]["sk"]["S"], "a");
    assert_eq!(records[0]["dynamodb"]["Keys"]["pk"]["S"], "case_1");
    assert!(reader.arn().starts_with("arn:aws:dynamodb:ap-east-2:000000000000:table/cases/stream/"));
    assert_eq!(reader.next(1, Duration::ZERO).await.unwrap(), records, "not committed: given again");
    reader.commit(sequence_number(&records[0]).unwrap()).unwrap();
    drop(reader);

    let city = city.restart().await;
    write(&client(&city), &["c"]).await.unwrap();
    let mut reader = city.aws.streams.reader("cases", "event-relay").unwrap();
    let rest = reader.next(100, Duration::ZERO).await.unwrap();
    let sks: Vec<&Value> = rest.iter().map(|record| &record["dynamodb"]["NewImage"]["sk"]["S"]).collect();
    assert_eq!(sks, ["b", "c"]);
    let mut other = city.aws.streams.reader("cases", "other").unwrap();
    assert_eq!(other.next(100, Duration::ZERO).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_stream_reader_that_waits_is_woken_by_a_write() {
    let city = City::new(spec(properties())).await;
    let client = client(&city);
    let mut reader = city.aws.streams.reader("cases", "event-relay").unwrap();
    let waiting = tokio::spawn(async move { reader.next(10, Duration::from_secs(10)).await.unwrap() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    write(&client, &["a"]).await.unwrap();
    let records = tokio::time::timeout(Duration::from_secs(2), waiting).await.unwrap().unwrap();
    assert_eq!(records.len(), 1);
}

async fn refusal(spec: Spec, folder: &std::path::Path) -> String {
    match start(spec, folder, Listen::default()).await {
        Ok(_) => panic!("it started"),
        Err(error) => format!("{error:#}"),
    }
}

#[tokio::test]
async fn a_new_index_is_added_and_another_key_is_refused() {
    let mut without = properties();
    without.as_object_mut().unwrap().remove("GlobalSecondaryIndexes");
    without["AttributeDefinitions"].as_array_mut().unwrap().truncate(2);
    let city = City::new(spec(without)).await;
    let City { aws, folder, .. } = city;
    drop(aws);

    let aws = start(spec(properties()), folder.path(), Listen::default()).await.unwrap();
    drop(aws);
    let mut other = properties();
    other["KeySchema"] = json!([{ "AttributeName": "pk", "KeyType": "HASH" }]);
    let message = refusal(spec(other), folder.path()).await;
    assert!(message.contains("--fresh") && message.contains("its key is"), "{message}");
}

#[tokio::test]
async fn damaged_files_and_a_second_city_are_named_with_what_to_do() {
    let city = City::new(spec(properties())).await;
    let City { aws, folder, spec } = city;
    let message = refusal(spec.clone(), folder.path()).await;
    assert!(message.contains("--data"), "{message}");
    drop(aws);
    for file in ["dynamodb.sqlite", "services.sqlite"] {
        let path = folder.path().join(file);
        let whole = std::fs::read(&path).unwrap();
        // What is still in the log would repair the file.
        let _ = std::fs::remove_file(folder.path().join(format!("{file}-wal")));
        std::fs::write(&path, vec![b'x'; 8192]).unwrap();
        let message = refusal(spec.clone(), folder.path()).await;
        assert!(message.contains(file) && message.contains("--fresh"), "{message}");
        std::fs::write(&path, whole).unwrap();
    }
}
