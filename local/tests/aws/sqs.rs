use std::time::{Duration, Instant};

use aws_lambda_events::event::sqs::SqsEvent;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageAttributeValue, MessageSystemAttributeName, SendMessageBatchRequestEntry};
use local::aws::{Outgoing, Spec};
use serde_json::json;

use super::{City, config, queue};

async fn city() -> (City, Client, String) {
    let queues = vec![queue("work", 1, Some(("dead", 2))), queue("dead", 30, None)];
    let city = City::new(Spec { queues, ..Spec::default() }).await;
    let client = client(&city);
    let url = city.aws.endpoints.queue_url("work");
    (city, client, url)
}

fn client(city: &City) -> Client {
    let config = aws_sdk_sqs::config::Builder::from(&config("submission"))
        .endpoint_url(&city.aws.endpoints.sqs)
        .build();
    Client::from_conf(config)
}

#[tokio::test]
async fn send_receive_delete() {
    let (city, client, url) = city().await;
    assert_eq!(
        client.get_queue_url().queue_name("work").send().await.unwrap().queue_url(),
        Some(url.as_str())
    );
    let trace = MessageAttributeValue::builder().data_type("String").string_value("t-1").build().unwrap();
    let sent = client
        .send_message()
        .queue_url(&url)
        .message_body("本文")
        .message_attributes("trace", trace)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.md5_of_message_body(), Some("38db5e4551f7923e81df3fd99ba5bf11"));
    let received = client
        .receive_message()
        .queue_url(&url)
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .message_attribute_names("All")
        .send()
        .await
        .unwrap();
    let message = &received.messages()[0];
    assert_eq!((message.body(), message.message_id()), (Some("本文"), sent.message_id()));
    assert_eq!(message.md5_of_message_attributes(), sent.md5_of_message_attributes());
    assert_eq!(message.attributes().unwrap()[&MessageSystemAttributeName::ApproximateReceiveCount], "1");
    assert_eq!(message.message_attributes().unwrap()["trace"].string_value(), Some("t-1"));
    assert_eq!(city.aws.queues.depth("work").unwrap().in_flight, 1);
    client
        .delete_message()
        .queue_url(&url)
        .receipt_handle(message.receipt_handle().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(city.aws.queues.depth("work").unwrap().total(), 0);
}

#[tokio::test]
async fn a_batch_answers_for_each_entry() {
    let (city, client, url) = city().await;
    let entry = |id: &str, delay| {
        SendMessageBatchRequestEntry::builder().id(id).message_body(id).delay_seconds(delay).build().unwrap()
    };
    let answer = client
        .send_message_batch()
        .queue_url(&url)
        .entries(entry("a", 0))
        .entries(entry("b", 901))
        .send()
        .await
        .unwrap();
    assert_eq!((answer.successful()[0].id(), answer.failed()[0].id()), ("a", "b"));
    assert!(answer.failed()[0].sender_fault());
    assert_eq!(city.aws.queues.peek("work").unwrap().len(), 1);
    let same = client
        .send_message_batch()
        .queue_url(&url)
        .entries(entry("a", 0))
        .entries(entry("a", 0))
        .send()
        .await;
    assert!(same.unwrap_err().into_service_error().is_batch_entry_ids_not_distinct());
}

#[tokio::test]
async fn a_reader_that_waits_is_woken() {
    let (city, client, url) = city().await;
    let queues = city.aws.queues.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        queues.send("work", Outgoing::body("late")).unwrap();
    });
    let before = Instant::now();
    let received = client.receive_message().queue_url(&url).wait_time_seconds(10).send().await.unwrap();
    assert_eq!(received.messages().len(), 1);
    assert!(before.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn what_is_not_deleted_comes_back_and_dies_after_two_receives() {
    let (city, client, url) = city().await;
    client.send_message().queue_url(&url).message_body("poison").send().await.unwrap();
    let receive = || client.receive_message().queue_url(&url).wait_time_seconds(2).send();
    let first = receive().await.unwrap().messages()[0].receipt_handle().unwrap().to_owned();
    // Waits out the visibility timeout of one second.
    let second = receive().await.unwrap().messages()[0].receipt_handle().unwrap().to_owned();
    assert_ne!(first, second);
    client
        .change_message_visibility()
        .queue_url(&url)
        .receipt_handle(&second)
        .visibility_timeout(0)
        .send()
        .await
        .unwrap();
    let late = client
        .change_message_visibility()
        .queue_url(&url)
        .receipt_handle(&first)
        .visibility_timeout(9)
        .send()
        .await;
    assert!(late.unwrap_err().into_service_error().is_message_not_inflight());
    assert!(client.receive_message().queue_url(&url).send().await.unwrap().messages().is_empty());
    let dead = city.aws.queues.peek("dead").unwrap();
    assert_eq!((dead[0].body.as_str(), dead[0].source.as_deref()), ("poison", Some("work")));

    assert_eq!(city.aws.queues.redrive("dead").unwrap(), 1);
    let again = city.aws.queues.receive("work", 1, Duration::ZERO).await.unwrap();
    assert_eq!((again[0].body.as_str(), again[0].receives), ("poison", 1));
}

#[tokio::test]
async fn messages_and_their_counts_survive_a_restart() {
    let (city, _, _) = city().await;
    city.aws.queues.send("work", Outgoing::body("kept")).unwrap();
    let receipt = city.aws.queues.receive("work", 1, Duration::ZERO).await.unwrap()[0].receipt.clone();
    let city = city.restart().await;
    assert_eq!(city.aws.queues.depth("work").unwrap().in_flight, 1);
    city.aws.queues.change_visibility("work", &receipt, Duration::ZERO).unwrap();
    let again = city.aws.queues.receive("work", 1, Duration::ZERO).await.unwrap();
    assert_eq!(again[0].receives, 2);
    city.aws.queues.delete("work", &again[0].receipt).unwrap();
    let city = city.restart().await;
    assert_eq!(city.aws.queues.depth("work").unwrap().total(), 0);
}

#[tokio::test]
async fn a_queue_that_is_not_there_and_a_caller_that_is_unknown_are_refused_by_name() {
    let (city, client, url) = city().await;
    let missing = client.send_message().queue_url(url.replace("work", "none")).message_body("x").send().await;
    assert!(missing.unwrap_err().into_service_error().is_queue_does_not_exist());
    let stranger =
        aws_sdk_sqs::config::Builder::from(&config("stranger")).endpoint_url(&city.aws.endpoints.sqs).build();
    let refused = Client::from_conf(stranger).send_message().queue_url(&url).message_body("x").send().await;
    assert_eq!(refused.unwrap_err().into_service_error().meta().code(), Some("InvalidClientTokenId"));
}

#[tokio::test]
async fn a_delivery_has_the_shape_of_the_lambda_event() {
    let (city, _, _) = city().await;
    city.aws.queues.send("work", Outgoing::body("{}")).unwrap();
    let delivery = &city.aws.queues.receive("work", 1, Duration::ZERO).await.unwrap()[0];
    let record = delivery.lambda_record("arn:aws:sqs:ap-east-2:000000000000:work", "ap-east-2");
    let event: SqsEvent = serde_json::from_value(json!({ "Records": [record] })).unwrap();
    let message = &event.records[0];
    assert_eq!(message.body.as_deref(), Some("{}"));
    assert_eq!(message.md5_of_body.as_deref(), Some("99914b932bd37a50b983c5e7c90ae93b"));
    assert_eq!(message.attributes["ApproximateReceiveCount"], "1");
}
