//! Faults and the counts of calls, from outside.

use serde_json::json;

use crate::{Fixture, client, eventually};

#[tokio::test]
async fn faults_are_planned_and_forgotten() {
    let city = Fixture::start().await;
    let fault = json!({"function": "echo", "service": "dynamodb", "action": "PutItem", "nth": 2, "when": "after", "kind": "kill"});
    assert_eq!(city.post("/_local/faults", json!([fault, fault])).await.status(), 200);
    assert_eq!(city.json("/_local/faults").await, json!({"pending": 2, "fired": 0}));
    client().delete(city.url("/_local/faults")).send().await.unwrap();
    assert_eq!(city.json("/_local/faults").await, json!({"pending": 0, "fired": 0}));
    for wrong in [
        json!({"function": "nobody", "kind": "kill"}),
        json!({"function": "echo", "kind": "explode"}),
        json!({"function": "echo", "service": "ec2", "kind": "reset"}),
        json!({"function": "echo"}),
        json!("x"),
    ] {
        assert_eq!(city.post("/_local/faults", wrong.clone()).await.status(), 400, "{wrong}");
    }
    assert_eq!(city.json("/_local/calls").await, json!([]));
}

#[tokio::test]
async fn a_planned_kill_ends_the_process_and_the_next_request_has_another() {
    let city = Fixture::start().await;
    assert_eq!(city.get("/things/x").await.status(), 200);
    city.post("/_local/faults", json!({"function": "echo", "action": "ListTables", "kind": "kill"})).await;
    // As if the function had called: its access key is its name.
    let called = city.dynamodb("echo").list_tables().send();
    assert!(tokio::time::timeout(std::time::Duration::from_secs(5), called).await.is_ok());
    eventually("the process is gone", async || {
        (city.json("/_local/functions").await == json!({"echo": 0})).then_some(())
    })
    .await;
    assert_eq!(city.json("/_local/faults").await, json!({"pending": 0, "fired": 1}));
    assert_eq!(city.get("/things/x").await.status(), 200);
}
