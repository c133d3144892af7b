use std::time::Duration;

use aws_sdk_ses::Client;
use aws_sdk_ses::types::{Body, Content, Destination, Message, MessageTag};
use local::aws::{Mail, MailEvent, Spec};
use serde_json::Value;

use super::{City, config, queue};

const SENDER: &str = "no-reply@example.tw";

async fn city(types: &[&str]) -> (City, Client) {
    let spec = Spec {
        queues: vec![queue("feedback", 30, None)],
        mail_sender: Some(SENDER.to_owned()),
        mail_configuration_set: Some("mail".to_owned()),
        mail_events_queue: Some("feedback".to_owned()),
        mail_event_types: types.iter().map(|name| (*name).to_owned()).collect(),
        ..Spec::default()
    };
    let city = City::new(spec).await;
    let config =
        aws_sdk_ses::config::Builder::from(&config("casework")).endpoint_url(&city.aws.endpoints.ses).build();
    (city, Client::from_conf(config))
}

fn content(text: &str) -> Content {
    Content::builder().data(text).charset("UTF-8").build().unwrap()
}

async fn send(client: &Client, from: &str, to: &str, configuration: Option<&str>) -> Result<String, String> {
    let body = Body::builder()
        .text(content("您的案件已受理 & <完成>"))
        .html(content("<p>您的案件已受理</p>"))
        .build();
    let sent = client
        .send_email()
        .source(from)
        .destination(Destination::builder().to_addresses(to).build())
        .message(Message::builder().subject(content("受理通知")).body(body).build())
        .reply_to_addresses("help@example.tw")
        .tags(MessageTag::builder().name("notice").value("ntc_1").build().unwrap())
        .set_configuration_set_name(configuration.map(str::to_owned))
        .send()
        .await;
    sent.map(|sent| sent.message_id).map_err(|error| {
        let error = error.into_service_error();
        error.meta().code().unwrap_or("none").to_owned()
    })
}

/// Everything on the feedback queue within half a second.
async fn events(city: &City, count: usize) -> Vec<Value> {
    let mut events = Vec::new();
    while events.len() < count {
        let delivered = city.aws.queues.receive("feedback", 10, Duration::from_secs(3)).await.unwrap();
        assert!(!delivered.is_empty(), "only {events:?}");
        events
            .extend(delivered.iter().map(|delivery| serde_json::from_str::<Value>(&delivery.body).unwrap()));
    }
    events
}

#[tokio::test]
async fn a_mail_is_in_the_mailbox_and_its_events_are_on_the_queue() {
    let (city, client) = city(&[]).await;
    let id = send(&client, SENDER, "a@example.tw", Some("mail")).await.unwrap();
    let mail: Mail = city.aws.mailbox.get(&id).unwrap().unwrap();
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("受理通知", "您的案件已受理 & <完成>"));
    assert_eq!(
        (mail.to, mail.reply_to),
        (vec!["a@example.tw".to_owned()], vec!["help@example.tw".to_owned()])
    );
    let events = events(&city, 2).await;
    assert_eq!((&events[0]["eventType"], &events[1]["eventType"]), (&"Send".into(), &"Delivery".into()));
    assert_eq!(events[1]["mail"]["messageId"], id);
    assert_eq!(events[1]["mail"]["tags"]["notice"][0], "ntc_1");

    assert!(city.aws.mailbox.emit(&id, MailEvent::Bounce).unwrap());
    let bounced = self::events(&city, 1).await;
    assert_eq!(bounced[0]["bounce"]["bouncedRecipients"][0]["emailAddress"], "a@example.tw");
    assert!(!city.aws.mailbox.emit("unknown", MailEvent::Bounce).unwrap());
}

#[tokio::test]
async fn only_the_event_types_of_the_template_are_published() {
    let (city, client) = city(&["bounce", "complaint"]).await;
    send(&client, SENDER, "bounce@example.tw", Some("mail")).await.unwrap();
    send(&client, SENDER, "complaint@example.tw", Some("mail")).await.unwrap();
    let mut types: Vec<String> =
        events(&city, 2).await.iter().map(|event| event["eventType"].to_string()).collect();
    types.sort();
    assert_eq!(types, ["\"Bounce\"", "\"Complaint\""]);
}

#[tokio::test]
async fn mail_without_the_configuration_set_is_silent() {
    let (city, client) = city(&[]).await;
    send(&client, SENDER, "a@example.tw", None).await.unwrap();
    assert_eq!(city.aws.mailbox.list(10).unwrap().len(), 1);
    assert_eq!(city.aws.queues.depth("feedback").unwrap().total(), 0);
}

#[tokio::test]
async fn a_sender_that_is_not_verified_is_refused() {
    let (city, client) = city(&[]).await;
    assert_eq!(
        send(&client, "other@example.tw", "a@example.tw", None).await,
        Err("MessageRejected".to_owned())
    );
    assert_eq!(
        send(&client, "市府 <no-reply@example.tw>", "a@example.tw", None).await,
        Err("InvalidParameterValue".to_owned())
    );
    assert!(city.aws.mailbox.list(10).unwrap().is_empty());
}

#[tokio::test]
async fn the_mailbox_survives_a_restart_and_lists_the_newest_first() {
    let (city, client) = city(&[]).await;
    let first = send(&client, SENDER, "a@example.tw", None).await.unwrap();
    let second = send(&client, SENDER, "b@example.tw", None).await.unwrap();
    let city = city.restart().await;
    let ids: Vec<String> = city.aws.mailbox.list(10).unwrap().into_iter().map(|mail| mail.id).collect();
    assert_eq!(ids, [second, first]);
}
