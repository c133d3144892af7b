//! What the store makes of the answers of `DynamoDB`: each answer below is one the service gives, word
//! for word, through the real client.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of a test")]

mod wire;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::{DraftId, PersonId};
use jiff::Timestamp;
use platform::config::Config;
use platform::dynamo::DynamoStore;
use platform::fault::Fault;
use platform::keys::{Key, Lookup, Table};
use platform::ports::Store;
use platform::row::{Expect, MAX_WRITES, Query, Row, Transaction, Written};
use serde_json::{Value, json};
use wire::Asked;

fn store(status: u16, answer: &Value) -> (DynamoStore, Asked) {
    let (sdk, asked) = wire::answering(status, answer);
    let mut config = Config::from_lookup(|name| Some(name.to_lowercase()));
    let store = DynamoStore::new(&sdk, &mut config, &[Table::Cases]);
    config.finish().unwrap();
    (store, asked)
}

/// What the service was asked, in order: the operation and its body.
fn heard(asked: &Asked) -> Vec<(String, Value)> {
    let asked = asked.lock().unwrap();
    asked.iter().map(|(operation, body)| (operation.clone(), serde_json::from_str(body).unwrap())).collect()
}

fn key(n: u8) -> Key {
    Key::Draft(PersonId::from_bytes([1; 16]), DraftId::from_bytes([n; 16]))
}

fn row(n: u8) -> Row {
    Row::from([
        ("pk".to_owned(), AttributeValue::S(key(n).pk())),
        ("sk".to_owned(), AttributeValue::S(key(n).sk())),
        ("version".to_owned(), AttributeValue::N("4".to_owned())),
    ])
}

fn puts(count: u8) -> Transaction {
    (1..=count).fold(Transaction::default(), |all, n| all.put(key(n), row(n), Expect::Version(3)))
}

async fn write(status: u16, answer: &Value, transaction: Transaction) -> Result<Written, Fault> {
    store(status, answer).0.write(transaction).await
}

fn error(kind: &str) -> Value {
    json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "as the service says" })
}

/// A cancelled transaction with one reason per write.
fn cancelled(reasons: &[&str]) -> Value {
    let reasons: Vec<Value> = reasons.iter().map(|code| json!({ "Code": code, "Message": "why" })).collect();
    let mut answer = error("TransactionCanceledException");
    answer["Message"] = "Transaction cancelled, please refer cancellation reasons".into();
    answer["CancellationReasons"] = reasons.into();
    answer
}

#[tokio::test]
async fn the_first_failed_condition_is_named_by_its_place() {
    let answer = cancelled(&["None", "ConditionalCheckFailed", "ConditionalCheckFailed"]);
    let written = write(400, &answer, puts(3)).await.unwrap();
    assert_eq!(written, Written::Refused { index: 1, existing: None });
}

#[tokio::test]
async fn the_row_that_stands_there_comes_with_the_refusal() {
    let mut answer = cancelled(&["ConditionalCheckFailed", "None"]);
    answer["CancellationReasons"][0]["Item"] = json!({ "version": { "N": "9" } });
    let written = write(400, &answer, puts(2)).await.unwrap();
    let existing = Row::from([("version".to_owned(), AttributeValue::N("9".to_owned()))]);
    assert_eq!(written, Written::Refused { index: 0, existing: Some(existing) });
}

/// A failed condition is final whatever else happened to the transaction: it decides.
#[tokio::test]
async fn a_failed_condition_weighs_more_than_a_conflict() {
    let answer = cancelled(&["TransactionConflict", "ConditionalCheckFailed"]);
    let written = write(400, &answer, puts(2)).await.unwrap();
    assert_eq!(written, Written::Refused { index: 1, existing: None });
}

#[tokio::test]
async fn a_conflict_between_transactions_is_a_conflict() {
    let fault = write(400, &cancelled(&["None", "TransactionConflict"]), puts(2)).await.unwrap_err();
    assert!(matches!(fault, Fault::Conflict), "{fault:?}");
}

