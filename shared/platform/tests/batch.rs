//! One bad record holds up no other, and exactly the failed ones are asked for again.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::cell::Cell;

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

async fn pause(turns: usize) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

fn verdict(good: bool) -> Result<(), Fault> {
    if good { Ok(()) } else { Err(Fault::Transient("not now".to_owned())) }
}

proptest! {
    #[test]
    fn a_queue_gets_back_what_failed_and_nothing_else(
        good in proptest::collection::vec(any::<bool>(), 0..12),
        width in 0..5_usize,
    ) {
        let handled = Cell::new(0);
        let response = run(batch::queue(messages(&good), width, async |body| {
            handled.set(handled.get() + 1);
            // The later ones may be done first.
            pause(good.len() - handled.get()).await;
            verdict(body == "true")
        }));
        prop_assert_eq!(handled.get(), good.len());
        let failed: Vec<String> =
            response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect();
        let expected: Vec<String> =
            good.iter().enumerate().filter(|(_, good)| !**good).map(|(n, _)| format!("m{n}")).collect();
        prop_assert_eq!(failed, expected);
    }

    /// A stream goes on from the first failure; handlers may see the later ones again.
    #[test]
    fn a_stream_gets_back_where_it_failed_first(
        good in proptest::collection::vec(any::<bool>(), 0..12),
        width in 0..5_usize,
    ) {
        let handled = Cell::new(0);
        let response = run(batch::stream(records(&good), width, async |record| {
            handled.set(handled.get() + 1);
            // The later ones may be done first.
            pause(good.len() - handled.get()).await;
            verdict(record.event_name == "INSERT")
        }));
        prop_assert_eq!(handled.get(), good.len());
        let failed: Vec<Option<String>> =
            response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect();
        let expected: Vec<Option<String>> =
            good.iter().position(|good| !good).map(|n| Some(format!("s{n}"))).into_iter().collect();
        prop_assert_eq!(failed, expected);
    }
}

#[test]
fn so_many_run_at_a_time_and_a_slow_one_holds_up_no_other() {
    let (running, most, done) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let seen = run(batch::each((0..20).collect(), 4, async |n: usize| {
        running.set(running.get() + 1);
        most.set(most.get().max(running.get()));
        pause(if n == 0 { 1_000 } else { 1 }).await;
        running.set(running.get() - 1);
        done.set(done.get() + 1);
        (n, done.get())
    }));
    assert_eq!((most.get(), seen[0], seen[19].0), (4, (0, 20), 19), "in their order, the slow one done last");
}

#[test]
fn a_message_without_a_body_is_handled_like_an_empty_one() {
    let event: SqsEvent = serde_json::from_value(json!({ "Records": [{ "messageId": "m" }] })).unwrap();
    let response = run(batch::queue(event, 1, async |body| verdict(body.is_empty())));
    assert!(response.batch_item_failures.is_empty());
}
