//! Queues, streams and schedules start real processes.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use local::aws::Outgoing;
use serde_json::{Value, json};

use crate::{Fixture, eventually};

impl Fixture {
    fn send(&self, body: &Value) {
        self.running.desk.aws.queues.send("WorkQueue", Outgoing::body(body.to_string())).unwrap();
    }

    fn total(&self, queue: &str) -> usize {
        self.running.desk.aws.queues.depth(queue).unwrap().total()
    }

    pub(crate) fn dynamodb(&self, caller: &str) -> Client {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("ap-east-2"))
            .endpoint_url(&self.running.desk.aws.endpoints.dynamodb)
            .credentials_provider(Credentials::new(caller, "local", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Client::from_conf(config)
    }

    async fn put(&self, name: &str, row: &str, wish: &str) {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        self.dynamodb("local")
            .put_item()
            .table_name("ThingsTable")
            .item("pk", text(name))
            .item("sk", text("a"))
            .item("row", text(row))
            .item("do", text(wish))
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn only_failed_messages_come_back_and_end_as_dead_letters() {
    let city = Fixture::start().await;
    for (name, wish) in [("good", ""), ("bad", "fail"), ("second-time", "first-fail")] {
        city.send(&json!({ "name": name, "do": wish }));
    }
    eventually("the bad message is a dead letter", async || {
        (city.total("WorkDeadLetters") == 1).then_some(())
    })
    .await;
    assert_eq!(city.total("WorkQueue"), 0);
    // What a process says reaches its log a moment after its answer.
    eventually("three failures are logged", async || {
        (city.logged("failed").iter().filter(|name| *name == "bad").count() == 3).then_some(())
    })
    .await;
    let mut done = city.logged("did");
    done.sort();
    assert_eq!(done, ["good", "second-time"]);
    let letter = city.json("/_local/queues/WorkDeadLetters").await;
    assert!(letter[0]["body"].as_str().unwrap().contains("bad"));
}

#[tokio::test]
async fn a_crash_in_a_batch_brings_the_whole_batch_back() {
    let city = Fixture::with(|options| options.retry_after = None).await;
    for (name, wish) in [("one", ""), ("two", "first-crash"), ("three", "")] {
        city.send(&json!({ "name": name, "do": wish }));
    }
    eventually("the queue is empty", async || (city.total("WorkQueue") == 0).then_some(())).await;
    // What a process says reaches its log a moment after its answer.
    let all: BTreeSet<String> = ["one", "two", "three"].map(str::to_owned).into();
    let done = || city.logged("did").into_iter().collect::<BTreeSet<_>>();
    eventually("all three are done", async || (done() == all).then_some(())).await;
    assert_eq!(city.total("WorkDeadLetters"), 0);
}

#[tokio::test]
async fn what_was_being_worked_on_comes_back_after_a_restart() {
    let patient = |options: &mut local::city::Options| {
        options.template = options.template.replace("VisibilityTimeout: 2", "VisibilityTimeout: 600");
        options.retry_after = None;
    };
    let city = Fixture::with(patient).await;
    city.send(&json!({ "name": "one", "do": "first-crash" }));
    eventually("the function crashes", async || (city.logged("crashing") == ["one"]).then_some(())).await;
    let city = city.restart_with(patient).await;
    eventually("the message is done", async || (city.logged("did") == ["one"]).then_some(())).await;
}

#[tokio::test]
async fn stream_records_arrive_in_order_once_and_across_a_restart() {
    let city = Fixture::start().await;
    for number in 0..5 {
        city.put(&format!("thing-{number}"), "event", "").await;
        city.put(&format!("case-{number}"), "case", "").await;
    }
    let expected = (0..5).map(|number| format!("thing-{number}")).collect::<Vec<_>>();
    eventually("all events are done", async || (city.logged("did") == expected).then_some(())).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let city = city.restart().await;
    city.put("after", "event", "").await;
    eventually("the new event is done", async || (city.logged("did").len() == 6).then_some(())).await;
    assert_eq!(city.logged("did").last().unwrap(), "after");
}

#[tokio::test]
async fn one_bad_record_is_given_up_and_nothing_else() {
    let city = Fixture::start().await;
    // The first record keeps the function busy failing while the others pile up into one batch.
    for (name, wish) in [("a", "fail"), ("b", ""), ("c", "crash"), ("d", "")] {
        city.put(name, "event", wish).await;
    }
    eventually("both bad records are given up", async || (city.total("GivenUp") == 2).then_some(())).await;
    eventually("the others are done", async || {
        let done = city.logged("did").into_iter().collect::<BTreeSet<_>>();
        (done == ["b", "d"].map(str::to_owned).into()).then_some(())
    })
    .await;
    let messages = city.json("/_local/queues/GivenUp").await;
    let body: Value = serde_json::from_str(messages[0]["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["requestContext"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(body["DDBStreamBatchInfo"]["batchSize"], 1);
}

#[tokio::test]
async fn a_schedule_can_be_run_at_once() {
    let city = Fixture::start().await;
    let ran = city.post("/_local/schedules/echo/run", json!({})).await;
    assert_eq!(ran.json::<Value>().await.unwrap(), json!({"ran": 1}));
    eventually("the schedule ran", async || (city.logged("direct") == [r#"{"tick":true}"#]).then_some(()))
        .await;
}