#[tokio::test]
async fn throttled_transactions_may_be_tried_again() {
    for code in ["ThrottlingError", "ProvisionedThroughputExceeded", "ItemCollectionSizeLimitExceeded"] {
        let fault = write(400, &cancelled(&["None", code]), puts(2)).await.unwrap_err();
        assert!(matches!(fault, Fault::Transient(_)), "{code}: {fault:?}");
    }
}

#[tokio::test]
async fn an_invalid_transaction_is_corrupt() {
    let fault = write(400, &cancelled(&["ValidationError", "None"]), puts(2)).await.unwrap_err();
    assert!(matches!(fault, Fault::Corrupt(_)), "{fault:?}");
}

#[tokio::test]
async fn errors_of_the_service_say_whether_to_try_again() {
    let transient = [
        (400, "ProvisionedThroughputExceededException"),
        (400, "ThrottlingException"),
        (400, "RequestLimitExceeded"),
        (400, "TransactionInProgressException"),
        (500, "InternalServerError"),
        (503, "ServiceUnavailable"),
    ];
    for count in [1, 2] {
        for (status, kind) in transient {
            let fault = write(status, &error(kind), puts(count)).await.unwrap_err();
            assert!(matches!(fault, Fault::Transient(_)), "{kind}: {fault:?}");
        }
        for kind in
            ["ValidationException", "ResourceNotFoundException", "AccessDeniedException", "NeverHeardOf"]
        {
            let fault = write(400, &error(kind), puts(count)).await.unwrap_err();
            assert!(matches!(fault, Fault::Corrupt(_)), "{kind}: {fault:?}");
        }
    }
}

/// A load balancer or a proxy answers without a code, whatever it says.
#[tokio::test]
async fn an_answer_that_is_not_of_the_service_may_be_tried_again() {
    for (status, answer) in [(502, json!("<html>bad gateway</html>")), (500, json!({}))] {
        for count in [1, 2] {
            let fault = write(status, &answer, puts(count)).await.unwrap_err();
            assert!(matches!(fault, Fault::Transient(_)), "{status}: {fault:?}");
        }
    }
}

