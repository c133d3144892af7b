//! Wiring of the function `event-relay`.

use std::sync::Arc;

use event_relay::{App, handle};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use platform::dynamo::DynamoStore;
use platform::keys::Table;
use platform::objects::S3Objects;
use platform::process::Process;
use platform::queue::SqsQueue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Process { mut config, sdk, ambient } = Process::begin().await?;
    let tables = [Table::Cases, Table::Catalogue, Table::Notices, Table::Reports, Table::Payments];
    let app = App {
        store: Arc::new(DynamoStore::new(&sdk, &mut config, &tables)),
        queue: Arc::new(SqsQueue::new(&sdk, &mut config, "NOTIFICATION_QUEUE_URL")),
        reminders: Arc::new(SqsQueue::new(&sdk, &mut config, "CORRECTION_REMINDER_QUEUE_URL")),
        postings: Arc::new(SqsQueue::new(&sdk, &mut config, "PAYMENT_POSTING_QUEUE_URL")),
        objects: Arc::new(S3Objects::new(&sdk, &mut config)),
        ambient,
    };
    config.finish()?;
    let app = &app;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<serde_json::Value>| async move {
        handle(app, event.payload).await.map_err(Error::from)
    }))
    .await
}
