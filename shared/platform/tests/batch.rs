//! One bad record holds up no other, and exactly the failed ones are asked for again.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use aws_lambda_events::event::sqs::SqsEvent;
use platform::batch;
use platform::fault::Fault;
use proptest::prelude::*;
use serde_json::{Value, json};

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// What a queue delivers: messages `m0`, `m1`, ... whose body says whether they can be handled.
fn messages(good: &[bool]) -> SqsEvent {
    let record =
        |(n, good): (usize, &bool)| json!({ "messageId": format!("m{n}"), "body": good.to_string() });
    let records: Vec<Value> = good.iter().enumerate().map(record).collect();
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

/// What a stream delivers.
fn records(good: &[bool]) -> StreamEvent {
    let record = |(n, good): (usize, &bool)| {
        json!({
            "eventID": n.to_string(), "eventName": if *good { "INSERT" } else { "MODIFY" }, "awsRegion": "r",
            "dynamodb": {
                "ApproximateCreationDateTime": 1, "Keys": {}, "NewImage": {}, "SequenceNumber": format!("s{n}"),
                "SizeBytes": 1, "StreamViewType": "NEW_IMAGE",
            },
        })
    };
    let records: Vec<Value> = good.iter().enumerate().map(record).collect();
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

fn verdict(good: bool) -> Result<(), Fault> {
    if good { Ok(()) } else { Err(Fault::Transient("not now".to_owned())) }
}

proptest! {
    #[test]
    fn a_queue_gets_back_what_failed_and_nothing_else(good in proptest::collection::vec(any::<bool>(), 0..12)) {
        let mut handled = 0;
        let response = run(batch::queue(messages(&good), async |body| {
            handled += 1;
            verdict(body == "true")
        }));
        prop_assert_eq!(handled, good.len());
        let failed: Vec<String> =
            response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect();
        let expected: Vec<String> =
            good.iter().enumerate().filter(|(_, good)| !**good).map(|(n, _)| format!("m{n}")).collect();
        prop_assert_eq!(failed, expected);
    }

    /// A stream goes on from the first failure; handlers may see the later ones again.
    #[test]
    fn a_stream_gets_back_where_it_failed_first(good in proptest::collection::vec(any::<bool>(), 0..12)) {
        let mut handled = 0;
        let response = run(batch::stream(records(&good), async |record| {
            handled += 1;
            verdict(record.event_name == "INSERT")
        }));
        prop_assert_eq!(handled, good.len());
        let failed: Vec<Option<String>> =
            response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect();
        let expected: Vec<Option<String>> =
            good.iter().position(|good| !good).map(|n| Some(format!("s{n}"))).into_iter().collect();
        prop_assert_eq!(failed, expected);
    }
}

#[test]
fn a_message_without_a_body_is_handled_like_an_empty_one() {
    let event: SqsEvent = serde_json::from_value(json!({ "Records": [{ "messageId": "m" }] })).unwrap();
    let response = run(batch::queue(event, async |body| verdict(body.is_empty())));
    assert!(response.batch_item_failures.is_empty());
}