/// A single write spends no transaction, and its refusal reads like that of a transaction.
#[tokio::test]
async fn a_single_write_is_a_plain_put() {
    let mut answer = error("ConditionalCheckFailedException");
    answer["Item"] = json!({ "version": { "N": "9" } });
    let (store, asked) = store(400, &answer);
    let written = store.write(puts(1)).await.unwrap();
    let existing = Row::from([("version".to_owned(), AttributeValue::N("9".to_owned()))]);
    assert_eq!(written, Written::Refused { index: 0, existing: Some(existing) });
    let asked = heard(&asked);
    let [(operation, body)] = asked.as_slice() else { panic!("asked {asked:?}") };
    assert_eq!(operation, "DynamoDB_20120810.PutItem");
    assert_eq!(body["TableName"], "cases_table");
    assert_eq!(body["ConditionExpression"], "version = :version");
    assert_eq!(body["ExpressionAttributeValues"][":version"]["N"], "3");
    assert_eq!(body["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
}

#[tokio::test]
async fn a_refused_write_without_a_row_to_show_is_refused_all_the_same() {
    let written = write(400, &error("ConditionalCheckFailedException"), puts(1)).await.unwrap();
    assert_eq!(written, Written::Refused { index: 0, existing: None });
    let clear = || Transaction::default().clear(key(1), vec!["outbox_shard", "outbox_at"]);
    let written = write(400, &error("ConditionalCheckFailedException"), clear()).await.unwrap();
    assert_eq!(written, Written::Refused { index: 0, existing: None });
}

#[tokio::test]
async fn every_expectation_has_its_condition() {
    let conditions = [
        (Expect::Anything, Value::Null),
        (Expect::Absent, "attribute_not_exists(pk)".into()),
        (Expect::Version(3), "version = :version".into()),
        (Expect::OlderThan(3), "attribute_not_exists(pk) OR version < :version".into()),
    ];
    for (expect, condition) in conditions {
        let (store, asked) = store(200, &json!({}));
        let one = Transaction::default().put(key(1), row(1), expect);
        assert_eq!(store.write(one.clone()).await.unwrap(), Written::Done);
        assert_eq!(store.write(one.delete(key(2))).await.unwrap(), Written::Done);
        let asked = heard(&asked);
        assert_eq!(asked[0].1["ConditionExpression"], condition);
        assert_eq!(asked[1].0, "DynamoDB_20120810.TransactWriteItems");
        assert_eq!(asked[1].1["TransactItems"][0]["Put"]["ConditionExpression"], condition);
        assert_eq!(asked[1].1["TransactItems"][1]["Delete"]["Key"]["sk"]["S"], key(2).sk());
    }
}

#[tokio::test]
async fn clearing_names_each_attribute_and_wants_the_row_there() {
    let (store, asked) = store(200, &json!({}));
    let clear = Transaction::default().clear(key(1), vec!["outbox_shard", "outbox_at"]);
    store.write(clear).await.unwrap();
    let asked = heard(&asked);
    let body = &asked[0].1;
    assert_eq!(body["UpdateExpression"], "REMOVE #a0, #a1");
    assert_eq!(body["ExpressionAttributeNames"], json!({ "#a0": "outbox_shard", "#a1": "outbox_at" }));
    assert_eq!(body["ConditionExpression"], "attribute_exists(pk)");
}

#[tokio::test]
async fn a_transaction_of_nothing_or_of_too_much_never_leaves_the_process() {
    let (store, asked) = store(200, &json!({}));
    let most = u8::try_from(MAX_WRITES).unwrap();
    for transaction in [Transaction::default(), puts(most + 1)] {
        assert!(matches!(store.write(transaction).await, Err(Fault::Corrupt(_))));
    }
    assert!(heard(&asked).is_empty());
    assert_eq!(store.write(puts(most)).await.unwrap(), Written::Done);
}

#[tokio::test]
async fn a_table_that_was_not_given_is_a_fault_of_the_deployment() {
    let (store, asked) = store(200, &json!({}));
    let session = Key::Session([0; 32]);
    assert!(matches!(store.get(session).await, Err(Fault::Config(_))));
    assert!(heard(&asked).is_empty());
}

#[tokio::test]
async fn a_row_is_read_consistently_and_a_missing_one_is_none() {
    let (store, asked) = store(200, &json!({}));
    assert_eq!(store.get(key(1)).await.unwrap(), None);
    assert_eq!(heard(&asked)[0].1["ConsistentRead"], true);
}

#[tokio::test]
async fn a_page_ends_with_where_to_go_on() {
    let last = json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "due_at": { "S": "d" } });
    let (store, asked) = store(200, &json!({ "Items": [{}], "LastEvaluatedKey": last.clone() }));
    let due = Lookup::Due { shard: 3, until: Timestamp::UNIX_EPOCH };
    let page = store.query(Query::first(due.clone(), 10)).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    store.query(Query { after: page.next, ..Query::first(due, 10) }).await.unwrap();
    let asked = heard(&asked);
    assert_eq!(asked[0].1["IndexName"], "due");
    assert_eq!(asked[0].1["ConsistentRead"], false);
    assert_eq!(asked[0].1["ExclusiveStartKey"], Value::Null);
    assert_eq!(asked[0].1["KeyConditionExpression"], "#pk = :pk AND #sk <= :sk");
    assert_eq!(asked[0].1["ExpressionAttributeValues"][":pk"]["S"], "03");
    assert_eq!(asked[0].1["ExpressionAttributeValues"][":sk"]["S"], "1970-01-01T00:00:00.000Z");
    assert_eq!(asked[1].1["ExclusiveStartKey"], last);
}
